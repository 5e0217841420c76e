"""What becomes of single elements. The whole of a resource is in golden/ and in test_deid_maximal.py."""

import base64
import hashlib
import json
import re
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.document import REASONS, Deidentifier, Outcome
from deid.policy import load_policies, load_profile
from deid.pseudonym import KeyRing
from deid.subject import DateRule, KnownTerm, Subject
from deid.text.scanner import TextScanner

LOINC = "http://loinc.org"
DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


@pytest.fixture
def run(engine, person):
    def deidentify(
        resource: dict[str, Any],
        subject: Subject | None = None,
        *,
        profile: str = "cn_l3",
        scanner: str = "open",
        resolve: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        outcome = engine(profile, scanner).deidentify(json.dumps(resource), subject or person(profile=profile), resolve)
        assert outcome.reason is None
        found: dict[str, Any] = json.loads(outcome.raw)
        get_fhir_model_class(resource["resourceType"]).model_validate(found)
        return found

    return deidentify


def observation(**elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "4548-4"}]},
        "subject": {"reference": "Patient/p1"},
        **elements,
    }


# --- whole records ----------------------------------------------------------------------------------------------------


def outcome_of(engine, person, raw: str) -> Outcome:
    return engine().deidentify(raw, person())


@pytest.mark.parametrize("kind", ["Provenance", "AuditEvent", "Person", "Binary", "Contract", "Nonsense"])
def test_a_type_without_policy_is_left_out(kind, engine, person):
    assert outcome_of(engine, person, json.dumps({"resourceType": kind, "id": "x"})).reason == "no_policy"


@pytest.mark.parametrize("kind", ["Provenance", "AuditEvent", "Person", "MolecularSequence", "Contract"])
@pytest.mark.parametrize("container", ["Observation", "Task", "Composition", "Basic"])
def test_a_type_without_policy_is_left_out_of_others(kind, container, engine, person):
    """Nothing of it is left, the reference to it neither; that it was there is counted."""
    inner = {
        "resourceType": kind,
        "id": "in",
        "recorded": "2024-01-01",
        "agent": [{"who": {"display": "Dr. Ray House"}}],
    }
    given = {
        "resourceType": container,
        "id": "x",
        "subject": {"reference": "Patient/p1"},
        "focus": {"reference": "#in"},
        "contained": [inner],
    }
    outcome = outcome_of(engine, person, json.dumps(given))
    assert "contained" not in outcome.raw
    assert "#" not in outcome.raw
    assert "House" not in outcome.raw
    assert outcome.counts[f"{container}.contained", "no_policy"] == 1


def test_what_a_task_asks_for_decides(run):
    def put(code: str, **value: Any) -> dict[str, Any]:
        return {"type": {"coding": [{"system": LOINC, "code": code}]}, **value}

    task = {"resourceType": "Task", "status": "completed", "intent": "order", "for": {"reference": "Patient/p1"}}
    given = [
        put("56799-0", valueString="17 Elm Street"),
        put("21112-8", valueDate="1984-03-20"),
        put("30525-0", valueInteger=93),
        put("8480-6", valueInteger=93),
    ]
    found = run({**task, "input": given, "output": given})
    for side in ("input", "output"):
        address, birth, age, other = found[side]
        assert {n for n in address if "value" in n} == {n for n in birth if "value" in n} == {"valueCodeableConcept"}
        assert (age["valueInteger"], other["valueInteger"]) == (90, 93)


def test_no_calendar_period_tells_the_offset(run):
    """1 January moved by the person's days would be those days."""
    report = {
        "resourceType": "MeasureReport",
        "status": "complete",
        "type": "individual",
        "measure": "http://x.example/Measure/m",
        "subject": {"reference": "Patient/p1"},
        "period": {"start": "2024-01-01", "end": "2024-12-31"},
    }
    assert set(run(report)["period"]) == {"extension"}


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "[]",
        "null",
        "{",
        '{"id": "x"}',
        '{"resourceType": 7}',
        '{"resourceType": ["Patient"]}',
        '{"resourceType": "Patient", "contained": 7}',
        "[" * 20_000,
    ],
)
def test_what_cannot_be_read_is_left_out(raw, engine, person):
    outcome = outcome_of(engine, person, raw)
    assert (outcome.raw, outcome.reason) in ((None, "not_deidentifiable"), (None, "no_policy"))


