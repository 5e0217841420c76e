"""The two studies of the sponsor as FHIR, and who of the hospitals' patients meets their criteria.

`verdict` is an independent reading of the criteria on the identified records, so that a table made by the pipeline has
something to be compared with. De-identification takes precision away (only years, shifted dates): the pipeline may
say unknown where this says eligible or ineligible, but never the opposite.
"""

import base64
from datetime import date, timedelta
from typing import Any, Literal

from generator.delivery import Resource
from generator.synthea import HBA1C, HYPERTENSION, LOINC, PREDIABETES, SNOMED, TYPE_2_DIABETES

Verdict = Literal["eligible", "ineligible", "unknown"]

SYSTEM = "http://sponsor.example.org/fhir"
_HL7 = "http://terminology.hl7.org/CodeSystem"
AS_OF = date(2026, 6, 1)
DRUG = {
    "coding": [{"system": f"{SYSTEM}/study-drug", "code": "GLX-101", "display": "GLX-101 50 mg or placebo"}],
    "text": "GLX-101",
}
METFORMIN = "860975"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
PREGNANCY = "72892002"
MYOCARDIAL_INFARCTION, HEART_FAILURE, ATRIAL_FIBRILLATION = "22298006", "84114007", "49436004"
RENAL_FAILURE = "46177005"
# As a record may have them: infarction with what lies below it.
_INFARCTIONS = (MYOCARDIAL_INFARCTION, "57054005", "401303003", "401314000")
_HEART_FAILURES = (HEART_FAILURE, "42343007", "88805009")

MAIN, SECOND = "study-glx-201", "study-glx-obs"
SECOND_LIBRARY = f"{SYSTEM}/Library/{SECOND}-criteria"
MAIN_AGES, SECOND_AGES = (25, 75), (30, 85)
HBA1C_RANGE = (5.7, 6.4)
ARMS = (("GLX-101 50 mg", "experimental"), ("Placebo", "placebo-comparator"))


def studies() -> list[Resource]:
    """The registered trial, and a smaller study without a registered drug."""
    return [
        {
            "resourceType": "ResearchStudy", "id": MAIN,
            # NCT00000001 and NCT00000002 lie below the first number that the registry ever gave out.
            "identifier": _identifiers("NCT00000001", "GLX-201"),
            "title": "GLX-101 against placebo to keep prediabetes from becoming type 2 diabetes",
            "status": "active",
            "primaryPurposeType": _coded(f"{_HL7}/research-study-prim-purp-type", "prevention"),
            "phase": _coded(f"{_HL7}/research-study-phase", "phase-3"),
            "focus": [{"text": "GLX-101"}],
            "condition": [_coded(SNOMED, PREDIABETES, "Prediabetes")],
            "description": "Randomised, double-blind, two arms, 12 weeks. An invented trial of an invented drug.",
            "enrollment": [{"reference": f"Group/{MAIN}-criteria"}],
            "period": {"start": "2025-12-01", "end": "2026-12-31"},
            "sponsor": {"reference": "Organization/sponsor", "display": "Example Therapeutics"},
            "principalInvestigator": {"reference": "Practitioner/investigator-1"},
            "site": [{"reference": "Location/site-01"}, {"reference": "Location/site-02"}],
            "arm": [_arm(*arm) for arm in ARMS],
            "objective": [{"name": "HbA1c at week 12", "type": {"text": "primary"}}],
        },
        {
            "resourceType": "ResearchStudy", "id": SECOND,
            "identifier": _identifiers("NCT00000002", "GLX-OBS"),
            "title": "Home blood pressure over 12 weeks in essential hypertension",
            "status": "active",
            "primaryPurposeType": _coded(f"{_HL7}/research-study-prim-purp-type", "diagnostic"),
            "phase": _coded(f"{_HL7}/research-study-phase", "n-a"),
            "condition": [_coded(SNOMED, HYPERTENSION, "Essential hypertension (disorder)")],
            "enrollment": [{"reference": f"Group/{SECOND}-criteria"}],
            "period": {"start": "2026-01-01", "end": "2026-12-31"},
            "sponsor": {"reference": "Organization/sponsor", "display": "Example Therapeutics"},
            "site": [{"reference": "Location/site-02"}],
            "arm": [_arm("Observation", "no-intervention")],
            "relatedArtifact": [{"type": "depends-on", "resource": f"{SECOND_LIBRARY}|1.0"}],
        },
    ]  # fmt: skip


def criteria() -> list[Resource]:
    """The Groups that say who may take part. The one of the second study has a criterion in words only."""
    medication = _coded(LOINC, "10160-0", "History of Medication use Narrative")
    hba1c = {"low": _quantity(HBA1C_RANGE[0], "%"), "high": _quantity(HBA1C_RANGE[1], "%")}
    able = {"text": "Able and willing to measure blood pressure at home twice a day, in the investigator's judgement"}
    return [
        _group(MAIN, "Adults with prediabetes", [
            _age(MAIN_AGES),
            _diagnosis(PREDIABETES, "Prediabetes"),
            {"code": _coded(LOINC, HBA1C, "Hemoglobin A1c in Blood"), "valueRange": hba1c, "exclude": False},
            _diagnosis(TYPE_2_DIABETES, "Diabetes mellitus type 2 (disorder)", exclude=True),
            {
                "code": medication, "exclude": True,
                "valueCodeableConcept": _coded(RXNORM, METFORMIN, "metformin 500 MG Extended Release Oral Tablet"),
            },
        ]),
        _group(SECOND, "Adults with essential hypertension", [
            _age(SECOND_AGES),
            _diagnosis(HYPERTENSION, "Essential hypertension (disorder)"),
            _diagnosis(PREGNANCY, "Normal pregnancy", exclude=True),
            {"code": able, "valueBoolean": True, "exclude": False},
        ]),
    ]  # fmt: skip


