"""The ledger: an append-only record of everything that matters, in which nothing can be changed unseen.

On the disk: `<folder>/<first sequence number>.jsonl`, one entry a line, `{"entry":{…},"hash":"…","signature":"…"}`. The
hash is SHA-256 over the bytes of the entry as they stand there (canonical JSON, see `governance.canonical`), the signature
Ed25519 over `ledger-entry:<hash>`; an entry names the hash of the one before it. docs/governance.md says how to check one
without this code. In the vault: the key that signs, and `head`, which says how far the ledger goes.
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
from typing import Any

import msgspec

from core.errors import ConfigError, LakehouseError, StorageError
from governance.canonical import canonical, digest, instant
from governance.events import Event, KeyRotated, LedgerOpened, LedgerRecovered, body_of
from governance.signing import SigningKey, is_signed, key_id_of

SEGMENT_BYTES = 64 << 20
SYSTEM = "lakehouse"  # the actor of what the software does by itself
START = "0" * 64  # what the first entry names as the one before it
_OPENS, _HASH, _SIGNATURE, _CLOSES = b'{"entry":', b',"hash":"', b'","signature":"', b'"}'
_TAIL = len(_HASH) + 64 + len(_SIGNATURE) + 128 + len(_CLOSES)
_KEY, _NEXT, _HEAD, _HEAD_BYTES = "signing-key.json", "signing-key-next.json", "head", 256


class LedgerError(LakehouseError):
    """The ledger is damaged, gone or not what its vault knows; nothing is added to it and nothing is allowed by it."""

    exit_code = 1


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's own signature under what an entry says (`statement_digest`)."""

    public_key: str
    signature: str


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry as read. `once` names the event, of which a second entry is never made."""

    actor: str
    body: dict[str, Any]
    key_id: str
    kind: str
    once: str | None
    previous: str
    seq: int
    statement: Statement | None
    time: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a segment, taken apart; `message` is what was hashed."""

    entry: Entry
    message: bytes
    hash: str
    signature: str


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


def parse_line(line: bytes) -> Line:
    """A line without its line feed. ValueError when it is none of ours; whether it is true is not asked here."""
    end = line[-_TAIL:]
    parts = (end[: len(_HASH)], end[len(_HASH) + 64 : -(128 + len(_CLOSES))], end[-len(_CLOSES) :])
    if not line.startswith(_OPENS) or parts != (_HASH, _SIGNATURE, _CLOSES):
        raise ValueError("no line of a ledger")
    message = line[len(_OPENS) : -_TAIL]
    try:
        entry = msgspec.json.decode(message, type=Entry)
    except msgspec.MsgspecError:
        raise ValueError("no entry of a ledger") from None
    own_hash = end[len(_HASH) : len(_HASH) + 64]
    signature = end[-(128 + len(_CLOSES)) : -len(_CLOSES)]
    return Line(entry, message, own_hash.decode("ascii", "replace"), signature.decode("ascii", "replace"))


def statement_digest(ledger: str, actor: str, event: Event, at: datetime) -> str:
    """What a person signs: in this ledger (the hash of its first entry), as this person, this, at this time."""
    body = {"ledger": ledger, "actor": actor, "kind": event.kind, "body": body_of(event), "time": instant(at)}
    return digest(body)


def segments(folder: Path) -> list[Path]:
    """The files of a ledger, the oldest first."""
    return sorted(folder.glob("[0-9]*.jsonl"))


class Tail:
    """Reads a ledger from its beginning, and each time it is asked what came since. Keeps nothing but its place.

    LedgerError where an entry does not follow the one before it, was changed, or was signed with another key than the
    ledger says. Signatures are looked at for `kinds` (all of them cost 0.1 ms each).
    """

    def __init__(self, folder: Path, kinds: frozenset[str] = frozenset()) -> None:
        self.folder = folder
        self.seq, self.hash, self.id = 0, START, ""
        self.public_key = ""
        self.segment: Path | None = None
        self.offset = 0
        self._kinds = kinds

    def new(self) -> Iterator[Entry]:
        """The entries that this was not asked for yet, of whole lines only."""
        for segment in self._segments():
            if segment != self.segment:
                self.segment, self.offset = segment, 0
            with segment.open("rb") as lines:
                lines.seek(self.offset)
                for raw in lines:
                    if not raw.endswith(b"\n") or b"\0" in raw:
                        break  # being written, or cut off (after a loss of power also by blocks of zeros)
                    yield self._take(raw)

    def _segments(self) -> list[Path]:
        every = segments(self.folder)
        return [s for s in every if self.segment is None or s.name >= self.segment.name]

    def _take(self, raw: bytes) -> Entry:
        try:
            line = parse_line(raw[:-1])
        except ValueError:
            raise self._broken("cannot be read") from None
        entry = line.entry
        if entry.seq != self.seq or entry.previous != self.hash:
            raise self._broken("does not follow the one before it")
        if sha256(line.message).hexdigest() != line.hash:
            raise self._broken("was changed")
        if entry.kind == LedgerOpened.kind and entry.seq == 0:
            self.id, self.public_key = line.hash, str(entry.body["public_key"])
        trusted = self._kinds | {KeyRotated.kind}
        if entry.kind in trusted and not is_signed(self.public_key, "ledger-entry", line.hash, line.signature):
            raise self._broken("was not signed with this ledger's key")
        self.passed(entry, line.hash, len(raw))
        return entry

    def check_there(self) -> None:
        """LedgerError when what was read before is not there any more."""
        if self.segment and (not self.segment.exists() or self.segment.stat().st_size < self.offset):
            raise self._broken("and what comes before it were cut off or taken away")

    def passed(self, entry: Entry, own_hash: str, size: int) -> None:
        """Move on over an entry that is known to be right."""
        self.seq, self.hash, self.offset = entry.seq + 1, own_hash, self.offset + size
        if entry.kind == KeyRotated.kind:
            self.public_key = str(entry.body["public_key"])

    def _broken(self, what: str) -> LedgerError:
        where = f"{self.segment.name if self.segment else '?'}, byte {self.offset}"
        return LedgerError(
            f"{self.folder}: entry {self.seq} ({where}) {what}. `lakehouse verify` lists everything that is wrong;"
            " restore the ledger from its copy."
        )


@dataclass(frozen=True, slots=True)
class Head:
    """How far a ledger goes, as its vault knows: the hash of its first entry, how many there are, that of the last."""

    ledger: str
    size: int
    hash: str


def read_head(vault: Path) -> Head | None:
    """None where the vault knows no ledger. LedgerError when the file is damaged."""
    file = vault / _HEAD
    try:
        return Head(**json.loads(file.read_text(encoding="ascii")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        raise LedgerError(f"{file}: cannot be read. Restore it from the vault's backup.") from None


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
            raw = b"".join((_OPENS, message, _HASH, own_hash.encode(), _SIGNATURE, signature.encode(), _CLOSES, b"\n"))
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
            raise LedgerError(f"{self.vault}: does not know this ledger. Restore the vault's {_HEAD} from its backup.")
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
    descriptor = os.open(vault / _HEAD, os.O_WRONLY | os.O_CREAT, 0o600)
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
