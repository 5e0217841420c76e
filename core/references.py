"""Which patient a resource is about. Source: the reference elements of FHIR R4's Patient compartment."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from core import fhir

# Most telling first: Coverage has a policy holder and a beneficiary, Task a patient it is `for`.
_ABOUT = ("patient", "subject", "individual", "beneficiary", "for")
_NESTED = {"Appointment": ("participant", "actor"), "AppointmentResponse": ("actor",)}
_LITERAL = re.compile(
    r"^(?:[A-Za-z][A-Za-z0-9+.-]*://.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?$"
)
_CONDITIONAL = re.compile(r"^([A-Z][A-Za-z]+)\?")


class Target(NamedTuple):
    """What a reference points at: a literal `Type/id`, relative or absolute."""

    type: str
    id: str


def parse(reference: object) -> Target | None:
    """The target of a literal reference; None for contained, conditional, urn: and malformed ones."""
    found = _LITERAL.match(reference) if isinstance(reference, str) else None
    return Target(found[1], found[2]) if found and found[1] in fhir.resource_types() else None


@cache
def subject_path(resource_type: str) -> tuple[str, ...]:
    """The path of the element that says which patient a resource of this type is about; empty when the type has none."""
    if resource_type in _NESTED:
        return _NESTED[resource_type]
    # A type that only R4 has has no model; it describes products, not patients. A type that only R5 has is read as such.
    releases: tuple[fhir.Release, ...] = ("R4B", "R5")
    here = next((fhir.elements(resource_type, r) for r in releases if fhir.is_type(resource_type, r)), {})
    for name in _ABOUT:
        element = here.get(name)
        if (
            element
            and element.type == "Reference"
            and (not element.targets or {"Patient", "Resource"} & set(element.targets))
        ):
            return (name,)
    return ()


def _at(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def _subjects(resource: dict[str, Any]) -> list[dict[str, Any]]:
    path = subject_path(resource["resourceType"])
    return [r for r in _at(resource, path) if isinstance(r, dict)] if path else []


def patient_id(resource: dict[str, Any]) -> str | None:
    """The id of the one patient that a resource is about; of a Patient, its own. None for none, several or unresolvable."""
    if resource["resourceType"] == "Patient":
        own = resource.get("id")
        return own if isinstance(own, str) else None
    targets = [parse(r.get("reference")) for r in _subjects(resource)]
    ids = {t.id for t in targets if t and t.type == "Patient"}
    return ids.pop() if len(ids) == 1 else None


def is_about_nobody(resource: dict[str, Any]) -> bool:
    """True when a resource is certainly about no patient: its type names none, or what it names is of another type.

    A type that can name a patient and names none, one that cannot be resolved, or something of a patient (an encounter, a
    specimen), may still be about one: False.
    """
    kind = resource["resourceType"]
    if kind == "Patient":
        return False
    if not subject_path(kind):
        return True
    named = _subjects(resource)
    if not named:
        return kind in _MAY_STAND_ALONE
    return all(_is_of_nobody(_type_of(r)) for r in named)


def _is_of_nobody(kind: str | None) -> bool:
    """Whether a subject of this type is no person and nothing of one, as an encounter or a specimen is."""
    if kind is None or kind in ("Patient", "Person") or kind not in fhir.resource_types():
        return False
    return kind in _MAY_STAND_ALONE or not subject_path(kind)


# Types that name a patient only when they belong to one: a hospital's device, a study's list, a practitioner's group.
_MAY_STAND_ALONE = frozenset({"Device", "Group", "List", "Medication", "Library", "ResearchStudy", "Substance"})


def _type_of(reference: dict[str, Any]) -> str | None:
    text = reference.get("reference")
    target = parse(text)
    if target:
        return target.type
    conditional = _CONDITIONAL.match(text) if isinstance(text, str) else None
    if conditional:
        return conditional[1]
    said = reference.get("type")
    return said if isinstance(said, str) else None
