"""Batches in bronze: every record once, whatever is repeated, deleted, out of order or cut off."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import ReconcileError
from transforms.bronze import ingest as stage
from transforms.bronze.current import current_versions
from transforms.bronze.landing import find_batches, inspect
from transforms.lake import Lake

pytestmark = pytest.mark.spark
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Clinic:
    """A lake and one institution's landing folder; `land` loads a batch and returns its counts."""

    def __init__(self, spark, folder):
        self.lake = Lake(folder / "lake", spark)
        self.folder = folder / "landing" / "clinic"
        self.hour = 0

    def land(self, batch, *records):
        place = self.folder / batch
        place.mkdir(parents=True, exist_ok=True)
        text = "\n".join(r if isinstance(r, str) else json.dumps(r) for r in records)
        (place / "records.ndjson").write_text(text)
        return self.load(batch)

    def load(self, batch):
        (found,) = [b for b in find_batches(self.folder) if b.id == batch]
        self.hour += 1
        counts = stage.ingest(self.lake, found, inspect(found), at=NOON + timedelta(hours=self.hour))
        stage.reconcile(self.lake)
        return {c.resource_type: (c.read, c.accepted, c.rejected, c.duplicates) for c in counts}

    def current(self):
        rows = current_versions(self.lake.read("bronze", "resource")).where("NOT deleted").collect()
        return {(r.resource_id, json.loads(r.raw).get("gender")) for r in rows}


@pytest.fixture
def clinic(spark, tmp_path):
    return Clinic(spark, tmp_path)


def patient(id, gender="female", updated=None, version=None):
    meta = {k: v for k, v in {"lastUpdated": updated, "versionId": version}.items() if v}
    return {"resourceType": "Patient", "id": id, "gender": gender} | ({"meta": meta} if meta else {})


def delete(*urls):
    entries = [{"request": {"method": "DELETE", "url": url}} for url in urls]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def test_counts_columns_and_places(clinic):
    counts = clinic.land(
        "b1", patient("p1"), "{bad", patient("p1"), {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}},
        {"resourceType": "Patient", "id": "p2", "name": "Zorblax"},
    )  # fmt: skip
    assert counts == {"(unknown)": (1, 0, 1, 0), "Condition": (1, 1, 0, 0), "Patient": (3, 1, 1, 1)}
    resource = {r.resource_id: r for r in clinic.lake.read("bronze", "resource").collect()}
    assert resource["c1"].subject_id == "p1"
    assert resource["c1"].source_file == "b1/records.ndjson"
    assert resource["c1"].source_line == 4
    rejected = {r.source_line: r for r in clinic.lake.read("bronze", "rejected").collect()}
    assert {n: r.reason_code for n, r in rejected.items()} == {2: "not_json", 5: "invalid_fhir"}
    assert "Zorblax" not in rejected[5].reason
    assert "Zorblax" in rejected[5].raw


def test_the_newest_version_wins_whatever_the_order_of_arrival(clinic):
    clinic.land(
        "b1", patient("p1", "male", "2026-03-01T00:00:00Z"), patient("p2", "male"), patient("p3", "male", None, "9")
    )
    clinic.land("b2", patient("p1", "female", "2026-02-01T00:00:00Z"), patient("p2", "female"))
    assert clinic.current() == {("p1", "male"), ("p2", "female"), ("p3", "male")}
    assert clinic.lake.read("bronze", "resource").count() == 5


def test_repeats_are_duplicates_but_a_change_back_is_a_version(clinic):
    first = patient("p1", "male")
    clinic.land("b1", first, patient("p2", "male", "2026-01-01T00:00:00Z"))
    again = clinic.land("b2", first, patient("p2", "male", "2026-01-01T00:00:00Z"))
    assert again == {"Patient": (2, 0, 0, 2)}
    assert clinic.land("b3", patient("p1", "female")) == {"Patient": (1, 1, 0, 0)}
    assert clinic.land("b4", first) == {"Patient": (1, 1, 0, 0)}
    assert clinic.current() == {("p1", "male"), ("p2", "male")}


def test_a_delete_ends_a_resource_and_a_later_version_brings_it_back(clinic):
    clinic.land("b1", patient("p1"), patient("p2"))
    assert clinic.land("b2", delete("Patient/p1")) == {"Patient": (1, 1, 0, 0)}
    assert clinic.current() == {("p2", "female")}
    clinic.land("b3", patient("p1"))
    assert clinic.current() == {("p1", "female"), ("p2", "female")}


@pytest.mark.parametrize("cut_after", ["rejected", "resource", "batch"])
def test_a_run_cut_off_after_any_commit_and_repeated_gives_the_same_tables(clinic, monkeypatch, cut_after):
    append = Lake.append

    def dies(lake, layer, name, *args, **kwargs):
        written = append(lake, layer, name, *args, **kwargs)
        if name == cut_after:
            raise KeyboardInterrupt
        return written

    monkeypatch.setattr(Lake, "append", dies)
    with pytest.raises(KeyboardInterrupt):
        clinic.land("b1", patient("p1"), patient("p1"), "{bad", patient("p2"))
    monkeypatch.undo()
    if cut_after != "batch":
        assert stage.known_batches(clinic.lake) == {}
    assert clinic.load("b1") == {"(unknown)": (1, 0, 1, 0), "Patient": (3, 2, 0, 1)}
    assert clinic.lake.read("bronze", "resource").count() == 2
    assert clinic.lake.read("bronze", "rejected").count() == 1
    assert clinic.lake.read("bronze", "batch").count() == 2


def test_a_lost_record_stops_the_run(clinic):
    clinic.land("b1", patient("p1"), patient("p2"))
    clinic.lake.spark.sql(f"DELETE FROM delta.`{clinic.lake.path('bronze', 'resource')}` WHERE resource_id = 'p2'")
    with pytest.raises(ReconcileError, match=r"clinic\|b1: read 2, held 1"):
        stage.reconcile(clinic.lake)
