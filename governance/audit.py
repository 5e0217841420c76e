"""Checking a ledger from its files alone: what was changed, taken away, moved or cut off, and where.

A checkpoint is a signed statement that the first `size` lines have this Merkle root. Whoever keeps one can later tell,
without trusting us, whether those lines are still the same (`verify`, or a consistency proof between two checkpoints).
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec

from governance.canonical import canonical, digest, instant
from governance.entries import START, Head, LedgerError, Line, parse_line, segments
from governance.events import KeyRotated, LedgerOpened, parse
from governance.merkle import Tree, consistency_proof, inclusion_proof, leaf_hash
from governance.signing import SigningKey, is_signed, key_id_of

Wrong = Literal[
    "unreadable",
    "changed",
    "deleted",
    "reordered",
    "inserted",
    "truncated",
    "forged",
    "unchained",
    "not_known",
    "other_ledger",
]
MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `entry` is a sequence number, `where` a file and line, or a checkpoint."""

    wrong: Wrong
    entry: int
    where: str
    says: str


@dataclass
class Audit:
    """What was looked at, and what is wrong with it (the first `MOST_FINDINGS`; `found` counts all)."""

    entries: int = 0
    ledger: str = ""
    root: str = ""
    last_hash: str = START
    compared: list[str] = field(default_factory=list)  # heads and checkpoints that the ledger agrees with
    findings: list[Finding] = field(default_factory=list)
    found: int = 0

    def add(self, wrong: Wrong, entry: int, where: str, says: str) -> None:
        self.found += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(wrong, entry, where, says))


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first `size` lines of a ledger (named by the hash of its first entry) have this root."""

    key_id: str
    last_hash: str
    ledger: str
    public_key: str
    root: str
    size: int
    time: str


def load_checkpoint(file: Path) -> Checkpoint:
    """LedgerError unless the file is a checkpoint, signed with the key that it names."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        body, own_hash = said["checkpoint"], digest(said["checkpoint"])
        checkpoint = msgspec.convert(body, Checkpoint)
        is_right = own_hash == said["hash"] and checkpoint.key_id == key_id_of(checkpoint.public_key)
        is_right &= is_signed(checkpoint.public_key, "ledger-checkpoint", own_hash, said["signature"])
    except (OSError, ValueError, KeyError, TypeError, msgspec.ValidationError):
        raise LedgerError(f"{file}: is no checkpoint. Give a file that `lakehouse ledger checkpoint` made.") from None
    if not is_right:
        raise LedgerError(f"{file}: was changed after it was signed. Give the checkpoint as it was received.")
    return checkpoint


def make_checkpoint(folder: Path, key: SigningKey, at: datetime) -> Path:
    """A signed checkpoint of the ledger as it is, in `<folder>/checkpoints`; the one that is there if nothing was added."""
    audit = verify(folder, check_signatures=False)
    if audit.found:
        raise LedgerError(f"{folder}: is damaged; `lakehouse verify` says where. No checkpoint was made.")
    file = folder / "checkpoints" / f"{audit.entries:012d}.json"
    if not audit.entries:
        raise LedgerError(f"{folder}: holds no entry yet. `lakehouse run` makes the first ones.")
    if file.exists():
        load_checkpoint(file)
        return file
    body = {
        "key_id": key.key_id, "last_hash": audit.last_hash, "ledger": audit.ledger, "public_key": key.public_key,
        "root": audit.root, "size": audit.entries, "time": instant(at),
    }  # fmt: skip
    own_hash = digest(body)
    signed = {"checkpoint": body, "hash": own_hash, "signature": key.sign("ledger-checkpoint", own_hash)}
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}")
    partial.write_bytes(canonical(signed) + b"\n")
    partial.replace(file)
    return file


