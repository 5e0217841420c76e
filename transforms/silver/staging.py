"""Many views in one pass: what each Spark task does with its part of the records, and what came of it.

A task runs every view of a type over the records of that type while they are at hand, and writes each view's rows into a
Parquet file of its own, which becomes the table's. Only counts go back through Spark.
"""

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms.silver.compile import INPUT
from transforms.silver.runner import CARRIED, Statement, connection, without_values
from transforms.silver.view import ViewDataError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_AT_ONCE = 64 << 20  # bytes of records that a task keeps before it runs the views over those of one type
_DONE = "view string, file string, seconds double, error string"
_DONE_ARROW = pa.schema(
    [("view", pa.string()), ("file", pa.string()), ("seconds", pa.float64()), ("error", pa.string())]
)


@dataclass(frozen=True, slots=True)
class Staged:
    """What the pass made of one view: files, seconds of all tasks together, and why it could not be computed, if so."""

    files: tuple[Path, ...]
    seconds: float
    error: ViewDataError | None


def stage(resources: "DataFrame", statements: Iterable[Statement], folder: Path) -> dict[str, Staged]:
    """Run views over the records in one Spark job, into Parquet files in `folder`; by the view's name.

    Reads institution, subject_key, person_key, resource_type, raw. Each type's records are read once, whatever the number of
    its views; there is no shuffle. A view that does not fit the data leaves the others alone. `folder` is one that the
    workers share with the driver; files in it that are not in the answer are those of a task that was tried again.
    """
    by_type: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_type[statement.resource].append(statement)
    ours = resources.where(resources["resource_type"].isin(*by_type)).select(*CARRIED, "resource_type", "raw")
    done = ours.mapInArrow(_mapper(dict(by_type), folder), _DONE).collect()
    found = {}
    for statement in (s for of_type in by_type.values() for s in of_type):
        own = [r for r in done if r.view == statement.name]
        files = tuple(sorted(folder / r.file for r in own if r.file))
        error = next((ViewDataError(r.error) for r in own if r.error), None)
        found[statement.name] = Staged(files, sum(r.seconds for r in own), error)
    return found


def _mapper(
    by_type: dict[str, list[Statement]], folder: Path
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        part = _Part(by_type, folder)
        for batch in batches:
            part.add(batch)
        yield part.end()

    return run


class _Part:
    """One task's part: the records that wait, by type, and the files that are open, by view."""

    def __init__(self, by_type: dict[str, list[Statement]], folder: Path) -> None:
        self._by_type = by_type
        self._folder = folder
        self._waiting: dict[str, list[pa.RecordBatch]] = defaultdict(list)
        self._bytes: dict[str, int] = defaultdict(int)
        self._files: dict[str, tuple[str, pq.ParquetWriter]] = {}
        self._seconds: dict[str, float] = defaultdict(float)
        self._errors: dict[str, str] = {}

    def add(self, batch: pa.RecordBatch) -> None:
        types = batch.column("resource_type")
        kinds = pc.unique(types).to_pylist()
        for kind in kinds:
            own = batch if len(kinds) == 1 else batch.filter(pc.equal(types, kind))
            self._waiting[kind].append(own.drop_columns(["resource_type"]))
            self._bytes[kind] += own.nbytes
        while sum(self._bytes.values()) > _AT_ONCE:
            self._run(max(self._bytes, key=self._bytes.__getitem__))

    def end(self) -> pa.RecordBatch:
        for kind in sorted(self._waiting):
            self._run(kind)
        for _, writer in self._files.values():
            writer.close()
        columns = {
            "view": list(self._seconds),
            "file": [self._files[view][0] if view in self._files else None for view in self._seconds],
            "seconds": list(self._seconds.values()),
            "error": [self._errors.get(view) for view in self._seconds],
        }
        return pa.RecordBatch.from_pydict(columns, _DONE_ARROW)

    def _run(self, kind: str) -> None:
        records = pa.Table.from_batches(self._waiting.pop(kind))
        del self._bytes[kind]
        for statement in self._by_type[kind]:
            if statement.name in self._errors:
                continue
            started = time.perf_counter()
            try:
                self._write(statement, records)
            except duckdb.Error as e:
                self._errors[statement.name] = str(without_values(e, statement.name))
            self._seconds[statement.name] += time.perf_counter() - started

    def _write(self, statement: Statement, records: pa.Table) -> None:
        with connection().cursor() as cursor:
            rows = cursor.from_arrow(records).query(INPUT, statement.sql).to_arrow_table()
        if rows.num_rows:
            self._writer(statement).write_table(rows.cast(statement.schema))

    def _writer(self, statement: Statement) -> pq.ParquetWriter:
        if statement.name not in self._files:
            name = f"{statement.name}-{uuid.uuid4()}.parquet"  # its own: a task that is tried again writes another
            writer = pq.ParquetWriter(self._folder / name, statement.schema, compression="zstd")
            self._files[statement.name] = name, writer
        return self._files[statement.name][1]
