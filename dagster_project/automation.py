"""What starts runs without a person: the sensor on the landing folders."""

import dagster as dg

from core.errors import LakehouseError
from dagster_project.partitions import BATCHES
from dagster_project.resources import Lakehouse

EVERYTHING = dg.define_asset_job(
    "everything",
    selection=dg.AssetSelection.all(),
    description="Loads the chosen batches and brings every table, check, view and report up to date.",
    executor_def=dg.in_process_executor,
)
REFRESH = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("bronze"),
    description="Brings everything after bronze up to date: after a change of rules, consents or views.",
    executor_def=dg.in_process_executor,
)


@dg.sensor(
    job=EVERYTHING, minimum_interval_seconds=60, description="Starts one run for all batches that have newly landed."
)
def landing_sensor(context: dg.SensorEvaluationContext, lakehouse: dg.ResourceParam[Lakehouse]):
    """Registers every batch as a partition; the partitions that exist are the cursor."""
    try:
        landed = [b.key for b in lakehouse.landed()]
    except LakehouseError as e:
        return dg.SkipReason(str(e))
    known = set(context.instance.get_dynamic_partitions(BATCHES.name))
    new = [key for key in landed if key not in known]
    if not new:
        return dg.SkipReason(f"no new batch among {len(landed)} in the landing folder")
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key="|".join(new), tags=range_tags(new))],
        dynamic_partitions_requests=[BATCHES.build_add_request(new)],
    )


def range_tags(keys: list[str]) -> dict[str, str]:
    """The tags of one run over newly added partitions, which follow each other in the order in which they were added."""
    return {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]}
