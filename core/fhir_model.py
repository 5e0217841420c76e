"""Writes `core/fhir_r4b.json`, the element model that `core.fhir` reads, from the pinned fhir.resources.

Run `python -m core.fhir_model` after a change of the fhir.resources version; a test compares the file with the package.
Reading the file costs milliseconds where building every pydantic model costs seconds, and needs no model at all in the
places that only ask "which type is this element".
"""

import importlib
import json
import pkgutil
import re
import types
import typing
from pathlib import Path
from typing import Any

MODEL_FILE = Path(__file__).with_name("fhir_r4b.json")
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


def build() -> dict[str, dict[str, list[Any]]]:
    """{type: {element: [type, is_list, is_required, choice name or None, reference target types]}} of all R4B types."""
    import fhir.resources.R4B as r4b  # noqa: N811
    from fhir_core.fhirabstractmodel import FHIRAbstractModel

    model: dict[str, dict[str, list[Any]]] = {}
    for module in pkgutil.iter_modules(r4b.__path__):
        if module.ispkg or module.name.startswith("fhirtypes"):
            continue
        for cls in vars(importlib.import_module(f"fhir.resources.R4B.{module.name}")).values():
            if not (isinstance(cls, type) and issubclass(cls, FHIRAbstractModel)) or cls is FHIRAbstractModel:
                continue
            if not cls.__module__.startswith("fhir.resources.R4B"):
                continue
            elements: dict[str, list[Any]] = {}
            for name, field in cls.model_fields.items():
                alias = field.alias or name
                if name.endswith("__ext") or alias in ("fhir_comments", "resource_type", "resourceType"):
                    continue
                extra: Any = field.json_schema_extra or {}
                annotation, is_list = _unwrap(field.annotation)
                if field.metadata and typing.get_origin(annotation) is not typing.Annotated and annotation is not bool:
                    kind = _PRIMITIVE[type(field.metadata[-1]).__name__]
                else:
                    kind = _type_name(annotation)
                required = field.is_required() or bool(extra.get("element_required"))
                elements[alias] = [
                    kind, int(is_list), int(required), extra.get("one_of_many"), extra.get("enum_reference_types") or []
                ]  # fmt: skip
            model[cls.get_resource_type() if hasattr(cls, "get_resource_type") else cls.__name__] = elements
    return model


def main() -> None:
    MODEL_FILE.write_text(json.dumps(build(), separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