def libraries() -> list[Resource]:
    """What the Group of the second study cannot say: a window, an alternative, and two of three."""
    content = base64.b64encode(_SECOND_CRITERIA.encode()).decode()
    return [
        {
            "resourceType": "Library", "id": f"{SECOND}-criteria", "url": SECOND_LIBRARY, "version": "1.0",
            "name": "HomeBloodPressureCriteria", "status": "active",
            "type": _coded(f"{_HL7}/library-type", "asset-collection"),
            "description": "Criteria beside those of the Group",
            "content": [{"contentType": "application/yaml", "data": content}],
        }
    ]  # fmt: skip


# docs/recruitment.md says what the words mean.
_SECOND_CRITERIA = f"""\
criteria_set: 1
criteria:
  - id: no-recent-infarction
    exclude:
      condition: {{codes: [{{system: "{SNOMED}", code: "{MYOCARDIAL_INFARCTION}"}}], within: {{days: 180}}}}
  - id: no-severe-disease
    note: renal failure, or two of three diseases of the heart
    exclude:
      any:
        - condition: {{codes: [{{system: "{SNOMED}", code: "{RENAL_FAILURE}"}}]}}
        - at_least:
            n: 2
            of:
              - condition: {{codes: [{{system: "{SNOMED}", code: "{MYOCARDIAL_INFARCTION}"}}]}}
              - condition: {{codes: [{{system: "{SNOMED}", code: "{HEART_FAILURE}"}}]}}
              - condition: {{codes: [{{system: "{SNOMED}", code: "{ATRIAL_FIBRILLATION}"}}]}}
"""


def verdict(study: str, record: list[Resource]) -> Verdict:
    """Whether one patient of one hospital meets the criteria of a study, by that hospital's record alone."""
    person = record[0]
    ages = MAIN_AGES if study == MAIN else SECOND_AGES
    results: list[bool | None] = [
        "deceasedDateTime" not in person,
        ages[0] <= age(person) <= ages[1],
        _has(record, "Condition", "code", PREDIABETES if study == MAIN else HYPERTENSION),
    ]
    if study == MAIN:
        results += [
            _result_in_range(record),
            not _has(record, "Condition", "code", TYPE_2_DIABETES),
            not _has(record, "MedicationRequest", "medicationCodeableConcept", METFORMIN),
        ]
    else:
        results += [not _has(record, "Condition", "code", PREGNANCY), None, *_second_library(record)]
    if False in results:
        return "ineligible"
    return "unknown" if None in results else "eligible"


def _second_library(record: list[Resource]) -> list[bool]:
    found = [r for r in record if r["resourceType"] == "Condition"]
    since = (AS_OF - timedelta(days=180)).isoformat()
    recent = [r for r in found if r.get("onsetDateTime", "")[:10] >= since]

    def have(records: list[Resource], codes: tuple[str, ...]) -> bool:
        return any(_has(records, "Condition", "code", code) for code in codes)

    of_heart = [have(found, codes) for codes in (_INFARCTIONS, _HEART_FAILURES, (ATRIAL_FIBRILLATION,))]
    return [not have(recent, _INFARCTIONS), not (have(found, (RENAL_FAILURE,)) or sum(of_heart) >= 2)]


def age(patient: Resource, day: date = AS_OF) -> int:
    born = date.fromisoformat(patient["birthDate"])
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _has(record: list[Resource], kind: str, element: str, code: str) -> bool:
    coded = (r.get(element, {}) for r in record if r["resourceType"] == kind)
    return any(c["code"] == code for element in coded for c in element.get("coding", []))


def _result_in_range(record: list[Resource]) -> bool | None:
    """The newest HbA1c that has a value; None where there is none or it is not in %."""
    found = [r for r in record if r["resourceType"] == "Observation" and r["code"]["coding"][0]["code"] == HBA1C]
    valued = sorted((r for r in found if "valueQuantity" in r), key=lambda r: r["effectiveDateTime"])
    if not valued or valued[-1]["valueQuantity"]["code"] != "%":
        return None
    return bool(HBA1C_RANGE[0] <= valued[-1]["valueQuantity"]["value"] <= HBA1C_RANGE[1])


def _group(study: str, name: str, characteristic: list[Resource]) -> Resource:
    return {
        "resourceType": "Group", "id": f"{study}-criteria", "active": True, "type": "person", "actual": False,
        "name": name, "characteristic": characteristic,
    }  # fmt: skip


def _arm(name: str, kind: str) -> Resource:
    return {"name": name, "type": _coded(f"{SYSTEM}/arm-type", kind), "description": f"{name}, 12 weeks"}


def _age(ages: tuple[int, int]) -> Resource:
    years = {"low": _quantity(ages[0], "a"), "high": _quantity(ages[1], "a")}
    return {"code": _coded(LOINC, "30525-0", "Age"), "valueRange": years, "exclude": False}


def _diagnosis(code: str, display: str, *, exclude: bool = False) -> Resource:
    value = _coded(SNOMED, code, display)
    return {"code": _coded(LOINC, "29308-4", "Diagnosis"), "valueCodeableConcept": value, "exclude": exclude}


def _identifiers(registry: str, protocol: str) -> list[Resource]:
    return [
        {"use": "official", "system": "https://clinicaltrials.gov", "value": registry},
        {"use": "secondary", "system": f"{SYSTEM}/protocol-no", "value": protocol},
    ]


def _quantity(value: float, unit: str) -> Resource:
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}


def _coded(system: str, code: str, display: str | None = None) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}
