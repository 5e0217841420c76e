"""What the guard does on a whole lake: nothing of a clean one, and nothing leaves one with a leak planted behind it."""

import json
import shutil

import pytest
from pipeline import planted
from pipeline.conftest import lakehouse_on
from pyspark.sql import functions as F

from core.errors import BlockedByQuality
from dagster_project.checks import SHEETS, judge
from dagster_project.quality_evidence import keep, observe, score_of, table_versions, unobserved, write_report

pytestmark = pytest.mark.pipeline


@pytest.fixture
def lakehouse(ran, tmp_path):
    """A lake of its own, as the shared run left it."""
    shutil.copytree(ran.root, tmp_path / "lake")
    settings = ran.lakehouse.settings
    return lakehouse_on(tmp_path / "lake", settings.landing, settings.institutions)


def plant(lake, layer, name, where, column, value):
    """As a fault of the step would: the table says that it is up to date."""
    made_from = lake.commit(layer, name).made_from
    rows = lake.read(layer, name).withColumn(column, F.when(F.expr(where), F.lit(value)).otherwise(F.col(column)))
    partitions = ("resource_type",) if layer == "deid" else ()
    lake.replace(layer, name, rows.localCheckpoint(), made_from=made_from, partition_by=partitions)


def versions(lake, *layers):
    return {(layer, name): lake.commit(layer, name).version for layer in layers for name in lake.names(layer)}


def everything_said(lakehouse):
    root = lakehouse.settings.lake
    logs = [f.read_text() for f in (root / "governance").rglob("*.json")]
    rows = [str(r) for r in lakehouse.lake.read("governance", "residual_scan").collect()]
    return "\n".join([*logs, *rows, *(f.read_text() for f in (root / "reports").rglob("*") if f.is_file())])


def test_nobody_is_left_in_a_clean_lake(ran):
    from dagster_project.residual import not_clean
    from dagster_project.verdicts import verdicts

    found = verdicts(ran.lake)
    assert set(found) == {
        "deid/resource",
        "gold/cohort_summary",
        "gold/criterion_result",
        "gold/dataset_coverage",
        "gold/drug_exposure",
        "gold/trial_candidates",
    }
    assert all(v.is_clean and v.is_whole for v in found.values())
    assert found["deid/resource"].rows == ran.lake.read("deid", "resource").count()
    assert found["deid/resource"].strings > 100
    assert not_clean(ran.lakehouse) == []


def test_a_leak_in_a_record_stops_everything_after_it(lakehouse):
    from dagster_project.run import run
    from dagster_project.verdicts import verdicts

    lake = lakehouse.lake
    raw = json.dumps(
        {"resourceType": "Encounter", "reasonCode": [{"text": f"seen with {planted.EN['family'].upper()}"}]}
    )
    plant(lake, "deid", "resource", "resource_type = 'Encounter' AND institution = 'planted_en'", "raw", raw)
    before = versions(lake, "silver", "gold", "published")
    with pytest.raises(BlockedByQuality, match="deid/resource: nobody_is_left") as error:
        run(lakehouse)
    assert error.value.exit_code == 3
    assert versions(lake, "silver", "gold", "published") == before
    assert verdicts(lake)["deid/resource"].kinds == {"own_name": 1}
    (finding,) = lake.read("governance", "residual_scan").orderBy(F.desc("at")).first().findings
    assert (finding.path, finding.kind, finding.n) == ("reasonCode.text", "own_name", 1)
    encounter = (
        lake.read("deid", "resource").where("resource_type = 'Encounter' AND institution = 'planted_en'").first()
    )
    assert finding.key == encounter.resource_key
    page = (lakehouse.settings.lake / "reports" / "deid.html").read_text()
    assert "own_name 1" in page, "the report of the run that was stopped says why"
    said = everything_said(lakehouse) + str(error.value)
    assert not [needle for needle in planted.needles() if needle.lower() in said.lower()]
    with pytest.raises(BlockedByQuality):  # and again, for as long as it is there
        run(lakehouse_on(lakehouse.settings.lake, lakehouse.settings.landing, lakehouse.settings.institutions))


def test_a_leak_in_a_curated_table_is_not_published_and_what_was_is_withdrawn(lakehouse):
    from dagster_project.run import run
    from dagster_project.verdicts import check_clean

    lake = lakehouse.lake
    plant(lake, "gold", "drug_exposure", "true", "dose_unit", f"{planted.ZH['phone'][:3]} {planted.ZH['phone'][3:]}")
    version = lake.commit("gold", "drug_exposure").version
    with pytest.raises(BlockedByQuality, match="was not scanned"):
        check_clean(lakehouse.research_lake, "gold/drug_exposure", version)
    shown = lake.read("published", "L3/drug_exposure")  # of so few people nothing is: one row, to see it go
    row = lake.spark.createDataFrame([(None,) * len(shown.columns)], shown.schema)
    made_from = lake.commit("published", "L3/drug_exposure").made_from
    lake.replace("published", "L3/drug_exposure", row, made_from=made_from)
    before, before_rows = versions(lake, "published"), lake.read("gold", "drug_exposure").count()
    with pytest.raises(BlockedByQuality, match="gold/drug_exposure: nobody_is_left"):
        run(lakehouse)
    after = versions(lake, "published")
    assert {table for table in after if after[table] != before[table]} == {("published", "L3/drug_exposure")}
    assert lake.read("published", "L3/drug_exposure").count() == 0
    assert lake.commit("published", "L3/drug_exposure").made_from["withdrawn"]["phone_shape"] == before_rows
    page = (lakehouse.settings.lake / "reports" / "deid.json").read_text()
    assert "drug_exposure" not in {p["view"] for p in json.loads(page)["publications"]}
    with pytest.raises(BlockedByQuality, match=r"identifiers are left in it .*phone"):
        check_clean(lakehouse.research_lake, "gold/drug_exposure", version)


