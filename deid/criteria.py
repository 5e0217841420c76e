"""A criteria set in a Library: rebuilt from what a definition may hold, so that nothing else comes through.

Scanning it as text would change its codes, and keeping it as it is would keep its comments. So it is read, and what is left is
the closed words of a set (core/criteria_set.py), and strings that have the shape of a code of their system, of a URL or of a
unit, as everywhere else in a resource. What does not fit is replaced by {"removed": true}: the criterion it stood in can
then not be computed and needs review; it never says something else.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from core.criteria_set import ASIDE, KEYS, WORDS
from deid.actions import Handler
from deid.work import Memory, Work

_REMOVED = {"removed": True}
_LARGEST = 200_000  # characters of base64
_MOST_NODES = 5_000
_DEEPEST = 60
_LARGEST_NUMBER = 10**8
_SHAPES = {"in": "canonical", "value_in": "canonical", "system": "system", "unit": "unit", "id": "code"}


class _TooLarge(Exception):
    pass


def keep_criteria_set(path: str) -> Handler:
    """The base64 of a criteria set as JSON; nothing where it is none."""
    refused, kept = (path, "refused"), (path, "keep")

    def handle(value: Any, work: Work) -> str | None:
        document = _document(value)
        try:
            made = None if document is None else _Rebuilt(work.memory).set(document)
        except (_TooLarge, RecursionError):
            made = None
        work.counts[refused if made is None else kept] += 1
        if made is None:
            return None
        return base64.b64encode(json.dumps(made, ensure_ascii=True).encode()).decode()

    return handle


def _document(value: Any) -> Mapping[Any, Any] | None:
    if type(value) is not str or len(value) > _LARGEST:
        return None
    try:
        found = yaml.safe_load(base64.b64decode("".join(value.split()), validate=True).decode())
    except (binascii.Error, ValueError, yaml.YAMLError, RecursionError):
        return None
    return found if isinstance(found, Mapping) and "criteria_set" in found else None


class _Rebuilt:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._nodes = 0
        self._depth = 0

    def set(self, document: Mapping[Any, Any]) -> dict[str, Any]:
        known = {k: v for k, v in document.items() if k not in ASIDE}
        listed = known.pop("criteria", None)
        version = known.pop("criteria_set")
        if known or type(version) is not int or not isinstance(listed, list):
            return {"criteria_set": 1, "criteria": [_REMOVED]}
        return {"criteria_set": version, "criteria": [self._value("", one, {}) for one in listed]}

    def _value(self, key: str, value: Any, beside: Mapping[Any, Any]) -> Any:
        self._nodes += 1
        self._depth += 1
        if self._nodes > _MOST_NODES or self._depth > _DEEPEST:
            raise _TooLarge
        found = self._kept(key, value, beside)
        self._depth -= 1
        return found

    def _kept(self, key: str, value: Any, beside: Mapping[Any, Any]) -> Any:
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, list):
            return [self._value(key, one, beside) for one in value]
        if isinstance(value, bool):
            return value
        if isinstance(value, int | float | Decimal):
            return value if -_LARGEST_NUMBER < value < _LARGEST_NUMBER else _REMOVED
        return value if isinstance(value, str) and self._fits(key, value, beside) else _REMOVED

    def _mapping(self, value: Mapping[Any, Any]) -> dict[str, Any]:
        known = {k: v for k, v in value.items() if k not in ASIDE}
        if not all(isinstance(k, str) and k in KEYS for k in known):
            return dict(_REMOVED)
        made = {k: self._value(k, v, known) for k, v in known.items()}
        if made.get("id") == _REMOVED:  # only a name
            del made["id"]
        return made

    def _fits(self, key: str, value: str, beside: Mapping[Any, Any]) -> bool:
        if key == "code":
            return self._memory.fits_system(beside.get("system"), value)
        if key in _SHAPES:
            return self._memory.fits(_SHAPES[key], value)
        return value in WORDS or (key == "codes" and self._memory.fits("code", value))
