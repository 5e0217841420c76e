"""FHIRPath functions of ours on a Quantity; not in the standard, so a view that uses them runs only here.

`canonicalValue()` is its value in the canonical unit of its dimension, `canonicalUnit()` is that unit; empty where the unit
is not known. See transforms/silver/units.
"""

from collections.abc import Callable

from transforms.silver.expression import Expressions
from transforms.silver.fhirpath import PathError
from transforms.silver.shape import EMPTY, Value

_QUANTITIES = frozenset({"Quantity", "Age", "Count", "Distance", "Duration"})


def canonical_value(at: Expressions, base: Value, position: int) -> Value:
    return _of_each(
        at, base, position, "canonicalValue()", lambda v, c, u, s: f"ucum_canonical_value({v}, {c}, {u}, {s})", "number"
    )


def canonical_unit(at: Expressions, base: Value, position: int) -> Value:
    return _of_each(
        at, base, position, "canonicalUnit()", lambda v, c, u, s: f"ucum_canonical_unit({c}, {u}, {s})", "code"
    )


def _of_each(
    at: Expressions, base: Value, position: int, name: str, sql: Callable[[str, str, str, str], str], type_: str
) -> Value:
    if base.type is None:
        return EMPTY
    if base.type not in _QUANTITIES:
        raise PathError(f"{name} follows a Quantity, this is a {base.type}", position)

    def of_one(one: Value) -> Value:
        parts = [at.member(one, element, position).sql for element in ("value", "code", "unit", "system")]
        return Value(sql(*parts), type_, is_element=False)

    return at.names.each(at.parsed(base), of_one)
