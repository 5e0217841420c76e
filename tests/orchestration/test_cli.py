"""The command line: one clear error with the next step and the documented exit code, and the lake as it was."""

import gzip
import sqlite3
import subprocess
import sys
from types import SimpleNamespace

import dagster as dg
import pytest
from typer.testing import CliRunner

from core.errors import LakehouseError
from core.institution import load_institution
from dagster_project.assets._step import step, told_safely
from dagster_project.cli import app
from dagster_project.resources import Lakehouse
from dagster_project.settings import Settings

PATIENT = '{"resourceType":"Patient","id":"p1"}\n'


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("LAKEHOUSE_SETTLE_SECONDS", "0")
    (tmp_path / "landing" / "clinic" / "b1").mkdir(parents=True)
    (tmp_path / "landing" / "clinic" / "b1" / "Patient.ndjson").write_text(PATIENT)
    add(tmp_path, "clinic", "--consent", "waived", "--approval", "IRB 1")
    return tmp_path


def add(place, id, *options):
    base = [
        "--language",
        "en",
        "--profile",
        "cn_l3",
        "--fhir-release",
        "R4",
        "--institutions",
        str(place / "institutions"),
    ]
    return CliRunner().invoke(app, ["institution", "add", id, *base, *options])


def run(place, *more):
    options = [
        "--landing",
        str(place / "landing"),
        "--lake",
        str(place / "lake"),
        "--institutions",
        str(place / "institutions"),
    ]
    return CliRunner().invoke(app, ["run", *options, *more])


def refused(result, code, *says):
    assert isinstance(result.exception, LakehouseError), result.output
    assert result.exception.exit_code == code
    for part in says:
        assert part in str(result.exception)


def test_an_institution_is_added_ready_to_run(place):
    assert load_institution(place / "institutions" / "clinic.yaml").approval == "IRB 1"
    refused(add(place, "clinic", "--consent", "required"), 2, "is there already")
    add(place, "third", "--consent", "required", "--country", "NO")
    assert load_institution(place / "institutions" / "third.yaml").country == "NO"
    (place / "institutions" / "third.yaml").unlink()
    refused(add(place, "third", "--consent", "required", "--country", "Norway"), 2, "country")
    refused(add(place, "other", "--consent", "waived"), 2, "needs approval")
    refused(add(place, "Other!", "--consent", "required"), 2, "id")
    assert sorted(f.name for f in (place / "institutions").iterdir()) == ["clinic.yaml"]


def test_an_unknown_option_value_lists_what_is_allowed(place):
    result = add(place, "other", "--consent", "maybe")
    assert result.exit_code == 2


def test_no_landing_folder(place):
    (place / "landing").rename(place / "elsewhere")
    refused(run(place), 2, "no such landing folder", "--landing")
    assert not (place / "lake").exists()


def test_an_empty_landing_folder(place):
    (place / "landing").rename(place / "elsewhere")
    (place / "landing").mkdir()
    refused(run(place), 2, "holds no institution folder")
    assert not (place / "lake").exists()


def test_an_unknown_institution(place):
    (place / "landing" / "stranger").mkdir()
    refused(run(place), 2, "unknown institution folder stranger", "lakehouse institution add stranger")
    assert not (place / "lake").exists()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("Patient.ndjson.gz", gzip.compress(PATIENT.encode() * 50)[:-9], "cut off or damaged"),
        ("Patient.csv", b"a,b", "not FHIR JSON"),
    ],
)
def test_a_bad_file_leaves_the_lake_as_it_was(place, name, data, says):
    (place / "landing" / "clinic" / "b1" / name).write_bytes(data)
    refused(run(place), 2, says, "clinic/b1")
    assert not (place / "lake").exists()


def test_a_lake_that_is_a_file(place):
    (place / "lake").write_text("not a folder")
    refused(run(place), 1, "lake", "folder")


