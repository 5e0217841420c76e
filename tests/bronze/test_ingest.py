"""Batches in bronze: every record once, whatever is repeated, deleted, out of order or cut off."""

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tables import cells

from core.erased import Erased
from core.errors import LandingError, ReconcileError
from governance.traces import Needles, find
from transforms.bronze import amend, tables
from transforms.bronze.current import current_versions
from transforms.bronze.ingest import ingest, new_batches
from transforms.bronze.known import Known
from transforms.bronze.landing import find_batches, inspect
from transforms.erasure import erase_from_bronze
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

    def load(self, batch, *, replace=False, release="R4"):
        (found,) = [b for b in find_batches(self.folder) if b.id == batch]
        self.hour += 1
        at = NOON + timedelta(hours=self.hour)
        counts = ingest(self.lake, found, inspect(found), release=release, at=at, replace=replace)
        return {c.resource_type: (c.read, c.accepted, c.rejected, c.duplicates) for c in counts}

    def check(self, batch):
        tables.reconcile(self.lake, [("clinic", batch)])
        assert tables.unfinished(self.lake) is None

    def rows(self, name, *columns):
        return sorted(tuple(r) for r in self.lake.read("bronze", name).select(*columns).collect())

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
    clinic.check("b1")
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


@pytest.mark.parametrize("cut_after", ["resource", "rejected", "duplicate", "batch"])
def test_a_run_cut_off_after_any_commit_and_repeated_gives_the_same_tables(clinic, monkeypatch, cut_after):
    adopt = Lake.adopt

    def dies(lake, layer, name, *args, **kwargs):
        written = adopt(lake, layer, name, *args, **kwargs)
        if name == cut_after:
            raise KeyboardInterrupt
        return written

    monkeypatch.setattr(Lake, "adopt", dies)
    with pytest.raises(KeyboardInterrupt):
        clinic.land("b1", patient("p1"), patient("p1"), "{bad", patient("p2"))
    monkeypatch.undo()
    is_complete = cut_after == "batch"
    assert set(tables.known_batches(clinic.lake)) == ({("clinic", "b1")} if is_complete else set())
    if is_complete:
        clinic.check("b1")
        assert clinic.land("b2", patient("p1")) == {"Patient": (1, 0, 0, 1)}
        return
    assert clinic.load("b1") == {"(unknown)": (1, 0, 1, 0), "Patient": (3, 2, 0, 1)}
    assert clinic.lake.read("bronze", "resource").count() == 2
    assert clinic.lake.read("bronze", "rejected").count() == 1
    assert clinic.lake.read("bronze", "batch").count() == 2
    clinic.check("b1")


def test_a_killed_process_leaves_nothing_half_loaded(clinic):
    place = clinic.folder / "b1"
    place.mkdir(parents=True)
    (place / "records.ndjson").write_text("\n".join(json.dumps(patient(f"p{n}")) for n in (1, 1, 2)))
    command = [sys.executable, Path(__file__).with_name("killed_ingest.py"), clinic.lake.root, clinic.folder]
    ended = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=300)
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]
    assert (clinic.lake.root / "bronze" / ".staging").is_dir(), "it died with its texts staged"
    assert tables.known_batches(clinic.lake) == {}
    assert clinic.load("b1") == {"Patient": (3, 2, 0, 1)}
    clinic.check("b1")
    assert not (clinic.lake.root / "bronze" / ".staging").exists()


def test_a_lost_record_stops_the_run(clinic):
    clinic.land("b1", patient("p1"), patient("p2"))
    clinic.lake.spark.sql(f"DELETE FROM delta.`{clinic.lake.path('bronze', 'resource')}` WHERE resource_id = 'p2'")
    with pytest.raises(ReconcileError, match=r"clinic\|b1 Patient: read 2"):
        clinic.check("b1")


def test_versions_that_do_not_say_when_go_by_their_number_whenever_they_arrive(clinic):
    clinic.land("b1", patient("p1", "female", version="2"))
    clinic.land("b2", patient("p1", "male", version="1"))
    assert clinic.current() == {("p1", "female")}


ORDERS = [(1, 2, 3), (3, 2, 1), (2, 3, 1), (2, 1, 3), (3, 1, 2), (1, 3, 2)]
HISTORY = """
batch   | id | deleted | last_updated
batch-1 | p1 | false   | 2026-01-01T00:00:00
batch-1 | p2 | false   | 2026-01-01T00:00:00
batch-2 | p1 | true    | {deleted_at}
batch-2 | p2 | true    | {deleted_at}
batch-3 | p1 | false   | 2026-03-01T00:00:00
"""


