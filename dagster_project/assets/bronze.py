"""Landing -> bronze: one partition a batch."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from pydantic import Field

from core.errors import LandingError
from dagster_project.assets._step import RETRY, step, table_metadata
from dagster_project.ledger import register_batches
from dagster_project.partitions import BATCHES, ONE_RUN
from dagster_project.resources import Lakehouse
from expectations.engine import preload
from transforms.bronze import amend, tables
from transforms.bronze.completeness import update_load_completeness
from transforms.bronze.ingest import ingest, new_batches
from transforms.bronze.landing import Batch

_RESOURCE = dg.AssetSpec(
    ["bronze", "resource"],
    group_name="bronze",
    kinds={"spark", "deltalake"},
    description="Every record that was accepted, as delivered: append-only history, one commit a batch. Identified.",
)
_REJECTED = dg.AssetSpec(
    ["bronze", "rejected"],
    group_name="bronze",
    kinds={"spark", "deltalake"},
    description="Every record that was not accepted, with the reason; the text stays in the identified zone.",
)


class BronzeConfig(dg.Config):
    """`replace`: batches ("institution|batch") that were loaded before and may have changed since."""

    replace: list[str] = Field(default_factory=list)


@dg.multi_asset(specs=[_RESOURCE, _REJECTED], partitions_def=BATCHES, backfill_policy=ONE_RUN, retry_policy=RETRY)
def bronze(context: dg.AssetExecutionContext, config: BronzeConfig, lakehouse: dg.ResourceParam[Lakehouse]):
    """Loads the batches of the run that bronze does not have yet, in the order in which they landed."""
    preload()  # takes seconds, in which this process waits for Spark
    with step(lakehouse, "bronze"):
        lake = lakehouse.lake
        amend.settle(lake)
        per_batch: dict[str, dict[str, int]] = {}
        # Every file is read to its end before the first batch is written: a bad file leaves the lake as it was.
        known = tables.known_batches(lake)
        batches = _wanted(lakehouse, known, set(context.partition_keys), frozenset(config.replace))
        wanted = [(b, lakehouse.inspected(b)) for b in batches]
        for batch, inspected in wanted:
            release = lakehouse.institutions[batch.institution].fhir_release
            is_loaded = (batch.institution, batch.id) in known
            counts = ingest(lake, batch, inspected, release=release, at=lakehouse.now(), replace=is_loaded)
            per_batch[batch.key] = {c: sum(getattr(i, c) for i in counts) for c in tables.COUNTS}
            said = ", ".join(f"{n:,} {c}" for c, n in per_batch[batch.key].items())
            lakehouse.tell(context, f"bronze: {batch.key}: {said}")
        tables.reconcile(lake, [(b.institution, b.id) for b, _ in wanted])
        update_load_completeness(lake)
        register_batches(lakehouse)
    yield from _results(lakehouse, per_batch)


def _wanted(
    lakehouse: Lakehouse, known: dict[tuple[str, str], tables.Loaded], keys: set[str], replace: frozenset[str]
) -> list[Batch]:
    """The batches of a run that are to be loaded, one that an earlier run left half loaded first."""
    begun = tables.unfinished(lakehouse.lake)
    landed = [b for b in lakehouse.landed() if b.key in keys]
    if gone := keys - {b.key for b in landed} - {"|".join(k) for k in known}:
        raise LandingError(
            f"{lakehouse.settings.landing}: {', '.join(sorted(gone))} is not there and was never loaded. Land it"
            " again, or run the batches that are there."
        )
    new = lakehouse.settled(new_batches(landed, known, replace))
    tables.check_erased(begun)
    if begun and not any(begun.is_of(b.institution, b.id) for b in new):
        raise LandingError(
            f"{begun.institution}|{begun.batch_id}: a run that was cut off left it half loaded. Run it together with the"
            " others; if it is not in the landing folder any more, land it again."
        )
    return sorted(new, key=lambda b: not (begun and begun.is_of(b.institution, b.id)))


def _results(lakehouse: Lakehouse, per_batch: dict[str, Any]) -> Iterator[dg.MaterializeResult]:
    lake = lakehouse.lake
    yield dg.MaterializeResult(
        asset_key=_RESOURCE.key, metadata={**table_metadata(lake, "bronze", "resource"), "batches": per_batch}
    )
    yield dg.MaterializeResult(asset_key=_REJECTED.key, metadata=table_metadata(lake, "bronze", "rejected"))
