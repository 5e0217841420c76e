"""Makes Parquet files that lie ready a Delta table's, in one commit, without anybody reading and writing their rows again.

The files become the table's by a move, and delta-rs commits them: to have Spark do that costs a table half a second. Files
that were moved and never committed are nobody's, as those of any writer that was cut off are, and go with the next VACUUM.
"""

import json
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
from pyspark.sql.types import StructType, TimestampType

from core.errors import StorageError
from transforms.tables import says

if TYPE_CHECKING:
    from deltalake import DeltaTable
    from deltalake.transaction import AddAction

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Adoption:
    """What a table is told of files that become its own: its columns, should it be new, and what they were made from."""

    schema: StructType
    made_from: dict[str, Any]
    once: str = ""  # a second commit under this name changes nothing
    partition_by: tuple[str, ...] = ()
    skip_by: tuple[str, ...] = ()  # columns whose least and greatest values a file's entry in the log holds


def adopt(table: Path, folder: Path, adoption: Adoption) -> None:
    """Move the Parquet files below `folder` into the table and commit them; the table is made when there is none.

    Folders named `column=value` say what the partition columns are, as in Hive's layout; these columns are not in the
    files. No file makes a commit too: an empty table is one. StorageError when the table has other columns.
    """
    had = _there(table)
    if had is not None:
        if had.transaction_version(adoption.once) is not None:
            return
        _check_columns(table, StructType.fromJson(json.loads(had.schema().to_json())), adoption.schema)
    files = ((file, file.parent.relative_to(folder)) for file in sorted(folder.rglob("*.parquet")))
    # A change feed costs nothing where rows are only added.
    _commit(table, had, list(_moved(table, files, adoption)), adoption, {"delta.enableChangeDataFeed": "true"})


def adopt_instead(table: Path, files: Iterable[Path], adoption: Adoption) -> None:
    """Move Parquet files into the table and commit them in the place of all that it held; its columns may change.

    The table is made when there is none. No file makes it an empty one.
    """
    had, added = _there(table), list(_moved(table, ((file, Path()) for file in files), adoption))
    rows = sum(json.loads(a.stats)["numRecords"] for a in added)
    _commit(table, had, added, adoption, {}, rows=rows)


def _there(table: Path) -> "DeltaTable | None":
    from deltalake import DeltaTable

    return DeltaTable(str(table)) if (table / "_delta_log").is_dir() else None


def _commit(
    table: Path, had: "DeltaTable | None", added: "list[AddAction]", adoption: Adoption, settings: dict[str, str],
    rows: int | None = None,
) -> None:  # fmt: skip
    """`rows`: how many the table holds afterwards, where the files take the place of all; None where they are added."""
    from deltalake import Schema
    from deltalake.transaction import create_table_with_add_actions

    schema, by = Schema.from_json(adoption.schema.json()), list(adoption.partition_by)
    if adoption.skip_by:
        settings = settings | {"delta.dataSkippingStatsColumns": ",".join(adoption.skip_by)}
    said = says(adoption.made_from, once=adoption.once, rows=rows)
    if had is None:
        create_table_with_add_actions(
            str(table), schema, added, partition_by=by, configuration=settings, commit_properties=said
        )
    else:
        had.create_write_transaction(
            added, "append" if rows is None else "overwrite", schema, by, commit_properties=said
        )


def _check_columns(table: Path, has: StructType, given: StructType) -> None:
    if [(f.name, f.dataType) for f in has] != [(f.name, f.dataType) for f in given]:
        raise StorageError(
            f"{table}: has the columns {', '.join(has.names)}; this version writes {', '.join(given.names)}. The lake was"
            " made by another version: use that one, or run into a new lake folder with --lake DIR."
        )


def _moved(table: Path, files: Iterable[tuple[Path, Path]], adoption: Adoption) -> "Iterator[AddAction]":
    """The `add` actions of (file, its folder in the table), once each lies there under a name that nothing else has."""
    from deltalake.transaction import AddAction

    for file, place in files:
        stats, size = _stats(file, adoption), file.stat().st_size
        (table / place).mkdir(parents=True, exist_ok=True)
        name = f"part-{uuid.uuid4()}.zstd.parquet"
        os.replace(file, table / place / name)
        yield AddAction(
            path=(place / name).as_posix(),  # partition values are names of resource types: nothing to escape
            size=size,
            partition_values=dict(part.split("=", 1) for part in place.parts),
            modification_time=int(time.time() * 1000),
            data_change=True,
            stats=json.dumps(stats),
        )


def _stats(file: Path, adoption: Adoption) -> dict[str, Any]:
    """What the log says of a file, from the file's own footer: rows, and what the columns to skip by range over."""
    footer = pq.read_metadata(file)
    groups = [footer.row_group(n) for n in range(footer.num_row_groups)]
    found: dict[str, Any] = {"numRecords": footer.num_rows, "minValues": {}, "maxValues": {}, "nullCount": {}}
    for at in range(footer.num_columns if groups else 0):
        column = groups[0].column(at).path_in_schema
        each = [group.column(at).statistics for group in groups]
        if column not in adoption.skip_by or not all(s is not None and s.has_null_count for s in each):
            continue
        found["nullCount"][column] = sum(s.null_count for s in each)
        ranges = [s for s in each if s.has_min_max]
        # A part without a range holds only nulls, or texts too long for its footer: such a file is never skipped.
        if ranges and all(s.has_min_max or s.num_values == 0 for s in each):
            shown = _shown_time if adoption.schema[column].dataType == TimestampType() else bytes.decode
            least, most = min(s.min_raw for s in ranges), max(s.max_raw for s in ranges)
            with suppress(OverflowError):  # the year 10000, by its zone
                found["minValues"][column], found["maxValues"][column] = shown(least), shown(most)
    return found


def _shown_time(microseconds: int) -> str:
    """As the log has times: in milliseconds. Readers add one to the greatest."""
    at = _EPOCH + timedelta(milliseconds=microseconds // 1000)
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
