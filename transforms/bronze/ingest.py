"""Writes one batch into bronze: `bronze/resource`, `bronze/rejected`, and last `bronze/batch`, which says it is complete.

Each of the three is one commit under the batch's own name, so a run that was cut off anywhere can be repeated: what was
written is not written again. Read = accepted + rejected + duplicates, checked before the batch is called complete.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from core import references
from core.errors import LandingError, ReconcileError
from transforms.bronze.current import version_order
from transforms.bronze.landing import Batch, Inspected, Split
from transforms.bronze.reader import Record, content_hash, read_bytes, read_records
from transforms.bronze.validate import mistakes
from transforms.lake import Lake

_PLACE = "institution string, batch_id string, resource_type string, resource_id string"
RESOURCE = (
    f"{_PLACE}, version_id string, last_updated timestamp, subject_id string, deleted boolean, content_hash string,"
    " source_file string, source_line bigint, ingested_at timestamp, raw string"
)
REJECTED = f"{_PLACE}, source_file string, source_line bigint, ingested_at timestamp, reason_code string, reason string, raw string"
BATCH = (
    "institution string, batch_id string, resource_type string, read bigint, accepted bigint, rejected bigint,"
    " duplicates bigint, fingerprint string, listing string, ingested_at timestamp"
)
_PARSED = (
    "ordinal bigint, resource_type string, resource_id string, version_id string, last_updated string, subject_id string,"
    " deleted boolean, content_hash string, source_file string, source_line bigint, reason_code string, reason string, raw string"
)
_ARROW = pa.schema(
    [
        ("ordinal", pa.int64()), ("resource_type", pa.string()), ("resource_id", pa.string()),
        ("version_id", pa.string()), ("last_updated", pa.string()), ("subject_id", pa.string()),
        ("deleted", pa.bool_()), ("content_hash", pa.string()), ("source_file", pa.string()),
        ("source_line", pa.int64()), ("reason_code", pa.string()), ("reason", pa.string()), ("raw", pa.string()),
    ]
)  # fmt: skip
_ROWS_AT_ONCE = 1000
_BYTES_AT_ONCE = 8 << 20
_SMALL_BATCH = 20_000  # records that one task writes faster than a shuffle distributes them


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one resource type of one batch, in records."""

    resource_type: str
    read: int
    accepted: int
    rejected: int
    duplicates: int


def known_batches(lake: Lake) -> dict[tuple[str, str], str]:
    """{(institution, batch id): listing} of every batch that is complete in bronze."""
    if not lake.exists("bronze", "batch"):
        return {}
    rows = lake.read("bronze", "batch").select("institution", "batch_id", "listing").distinct().collect()
    return {(r.institution, r.batch_id): r.listing for r in rows}


def new_batches(found: Iterable[Batch], known: dict[tuple[str, str], str]) -> list[Batch]:
    """The batches that bronze does not have. LandingError for one that changed after it was loaded."""
    new = []
    for batch in found:
        had = known.get((batch.institution, batch.id))
        if had is None:
            new.append(batch)
        elif had != batch.listing:
            raise LandingError(
                f"{batch.institution}/{batch.id}: its files changed after it was loaded. Land the new files as a batch of"
                " another name and put the loaded one back as it was."
            )
    return new


def ingest(lake: Lake, batch: Batch, inspected: Inspected, *, at: datetime) -> list[Ingested]:
    """Load one batch, every file of which could be read, and say what became of its records."""
    parsed = _parse(lake, batch, inspected.splits).persist(StorageLevel.DISK_ONLY)
    duplicates = _duplicates(lake, batch, parsed, at).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        counts = _count(parsed, duplicates)
        _write(lake, batch, parsed, duplicates, at, counts)
        rows = [
            (batch.institution, batch.id, c.resource_type, c.read, c.accepted, c.rejected, c.duplicates,
             inspected.fingerprint, batch.listing, at)
            for c in counts
        ]  # fmt: skip
        complete = lake.spark.createDataFrame(rows, BATCH)
        lake.append(
            "bronze", "batch", complete, once=f"batch/{batch.key}", made_from={"batch": batch.key}, is_small=True
        )
    finally:
        duplicates.unpersist()
        parsed.unpersist()
    return counts


