"""What the sample's sponsor delivered, read from its files with nothing but Python: the reference for the study tables."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]


def records(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The newest version of every good record, by type and id."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    patients = set()
    for r in _all(folder):
        if r.get("resourceType") in (None, "ClinicalNote") or "id" not in r or "modifierExtension" in r:
            continue
        if any(isinstance(r.get(k), dict) for k in ("study",)) and r["resourceType"] == "AdverseEvent":
            continue  # an object where an array belongs
        key = r["resourceType"], r["id"]
        if key not in found or int(r["meta"]["versionId"]) > int(found[key]["meta"]["versionId"]):
            found[key] = r
        if r["resourceType"] == "Patient":
            patients.add(r["id"])
    return {k: r for k, r in found.items() if _who(r) is None or _who(r) in patients}


def _all(folder: Path) -> Iterator[dict[str, Any]]:
    for batch in sorted(p for p in folder.iterdir() if p.is_dir()):
        for file in sorted(batch.glob("*.ndjson")):
            for line in file.read_text(encoding="utf-8").splitlines():
                try:
                    yield json.loads(line)
                except json.JSONDecodeError:
                    continue
        for file in sorted(batch.glob("*.json")):
            yield from (entry["resource"] for entry in json.loads(file.read_text(encoding="utf-8"))["entry"])


def _who(r: dict[str, Any]) -> str | None:
    said = r.get("subject") or r.get("individual") or r.get("patient")
    return said["reference"].split("/")[-1] if isinstance(said, dict) else None


def _of(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [r for (type_, _), r in records(folder).items() if type_ == kind]


def _subjects(folder: Path) -> list[dict[str, Any]]:
    return [s for s in _of(folder, "ResearchSubject") if s["status"] not in ("candidate", "potential-candidate")]


def _number(folder: Path, study: str) -> str:
    return str(records(folder)["ResearchStudy", study.split("/")[-1]]["identifier"][0]["value"])


def _taken(folder: Path, who: str) -> list[date]:
    doses = [d for d in _of(folder, "MedicationAdministration") if _who(d) == who and d["status"] == "completed"]
    return sorted(date.fromisoformat(d["effectiveDateTime"][:10]) for d in doses)


def _day(at: date, first: date) -> int:
    return (at - first).days + (at >= first)


def adsl(folder: Path) -> Iterator[Row]:
    for s in _subjects(folder):
        who, taken = _who(s), _taken(folder, _who(s) or "")
        person = records(folder)["Patient", who]
        consented = date.fromisoformat(records(folder)["Consent", f"consent-{who}"]["dateTime"][:10])
        born = date.fromisoformat(person["birthDate"])
        age = consented.year - born.year - ((consented.month, consented.day) < (born.month, born.day))
        arm, actual, status = s.get("assignedArm"), s.get("actualArm"), s["status"]
        start, end = (taken[0], taken[-1]) if taken else (None, None)
        left = {"off-study": "COMPLETED", "withdrawn": "DISCONTINUED"}.get(status, "ONGOING") if arm else None
        yield (
            _number(folder, s["study"]["reference"]), who, arm, actual, arm, actual if taken else None, age,
            {"male": "M", "female": "F"}[person["gender"]], "Y" if taken else "N", "Y" if arm else "N", start, end,
            (end - start).days + 1 if start and end else None, left, "WITHDRAWAL BY SUBJECT" if status == "withdrawn" else None,
        )  # fmt: skip


_SEVERITY = {"mild": "MILD", "moderate": "MODERATE", "severe": "SEVERE"}
_CAUSE = {"Probably-Likely": "PROBABLE", "Possible": "POSSIBLE", "Certain": "CERTAIN", "Unlikely": "UNLIKELY"}
_OUTCOME = {
    "resolved": "RECOVERED/RESOLVED",
    "ongoing": "NOT RECOVERED/NOT RESOLVED",
    "resolvedWithSequelae": "RECOVERED/RESOLVED WITH SEQUELAE",
}


def adae(folder: Path) -> Iterator[Row]:
    for e in _of(folder, "AdverseEvent"):
        who = _who(e) or ""
        at, first = date.fromisoformat(e["date"][:10]), _taken(folder, who)[0]
        yield (
            who, e["id"], e["event"]["text"], e["event"]["coding"][0]["code"], _SEVERITY[e["severity"]["coding"][0]["code"]],
            "Y" if e["seriousness"]["coding"][0]["code"] == "Serious" else "N",
            _CAUSE[e["suspectEntity"][0]["causality"][0]["assessment"]["coding"][0]["code"]],
            _OUTCOME[e["outcome"]["coding"][0]["code"]], at, _day(at, first), "Y" if at >= first else "N",
        )  # fmt: skip


def results(folder: Path, category: str) -> Iterator[Row]:
    names = {"4548-4": "HBA1C", "29463-7": "WEIGHT", "8480-6": "SYSBP"}
    of = [o for o in _of(folder, "Observation") if o["category"][0]["coding"][0]["code"] == category]
    listed = {_who(s) for s in _subjects(folder)}
    for o in of:
        who, code = _who(o) or "", o["code"]["coding"][0]["code"]
        if who not in listed:
            continue
        at, value = date.fromisoformat(o["effectiveDateTime"][:10]), o["valueQuantity"]["value"]
        taken = _taken(folder, who)
        same = [x for x in of if _who(x) == who and x["code"]["coding"][0]["code"] == code]
        before = [x for x in same if taken and x["effectiveDateTime"][:10] <= taken[0].isoformat()]
        base = max(before, key=lambda x: x["effectiveDateTime"])["valueQuantity"]["value"] if before else None
        change = round(value - base, 6) if base is not None and at > taken[0] else None
        yield who, o["id"], names[code], float(value), at, _day(at, taken[0]) if taken else None, base, change


def doses(folder: Path) -> Iterator[Row]:
    for d in _of(folder, "MedicationAdministration"):
        who = _who(d) or ""
        at = date.fromisoformat(d["effectiveDateTime"][:10])
        taken = _taken(folder, who)
        occurred = "N" if d["status"] == "not-done" else "Y"
        yield who, d["id"], occurred, 50.0, "mg", at.isoformat(), _day(at, taken[0])


def first_events(folder: Path) -> Iterator[Row]:
    """Time to the first event, from the first dose; without one to the end, else to the last day with any record."""
    events = list(adae(folder))
    for s in _subjects(folder):
        who = _who(s) or ""
        taken = _taken(folder, who)
        if not taken:
            continue
        days = sorted(e[8] for e in events if e[0] == who and e[8] >= taken[0])
        yield who, "TTAE", *_time(folder, s, taken[0], days)
        gone = [date.fromisoformat(s["period"]["end"])] if s["status"] == "withdrawn" else []
        yield who, "TTDISC", *_time(folder, s, taken[0], gone)


def _time(folder: Path, s: dict[str, Any], first: date, days: list[date]) -> tuple[float, int]:
    who, end = _who(s), s["period"].get("end")
    dated = [r.get("effectiveDateTime") or r.get("date") for r in records(folder).values() if _who(r) == who]
    seen = date.fromisoformat(end) if end else max(date.fromisoformat(d[:10]) for d in dated if d)
    at = days[0] if days else seen
    return float((at - first + timedelta(days=1)).days), 0 if days else 1


_RESULT = ("USUBJID", "record_key", "PARAMCD", "AVAL", "ADT", "ADY", "BASE", "CHG")
EXPECTED = {
    "adsl": (
        ("STUDYID", "USUBJID", "ARM", "ACTARM", "TRT01P", "TRT01A", "AGE", "SEX", "SAFFL", "ITTFL", "TRTSDT", "TRTEDT", "TRTDURD",
         "EOSSTT", "DCSREAS"),
        adsl,
    ),
    "adae": (
        ("USUBJID", "record_key", "AETERM", "AEPTCD", "AESEV", "AESER", "AEREL", "AEOUT", "ASTDT", "ASTDY", "TRTEMFL"),
        adae,
    ),
    "adlb": (_RESULT, lambda folder: results(folder, "laboratory")),
    "advs": (_RESULT, lambda folder: results(folder, "vital-signs")),
    "ex": (("USUBJID", "record_key", "EXOCCUR", "EXDOSE", "EXDOSU", "EXSTDTC", "EXSTDY"), doses),
    "adtte": (("USUBJID", "PARAMCD", "AVAL", "CNSR"), first_events),
}  # fmt: skip
