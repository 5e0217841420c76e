"""What is true now: the newest version of each resource in bronze's history."""

from typing import Any

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

KEY = ("institution", "resource_type", "resource_id")


def version_order(*arrival: str) -> list[Column]:
    """How versions of one resource follow each other: lastUpdated (arrival where there is none), versionId, arrival."""
    number: Any = F.expr("try_cast(version_id AS bigint)")
    updated = F.coalesce("last_updated", "ingested_at")
    return [updated, number, F.col("version_id"), F.col("ingested_at"), *(F.col(a) for a in arrival)]


def current_versions(bronze: DataFrame, touched: DataFrame | None = None) -> DataFrame:
    """One row per resource (institution, resource_type, resource_id): its newest version, a delete included.

    Takes and returns the columns of `bronze/resource`. `touched` (the key columns, distinct) limits it to these
    resources. Late and out-of-order batches give the same rows as in-order ones, as far as records say when they were
    updated; those that do not count as updated when they arrived.
    """
    rows = bronze if touched is None else bronze.join(touched, list(KEY), "left_semi")
    newest_first = [c.desc() for c in version_order("source_file", "source_line", "content_hash")]
    newest = Window.partitionBy(*KEY).orderBy(*newest_first)
    return rows.withColumn("_n", F.row_number().over(newest)).where("_n = 1").drop("_n")
