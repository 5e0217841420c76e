"""Silver against the code lists: what no list holds is counted, so that nobody takes it for covered."""

from pathlib import Path
from typing import Any

import dagster as dg

import transforms.terminology
from dagster_project.assets._step import RETRY, step, table_metadata
from dagster_project.fingerprint import fingerprint
from dagster_project.resources import Lakehouse
from transforms.terminology.spark import CODED, unlisted_code

_CODE = Path(transforms.terminology.__file__).parent


def unlisted_made_from(lakehouse: Lakehouse) -> dict[str, Any]:
    """What governance/unlisted_code would be made from now."""
    lake = lakehouse.research_lake
    commits = {name: lake.commit("silver", name) for name in CODED}
    versions = {name: commit.version if commit else -1 for name, commit in commits.items()}
    return {"silver": versions, "lists": lakehouse.terminology.version, "code": fingerprint(_CODE)}


@dg.asset(
    key=["governance", "unlisted_code"],
    deps=[["silver", name] for name in CODED],
    group_name="governance",
    kinds={"spark", "deltalake"},
    retry_policy=RETRY,
    description="Codes in silver that no code list holds: one row per column, institution, system and code, in codings.",
)
def unlisted(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
    """A code of a standard system is named, any other only counted; docs/terminology.md says how to list it."""
    with step(lakehouse, "governance/unlisted_code"):
        lake = lakehouse.research_lake
        made_from = unlisted_made_from(lakehouse)
        had = lake.commit("governance", "unlisted_code")
        if had is None or had.made_from != made_from:
            silver = {name: lake.read_small("silver", name) for name in CODED}
            # As many rows as there are codes that nobody listed, whatever there is of records.
            with lake.for_few_rows():
                rows = unlisted_code(silver, lakehouse.terminology)
                lake.replace_small("governance", "unlisted_code", rows, made_from=made_from)
            lakehouse.tell(context, "governance/unlisted_code: made anew")
        metadata = table_metadata(lake, "governance", "unlisted_code")
    return dg.MaterializeResult(metadata=metadata)
