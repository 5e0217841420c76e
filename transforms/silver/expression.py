"""FHIRPath tree -> SQL expression, typed by the FHIR element model.

Not as in FHIRPath, on purpose: a primitive element that has only an extension and no value does not exist here, since
whoever counts values would count it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core import fhir
from transforms.silver import fhirpath as f
from transforms.silver.fhirpath import PathError
from transforms.silver.shape import EMPTY, ERROR, Names, Shape, Value, decoder, text

_COMPARE = {"<": "<", ">": ">", "<=": "<=", ">=": ">="}
_ARITHMETIC = ("+", "-", "*", "/", "div", "mod")


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its focus, the resource, and the 0-based number of the row and of the item."""

    this: Value
    resource: Value
    row_index: str = "0"
    index: str | None = None

    def at(self, this: Value, index: str | None = None) -> "Scope":
        return replace(self, this=this, index=index)


class Expressions:
    """Compiles the expressions of one view; they share one JSON structure.

    `doubts` collects (message, position) of what FHIRPath lets pass and a view should not do: an element that the type
    does not have, a list where one value is meant. `opaque` holds the paths of shapes to keep as JSON.
    """

    def __init__(
        self,
        resource: str,
        constants: Mapping[str, Value],
        opaque: frozenset[tuple[str, ...]],
        call: "Callable[[Expressions, f.Call, Scope], Value]",
    ) -> None:
        self.names = Names()
        self.root = Shape(resource, (resource,))
        self.doubts: list[tuple[str, int]] = []
        self.opaque = opaque
        self._constants = constants
        self._call = call

    def compile(self, node: f.Node, scope: Scope) -> Value:
        match node:
            case f.Literal():
                return _literal(node)
            case f.Empty():
                return EMPTY
            case f.Variable():
                return self._variable(node, scope)
            case f.Member():
                return self._member_of(node, scope)
            case f.Call():
                return self._call(self, node, scope)
            case f.Index():
                base = self.decided(self.compile(node.base, scope), node.position)
                at = self.number(self.compile(node.index, scope), node.index.position, "an index")
                return item(base, f"CAST({at} AS BIGINT)")
            case f.Sign():
                return self._sign(node, scope)
            case f.TypeTest():
                base = self.compile(node.base, scope)
                return self.of_type(base, node.type, node.position, is_test=node.operator == "is")
            case f.Binary():
                left, right = self.compile(node.left, scope), self.compile(node.right, scope)
                return self._binary(node, self.decided(left, node.position), self.decided(right, node.position))
        raise PathError(f"{type(node).__name__} is not supported", node.position)

    # Navigation

    def _variable(self, node: f.Variable, scope: Scope) -> Value:
        if node.name == "$this":
            return scope.this
        if node.name == "$index" and scope.index:
            return Value(scope.index, "integer", is_element=False)
        if node.name in ("%resource", "%rootResource", "%context"):
            return scope.resource
        if node.name == "%rowIndex":
            return Value(f"CAST({scope.row_index} AS INTEGER)", "integer", is_element=False)
        if node.name[1:] in self._constants and node.name[0] == "%":
            return self._constants[node.name[1:]]
        known = ", ".join(f"%{c}" for c in self._constants) or "none"
        raise PathError(f"{node.name} is not defined. Constants of this view: {known}", node.position)

    def _member_of(self, node: f.Member, scope: Scope) -> Value:
        if node.base is None:
            if scope.this is scope.resource and node.name == scope.resource.type:
                return scope.this
            return self.member(scope.this, node.name, node.position)
        return self.member(self.compile(node.base, scope), node.name, node.position)

    def member(self, base: Value, name: str, position: int) -> Value:
        base = self.decided(base, position)
        if base.type is None:
            return EMPTY
        if base.kind != "complex":
            return self._inside_primitive(base, name, position)
        elements = fhir.elements(base.type)
        if any(e.choice == name for e in elements.values()):
            return Value("NULL", base.type, choice=name, owner=base)
        element = elements.get(name)
        if element and element.choice:
            kind = element.type
            raise PathError(f"{name!r} is written {element.choice}.ofType({kind}) in FHIRPath", position)
        if element is None:
            self.doubts.append((f"{base.type} has no element {name!r}", position))
            return EMPTY
        return self.element(base, element)

    def _inside_primitive(self, base: Value, name: str, position: int) -> Value:
        if name not in ("extension", "id"):
            self.doubts.append((f"{base.type} has no element {name!r}", position))
            return EMPTY
        if base.owner is None or base.element is None:
            raise PathError(f"{name!r} must follow the element itself, e.g. birthDate.{name}", position)
        of = fhir.elements(base.owner.type or "")[base.element]
        sibling = fhir.Element(f"_{base.element}", "Element", of.is_list, False, None, ())
        return self.member(self.element(base.owner, sibling), name, position)

    def element(self, base: Value, element: fhir.Element) -> Value:
        """The element of each item of `base`."""
        base = self.parsed(base)
        assert base.shape is not None
        is_resource = element.type in ("Resource", "DomainResource")
        shape = base.shape.child(element, is_resource or (*base.shape.path, element.name) in self.opaque)

        def of_one(one: Value) -> Value:
            sql = f"struct_extract({one.sql}, {text(element.name)})"
            if element.is_primitive:
                sql = f"{decoder(element.type)}{'s' if element.is_list else ''}({sql})"
            elif element.is_list:
                sql = f"fhir_present({sql})"
            return Value(sql, element.type, element.is_list, shape, is_json=shape.is_opaque)

        return replace(self.names.each(base, of_one), owner=base, element=element.name)

    def parsed(self, value: Value) -> Value:
        """The value with the JSON text of opaque elements read."""
        if not value.is_json:
            return value
        assert value.shape is not None
        shape = value.shape
        return self.names.each(
            value, lambda one: replace(one, sql=self.names.parsed(one.sql, shape), is_json=False, owner=None)
        )

    def decided(self, value: Value, position: int) -> Value:
        if value.choice is None:
            return value
        kinds = ", ".join(e.type for e in self.alternatives(value))
        raise PathError(f"{value.choice!r} has several types. Write {value.choice}.ofType(T), T of {kinds}", position)

    def alternatives(self, value: Value) -> list[fhir.Element]:
        assert value.owner is not None
        assert value.owner.type is not None
        return [e for e in fhir.elements(value.owner.type).values() if e.choice == value.choice]

    def of_type(self, base: Value, asked: str, position: int, *, is_test: bool = False) -> Value:
        """`ofType(asked)` and `as`; with `is_test` `is`."""
        wanted = asked.rsplit(".", 1)[-1]
        if asked.startswith("System."):
            wanted = wanted[0].lower() + wanted[1:]
        if wanted not in fhir.PRIMITIVES and not fhir.is_type(wanted):
            raise PathError(f"{asked!r} is not a FHIR type", position)
        if base.choice is not None:
            assert base.owner is not None
            element = next((e for e in self.alternatives(base) if e.type == wanted), None)
            if element is None:
                kinds = ", ".join(e.type for e in self.alternatives(base))
                raise PathError(f"{base.choice!r} is never a {wanted}. It has the types {kinds}", position)
            found = self.element(base.owner, element)
        elif base.type in ("Resource", "DomainResource"):
            found = self._resource_of_type(base, wanted)
        else:
            found = base if base.type == wanted else EMPTY
        if not is_test:
            return found
        return EMPTY if base.type is None else boolean(present(found))

    def _resource_of_type(self, base: Value, wanted: str) -> Value:
        assert base.shape is not None
        shape = base.shape.children.setdefault(wanted, Shape(wanted, (*base.shape.path, wanted), is_opaque=True))
        kept = self.names.each(
            base,
            lambda one: replace(
                one,
                sql=f"CASE WHEN json_extract_string({one.sql}, '$.resourceType') = {text(wanted)} THEN {one.sql} END",
            ),
        )
        return replace(kept, type=wanted, shape=shape, is_json=True)

    # Operands

    def single(self, value: Value, position: int) -> Value:
        """The one item of a collection. SQL raises when there are more."""
        value = self.decided(value, position)
        if not value.is_list:
            return value
        self.doubts.append(("may give more than one value here: add first()", position))
        message = f"{ERROR}more than one value at position {position} of an expression: add first()"
        sql = f"CASE WHEN len({value.sql}) > 1 THEN error({text(message)}) ELSE list_extract({value.sql}, 1) END"
        return replace(value, sql=sql, is_list=False, owner=None)

    def number(self, value: Value, position: int, what: str) -> str:
        value = self.single(value, position)
        if value.kind not in ("number", "none"):
            raise PathError(f"{what} must be a number, this is a {value.type}", position)
        return _number(value)

    def string(self, value: Value, position: int, what: str) -> str:
        value = self.single(value, position)
        if value.kind == "none":
            return "CAST(NULL AS VARCHAR)"
        if value.kind not in ("string", "date", "time"):
            raise PathError(f"{what} must be a string, this is a {value.type}", position)
        return value.sql

    def condition(self, value: Value, position: int, what: str) -> str:
        value = self.single(value, position)
        if value.kind not in ("boolean", "none"):
            raise PathError(f"{what} must be true or false, this is a {value.type}", position)
        return f"CAST({value.sql} AS BOOLEAN)"

    # Operators

    def _sign(self, node: f.Sign, scope: Scope) -> Value:
        value = self.single(self.compile(node.operand, scope), node.position)
        sql = self.number(value, node.position, f"what follows {node.operator!r}")
        sql = sql if node.operator == "+" else f"(-{sql})"
        return Value(sql, value.type if value.is_whole else "number", is_element=False)

    def _binary(self, node: f.Binary, left: Value, right: Value) -> Value:
        op, at = node.operator, node.position
        if op == "|":
            return union(left, right, at)
        if op in ("=", "!="):
            equal = self.equal(left, right, at)
            return boolean(equal if op == "=" else f"(NOT {equal})")
        if op in ("~", "!~"):
            same = self._equivalent(left, right, at)
            return boolean(same if op == "~" else f"(NOT {same})")
        if op in ("in", "contains"):
            return self._membership(*((left, right) if op == "in" else (right, left)), at)
        if op in _COMPARE:
            return boolean(self._compare(op, self.single(left, at), self.single(right, at), at))
        if op in _ARITHMETIC or op == "&":
            return self._arithmetic(op, self.single(left, at), self.single(right, at), at)
        a, b = (self.condition(v, at, f"each side of {op!r}") for v in (left, right))
        logic = {"and": "({} AND {})", "or": "({} OR {})", "xor": "({} <> {})", "implies": "(NOT {} OR {})"}
        return boolean(logic[op].format(a, b))

    def equal(self, left: Value, right: Value, position: int) -> str:
        if "none" in (left.kind, right.kind):
            return "CAST(NULL AS BOOLEAN)"
        if "complex" in (left.kind, right.kind):
            raise PathError("compares whole elements; compare one of their primitive elements", position)
        if not left.is_list and not right.is_list:
            return equal_items(left, right)
        if left.is_list and right.is_list:
            p = self.names.fresh()
            pairs = equal_items(
                replace(left, sql=f"{p}[1]", is_list=False), replace(right, sql=f"{p}[2]", is_list=False)
            )
            every = f"list_bool_and(list_transform(list_zip({left.sql}, {right.sql}), lambda {p}: {pairs}))"
            sizes = f"len({left.sql}) <> len({right.sql})"
            return _unless_empty((left, right), f"CASE WHEN {sizes} THEN false ELSE {every} END")
        many, one = (left, right) if left.is_list else (right, left)
        only = replace(many, sql=f"list_extract({many.sql}, 1)", is_list=False)
        return _unless_empty(
            (left, right), f"CASE WHEN len({many.sql}) > 1 THEN false ELSE {equal_items(only, one)} END"
        )

    def _equivalent(self, left: Value, right: Value, position: int) -> str:
        left, right = self.single(left, position), self.single(right, position)
        if "none" in (left.kind, right.kind):
            return f"(NOT {present(left)} AND NOT {present(right)})"
        if left.kind == right.kind == "string":
            left, right = (replace(v, sql=f"lower({v.sql})") for v in (left, right))
        both = f"({left.sql} IS NULL AND {right.sql} IS NULL)"
        return f"coalesce({self.equal(left, right, position)}, {both})"

    def _membership(self, one: Value, many: Value, position: int) -> Value:
        one = self.single(one, position)
        if "none" in (one.kind, many.kind):
            return boolean("CAST(NULL AS BOOLEAN)" if one.kind == "none" else "false")
        var = self.names.fresh()
        found = equal_items(one, replace(many, sql=var, is_list=False))
        return boolean(
            f"CASE WHEN {one.sql} IS NOT NULL THEN"
            f" len(list_filter(coalesce({as_list(many).sql}, []), lambda {var}: {found})) > 0 END"
        )

    def _compare(self, op: str, left: Value, right: Value, position: int) -> str:
        kinds = {left.kind, right.kind}
        if "none" in kinds:
            return "CAST(NULL AS BOOLEAN)"
        if len(kinds) > 1 and kinds != {"string", "date"}:
            raise PathError(f"{op!r} compares a {left.type} with a {right.type}", position)
        if kinds & {"complex", "boolean"}:
            raise PathError(f"{op!r} needs numbers, strings or dates", position)
        if kinds == {"number"}:
            return f"({_number(left)} {op} {_number(right)})"
        if "date" in kinds:
            a, b = (left.sql, right.sql) if op in ("<", ">=") else (right.sql, left.sql)
            less = f"fhir_date_less({a}, {b})"
            return less if op in ("<", ">") else f"(NOT {less})"
        if kinds == {"time"}:
            return f"(TRY_CAST({left.sql} AS TIME) {op} TRY_CAST({right.sql} AS TIME))"
        return f"({left.sql} {op} {right.sql})"

    def _arithmetic(self, op: str, left: Value, right: Value, position: int) -> Value:
        if op == "&":
            a, b = (f"coalesce({self.string(v, position, 'each side of &')}, '')" for v in (left, right))
            return Value(f"({a} || {b})", "string", is_element=False)
        if op == "+" and "string" in (left.kind, right.kind):
            a, b = (self.string(v, position, "each side of '+'") for v in (left, right))
            return Value(f"({a} || {b})", "string", is_element=False)
        if "none" in (left.kind, right.kind):
            return EMPTY
        a, b = (self.number(v, position, f"each side of {op!r}") for v in (left, right))
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


