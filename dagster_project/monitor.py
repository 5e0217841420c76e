"""Unusual access on this lake: what the rules find, the page, and the alarm; the job and the sensor that look by themselves."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import dagster as dg

from core.errors import ConfigError, LakehouseError
from core.pages import render
from dagster_project import certificates
from dagster_project.alarm import send
from dagster_project.assets._step import RETRY, step
from dagster_project.assets.gold import CONTRACTS
from dagster_project.crossborder import state_of
from dagster_project.ledger import check
from dagster_project.resources import Lakehouse
from governance import monitor as package
from governance.entries import LedgerError, Tail
from governance.grants import KINDS, TRUSTED, State
from governance.metering.usage import USES
from governance.monitor import rules
from governance.monitor.rules import Finding
from governance.monitor.seen import Log, Use, days_of, read_log
from governance.monitor.words import WORDS, told

DAYS = 30
_PAGE = Path(package.__file__).with_name("report.html")


@dataclass(frozen=True, slots=True)
class Look:
    """What was found, and what it was found in."""

    at: datetime
    since: date
    findings: list[Finding]
    uses: tuple[Use, ...]
    log: Log
    state: State
    standing: Mapping[str, str]  # of each grant, as people are told it

    @property
    def alarms(self) -> int:
        return sum(f.level == "alarm" for f in self.findings)


def look(lakehouse: Lakehouse, days: int = DAYS) -> Look:
    """Everything that the rules find in the last days; what cannot be verified is a finding and stops nothing."""
    now = lakehouse.now()
    since = now.date() - timedelta(days=days)
    log = read_log(lakehouse.settings.lake / "governance" / "access", since)
    state, uses, void, damaged = _ledger(lakehouse)
    findings = [
        *damaged,
        *_certificates(lakehouse, now),
        *([Finding("log_damaged", "alarm", "access", now.date(), log.unreadable, 0)] if log.unreadable else []),
        *(Finding("void_entries", "alarm", "ledger", day, n, 0) for day, n in sorted(void.items()) if day >= since),
        *rules.volume(uses, since),
        *rules.night(uses, state.grants, since),
        *rules.refusals(log.requests),
        *rules.near_identical(log.requests, {name: contract.grade for name, contract in CONTRACTS.items()}),
        *rules.expiring(state.grants.values(), state.requests.values(), now),
    ]
    ordered = sorted(findings, key=lambda f: (f.level, f.kind, f.day, f.about))
    return Look(now, since, ordered, uses, log, state, _standing(lakehouse, state, now))


def _standing(lakehouse: Lakehouse, state: State, now: datetime) -> dict[str, str]:
    try:
        return {grant.id: state_of(lakehouse, grant, now) for grant in state.grants.values()}
    except LedgerError:  # nobody gets anything by it
        return dict.fromkeys(state.grants, "not_cleared")


def _ledger(lakehouse: Lakehouse) -> tuple[State, tuple[Use, ...], Counter[date], list[Finding]]:
    """(rights, uses, void entries by day, what is wrong). A ledger that cannot be trusted gives nothing, but says so."""
    wrong: Counter[str] = Counter()
    try:
        wrong.update(f.wrong for f in check(lakehouse, []).findings)
        state, uses, void = _read(lakehouse)
    except ConfigError:
        return State(), (), Counter(), []  # there is none yet
    except LedgerError:
        wrong = wrong or Counter(["unreadable"])
        state, uses, void = State(), (), Counter()
    today = lakehouse.now().date()
    return (
        state,
        uses,
        void,
        [Finding("verification", "alarm", "ledger", today, n, 0, what) for what, n in sorted(wrong.items())],
    )


def _read(lakehouse: Lakehouse) -> tuple[State, tuple[Use, ...], Counter[date]]:
    state, uses, void, tail = State(), [], Counter[date](), Tail(lakehouse.ledger.folder, TRUSTED)
    for entry in tail.new():
        at, before = datetime.fromisoformat(entry.time), state.void
        if entry.kind in KINDS:
            state.take(entry, tail.id)
        if state.void > before:
            void[at.date()] += 1
        if entry.kind in USES:
            uses.append(Use(at, entry.body["grant"], entry.body["view"], entry.body["rows"]))
    return state, tuple(uses), void


def _certificates(lakehouse: Lakehouse, now: datetime) -> Iterator[Finding]:
    """The certificates that stand, each against the lake and the ledger."""
    try:
        register = lakehouse.certificates.register()
    except LedgerError:
        return  # told of the ledger
    for name in sorted(set(register.issued) - set(register.superseded)):
        try:
            certificates.check(lakehouse, certificates.file_of(lakehouse, name))
        except LakehouseError as e:
            yield Finding("verification", "alarm", name, now.date(), 1, 0, type(e).__name__)


def as_data(found: Look) -> dict[str, Any]:
    """What the page shows, and `lakehouse monitor --json` prints: counts, names and times only."""
    days = [found.since + timedelta(days=n) for n in range((found.at.date() - found.since).days + 1)]
    by_grant = days_of(found.uses)
    refused = Counter(r.grant for r in found.log.requests if r.reason)
    answered = Counter(r.grant for r in found.log.requests if not r.reason)
    per_day = Counter(r.at.date() for r in found.log.requests)
    unusual = {(f.about, f.day) for f in found.findings if f.kind == "volume"}
    return {
        "made_at": found.at.isoformat(timespec="seconds"),
        "since": str(found.since),
        "alarms": found.alarms,
        "notices": len(found.findings) - found.alarms,
        "requests": len(found.log.requests),
        "refusals": sum(refused.values()),
        "bad_tokens": refused[""],
        "findings": [_said(f) for f in found.findings],
        "days": [str(day) for day in days],
        "requests_by_day": [per_day[day] for day in days],
        "grants": [
            {
                "id": g.id, "recipient": g.said.recipient, "country": g.said.country, "state": found.standing[g.id],
                "expires": str(g.said.expires), "rows_used": g.rows_used, "max_rows": g.said.max_rows,
                "answered": answered[g.id], "refused": refused[g.id],
                "rows_by_day": [by_grant.get(g.id, {}).get(day, 0) for day in days],
                "unusual": [n for n, day in enumerate(days) if (g.id, day) in unusual],
            }
            for g in found.state.grants.values()
        ],
    }  # fmt: skip


def _said(finding: Finding) -> dict[str, Any]:
    return {
        **asdict(finding),
        "day": str(finding.day),
        "en": told(finding).en,
        "zh": told(finding).zh,
        "key": finding.key,
    }


def write_page(lakehouse: Lakehouse, found: Look) -> Path:
    """<lake>/reports/access.html and .json."""
    data = as_data(found)
    return lakehouse.write_report("access", html=render(_PAGE, data, words=WORDS), data=data)


def send_alarm(lakehouse: Lakehouse, found: Look) -> tuple[list[Finding], list[str]]:
    """(what is new since the last time, which ways of telling it failed). Told before it is kept: rather twice than never."""
    kept = lakehouse.settings.lake / "governance" / "monitor-told.json"
    before = set(json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else set()
    new = [f for f in found.findings if f.key not in before]
    untold: list[str] = []
    if new:
        lines = [f"{f.level}: {f.about}: {told(f).en}" for f in new]
        untold = send(lakehouse.settings, f"{len(new)} findings on access to {lakehouse.settings.lake.name}", lines)
    if not untold:
        partial = kept.with_name(f".{kept.name}")
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(sorted(f.key for f in found.findings)), encoding="utf-8")
        partial.replace(kept)
    return new, untold


@dg.op(
    retry_policy=RETRY,
    out=dg.Out(dg.Nothing),
    description="Looks for unusual access, writes its page and tells what is new.",
)
def look_at_access(context: dg.OpExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
    """Its metadata says how much was found of each kind."""
    with step(lakehouse, "monitor"):
        found = look(lakehouse)
        page = write_page(lakehouse, found)
        new, untold = send_alarm(lakehouse, found)
    kinds = Counter(f.kind for f in found.findings)
    more = {
        "alarms": found.alarms,
        "new": len(new),
        "not_sent": ", ".join(untold),
        "page": dg.MetadataValue.path(str(page)),
    }
    context.add_output_metadata(dict(kinds) | more)


@dg.job(description="Unusual access, expiring agreements, failed verifications.", executor_def=dg.in_process_executor)
def monitor() -> None:
    look_at_access()


@dg.sensor(
    job=monitor, minimum_interval_seconds=3600, default_status=dg.DefaultSensorStatus.STOPPED,
    description="Looks at access when there was some, and once a day, as soon as it is switched on.",
)  # fmt: skip
def access_sensor(context: dg.SensorEvaluationContext, lakehouse: dg.ResourceParam[Lakehouse]):
    """Asks for one run for each state of the access log and the ledger."""
    governance = lakehouse.settings.lake / "governance"
    logs = [*governance.glob("access/*.jsonl"), *governance.glob("ledger/[0-9]*.jsonl")]
    if not logs:
        return dg.SkipReason("there is neither access nor a ledger yet")
    state = [str(lakehouse.now().date()), *(f"{file.name} {file.stat().st_size}" for file in sorted(logs))]
    return dg.RunRequest(run_key=sha256("\n".join(state).encode()).hexdigest())
