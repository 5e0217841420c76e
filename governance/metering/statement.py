"""What is owed for uses, and how it is shared among the institutions whose rows they were.

A line is all uses of one view under one grant at one price in a period. Its units: rows that left (`row`), answered questions
and downloads (`query`), calendar months (UTC) with any use (`month`), none (`free`). Amount = units x the grant's price.

Shares: each use is split by the institutions' rows in the version that was read (those that the grant lets through), with
its rows as its weight where rows are paid for and with one each otherwise. Rows and amounts of a line are then given out in
whole numbers by the largest remainder (Hamilton's method; ties by the larger share, then by name), so that they add up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

UNKNOWN = "not_known"  # the ledger does not say whose rows a version holds


@dataclass(frozen=True, slots=True)
class Share:
    """An institution's part of a line, in rows and in the smallest unit of the currency."""

    rows: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement. `columns`: how many different ones were read; `amount_minor`: what the recipient owes."""

    recipient: str
    grant: str
    purpose: str
    country: str
    view: str
    strictest_grade: str
    columns: int
    sensitive_columns: int
    roles: tuple[str, ...]
    categories: tuple[str, ...]
    queries: int
    downloads: int
    rows: int
    bytes: int
    first: datetime
    last: datetime
    price_unit: str
    price_minor: int
    currency: str
    units: int
    amount_minor: int
    shares: Mapping[str, Share] = field(default_factory=dict)


def lines(uses: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The lines of rows of `governance/usage`, in the order of recipient, grant and view."""
    of: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for use in uses:
        unit = use["price_unit"] or "free"
        of[
            use["recipient"] or UNKNOWN, use["grant"], use["view"], unit, use["price_minor"] or 0, use["currency"] or ""
        ].append(use)
    return [_line(key, found) for key, found in sorted(of.items())]


def _line(key: tuple[Any, ...], uses: list[Mapping[str, Any]]) -> Line:
    recipient, grant, view, unit, price, currency = key
    rows = sum(use["rows"] for use in uses)
    units = {
        "row": rows,
        "query": len(uses),
        "month": len({(use["at"].year, use["at"].month) for use in uses}),
        "free": 0,
    }[unit]
    by_rows, by_use = _weights(uses, by_rows=True), _weights(uses, by_rows=False)
    paid_by = by_rows if unit == "row" and any(by_rows.values()) else by_use
    amounts, given = apportion(units * price, paid_by), apportion(rows, by_rows)
    return Line(
        recipient, grant, _one(uses, "purpose"), _one(uses, "country"), view,
        max((use["strictest_grade"] or "" for use in uses), default="") or UNKNOWN,
        len({c for use in uses for c in use["columns"]}), max(use["sensitive_columns"] or 0 for use in uses),
        _all(uses, "roles"), _all(uses, "categories"), sum(use["action"] == "query" for use in uses),
        sum(use["action"] == "download" for use in uses), rows, sum(use["bytes"] or 0 for use in uses),
        min(use["at"] for use in uses), max(use["at"] for use in uses), unit, price, currency, units, units * price,
        {i: Share(given.get(i, 0), amounts.get(i, 0)) for i in sorted(by_use)},
    )  # fmt: skip


def _one(uses: list[Mapping[str, Any]], name: str) -> str:
    return str(uses[0][name] or UNKNOWN)


def _all(uses: list[Mapping[str, Any]], name: str) -> tuple[str, ...]:
    return tuple(sorted({value for use in uses for value in use[name] or ()}))


def _weights(uses: list[Mapping[str, Any]], *, by_rows: bool) -> dict[str, Fraction]:
    weights: dict[str, Fraction] = defaultdict(Fraction)
    for use in uses:
        contributed = {c["institution"]: c["rows"] for c in use["contributions"] or () if c["rows"]} or {UNKNOWN: 1}
        whole = sum(contributed.values())
        for institution, n in contributed.items():
            weights[institution] += Fraction(n, whole) * (use["rows"] if by_rows else 1)
    return dict(weights)


def apportion(total: int, weights: Mapping[str, Fraction]) -> dict[str, int]:
    """`total` in whole parts that add up to it: each gets its exact part rounded down, the rest goes to the largest remainders."""
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    exact = {name: total * weight / whole for name, weight in weights.items()}
    parts = {name: int(part) for name, part in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (parts[name] - exact[name], -exact[name], name))
    for name in by_remainder[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def recipients(found: Iterable[Line]) -> dict[str, list[Line]]:
    """What did I use: the lines of each recipient."""
    of: dict[str, list[Line]] = defaultdict(list)
    for line in found:
        of[line.recipient].append(line)
    return dict(sorted(of.items()))


def institutions(found: Iterable[Line]) -> dict[str, list[Line]]:
    """What of mine was used, by whom and for what: the lines in which an institution has a share."""
    of: dict[str, list[Line]] = defaultdict(list)
    for line in found:
        for institution in line.shares:
            of[institution].append(line)
    return dict(sorted(of.items()))


def totals(found: Iterable[Line], institution: str | None = None) -> dict[str, int]:
    """Currency -> the amount of all lines, or an institution's part of it."""
    sums: dict[str, int] = defaultdict(int)
    for line in found:
        amount = line.amount_minor if institution is None else line.shares[institution].amount_minor
        if line.currency and line.price_unit != "free":
            sums[line.currency] += amount
    return dict(sorted(sums.items()))