MODIFIER = [{"url": "http://x.example/negates", "valueBoolean": True}]
WITH_MODIFIER = [
    observation(modifierExtension=MODIFIER),
    observation(component=[{"code": {"text": "x"}, "modifierExtension": MODIFIER}]),
    observation(contained=[{"resourceType": "Practitioner", "id": "a", "modifierExtension": MODIFIER}]),
    observation(contained=[{"resourceType": "Basic", "id": "a", "name": [{"modifierExtension": MODIFIER}]}]),
    observation(modifierExtension="nonsense"),
    observation(extension=[{"url": "u", "extension": [{"url": "v", "modifierExtension": MODIFIER}]}]),
]


@pytest.mark.parametrize("resource", WITH_MODIFIER)
def test_an_unknown_modifier_leaves_the_record_out(resource, engine, person):
    raw = json.dumps(resource)
    assert outcome_of(engine, person, raw).reason == "unknown_modifier_extension"
    hidden = raw.replace("modifierExtension", "modifier\\u0045xtension")
    assert outcome_of(engine, person, hidden).reason == "unknown_modifier_extension"


def test_same_again_is_the_same(engine, person):
    raw = json.dumps(observation(effectiveDateTime="2024-01-01", valueQuantity={"value": 1.10, "unit": "%"}))
    assert outcome_of(engine, person, raw) == outcome_of(engine, person, raw)


def test_decimals_keep_their_digits(engine, person):
    raw = '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10}}'
    assert '"value":1.10' in outcome_of(engine, person, raw).raw


def test_tally_has_all_counts(engine, person):
    outcome = engine(scanner="blind").deidentify(
        json.dumps(observation(valueString="x", extension=[{"url": "http://x.example"}])), person()
    )
    kinds = {key[0] for key, _ in outcome.tally()}
    assert kinds == {"path", "entity", "extension"}
    assert outcome.counts["Observation.valueString", "scan_text"] == 1
    assert outcome.text == {("NAME", "known"): 1}


# --- ids and references -----------------------------------------------------------------------------------------------


def test_ids_are_pseudonyms_and_join(run, keys):
    found = run(observation())
    assert found["id"] == keys.resource_key("hospital_a", "Observation", "o1")
    assert found["subject"] == {"reference": f"Patient/{keys.subject_key('hospital_a', 'p1')}"}
    assert run({"resourceType": "Patient", "id": "p1"})["id"] == keys.subject_key("hospital_a", "p1")


def test_references(run, keys):
    def becomes(reference: str, resolve: dict[str, str] | None = None) -> str | None:
        found = run(observation(performer=[{"reference": reference, "display": "Dr. Who"}]), resolve=resolve)
        return found.get("performer", [{}])[0].get("reference")

    practitioner = f"Practitioner/{keys.resource_key('hospital_a', 'Practitioner', '7')}"
    assert becomes("Practitioner/7") == practitioner
    assert becomes("Practitioner/7/_history/2") == practitioner
    assert becomes("https://x.example/fhir/Practitioner/7") == practitioner
    conditional = "Practitioner?identifier=http://npi|99"
    hashed = f"Practitioner/{keys.identifier_key('hospital_a', 'http://npi', '99')}"
    assert becomes(conditional) == hashed
    assert becomes("Practitioner?identifier=http%3A%2F%2Fnpi%7C99") == hashed
    assert becomes(conditional, {conditional: "7"}) == practitioner
    urn = becomes("urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7")
    assert urn.startswith("urn:uuid:")
    assert "7c9e6679" not in urn
    assert becomes("urn:oid:1.2.3").startswith("urn:uuid:")
    for nonsense in (
        "Dr. Who",
        "Practitioner?name=Who",
        "Wizard/7",
        "#nobody",
        "http://x.example/who",
        "Practitioner/a b",
    ):
        assert becomes(nonsense) is None


def test_a_provider_that_is_only_named_by_number_is_joined_all_the_same(run, keys):
    found = run(
        {
            "resourceType": "PractitionerRole",
            "practitioner": {"identifier": {"system": "http://npi", "value": "99"}, "display": "Dr. Who"},
        }
    )
    assert found["practitioner"] == {
        "reference": f"Practitioner/{keys.identifier_key('hospital_a', 'http://npi', '99')}"
    }


def test_displays_are_kept_only_where_they_are_clinical(run):
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "Panel"},
        "subject": {"reference": "Patient/p1", "display": "Ann Lee"},
        "result": [{"reference": "Observation/o1", "display": "HbA1c"}],
    }
    found = run(report)
    assert "display" not in found["subject"]
    assert found["result"][0]["display"] == "HbA1c"


