"""The FHIRPath functions that a view may use. Each takes the base collection, the call and its scope."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from transforms.silver import fhirpath as f
from transforms.silver import member
from transforms.silver.expression import Expressions, Scope
from transforms.silver.fhirpath import PathError
from transforms.silver.operators import alike, distinct, union
from transforms.silver.quantities import canonical_unit, canonical_value
from transforms.silver.shape import EMPTY, Value, as_list, boolean, item, present, storage, text
from transforms.terminology.load import TerminologyError


@dataclass(frozen=True)
class _Use:
    """One call: the compiler, its base collection, the call and where it stands."""

    at: Expressions
    base: Value
    node: f.Call
    scope: Scope

    @property
    def position(self) -> int:
        return self.node.position

    def argument(self, number: int) -> Value:
        node = self.node.arguments[number]
        return self.at.decided(self.at.compile(node, self.scope), node.position)

    def string(self, number: int) -> str:
        return self.at.string(self.argument(number), self.node.arguments[number].position, f"{self.node.name}()")

    def whole(self, number: int) -> str:
        sql = self.at.number(self.argument(number), self.node.arguments[number].position, f"{self.node.name}()")
        return f"CAST({sql} AS BIGINT)"

    def criterion(self, this: Value, index: str) -> str:
        node = self.node.arguments[0]
        found = self.at.compile(node, self.scope.at(this, index))
        return self.at.condition(found, node.position, f"the criterion of {self.node.name}()")


_Function = Callable[[_Use], Value]


def call(at: Expressions, node: f.Call, scope: Scope) -> Value:
    """The value of a function call. PathError for an unknown name or a wrong number of arguments."""
    if node.name not in FUNCTIONS:
        known = ", ".join(sorted(FUNCTIONS))
        raise PathError(f"{node.name}() is not in our FHIRPath ({known})", node.position)
    least, most, function = FUNCTIONS[node.name]
    if not least <= len(node.arguments) <= most:
        allowed = str(least) if least == most else f"{least} to {most}"
        raise PathError(f"{node.name}() takes {allowed} arguments, not {len(node.arguments)}", node.position)
    base = at.compile(node.base, scope) if node.base else scope.this
    if node.name not in _TAKE_CHOICES:
        base = at.decided(base, node.position)
    return function(_Use(at, base, node, scope))


# Which items there are


def _exists(use: _Use) -> Value:
    if use.base.choice is not None:
        return boolean(use.at.some_alternative(use.base))
    return boolean(present(_where(use) if use.node.arguments else use.base))


def _empty(use: _Use) -> Value:
    return boolean(f"(NOT {_exists(use).sql})")


def _where(use: _Use) -> Value:
    base = use.base
    if base.type is None:
        return EMPTY
    if not base.is_list:
        return replace(base, sql=f"CASE WHEN {use.criterion(base, '0')} THEN {base.sql} END", owner=None)
    var, index = use.at.names.fresh(), use.at.names.fresh()
    one = replace(base, sql=var, is_list=False, owner=None, parts=())
    kept = use.criterion(one, f"CAST({index} - 1 AS INTEGER)")
    return replace(base, sql=f"list_filter({base.sql}, lambda {var}, {index}: {kept})", owner=None, parts=())


def _all(use: _Use) -> Value:
    if use.base.type is None:
        return boolean("true")
    var = use.at.names.fresh()
    kept = use.criterion(replace(use.base, sql=var, is_list=False, owner=None, parts=()), "0")
    broken = f"list_filter({as_list(use.base).sql}, lambda {var}: NOT coalesce({kept}, false))"
    return boolean(f"(coalesce(len({broken}), 0) = 0)")


def _select(use: _Use) -> Value:
    if use.base.type is None:
        return EMPTY
    node = use.node.arguments[0]

    def of_one(one: Value) -> Value:
        return use.at.decided(use.at.compile(node, use.scope.at(one)), node.position)

    return use.at.names.each(use.base, of_one)


def _count(use: _Use) -> Value:
    base = use.base
    sql = f"CAST(coalesce(len({base.sql}), 0) AS INTEGER)" if base.is_list else f"CAST({present(base)} AS INTEGER)"
    return Value(sql, "integer", is_element=False)


def _first(use: _Use) -> Value:
    base = use.base
    if not base.is_list:
        return base
    sql = f"coalesce({', '.join(base.parts)})" if base.parts else f"list_extract({base.sql}, 1)"
    return replace(base, sql=sql, is_list=False, owner=None, parts=())


def _last(use: _Use) -> Value:
    base = use.base
    return item(base, f"(len({base.sql}) - 1)") if base.is_list else base


def _slice(use: _Use, start: str, end: str | None = None) -> Value:
    base = as_list(use.base)
    sql = f"list_slice({base.sql}, {start}, {end or f'len({base.sql})'})"
    return replace(base, sql=sql, owner=None, parts=())


def _single(use: _Use) -> Value:
    return use.at.single(use.base, use.position)


def _distinct(use: _Use) -> Value:
    if use.base.kind == "complex":
        raise PathError("distinct() needs primitive items", use.position)
    base = as_list(use.base)
    return use.base if use.base.type is None else replace(base, sql=distinct(base), owner=None, parts=())


def _is_distinct(use: _Use) -> Value:
    base = as_list(use.base)
    return boolean(f"(coalesce(len({base.sql}), 0) = coalesce(len({_distinct(use).sql}), 0))")


# Logic and types


def _not(use: _Use) -> Value:
    return boolean(f"(NOT {use.at.condition(use.base, use.position, 'what not() follows')})")


def _iif(use: _Use) -> Value:
    node = use.node.arguments[0]
    condition = use.at.condition(use.at.compile(node, use.scope), node.position, "the first argument of iif()")
    then = use.argument(1)
    otherwise = use.argument(2) if len(use.node.arguments) > 2 else EMPTY
    if "none" in (then.kind, otherwise.kind):
        known = otherwise if then.type is None else then
    elif then.kind != otherwise.kind or (then.kind == "complex" and then.shape is not otherwise.shape):
        raise PathError(f"iif() gives a {then.type} or a {otherwise.type}: make them one type", use.position)
    else:
        known = then
        if then.type != otherwise.type:
            then, otherwise = alike(then), alike(otherwise)
            known = then
        if then.is_list or otherwise.is_list:
            then, otherwise = as_list(then), as_list(otherwise)
            known = then
    sql = f"CASE WHEN {condition} THEN {then.sql} ELSE {otherwise.sql} END"
    return replace(known, sql=sql, owner=None, parts=())


def _coalesce(use: _Use) -> Value:
    values = [use.argument(i) for i in range(len(use.node.arguments))]
    found = EMPTY
    for value in values:
        found = union(found, replace(use.at.single(value, use.position), parts=()), use.position)
    return _first(replace(use, base=found))


def _type_argument(use: _Use) -> str:
    node, names = use.node.arguments[0], []
    while isinstance(node, f.Member):
        names.append(node.name)
        if node.base is None:
            return ".".join(reversed(names))
        node = node.base
    raise PathError(f"{use.node.name}() takes the name of a type", use.node.arguments[0].position)


def _of_type(use: _Use) -> Value:
    return use.at.of_type(use.base, _type_argument(use), use.position, is_test=use.node.name == "is")


# FHIR


def _extension(use: _Use) -> Value:
    node = use.node.arguments[0]
    var = use.at.names.fresh()
    found = use.at.member(use.base, "extension", use.position)
    if found.type is None:
        return EMPTY
    found = use.at.parsed(found)
    url = use.at.member(replace(found, sql=var, is_list=False, owner=None), "url", node.position)
    return replace(found, sql=f"list_filter({found.sql}, lambda {var}: {url.sql} = {use.string(0)})", owner=None)


def _resource_key(use: _Use) -> Value:
    if use.base.type != use.scope.resource.type:
        raise PathError("getResourceKey() stands at the resource", use.position)
    return replace(use.at.member(use.base, "id", use.position), type="string", owner=None)


def _reference_key(use: _Use) -> Value:
    if use.base.type is None:
        return EMPTY
    if use.base.type != "Reference":
        raise PathError(f"getReferenceKey() follows a Reference, this is a {use.base.type}", use.position)
    wanted = _type_argument(use).rsplit(".", 1)[-1] if use.node.arguments else None

    def of_one(one: Value) -> Value:
        sql = f"fhir_reference_to({one.sql}, {text(wanted)})" if wanted else f"fhir_reference_key({one.sql})"
        return replace(one, sql=sql, type="string")

    return use.at.names.each(use.at.member(use.base, "reference", use.position), of_one)


def _member_of(use: _Use) -> Value:
    node = use.node.arguments[0]
    if not isinstance(node, f.Literal) or node.type != "string":
        raise PathError("memberOf() takes the canonical URL of a value set in quotes", node.position)
    try:
        asked = use.at.terminology.value_set(node.text)
    except TerminologyError as e:
        raise PathError(str(e), node.position) from None
    return member.of(use.at, use.at.single(use.base, use.position), asked, use.position)


def _boundary(use: _Use) -> Value:
    base = use.at.single(use.base, use.position)
    side = "low" if use.node.name == "lowBoundary" else "high"
    if base.type is None:
        return EMPTY
    if base.kind == "number":
        sql = base.sql if base.type == "decimal" else f"CAST({base.sql} AS VARCHAR)"
        return Value(f"fhir_{side}_decimal({sql})", "decimal", is_element=False)
    of = {"date": "date", "dateTime": "datetime", "instant": "datetime", "time": "time"}.get(base.type)
    if of is None:
        raise PathError(f"{use.node.name}() follows a number, a date or a time, not a {base.type}", use.position)
    return Value(f"fhir_{side}_{of}({base.sql})", base.type, is_element=False)


# Strings and numbers


def _join(use: _Use) -> Value:
    separator = use.string(0) if use.node.arguments else "''"
    if use.base.type is None:
        return Value("''", "string", is_element=False)
    if use.base.kind not in ("string", "date", "time"):
        raise PathError(f"join() needs strings, these are of type {use.base.type}", use.position)
    sql = f"coalesce(array_to_string({as_list(use.base).sql}, {separator}), '')"
    return Value(sql, "string", is_element=False)


def _of_string(sql: str, type_: str) -> _Function:
    """A function of one string; {0} and {1} stand for its arguments."""

    def function(use: _Use) -> Value:
        arguments = [use.string(i) for i in range(len(use.node.arguments))]
        base = use.at.string(use.base, use.position, f"what {use.node.name}() follows")
        return Value(sql.format(*arguments, s=base), type_, is_element=False)

    return function


def _substring(use: _Use) -> Value:
    base = use.at.string(use.base, use.position, "what substring() follows")
    start = use.whole(0)
    length = f", greatest({use.whole(1)}, 0)" if len(use.node.arguments) > 1 else ""
    sql = f"CASE WHEN {start} >= 0 AND {start} < length({base}) THEN substring({base}, {start} + 1{length}) END"
    return Value(sql, "string", is_element=False)


def _of_number(sql: str, type_: str) -> _Function:
    def function(use: _Use) -> Value:
        digits = use.whole(0) if use.node.arguments else "0"
        base = use.at.number(use.base, use.position, f"what {use.node.name}() follows")
        kept = "integer" if type_ == "same" and use.base.is_whole else "number" if type_ == "same" else type_
        return Value(f"TRY_CAST({sql.format(n=base, d=digits)} AS {storage(kept)})", kept, is_element=False)

    return function


def _to(type_: str) -> _Function:
    def function(use: _Use) -> Value:
        base = use.at.single(use.base, use.position)
        if base.kind == "complex":
            raise PathError(f"{use.node.name}() needs a primitive value, this is a {base.type}", use.position)
        return Value(f"TRY_CAST({base.sql} AS {storage(type_)})", type_, is_element=False)

    return function


_TAKE_CHOICES = frozenset({"exists", "empty", "ofType", "is", "as", "hasValue"})
FUNCTIONS: dict[str, tuple[int, int, _Function]] = {  # name: (fewest arguments, most, what it does)
    "exists": (0, 1, _exists),
    "empty": (0, 0, _empty),
    "hasValue": (0, 0, _exists),
    "where": (1, 1, _where),
    "all": (1, 1, _all),
    "select": (1, 1, _select),
    "count": (0, 0, _count),
    "first": (0, 0, _first),
    "last": (0, 0, _last),
    "tail": (0, 0, lambda use: _slice(use, "2")),
    "skip": (1, 1, lambda use: _slice(use, f"greatest({use.whole(0)}, 0) + 1")),
    "take": (1, 1, lambda use: _slice(use, "1", f"greatest({use.whole(0)}, 0)")),
    "single": (0, 0, _single),
    "distinct": (0, 0, _distinct),
    "isDistinct": (0, 0, _is_distinct),
    "union": (1, 1, lambda use: union(use.base, use.argument(0), use.position)),
    "not": (0, 0, _not),
    "iif": (2, 3, _iif),
    "coalesce": (1, 9, _coalesce),
    "ofType": (1, 1, _of_type),
    "as": (1, 1, _of_type),
    "is": (1, 1, _of_type),
    "extension": (1, 1, _extension),
    "getResourceKey": (0, 0, _resource_key),
    "getReferenceKey": (0, 1, _reference_key),
    "canonicalValue": (0, 0, lambda use: canonical_value(use.at, use.base, use.position)),  # ours
    "canonicalUnit": (0, 0, lambda use: canonical_unit(use.at, use.base, use.position)),  # ours
    "memberOf": (1, 1, _member_of),
    "lowBoundary": (0, 0, _boundary),
    "highBoundary": (0, 0, _boundary),
    "join": (0, 1, _join),
    "startsWith": (1, 1, _of_string("starts_with({s}, {0})", "boolean")),
    "endsWith": (1, 1, _of_string("ends_with({s}, {0})", "boolean")),
    "contains": (1, 1, _of_string("contains({s}, {0})", "boolean")),
    "matches": (1, 1, _of_string("regexp_matches({s}, {0}, 's')", "boolean")),
    "matchesFull": (1, 1, _of_string("regexp_full_match({s}, {0}, 's')", "boolean")),
    "replace": (2, 2, _of_string("replace({s}, {0}, {1})", "string")),
    "indexOf": (1, 1, _of_string("CAST(strpos({s}, {0}) - 1 AS INTEGER)", "integer")),
    "length": (0, 0, _of_string("CAST(length({s}) AS INTEGER)", "integer")),
    "upper": (0, 0, _of_string("upper({s})", "string")),
    "lower": (0, 0, _of_string("lower({s})", "string")),
    "trim": (0, 0, _of_string("trim({s})", "string")),
    "substring": (1, 2, _substring),
    "abs": (0, 0, _of_number("abs({n})", "same")),
    "floor": (0, 0, _of_number("floor({n})", "integer")),
    "ceiling": (0, 0, _of_number("ceil({n})", "integer")),
    "truncate": (0, 0, _of_number("trunc({n})", "integer")),
    "round": (0, 1, _of_number("round({n}, CAST({d} AS INTEGER))", "number")),
    "toString": (0, 0, _to("string")),
    "toInteger": (0, 0, _to("integer")),
    "toDecimal": (0, 0, _to("number")),
    "toBoolean": (0, 0, _to("boolean")),
}
