"""Published -> the report that is signed: it ends every run that changed anything."""

import dagster as dg

from dagster_project.assets._step import RETRY, step
from dagster_project.assets.gold import PUBLISHED, published_name
from dagster_project.report import write_report
from dagster_project.resources import Lakehouse


@dg.asset(
    key=["reports", "deid"],
    deps=[["deid", "resource"], *(["published", *published_name(c).split("/")] for c in PUBLISHED)],
    group_name="governance",
    kinds={"html", "json"},
    retry_policy=RETRY,
    description="What was done to identifiers, what the second look found, and how safe the published tables are; to be signed.",
)
def deid_report(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
    with step(lakehouse, "report"):
        page, sha256 = write_report(lakehouse)
    return dg.MaterializeResult(metadata={"report": dg.MetadataValue.path(str(page)), "sha256": sha256})
