"""The studies of benchmarks/criteria: the words, the criteria set and the SQL say the same number of things."""

import json
from datetime import date

import pytest

from benchmarks import criteria
from benchmarks.criteria import STUDIES, Difference, by_sql, differences, moved, only_wrong, unexplained
from transforms.gold._criteria import leaves
from transforms.gold._criteria_set import read_folder
from transforms.terminology.load import shipped

SETS = read_folder(STUDIES, shipped())
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1950-03-01"}
OF_HER = {"subject": {"reference": "Patient/p"}}


@pytest.fixture(scope="module")
def by_duckdb(tmp_path_factory):
    """One living woman of 76 with one record of each kind, none of which a study asks for."""
    folder = tmp_path_factory.mktemp("fhir")
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "1"}]}
    drug = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1"}]}
    named = {"medicationReference": {"reference": "Medication/m"}}
    when, done = {"effectiveDateTime": "2020-01-01"}, {"status": "completed"}
    records = {
        "Patient": PATIENT,
        "Condition": {**OF_HER, "code": code, "onsetDateTime": "2020-01-01"},
        "Procedure": {**OF_HER, **done, "code": code, "performedDateTime": "2020-01-01"},
        "Medication": {"id": "m", "code": drug},
        "MedicationRequest": {**OF_HER, "status": "active", "authoredOn": "2020-01-01", **named},
        "MedicationAdministration": {**OF_HER, **done, **when, "medicationCodeableConcept": drug},
        "Observation": {**OF_HER, "status": "final", "code": code, **when, "valueQuantity": {"value": 1, "code": "1"}},
    }  # fmt: skip
    for kind, record in records.items():
        (folder / f"{kind}.ndjson").write_text(json.dumps({"resourceType": kind, **record}) + "\n")
    return {is_true: by_sql(folder, date(2026, 12, 1), {"p"}, is_true=is_true) for is_true in (False, True)}


@pytest.mark.parametrize("study", criteria.studies())
def test_a_study_has_its_protocol_and_a_criterion_of_the_set_for_each_of_the_sql(study, by_duckdb):
    assert (STUDIES / f"{study}.md").read_text(encoding="utf-8").startswith("# ")
    asked = SETS[study].criteria
    assert not [x.needs for one in asked for x in leaves(one.expression) if x.needs], "needs review"
    assert ["alive", *(one.criterion_id for one in asked)] == list(by_duckdb[False][study, "p"])


def test_sql_knows_an_age_and_says_unknown_where_nobody_measured(by_duckdb):
    answers = by_duckdb[False]["colorectal_screening", "p"]
    assert (answers["alive"], answers["age"], answers["contact"]) == ("met", "unknown", "unknown"), "75 or 76, as moved"
    answers = by_duckdb[False]["hypertension", "p"]
    assert (answers["age"], answers["uncontrolled"], answers["hypertension"]) == ("met", "unknown", "not_met")
    assert by_duckdb[True]["colorectal_screening", "p"]["age"] == "not_met", "76 by her true date of birth"


def test_all_dates_of_a_person_are_moved_by_the_same_days():
    was = (
        '{"id":"a-2020-01-01","onsetDateTime":"2020-03-01T10:00:00+01:00","birthDate":"1950-03-01","abatement":"2020"}'
    )
    now = moved(was, "p")
    days = {
        date(2020, 3, 1) - date.fromisoformat(json.loads(now)["onsetDateTime"][:10]),
        date(1950, 3, 1) - date.fromisoformat(json.loads(now)["birthDate"]),
    }
    assert len(days) == 1
    assert 1 <= days.pop().days <= 365
    assert json.loads(now)["id"] == "a-2020-01-01"


def test_every_difference_is_told_and_only_one_with_a_reason_is_explained():
    ours = {("s", "p"): {"a": "unknown", "b": "met"}, ("s", "q"): {"a": "met", "b": "met"}}
    sql = {("s", "p"): {"a": "not_met", "b": "met"}, ("s", "q"): {"a": "met", "b": "not_met"}, ("s", "r"): {"a": "met"}}
    found = list(differences(ours, {("s", "p"): "unknown", ("s", "q"): "ineligible"}, sql))
    assert [(d.person, d.criterion, d.ours, d.sql) for d in found] == [
        ("p", "a", "unknown", "not_met"),
        ("p", "verdict", "unknown", "ineligible"),
        ("q", "b", "met", "not_met"),
        ("r", "a", "missing", "met"),
        ("r", "verdict", "missing", "eligible"),
    ]
    assert {d.person for d in only_wrong(found)} == {"q", "r"}, "not to know is not wrong"
    left = unexplained(found, {"s": {"a": {"unknown for not_met": "because"}}})
    assert [(d.person, d.criterion) for d in left] == [("q", "b"), ("r", "a")]
    assert unexplained([Difference("s", "verdict", "eligible", "unknown", "p")], {}), "a verdict without a criterion"