def test_contained_resources_keep_their_references(run):
    inner = {
        "resourceType": "Medication",
        "id": "m1",
        "code": {"text": "Metformin"},
        "text": {"status": "generated", "div": "<div>x</div>"},
    }
    other = {"resourceType": "Person", "id": "b1", "active": True}
    request = {
        "resourceType": "MedicationRequest",
        "id": "r1",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "contained": [inner, other],
        "medicationReference": {"reference": "#m1"},
        "supportingInformation": [{"reference": "#b1"}],
    }
    found = run(request)
    (kept,) = found["contained"]
    assert kept == {"resourceType": "Medication", "id": kept["id"], "code": {"text": "Metformin"}}
    assert found["medicationReference"] == {"reference": f"#{kept['id']}"}
    assert kept["id"] != "m1"
    assert "supportingInformation" not in found


def test_numbers_of_business(run, keys):
    encounter = {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"code": "AMB"},
        "identifier": [{"system": "http://x.example/v", "value": "V-1"}, {"value": "e1"}, {"value": "urn:uuid:e1"}],
    }
    values = [i["value"] for i in run(encounter)["identifier"]]
    own = keys.resource_key("hospital_a", "Encounter", "e1")
    assert values == [keys.identifier_key("hospital_a", "http://x.example/v", "V-1"), own, f"urn:uuid:{UUID(hex=own)}"]


def test_the_study_uid_is_a_uid_whether_a_number_or_not(run, keys):
    study = {"resourceType": "ImagingStudy", "status": "available", "subject": {"reference": "Patient/p1"},
             "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}]}  # fmt: skip
    assert run(study)["identifier"][0]["value"] == f"urn:oid:{keys.uid_key('hospital_a', '1.2.3')}"


@pytest.mark.parametrize(
    ("number", "stays"),
    [
        ("NCT01234567", True),
        ("ChiCTR2000012345", True),
        ("2015-001234-22", True),
        ("ISRCTN12345678", True),
        ("CDISCPILOT01", True),
        ("GLX-201", True),
        ("H2Q-MC-LZZT", True),
        ("NCT0123456789", False),
        ("E12345678", False),
        ("13812345678", False),
        ("Zhang San", False),
    ],
)
def test_numbers_that_name_a_study_stay(number, stays, run):
    found = run({"resourceType": "ResearchStudy", "status": "active", "identifier": [{"value": number}]})
    assert (found["identifier"][0]["value"] == number) is stays


def test_dicom_uids_are_pseudonyms_everywhere_the_same(run):
    series = [{"uid": "1.2.3", "modality": {"code": "CT"}, "instance": [{"uid": "1.2.3.4", "sopClass": {"code": "x"}}]}]
    study = {
        "resourceType": "ImagingStudy",
        "status": "available",
        "subject": {"reference": "Patient/p1"},
        "series": series,
    }
    (found,) = run(study)["series"]
    assert found["uid"].startswith("2.25.")
    assert found["instance"][0]["uid"].startswith("2.25.")
    assert found["uid"] == run(study)["series"][0]["uid"]


def test_members_who_may_not_be_named_go_as_a_whole(run, person):
    group = {
        "resourceType": "Group",
        "type": "person",
        "actual": True,
        "member": [{"entity": {"reference": f"Patient/p{i}"}, "period": {"start": "2024"}} for i in range(3)],
    }
    everyone, some = run(group), run(group, person(excluded_patients=frozenset({"p1"})))
    assert [m for m in everyone["member"] if m in some["member"]] == some["member"]
    assert (len(everyone["member"]), len(some["member"])) == (3, 2)
    entries = {
        "resourceType": "List",
        "status": "current",
        "mode": "working",
        "entry": [
            {"item": {"reference": "https://x.example/Patient/p1"}},
            {"item": {"reference": "Patient?identifier=x"}},
        ],
    }
    assert "entry" not in run(entries, person(excluded_patients=frozenset({"p1"})))


# --- extensions -------------------------------------------------------------------------------------------------------


def test_extensions(run, engine, person):
    core = "http://hl7.org/fhir/us/core/StructureDefinition/"
    race = {
        "url": f"{core}us-core-race",
        "extension": [
            {
                "url": "ombCategory",
                "valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.238", "code": "2106-3", "display": "White"},
            },
            {"url": "text", "valueString": "White"},
        ],
    }
    birthsex = {"url": f"{core}us-core-birthsex", "valueCode": "F"}
    study = {
        "url": "http://hl7.org/fhir/StructureDefinition/workflow-researchStudy",
        "valueReference": {"reference": "ResearchStudy/s1"},
    }
    other = [
        {"url": "http://x.example/secret-13812345678", "valueString": "x"},
        {"url": f"{core}unheard-of", "valueString": "x"},
        {},
    ]
    given_ = {"resourceType": "Patient", "id": "p1", "extension": [race, birthsex, study, *other]}
    found = run(given_)["extension"]
    assert [e["url"] for e in found] == [race["url"], birthsex["url"], study["url"]]
    assert found[0]["extension"] == race["extension"][:1]
    assert found[1] == birthsex
    counted = engine().deidentify(json.dumps(given_), person()).unknown_extensions
    assert counted[f"{core}unheard-of"] == 1
    assert counted["malformed"] == 1
    assert sum(u.startswith("hash:") for u in counted) == 1
    assert "13812345678" not in str(counted)
    # of a person only where it belongs
    assert "extension" not in run(observation(extension=[race]))


