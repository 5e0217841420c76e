"""hospital_b: Synthea's clinical content about people with Chinese identities, delivered as one Bundle per patient.

Six patients are people of hospital_a who moved here: same name, birth date, sex and passport, other ids and address.
"""

import base64
import copy
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from generator import delivery, identities, notes_zh, terms_zh, trial
from generator.delivery import Batch, Item, Resource, new_id
from generator.hospital_b_people import NO_CONSENT, PERMITTED, Person
from generator.hospital_b_resources import ID, SYSTEM, consent, id_type, patient, provider_reference, staff
from generator.identities import Relative
from generator.synthea import HBA1C, LOINC, ORDER, Run

SEED = 20260301
LARGEST_RECORD = 450
QUOTAS = {
    "over 89": 1, "deceased": 2, "type 2 diabetes": 3, "inpatient": 5, "prediabetes": 12, "hypertension": 3,
    "child": 4, "adult": 5,
}  # fmt: skip
MOVED = 6

_CHINA = timezone(timedelta(hours=8))
_UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)")
_CUT_OFF = "2025-12-01"
_NAMED_FILES = 2  # Bundle files that carry the patient's pinyin name, as real exports do
_PLAIN_FILES = 4  # not packed
_SECOND_BATCH = 3  # patients with visits after the cut-off who are in the second batch
# Patients, else eligible for the trial, with HbA1c in mmol/mol: under the code for %, and under its own code.
_OTHER_UNIT, _OTHER_CODE = 2, 1


def records(run: Run, persons: dict[str, Person]) -> dict[str, list[Resource]]:
    """The records of the patients as this hospital keeps them."""
    found = {p: _Record(person, run.records[p]).resources() for p, person in persons.items()}
    own = [p for p, x in persons.items() if x.resident_id and x.consent == PERMITTED]
    eligible = [p for p in own if trial.verdict(trial.MAIN, found[p]) == "eligible"]
    for number, patient_id in enumerate(eligible[: _OTHER_UNIT + _OTHER_CODE]):
        for observation in found[patient_id]:
            _in_mmol_per_mol(observation, keeps_code=number < _OTHER_UNIT)
    return found


def _in_mmol_per_mol(observation: Resource, *, keeps_code: bool) -> None:
    """HbA1c by IFCC instead of NGSP (Hoelzel et al., Clin Chem 2004;50:166): mmol/mol = 10.93 x % - 23.50."""
    if observation["resourceType"] != "Observation" or observation["code"]["coding"][0]["code"] != HBA1C:
        return
    value = round(10.93 * observation["valueQuantity"]["value"] - 23.50, 1)
    unit = {"unit": "mmol/mol", "system": "http://unitsofmeasure.org", "code": "mmol/mol"}
    observation["valueQuantity"] = {"value": value, **unit}
    if not keeps_code:
        display = "Hemoglobin A1c/Hemoglobin.total in Blood by IFCC protocol"
        observation["code"] = {
            "coding": [{"system": LOINC, "code": "59261-8", "display": display}],
            "text": "糖化血红蛋白",
        }


