"""What a compiled expression knows of its values, and the JSON structure that the view's paths need."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from core import fhir

ERROR = "ViewDefinition: "  # how a message that we raise inside SQL begins
_INTEGERS = {"integer": "INTEGER", "positiveInt": "INTEGER", "unsignedInt": "INTEGER", "integer64": "BIGINT"}
_DATES = ("date", "dateTime", "instant")


def text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


@dataclass(eq=False)
class Shape:
    """One JSON element that the view reads, with those of its children that it reads.

    `path` tells two uses of one element from another. An opaque element stays JSON text: its type is known only per
    value (contained resources), or it holds itself (`repeat`).
    """

    type: str
    path: tuple[str, ...]
    is_list: bool = False
    is_opaque: bool = False
    children: dict[str, "Shape"] = field(default_factory=dict)

    def child(self, element: fhir.Element, is_opaque: bool) -> "Shape":
        return self.children.setdefault(
            element.name, Shape(element.type, (*self.path, element.name), element.is_list, is_opaque)
        )

    def structure(self) -> Any:
        """As `json_transform` takes it."""
        if self.is_opaque or not self.children:
            inner: Any = "JSON"
        else:
            inner = self.fields()
        return [inner] if self.is_list else inner

    def reads(self, type_: str) -> bool:
        return self.type == type_ or any(c.reads(type_) for c in self.children.values())

    def fields(self) -> dict[str, Any]:
        return {n: c.structure() for n, c in self.children.items()} or {"resourceType": "JSON"}


@dataclass(frozen=True)
class Value:
    """The SQL of a FHIRPath collection: a scalar (NULL is empty) or a list without NULLs (NULL and [] are empty).

    `type` is the FHIR type, "number" for a computed DOUBLE, None for a collection that is always empty. A decimal is held
    as the text of the number, whose digits its boundaries need. `choice` is the name of an element of several types that
    stands still undecided at `owner`; `owner` of a primitive element is what holds it, and its `_name` sibling. With
    `is_json` the SQL is still the JSON text of an opaque element.
    """

    sql: str
    type: str | None
    is_list: bool = False
    shape: Shape | None = None
    is_element: bool = True
    choice: str | None = None
    is_json: bool = False
    owner: "Value | None" = None
    element: str | None = None
    parts: tuple[str, ...] = ()  # scalars that the list is made of

    @property
    def kind(self) -> str:
        """What the value can be compared with: number, boolean, date, time, string, complex or none."""
        if self.type is None:
            return "none"
        if self.type in _INTEGERS or self.type in ("decimal", "number"):
            return "number"
        if self.type in _DATES:
            return "date"
        if self.type in ("boolean", "time"):
            return self.type
        return "string" if self.type in fhir.PRIMITIVES else "complex"

    @property
    def is_whole(self) -> bool:
        return self.type in _INTEGERS


EMPTY = Value("NULL", None)


def storage(type_: str | None) -> str:
    """The SQL type that values of a primitive FHIR type have while they are computed."""
    if type_ in _INTEGERS:
        return _INTEGERS[type_]
    return {"boolean": "BOOLEAN", "number": "DOUBLE"}.get(type_ or "", "VARCHAR")


def decoder(type_: str) -> str:
    """The macro that reads a primitive element from its JSON text."""
    if type_ in _INTEGERS:
        return "fhir_integer64" if type_ == "integer64" else "fhir_integer"
    return {"boolean": "fhir_boolean", "decimal": "fhir_decimal"}.get(type_, "fhir_string")


def boolean(sql: str) -> Value:
    return Value(sql, "boolean", is_element=False)


def present(value: Value) -> str:
    """SQL, never NULL: whether the collection has an item."""
    if value.type is None:
        return "false"
    return f"coalesce(len({value.sql}) > 0, false)" if value.is_list else f"({value.sql} IS NOT NULL)"


def item(value: Value, index: str) -> Value:
    """The item at a 0-based index; out of range is empty."""
    if value.is_list:
        return replace(value, sql=f"fhir_at({value.sql}, {index})", is_list=False, owner=None, parts=())
    if value.type is None:
        return EMPTY
    return replace(value, sql=f"CASE WHEN {index} = 0 THEN {value.sql} END", owner=None)


def as_list(value: Value) -> Value:
    if value.is_list:
        return value
    return replace(value, sql=f"fhir_present([{value.sql}])", is_list=True, owner=None)


def as_number(value: Value) -> str:
    return f"TRY_CAST({value.sql} AS DOUBLE)" if value.type == "decimal" else value.sql


class Names:
    """Fresh names of lambda parameters, and the JSON structures, which are complete only after the last expression."""

    def __init__(self) -> None:
        self._count = 0
        self._shapes: list[Shape] = []

    def fresh(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def resource(self, shape: Shape) -> str:
        """The struct of the record. Call after the last expression: what a view reads decides how."""
        exact = any(s.reads("decimal") for s in (shape, *self._shapes))
        return self.parsed("fhir_exact(raw)" if exact else "raw", shape)

    def parsed(self, sql: str, shape: Shape) -> str:
        """The struct of a JSON text. Call `finish` on the whole statement."""
        if shape not in self._shapes:  # by identity
            self._shapes.append(shape)
        at = self._shapes.index(shape)
        return f"json_transform({sql}, \x00{at}\x00)"

    def finish(self, sql: str) -> str:
        for at, shape in enumerate(self._shapes):
            sql = sql.replace(f"\x00{at}\x00", text(json.dumps(shape.fields())))
        return sql

    def each(self, base: Value, of_one: Callable[[Value], Value]) -> Value:
        """`of_one` of a scalar, or of each of a list, in one flat list."""
        if not base.is_list:
            return of_one(base)
        var = self.fresh()
        one = of_one(replace(base, sql=var, is_list=False, owner=None, parts=()))
        if one.type is None:
            return EMPTY
        mapped = f"list_transform({base.sql}, lambda {var}: {one.sql})"
        sql = f"flatten({mapped})" if one.is_list else f"fhir_present({mapped})"
        return replace(one, sql=sql, is_list=True, owner=None, parts=())
