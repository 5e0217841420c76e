"""Releases and grants where they meet the lake: what is signed, what a view is to a check, and what has ended."""

from datetime import datetime
from pathlib import Path

import dagster as dg

from core.errors import ConfigError
from dagster_project import certificates
from dagster_project.assets._step import RETRY, step
from dagster_project.assets.gold import CONTRACTS
from dagster_project.report import check_report
from dagster_project.resources import Lakehouse
from deid import report
from governance.entries import SYSTEM, Entry, Tail
from governance.events import GrantExpired, ReleaseSigned
from governance.ledger import Record
from governance.rights import View
from governance.signing import SigningKey


def view_of(lakehouse: Lakehouse, name: str) -> View:
    """A published view as its contract and its valid certificate have it.

    ConfigError when it is not published, CertificateError when the certificate is not the one that was issued.
    """
    contract = CONTRACTS.get(name)
    valid = lakehouse.certificates.register().current(f"published/{contract.grade.value}/{name}") if contract else []
    if contract is None or not valid:
        known = ", ".join(sorted(CONTRACTS))
        raise ConfigError(
            f"{name}: is no published view with a certificate. Known views: {known}; `lakehouse run` certifies them."
        )
    body = lakehouse.certificates.body(valid[-1], certificates.file_of(lakehouse, valid[-1]))
    columns = frozenset(contract.released())
    return View(name, contract.grade, frozenset(contract.purposes), columns, frozenset(body["rights_holders"]))


def sign_release(lakehouse: Lakehouse, person: str, key: SigningKey, file: Path) -> ReleaseSigned:
    """A compliance officer stands for the versions that a report speaks of; the lake and the report have to agree.

    ReportError when the report was changed or the lake has moved on; RightsError when the person may not.
    """
    check_report(lakehouse, file)
    data = report.verify(file.read_text(encoding="utf-8"))
    register = lakehouse.certificates.register()
    tables = [t for t in data["tables"] if t.startswith("published/")]
    valid = sorted(c for table in tables for c in register.current(table))
    if len(valid) < len(tables) or not valid:
        raise ConfigError(
            f"{file.name}: speaks of {len(tables)} published tables, {len(valid)} of them have a certificate. `lakehouse report`"
            " certifies the others; then sign the report that it writes."
        )
    event = ReleaseSigned(
        release=f"release-{data['sha256'][:12]}", report_sha256=data["sha256"], certificates=tuple(valid)
    )
    lakehouse.rights.act(person, key, event, lakehouse.now())
    return event


def releases(lakehouse: Lakehouse) -> list[Entry]:
    """The signed releases, the oldest first."""
    kind = ReleaseSigned.kind
    return [entry for entry in Tail(lakehouse.ledger.folder, frozenset({kind})).new() if entry.kind == kind]


def note_expired(lakehouse: Lakehouse, now: datetime) -> dict[str, int]:
    """Record grants that have ended, each once; how many grants there are of each state. None acts on it: a check looks itself."""
    counts: dict[str, int] = {}
    ended = []
    for grant in lakehouse.rights.state().grants.values():
        standing = grant.state(now)
        counts[standing] = counts.get(standing, 0) + 1
        if standing == "expired":
            ended.append(Record(SYSTEM, GrantExpired(grant=grant.id), now, f"grant_expired:{grant.id}"))
    if ended:
        lakehouse.ledger.append(*ended)
    return counts


@dg.op(
    retry_policy=RETRY, out=dg.Out(dg.Nothing), description="Records grants that have ended and counts all by state."
)
def look_at_grants(context: dg.OpExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
    """Its metadata says how many grants are active, expired, revoked or not begun."""
    with step(lakehouse, "grants"):
        counts = note_expired(lakehouse, lakehouse.now())
    context.add_output_metadata(dict(counts))


@dg.job(description="Overview of grants, and a record of those that have ended.", executor_def=dg.in_process_executor)
def grants() -> None:
    look_at_grants()


DAILY_GRANTS = dg.ScheduleDefinition(
    name="daily_grants",
    job=grants,
    cron_schedule="15 0 * * *",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every day at 0:15 UTC, once it is switched on.",
)
