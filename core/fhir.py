"""The FHIR R4B element model: which elements a type has, and of which type each is. Pure data, no validation.

Source: generated from the pinned `fhir.resources` by `core/fhir_model.py`. R4 and R4B differ only in a few definitional
resource types; patients' data reads the same in both.
"""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

PRIMITIVES = frozenset(
    "base64Binary boolean canonical code date dateTime decimal id instant integer integer64 markdown oid positiveInt"
    " string time unsignedInt uri url uuid xhtml".split()
)


class Element(NamedTuple):
    """One element of a type, as FHIR JSON names it (a choice is one element per type: `valueQuantity`)."""

    name: str
    type: str  # FHIR type; a backbone element has a type of its own, e.g. PatientContact; contained is "Resource"
    is_list: bool
    is_required: bool
    choice: str | None  # "value" for valueQuantity
    targets: tuple[str, ...]  # reference target types; empty means any

    @property
    def is_primitive(self) -> bool:
        return self.type in PRIMITIVES


@cache
def _model() -> dict[str, dict[str, Element]]:
    raw = json.loads(Path(__file__).with_name("fhir_r4b.json").read_text())
    return {
        name: {
            e: Element(e, t, bool(many), bool(req), choice, tuple(to)) for e, (t, many, req, choice, to) in es.items()
        }
        for name, es in raw.items()
    }


def elements(type_name: str) -> dict[str, Element]:
    """The elements of a resource type, datatype or backbone type by JSON name. KeyError for a type that is not FHIR."""
    return _model()[type_name]


def is_type(type_name: str) -> bool:
    return type_name in _model()


@cache
def resource_types() -> frozenset[str]:
    """The concrete resource types of R4B."""
    abstract = {"Resource", "DomainResource"}
    return frozenset(name for name, es in _model().items() if "implicitRules" in es and name not in abstract)


@cache
def resolve(type_name: str, path: str) -> Element:
    """The element at a dotted path below a type, e.g. resolve("Patient", "contact.name"). KeyError names what is wrong."""
    found: Element | None = None
    at = type_name
    for step in path.split("."):
        here = _model().get(at, {})
        if step not in here:
            raise KeyError(f"{type_name}.{path}: {at} has no element {step!r}")
        found = here[step]
        at = found.type
    assert found is not None
    return found
