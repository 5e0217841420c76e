"""A run that is killed at any point, and run again, gives the tables of a run that was not.

Killed before, inside and after every write: `make test-all`. (One kill inside bronze is in tests/bronze/test_ingest.py.)
"""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pipeline.conftest import lakehouse_on

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]
KILLED = Path(__file__).with_name("killed.py")
# What says when or by which run a row was written, and what is made anew with every run.
_CLOCK = {"ingested_at", "at", "evaluated_at", "profiled_at", "run_id", "made_from", "delta_version", "listing"}
_OF_A_RUN = {
    "governance/quality_result",
    "governance/quality_failure",
    "vault/quality_failure",
    "governance/deidentification",
    "governance/residual_scan",
}


def contents(lake) -> dict[str, list[str]]:
    """Every table's rows without clocks."""
    found = {}
    for layer in ("bronze", "vault", "deid", "silver", "gold", "published", "governance"):
        for name in lake.names(layer):
            table = f"{layer}/{name}"
            if table not in _OF_A_RUN:
                frame = lake.read(layer, name)
                columns = [c for c in frame.columns if c not in _CLOCK]
                found[table] = sorted(map(str, frame.select(columns).toJSON().collect()))
    return found


def killed_and_run_again(ran, tmp_path, nth: int, moment: str):
    """The lake after a kill and a second run, made with the keys of the undisturbed one."""
    from dagster_project.run import run

    settings = ran.lakehouse.settings
    root = tmp_path / "lake"
    (root / "vault").mkdir(parents=True)
    shutil.copytree(ran.root / "vault" / "keys", root / "vault" / "keys")
    command = [sys.executable, KILLED, root, settings.landing, settings.institutions, str(nth), moment]
    ended = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600)
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]
    lakehouse = lakehouse_on(root, settings.landing, settings.institutions)
    run(lakehouse)
    return lakehouse.lake


@pytest.mark.parametrize("moment", ["before", "inside", "after"])
@pytest.mark.parametrize("nth", range(1, 71))
def test_at_every_write(ran, tmp_path, nth, moment, writes):
    if nth > writes:
        pytest.skip(f"a run has {writes} writes")
    assert contents(killed_and_run_again(ran, tmp_path, nth, moment)) == contents(ran.lake)


@pytest.fixture(scope="session")
def writes(ran, tmp_path_factory) -> int:
    """How many writes an undisturbed run has."""
    settings = ran.lakehouse.settings
    root = tmp_path_factory.mktemp("counted") / "lake"
    command = [sys.executable, KILLED, root, settings.landing, settings.institutions, "0", "after"]
    ended = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600, check=True)
    return len(ended.stdout.split())
