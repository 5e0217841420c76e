"""Writes one batch into bronze: `bronze/resource` first, `bronze/rejected`, `bronze/duplicate`, and last `bronze/batch`.

Each is one commit, and the last one says that the batch is complete. A run that was cut off anywhere can be repeated:
what was written is not written again. Read = accepted + rejected + duplicates, checked before anything after bronze.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import pyarrow as pa
from pyspark.sql import DataFrame

from core import fhir
from core.errors import LandingError
from transforms.bronze import judge, tables
from transforms.bronze.amend import replace_batch
from transforms.bronze.judge import Ingested, Judged
from transforms.bronze.landing import Batch, Inspected, Split, inspect
from transforms.bronze.manifest import Manifest
from transforms.bronze.staging import COUNTS, Work, read_splits
from transforms.bronze.tables import ERASED_FOLDER, UNKNOWN, Loaded, Operation
from transforms.lake import Lake

_BYTES_PER_TASK = 32 << 20


def new_batches(
    found: Iterable[Batch], known: Mapping[tuple[str, str], Loaded], replace: frozenset[str] = frozenset()
) -> list[Batch]:
    """The batches that bronze does not have. LandingError for one that changed after it was loaded.

    `replace`: keys of batches that may have changed; they are new again.
    """
    new = []
    for batch in found:
        had = known.get((batch.institution, batch.id))
        if had is None or (batch.listing != had.listing and _has_changed(batch, had, replace)):
            new.append(batch)
    return new


def _has_changed(batch: Batch, had: Loaded, replace: frozenset[str]) -> bool:
    # Files that were copied or touched have new times and the old content.
    if inspect(batch).fingerprint == had.fingerprint:
        return False
    if batch.key in replace:
        return True
    raise LandingError(
        f"{batch.institution}/{batch.id}: its files changed after it was loaded. Land the new files as a batch of another"
        f" name and put the loaded one back as it was; or, if the new files are what should have been delivered, run with"
        f' --replace-batch "{batch.institution}/{batch.id}".'
    )


def ingest(
    lake: Lake, batch: Batch, inspected: Inspected, *, release: fhir.Release, at: datetime, replace: bool = False
) -> list[Ingested]:
    """Load one batch, every file of which could be read, and say what became of its records.

    `replace`: the batch was loaded before with other content, which this takes the place of.
    """
    manifest = batch.manifest
    begun = tables.unfinished(lake)
    mark = inspected.fingerprint[:16]
    if begun and begun.is_of(batch.institution, batch.id) and (begun.kind != "batch" or begun.mark != mark):
        replace = True  # it was cut off while it was replaced, or its files changed since it was cut off
    operation = Operation("replace" if replace else "batch", batch.institution, batch.id, mark)
    known = judge.index(lake, without=(batch.institution, batch.id) if replace or begun else None)
    deletes_at = manifest.until.isoformat() if manifest else None
    with judge.staged(lake, operation) as folder:
        held = known.file if lake.exists("bronze", "resource") else None
        vault = lake.path("vault", ERASED_FOLDER)
        work = Work(batch.institution, batch.id, at, release, folder, deletes_at, held, vault)
        found = judge.judged(work, _read(lake, work, inspected.splits))
        rows = _batch_rows(found.counts, batch, inspected.fingerprint, manifest, at)
        if replace:
            replace_batch(lake, operation, found, rows)
            known.start()  # rows of other batches moved too: it is made anew when it is needed
        else:
            judge.remember(known, found, lambda: judge.store(lake, operation, found, "resource"))
            _end(lake, operation, found, rows)
        return found.counts


def _read(lake: Lake, work: Work, splits: tuple[Split, ...]) -> DataFrame:
    tasks = _packed(splits, lake.spark.sparkContext.defaultParallelism)

    def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for numbers in batches:
            for number in numbers.column(0).to_pylist():
                yield from read_splits(work, number, tasks[number])

    return lake.spark.range(0, len(tasks), 1, max(1, len(tasks))).mapInArrow(read, COUNTS)


def _packed(splits: tuple[Split, ...], cores: int) -> list[list[tuple[int, Split]]]:
    """Tasks of about equal bytes, each a list of (number, part): the largest parts first, each into the lightest task."""
    most = max(1, min(len(splits), max(2 * cores, sum(s.bytes for s in splits) // _BYTES_PER_TASK)))
    tasks: list[list[tuple[int, Split]]] = [[] for _ in range(most)]
    weights = [0] * most
    for number, split in sorted(enumerate(splits), key=lambda n: (-n[1].bytes, n[0])):
        lightest = weights.index(min(weights))
        tasks[lightest].append((number, split))
        weights[lightest] += split.bytes
    return tasks


def _batch_rows(
    counts: list[Ingested], batch: Batch, fingerprint: str, manifest: Manifest | None, at: datetime
) -> list[tuple[object, ...]]:
    """The rows of bronze/batch; a type that was asked for and gave nothing has one too, which says that there is none."""
    by_type = {c.resource_type: (c.read, c.accepted, c.rejected, c.duplicates) for c in counts}
    asked = (manifest.types if manifest else frozenset()) | (frozenset() if counts or manifest else {UNKNOWN})
    by_type |= dict.fromkeys(asked - by_type.keys(), (0, 0, 0, 0))
    said = (manifest.patient_group, manifest.since, manifest.until) if manifest else (None, None, None)
    declared = manifest.declared if manifest else {}
    return [
        (batch.institution, batch.id, t, *by_type[t], fingerprint, batch.listing, at, *said, declared.get(t))
        for t in sorted(by_type)
    ]


def _end(lake: Lake, operation: Operation, found: Judged, rows: list[tuple[object, ...]]) -> None:
    if found.total("rejected"):
        judge.store(lake, operation, found, "rejected")
    if found.total("duplicates"):
        judge.store(lake, operation, found, "duplicate")
    judge.store_batch(lake, operation, found, rows)