@pytest.mark.parametrize("deleted_at", ["", "2026-02-01T00:00:00"])
def test_a_delete_and_a_re_creation_give_the_same_state_in_any_order(spark, deleted_at):
    types = dict(column.split() for column in tables.RESOURCE.split(", "))
    every = []
    for order in ORDERS:
        for row in cells(HISTORY.format(deleted_at=deleted_at)):
            updated = row["last_updated"] and datetime.fromisoformat(row["last_updated"]).replace(tzinfo=UTC)
            said = {
                "institution": "-".join(map(str, order)), "batch_id": row["batch"], "resource_type": "Patient",
                "resource_id": row["id"], "deleted": row["deleted"] == "true", "last_updated": updated,
                "ingested_at": NOON + timedelta(hours=order.index(int(row["batch"][-1]))), "source_entry": 1,
            }  # fmt: skip
            every.append(tuple(said.get(name) for name in types))
    current = current_versions(spark.createDataFrame(every, tables.RESOURCE))
    found = {(r.institution, r.resource_id): (r.deleted, r.batch_id) for r in current.collect()}
    for order in ORDERS:
        name = "-".join(map(str, order))
        assert found[name, "p1"] == (False, "batch-3"), order
        assert found[name, "p2"][0], order


def test_a_delete_of_a_batch_whose_name_does_not_count_ends_what_came_before_it(clinic):
    clinic.land("initial", patient("p1", "male", "2026-01-01T00:00:00Z"))
    clinic.land("a-later-one", delete("Patient/p1"))
    assert clinic.current() == set()
    clinic.land("late", patient("p1", "male", "2025-01-01T00:00:00Z"))
    assert clinic.current() == set(), "older than what was deleted"
    clinic.land("new", patient("p1", "female", "2026-02-01T00:00:00Z"))
    assert clinic.current() == {("p1", "female")}


def test_the_manifest_says_when_deletes_happened_and_what_was_asked_for(clinic):
    clinic.land("x", patient("p1", "male", "2026-01-01T00:00:00Z"))
    place = clinic.folder / "y"
    place.mkdir()
    manifest = {
        "transactionTime": "2026-02-01T00:00:00Z", "request": "https://h.example/Group/g/$export?_type=Patient,Condition&_since=2026-01-15T00:00:00Z",
        "requiresAccessToken": True, "output": [], "deleted": [{"type": "Bundle", "url": "records.ndjson", "count": 1}],
    }  # fmt: skip
    (place / "_manifest.json").write_text(json.dumps(manifest))
    clinic.land("y", delete("Patient/p1"))
    assert clinic.current() == set()
    clinic.land("z", patient("p1", "female", "2026-03-01T00:00:00Z"))
    assert clinic.current() == {("p1", "female")}
    said = clinic.lake.read("bronze", "batch").where("batch_id = 'y'").orderBy("resource_type").collect()
    assert [(r.resource_type, r.read, str(r.loaded_since), str(r.loaded_until)) for r in said] == [
        ("Condition", 0, "2026-01-15 00:00:00", "2026-02-01 00:00:00"),
        ("Patient", 1, "2026-01-15 00:00:00", "2026-02-01 00:00:00"),
    ]
    assert len({r.patient_group for r in said}) == 1
    assert said[0].patient_group != "g"


def test_the_same_record_in_a_bundle_and_in_a_line_is_one_record(clinic):
    record = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": {"text": "é"},
        "valueQuantity": {"value": 1.5},
    }
    clinic.land("b1", json.dumps(record, ensure_ascii=False))
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": record}]}
    place = clinic.folder / "b2"
    place.mkdir()
    (place / "bundle.json").write_text(json.dumps(bundle, indent=2, ensure_ascii=False))
    assert clinic.load("b2") == {"Observation": (1, 0, 0, 1)}


def test_a_batch_of_rejects_only_and_an_empty_one_are_complete(clinic):
    clinic.land("b1", patient("p1"))
    assert clinic.land("b2", {"resourceType": "Nonsense"}) == {"(unknown)": (1, 0, 1, 0)}
    assert clinic.land("b3", "") == {}
    assert set(tables.known_batches(clinic.lake)) == {("clinic", b) for b in ("b1", "b2", "b3")}
    assert clinic.land("b4", patient("p1")) == {"Patient": (1, 0, 0, 1)}