def test_primitive_extensions(run):
    absent = {
        "extension": [{"url": DATA_ABSENT, "valueCode": "unknown"}, {"url": "http://x.example", "valueString": "x"}],
        "id": "x",
    }
    found = run({"resourceType": "Patient", "id": "p1", "_birthDate": absent, "_gender": {"id": "x"}})
    assert found["_birthDate"] == {"extension": [{"url": DATA_ABSENT, "valueCode": "unknown"}]}
    assert "_gender" not in found


# --- what is masked ---------------------------------------------------------------------------------------------------


def test_a_required_element_that_is_left_empty_is_masked(run):
    found = run(observation(status="13812345678", code={"text": " "}))
    assert found["_status"]["extension"][0] == {"url": DATA_ABSENT, "valueCode": "masked"}
    assert found["code"] == {"extension": [{"url": DATA_ABSENT, "valueCode": "masked"}]}
    assert "MASKED" in [c["code"] for c in found["meta"]["security"]]


def test_meta_says_what_was_done(run):
    system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    meta = {
        "versionId": "1",
        "lastUpdated": "2024-01-01T00:00:00Z",
        "source": "http://x.example",
        "tag": [{"code": "x"}],
        "profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient", "http://x.example/Profile"],
        "security": [
            {"system": system, "code": "R", "display": "restricted"},
            {"system": "http://x.example", "code": "ward7"},
        ],
    }
    found = run({"resourceType": "Patient", "id": "p1", "meta": meta})["meta"]
    assert found["profile"] == meta["profile"][:1]
    assert [(c["code"]) for c in found["security"]] == ["R", "PSEUDED", "REDACTED"]
    assert set(found) == {"profile", "security"}


# --- dates ------------------------------------------------------------------------------------------------------------


def test_dates_by_profile(run):
    given_ = observation(effectiveDateTime="2024-03-15T10:00:00.5+08:00", issued="2024-03-15T10:05:00.123Z")
    shifted, yearly = run(given_), run(given_, profile="safe_harbor")
    assert (shifted["effectiveDateTime"], shifted["issued"]) == ("2024-03-05T09:59:00+08:00", "2024-03-05T10:04:00Z")
    assert yearly["effectiveDateTime"] == "2024"
    assert "issued" not in yearly


def test_of_a_choice_that_is_required_an_object_is_masked(run):
    """`_effectiveDateTime` would be FHIR too, but validators look for one of the elements themselves."""
    given = {"resourceType": "MedicationAdministration", "status": "completed", "subject": {"reference": "Patient/p1"}}
    masked = {"extension": [{"url": DATA_ABSENT, "valueCode": "masked"}]}
    drug = {"medicationCodeableConcept": {"text": "x"}, "effectiveDateTime": "31 March"}
    found = run({**given, **drug})
    assert found["effectivePeriod"] == masked
    assert not {"effectiveDateTime", "_effectiveDateTime"} & set(found)


def test_what_is_there_is_not_masked(run):
    """The extension of a required date goes, the date stays, and there is one of the choice."""
    given = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": {"text": "x"},
        "effectiveDateTime": "2024-02-29",
        "_effectiveDateTime": {"extension": [{"url": "http://x.example/how", "valueString": "by hand"}]},
    }
    assert {n for n in run(given) if "effective" in n} == {"effectiveDateTime"}


def test_a_required_instant_is_masked_and_a_wrong_date_goes(run, engine, person):
    wrong = observation(effectiveDateTime="next tuesday")
    found = run(wrong)
    assert "effectiveDateTime" not in found
    assert found["_effectiveDateTime"]["extension"][0]["valueCode"] == "masked"
    assert engine().deidentify(json.dumps(wrong), person()).counts["Observation.effectiveDateTime", "invalid_date"] == 1


def test_times_of_day(run):
    assert run(observation(valueTime="08:00:30"))["valueTime"] == "07:59:30"
    assert "valueTime" not in run(observation(valueTime="08:00:30"), profile="safe_harbor")


