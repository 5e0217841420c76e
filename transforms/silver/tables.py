"""Brings silver's tables up to date with deid/resource: whole, many in one pass, or only the rows of changed resources."""

import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from transforms.lake import Lake
from transforms.silver.macros import definitions
from transforms.silver.runner import project, statement
from transforms.silver.staging import Staged, stage
from transforms.silver.view import ViewDataError, ViewDefinition
from transforms.tables import Commit

# A table of fewer resources is made anew as fast as its changed rows are found and exchanged (benchmarks/changes.py): an exchange
# of few takes 8 to 13 CPU seconds whatever the size, a table made anew 2.5 and 0.5 for each 10,000 records.
IN_PLACE_FROM = 150_000
_PART = 5  # of which at least one part of a type has to be as it was
_COMMITS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a table: its commit, or why the view could not be computed; seconds of work on its rows."""

    commit: Commit | None
    seconds: float
    error: ViewDataError | None = None


def fingerprint(view: ViewDefinition) -> str:
    """Of what decides a table's rows beside the records: the statement that the view makes, its columns, the macros and units."""
    made = statement(view)
    return sha256("\0".join((made.sql, made.columns, *definitions())).encode()).hexdigest()[:16]


def columns(view: ViewDefinition) -> StructType:
    """The columns of the view's table."""
    schema = StructType.fromDDL(statement(view).columns)
    assert isinstance(schema, StructType), "the DDL is of columns"
    return schema


def replace_tables(lake: Lake, views: Mapping[ViewDefinition, Mapping[str, Any]]) -> dict[str, Made]:
    """Make the views' tables anew from all of deid/resource in one Spark job and one commit a table; by the view's name.

    `views` says what each table is made from. A view that does not fit the data leaves its table as it was, and the others alone.
    """
    statements = [statement(view) for view in views]
    with _folder(lake) as folder:
        staged = stage(lake.read("deid", "resource"), statements, folder)

        def commit(view: ViewDefinition) -> Made:
            made: Staged = staged[view.name]
            if made.error:
                return Made(None, made.seconds, made.error)
            said = lake.adopt_instead("silver", view.name, made.files, schema=schemas[view], made_from=views[view])
            return Made(said, made.seconds)

        schemas = {view: columns(view) for view in views}
        with ThreadPoolExecutor(_COMMITS_AT_ONCE) as threads:
            return dict(zip((v.name for v in views), threads.map(commit, views), strict=True))


@contextmanager
def _folder(lake: Lake) -> Iterator[Path]:
    """For files on their way into tables; what an earlier, cut-off pass left behind goes first."""
    folder = lake.path("silver", ".staging")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def change_table(lake: Lake, view: ViewDefinition, *, since: int, made_from: Mapping[str, Any]) -> Commit | None:
    """Exchange the rows of the resources that commits after version `since` of deid/resource brought, changed or took away.

    One commit, with the rows that making the table anew would give. None, and nothing is written, where that is not possible
    (the view has no column with its resource's key, the log is gone) or not worth it (too much changed).
    """
    key, files = view.key_column, lake.files_since("deid", "resource", since)
    if key is None or files is None:
        return None
    records = lake.read("deid", "resource").where(F.col("resource_type") == view.resource)
    is_new = F.col("_metadata.file_name").isin(files)
    keys = records.select("institution", F.col("resource_key").alias(key), is_new.alias("is_new"))
    counts = keys.agg(F.count("*").alias("all"), F.count_if("is_new").alias("new")).collect()[0]
    if counts.new * _PART > counts.all:
        return None
    on = ("institution", key)
    had = lake.read("silver", view.name).select(*on).distinct()
    gone = had.join(keys.where("NOT is_new"), list(on), "left_anti")
    rows = project(records.where(is_new), view)
    return lake.exchange("silver", view.name, rows, gone=gone, on=on, made_from=made_from)
