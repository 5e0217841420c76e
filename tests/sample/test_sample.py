"""The sample is what its README and expected.json say: sizes, counts, identities, links, planted records."""

import base64
import json
import re
import sys
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).parents[2] / "sample"
LANDING = SAMPLE / "landing"
EXPECTED = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
INSTITUTIONS = ("hospital_a", "hospital_b", "sponsor")

sys.path.insert(0, str(SAMPLE))
from generator import check  # noqa: E402

Resource = dict[str, Any]


@cache
def records(institution: str) -> tuple[check.Read, ...]:
    return tuple(check.read(LANDING, institution))


@cache
def of_type(institution: str, kind: str) -> dict[str, Resource]:
    """The last delivered version of each resource by id."""
    every = (r.resource for r in records(institution) if r.resource)
    return {r["id"]: r for r in every if r["resourceType"] == kind and "id" in r}


def who(patient: Resource) -> tuple[str, ...]:
    name = patient["name"][0]
    return (*name["given"], name["family"], patient["birthDate"], patient["gender"])


def passports(patient: Resource) -> set[str]:
    typed = (i for i in patient.get("identifier", []) if "type" in i)
    return {i["value"] for i in typed if i["type"].get("coding", [{}])[0].get("code") == "PPN"}


def resident_ids() -> dict[str, Resource]:
    every = of_type("hospital_b", "Patient").values()
    return {i["value"]: p for p in every for i in p["identifier"] if i["system"].endswith("/resident-id")}


def test_files_are_small_enough_for_a_repository():
    sizes = [f.stat().st_size for f in LANDING.rglob("*") if f.is_file()]
    assert sum(sizes) < 6_000_000
    assert max(sizes) < 2_000_000


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_every_record_is_acceptable_but_the_planted(institution):
    told = EXPECTED["institutions"][institution]
    wrong = Counter(r.batch for r in records(institution) if not r.deleted and not check.is_acceptable(r.resource))
    assert sum(wrong.values()) > 0
    assert {b: wrong[b] for b in told["batches"]} == {b: t["not_acceptable"] for b, t in told["batches"].items()}


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_counts_are_those_of_expected_json(institution):
    told = EXPECTED["institutions"][institution]
    read, by_type, deletes = Counter(), defaultdict(Counter), Counter()
    for record in records(institution):
        kind = record.deleted.split("/")[0] if record.deleted else (record.resource or {}).get("resourceType")
        read[record.batch] += 1
        deletes[record.batch] += record.deleted is not None
        by_type[record.batch]["(unknown)" if kind in (None, "ClinicalNote") else kind] += 1
    assert {p.name for p in (LANDING / institution).iterdir()} == set(told["batches"])
    for name, batch in told["batches"].items():
        files = [f for f in (LANDING / institution / name).rglob("*") if f.is_file() and f.name != "_SUCCESS"]
        assert (len(files), read[name], deletes[name]) == (batch["files"], batch["records"], batch["deletes"])
        assert by_type[name] == batch["by_type"]
    assert told["records"] == sum(read.values())


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_references_lead_somewhere_but_the_planted(institution):
    there: set[str] = set()
    for name, batch in EXPECTED["institutions"][institution]["batches"].items():
        own = [r.resource for r in records(institution) if r.batch == name and r.resource]
        there |= {f"{r['resourceType']}/{r['id']}" for r in own if "id" in r}
        dangling = [r for r in own if not set(check.references(r)) <= there]
        assert len(dangling) == batch["planted"].get("dangling_reference", 0)


