"""What the tables of studies need survives de-identification, under both profiles; who takes part does not. No JVM."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from study_records import EDGE

from deid.document import Deidentifier
from deid.policy import load_policies
from deid.pseudonym import KeyRing
from deid.subject import DateRule, Subject
from transforms.silver.runner import run_inline
from transforms.silver.view import load_views

DATES = {"safe_harbor": DateRule("year"), "cn_l3": DateRule("shift", -10, -60)}
KEYS = KeyRing(
    "00000000", {p: bytes([i]) * 32 for i, p in enumerate(("subject", "person", "link", "dates", "resource"))}
)
_R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension"
MORE: list[dict[str, Any]] = [
    {"resourceType": "ResearchSubject", "id": "why", "status": "withdrawn", "study": {"reference": "ResearchStudy/T1"},
     "individual": {"reference": "Patient/crossed"}, "extension": [
         {"url": f"{_R5}-ResearchSubject.progress",
          "extension": [{"url": "reason", "valueCodeableConcept": {"text": "Lost to follow-up"}}]},
         {"url": "http://sponsor.example.org/investigator", "valueString": "Dr. House"}]},
    {"resourceType": "AdverseEvent", "id": "long", "actuality": "actual", "subject": {"reference": "Patient/crossed"}, "extension": [
        {"url": f"{_R5}-AdverseEvent.occurrence", "valuePeriod": {"start": "2024-01-12", "end": "2024-01-20"}}]},
]  # fmt: skip


@dataclass(frozen=True)
class Scanned:
    text: str
    hits: dict[tuple[str, str], int] = field(default_factory=dict)


class NoNames:
    def scan(self, text: str, subject: Subject) -> Scanned:
        return Scanned(text)


@pytest.fixture(params=sorted(DATES), scope="module")
def silver(request) -> dict[str, list[dict[str, Any]]]:
    profile = request.param
    deidentifier = Deidentifier(load_policies(), profile, KEYS, NoNames())
    subject = Subject("sponsor", "subject", "person", DATES[profile])
    kept = [deidentifier.deidentify(json.dumps(r), subject).raw for r in (*EDGE, *MORE)]
    wanted = (
        "research_study",
        "research_subject",
        "adverse_event",
        "medication_administration",
        "consent",
        "encounter",
    )
    rows = {n: run_inline(load_views()[n], [r for r in kept if r]).to_pylist() for n in wanted}
    return rows | {"profile": profile}


def test_studies_keep_number_and_arms(silver):
    assert [(s["identifier_value"], s["arm_name_all"]) for s in silver["research_study"]] == [
        ("ABC-01", ["Drug A 50 mg", "Placebo"]), ("ABC-02", []),
    ]  # fmt: skip


def test_participations_keep_status_arms_study_and_reason(silver):
    studies = {s["study_key"] for s in silver["research_study"]}
    found = silver["research_subject"]
    assert {s["study_key"] for s in found} <= studies
    assert (found[0]["status"], found[0]["assigned_arm"], found[0]["actual_arm"]) == (
        "on-study-intervention", "Drug A 50 mg", "Placebo",
    )  # fmt: skip
    assert found[0]["consent_key"] == silver["consent"][0]["consent_key"]
    assert found[-1]["progress_reason_text_all"] == ["Lost to follow-up"]
    assert "House" not in json.dumps(found, default=str)


def test_events_keep_terms_and_judgements(silver):
    (worse,) = [e for e in silver["adverse_event"] if e["severity_text"] == "SEVERE"]
    assert worse["event_text"] == "RASH"
    assert worse["event_display_all"] == ["Skin and subcutaneous tissue disorders", "Rash"]
    assert worse["event_code_all"] == ["10040785", "10015150"]
    assert (worse["seriousness_code"], worse["outcome_code"]) == ("Non-serious", "ongoing")
    assert (worse["causality_code_all"], worse["causality_text_all"]) == (["Unlikely"], ["Probable"])
    assert worse["study_key_all"] == [silver["research_study"][0]["study_key"]]
    long = silver["adverse_event"][-1]
    kept = {"safe_harbor": ("year", "year"), "cn_l3": ("day", "day")}[silver["profile"]]
    assert (long["occurrence_start_precision"], long["occurrence_end_precision"]) == kept


def test_doses_and_visits_keep_drug_amount_study_and_name(silver):
    doses = silver["medication_administration"]
    assert {d["study_key"] for d in doses} <= {None, *(s["study_key"] for s in silver["research_study"])}
    assert (doses[0]["medication_text"], doses[0]["dose_value"], doses[0]["dose_unit"]) == ("Drug A", 50.0, "mg")
    assert [v["type_text"] for v in silver["encounter"]] == ["Screening", "Week 2", "Unscheduled 2.1"]
