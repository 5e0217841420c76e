"""The operators of FHIRPath between two compiled collections."""

from dataclasses import replace
from typing import Protocol

from transforms.silver import fhirpath as f
from transforms.silver.fhirpath import PathError
from transforms.silver.shape import EMPTY, Names, Value, as_list, as_number, boolean, present

_COMPARE = ("<", ">", "<=", ">=")
_ARITHMETIC = ("+", "-", "*", "/", "div", "mod", "&")
_LOGIC = {"and": "({} AND {})", "or": "({} OR {})", "xor": "({} <> {})", "implies": "(NOT {} OR {})"}


class Operands(Protocol):
    """How the compiler turns a collection into what an operator needs."""

    names: Names

    def single(self, value: Value, position: int) -> Value: ...
    def number(self, value: Value, position: int, what: str) -> str: ...
    def string(self, value: Value, position: int, what: str) -> str: ...
    def condition(self, value: Value, position: int, what: str) -> str: ...


def sign(at: Operands, node: f.Sign, value: Value) -> Value:
    """`+x`, `-x`."""
    value = at.single(value, node.position)
    sql = at.number(value, node.position, f"what follows {node.operator!r}")
    sql = sql if node.operator == "+" else f"(-{sql})"
    return Value(sql, value.type if value.is_whole else "number", is_element=False)


def binary(at: Operands, node: f.Binary, left: Value, right: Value) -> Value:
    """An operator between two collections. PathError when their types do not go with it."""
    op, position = node.operator, node.position
    if op == "|":
        return union(left, right, position)
    if op in ("=", "!="):
        same = equal(at, left, right, position)
        return boolean(same if op == "=" else f"(NOT {same})")
    if op in ("~", "!~"):
        same = _equivalent(at, left, right, position)
        return boolean(same if op == "~" else f"(NOT {same})")
    if op in ("in", "contains"):
        one, many = (left, right) if op == "in" else (right, left)
        return _membership(at, one, many, position)
    if op in _COMPARE:
        return boolean(_compare(op, at.single(left, position), at.single(right, position), position))
    if op in _ARITHMETIC:
        return _arithmetic(at, op, at.single(left, position), at.single(right, position), position)
    a, b = (at.condition(v, position, f"each side of {op!r}") for v in (left, right))
    return boolean(_LOGIC[op].format(a, b))


def equal(at: Operands, left: Value, right: Value, position: int) -> str:
    """SQL of `=`; NULL when either is empty."""
    if "none" in (left.kind, right.kind):
        return "CAST(NULL AS BOOLEAN)"
    if "complex" in (left.kind, right.kind):
        raise PathError("compares whole elements; compare one of their primitive elements", position)
    if not left.is_list and not right.is_list:
        return _equal_items(left, right)
    if left.is_list and right.is_list:
        p = at.names.fresh()
        pairs = _equal_items(replace(left, sql=f"{p}[1]", is_list=False), replace(right, sql=f"{p}[2]", is_list=False))
        every = f"list_bool_and(list_transform(list_zip({left.sql}, {right.sql}), lambda {p}: {pairs}))"
        sizes = f"len({left.sql}) <> len({right.sql})"
        return _unless_empty((left, right), f"CASE WHEN {sizes} THEN false ELSE {every} END")
    many, one = (left, right) if left.is_list else (right, left)
    only = replace(many, sql=f"list_extract({many.sql}, 1)", is_list=False)
    return _unless_empty((left, right), f"CASE WHEN len({many.sql}) > 1 THEN false ELSE {_equal_items(only, one)} END")


def _equivalent(at: Operands, left: Value, right: Value, position: int) -> str:
    left, right = at.single(left, position), at.single(right, position)
    if "none" in (left.kind, right.kind):
        return f"(NOT {present(left)} AND NOT {present(right)})"
    if left.kind == right.kind == "string":
        left, right = (replace(v, sql=f"lower({v.sql})") for v in (left, right))
    both = f"({left.sql} IS NULL AND {right.sql} IS NULL)"
    return f"coalesce({equal(at, left, right, position)}, {both})"


def _membership(at: Operands, one: Value, many: Value, position: int) -> Value:
    one = at.single(one, position)
    if "none" in (one.kind, many.kind):
        return boolean("CAST(NULL AS BOOLEAN)" if one.kind == "none" else "false")
    var = at.names.fresh()
    found = _equal_items(one, replace(many, sql=var, is_list=False))
    return boolean(
        f"CASE WHEN {one.sql} IS NOT NULL THEN"
        f" len(list_filter(coalesce({as_list(many).sql}, []), lambda {var}: {found})) > 0 END"
    )


