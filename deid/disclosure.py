"""Disclosure control of de-identified rows: k-anonymity over declared quasi-identifiers, counted in persons.

Pure Spark functions of their arguments. A class is the set of rows that agree in every quasi-identifier; its size is
the number of distinct persons in it, because one person with ten prescriptions is no crowd. Null is a value like any
other; a row that names no person counts as nobody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from core.errors import ConfigError

ANY = "*"
_PERSONS, _ROWS = "_persons", "_rows"


def _age_band_20(band: Column) -> Column:
    """Ten-year age bands to twenty-year ones; minors and "unknown" stay what they are."""
    pairs = {
        "18-39": ("18-29", "30-39"),
        "40-59": ("40-49", "50-59"),
        "60-79": ("60-69", "70-79"),
        "80+": ("80-89", "90+"),
    }
    start = F.lit(None).cast("string")
    return F.coalesce(reduce(lambda out, p: F.when(band.isin(*p[1]), p[0]).otherwise(out), pairs.items(), start), band)


def _any(value: Column) -> Column:
    return F.lit(ANY)


# Each maps a value of the level before it to a coarser one; contracts name them in `generalise`.
HIERARCHIES: Mapping[str, Callable[[Column], Column]] = {"age_band_20": _age_band_20, "any": _any}


@dataclass(frozen=True, slots=True)
class Anonymity:
    """What k-anonymity cost: counts and names only.

    `generalised`: quasi-identifier -> the level it was brought to ("" where it was left). `smallest_class`: persons in
    the smallest class that is left, None when nothing is. `is_over_limit`: more rows were suppressed than
    `max_suppressed` allows, because no coarser level was left.
    """

    k: int
    generalised: dict[str, str]
    rows: int
    suppressed_rows: int
    suppressed_classes: int
    smallest_class: int | None
    is_over_limit: bool

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def smallest_class(frame: DataFrame, quasi: Sequence[str], person: str) -> int | None:
    """Persons in the smallest class; None for a table without rows. Rows that name no person count as nobody."""
    size = frame.groupBy(*quasi).agg(F.countDistinct(person).alias(_PERSONS))
    found = size.agg(F.min(_PERSONS)).first()
    return None if found is None or found[0] is None else int(found[0])


def generalise_until(
    frame: DataFrame,
    hierarchies: Mapping[str, Sequence[str]],
    k: int,
    person: str,
    *,
    max_suppressed: float = 0.05,
) -> tuple[DataFrame, Anonymity]:
    """The rows with every class at k persons or more, and what it cost.

    As long as more than `max_suppressed` (0 to 1) of the rows lie in classes below k, the quasi-identifier with the
    most distinct values goes one level up for all rows (ties: the first declared), which keeps the values of a column
    comparable. Then the rows of classes still below k are dropped. Source: Datafly (Sweeney, 2002, Int. J. Uncertain.
    Fuzz. 10(5)), with persons in place of rows.
    Raises ConfigError for a level that is not in HIERARCHIES.
    """
    _check_levels(hierarchies)
    quasi = list(hierarchies)
    left = {name: list(levels) for name, levels in hierarchies.items()}
    reached = dict.fromkeys(quasi, "")
    # Persons of a coarser class are not the sum of the finer ones', so the pairs are kept, which are few.
    pairs = frame.groupBy(*quasi, person).agg(F.count(F.lit(1)).alias(_ROWS)).persist()
    try:
        while True:
            classes = _classes(pairs, quasi, reached, hierarchies, person)
            state = _measure(classes, quasi, k)
            step = _next_step(left, state) if state["small_rows"] > max_suppressed * state["rows"] else None
            if step is None:
                break
            reached[step] = left[step].pop(0)
        kept = _keep_large(_at_level(frame, reached, hierarchies), classes, quasi, k)
    finally:
        pairs.unpersist()
    report = Anonymity(
        k=k,
        generalised=reached,
        rows=state["rows"],
        suppressed_rows=state["small_rows"],
        suppressed_classes=state["small_classes"],
        smallest_class=state["smallest"],
        is_over_limit=state["small_rows"] > max_suppressed * state["rows"],
    )
    return kept, report


def _check_levels(hierarchies: Mapping[str, Sequence[str]]) -> None:
    unknown = sorted({level for levels in hierarchies.values() for level in levels} - set(HIERARCHIES))
    if unknown:
        allowed = ", ".join(sorted(HIERARCHIES))
        raise ConfigError(f"generalise: no level {', '.join(unknown)}; there are {allowed}. Correct the contract.")
    if not hierarchies:
        raise ConfigError("generalise: no quasi-identifier is declared. Give the contract's columns their roles.")


def _at_level(frame: DataFrame, reached: Mapping[str, str], hierarchies: Mapping[str, Sequence[str]]) -> DataFrame:
    for name, level in reached.items():
        levels = list(hierarchies[name])
        for step in levels[: levels.index(level) + 1] if level else []:
            frame = frame.withColumn(name, HIERARCHIES[step](F.col(name)))
    return frame


def _classes(
    pairs: DataFrame,
    quasi: Sequence[str],
    reached: Mapping[str, str],
    hierarchies: Mapping[str, Sequence[str]],
    person: str,
) -> DataFrame:
    """One row a class: its quasi-identifiers, distinct persons and rows."""
    persons, rows = F.countDistinct(person).alias(_PERSONS), F.sum(_ROWS).alias(_ROWS)
    return _at_level(pairs, reached, hierarchies).groupBy(*quasi).agg(persons, rows)


def _measure(classes: DataFrame, quasi: Sequence[str], k: int) -> dict[str, Any]:
    is_small = F.col(_PERSONS) < k
    distinct = [F.countDistinct(F.struct(name)).alias(f"distinct_{name}") for name in quasi]
    measured = classes.agg(
        F.coalesce(F.sum(_ROWS), F.lit(0)).alias("rows"),
        F.coalesce(F.sum(F.when(is_small, F.col(_ROWS))), F.lit(0)).alias("small_rows"),
        F.count(F.when(is_small, 1)).alias("small_classes"),
        F.min(F.when(~is_small, F.col(_PERSONS))).alias("smallest"),
        *distinct,
    ).first()
    assert measured is not None, "an aggregate without groups has one row"
    return measured.asDict()


def _next_step(left: Mapping[str, Sequence[str]], state: Mapping[str, Any]) -> str | None:
    open_ = [name for name, levels in left.items() if levels]
    return max(open_, key=lambda name: int(state[f"distinct_{name}"]), default=None)


def _keep_large(frame: DataFrame, classes: DataFrame, quasi: Sequence[str], k: int) -> DataFrame:
    """Rows of classes with k persons or more; each row meets at most one class."""
    large = classes.where(F.col(_PERSONS) >= k).select(*(F.col(name).alias(f"_of_{name}") for name in quasi))
    same = reduce(lambda a, b: a & b, (F.col(name).eqNullSafe(F.col(f"_of_{name}")) for name in quasi))
    return frame.join(F.broadcast(large), on=same, how="left_semi")
