"""The Spark edge of de-identification: who is let in, record by record."""

import json
from datetime import date

import pytest

from core.institution import Institution
from deid import stage
from deid.pseudonym import KeyRing

pytestmark = pytest.mark.spark
CURRENT = "institution string, batch_id string, resource_type string, resource_id string, subject_id string, deleted boolean, raw string"


def consent(**provision):
    return {
        "resourceType": "Consent", "id": "k1", "status": "active", "patient": {"reference": "Patient/p1"}, "dateTime": "2024-01-01",
        "scope": {"coding": [{"code": "research"}]}, "category": [{"text": "x"}], "policyRule": {"text": "x"},
        "provision": {"type": "permit", **provision},
    }  # fmt: skip


def observation(name, day):
    return {
        "resourceType": "Observation", "id": name, "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "subject": {"reference": "Patient/p1"}, "effectiveDateTime": day,
    }  # fmt: skip


def test_a_consent_for_data_of_some_time_lets_in_the_records_of_that_time(spark, tmp_path):
    clinic = Institution(
        id="clinic", name="Clinic", language="en", profile="cn_l3", fhir_release="R4", consent="required"
    )
    KeyRing.create(tmp_path)
    setup = stage.Setup({"clinic": clinic}, str(tmp_path), name_models=False)
    resources = [
        {"resourceType": "Patient", "id": "p1", "birthDate": "1960-01-01"},
        consent(dataPeriod={"start": "2020", "end": "2021"}),
        observation("in", "2020-05-01"), observation("after", "2022-05-01"), observation("before", "2019-12-31T23:59:59Z"),
    ]  # fmt: skip
    rows = [("clinic", "b1", r["resourceType"], r["id"], "p1", False, json.dumps(r)) for r in resources]
    current = spark.createDataFrame(rows, CURRENT)
    identity, _ = stage.identities(spark, current, setup, as_of=date(2026, 6, 1))
    outcome = stage.deidentified(spark, current, identity, stage.directory(current), setup).collect()
    assert {r.resource_id: r.reason for r in outcome} == {
        "p1": None, "k1": None, "in": None, "after": "outside_consent_window", "before": "outside_consent_window",
    }  # fmt: skip
    assert all((r.raw is None) == (r.reason is not None) for r in outcome)


def test_whom_a_record_names_is_not_in_its_text_and_stays_in_words_of_others(spark, tmp_path):
    clinic = Institution(
        id="clinic", name="C", language="en", profile="cn_l3", fhir_release="R4", consent="waived", approval="IRB 1"
    )
    KeyRing.create(tmp_path)
    setup = stage.Setup({"clinic": clinic}, str(tmp_path), name_models=False)
    doctor = {"resourceType": "Practitioner", "id": "d1", "name": [{"given": ["Zorblax"], "family": "Quillfeather"}],
              "identifier": [{"system": "urn:npi", "value": "9941339108"}]}  # fmt: skip
    role = {"resourceType": "PractitionerRole", "id": "r1", "practitioner": {"reference": "Practitioner/d1"}}
    text = "discussed with zorblax quillfeather today"
    by = {
        "direct": "Practitioner/d1", "absolute": "https://x.example/fhir/Practitioner/d1", "number": "Practitioner?identifier=urn:npi|9941339108",
        "role": "PractitionerRole/r1", "other": "Practitioner/d2",
    }  # fmt: skip
    noted = [
        {**observation(name, "2020-05-01"), "note": [{"text": text}], "performer": [{"reference": to}]}
        for name, to in by.items()
    ]
    resources = [{"resourceType": "Patient", "id": "p1"}, doctor, role, *noted]
    subjects = {"Patient": "p1", "Observation": "p1"}
    rows = [
        ("clinic", "b1", r["resourceType"], r["id"], subjects.get(r["resourceType"]), False, json.dumps(r))
        for r in resources
    ]
    current = spark.createDataFrame(rows, CURRENT)
    identity, _ = stage.identities(spark, current, setup, as_of=date(2026, 6, 1))
    outcome = stage.deidentified(spark, current, identity, stage.directory(current), setup)
    notes = {
        r.resource_id: json.loads(r.raw)["note"][0]["text"]
        for r in outcome.where("resource_type = 'Observation'").collect()
    }
    told = "discussed with [NAME-1] today"
    assert notes == {"direct": told, "absolute": told, "number": told, "role": told, "other": text}


def test_a_record_is_touched_by_every_other_patient_that_it_names(spark):
    rows = [
        ("family", "p1", '{"a": "Patient/p1", "b": "http://x.example/fhir/Patient/p2/_history/3", "c": "Patient/p2"}'),
        ("cohort", None, '{"member": [{"entity": {"reference": "Patient\\/p3"}}]}'),
        ("own", "p1", '{"subject": {"reference": "Patient/p1"}}'),
    ]
    frame = spark.createDataFrame(rows, "id string, subject_id string, raw string")
    found = frame.select("id", stage.named_patients(frame.raw, frame.subject_id).alias("named")).collect()
    assert {r.id: r.named for r in found} == {"family": ["p2"], "cohort": ["p3"], "own": []}
