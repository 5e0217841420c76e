"""Writes `core/fhir_r4b.json` and `core/fhir_r5.json`, the element models that `core.fhir` reads, from fhir.resources.

Run `python -m core.fhir_model` after a change of the fhir.resources version; a test compares the files with the package.
Reading a file costs milliseconds where building every pydantic model costs seconds, and needs no model at all in the
places that only ask "which type is this element".
"""

import importlib
import json
import pkgutil
import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

PACKAGES = {"R4B": "fhir.resources.R4B", "R5": "fhir.resources"}
# Python classes of fhir.resources that are FHIR primitives, by the name of their annotation metadata.
_PRIMITIVE = {
    "Base64Binary": "base64Binary", "Canonical": "canonical", "Code": "code", "Date": "date", "DateTime": "dateTime",
    "Decimal": "decimal", "Id": "id", "Instant": "instant", "Integer": "integer", "Integer64": "integer64",
    "Markdown": "markdown", "Oid": "oid", "PositiveInt": "positiveInt", "String": "string", "Time": "time",
    "UnsignedInt": "unsignedInt", "Uri": "uri", "Url": "url", "UuidVersion": "uuid", "Xhtml": "xhtml",
}  # fmt: skip


def _unwrap(annotation: Any) -> tuple[Any, bool]:
    """The annotation without Optional and List, and whether it was a list."""
    is_list = False
    while True:
        origin = typing.get_origin(annotation)
        if origin in (typing.Union, types.UnionType):
            annotation = next(a for a in typing.get_args(annotation) if a is not type(None))
        elif origin is list:
            is_list, annotation = True, typing.get_args(annotation)[0]
        else:
            return annotation, is_list


def _type_name(annotation: Any) -> str:
    if annotation is bool:
        return "boolean"
    if typing.get_origin(annotation) is typing.Annotated:
        return _PRIMITIVE[type(annotation.__metadata__[-1]).__name__]
    return re.sub(r"Type$", "", annotation.__name__)


def model_file(release: str) -> Path:
    return Path(__file__).with_name(f"fhir_{release.lower()}.json")


def model_classes(release: Literal["R4B", "R5"]) -> Iterator[type[Any]]:
    """The classes of fhir.resources of one release, datatypes and backbone types too."""
    from fhir_core.fhirabstractmodel import FHIRAbstractModel

    package = importlib.import_module(PACKAGES[release])
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg or module.name.startswith("fhirtypes"):
            continue
        name = f"{PACKAGES[release]}.{module.name}"
        for cls in vars(importlib.import_module(name)).values():
            if isinstance(cls, type) and issubclass(cls, FHIRAbstractModel) and cls.__module__ == name:
                yield cls


def build(release: Literal["R4B", "R5"]) -> dict[str, dict[str, list[Any]]]:
    """All types of a release, their elements in FHIR's order.

    {type: {element: [type, is_list, is_required, choice or None, reference target types, is_choice_required]}}
    """
    model: dict[str, dict[str, list[Any]]] = {}
    for cls in model_classes(release):
        elements = {
            field.alias or name: _element(field) for name, field in cls.model_fields.items() if _is_one(name, field)
        }
        order = {name: n for n, name in enumerate(cls.elements_sequence())}
        model[cls.get_resource_type()] = dict(sorted(elements.items(), key=lambda e: order.get(e[0], -1)))
    return dict(sorted(model.items()))


def _is_one(name: str, field: Any) -> bool:
    alias = field.alias or name
    return not name.endswith("__ext") and alias != "fhir_comments"


def _element(field: Any) -> list[Any]:
    extra: Any = field.json_schema_extra or {}
    annotation, is_list = _unwrap(field.annotation)
    if field.metadata and typing.get_origin(annotation) is not typing.Annotated and annotation is not bool:
        kind = _PRIMITIVE[type(field.metadata[-1]).__name__]
    else:
        kind = _type_name(annotation)
    required = field.is_required() or bool(extra.get("element_required"))
    return [
        kind, int(is_list), int(required), extra.get("one_of_many"), extra.get("enum_reference_types") or [],
        int(bool(extra.get("one_of_many_required"))),
    ]  # fmt: skip


def main() -> None:
    for release in ("R4B", "R5"):
        model_file(release).write_text(json.dumps(build(release), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
