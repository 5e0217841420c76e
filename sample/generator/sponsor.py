"""sponsor: a trial and a small study about patients of the two hospitals, as a data capture system sends them.

The sponsor knows its subjects by trial subject numbers; names, birth dates and sexes come from the investigators' site
files, so that a subject can be linked to the hospitals' patient.
"""

import copy
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from generator import delivery, trial
from generator.delivery import Batch, Item, Resource, new_id
from generator.synthea import LOINC, SNOMED

ID = "sponsor"
_SENT = "2026-04-15T02:00:00.000+08:00"
_SENT_AGAIN = "2026-05-15T02:00:00.000+08:00"
_FIRST_VISIT = date(2026, 1, 5)
_WEEKS = 12
_INVESTIGATORS = (("Elena", "Marsh", "site-01"), ("Min", "Zhou", "site-02"))
_SITES = (("site-01", "Example Clinic Boston", "-05:00"), ("site-02", "Example Hospital Shanghai", "+08:00"))

# What becomes of each subject: study, status, arm (position), weeks of study drug.
_MAIN = (
    ("on-study-intervention", 0, 12), ("on-study-intervention", 1, 12), ("on-study-intervention", 0, 10),
    ("on-study-intervention", 1, 9), ("follow-up", 0, 12), ("off-study", 1, 12), ("withdrawn", 0, 4),
    ("screening", None, 0), ("candidate", None, 0), ("ineligible", None, 0),
)  # fmt: skip
_SECOND = (
    ("on-study-observation", 0, 0), ("on-study-observation", 0, 0), ("off-study", 0, 0), ("not-registered", None, 0),
)  # fmt: skip
SUBJECTS = len(_MAIN) + len(_SECOND)

# Event (SNOMED CT), seriousness, severity, causality, outcome, week.
_EVENTS = (
    ("422587007", "Nausea", "Non-serious", "mild", "Probably-Likely", "resolved", 1),
    ("25064002", "Headache", "Non-serious", "mild", "Possible", "resolved", 2),
    ("62315008", "Diarrhea", "Non-serious", "moderate", "Possible", "resolved", 3),
    ("302866003", "Hypoglycemia", "Serious", "severe", "Certain", "resolved", 4),
    ("271807003", "Eruption of skin", "Non-serious", "moderate", "Unlikely", "ongoing", 2),
    ("404640003", "Dizziness", "Non-serious", "mild", "Possible", "resolved", 6),
    ("82272006", "Common cold", "Non-serious", "mild", "Unlikely", "resolved", 5),
    ("22298006", "Myocardial infarction", "Serious", "severe", "Unlikely", "resolvedWithSequelae", 8),
    ("84229001", "Fatigue", "Non-serious", "mild", "Possible", "ongoing", 7),
)
_CAUSALITY = "http://terminology.hl7.org/CodeSystem/adverse-event-causality-assess"


@dataclass(frozen=True)
class Subject:
    """One trial subject: the number, the hospital's Patient they are, what became of them."""

    number: str
    study: str
    site: tuple[str, str, str]
    source: Resource
    status: str
    arm: int | None
    weeks: int

    @property
    def patient(self) -> Resource:
        return {"reference": f"Patient/{self.number}"}

    @property
    def start(self) -> date:
        return _FIRST_VISIT + timedelta(days=3 * int(self.number[-3:]))

    def at(self, week: int, hour: int = 9) -> str:
        """A local time of the site in the given week."""
        return f"{self.start + timedelta(weeks=week)}T{hour:02d}:{10 + int(self.number[-2:])}:00{self.site[2]}"


def subjects(candidates: list[tuple[str, Resource]], second: list[tuple[str, Resource]]) -> list[Subject]:
    """Subjects from (institution, Patient): `candidates` for the trial, `second` for the small study."""
    found = []
    plan = [*zip(candidates, _MAIN, strict=True), *zip(second, _SECOND, strict=True)]
    for number, ((institution, patient), (status, arm, weeks)) in enumerate(plan, 1):
        site = _SITES[0] if institution == "hospital_a" else _SITES[1]
        study = trial.MAIN if number <= len(_MAIN) else trial.SECOND
        found.append(Subject(f"GLX-{site[0][-2:]}-{number:03d}", study, site, patient, status, arm, weeks))
    return found


