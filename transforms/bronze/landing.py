"""Finds what has landed: institutions, their batches, and the files of each. Reads files only to fingerprint them.

A batch is a sub-folder of the institution's landing folder; loose files in it are one batch named after the newest file.
Files and folders whose name starts with "." or "_" are not data (markers, manifests, partial uploads). A batch is read
when whoever delivers it says that it is whole (`_SUCCESS` or a manifest), or when it has not changed for a while.
"""

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import zstandard

from core import fhir
from core.errors import LandingError
from transforms.bronze.manifest import MANIFESTS, Manifest, read_manifest

_PACKED = (".gz", ".zst")
_LINES = tuple(kind + packed for kind in (".ndjson", ".jsonl") for packed in ("", *_PACKED))
_DOCUMENTS = tuple(".json" + packed for packed in ("", *_PACKED))
_WHOLE = ("_SUCCESS", *MANIFESTS)
_CHUNK = 1 << 20
_SPLIT_BYTES = 16 << 20  # a plain file of lines is read in parts of about this size
# A word of a file name that names no person: types, dates, counters, ids. A name made of anything else may be a
# patient's (exports write one file a patient, named after them), so it is shown as a hash.
_HARMLESS = re.compile(
    r"\d+|[0-9a-f]{8,}|batch|bundle|bundles|export|part|delta|initial|update|deleted|fhir|bulk|full|data"
)


class Digest(Protocol):
    """A running checksum, as hashlib makes them."""

    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """One delivery of one institution. `files` in name order; `listing` changes when a file comes, goes or is written."""

    institution: str
    id: str
    folder: Path
    files: tuple[Path, ...]
    is_loose: bool = False

    @property
    def key(self) -> str:
        """The batch in a Dagster partition and in logs."""
        return f"{self.institution}|{self.id}"

    @property
    def listing(self) -> str:
        found = ((f.relative_to(self.folder), f.stat()) for f in self.files)
        names = "\n".join(f"{name}:{at.st_size}:{at.st_mtime_ns}" for name, at in found)
        return hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()

    @property
    def bytes(self) -> int:
        return sum(f.stat().st_size for f in self.files)

    @property
    def is_declared_whole(self) -> bool:
        """Whether whoever delivered it left a mark that nothing is missing."""
        return not self.is_loose and any((self.folder / mark).is_file() for mark in _WHOLE)

    @property
    def written(self) -> float:
        """When a file of it was last written, in seconds since the epoch."""
        return max((f.stat().st_mtime for f in self.files), default=0.0)

    @property
    def manifest(self) -> Manifest | None:
        """What the sender says the batch holds. LandingError when the manifest cannot be read or names a missing file."""
        return None if self.is_loose else read_manifest(self.folder, self.key)


@dataclass(frozen=True, slots=True)
class Split:
    """A part of a landed file that one task reads: whole, or lines from byte `start` to `end`, the first being `first_line`."""

    file: str
    name: str  # relative to the institution's landing folder: what `source_file` says
    is_lines: bool
    start: int
    end: int | None
    first_line: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Inspected:
    """A batch whose every file could be read to its end: its fingerprint (SHA-256 of names and contents) and its parts."""

    fingerprint: str
    splits: tuple[Split, ...]


def find_institutions(landing: Path, known: Iterable[str]) -> list[Path]:
    """The institution folders of a landing folder. LandingError lists every folder that no institution file describes."""
    if not landing.is_dir():
        raise LandingError(f"{landing}: no such landing folder. Pass --landing DIR with one folder per institution.")
    folders = sorted(f for f in _entries(landing) if f.is_dir())
    if not folders:
        raise LandingError(
            f"{landing}: holds no institution folder. Put each institution's batches in {landing}/<id>/<batch>/."
        )
    known = set(known)
    if unknown := [f.name for f in folders if f.name not in known]:
        allowed = ", ".join(sorted(known)) or "none yet"
        raise LandingError(
            f"{landing}: unknown institution folder{'s' if len(unknown) > 1 else ''} {', '.join(unknown)} (known: {allowed})."
            f" Describe it with `lakehouse institution add {unknown[0]} …` or rename the folder."
        )
    return folders


def find_batches(folder: Path) -> list[Batch]:
    """The batches of one institution folder in name order (digits as numbers), then the loose files as one batch."""
    try:
        inside = _entries(folder)
        batches = [Batch(folder.name, d.name, d, tuple(_files(d))) for d in inside if d.is_dir()]
        loose = tuple(f for f in inside if f.is_file())
        if loose:
            newest = max(loose, key=lambda f: (f.stat().st_mtime_ns, f.name))
            batches.append(Batch(folder.name, shown_name(newest), folder, loose, is_loose=True))
    except OSError as e:
        raise LandingError(f"{folder}: cannot be listed ({e.strerror}). Check its permissions.") from None
    return sorted((b for b in batches if b.files or b.is_declared_whole), key=lambda b: _natural(b.id))


def seconds_to_settle(batch: Batch, settle: float, now: float) -> float:
    """How long to wait before a batch may be taken for whole: 0 when its sender says that it is, or it has rested."""
    if batch.is_declared_whole:
        return 0.0
    rested = now - batch.written
    return max(0.0, settle - rested) if rested >= 0 else settle  # a time in the future is another machine's clock


