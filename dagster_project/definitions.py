"""What Dagster loads: assets by zone, their checks, the jobs, the sensor and the schedules, on one lake."""

import dagster as dg

from dagster_project import residual
from dagster_project.assets import (
    bronze,
    catalogue,
    deid,
    feasibility,
    gold,
    published,
    quality,
    report,
    silver,
    terminology,
)
from dagster_project.automation import EVERYTHING, REFRESH, WEEKLY_MAINTENANCE, bulk_export, landing_sensor, maintenance
from dagster_project.checks import CHECKS
from dagster_project.deliveries import DAILY_WATCH, WATCH, deliveries
from dagster_project.grants import DAILY_GRANTS, grants
from dagster_project.metering import DAILY_METERING, metering
from dagster_project.monitor import access_sensor, monitor
from dagster_project.resources import Lakehouse
from dagster_project.settings import load_settings


def build(lakehouse: Lakehouse) -> dg.Definitions:
    """The definitions on a lake that is already open."""
    # A step of their own: when one of them does not fit the data, everything else is made all the same.
    own_views = [silver.assets(lakehouse.own_views, "own_views")] if lakehouse.own_views else []
    return dg.Definitions(
        assets=[
            bronze.bronze,
            deid.deid,
            silver.assets(silver.VIEWS),
            *own_views,
            *gold.ASSETS,
            *published.ASSETS,
            feasibility.feasibility_report,
            terminology.unlisted,
            report.deid_report,
            quality.quality_report,
            catalogue.catalogue_site,
        ],
        asset_checks=[*CHECKS, *residual.CHECKS, deliveries],
        jobs=[EVERYTHING, REFRESH, WATCH, bulk_export, maintenance, grants, metering, monitor],
        schedules=[WEEKLY_MAINTENANCE, DAILY_WATCH, DAILY_GRANTS, DAILY_METERING],
        sensors=[landing_sensor, access_sensor],
        resources={"lakehouse": lakehouse},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    return build(Lakehouse(load_settings()))