def verify(
    folder: Path, *, head: Head | None = None, checkpoints: Mapping[str, Checkpoint] | None = None,
    check_signatures: bool = True, on_progress: Callable[[int], None] = lambda entries: None,
) -> Audit:  # fmt: skip
    """Everything that is wrong with a ledger. `head` (the vault's) and `checkpoints` (name -> one) show what was cut off."""
    look = _Look(Audit(), dict(checkpoints or {}), check_signatures)
    for segment in segments(folder):
        with segment.open("rb") as lines:
            for number, raw in enumerate(lines, 1):
                look.line(raw, f"{segment.name}, line {number}")
                if look.audit.entries % 10_000 == 0:
                    on_progress(look.audit.entries)
    return look.end(head)


class _Look:
    """One pass over the lines, in the order in which they stand."""

    def __init__(self, audit: Audit, checkpoints: dict[str, Checkpoint], check_signatures: bool) -> None:
        self.audit, self.checkpoints, self.check_signatures = audit, checkpoints, check_signatures
        self.tree = Tree()
        self.roots = {c.size: "" for c in checkpoints.values()}
        self.expected = 0
        self.missing: dict[int, str] = {}  # passed over, with where; some may turn up later
        self.previous: str | None = START  # None: the line before could not be read
        self.public_key = ""
        self.keys: set[str] = set()  # every public key that has signed

    def line(self, raw: bytes, where: str) -> None:
        audit, line = self.audit, None
        if not raw.endswith(b"\n"):
            audit.add(
                "unreadable", self.expected, where, "the line is cut off: the next entry that is added takes it away"
            )
            return
        audit.entries += 1
        self.tree.add(raw[:-1])
        try:
            line = parse_line(raw[:-1])
        except ValueError:
            audit.add("unreadable", self.expected, where, "the line is no entry")
            self.expected, self.previous = self.expected + 1, None
        if line is not None:
            self._entry(line, where)
        if audit.entries in self.roots:
            self.roots[audit.entries] = self.tree.root().hex()

    def _entry(self, line: Line, where: str) -> None:
        seq = line.entry.seq
        is_next = self._place(seq, where)
        is_whole = self._content(line, where)
        if is_next and self.previous is not None and line.entry.previous != self.previous:
            self.audit.add("unchained", seq, where, "does not name the hash of the entry before it")
        self.audit.last_hash = line.hash
        self.previous = line.hash if is_whole and is_next else None
        if line.entry.kind == KeyRotated.kind and is_whole:
            self._trust(str(line.entry.body.get("public_key")))

    def _place(self, seq: int, where: str) -> bool:
        """Whether the entry stands where it should; one that was passed over and comes later was moved."""
        if seq == self.expected:
            self.expected += 1
            return True
        if seq > self.expected:
            for gone in range(self.expected, min(seq, self.expected + 10_000)):
                self.missing[gone] = where
            if seq - self.expected > 10_000:
                self.audit.add("deleted", self.expected, where, f"entries {self.expected} to {seq - 1} are not there")
            self.expected = seq + 1
        elif self.missing.pop(seq, None):
            self.audit.add("reordered", seq, where, "stands after entries that came later")
        else:
            self.audit.add("inserted", seq, where, "stands where it does not belong: there is such an entry already")
        return False

    def _content(self, line: Line, where: str) -> bool:
        entry, audit = line.entry, self.audit
        if sha256(line.message).hexdigest() != line.hash:
            audit.add("changed", entry.seq, where, "its content does not have its hash")
            return False
        if entry.seq == 0 and entry.kind == LedgerOpened.kind:
            audit.ledger = line.hash
            self._trust(str(entry.body.get("public_key")))
        if not self.check_signatures:
            return True
        if not is_signed(self.public_key, "ledger-entry", line.hash, line.signature):
            audit.add("forged", entry.seq, where, f"was not signed with the ledger's key {entry.key_id}")
            return False
        try:
            is_ours = canonical(json.loads(line.message)) == line.message
            event = parse(entry.kind, entry.body)
        except (ValueError, KeyError):
            is_ours = False
        if not is_ours:
            audit.add("not_known", entry.seq, where, "is signed but has another form than the ledger's entries have")
            return False
        said = entry.statement
        if said is not None:
            claim = digest(
                {
                    "ledger": audit.ledger,
                    "actor": entry.actor,
                    "kind": entry.kind,
                    "body": entry.body,
                    "time": entry.time,
                }
            )
            if not is_signed(said.public_key, "statement", claim, said.signature):
                audit.add("forged", entry.seq, where, f"{event.kind}: the person's own signature does not fit")
        return True

    def _trust(self, public_key: str) -> None:
        self.public_key = public_key
        self.keys.add(public_key)

    def end(self, head: Head | None) -> Audit:
        audit = self.audit
        for gone, where in sorted(self.missing.items()):
            audit.add("deleted", gone, f"before {where}", "is not there")
        audit.root = self.tree.root().hex()
        if head is not None:
            self._compare("the vault's head", head.ledger, head.size, self.expected)
        for name, said in self.checkpoints.items():
            self._compare(name, said.ledger, said.size, self.expected)
            if said.public_key not in self.keys:
                audit.add("other_ledger", 0, name, "was signed with a key that this ledger does not know")
            elif audit.entries >= said.size and self.roots[said.size] != said.root:
                audit.add(
                    "changed", said.size - 1, name, f"the first {said.size} lines are not the ones that it speaks of"
                )
            elif audit.entries >= said.size:
                audit.compared.append(f"{name} ({said.size} entries)")
        if head is not None and audit.entries == head.size and audit.last_hash != head.hash:
            audit.add(
                "changed", head.size - 1, "the vault's head", "the last entry is not the one that the vault knows"
            )
        elif head is not None and audit.entries >= head.size:
            audit.compared.append(f"the vault's head ({head.size} entries)")
        return audit

    def _compare(self, name: str, ledger: str, size: int, has: int) -> None:
        if ledger != self.audit.ledger:
            self.audit.add(
                "other_ledger", 0, name, "speaks of another ledger: this one was replaced from its first entry on"
            )
        if has < size:
            self.audit.add(
                "truncated", has, name, f"entries {has} to {size - 1} are not there any more: the end was cut off"
            )


