"""Small tables written as text, so that the rule a test is about is visible in its rows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from transforms.lake import frame_of

_READ = {
    "string": str,
    "date": date.fromisoformat,
    "timestamp": lambda cell: datetime.fromisoformat(cell).replace(tzinfo=UTC),
    "boolean": {"true": True, "false": False}.__getitem__,
    "int": int,
    "bigint": int,
    "double": float,
    "array<string>": lambda cell: [part or None for part in cell.split(",")],
}


def cells(text: str) -> list[dict[str, str | None]]:
    """The rows of a `a | b` table, heading first. An empty cell is None."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    heading, *body = lines
    assert all(len(line) == len(heading) for line in body), "every row has as many cells as the heading"
    return [{name: cell or None for name, cell in zip(heading, line, strict=True)} for line in body]


def local_frame(spark: SparkSession, types: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> DataFrame:
    """A frame of these rows, columns of `types` (name -> Spark type): part of the plan, so that no job reads them."""
    schema = to_arrow_schema(_schema(", ".join(f"`{name}` {type_}" for name, type_ in types.items())), timezone="UTC")
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return frame_of(spark, pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema))


@cache
def _schema(ddl: str) -> StructType:
    schema = StructType.fromDDL(ddl)
    assert isinstance(schema, StructType)
    return schema


def frame(spark: SparkSession, types: Mapping[str, str], text: str = "") -> DataFrame:
    """A frame with all columns of `types` (name -> Spark type), those that the text does not name null."""
    found = cells(text) if text else []
    unknown = sorted({name for row in found for name in row} - set(types))
    assert not unknown, f"no such column: {unknown}"
    rows = [
        tuple(None if (cell := row.get(name)) is None else _READ[type_](cell) for name, type_ in types.items())
        for row in found
    ]
    return local_frame(spark, types, rows)


def rows(found: DataFrame, *names: str) -> list[tuple[Any, ...]]:
    """The frame's rows, or those columns of them, in a fixed order."""
    return sorted((tuple(row) for row in found.select(*(names or found.columns)).collect()), key=str)
