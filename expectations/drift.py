"""Whether the newest version of a table looks like its earlier ones, institution by institution. Pure.

| kind | what is compared | drifted when |
|---|---|---|
| volume | growth of the rows since the version before, ln(n / n before) | robust z above 3.5, spread at least 0.1 |
| missing | share of rows without a value in a column | robust z above 3.5, spread at least 0.01 |
| frequencies | shares of the codes, or of the steps of a value | Jensen-Shannon divergence above 0.05 bit and what chance explains |

Robust z: distance from the median of the history, over 1.4826 x the median absolute deviation (Iglewicz & Hoaglin,
How to Detect and Handle Outliers, 1993: 3.5); the least spread keeps a history without any change from alarming at the
first one. Growth is compared because a lake's tables grow: the number alone would always be the highest so far. A
divergence of 0.05 bit is one code of two equally frequent ones going from a half to three quarters; chance adds
(k - 1) / (8 ln 2) (1 / n + 1 / m) bits for k codes (its first-order expectation), of which 3 times are allowed. With fewer
than MIN_HISTORY earlier versions there is no history, with fewer than MIN_COUNT rows too little: both not applicable.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import inf, log, log2
from statistics import median
from typing import Literal, NamedTuple

from expectations.profile import ColumnProfile

MIN_HISTORY = 4
MIN_COUNT = 100
MOST_Z = 3.5
LEAST_SPREAD = {"volume": 0.1, "missing": 0.01}
MOST_DIVERGENCE = 0.05

Kind = Literal["volume", "missing", "frequencies"]
Status = Literal["stable", "drifted", "no_history", "too_few"]
# One version of a table: (institution, column) -> its profile
Version = Mapping[tuple[str, str], ColumnProfile]


class Drift(NamedTuple):
    """One comparison: `statistic` against `limit`, both None where nothing could be compared."""

    institution: str
    column: str
    kind: Kind
    status: Status
    statistic: float | None = None
    limit: float | None = None


def compare(history: Sequence[Version], now: Version) -> list[Drift]:
    """The newest version against the earlier ones, oldest first. An institution that is gone has volume drift."""
    found: list[Drift] = []
    gone = {key for key in history[-1] if key[1] == "" and key not in now} if history else set()
    for key in sorted(set(now) | gone):
        before = [v[key] for v in history if key in v]
        found += _volume(*key, before, now.get(key)) if key[1] == "" else _column(*key, before, now[key])
    return found


def _volume(institution: str, column: str, before: list[ColumnProfile], now: ColumnProfile | None) -> list[Drift]:
    # A number that may not be told is at most 10.
    sizes = [p.rows or 5 for p in before]
    if len(sizes) < MIN_HISTORY:
        return [Drift(institution, column, "volume", "no_history")]
    if now is None:
        return [Drift(institution, column, "volume", "drifted", inf, MOST_Z)]
    if max(sizes[-1], now.rows or 0) < MIN_COUNT:
        return [Drift(institution, column, "volume", "too_few")]
    growth = [log(b / a) for a, b in pairwise(sizes)]
    return [_robust(institution, column, "volume", growth, log((now.rows or 5) / sizes[-1]))]


def _column(institution: str, column: str, before: list[ColumnProfile], now: ColumnProfile) -> list[Drift]:
    found: list[Drift] = []
    if (share := _missing(now)) is not None:
        shares = [s for p in before if (s := _missing(p)) is not None]
        if len(shares) < MIN_HISTORY:
            found.append(Drift(institution, column, "missing", "no_history"))
        elif (now.rows or 0) < MIN_COUNT:
            found.append(Drift(institution, column, "missing", "too_few"))
        else:
            found.append(_robust(institution, column, "missing", shares, share))
    if now.buckets or any(p.buckets for p in before):
        found.append(_frequencies(institution, column, [p.buckets for p in before], now.buckets))
    return found


def _missing(p: ColumnProfile) -> float | None:
    return None if p.rows is None or p.missing is None else p.missing / p.rows


def _robust(institution: str, column: str, kind: Literal["volume", "missing"], history: list[float], x: float) -> Drift:
    middle = median(history)
    spread = max(1.4826 * median(abs(h - middle) for h in history), LEAST_SPREAD[kind])
    z = abs(x - middle) / spread
    return Drift(institution, column, kind, "drifted" if z > MOST_Z else "stable", round(z, 2), MOST_Z)


def _frequencies(institution: str, column: str, history: list[Mapping[str, int]], now: Mapping[str, int]) -> Drift:
    if len(history) < MIN_HISTORY:
        return Drift(institution, column, "frequencies", "no_history")
    # Versions repeat each other's rows, so that the last one weighs as all that came before it.
    before = history[-1]
    n, m = sum(now.values()), sum(before.values())
    if min(n, m) < MIN_COUNT:
        return Drift(institution, column, "frequencies", "too_few")
    chance = (len(set(now) | set(before)) - 1) / (8 * log(2)) * (1 / n + 1 / m)
    found, limit = divergence(before, now), MOST_DIVERGENCE + 3 * chance
    return Drift(
        institution, column, "frequencies", "drifted" if found > limit else "stable", round(found, 4), round(limit, 4)
    )


def divergence(a: Mapping[str, int], b: Mapping[str, int]) -> float:
    """Jensen-Shannon divergence of two counts in bits: 0 alike, 1 nothing in common."""
    n, m = sum(a.values()), sum(b.values())
    total = 0.0
    for k in set(a) | set(b):
        p, q = a.get(k, 0) / n, b.get(k, 0) / m
        middle = (p + q) / 2
        total += sum(x * log2(x / middle) for x in (p, q) if x) / 2
    return total
