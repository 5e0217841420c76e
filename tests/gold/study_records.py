"""FHIR records of small studies, written by hand: each subject is one edge of a definition in docs/trials.md."""

from typing import Any

Resource = dict[str, Any]
LOINC = "http://loinc.org"
MEDDRA = "https://www.meddra.org"


def _ref(kind: str, id: str) -> Resource:
    return {"reference": f"{kind}/{id}"}


def _text(text: str) -> Resource:
    return {"text": text}


def study(id: str, number: str, *arms: str) -> Resource:
    named = {"arm": [{"name": arm} for arm in arms]} if arms else {}
    return {"resourceType": "ResearchStudy", "id": id, "status": "active", "identifier": [{"value": number}], **named}


def patient(id: str, **more: Any) -> Resource:
    return {"resourceType": "Patient", "id": id, "gender": "female", "birthDate": "1980-03-01", **more}


def subject(
    id: str, who: str, status: str, start: str, end: str | None = None, *, of: str = "T1", **more: Any
) -> Resource:
    period = {"start": start, **({"end": end} if end else {})}
    return {"resourceType": "ResearchSubject", "id": id, "status": status, "study": _ref("ResearchStudy", of),
            "individual": _ref("Patient", who), "period": period, **more}  # fmt: skip


def dose(id: str, who: str, when: str | Resource, amount: float | None = 50, **more: Any) -> Resource:
    at = {"effectivePeriod": when} if isinstance(when, dict) else {"effectiveDateTime": when}
    given = {} if amount is None else {"dosage": {"dose": {"value": amount, "unit": "mg"}}}
    return {"resourceType": "MedicationAdministration", "id": id, "status": "completed", "subject": _ref("Patient", who),
            "medicationCodeableConcept": _text("Drug A"), **at, **given, **more}  # fmt: skip


def in_study(id: str = "T1") -> list[Resource]:
    url = "http://hl7.org/fhir/StructureDefinition/workflow-researchStudy"
    return [{"url": url, "valueReference": _ref("ResearchStudy", id)}]


def event(id: str, who: str, when: str | None, term: str, **more: Any) -> Resource:
    dated = {"date": when} if when else {}
    return {"resourceType": "AdverseEvent", "id": id, "actuality": "actual", "subject": _ref("Patient", who),
            "event": {"text": term, "coding": [
                {"system": MEDDRA, "code": "10040785", "display": "Skin and subcutaneous tissue disorders"},
                {"system": MEDDRA, "code": "10015150", "display": term.title()}]},
            "study": [_ref("ResearchStudy", "T1")], **dated, **more}  # fmt: skip


