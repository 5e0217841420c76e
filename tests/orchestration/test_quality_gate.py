"""The quality gate on a small lake: what is kept of failing rows, what blocks, what is kept out of gold, what a check tells."""

import json
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from pyspark.sql import Row

from core.errors import ConfigError
from dagster_project import checks, failures, quarantine
from dagster_project.resources import Lakehouse
from dagster_project.settings import Settings
from expectations.sheet import Rule, RuleSheet
from expectations.vocabulary import parse_args
from transforms.lake import Lake

pytestmark = pytest.mark.dagster
K = [f"{n:032x}" for n in range(5)]


def rule(rule_id, severity, column, quarantine=None, **more):
    expect = "expect_column_values_to_not_be_null"
    return Rule(
        id=rule_id, expect=expect, args=parse_args(expect, {"column": column, **more}), dimension="completeness",
        severity=severity, quarantine=quarantine, because="the test says so",
    )  # fmt: skip


def sheet(layer, table, *rules):
    return RuleSheet(layer=layer, table=table, rules=rules, file=Path(f"{table}.yaml"))


SHEETS = {
    s.name: s
    for s in (
        sheet("bronze", "resource", rule("resource_has_id", "critical", "resource_id")),
        sheet(
            "silver", "patient",
            rule("patient_has_sex", "critical", "gender", quarantine="row"), rule("patient_has_birth", "major", "birth_date"),
        ),
    )
}  # fmt: skip


@pytest.fixture
def lakehouse(spark, tmp_path, monkeypatch):
    made = Lakehouse(Settings(lake=tmp_path, landing=tmp_path, institutions=tmp_path, as_of=date(2026, 6, 1)))
    monkeypatch.setattr(Lakehouse, "lake", Lake(tmp_path, spark))
    for module in (checks, quarantine):
        monkeypatch.setattr(module, "SHEETS", SHEETS)
    monkeypatch.setattr(failures, "load_sheets", lambda: SHEETS)
    return made


def write(lakehouse, layer, table, rows, schema):
    lakehouse.lake.replace(layer, table, lakehouse.lake.spark.createDataFrame(rows, schema), made_from={})


def patients(lakehouse, *rows):
    write(
        lakehouse, "silver", "patient", rows, "institution string, patient_key string, gender string, birth_date date"
    )


def judge(lakehouse, name, run_id):
    found = checks.judge(lakehouse, [SHEETS[name]], run_id)
    return {r.rule_id: (r.status, r.checked, r.failed) for r in found}


BORN = date(1980, 1, 1)


@pytest.mark.spark
def test_failing_rows_are_looked_up_by_rule_and_lie_in_the_zone_of_their_table(lakehouse):
    patients(lakehouse, ("clinic", K[0], "male", BORN), ("clinic", K[1], None, BORN), ("other", "Wang Wei", None, None))
    write(
        lakehouse,
        "bronze",
        "resource",
        [("clinic", "b1", None, 7)],
        "institution string, batch_id string, resource_id string, source_line bigint",
    )

    assert judge(lakehouse, "silver/patient", "run1") == {
        "patient_has_sex": ("failed", 3, 2), "patient_has_birth": ("failed", 3, 1)
    }  # fmt: skip
    assert judge(lakehouse, "bronze/resource", "run1") == {"resource_has_id": ("failed", 1, 1)}

    (found,) = failures.failures(lakehouse, "patient_has_sex")
    assert (found.table, found.status, found.checked, found.failed, found.beyond) == (
        "silver/patient",
        "failed",
        3,
        2,
        0,
    )
    assert [(r.institution, json.loads(r.row_key)) for r in found.rows] == [
        ("other", {"patient_key": "(no pseudonym)"}), ("clinic", {"patient_key": K[1]})
    ]  # fmt: skip
    (of_bronze,) = failures.failures(lakehouse, "resource_has_id")
    assert [json.loads(r.row_key) for r in of_bronze.rows] == [{"batch_id": "b1", "source_line": 7}]
    assert {r.layer for r in lakehouse.lake.read("vault", "quality_failure").collect()} == {"bronze"}
    right = [r.asDict() for r in lakehouse.lake.read("governance", "quality_failure").collect()]
    assert {r["layer"] for r in right} == {"silver"}
    assert "Wang" not in str(right)
    with pytest.raises(ConfigError, match="no rule sheet"):
        failures.failures(lakehouse, "no_such_rule")


@pytest.mark.spark
def test_an_unchanged_table_is_not_judged_again_and_a_changed_one_shows_its_trend(lakehouse):
    patients(lakehouse, ("clinic", K[0], None, BORN), ("clinic", K[1], "male", BORN))
    judge(lakehouse, "silver/patient", "run1")
    judge(lakehouse, "silver/patient", "run2")
    assert lakehouse.lake.read("governance", "quality_result").select("run_id").distinct().count() == 1

    patients(lakehouse, ("clinic", K[0], None, BORN), *(("clinic", k, "male", BORN) for k in K[1:4]))
    assert judge(lakehouse, "silver/patient", "run3")["patient_has_sex"] == ("failed", 4, 1)
    past = checks.history(lakehouse.lake)["silver", "patient", "patient_has_sex"]
    assert [(r.delta_version, r.checked, r.failed) for r in past] == [(1, 4, 1), (0, 2, 1)]


