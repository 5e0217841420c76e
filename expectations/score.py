"""How good a version of a table is, in one number, by dimension and by institution. Pure.

    score = 100 x sum of (weight x share of judged rows that pass) / sum of weights

over the rules that had something to judge. Weights: critical 5, major 3, minor 1. A rule about the table as a whole passes
or not, as one row would. A rule that could not be judged (status error) passes on no row: what is not known is not good. A
rule that is not applicable counts neither way, and a table with no applicable rule has no score. A critical rule that
does not pass is told beside the score (`is_blocked`): no average makes up for it.

For an institution the same over its own rows. A rule that no row of the table breaks passes for every institution in it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

WEIGHTS = {"critical": 5, "major": 3, "minor": 1}
DIMENSIONS = ("conformance", "completeness", "plausibility", "timeliness", "consistency")


class Judged(NamedTuple):
    """What one rule found in one table, or in one institution's rows of it."""

    rule_id: str
    dimension: str
    severity: str
    status: str  # passed, failed, not_applicable, error
    checked: int
    failed: int

    @property
    def share(self) -> float | None:
        """Share of the judged rows that pass; None where the rule is not applicable."""
        if self.status == "error":
            return 0.0
        return (self.checked - self.failed) / self.checked if self.checked else None


class Score(NamedTuple):
    """`value`: 0 to 100, None where no rule was applicable. `passed`, `failed`: applicable rules."""

    value: float | None
    by_dimension: Mapping[str, float]
    passed: int
    failed: int
    is_blocked: bool

    def to_dict(self) -> dict[str, Any]:
        return self._asdict() | {"by_dimension": dict(self.by_dimension)}


def score(judged: Iterable[Judged]) -> Score:
    """The score of some rules' results: of a table, of several, or of one institution's rows in them."""
    applicable = [j for j in judged if j.share is not None]
    by = {d: v for d in DIMENSIONS if (v := _mean([j for j in applicable if j.dimension == d])) is not None}
    failed = [j for j in applicable if j.status in ("failed", "error")]
    blocked = any(j.severity == "critical" for j in failed)
    return Score(_mean(applicable), by, len(applicable) - len(failed), len(failed), blocked)


def of_institution(judged: Iterable[Judged], counts: Mapping[str, tuple[int, int]]) -> list[Judged]:
    """The same rules on the rows of one institution that has any: rule id -> (checked, failed) of those that some row breaks.

    A rule that no row of the table breaks is kept by every institution in it, so it needs no count of its own, and
    counts as passed. One that raised did so for everybody.
    """
    found = []
    for j in judged:
        if not j.failed or j.status == "error":
            found.append(j)
        elif j.rule_id in counts:
            # A share is allowed to fail of the whole table; here whatever passes the table's rule is no failure.
            checked, failed = counts[j.rule_id]
            found.append(j._replace(status=j.status if failed else "passed", checked=checked, failed=failed))
    return found


def _mean(judged: list[Judged]) -> float | None:
    weights = sum(WEIGHTS[j.severity] for j in judged)
    return 100 * sum(WEIGHTS[j.severity] * (j.share or 0.0) for j in judged) / weights if weights else None
