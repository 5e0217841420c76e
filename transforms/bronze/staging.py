"""What one Spark task does with its part of a batch: judge every record once, and put it down where Spark can pick it up.

The texts go into Parquet files in a staging folder of the identified zone, beside them what comparing needs (`light`), and
only counts go through Spark: texts that travel through its Python bridge and its cache cost more than reading them.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from core import fhir, references
from transforms.bronze import light, reader
from transforms.bronze.known import HASH_BYTES, Known, Same, record_key
from transforms.bronze.landing import Split
from transforms.bronze.reader import REASONS, Record
from transforms.bronze.validate import wrong

COUNTS = "resource_type string, good bigint, bad bigint"
_COUNTS_ARROW = pa.schema([("resource_type", pa.string()), ("good", pa.int64()), ("bad", pa.int64())])
_PLACE = [
    ("ordinal", pa.int64()),
    ("source_file", pa.string()),
    ("source_line", pa.int64()),
    ("source_entry", pa.int32()),
]
ACCEPTED = pa.schema([
    *_PLACE, ("resource_type", pa.string()), ("resource_id", pa.string()), ("version_id", pa.string()),
    ("last_updated", pa.string()), ("subject_id", pa.string()), ("deleted", pa.bool_()), ("content_hash", pa.string()),
    ("raw", pa.string()),
])  # fmt: skip
REJECTED = pa.schema([
    *_PLACE, ("resource_type", pa.string()), ("resource_id", pa.string()), ("reason_code", pa.string()),
    ("reason", pa.string()), ("raw", pa.string()),
])  # fmt: skip
_ROWS_AT_ONCE = 20_000
_BYTES_AT_ONCE = 16 << 20


@dataclass(frozen=True, slots=True)
class Work:
    """What all tasks of one batch share. `known` is None when bronze holds nothing to compare with."""

    institution: str
    release: fhir.Release
    folder: Path
    deletes_at: str | None  # when deletes that do not say so happened: the manifest's transactionTime
    known: Path | None


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
    """Per type a decoder of what has to be known of a record: its id, version and the reference to its patient."""

    class Meta(msgspec.Struct):
        versionId: str | None = None  # noqa: N815  the names are FHIR's
        lastUpdated: str | None = None  # noqa: N815

    class Kind(msgspec.Struct):
        resourceType: str  # noqa: N815

    kind = msgspec.json.Decoder(Kind)

    @staticmethod
    @cache
    def of(resource_type: str) -> msgspec.json.Decoder[Any]:
        about = references.subject_path(resource_type)[:1]
        fields: list[tuple[str, Any, Any]] = [("meta", _Heads.Meta | None, None)]
        fields += [(f"{a}_", msgspec.Raw, msgspec.Raw()) for a in about]
        return msgspec.json.Decoder(
            msgspec.defstruct("Head", [("id", str), *fields], rename={f"{a}_": a for a in about})
        )

    @staticmethod
    @lru_cache(maxsize=1 << 16)
    def subject(resource_type: str, about: bytes) -> str | None:
        path = references.subject_path(resource_type)
        return references.patient_id({"resourceType": resource_type, path[0]: msgspec.json.decode(about)})


def _patient_id(resource_type: str, head: Any) -> str | None:
    if resource_type == "Patient":
        return str(head.id)
    about = references.subject_path(resource_type)[:1]
    said = bytes(getattr(head, f"{about[0]}_")) if about else b""
    return _Heads.subject(resource_type, said) if said else None


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

    def table(self, schema: pa.Schema) -> pa.Table:
        columns = list(zip(*self.rows, strict=True))
        arrays = [pa.array(c, f.type) for c, f in zip(columns, list(schema)[:-1], strict=True)]
        return pa.Table.from_arrays([*arrays, pa.array(self.texts, pa.binary()).cast(pa.string())], schema=schema)


class _Put:
    """Puts judged records down, in a file for each of `accepted`, `rejected` and `light`, whole or not at all."""

    def __init__(self, work: Work, task: str) -> None:
        self.work, self.task, self.ordinal = work, task, 0
        self._known = Known(work.known) if work.known else None
        self._accepted, self._rejected = _Columns(), _Columns()
        self._light: list[tuple[Any, ...]] = []
        self._writers: dict[str, Any] = {}
        self._good: Counter[str] = Counter()
        self._bad: Counter[str | None] = Counter()

    def __enter__(self) -> "_Put":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._down()
        for name, writer in self._writers.items():
            writer.close()
            if kind is None:
                os.replace(f"{self._file(name)}.partial", self._file(name))

    def counts(self) -> pa.RecordBatch:
        """How many records of each type were acceptable, and how many were not."""
        kinds = sorted(self._good.keys() | self._bad.keys(), key=str)
        columns = [kinds, [self._good[k or ""] for k in kinds], [self._bad[k] for k in kinds]]
        arrays = [pa.array(c, f.type) for c, f in zip(columns, _COUNTS_ARROW, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=_COUNTS_ARROW)

    def line(self, text: bytes, line: int, file: str) -> None:
        """One line of a file of lines, most of which hold one good resource."""
        try:
            kind = _Heads.kind.decode(text).resourceType
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            kind = "Bundle"
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
        found = wrong(record.raw or b"", record.resource_type or "", self.work.release)
        # Coercions of the judge can let a record pass whose id, version or time is no text: nothing can be keyed by it.
        code, reason = found or (
            "invalid_fhir",
            f"{record.resource_type}: id, meta.versionId or meta.lastUpdated: string_type",
        )
        self._reject(record, file, code, reason)

    def _resource(self, text: bytes, kind: str, line: int, entry: int, file: str) -> bool:
        """Put an acceptable resource down; False for one that is not."""
        try:
            head = _Heads.of(kind).decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        if len(text) > reader.MOST_BYTES or not (text.isascii() or _is_utf8(text)):
            return False
        if wrong(text, kind, self.work.release) is not None:
            return False
        version, updated = (head.meta.versionId, head.meta.lastUpdated) if head.meta else (None, None)
        content = reader.content_hash(text)
        row = (kind, head.id, version, updated, _patient_id(kind, head), False, content.hex())
        self._accept((file, line, entry), row, content, updated is not None, text)
        return True

    def _delete(self, record: Record, file: str) -> None:
        at = record.deleted_at or self.work.deletes_at
        assert record.resource_type is not None
        assert record.resource_id is not None
        content = reader.delete_hash(record.resource_type, record.resource_id, at)
        subject = record.resource_id if record.resource_type == "Patient" else None
        row = (record.resource_type, record.resource_id, None, at, subject, True, content.hex())
        self._accept((file, record.line, record.entry), row, content, at is not None, None)

    def _accept(
        self, place: tuple[str, int, int], row: tuple[Any, ...], content: bytes, says_when: bool, text: bytes | None
    ) -> None:
        key, short = record_key(self.work.institution, row[0], row[1]), content[:HASH_BYTES]
        same = self._known.same(key, short) if self._known else Same.NO
        self._accepted.add((self.ordinal, *place, *row), text)
        self._light.append((self.ordinal, row[0], key, short, says_when, same))
        self._good[row[0]] += 1
        self._next()

    def _reject(self, record: Record, file: str, code: str, reason: str) -> None:
        text = None if record.raw is None else record.raw.decode("utf-8", "backslashreplace").encode()
        place = (self.ordinal, file, record.line, record.entry)
        self._rejected.add((*place, record.resource_type, record.resource_id, code, reason), text)
        self._bad[record.resource_type] += 1
        self._next()

    def _next(self) -> None:
        self.ordinal += 1
        if len(self._light) >= _ROWS_AT_ONCE or self._accepted.size + self._rejected.size >= _BYTES_AT_ONCE:
            self._down()

    def _down(self) -> None:
        for name, schema, waiting in (("accepted", ACCEPTED, self._accepted), ("rejected", REJECTED, self._rejected)):
            if waiting.rows:
                self._writer(name, schema).write_table(waiting.table(schema))
        if self._light:
            self._writer("light", light.SCHEMA).write_batch(light.record_batch(self._light))
        self._accepted, self._rejected, self._light = _Columns(), _Columns(), []

    def _writer(self, name: str, schema: pa.Schema) -> Any:
        if name not in self._writers:
            partial = f"{self._file(name)}.partial"
            # Fast to write and to read again; it lives for seconds.
            self._writers[name] = (
                pa.ipc.new_file(partial, schema)
                if name == "light"
                else pq.ParquetWriter(
                    partial,
                    schema,
                    compression="lz4",
                    use_dictionary=["source_file", "resource_type"],
                    write_statistics=False,
                )
            )
        return self._writers[name]

    def _file(self, name: str) -> Path:
        return self.work.folder / name / f"{self.task}.{'arrow' if name == 'light' else 'parquet'}"


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