def _compare(op: str, left: Value, right: Value, position: int) -> str:
    kinds = {left.kind, right.kind}
    if "none" in kinds:
        return "CAST(NULL AS BOOLEAN)"
    if len(kinds) > 1 and kinds != {"string", "date"}:
        raise PathError(f"{op!r} compares a {left.type} with a {right.type}", position)
    if kinds & {"complex", "boolean"}:
        raise PathError(f"{op!r} needs numbers, strings or dates", position)
    if kinds == {"number"}:
        return f"({as_number(left)} {op} {as_number(right)})"
    if "date" in kinds:
        a, b = (left.sql, right.sql) if op in ("<", ">=") else (right.sql, left.sql)
        less = f"fhir_date_less({a}, {b})"
        return less if op in ("<", ">") else f"(NOT {less})"
    if kinds == {"time"}:
        return f"(TRY_CAST({left.sql} AS TIME) {op} TRY_CAST({right.sql} AS TIME))"
    return f"({left.sql} {op} {right.sql})"


def _arithmetic(at: Operands, op: str, left: Value, right: Value, position: int) -> Value:
    if op == "&":
        a, b = (f"coalesce({at.string(v, position, 'each side of &')}, '')" for v in (left, right))
        return Value(f"({a} || {b})", "string", is_element=False)
    if op == "+" and "string" in (left.kind, right.kind):
        a, b = (at.string(v, position, "each side of '+'") for v in (left, right))
        return Value(f"({a} || {b})", "string", is_element=False)
    if "none" in (left.kind, right.kind):
        return EMPTY
    a, b = (at.number(v, position, f"each side of {op!r}") for v in (left, right))
    is_whole = left.is_whole and right.is_whole and op != "/"
    sql = {
        "div": f"trunc(CAST({a} AS DOUBLE) / nullif({b}, 0))",
        "/": f"(CAST({a} AS DOUBLE) / nullif({b}, 0))",
        "mod": f"fmod(CAST({a} AS DOUBLE), nullif({b}, 0))",
    }.get(op, f"(CAST({a} AS DOUBLE) {op} {b})")
    is_whole = is_whole or op == "div"
    return Value(
        f"TRY_CAST({sql} AS INTEGER)" if is_whole else sql, "integer" if is_whole else "number", is_element=False
    )


def union(left: Value, right: Value, position: int) -> Value:
    """Both collections; without duplicates where they are of primitives."""
    if left.type is None or right.type is None:
        return right if left.type is None else left
    if left.kind != right.kind or (left.kind == "complex" and left.shape is not right.shape):
        raise PathError(f"'|' joins a {left.type} with a {right.type}", position)
    if left.kind == "number" and left.type != right.type:
        left, right = (alike(v) for v in (left, right))
    parts = tuple(p for v in (left, right) for p in (v.parts or (() if v.is_list else (v.sql,))))
    is_of_scalars = all(v.parts or not v.is_list for v in (left, right))
    sql = f"[{', '.join(parts)}]" if is_of_scalars else f"list_concat({as_list(left).sql}, {as_list(right).sql})"
    sql = f"fhir_present({sql})" if left.kind == "complex" else distinct(replace(left, sql=sql))
    return replace(left, sql=sql, is_list=True, owner=None, parts=parts if is_of_scalars else ())


def distinct(primitives: Value) -> str:
    """SQL of a list without doubles. A decimal is held as text: 7.1 and 7.10 are one number."""
    return f"{'fhir_distinct_numbers' if primitives.type == 'decimal' else 'list_distinct'}({primitives.sql})"


def alike(value: Value) -> Value:
    """A number of any type as "number"; other kinds are stored alike already."""
    if value.kind != "number" or value.type == "number":
        return value
    cast = "DOUBLE[]" if value.is_list else "DOUBLE"
    return replace(value, sql=f"TRY_CAST({value.sql} AS {cast})", type="number", parts=())


def _equal_items(left: Value, right: Value) -> str:
    """SQL of `=` between two scalars of primitive types; different kinds are never equal."""
    kinds = {left.kind, right.kind}
    if kinds == {"number"}:
        return f"({as_number(left)} = {as_number(right)})"
    if kinds == {"date"}:
        return f"fhir_date_equal({left.sql}, {right.sql})"
    if kinds == {"time"}:
        return f"(TRY_CAST({left.sql} AS TIME) = TRY_CAST({right.sql} AS TIME))"
    if len(kinds) == 1 or kinds == {"string", "date"}:
        return f"({left.sql} = {right.sql})"
    return f"CASE WHEN {left.sql} IS NOT NULL AND {right.sql} IS NOT NULL THEN false END"


def _unless_empty(values: tuple[Value, Value], sql: str) -> str:
    return f"CASE WHEN {' AND '.join(present(v) for v in values)} THEN {sql} END"
