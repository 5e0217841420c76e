"""Two small institutions whose records are full of identifiers, for tests that look for them where they must not be.

Every planted string is made up and occurs nowhere else, so that finding it anywhere is a leak.
"""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

# What must not be found right of the border, in a log, an event, a report or a message.
EN = {
    "given": "Quillon",
    "family": "Varnstead",
    "maiden": "Ostrander",
    "nickname": "Quilly",
    "relative": "Brunhilde",
    "doctor": "Thaddeus Mirkwell",
    "hospital": "Larkspur Hollow Clinic",
    "street": "4417 Wexcombe Terrace",
    "city": "Dunmorrow",
    "zip": "02138-7761",
    "phone": "617-555-0142",
    "phone_plain": "6175550142",
    "email": "quillon.varnstead@mailhost.example",
    "ssn": "529-41-7736",
    "mrn": "MRN-88812345",
    "passport": "X77341299X",
    "plate": "7KQX912",
    "insurance": "HICN4455667788",
    "device": "SN-PLANT-55621",
    "id": "patient-varnstead-1",
    "birth": "1961-04-23",
    "url": "https://people.example/varnstead",
}
ZH = {
    "name": "欧阳振华",
    "wife": "司徒美玲",
    "son": "欧阳小川",
    "doctor": "慕容子衿",
    "id_card": "11010519491231002X",
    "phone": "13912345678",
    "address": "朝阳区望京西路甲47号院3号楼1802室",
    "admission": "ZY20260318007",
    "insurance": "YB330912776541",
    "wechat": "zhenhua_oy1949",
    "id": "oyzh-0001",
}
_NOTE_EN = f"""{EN["given"]} {EN["family"]} ({EN["nickname"]}), born April 23, 1961, MRN {EN["mrn"]}, SSN {EN["ssn"]}.
Lives at {EN["street"]}, {EN["city"]} {EN["zip"]}; phone ({EN["phone"][:3]}) {EN["phone"][4:]}, {EN["email"]}.
VARNSTEAD, QUILLON was seen by Dr. {EN["doctor"]} at {EN["hospital"]} on 2024-03-14 with her sister {EN["relative"]}.
She has Parkinson disease and a Foley catheter; two weeks ago HbA1c was 7.2 %. Licence plate {EN["plate"]}."""
_NOTE_ZH = f"""入院记录
姓名：{ZH["name"]}，男，住院号{ZH["admission"]}，身份证号{ZH["id_card"]}，联系电话{ZH["phone"]}，住址：北京市{ZH["address"]}。
患者{ZH["name"]}于2024年3月14日因右手静止性震颤入院，由其妻{ZH["wife"]}、其子{ZH["son"]}陪同，微信号{ZH["wechat"]}。
诊断为帕金森病。术后第3天，{ZH["doctor"]}主任医师查房：患者一般情况可，医保号{ZH["insurance"]}，空腹血糖7.2mmol/L。"""


def needles() -> list[str]:
    """Every planted string, and the parts of names that give a person away by themselves."""
    parts = ["Thaddeus", "Mirkwell", "Wexcombe", "VARNSTEAD", "QUILLON", "望京西路", "1961-04-23"]
    skip = ("birth",)
    return sorted({*(v for k, v in EN.items() if k not in skip), *ZH.values(), *parts})


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _note(id: str, patient: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference", "id": id, "status": "current",
        "subject": {"reference": f"Patient/{patient}", "display": text.split("，")[0][:40]},
        "date": "2024-03-14T10:31:07.123+08:00", "description": text,
        "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": _b64(text), "title": text[:30],
                                    "url": EN["url"]}}],
        "context": {"encounter": [{"reference": f"Encounter/e-{patient}"}], "period": {"start": "2024-03-14T10:31:07+08:00"}},
        **more,
    }  # fmt: skip


