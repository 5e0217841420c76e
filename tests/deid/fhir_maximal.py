"""FHIR resources with every element filled, and an identifier of the person wherever the type lets one in."""

import base64
from itertools import cycle
from typing import Any

from core import fhir

UNKNOWN_EXTENSION = "http://hospital.example/ext/Quillfeather"
SECRETS = (
    "Zaphodine",
    "Quillfeather",
    "13812345678",
    "11010519491231002X",
    "zq.patient@example.org",
    "219-09-9998",
    "617-555-0143",
    "MRN0048812",
    "1949-12-31",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "Hauptstrasse 17",
)
_TOKENS = ("13812345678", "11010519491231002X", "zq.patient@example.org", "219-09-9998", "MRN0048812", "Quillfeather",
           "617-555-0143", "7c9e6679-7425-40de-944b-e07fc1f90ae7")  # fmt: skip
_URIS = (
    "mailto:zq.patient@example.org",
    "tel:+8613812345678",
    "http://x.example/13812345678",
    "urn:oid:1.2.13812345678",
    "http://Quillfeather.example/a",
    "https://x.example/p?id=MRN0048812",
    "urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7",
)
_REFERENCES = (
    "Patient/MRN0048812",
    "https://x.example/fhir/Patient/MRN0048812/_history/2",
    "http://x.example/Zaphodine",
    "urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "Practitioner?identifier=http://npi|13812345678",
    "#inner-13812345678",
    "Organization?name=Quillfeather",
    "Zaphodine Quillfeather",
)
_PHRASE = "Zaphodine Quillfeather, 13812345678, born 1949-12-31, Hauptstrasse 17, zq.patient@example.org"
_MEDIA = ("text/plain", "text/html", "application/pdf", "text/plain; charset=gb18030")
_NUMBERS: dict[str, Any] = {
    "integer": 7,
    "positiveInt": 3,
    "unsignedInt": 2,
    "integer64": 7,
    "decimal": 1.5,
    "boolean": True,
}
_DATES = {"date": "1949-12-31", "dateTime": "1949-12-31T08:09:10.123+08:00", "instant": "1949-12-31T08:09:10.123+08:00",
          "time": "08:09:10"}  # fmt: skip
MAX_DEPTH = 5


class Filler:
    """`hostile`: identifiers also in codes, systems, units and numbers; else these are words of a vocabulary.

    `variant` chooses among the types of a choice (valueQuantity, valueString …): a resource may have only one.
    """

    def __init__(self, *, hostile: bool, variant: int) -> None:
        self.hostile, self.variant = hostile, variant
        self._next = {
            k: cycle(v) for k, v in {"token": _TOKENS, "uri": _URIS, "reference": _REFERENCES, "media": _MEDIA}.items()
        }
        for wheel in self._next.values():
            for _ in range(variant):
                next(wheel)

    def resource(self, kind: str, *, contained: bool = True) -> dict[str, Any]:
        made = self.complex(kind, (kind,))
        made = {"resourceType": kind, **made, "id": "MRN0048812"}
        if contained:
            inner = ("Patient", "Observation", "Practitioner", "Provenance")
            made["contained"] = [
                self.resource(k, contained=False) | {"id": f"inner-{n}"} for n, k in zip(_TOKENS, inner, strict=False)
            ]
        else:
            made.pop("contained", None)
        return made

    def complex(self, kind: str, above: tuple[str, ...]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        choices: dict[str, list[fhir.Element]] = {}
        for name, element in fhir.elements(kind).items():
            if name in ("contained", "modifierExtension") or (name == "id" and kind in fhir.resource_types()):
                continue
            if element.choice:
                choices.setdefault(element.choice, []).append(element)
            elif not (len(above) >= MAX_DEPTH or above.count(element.type) > 1) or element.is_required:
                self.fill(out, element, above, kind)
        for options in choices.values():
            if kind != "Extension":
                self.fill(out, sorted(options)[self.variant % len(options)], above, kind)
        return out

    def fill(self, out: dict[str, Any], element: fhir.Element, above: tuple[str, ...], kind: str) -> None:
        if element.type == "Extension":
            out[element.name] = self.extensions()
            return
        if element.is_primitive:
            value = self.primitive(element, kind)
            if not element.is_list and element.name != "id":
                out[f"_{element.name}"] = {"id": "Quillfeather", "extension": self.extensions()}
        else:
            value = self.complex(element.type, (*above, element.type))
        out[element.name] = [value] if element.is_list else value

    def extensions(self) -> list[dict[str, Any]]:
        race = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"
        return [
            {"url": UNKNOWN_EXTENSION, "valueString": _PHRASE},
            {
                "url": f"http://hl7.org/fhir/StructureDefinition/{next(self._next['token'])}",
                "valueUri": next(self._next["uri"]),
            },
            {
                "url": race,
                "extension": [
                    {"url": "text", "valueString": _PHRASE},
                    {"url": "ombCategory", "valueCoding": {"code": next(self._next["token"]), "display": _PHRASE}},
                ],
            },
            {
                "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                "valueCode": next(self._next["token"]),
            },
        ]

    def primitive(self, element: fhir.Element, kind: str) -> Any:
        name, type_ = element.name, element.type
        if name == "id":
            return "Quillfeather"
        if kind == "Attachment" and name == "contentType":
            return next(self._next["media"])
        if kind == "Attachment" and name == "data":
            return base64.b64encode(f"<p title='{_PHRASE}'>{_PHRASE}</p>".encode()).decode()
        if kind == "Reference" and name == "reference":
            return next(self._next["reference"])
        if type_ in _NUMBERS:
            return 13812345678 if self.hostile and type_ == "decimal" else _NUMBERS[type_]
        if type_ in _DATES:
            return _DATES[type_]
        if type_ in ("uri", "url", "canonical", "oid", "uuid"):
            return "http://loinc.org" if name == "system" and not self.hostile else next(self._next["uri"])
        if type_ == "base64Binary":
            return base64.b64encode(_PHRASE.encode()).decode()
        if type_ == "xhtml":
            return f"<div xmlns='http://www.w3.org/1999/xhtml'>{_PHRASE}</div>"
        if type_ in ("code", "id"):
            return next(self._next["token"]) if self.hostile else "8480-6" if kind == "Coding" else "active"
        return next(self._next["token"]) if self.hostile and name in ("unit", "value", "version", "linkId") else _PHRASE