def test_a_leak_in_a_column_that_is_not_published_is_not_of_this_border(lakehouse):
    from dagster_project.residual import guard

    plant(lakehouse.lake, "gold", "drug_exposure", "true", "drug_display", planted.EN["email"])
    assert guard(lakehouse, ["gold/drug_exposure"])["gold/drug_exposure"].is_clean


def test_only_what_is_new_is_looked_at_as_long_as_nobody_new_is_known(lakehouse):
    from dagster_project.residual import guard

    lake = lakehouse.lake
    rows = lake.read("deid", "resource").where("resource_type = 'Observation'").limit(1)
    changes = (
        rows.withColumn("raw", F.lit('{"valueString": "nothing"}')).withColumn("gone", F.lit(False)).localCheckpoint()
    )
    key = ("institution", "resource_type", "resource_key")
    lake.merge("deid", "resource", changes, on=key, gone="gone", made_from=lake.commit("deid", "resource").made_from)
    verdict = guard(lakehouse, ["deid/resource"])["deid/resource"]
    assert (verdict.is_clean, verdict.is_whole, verdict.rows) == (True, False, 1)
    people = lake.commit("vault", "identity").made_from
    lake.replace(
        "vault", "identity", lake.read("vault", "identity").localCheckpoint(), made_from=people | {"known": "others"}
    )
    assert guard(lakehouse, ["deid/resource"])["deid/resource"].is_whole


def test_the_report_speaks_of_the_lake_until_it_changes(lakehouse):
    from dagster_project.report import check_report, write_report
    from deid.report import ReportError

    file = lakehouse.settings.lake / "reports" / "deid.html"
    lines = check_report(lakehouse, file)
    assert any(line.startswith("deid/resource: version") for line in lines)
    assert check_report(lakehouse, file.with_suffix(".json")) == lines
    page, _ = write_report(lakehouse)
    assert page.read_text() == file.read_text(), "made again it is the same"
    plant(lakehouse.lake, "gold", "drug_exposure", "false", "status", "x")
    assert check_report(lakehouse, file) == lines, "of what is not published it does not speak"
    plant(lakehouse.lake, "published", "L2/cohort_summary", "false", "sex", "x")
    with pytest.raises(ReportError, match="published/L2/cohort_summary: the report speaks of version"):
        check_report(lakehouse, file)


def test_batches_are_told_apart_in_the_report(ran):
    said = json.loads((ran.root / "reports" / "deid.json").read_text())
    for institution in said["institutions"]:
        assert [b["batch"] for b in institution["batches"]] == ["b1"]
        assert institution["batches"][0]["records"] == institution["records"]


def test_the_run_ends_with_scores_of_the_versions_that_are_there(ran):
    data = json.loads((ran.root / "reports" / "quality.json").read_text())
    versions_now = table_versions(ran.lakehouse.tables)
    judged = {t["table"]: t for t in data["tables"]}
    assert {t: said["delta_version"] for t, said in judged.items()} == {
        t: v for t, v in versions_now.items() if t in SHEETS
    }
    assert (data["behind"], unobserved(ran.lakehouse.tables)) == ([], [])
    assert {i["institution"] for i in data["institutions"]} == set(ran.lakehouse.institutions)
    score = score_of(ran.lakehouse.tables, "silver", "patient", versions_now["silver/patient"])
    assert score.value == judged["silver/patient"]["value"]


def test_a_broken_rule_is_counted_at_the_institution_that_breaks_it(lakehouse):
    """The verdict, its counts by institution, and the report agree; what was kept before stays."""
    lake = lakehouse.lake
    plant(lake, "silver", "patient", "true", "gender", "local-code")
    rule, sheet = "patient_gender_is_administrative", SHEETS["silver/patient"]
    (found,) = [r for r in judge(lakehouse, [sheet], "by-hand") if r.rule_id == rule]
    keep(lakehouse, observe(lakehouse))
    data = json.loads(write_report(lakehouse).with_suffix(".json").read_text())
    (said,) = [r for r in data["rules"] if r["id"] == rule]
    assert (said["status"], said["failed"]) == ("failed", found.failed)
    assert sum(failed for _, failed in said["institutions"].values()) == found.failed > 0
    assert observe(lakehouse).changed == ()
    assert "local-code" not in everything_said(lakehouse)