def test_places_are_unique_in_a_bundle_on_one_line(clinic):
    entries = [{"resource": patient("p1")}, {"resource": patient("p1")}, {"resource": {"resourceType": "Nonsense"}}]
    clinic.land("b1", {"resourceType": "Bundle", "type": "collection", "entry": entries}, patient("p2"))
    place = ("resource_id", "source_line", "source_entry")
    assert clinic.rows("resource", *place) == [("p1", 1, 1), ("p2", 2, 1)]
    assert clinic.rows("duplicate", *place) == [("p1", 1, 2)]
    assert clinic.rows("rejected", "source_line", "source_entry") == [(1, 3)]


def test_the_index_is_derived_and_made_anew_when_it_is_gone_or_damaged(clinic):
    clinic.land("b1", patient("p1"))
    file = Known.of(clinic.lake).file
    file.unlink()
    assert clinic.land("b2", patient("p1"), patient("p2")) == {"Patient": (2, 1, 0, 1)}
    file.write_bytes(b"not an index" * 1000)
    assert clinic.land("b3", patient("p1"), patient("p2")) == {"Patient": (2, 0, 0, 2)}


def test_a_copied_batch_is_not_new_and_a_changed_one_is_refused_unless_it_is_to_be_replaced(clinic):
    clinic.land("b1", patient("p1"))
    file = clinic.folder / "b1" / "records.ndjson"
    file.write_text(file.read_text())
    known = tables.known_batches(clinic.lake)
    assert new_batches(find_batches(clinic.folder), known) == []
    file.write_text(file.read_text().replace("p1", "p2"))
    with pytest.raises(LandingError, match='--replace-batch "clinic/b1"'):
        new_batches(find_batches(clinic.folder), known)
    assert [b.id for b in new_batches(find_batches(clinic.folder), known, frozenset({"clinic|b1"}))] == ["b1"]


def cut_off(monkeypatch, after):
    """End the process, as far as a test can, right after so many commits."""
    left = [after]

    def cut(name):
        write = getattr(Lake, name)

        def dies(lake, *args, **kwargs):
            written = write(lake, *args, **kwargs)
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            return written

        monkeypatch.setattr(Lake, name, dies)

    for name in ("adopt", "replace_where", "remove"):
        cut(name)


def replaced(clinic):
    """b1 is loaded, b2 repeats some of it, b1 is delivered anew without what b2 repeats."""
    clinic.land("b1", patient("p1"), patient("p2"), patient("p3"), "{bad")
    clinic.land("b2", patient("p2"), patient("p4"))
    place = clinic.folder / "b1" / "records.ndjson"
    place.write_text("\n".join(json.dumps(r) for r in (patient("p1", "male"), patient("p4"), {"resourceType": "X"})))


def check_replaced(clinic):
    assert clinic.current() == {("p1", "male"), ("p2", "female"), ("p4", "female")}
    held = ("resource_id", "batch_id")
    assert clinic.rows("resource", *held) == [("p1", "b1"), ("p2", "b2"), ("p4", "b2")]
    assert clinic.rows("duplicate", *held) == [("p4", "b1")]
    assert clinic.rows("rejected", "batch_id", "reason_code") == [("b1", "unknown_resource_type")]
    counts = ("batch_id", "resource_type", "read", "accepted", "rejected", "duplicates")
    assert clinic.rows("batch", *counts) == [
        ("b1", "(unknown)", 1, 0, 1, 0), ("b1", "Patient", 2, 1, 0, 1), ("b2", "Patient", 2, 2, 0, 0),
    ]  # fmt: skip
    clinic.check("b2")


def test_a_replaced_batch_takes_with_it_only_what_nobody_else_delivered(clinic):
    replaced(clinic)
    clinic.load("b1", replace=True)
    check_replaced(clinic)
    assert clinic.land("b3", patient("p2"), patient("p3")) == {"Patient": (2, 1, 0, 1)}


@pytest.mark.slow
@pytest.mark.parametrize("cut_after", range(1, 8))
def test_a_replacement_cut_off_after_any_commit_and_repeated_gives_the_same_tables(clinic, monkeypatch, cut_after):
    replaced(clinic)
    cut_off(monkeypatch, cut_after)
    with pytest.raises(KeyboardInterrupt):
        clinic.load("b1", replace=True)
    monkeypatch.undo()
    assert ("clinic", "b1") not in tables.known_batches(clinic.lake)
    clinic.load("b1")
    check_replaced(clinic)


def to_replay(clinic):
    r5 = {"resourceType": "Encounter", "id": "e1", "status": "completed", "subject": {"reference": "Patient/p1"}}
    clinic.land("b1", patient("p1"), r5, "{bad", {**r5, "id": "e2"})