def deliver(subjects_: list[Subject]) -> list[Batch]:
    """The transfer of April, and a follow-up in May."""
    made: dict[str, list[Resource]] = {
        "ResearchStudy": trial.studies(),
        "Library": trial.libraries(),
        "Organization": _organizations(),
        "Location": _locations(),
        "Practitioner": _practitioners(),
        "Group": [*trial.criteria(), _cohort(subjects_)],
        "List": [_cohort_list(subjects_)],
        "Patient": [_patient(s) for s in subjects_],
        "ResearchSubject": [_research_subject(s) for s in subjects_],
        "Consent": [_consent(s) for s in subjects_],
        "MedicationAdministration": [_dose(s, week) for s in subjects_ for week in range(s.weeks)],
        "Observation": [o for s in subjects_ for o in _observations(s)],
    }
    events = [delivery.stamped(e, _SENT) for e in _adverse_events(subjects_)]
    sent = {kind: [delivery.stamped(r, _SENT) for r in resources] for kind, resources in made.items()}
    first = Batch(ID, "2026-04-transfer")
    bad = _bad(sent)
    for kind, resources in sent.items():
        first.lines(f"{kind}.ndjson", [*resources, *bad.get(kind, [])])
    first.bundle("safety-events.json", [*events, delivery.object_for_array(events[0], "study")], "collection")
    return [first, _follow_up(sent, events)]


def _bad(sent: dict[str, list[Resource]]) -> dict[str, list[Item]]:
    observation = sent["Observation"]
    return {
        "Observation": [
            delivery.broken_json(observation[0]),
            delivery.repeated(observation[1]),
            delivery.unknown_type(observation[2]),
        ],
        "MedicationAdministration": [
            delivery.unknown_modifier(sent["MedicationAdministration"][0]),
            delivery.missing_id(sent["MedicationAdministration"][1]),
        ],
        "ResearchSubject": [delivery.dangling(sent["ResearchSubject"][0], "individual")],
    }


def _follow_up(sent: dict[str, list[Resource]], events: list[Resource]) -> Batch:
    """Two subjects who finished, an event that ended, and one subject sent again unchanged."""
    batch = Batch(ID, "2026-05-transfer")
    finished = [copy.deepcopy(r) | {"status": "off-study"} for r in sent["ResearchSubject"][:2]]
    for subject in finished:
        subject["period"] = {**subject["period"], "end": "2026-05-04"}
    ended = next(e for e in events if e["outcome"]["coding"][0]["code"] == "ongoing")
    ended = copy.deepcopy(ended)
    ended["outcome"]["coding"][0]["code"] = "resolved"
    batch.lines("AdverseEvent.ndjson", [delivery.stamped(ended, _SENT_AGAIN, 2)])
    again = delivery.repeated(sent["ResearchSubject"][2], later=True)
    batch.lines("ResearchSubject.ndjson", [*(delivery.stamped(r, _SENT_AGAIN, 2) for r in finished), again])
    return batch


# --- resources ------------------------------------------------------------------------------------------------------


def _patient(s: Subject) -> Resource:
    name = {k: v for k, v in s.source["name"][0].items() if k in ("text", "family", "given")}
    return {
        "resourceType": "Patient",
        "id": s.number,
        "identifier": [{"use": "official", "system": f"{trial.SYSTEM}/subject-no", "value": s.number}],
        "name": [{"use": "official", **name}],
        "gender": s.source["gender"],
        "birthDate": s.source["birthDate"],
        "managingOrganization": {"reference": f"Organization/{s.site[0]}"},
    }