def test_no_java_and_a_java_that_is_too_old(place, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(place))
    refused(run(place), 2, "JAVA_HOME", "Install Java 17")
    old = place / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    refused(run(place), 2, "is Java 11", "17 or newer")
    assert not (place / "lake").exists()


def test_settings_are_closed(place, monkeypatch):
    monkeypatch.setenv("LAKEHOUSE_AS_OF", "yesterday")
    refused(run(place), 2, "LAKEHOUSE_AS_OF")


def test_status_and_report_of_a_lake_that_is_not_there(place):
    for command in ("status", "report"):
        result = CliRunner().invoke(
            app, [command, "--lake", str(place / "none"), "--institutions", str(place / "institutions")]
        )
        refused(result, 2, "holds no lake yet", "lakehouse run")


def test_the_process_ends_with_the_error_s_code_and_one_message(place):
    command = [
        sys.executable,
        "-m",
        "dagster_project.cli",
        "run",
        "--landing",
        str(place / "none"),
        "--lake",
        str(place / "lake"),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: ")
    assert "Traceback" not in ended.stderr + ended.stdout


def test_a_second_run_says_that_the_first_is_at_work(place):
    first = Lakehouse(Settings(lake=place / "lake", landing=place / "landing", institutions=place / "institutions"))
    first.hold()
    try:
        refused(run(place), 1, "another run is writing to this lake", "run again")
    finally:
        first.release()


def test_a_batch_to_replace_has_to_be_there(place):
    refused(run(place, "--replace-batch", "clinic/b9"), 2, "holds no batch clinic|b9")
    refused(run(place, "--replace-batch", "b9"), 2, "INSTITUTION/BATCH")


def test_rejects_of_an_unknown_institution_or_reason(place):
    (place / "lake" / "bronze").mkdir(parents=True)
    options = ["--lake", str(place / "lake"), "--institutions", str(place / "institutions")]
    refused(CliRunner().invoke(app, ["rejects", "list", *options, "--institution", "other"]), 2, "Known: clinic")
    refused(CliRunner().invoke(app, ["rejects", "show", *options, "--reason", "odd"]), 2, "not_json")


def test_a_full_disk_is_told_whatever_its_victim_says(place, monkeypatch):
    lakehouse = Lakehouse(Settings(lake=place, landing=place / "landing", institutions=place / "institutions"))
    told = told_safely("run", sqlite3.OperationalError("disk I/O error"), lakehouse)
    assert "is full" not in str(told)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=4096))
    told = told_safely("run", sqlite3.OperationalError("disk I/O error"), lakehouse)
    assert "is full. Free space" in str(told)
    assert told.can_pass


@pytest.mark.parametrize(
    ("error", "says", "passes"),
    [
        (OSError(28, "No space left on device"), "is full", True),
        (sqlite3.OperationalError("database or disk is full"), "is full", True),
        (ValueError("Zorblax"), "The message is withheld", False),
    ],
)
def test_what_passes_by_itself_is_tried_again_when_nobody_waits(place, error, says, passes):
    lakehouse = Lakehouse(Settings(lake=place / "lake", landing=place / "landing", institutions=place / "institutions"))
    for attended in (False, True):
        lakehouse.is_attended = attended
        with pytest.raises(dg.Failure) as failure, step(lakehouse, "bronze"):
            raise error
        assert says in failure.value.description
        assert "Zorblax" not in failure.value.description
        assert failure.value.allow_retries == (passes and not attended)
    lakehouse.release()


def test_a_report_to_check_has_to_be_a_file(tmp_path):
    (tmp_path / "lake" / "bronze").mkdir(parents=True)
    options = [
        "--lake",
        str(tmp_path / "lake"),
        "--institutions",
        str(tmp_path),
        "--check",
        str(tmp_path / "none.html"),
    ]
    refused(CliRunner().invoke(app, ["report", *options]), 2, "is no file", "the report that was signed")