@pytest.mark.parametrize("institution", ["hospital_a", "hospital_b"])
def test_conditional_references_lead_somewhere(institution):
    known = {
        f"{kind}?identifier={i['system']}|{i['value']}"
        for kind in ("Practitioner", "Organization", "Location")
        for r in of_type(institution, kind).values()
        for i in r["identifier"]
    }
    texts = {s for r in records(institution) for s in check.strings(r.resource or {}) if "?identifier=" in s}
    assert texts
    assert texts <= known


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_repeated_records_are_the_planted(institution):
    seen, repeated = set(), Counter()
    for record in records(institution):
        if record.resource and "id" in record.resource:
            text = json.dumps(record.resource, sort_keys=True)
            repeated[record.batch] += text in seen
            seen.add(text)
    told = EXPECTED["institutions"][institution]["batches"]
    assert {b: repeated[b] for b in told} == {b: t["repeated"] for b, t in told.items()}


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_unknown_modifiers_are_the_planted(institution):
    found = Counter(r.batch for r in records(institution) if "modifierExtension" in (r.resource or {}))
    told = EXPECTED["institutions"][institution]["batches"]
    assert {b: found[b] for b in told} == {
        b: t["planted"].get("unknown_modifier_extension", 0) for b, t in told.items()
    }


def test_each_institution_has_each_kind_of_bad_record():
    kinds = {
        "broken_json", "wrong_json_type", "unknown_modifier_extension", "dangling_reference", "duplicate_in_batch",
        "repeated_in_later_batch", "unknown_resource_type", "missing_id",
    }  # fmt: skip
    for told in EXPECTED["institutions"].values():
        assert kinds <= {k for batch in told["batches"].values() for k in batch["planted"]}


def test_too_few_records_are_bad_to_stop_a_run():
    for told in EXPECTED["institutions"].values():
        assert sum(b["not_acceptable"] for b in told["batches"].values()) / told["records"] < 0.05


# --- hospital_b's identities ----------------------------------------------------------------------------------------


def remainder(number: str) -> int:
    """ISO 7064 MOD 11-2, which GB 11643 uses, as the standard's recursive method: 1 for a valid number."""
    value = 0
    for character in number:
        value = (value * 2 + (10 if character == "X" else int(character))) % 11
    return value


def test_resident_ids_are_valid_and_of_nobody():
    assert len(resident_ids()) == EXPECTED["consent"]["hospital_b"]["permitted"] + 6 - EXPECTED["people"]["moved"]
    for number, patient in resident_ids().items():
        assert re.fullmatch(r"[1-8]\d{16}[\dX]", number)
        assert remainder(number) == 1
        assert number[4:6] == "99"  # no county has this code
        assert number[6:14] == patient["birthDate"].replace("-", "")
        assert int(number[16]) % 2 == (patient["gender"] == "male")


def test_mobiles_are_of_nobody():
    patients = of_type("hospital_b", "Patient").values()
    phones = [t["value"] for p in patients for x in [p, *p["contact"]] for t in x["telecom"] if t["system"] == "phone"]
    assert len(phones) == 2 * len(patients)
    assert all(re.fullmatch(r"1[3-9]\d0000\d{4}", phone) for phone in phones)


def test_nothing_happens_before_birth():
    for institution in ("hospital_a", "hospital_b"):
        born = {i: p["birthDate"] for i, p in of_type(institution, "Patient").items()}
        for encounter in of_type(institution, "Encounter").values():
            patient = encounter["subject"]["reference"].removeprefix("Patient/")
            assert encounter["period"]["start"][:10] >= born[patient]


def test_notes_are_chinese_and_name_their_patient():
    patients = of_type("hospital_b", "Patient")
    named, chinese, kinds = 0, 0, Counter()
    for document in of_type("hospital_b", "DocumentReference").values():
        text = base64.b64decode(document["content"][0]["attachment"]["data"]).decode("utf-8")
        name = patients[document["subject"]["reference"].removeprefix("Patient/")]["name"][0]
        named += (name.get("text") or name["family"]) in text
        kinds[document["type"]["text"]] += 1
        chinese += len(re.findall("[\u4e00-\u9fff]", text)) > len(text) / 3
    assert named == chinese == sum(kinds.values())
    assert {"入院记录", "病程记录", "出院小结", "门诊病历", "急诊病历"} <= set(kinds)


