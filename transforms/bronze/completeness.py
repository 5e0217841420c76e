"""What has been loaded until when, as far as deliveries said it: the table by which "has none" is decided.

A delivery with a manifest says which types were asked for, of whom, and from when until when. A batch without one says
nothing of what was left out, so it only counts as records.
"""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from transforms.bronze.tables import UNKNOWN, names
from transforms.lake import Lake
from transforms.tables import Commit

LOAD_COMPLETENESS = (
    "institution string, resource_type string, patient_group string, complete_from timestamp, complete_until timestamp,"
    " basis string, records bigint, rejected bigint, batches bigint, has_gap boolean, missing bigint"
)
_KEY = ("institution", "resource_type", "patient_group")


def load_completeness(batch: DataFrame) -> DataFrame:
    """One row per institution, resource type and patient group (null: the batches without a manifest).

    Reads the columns of `bronze/batch`; the order in which batches arrived does not matter. Returns LOAD_COMPLETENESS:
    complete_from, complete_until: the time that was delivered without a break, by when the server changed a record. From
    null = from the beginning; until null = nobody said. A delivery that begins after all before it have ended leaves a
    gap (`has_gap`); it and what follows do not count until a late batch fills the gap.
    basis: "manifest", or "records" where no delivery had one, and complete_from and _until say nothing.
    records, rejected: records that were accepted, and that were not. batches: deliveries.
    missing: records that a manifest declared and that did not come; none any more once a whole delivery covers the time.
    """
    is_piece = F.col("loaded_until").isNotNull()
    has_beginning = F.coalesce(F.bool_or(is_piece & F.col("loaded_since").isNull()), F.lit(False))
    # Records that do not say what they are have no type that could be complete.
    rows = _missing(_after_gap(batch.where(F.col("resource_type") != UNKNOWN)))
    found = rows.groupBy(*_KEY).agg(
        F.when(~has_beginning, F.min("loaded_since")).alias("complete_from"),
        F.max(F.when(~F.col("is_after_gap"), F.col("loaded_until"))).alias("complete_until"),
        F.when(F.bool_or(is_piece), "manifest").otherwise("records").alias("basis"),
        F.sum("accepted").alias("records"),
        F.sum("rejected").alias("rejected"),
        F.count("*").alias("batches"),
        F.bool_or("is_after_gap").alias("has_gap"),
        F.sum("missing").alias("missing"),
    )
    return found.select(*names(LOAD_COMPLETENESS))


def _after_gap(batch: DataFrame) -> DataFrame:
    """Adds is_after_gap: between the deliveries that begin earlier and this one, or one before it, lies a gap."""
    in_time = Window.partitionBy(*_KEY).orderBy(F.asc_nulls_first("loaded_since"), "loaded_until")
    before = in_time.rowsBetween(Window.unboundedPreceding, -1)
    until_here = in_time.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    is_gap = F.coalesce(F.col("loaded_since") > F.max("loaded_until").over(before), F.lit(False))
    return batch.withColumn("is_gap", is_gap).withColumn("is_after_gap", F.bool_or("is_gap").over(until_here))


def _missing(batch: DataFrame) -> DataFrame:
    """Adds missing: what a delivery lacks of what it declared, unless a whole one begins no later and ends no earlier."""
    short = F.greatest(F.coalesce(F.col("declared") - F.col("read"), F.lit(0)), F.lit(0))
    begun = Window.partitionBy(*_KEY).orderBy(F.asc_nulls_first("loaded_since"))  # with those that begin with it
    made_good_until = F.max(F.when(short == 0, F.col("loaded_until"))).over(begun)
    return batch.withColumn("missing", F.when(made_good_until >= F.col("loaded_until"), 0).otherwise(short))


def completeness_made_from(lake: Lake) -> dict[str, int]:
    """What governance/load_completeness would be made from now."""
    batch = lake.commit("bronze", "batch")
    return {"batch": batch.version if batch else -1}


def update_load_completeness(lake: Lake) -> Commit | None:
    """Make governance/load_completeness anew where bronze/batch has changed; None where it has not, or is not there."""
    if not lake.exists("bronze", "batch"):
        return None
    made_from = completeness_made_from(lake)
    had = lake.commit("governance", "load_completeness")
    if had is not None and had.made_from == made_from:
        return None
    rows = load_completeness(lake.read("bronze", "batch"))
    return lake.replace("governance", "load_completeness", rows.coalesce(1), made_from=made_from)
