"""What a table looks like, institution by institution, in counts that may be kept: rows, missing values, codes, values.

One row of governance/quality_profile (PROFILE_COLUMNS) is one column of one institution in one version of a table; the
column "" is the table itself. Nothing in it stands for fewer than SMALL people: a code that fewer have is counted under
OTHER, and a number of rows or of missing values that is smaller is null.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

# PCORnet's small cell, as for published counts of L2.
SMALL = 11
MOST_BUCKETS = 50
OTHER = "(other)"
# Up to so many rows a table is read whole; a larger one a few columns at a time, some 200 MB a million rows.
SMALL_TABLE, COLUMNS_AT_A_TIME = 100_000, 5
# Columns -> an Arrow table of them
Read = Callable[[tuple[str, ...]], Any]
PROFILE_COLUMNS: tuple[tuple[str, str], ...] = (
    ("layer", "string"),
    ("table", "string"),
    ("delta_version", "bigint"),
    ("institution", "string"),
    ("column", "string"),
    ("rows", "bigint"),
    ("missing", "bigint"),
    ("buckets", "map<string,bigint>"),
    ("profiled_at", "timestamp"),
)
# Columns of codes, by how views name them. What is not named so is only counted as there or missing: texts, keys, places.
_CODED = re.compile(
    r"(^|_)(code|system|status|precision|gender|sex|intent|actuality|criticality|unit|unit_ucum|class)$"
)
# Values are counted in steps of 2^(1/8), that is 9 %: fine enough for a wrong unit, too coarse to be a patient's result.
STEPS_A_DOUBLING = 8


class Cell(NamedTuple):
    """Rows of an institution with one thing in a column. `bucket` None: with any value at all; column "": rows."""

    institution: str
    column: str
    bucket: str | None
    n: int
    people: int


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column of one institution. `rows`, `missing`: None where they would stand for fewer than SMALL."""

    institution: str
    column: str
    rows: int | None
    missing: int | None
    buckets: Mapping[str, int] = field(default_factory=dict)


def profile(columns: Sequence[str], rows: int | None, read: Read) -> list[ColumnProfile]:
    """The profile of one table, by its columns and how many rows it is known to have.

    `read` gives some columns of all rows as an Arrow table. A table without a column `institution` has no profile. Of a
    large one only some columns are in memory at a time. People are told by subject_key; where there is none
    (organisations), each row counts for itself.
    """
    if "institution" not in columns:
        return []
    who = [c for c in ("institution", "subject_key") if c in columns]
    with_code = ["code", "unit_ucum"] if {"code", "unit_ucum", "value"} <= set(columns) else []
    others = [c for c in columns if c not in who]
    step = len(others) or 1 if rows is not None and rows <= SMALL_TABLE else COLUMNS_AT_A_TIME
    cells: list[Cell] = []
    for n in range(0, len(others) or 1, step):
        some = others[n : n + step]
        extra = with_code if "value" in some else []
        cells += _cells(read(tuple(dict.fromkeys([*who, *some, *extra]))), some, is_first=n == 0)
    return guarded(cells)


def _cells(table: Any, columns: Sequence[str], *, is_first: bool) -> list[Cell]:
    """Counts of some columns, by DuckDB."""
    import duckdb

    people = "count(DISTINCT subject_key)" if "subject_key" in table.column_names else "0"
    with duckdb.connect() as db:
        db.register("t", table)
        counted = ", ".join(["count(*)", *(f"count({_quoted(c)})" for c in columns)])
        found = db.sql(f"SELECT institution, {counted} FROM t GROUP BY ALL").fetchall()  # noqa: S608
        names = ["", *columns]
        cells = [Cell(i, c, None, n, n) for i, *ns in found for c, n in zip(names, ns, strict=True) if c or is_first]
        for column, bucket in _buckets_of(table, columns):
            sql = f"SELECT institution, {column}, {bucket}, count(*), {people} FROM t WHERE {bucket} IS NOT NULL GROUP BY ALL"  # noqa: S608
            # Rows that nobody is named in (an organisation) are counted themselves.
            cells += [Cell(i, c, b, n, p or n) for i, c, b, n, p in db.sql(sql).fetchall()]
    return cells


def _buckets_of(table: Any, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(name of the column, what is counted in it) as SQL: codes as they are, values in steps."""
    import pyarrow as pa

    for c in columns:
        if _CODED.search(c) and pa.types.is_string(table.schema.field(c).type):
            yield f"'{c}'", _quoted(c)
    if "value" in columns and {"code", "unit_ucum"} <= set(table.column_names):
        step = f"floor(log2(abs(value)) * {STEPS_A_DOUBLING})::BIGINT || '/{STEPS_A_DOUBLING}'"
        yield (
            "'value of ' || coalesce(code, '?') || ' ' || coalesce(unit_ucum, '?')",
            f"CASE WHEN value = 0 THEN '0' WHEN value < 0 THEN '-' || {step} ELSE '2^' || {step} END",
        )


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def guarded(cells: Iterable[Cell]) -> list[ColumnProfile]:
    """The cells of one table as they may be kept, ordered by institution and column."""
    per: dict[tuple[str, str], list[Cell]] = {}
    for c in cells:
        per.setdefault((c.institution, c.column), []).append(c)
    rows = {i: next(c.n for c in found if c.bucket is None) for (i, column), found in per.items() if column == ""}
    return [_column(i, column, rows[i], found) for (i, column), found in sorted(per.items()) if i in rows]


def _column(institution: str, column: str, rows: int, cells: Sequence[Cell]) -> ColumnProfile:
    present = next((c.n for c in cells if c.bucket is None), None)
    missing = None if present is None else rows - present
    told = missing is not None and not (_is_small(missing) or _is_small(rows - missing))
    buckets = {} if _is_small(rows) else _buckets([c for c in cells if c.bucket is not None])
    return ColumnProfile(institution, column, None if _is_small(rows) else rows, missing if told else None, buckets)


def _is_small(n: int) -> bool:
    return 0 < n < SMALL


def _buckets(cells: Sequence[Cell]) -> dict[str, int]:
    """The most frequent codes that SMALL people have; all others are one, and never a small one."""
    ordered = sorted(cells, key=lambda c: (-c.n, c.bucket or ""))
    large = [c for c in ordered if c.people >= SMALL and c.n >= SMALL][:MOST_BUCKETS]
    other = sum(c.n for c in ordered) - sum(c.n for c in large)
    while _is_small(other) and large:
        other += large.pop().n
    told = {str(c.bucket): c.n for c in large}
    return told | ({OTHER: other} if other >= SMALL else {})


def profile_rows(table: str, version: int, found: Iterable[ColumnProfile], at: datetime) -> list[tuple[Any, ...]]:
    """Rows of governance/quality_profile for one table ("silver/patient") at one Delta version."""
    layer, name = table.split("/", 1)
    return [(layer, name, version, p.institution, p.column, p.rows, p.missing, dict(p.buckets), at) for p in found]