# --- ages over 89 -----------------------------------------------------------------------------------------------------

TOP = {"value": 90, "comparator": ">=", "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"}


def years(value: float, **unit: str) -> dict[str, Any]:
    return {"value": value, **(unit or {"code": "a", "system": "http://unitsofmeasure.org", "unit": "years"})}


@pytest.mark.parametrize("profile", ["safe_harbor", "cn_l3"])
def test_birth_date_of_a_person_over_89(profile, run, person):
    patient = {"resourceType": "Patient", "id": "p1", "birthDate": "1930-01-01"}
    assert "birthDate" in run(patient, profile=profile)
    found = run(patient, person(profile=profile, is_over_89=True), profile=profile)
    assert "birthDate" not in found
    assert found["extension"][-1]["url"].endswith("/age-over-89")


def test_dates_that_show_an_age_over_89(run, person):
    condition = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/p1"},
        "onsetDateTime": "1934-05-01",
        "recordedDate": "2020-01-01",
    }
    found = run(condition, person(is_over_89=True, earliest_year=1935))
    assert "onsetDateTime" not in found
    assert "recordedDate" in found


@pytest.mark.parametrize(
    ("age", "becomes"),
    [
        (years(89), None),
        (years(90), TOP),
        (years(102.5), TOP),
        (years(1200, code="mo"), TOP),
        (years(1060, code="mo"), None),
        ({"value": 95}, TOP),
        (years(95, unit="岁"), TOP),
        (years(30, code="d"), None),
        (years(40000, code="d"), TOP),
    ],
)
def test_ages(age, becomes, run):
    condition = {"resourceType": "Condition", "subject": {"reference": "Patient/p1"}, "onsetAge": age}
    assert run(condition)["onsetAge"] == (becomes or age)


@pytest.mark.parametrize("code", ["30525-0", "29553-5", "21612-7"])
def test_observed_ages(code, run):
    coded = {"code": {"coding": [{"system": LOINC, "code": code}]}}
    assert run(observation(**coded, valueQuantity={"value": 95}))["valueQuantity"] == TOP
    assert run(observation(**coded, valueInteger=95))["valueInteger"] == 90
    assert run(observation(**coded, valueInteger=45))["valueInteger"] == 45
    in_parts = run(observation(component=[{**coded, "valueQuantity": years(99)}]))
    assert in_parts["component"][0]["valueQuantity"] == TOP
    assert run(observation(valueQuantity=years(99)))["valueQuantity"] == TOP  # whatever it is called
    assert run(observation(valueQuantity={"value": 95, "unit": "mg"}))["valueQuantity"]["value"] == 95


def test_age_ranges_lose_only_the_bound_that_is_over(run):
    condition = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/p1"},
        "onsetRange": {"low": years(85), "high": years(95)},
    }
    found = run(condition)["onsetRange"]
    assert (found["low"], found["high"]["value"]) == (years(85), 90)
    assert "comparator" not in found["high"]


def test_criteria_of_a_trial_are_nobodys_age(run):
    limit = {
        "resourceType": "Group",
        "type": "person",
        "actual": False,
        "characteristic": [
            {
                "code": {"coding": [{"system": LOINC, "code": "30525-0"}]},
                "exclude": False,
                "valueRange": {"low": years(18), "high": years(95)},
            }
        ],
    }
    nobody = Subject("hospital_a", None, None, DateRule("year"))
    assert run(limit, nobody)["characteristic"][0]["valueRange"]["high"]["value"] == 95


# --- places -----------------------------------------------------------------------------------------------------------

HOME = {
    "line": ["17 Elm St"],
    "city": "Salem",
    "district": "Essex",
    "state": "MA",
    "postalCode": "01970-1234",
    "country": "US",
    "text": "17 Elm St",
}


@pytest.mark.parametrize(("address", "becomes"), [
    (HOME, {"state": "MA", "postalCode": "019", "country": "US"}),
    ({"postalCode": "03601"}, {"postalCode": "000"}),
    ({"postalCode": "019701234", "state": "Massachusetts"}, {"postalCode": "019", "state": "Massachusetts"}),
    ({"postalCode": "K1A 0B1", "country": "CA", "state": "Ontario"}, {"country": "CA"}),
    ({"postalCode": "10115", "country": "DE"}, {"country": "DE"}),
    ({"state": "13812345678", "city": "Salem"}, None),
])  # fmt: skip
def test_addresses_in_safe_harbor(address, becomes, run):
    found = run({"resourceType": "Patient", "id": "p1", "address": [address]}, profile="safe_harbor")
    assert found.get("address") == (becomes and [becomes])


