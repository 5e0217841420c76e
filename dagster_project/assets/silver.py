"""Deid -> silver: one asset a ViewDefinition."""

from pathlib import Path
from typing import Any

import dagster as dg

import transforms.silver
from dagster_project.assets._step import RETRY, step, table_metadata
from dagster_project.fingerprint import fingerprint
from dagster_project.resources import Lakehouse
from transforms.silver.runner import project
from transforms.silver.view import ViewDefinition, load_views

VIEWS = load_views()
_CODE = Path(transforms.silver.__file__).parent


def silver_made_from(lakehouse: Lakehouse, view: ViewDefinition) -> dict[str, Any]:
    """What the view's table would be made from now."""
    return {"deid": lakehouse.deid_state().get(view.resource, "none"), "view": fingerprint(_CODE, view.file)}


def _asset(view: ViewDefinition) -> dg.AssetsDefinition:
    @dg.asset(
        key=["silver", view.name],
        deps=[["deid", "resource"]],
        group_name="silver",
        kinds={"spark", "deltalake"},
        retry_policy=RETRY,
        description=view.description,
        tags={"fhir_type": view.resource},
    )
    def silver(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
        with step(lakehouse, f"silver/{view.name}"):
            lake = lakehouse.research_lake
            made_from = silver_made_from(lakehouse, view)
            had = lake.commit("silver", view.name)
            if had is None or had.made_from != made_from:
                resources = lake.read("deid", "resource").where(f"resource_type = '{view.resource}'")
                lake.replace("silver", view.name, project(resources, view), made_from=made_from)
                lakehouse.tell(context, f"silver/{view.name}: made anew")
            metadata = table_metadata(lake, "silver", view.name)
        return dg.MaterializeResult(metadata=metadata)

    return silver


ASSETS = [_asset(view) for view in VIEWS.values()]