def _literal(node: f.Literal) -> Value:
    if node.type == "boolean":
        return Value(node.text, "boolean", is_element=False)
    if node.type == "integer":
        if int(node.text) > 2**31 - 1:
            raise PathError("an integer has at most 31 bits: write it with a decimal point", node.position)
        return Value(node.text, "integer", is_element=False)
    return Value(text(node.text), node.type, is_element=False)


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


def union(left: Value, right: Value, position: int) -> Value:
    """Both collections; without duplicates where they are of primitives."""
    if left.type is None or right.type is None:
        return right if left.type is None else left
    if left.kind != right.kind or (left.kind == "complex" and left.shape is not right.shape):
        raise PathError(f"'|' joins a {left.type} with a {right.type}", position)
    if left.kind == "number" and left.type != right.type:
        left, right = (replace(v, sql=_number(v), type="number") for v in (left, right))
    parts = tuple(p for v in (left, right) for p in (v.parts or (() if v.is_list else (v.sql,))))
    is_of_scalars = all(v.parts or not v.is_list for v in (left, right))
    sql = f"[{', '.join(parts)}]" if is_of_scalars else f"list_concat({as_list(left).sql}, {as_list(right).sql})"
    sql = f"fhir_present({sql})" if left.kind == "complex" else f"list_distinct({sql})"
    return replace(left, sql=sql, is_list=True, owner=None, parts=parts if is_of_scalars else ())


def _number(value: Value) -> str:
    return f"TRY_CAST({value.sql} AS DOUBLE)" if value.type == "decimal" else value.sql


def _unless_empty(values: tuple[Value, Value], sql: str) -> str:
    return f"CASE WHEN {' AND '.join(present(v) for v in values)} THEN {sql} END"


def equal_items(left: Value, right: Value) -> str:
    """SQL of `=` between two scalars of primitive types; different kinds are never equal."""
    kinds = {left.kind, right.kind}
    if kinds == {"number"}:
        return f"({_number(left)} = {_number(right)})"
    if kinds == {"date"}:
        return f"fhir_date_equal({left.sql}, {right.sql})"
    if kinds == {"time"}:
        return f"(TRY_CAST({left.sql} AS TIME) = TRY_CAST({right.sql} AS TIME))"
    if len(kinds) == 1 or kinds == {"string", "date"}:
        return f"({left.sql} = {right.sql})"
    return f"CASE WHEN {left.sql} IS NOT NULL AND {right.sql} IS NOT NULL THEN false END"