@pytest.mark.parametrize("term", ["帕金森病", "克罗恩病", "Foley 导尿管", "术后第3天", "身份证号", "儿子"])
def test_notes_hold_what_is_hard_to_tell_apart(term):
    notes = (d["content"][0]["attachment"]["data"] for d in of_type("hospital_b", "DocumentReference").values())
    assert any(term in base64.b64decode(n).decode("utf-8") for n in notes)


# --- people of several institutions, consents, trial ----------------------------------------------------------------


def test_people_who_moved_share_name_birth_date_sex_and_passport_only():
    here = {who(p): p for p in of_type("hospital_a", "Patient").values()}
    moved = [(here[who(p)], p) for p in of_type("hospital_b", "Patient").values() if who(p) in here]
    assert len(moved) == EXPECTED["people"]["moved"] == 6
    for before, after in moved:
        assert passports(before) == passports(after) != set()
        assert before["id"] != after["id"]
        assert before["address"][0]["line"] != after["address"][0]["line"]


def test_subjects_are_patients_of_the_hospitals():
    known = {who(p): institution for institution in INSTITUTIONS[:2] for p in of_type(institution, "Patient").values()}
    both = {who(p) for p in of_type("hospital_a", "Patient").values()} & {
        who(p) for p in of_type("hospital_b", "Patient").values()
    }
    subjects = [who(p) for p in of_type("sponsor", "Patient").values()]
    assert len(set(subjects)) == len(subjects) == 14
    assert set(subjects) <= set(known)
    assert {known[s] for s in subjects} == {"hospital_a", "hospital_b"}
    assert len(both & set(subjects)) == EXPECTED["people"]["hospital_a+hospital_b+sponsor"]


def test_consents_of_hospital_b():
    consents = {
        c["patient"]["reference"].removeprefix("Patient/"): c for c in of_type("hospital_b", "Consent").values()
    }
    found = Counter(_verdict(consents.get(i), date(2026, 6, 1)) for i in of_type("hospital_b", "Patient"))
    assert found == EXPECTED["consent"]["hospital_b"]
    assert {k: n for k, n in found.items() if k != "permitted"} == {
        "none": 3,
        "denied": 1,
        "withdrawn": 1,
        "expired": 1,
    }


def _verdict(consent: Resource | None, day: date) -> str:
    if consent is None:
        return "none"
    if consent["status"] != "active":
        return "withdrawn"
    if consent["provision"]["type"] == "deny":
        return "denied"
    period = consent["provision"]["period"]
    return "permitted" if period["start"] <= day.isoformat() <= period["end"] else "expired"


def test_each_subject_has_a_consent_and_one_withdrew():
    consents = Counter(c["status"] for c in of_type("sponsor", "Consent").values())
    assert consents == {"active": 13, "inactive": 1}


def test_the_trial_has_eligible_ineligible_and_unknown_patients_in_both_hospitals():
    for counts in EXPECTED["trial"]["study-glx-201"].values():
        assert min(counts["eligible"], counts["ineligible"], counts["unknown"]) >= 2


def test_every_criterion_of_the_trial_has_a_code_and_one_of_the_other_study_has_none():
    groups = {g["id"]: g["characteristic"] for g in of_type("sponsor", "Group").values() if not g["actual"]}
    words_only = {i: sum("coding" not in c["code"] for c in found) for i, found in groups.items()}
    assert words_only == {"study-glx-201-criteria": 0, "study-glx-obs-criteria": 1}


def test_expected_json_names_nobody():
    text = (SAMPLE / "expected.json").read_text(encoding="utf-8")
    for institution in INSTITUTIONS:
        for patient in of_type(institution, "Patient").values():
            name = patient["name"][0]
            assert name["family"] + name["given"][0] not in text
            assert patient["id"] not in text
