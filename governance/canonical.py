"""One form of JSON, so that whoever hashes the same facts gets the same hash. Source: RFC 8785, for what is used of it.

Objects, lists, texts, whole numbers below 2^53, true, false and null; keys are ASCII. No fractions: programs write them
differently.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

_MOST = 2**53


def canonical(value: Mapping[str, Any]) -> bytes:
    """Keys in order, no blanks, UTF-8. ValueError for what has no one form; the message never quotes a value."""
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return sha256(canonical(value)).hexdigest()


def instant(at: datetime) -> str:
    """A time as it stands in signed records: UTC, to the microsecond."""
    if at.tzinfo is None:
        raise ValueError("a time needs its time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _check(value: object) -> None:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return
    if isinstance(value, int):
        if abs(value) >= _MOST:
            raise ValueError("a number of 2^53 or more has no one form; write it as a text")
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise ValueError("a key has to be an ASCII text")
            _check(item)
    else:
        raise ValueError(f"{type(value).__name__} has no one form in JSON")