def check_replayed(clinic):
    assert clinic.rows("resource", "resource_id", "batch_id", "source_line", "subject_id") == [
        ("e1", "b1", 2, "p1"), ("e2", "b1", 4, "p1"), ("p1", "b1", 1, "p1"),
    ]  # fmt: skip
    assert clinic.rows("rejected", "reason_code") == [("not_json",)]
    clinic.check("b1")


def test_rejects_are_judged_again_when_the_cause_is_gone(clinic):
    to_replay(clinic)
    assert clinic.rows("rejected", "reason_code") == [("invalid_fhir",), ("invalid_fhir",), ("not_json",)]
    done = amend.replay(clinic.lake, "clinic", "b1", release="R5", at=NOON)
    assert (done.judged, done.accepted, done.duplicates) == (3, 2, 0)
    check_replayed(clinic)
    again = amend.replay(clinic.lake, "clinic", "b1", release="R5", at=NOON)
    assert (again.judged, again.accepted) == (1, 0)
    check_replayed(clinic)


@pytest.mark.parametrize("cut_after", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 3))])
def test_a_replay_cut_off_after_any_commit_is_finished_by_the_next_run(clinic, monkeypatch, cut_after):
    to_replay(clinic)
    cut_off(monkeypatch, cut_after)
    with pytest.raises(KeyboardInterrupt):
        amend.replay(clinic.lake, "clinic", "b1", release="R5", at=NOON)
    monkeypatch.undo()
    amend.settle(clinic.lake)
    check_replayed(clinic)
    assert clinic.land("b2", patient("p1")) == {"Patient": (1, 0, 0, 1)}


def test_an_erased_patient_leaves_no_trace_and_every_count_holds(clinic):
    """Two patients, whose ids begin alike; a cohort that names both, repeats, a reject, and the same files landed again."""

    def of(id, kind="Condition", **more):
        return {"resourceType": kind, "id": id, "subject": {"reference": f"Patient/{id[:-1]}"}} | more

    members = [{"entity": {"reference": f"Patient/{p}"}} for p in ("p-1-erase", "p-1-erased")]
    group = {"resourceType": "Group", "id": "g", "type": "person", "actual": True, "member": members}
    records = [
        patient("p-1-erase"), patient("p-1-erased"), of("p-1-erasec"), of("p-1-erasedc"), patient("p-1-erase"), group,
        '{"resourceType":"Patient","id":"p-1-erase","name":"Zorblax"}',
    ]  # fmt: skip
    clinic.land("b1", *records)
    clinic.land("b2", patient("p-1-erase"), patient("p-1-erase", gender="male"))
    lake = clinic.lake
    erased = Erased.add(lake.path("vault", tables.ERASED_FOLDER), "clinic", "p-1-erase")
    rows = erase_from_bronze(lake, "clinic", "p-1-erase", erased)
    assert rows == {"bronze/resource": 3, "bronze/duplicate": 2, "bronze/rejected": 1, "bronze/mentions": 1}
    clinic.check("b1")
    clinic.check("b2")
    counts = "resource_type", "read", "accepted", "rejected", "duplicates"
    assert clinic.rows("batch", "batch_id", *counts) == [
        ("b1", "Condition", 2, 1, 1, 0), ("b1", "Group", 1, 1, 0, 0), ("b1", "Patient", 4, 1, 3, 0), ("b2", "Patient", 2, 0, 2, 0),
    ]  # fmt: skip
    assert clinic.rows("resource", "resource_id") == [("g",), ("p-1-erased",), ("p-1-erasedc",)]
    (raw,) = (r.raw for r in lake.read("bronze", "resource").where("resource_id = 'g'").collect())
    assert [m["entity"]["reference"] for m in json.loads(raw)["member"]] == ["Patient/erased", "Patient/p-1-erased"]
    version = lake.commit("bronze", "resource")
    for name in ("resource", "duplicate", "rejected", "batch"):
        lake.forget("bronze", name)
    assert lake.commit("bronze", "resource") == version, "nothing that was made from it is behind"
    assert clinic.rows("resource", "resource_id") == [("g",), ("p-1-erased",), ("p-1-erasedc",)], (
        "of the others no file went"
    )
    found, looked = find(lake.root, Needles("clinic", "p-1-erase"))
    assert (found, looked > 4) == ([], True)
    assert sum(erase_from_bronze(lake, "clinic", "p-1-erase", erased).values()) == 0
    again = clinic.land("b3", *records)
    assert again == {"Condition": (2, 0, 1, 1), "Group": (1, 0, 0, 1), "Patient": (4, 0, 3, 1)}
    clinic.check("b3")
    feed = lake.added_since("bronze", "resource", version.version).select("resource_id").collect()
    assert feed == [], "the cohort is the one that is held, so that the mention does not come back either"
