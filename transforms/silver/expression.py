"""FHIRPath tree -> SQL expression, typed by the FHIR element model.

Not as in FHIRPath, on purpose: a primitive element that has only an extension and no value does not exist here, since
whoever counts values would count it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core import fhir
from transforms.silver import fhirpath as f
from transforms.silver import operators
from transforms.silver.fhirpath import PathError
from transforms.silver.shape import (
    EMPTY,
    ERROR,
    Names,
    Shape,
    Value,
    as_number,
    boolean,
    decoder,
    item,
    present,
    text,
)
from transforms.terminology.load import Terminology


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
        terminology: Terminology,
    ) -> None:
        self.names = Names()
        self.root = Shape(resource, (resource,))
        self.doubts: list[tuple[str, int]] = []
        self.place = ""  # of the expression that is compiled, for what its SQL says when it fails
        self.opaque = opaque
        self.terminology = terminology
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
                value = self.compile(node.operand, scope)
                return operators.sign(self, node, self.decided(value, node.position))
            case f.TypeTest():
                base = self.compile(node.base, scope)
                return self.of_type(base, node.type, node.position, is_test=node.operator == "is")
            case f.Binary():
                left, right = self.compile(node.left, scope), self.compile(node.right, scope)
                left, right = self.decided(left, node.position), self.decided(right, node.position)
                return operators.binary(self, node, left, right)
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

    def some_alternative(self, value: Value) -> str:
        """SQL, never NULL: whether an element of several types that stands undecided is there as any of them."""
        assert value.owner is not None
        owner = value.owner
        return f"({' OR '.join(present(self.element(owner, e)) for e in self.alternatives(value))})"

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
        if base.type is None:
            return EMPTY
        there = self.some_alternative(base) if base.choice is not None else present(base)
        return boolean(f"CASE WHEN {there} THEN {present(found)} END")

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
        message = f"{ERROR}{self.place}, position {position}: more than one value; add first()"
        sql = f"CASE WHEN len({value.sql}) > 1 THEN error({text(message)}) ELSE list_extract({value.sql}, 1) END"
        return replace(value, sql=sql, is_list=False, owner=None)

    def number(self, value: Value, position: int, what: str) -> str:
        value = self.single(value, position)
        if value.kind not in ("number", "none"):
            raise PathError(f"{what} must be a number, this is a {value.type}", position)
        return as_number(value)

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


def _literal(node: f.Literal) -> Value:
    if node.type == "boolean":
        return Value(node.text, "boolean", is_element=False)
    if node.type == "integer":
        if int(node.text) > 2**31 - 1:
            raise PathError("an integer has at most 31 bits: write it with a decimal point", node.position)
        return Value(node.text, "integer", is_element=False)
    return Value(text(node.text), node.type, is_element=False)
