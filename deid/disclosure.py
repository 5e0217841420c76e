"""Disclosure control of de-identified rows: k-anonymity and l-diversity over declared quasi-identifiers, in persons.

Spark reads the table twice, to take its classes and to write what is left of it; the search for levels works on the
classes, on the driver. See `deid.risk` for what a class is.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import reduce
from itertools import product
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DateType, NumericType, StringType, StructField, StructType

from core.errors import ConfigError
from deid.risk import Classes, Key, Risk, measure

ANY = "*"
_BANDS_OF_20 = {
    "18-29": "18-39", "30-39": "18-39", "40-49": "40-59", "50-59": "40-59", "60-69": "60-79", "70-79": "60-79", "80-89": "80+",
    "90+": "80+",
}  # fmt: skip


def _age_band_20(band: Any) -> Any:
    """Ten-year age bands to twenty-year ones; minors and "unknown" stay what they are."""
    return _BANDS_OF_20.get(band, band)


def _age_band_10(band: Any) -> Any:
    """Five-year age bands ("35-39") to ten-year ones ("30-39", under 30 "18-29"); minors, open bands, "unknown" stay."""
    found = re.fullmatch(r"(\d\d)-(\d\d)", str(band))
    if not found or int(found[1]) < 18:
        return band
    first = int(found[1]) // 10 * 10
    return "18-29" if first < 30 else f"{first}-{first + 9}"


def _month(day: date | None) -> date | None:
    return day and day.replace(day=1)


def _year(day: date | None) -> date | None:
    return day and day.replace(month=1, day=1)


def _city(code: str | None) -> str | None:
    """Division code of a district or county (区、县) to that of its prefecture-level city (市). Source: GB/T 2260."""
    return code and f"{code[:4]}00"


def _province(code: str | None) -> str | None:
    """Division code to that of its province (省). Source: GB/T 2260."""
    return code and f"{code[:2]}0000"


def _any(value: Any) -> Any:
    return ANY


# Each maps a value of the level before it to a coarser one; contracts name them in `generalise`. Dates stay dates: the first
# day of the month or year; `any` of what is no text is null.
HIERARCHIES: Mapping[str, Callable[[Any], Any]] = {
    "age_band_10": _age_band_10, "age_band_20": _age_band_20, "month": _month, "year": _year, "city": _city,
    "province": _province, "any": _any,
}  # fmt: skip
# More ways to generalise than this take minutes to search.
MOST_NODES = 10_000


@dataclass(frozen=True, slots=True)
class Anonymity:
    """What was reached, and what it cost: counts, shares and names only.

    `generalised`: quasi-identifier -> the level it was brought to ("" where it was left). `smallest_class`: persons in
    the smallest class that is left, None when nothing is. `is_over_limit`: more rows were suppressed than
    `max_suppressed` allows, because no level leaves fewer. `lost`: the share of information that is gone, in all
    (`total`, a suppressed row is all of it) and, of the rows that are left, per quasi-identifier. `before` and `after`:
    the risk of the table as it came and as it is.
    """

    k: int
    l: int | None
    generalised: dict[str, str]
    rows: int
    suppressed_rows: int
    suppressed_classes: int
    smallest_class: int | None
    is_over_limit: bool
    lost: dict[str, float]
    before: Risk
    after: Risk

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def classes(frame: DataFrame, quasi: Sequence[str], person: str, sensitive: Sequence[str] = ()) -> Classes:
    """The classes of a table: one pass for rows and values, one for persons."""
    none = F.struct(F.lit("").alias("column"), F.lit(None).cast("string").alias("value"))
    held = [F.struct(F.lit(c).alias("column"), F.col(c).cast("string").alias("value")) for c in sensitive]
    counted = frame.select(*quasi, F.explode(F.array(none, *held)).alias("_held"))
    rows: dict[Key, int] = {}
    values: dict[str, dict[Key, Counter[str]]] = {c: {} for c in sensitive}
    for r in counted.groupBy(*quasi, "_held").agg(F.count(F.lit(1)).alias("_rows")).collect():
        *key, (column, value), n = r
        if not column:
            rows[tuple(key)] = n
        elif value is not None:
            values[column].setdefault(tuple(key), Counter())[value] += n
    at = F.sort_array(F.collect_set(F.struct(*quasi))).alias("_classes")
    each = frame.where(F.col(person).isNotNull()).groupBy(person).agg(at)
    crowds = {
        frozenset(tuple(key) for key in r["_classes"]): r["count"] for r in each.groupBy("_classes").count().collect()
    }
    ordered = frozenset(c for c in sensitive if isinstance(frame.schema[c].dataType, NumericType | DateType))
    return Classes(tuple(quasi), rows, crowds, values, ordered)


def generalise_until(
    frame: DataFrame,
    hierarchies: Mapping[str, Sequence[str]],
    k: int,
    person: str,
    *,
    max_suppressed: float = 0.05,
    sensitive: Sequence[str] = (),
    l: int | None = None,
    population: Mapping[Key, int] | None = None,
    at_least: Mapping[str, int] | None = None,
) -> tuple[DataFrame, Anonymity]:
    """The rows with every class at k persons or more and l values or more in each sensitive column, and what it cost.

    Every quasi-identifier is at one level for all rows, which keeps the values of a column comparable. Of all ways to
    choose levels, the one that loses least is taken of those that leave at most `max_suppressed` (0 to 1) of the rows in
    classes that are not safe; where there is none, the one that leaves fewest. These rows are dropped. `population`:
    persons by the values of the quasi-identifiers, among whom somebody may be looked for (`deid.risk.measure`).
    `at_least`: quasi-identifier -> levels that it goes up in any case.
    Source: full-domain generalisation with suppression (Samarati 2001, IEEE TKDE 13(6)), searched as in El Emam et al.,
    OLA (2009, JAMIA 16(5)), with persons in place of rows; the loss is Iyengar's (2002, KDD), see `_losses`.
    Raises ConfigError for a level that is not in HIERARCHIES, or more than MOST_NODES ways to choose levels.
    """
    _check_levels(hierarchies)
    quasi = tuple(hierarchies)
    found = classes(frame, quasi, person, sensitive)
    least = tuple((at_least or {}).get(q, 0) for q in quasi)
    node, at, safe = _search(found, hierarchies, least, k, l, max_suppressed)
    left = at.only(safe)
    rows = sum(found.rows.values())
    suppressed = rows - sum(left.rows.values())
    lost = {q: losses[depth] for (q, losses), depth in zip(_losses(found, hierarchies).items(), node, strict=True)}
    people = None if population is None else _population(population, hierarchies, node)
    after = measure(left, people)
    report = Anonymity(
        k=k,
        l=l,
        generalised=dict(
            zip(quasi, (_level(hierarchies[q], i) for q, i in zip(quasi, node, strict=True)), strict=True)
        ),
        rows=rows,
        suppressed_rows=suppressed,
        suppressed_classes=len(at.rows) - len(safe),
        smallest_class=after.k,
        is_over_limit=suppressed > max_suppressed * rows,
        lost={
            "total": _total_loss(lost, suppressed / rows if rows else 0.0),
            **{q: round(x, 4) for q, x in lost.items()},
        },
        before=measure(found, population),
        after=after,
    )
    return _at_level(frame, found, hierarchies, node, safe), report


def _check_levels(hierarchies: Mapping[str, Sequence[str]]) -> None:
    unknown = sorted({level for levels in hierarchies.values() for level in levels} - set(HIERARCHIES))
    if unknown:
        allowed = ", ".join(sorted(HIERARCHIES))
        raise ConfigError(f"generalise: no level {', '.join(unknown)}; there are {allowed}. Correct the contract.")
    if not hierarchies:
        raise ConfigError("generalise: no quasi-identifier is declared. Give the contract's columns their roles.")
    ways = reduce(lambda n, levels: n * (len(levels) + 1), hierarchies.values(), 1)
    if ways > MOST_NODES:
        raise ConfigError(
            f"generalise: {ways:,} ways to choose levels, {MOST_NODES:,} can be searched. Declare fewer levels or fewer quasi-identifiers."
        )


# --- the search -------------------------------------------------------------------------------------------------------

# For each quasi-identifier, how many levels it goes up.
Node = tuple[int, ...]


def _search(
    found: Classes,
    hierarchies: Mapping[str, Sequence[str]],
    least: Node,
    k: int,
    l: int | None,
    max_suppressed: float,
) -> tuple[Node, Classes, frozenset[Key]]:
    """(levels, the classes at these levels, those of them that are safe): the ways are tried by what they lose."""
    losses = _losses(found, hierarchies).values()
    nodes = product(*(range(n, len(levels) + 1) for n, levels in zip(least, hierarchies.values(), strict=True)))
    by_loss = sorted(nodes, key=lambda node: (sum(map(list.__getitem__, losses, node)), sum(node), node))
    rows, best = sum(found.rows.values()), None
    for node in by_loss:
        at = found.mapped(_mapping(hierarchies, node))
        safe = frozenset(key for key in at.rows if at.is_safe(key, k, l))
        suppressed = rows - sum(at.rows[key] for key in safe)
        if suppressed <= max_suppressed * rows:
            return node, at, safe
        if best is None or suppressed < best[0]:
            best = suppressed, node, at, safe
    assert best is not None, "there is always the way that changes least"
    return best[1:]


def _level(levels: Sequence[str], depth: int) -> str:
    return levels[depth - 1] if depth else ""


def _mapping(hierarchies: Mapping[str, Sequence[str]], node: Node) -> Callable[[Key], Key]:
    ways = [levels[:depth] for levels, depth in zip(hierarchies.values(), node, strict=True)]
    return lambda key: tuple(map(_up, key, ways))


def _losses(found: Classes, hierarchies: Mapping[str, Sequence[str]]) -> dict[str, list[float]]:
    """Per quasi-identifier and level, the mean over rows of (values that are one with the row's - 1) / (all values - 1).

    0: every value is told apart; 1: none is. Values are those of the table. Source: Iyengar, Transforming data to satisfy
    privacy constraints, KDD 2002 (LM).
    """
    lost = {}
    for i, (name, levels) in enumerate(hierarchies.items()):
        rows = Counter[Any]()
        for key, n in found.rows.items():
            rows[key[i]] += n
        lost[name] = [_level_loss(rows, levels[:depth]) for depth in range(len(levels) + 1)]
    return lost


def _level_loss(rows: Mapping[Any, int], levels: Sequence[str]) -> float:
    became = {value: _up(value, levels) for value in rows}
    together, others = Counter(became.values()), len(rows) - 1
    if others < 1:
        return 0.0
    return sum(n * (together[became[value]] - 1) / others for value, n in rows.items()) / sum(rows.values())


def _up(value: Any, levels: Sequence[str]) -> Any:
    return reduce(lambda at, level: HIERARCHIES[level](at), levels, value)


def _total_loss(lost: Mapping[str, float], suppressed: float) -> float:
    return round(suppressed + (1 - suppressed) * sum(lost.values()) / len(lost), 4)


def _population(people: Mapping[Key, int], hierarchies: Mapping[str, Sequence[str]], node: Node) -> Mapping[Key, int]:
    up, count = _mapping(hierarchies, node), Counter[Key]()
    for key, n in people.items():
        count[up(key)] += n
    return count


def _at_level(
    frame: DataFrame, found: Classes, hierarchies: Mapping[str, Sequence[str]], node: Node, safe: frozenset[Key]
) -> DataFrame:
    """The rows of safe classes, their quasi-identifiers at the chosen levels; each row meets at most one class."""
    up = _mapping(hierarchies, node)
    texts = [isinstance(frame.schema[q].dataType, StringType) for q in found.quasi]
    kept = [
        (*key, *(v if is_text or v != ANY else None for v, is_text in zip(up(key), texts, strict=True)))
        for key in found.rows
        if up(key) in safe
    ]
    schema = StructType([
        *(StructField(f"_of_{q}", frame.schema[q].dataType) for q in found.quasi),
        *(StructField(f"_to_{q}", frame.schema[q].dataType) for q in found.quasi),
    ])  # fmt: skip
    table = frame.sparkSession.createDataFrame(kept, schema)
    same = reduce(lambda a, b: a & b, (F.col(q).eqNullSafe(F.col(f"_of_{q}")) for q in found.quasi))
    columns = [F.col(f"_to_{c}").alias(c) if c in found.quasi else F.col(c) for c in frame.columns]
    return frame.join(F.broadcast(table), on=same, how="inner").select(*columns)
