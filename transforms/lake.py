"""The lake: which tables there are, in which zone each lies, and the few ways to write one.

A table is `<root>/<layer>/<name>`, a Delta table by path. Every write is one Delta commit and says in its commit
metadata what it was made from, so that whether a table is up to date can be asked of the table itself.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from delta.tables import DeltaTable
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from core.errors import StorageError, ZoneError


class Zone(StrEnum):
    """Where storage permissions differ. Nothing right of the identified zone may open it."""

    IDENTIFIED = "identified"
    DEIDENTIFIED = "de-identified"
    PUBLISHED = "published"
    GOVERNANCE = "governance"


ZONE_OF_LAYER = {
    "bronze": Zone.IDENTIFIED,
    "vault": Zone.IDENTIFIED,
    "deid": Zone.DEIDENTIFIED,
    "silver": Zone.DEIDENTIFIED,
    "gold": Zone.DEIDENTIFIED,
    "published": Zone.PUBLISHED,
    "governance": Zone.GOVERNANCE,
}


@dataclass(frozen=True, slots=True)
class Commit:
    """The newest commit of a table: its Delta version and what the writer said it was made from.

    `rows`: how many the table holds, where the commit replaced them all; None where it only changed some.
    """

    version: int
    made_from: dict[str, Any]
    rows: int | None


@dataclass(frozen=True)
class Lake:
    """The tables below one root, as seen by code that may open `zones`."""

    root: Path
    spark: SparkSession
    zones: frozenset[Zone] = frozenset(Zone)

    def within(self, *zones: Zone) -> "Lake":
        """The same lake for code that may open only these zones."""
        return replace(self, zones=frozenset(zones))

    def path(self, layer: str, name: str) -> Path:
        """The folder of a table. ZoneError when this lake may not open its zone."""
        zone = ZONE_OF_LAYER[layer]
        if zone not in self.zones:
            allowed = ", ".join(sorted(self.zones))
            raise ZoneError(f"{layer}/{name} lies in the {zone} zone; this step may open: {allowed}.")
        return self.root / layer / name

    def exists(self, layer: str, name: str) -> bool:
        return (self.path(layer, name) / "_delta_log").is_dir()

    def read(self, layer: str, name: str) -> DataFrame:
        return self.spark.read.format("delta").load(str(self.path(layer, name)))

    def added_since(self, layer: str, name: str, version: int) -> DataFrame:
        """The rows of an append-only table that came with the commits after `version`."""
        feed = self.spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", version + 1)
        return feed.load(str(self.path(layer, name))).drop("_change_type", "_commit_version", "_commit_timestamp")

    def names(self, layer: str) -> list[str]:
        """The tables of a layer, e.g. "encounter"; published ones carry their grade, "L3/drug_exposure"."""
        top = self.path(layer, "")
        return sorted(str(log.parent.relative_to(top)) for log in top.glob("**/_delta_log"))

    def commit(self, layer: str, name: str) -> Commit | None:
        """The newest commit, read from the log itself: a table's history costs a Spark job, this a file."""
        log = self.path(layer, name) / "_delta_log"
        versions = sorted(log.glob("[0-9]*.json"))
        if not versions:
            return None
        with versions[-1].open(encoding="utf-8") as lines:
            infos = [json.loads(line)["commitInfo"] for line in lines if line.startswith('{"commitInfo"')]
        info = infos[0] if infos else {}
        is_whole = info.get("operationParameters", {}).get("mode") == "Overwrite"
        rows = info.get("operationMetrics", {}).get("numOutputRows") if is_whole else None
        made_from = json.loads(info["userMetadata"]) if info.get("userMetadata") else {}
        return Commit(int(versions[-1].stem), made_from, None if rows is None else int(rows))

    def append(
        self, layer: str, name: str, rows: DataFrame, *, once: str, made_from: Mapping[str, Any],
        partition_by: tuple[str, ...] = (), is_small: bool = False,
    ) -> Commit:  # fmt: skip
        """Add rows in one commit. `once` names the write: a second write under the same name changes nothing.

        `is_small`: one task writes it all, which saves the shuffle that keeps files large.
        """
        writer = (
            (rows.coalesce(1) if is_small else rows)
            .write.format("delta")
            .mode("append")
            .option("userMetadata", json.dumps(made_from))
        )
        writer = writer.option("txnAppId", once).option("txnVersion", 1).option("optimizeWrite", str(not is_small))
        writer = writer.option("delta.enableChangeDataFeed", "true")  # costs nothing where rows are only added
        writer.partitionBy(*partition_by).save(str(self.path(layer, name)))
        return self._written(layer, name)

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

    def merge(
        self, layer: str, name: str, changes: DataFrame, *, on: tuple[str, ...], gone: str, made_from: Mapping[str, Any]
    ) -> Commit:
        """Bring changed rows in, in one commit: a row whose boolean column `gone` is true leaves the table."""
        target = DeltaTable.forPath(self.spark, str(self.path(layer, name)))
        columns = {c: f"new.{c}" for c in changes.columns if c != gone}
        same = " AND ".join(f"old.{c} = new.{c}" for c in on)
        self.spark.conf.set("spark.databricks.delta.commitInfo.userMetadata", json.dumps(made_from))
        try:
            (
                target.alias("old")
                .merge(changes.alias("new"), same)
                .whenMatchedDelete(f"new.{gone}")
                .whenMatchedUpdate(set=columns)
                .whenNotMatchedInsert(f"NOT new.{gone}", values=columns)
                .execute()
            )
        finally:
            self.spark.conf.unset("spark.databricks.delta.commitInfo.userMetadata")
        return self._written(layer, name)

    def empty(self, schema: StructType) -> DataFrame:
        return self.spark.createDataFrame([], schema)

    def _written(self, layer: str, name: str) -> Commit:
        commit = self.commit(layer, name)
        assert commit is not None, "a write that returned has a commit"
        return commit


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
