"""What Dagster loads: assets by zone, their checks, the jobs and the sensor, on one lake."""

import dagster as dg

from dagster_project.assets import bronze, deid, gold, published, silver
from dagster_project.automation import EVERYTHING, REFRESH, landing_sensor
from dagster_project.checks import CHECKS
from dagster_project.resources import Lakehouse
from dagster_project.settings import load_settings


def build(lakehouse: Lakehouse) -> dg.Definitions:
    """The definitions on a lake that is already open."""
    return dg.Definitions(
        assets=[bronze.bronze, deid.deid, *silver.ASSETS, *gold.ASSETS, *published.ASSETS],
        asset_checks=CHECKS,
        jobs=[EVERYTHING, REFRESH],
        sensors=[landing_sensor],
        resources={"lakehouse": lakehouse},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    return build(Lakehouse(load_settings()))
