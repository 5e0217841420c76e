"""What earlier releases of a published table told, read from what the lake remembers of them, and remembered anew."""

import pyarrow as pa

from dagster_project.assets.gold import published_name
from dagster_project.verdicts import WITHDRAWN
from governance.contract import Contract
from governance.releases import Earlier, State, Told, first_seen
from governance.remembered import REMEMBERED, of_rows, only, to_rows
from transforms.lake import Lake
from transforms.tables import Commit

# In what a published version was made from: which release it is.
RELEASE = "release"


def earlier_of(lake: Lake, contract: Contract, had: Commit | None) -> Earlier | None:
    """What a new release is compared with; None before the first. Its `release` is the new one's number.

    Of a release that nothing was kept of, what the published table itself says: of a hidden cell, that it was.
    """
    if had is None:
        return None
    number = had.made_from.get(RELEASE, 1)
    kept = of_rows(_kept(lake, contract), number) or _of_table(lake, contract, had)
    return Earlier(number + 1, kept.people, kept.cells)


def remember(lake: Lake, contract: Contract, earlier: Earlier | None, told: Earlier | None) -> None:
    """Keep what a release tells, before it is published: until its commit says so, the one before is what was told."""
    if told is None:
        return
    before = of_rows(_kept(lake, contract), earlier.release - 1) if earlier else None
    rows = (to_rows(only(before, told.people)) if before else []) + to_rows(told)
    frame = lake.spark.createDataFrame(rows, REMEMBERED)
    lake.replace_small("governance", _name(contract), frame, made_from={RELEASE: told.release})


def _name(contract: Contract) -> str:
    return f"released/{published_name(contract)}"


def _kept(lake: Lake, contract: Contract) -> list[dict[str, object]]:
    there = lake.exists("governance", _name(contract))
    return lake.arrow("governance", _name(contract)).to_pylist() if there else []


def _of_table(lake: Lake, contract: Contract, had: Commit) -> Earlier:
    version = had.version - 1 if WITHDRAWN in had.made_from else None  # which left an empty table
    table = lake.arrow("published", published_name(contract), version=version)
    if contract.kind == "aggregate":
        width = len(contract.dimensions)
        names = (*contract.dimensions, *contract.counts)
        rows = [(values[:width], *values[width:]) for values in _texts(table, names)]
        cells = {
            count: {r[0]: Told(is_hidden=True) if r[1 + i] is None else Told((int(r[1 + i]),)) for r in rows}
            for i, count in enumerate(contract.counts)
        }
        return Earlier(1, cells=cells)
    quasi, person = contract.quasi_identifiers(), contract.person
    if person not in table.column_names:
        return Earlier(1)
    fixed = [i for i, levels in enumerate(quasi.values()) if not levels]
    states: dict[tuple[str | None, ...], set[tuple[str | None, ...]]] = {}
    for who, *values in set(_texts(table, (person, *quasi))):
        states.setdefault((who, *(values[i] for i in fixed)), set()).add(tuple(values))
    found: dict[tuple[str | None, ...], State] = {u: frozenset(s) for u, s in states.items() if u[0] is not None}
    return Earlier(1, people=first_seen(found))


def _texts(table: pa.Table, names: tuple[str, ...]) -> list[tuple[str | None, ...]]:
    columns = [table.column(n).cast(pa.string()).to_pylist() for n in names]
    return list(zip(*columns, strict=True))
