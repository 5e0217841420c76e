"""Files taken apart: nothing is lost, and what cannot be read has a reason."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from transforms.bronze import reader
from transforms.bronze.landing import Split
from transforms.bronze.reader import REASONS, content_hash, document_records, line_records
from transforms.bronze.validate import wrong

PATIENT = '{"resourceType":"Patient","id":"p1"}'


def split(file: Path) -> Split:
    return Split(str(file), file.name, True, 0, None, 1, file.stat().st_size)


@pytest.fixture
def lines(tmp_path):
    """The records of a file of lines with this text."""

    def read(text: str | bytes, name: str = "a.ndjson"):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return [r for number, line in reader.lines(split(file)) for r in line_records(line, number, "R4")]

    return read


def document(value) -> list:
    return list(document_records(value.encode() if isinstance(value, str) else json.dumps(value).encode(), "R4"))


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
def test_one_line_is_one_verdict(lines, line, code):
    (record,) = lines(line)
    assert record.reason_code == code
    assert code is None or code in REASONS


def test_lines_keep_their_numbers_and_their_text(lines):
    found = lines(f"{PATIENT}\r\n\n{{bad\n  {PATIENT} ")
    assert [(r.line, r.reason_code) for r in found] == [(1, None), (3, "not_json"), (4, None)]
    assert found[0].raw == found[2].raw == PATIENT.encode()


def test_marks_and_other_encodings(lines):
    two = f"{PATIENT}\n{PATIENT.replace('p1', '病')}\n"
    for text in (
        "\ufeff" + two,
        two.encode("utf-16"),
        b"\xfe\xff" + two.encode("utf-16-be"),
        two.replace("\n", "\r\n"),
    ):
        assert [r.raw.decode() for r in lines(text)] == two.split()


def test_decimals_keep_their_digits(lines):
    text = '{"resourceType":"Observation","id":"o","valueQuantity":{"value":1.50}}'
    assert lines(text)[0].raw == text.encode()
    bundle = f'{{"resourceType":"Bundle","type":"batch","entry":[{{"resource":{text}}}]}}'
    assert [r.raw for r in document(bundle)] == [text.encode()]


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


def test_deletes_end_a_resource(lines):
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


def test_packed_files_read_like_plain_ones(lines):
    text = f"{PATIENT}\n" * 3
    for name, packed in (
        ("a.ndjson.gz", gzip.compress(text.encode())),
        ("a.ndjson.zst", zstandard.compress(text.encode())),
    ):
        assert [r.raw for r in lines(packed, name)] == [PATIENT.encode()] * 3
        assert [r.raw for r in lines(packed * 2, name)] == [PATIENT.encode()] * 6, "several packed parts in one file"


def test_equal_records_have_an_equal_hash_however_they_are_spaced():
    spaced = json.dumps(json.loads(PATIENT), indent=2)
    assert content_hash(PATIENT.encode()) == content_hash(spaced.encode())
    assert content_hash(PATIENT.encode()) != content_hash(PATIENT.replace("p1", "p 1").encode())
    assert content_hash(b'{"a":1.0}') != content_hash(b'{"a":1.00}'), "digits are part of a decimal"


@pytest.mark.parametrize(
    "text",
    [
        f"[{PATIENT}, {PATIENT}]",
        f"{PATIENT}\n{PATIENT}",
        json.dumps(json.loads(PATIENT), indent=2) + "\n" + json.dumps(json.loads(PATIENT), indent=2),
        f"{PATIENT}{PATIENT}",
    ],
)
def test_several_documents_in_one_file(text):
    assert [(r.line, r.resource_id, r.reason_code) for r in document(text)] == [(1, "p1", None), (2, "p1", None)]


def test_one_bad_document_among_several_costs_only_itself():
    assert [r.reason_code for r in document(f"{PATIENT}\n{{bad}}\n{PATIENT}")] == [None, "not_json", None]
    cut = json.dumps(json.loads(PATIENT), indent=2)
    assert [r.reason_code for r in document(f"{cut}\n{cut[:-4]}")] == [None, "not_json"]


def test_several_bundles_in_one_file_and_places_that_are_unique():
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": json.loads(PATIENT)}] * 2}
    found = document([bundle, bundle])
    assert [(r.line, r.entry) for r in found] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    nested = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"resource": bundle}, {"resource": json.loads(PATIENT)}],
    }
    assert [(r.line, r.entry) for r in document(nested)] == [(1, 1), (1, 2), (2, 1)]


def test_what_is_no_record_in_a_bundle_is_told():
    outcome = {"resourceType": "OperationOutcome", "issue": []}
    found = document({
        "resourceType": "Bundle", "type": "searchset",
        "entry": [
            {"resource": outcome, "search": {"mode": "outcome"}},
            {"resource": {"resourceType": "Binary", "contentType": "x"}, "request": {"method": "PATCH", "url": "Patient/p1"}},
            {"resource": json.loads(PATIENT), "search": {"mode": "match"}},
        ],
    })  # fmt: skip
    assert [r.reason_code for r in found] == ["search_message", "partial_update", None]


@pytest.mark.parametrize(
    ("bundle", "entry", "at"),
    [
        ({"meta": {"lastUpdated": "2026-01-01T00:00:00Z"}}, {}, "2026-01-01T00:00:00Z"),
        ({"timestamp": "2026-01-02T00:00:00Z"}, {}, "2026-01-02T00:00:00Z"),
        (
            {"timestamp": "2026-01-02T00:00:00Z"},
            {"response": {"lastModified": "2026-01-03T00:00:00Z"}},
            "2026-01-03T00:00:00Z",
        ),
        ({}, {}, None),
    ],
)
def test_when_a_delete_happened(bundle, entry, at):
    delete = {"request": {"method": "DELETE", "url": "Patient/p1"}} | entry
    (found,) = document({"resourceType": "Bundle", "type": "history", "entry": [delete]} | bundle)
    assert (found.deleted, found.deleted_at) == (True, at)


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
    found = wrong(json.dumps({"resourceType": "Patient", "id": "p", **resource}).encode(), "Patient", "R4")
    assert place in found.reason
    assert "Zorblax" not in found.reason
