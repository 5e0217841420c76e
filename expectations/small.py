"""Counting what checks found in small tables: their outcomes as numbers, fetched through Arrow and counted with numpy.

All tables, and all keys that they refer to, come in queries of equal columns: `part` says which table a row is of, `said` holds its
outcomes (0 breaks, 1 holds, 2 not judged; row conditions 0 or 1), `keys` what has to be found or unique, as text.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from expectations.compile import Check
from expectations.frames import (
    UNIQUE,
    Read,
    by_row,
    conditions,
    is_referring,
    key_of,
    outcome,
    own_outcomes,
    unique_key,
)

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_NOT_JUDGED = 2
# Spark plans a query in one thread, and to plan these is most of what they cost.
_AT_ONCE = 2
Array = Any  # numpy and pyarrow ship no types that say more


class Tally(NamedTuple):
    """Rows that meet a check's row condition, those of them with something to judge, and those that break the rule."""

    rows: int
    checked: int
    failed: int


class Part(NamedTuple):
    """A table ("silver/patient"), its checks and its rows."""

    table: str
    frame: "DataFrame"
    checks: Sequence[Check]


def union(queries: "Sequence[DataFrame]") -> "DataFrame":
    """A balanced tree: Spark looks through a chain again for every link."""
    while len(queries) > 1:
        pairs = [queries[n : n + 2] for n in range(0, len(queries), 2)]
        queries = [p[0].unionAll(p[1]) if len(p) > 1 else p[0] for p in pairs]
    return queries[0]


def fetched(parts: Sequence[Part], read: Read) -> list[dict[str, Tally]]:
    """The tally of each check by rule id, part by part. `read` has every table that is referred to, or None for one that
    is not there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not parts:
        return []
    targets = sorted({_target(c) for part in parts for c in part.checks if is_referring(c)})
    queries = [partial(_rows, n, part) for n, part in enumerate(parts)]
    there = ((n, other, column) for n, (t, column) in enumerate(targets) if (other := read(t)) is not None)
    queries += [partial(_keys, -1 - n, other, column) for n, other, column in there]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        rows = pa.concat_tables(
            threads.map(_fetched, [queries[n::_AT_ONCE] for n in range(min(_AT_ONCE, len(queries)))])
        )
    known = {t: _of(rows, -1 - n)["keys"].combine_chunks().flatten() for n, t in enumerate(targets)}

    def found(check: Check, key: Array) -> Array:
        is_there = pc.is_in(key, pa.array(known[_target(check)], pa.string()))
        return pc.if_else(pc.is_null(key), _NOT_JUDGED, pc.cast(is_there, pa.int8())).to_numpy(zero_copy_only=False)

    return [_counted(part, _of(rows, n), found) for n, part in enumerate(parts)]


def _fetched(queries: "Sequence[Callable[[], DataFrame]]") -> Array:
    return union([query() for query in queries]).toArrow()


def _target(check: Check) -> tuple[str, str]:
    assert check.added is not None
    assert check.added.references is not None
    return check.added.references.table, check.added.references.column


def _of(rows: Array, part: int) -> Array:
    import pyarrow.compute as pc

    return rows.filter(pc.equal(rows["part"], part))


def _keys(n: int, other: "DataFrame", column: str) -> "DataFrame":
    from pyspark.sql import functions as F

    key = F.array(F.col(column).cast("string"))
    none = F.array().cast("array<tinyint>")
    return other.where(F.col(column).isNotNull()).select(F.lit(n).alias("part"), none.alias("said"), key.alias("keys"))


def _rows(n: int, part: Part) -> "DataFrame":
    from pyspark.sql import functions as F

    types, unique = dict(part.frame.dtypes), _unique(part)
    of_key = {f"unique__{i}__{j}": k for i, c in enumerate(unique) for j, k in enumerate(unique_key(c, types)[0])}
    judged = {f"judged__{i}": unique_key(c, types)[1] for i, c in enumerate(unique)}
    frame = own_outcomes(part.frame.withColumns(of_key | judged), part.checks, [*of_key, *judged])
    kinds = dict(frame.dtypes)
    said: list[Column] = [F.col(name).cast("tinyint") for name in (*conditions(part.checks).values(), *judged)]
    said += [F.coalesce(F.col(outcome(c)).cast("tinyint"), F.lit(_NOT_JUDGED).cast("tinyint")) for c in _own(part)]
    keys = [F.col(key_of(c.added)).cast("string") for c in _referring(part) if c.added]
    keys += [_text(name, kinds[name]) for name in of_key]
    return frame.select(
        F.lit(n).alias("part"),
        F.array(*said).cast("array<tinyint>").alias("said"),
        F.array(*keys).cast("array<string>").alias("keys"),
    )


def _text(column: str, kind: str) -> "Column":
    """A key as text that is equal where the keys are."""
    from pyspark.sql import functions as F

    if kind in ("double", "float"):
        return (F.col(column) + F.lit(0.0)).cast("string")  # -0.0 is 0.0
    return F.to_json(F.struct(column)) if kind.startswith(("array", "struct")) else F.col(column).cast("string")


def _own(part: Part) -> list[Check]:
    return [c for c in by_row(part.checks) if not is_referring(c)]


def _referring(part: Part) -> list[Check]:
    return [c for c in part.checks if is_referring(c)]


def _unique(part: Part) -> list[Check]:
    return [c for c in part.checks if c.expect in UNIQUE]


def _counted(part: Part, rows: Array, found: Callable[[Check, Array], Array]) -> dict[str, Tally]:
    import numpy as np

    n = rows.num_rows
    said = _columns(rows["said"], n)
    keys = _columns(rows["keys"], n)
    when = {sql: next(said).to_numpy() == 1 for sql in conditions(part.checks)}
    judged = {c.rule.id: next(said).to_numpy() == 1 for c in _unique(part)}
    holds = {c.rule.id: next(said).to_numpy() for c in _own(part)}
    holds |= {c.rule.id: found(c, next(keys)) for c in _referring(part)}
    tally: dict[str, Tally] = {}
    for c in part.checks:
        meets = when[c.when] if c.when else np.ones(n, dtype=bool)
        total = int(meets.sum())
        if c.expect in UNIQUE:
            is_judged = judged[c.rule.id]
            tally[c.rule.id] = Tally(total, int(is_judged.sum()), _doubled([next(keys) for _ in c.columns], is_judged))
        elif c.rule.id in holds:
            of = holds[c.rule.id][meets]
            tally[c.rule.id] = Tally(total, int((of != _NOT_JUDGED).sum()), int((of == 0).sum()))
        else:
            tally[c.rule.id] = Tally(total, total, 0)
    return tally


def _columns(lists: Array, n: int) -> Iterator[Array]:
    """The elements of `n` equally long lists, one array a place; of no lists as many empty ones as are asked for."""
    import numpy as np

    flat = lists.combine_chunks().flatten()
    if not n:
        return repeat(flat)
    width = len(flat) // n
    return (flat.take(np.arange(place, len(flat), width)) for place in range(width))


def _doubled(key: "list[Array]", judged: Array) -> int:
    """Rows whose key another row has too; a null equals a null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = [str(n) for n in range(len(key))]
    sizes = (
        pa.table(key, names=names).filter(pa.array(judged)).group_by(names).aggregate([([], "count_all")])["count_all"]
    )
    return pc.sum(sizes.filter(pc.greater(sizes, 1))).as_py() or 0
