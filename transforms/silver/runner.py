"""Runs a compiled view: over inline resources with no JVM, or over a Spark frame, one statement a partition."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from transforms.silver import macros
from transforms.silver.columns import OutputColumn
from transforms.silver.compile import INPUT, compile_view
from transforms.silver.shape import ERROR
from transforms.silver.view import ViewDataError, ViewDefinition, ViewError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

CARRIED = ("institution", "subject_key", "person_key")
_ROWS = 4096  # a batch given back to Spark
_ARROW = {
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us", tz="UTC"),
}
_SPARK = {"VARCHAR": "string", "INTEGER": "int"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A view ready to run over records in the lake: what a worker needs of it. `columns` are the table's, as DDL."""

    name: str
    resource: str
    sql: str  # reads CARRIED and raw, gives CARRIED and the view's columns
    schema: pa.Schema
    columns: str


def statement(view: ViewDefinition) -> Statement:
    """ViewError when the view is wrong or names one of CARRIED as a column."""
    compiled = compile_view(view, strict=view.is_strict)
    taken = sorted({c.name.lower() for c in compiled.columns} & set(CARRIED))
    if taken:
        raise ViewError(f"{view.where}: {', '.join(taken)} come from the de-identified resource. Rename the columns.")
    schema = pa.schema([*((c, pa.string()) for c in CARRIED), *_arrow_schema(compiled.columns)])
    ddl = ", ".join([*(f"{c} string" for c in CARRIED), *(f"`{c.name}` {_spark_type(c)}" for c in compiled.columns)])
    return Statement(view.name, view.resource, compiled.sql(CARRIED), schema, ddl)


def run_inline(view: ViewDefinition, resources: Iterable[dict[str, Any] | str], *, strict: bool = True) -> pa.Table:
    """One row as the view says, of the resources of its type; the others are passed over.

    ViewError when the view is wrong (see `compile_view` for `strict`), ViewDataError when it does not fit the data.
    """
    compiled = compile_view(view, strict=strict)
    raw = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in resources]
    ours = f"json_extract_string(raw, '$.resourceType') = '{view.resource}'"
    with connection().cursor() as cursor:
        batch = cursor.from_arrow(pa.table({"raw": pa.array(raw, pa.string())}))
        try:
            table = batch.filter(ours).query(INPUT, compiled.sql()).to_arrow_table()
        except duckdb.Error as e:
            raise without_values(e, view.name) from None
    return table.cast(_arrow_schema(compiled.columns))


def project(resources: "DataFrame", view: ViewDefinition) -> "DataFrame":
    """One row as the view says. Reads institution, subject_key, person_key, resource_type, raw.

    Returns institution, subject_key, person_key and the view's columns. No shuffle. ViewError when the view is wrong or
    names one of the three as a column; a view that does not fit the data fails the job with a ViewDataError.
    """
    made = statement(view)
    ours = resources.where(resources["resource_type"] == view.resource).select(*CARRIED, "raw")
    return ours.mapInArrow(_mapper(made), made.columns)


def _mapper(made: Statement) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return _run(made, batches)

    return run


def _run(made: Statement, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    first = next(batches, None)
    if first is None:
        return

    def all_batches() -> Iterator[pa.RecordBatch]:
        yield first
        yield from batches

    with connection().cursor() as cursor:
        source = cursor.from_arrow(pa.RecordBatchReader.from_batches(first.schema, all_batches()))
        try:
            for batch in source.query(INPUT, made.sql).to_arrow_reader(_ROWS):
                yield from pa.Table.from_batches([batch]).cast(made.schema).to_batches()
        except duckdb.Error as e:
            raise without_values(e, made.name) from None


@cache
def connection() -> duckdb.DuckDBPyConnection:
    """The one of this process. One thread, since Spark runs a worker per core; nothing is fetched or loaded."""
    connection = duckdb.connect(
        ":memory:",
        config={"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False},
    )
    macros.define(connection)
    return connection


def without_values(error: duckdb.Error, view: str) -> ViewDataError:
    """DuckDB quotes what it could not read; only our own messages, which hold no value, are passed on."""
    message = str(error)
    if ERROR in message:
        said = message.split(ERROR, 1)[1].splitlines()[0]
        return ViewDataError(f"view {view!r}: {said}")
    if isinstance(error, duckdb.BinderException | duckdb.ParserException | duckdb.CatalogException):
        return ViewDataError(f"view {view!r}: DuckDB refuses the compiled statement: {message.splitlines()[0]}")
    return ViewDataError(f"view {view!r}: cannot be computed ({type(error).__name__}): is each `raw` one JSON object?")


def _arrow_schema(columns: Iterable[OutputColumn]) -> pa.Schema:
    return pa.schema([(c.name, _arrow_type(c.sql_type)) for c in columns])


def _arrow_type(sql_type: str) -> pa.DataType:
    if sql_type.endswith("[]"):
        return pa.list_(_arrow_type(sql_type[:-2]))
    if sql_type.startswith("DECIMAL"):
        precision, scale = sql_type[8:-1].split(",")
        return pa.decimal128(int(precision), int(scale))
    return _ARROW[sql_type]


def _spark_type(column: OutputColumn) -> str:
    sql_type = column.sql_type
    if sql_type.endswith("[]"):
        return f"array<{_SPARK.get(sql_type[:-2], sql_type[:-2].lower())}>"
    return _SPARK.get(sql_type, sql_type.lower())
