"""What has landed: batches found in order, files read to their end, and one clear error for what cannot be loaded."""

import gzip
import json
import os
from datetime import UTC, datetime

import pytest
import zstandard

from core.errors import LandingError
from transforms.bronze import landing
from transforms.bronze.ingest import new_batches
from transforms.bronze.landing import find_batches, find_institutions, inspect, seconds_to_settle, shown_name
from transforms.bronze.reader import line_records, lines
from transforms.bronze.tables import Loaded

PATIENT = b'{"resourceType":"Patient","id":"p1"}\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "clinic").mkdir()
    return tmp_path / "clinic"


def land(folder, name, data=PATIENT):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def test_sub_folders_are_batches_in_number_order_and_markers_are_not_data(folder):
    land(folder, "batch10/Patient.ndjson")
    land(folder, "batch9/Patient.ndjson")
    land(folder, "batch9/deleted/Patient.ndjson")
    land(folder, "batch9/_SUCCESS", b"")
    land(folder, "_partial/Patient.ndjson")
    land(folder, ".hidden/Patient.ndjson")
    found = find_batches(folder)
    assert [(b.id, len(b.files)) for b in found] == [("batch9", 2), ("batch10", 1)]


def test_loose_files_are_one_batch_named_after_the_newest(folder):
    os.utime(land(folder, "Patient.ndjson"), (1, 1))
    os.utime(land(folder, "Condition-2026-05.ndjson"), (2, 2))
    assert [(b.id, len(b.files)) for b in find_batches(folder)] == [("Condition-2026-05", 2)]


@pytest.mark.parametrize("name", ["Abe604_Smith123_4bd3f1aa.json", "王建国.json.gz", "zhangwei-export.json"])
def test_a_file_name_that_may_name_a_patient_is_shown_as_a_hash(tmp_path, name):
    said = shown_name(tmp_path / name)
    assert said.startswith("file-")
    assert not {"Abe604", "Smith123", "王建国", "zhangwei"} & set(said.replace("_", "-").split("-"))


