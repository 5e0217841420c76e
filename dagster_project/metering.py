"""The ledger's uses on this lake: `governance/usage` brought up to date, statements over a period, and their report."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from core.pages import render
from dagster_project.assets._step import RETRY, step
from dagster_project.fingerprint import fingerprint
from dagster_project.resources import Lakehouse
from governance import metering as package
from governance.entries import Tail
from governance.grants import KINDS, TRUSTED, State
from governance.metering.statement import Line, institutions, lines, recipients, totals
from governance.metering.usage import USES, row_of, table_of

_CODE = Path(package.__file__).parent
_TABLE = ("governance", "usage")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which uses: from the first day to the last one (UTC), of a grant, recipient or institution; None: of all."""

    since: date | None = None
    until: date | None = None
    grant: str | None = None
    recipient: str | None = None
    institution: str | None = None


def bring_up_to_date(lakehouse: Lakehouse) -> int:
    """Add what the ledger says since the last time to governance/usage; how many uses that were.

    Made anew as a whole where the ledger is another one, does not go on from where the table ends, or this code changed.
    """
    if not lakehouse.ledger.folder.is_dir():
        return 0
    with _alone(lakehouse.settings.lake / "governance"):
        had = lakehouse.tables.commit(*_TABLE)
        made_from = had.made_from if had else {}
        rows, reached, goes_on = _rows(lakehouse, made_from)
        if not rows and goes_on:
            return 0
        if rows or had is not None:
            lakehouse.tables.put_arrow(*_TABLE, table_of(rows), made_from=reached, adds=goes_on)
        return len(rows)


def _rows(lakehouse: Lakehouse, made_from: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any], bool]:
    """(the rows that the table lacks, up to where they reach, whether they can be added to it)."""
    tail, state = Tail(lakehouse.ledger.folder, TRUSTED), State()
    code, since, goes_on = fingerprint(_CODE), made_from.get("entries", 0), False
    rows: list[dict[str, Any]] = []
    for entry in tail.new():
        if entry.kind in KINDS:
            state.take(entry, tail.id)
        if entry.kind in USES:
            rows.append(row_of(entry, state))
        if tail.seq == since and (tail.id, tail.hash, code) == (
            made_from["ledger"],
            made_from["last"],
            made_from["code"],
        ):
            rows, goes_on = [], True
    reached = {"ledger": tail.id, "entries": tail.seq, "last": tail.hash, "code": code}
    return rows, reached, goes_on


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two at once would both add the same uses."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".usage.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def statement(lakehouse: Lakehouse, wanted: Wanted) -> list[Line]:
    """The lines of governance/usage as it is after bringing it up to date."""
    bring_up_to_date(lakehouse)
    if not lakehouse.tables.exists(*_TABLE):
        return []
    conditions = ["TRUE"]
    if wanted.since:
        conditions.append(f"at >= {_instant(wanted.since)}")
    if wanted.until:
        conditions.append(f"at < {_instant(wanted.until + timedelta(days=1))}")
    found = lines(lakehouse.tables.arrow(*_TABLE, where=" AND ".join(conditions)).to_pylist())
    return [
        line
        for line in found
        if wanted.grant in (None, line.grant)
        and wanted.recipient in (None, line.recipient)
        and (wanted.institution is None or wanted.institution in line.shares)
    ]


def _instant(day: date) -> str:
    return f"TIMESTAMP '{datetime.combine(day, time(), UTC).isoformat()}'"


def known(lakehouse: Lakehouse) -> dict[str, set[str]]:
    """Grants, recipients and institutions that can be asked for."""
    grants = lakehouse.rights.state().grants
    return {
        "grant": set(grants),
        "recipient": {g.said.recipient for g in grants.values()},
        "institution": set(lakehouse.institutions) | {c for g in grants.values() for c in g.request.controllers},
    }


def plain(line: Line) -> dict[str, Any]:
    """A line as JSON holds it."""
    said = asdict(line) | {
        "first": line.first.isoformat(timespec="seconds"),
        "last": line.last.isoformat(timespec="seconds"),
    }
    return said | {"roles": list(line.roles), "categories": list(line.categories)}


def shown(line: Line, wanted: Wanted) -> dict[str, Any]:
    """A line as whoever the statement is for sees it: an institution its own share only, a recipient none."""
    said = plain(line)
    if wanted.institution is not None:
        own = said["shares"][wanted.institution]
        return said | {
            "shares": {wanted.institution: own},
            "own_rows": own["rows"],
            "own_amount_minor": own["amount_minor"],
        }
    return said | ({"shares": {}} if wanted.recipient is not None else {})


def write_report(lakehouse: Lakehouse, found: list[Line], wanted: Wanted) -> Path:
    """<lake>/reports/usage.html and .json: statements by recipient and by institution; of one of them only, -<its id>."""
    only = wanted.institution or wanted.recipient or wanted.grant
    by_recipient = {} if wanted.institution else recipients(found)
    by_institution = {} if wanted.recipient else institutions(found)
    if wanted.institution:
        by_institution = {i: own for i, own in by_institution.items() if i == wanted.institution}
    data = {
        "made_at": lakehouse.now().isoformat(timespec="seconds"),
        "wanted": {k: str(v) for k, v in asdict(wanted).items() if v is not None},
        "uses": sum(line.queries + line.downloads for line in found),
        "rows": sum(line.rows for line in found),
        "totals": totals(found),
        "recipients": [
            {"id": name, "totals": totals(own), "lines": [shown(line, wanted) for line in own]}
            for name, own in by_recipient.items()
        ],
        "institutions": [
            {"id": name, "totals": totals(own, name), "rows": sum(line.shares[name].rows for line in own),
             "lines": [shown(line, wanted) | {"share": asdict(line.shares[name])} for line in own]}
            for name, own in by_institution.items()
        ],
    }  # fmt: skip
    name = f"usage-{only}" if only else "usage"
    return lakehouse.write_report(name, html=render(_CODE / "report.html", data), data=data)


@dg.op(
    retry_policy=RETRY, out=dg.Out(dg.Nothing), description="Brings governance/usage up to date and writes its report."
)
def meter(context: dg.OpExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
    """Its metadata says how many uses were new."""
    with step(lakehouse, "metering"):
        new = bring_up_to_date(lakehouse)
        page = write_report(lakehouse, statement(lakehouse, Wanted()), Wanted())
    context.add_output_metadata({"new_uses": new, "report": dg.MetadataValue.path(str(page))})


@dg.job(description="What was used of whose data, and what is owed for it.", executor_def=dg.in_process_executor)
def metering() -> None:
    meter()


DAILY_METERING = dg.ScheduleDefinition(
    name="daily_metering",
    job=metering,
    cron_schedule="30 0 * * *",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every day at 0:30 UTC, once it is switched on.",
)