class _Record:
    """One patient's Synthea record, told as this hospital would."""

    def __init__(self, person: Person, source: list[Resource]) -> None:
        self.person = person
        self.source = [_in_china(copy.deepcopy(r)) for r in source if r["resourceType"] != "Patient"]
        self.deceased = _in_china({k: v for k, v in source[0].items() if k in ("deceasedDateTime", "maritalStatus")})
        self.encounters = {r["id"]: r for r in self.source if r["resourceType"] == "Encounter"}
        self.visits = {i: self._visit(e) for i, e in self.encounters.items()}
        self.texts = {i: self._note(e) for i, e in self.encounters.items()}

    def resources(self) -> list[Resource]:
        found = [patient(self.person, self.deceased)]
        found += [consent(self.person)] if self.person.consent != NO_CONSENT else []
        rng = random.Random(f"notes/{self.person.patient_id}")
        for resource in self.source:
            resource.get("meta", {}).pop("profile", None)
            if not resource.get("meta", True):
                del resource["meta"]
            change = getattr(self, f"_{resource['resourceType'].lower()}", None)
            if change:
                change(resource, rng)
            found.append(self._told(resource, self._visit_of(resource)))
            found += self._hospital_stay(resource)
        return sorted(found, key=lambda r: ORDER.index(r["resourceType"]))

    # How each type differs from Synthea's.

    def _encounter(self, encounter: Resource, rng: random.Random) -> None:
        visit, stays = self.visits[encounter["id"]], _stays(encounter)
        kind = "住院号" if stays else "门诊号"
        system = f"{SYSTEM}/{'inpatient-no' if stays else 'outpatient-no'}"
        encounter["identifier"] = [
            {"use": "official", "type": id_type("VN", kind), "system": system, "value": visit.number}
        ]
        encounter["type"][0]["text"] = terms_zh.visit(encounter["type"][0]["text"])
        encounter["serviceType"] = {"text": visit.department}

    def _condition(self, condition: Resource, rng: random.Random) -> None:
        _name_in_chinese(condition["code"])
        visit = self._visit_of(condition)
        if rng.random() < 0.12 and visit:
            condition["note"] = [{"authorString": visit.doctor, "text": notes_zh.condition_note(visit, rng)}]

    def _documentreference(self, document: Resource, rng: random.Random) -> None:
        encounter = self._encounter_of(document)
        kind = "入院记录" if _stays(encounter) else _outpatient_note(encounter)
        document["type"]["text"] = kind
        document["content"][0]["attachment"] = _attachment(self.texts[encounter["id"]], kind)

    def _diagnosticreport(self, report: Resource, rng: random.Random) -> None:
        if "presentedForm" in report:
            encounter = self._encounter_of(report)
            report["presentedForm"] = [_attachment(self.texts[encounter["id"]])]

    def _medicationrequest(self, request: Resource, rng: random.Random) -> None:
        for reason in request.get("reasonReference", []):
            reason.pop("display", None)

    # The visit that a note is written from.

    def _visit(self, encounter: Resource) -> notes_zh.Visit:
        person, rng = self.person, random.Random(f"visit/{encounter['id']}")
        start = datetime.fromisoformat(encounter["period"]["start"])
        stays = _stays(encounter)
        age = person.age(start.date())
        doctor, senior = _doctors(encounter, age, person.gender)
        number = (
            f"ZY{start:%y}{rng.randrange(10_000, 99_999)}"
            if stays
            else f"MZ{start:%y%m}{rng.randrange(10_000, 99_999)}"
        )
        own = [r for r in self.source if r["resourceType"] != "Encounter" and _encounter_id(r) == encounter["id"]]
        known = [
            r
            for r in self.source
            if r["resourceType"] == "Condition" and r["onsetDateTime"] <= encounter["period"]["end"]
        ]
        ranked = [*[r for r in own if r["resourceType"] == "Condition"], *known]
        by_weight = sorted((r["code"]["coding"][0]["code"] for r in ranked), key=lambda c: c in terms_zh.MINOR)
        names = [terms_zh.DIAGNOSES[code][1] for code in by_weight if code in terms_zh.DIAGNOSES]
        drugs = [
            r.get("medicationCodeableConcept", {}).get("text") for r in own if r["resourceType"] == "MedicationRequest"
        ]
        return notes_zh.Visit(
            name=person.shown, sex={"male": "男", "female": "女"}[person.gender], age=age, pinyin=person.pinyin,
            resident_id=person.resident_id, mobile=person.mobile, home=person.place.text, card=person.card,
            number=number, relative=_at_that_age(person.relative, age), start=start,
            doctor=doctor[0], title=doctor[1], department=doctor[2], senior=senior[0], senior_title=senior[1],
            diagnoses=tuple(dict.fromkeys(names)) or ("健康查体",),
            drugs=tuple(dict.fromkeys(terms_zh.drug(d) for d in drugs if d)),
            pressure=_pressure(own), weight=_weight(own),
        )  # fmt: skip

    def _note(self, encounter: Resource) -> str:
        rng = random.Random(f"note/{encounter['id']}")
        visit = self.visits[encounter["id"]]
        if _stays(encounter):
            return notes_zh.admission_note(visit, rng)
        return notes_zh.clinic_note(visit, _outpatient_note(encounter), rng)

    def _hospital_stay(self, resource: Resource) -> list[Resource]:
        """The progress note and the discharge note that go with an admission note."""
        if resource["resourceType"] != "DocumentReference" or not _stays(encounter := self._encounter_of(resource)):
            return []
        visit, rng, more = self.visits[encounter["id"]], random.Random(f"stay/{encounter['id']}"), []
        for code, kind, write, days in (
            ("11506-3", "病程记录", notes_zh.progress_note, 4),
            ("18842-5", "出院小结", notes_zh.discharge_note, 6),
        ):
            note = self._told(resource, visit) | {"id": new_id(kind, resource["id"])}
            note.pop("identifier", None)
            note["date"] = (visit.start + timedelta(days=days)).isoformat()
            note["type"] = {"coding": [{"system": LOINC, "code": code}], "text": kind}
            note["content"][0]["attachment"] = _attachment(write(visit, rng), kind)
            more.append(note)
        return more

    def _encounter_of(self, resource: Resource) -> Resource:
        encounter_id = _encounter_id(resource)
        assert encounter_id
        return self.encounters[encounter_id]

    def _visit_of(self, resource: Resource) -> notes_zh.Visit | None:
        own = resource["id"] if resource["resourceType"] == "Encounter" else _encounter_id(resource)
        return self.visits.get(own or "")

    def _told(self, value: Any, visit: notes_zh.Visit | None) -> Any:
        """The value with references to this hospital's own people and places."""
        if isinstance(value, list):
            return [self._told(v, visit) for v in value]
        if not isinstance(value, dict):
            return value
        told = {k: self._told(v, visit) for k, v in value.items()}
        target = value.get("reference")
        if isinstance(target, str):
            if target.startswith("Patient/"):
                told |= {"display": self.person.shown} if "display" in told else {}
            elif "?" in target and visit:
                told |= provider_reference(target.split("?")[0], visit)
        return told


