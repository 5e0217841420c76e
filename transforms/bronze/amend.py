"""Changes of what bronze already holds: a batch put in another's place, rejects judged again. Both can be repeated.

Bronze is append-only but for these two. They move rows between `bronze/resource`, `bronze/rejected` and
`bronze/duplicate`; a record's place (batch, file, line, entry) tells which rows are the same record, so that what a
cut-off run left half moved is seen and finished.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from core import fhir
from core.errors import ReconcileError
from transforms.bronze import judge, tables
from transforms.bronze.judge import Judged
from transforms.bronze.staging import COUNTS, Work, read_rejects
from transforms.bronze.tables import BATCH, ERASED_FOLDER, PLACE, RESOURCE, Operation, of_batch
from transforms.lake import Lake

# Rejects whose text is a whole record: the others are pieces of Bundles, or texts that could not be kept as they were.
REPLAYABLE = (
    "duplicate_key", "invalid_fhir", "missing_id", "no_resource_type", "not_an_object", "not_json", "too_deep",
    "unknown_resource_type",
)  # fmt: skip

_SMALL_BATCH = 20_000  # records that one task writes in less time than several need to start


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the rejects of one batch that were judged again, in records."""

    institution: str
    batch_id: str
    judged: int
    accepted: int
    duplicates: int


def replace_batch(lake: Lake, operation: Operation, found: Judged, rows: list[tuple[object, ...]]) -> None:
    """Put a judged batch in the place of what bronze holds under its id.

    A record that another batch repeated was stored under the batch that is replaced. If the new content has it no more,
    it stays, as the other batch's record, so that nothing is lost that somebody else delivered too.
    """
    made_from = {"operation": operation.name}
    here = tables.condition(operation.institution, operation.batch_id)
    new = judge.staged_rows(lake, found, "resource")
    has_repeats = lake.exists("bronze", "duplicate")
    every = new.unionByName(_still_delivered(lake, operation, new)) if has_repeats else new
    lake.replace_where(
        "bronze", "resource", every.coalesce(_parts(lake, found.total("accepted"))), where=here, made_from=made_from
    )
    for name, what in (("rejected", "rejected"), ("duplicate", "duplicates")):
        if lake.exists("bronze", name):
            staged = judge.staged_rows(lake, found, name)
            lake.replace_where("bronze", name, staged, where=here, made_from=made_from)
        elif found.total(what):
            judge.store(lake, operation, found, name)
    for batch_id in _gained(lake, operation):
        _settle(lake, replace(operation, batch_id=batch_id), made_from={})
    lake.replace_where("bronze", "batch", lake.spark.createDataFrame(rows, BATCH), where=here, made_from=made_from)


