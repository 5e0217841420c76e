"""hospital_a: Synthea's Bulk Data files in English: an initial load, and an update with changes and deletes."""

import copy
from collections import defaultdict

from generator import delivery
from generator.delivery import Batch, Item, Resource
from generator.synthea import HBA1C, HYPERTENSION, PREDIABETES, Run, codes, strings

ID = "hospital_a"
SEED = 20260101
LARGEST_RECORD = 450
QUOTAS = {
    "over 89": 2, "deceased": 3, "type 2 diabetes": 4, "inpatient": 3, "prediabetes": 13, "hypertension": 4,
    "child": 4, "adult": 7,
}  # fmt: skip

_LOADED = "2026-01-31T22:00:00.000+00:00"
_CHANGED = "2026-02-27T22:00:00.000+00:00"
_BEFORE = "2025-12-01T00:00:00.000+00:00"
# What happened from here on is in the second batch.
_CUT_OFF = "2025-12-01"
# Larger or wordier types are delivered packed.
_PACKED = (
    "Encounter", "Observation", "DiagnosticReport", "DocumentReference", "Procedure", "MedicationRequest", "Condition",
)  # fmt: skip
_NO_RESULT = 2  # prediabetic patients whose HbA1c results failed in the laboratory
_UPDATED = 6
_DELETED = 4


def records(run: Run, chosen: list[str]) -> dict[str, list[Resource]]:
    """The records of the chosen patients as the hospital keeps them: Synthea's, but for two with failed HbA1c tests."""
    own = {p: copy.deepcopy(run.records[p]) for p in chosen}
    prediabetic = [
        p for p in chosen if PREDIABETES in codes(own[p], "Condition") and "deceasedDateTime" not in own[p][0]
    ]
    # Without hypertension, because the second study asks for that and not for a result.
    failed = [p for p in prediabetic if HYPERTENSION not in codes(own[p], "Condition")][:_NO_RESULT]
    for patient in failed:
        for resource in own[patient]:
            if resource["resourceType"] == "Observation" and resource["code"]["coding"][0]["code"] == HBA1C:
                del resource["valueQuantity"]
                system = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
                resource["dataAbsentReason"] = {"coding": [{"system": system, "code": "error"}]}
    return own


def deliver(own: dict[str, list[Resource]], run: Run) -> list[Batch]:
    """The two batches."""
    early, late = _split(own)
    providers = [r for group in used_providers(run, own).values() for r in group]
    initial = _by_type([delivery.stamped(r, _LOADED) for r in [*early, *providers]])
    first = Batch(ID, "2026-01-initial")
    bad = _bad(initial)
    for kind in sorted(initial):
        suffix = ".gz" if kind in _PACKED else ""
        first.lines(f"{kind}.ndjson{suffix}", [*initial[kind], *bad.get(kind, [])])
    return [first, _update(initial, late)]


def used_providers(run: Run, own: dict[str, list[Resource]]) -> dict[str, list[Resource]]:
    """The organisations, places, practitioners and their roles that the records refer to by identifier."""
    named = {s.split("|")[1] for r in own.values() for s in strings(r) if "?identifier=" in s}
    found: dict[str, list[Resource]] = {}
    for kind, resources in run.providers.items():
        found[kind] = [r for r in resources if named & set(_identifiers(r))]
    return found


def _identifiers(provider: Resource) -> list[str]:
    if provider["resourceType"] == "PractitionerRole":
        return [provider["practitioner"]["identifier"]["value"]]
    return [i["value"] for i in provider["identifier"]]


def _split(own: dict[str, list[Resource]]) -> tuple[list[Resource], list[Resource]]:
    """What was recorded before the cut-off and what after: an encounter takes everything that belongs to it along."""
    every = [r for record in own.values() for r in record]
    late = {
        f"Encounter/{r['id']}" for r in every if r["resourceType"] == "Encounter" and r["period"]["start"] >= _CUT_OFF
    }
    drugs = {
        r["medicationReference"]["reference"] for r in every if "medicationReference" in r and late & set(strings(r))
    }
    late |= drugs
    is_late = [f"{r['resourceType']}/{r['id']}" in late or bool(late & set(strings(r))) for r in every]
    return [r for r, x in zip(every, is_late, strict=True) if not x], [
        r for r, x in zip(every, is_late, strict=True) if x
    ]


