"""A curated table as anybody outside the data team may see it: what leaves is decided by its contract alone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, LongType, StructField, StructType

from governance.contract import Contract, ContractError
from governance.grades import Words
from governance.promise import check_schema
from governance.suppression import round_count, suppress

# The one column that publishing adds, to aggregates; contracts do not declare it.
IS_SUPPRESSED = "is_suppressed"
IS_SUPPRESSED_MEANS = Words(
    en="the cell is small, or would give a small one away, so its counts are null; it is not a zero",
    zh="该单元格人数过少，或会泄露其他过小单元格，故计数为空；不等于零",
)
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
    """What publishing did, in counts and names: goes into the ledger and the compliance report."""

    view: str
    grade: str
    columns: tuple[str, ...]
    dropped_columns: tuple[str, ...]
    withheld_rows: int = 0
    anonymity: dict[str, Any] = field(default_factory=dict)
    cells: int = 0
    small_cells: int = 0
    complementary_cells: int = 0

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Published:
    """The table that may leave, and the report on how it was made from the curated one."""

    frame: DataFrame
    report: PublicationReport


def publish(
    frame: DataFrame, contract: Contract, anonymise: Anonymise | None = None, population: DataFrame | None = None
) -> Published:
    """The part of a curated table that its contract lets out, at the contract's grade.

    Rows: those that are L5 as a whole are withheld, the quasi-identifiers made k-anonymous and the sensitive columns
    l-diverse by `anonymise`, columns above the grade dropped, or generalised where a coarser level is within it.
    `population` is the curated table that the contract names as such: its first count is of persons. Aggregate: small
    cells and what would give them away become null with `is_suppressed` true, then every other count is rounded to the
    nearest 5. A suppressed cell is not a zero.
    Raises ContractError when the table differs from its contract (a column it does not know is L5), or `anonymise`
    is missing.
    """
    check_schema(frame.schema, contract)
    if contract.kind == "aggregate":
        return _publish_aggregate(frame, contract)
    if anonymise is None:
        raise ContractError(f"{contract.view}: rows are published k-anonymous. Pass `anonymise`.")
    return _publish_rows(frame, contract, anonymise, population)


def _publish_rows(
    frame: DataFrame, contract: Contract, anonymise: Anonymise, population: DataFrame | None
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
    columns = contract.published_columns()
    dropped = tuple(name for name in contract.columns if name not in columns)
    said = PublicationReport(contract.view, contract.grade.value, columns, dropped, withheld, report.to_dict())
    return Published(anonymous.select(*columns), said)


def _people(population: DataFrame, quasi: tuple[str, ...]) -> dict[tuple[Any, ...], int]:
    count = next(f.name for f in population.schema.fields if isinstance(f.dataType, LongType))
    return {tuple(r[:-1]): int(r[-1]) for r in population.groupBy(*quasi).agg(F.sum(count)).collect()}


def _publish_aggregate(frame: DataFrame, contract: Contract) -> Published:
    assert contract.min_cell, "a contract for an aggregate has it"
    names = (*contract.dimensions, *contract.counts)
    cells = [tuple(row) for row in frame.select(*names).limit(MOST_CELLS + 1).collect()]
    if len(cells) > MOST_CELLS:
        raise ContractError(
            f"{contract.view}: has more than {MOST_CELLS} cells. Give it fewer or coarser dimensions, or make it rows."
        )
    width = len(contract.dimensions)
    if any(n is None for cell in cells for n in cell[width:]):
        raise ContractError(f"{contract.view}: a count is null. A cell that is not known must not be in the view.")
    if len({cell[:width] for cell in cells}) != len(cells):
        raise ContractError(
            f"{contract.view}: a cell stands twice. Group the view by {', '.join(contract.dimensions)}."
        )
    found = [
        suppress({_as_key(cell[:width]): int(cell[width + i]) for cell in cells}, min_cell=contract.min_cell)
        for i in range(len(contract.counts))
    ]
    hidden = frozenset().union(*(f.cells for f in found))
    small = frozenset().union(*(f.small for f in found))
    rows = [_published_cell(cell, width, hidden) for cell in cells]
    types = [StructField(n, frame.schema[n].dataType) for n in contract.dimensions]
    schema = StructType(
        [*types, *(StructField(n, LongType()) for n in contract.counts), StructField(IS_SUPPRESSED, BooleanType())]
    )
    report = PublicationReport(
        contract.view,
        contract.grade.value,
        (*names, IS_SUPPRESSED),
        (),
        cells=len(cells),
        small_cells=len(small),
        complementary_cells=len(hidden - small),
    )
    return Published(frame.sparkSession.createDataFrame(rows, schema), report)


def _as_key(values: Sequence[Any]) -> tuple[str | None, ...]:
    return tuple(None if value is None else str(value) for value in values)


def _published_cell(cell: tuple[Any, ...], width: int, hidden: frozenset[tuple[str | None, ...]]) -> tuple[Any, ...]:
    is_hidden = _as_key(cell[:width]) in hidden
    counts = (None if is_hidden else round_count(int(n)) for n in cell[width:])
    return (*cell[:width], *counts, is_hidden)