def _parts(lake: Lake, records: int) -> int:
    """How many tasks write so many records."""
    return 1 if records <= _SMALL_BATCH else max(2, lake.spark.sparkContext.defaultParallelism, records // 2_000_000)


def _still_delivered(lake: Lake, operation: Operation, new: DataFrame) -> DataFrame:
    """The replaced batch's rows that other batches repeat and the new ones do not hold, as rows of the first of those."""
    same = ["institution", "resource_type", "resource_id", "content_hash"]
    here = of_batch(operation.institution, operation.batch_id)
    old = lake.read("bronze", "resource").where(here).join(new.select(same), same, "left_anti")
    repeats = lake.read("bronze", "duplicate").where(F.col("institution") == operation.institution).where(~here)
    first = Window.partitionBy(*same).orderBy("ingested_at", *PLACE)
    repeats = repeats.withColumn("n", F.row_number().over(first)).where("n = 1").drop("n")
    place = [*PLACE[1:], "ingested_at"]
    return old.drop(*place).join(repeats.select(*same, *place), same).select(tables.names(RESOURCE))


def _gained(lake: Lake, operation: Operation) -> list[str]:
    """The institution's other batches that hold more than they say; asked of the tables, so that a repetition finds them too."""
    others = (F.col("institution") == operation.institution) & (F.col("batch_id") != operation.batch_id)
    said = lake.read("bronze", "batch").where(others).groupBy("batch_id").agg(F.sum("accepted").alias("said"))
    held = lake.read("bronze", "resource").where(others).groupBy("batch_id").agg(F.count("*").alias("held"))
    return sorted(r.batch_id for r in held.join(said, "batch_id").where("held != said").collect())


def settle(lake: Lake) -> None:
    """Finish a replay that was cut off."""
    begun = tables.unfinished(lake)
    if begun and begun.kind == "replay":
        _settle(lake, begun, made_from={"operation": begun.name})


def _settle(lake: Lake, operation: Operation, *, made_from: dict[str, str]) -> None:
    """Take what was accepted in the meantime out of a batch's rejects and duplicates, and count the batch again."""
    here = of_batch(operation.institution, operation.batch_id)
    resource = lake.read("bronze", "resource").where(here)
    repeated = [lake.read("bronze", "duplicate").where(here)] if lake.exists("bronze", "duplicate") else []
    for name, taken in (("duplicate", [resource]), ("rejected", [resource, *repeated])):
        if lake.exists("bronze", name):
            gone = reduce(DataFrame.unionByName, (rows.select(*PLACE) for rows in taken)).distinct()
            lake.remove("bronze", name, gone, on=PLACE, made_from=made_from)
    _count_again(lake, operation, made_from)


def count_institution_again(lake: Lake, operation: Operation) -> None:
    """After rows were moved between the tables of bronze: its batches say what they hold. Ends the operation."""
    of = F.col("institution") == operation.institution
    batches = [r.batch_id for r in lake.read("bronze", "batch").where(of).select("batch_id").distinct().collect()]
    held = tables.held(lake, [(operation.institution, b) for b in batches])
    said = {
        (r.institution, r.batch_id, r.resource_type): (r.accepted, r.rejected, r.duplicates)
        for r in lake.read("bronze", "batch").where(of).collect()
    }
    differ = {k[1] for k in held.keys() | said.keys() if held.get(k, (0, 0, 0)) != said.get(k, (0, 0, 0))}
    # At least one, because the commit that ends an operation is one of bronze/batch.
    for batch_id in sorted(differ) or sorted(batches)[:1]:
        _count_again(lake, replace(operation, batch_id=batch_id), {"operation": operation.name})


def _count_again(lake: Lake, operation: Operation, made_from: dict[str, str]) -> None:
    key = (operation.institution, operation.batch_id)
    had = lake.read("bronze", "batch").where(of_batch(*key)).collect()
    said = {r.resource_type: r for r in had}
    held = {t: n for (_, _, t), n in tables.held(lake, [key]).items()}
    if sum(r.read for r in had) != sum(map(sum, held.values())):
        raise ReconcileError(
            f"{'|'.join(key)}: read {sum(r.read for r in had)} records, holds {sum(map(sum, held.values()))} after its rejects"
            " were judged again. Nothing after it is built. Report this as a bug."
        )
    like = had[0].asDict() | {"declared": None}
    rows = []
    for kind in sorted(said.keys() | held.keys()):
        accepted, rejected, duplicates = held.get(kind, (0, 0, 0))
        counts = {
            "read": accepted + rejected + duplicates,
            "accepted": accepted,
            "rejected": rejected,
            "duplicates": duplicates,
        }
        row = (said[kind].asDict() if kind in said else like) | {"resource_type": kind} | counts
        rows.append(tuple(row[name] for name in tables.names(BATCH)))
    where = tables.condition(*key)
    lake.replace_where("bronze", "batch", lake.spark.createDataFrame(rows, BATCH), where=where, made_from=made_from)


def replay(
    lake: Lake,
    institution: str,
    batch_id: str,
    *,
    release: fhir.Release,
    at: datetime,
    reasons: tuple[str, ...] = REPLAYABLE,
) -> Replayed:
    """Judge the rejects of one batch again, by today's rules; those that pass leave the reject table.

    A text that is a Bundle is left alone: it is landed again as a batch. Everything else of the batch stays as it is.
    """
    here = of_batch(institution, batch_id)
    rows = lake.read("bronze", "rejected").where(here & F.col("reason_code").isin(*reasons) & F.col("raw").isNotNull())
    table = lake.commit("bronze", "rejected")
    operation = Operation("replay", institution, batch_id, f"v{table.version if table else 0}")
    known = judge.index(lake)
    with judge.staged(lake, operation) as folder:
        work = Work(institution, batch_id, at, release, folder, None, known.file, lake.path("vault", ERASED_FOLDER))
        found = judge.judged(work, _read(work, rows))
        outcome = Replayed(
            institution, batch_id, found.total("read"), found.total("accepted"), found.total("duplicates")
        )
        if outcome.accepted or outcome.duplicates:
            judge.remember(known, found, lambda: judge.store(lake, operation, found, "resource"))
            if outcome.duplicates:
                judge.store(lake, operation, found, "duplicate")
            _settle(lake, operation, made_from={"operation": operation.name})
    return outcome


def _read(work: Work, rows: DataFrame) -> DataFrame:
    columns = ["source_file", "source_line", "source_entry", "raw"]

    def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from read_rejects(
            work, (row for batch in batches for row in zip(*(c.to_pylist() for c in batch.columns), strict=True))
        )

    # In one partition: rejects are few, and their order is the order of arrival.
    return rows.coalesce(1).sortWithinPartitions(*columns[:3]).select(columns).mapInArrow(read, COUNTS)
