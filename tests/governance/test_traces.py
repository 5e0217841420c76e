"""Somebody who was erased is looked for in every file, and not taken for others whose ids are alike."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from governance.traces import Needles, find

KEY = "0123456789abcdef0123456789abcdef"
UUID = "08ac7eaf-8e87-96a5-4065-91c5919f3b65"


def held(tmp_path, content, needles=None, name="part-0.parquet") -> bool:
    needles = needles or Needles("clinic", "p1", ("MRN-778899",), (KEY,))
    file = tmp_path / "zone" / name
    file.parent.mkdir(exist_ok=True)
    if name.endswith(".parquet"):
        pq.write_table(pa.table(content), file)
    else:
        file.write_bytes(content)
    found, looked = find(tmp_path, needles)
    assert looked == 1
    return found == [file]


@pytest.mark.parametrize(
    ("row", "is_theirs"),
    [
        ({"raw": ['{"subject":{"reference":"Patient/p1"}}']}, True),
        ({"raw": ['{"subject":{"reference":"Patient/p1/_history/2"}}']}, True),
        ({"raw": ['{"subject":{"reference":"Patient/p10"}}']}, False),
        ({"raw": ['{"subject":{"reference":"Patient/p1-a"}}']}, False),
        ({"raw": ['{"resourceType": "Patient", "id": "p1"}']}, True),
        ({"raw": ['{"resourceType": "Encounter", "id": "p1"}']}, False),
        ({"subject_id": ["p0", "p1"]}, True),
        ({"patient_id": ["p11"]}, False),
        ({"subject_key": [KEY]}, True),
        ({"raw": [f'{{"id":"{KEY}"}}']}, True),
        ({"nested": [[{"value": "MRN-778899"}]]}, True),
        ({"nested": [[{"value": "MRN-7788991"}]]}, False),
        ({"institution": ["other"], "subject_id": ["p1"]}, False),
        ({"institution": ["clinic"], "subject_id": ["p1"]}, True),
        ({"institution": [None], "subject_id": ["p1"]}, True),
    ],
)
def test_in_rows(tmp_path, row, is_theirs):
    assert held(tmp_path, row) == is_theirs


@pytest.mark.parametrize(
    ("text", "is_theirs"),
    [
        (rb'{"add":{"stats":"{\"minValues\":{\"subject_id\":\"p1\"}}"}}', True),
        (rb'{"add":{"stats":"{\"minValues\":{\"subject_id\":\"p12\"}}"}}', False),
        (b"looked at Patient/p1 today", True),
        (b"page 1 of p1", False),
    ],
)
def test_in_logs_and_reports(tmp_path, text, is_theirs):
    assert held(tmp_path, text, name="00000.json") == is_theirs
    (tmp_path / "zone" / "00000.json").unlink()
    assert held(tmp_path, gzip.compress(text), name="landed.ndjson.gz") == is_theirs


def test_a_long_id_is_found_cut_off_as_logs_have_it(tmp_path):
    said = f'{{"stats":"minValues resource {UUID[:32]}"}}'.encode()
    assert held(tmp_path, said, Needles("clinic", UUID), name="0.json")
    assert not held(tmp_path, said.replace(b"08ac", b"18ac"), Needles("clinic", UUID), name="0.json")


@pytest.mark.parametrize("number", ["+1 (555) 010-9999", "wang.fang+x@example.org", "住院号 2026-0001#7", "a_b~c&d|e"])
def test_identifiers_are_taken_as_they_are_written(tmp_path, number):
    needles = Needles("clinic", "p1", (number,))
    assert held(tmp_path, {"raw": [f'{{"value":"{number}"}}', "x"]}, needles)
    assert not held(tmp_path, {"raw": [f'{{"value":"{number[:-1]}"}}', "x"]}, needles)
    assert Needles.of_json(json.dumps(needles.to_json())) == needles
