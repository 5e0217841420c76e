"""The rules of what is unusual. Each is a pure function of what was seen; limits stand here and in docs/monitoring.md."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal

from governance.grades import Grade
from governance.monitor.hours import is_at_night
from governance.monitor.seen import Request, Use, days_of, key
from governance.parties import Grant
from governance.parties import Request as AccessRequest

Kind = Literal[
    "volume", "night", "refusals", "bad_tokens", "near_identical", "expiring", "verification", "log_damaged", "void_entries"
]  # fmt: skip
Level = Literal["alarm", "notice"]

HISTORY_DAYS, LEAST_HISTORY, MOST_DEVIATIONS = 28, 7, 5.0
NIGHT_USES = 5  # in a day
HOUR = timedelta(hours=1)
REFUSALS, MISTAKES, BAD_TOKENS = 5, 20, 20  # in an hour
NEAR = 5  # questions in a day
STEPS = (1, 7, 30)  # days
# A question that is not well written, or asks for what cannot be answered: everybody makes mistakes.
_MISTAKES = frozenset({"question_refused", "bad_request", "not_published"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that somebody should look at. `n` is what was counted, `limit` what is usual at most."""

    kind: Kind
    level: Level
    about: str  # a grant, a recipient, a certificate, the ledger
    day: date
    n: float
    limit: float
    detail: str = ""

    @property
    def key(self) -> str:
        return key(self.kind, self.about, self.day, self.detail if self.kind in ("near_identical", "expiring") else "")


def volume(uses: Sequence[Use], since: date) -> Iterator[Finding]:
    """Days on which far more rows left under a grant than on its own days of use before.

    Of the last 28 days of use before it, at least 7: median m and spread s = 1.4826 x median absolute deviation, never less
    than a tenth of m, nor than 1. Unusual: more than m + 5 s. After the modified z-score of B. Iglewicz and D. Hoaglin, How to
    Detect and Handle Outliers (1993), with a wider limit; one day like it does not make it usual.
    """
    for grant, days in days_of(tuple(uses)).items():
        ordered = sorted(days)
        for n, day in enumerate(ordered):
            history = [days[d] for d in ordered[max(0, n - HISTORY_DAYS) : n]]
            if day < since or len(history) < LEAST_HISTORY:
                continue
            limit = usual_most(history)
            if days[day] > limit:
                yield Finding("volume", "alarm", grant, day, days[day], round(limit, 1))


def usual_most(history: Sequence[int]) -> float:
    middle = median(history)
    spread = 1.4826 * median(abs(x - middle) for x in history)
    return middle + MOST_DEVIATIONS * max(spread, 0.1 * middle, 1)


def night(uses: Sequence[Use], grants: Mapping[str, Grant], since: date) -> Iterator[Finding]:
    """Days with 5 uses or more outside 7:00 to 21:00 in every time zone of the recipient's country."""
    found: Counter[tuple[str, date]] = Counter()
    for use in uses:
        grant = grants.get(use.grant)
        if grant and use.at.date() >= since and is_at_night(use.at, grant.said.country):
            found[use.grant, use.at.date()] += 1
    for (name, day), n in sorted(found.items()):
        if n >= NIGHT_USES:
            yield Finding("night", "alarm", name, day, n, NIGHT_USES - 1, grants[name].said.country)


def refusals(requests: Sequence[Request]) -> Iterator[Finding]:
    """Hours with 5 refusals of a grant or more; 20, where they are mistakes in questions; 20 bad tokens of anybody."""
    times: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for request in requests:
        if not request.reason:
            continue
        if not request.grant:
            times["bad_tokens", "anybody"].append(request.at)
        else:
            times["mistakes" if request.reason in _MISTAKES else "refusals", request.grant].append(request.at)
    limits = {"refusals": REFUSALS, "mistakes": MISTAKES, "bad_tokens": BAD_TOKENS}
    for (kind, about), found in sorted(times.items()):
        worst: dict[date, int] = {}
        first = 0
        for n, at in enumerate(found):
            while at - found[first] >= HOUR:
                first += 1
            worst[at.date()] = max(worst.get(at.date(), 0), n + 1 - first)
        for day, n in worst.items():
            if n >= limits[kind]:
                named: Kind = "bad_tokens" if kind == "bad_tokens" else "refusals"
                yield Finding(named, "alarm", about, day, n, limits[kind] - 1, kind)


def near_identical(requests: Sequence[Request], grades: Mapping[str, Grade]) -> Iterator[Finding]:
    """Days on which a recipient, under all its grants, asked 5 or more questions of one family, each differing from another in one filter.

    An alarm where a view answers with aggregates only, for there the difference of two answers tells something; else a notice.
    """
    asked: dict[tuple[str, str, str, date], set[tuple[str, ...]]] = defaultdict(set)
    for request in requests:
        if request.family and request.filters:
            asked[request.recipient, request.view, request.family, request.at.date()].add(request.filters)
    for (recipient, view, family, day), found in sorted(asked.items()):
        n = differing_in_one(found)
        if n >= NEAR:
            tells = any(grades.get(v, Grade.L5) >= Grade.L4 for v in view.split(","))
            yield Finding(
                "near_identical", "alarm" if tells else "notice", recipient, day, n, NEAR - 1, f"{view} {family[:8]}"
            )


def differing_in_one(found: Iterable[tuple[str, ...]]) -> int:
    """How many of these lists of filters have another one that has one more, one less or one other."""
    holders: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for filters in found:
        holders[filters].add(filters)
        for n in range(len(filters)):
            holders[filters[:n] + filters[n + 1 :]].add(filters)
    return len({filters for those in holders.values() if len(those) > 1 for filters in those})


def expiring(grants: Iterable[Grant], requests: Iterable[AccessRequest], now: datetime) -> Iterator[Finding]:
    """Grants with their agreements, and agreements that no grant was issued for, that end within 30, 7 or 1 days."""
    held = [(g.id, g.said.expires) for g in grants if g.state(now) in ("active", "not_started")]
    agreed = [(f"{r.said.request} (agreement)", r.said.expires) for r in requests if r.state == "agreed"]
    for about, ends in sorted([*held, *agreed]):
        left = (ends - now.date()).days
        step = next((s for s in STEPS if 0 <= left <= s), None)
        if step is not None:
            yield Finding("expiring", "alarm" if step == 1 else "notice", about, ends, left, step, f"within {step}")
