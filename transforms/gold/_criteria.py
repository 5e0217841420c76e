"""Eligibility criteria as a closed algebra: and, or, not, at least n of, over leaves that ask one thing of a person.

Pure Python, on definitions: nothing here has seen a patient. FHIR Groups (`_group`), criteria sets (`_criteria_set`) and
SQL compile to it. Truth has three values as in SQL and Kleene (1952): unknown is neither yes nor no.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from transforms.terminology.codes import CodeSet

Kind = Literal[
    "alive", "age", "sex", "condition", "medication", "procedure", "observation", "consent", "sql", "other", "group"
]  # fmt: skip
Result = Literal["met", "not_met", "unknown"]
MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"

# What is missing where a result is unknown. Closed, so that a worklist can be sorted and translated by it.
NO_VALUE = "no value loaded"
NOT_LOADED = "no record of this kind loaded for the institution"
NOT_COMPLETE = "records of this kind are not known to be loaded completely"
OTHER_SYSTEM = "records of the institution use another code system"
YEAR_ONLY = "date precision is a year only"
TOO_COARSE = "date precision is too coarse"
SHIFTED = "date is shifted by up to a year"
NO_DATE = "a record is not dated"
NO_EVENT = "the event it is counted from is not dated or not loaded"
OTHER_UNIT = "unit differs"
ONLY_A_BOUND = "value is only a bound"
DISAGREE = "newest values disagree"
OTHER_VALUE = "value is of another kind or code system"
OTHER_CODING = "a record of the patient has no code in this code system"
UNCONFIRMED = "diagnosis is not confirmed"
STATUS_UNKNOWN = "status is unknown"
NOT_STATED = "consent is not stated"
EXCEPTIONS = "consent has exceptions"
REVIEW = "needs review"
NO_CRITERIA = "criteria are not loaded"


NO_CODES = CodeSet()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the person, by which time is counted: the first or the latest such record."""

    kind: Kind
    codes: CodeSet
    which: Literal["first", "latest"]


@dataclass(frozen=True, slots=True)
class Window:
    """From `most` down to `least` days before the reference: an event of the person, else the day of evaluation."""

    most: int
    least: int = 0
    before: Event | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The same range in a unit that the first cannot be converted into."""

    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """One question. `needs` is set where it cannot be computed; the answer is then unknown for everybody.

    condition, medication, procedure: a record with one of `codes`, in the `window`; with `is_now` one that is going on.
    observation: the latest, any or all of the values of `codes` lie between `low` and `high` in `unit` (in the one of
    `other_units` that has the value's unit), or are the coded or boolean value. age: completed years between `low` and
    `high`. A bound is part of the range where `_closed`.
    consent: a Consent with one of `words` as its category, purpose or action. sql: what the query `sql` says.
    """

    kind: Kind
    label: str
    codes: CodeSet = NO_CODES
    window: Window | None = None
    is_now: bool = False
    pick: Literal["latest", "any", "all"] = "latest"
    low: float | None = None
    low_closed: bool = True
    high: float | None = None
    high_closed: bool = True
    unit: str | None = None
    other_units: tuple[Range, ...] = ()
    sex: str | None = None
    value_codes: CodeSet = NO_CODES
    value_boolean: bool | None = None
    words: tuple[str, ...] = ()
    sql: str | None = None
    needs: str | None = None


@dataclass(frozen=True, slots=True)
class All:
    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class AtLeast:
    n: int
    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    part: "Expression"


Expression = Leaf | All | AnyOf | AtLeast | Not


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a study, in its order. An exclusion is met by those of whom `expression` is not true."""

    criterion_id: str
    expression: Expression
    is_exclusion: bool = False
    label: str = ""

    @property
    def kind(self) -> Kind:
        return self.expression.kind if isinstance(self.expression, Leaf) else "group"


ALIVE = Criterion("alive", Leaf("alive", "alive"), label="alive")


def unclear(criterion_id: str, label: str, needs: str = REVIEW) -> Criterion:
    """A criterion that nothing is computed for."""
    return Criterion(criterion_id, Leaf("other", label, needs=needs), label=label)


def leaves(expression: Expression) -> Iterator[Leaf]:
    match expression:
        case Leaf():
            yield expression
        case Not(part):
            yield from leaves(part)
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from leaves(part)


def ever(event: Event) -> Leaf:
    """Whether the person ever had the event."""
    return Leaf(event.kind, "event", codes=event.codes)


@dataclass(frozen=True)
class Plan:
    """The criteria of all studies by study_key, and the different questions in them, each asked once of a person."""

    studies: Mapping[str, Sequence[Criterion]]
    more: Sequence[Leaf] = ()  # questions that no study asks
    asked: Sequence[Leaf] = field(init=False)

    def __post_init__(self) -> None:
        every = [x for criteria in self.studies.values() for c in criteria for x in leaves(c.expression)]
        had = [ever(x.window.before) for x in every if x.window and x.window.before]
        object.__setattr__(self, "asked", tuple(dict.fromkeys([*every, *self.more, *had])))

    def number(self, leaf: Leaf) -> int:
        return self.asked.index(leaf)

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(dict.fromkeys(x.window.before for x in self.asked if x.window and x.window.before))


_RANK = {NOT_MET: 0, UNKNOWN: 1, MET: 2}
_RESULT: tuple[Result, ...] = ("not_met", "unknown", "met")


def evaluate(expression: Expression, answers: Mapping[Leaf, Result]) -> Result:
    """The result of an expression by the answers to its leaves: and = least, or = greatest, at least n = n-th greatest."""
    return _RESULT[_rank(expression, answers)]


def _rank(expression: Expression, answers: Mapping[Leaf, Result]) -> int:
    match expression:
        case Leaf():
            return _RANK[answers[expression]]
        case Not(part):
            return 2 - _rank(part, answers)
        case All(parts):
            return min(_rank(p, answers) for p in parts)
        case AnyOf(parts):
            return max(_rank(p, answers) for p in parts)
        case AtLeast(n, parts):
            return sorted((_rank(p, answers) for p in parts), reverse=True)[n - 1]


def verdict(results: Iterable[Result]) -> str:
    """ineligible with any criterion not met, else unknown with any unknown, else eligible."""
    lowest = min((_RANK[r] for r in results), default=2)
    return ("ineligible", "unknown", "eligible")[lowest]
