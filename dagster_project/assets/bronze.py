"""Landing -> bronze: one partition a batch."""

import dagster as dg

from core.errors import LandingError
from dagster_project.assets._step import step, table_metadata
from dagster_project.partitions import BATCHES, ONE_RUN
from dagster_project.resources import Lakehouse
from transforms.bronze.ingest import ingest, known_batches, new_batches, reconcile
from transforms.bronze.landing import inspect

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


@dg.multi_asset(specs=[_RESOURCE, _REJECTED], partitions_def=BATCHES, backfill_policy=ONE_RUN)
def bronze(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
    """Loads the batches of the run that bronze does not have yet, in the order in which they landed."""
    with step(lakehouse, "bronze"):
        lake = lakehouse.lake
        wanted = set(context.partition_keys)
        landed = [b for b in lakehouse.landed() if b.key in wanted]
        known = known_batches(lake)
        if gone := wanted - {b.key for b in landed} - {"|".join(k) for k in known}:
            raise LandingError(
                f"{lakehouse.settings.landing}: {', '.join(sorted(gone))} is not there and was never loaded. Land it"
                " again, or run the batches that are there."
            )
        per_batch: dict[str, dict[str, int]] = {}
        # Every file is read to its end before the first batch is written: a bad file leaves the lake as it was.
        inspected = [(batch, inspect(batch)) for batch in new_batches(landed, known)]
        for batch, parts in inspected:
            counts = ingest(lake, batch, parts, at=lakehouse.now())
            fields = ("read", "accepted", "rejected", "duplicates")
            per_batch[batch.key] = {f: sum(getattr(c, f) for c in counts) for f in fields}
            said = ", ".join(f"{n:,} {f}" for f, n in per_batch[batch.key].items())
            lakehouse.tell(context, f"bronze: {batch.key}: {said}")
        reconcile(lake)
    yield dg.MaterializeResult(
        asset_key=_RESOURCE.key, metadata={**table_metadata(lake, "bronze", "resource"), "batches": per_batch}
    )
    yield dg.MaterializeResult(asset_key=_REJECTED.key, metadata=table_metadata(lake, "bronze", "rejected"))