def test_harmless_names_are_shown(tmp_path):
    for name in ("Patient.ndjson", "Observation.000.ndjson.gz", "bundle-0001.json", "2026-05-01.ndjson"):
        assert name.startswith(shown_name(tmp_path / name))


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("b/Patient.ndjson.gz", gzip.compress(PATIENT * 99)[:-12], "cut off or damaged"),
        ("b/Patient.ndjson.gz", b"no gzip at all", "cut off or damaged"),
        ("b/Patient.ndjson.zst", zstandard.compress(PATIENT * 99)[:-5], "cut off or damaged"),
        ("b/Patient.ndjson.zst", b"no frame at all", "cut off or damaged"),
        ("b/notes.txt", b"hello", "is not FHIR JSON"),
        ("b/table.json", b'{"a": 1}', "is not FHIR JSON"),
        ("b/table.ndjson", b"a,b,c\n1,2,3\n", "is not FHIR JSON"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_one_clear_error(folder, name, data, says):
    land(folder, name, data)
    (batch,) = find_batches(folder)
    with pytest.raises(LandingError, match=says) as error:
        inspect(batch)
    assert "clinic/b: file 1 of 1" in str(error.value)


def test_empty_files_are_no_error(folder):
    land(folder, "b/Patient.ndjson", b"")
    land(folder, "b/Condition.ndjson", b"\n\n")
    assert inspect(find_batches(folder)[0]).fingerprint


def test_parts_of_a_large_file_give_the_same_records_with_the_same_lines(folder, monkeypatch):
    rows = b"".join(b'{"resourceType":"Patient","id":"p%d"}\n' % n for n in range(5000))
    land(folder, "b/Patient.ndjson", rows)
    monkeypatch.setattr(landing, "_SPLIT_BYTES", 40_000)
    monkeypatch.setattr(landing, "_CHUNK", 10_000)
    splits = inspect(find_batches(folder)[0]).splits
    assert len(splits) > 3
    assert sum(s.bytes for s in splits) == len(rows)
    found = [
        (r.line, r.resource_id) for s in splits for number, text in lines(s) for r in line_records(text, number, "R4")
    ]
    assert found == [(n + 1, f"p{n}") for n in range(5000)]


def test_the_fingerprint_follows_names_and_contents(folder):
    land(folder, "b/Patient.ndjson")
    first = inspect(find_batches(folder)[0]).fingerprint
    assert inspect(find_batches(folder)[0]).fingerprint == first
    land(folder, "b/Patient.ndjson", PATIENT.replace(b"p1", b"p2"))
    assert inspect(find_batches(folder)[0]).fingerprint != first


def test_a_loaded_batch_is_not_new_and_a_changed_one_is_refused(folder):
    land(folder, "b/Patient.ndjson")
    (batch,) = find_batches(folder)
    assert new_batches([batch], {}) == [batch]
    known = {("clinic", "b"): Loaded(batch.listing, inspect(batch).fingerprint)}
    assert new_batches([batch], known) == []
    land(folder, "b/Condition.ndjson")
    with pytest.raises(LandingError, match="batch of another name"):
        new_batches(find_batches(folder), known)


def test_missing_empty_and_unknown_folders(tmp_path):
    with pytest.raises(LandingError, match="no such landing folder"):
        find_institutions(tmp_path / "none", [])
    with pytest.raises(LandingError, match="holds no institution folder"):
        find_institutions(tmp_path, [])
    (tmp_path / "clinic").mkdir()
    with pytest.raises(LandingError, match="lakehouse institution add clinic"):
        find_institutions(tmp_path, ["other"])
    assert find_institutions(tmp_path, ["clinic"]) == [tmp_path / "clinic"]


MANIFEST = {
    "transactionTime": "2026-02-01T08:00:00+08:00",
    "request": "https://h.example/fhir/Patient/$export?_type=Patient,Condition&_since=2026-01-01T00%3A00%3A00Z",
    "requiresAccessToken": False,
    "output": [{"type": "Patient", "url": "Patient.ndjson", "count": 1}],
}


def test_a_manifest_says_what_was_asked_for(folder):
    land(folder, "b/Patient.ndjson")
    land(folder, "b/_manifest.json", json.dumps(MANIFEST).encode())
    (batch,) = find_batches(folder)
    assert batch.is_declared_whole
    assert len(batch.files) == 1, "it is no data"
    said = batch.manifest
    assert (said.until, said.since) == (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    assert (said.types, said.declared, said.patient_group) == ({"Patient", "Condition"}, {"Patient": 1}, "")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"output": [{"type": "Patient", "url": "Patient.ndjson"}, {"type": "Patient", "url": "more.ndjson"}]},
            "1 are not there",
        ),
        ({"transactionTime": None}, "no Bulk Data manifest"),
        ({"request": "https://h.example/$export?_since=yesterday"}, "no instant"),
    ],
)
def test_a_manifest_that_does_not_fit_stops_the_run(folder, change, says):
    land(folder, "b/Patient.ndjson")
    land(folder, "b/manifest.json", json.dumps(MANIFEST | change).encode())
    with pytest.raises(LandingError, match=says):
        _ = find_batches(folder)[0].manifest


def test_a_group_s_name_is_not_shown(folder):
    land(folder, "b/Patient.ndjson")
    land(
        folder,
        "b/manifest.json",
        json.dumps(MANIFEST | {"request": "https://h.example/Group/hiv-clinic/$export"}).encode(),
    )
    group = find_batches(folder)[0].manifest.patient_group
    assert group
    assert "hiv" not in group


def test_a_batch_rests_until_it_is_read_unless_it_is_declared_whole(folder):
    file = land(folder, "b/Patient.ndjson")
    (batch,) = find_batches(folder)
    os.utime(file, (1000, 1000))
    assert seconds_to_settle(batch, 5, now=1002) == 3
    assert seconds_to_settle(batch, 5, now=1005) == 0
    assert seconds_to_settle(batch, 5, now=900) == 5, "another machine's clock"
    land(folder, "b/_SUCCESS", b"")
    assert seconds_to_settle(batch, 5, now=1002) == 0


def test_a_utf16_file_is_never_split(folder, monkeypatch):
    rows = "".join(f'{{"resourceType":"Patient","id":"p{n}"}}\n' for n in range(2000))
    land(folder, "b/Patient.ndjson", rows.encode("utf-16"))
    monkeypatch.setattr(landing, "_SPLIT_BYTES", 10_000)
    monkeypatch.setattr(landing, "_CHUNK", 5_000)
    (part,) = inspect(find_batches(folder)[0]).splits
    assert [n for n, _ in lines(part)] == list(range(1, 2001))
