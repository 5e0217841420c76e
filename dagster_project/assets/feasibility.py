"""Gold -> a page for each study on how many people its protocol leaves."""

import dagster as dg

from dagster_project.assets._step import RETRY, step
from dagster_project.feasibility import write_reports
from dagster_project.resources import Lakehouse


@dg.asset(
    key=["reports", "feasibility"],
    deps=[["gold", "trial_candidates"], ["gold", "criterion_result"]],
    group_name="governance",
    kinds={"html", "json"},
    retry_policy=RETRY,
    description="How many people each study's criteria leave, one after the other, and what each of them costs; small counts hidden.",
)
def feasibility_report(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
    with step(lakehouse, "feasibility"):
        pages = write_reports(lakehouse)
    where = lakehouse.settings.lake / "reports" / "feasibility"
    return dg.MaterializeResult(metadata={"studies": len(pages), "reports": dg.MetadataValue.path(str(where))})
