"""Everything that was judged -> the report on quality, what it rests on, and the alarm when a table no longer looks like itself."""

import dagster as dg

from dagster_project import certificates
from dagster_project.alarm import send
from dagster_project.assets._step import RETRY, step
from dagster_project.assets.gold import PUBLISHED, published_name
from dagster_project.assets.silver import VIEWS
from dagster_project.quality_evidence import alarms, certified_score, keep, observe, write_report
from dagster_project.resources import Lakehouse

_KEY = dg.AssetKey(["reports", "quality"])
DRIFT = dg.AssetCheckSpec(
    "tables_look_like_before",
    asset=_KEY,
    description="Volumes, missing values and frequencies of every silver table, by institution, against its earlier versions"
    " (docs/quality.md says by which tests). Fewer than 4 earlier versions: not applicable.",
)


@dg.asset(
    key=_KEY,
    deps=[
        ["reports", "deid"],
        *(["silver", name] for name in VIEWS),
        *(["published", *published_name(c).split("/")] for c in PUBLISHED),
    ],
    group_name="governance",
    kinds={"html", "json"},
    retry_policy=RETRY,
    check_specs=[DRIFT],
    description="The score by table, institution and dimension, the worst rules, the trend and what drifted.",
)
def quality_report(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
    with step(lakehouse, "quality/report"):
        seen = observe(lakehouse)
        drifted = alarms(seen.drifts)
        said = [
            f"{t}: {d.institution}: {d.column or 'rows'}: {d.kind} {d.statistic} (limit {d.limit})" for t, d in drifted
        ]
        # Told before it is kept: after a crash in between it is told again, and never not at all.
        untold = send(lakehouse.settings, f"{len(said)} drifts in {lakehouse.settings.lake.name}", said) if said else []
        for line in untold:
            lakehouse.tell(context, f"quality/report: the alarm could not be sent by {line}")
        keep(lakehouse, seen)
        page = write_report(lakehouse)
        certificates.issue(lakehouse, certified_score(lakehouse))
    compared = [d for found in seen.drifts.values() for d in found]
    counts = {s: sum(d.status == s for d in compared) for s in ("stable", "drifted", "no_history", "too_few")}
    yield dg.MaterializeResult(metadata={"report": dg.MetadataValue.path(str(page))})
    yield dg.AssetCheckResult(
        asset_key=_KEY, check_name=DRIFT.name, passed=not drifted, severity=dg.AssetCheckSeverity.WARN,
        metadata=counts | {"not_sent": ", ".join(untold), "drifts": "\n".join(said)},
    )  # fmt: skip
