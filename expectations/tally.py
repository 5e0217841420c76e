"""Counting what the checks of many tables found: the only thing that quality costs a table.

On tables of some thousand rows a query's own cost is most of it, and an aggregation or a join costs more than the rows do. So
of small tables the outcomes are fetched, all tables and the keys that they refer to in one query without a shuffle, and
counted here (`small.py`). Large ones are counted by Spark: their rows are read once for all rules that judge a row by
itself, however many those are, and their key columns once more for each rule about uniqueness, in one query too.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from expectations.frames import UNIQUE, Read, by_row, conditions, outcome, outcomes, unique_key
from expectations.small import Part, Tally, fetched, union

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession


SMALL_ROWS = 100_000
# Keys of referenced tables that are held in memory, about 70 MB of them at 64 characters.
MOST_KEYS = 1_000_000


def tallies(
    parts: Sequence[Part], read: Read, *, sizes: Mapping[str, int], small_rows: int = SMALL_ROWS
) -> list[dict[str, Tally]]:
    """The tally of each check by rule id, part by part. Raises what Spark raises for any of them.

    `sizes`: the rows of tables ("silver/patient") where they are known. To ask them of a Delta table costs a third of a second.
    """
    filled = [part for part in parts if sizes.get(part.table) != 0]
    counted = iter(_tallies(filled, read, sizes, small_rows))
    none = [{c.rule.id: Tally(0, 0, 0) for c in part.checks} for part in parts]
    return [nothing if sizes.get(part.table) == 0 else next(counted) for part, nothing in zip(parts, none, strict=True)]


def _tallies(
    parts: Sequence[Part], read: Read, sizes: Mapping[str, int], small_rows: int
) -> list[dict[str, Tally]]:  # fmt: skip
    if not parts:
        return []
    others = sorted({table for part in parts for table in _referred(part)})
    found = {name: other for name in others if (other := read(name)) is not None}
    frames = {part.table: part.frame for part in parts} | found
    counted = {**sizes, **sizes_of({name: frame for name, frame in frames.items() if name not in sizes})}
    is_small = [
        counted[part.table] <= small_rows and all(counted.get(table, 0) <= MOST_KEYS for table in _referred(part))
        for part in parts
    ]
    here = iter(fetched([p for p, small in zip(parts, is_small, strict=True) if small], found.get))
    there = iter(aggregated([p for p, small in zip(parts, is_small, strict=True) if not small], found.get))
    return [next(here) if small else next(there) for small in is_small]


def _referred(part: Part) -> set[str]:
    return {c.added.references.table for c in part.checks if c.added and c.added.references}


def aggregated(parts: Sequence[Part], read: Read) -> list[dict[str, Tally]]:
    """The same, counted by Spark: one query, one row a part and rule about uniqueness."""
    queries = [q for n, part in enumerate(parts) for q in _queries(n, part, read)]
    if not queries:
        return []
    with _in_short_methods(parts[0].frame.sparkSession):
        counted = {(r.part, r.rule): r.counts for r in union(queries).collect()}
    return [_read_off(n, part, counted) for n, part in enumerate(parts)]


@contextmanager
def _in_short_methods(spark: "SparkSession") -> Iterator[None]:
    """Queries in it run a third faster: a hundred sums over all rows make one method that is longer than a JVM compiles."""
    name = "spark.sql.codegen.wholeStage"
    had = spark.conf.get(name)
    spark.conf.set(name, "false")
    try:
        yield
    finally:
        spark.conf.set(name, str(had))


def sizes_of(frames: "Mapping[str, DataFrame]") -> dict[str, int]:
    """The rows of each frame, in one query."""
    from pyspark.sql import functions as F

    if not frames:
        return {}
    counts = [f.agg(F.count("*").alias("n")).select(F.lit(name).alias("name"), "n") for name, f in frames.items()]
    return {r.name: r.n for r in union(counts).collect()}


def _queries(n: int, part: Part, read: Read) -> "list[DataFrame]":
    from pyspark.sql import functions as F

    def row(rule: str, frame: "DataFrame", counts: "list[Column]") -> "DataFrame":
        return frame.agg(F.array(*counts).alias("counts")).select(
            F.lit(n).alias("part"), F.lit(rule).alias("rule"), "counts"
        )

    when = conditions(part.checks)
    counts = [F.count(F.lit(1)), *(F.count_if(F.col(name)) for name in when.values())]
    for c in by_row(part.checks):
        holds = F.when(F.col(when[c.when]), F.col(outcome(c))) if c.when else F.col(outcome(c))
        counts += [F.count(holds), F.count_if(~holds)]
    queries = [row("", outcomes(part.frame, part.checks, read), counts)]
    types = dict(part.frame.dtypes)
    for c in part.checks:
        if c.expect in UNIQUE:
            key, judged = unique_key(c, types)
            sizes = (
                part.frame.where(judged)
                .groupBy(*(k.alias(f"k{i}") for i, k in enumerate(key)))
                .agg(F.count(F.lit(1)).alias("n"))
            )
            doubled = F.sum(F.when(F.col("n") > 1, F.col("n")))
            queries.append(row(c.rule.id, sizes, [F.coalesce(s, F.lit(0)) for s in (F.sum("n"), doubled)]))
    return queries


def _read_off(n: int, part: Part, counted: "dict[tuple[int, str], list[int]]") -> dict[str, Tally]:
    total, *others = counted[n, ""]
    when = {sql: others[i] for i, sql in enumerate(conditions(part.checks))}
    pairs = iter(others[len(when) :])
    judged = {c.rule.id: (next(pairs), next(pairs)) for c in by_row(part.checks)}
    found = {}
    for c in part.checks:
        rows = when[c.when] if c.when else total
        checked, failed = judged.get(c.rule.id) or counted.get((n, c.rule.id)) or (rows, 0)
        found[c.rule.id] = Tally(rows, checked, failed)
    return found