def _everywhere(patient: str, who: str) -> list[dict[str, Any]]:
    """Clinical records with `who` in each place where somebody may have typed it."""
    subject = {"reference": f"Patient/{patient}", "display": who, "identifier": {"value": who}}
    ext = [
        {"url": "https://hospital.example/typed", "valueString": who},
        {"url": EN["url"], "valueCode": who.replace(" ", "-")},
    ]
    text = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{who}</div>'}
    return [
        {"resourceType": "Encounter", "id": f"e-{patient}", "status": "finished", "text": text, "extension": ext,
         "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP", "display": who},
         "subject": subject, "period": {"start": "2024-03-14T10:31:07+08:00", "end": "2024-03-16T09:00:00+08:00"},
         "reasonCode": [{"text": who}], "identifier": [{"system": "urn:x", "value": who}],
         "participant": [{"individual": {"reference": "Practitioner/d1", "display": who}}]},
        {"resourceType": "Condition", "id": f"c-{patient}", "subject": subject, "extension": ext,
         "meta": {"tag": [{"display": who, "code": who.replace(" ", "-")}], "source": f"urn:x:{who.replace(' ', '-')}"},
         "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
         "code": {"coding": [{"system": "http://snomed.info/sct", "code": "49049000", "display": "Parkinson's disease"}],
                  "text": f"Parkinson's disease of {who}"},
         "onsetDateTime": "2020-02-29", "recordedDate": "2020-03-02", "note": [{"text": f"told by {who}", "authorString": who}],
         "contained": [{"resourceType": "Practitioner", "id": "p", "name": [{"text": who}]}],
         "_recordedDate": {"extension": ext}},
        {"resourceType": "Observation", "id": f"o-{patient}", "status": "final", "subject": subject, "issued": "2024-03-14T10:40:00Z",
         "effectiveDateTime": "2024-03-14T10:35:07+08:00", "valueQuantity": {"value": 7.20, "unit": who, "code": "%"},
         "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4", "display": "HbA1c"}]},
         "component": [{"code": {"coding": [{"system": "http://loinc.org", "code": "56799-0"}]}, "valueString": who}],
         "method": {"text": who}, "note": [{"text": who}],
         "performer": [{"reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|9941339108"}]},
        {"resourceType": "MedicationRequest", "id": f"m-{patient}", "status": "active", "intent": "order", "subject": subject,
         "medicationCodeableConcept": {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "860975"}]},
         "authoredOn": "2024-03-14", "dosageInstruction": [{"text": f"give to {who}", "patientInstruction": who}]},
        {"resourceType": "Observation", "id": f"x-{patient}", "status": "final", "subject": subject,
         "code": {"text": "anything"}, "modifierExtension": [{"url": "https://hospital.example/not", "valueBoolean": True}]},
    ]  # fmt: skip