def result(id: str, who: str, when: str, value: float, **more: Any) -> Resource:
    return {"resourceType": "Observation", "id": id, "status": "final", "subject": _ref("Patient", who),
            "category": [{"coding": [{"code": "laboratory"}]}],
            "code": {"coding": [{"system": LOINC, "code": "4548-4", "display": "HbA1c"}]}, "effectiveDateTime": when,
            "valueQuantity": {"value": value, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"},
            "referenceRange": [{"high": {"value": 5.7}}], **more}  # fmt: skip


def visit(id: str, who: str, when: str, name: str) -> Resource:
    return {"resourceType": "Encounter", "id": id, "status": "finished", "class": {"code": "AMB"},
            "subject": _ref("Patient", who), "period": {"start": when}, "type": [_text(name)]}  # fmt: skip


def disposition(id: str, who: str, when: str, why: str) -> Resource:
    return {"resourceType": "Observation", "id": id, "status": "final", "subject": _ref("Patient", who),
            "code": _text("Reason for discontinuation of the study"), "effectiveDateTime": when, "valueString": why}  # fmt: skip


def _arms(planned: str, actual: str | None = None) -> Resource:
    return {"assignedArm": planned, **({"actualArm": actual} if actual else {})}


EDGE: list[Resource] = [
    study("T1", "ABC-01", "Drug A 50 mg", "Placebo"),
    study("T2", "ABC-02"),
    # crossed: planned Drug A, was given placebo; events on both sides of the first dose
    patient("crossed", extension=[{
        "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
        "extension": [{"url": "ombCategory", "valueCoding": {"code": "2106-3"}}],
    }]),
    subject("S-crossed", "crossed", "on-study-intervention", "2024-01-02", **_arms("Drug A 50 mg", "Placebo"),
            consent=_ref("Consent", "K")),
    {"resourceType": "Consent", "id": "K", "status": "active", "scope": {"coding": [{"code": "research"}]}, "category": [_text("x")],
     "patient": _ref("Patient", "crossed"), "dateTime": "2023-12-20"},
    dose("d1", "crossed", "2024-01-10T09:00:00+08:00", extension=in_study()),
    dose("d2", "crossed", "2024-01-17", extension=in_study()),
    dose("d3", "crossed", "2024-01-24", extension=in_study(), status="not-done"),
    event("before", "crossed", "2024-01-09", "RASH", severity=_text("MILD")),
    event("worse", "crossed", "2024-01-12", "RASH", severity=_text("SEVERE"), seriousness={"coding": [{"code": "Non-serious"}]},
          outcome={"coding": [{"code": "ongoing"}]}, suspectEntity=[{"instance": _ref("Medication", "m"), "causality": [
              {"assessment": {"coding": [{"code": "Unlikely"}]}}, {"assessment": _text("Probable")}]}]),
    event("first-day", "crossed", "2024-01-10", "ITCH"),
    event("no-date", "crossed", None, "BLISTER"),
    event("month", "crossed", "2024-01", "DRY SKIN"),
    event("year-before", "crossed", "2023", "ECZEMA"),
    event("led", "crossed", "2024-01-15", "ERYTHEMA", resultingCondition=[_ref("Condition", "erythema")]),
    {"resourceType": "Condition", "id": "erythema", "subject": _ref("Patient", "crossed"), "code": _text("Erythema"),
     "onsetDateTime": "2024-01-14", "abatementDateTime": "2024-01"},
    {"resourceType": "Condition", "id": "asthma", "subject": _ref("Patient", "crossed"), "code": _text("Asthma"), "onsetDateTime": "1999"},
    {"resourceType": "MedicationRequest", "id": "salbutamol", "status": "active", "intent": "order", "subject": _ref("Patient", "crossed"),
     "medicationCodeableConcept": _text("Salbutamol"), "authoredOn": "2020-01-01"},
    dose("infusion", "crossed", "2024-01-11", medicationCodeableConcept=_text("Saline")),
    event("potential", "crossed", "2024-01-12", "NEAR MISS", actuality="potential"),
    visit("v1", "crossed", "2024-01-02", "Screening"), visit("v2", "crossed", "2024-01-24", "Week 2"),
    visit("v3", "crossed", "2024-01-26", "Unscheduled 2.1"),
    result("h1", "crossed", "2024-01-02", 5.9, encounter=_ref("Encounter", "v1")),
    result("h2", "crossed", "2024-01-10", 6.0),
    result("h3", "crossed", "2024-01-24", 5.5, encounter=_ref("Encounter", "v2")),
    result("h4", "crossed", "2024-01-26", 5.4, encounter=_ref("Encounter", "v3")),
    {"resourceType": "Observation", "id": "bp", "status": "final", "subject": _ref("Patient", "crossed"), "effectiveDateTime": "2024-01-10",
     "category": [{"coding": [{"code": "vital-signs"}]}], "code": {"coding": [{"system": LOINC, "code": "85354-9"}]}, "component": [
         {"code": {"coding": [{"system": LOINC, "code": "8480-6"}]}, "valueQuantity": {"value": 120, "code": "mm[Hg]",
          "system": "http://unitsofmeasure.org"}}]},
    # died: on placebo (dose 0 counts as exposure), and died
    patient("died", gender="male", birthDate="1950", deceasedDateTime="2024-02-01"),
    subject("S-died", "died", "off-study", "2024-01-02", "2024-02-01", **_arms("Placebo")),
    dose("d4", "died", {"start": "2024-01-05", "end": "2024-01-20"}, 0, medicationCodeableConcept=_text("Placebo")),
    event("fatal", "died", "2024-01-30", "NECROSIS", outcome={"coding": [{"code": "fatal"}]}),
    # failed: never got an arm
    patient("failed"), subject("S-failed", "failed", "ineligible", "2024-01-03", "2024-01-04", assignedArm="Screen Failure"),
    event("at-screening", "failed", "2024-01-03", "SYNCOPE"),
    # again: failed screening once, took part the second time
    patient("again"), subject("S-again-1", "again", "ineligible", "2023-11-01", "2023-11-02"),
    subject("S-again-2", "again", "on-study", "2024-01-08", **_arms("Drug A 50 mg")),
    # open: treatment goes on
    patient("open"), subject("S-open", "open", "on-study-intervention", "2024-01-02", **_arms("Drug A 50 mg")),
    dose("d5", "open", {"start": "2024-01-09"}, extension=in_study()),
    # left: because of an adverse event; the last period of treatment was never closed
    patient("left"), subject("S-left", "left", "withdrawn", "2024-01-02", "2024-01-30", **_arms("Drug A 50 mg")),
    dose("d6", "left", {"start": "2024-01-09"}, extension=in_study()), disposition("o1", "left", "2024-01-30", "Adverse Event"),
    # untreated: has an arm, never took a dose
    patient("untreated"), subject("S-untreated", "untreated", "withdrawn", "2024-01-02", "2024-01-05", **_arms("Placebo")),
    dose("d7", "untreated", "2024-01-04", extension=in_study(), status="not-done"),
    # two: the same person in two studies of the institution, one after the other
    patient("two"), subject("S-two-1", "two", "off-study", "2024-01-02", "2024-01-31", **_arms("Placebo")),
    subject("S-two-2", "two", "on-study", "2024-03-01", of="T2"),
    result("h5", "two", "2024-01-20", 5.1), result("h6", "two", "2024-02-25", 5.2), result("h7", "two", "2024-03-05", 5.3),
    # asked: a candidate is no subject yet
    patient("asked"), subject("S-asked", "asked", "candidate", "2024-01-02"),
]  # fmt: skip
# A sponsor that names its drug nowhere but in the doses, by a Medication record, and its own categories of results.
BARE: list[Resource] = [
    study("T5", "BARE-5", "High dose", "Low dose"),
    patient("low"), subject("S-low", "low", "on-study", "2024-01-02", of="T5", **_arms("Low dose")),
    {"resourceType": "Medication", "id": "M-5", "code": {"text": "XY-55 tablet", "coding": [
        {"system": "urn:sponsor:drugs", "code": "XY-55", "display": "XY-55"}]}},
    dose("d9", "low", "2024-01-05", medicationCodeableConcept=None, medicationReference=_ref("Medication", "M-5")),
    {"resourceType": "MedicationStatement", "id": "before", "status": "active", "subject": _ref("Patient", "low"),
     "medicationReference": _ref("Medication", "M-5"), "effectivePeriod": {"start": "2023-12"}},
    result("h8", "low", "2024-01-04", 5.5, category=[{"coding": [{"system": "urn:sponsor:labs", "code": "CHEM"}]}], referenceRange=[]),
    result("h9", "low", "2024-01-04", 5.5, category=[], referenceRange=[]),
    result("h10", "low", "2024-01-04", 5.5, category=[{"coding": [{"code": "survey"}]}], referenceRange=[]),
]  # fmt: skip
# An institution that keeps years only, with a study of its own; the person is in the other's study too.
YEARS: list[Resource] = [
    study("T9", "XYZ-9", "Drug A 50 mg", "Placebo"),
    patient("two", birthDate="1980"),
    subject("S-years", "two", "on-study", "2024", of="T9", **_arms("Drug A 50 mg")),
    dose("d8", "two", "2024", extension=in_study("T9")),
    event("some-time", "two", "2024", "RASH", study=[_ref("ResearchStudy", "T9")]),
]
