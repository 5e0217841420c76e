"""The ledger: an append-only record of everything that matters, in which nothing can be changed unseen. Its writer.

In the vault: the key that signs, and `head`, which says how far the ledger goes. `governance.entries` reads it.
"""

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from core.errors import ConfigError, StorageError
from governance.canonical import canonical, instant
from governance.entries import (
    CLOSES,
    HASH,
    HEAD,
    OPENS,
    SIGNATURE,
    SYSTEM,
    Entry,
    Head,
    LedgerError,
    Statement,
    Tail,
    read_head,
)
from governance.events import Event, KeyRotated, LedgerOpened, LedgerRecovered, body_of
from governance.signing import SigningKey, key_id_of

SEGMENT_BYTES = 64 << 20
_KEY, _NEXT, _HEAD_BYTES = "signing-key.json", "signing-key-next.json", 256


@dataclass(frozen=True, slots=True)
class Record:
    """What is to be recorded: who, what and when. A second one with the same `once` changes nothing."""

    actor: str
    event: Event
    at: datetime
    once: str | None = None
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an entry stands; `is_new` is false where its `once` had been recorded before."""

    seq: int
    hash: str
    is_new: bool = True


@dataclass
class _Ticket:
    records: Sequence[Record]
    check: Callable[[], None] | None
    receipts: list[Receipt] = field(default_factory=list)
    error: BaseException | None = None
    is_done: bool = False
    turn: threading.Event = field(default_factory=threading.Event)  # it is done, or its thread has to write


class Ledger:
    """The writer. Any number of processes and threads may have one on the same folder.

    An entry is on the disk when `append` returns. Threads that append at the same time share one flush of the disk.
    """

    def __init__(
        self, folder: Path, vault: Path, *, on_recovery: Callable[[str], None] = lambda line: None,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:  # fmt: skip
        self.folder, self.vault = folder, vault
        self._on_recovery, self._segment_bytes = on_recovery, segment_bytes
        self._tail = Tail(folder)
        self._once: dict[str, Receipt] = {}
        self._key: SigningKey | None = None
        self._waiting: list[_Ticket] = []
        self._is_led = False
        self._queue, self._turn = threading.Lock(), threading.Lock()
        self._file: tuple[Path, int] | None = None

    def append(self, *records: Record, check: Callable[[], None] | None = None) -> list[Receipt]:
        """Record these, in this order, all or none. `check` is called when nobody else can write any more; what it raises is raised.

        LedgerError for a damaged ledger, StorageError for a disk that does not take it: then nothing was acknowledged.
        """
        ticket = _Ticket(records, check)
        with self._queue:
            self._waiting.append(ticket)
            if not self._is_led:
                self._is_led = True
                ticket.turn.set()
        ticket.turn.wait()
        if not ticket.is_done:
            self._lead()
        if ticket.error is not None:
            raise ticket.error
        return ticket.receipts

    def _lead(self) -> None:
        """Write what all threads that wait now have to record, and hand over to the first of those that came meanwhile."""
        with self._turn:
            with self._queue:
                group, self._waiting = self._waiting, []
            self._commit(group)
        with self._queue:
            self._is_led = bool(self._waiting)
            ready = [*self._waiting[:1], *group]
        for ticket in ready:
            ticket.turn.set()

    def has(self, once: str) -> bool:
        """Whether this was recorded, by anybody, until now."""
        with self._turn, self._locked():
            self._catch_up()
            return once in self._once

    def id(self, at: datetime) -> str:
        """The hash of the first entry, which tells this ledger from every other; one that is empty is opened."""
        with self._turn, self._locked():
            self._catch_up(at)
            self._flush()
            return self._tail.id

    def rotate(self, at: datetime) -> SigningKey:
        """A new key signs from now on. The old one is gone; its public half stays in the ledger."""
        new = SigningKey.new()

        def keep() -> None:
            (self.vault / _NEXT).unlink(missing_ok=True)
            SigningKey.replace(self.vault / _NEXT, new)

        self.append(Record(SYSTEM, KeyRotated(public_key=new.public_key), at), check=keep)
        with self._turn, self._locked():
            self._catch_up()
        return new

    def sign_with(self) -> SigningKey:
        """The key that signs now, for what else the lake vouches for (checkpoints, certificates)."""
        with self._turn, self._locked():
            self._catch_up()
            assert self._key is not None, "a ledger that was caught up with has it"
            return self._key

    def _commit(self, group: list[_Ticket]) -> None:
        try:
            with self._locked():
                at = next((r.at for t in group for r in t.records), None)
                self._catch_up(at)
                for ticket in group:
                    self._write_ticket(ticket)
                self._flush()
        except BaseException as e:
            why = e
            if isinstance(e, OSError):
                why = StorageError(
                    f"{self.folder}: cannot be written ({os.strerror(e.errno or 0)}). Nothing was acknowledged; free space or"
                    " permissions, and repeat."
                )
            for ticket in group:
                ticket.error, ticket.receipts = ticket.error or why, []
            self._forget()
        finally:
            for ticket in group:
                ticket.is_done = True

    def _forget(self) -> None:
        """After a failed write nobody knows what the disk has: the next one reads it."""
        if self._file:
            os.close(self._file[1])
        self._file, self._tail, self._once = None, Tail(self.folder), {}

    def _write_ticket(self, ticket: _Ticket) -> None:
        """What is refused is the ticket's own matter; a disk that fails ends the group."""
        try:
            if ticket.check:
                ticket.check()
            ticket.receipts = self._write(ticket.records)
        except OSError:
            raise
        except Exception as e:
            ticket.error = e

    def _write(self, records: Sequence[Record]) -> list[Receipt]:
        receipts, lines = [], []
        assert self._key is not None
        seq, previous = self._tail.seq, self._tail.hash
        fresh: dict[str, Receipt] = {}
        for record in records:
            had = (self._once.get(record.once) or fresh.get(record.once)) if record.once else None
            if had:
                receipts.append(Receipt(had.seq, had.hash, False))
                continue
            message = _message(record, seq, previous, self._key.key_id)
            own_hash = sha256(message).hexdigest()
            signature = self._key.sign("ledger-entry", own_hash)
            raw = b"".join((OPENS, message, HASH, own_hash.encode(), SIGNATURE, signature.encode(), CLOSES, b"\n"))
            lines.append((msgspec.json.decode(message, type=Entry), own_hash, raw))
            receipts.append(Receipt(seq, own_hash))
            if record.once:
                fresh[record.once] = receipts[-1]
            seq, previous = seq + 1, own_hash
        if lines:
            self._put(b"".join(raw for *_, raw in lines))
            for entry, own_hash, raw in lines:
                self._tail.passed(entry, own_hash, len(raw))
            self._once |= fresh
        return receipts

    def _put(self, data: bytes) -> None:
        """Add to the newest segment; a disk that takes only a part of it is left with none."""
        descriptor = self._segment()
        size = os.fstat(descriptor).st_size
        try:
            done = 0
            while done < len(data):
                done += os.write(descriptor, data[done:])
        except OSError:
            os.ftruncate(descriptor, size)
            raise

    def _segment(self) -> int:
        """The newest segment, opened to append; a new one when it is full."""
        newest = self._tail.segment
        if newest is None or self._tail.offset >= self._segment_bytes:
            if self._file:
                os.fdatasync(self._file[1])
            newest = self.folder / f"{self._tail.seq:012d}.jsonl"
            self._tail.segment, self._tail.offset = newest, 0
        if self._file is None or self._file[0] != newest:
            if self._file:
                os.close(self._file[1])
            is_new = not newest.exists()
            self._file = newest, os.open(newest, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
            if is_new:
                _flush_folder(self.folder)
        return self._file[1]

    def _flush(self) -> None:
        """What was written is on the disk; then the vault knows it."""
        if self._file:
            os.fdatasync(self._file[1])
            _write_head(self.vault, Head(self._tail.id, self._tail.seq, self._tail.hash))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Nobody else writes; the kernel lets go when a process dies. Opened each time: a lock is shared with forked processes."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / ".lock").open("w")
        except OSError as e:
            raise StorageError(f"{self.folder}: cannot be written ({e.strerror}). Check its owner.") from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _catch_up(self, at: datetime | None = None) -> None:
        """Read what others wrote, take away what a crash cut off, and have the key that is right now."""
        is_first = self._key is None
        self._check_files()
        for entry in self._tail.new():
            if entry.once:
                self._once[entry.once] = Receipt(entry.seq, self._tail.hash)
        if is_first:
            self._check_head()
        self._have_key()
        if self._tail.seq == 0 and at is not None:
            assert self._key is not None
            self._tail.public_key = self._key.public_key
            receipt = self._write([Record(SYSTEM, LedgerOpened(public_key=self._key.public_key), at)])[0]
            self._tail.id = receipt.hash
        if at is not None:
            self._mend(at)

    def _check_files(self) -> None:
        """What this has read, and writes to, is still there."""
        had, written = self._tail.segment, self._file
        if had is None:
            return
        now = had.stat() if had.exists() else None
        is_other = now is not None and written is not None and os.fstat(written[1]).st_ino != now.st_ino
        if now is None or now.st_size < self._tail.offset or (is_other and written and written[0] == had):
            raise LedgerError(
                f"{had}: was cut off, replaced or taken away while it was written to. Restore the ledger from its copy;"
                " `lakehouse verify` says more."
            )

    def _check_head(self) -> None:
        head = read_head(self.vault)
        if head is None and self._tail.seq:
            raise LedgerError(f"{self.vault}: does not know this ledger. Restore the vault's {HEAD} from its backup.")
        if head and (self._tail.seq < head.size or head.ledger != self._tail.id):
            what = f"has {self._tail.seq} entries of {head.size}" if self._tail.seq < head.size else "is another ledger"
            raise LedgerError(
                f"{self.folder}: {what} that its vault knows: its end was cut off or it was replaced. Restore it from its"
                " copy; `lakehouse verify` says more."
            )

    def _have_key(self) -> None:
        """The key that the ledger says signs; one of a rotation that was cut off is put in its place or taken away."""
        self.vault.mkdir(mode=0o700, parents=True, exist_ok=True)
        file, upcoming = self.vault / _KEY, self.vault / _NEXT
        if self._tail.seq == 0:
            if self._key is None:
                self._key = SigningKey.load(file) if file.exists() else SigningKey.create(file)
            return
        if self._key is not None and self._key.public_key == self._tail.public_key:
            return
        if upcoming.exists() and SigningKey.load(upcoming).public_key == self._tail.public_key:
            upcoming.replace(file)
        self._key = SigningKey.load(file)
        if self._key.public_key != self._tail.public_key:
            raise ConfigError(
                f"{file}: holds key {self._key.key_id}, the ledger is signed with {key_id_of(self._tail.public_key)}."
                " Restore the vault that belongs to this ledger."
            )

    def _mend(self, at: datetime) -> None:
        """Take a line away that was cut off before it was acknowledged, and say so in the ledger."""
        segment = self._tail.segment
        if segment is None or segment.stat().st_size == self._tail.offset:
            return
        with segment.open("r+b") as lines:
            lines.seek(self._tail.offset)
            torn = lines.read()
            lines.truncate(self._tail.offset)
            os.fsync(lines.fileno())
        event = LedgerRecovered(lost_bytes=len(torn), lost_sha256=sha256(torn).hexdigest())
        self._write([Record(SYSTEM, event, at)])
        self._on_recovery(
            f"{segment.name}: {len(torn)} bytes of an entry that a crash cut off, and that nobody was told was recorded, were"
            " taken away"
        )


def _message(record: Record, seq: int, previous: str, key_id: str) -> bytes:
    statement = msgspec.to_builtins(record.statement) if record.statement else None
    return canonical(
        {
            "actor": record.actor,
            "body": body_of(record.event),
            "key_id": key_id,
            "kind": record.event.kind,
            "once": record.once,
            "previous": previous,
            "seq": seq,
            "statement": statement,
            "time": instant(record.at),
        }
    )


def _write_head(vault: Path, head: Head) -> None:
    """In place and of one length, so that it is whole whenever it is read. Never ahead of the ledger."""
    text = json.dumps({"ledger": head.ledger, "size": head.size, "hash": head.hash})
    descriptor = os.open(vault / HEAD, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(descriptor, text.ljust(_HEAD_BYTES - 1).encode() + b"\n", 0)
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
