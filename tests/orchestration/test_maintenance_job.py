"""`lakehouse maintain` and the job of the same work: what it says, what it refuses, and when it runs by itself."""

import dagster as dg
import pytest
from rich.console import Console
from typer.testing import CliRunner

from core.errors import ConfigError, StorageError
from dagster_project.automation import WEEKLY_MAINTENANCE
from dagster_project.cli import app
from dagster_project.definitions import build
from dagster_project.maintenance import maintain_now, print_upkeep
from dagster_project.resources import Lakehouse
from dagster_project.settings import Settings
from transforms import maintenance


@pytest.fixture
def lakehouse(tmp_path):
    return Lakehouse(Settings(lake=tmp_path / "lake", landing=tmp_path / "landing", institutions=tmp_path))


@pytest.mark.dagster
def test_the_schedule_is_there_and_switched_off(lakehouse):
    definitions = build(lakehouse)
    assert definitions.resolve_job_def("maintenance").name == WEEKLY_MAINTENANCE.job_name
    schedule = definitions.resolve_schedule_def(WEEKLY_MAINTENANCE.name)
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED


def test_a_period_below_a_week_and_a_lake_that_is_not_there_are_refused(lakehouse, tmp_path):
    command = ["maintain", "--lake", str(lakehouse.settings.lake), "--institutions", str(tmp_path)]
    for options, says in (((), "holds no lake yet"), (("--retain-days", "6"), "7 or more (168 hours)")):
        result = CliRunner().invoke(app, [*command, *options])
        assert isinstance(result.exception, ConfigError)
        assert says in str(result.exception)
    assert not lakehouse.settings.lake.exists()


@pytest.mark.spark
@pytest.mark.dagster
def test_the_job_says_what_became_of_each_table_and_does_nothing_twice(lakehouse, spark, monkeypatch):
    monkeypatch.setattr(maintenance, "MANY", 2)
    for n in range(2):
        rows = spark.createDataFrame([(n,)], "n int")
        lakehouse.lake.append("governance", "quality_result", rows, once=f"run {n}", made_from={})
    said = Console(record=True, width=120)
    (row,) = maintain_now(lakehouse)
    print_upkeep([row], said)
    assert (row["table"], row["files_before"], row["files_after"]) == ("governance/quality_result", 2, 1)
    assert "governance/quality_result" in said.export_text()
    (again,) = maintain_now(lakehouse)
    assert (again["files_before"], again["files_after"], again["removed"]) == (1, 1, 0)
    print_upkeep([again], said)
    assert said.export_text().split() == "table files after bytes after removed freed note".split() + (
        f"all 1 tables 1 1 {again['bytes_after']} bytes {again['bytes_after']} bytes 0 0 bytes".split()
    )


@pytest.mark.dagster
def test_it_does_not_run_beside_another_run(lakehouse):
    other = Lakehouse(lakehouse.settings)
    other.hold()
    try:
        with pytest.raises(StorageError, match="another run is writing"):
            maintain_now(lakehouse)
    finally:
        other.release()
