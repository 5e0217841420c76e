"""One run from the command line: the same jobs as in the Dagster UI, in this process, on the same instance."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from pyspark.sql import functions as F

from core.errors import BlockedByQuality, LakehouseError, StorageError, TooManyRejects
from dagster_project.automation import EVERYTHING, REFRESH, range_tags
from dagster_project.definitions import build
from dagster_project.partitions import BATCHES
from dagster_project.plan import stale
from dagster_project.resources import Lakehouse
from dagster_project.settings import child_environment, dagster_home, java_home
from transforms.bronze.ingest import known_batches, new_batches
from transforms.bronze.landing import Batch, inspect
from transforms.lake import check_writable
from transforms.session import check_java

# Nothing is sent anywhere, and the UI does not ask for an e-mail address.
_INSTANCE = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did: the batches that it loaded and whether anything in the lake changed."""

    loaded: tuple[str, ...]
    changed: bool


@contextmanager
def only_run(lake: Path) -> Iterator[None]:
    """Hold the lake's lock: two runs at once would do everything twice. The kernel lets go of it when a run dies."""
    lake.mkdir(parents=True, exist_ok=True)
    with (lake / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StorageError(
                f"{lake}: another run is writing to this lake. Wait for it to end, then run again."
            ) from None
        yield


@contextmanager
def instance(lakehouse: Lakehouse) -> Iterator[dg.DagsterInstance]:
    """The Dagster instance beside the lake, which `make ui` shows."""
    home = dagster_home(lakehouse.settings)
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        (home / "dagster.yaml").write_text(_INSTANCE)
    with dg.DagsterInstance.from_config(str(home)) as opened:
        yield opened


def run(lakehouse: Lakehouse) -> Outcome:
    """Bring the lake up to date with what has landed.

    Raises what a user can act on: see core.errors. Nothing is written before every landed file was read to its end.
    """
    check_java(java_home())
    landed = lakehouse.landed()
    fresh_lake = not (lakehouse.settings.lake / "bronze" / "batch").is_dir()
    if fresh_lake:
        _readable(landed)
    check_writable(lakehouse.settings.lake)
    with only_run(lakehouse.settings.lake):
        new = new_batches(landed, {} if fresh_lake else known_batches(lakehouse.lake))
        if not fresh_lake:
            _readable(new)
        if not new and not stale(lakehouse):
            return Outcome((), False)
        assert lakehouse.keys, "made before the first record is read, so that a lake without keys fails here"
        started = lakehouse.now()
        _execute(lakehouse, [b.key for b in new])
    _check_rejects(lakehouse, started)
    return Outcome(tuple(b.key for b in new), True)


def _readable(batches: list[Batch]) -> None:
    for batch in batches:
        inspect(batch)


def _execute(lakehouse: Lakehouse, new: list[str]) -> None:
    with instance(lakehouse) as dagster:
        if new:
            had = set(dagster.get_dynamic_partitions(BATCHES.name))
            # Re-added, so that the run's partitions follow each other whatever an earlier, cut-off run left behind.
            for key in (k for k in new if k in had):
                dagster.delete_dynamic_partition(BATCHES.name, key)
            dagster.add_dynamic_partitions(BATCHES.name, new)
        job = build(lakehouse).resolve_job_def(EVERYTHING.name if new else REFRESH.name)
        result = job.execute_in_process(
            instance=dagster, tags=range_tags(new) if new else None, run_config=_QUIET, raise_on_error=False
        )
        if lakehouse.failure is not None:
            raise lakehouse.failure
        blocked = sorted(
            f"{'/'.join(e.asset_key.path)}: {e.check_name}"
            for e in result.get_asset_check_evaluations()
            if e.blocking and not e.passed
        )
        if blocked:
            raise BlockedByQuality(
                f"{len(blocked)} critical rule{'s' if len(blocked) > 1 else ''} failed ({'; '.join(blocked)}): nothing after the"
                " gate was built. `make ui` shows the counts; fix the cause and run again."
            )
        if not result.success:
            raise LakehouseError("a step failed outside its own code. `make ui` shows the run; report it as a bug.")


def _check_rejects(lakehouse: Lakehouse, started: object) -> None:
    """TooManyRejects when this run brought an institution more rejects than its file allows; the lake is whole."""
    batches = lakehouse.lake.read("bronze", "batch").where(F.col("ingested_at") >= F.lit(started))
    sums = (
        batches.groupBy("institution").agg(F.sum("read").alias("read"), F.sum("rejected").alias("rejected")).collect()
    )
    over = [
        f"{r.institution}: {r.rejected} of {r.read} records ({r.rejected / r.read:.1%}, allowed"
        f" {lakehouse.institutions[r.institution].max_rejected_ratio:.1%})"
        for r in sums
        if r.read and r.rejected / r.read > lakehouse.institutions[r.institution].max_rejected_ratio
    ]
    if over:
        raise TooManyRejects(
            f"rejected beyond the limit: {'; '.join(over)}. Everything that was accepted is in the lake. Look at reason_code"
            " in bronze/rejected, have the records mended and land them as a new batch, or raise max_rejected_ratio."
        )


def serve_ui(lakehouse: Lakehouse, port: int) -> None:
    """Become Dagster's web server and daemon on the lake's instance, reachable from this machine only."""
    with instance(lakehouse):
        pass
    workspace = str(Path(__file__).resolve().parent.parent / "workspace.yaml")
    command = [sys.executable, "-m", "dagster", "dev", "-w", workspace, "-h", "127.0.0.1", "-p", str(port)]
    os.execve(command[0], command, child_environment(lakehouse.settings))  # noqa: S606