def _parse(lake: Lake, batch: Batch, splits: tuple[Split, ...]) -> DataFrame:
    """One row per record of the batch, judged."""
    tasks = _packed(splits, lake.spark.sparkContext.defaultParallelism)

    def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for numbers in batches:
            for number in numbers.column(0).to_pylist():
                yield from _read_task(tasks[number], number)

    return lake.spark.range(0, len(tasks), 1, max(1, len(tasks))).mapInArrow(read, _PARSED)


def _packed(splits: tuple[Split, ...], cores: int) -> list[list[Split]]:
    """Tasks of about equal bytes: the largest parts first, each into the lightest task."""
    most = max(1, min(len(splits), max(2 * cores, sum(s.bytes for s in splits) // (8 << 20))))
    tasks: list[list[Split]] = [[] for _ in range(most)]
    weights = [0] * most
    for split in sorted(splits, key=lambda s: (-s.bytes, s.name, s.start)):
        lightest = weights.index(min(weights))
        tasks[lightest].append(split)
        weights[lightest] += split.bytes * (10 if split.file.endswith(".gz") else 1)
    return tasks


def _read_task(splits: list[Split], task: int) -> Iterator[pa.RecordBatch]:
    rows: list[dict[str, Any]] = []
    size, ordinal = 0, task << 40
    for split in splits:
        data = read_bytes(Path(split.file), split.start, split.end)
        for record in read_records(data, is_lines=split.is_lines, first_line=split.first_line):
            rows.append(_row(record, split.name, ordinal))
            ordinal += 1
            size += len(record.raw or "")
            if len(rows) >= _ROWS_AT_ONCE or size >= _BYTES_AT_ONCE:
                yield pa.RecordBatch.from_pylist(rows, schema=_ARROW)
                rows, size = [], 0
    if rows:
        yield pa.RecordBatch.from_pylist(rows, schema=_ARROW)


def _row(record: Record, source_file: str, ordinal: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "ordinal": ordinal, "resource_type": record.resource_type, "resource_id": record.resource_id,
        "deleted": record.deleted, "source_file": source_file, "source_line": record.line,
        "reason_code": record.reason_code, "reason": record.reason, "raw": record.raw,
    }  # fmt: skip
    if record.deleted:
        row["content_hash"] = content_hash(f"DELETE {record.resource_type}/{record.resource_id}")
    if record.body is None:
        return row
    if wrong := mistakes(record.body):
        return {**row, "reason_code": "invalid_fhir", "reason": wrong}
    meta = record.body.get("meta") or {}
    return {
        **row,
        "version_id": meta.get("versionId"),
        "last_updated": meta.get("lastUpdated"),
        "subject_id": references.patient_id(record.body),
        "content_hash": content_hash(record.raw or ""),
    }


def _duplicates(lake: Lake, batch: Batch, parsed: DataFrame, at: datetime) -> DataFrame:
    """The ordinals of accepted records that repeat what bronze or the batch already holds.

    A record that says when it was updated is a repeat of any equal one; one that does not say is a repeat only of the
    version just before it, since its content may have been changed and changed back.
    """
    key = ["resource_type", "resource_id"]
    columns = [*key, "version_id", "last_updated", "content_hash", "ingested_at", "ordinal", "is_new"]
    accepted = parsed.where("reason_code IS NULL").withColumn(
        "last_updated", F.expr("try_cast(last_updated AS timestamp)")
    )
    seen = accepted.withColumn("ingested_at", F.lit(at)).withColumn("is_new", F.lit(True)).select(columns)
    if lake.exists("bronze", "resource"):
        stored = lake.read("bronze", "resource").where(F.col("institution") == batch.institution)
        # A batch whose commit went through before the run was cut off is not a repeat of itself.
        stored = stored.where(F.col("batch_id") != batch.id).join(seen.select(key).distinct(), key, "left_semi")
        stored = stored.withColumn("ordinal", F.col("source_line") * 0 - 1).withColumn("is_new", F.lit(False))
        seen = seen.unionByName(stored.select(columns))
    equal = Window.partitionBy(*key, "content_hash").orderBy("ingested_at", "ordinal")
    versions = Window.partitionBy(*key).orderBy(*version_order("ordinal"))
    repeats_any = F.row_number().over(equal) > 1
    repeats_last = F.lag("content_hash").over(versions) == F.col("content_hash")
    is_repeat = F.when(F.col("last_updated").isNotNull(), repeats_any).otherwise(F.coalesce(repeats_last, F.lit(False)))
    return seen.withColumn("is_repeat", is_repeat).where("is_new AND is_repeat").select("ordinal")


def _count(parsed: DataFrame, duplicates: DataFrame) -> list[Ingested]:
    kind = F.coalesce("resource_type", F.lit("(unknown)"))
    marked = parsed.select("ordinal", "reason_code", kind.alias("resource_type")).join(
        F.broadcast(duplicates.withColumn("is_duplicate", F.lit(True))), "ordinal", "left"
    )
    rejected = F.count_if(F.col("reason_code").isNotNull())
    repeated = F.count_if(F.col("is_duplicate"))
    accepted = F.count_if(F.col("reason_code").isNull() & F.col("is_duplicate").isNull())
    found = marked.groupBy("resource_type").agg(
        F.count("*").alias("read"), accepted.alias("accepted"), rejected.alias("rejected"), repeated.alias("duplicates")
    )
    return sorted((Ingested(**r.asDict()) for r in found.collect()), key=lambda c: c.resource_type)


def _write(
    lake: Lake, batch: Batch, parsed: DataFrame, duplicates: DataFrame, at: datetime, counts: list[Ingested]
) -> None:
    placed = (
        parsed.withColumn("institution", F.lit(batch.institution))
        .withColumn("batch_id", F.lit(batch.id))
        .withColumn("ingested_at", F.lit(at))
        .withColumn("last_updated", F.expr("try_cast(last_updated AS timestamp)"))
    )
    made_from = {"batch": batch.key}
    if any(c.rejected for c in counts):
        rejected = placed.where("reason_code IS NOT NULL").select(_names(REJECTED))
        lake.append("bronze", "rejected", rejected, once=f"rejected/{batch.key}", made_from=made_from, is_small=True)
    accepted = placed.where("reason_code IS NULL")
    if any(c.duplicates for c in counts):
        accepted = accepted.join(F.broadcast(duplicates), "ordinal", "left_anti")
    lake.append(
        "bronze", "resource", accepted.select(_names(RESOURCE)), once=f"resource/{batch.key}", made_from=made_from,
        partition_by=("resource_type",), is_small=sum(c.accepted for c in counts) <= _SMALL_BATCH,
    )  # fmt: skip


def _names(ddl: str) -> list[str]:
    return [column.split()[0] for column in ddl.split(", ")]


def reconcile(lake: Lake) -> None:
    """ReconcileError when bronze does not hold exactly what its batches say was accepted and rejected."""
    key = ["institution", "batch_id"]
    said = lake.read("bronze", "batch").groupBy(key).agg(
        *(F.sum(c).alias(c) for c in ("read", "accepted", "rejected", "duplicates"))
    )  # fmt: skip
    held = lake.read("bronze", "resource").groupBy(key).agg(F.count("*").alias("held"))
    if lake.exists("bronze", "rejected"):
        refused = lake.read("bronze", "rejected").groupBy(key).agg(F.count("*").alias("refused"))
    else:
        refused = held.select(*key, F.lit(0).alias("refused"))
    told = said.join(held, key, "full").join(refused, key, "full").fillna(0)
    wrong = told.where("read != held + refused + duplicates OR accepted != held OR rejected != refused").collect()
    if wrong:
        each = "; ".join(
            f"{r.institution}|{r.batch_id}: read {r.read}, held {r.held}, rejected {r.refused}, duplicates {r.duplicates}"
            for r in wrong
        )
        raise ReconcileError(f"bronze does not add up: {each}. Nothing after it is built. Report this as a bug.")
