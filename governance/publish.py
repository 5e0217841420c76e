"""A curated table as anybody outside the data team may see it: what leaves is decided by its contract alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial, reduce
from operator import and_
from typing import Any, Protocol

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, LongType, StringType, StructField, StructType

from governance.contract import IS_SUPPRESSED, Contract, ContractError
from governance.promise import check_schema
from governance.releases import (
    Class,
    Earlier,
    State,
    Told,
    Unit,
    compare_cells,
    compare_people,
    corrected,
    first_seen,
    shown_in,
)
from governance.suppression import Cell, round_count

# Cells of an aggregate are brought to the driver; more of them than this are rows, not an aggregate.
MOST_CELLS = 200_000


class AnonymityReport(Protocol):
    """What k-anonymity was reached and at which price, as plain counts and names."""

    def to_dict(self) -> dict[str, Any]: ...


class Anonymise(Protocol):
    """Generalises quasi-identifiers (name -> coarser levels, next first), then drops rows in classes below k or l.

    `population`: persons by the values of the quasi-identifiers, among whom somebody of the table may be looked for.
    `at_least`: quasi-identifier -> levels that it has to go up, whatever k asks for.
    """

    def __call__(
        self, frame: DataFrame, hierarchies: Mapping[str, Sequence[str]], k: int, person: str, *, max_suppressed: float,
        sensitive: Sequence[str], l: int | None, population: Mapping[tuple[Any, ...], int] | None, at_least: Mapping[str, int],
    ) -> tuple[DataFrame, AnonymityReport]: ...  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicationReport:
    """What publishing did, in counts and names: goes into the ledger and the compliance report.

    `compared`: the number of this release, and where there was an earlier one how many persons (rounded, since the difference
    of two such numbers is of few) wait until enough do the same, or how many cells show what they showed before.
    """

    view: str
    grade: str
    columns: tuple[str, ...]
    dropped_columns: tuple[str, ...]
    withheld_rows: int = 0
    anonymity: dict[str, Any] = field(default_factory=dict)
    cells: int = 0
    small_cells: int = 0
    complementary_cells: int = 0
    compared: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Published:
    """The table that may leave, the report on how it was made from the curated one, and what is to be remembered of it.

    `told`: for the comparison of the next release; None where the table itself says it all: the first one of rows.
    """

    frame: DataFrame
    report: PublicationReport
    told: Earlier | None = None


def publish(
    frame: DataFrame, contract: Contract, anonymise: Anonymise | None = None, population: DataFrame | None = None,
    earlier: Earlier | None = None,
) -> Published:  # fmt: skip
    """The part of a curated table that its contract lets out, at the contract's grade.

    Rows: those that are L5 as a whole are withheld, the quasi-identifiers made k-anonymous and the sensitive columns
    l-diverse by `anonymise`, columns above the grade dropped, or generalised where a coarser level is within it.
    `population` is the curated table that the contract names as such: its first count is of persons. Aggregate: small
    cells and what would give them away become null with `is_suppressed` true, then every other count is rounded to the
    nearest 5. A suppressed cell is not a zero. `earlier` releases: who came or moved, and how a cell changed, is shown as
    `governance.releases` says.
    Raises ContractError when the table differs from its contract (a column it does not know is L5), or `anonymise`
    is missing.
    """
    check_schema(frame.schema, contract)
    if contract.kind == "aggregate":
        return _publish_aggregate(frame, contract, earlier or Earlier(release=1))
    if anonymise is None:
        raise ContractError(f"{contract.view}: rows are published k-anonymous. Pass `anonymise`.")
    return _publish_rows(frame, contract, anonymise, population, earlier)


def _publish_rows(
    frame: DataFrame, contract: Contract, anonymise: Anonymise, population: DataFrame | None, earlier: Earlier | None
) -> Published:
    person, k, limit = contract.person, contract.k, contract.max_suppressed
    assert person is not None, "a contract for rows has it"
    assert k is not None, "a contract for rows has it"
    assert limit is not None, "a contract for rows has it"
    kept, withheld = frame, 0
    for rule in contract.withhold:
        is_withheld = F.coalesce(F.col(rule.column).isin(*rule.values), F.lit(False))
        withheld += kept.where(is_withheld).count()
        kept = kept.where(~is_withheld)
    quasi = contract.quasi_identifiers()
    people = None if population is None else _people(population, tuple(quasi))
    anonymous, report = anonymise(
        kept, quasi, k, person, max_suppressed=limit, sensitive=contract.sensitive, l=contract.l, population=people,
        at_least=contract.least_levels(),
    )  # fmt: skip
    measured, told, compared = report.to_dict(), None, {"release": 1}
    if earlier is None and person not in contract.published_columns():
        told = Earlier(1, people=first_seen(_named(_states(anonymous, person, list(quasi), _fixed(quasi)))))
    if earlier is not None:
        beside = partial(anonymise, sensitive=contract.sensitive, l=contract.l, population=None, at_least={})
        anonymous, measures, told, waiting = _beside_earlier(frame, anonymous, contract, earlier, beside)
        measured |= measures
        compared = {"release": earlier.release, "waiting_persons": round_count(waiting)}
    columns = contract.published_columns()
    dropped = tuple(name for name in contract.columns if name not in columns)
    said = PublicationReport(
        contract.view, contract.grade.value, columns, dropped, withheld, measured, compared=compared
    )
    return Published(anonymous.select(*columns), said, told)


def _beside_earlier(
    frame: DataFrame, anonymous: DataFrame, contract: Contract, earlier: Earlier, anonymise: Callable[..., Any]
) -> tuple[DataFrame, dict[str, Any], Earlier, int]:
    """The anonymous rows as they are shown beside earlier releases, their measures, what to remember, and who waits."""
    assert contract.person is not None, "a contract for rows has it"
    assert contract.k is not None, "a contract for rows has it"
    person, quasi = contract.person, contract.quasi_identifiers()
    fixed = _fixed(quasi)
    there = _states(frame, person, [list(quasi)[i] for i in fixed], range(len(fixed)))
    now = dict.fromkeys(there, frozenset[Class]()) | _states(anonymous, person, list(quasi), fixed)
    seen = compare_people(_named(now), earlier.people, k=contract.k, release=earlier.release)
    shown = frozenset[Class]().union(*(s.state for s in seen.values()))
    state = {u: s.state for u, s in seen.items()} | {u: s & shown for u, s in now.items() if u not in seen}
    changes = [
        (u[0], *own, to is not None, *(to or own))
        for u, classes in now.items()
        for own in classes
        if (to := shown_in(own, state[u])) != own
    ]
    waiting = len({u for u, s in seen.items() if now[u] - s.state})
    if not changes:
        return anonymous, {}, Earlier(earlier.release, people=seen), waiting
    rows = _changed(anonymous, person, list(quasi), changes)
    rows, report = anonymise(rows, dict.fromkeys(quasi, ()), contract.k, person, max_suppressed=1.0)
    if contract.l:
        actual = _states(rows, person, list(quasi), fixed)
        seen = corrected(seen, earlier.people, actual, release=earlier.release)
    measures = {name: report.to_dict()[name] for name in ("after", "smallest_class")}
    return rows, measures, Earlier(earlier.release, people=seen), waiting


def _fixed(quasi: Mapping[str, Sequence[str]]) -> list[int]:
    """Which quasi-identifiers have no coarser level."""
    return [i for i, levels in enumerate(quasi.values()) if not levels]


def _named(states: Mapping[Unit, State]) -> dict[Unit, State]:
    """Without the rows that name no person, who count as nobody."""
    return {unit: state for unit, state in states.items() if unit[0] is not None}


def _states(frame: DataFrame, person: str, quasi: list[str], fixed: Sequence[int]) -> dict[Unit, State]:
    """The classes of each person's rows, as texts, by person and the quasi-identifiers that are `fixed`."""
    texts = [F.col(name).cast("string") for name in (person, *quasi)]
    found: dict[Unit, set[Class]] = {}
    for who, *values in frame.select(*texts).distinct().collect():
        found.setdefault((who, *(values[i] for i in fixed)), set()).add(tuple(values))
    return {unit: frozenset(classes) for unit, classes in found.items()}


