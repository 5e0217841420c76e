"""What is watched of deliveries: that they keep coming, and that nothing of them is missing. Asset checks of bronze."""

from datetime import datetime, timedelta

import dagster as dg
from pyspark.sql import functions as F

from dagster_project.assets._step import step
from dagster_project.resources import Lakehouse
from transforms.lake import Lake

_BRONZE = dg.AssetKey(["bronze", "resource"])
FRESH = dg.AssetCheckSpec(
    "deliveries_are_fresh",
    asset=_BRONZE,
    description="Every institution delivered within the days that its file expects (expected_every_days).",
)
COMPLETE = dg.AssetCheckSpec(
    "deliveries_are_complete",
    asset=_BRONZE,
    description="Everything that the manifests declare came, and no time between deliveries is left out.",
)


def overdue(lake: Lake, expected: dict[str, int], now: datetime) -> dict[str, int | None]:
    """{institution: days since its newest batch (None: it never delivered)} of those that are behind what is expected."""
    newest: dict[str, datetime] = {}
    if lake.exists("bronze", "batch"):
        rows = (
            lake.read("bronze", "batch").groupBy("institution").agg(F.max(F.unix_timestamp("ingested_at")).alias("at"))
        )
        newest = {r.institution: datetime.fromtimestamp(r["at"], now.tzinfo) for r in rows.collect()}
    late = {i for i, days in expected.items() if i not in newest or now - newest[i] > timedelta(days=days)}
    return {i: (now - newest[i]).days if i in newest else None for i in sorted(late)}


def incomplete(lake: Lake) -> list[dict[str, object]]:
    """Of what was loaded, the institutions and types of which declared records are missing or a time is left out."""
    if not lake.exists("governance", "load_completeness"):
        return []
    rows = lake.read("governance", "load_completeness").where("missing > 0 OR has_gap")
    return [r.asDict() for r in rows.select("institution", "resource_type", "missing", "has_gap").collect()]


@dg.multi_asset_check(name="deliveries", specs=[FRESH, COMPLETE])
def deliveries(context: dg.AssetCheckExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
    """Warns: what is loaded is right, but somebody should ask the institution."""
    expected = {i.id: i.expected_every_days for i in lakehouse.institutions.values() if i.expected_every_days}
    with step(lakehouse, "deliveries"):
        late = overdue(lakehouse.lake, expected, lakehouse.now())
        lacking = incomplete(lakehouse.lake)
    said = {i: "never delivered" if days is None else f"{days} days" for i, days in late.items()}
    yield dg.AssetCheckResult(
        asset_key=_BRONZE, check_name=FRESH.name, passed=not late, severity=dg.AssetCheckSeverity.WARN,
        metadata={"watched": len(expected), **said},
    )  # fmt: skip
    yield dg.AssetCheckResult(
        asset_key=_BRONZE, check_name=COMPLETE.name, passed=not lacking, severity=dg.AssetCheckSeverity.WARN,
        metadata={f"{r['institution']} {r['resource_type']}": f"{r['missing']} missing, gap: {r['has_gap']}" for r in lacking},
    )  # fmt: skip


WATCH = dg.define_asset_job(
    "watch_deliveries",
    selection=dg.AssetSelection.checks(*(dg.AssetCheckKey(_BRONZE, spec.name) for spec in (FRESH, COMPLETE))),
    description="Asks whether deliveries keep coming and are complete, also on days on which nothing lands.",
    executor_def=dg.in_process_executor,
)
DAILY_WATCH = dg.ScheduleDefinition(
    name="daily_watch",
    job=WATCH,
    cron_schedule="0 6 * * *",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every day at 6, once it is switched on.",
)
