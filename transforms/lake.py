"""The lake: the few ways to write a table with Spark. Which tables there are and how they lie is `transforms.tables`.

Every write is one Delta commit and says in its commit metadata what it was made from, so that whether a table is up to
date can be asked of the table itself.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from delta.tables import DeltaTable
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from pyspark.sql.types import StructType

from core.errors import StorageError
from transforms.adopt import Adoption, adopt, adopt_instead
from transforms.tables import UPKEEP, Commit, Tables

# Files of this size and more are left alone: making them larger costs a rewrite each time and saves nothing.
SMALL_FILE = 128 << 20
# Up to so many rows a table is small: see `read_small` and `for_few_rows`.
FEW_ROWS = 100_000
# Compiling a query costs more than running it over few rows: half the time of a study's tables goes with it.
FOR_FEW_ROWS = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
}
# What Delta does where a table says nothing.
_RETENTION = {
    "delta.deletedFileRetentionDuration": "interval 7 days",
    "delta.logRetentionDuration": "interval 30 days",
    "delta.enableExpiredLogCleanup": "true",
}


@dataclass(frozen=True)
class Lake(Tables):
    """The tables below one root, with the session that writes them."""

    spark: SparkSession

    def read(self, layer: str, name: str) -> DataFrame:
        return self.spark.read.format("delta").load(str(self.path(layer, name)))

    def read_version(self, layer: str, name: str, version: int) -> DataFrame:
        """The table as it was."""
        return self.spark.read.format("delta").option("versionAsOf", version).load(str(self.path(layer, name)))

    def are_small(self, *tables: tuple[str, str]) -> bool:
        """Whether each of these (layer, name) is known to have few rows, by its newest commit."""
        return all(_has_few_rows(commit) for table in tables if (commit := self.commit(*table)))

    def read_small(self, layer: str, name: str) -> DataFrame:
        """Like `read`; a table that is known to have few rows is read without Spark.

        To plan a query over twenty Delta tables takes Spark longer than to read all their rows takes the other reader.
        """
        commit = self.commit(layer, name)
        if commit is None or not _has_few_rows(commit):
            return self.read(layer, name)
        return frame_of(self.spark, self.arrow(layer, name))

    def added_since(self, layer: str, name: str, version: int) -> DataFrame:
        """The rows of an append-only table that came with the commits after `version`."""
        feed = (
            self.spark.read.format("delta")
            .option("readChangeFeed", "true")
            .option("startingVersion", self._first_after(layer, name, version))
        )
        return feed.load(str(self.path(layer, name))).drop("_change_type", "_commit_version", "_commit_timestamp")

    def append(
        self, layer: str, name: str, rows: DataFrame, *, once: str, made_from: Mapping[str, Any],
        partition_by: tuple[str, ...] = (),
    ) -> Commit:  # fmt: skip
        """Add rows in one commit. `once` names the write: a second write under the same name changes nothing."""
        writer = rows.coalesce(1).write.format("delta").mode("append").option("userMetadata", json.dumps(made_from))
        writer = writer.option("txnAppId", once).option("txnVersion", 1)
        writer = writer.option("delta.enableChangeDataFeed", "true")  # costs nothing where rows are only added
        writer.partitionBy(*partition_by).save(str(self.path(layer, name)))
        return self._written(layer, name)

    def adopt(
        self, layer: str, name: str, folder: Path, *, schema: str, once: str, made_from: Mapping[str, Any],
        partition_by: tuple[str, ...] = (), skip_by: tuple[str, ...] = (),
    ) -> Commit:  # fmt: skip
        """Add rows that lie in Parquet files below `folder`, which become the table's, in one commit.

        Like `append`, without Spark reading and writing them again. `schema`: the table's columns, as DDL. `skip_by`: those
        of them, texts and times, whose least and greatest values a file's entry in the log holds. See `transforms.adopt`.
        """
        columns = StructType.fromDDL(schema)
        assert isinstance(columns, StructType), "the DDL is of columns"
        skip = tuple(c for c in skip_by if c in columns.names)
        adoption = Adoption(columns, dict(made_from), once, partition_by, skip)
        adopt(self.path(layer, name), folder, adoption)
        return self._written(layer, name)

    def adopt_instead(
        self, layer: str, name: str, files: Iterable[Path], *, schema: StructType, made_from: Mapping[str, Any]
    ) -> Commit:
        """Make the table hold exactly the rows of Parquet files, which become the table's, in one commit.

        Like `replace`, without Spark reading and writing them again. Several tables can be written at once, by threads.
        """
        adopt_instead(self.path(layer, name), files, Adoption(schema, dict(made_from)))
        return self._written(layer, name)

    def append_small(
        self,
        layer: str,
        name: str,
        rows: Iterable[Sequence[Any]],
        *,
        schema: str,
        once: str,
        made_from: Mapping[str, Any],
    ) -> Commit:
        """Like `append`, for rows that are few and already here, in the order of the columns of `schema` (DDL)."""
        columns = StructType.fromDDL(schema)
        assert isinstance(columns, StructType), "the DDL is of columns"
        stored = to_arrow_schema(columns, timezone="UTC")
        held = [dict(zip(stored.names, row, strict=True)) for row in rows]
        table = pa.Table.from_pylist(held, stored)
        return self.put_arrow(layer, name, table, made_from=made_from, adds=True, once=once)

    def replace(
        self,
        layer: str,
        name: str,
        rows: DataFrame,
        *,
        made_from: Mapping[str, Any],
        partition_by: tuple[str, ...] = (),
    ) -> Commit:
        """Make the table hold exactly these rows, in one commit; the columns may change."""
        writer = rows.write.format("delta").mode("overwrite").option("overwriteSchema", "true")
        writer = writer.option("userMetadata", json.dumps(made_from)).partitionBy(*partition_by)
        writer.save(str(self.path(layer, name)))
        return self._written(layer, name)

    def replace_small(self, layer: str, name: str, rows: DataFrame, *, made_from: Mapping[str, Any]) -> Commit:
        """Like `replace`, for rows that are few: they come to the driver, which writes them.

        Half a second a table less than a Spark job that writes; best within `for_few_rows`.
        """
        return self.put_arrow(layer, name, rows.toArrow(), made_from=made_from, adds=False)

    def replace_where(
        self, layer: str, name: str, rows: DataFrame, *, where: str, made_from: Mapping[str, Any]
    ) -> Commit:
        """Put rows in the place of those that meet the condition, in one commit. New rows need not meet it."""
        free = "spark.databricks.delta.replaceWhere.constraintCheck.enabled"
        self.spark.conf.set(free, "false")
        try:
            writer = rows.write.format("delta").mode("overwrite").option("replaceWhere", where)
            writer.option("userMetadata", json.dumps(made_from)).save(str(self.path(layer, name)))
        finally:
            self.spark.conf.unset(free)
        return self._written(layer, name)

    def remove(
        self, layer: str, name: str, gone: DataFrame, *, on: tuple[str, ...], made_from: Mapping[str, Any]
    ) -> Commit:
        """Take the rows out whose key columns are in `gone` (each key once), in one commit."""
        target = DeltaTable.forPath(self.spark, str(self.path(layer, name)))
        same = " AND ".join(f"old.{c} <=> gone.{c}" for c in on)
        with self._metadata(made_from):
            target.alias("old").merge(gone.alias("gone"), same).whenMatchedDelete().execute()
        return self._written(layer, name)

    def update(
        self, layer: str, name: str, where: Column, values: Mapping[str, Column], *, made_from: Mapping[str, Any]
    ) -> Commit:
        """Give columns other values in the rows that meet the condition, in one commit."""
        with self._metadata(made_from):
            DeltaTable.forPath(self.spark, str(self.path(layer, name))).update(where, dict(values))
        return self._written(layer, name)

    def forget(self, layer: str, name: str) -> None:
        """Leave nothing of what the table held before: no file of an older version, no log of how it came to be.

        Its rows, its version and what it was made from stay. Nobody may be reading an older version.
        """
        path = self.path(layer, name)
        jvm: Any = self.spark._jvm
        delta = jvm.org.apache.spark.sql.delta.DeltaLog.forTable(self.spark._jsparkSession, str(path))
        with self._upkeep(layer, name):
            purge = f"REORG TABLE {self._sql_name(layer, name)} APPLY (PURGE)"
            self.spark.sql(purge).collect()
        delta.update(False, jvm.scala.Option.empty(), jvm.scala.Option.empty())
        reached = int(delta.snapshot().version())
        delta.checkpoint()
        with self._upkeep(layer, name):
            # A commit that says nothing of rows: the newest one has to stay, and those before it go.
            self.spark.sql(
                f"ALTER TABLE {self._sql_name(layer, name)} SET TBLPROPERTIES ('lakehouse.forgot' = '{reached}')"
            )
        for file in (path / "_delta_log").iterdir():
            stem = file.name.lstrip(".").split(".", 1)[0]
            is_older = stem.isdigit() and int(stem) <= reached
            is_start = stem.isdigit() and int(stem) == reached and "checkpoint" in file.name
            if is_older and not is_start:
                file.unlink()
        _drop_unread(path)

    @contextmanager
    def _metadata(self, made_from: Mapping[str, Any]) -> Iterator[None]:
        """What a commit says it was made from, where only the session can say so."""
        self.spark.conf.set("spark.databricks.delta.commitInfo.userMetadata", json.dumps(made_from))
        try:
            yield
        finally:
            self.spark.conf.unset("spark.databricks.delta.commitInfo.userMetadata")

    def merge(
        self, layer: str, name: str, changes: DataFrame, *, on: tuple[str, ...], gone: str, made_from: Mapping[str, Any]
    ) -> Commit:
        """Bring changed rows in, in one commit: a row whose boolean column `gone` is true leaves the table."""
        target = DeltaTable.forPath(self.spark, str(self.path(layer, name)))
        columns = {c: f"new.{c}" for c in changes.columns if c != gone}
        same = " AND ".join(f"old.{c} = new.{c}" for c in on)
        with self._metadata(made_from):
            (
                target.alias("old")
                .merge(changes.alias("new"), same)
                .whenMatchedDelete(f"new.{gone}")
                .whenMatchedUpdate(set=columns)
                .whenNotMatchedInsert(f"NOT new.{gone}", values=columns)
                .execute()
            )
        return self._written(layer, name)

    def exchange(
        self, layer: str, name: str, rows: DataFrame, *, gone: DataFrame, on: tuple[str, ...], made_from: Mapping[str, Any]
    ) -> Commit:  # fmt: skip
        """Put rows in the place of those whose key columns are in `gone` (each key once, none null), in one commit.

        Unlike in `merge` a key may have many rows, and other ones afterwards.
        """
        self._set(layer, name, {"delta.enableDeletionVectors": "true"})
        target = DeltaTable.forPath(self.spark, str(self.path(layer, name)))
        taken = gone.select(*(F.col(c).alias(f"_gone_{c}") for c in on))
        source = taken.unionByName(rows, allowMissingColumns=True)
        same = " AND ".join(f"old.{c} = new._gone_{c}" for c in on)
        values = {f"`{c}`": f"new.`{c}`" for c in rows.columns}
        with self._metadata(made_from):
            merged = target.alias("old").merge(source.alias("new"), same).whenMatchedDelete()
            merged.whenNotMatchedInsert(f"new._gone_{on[0]} IS NULL", values=values).execute()
        return self._written(layer, name)

    def retain(self, layer: str, name: str, *, days: int, keeps_log: bool = False) -> None:
        """Have the table keep for `days` what its older versions were read from; their log for 30 days or as long.

        `keeps_log`: the log is never cut, because it is the change feed. It is the table that has to say so: by its own
        period Delta forgets which files an older version had, and a VACUUM that asks for longer would take them.
        """
        kept = (f"interval {days} days", f"interval {max(days, 30)} days", "false" if keeps_log else "true")
        self._set(layer, name, dict(zip(_RETENTION, kept, strict=True)))

    def _set(self, layer: str, name: str, properties: Mapping[str, str]) -> None:
        """Have the table's own settings be so; no commit if they are."""
        has = _RETENTION | self.settings(layer, name)
        if new := {k: v for k, v in properties.items() if has.get(k) != v}:
            said = ", ".join(f"'{k}' = '{v}'" for k, v in new.items())
            with self._upkeep(layer, name):
                self.spark.sql(f"ALTER TABLE {self._sql_name(layer, name)} SET TBLPROPERTIES ({said})")

    def compact(self, layer: str, name: str, *, where: str | None = None) -> None:
        """Write small files together, of the partitions that `where` names or of all; rows and change feed stay as they are."""
        files = DeltaTable.forPath(self.spark, str(self.path(layer, name))).optimize()
        sizes = {"minFileSize": SMALL_FILE, "maxFileSize": 2 * SMALL_FILE}
        sizes = {f"spark.databricks.delta.optimize.{k}": v for k, v in sizes.items()}
        with self._upkeep(layer, name), self._session(sizes):
            (files.where(where) if where else files).executeCompaction()

    def vacuum(self, layer: str, name: str) -> None:
        """Delete the files that no version within the table's period (see `retain`) is read from. No commit if none is due.

        A table of which VACUUM would take files that are read is left alone: its old files stay.
        """
        if _misleads_vacuum(self.path(layer, name)):
            return
        table = self._sql_name(layer, name)
        # Delta lists files in ten thousand tasks, whatever there is to list: 30 s a table on one machine.
        tasks = {"spark.sql.sources.parallelPartitionDiscovery.parallelism": self.spark.sparkContext.defaultParallelism}
        with self._upkeep(layer, name), self._session(tasks):
            if self.spark.sql(f"VACUUM {table} DRY RUN").collect():
                self.spark.sql(f"VACUUM {table}").collect()

    def _sql_name(self, layer: str, name: str) -> str:
        return "delta.`{}`".format(str(self.path(layer, name)).replace("`", "``"))

    def _upkeep(self, layer: str, name: str) -> AbstractContextManager[None]:
        """For commits that change no row: they carry on what the newest one that did was."""
        commit = self.commit(layer, name)
        assert commit is not None, "only a table that is there is kept up"
        return self._metadata({UPKEEP: asdict(commit)})

    @contextmanager
    def _session(self, settings: Mapping[str, object]) -> Iterator[None]:
        before = {name: self.spark.conf.get(name, None) for name in settings}
        for name, value in settings.items():
            self.spark.conf.set(name, str(value))
        try:
            yield
        finally:
            for name, had in before.items():
                self.spark.conf.unset(name) if had is None else self.spark.conf.set(name, had)

    def for_few_rows(self) -> AbstractContextManager[None]:
        """Queries in it are interpreted, in one part: for tables of up to some ten thousand rows."""
        return self._session(FOR_FEW_ROWS)

    def empty(self, schema: StructType) -> DataFrame:
        return self.spark.createDataFrame([], schema)