def _changed(frame: DataFrame, person: str, quasi: list[str], changes: list[tuple[Any, ...]]) -> DataFrame:
    """The rows with the classes of `changes`: person, class, whether they are shown, class in which they are."""
    was, to = [f"_of_{q}" for q in quasi], [f"_to_{q}" for q in quasi]
    names = ["_person", *was, "_is_shown", *to]
    types = ", ".join(f"`{n}` {'boolean' if n == '_is_shown' else 'string'}" for n in names)
    table = frame.sparkSession.createDataFrame(changes, types)
    keys = zip((person, *quasi), ("_person", *was), strict=True)
    same = reduce(and_, (F.col(own).cast("string").eqNullSafe(F.col(other)) for own, other in keys))
    joined = frame.join(F.broadcast(table), on=same, how="left").where("coalesce(_is_shown, true)")
    moved = {
        q: F.when(F.col("_is_shown"), F.col(f"_to_{q}").cast(frame.schema[q].dataType)).otherwise(F.col(q))
        for q in quasi
    }
    return joined.select(*(moved.get(c, F.col(c)).alias(c) for c in frame.columns))


def _people(population: DataFrame, quasi: tuple[str, ...]) -> dict[tuple[Any, ...], int]:
    count = next(f.name for f in population.schema.fields if isinstance(f.dataType, LongType))
    return {tuple(r[:-1]): int(r[-1]) for r in population.groupBy(*quasi).agg(F.sum(count)).collect()}


