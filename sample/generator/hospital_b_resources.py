"""hospital_b's own resources: patients, consents, the hospital with its departments and doctors."""

import copy
import re

from generator import identities, notes_zh
from generator.delivery import Resource, new_id
from generator.hospital_b_people import DENIED, EXPIRED, WITHDRAWN, Person
from generator.synthea import LOINC

ID = "hospital_b"
SYSTEM = "http://hospital-b.example.org/fhir"
_HOSPITAL = {"reference": f"Organization?identifier={SYSTEM}/organization|EH001", "display": identities.HOSPITAL}
_SEX = {"male": "男", "female": "女"}


def patient(person: Person, kept: Resource) -> Resource:
    """The Patient; `kept` is what comes from Synthea's (death, marital status)."""
    identifier: list[Resource] = []
    if person.resident_id:
        system = f"{SYSTEM}/resident-id"
        identifier.append(
            {"use": "official", "type": id_type("NI", "居民身份证号"), "system": system, "value": person.resident_id}
        )
    if person.passport:
        identifier.append(copy.deepcopy(person.passport))
    identifier += [
        {"use": "usual", "type": id_type("MR", "病案号"), "system": f"{SYSTEM}/chart-no", "value": person.chart},
        {"type": id_type("HC", "医保号"), "system": f"{SYSTEM}/medical-insurance-no", "value": person.card},
    ]
    address = {
        "use": "home", "text": person.place.text, "line": [person.place.line], "city": person.place.city,
        "district": person.place.district, "state": person.place.province, "postalCode": person.place.postal_code,
        "country": "CN",
    }  # fmt: skip
    telecom: list[Resource] = [{"system": "phone", "value": person.mobile, "use": "mobile"}]
    if int(person.mobile[-1]) % 3 == 0:
        email = re.sub("[^a-z]", "", person.pinyin.lower())
        telecom.append({"system": "email", "value": f"{email}{person.birth_date.year}@example.com", "use": "home"})
    sex = _SEX[person.gender]
    born = person.birth_date
    told = f"{person.shown}，{sex}，{born.year}年{born.month}月{born.day}日生，病案号 {person.chart}"
    code, display = ("zh-CN", "中文") if person.resident_id else ("en", "English")
    language = {"system": "urn:ietf:bcp:47", "code": code, "display": display}
    return {
        "resourceType": "Patient",
        "id": person.patient_id,
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{told}</div>'},
        "identifier": identifier,
        "name": list(person.names),
        "telecom": telecom,
        "gender": person.gender,
        "birthDate": born.isoformat(),
        **kept,
        "address": [address],
        "contact": [_contact(person)],
        "communication": [{"language": {"coding": [language]}}],
        "managingOrganization": _HOSPITAL,
    }  # fmt: skip


def _contact(person: Person) -> Resource:
    relative = person.relative
    return {
        "relationship": [{"text": relative.relation}],
        "name": {"text": relative.name},
        "telecom": [{"system": "phone", "value": relative.mobile, "use": "mobile"}],
        "gender": relative.gender,
    }


def consent(person: Person) -> Resource:
    """Consent to research, R4: a permit or a deny with a period; a withdrawn one is inactive."""
    start, end = ("2020-01-01", "2024-12-31") if person.consent == EXPIRED else ("2024-01-01", "2046-12-31")
    purpose = {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
        "code": "HRESCH",
        "display": "healthcare research",
    }
    return {
        "resourceType": "Consent",
        "id": new_id(ID, "consent", person.patient_id),
        "status": "inactive" if person.consent == WITHDRAWN else "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "research"}]},
        "category": [
            {"coding": [{"system": LOINC, "code": "59284-0", "display": "Consent Document"}], "text": "科研知情同意"}
        ],
        "patient": {"reference": f"Patient/{person.patient_id}", "display": person.shown},
        "dateTime": start,
        "performer": [{"reference": f"Patient/{person.patient_id}"}],
        "policyRule": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentpolicycodes", "code": "cric"}]
        },
        "provision": {
            "type": "deny" if person.consent == DENIED else "permit",
            "period": {"start": start, "end": end},
            "purpose": [purpose],
        },
    }


def id_type(code: str, text: str) -> Resource:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": code}], "text": text}


def staff() -> list[Resource]:
    """The hospital, its departments and its doctors."""
    hospital = {"reference": f"Organization/{new_id(ID, 'hospital')}", "display": identities.HOSPITAL}
    made: list[Resource] = [
        {
            "resourceType": "Organization", "id": new_id(ID, "hospital"), "active": True, "name": identities.HOSPITAL,
            "identifier": [{"system": f"{SYSTEM}/organization", "value": "EH001"}],
            "address": [{"text": "上海市浦东新区示例路1号", "city": "上海市", "country": "CN"}],
            "telecom": [{"system": "phone", "value": "021-00000001"}],
        }
    ]  # fmt: skip
    for department in _departments():
        code = _department_code(department)
        made.append({
            "resourceType": "Organization", "id": new_id(ID, "department", code), "active": True, "name": department,
            "identifier": [{"system": f"{SYSTEM}/organization", "value": code}], "partOf": hospital,
        })  # fmt: skip
        made.append({
            "resourceType": "Location", "id": new_id(ID, "location", code), "status": "active", "name": department,
            "identifier": [{"system": f"{SYSTEM}/location", "value": code}], "managingOrganization": hospital,
        })  # fmt: skip
    for name, title, department, gender in identities.DOCTORS:
        number = _staff_number(name)
        made.append({
            "resourceType": "Practitioner", "id": new_id(ID, "doctor", number), "active": True, "gender": gender,
            "identifier": [{"system": f"{SYSTEM}/staff-no", "value": number}],
            "name": [{"use": "official", "text": name}], "qualification": [{"code": {"text": title}}],
        })  # fmt: skip
        made.append({
            "resourceType": "PractitionerRole", "id": new_id(ID, "role", number), "active": True,
            "practitioner": {"reference": f"Practitioner/{new_id(ID, 'doctor', number)}", "display": name},
            "organization": {"reference": f"Organization/{new_id(ID, 'department', _department_code(department))}"},
            "code": [{"text": title}], "specialty": [{"text": department}],
        })  # fmt: skip
    return made


def _departments() -> list[str]:
    return list(dict.fromkeys(d[2] for d in identities.DOCTORS))


def _department_code(department: str) -> str:
    return f"D{_departments().index(department) + 1:02d}"


def _staff_number(name: str) -> str:
    return f"EH{[d[0] for d in identities.DOCTORS].index(name) + 1001}"


def provider_reference(kind: str, visit: notes_zh.Visit) -> Resource:
    if kind == "Practitioner":
        return practitioner_reference(visit.doctor)
    if kind == "Location":
        return {
            "reference": f"Location?identifier={SYSTEM}/location|{_department_code(visit.department)}",
            "display": visit.department,
        }
    return _HOSPITAL


def practitioner_reference(name: str) -> Resource:
    """Conditional, as Synthea writes them: whoever stores the Bundle looks the doctor up by staff number."""
    return {"reference": f"Practitioner?identifier={SYSTEM}/staff-no|{_staff_number(name)}", "display": name}
