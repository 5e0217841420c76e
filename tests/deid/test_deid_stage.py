"""The Spark edge of de-identification: who is let in, record by record."""

import json
from datetime import date

import pytest

from core.institution import Institution
from deid import stage
from deid.pseudonym import KeyRing

pytestmark = pytest.mark.spark
CURRENT = "institution string, resource_type string, resource_id string, subject_id string, deleted boolean, raw string"


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
    rows = [("clinic", r["resourceType"], r["id"], "p1", False, json.dumps(r)) for r in resources]
    current = spark.createDataFrame(rows, CURRENT)
    identity, _ = stage.identities(spark, current, setup, as_of=date(2026, 6, 1))
    outcome = stage.deidentified(spark, current, identity, {}, setup).collect()
    assert {r.resource_id: r.reason for r in outcome} == {
        "p1": None, "k1": None, "in": None, "after": "outside_consent_window", "before": "outside_consent_window",
    }  # fmt: skip
    assert all((r.raw is None) == (r.reason is not None) for r in outcome)