def shown_name(file: Path) -> str:
    """A file's name if it can name no person, else a hash of it: names of files go to logs, partitions and reports."""
    stem = file.name
    for suffix in (*_LINES, *_DOCUMENTS):
        stem = stem.removesuffix(suffix)
    words = [w for w in re.split(r"[^0-9A-Za-z]+", stem) if w]
    types = {t.lower() for t in fhir.resource_types()}
    harmless = words and all(w.lower() in types or _HARMLESS.fullmatch(w.lower()) for w in words)
    plain = re.fullmatch(r"[0-9A-Za-z._\-]+", stem)
    return stem if harmless and plain else f"file-{hashlib.sha256(stem.encode()).hexdigest()[:12]}"


def shown_path(source_file: str) -> str:
    """The same for a file's path below the institution's landing folder, of which the last name may be a patient's."""
    *folders, name = source_file.split("/")
    return "/".join([*folders, shown_name(Path(name))])


def inspect(batch: Batch) -> Inspected:
    """Read every file of a batch once: LandingError for one that is unreadable, cut off or not FHIR."""
    _ = batch.manifest  # one that does not fit stops the run like a bad file
    digest = hashlib.sha256()
    splits: list[Split] = []
    for number, file in enumerate(batch.files, 1):
        place = (
            f"{batch.institution}/{batch.id}: file {number} of {len(batch.files)} in name order ({shown_name(file)})"
        )
        digest.update(str(file.relative_to(batch.folder)).encode() + b"\0")
        try:
            splits += _inspect_file(file, batch, digest, place)
        except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError):
            raise LandingError(
                f"{place}: the compressed file is cut off or damaged. Have it sent again; nothing was loaded."
            ) from None
        except OSError as e:
            raise LandingError(
                f"{place}: cannot be read ({e.strerror}). Check its permissions; nothing was loaded."
            ) from None
    return Inspected(digest.hexdigest(), tuple(splits))


def is_of_lines(file: Path) -> bool:
    """Whether a file has one record a line, by its name."""
    return file.name.lower().endswith(_LINES)


def _inspect_file(file: Path, batch: Batch, digest: Digest, place: str) -> Iterator[Split]:
    name = str(file.relative_to(batch.folder if batch.is_loose else batch.folder.parent))
    is_lines = is_of_lines(file)
    if not is_lines and not file.name.lower().endswith(_DOCUMENTS):
        raise LandingError(_not_fhir(place))
    size = file.stat().st_size
    start, first_line, line, at = 0, 1, 1, 0
    tail, said_fhir, blank = b"", False, True
    can_split = is_lines and not file.name.lower().endswith(_PACKED)
    for chunk in _chunks(file, digest):
        if not at:
            can_split = can_split and not chunk.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16: a newline is two bytes
        window = tail + chunk
        blank = blank and not chunk.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
        said_fhir = said_fhir or b"resourceType" in window.replace(b"\0", b"")
        tail = chunk[-64:]
        if can_split and at + len(chunk) - start >= _SPLIT_BYTES and (cut := chunk.rfind(b"\n")) >= 0:
            line += chunk.count(b"\n", 0, cut + 1)
            yield Split(str(file), name, True, start, at + cut + 1, first_line, at + cut + 1 - start)
            start, first_line = at + cut + 1, line
            line += chunk.count(b"\n", cut + 1)
        else:
            line += chunk.count(b"\n")
        at += len(chunk)
    if not blank and not said_fhir:
        raise LandingError(_not_fhir(place))
    if start < at:
        yield Split(str(file), name, is_lines, start, None, first_line, at - start if can_split else max(at, size))


def _chunks(file: Path, digest: Digest) -> Iterator[bytes]:
    """The unpacked text in pieces, while the bytes as delivered go into the digest."""
    is_packed = file.name.lower().endswith(_PACKED)
    with file.open("rb") as delivered, ThreadPoolExecutor(1) as beside:
        digested: Future[None] = beside.submit(lambda: None)
        while chunk := delivered.read(_CHUNK):
            digested.result()
            digested = beside.submit(digest.update, chunk)
            if not is_packed:
                yield chunk
    if is_packed:
        yield from text_chunks(file)


def text_chunks(file: Path) -> Iterator[bytes]:
    """A landed file's text in pieces, unpacked while it is read. Raises what its format raises when it is cut off."""
    name = file.name.lower()
    with (gzip.open if name.endswith(".gz") else open)(file, "rb") as text:
        pieces = iter(lambda: text.read(_CHUNK), b"")
        yield from _frames(pieces) if name.endswith(".zst") else pieces


def _frames(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Zstandard frames unpacked. EOFError for a last one that is cut off: the library's own reader just ends there."""
    frame, is_open = zstandard.ZstdDecompressor().decompressobj(), False
    for piece in pieces:
        rest = piece
        while rest:
            is_open = True
            yield frame.decompress(rest)
            if not frame.eof:
                break
            rest, frame, is_open = frame.unused_data, zstandard.ZstdDecompressor().decompressobj(), False
    if is_open:
        raise EOFError


def _not_fhir(place: str) -> str:
    allowed = ", ".join((*_LINES, *_DOCUMENTS))
    return (
        f"{place}: is not FHIR JSON (allowed: {allowed}, holding resources). Take it out of the landing folder, or start"
        " its name with _ if it is not data; nothing was loaded."
    )


def _entries(folder: Path) -> list[Path]:
    return sorted(f for f in folder.iterdir() if not f.name.startswith((".", "_")) and f.name not in MANIFESTS)


def _files(folder: Path) -> Iterator[Path]:
    for entry in _entries(folder):
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry


def _natural(name: str) -> list[tuple[bool, int, str]]:
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", name)]