def _research_subject(s: Subject) -> Resource:
    period = {"start": s.start.isoformat()}
    if s.status in ("off-study", "withdrawn", "ineligible"):
        period["end"] = (s.start + timedelta(weeks=s.weeks or 1)).isoformat()
    arms = _arms(s.study)
    made = {
        "resourceType": "ResearchSubject",
        "id": f"subject-{s.number}",
        "identifier": [{"system": f"{trial.SYSTEM}/subject-no", "value": s.number}],
        "status": s.status,
        "period": period,
        "study": {"reference": f"ResearchStudy/{s.study}"},
        "individual": s.patient,
        "consent": {"reference": f"Consent/consent-{s.number}"},
    }
    if s.arm is not None:
        # One subject was given the other arm's drug: assigned and actual arm differ.
        actual = 1 - s.arm if s.weeks == 9 else s.arm
        made |= {"assignedArm": arms[s.arm], "actualArm": arms[actual]}
    return made


def _arms(study: str) -> list[str]:
    return [a["name"] for r in trial.studies() if r["id"] == study for a in r["arm"]]


def _consent(s: Subject) -> Resource:
    """Consent to the trial and to research with its data; that of the subject who withdrew is no longer active."""
    purpose = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
    return {
        "resourceType": "Consent",
        "id": f"consent-{s.number}",
        "status": "inactive" if s.status == "withdrawn" else "active",
        "scope": _coded("http://terminology.hl7.org/CodeSystem/consentscope", "research"),
        "category": [_coded(LOINC, "59284-0")],
        "patient": s.patient,
        "dateTime": (s.start - timedelta(days=14)).isoformat(),
        "organization": [{"reference": f"Organization/{s.site[0]}"}],
        "policyRule": _coded("http://terminology.hl7.org/CodeSystem/consentpolicycodes", "cric"),
        "provision": {
            "type": "permit",
            "period": {"start": "2024-01-01", "end": "2046-12-31"},
            "purpose": [{"system": purpose, "code": "HRESCH"}, {"system": purpose, "code": "CLINTRCH"}],
        },
    }


