"""What real senders send: each oddity has one defined outcome, in bronze and at the border of the identified zone."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

from core.erased import Erased
from deid.document import Deidentifier
from deid.policy import load_policies
from deid.pseudonym import KeyRing
from deid.subject import Subject
from transforms.bronze.landing import Split
from transforms.bronze.staging import Work, read_splits
from transforms.bronze.validate import wrong

PATIENT = {"resourceType": "Patient", "id": "p1"}
OBSERVATION = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"text": "x"},
    "subject": {"reference": "Patient/p1"},
}


def nested(depth: int) -> dict:
    extension: dict = {"url": "http://x.example/e", "valueString": "x"}
    for _ in range(depth):
        extension = {"url": "http://x.example/e", "extension": [extension]}
    return {**PATIENT, "extension": [extension]}


SAYS_WHEN = {"extension": [{"url": "http://x.example/t", "valueTime": "10:00:00"}]}


def text(resource: dict, **more) -> str:
    return json.dumps({**resource, **more}, ensure_ascii=False)


# name: (line, reason code or None where it is accepted)
LINES: dict[str, tuple[str | bytes, str | None]] = {
    "unknown element": (text(PATIENT, favouriteColour="red"), "invalid_fhir"),
    "primitive extension": (text(PATIENT, birthDate="1980", _birthDate=SAYS_WHEN), None),
    "primitive extension alone": (text(PATIENT, _birthDate=SAYS_WHEN), None),
    "contained resource": (text(OBSERVATION, contained=[{"resourceType": "Patient", "id": "c"}]), None),
    "contained nonsense": (text(OBSERVATION, contained=[{"resourceType": "Nonsense", "id": "c"}]), "invalid_fhir"),
    "decimal with digits": (text(OBSERVATION)[:-1] + ',"valueQuantity":{"value":1.500000000000000000001}}', None),
    "exponent": (text(OBSERVATION)[:-1] + ',"valueQuantity":{"value":1.5e-7}}', None),
    "number out of range": (text(OBSERVATION)[:-1] + ',"valueQuantity":{"value":1e999}}', "not_json"),
    "NaN": (text(OBSERVATION)[:-1] + ',"valueQuantity":{"value":NaN}}', "not_json"),
    "Infinity": (text(OBSERVATION)[:-1] + ',"valueQuantity":{"value":-Infinity}}', "not_json"),
    "duplicate key": ('{"resourceType":"Patient","id":"p1","gender":"male","gender":"female"}', "duplicate_key"),
    "duplicate key deep inside": ('{"resourceType":"Patient","id":"p1","name":[{"family":"a","family":"a"}]}', "duplicate_key"),
    "lone surrogate": ('{"resourceType":"Patient","id":"p1","name":[{"family":"\\ud800"}]}', "not_json"),
    "surrogate pair": ('{"resourceType":"Patient","id":"p1","name":[{"family":"\\ud83d\\ude00"}]}', None),
    "control character": ('{"resourceType":"Patient","id":"p1","name":[{"family":"a\x01"}]}', "not_json"),
    "not UTF-8": (b'{"resourceType":"Patient","id":"p1","name":[{"family":"\xc3("}]}', "not_utf8"),
    "nested as in real life": (text(nested(30)), None),
    "nested too deep": (text(nested(60)), "too_deep"),
    "nested without end": (text(PATIENT)[:-1] + ',"extension":' + '[{"extension":' * 3000 + "[]" + "}]" * 3000 + "}", "too_deep"),
    "year 1": (text(PATIENT, birthDate="0001-01-01"), None),
    "year 9999": (text(PATIENT, birthDate="9999-12-31", deceasedDateTime="9999-12-31T23:59:59Z"), None),
    "year 0": (text(PATIENT, birthDate="0000-01-01"), "invalid_fhir"),
    "partial date": (text(PATIENT, birthDate="1980-02"), None),
    "date that is not there": (text(PATIENT, birthDate="2021-02-30"), "invalid_fhir"),
    "leap day": (text(PATIENT, birthDate="2020-02-29"), None),
    "leap day in another year": (text(PATIENT, birthDate="2021-02-29"), "invalid_fhir"),
    "time without a zone": (text(OBSERVATION, effectiveDateTime="2020-01-01T10:00:00"), "invalid_fhir"),
    "24 o'clock": (text(OBSERVATION, effectiveDateTime="2020-01-01T24:00:00Z"), "invalid_fhir"),
    "two values": (text(OBSERVATION, valueString="a", valueBoolean=True), "invalid_fhir"),
    "null": (text(PATIENT, gender=None), None),
    "id of another shape": (text({**PATIENT, "id": "p 1"}), "invalid_fhir"),
    "id that is a number": (text({**PATIENT, "id": 5}), "invalid_fhir"),
    "a type only R4 has": (text({"resourceType": "SubstancePolymer", "id": "s"}, anything=1), None),
    "a type of the future": (text({"resourceType": "Transport", "id": "t"}), "unknown_resource_type"),
}  # fmt: skip


def _place(row: dict) -> tuple[int, int]:
    return row["source_line"], row["source_entry"]


def judge(
    tmp_path: Path, data: bytes, name: str = "a.ndjson", release: str = "R4", erased: Path | None = None
) -> tuple[list[dict], list[dict]]:
    """The accepted and the rejected rows of a file with this content."""
    file = tmp_path / name
    file.write_bytes(data)
    put = tmp_path / f"put-{len(list(tmp_path.iterdir()))}"
    for folder in ("accepted", "rejected", "light"):
        (put / folder).mkdir(parents=True)
    work = Work("clinic", "b1", datetime(2026, 1, 1, tzinfo=UTC), release, put, None, None, erased)
    part = Split(str(file), name, name.endswith(".ndjson"), 0, None, 1, len(data))
    (counts,) = read_splits(work, 0, [(0, part)])
    rows = [
        sorted(
            (r for f in (put / folder).rglob("*.parquet") for r in pq.read_table(f, partitioning=None).to_pylist()),
            key=_place,
        )
        for folder in ("accepted", "rejected")
    ]
    assert sum(counts.column("good").to_pylist()) == len(rows[0])
    assert sum(counts.column("bad").to_pylist()) == len(rows[1])
    return rows[0], rows[1]


@pytest.mark.parametrize("name", LINES)
def test_each_oddity_has_its_outcome_and_its_neighbours_are_untouched(tmp_path, name):
    line, code = LINES[name]
    raw = line if isinstance(line, bytes) else line.encode()
    accepted, rejected = judge(tmp_path, b"\n".join([text(PATIENT).encode(), raw, text(PATIENT).encode()]))
    assert [r["source_line"] for r in accepted] == ([1, 3] if code else [1, 2, 3])
    assert [r["reason_code"] for r in rejected] == ([code] if code else [])
    if code is None:
        assert accepted[1]["raw"].encode() == raw, "stored as it was delivered, every digit"
    else:
        assert rejected[0]["raw"] == raw.decode("utf-8", "backslashreplace")


def test_somebody_who_was_erased_does_not_come_back(tmp_path):
    """Their records are rejected without id, text and file name; broken ones of theirs too; nobody else's are."""
    Erased.add(tmp_path / "vault", "clinic", "p1")
    theirs = [text(PATIENT), text(OBSERVATION), text(PATIENT, birthDate="never"), text(OBSERVATION)[:-1]]
    others = [text({**PATIENT, "id": "p10"}), text({**OBSERVATION, "subject": {"reference": "Patient/p10"}})]
    deleted = {"request": {"method": "DELETE", "url": "Patient/p1"}}
    theirs.append(text({"resourceType": "Bundle", "type": "transaction", "entry": [deleted]}))
    data = "\n".join([*theirs, *others]).encode()
    accepted, rejected = judge(tmp_path, data, name="p1.ndjson", erased=tmp_path / "vault")
    assert [r["resource_id"] for r in accepted] == ["p10", "o1"]
    assert len(rejected) == len(theirs)
    assert {r["raw"] for r in rejected} == {r["resource_id"] for r in rejected} == {None}
    assert not any("p1" in r["source_file"] for r in rejected)
    codes = [r["reason_code"] for r in rejected]
    assert codes == ["erased_subject", "erased_subject", "invalid_fhir", "not_json", "erased_subject"]


