"""Small tables written as text, so that the rule a test is about is visible in its rows."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession

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


def frame(spark: SparkSession, types: Mapping[str, str], text: str = "") -> DataFrame:
    """A frame with all columns of `types` (name -> Spark type), those that the text does not name null."""
    found = cells(text) if text else []
    unknown = sorted({name for row in found for name in row} - set(types))
    assert not unknown, f"no such column: {unknown}"
    rows = [
        tuple(None if (cell := row.get(name)) is None else _READ[type_](cell) for name, type_ in types.items())
        for row in found
    ]
    return spark.createDataFrame(rows, ", ".join(f"`{name}` {type_}" for name, type_ in types.items()))


def rows(found: DataFrame, *names: str) -> list[tuple[Any, ...]]:
    """The frame's rows, or those columns of them, in a fixed order."""
    return sorted((tuple(row) for row in found.select(*(names or found.columns)).collect()), key=str)
