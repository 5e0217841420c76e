"""What two questions in SQL have in common, told from their parsed trees and without keeping what they say.

A family is what is left of a question without its filters, constants, names of its own, order and limit. Two questions of
one family that differ in a single filter are what somebody asks who wants the difference of two answers.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from core.errors import LakehouseError

_PLACE = frozenset({"alias", "query_location", "query_location_length"})
_FILTERS = frozenset({"where_clause", "having", "filter", "qualify"})


class QueryRefused(LakehouseError):
    """The question is not one that this grant may ask. The message says what is allowed, and quotes no row."""


def dicts(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the tree."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from dicts(value)
    elif isinstance(node, list):
        for value in node:
            yield from dicts(value)


def bare(part: Any) -> str:
    """An expression without where it stands and how it is called."""

    def cleaned(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: cleaned(v) for k, v in value.items() if k not in _PLACE}
        return [cleaned(v) for v in value] if isinstance(value, list) else value

    return json.dumps(cleaned(part), sort_keys=True)


def fingerprint_of(node: dict[str, Any]) -> str:
    """The same for questions that differ only in their constants."""
    shape = [(p.get("class"), p.get("type"), p.get("function_name"), p.get("column_names")) for p in dicts(node)]
    return sha256(json.dumps(shape, default=str).encode()).hexdigest()


def family(node: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """(the family, the filters): each part of a condition that AND joins, and all constants that stand in no condition as one."""
    filters: list[str] = []
    constants: list[str] = []

    def stripped(value: Any) -> Any:
        if isinstance(value, list):
            return [stripped(v) for v in value]
        if not isinstance(value, dict):
            return value
        if value.get("class") == "CONSTANT":
            constants.append(bare(value))
            return "constant"
        if value.get("class") == "COLUMN_REF":
            return str(value["column_names"][-1]).lower()
        for name in _FILTERS & value.keys():
            filters.extend(map(_told, _parts(value[name])))
        return {k: stripped(v) for k, v in value.items() if k not in _PLACE | _FILTERS | {"modifiers"}}

    rest = json.dumps(stripped(node), sort_keys=True)
    if constants:
        filters.append(json.dumps(constants))
    return sha256(rest.encode()).hexdigest(), tuple(sorted(filters))


def _parts(condition: Any) -> list[Any]:
    if condition is None:
        return []
    if condition.get("type") == "CONJUNCTION_AND":
        return [part for child in condition["children"] for part in _parts(child)]
    return [condition]


def _told(condition: Any) -> str:
    """A condition with its columns by their own names only: `t.sex` and `sex` are the same."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            if value.get("class") == "COLUMN_REF":
                return str(value["column_names"][-1]).lower()
            return {k: plain(v) for k, v in value.items()}
        return [plain(v) for v in value] if isinstance(value, list) else value

    return bare(plain(condition))
