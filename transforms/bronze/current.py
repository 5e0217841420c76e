"""What is true now: the newest version of each resource in bronze's history."""

from typing import Any

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

KEY = ("institution", "resource_type", "resource_id")
_ARRIVAL = ("ingested_at", "source_file", "source_line", "source_entry", "content_hash")
# A delete that does not say when it happened: it is placed by the order of deliveries.
_TIMELESS = "deleted AND last_updated IS NULL"


def ordered(bronze: DataFrame) -> DataFrame:
    """`bronze` with `version` (1 is the oldest): how the versions of one resource follow each other.

    By lastUpdated, then versionId, then arrival. Where some versions say when they were updated and others do not, those
    count as updated when they arrived. Deletes that do not say when they happened come last.
    """
    says = F.max(F.col("last_updated").isNotNull()).over(Window.partitionBy(*KEY))
    rows = bronze.withColumn("_updated", F.coalesce("last_updated", F.when(says, F.col("ingested_at"))))
    number: Any = F.expr("try_cast(version_id AS bigint)")
    order = [F.expr(_TIMELESS), F.col("_updated"), F.col("deleted"), number, F.col("version_id")]
    oldest = Window.partitionBy(*KEY).orderBy(*order, *(F.col(a) for a in _ARRIVAL))
    return rows.withColumn("version", F.row_number().over(oldest)).drop("_updated")


def current_versions(bronze: DataFrame, touched: DataFrame | None = None) -> DataFrame:
    """One row per resource (institution, resource_type, resource_id): its newest version, a delete included.

    Takes and returns the columns of `bronze/resource`. `touched` (the key columns, distinct) limits it to these
    resources. Late and out-of-order batches give the same rows as in-order ones, as far as records say when they were
    updated; those that do not count as updated when they arrived.

    A delete that does not say when it happened ends the versions that were delivered before it; one delivered later
    brings the resource back, unless it is older than a version that was ended. Batches whose names count (`b1`, `b2`;
    `2026-01`, `2026-02`) were delivered in that order whenever they arrive, others in the order of arrival.
    """
    rows = bronze if touched is None else bronze.join(touched, list(KEY), "left_semi")
    rows = ordered(rows).withColumn("_is_end", F.expr(_TIMELESS))
    ends = F.when(F.col("_is_end"), F.struct("batch_id", "ingested_at"))
    # The newest that is not such a delete; or one of these, where there is nothing else.
    rank = F.max(F.struct(~F.col("_is_end"), F.col("version"))).over(Window.partitionBy(*KEY))
    rows = rows.withColumn("_ends", F.collect_list(ends).over(Window.partitionBy(*KEY))).withColumn("_newest", rank)
    rows = rows.where(F.struct(~F.col("_is_end"), F.col("version")) == F.col("_newest"))
    ended = F.exists("_ends", lambda end: _delivered_before(F.struct("batch_id", "ingested_at"), end))
    is_ended = F.col("deleted") | ended
    if "raw" in rows.columns:
        rows = rows.withColumn("raw", F.when(~is_ended, F.col("raw")))
    rows = rows.withColumn("deleted", is_ended)
    return rows.select(bronze.columns)


def _delivered_before(version: Column, end: Column) -> Column:
    one, other = version["batch_id"], end["batch_id"]
    counts = F.regexp_replace(one, r"\d+", "#") == F.regexp_replace(other, r"\d+", "#")
    return F.when(counts, _natural(one) <= _natural(other)).otherwise(version["ingested_at"] <= end["ingested_at"])


def _natural(name: Column) -> Column:
    """A name that sorts as its numbers count: digits filled up with zeros."""
    return F.regexp_replace(F.regexp_replace(name, r"(\d+)", "000000000000000000000000$1"), r"0*(\d{24})(?!\d)", "$1")
