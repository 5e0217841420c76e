"""Whose rows of a table are not what they were in an older version of it: Delta's log says in which files to look."""

from pathlib import Path

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.lake import Lake
from transforms.tables import actions_since


def person() -> Column:
    """Who a row is about, wherever their records are; a patient who was never linked is their own person."""
    return F.coalesce("person_key", "subject_key").alias("person")


def changed_persons(lake: Lake, layer: str, name: str, since: int) -> DataFrame | None:
    """One row (person) per person of whom the version `since` has other rows than the newest; null for rows about nobody.

    Reads person_key, subject_key. None where it cannot be told: the log or a file of that version is gone, or the columns are
    others.
    """
    path = lake.path(layer, name)
    files = _files(path, since)
    if files is None:
        return None
    before, now = lake.read_version(layer, name, since), lake.read(layer, name)
    if before.schema != now.schema:
        return None

    def prints(rows: DataFrame) -> DataFrame:
        row = F.xxhash64(*rows.columns).cast("decimal(20,0)")
        here = rows.where(F.col("_metadata.file_name").isin(files)).select(person(), row.alias("row"))
        return here.groupBy("person").agg(F.count("*").alias("rows"), F.sum("row").alias("print"))

    both = prints(before).unionAll(prints(now)).groupBy("person", "rows", "print").count()
    return both.where("count = 1").select("person").distinct()


def is_kept(lake: Lake, layer: str, name: str, since: int) -> bool:
    """Whether the version `since` can still be read."""
    return _files(lake.path(layer, name), since) is not None


def _files(table: Path, since: int) -> list[str] | None:
    """The names of the files that commits after `since` brought, took away or took rows out of, all of which are still there."""
    actions = actions_since(table, since)
    if actions is None:
        return None
    files = {action["path"] for kind in ("add", "remove") for action in actions[kind]}
    if not all((table / file).exists() for file in files):
        return None
    return sorted({file.rsplit("/", 1)[-1] for file in files})
