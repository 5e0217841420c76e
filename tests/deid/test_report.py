"""The report: what it counts, and that a changed one is found out. Without a JVM."""

import json
import re
from datetime import UTC, datetime

import pytest

from core.institution import Institution
from deid import report
from deid.report import Facts, ReportError, build, html, verify

FIRST, WHOLE, LATER = (datetime(2026, 1, day, 8, tzinfo=UTC) for day in (1, 2, 3))
INSTITUTION = Institution(
    id="north", name="North <Clinic>", language="en", profile="safe_harbor", fhir_release="R4", consent="required"
)
VERDICT = {
    "delta_version": 4, "known": "2-7", "code": "c", "at": "2026-01-03T09:00:00+00:00", "is_whole": True, "rows": 9, "strings": 120,
    "kinds": {},
}  # fmt: skip
FACTS = Facts({"deid/resource": {"version": 4, "commit": "0a1b"}}, {"deid/resource": VERDICT}, [], "k1")


def row(kind, name, n, *, at=WHOLE, batch="b1", detail="", type_="Patient", institution="north"):
    made_from = json.dumps({"bronze": at.day, "as_of": "2026-01-03"})
    return {
        "at": at, "made_from": made_from, "is_whole": at == WHOLE, "institution": institution, "batch_id": batch,
        "resource_type": type_, "kind": kind, "name": name, "detail": detail, "n": n,
    }  # fmt: skip


ROWS = [
    row("record", "deidentified", 100, at=FIRST),
    row("record", "deidentified", 7),
    row("record", "no_consent", 2),
    row("record", "deidentified", 3, at=LATER, batch="b2"),
    row("record", "deleted", 1, at=LATER, batch=None),
    row("path", "Patient.birthDate", 7, detail="date_shift"),
    row("path", "Patient.text.div", 5, detail="remove"),
    row("path", "Patient.name", 7, detail="remove"),
    row("path", "DocumentReference.content.attachment.data", 4, detail="scan_text"),
    row("path", "Observation.code.text", 6, detail="scan_text", at=LATER, batch="b2"),
    row("path", "Observation.code.text", 1, detail="scan_failed", at=LATER, batch="b2"),
    row("entity", "NAME", 8, detail="known"),
    row("entity", "NAME", 2, detail="known", at=LATER, batch="b2"),
    row("extension", "http://x.example/colour", 3),
    row("shape", "Patient.birthDate", 5, detail="9999-99-99 → 9999", batch=None),
    row("link", "resident_id", 2, at=LATER, institution="", batch=None),
    row("link", "resident_id", 1, institution="", batch=None),
]


def data(rows=ROWS, facts=FACTS):
    return build(rows, institutions={"north": INSTITUTION}, facts=facts)


def test_counts_are_of_all_runs_since_the_last_whole_one():
    said = data()
    assert [(r["is_whole"], r["records"]) for r in said["runs"]] == [(True, 9), (False, 4)]
    (north,) = said["institutions"]
    assert north["records"] == {"deidentified": 10, "no_consent": 2, "deleted": 1}
    assert north["text"] == {"scanned": 10, "attachments": 4, "removed": 5, "failed": 1}
    assert north["entities"] == [["NAME", "known", 10]]
    assert north["shapes"] == [["Patient.birthDate", "9999-99-99", "9999", 5]]
    assert ["Patient.birthDate", "year", 7] in north["paths"], "Safe Harbor makes years of dates"
    assert said["linkage"] == {"resident_id": 2}, "of the newest run: it looks at everybody"


def test_counts_are_told_by_batch():
    batches = {b["batch"]: b for b in data()["institutions"][0]["batches"]}
    assert set(batches) == {"b1", "b2", report.NO_BATCH}
    assert batches["b1"]["records"] == {"deidentified": 7, "no_consent": 2}
    assert batches["b2"]["text"] == {"scanned": 6, "attachments": 0, "removed": 0, "failed": 1}
    assert batches["b2"]["entities"] == [["NAME", "known", 2]]
    assert batches["b1"]["extensions"] == [["http://x.example/colour", 3]]


def test_of_many_batches_the_earlier_ones_are_added_up():
    rows = [row("record", "deidentified", 1, batch=f"b{n:03}") for n in range(report.MOST_BATCHES + 5)]
    batches = data(rows)["institutions"][0]["batches"]
    assert len(batches) == report.MOST_BATCHES + 1
    assert {b["batch"]: b["records"]["deidentified"] for b in batches}[report.EARLIER] == 5


def test_the_page_holds_its_data_and_asks_nobody_for_anything():
    said = data()
    page = html(said)
    assert verify(page) == json.loads(json.dumps(said)) == verify(json.dumps(said))
    assert "North &lt;Clinic&gt;" in page
    assert not re.search(r'(?:src|href|url\()\s*=?\s*["\']?(?:https?:)?//', page), "no request to anywhere"
    for words in ("De-identification report", "去标识化报告", "deid/resource @ 4", "SHA-256"):
        assert words in page


def test_a_finding_is_said_on_the_first_screen():
    facts = Facts(FACTS.tables, {"deid/resource": VERDICT | {"kinds": {"own_name": 3}}}, [], "k1")
    page = html(data(facts=facts))
    assert re.search(r'class="card bad">.*?<b>3</b>', page)
    assert "own_name 3" in page


@pytest.mark.parametrize("change", [
    ("<b>10</b>", "<b>11</b>"),
    ('"n":', '"m":'),
    ("SHA-256", "SHA-265"),
    ('"deidentified":7', '"deidentified":8'),
])  # fmt: skip
def test_a_changed_page_is_found_out(change):
    page = html(data())
    changed = page.replace(*change, 1) if change[0] in page else page.replace("</main>", "<p>10</p></main>")
    assert changed != page
    with pytest.raises(ReportError, match="was changed"):
        verify(changed)


def test_what_is_no_report_or_was_made_by_another_version_is_said():
    for text in ("", "<html></html>", "{}", '{"sha256": 1}', "[1]"):
        with pytest.raises(ReportError):
            verify(text)
    other = data() | {"renderer": "0" * 16}
    other["sha256"] = report._hash(other)
    assert verify(json.dumps(other)) == json.loads(json.dumps(other)), "the data can be checked all the same"
    with pytest.raises(ReportError, match="another version"):
        verify(html(other))
