"""Files taken apart: nothing is lost, and what cannot be read has a reason."""

import gzip
import json

import pytest

from transforms.bronze.reader import REASONS, content_hash, read_bytes, read_records
from transforms.bronze.validate import mistakes

PATIENT = '{"resourceType":"Patient","id":"p1"}'


def lines(text: str | bytes):
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_records(data, is_lines=True))


def document(value) -> list:
    return list(read_records(json.dumps(value).encode(), is_lines=False))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (PATIENT, None),
        ("{bad", "not_json"),
        ('{"resourceType":"Patient","id":"p1"', "not_json"),
        ("[1]", "not_an_object"),
        ("3", "not_an_object"),
        ("{}", "no_resource_type"),
        ('{"resourceType":7}', "no_resource_type"),
        ('{"resourceType":"Person of interest","id":"1"}', "unknown_resource_type"),
        ('{"resourceType":"Patient"}', "missing_id"),
        ('{"resourceType":"Patient","id":"p1","multipleBirthInteger":NaN}', "not_json"),
        (b'{"resourceType":"Patient","id":"p1","x":"\xff"}', "not_utf8"),
    ],
)
def test_one_line_is_one_verdict(line, code):
    (record,) = lines(line)
    assert record.reason_code == code
    assert code is None or record.reason == REASONS[code]


def test_lines_keep_their_numbers_and_their_text():
    found = lines(f"{PATIENT}\r\n\n{{bad\n  {PATIENT} ")
    assert [(r.line, r.reason_code) for r in found] == [(1, None), (3, "not_json"), (4, None)]
    assert found[0].raw == found[2].raw == PATIENT


def test_marks_and_other_encodings():
    assert lines("\ufeff" + PATIENT)[0].raw == PATIENT
    assert lines(PATIENT.encode("utf-16"))[0].raw == PATIENT


def test_decimals_keep_their_digits():
    text = '{"resourceType":"Observation","id":"o","valueQuantity":{"value":1.50}}'
    assert lines(text)[0].raw == text
    bundle = f'{{"resourceType":"Bundle","type":"batch","entry":[{{"resource":{text}}}]}}'
    assert [r.raw for r in read_records(bundle.encode(), is_lines=False)] == [text]


def test_bundle_entries_get_ids_and_literal_references_from_full_urls():
    found = document({
        "resourceType": "Bundle", "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:11", "resource": {"resourceType": "Patient", "active": True}},
            {"fullUrl": "https://x.example/Condition/c1",
             "resource": {"resourceType": "Condition", "id": "c1", "subject": {"reference": "urn:uuid:11"}}},
            {"resource": {"resourceType": "Condition", "id": "c2", "subject": {"reference": "urn:uuid:elsewhere"}}},
        ],
    })  # fmt: skip
    assert [(r.resource_type, r.resource_id, r.line) for r in found] == [
        ("Patient", "11", 1), ("Condition", "c1", 2), ("Condition", "c2", 3),
    ]  # fmt: skip
    assert json.loads(found[0].raw)["id"] == "11"
    assert json.loads(found[1].raw)["subject"] == {"reference": "Patient/11"}
    assert json.loads(found[2].raw)["subject"] == {"reference": "urn:uuid:elsewhere"}


def test_one_bad_entry_does_not_cost_the_others():
    found = document({
        "resourceType": "Bundle", "type": "collection",
        "entry": [{"fullUrl": 3}, {}, {"resource": [1]}, {"resource": {"resourceType": "Patient", "id": "p"}}],
    })  # fmt: skip
    assert [r.reason_code for r in found] == ["invalid_entry", "empty_entry", "not_an_object", None]


def test_a_bundle_that_cannot_be_taken_apart_is_one_reject():
    assert [r.reason_code for r in document({"resourceType": "Bundle", "entry": {"resource": {}}})] == [
        "invalid_bundle"
    ]
    assert document({"resourceType": "Bundle", "type": "collection"}) == []


def test_deletes_end_a_resource():
    entry = {"request": {"method": "DELETE", "url": "Patient/p1"}}
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [entry, {"request": {"method": "DELETE", "url": "x"}}],
    }
    found = lines(json.dumps(bundle))
    assert [(r.resource_type, r.resource_id, r.deleted, r.reason_code) for r in found] == [
        ("Patient", "p1", True, None), (None, None, False, "invalid_delete"),
    ]  # fmt: skip


def test_a_bundle_in_a_bundle():
    inner = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": json.loads(PATIENT)}]}
    found = document({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": inner}]})
    assert [r.resource_id for r in found] == ["p1"]


def test_packed_files_read_like_plain_ones(tmp_path):
    packed = tmp_path / "a.ndjson.gz"
    packed.write_bytes(gzip.compress(PATIENT.encode()))
    assert read_bytes(packed) == PATIENT.encode()


def test_equal_text_has_an_equal_hash():
    assert content_hash(PATIENT) == content_hash(PATIENT)
    assert content_hash(PATIENT) != content_hash(PATIENT + " ")


@pytest.mark.parametrize(
    ("resource", "place"),
    [
        ({"name": {"family": "Zorblax"}}, "Patient.name: list_type"),
        ({"birthDate": "Zorblax"}, "Patient.birthDate"),
        ({"Zorblax": 1}, "Patient.(element not in FHIR): extra_forbidden"),
        ({"contact": [{"name": {"Zorblax": 1}}]}, "Patient.contact[0].name.(element not in FHIR)"),
    ],
)
def test_a_mistake_names_the_element_and_never_the_value(resource, place):
    said = mistakes({"resourceType": "Patient", "id": "p", **resource})
    assert place in said
    assert "Zorblax" not in said