def _publish_aggregate(frame: DataFrame, contract: Contract, earlier: Earlier) -> Published:
    assert contract.min_cell, "a contract for an aggregate has it"
    cells = _cells(frame, contract)
    told = _told(cells, contract, earlier)
    every = next(iter(told.values()))
    hidden = {cell for cell, of in every.items() if of.is_hidden}
    small = {cell for cell, counts in cells.items() if any(0 < n < contract.min_cell for n in counts)}
    rows = [
        (*cell, *(None if cell in hidden else round_count(of[cell].count or 0) for of in told.values()), cell in hidden)
        for cell in every
        if cell in cells or cell in hidden
    ]
    names = [*contract.dimensions, *contract.counts, IS_SUPPRESSED]
    held = [StructField(n, StringType()) for n in contract.dimensions]
    held += [StructField(n, LongType()) for n in contract.counts]
    texts = frame.sparkSession.createDataFrame(rows, StructType([*held, StructField(IS_SUPPRESSED, BooleanType())]))
    typed = [F.col(n).cast(frame.schema[n].dataType).alias(n) for n in contract.dimensions]
    kept = sum(
        any(of[cell].count not in (None, n) for of, n in zip(told.values(), counts, strict=True))
        for cell, counts in cells.items()
    )
    report = PublicationReport(
        contract.view, contract.grade.value, tuple(names), (), cells=len(rows), small_cells=len(small),
        complementary_cells=len(hidden - small), compared={"release": earlier.release, "kept_cells": kept},
    )  # fmt: skip
    return Published(texts.select(*typed, *names[len(typed) :]), report, Earlier(earlier.release, cells=told))


def _cells(frame: DataFrame, contract: Contract) -> dict[Cell, tuple[int, ...]]:
    """The counts of each cell. ContractError for too many cells, and for a cell that stands twice or is not known."""
    width = len(contract.dimensions)
    rows = frame.select(*contract.dimensions, *contract.counts).limit(MOST_CELLS + 1).collect()
    if len(rows) > MOST_CELLS:
        raise ContractError(
            f"{contract.view}: has more than {MOST_CELLS} cells. Give it fewer or coarser dimensions, or make it rows."
        )
    if any(n is None for row in rows for n in row[width:]):
        raise ContractError(f"{contract.view}: a count is null. A cell that is not known must not be in the view.")
    cells = {tuple(None if v is None else str(v) for v in row[:width]): tuple(map(int, row[width:])) for row in rows}
    if len(cells) != len(rows):
        raise ContractError(
            f"{contract.view}: a cell stands twice. Group the view by {', '.join(contract.dimensions)}."
        )
    return cells


def _told(cells: Mapping[Cell, tuple[int, ...]], contract: Contract, earlier: Earlier) -> dict[str, dict[Cell, Told]]:
    """What is told of each count; a cell of which one is hidden hides all of them."""
    assert contract.min_cell, "a contract for an aggregate has it"
    hidden: frozenset[Cell] = frozenset()
    additive = None if contract.additive is None else [contract.dimensions.index(d) for d in contract.additive]
    while True:
        told = {
            name: compare_cells(
                {cell: counts[i] for cell, counts in cells.items()}, earlier.cells.get(name, {}),
                min_cell=contract.min_cell, also=hidden, additive=additive,
            )
            for i, name in enumerate(contract.counts)
        }  # fmt: skip
        now = frozenset(cell for of in told.values() for cell, t in of.items() if t.is_hidden)
        if now == hidden:
            return told
        hidden = now
