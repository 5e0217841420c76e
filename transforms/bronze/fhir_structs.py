"""FHIR types as msgspec Structs that accept only what fhir.resources certainly accepts.

They are strict where fhir.resources is lenient (numbers as text, nulls, empty lists, a required element that is only an
extension) and leave out what is rarely sent (resources in a Bundle or in Parameters): what they refuse has still to be
judged. Not checked here, since no Struct can: texts of nothing but rare white space, and keys given twice.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from math import inf
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from core import fhir

_YEAR = "(?!0000)[0-9]{4}"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY = "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_LEAP_DAY = "(?!0000)(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29"
_DATE = f"(?:{_YEAR}-{_DAY}|{_LEAP_DAY})"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
_ZONE = "(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
_HEX = "[0-9a-f]"


def _text(pattern: str) -> Any:
    return Annotated[str, Meta(pattern=rf"\A(?:{pattern})\Z")]


def _some(of: Any) -> Any:
    return Annotated[_list[of], Meta(min_length=1)]


def _whole(least: int, most: int) -> Any:
    return Annotated[int, Meta(ge=least, le=most)]


_SOME_TEXT = Annotated[str, Meta(min_length=1)]
# A pattern costs as much as six checks of a length. Leap seconds are left to the judge.
_PRIMITIVES: dict[str, Any] = {
    "base64Binary": bytes,
    "boolean": bool,
    "canonical": str,
    "code": _text(r"\S+(?:\s\S+)*"),
    "date": _text(f"{_DATE}|{_YEAR}(?:-{_MONTH})?"),
    "dateTime": _text(f"{_DATE}(?:T{_TIME}{_ZONE})?|{_YEAR}(?:-{_MONTH})?"),
    "decimal": float,
    "id": _text(r"[A-Za-z0-9\-.]{1,255}"),
    "instant": _text(f"{_DATE}T{_TIME}{_ZONE}"),
    "integer": _whole(-(2**31), 2**31 - 1),
    "integer64": _whole(-(2**63) + 1, 2**63 - 1),
    "markdown": str,
    "oid": _text(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+"),
    "positiveInt": _whole(1, 2**31 - 1),
    "string": _SOME_TEXT,
    "time": _text(_TIME),
    "unsignedInt": _whole(0, 2**31 - 1),
    "uri": str,
    "url": str,
    "uuid": _text(f"urn:uuid:{_HEX}{{8}}-{_HEX}{{4}}-4{_HEX}{{3}}-[89ab]{_HEX}{{3}}-{_HEX}{{12}}"),
    "xhtml": str,
}
_NOTHING = Annotated[int, Meta(ge=1, le=0)]
UNBOUNDED = ("extension", "modifierExtension", "contained", "assigner")
_list: Any = list
_literal: Any = Literal
_SPACES = (  # white space that a FHIR string must not consist of, as bytes of JSON
    rb"\\f|\\u(?:000[bBcC]|0085|00[aA]0|1680|200[0-9aA]|202[89fF]|205[fF]|3000)"
    rb"|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80"
)
_FIRST_OF_SPACES = (b"\xc2", b"\xe1", b"\xe2", b"\xe3")
_blank = re.compile(rb'"(?:' + _SPACES + rb')+"')


def may_hold_blank(data: bytes) -> bool:
    """False when certainly no text in the JSON consists of nothing but white space other than blank, tab and line end."""
    may = b"\\" in data and b'"\\' in data
    if not may and not data.isascii():
        may = any(first in data for first in _FIRST_OF_SPACES)
    return may and _blank.search(data) is not None


@cache
def decoder(resource_type: str, release: fhir.Release) -> Callable[[bytes | Raw], Any]:
    """Reads a resource of the type from JSON, or raises msgspec.DecodeError or RecursionError.

    What it gives has the contained resources in `contained_`, as JSON that is not judged.
    """
    return msgspec.json.Decoder(_structs("R4B" if release == "R4" else release)[resource_type]).decode


@cache
def levels(type_name: str, release: fhir.Release) -> float:
    """How many objects and lists a value of the type can have within each other, itself included; infinite for some.

    Not counted are those below the elements of UNBOUNDED, without which few types nest at will (Questionnaire.item).
    """
    return _levels(type_name, release, ())


def _levels(type_name: str, release: fhir.Release, above: tuple[str, ...]) -> float:
    if type_name in above:
        return inf
    inner = [e for e in fhir.elements(type_name, release).values() if not e.is_primitive and e.name not in UNBOUNDED]
    below = [1 + e.is_list + _levels(e.type, release, (*above, type_name)) for e in inner if e.type != "Resource"]
    return max(below, default=2.0)  # a list of primitives is a level too


@cache
def _structs(release: fhir.Release) -> "_Structs":
    return _Structs(release)


class _Structs(dict[str, type[Struct]]):
    """The Structs by FHIR type, made when first asked for."""

    def __init__(self, release: fhir.Release) -> None:
        self.release = release

    def __missing__(self, type_name: str) -> type[Struct]:
        elements = fhir.elements(type_name, self.release)
        fields = {"resourceType": ("resourceType", True)} if self._is_resource(type_name) else {}
        fields |= {f"{e.name}_": (e.name, e.is_required) for e in elements.values()}
        fields |= {f"{e.name}__ext": (f"_{e.name}", False) for e in elements.values() if _has_sibling(e, type_name)}
        made = msgspec.defstruct(
            type_name,
            [(field, Any) if is_required else (field, Any, None) for field, (_, is_required) in fields.items()],
            namespace=_checks(type_name, elements),
            rename={field: name for field, (name, _) in fields.items()},
            forbid_unknown_fields=True,
            omit_defaults=True,
            kw_only=True,
            gc=False,
        )
        # Types contain each other: the Struct has to be known before the types of its fields are.
        self[type_name] = made
        made.__annotations__ = dict(self._types(type_name, elements))
        return made

    def _is_resource(self, type_name: str) -> bool:
        return type_name in fhir.resource_types(self.release)

    def _types(self, type_name: str, elements: dict[str, fhir.Element]) -> Iterator[tuple[str, Any]]:
        if self._is_resource(type_name):
            yield "resourceType", _literal[type_name]
        for element in elements.values():
            yield f"{element.name}_", _some(self._type(element)) if element.is_list else self._type(element)
            if _has_sibling(element, type_name):
                sibling: Any = self["FHIRPrimitiveExtension"]
                yield f"{element.name}__ext", _some(sibling | None) if element.is_list else sibling

    def _type(self, element: fhir.Element) -> Any:
        if element.is_primitive:
            return _PRIMITIVES[element.type]
        if element.type == "Resource":
            return Raw if element.name == "contained" else _NOTHING
        return self[element.type]


def _has_sibling(element: fhir.Element, type_name: str) -> bool:
    """Whether fhir.resources knows `_element`, which it does not in extensions."""
    return element.is_primitive and element.name != "id" and type_name != "Extension"


def _checks(type_name: str, elements: dict[str, fhir.Element]) -> dict[str, Any]:
    """The class body with what the types of the fields cannot say: how many of some fields may be there."""
    choices: dict[str, list[fhir.Element]] = {}
    for element in elements.values():
        if element.choice:
            choices.setdefault(element.choice, []).append(element)
    lines = [line for options in choices.values() for line in _count(options, options[0].is_choice_required)]
    if type_name == "FHIRPrimitiveExtension":
        lines = ["if self.id_ is None and self.extension_ is None: raise ValueError"]
    if not lines:
        return {}
    body: dict[str, Any] = {}
    # Written out because it is run for every extension, which may have one of fifty values.
    exec("\n ".join(["def __post_init__(self):", *lines]), body)  # noqa: S102  the names are those of the model file
    return {"__post_init__": body["__post_init__"]}


def _count(options: list[fhir.Element], is_required: bool) -> Iterator[str]:
    yield "n = 0"
    for option in options:
        yield f"if self.{option.name}_ is not None: n += 1"
    yield f"if n {'!= 1' if is_required else '> 1'}: raise ValueError"
