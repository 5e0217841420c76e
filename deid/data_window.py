"""Which of a person's records a Consent lets in, when it speaks of data of some time only (`provision.dataPeriod`).

A record is let in when every date that it states lies in a time that is permitted and none in one that is denied; a
partial date or a period counts with all its days. A record that states no date cannot be placed and is left out, except
the Patient, without whom no other record can be read, and the Consent itself.
Source: FHIR R4 Consent.provision.dataPeriod ("limits the data controlled by this provision").
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core import fhir

OUTSIDE = "outside_consent_window"
_ALWAYS = frozenset({"Patient", "Consent"})
_DATES = frozenset({"date", "dateTime", "instant"})
# Periods in these say when a name or number was in use, not what the record tells.
_SILENT = frozenset(
    {"Meta", "Identifier", "HumanName", "Address", "ContactPoint", "Extension", "Narrative", "Resource"}
)
# First and last day, both in; as ISO dates these sort as they follow each other.
Days = tuple[str, str]
_FIRST, _LAST = "0001-01-01", "9999-12-31"


@dataclass(frozen=True, slots=True)
class DataWindow:
    """Days whose data may be used: those of `allowed` (all, when None) that are not in `denied`."""

    allowed: tuple[Days, ...] | None
    denied: tuple[Days, ...] = ()

    def to_json(self) -> str:
        return json.dumps({"allowed": self.allowed, "denied": self.denied})

    @classmethod
    def from_json(cls, text: str) -> "DataWindow":
        said = json.loads(text)
        allowed = None if said["allowed"] is None else tuple((a, b) for a, b in said["allowed"])
        return cls(allowed, tuple((a, b) for a, b in said["denied"]))

    def holds(self, resource: Mapping[str, Any]) -> bool:
        """Whether a resource may be used."""
        kind = str(resource.get("resourceType"))
        if kind in _ALWAYS:
            return True
        stated = list(_stated(resource, kind)) if fhir.is_type(kind) else []
        return bool(stated) and all(days is not None and self._has(days) for days in stated)

    def _has(self, days: Days) -> bool:
        first, last = days
        is_allowed = self.allowed is None or any(a <= first and last <= b for a, b in self.allowed)
        return is_allowed and not any(a <= last and first <= b for a, b in self.denied)


def days_of(period: object) -> Days | None:
    """The days of a FHIR Period; None for what is none. An end that is not given is open."""
    if not isinstance(period, Mapping) or not {"start", "end"} & period.keys():
        return None
    first = _days(period["start"]) if "start" in period else (_FIRST, _FIRST)
    last = _days(period["end"]) if "end" in period else (_LAST, _LAST)
    return (first[0], last[1]) if first and last and first[0] <= last[1] else None


def _days(said: object) -> Days | None:
    """The days of a FHIR date, dateTime or instant, in its own time zone."""
    day = said[:10] if isinstance(said, str) else ""
    if not all(part.isdigit() for part in day.split("-")):
        return None
    if len(day) == 10:
        return day, day
    return {4: (f"{day}-01-01", f"{day}-12-31"), 7: (f"{day}-01", f"{day}-31")}.get(len(day))


def _stated(value: Mapping[str, Any], kind: str) -> Iterator[Days | None]:
    """What a value of a type says of when; None for a date that cannot be read."""
    for name, element in fhir.elements(kind).items():
        if name not in value or element.type in _SILENT or name == "birthDate":
            continue
        for each in value[name] if element.is_list and isinstance(value[name], list) else [value[name]]:
            if element.type in _DATES:
                yield _days(each)
            elif element.type == "Period":
                yield days_of(each)
            elif not element.is_primitive and isinstance(each, Mapping) and fhir.is_type(element.type):
                yield from _stated(each, element.type)
