"""A batch's records judged and staged: how many there are of each, which repeat others, and as rows of bronze's tables."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.bronze import staging, tables
from transforms.bronze.known import Known
from transforms.bronze.light import Light
from transforms.bronze.staging import Work
from transforms.bronze.tables import DUPLICATE, REJECTED, RESOURCE, UNKNOWN, Operation
from transforms.lake import Lake

_SMALL_BATCH = 20_000  # records that one task writes in less time than several need to start


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one resource type of one batch, in records."""

    resource_type: str
    read: int
    accepted: int
    rejected: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A batch whose records are judged and staged."""

    work: Work
    light: Light
    counts: list[Ingested]

    def total(self, what: str) -> int:
        return sum(getattr(c, what) for c in self.counts)


@contextmanager
def staged(lake: Lake, operation: Operation) -> Iterator[Path]:
    """A folder for the texts of one operation; what an earlier, cut-off one left behind goes first."""
    top = lake.path("bronze", ".staging")
    shutil.rmtree(top, ignore_errors=True)
    folder = top / operation.mark
    for name in ("accepted", "rejected", "light", "repeats"):
        (folder / name).mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(top, ignore_errors=True)


def judged(work: Work, counts: DataFrame) -> Judged:
    """Read everything once (which is what asking for COUNTS does), then tell repeats from news and count."""
    good: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    for r in counts.collect():
        good[r.resource_type or UNKNOWN] += r.good
        bad[r.resource_type or UNKNOWN] += r.bad
    light = Light(work.folder / "light")
    again = light.find_repeats(work.folder / "repeats" / "repeats.parquet")
    kinds = sorted(good.keys() | bad.keys())
    return Judged(work, light, [Ingested(k, good[k] + bad[k], good[k] - again[k], bad[k], again[k]) for k in kinds])


def accepted(lake: Lake, operation: Operation, found: Judged, at: datetime) -> DataFrame:
    """The rows of bronze/resource that a judged batch gives."""
    rows = _placed(lake, operation, found, at, "accepted").withColumn(
        "last_updated", F.expr("try_cast(last_updated AS timestamp)")
    )
    if found.total("duplicates"):
        rows = rows.join(_repeats(lake, found), "ordinal", "left_anti")
    return rows.select(tables.names(RESOURCE))


def rejected(lake: Lake, operation: Operation, found: Judged, at: datetime) -> DataFrame:
    return _placed(lake, operation, found, at, "rejected").select(tables.names(REJECTED))


def duplicates(lake: Lake, operation: Operation, found: Judged, at: datetime) -> DataFrame:
    rows = _placed(lake, operation, found, at, "accepted").join(_repeats(lake, found), "ordinal", "left_semi")
    return rows.select(tables.names(DUPLICATE))


def _repeats(lake: Lake, found: Judged) -> DataFrame:
    return lake.spark.read.schema("ordinal bigint").parquet(str(found.work.folder / "repeats"))


_STAGED = {"accepted": staging.ACCEPTED, "rejected": staging.REJECTED}
_SPARK = {pa.int64(): "bigint", pa.int32(): "int", pa.string(): "string", pa.bool_(): "boolean"}


def _placed(lake: Lake, operation: Operation, found: Judged, at: datetime, name: str) -> DataFrame:
    schema = ", ".join(f"{f.name} {_SPARK[f.type]}" for f in _STAGED[name])
    staged = lake.spark.read.schema(schema).parquet(str(found.work.folder / name))
    return (
        staged.withColumn("institution", F.lit(operation.institution))
        .withColumn("batch_id", F.lit(operation.batch_id))
        .withColumn("ingested_at", F.lit(at))
    )


def parts(lake: Lake, records: int) -> int:
    """How many tasks write so many records."""
    return 1 if records <= _SMALL_BATCH else max(2, lake.spark.sparkContext.defaultParallelism, records // 2_000_000)


def index(lake: Lake, *, without: tuple[str, str] | None = None) -> Known:
    """The index of what bronze holds, brought up to the table; `without` the rows of one batch, for as long as it is redone."""
    known, commit = Known.of(lake), lake.commit("bronze", "resource")
    if without is None and known.reach() == (commit.version if commit else -1):
        return known
    known.start()
    if commit is None:
        known.learn((), version=-1)
        return known
    rows = lake.read("bronze", "resource")
    if without:
        rows = rows.where(~tables.of_batch(*without))
    known.learn_table(rows, version=None if without else commit.version)
    return known


def remember(lake: Lake, known: Known, found: Judged) -> None:
    """Bring what was just accepted into the index."""
    commit = lake.commit("bronze", "resource")
    assert commit is not None
    known.learn(found.light.news(), version=commit.version)