def test_r5_is_read_as_r5_only_where_the_institution_says_so(tmp_path):
    encounter = text(
        {"resourceType": "Encounter", "id": "e", "status": "completed", "subject": {"reference": "Patient/p1"}}
    )
    assert [r["reason_code"] for r in judge(tmp_path, encounter.encode())[1]] == ["invalid_fhir"]
    (accepted,), rejected = judge(tmp_path, encounter.encode(), release="R5")
    assert (accepted["resource_id"], accepted["subject_id"], rejected) == ("e", "p1", [])


def test_a_bundle_entry_of_20_megabytes(tmp_path):
    note = {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "content": [{"attachment": {"data": "QUJD" * 5_000_000}}],
    }
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": note}, {"resource": PATIENT}]}
    accepted, rejected = judge(tmp_path, json.dumps(bundle).encode(), "bundle.json")
    assert [len(r["raw"]) > 20_000_000 for r in accepted] == [True, False]
    assert not rejected


def test_a_record_that_no_row_can_hold_is_told_and_not_kept(tmp_path, monkeypatch):
    from transforms.bronze import reader

    monkeypatch.setattr(reader, "MOST_BYTES", 1000)
    accepted, rejected = judge(tmp_path, f"{text(PATIENT, language='x' * 1000)}\n{text(PATIENT)}".encode())
    assert [r["source_line"] for r in accepted] == [2]
    assert [(r["reason_code"], r["raw"]) for r in rejected] == [("too_large", None)]


class OpenScanner:
    def scan(self, text, subject):
        return SimpleNamespace(text=text, hits={})


@pytest.mark.parametrize("profile", ["safe_harbor", "cn_l3"])
@pytest.mark.parametrize("name", [name for name, (_, code) in LINES.items() if code is None])
def test_what_bronze_accepts_passes_the_border_or_is_left_out_with_a_reason(name, profile):
    keys = KeyRing(
        "0", {p: bytes([n]) * 32 for n, p in enumerate(("subject", "person", "link", "dates", "resource"), 1)}
    )
    engine = Deidentifier(load_policies(), profile, keys, OpenScanner())
    subject = Subject("clinic", keys.subject_key("clinic", "p1"), "person", keys.dates("person", profile))
    done = engine.deidentify(LINES[name][0], subject)
    assert (done.raw is None) == bool(done.reason)
    if done.raw:
        assert wrong(done.raw.encode(), json.loads(done.raw)["resourceType"], "R4B") is None, "still valid FHIR"
