"""`repeat`: the items that paths lead to, and the items below those, as deep as they go."""

from dataclasses import replace

from transforms.silver.expression import Expressions, Scope
from transforms.silver.fhirpath import Node, PathError
from transforms.silver.shape import EMPTY, ERROR, Shape, Value, text

DEPTH = 12  # deeper data ends with an error, so that nothing is lost unseen


def repeated(at: Expressions, paths: list[Node], scope: Scope, place: str) -> tuple[Value, frozenset[tuple[str, ...]]]:
    """The items in the order of the document, and the paths of the shapes that must be opaque for it.

    An item stays JSON text until it is reached, since a struct cannot hold itself.
    """
    first = [at.compile(p, scope) for p in paths]
    types = {v.type for v in first} - {None}
    if not types:
        return EMPTY, frozenset()
    _check(types, first, paths)
    type_ = next(iter(types))
    assert type_ is not None
    node = Value("x", type_, shape=Shape(type_, (place, type_), is_opaque=True))
    below = [at.compile(p, scope.at(node)) for p in paths]
    types |= {v.type for v in below} - {None}
    _check(types, below, paths)
    opaque = frozenset(v.shape.path for v in (*first, *below) if v.shape and v.type)
    return replace(node, sql=_items(at, paths, scope, node, DEPTH), is_list=True), opaque


def _check(types: set[str | None], found: list[Value], paths: list[Node]) -> None:
    if len(types) > 1 or any(v.type and v.kind != "complex" for v in found):
        names = ", ".join(sorted(str(t) for t in types))
        raise PathError(
            f"repeat must reach elements of one type that have elements; here are {names}", paths[0].position
        )


def _items(at: Expressions, paths: list[Node], scope: Scope, node: Value, depth: int) -> str:
    """SQL list of the items that the paths lead to from the scope's focus, each followed by those below it."""
    assert node.shape is not None
    found = [v for v in (at.compile(p, scope) for p in paths) if v.type]
    listed = [v.sql if v.is_list else f"fhir_present([{v.sql}])" for v in found]
    children = f"list_concat({', '.join(listed)})" if len(listed) > 1 else listed[0]
    json, one = at.names.fresh(), at.names.fresh()
    items = f"list_transform({children}, lambda {json}: {at.names.parsed(json, node.shape)})"
    if depth == 0:
        message = f"{ERROR}an element holds itself more than {DEPTH} levels deep"
        return f"CASE WHEN len({items}) > 0 THEN error({text(message)}) ELSE {items} END"
    below = _items(at, paths, scope.at(replace(node, sql=one)), node, depth - 1)
    return f"flatten(list_transform({items}, lambda {one}: list_concat([{one}], {below})))"