def _doctors(encounter: Resource, age: int, gender: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who sees the patient, and the senior doctor of the same department."""
    pick = random.Random(f"doctor/{encounter['participant'][0]['individual']['reference']}")
    fits = [
        d for d in identities.DOCTORS if (d[2] == "儿科") == (age < 14) and (d[2] != "妇产科" or gender == "female")
    ]
    doctor = pick.choice(fits)
    titles = ("主任医师", "副主任医师", "主治医师", "住院医师")
    *juniors, senior = sorted((d for d in fits if d[2] == doctor[2]), key=lambda d: -titles.index(d[1]))
    return (juniors[0] if juniors and _stays(encounter) else doctor), senior


def _at_that_age(relative: Relative, age: int) -> Relative:
    """Who came along to an early visit was not yet a child or a partner."""
    youngest = {"儿子": 45, "女儿": 45, "妻子": 22, "丈夫": 22, "配偶": 22}.get(relative.relation, 0)
    return relative if age >= youngest else replace(relative, relation="亲属")


def _pressure(own: list[Resource]) -> str | None:
    panels = [r for r in own if r["resourceType"] == "Observation" and len(r.get("component", [])) == 2]
    for panel in panels:
        by_code = {c["code"]["coding"][0]["code"]: c.get("valueQuantity", {}).get("value") for c in panel["component"]}
        if by_code.get("8480-6") and by_code.get("8462-4"):
            return f"{by_code['8480-6']:.0f}/{by_code['8462-4']:.0f}"
    return None


def _weight(own: list[Resource]) -> str | None:
    weights = [r for r in own if r["resourceType"] == "Observation" and r["code"]["coding"][0]["code"] == "29463-7"]
    return f"{weights[0]['valueQuantity']['value']:.1f}" if weights else None


def _encounter_id(resource: Resource) -> str | None:
    about = resource.get("encounter") or resource.get("context") or {}
    about = about.get("encounter", [about])[0] if isinstance(about.get("encounter", []), list) else about
    return str(about["reference"]).removeprefix("Encounter/") if "reference" in about else None


def _stays(encounter: Resource) -> bool:
    return bool(encounter["class"]["code"] == "IMP")


def _outpatient_note(encounter: Resource) -> str:
    kinds = {"EMER": "急诊病历", "VR": "互联网门诊记录", "HH": "家庭访视记录"}
    return kinds.get(encounter["class"]["code"], "门诊病历")


def _attachment(text: str, title: str | None = None) -> Resource:
    data = base64.b64encode(text.encode("utf-8")).decode("ascii")
    attachment = {"contentType": "text/plain; charset=utf-8", "language": "zh-CN", "data": data}
    return {**attachment, "title": title} if title else attachment


def _name_in_chinese(code: Resource) -> None:
    """Chinese ICD-10 beside SNOMED CT, for what has one."""
    if term := terms_zh.DIAGNOSES.get(code["coding"][0]["code"]):
        code["coding"].append({"system": terms_zh.ICD10, "code": term[0], "display": term[1]})
        code["text"] = term[1]


def _in_china(value: Any) -> Any:
    """The same instants in China's time zone."""
    if isinstance(value, list):
        return [_in_china(v) for v in value]
    if isinstance(value, dict):
        return {k: _in_china(v) for k, v in value.items()}
    if isinstance(value, str) and _UTC_TIME.fullmatch(value):
        precision = "milliseconds" if "." in value else "seconds"
        return datetime.fromisoformat(value).astimezone(_CHINA).isoformat(timespec=precision)
    return value


# --- delivery -------------------------------------------------------------------------------------------------------


def deliver(own: dict[str, list[Resource]], persons: dict[str, Person]) -> list[Batch]:
    """The two batches: one Bundle per patient, and later the newest visits of three of them."""
    first, second = Batch(ID, "2026-03-export"), Batch(ID, "2026-04-update")
    first.bundle("hospital-information.json", staff())
    bad = _bad(own)
    late_of = {p: late for p, record in own.items() if (late := _after_cut_off(record))}
    chosen = sorted(late_of)[:_SECOND_BATCH]
    named = [p for p in own if persons[p].resident_id][:_NAMED_FILES]
    for number, patient_id in enumerate(own, 1):
        late = late_of[patient_id] if patient_id in chosen else []
        gone = {r["id"] for r in late}
        now = [r for r in own[patient_id] if r["id"] not in gone]
        name = (
            f"{number:03d}-{persons[patient_id].pinyin.replace(' ', '_')}"
            if patient_id in named
            else f"patient-{number:03d}"
        )
        packed = ".json" if number <= _PLAIN_FILES else ".json.gz"
        kind = "collection" if number % 4 == 0 else "transaction"
        first.bundle(f"{name}{packed}", [*now, *bad.get(number, [])], kind)
        if late:
            repeated = [r for r in now if r["resourceType"] == "Observation"][:1] if len(second.files) < 2 else []
            second.bundle(
                f"patient-{number:03d}.json.gz", [*late, *(delivery.repeated(r, later=True) for r in repeated)]
            )
    first.cut_off("patient-resend.json", staff())
    return [first, second]


def _after_cut_off(record: Iterable[Resource]) -> list[Resource]:
    record = list(record)
    late = {r["id"] for r in record if r["resourceType"] == "Encounter" and r["period"]["start"] >= _CUT_OFF}
    drugs = {
        str(r["medicationReference"]["reference"]).removeprefix("Medication/")
        for r in record if "medicationReference" in r and _encounter_id(r) in late
    }  # fmt: skip
    return [r for r in record if r["id"] in late | drugs or _encounter_id(r) in late]


def _bad(own: dict[str, list[Resource]]) -> dict[int, list[Item]]:
    """What is planted in the Bundle with this number, made from records of that patient."""

    def of(number: int, kind: str) -> list[Resource]:
        record = own[list(own)[number - 1]]
        return [r for r in record if r["resourceType"] == kind]

    return {
        2: [delivery.object_for_array(of(2, "Encounter")[0], "type"), delivery.missing_id(of(2, "Procedure")[0])],
        5: [delivery.dangling(of(5, "Condition")[0]), delivery.repeated(of(5, "Observation")[0])],
        7: [delivery.unknown_type(of(7, "Observation")[0]), delivery.dangling(of(7, "Observation")[1])],
        9: [delivery.repeated(of(9, "Condition")[0]), delivery.unknown_modifier(of(9, "Condition")[1])],
    }
