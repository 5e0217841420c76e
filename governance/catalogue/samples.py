"""Rows that look like those of a view and are nobody's: made from its contract and a seed, never from data."""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from governance.column import Column
from governance.contract import Contract

_WORDS: Mapping[str, tuple[str, ...]] = {
    "institution": ("example_hospital_1", "example_hospital_2"),
    "sex": ("female", "male"),
    "age_band": ("30-39", "40-49", "50-59", "60-69"),
    "year": ("2022", "2023", "all"),
    "status": ("active", "completed"),
    "source": ("request", "administration"),
    "start_precision": ("day", "time"),
    "verdict": ("eligible", "ineligible", "unknown"),
    "result": ("met", "not_met", "unknown"),
    "may_contact": ("met", "unknown"),
    "is_suppressed": ("false",),
    "kind": ("age", "condition", "observation"),
}
_UNITS = ("mg", "mL", "{tablet}")
_FIRST = date(2020, 1, 1)
_NUMBERS: Mapping[str, tuple[int, int]] = {"a": (18, 89), "%": (0, 100), "{persons}": (3, 60), "{criteria}": (0, 6)}


def synthetic_rows(contract: Contract, n: int = 5) -> list[dict[str, str]]:
    """So many rows of the published columns, as texts; the same for the same contract."""
    rows = []
    for i in range(n):
        seed = sha256(f"{contract.view}/{i}".encode()).hexdigest()
        pick = random.Random(seed)  # noqa: S311 (nothing secret)
        rows.append({name: _value(name, column, pick) for name, column in contract.released().items()})
    return rows


def _value(name: str, column: Column, pick: random.Random) -> str:
    if name in _WORDS:
        return pick.choice(_WORDS[name])
    if column.role == "key":
        return f"{pick.getrandbits(48):012x}…"
    kind = column.type.split("<")[0].split("(")[0]
    if column.type == "bigint" and column.unit == "{persons}":
        return str(5 * pick.randint(3, 60))
    makers: Mapping[str, Callable[[], Any]] = {
        "boolean": lambda: pick.choice(("true", "false")),
        "int": lambda: pick.randint(*_NUMBERS.get(column.unit or "", (1, 9))),
        "bigint": lambda: pick.randint(*_NUMBERS.get(column.unit or "", (1, 99))),
        "double": lambda: round(pick.uniform(1, 200), 1),
        "date": lambda: _FIRST + timedelta(days=pick.randint(0, 1500)),
        "timestamp": lambda: f"{_FIRST + timedelta(days=pick.randint(0, 1500))} {pick.randint(0, 23):02}:15",
        "array": lambda: f"[{pick.randint(2, 6)} items]",
    }
    if kind in makers:
        return str(makers[kind]())
    if "unit" in name:
        return pick.choice(_UNITS)
    return f"http://example.org/{name}" if name.endswith("_system") else f"{name}-{pick.randint(1, 40)}"
