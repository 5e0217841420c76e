"""A batch's records judged and staged: how many there are of each, which repeat others, and as rows of bronze's tables."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import DataFrame

from transforms.bronze import staging, tables
from transforms.bronze.known import Known
from transforms.bronze.light import Array, Light
from transforms.bronze.staging import ACCEPTED, DUPLICATE, Work, accepted_file, parquet_writer
from transforms.bronze.tables import UNKNOWN, Operation
from transforms.lake import Lake
from transforms.tables import Commit


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
    for name in ("accepted", "rejected", "duplicate", "light", "batch"):
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
    again = light.find_repeats()
    if again:
        _part(work, light)
    kinds = sorted(good.keys() | bad.keys())
    return Judged(work, light, [Ingested(k, good[k] + bad[k], good[k] - again[k], bad[k], again[k]) for k in kinds])


def _part(work: Work, light: Light) -> None:
    """Move the repeats from the staged files of `accepted` to `duplicate`."""
    for file in sorted(work.folder.glob("accepted/*/*.parquet")):
        kind, task = file.parent.name.removeprefix("resource_type="), file.stem
        is_repeat = light.repeats_of(task, kind)
        if is_repeat.any():
            whole = file.rename(file.with_suffix(".whole"))
            _put_apart(whole, is_repeat, kind, accepted_file(work.folder, task, kind), work.folder / "duplicate")
            whole.unlink()


def _put_apart(whole: Path, is_repeat: Array, kind: str, kept: Path, duplicates: Path) -> None:
    at = 0
    with (
        parquet_writer(duplicates / f"{kept.stem}-{kind}.parquet", DUPLICATE) as repeated,
        parquet_writer(kept, ACCEPTED) as rest,
    ):
        for rows in pq.ParquetFile(whole).iter_batches():
            here = pa.array(is_repeat[at : at + rows.num_rows])
            at += rows.num_rows
            rest.write_batch(rows.filter(pc.invert(here)))
            again = rows.filter(here)
            typed = again.append_column("resource_type", pa.repeat(pa.scalar(kind), again.num_rows))
            repeated.write_batch(typed.select(DUPLICATE.names).cast(DUPLICATE))
    if is_repeat.all():
        kept.unlink()


def store(lake: Lake, operation: Operation, found: Judged, name: str) -> Commit:
    """Give bronze's table of resources, rejects or duplicates what was staged for it."""
    folder, schema, partition_by = _STAGED[name]
    return lake.adopt(
        "bronze", name, found.work.folder / folder, schema=schema, once=operation.name,
        made_from={"operation": operation.name}, partition_by=partition_by, skip_by=tables.SKIP_BY,
    )  # fmt: skip


def store_batch(lake: Lake, operation: Operation, found: Judged, rows: list[tuple[object, ...]]) -> None:
    """The same for bronze/batch, which ends the operation."""
    columns = [pa.array(c, f.type) for c, f in zip(zip(*rows, strict=True), staging.BATCH, strict=True)]
    folder = found.work.folder / "batch"
    pq.write_table(pa.Table.from_arrays(columns, schema=staging.BATCH), folder / "batch.parquet")
    lake.adopt(
        "bronze", "batch", folder, schema=tables.BATCH, once=operation.name, made_from={"operation": operation.name}
    )


def staged_rows(lake: Lake, found: Judged, name: str) -> DataFrame:
    """The rows that `store` would add to the table."""
    folder, schema, _ = _STAGED[name]
    return lake.spark.read.schema(schema).parquet(str(found.work.folder / folder)).select(tables.names(schema))


_STAGED: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "resource": ("accepted", tables.RESOURCE, ("resource_type",)),
    "rejected": ("rejected", tables.REJECTED, ()),
    "duplicate": ("duplicate", tables.DUPLICATE, ()),
}


def index(lake: Lake, *, without: tuple[str, str] | None = None) -> Known:
    """The index of what bronze holds, brought up to the table; `without` the rows of one batch, for as long as it is redone."""
    known, commit = Known.of(lake), lake.commit("bronze", "resource")
    if without is None and known.reach() == (commit.version if commit else -1):
        return known
    known.start()
    if commit is None:
        known.learn((), version=lambda: -1)
        return known
    rows = lake.read("bronze", "resource")
    if without:
        rows = rows.where(~tables.of_batch(*without))
    known.learn_table(rows, version=None if without else commit.version)
    return known


def remember(known: Known, found: Judged, store_resources: Callable[[], Commit]) -> None:
    """Store what was accepted, and meanwhile bring it into the index: whole, or if storing fails not at all."""
    with ThreadPoolExecutor(1) as pool:
        stored = pool.submit(store_resources)
        known.learn(found.light.news(), version=lambda: stored.result().version)