def land(root: Path) -> tuple[Path, Path]:
    """Write landing folder and institution files; returns both."""
    landing, institutions = root / "landing", root / "institutions"
    institutions.mkdir(parents=True)
    for id, language, profile, consent in (
        ("planted_en", "en", "safe_harbor", "waived"),
        ("planted_zh", "zh", "cn_l3", "required"),
    ):
        approval = "approval: TEST-1\n" if consent == "waived" else ""
        (institutions / f"{id}.yaml").write_text(
            f"id: {id}\nname: {id}\nlanguage: {language}\nprofile: {profile}\nfhir_release: R4\nconsent: {consent}\n"
            f"{approval}max_rejected_ratio: 0.9\n"
        )
    english = landing / "planted_en" / "b1"
    english.mkdir(parents=True)
    en_lines = [
        _patient_en(),
        _note("n-en", EN["id"], _NOTE_EN),
        *_everywhere(EN["id"], f"{EN['given']} {EN['family']}"),
    ]
    doctor = {"resourceType": "Practitioner", "id": "d1", "name": [{"text": EN["doctor"], "family": "Mirkwell"}],
              "telecom": [{"system": "phone", "value": EN["phone"]}]}  # fmt: skip
    device = {
        "resourceType": "Device",
        "id": "dev",
        "serialNumber": EN["device"],
        "patient": {"reference": f"Patient/{EN['id']}"},
    }
    bad = [
        '{"resourceType":"Patient","id":"broken","name":[{"family":"' + EN["family"],
        json.dumps({"resourceType": "Patient", "id": "wrong", "name": {"family": EN["family"]}, EN["given"]: 1}),
        json.dumps({"resourceType": EN["family"], "id": "1"}),
    ]
    text = "\n".join([json.dumps(r) for r in (*en_lines, doctor, device)] + bad).replace(
        '"value": 7.2,', '"value": 7.20,'
    )
    # Exports that write one file a patient name it after the patient.
    (english / f"{EN['given']}_{EN['family']}.ndjson").write_text(text)
    chinese = landing / "planted_zh" / "b1"
    chinese.mkdir(parents=True)
    resources = [
        _patient_zh(),
        _consent(ZH["id"]),
        _note("n-zh", ZH["id"], _NOTE_ZH),
        *_everywhere(ZH["id"], ZH["name"]),
    ]
    resources += [_stranger(), _note("n-out", "no-consent-1", f"患者{ZH['name']}之妻{ZH['wife']}")]
    entries = [{"fullUrl": f"urn:uuid:{n}", "resource": r} for n, r in enumerate(resources)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    (chinese / f"{ZH['name']}.json.gz").write_bytes(gzip.compress(json.dumps(bundle, ensure_ascii=False).encode()))
    return landing, institutions


def _patient_en() -> dict[str, Any]:
    return {
        "resourceType": "Patient", "id": EN["id"], "gender": "female", "birthDate": EN["birth"],
        "name": [{"use": "official", "family": EN["family"], "given": [EN["given"]]},
                 {"use": "maiden", "family": EN["maiden"]}, {"use": "nickname", "text": EN["nickname"]}],
        "telecom": [{"system": "phone", "value": EN["phone"]}, {"system": "phone", "value": EN["phone_plain"]},
                    {"system": "email", "value": EN["email"]}, {"system": "url", "value": EN["url"]}],
        "address": [{"line": [EN["street"]], "city": EN["city"], "state": "MA", "postalCode": EN["zip"], "country": "US",
                     "text": f"{EN['street']}, {EN['city']}"}],
        "identifier": [
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": EN["ssn"]},
            {"type": {"coding": [{"code": "MR"}], "text": EN["mrn"]}, "value": EN["mrn"], "assigner": {"display": EN["hospital"]}},
            {"type": {"coding": [{"code": "PPN"}]}, "value": EN["passport"]}, {"value": EN["insurance"]}, {"value": EN["plate"]}],
        "contact": [{"name": {"text": EN["relative"], "given": [EN["relative"]]}, "telecom": [{"value": EN["phone"]}]}],
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", "valueString": EN["maiden"]}],
        "_birthDate": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
                                      "valueDateTime": "1961-04-23T04:05:00Z"}]},
        "generalPractitioner": [{"reference": "Practitioner/d1", "display": EN["doctor"]}],
        "managingOrganization": {"display": EN["hospital"]},
        "photo": [{"contentType": "image/png", "data": _b64("face"), "title": EN["given"]}],
    }  # fmt: skip


def _patient_zh() -> dict[str, Any]:
    return {
        "resourceType": "Patient", "id": ZH["id"], "gender": "male", "birthDate": "1949-12-31",
        "name": [{"use": "official", "text": ZH["name"], "family": ZH["name"][:2], "given": [ZH["name"][2:]]}],
        "telecom": [{"system": "phone", "value": ZH["phone"]}, {"system": "other", "value": ZH["wechat"]}],
        "address": [{"text": f"北京市{ZH['address']}", "line": [ZH["address"]], "state": "北京市", "district": "朝阳区"}],
        "identifier": [{"system": "urn:oid:2.16.840.1.113883.2.23", "value": ZH["id_card"]}, {"value": ZH["admission"]},
                       {"value": ZH["insurance"]}],
        "contact": [{"name": {"text": ZH["wife"]}, "relationship": [{"text": f"妻子{ZH['wife']}"}]}, {"name": {"text": ZH["son"]}}],
    }  # fmt: skip


def _consent(patient: str) -> dict[str, Any]:
    return {
        "resourceType": "Consent", "id": f"consent-{patient}", "status": "active", "patient": {"reference": f"Patient/{patient}"},
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "research"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "57016-8"}], "text": ZH["name"]}],
        "dateTime": "2024-01-01", "policyRule": {"text": ZH["name"]}, "sourceAttachment": {"title": ZH["name"], "data": _b64("x")},
        "provision": {"type": "permit", "period": {"start": "2024-01-01", "end": "2090-01-01"},
                      "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HRESCH"}]},
    }  # fmt: skip


def _stranger() -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "no-consent-1", "name": [{"text": ZH["wife"]}], "gender": "female"}