@pytest.mark.spark
def test_gold_reads_silver_without_the_quarantined_rows_and_the_counts_add_up(lakehouse):
    patients(lakehouse, ("clinic", K[0], "male", None), ("clinic", K[1], None, BORN))
    tables, counts = quarantine.admitted(lakehouse, ["patient"])
    assert [r.patient_key for r in tables["patient"].collect()] == [K[0]]
    assert tables["patient"].columns == ["institution", "patient_key", "gender", "birth_date"]
    assert counts == {"patient": {"read": 2, "used": 1, "quarantined": 1}}
    assert set(quarantine.quarantine_made_from(lakehouse, ["patient", "condition"])) == {"patient"}


def row(rule_id, version, checked, failed, status="failed", table="patient", severity="critical"):
    return Row(
        layer="silver", table=table, rule_id=rule_id, delta_version=version, checked=checked, failed=failed, status=status,
        severity=severity,
    )  # fmt: skip


def told(monkeypatch, result, *past):
    monkeypatch.setattr(checks, "SHEETS", SHEETS)
    key = dg.AssetCheckKey(dg.AssetKey(["silver", "patient"]), result.rule_id)
    made = checks._told(key, result, {("silver", "patient", result.rule_id): list(past)})
    return made, {name: value.value for name, value in made.metadata.items()}


def test_a_check_tells_the_trend_of_its_rule_oldest_first(monkeypatch):
    now, before, first = (row("patient_has_birth", v, 4, n, severity="major") for v, n in ((7, 1), (5, 2), (4, 0)))
    made, said = told(monkeypatch, now, now, before, first)
    assert (made.passed, made.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert (said["checked"], said["failed"], said["failed_share"]) == (4, 1, 0.25)
    assert (said["failed_share_before"], said["change"]) == ("0.0000% → 50.0000%", "down by 25.0000% of the rows")
    assert told(monkeypatch, now)[1]["failed_share_before"] == "judged for the first time"


@pytest.mark.parametrize(("status", "severity", "kept_out"), [("failed", "WARN", 1), ("error", "ERROR", 0)])
def test_a_rule_that_keeps_rows_out_warns_and_blocks_only_when_it_could_not_be_judged(
    monkeypatch, status, severity, kept_out
):
    made, said = told(monkeypatch, row("patient_has_sex", 7, 4, kept_out, status))
    assert (made.passed, made.severity.value, said["quarantined"]) == (False, severity, kept_out)


def test_the_checks_of_one_table_run_alone(tmp_path, monkeypatch):
    two = [SHEETS["silver/patient"], sheet("silver", "other", rule("other_has_code", "critical", "code"))]
    made = Lakehouse(Settings(lake=tmp_path, landing=tmp_path, institutions=tmp_path))
    monkeypatch.setattr(Lakehouse, "lake", None)
    monkeypatch.setattr(checks, "SHEETS", {s.name: s for s in two})
    monkeypatch.setattr(checks, "history", lambda lake: {})
    judged: list[str] = []

    def judge(lakehouse, sheets, run_id, past):
        judged.extend(s.name for s in sheets)
        return [
            row(r.id, 1, 1, int(s.table == "other"), "failed" if s.table == "other" else "passed", s.table, r.severity)
            for s in sheets
            for r in s.rules
        ]

    monkeypatch.setattr(checks, "judge", judge)
    gate = checks._gate("silver", two)

    def run(selection):
        judged.clear()
        definitions = dg.Definitions(
            assets=[dg.AssetSpec(["silver", "patient"]), dg.AssetSpec(["silver", "other"])], asset_checks=[gate],
            resources={"lakehouse": made}, jobs=[dg.define_asset_job("some", selection=selection, executor_def=dg.in_process_executor)],
        )  # fmt: skip
        done = definitions.resolve_job_def("some").execute_in_process(raise_on_error=False)
        return judged[:], {e.check_name: e.passed for e in done.get_asset_check_evaluations()}

    of_patient = {"patient_has_sex": True, "patient_has_birth": True}
    assert run(dg.AssetSelection.checks_for_assets(dg.AssetKey(["silver", "patient"]))) == (
        ["silver/patient"],
        of_patient,
    )
    assert run(dg.AssetSelection.checks(gate)) == (
        ["silver/patient", "silver/other"],
        of_patient | {"other_has_code": False},
    )


def test_gold_is_made_anew_when_the_visits_by_which_rows_are_kept_out_change(tmp_path, monkeypatch):
    made = Lakehouse(Settings(lake=tmp_path, landing=tmp_path, institutions=tmp_path))
    monkeypatch.setattr(Lakehouse, "lake", Lake(tmp_path, None))
    said = quarantine.quarantine_made_from(made, ["observation", "patient"])
    assert {name: set(of) for name, of in said.items()} == {"observation": {"rules", "silver/encounter"}}