@pytest.mark.parametrize(
    ("address", "becomes"),
    [
        (
            {
                "state": "广东省",
                "city": "深圳市",
                "district": "南山区",
                "line": ["科技园1号"],
                "postalCode": "518057",
                "country": "CN",
            },
            {"state": "广东省", "city": "深圳市", "country": "CN"},
        ),
        ({"state": "北京市", "city": "北京"}, {"state": "北京市", "city": "北京"}),
        ({"state": "张伟", "city": "张伟"}, None),
        ({"state": "广东省深圳市南山区1号"}, None),
    ],
)
def test_addresses_in_cn_l3(address, becomes, run):
    found = run({"resourceType": "Patient", "id": "p1", "address": [address]})
    assert found.get("address") == (becomes and [becomes])


def test_multiple_birth_is_only_said(run):
    found = run({"resourceType": "Patient", "id": "p1", "multipleBirthInteger": 3})
    assert found["multipleBirthBoolean"] is True
    assert "multipleBirthInteger" not in found


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [{"valueString": "17 Elm St"}, {"valueCodeableConcept": {"text": "17 Elm St"}}])
def test_an_address_that_is_an_observation(value, run):
    address = {"code": {"coding": [{"code": "x"}, {"system": LOINC, "code": "56799-0"}]}}
    assert "Elm" not in json.dumps(
        run(observation(component=[{**address, **value}, {"code": {"text": "y"}, "valueString": "kept"}]))
    )
    assert "Elm" not in json.dumps(run(observation(**address, **value)))


def test_money_is_rounded(run):
    item = {
        "resourceType": "Claim",
        "status": "active",
        "type": {"text": "x"},
        "use": "claim",
        "patient": {"reference": "Patient/p1"},
        "created": "2024-03-01",
        "provider": {"reference": "Organization/1"},
        "priority": {"text": "x"},
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/1"}}],
        "total": {"value": 1234.56, "currency": "USD"},
    }
    assert run(item)["total"] == {"value": 1200, "currency": "USD"}


@pytest.mark.parametrize(
    ("value", "stays"), [(13812345678, False), (1234567890123.0, False), (1200000000, True), (98.6, True), (77, True)]
)
def test_numbers_that_are_somebodys(value, stays, run):
    found = run(observation(valueQuantity={"value": value, "unit": "mg"}))["valueQuantity"]
    assert ("value" in found) is stays


def test_a_value_of_the_wrong_type_goes(run, engine, person):
    wrong = {
        "resourceType": "Patient",
        "id": "p1",
        "active": "13812345678",
        "gender": ["x"],
        "maritalStatus": "x",
        "address": {"state": "MA"},
        "communication": ["x"],
        "birthDate": 1949,
        "zodiac 13812345678": "x",
        "multipleBirthBoolean": None,
    }
    outcome = engine().deidentify(json.dumps(wrong), person())
    assert set(json.loads(outcome.raw)) == {"resourceType", "id", "meta", "_birthDate"} - {"_birthDate"}
    assert outcome.counts["Patient", "unknown_element"] == 1
    assert "13812345678" not in str(outcome)


# --- text -------------------------------------------------------------------------------------------------------------


def document(data: bytes | str, content_type: str = "text/plain") -> dict[str, Any]:
    encoded = base64.b64encode(data).decode() if isinstance(data, bytes) else data
    attachment = {
        "contentType": content_type,
        "data": encoded,
        "title": "ann-lee.txt",
        "url": "http://x.example/1",
        "size": 1,
        "hash": "eA==",
    }
    return {"resourceType": "DocumentReference", "status": "current", "content": [{"attachment": attachment}]}


