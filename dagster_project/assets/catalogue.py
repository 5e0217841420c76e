"""Published -> the catalogue: what there is, for people and machines."""

import dagster as dg

from dagster_project.assets._step import RETRY, step
from dagster_project.assets.gold import PUBLISHED, published_name
from dagster_project.catalogue import build
from dagster_project.resources import Lakehouse


@dg.asset(
    key=["catalogue", "site"],
    deps=[["reports", "quality"], *(["published", *published_name(c).split("/")] for c in PUBLISHED)],
    group_name="governance",
    kinds={"html", "json"},
    retry_policy=RETRY,
    description="The published datasets in Chinese and English: columns, coverage, quality, lineage, how to request and cite them.",
)
def catalogue_site(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
    with step(lakehouse, "catalogue"):
        page = build(lakehouse)
    return dg.MaterializeResult(metadata={"page": dg.MetadataValue.path(str(page)), "datasets": len(PUBLISHED)})
