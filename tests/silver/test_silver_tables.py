"""Silver's tables: written in one pass, and changed in place with the rows that making them anew would give."""

import json

import pytest

from transforms.lake import Lake
from transforms.silver.tables import change_table, fingerprint, replace_tables
from transforms.silver.view import load_views, parse_view

VIEWS = load_views()
IN = "institution string, resource_type string, resource_key string, subject_key string, person_key string, raw string"
EXACT = "80.500000000000000012"
PRESSURE = {
    "component": [{"code": {"coding": [{"code": c}]}, "valueQuantity": {"value": 80.125}} for c in ("sys", "dia")]
}


def record(kind, key, subject="s1", person="p1", **elements):
    raw = elements.pop("raw", None) or json.dumps({"resourceType": kind, "id": key, **elements}).replace(
        "80.125", EXACT
    )
    return ("a", kind, key, subject, person, raw)


def observations(n, **given):
    return [
        record("Observation", f"o{i}", f"s{i % 4}", f"p{i % 4}", status="final", **PRESSURE, **given) for i in range(n)
    ]


@pytest.fixture
def lake(spark, tmp_path):
    made = Lake(tmp_path / "a lake", spark)
    rows = [*observations(40), record("Patient", "s1", gender="female")]
    made.replace("deid", "resource", spark.createDataFrame(rows, IN), made_from={}, partition_by=("resource_type",))
    return made


def make(lake, *names):
    return replace_tables(lake, {VIEWS[name]: {"of": name} for name in names})


def merge(lake, *rows, gone=()):
    given = [(*r, False) for r in rows] + [(*record("Observation", key), True) for key in gone]
    frame = lake.spark.createDataFrame(given, f"{IN}, gone boolean")
    lake.merge(
        "deid", "resource", frame, on=("institution", "resource_type", "resource_key"), gone="gone", made_from={}
    )


def rows(lake, name="observation"):
    return sorted(map(str, lake.read("silver", name).collect()))


@pytest.mark.spark
def test_all_tables_of_a_pass_say_their_rows_and_an_empty_one_is_a_table(lake):
    made = make(lake, "observation", "patient", "condition")
    assert {name: m.commit.rows for name, m in made.items()} == {"observation": 120, "patient": 1, "condition": 0}
    assert lake.commit("silver", "patient").made_from == {"of": "patient"}
    assert lake.read("silver", "condition").count() == 0
    assert {r.observation_key for r in lake.read("silver", "observation").where("component_index = 1").collect()} == {
        f"o{i}" for i in range(40)
    }
    assert {r.value_written for r in lake.read("silver", "observation").collect()} == {None, EXACT}
    assert [r.gender for r in lake.read("silver", "patient").collect()] == ["female"]
    assert not (lake.root / "silver" / ".staging").exists()


@pytest.mark.spark
def test_a_table_made_again_holds_the_new_rows_only_with_the_columns_of_the_new_view(lake):
    make(lake, "patient")
    column = {"name": "born", "path": "birthDate"}
    select = [{"column": [{"name": "patient_key", "path": "getResourceKey()"}, column]}]
    view = parse_view({"name": "patient", "resource": "Patient", "status": "active", "select": select})
    merge(lake, record("Patient", "s2", birthDate="1980"))
    made = replace_tables(lake, {view: {}})
    assert made["patient"].commit.rows == 2
    found = lake.read("silver", "patient")
    assert found.columns == ["institution", "subject_key", "person_key", "patient_key", "born"]
    assert sorted((r.patient_key, r.born) for r in found.collect()) == [("s1", None), ("s2", "1980")]


@pytest.mark.spark
def test_a_view_that_does_not_fit_the_data_leaves_its_table_and_the_others_alone(lake):
    make(lake, "patient")
    merge(lake, record("Patient", "s9", raw="{secret-value"))
    made = make(lake, "patient", "observation")
    assert "view 'patient'" in str(made["patient"].error)
    assert "secret" not in str(made["patient"].error)
    assert made["observation"].commit.rows == 120
    assert lake.commit("silver", "patient").version == 0


@pytest.mark.spark
def test_a_pass_that_was_cut_off_between_its_commits_is_made_up_for_by_the_next(lake, monkeypatch):
    def dies(self, layer, name, *_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "adopt_instead", dies)
        with pytest.raises(KeyboardInterrupt):
            make(lake, "patient")
    (lake.root / "silver" / ".staging").mkdir()
    (lake.root / "silver" / ".staging" / "patient-left.parquet").write_bytes(b"of a run that was killed")
    assert make(lake, "patient")["patient"].commit.rows == 1
    assert lake.read("silver", "patient").count() == 1


@pytest.mark.spark
def test_changed_rows_are_exchanged_as_if_the_table_were_made_anew(lake):
    def update(since):
        return change_table(lake, VIEWS["observation"], since=since, made_from={"since": since})

    make(lake, "observation")
    changed = record("Observation", "o1", "s1", "p1", status="amended")  # its components are gone
    linked = record("Observation", "o2", "s2", "other person", status="final", **PRESSURE)
    merge(lake, changed, linked, record("Observation", "new", status="final", **PRESSURE), gone=["o3"])
    merge(lake, gone=["o4"])
    assert update(0).made_from == {"since": 0}
    found = rows(lake)
    make(lake, "observation")
    assert found == rows(lake)
    assert len(found) == 120 - 2 + 3 - 3 - 3
    # A person's consent is withdrawn, and upkeep writes what is left together.
    version = lake.commit("deid", "resource").version
    merge(lake, gone=[f"o{i}" for i in range(8, 40, 4)])
    assert update(version) is not None
    found = rows(lake)
    make(lake, "observation")
    assert found == rows(lake)
    lake.compact("deid", "resource")
    merge(lake, *observations(30, issued="2024-01-01T00:00:00Z"))
    assert update(version) is None, "nearly every record changed"


def test_what_a_table_is_made_by_is_its_statement_not_the_words_beside_it():
    def view(**column):
        select = [{"column": [{"name": "key", "path": "getResourceKey()", **column}]}]
        return parse_view({"name": "x", "resource": "Patient", "status": "active", "select": select})

    assert fingerprint(view()) == fingerprint(view(description="as it is told"))
    assert fingerprint(view()) != fingerprint(view(path="gender"))


def test_a_unit_that_is_converted_otherwise_makes_the_tables_anew(monkeypatch):
    before = fingerprint(VIEWS["observation"])
    monkeypatch.setattr("transforms.silver.tables.definitions", lambda: ("a macro", "units"))
    assert fingerprint(VIEWS["observation"]) != before


def test_the_key_of_a_row_is_that_of_its_resource_whatever_the_row_repeats():
    assert VIEWS["observation"].key_column == "observation_key"
    inside = [{"forEach": "name", "column": [{"name": "key", "path": "id"}]}]
    view = parse_view({"name": "x", "resource": "Patient", "status": "active", "select": inside})
    assert view.key_column is None


def test_every_shipped_table_can_be_changed_in_place():
    assert [v.name for v in VIEWS.values() if v.key_column is None] == []
