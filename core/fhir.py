"""The FHIR element models: which elements a type has, and of which type each is. Pure data, no validation.

Source: generated from the pinned `fhir.resources` by `core/fhir_model.py`, for R4B and R5. R4 is read with the model of
R4B: the two differ only in a few definitional resource types (R4_ONLY, R4_OTHER), patients' data reads the same in both.
"""

import json
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

Release = Literal["R4", "R4B", "R5"]
PRIMITIVES = frozenset(
    "base64Binary boolean canonical code date dateTime decimal id instant integer integer64 markdown oid positiveInt"
    " string time unsignedInt uri url uuid xhtml".split()
)
# Resource types of R4 that R4B replaced. Source: the list of resources of FHIR 4.0.1 without the one of FHIR 4.3.0.
R4_ONLY = frozenset(
    "EffectEvidenceSynthesis MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication"
    " MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured"
    " MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect RiskEvidenceSynthesis"
    " SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial"
    " SubstanceSpecification".split()
)
# Resource types that R4 and R4B have, with elements of the same names that mean other things.
R4_OTHER = frozenset({"Evidence", "EvidenceVariable"})
_IN_PART = R4_ONLY | R4_OTHER
_MODELS: dict[Release, str] = {"R4": "fhir_r4b.json", "R4B": "fhir_r4b.json", "R5": "fhir_r5.json"}
_ABSTRACT = frozenset({"Resource", "DomainResource", "CanonicalResource", "MetadataResource"})


class Element(NamedTuple):
    """One element of a type, as FHIR JSON names it (a choice is one element per type: `valueQuantity`)."""

    name: str
    type: str  # FHIR type; a backbone element has a type of its own, e.g. PatientContact; contained is "Resource"
    is_list: bool
    is_required: bool
    choice: str | None  # "value" for valueQuantity
    targets: tuple[str, ...]  # reference target types; empty means any
    is_choice_required: bool = False  # one of the elements of the choice has to be there

    @property
    def is_primitive(self) -> bool:
        return self.type in PRIMITIVES


@cache
def _read(file: str) -> dict[str, dict[str, Element]]:
    raw = json.loads(Path(__file__).with_name(file).read_text())
    return {
        name: {
            e: Element(e, t, bool(many), bool(req), choice, tuple(to), bool(one))
            for e, (t, many, req, choice, to, one) in es.items()
        }
        for name, es in raw.items()
    }


def _model(release: Release) -> dict[str, dict[str, Element]]:
    return _read(_MODELS[release])


def elements(type_name: str, release: Release = "R4B") -> dict[str, Element]:
    """The elements of a resource type, datatype or backbone type by JSON name. KeyError for a type that is not FHIR."""
    return _model(release)[type_name]


def is_type(type_name: str, release: Release = "R4B") -> bool:
    return type_name in _model(release)


@cache
def resource_types(release: Release = "R4B") -> frozenset[str]:
    """The concrete resource types of a release. "R4" has those of R4B too: senders take one for the other."""
    named = frozenset(name for name, es in _model(release).items() if "implicitRules" in es) - _ABSTRACT
    return named | R4_ONLY if release == "R4" else named


def is_known_in_part(resource_type: str, release: Release) -> bool:
    """True for a resource type of which the model has only the elements that all resources share."""
    return release == "R4" and resource_type in _IN_PART


@cache
def resolve(type_name: str, path: str, release: Release = "R4B") -> Element:
    """The element at a dotted path below a type, e.g. resolve("Patient", "contact.name"). KeyError names what is wrong."""
    found: Element | None = None
    at = type_name
    for step in path.split("."):
        here = _model(release).get(at, {})
        if step not in here:
            raise KeyError(f"{type_name}.{path}: {at} has no element {step!r}")
        found = here[step]
        at = found.type
    assert found is not None
    return found
