"""What each published version consists of, recorded while its files are there: metering and borders count by it later."""

from typing import Literal

import pyarrow as pa

from dagster_project.assets.gold import published_name
from dagster_project.resources import Lakehouse
from governance.contract import Contract
from governance.entries import SYSTEM
from governance.events import ColumnFacts, VersionDescribed
from governance.ledger import Record
from transforms.tables import Commit


def description_of(certificate: str) -> str:
    """What the ledger knows the description by of the version that a certificate is about."""
    return f"version_described:{certificate}"


def describe(lakehouse: Lakehouse, contract: Contract, certificate: str, held: pa.Table) -> None:
    """Record it of the newest version, whose rows are `held`, once a certificate.

    Nothing is recorded where nobody can say whose the rows are. Such a version crosses no border, and what is earned with
    it is nobody's yet.
    """
    name = published_name(contract)
    commit = lakehouse.tables.commit("published", name)
    assert commit is not None, "it has rows"
    found = _by_institution(lakehouse, contract, held, commit)
    if found is None:
        lakehouse.on_progress(
            f"published/{name}: it cannot be counted which institutions' rows are in version {commit.version}"
        )
        return
    basis, rows, persons = found
    columns = contract.released()
    event = VersionDescribed(
        view=contract.view, grade=contract.grade, version=commit.version, commit=commit.id or "unknown", grain=contract.kind,
        basis=basis, rows=rows, persons=persons, price_unit=contract.price_unit,
        columns={n: ColumnFacts(grade=c.grade, role=c.role, category=c.category) for n, c in columns.items()},
    )  # fmt: skip
    lakehouse.ledger.append(Record(SYSTEM, event, lakehouse.now(), description_of(certificate)))


def _by_institution(
    lakehouse: Lakehouse, contract: Contract, held: pa.Table, commit: Commit
) -> tuple[Literal["published", "gold"], dict[str, int], dict[str, int]] | None:
    """(basis, rows, persons). Of gold where the published table has no institutions, or generalised ones; None of neither.

    Gold holds also what was withheld or suppressed.
    """
    person = contract.person
    wanted = ("institution", *([person] if person else []))
    if set(held.column_names).issuperset(wanted):
        shown = set(held.column("institution").unique().to_pylist())
        if shown <= set(lakehouse.institutions):
            return "published", *_counted(held, person)
    version = commit.made_from.get("gold")
    if not set(contract.columns).issuperset(wanted):
        return None
    if version is None or lakehouse.tables.commit_id("gold", contract.view, version) is None:
        return None
    gold = lakehouse.tables.arrow("gold", contract.view, columns=wanted, version=version)
    return "gold", *_counted(gold, person)


def _counted(rows: pa.Table, person: str | None) -> tuple[dict[str, int], dict[str, int]]:
    wanted = [([], "count_all"), *([(person, "count_distinct")] if person else [])]
    by = rows.group_by("institution").aggregate(wanted).to_pylist()
    known = {r["institution"]: r for r in by if r["institution"] is not None}
    persons = {i: r[f"{person}_count_distinct"] for i, r in known.items()} if person else {}
    return {i: r["count_all"] for i, r in known.items()}, persons
