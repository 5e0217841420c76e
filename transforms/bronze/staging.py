"""What one Spark task does with its part of a batch: judge every record once, and put it down as a row of bronze's tables.

The rows go into Parquet files in a staging folder of the identified zone, which become the tables' own; beside them goes
what comparing needs (`light`). Only counts go through Spark: texts that travel through it cost more than judging them.
"""

import gc
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from core import fhir, references
from core.erased import Erased
from transforms.bronze import light, reader, tables
from transforms.bronze.known import HASH_BYTES, Known, Same, record_key
from transforms.bronze.landing import Split
from transforms.bronze.reader import REASONS, Record
from transforms.bronze.validate import judge, surely_right

_PATIENT = re.compile(rb'(?:Patient/|"Patient"\s*,\s*"id"\s*:\s*")([0-9A-Za-z.-]{1,64})')
COUNTS = "resource_type string, good bigint, bad bigint"
_COUNTS_ARROW = pa.schema([("resource_type", pa.string()), ("good", pa.int64()), ("bad", pa.int64())])
_STRING, _TIME = pa.string(), pa.timestamp("us", "UTC")
_PLACE = [("source_file", _STRING), ("source_line", pa.int64()), ("source_entry", pa.int32()), ("ingested_at", _TIME)]
# The rows of bronze's tables as Parquet has them; in bronze/resource the type is the folder's name.
ACCEPTED = pa.schema([
    ("institution", _STRING), ("batch_id", _STRING), ("resource_id", _STRING), ("version_id", _STRING),
    ("last_updated", _TIME), ("subject_id", _STRING), ("deleted", pa.bool_()), ("content_hash", _STRING),
    *_PLACE, ("raw", _STRING),
])  # fmt: skip
REJECTED = pa.schema([
    ("institution", _STRING), ("batch_id", _STRING), ("resource_type", _STRING), ("resource_id", _STRING),
    *_PLACE, ("reason_code", _STRING), ("reason", _STRING), ("raw", _STRING),
])  # fmt: skip
DUPLICATE = pa.schema([
    ("institution", _STRING), ("batch_id", _STRING), ("resource_type", _STRING), ("resource_id", _STRING),
    ("content_hash", _STRING), *_PLACE,
])  # fmt: skip
BATCH = pa.schema([
    ("institution", _STRING), ("batch_id", _STRING), ("resource_type", _STRING),
    *((count, pa.int64()) for count in tables.COUNTS), ("fingerprint", _STRING), ("listing", _STRING), ("ingested_at", _TIME),
    ("patient_group", _STRING), ("loaded_since", _TIME), ("loaded_until", _TIME), ("declared", pa.int64()),
])  # fmt: skip
_REPEATED = ["institution", "batch_id", "version_id", "subject_id", "source_file", "resource_type", "reason_code"]
_ROWS_AT_ONCE = 20_000
_BYTES_AT_ONCE = 16 << 20
_NOT_READ = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Work:
    """What all tasks of one batch share. `known` is None when bronze holds nothing to compare with."""

    institution: str
    batch_id: str
    at: datetime  # of ingestion
    release: fhir.Release
    folder: Path
    deletes_at: str | None  # when deletes that do not say so happened: the manifest's transactionTime
    known: Path | None
    erased: Path | None = None  # the vault's folder with the list of those who were erased


def read_splits(work: Work, task: int, splits: Iterable[tuple[int, Split]]) -> Iterator[pa.RecordBatch]:
    """Judge and put down the records of some (number, part) of the batch's files; yields COUNTS."""
    with _Put(work, f"{task:06d}") as put:
        for number, split in splits:
            put.ordinal = number << 32
            if split.is_lines:
                for line, text in reader.lines(split):
                    put.line(text, line, split.name)
            else:
                for record in reader.document_records(reader.document(split), work.release):
                    put.record(record, split.name)
    yield put.counts()