def attached(found: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = found["content"][0]["attachment"]
    return made


def test_a_text_document_is_scanned_and_its_size_and_hash_are_put_right(run):
    found = attached(run(document("Ann Lee, 旅行".encode()), scanner="blind"))
    content = base64.b64decode(found["data"])
    assert content == b"[TEXT]"
    assert found["size"] == 6
    assert found["hash"] == base64.b64encode(hashlib.sha1(content).digest()).decode()
    assert set(found) == {"contentType", "data", "size", "hash"}


@pytest.mark.parametrize(
    ("data", "content_type", "text"),
    [
        ("旅行".encode("gb18030"), "text/plain; charset=gb18030", "旅行"),
        (
            b"<head><title>Ann</title></head><p title='Ann'>He<b>art</b> &amp; lung</p><!-- Ann --><div>fine</div>",
            "text/html",
            "Heart & lung\nfine",
        ),
        (
            b"<?xml version='1.0'?><doc id='Ann'><paragraph>Heart</paragraph><paragraph>fine</paragraph></doc>",
            "application/xml",
            "Heart\nfine",
        ),
    ],
)
def test_other_text_is_made_plain(data, content_type, text, run):
    found = attached(run(document(data, content_type)))
    assert base64.b64decode(found["data"]).decode() == text
    assert found["contentType"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "resource",
    [
        document(b"%PDF", "application/pdf"),
        document("not base64!"),
        document(b"\xff\xfe"),
        document(b"x", "text/plain; charset=klingon"),
        document(b"x", "image/png"),
    ],
)
def test_what_is_no_readable_text_goes(resource, run):
    found = attached(run(resource))
    assert set(found) == {"contentType"} or set(found) == set() or "extension" in found


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (document(b"%PDF Ann Lee", "application/pdf"), "remove"),
        (document(b"Ann Lee", "image/png"), "remove"),
        (document("Ann Lee not base64!"), "scan_failed"),
        (document(b"\xffAnn Lee"), "scan_failed"),
        (document(b"Ann Lee", "text/plain; charset=klingon"), "scan_failed"),
        (document(rb"{\rtf1 Ann Lee", "application/rtf"), "scan_failed"),
        (document(b"Ann \0 Lee"), "scan_failed"),
        (document(b"x" * 2_000_001), "scan_failed"),
    ],
    ids=["pdf", "image", "base64", "bytes", "charset", "rtf", "nul", "long"],
)
def test_an_attachment_that_cannot_be_searched_is_removed_and_counted(resource, reason, engine, person):
    seen = engine(scanner="text").deidentify(json.dumps(resource), person())
    assert "data" not in json.loads(seen.raw).get("content", [{}])[0].get("attachment", {})
    assert seen.counts["DocumentReference.content.attachment.data", reason] == 1


def test_a_profile_may_ask_for_surrogates_instead_of_tags(keys, person, monkeypatch):
    settings = load_profile("cn_l3").model_copy(update={"text": "surrogates"})
    monkeypatch.setattr("deid.document.load_profile", lambda _: settings)
    scanner = TextScanner("en", name_model=None)
    made = Deidentifier(load_policies(), "cn_l3", keys, scanner)
    raw = json.dumps(observation(note=[{"text": "Dr. Samuel Osei, 617-555-0142"}]))
    text = json.loads(made.deidentify(raw, person()).raw)["note"][0]["text"]
    assert re.fullmatch(r"Dr\. [A-Z][a-z]+ [A-Z][a-z]+, 000-\d{3}-\d{4}", text)
    assert "Osei" not in text
    assert json.loads(made.deidentify(raw, person()).raw)["note"][0]["text"] == text


def test_rich_text_is_searched_like_any_other(run):
    found = attached(run(document(rb"{\rtf1\ansi Call \b 617-\b0 555-0142\par now}", "text/rtf"), scanner="text"))
    assert base64.b64decode(found["data"]).decode() == "Call [PHONE-1]\nnow"
    assert found["contentType"] == "text/plain; charset=utf-8"


def test_a_scanner_that_fails_lets_nothing_pass(run, engine, person):
    resource = observation(valueString="Ann Lee", note=[{"text": "Ann Lee"}])
    found = run(resource, scanner="broken")
    assert "Ann" not in json.dumps(found)
    counts = engine(scanner="broken").deidentify(json.dumps(resource), person()).counts
    assert counts["Observation.valueString", "scan_failed"] == 1
    assert "content" not in attached(run(document(b"Ann Lee"), scanner="broken"))


def test_a_word_of_a_vocabulary_with_a_number_of_somebody_goes_even_when_the_scanner_lets_it_pass(run):
    coding = {"system": LOINC, "code": "4548-4", "display": "call 13812345678"}
    found = run(
        observation(code={"coding": [coding], "text": "HbA1c"}, valueQuantity={"value": 1, "unit": "617-555-0143"})
    )
    assert found["code"] == {"coding": [{"system": LOINC, "code": "4548-4"}], "text": "HbA1c"}
    assert found["valueQuantity"] == {"value": 1}


def test_free_text_of_a_person_without_a_record_goes(run, person):
    stranger = person(has_record=False)
    resource = observation(valueString="Ann Lee", code={"text": "HbA1c"})
    found = run(resource, stranger)
    assert found["code"] == {"text": "HbA1c"}
    assert "valueString" not in found
    assert "data" not in attached(run(document(b"Ann Lee"), stranger))


