"""Makes Parquet files that lie ready a Delta table's, in one commit, without Spark reading and writing their rows again.

The files become the table's by a move, and the commit is Delta's own: `Action.fromJson` takes what the Delta protocol
calls actions, `OptimisticTransaction` commits them with its checks for conflicts, features and checkpoints. Files that
were moved and never committed are nobody's, as those of any writer that was cut off are, and go with the next VACUUM.
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
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType, TimestampType

from core.errors import StorageError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Adoption:
    """What a table is told of files that become its own: its columns, should it be new, and what the commit says."""

    schema: StructType
    says: str  # the commit's user metadata
    once: str = ""  # a second commit under this name changes nothing
    partition_by: tuple[str, ...] = ()
    skip_by: tuple[str, ...] = ()  # columns whose least and greatest values a file's entry in the log holds


def adopt(spark: SparkSession, table: Path, folder: Path, adoption: Adoption) -> None:
    """Move the Parquet files below `folder` into the table and commit them; the table is made when there is none.

    Folders named `column=value` say what the partition columns are, as in Hive's layout; these columns are not in the
    files. No file makes a commit too: an empty table is one. StorageError when the table has other columns.
    """
    transaction = _transaction(spark, table)
    if transaction.txnVersion(adoption.once) >= 0:
        return
    if transaction.readVersion() < 0:
        # A change feed costs nothing where rows are only added.
        metadata = _metadata(adoption, {"delta.enableChangeDataFeed": "true"})
        transaction.updateMetadataForNewTable(_action(spark, metadata))
    else:
        _check_columns(table, StructType.fromJson(json.loads(transaction.metadata().schemaString())), adoption.schema)
    actions = [_action(spark, {"txn": {"appId": adoption.once, "version": 1, "lastUpdated": _now()}})]
    files = ((file, file.parent.relative_to(folder)) for file in sorted(folder.rglob("*.parquet")))
    actions += [_action(spark, {"add": added}) for added in _moved(table, files, adoption)]
    _commit(spark, transaction, actions, _write(spark, "Append", adoption))


def adopt_instead(spark: SparkSession, table: Path, files: Iterable[Path], adoption: Adoption) -> None:
    """Move Parquet files into the table and commit them in the place of all that it held; its columns may change.

    The table is made when there is none. No file makes it an empty one.
    """
    transaction = _transaction(spark, table)
    gone = []
    if transaction.readVersion() < 0:
        transaction.updateMetadataForNewTable(_action(spark, _metadata(adoption, {})))
    else:
        had = json.loads(transaction.metadata().json())
        if json.loads(had["metaData"]["schemaString"]) != adoption.schema.jsonValue():
            had["metaData"]["schemaString"] = adoption.schema.json()
            transaction.updateMetadataForTableOverwrite(_action(spark, had))
        gone = [file.remove() for file in _all_files(transaction)]
    added = list(_moved(table, ((file, Path()) for file in files), adoption))
    rows = sum(json.loads(a["stats"])["numRecords"] for a in added)
    _tell_metrics(
        spark, transaction, numFiles=len(added), numOutputRows=rows, numOutputBytes=sum(a["size"] for a in added)
    )
    actions = gone + [_action(spark, {"add": a}) for a in added]
    _commit(spark, transaction, actions, _write(spark, "Overwrite", adoption))


def _transaction(spark: SparkSession, table: Path) -> Any:
    jvm: Any = spark._jvm
    none = jvm.scala.Option.empty()
    return jvm.org.apache.spark.sql.delta.DeltaLog.forTable(spark._jsparkSession, str(table)).startTransaction(
        none, none
    )


def _all_files(transaction: Any) -> list[Any]:
    """The files of the version that the transaction reads. Few ones stand in its checksum; listing them is a Spark job."""
    transaction.readWholeTable()
    checksum = transaction.snapshot().checksumOpt()
    known = checksum.get().allFiles() if checksum.isDefined() else checksum
    files = (known.get() if known.isDefined() else transaction.filterFiles()).iterator()
    found = []
    while files.hasNext():
        found.append(files.next())
    return found


def _action(spark: SparkSession, said: dict[str, Any]) -> Any:
    jvm: Any = spark._jvm
    return jvm.org.apache.spark.sql.delta.actions.Action.fromJson(json.dumps(said))


def _commit(spark: SparkSession, transaction: Any, actions: list[Any], operation: Any) -> None:
    jvm: Any = spark._jvm
    listed = jvm.java.util.ArrayList()
    for action in actions:
        listed.add(action)
    convert = jvm.org.apache.spark.api.python.PythonUtils
    transaction.commit(convert.toSeq(listed), operation, convert.toScalaMap(jvm.java.util.HashMap()))


def _tell_metrics(spark: SparkSession, transaction: Any, **counts: int) -> None:
    """What the commit says that it wrote, as it does of rows that Spark writes."""
    jvm: Any = spark._jvm
    metrics = jvm.java.util.HashMap()
    for name, count in counts.items():
        metric = jvm.org.apache.spark.sql.execution.metric.SQLMetrics.createMetric(spark._jsc.sc(), name)
        metric.add(count)
        metrics.put(name, metric)
    told = jvm.org.apache.spark.api.python.PythonUtils.toScalaMap(metrics)
    transaction.registerSQLMetrics(spark._jsparkSession, told)


def _now() -> int:
    return int(time.time() * 1000)


def _metadata(adoption: Adoption, settings: dict[str, str]) -> dict[str, Any]:
    if adoption.skip_by:
        settings = settings | {"delta.dataSkippingStatsColumns": ",".join(adoption.skip_by)}
    said = {
        "id": str(uuid.uuid4()), "format": {"provider": "parquet", "options": {}}, "schemaString": adoption.schema.json(),
        "partitionColumns": list(adoption.partition_by), "configuration": settings, "createdTime": _now(),
    }  # fmt: skip
    return {"metaData": said}


def _check_columns(table: Path, has: StructType, given: StructType) -> None:
    if [(f.name, f.dataType) for f in has] != [(f.name, f.dataType) for f in given]:
        raise StorageError(
            f"{table}: has the columns {', '.join(has.names)}; this version writes {', '.join(given.names)}. The lake was"
            " made by another version: use that one, or run into a new lake folder with --lake DIR."
        )


def _write(spark: SparkSession, mode: str, adoption: Adoption) -> Any:
    """Delta's name for what the commit is, "Append" or "Overwrite", with what it says."""
    jvm: Any = spark._jvm
    (constructor,) = jvm.java.lang.Class.forName("org.apache.spark.sql.delta.DeltaOperations$Write").getConstructors()
    given: Any = spark.sparkContext._gateway.new_array(jvm.java.lang.Object, constructor.getParameterCount())  # type: ignore[union-attr]
    for n in range(constructor.getParameterCount()):
        given[n] = jvm.scala.Option.empty()
    given[0] = jvm.org.apache.spark.sql.SaveMode.valueOf(mode)
    given[3] = jvm.scala.Option.apply(adoption.says)
    return constructor.newInstance(given)


def _moved(table: Path, files: Iterable[tuple[Path, Path]], adoption: Adoption) -> Iterator[dict[str, Any]]:
    """The `add` actions of (file, its folder in the table), once each lies there under a name that nothing else has."""
    for file, place in files:
        stats, size = _stats(file, adoption), file.stat().st_size
        (table / place).mkdir(parents=True, exist_ok=True)
        name = f"part-{uuid.uuid4()}.zstd.parquet"
        os.replace(file, table / place / name)
        yield {
            "path": quote((place / name).as_posix()),
            "partitionValues": dict(part.split("=", 1) for part in place.parts),
            "size": size,
            "modificationTime": _now(),
            "dataChange": True,
            "stats": json.dumps(stats),
        }


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