def read_rejects(work: Work, rejects: Iterable[tuple[str, int, int, str]]) -> Iterator[pa.RecordBatch]:
    """Judge texts again that were rejected from some (file, line, entry), each of which is one record; yields COUNTS."""
    with _Put(work, f"{0:06d}") as put:
        for file, line, entry, raw in rejects:
            text = raw.encode()
            (record, *more) = reader.line_records(text, line, work.release)
            if more or record.resource_type == "Bundle":
                record = Record(line, text, "Bundle", reason_code="invalid_bundle")
            put.record(replace(record, entry=entry), file)
    yield put.counts()


class _Heads:
    """What has to be known of a record that only fhir.resources can judge: its id, version and the reference to its patient."""

    class Meta(msgspec.Struct, rename={"versionId_": "versionId", "lastUpdated_": "lastUpdated"}):
        versionId_: str | None = None  # noqa: N815  as the Structs of fhir_structs name it
        lastUpdated_: str | None = None  # noqa: N815

    class Kind(msgspec.Struct):
        resourceType: str  # noqa: N815  the name is FHIR's

    kind = msgspec.json.Decoder(Kind)

    @staticmethod
    @cache
    def of(resource_type: str) -> msgspec.json.Decoder[Any]:
        """Reads it under the names that the Structs of `fhir_structs` have."""
        about = references.subject_path(resource_type)[:1]
        fields: list[tuple[str, Any, Any]] = [("meta_", _Heads.Meta | None, None)]
        fields += [(f"{a}_", msgspec.Raw, None) for a in about]
        names = {f"{a}_": a for a in ("id", "meta", *about)}
        return msgspec.json.Decoder(msgspec.defstruct("Head", [("id_", str), *fields], rename=names))

    @staticmethod
    @lru_cache(maxsize=1 << 16)
    def subject(resource_type: str, about: bytes) -> str | None:
        path = references.subject_path(resource_type)
        return references.patient_id({"resourceType": resource_type, path[0]: msgspec.json.decode(about)})


_encode = msgspec.json.Encoder().encode
_START = b'{"resourceType":"'  # of nearly every resource that was ever written


def _kind(text: bytes) -> str:
    """What a line says it holds; what cannot be told is for the reader, as a Bundle is."""
    if text.startswith(_START):
        return text[len(_START) : text.find(b'"', len(_START))].decode("utf-8", "replace")
    try:
        return _Heads.kind.decode(text).resourceType
    except _NOT_READ:
        return "Bundle"


def _patient_id(resource_type: str, resource: Any) -> str | None:
    if resource_type == "Patient":
        return str(resource.id_)
    path = references.subject_path(resource_type)
    about = getattr(resource, f"{path[0]}_") if path else None
    return None if about is None else _Heads.subject(resource_type, _encode(about))


@lru_cache(maxsize=1 << 16)
def _time(said: str | None) -> datetime | None:
    """When a FHIR instant is (a leap second counts as the one before it); None for what is none."""
    try:
        return None if said is None else datetime.fromisoformat(said.replace(":60", ":59"))
    except ValueError:
        return None