def test_what_is_remembered_of_one_person_is_not_used_for_another(engine, person):
    resource = json.dumps(observation(valueQuantity={"value": 1, "unit": "Lee"}))
    first, second = person(), person(KnownTerm("Mr Lee", "NAME"), KnownTerm("Leee", "NAME"), KnownTerm("Lee", "ID"))
    third = person(subject_key="x", dates=DateRule("shift", -3, -3))
    dated = json.dumps(observation(effectiveDateTime="2024-03-15"))
    for _ in range(2):
        assert '"Lee"' in engine().deidentify(resource, first).raw
        assert "2024-03-05" in engine().deidentify(dated, second).raw
        assert "2024-03-12" in engine().deidentify(dated, third).raw


# --- laws -------------------------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.just("SECRET-X"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "coding",
                    "code",
                    "text",
                    "reference",
                    "value",
                    "extension",
                    "url",
                    "start",
                    "data",
                    "contentType",
                    "resourceType",
                    "id",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
ELEMENTS = [
    "status",
    "code",
    "subject",
    "valueString",
    "component",
    "contained",
    "note",
    "meta",
    "extension",
    "effectiveDateTime",
    "identifier",
    "id",
]


class _Blind:
    def scan(self, text: str, subject: Subject) -> Any:
        return type("Scanned", (), {"text": "[TEXT]", "hits": {}})


LAW_KEYS = KeyRing("00000000", {p: bytes(32) for p in ("subject", "person", "link", "dates", "resource")})
LAW_ENGINE = Deidentifier(load_policies(), "cn_l3", LAW_KEYS, _Blind())
LAW_SUBJECT = Subject("h", "s", "p", DateRule("shift", -1, -1), (KnownTerm("SECRET-X", "ID"),))


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(ELEMENTS), json_values))
def test_any_json_ends_without_an_error_and_without_what_is_known(elements):
    raw = json.dumps({"resourceType": "Observation", **elements})
    outcome = LAW_ENGINE.deidentify(raw, LAW_SUBJECT)
    if outcome.raw is None:
        assert outcome.reason in REASONS
    else:
        assert "SECRET-X" not in outcome.raw
        json.loads(outcome.raw)
    assert "SECRET-X" not in str(outcome.counts)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("97", "90+"), ("97 years", "90+"), ("at 95 years", "90+"), ("aged ninety-five", "90+"), ("９５", "90+"), ("九十五岁起病", "90+"),
        ("1100 months", "90+"), ("35000 days", "90+"), ("1140个月", "90+"), ("between 85 and 92", "90+"), ("97yo", "90+"),
        ("89", "89"), ("childhood", "childhood"), ("in 1998", "in 1998"), ("1998年", "1998年"), ("100 days", "100 days"), ("120天", "120天"),
        ("3 months", "3 months"), ("at age 5", "at age 5"),
    ],
)  # fmt: skip
def test_an_age_over_the_limit_goes_from_a_text_that_tells_ages(text, kept, engine, person):
    def told(scanner, **resource):
        return json.loads(engine(scanner=scanner).deidentify(json.dumps({"id": "x", **resource}), person()).raw)

    condition = told("open", resourceType="Condition", onsetString=text)
    assert condition["onsetString"] == kept
    code = {"coding": [{"system": "http://loinc.org", "code": "63900-5"}]}
    age = told("open", resourceType="Observation", status="final", code=code, valueString=text, component=[{"code": code, "valueString": text}])  # fmt: skip
    assert (age["valueString"], age["component"][0]["valueString"]) == (kept, kept)


def test_what_the_scanner_has_left_of_an_age_stays_readable(engine, person):
    given = {"resourceType": "Condition", "id": "c", "onsetString": "at age 95, 93岁"}
    found = json.loads(engine(scanner="text").deidentify(json.dumps(given, ensure_ascii=False), person()).raw)
    assert found["onsetString"] in ("at age 90+, 90岁以上", "90+")


def test_what_depends_on_the_record_is_not_taken_from_another_of_the_person(engine, person):
    """The same local reference names another contained resource in each record, and goes where it names none."""
    subject = person()
    inner = {"resourceType": "Practitioner", "id": "d"}
    base = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "performer": [{"reference": "#d"}]}
    found = [
        json.loads(engine().deidentify(json.dumps(one), subject).raw)
        for one in (
            {**base, "id": "a", "contained": [inner]},
            {**base, "id": "b", "contained": [inner]},
            {**base, "id": "c"},
        )
    ]
    to = [r.get("performer", [{}])[0].get("reference") for r in found]
    assert to[:2] == [f"#{r['contained'][0]['id']}" for r in found[:2]]
    assert to[0] != to[1]
    assert to[2] is None
