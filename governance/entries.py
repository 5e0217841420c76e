"""The entries of the ledger, as they are read: one line each, and one after the other.

On the disk: `<folder>/<first sequence number>.jsonl`, an entry a line, `{"entry":{…},"hash":"…","signature":"…"}`. The hash
is SHA-256 over the bytes of the entry as they stand there (canonical JSON, see `governance.canonical`), the signature Ed25519
over `ledger-entry:<hash>`; an entry names the hash of the one before it. docs/governance.md says how to check one without
this code.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from core.errors import LakehouseError
from governance.canonical import digest, instant
from governance.events import Event, KeyRotated, LedgerOpened, body_of
from governance.signing import is_signed

SYSTEM = "lakehouse"  # the actor of what the software does by itself
START = "0" * 64  # what the first entry names as the one before it
OPENS, HASH, SIGNATURE, CLOSES = b'{"entry":', b',"hash":"', b'","signature":"', b'"}'
_TAIL = len(HASH) + 64 + len(SIGNATURE) + 128 + len(CLOSES)
HEAD = "head"


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


def parse_line(line: bytes) -> Line:
    """A line without its line feed. ValueError when it is none of ours; whether it is true is not asked here."""
    end = line[-_TAIL:]
    parts = (end[: len(HASH)], end[len(HASH) + 64 : -(128 + len(CLOSES))], end[-len(CLOSES) :])
    if not line.startswith(OPENS) or parts != (HASH, SIGNATURE, CLOSES):
        raise ValueError("no line of a ledger")
    message = line[len(OPENS) : -_TAIL]
    try:
        entry = msgspec.json.decode(message, type=Entry)
    except msgspec.MsgspecError:
        raise ValueError("no entry of a ledger") from None
    own_hash = end[len(HASH) : len(HASH) + 64]
    signature = end[-(128 + len(CLOSES)) : -len(CLOSES)]
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
    file = vault / HEAD
    try:
        return Head(**json.loads(file.read_text(encoding="ascii")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        raise LedgerError(f"{file}: cannot be read. Restore it from the vault's backup.") from None
