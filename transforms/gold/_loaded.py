"""Which kinds of record an institution is known to have delivered whole, so that no record means that there is none.

Pure Python, on the few rows of governance/load_completeness: nothing here has seen a patient.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

# The resource types of each kind of criterion: a patient has none only if none came as any of them.
TYPES: Mapping[str, tuple[str, ...]] = {
    "condition": ("Condition",),
    "medication": ("MedicationRequest", "MedicationAdministration"),
}
# Looked for too, but few institutions have any: they count against "has none" only where some came, and not whole.
ALSO: Mapping[str, tuple[str, ...]] = {"medication": ("MedicationStatement",)}
_ALL_PATIENTS = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """A kind that was delivered whole `until` that day. `is_empty`: it was asked for and there was nothing of it."""

    until: date
    is_empty: bool


def whole_kinds(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Whole]]:
    """The kinds of TYPES that are whole, of each institution that ever sent a manifest.

    Reads the columns of governance/load_completeness, complete_until as a date. A type is whole when manifests cover it
    from the beginning with nothing missing, for all patients or for every patient group that the institution has; until
    the day that all of these reach.
    """
    by_institution: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_institution.setdefault(row["institution"], []).append(row)
    return {
        institution: _whole_kinds(found)
        for institution, found in by_institution.items()
        if any(row["basis"] == "manifest" for row in found)
    }


def _whole_kinds(rows: list[Mapping[str, Any]]) -> dict[str, Whole]:
    groups = {row["patient_group"] for row in rows if row["basis"] == "manifest"} - {_ALL_PATIENTS}
    found = {}
    for kind, types in TYPES.items():
        also = [t for t in ALSO.get(kind, ()) if any(r["resource_type"] == t and _has_any(r) for r in rows)]
        whole = [_whole_type([r for r in rows if r["resource_type"] == t], groups) for t in (*types, *also)]
        if all(whole):
            parts = [w for w in whole if w]
            found[kind] = Whole(min(w.until for w in parts), all(w.is_empty for w in parts))
    return found


def _whole_type(rows: list[Mapping[str, Any]], groups: set[str]) -> Whole | None:
    covered = {row["patient_group"]: row["complete_until"] for row in rows if _is_whole(row)}
    reached = [covered[_ALL_PATIENTS]] if _ALL_PATIENTS in covered else []
    if groups and groups <= set(covered):
        reached.append(min(covered[group] for group in groups))
    # A record that came and was rejected is no sign that there was nothing.
    is_empty = not any(_has_any(row) for row in rows)
    return Whole(max(reached), is_empty) if reached else None


def _has_any(row: Mapping[str, Any]) -> bool:
    return bool(row["records"] or row["rejected"])


def _is_whole(row: Mapping[str, Any]) -> bool:
    is_dated = row["basis"] == "manifest" and row["complete_until"] is not None
    return is_dated and row["complete_from"] is None and not row["missing"]