# --- proofs to hand out -----------------------------------------------------------------------------------------------


def prove_entry(folder: Path, seq: int, size: int) -> dict[str, Any]:
    """What shows, with a checkpoint of `size`, that one line is in the ledger: the line and its audit path."""
    lines = _lines(folder, size)
    leaves = [leaf_hash(line) for line in lines]
    _within(folder, seq, len(leaves))
    path = [h.hex() for h in inclusion_proof(leaves, seq)]
    return {"line": lines[seq].decode(), "seq": seq, "size": len(leaves), "path": path}


def prove_growth(folder: Path, old: int, new: int) -> dict[str, Any]:
    """What shows that the ledger of checkpoint `new` begins with that of checkpoint `old`, without showing an entry."""
    leaves = [leaf_hash(line) for line in _lines(folder, new)]
    _within(folder, max(old, 1) - 1, len(leaves))
    return {"old": old, "new": len(leaves), "path": [h.hex() for h in consistency_proof(leaves, max(old, 1))]}


def _lines(folder: Path, size: int) -> list[bytes]:
    every: Iterable[bytes] = (raw[:-1] for s in segments(folder) for raw in s.open("rb") if raw.endswith(b"\n"))
    lines = [line for _, line in zip(range(size), every, strict=False)]
    if len(lines) < size:
        raise LedgerError(f"{folder}: has {len(lines)} entries, {size} were asked for. Give a size that it has.")
    return lines


def _within(folder: Path, seq: int, size: int) -> None:
    if not 0 <= seq < size:
        raise LedgerError(f"{folder}: entry {seq} is not among the first {size}. Give one that is.")
