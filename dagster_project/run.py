"""One run from the command line: the same jobs as in the Dagster UI, in this process, on the same instance."""

import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg

from core.errors import BlockedByQuality, ConfigError, LakehouseError, LandingError, TooManyRejects
from dagster_project import quality_evidence
from dagster_project.assets._step import told_safely
from dagster_project.automation import EVERYTHING, REFRESH, range_tags
from dagster_project.definitions import build
from dagster_project.ledger import settle
from dagster_project.partitions import BATCHES
from dagster_project.plan import stale
from dagster_project.report import has_deidentified, write_report
from dagster_project.resources import Lakehouse
from dagster_project.settings import child_environment, dagster_home, home_of_dagster, java_home
from transforms.bronze.ingest import new_batches
from transforms.bronze.landing import Batch
from transforms.bronze.tables import check_erased, known_batches, unfinished
from transforms.lake import check_writable
from transforms.session import check_java

# Nothing is sent anywhere, and the UI does not ask for an e-mail address. One file for the events of all runs: each of
# hundreds of checks would be committed twice otherwise, once in its run's own file and once in an index.
_INSTANCE = """\
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: dagster._core.storage.event_log
  class: ConsolidatedSqliteEventLogStorage
  config:
    base_dir: {env: DAGSTER_HOME}
"""
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did: the batches that it loaded and whether anything in the lake changed."""

    loaded: tuple[str, ...]
    changed: bool


@contextmanager
def attended(lakehouse: Lakehouse) -> Iterator[None]:
    """The only run on the lake, with somebody waiting for it. What fails outside a step is told as in one."""
    lakehouse.is_attended = True
    lakehouse.hold()
    try:
        yield
    except LakehouseError:
        raise
    except Exception as e:
        raise told_safely("run", e, lakehouse) from None
    finally:
        lakehouse.release()


@contextmanager
def instance(lakehouse: Lakehouse) -> Iterator[dg.DagsterInstance]:
    """The Dagster instance beside the lake, which `make ui` shows."""
    home = dagster_home(lakehouse.settings)
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        (home / "dagster.yaml").write_text(_INSTANCE)
    with home_of_dagster(home), dg.DagsterInstance.from_config(str(home)) as opened, ExitStack() as held:
        # SQLite empties its journal whenever a file's last connection closes, and Dagster opens one for each event.
        for file in home.rglob("*.db"):
            held.enter_context(closing(sqlite3.connect(file))).execute("SELECT 1 FROM sqlite_master")
        yield opened


def run(lakehouse: Lakehouse, replace: frozenset[str] = frozenset()) -> Outcome:
    """Bring the lake up to date with what has landed; `replace` are loaded batches that may have changed since.

    Raises what a user can act on: see core.errors. Nothing is written before every landed file was read to its end.
    """
    check_java(java_home())
    landed = lakehouse.landed()
    _check_replaced(lakehouse, landed, replace)
    fresh_lake = not (lakehouse.settings.lake / "bronze" / "batch").is_dir()
    if fresh_lake:
        new = _readable(lakehouse, lakehouse.settled(landed))
        if not new:
            raise LandingError(
                f"{lakehouse.settings.landing}: nothing in it is whole yet. Run again when the delivery is over; an empty file"
                " _SUCCESS in a batch's folder says so."
            )
    check_writable(lakehouse.settings.lake)
    with attended(lakehouse):
        if not fresh_lake:
            known = known_batches(lakehouse.lake)
            new = _readable(lakehouse, lakehouse.settled(new_batches(landed, known, replace)))
        begun = unfinished(lakehouse.lake)
        check_erased(begun)
        if not new and begun is None and not stale(lakehouse):
            settle(lakehouse)  # what a run that was cut off at its very end did not record
            return Outcome((), False)
        assert lakehouse.keys, "made before the first record is read, so that a lake without keys fails here"
        started = lakehouse.now()
        _execute(lakehouse, [b.key for b in new], sorted(replace))
    _check_rejects(lakehouse, started)
    return Outcome(tuple(b.key for b in new), True)


def refresh(lakehouse: Lakehouse) -> None:
    """Bring everything after bronze up to date, on a lake that the caller holds."""
    _execute(lakehouse, [], [])


def _check_replaced(lakehouse: Lakehouse, landed: list[Batch], replace: frozenset[str]) -> None:
    if missing := sorted(replace - {b.key for b in landed}):
        raise ConfigError(
            f"{lakehouse.settings.landing}: holds no batch {', '.join(missing)} to replace. Give it as INSTITUTION/BATCH, the"
            " names of its two folders."
        )


def _readable(lakehouse: Lakehouse, batches: list[Batch]) -> list[Batch]:
    for batch in batches:
        lakehouse.inspected(batch)
    return batches


def _execute(lakehouse: Lakehouse, new: list[str], replace: list[str]) -> None:
    with instance(lakehouse) as dagster:
        if new:
            had = set(dagster.get_dynamic_partitions(BATCHES.name))
            # Re-added, so that the run's partitions follow each other whatever an earlier, cut-off run left behind.
            for key in (k for k in new if k in had):
                dagster.delete_dynamic_partition(BATCHES.name, key)
            dagster.add_dynamic_partitions(BATCHES.name, new)
        job = build(lakehouse).resolve_job_def(EVERYTHING.name if new else REFRESH.name)
        result = job.execute_in_process(
            instance=dagster,
            tags=range_tags(new) if new else None,
            run_config=_config(new, replace),
            raise_on_error=False,
        )
        if lakehouse.failure is not None:
            raise lakehouse.failure
        blocked = sorted(
            f"{'/'.join(e.asset_key.path)}: {e.check_name}"
            for e in result.get_asset_check_evaluations()
            if e.blocking and not e.passed and e.severity is dg.AssetCheckSeverity.ERROR
        )
        if blocked:
            if has_deidentified(lakehouse.lake):
                write_report(lakehouse)  # the run ended before its own
            if lakehouse.lake.exists("governance", "quality_result"):
                quality_evidence.write_report(lakehouse)
            raise BlockedByQuality(
                f"{len(blocked)} critical rule{'s' if len(blocked) > 1 else ''} failed ({'; '.join(blocked)}): nothing after the"
                " gate was built. `make ui` shows the counts; fix the cause and run again."
            )
        if not result.success:
            raise LakehouseError("a step failed outside its own code. `make ui` shows the run; report it as a bug.")


def _config(new: list[str], replace: list[str]) -> dict[str, Any]:
    return QUIET | ({"ops": {"bronze": {"config": {"replace": replace}}}} if new else {})


def _check_rejects(lakehouse: Lakehouse, started: datetime) -> None:
    """TooManyRejects when this run brought an institution more rejects than its file allows; the lake is whole."""
    sums, lost = Counter[str](), Counter[str]()
    for r in lakehouse.tables.arrow("bronze", "batch").to_pylist():
        if r["ingested_at"] >= started:
            sums[r["institution"]] += r["read"]
            lost[r["institution"]] += r["rejected"]
    over = [
        f"{i}: {lost[i]} of {read} records ({lost[i] / read:.1%}, allowed {lakehouse.institutions[i].max_rejected_ratio:.1%})"
        for i, read in sums.items()
        if read and lost[i] / read > lakehouse.institutions[i].max_rejected_ratio
    ]
    if over:
        raise TooManyRejects(
            f"rejected beyond the limit: {'; '.join(over)}. Everything that was accepted is in the lake. Look at the reasons"
            " with `lakehouse rejects list`, have the records mended and land them as a new batch, or raise max_rejected_ratio."
        )


def serve_ui(lakehouse: Lakehouse, port: int) -> None:
    """Become Dagster's web server and daemon on the lake's instance, reachable from this machine only."""
    with instance(lakehouse):
        pass
    workspace = str(Path(__file__).resolve().parent.parent / "workspace.yaml")
    command = [sys.executable, "-m", "dagster", "dev", "-w", workspace, "-h", "127.0.0.1", "-p", str(port)]
    os.execve(command[0], command, child_environment(lakehouse.settings))  # noqa: S606
