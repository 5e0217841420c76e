"""What a table looks like, institution by institution, in counts that may be kept: rows, missing values, codes, values.

One row of governance/quality_profile (PROFILE_COLUMNS) is one column of one institution in one version of a table; the
column "" is the table itself. Nothing in it stands for fewer than SMALL people: a code that fewer have is counted under
OTHER, and a number of rows or of missing values that is smaller is null.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# PCORnet's small cell, as for published counts of L2.
SMALL = 11
MOST_BUCKETS = 50
OTHER = "(other)"
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


def profile(tables: "Mapping[str, DataFrame]") -> dict[str, list[ColumnProfile]]:
    """The profiles of tables that have a column `institution`, all in one Spark query. People are told by subject_key;
    where there is none (organisations), each row counts for itself."""
    queries = [q for name, frame in tables.items() for q in _queries(name, frame)]
    if not queries:
        return {}
    cells: dict[str, list[Cell]] = {name: [] for name in tables}
    for r in together(queries).collect():
        cells[r.name].append(Cell(r.institution, r.column, r.bucket, r.n, r.people))
    return {name: guarded(found) for name, found in cells.items()}


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


def _queries(name: str, frame: "DataFrame") -> "list[DataFrame]":
    from pyspark.sql import functions as F

    own = [c for c in frame.columns if c != "institution"]
    present = [F.struct(F.lit(c).alias("column"), F.count(c).alias("n")) for c in own]
    rows = F.struct(F.lit("").alias("column"), F.count(F.lit(1)).alias("n"))
    counts = frame.groupBy("institution").agg(F.array(rows, *present).alias("all"))
    counts = counts.select("institution", F.explode("all").alias("c"))
    told = [F.lit(name).alias("name"), "institution", F.col("c.column").alias("column")]
    queries = [
        counts.select(
            *told, F.lit(None).cast("string").alias("bucket"), F.col("c.n").alias("n"), F.col("c.n").alias("people")
        )
    ]
    if coded := _coded(frame):
        who = F.col("subject_key") if "subject_key" in frame.columns else F.lit(None).cast("string")
        one = frame.select("institution", who.alias("who"), F.explode(F.array(*coded)).alias("c")).where(
            "c.bucket IS NOT NULL"
        )
        per_person = one.groupBy("institution", "c.column", "c.bucket", "who").agg(F.count(F.lit(1)).alias("n"))
        people = F.when(F.count("who") > 0, F.count("who")).otherwise(F.sum("n"))
        found = per_person.groupBy("institution", "column", "bucket").agg(F.sum("n").alias("n"), people.alias("people"))
        queries.append(found.select(F.lit(name).alias("name"), "institution", "column", "bucket", "n", "people"))
    return queries


def _coded(frame: "DataFrame") -> "list[Column]":
    from pyspark.sql import functions as F

    types = dict(frame.dtypes)
    found = [
        F.struct(F.lit(c).alias("column"), F.col(c).alias("bucket"))
        for c, kind in frame.dtypes
        if kind == "string" and _CODED.search(c)
    ]
    if {"code", "unit_ucum", "value"} <= set(types):
        size = F.floor(F.log2(F.abs("value")) * STEPS_A_DOUBLING)
        step = F.when(F.col("value") == 0, F.lit("0")).otherwise(
            F.concat(
                F.when(F.col("value") < 0, "-").otherwise("2^"), size.cast("string"), F.lit(f"/{STEPS_A_DOUBLING}")
            )
        )
        of = F.concat(
            F.lit("value of "), F.coalesce("code", F.lit("?")), F.lit(" "), F.coalesce("unit_ucum", F.lit("?"))
        )
        found.append(F.struct(of.alias("column"), step.alias("bucket")))
    return found


def together(queries: "list[DataFrame]") -> "DataFrame":
    """A union as a balanced tree: Spark looks through a chain again for every link."""
    while len(queries) > 1:
        pairs = [queries[n : n + 2] for n in range(0, len(queries), 2)]
        queries = [pair[0].unionAll(pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
    return queries[0]