def _has_few_rows(commit: Commit) -> bool:
    return commit.rows is not None and commit.rows <= FEW_ROWS


def _misleads_vacuum(path: Path) -> bool:
    """Whether the log writes a partition's folder as `column%3Dvalue`, as earlier versions of this software did.

    Readers find the files; VACUUM does not know them as those in the folder `column=value` and deletes them.
    """
    from deltalake import DeltaTable as Files

    paths = Files(str(path)).get_add_actions(flatten=True).column("path").to_pylist()
    return any("%3D" in folder and "=" not in folder for p in paths for folder in str(p).split("/")[:-1])


def _drop_unread(path: Path) -> None:
    """Delete every file with rows that the newest version of a table is not read from, also those of its change feed.

    What VACUUM should do, which in some tables takes files that are read (`_misleads_vacuum`), and whose Spark jobs are most of an
    erasure's time. StorageError, with nothing deleted, when a file that is read cannot be found. Deletion vectors stay for
    the next upkeep: they hold places of rows, not rows.
    """
    from deltalake import DeltaTable as Files  # 0.4 s

    # By their names, which are unique: the rest of an address is written in another way than folders are named.
    read = {unquote(uri).rsplit("/", 1)[-1] for uri in Files(str(path.resolve())).file_uris()}
    files = [f for f in path.rglob("*.parquet*") if "_delta_log" not in f.relative_to(path).parts]
    if read - {file.name for file in files}:
        raise StorageError(f"{path}: its log names files that are not there. Restore the table from a backup.")
    for file in files:
        if file.name.removeprefix(".").removesuffix(".crc") not in read:  # the checksum beside a file goes with it
            file.unlink()


def frame_of(spark: SparkSession, rows: pa.Table) -> DataFrame:
    """The rows as Spark has them; of none, their columns."""
    return spark.createDataFrame(rows if rows.num_rows else [], from_arrow_schema(rows.schema))


def check_writable(root: Path) -> None:
    """StorageError when the lake folder cannot be made or written; leaves nothing behind."""
    made = not root.exists()
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=root, prefix=".writable-") as probe:
            probe.write(b"x" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
    except NotADirectoryError:
        raise StorageError(f"{root}: is not a folder. Pass a folder with --lake DIR.") from None
    except FileExistsError:
        raise StorageError(f"{root}: is a file, not a folder. Pass a folder with --lake DIR.") from None
    except OSError as e:
        why = os.strerror(e.errno) if e.errno else type(e).__name__
        raise StorageError(
            f"{root}: cannot be written ({why}). Free space or pass another folder with --lake DIR."
        ) from None
    finally:
        if made and root.is_dir() and not any(root.iterdir()):
            root.rmdir()