@dataclass(slots=True)
class _Columns:
    """Rows that wait to be written, by column; the texts apart, as Arrow wants them."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    texts: list[bytes | None] = field(default_factory=list)
    size: int = 0

    def add(self, row: tuple[Any, ...], text: bytes | None) -> None:
        self.rows.append(row)
        self.texts.append(text)
        self.size += len(text or b"")

    def table(self, schema: pa.Schema, shared: Mapping[str, Any]) -> pa.Table:
        """The rows with what all of them share, e.g. their batch; `raw` is the last column, the others are in order."""
        own = iter(zip(*self.rows, strict=True))
        arrays = [
            pa.repeat(pa.scalar(shared[f.name], f.type), len(self.rows)) if f.name in shared else pa.array(next(own), f.type)
            for f in list(schema)[:-1]
        ]  # fmt: skip
        return pa.Table.from_arrays([*arrays, pa.array(self.texts, pa.binary()).cast(pa.string())], schema=schema)


class _Put:
    """Puts judged records down: a file of `accepted` for each type, one of `rejected`, one of `light`, all or none."""

    def __init__(self, work: Work, task: str) -> None:
        self.work, self.task, self.ordinal = work, task, 0
        self._known = Known(work.known) if work.known else None
        self._erased = Erased.load(work.erased) if work.erased else None
        self._shared = {"institution": work.institution, "batch_id": work.batch_id, "ingested_at": work.at}
        self._accepted: dict[str, _Columns] = defaultdict(_Columns)
        self._rejected = _Columns()
        self._light: list[tuple[Any, ...]] = []
        self._waiting = 0  # bytes of text
        self._writers: dict[Path, Any] = {}
        self._good: Counter[str] = Counter()
        self._bad: Counter[str | None] = Counter()

    def __enter__(self) -> "_Put":
        gc.disable()  # what waits here is many and has no cycles: looking for some takes an eighth of the time
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        gc.enable()
        if kind is None:
            self._down()
        for file, writer in self._writers.items():
            writer.close()
            if kind is None:
                os.replace(f"{file}.partial", file)

    def counts(self) -> pa.RecordBatch:
        """How many records of each type were acceptable, and how many were not."""
        kinds = sorted(self._good.keys() | self._bad.keys(), key=str)
        columns = [kinds, [self._good[k or ""] for k in kinds], [self._bad[k] for k in kinds]]
        arrays = [pa.array(c, f.type) for c, f in zip(columns, _COUNTS_ARROW, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=_COUNTS_ARROW)

    def line(self, text: bytes, line: int, file: str) -> None:
        """One line of a file of lines, most of which hold one good resource."""
        kind = _kind(text)
        if (
            kind == "Bundle"
            or kind not in fhir.resource_types(self.work.release)
            or not self._resource(text, kind, line, 1, file)
        ):
            for record in reader.line_records(text, line, self.work.release):
                self.record(record, file)

    def record(self, record: Record, file: str) -> None:
        """A record that the reader took out of a larger text, or refused."""
        if record.reason_code:
            self._reject(record, file, record.reason_code, REASONS[record.reason_code])
        elif record.deleted:
            self._delete(record, file)
        elif not self._resource(record.raw or b"", record.resource_type or "", record.line, record.entry, file):
            self._refuse(record, file)

    def _refuse(self, record: Record, file: str) -> None:
        found = judge(record.raw or b"", record.resource_type or "", self.work.release)
        # Coercions of the judge can let a record pass whose id, version or time is no text: nothing can be keyed by it.
        code, reason = found or (
            "invalid_fhir",
            f"{record.resource_type}: id, meta.versionId or meta.lastUpdated: string_type",
        )
        self._reject(record, file, code, reason)

    def _resource(self, text: bytes, kind: str, line: int, entry: int, file: str) -> bool:
        """Put an acceptable resource down; False for one that is not."""
        if len(text) > reader.MOST_BYTES or not (text.isascii() or _is_utf8(text)):
            return False
        found = surely_right(text, kind, self.work.release)
        if found is None:
            try:
                found = _Heads.of(kind).decode(text)
            except _NOT_READ:
                return False
            if judge(text, kind, self.work.release) is not None:
                return False
        elif found.id_ is None:
            return False
        version, updated = (found.meta_.versionId_, found.meta_.lastUpdated_) if found.meta_ else (None, None)
        self._accept(
            (file, line, entry), kind, (found.id_, version, _time(updated), _patient_id(kind, found), False),
            reader.content_hash(text), updated is not None, text,
        )  # fmt: skip
        return True

    def _delete(self, record: Record, file: str) -> None:
        at = record.deleted_at or self.work.deletes_at
        assert record.resource_type is not None
        assert record.resource_id is not None
        content = reader.delete_hash(record.resource_type, record.resource_id, at)
        subject = record.resource_id if record.resource_type == "Patient" else None
        row = (record.resource_id, None, _time(at), subject, True)
        self._accept((file, record.line, record.entry), record.resource_type, row, content, at is not None, None)

    def _accept(
        self, place: tuple[str, int, int], kind: str, row: tuple[Any, ...], content: bytes, says_when: bool, text: bytes | None
    ) -> None:  # fmt: skip
        if self._erased and row[3] is not None and self._erased.has(self.work.institution, row[3]):
            file, line, entry = place
            gone = Record(line, None, kind, entry=entry)
            self._reject(gone, self._erased.file_token(file), reader.ERASED, REASONS[reader.ERASED])
            return
        key, short = record_key(self.work.institution, kind, row[0]), content[:HASH_BYTES]
        same = self._known.same(key, short) if self._known else Same.NO
        self._accepted[kind].add((*row, content.hex(), *place), text)
        self._light.append((self.ordinal, kind, key, short, says_when, same))
        self._good[kind] += 1
        self._next(text)

    def _reject(self, record: Record, file: str, code: str, reason: str) -> None:
        if self._erased and self._is_about_erased(record):
            record, file = replace(record, raw=None, resource_id=None), self._erased.file_token(file)
        text = None if record.raw is None else record.raw.decode("utf-8", "backslashreplace").encode()
        place = (file, record.line, record.entry)
        self._rejected.add((record.resource_type, record.resource_id, *place, code, reason), text)
        self._bad[record.resource_type] += 1
        self._next(text)

    def _is_about_erased(self, record: Record) -> bool:
        """Whether a reject is of somebody who was erased, as far as a text that may be broken tells."""
        assert self._erased is not None
        ids = {i.decode() for i in _PATIENT.findall(record.raw or b"")}
        ids |= {record.resource_id} if record.resource_type == "Patient" and record.resource_id else set()
        return any(self._erased.has(self.work.institution, i) for i in ids)

    def _next(self, text: bytes | None) -> None:
        self.ordinal += 1
        self._waiting += len(text or b"")
        if self._waiting >= _BYTES_AT_ONCE or len(self._light) >= _ROWS_AT_ONCE:
            self._down()

    def _down(self) -> None:
        for kind, rows in self._accepted.items():
            self._write(accepted_file(self.work.folder, self.task, kind), ACCEPTED, rows)
        if self._rejected.rows:
            self._write(self.work.folder / "rejected" / f"{self.task}.parquet", REJECTED, self._rejected)
        if self._light:
            file = self.work.folder / "light" / f"{self.task}.arrow"
            if file not in self._writers:
                self._writers[file] = pa.ipc.new_file(f"{file}.partial", light.SCHEMA)
            self._writers[file].write_batch(light.record_batch(self._light))
        self._accepted, self._rejected, self._light, self._waiting = defaultdict(_Columns), _Columns(), [], 0

    def _write(self, file: Path, schema: pa.Schema, rows: _Columns) -> None:
        if file not in self._writers:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._writers[file] = parquet_writer(f"{file}.partial", schema)
        self._writers[file].write_table(rows.table(schema, self._shared))


def accepted_file(folder: Path, task: str, kind: str) -> Path:
    """Where a task puts the acceptable resources of one type, in the layout that the table has."""
    return folder / "accepted" / f"resource_type={kind}" / f"{task}.parquet"


def parquet_writer(file: Path | str, schema: pa.Schema) -> pq.ParquetWriter:
    """Writes a file that a table of bronze takes over as it is. Only what is looked for has statistics."""
    return pq.ParquetWriter(
        file, schema, compression="zstd", write_statistics=[c for c in tables.SKIP_BY if c in schema.names],
        use_dictionary=[c for c in _REPEATED if c in schema.names],
    )  # fmt: skip


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
