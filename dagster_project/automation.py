"""What starts runs without a person: the sensor on the landing folders, the job that fills them from a server, upkeep."""

import json
import time
from dataclasses import asdict

import dagster as dg

from core.errors import LakehouseError
from dagster_project.assets._step import RETRY, step, told_safely
from dagster_project.export import described, export_institution
from dagster_project.partitions import BATCHES
from dagster_project.resources import Lakehouse
from transforms.bronze.landing import Batch, seconds_to_settle
from transforms.maintenance import Upkeep, maintain

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


class ExportConfig(dg.Config):
    """Which institution to export; its file says from where and what."""

    institution: str


@dg.op(
    retry_policy=dg.RetryPolicy(max_retries=5, delay=60, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS),
    description="Lands what changed on an institution's FHIR server since its last export. Cut off, it goes on where it was.",
)
def export_from_server(context: dg.OpExecutionContext, config: ExportConfig, lakehouse: dg.ResourceParam[Lakehouse]):
    """Tried again later when the server may be back by then; at once at an end when a person has to mend something."""
    failure: LakehouseError | None = None
    try:
        done = export_institution(lakehouse.settings, config.institution, lambda line: lakehouse.tell(context, line))
    except LakehouseError as e:
        failure = e
    except Exception as e:
        failure = told_safely("bulk_export", e, lakehouse)
    if failure is not None:
        raise dg.Failure(description=str(failure), allow_retries=failure.can_pass) from None
    for line in described(done):
        lakehouse.tell(context, line)
    counts = {"files": done.files, "records": done.records, "deletes": done.deletes, "problems": done.problems}
    context.add_output_metadata({"batch": done.batch, "is_new": done.is_new, **counts})


@dg.job(
    description="Fills the landing folder from an institution's FHIR server; the sensor then loads what has landed.",
    executor_def=dg.in_process_executor,
)
def bulk_export() -> None:
    export_from_server()


class MaintenanceConfig(dg.Config):
    """`retain_days`: for how long the files of older versions are kept; not given: bronze 30 days, everything else 7."""

    retain_days: int | None = None


@dg.op(
    retry_policy=RETRY,
    out=dg.Out(dg.Nothing),
    description="Writes small files together and deletes files that no kept version is read from. No row changes.",
)
def keep_up_tables(context: dg.OpExecutionContext, config: MaintenanceConfig, lakehouse: dg.ResourceParam[Lakehouse]):
    """Every table of the lake; its metadata says per table what became of files and bytes."""
    done: list[Upkeep] = []
    with step(lakehouse, "maintenance"):
        for table in maintain(lakehouse.lake, now=lakehouse.now(), retain_days=config.retain_days):
            done.append(table)
            if table.is_worth_telling:
                files = f"{table.files_before:,} files, now {table.files_after:,}; {table.removed:,} old ones deleted"
                lakehouse.tell(context, f"maintenance: {table.table}: {files} {table.note}".rstrip())
    context.add_output_metadata({"tables": dg.MetadataValue.table([dg.TableRecord(asdict(table)) for table in done])})


@dg.job(
    description="Upkeep of all tables: fewer and larger files, old ones deleted. Nothing is made anew after it.",
    executor_def=dg.in_process_executor,
)
def maintenance() -> None:
    keep_up_tables()


WEEKLY_MAINTENANCE = dg.ScheduleDefinition(
    name="weekly_maintenance",
    job=maintenance,
    cron_schedule="0 3 * * 0",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every Sunday at 3, once it is switched on.",
)


@dg.sensor(
    job=EVERYTHING, minimum_interval_seconds=60, description="Starts one run for all batches that have newly landed."
)
def landing_sensor(context: dg.SensorEvaluationContext, lakehouse: dg.ResourceParam[Lakehouse]):
    """Registers every new batch as a partition and asks for one run over all of them.

    The cursor is what the batches without a partition looked like at the last tick: one that nobody declared whole is
    asked for when it looks the same again and has rested, so that nothing is read that is still being written.
    """
    try:
        landed = lakehouse.landed()
        known = set(context.instance.get_dynamic_partitions(BATCHES.name))
        waiting = {b.key: b.listing for b in landed if b.key not in known}
    except (LakehouseError, OSError) as e:
        # A file that goes while it is looked at is one of the things that are still being written.
        return dg.SkipReason(str(e) if isinstance(e, LakehouseError) else "the landing folder is changing")
    before = json.loads(context.cursor) if context.cursor else {}
    new = [b.key for b in landed if b.key in waiting and _is_whole(b, before.get(b.key) == waiting[b.key], lakehouse)]
    cursor = json.dumps({key: listing for key, listing in waiting.items() if key not in new})
    if not new:
        still = f", {len(waiting)} still being written" if waiting else ""
        return dg.SensorResult(
            skip_reason=f"no new batch among {len(landed)} in the landing folder{still}", cursor=cursor
        )
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(run_key="|".join(f"{key}@{waiting[key][:12]}" for key in new), tags=range_tags(new))
        ],
        dynamic_partitions_requests=[BATCHES.build_add_request(new)],
        cursor=cursor,
    )


def _is_whole(batch: Batch, is_as_before: bool, lakehouse: Lakehouse) -> bool:
    rested = not seconds_to_settle(batch, lakehouse.settings.settle_seconds, time.time())
    return batch.is_declared_whole or (is_as_before and rested)


def range_tags(keys: list[str]) -> dict[str, str]:
    """The tags of one run over newly added partitions, which follow each other in the order in which they were added."""
    return {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]}