def _by_type(resources: list[Resource]) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = defaultdict(list)
    for resource in sorted(resources, key=lambda r: r["id"]):
        found[resource["resourceType"]].append(resource)
    return found


def _bad(initial: dict[str, list[Resource]]) -> dict[str, list[Item]]:
    condition, observation = initial["Condition"], initial["Observation"]
    return {
        "Observation": [
            delivery.broken_json(observation[0]),
            delivery.dangling(observation[1]),
            delivery.repeated(observation[2]),
        ],
        "Condition": [
            delivery.repeated(condition[0]),
            delivery.dangling(condition[1]),
            delivery.array_for_object(condition[2], "code"),
        ],
        "Encounter": [delivery.object_for_array(initial["Encounter"][0], "type")],
        "MedicationRequest": [delivery.unknown_modifier(initial["MedicationRequest"][0])],
        "Immunization": [delivery.unknown_type(initial["Immunization"][0])],
        "Procedure": [delivery.missing_id(initial["Procedure"][0])],
    }


def _update(initial: dict[str, list[Resource]], late: list[Resource]) -> Batch:
    batch = Batch(ID, "2026-02-update")
    changed = _by_type([*_changes(initial), *(delivery.stamped(r, _CHANGED) for r in late)])
    stale = delivery.stamped(initial["Condition"][-1], _BEFORE, 0)
    bad: dict[str, list[Item]] = {
        "Observation": [
            delivery.broken_json(initial["Observation"][3]),
            *(delivery.repeated(r, later=True) for r in initial["Observation"][4:6]),
        ],
        "Condition": [delivery.Planted("stale_version", stale), delivery.repeated(initial["Condition"][3], later=True)],
    }
    for kind in sorted(changed):
        batch.lines(f"{kind}.ndjson", [*changed[kind], *bad.get(kind, [])])
    # Nothing refers to a DocumentReference or an Immunization, so deleting them leaves nothing dangling.
    gone = [f"{k}/{r['id']}" for k in ("DocumentReference", "Immunization") for r in initial[k][:_DELETED]]
    batch.deletions("deleted/deleted.ndjson", gone, [f"Observation/{delivery.new_id('never delivered')}"])
    return batch


def _changes(initial: dict[str, list[Resource]]) -> list[Resource]:
    """Version 2 of some records: people who moved, diagnoses that ended, drugs that stopped, corrected weights."""
    changed: list[Resource] = []
    for number, patient in enumerate(initial["Patient"][10:13]):
        moved = copy.deepcopy(patient)
        moved["address"][0]["line"] = [f"{17 + number} Sample Street Apt {number + 1}"]
        moved["telecom"][0]["value"] = f"555-010-{number:04d}"
        changed.append(moved)
    active = [c for c in initial["Condition"] if c["clinicalStatus"]["coding"][0]["code"] == "active"]
    for condition in [c for c in active if "(finding)" in c["code"]["text"]][:_UPDATED]:
        ended = copy.deepcopy(condition)
        ended["clinicalStatus"]["coding"][0]["code"] = "resolved"
        changed.append({**ended, "abatementDateTime": "2026-02-10T09:00:00+00:00"})
    running = [m for m in initial["MedicationRequest"] if m["status"] == "active"]
    changed += [copy.deepcopy(m) | {"status": "stopped"} for m in running[:_UPDATED]]
    weights = [o for o in initial["Observation"] if o["code"]["coding"][0]["code"] == "29463-7"]
    for weight in weights[:_UPDATED]:
        value = copy.deepcopy(weight["valueQuantity"])
        value["value"] = round(value["value"] + 0.5, 1)
        changed.append(copy.deepcopy(weight) | {"status": "corrected", "valueQuantity": value})
    return [delivery.stamped(r, _CHANGED, 2) for r in changed]