def _dose(s: Subject, week: int) -> Resource:
    """One weekly dose of study drug; every fourth is known by its day only."""
    given = s.at(week) if week % 4 else s.at(week)[:10]
    is_late = week % 7 == 6
    return {
        "resourceType": "MedicationAdministration",
        "id": f"dose-{s.number}-{week + 1:02d}",
        "extension": [_in_study(s)],
        "status": "not-done" if is_late else "completed",
        **({"statusReason": [{"text": "visit missed"}]} if is_late else {}),
        "medicationCodeableConcept": copy.deepcopy(trial.DRUG),
        "subject": s.patient,
        "effectiveDateTime": given,
        "dosage": {
            "route": _coded(SNOMED, "26643006", "Oral route"),
            "dose": {"value": 50, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"},
        },
    }


def _in_study(s: Subject) -> Resource:
    url = "http://hl7.org/fhir/StructureDefinition/workflow-researchStudy"
    return {"url": url, "valueReference": {"reference": f"ResearchStudy/{s.study}"}}


def _observations(s: Subject) -> list[Resource]:
    """Central laboratory and vital signs at weeks 0, 4 and 12, as far as the subject came."""
    rng = random.Random(f"observations/{s.number}")
    treated = s.arm == 0 and s.study == trial.MAIN
    base = rng.uniform(5.8, 6.3)
    made = []
    for week in (0, 4, 12):
        if week and week >= s.weeks + (0 if s.study == trial.MAIN else 13):
            continue
        hba1c = round(base - (0.03 * week if treated else 0) + rng.uniform(-0.05, 0.05), 1)
        values = [
            ("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", hba1c, "%", "laboratory"),
            ("29463-7", "Body weight", round(rng.uniform(60, 95), 1), "kg", "vital-signs"),
        ]
        if s.study == trial.SECOND:
            values = [("8480-6", "Systolic blood pressure", round(rng.uniform(125, 160)), "mm[Hg]", "vital-signs")]
        made += [_observation(s, week, *value) for value in values]
    return made


def _observation(s: Subject, week: int, code: str, display: str, value: float, unit: str, category: str) -> Resource:
    return {
        "resourceType": "Observation",
        "id": f"result-{s.number}-{week:02d}-{code}",
        "extension": [_in_study(s)],
        "status": "final",
        "category": [_coded("http://terminology.hl7.org/CodeSystem/observation-category", category)],
        "code": _coded(LOINC, code, display),
        "subject": s.patient,
        "effectiveDateTime": s.at(week, 8),
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    }


def _adverse_events(subjects_: list[Subject]) -> list[Resource]:
    dosed = [s for s in subjects_ if s.weeks]
    made = []
    for number, (code, display, seriousness, severity, causality, outcome, week) in enumerate(_EVENTS):
        s = dosed[number % len(dosed)]
        week = min(week, s.weeks - 1)
        base = "http://terminology.hl7.org/CodeSystem/adverse-event"
        made.append({
            "resourceType": "AdverseEvent",
            "id": new_id(ID, "event", str(number)),
            "actuality": "actual",
            **({"category": [_coded(f"{base}-category", "wrong-dose")]} if number == 3 else {}),
            "event": {**_coded(SNOMED, code, display), "text": display},
            "subject": s.patient,
            "date": s.at(week, 15),
            "detected": s.at(week, 17),
            "recordedDate": (s.start + timedelta(weeks=week, days=1)).isoformat(),
            "seriousness": _coded(f"{base}-seriousness", seriousness),
            "severity": _coded(f"{base}-severity", severity),
            "outcome": _coded(f"{base}-outcome", outcome),
            "recorder": {"reference": f"Practitioner/investigator-{s.site[0][-1]}"},
            "suspectEntity": [{
                "instance": {"reference": f"MedicationAdministration/dose-{s.number}-{week + 1:02d}"},
                "causality": [{"assessment": _coded(_CAUSALITY, causality)}],
            }],
            "study": [{"reference": f"ResearchStudy/{s.study}"}],
        })  # fmt: skip
    return made


def _cohort(subjects_: list[Subject]) -> Resource:
    """Who is followed in the trial, since when, and who left."""
    members = [s for s in subjects_ if s.arm is not None]
    return {
        "resourceType": "Group", "id": "cohort-followed", "active": True, "type": "person", "actual": True,
        "name": "Subjects in follow-up", "quantity": len(members), "member": [_member(s) for s in members],
    }  # fmt: skip


def _member(s: Subject) -> Resource:
    left = s.status in ("withdrawn", "off-study")
    end = {"end": (s.start + timedelta(weeks=s.weeks or 1)).isoformat()} if left else {}
    return {"entity": s.patient, "period": {"start": s.start.isoformat(), **end}, "inactive": left}


def _cohort_list(subjects_: list[Subject]) -> Resource:
    treated = [s for s in subjects_ if s.weeks]
    return {
        "resourceType": "List", "id": "cohort-safety", "status": "current", "mode": "snapshot",
        "title": "Safety population: at least one dose", "date": "2026-04-10",
        "entry": [{"date": s.start.isoformat(), "item": s.patient} for s in treated],
    }  # fmt: skip


def _organizations() -> list[Resource]:
    made = [{"resourceType": "Organization", "id": "sponsor", "active": True, "name": "Example Therapeutics"}]
    return [*made, *({"resourceType": "Organization", "id": i, "active": True, "name": n} for i, n, _ in _SITES)]


def _locations() -> list[Resource]:
    return [
        {
            "resourceType": "Location", "id": site, "status": "active", "name": name,
            "managingOrganization": {"reference": f"Organization/{site}"},
        }
        for site, name, _ in _SITES
    ]  # fmt: skip


def _practitioners() -> list[Resource]:
    return [
        {
            "resourceType": "Practitioner", "id": f"investigator-{n}", "active": True,
            "name": [{"family": family, "given": [given], "prefix": ["Dr."]}],
        }
        for n, (given, family, _) in enumerate(_INVESTIGATORS, 1)
    ]  # fmt: skip


def _coded(system: str, code: str, display: str | None = None) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}
