"""Per patient, the answer to every question of a plan, and from them the result of every criterion of every study."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column
from pyspark.sql import functions as F

from transforms.gold import _criteria as c
from transforms.gold._criteria import (
    MET,
    NOT_MET,
    UNKNOWN,
    All,
    AnyOf,
    AtLeast,
    Criterion,
    Expression,
    Leaf,
    Not,
    Plan,
)
from transforms.gold._observed import within

_NOT, _PERHAPS, _YES = 0, 1, 2
EVIDENCE = ("evidence_key", "evidence_date", "value", "unit", "value_code")


@dataclass(frozen=True)
class Answers:
    """Columns over one row a patient: `questions` the answers by number, `results` the criteria of a study."""

    plan: Plan

    def questions(self) -> Column:
        """array of struct(rank, needs, evidence_key, …, complete_until), one entry a question of the plan.

        Reads what is judged from the patient record, hits (map of number to evidence), loaded and whole.
        """
        return F.array(*(self._answer(i, leaf) for i, leaf in enumerate(self.plan.asked)))

    def results(self, criteria: Sequence[Criterion], found: Column) -> Column:
        """array of struct as in the contract of trial_candidates, in the order of the criteria."""
        return F.array(*(self._criterion(one, found) for one in criteria))

    def result(self, leaf: Leaf, found: Column) -> Column:
        return _word(found[self.plan.number(leaf)]["rank"])

    # One question

    def _answer(self, number: int, leaf: Leaf) -> Column:
        if leaf.needs is not None:
            return _found(F.lit(_PERHAPS), F.lit(leaf.needs))
        match leaf.kind:
            case "alive":
                return _from_patient(F.when(F.col("is_dead"), _NOT).otherwise(_YES))
            case "age":
                return _age(leaf)
            case "sex":
                return _sex(leaf)
        hit = F.try_element_at("hits", F.lit(number))
        rank = F.when(hit["result"] == MET, _YES).when(hit["result"] == NOT_MET, _NOT).otherwise(_PERHAPS)
        evidence = [hit[name].alias(name) for name in EVIDENCE]
        until = F.lit(None).cast("date").alias("complete_until")
        seen = F.struct(rank.alias("rank"), hit["needs"].alias("needs"), *evidence, until)
        return F.when(hit.isNotNull(), seen).otherwise(_without_evidence(leaf))

    # One criterion

    def _criterion(self, one: Criterion, found: Column) -> Column:
        rank = self._rank(one.expression, found)
        decider = found[self._decider(one.expression, found)]
        result = 2 - rank if one.is_exclusion else rank
        parts = F.array(*(F.lit(x.label) for x in self.plan.asked)) if one.kind == "group" else None
        part = F.lit(None).cast("string") if parts is None else parts[self._decider(one.expression, found)]
        return F.struct(
            F.lit(one.criterion_id).alias("criterion_id"),
            F.lit(one.kind).alias("kind"),
            F.lit(one.label).alias("label"),
            F.lit(one.is_exclusion).alias("is_exclusion"),
            _word(result).alias("result"),
            part.alias("part"),
            *(decider[name].alias(name) for name in EVIDENCE),
            F.when(rank == _PERHAPS, decider["needs"]).alias("needs"),
            decider["complete_until"].alias("complete_until"),
        )

    def _rank(self, expression: Expression, found: Column) -> Column:
        match expression:
            case Leaf():
                return found[self.plan.number(expression)]["rank"]
            case Not(part):
                return 2 - self._rank(part, found)
        ranks = [self._rank(p, found) for p in expression.parts]
        if len(ranks) == 1:
            return ranks[0]
        match expression:
            case All():
                return F.least(*ranks)
            case AnyOf():
                return F.greatest(*ranks)
            case AtLeast(n):
                return F.sort_array(F.array(*ranks), asc=False)[n - 1]
        raise AssertionError(expression)

    def _decider(self, expression: Expression, found: Column) -> Column:
        """The number of the question whose answer is shown: that of the first part with the result of the whole."""
        match expression:
            case Leaf():
                return F.lit(self.plan.number(expression))
            case Not(part):
                return self._decider(part, found)
        whole = self._rank(expression, found)
        *first, last = expression.parts
        others = [(self._rank(p, found) == whole, self._decider(p, found)) for p in first]
        return reduce(
            lambda rest, one: F.when(one[0], one[1]).otherwise(rest), reversed(others), self._decider(last, found)
        )


def _word(rank: Column) -> Column:
    return F.when(rank == _YES, MET).when(rank == _NOT, NOT_MET).otherwise(UNKNOWN)


def _age(leaf: Leaf) -> Column:
    true = F.lit(True)
    asked = F.struct(
        F.lit(leaf.low).cast("double").alias("low"),
        F.lit(leaf.low_closed).alias("low_closed"),
        F.lit(leaf.high).cast("double").alias("high"),
        F.lit(leaf.high_closed).alias("high_closed"),
    )
    place = within(F.col("youngest"), true, F.col("oldest"), true, asked)
    rank = F.when(place == MET, _YES).when(place == NOT_MET, _NOT).otherwise(_PERHAPS)
    return F.when(F.col("oldest").isNull(), _found(F.lit(_PERHAPS), F.lit(c.NO_VALUE))).otherwise(
        _from_patient(rank, F.when(rank == _PERHAPS, F.col("age_needs")))
    )


def _sex(leaf: Leaf) -> Column:
    """ "other" says nothing of a sex that a criterion asks for, so it is unknown unless "other" is asked for."""
    is_stated = F.col("sex").isin("male", "female") | (F.col("sex") == leaf.sex)
    rank = F.when(F.col("sex") == F.lit(leaf.sex), _YES).otherwise(_NOT)
    return F.when(is_stated, _from_patient(rank)).otherwise(_found(F.lit(_PERHAPS), F.lit(c.NO_VALUE)))


def _without_evidence(leaf: Leaf) -> Column:
    """No record speaks to the question: "no" only where the institution's records say "none" (see trial_candidates)."""
    if leaf.kind not in ("condition", "medication", "procedure"):
        return _found(F.lit(_PERHAPS), F.lit(c.NOT_STATED if leaf.kind == "consent" else c.NO_VALUE))
    named = F.array(*(F.lit(f"{leaf.kind}|{system}") for system in sorted(leaf.codes.systems)))
    has_system = F.coalesce(F.arrays_overlap("loaded", named), F.lit(False))
    whole = F.try_element_at("whole", F.lit(leaf.kind))
    none = _found(F.lit(_NOT), F.lit(None).cast("string"), until=whole["until"])
    return (
        F.when(has_system & (F.col("whole").isNull() | (whole.isNotNull() & _reaches(leaf, whole["until"]))), none)
        .when(has_system, _found(F.lit(_PERHAPS), F.lit(c.NOT_COMPLETE)))
        .when(F.array_contains("loaded", leaf.kind), _found(F.lit(_PERHAPS), F.lit(c.OTHER_SYSTEM)))
        .when(whole["is_empty"] & _reaches(leaf, whole["until"]), none)
        .otherwise(_found(F.lit(_PERHAPS), F.lit(c.NOT_LOADED)))
    )


def _reaches(leaf: Leaf, until: Column) -> Column:
    """Whether a delivery that is whole `until` that day says anything of a window that ends today."""
    if leaf.window is None or leaf.window.before is not None:
        return F.lit(True)
    return until >= F.date_sub(F.col("as_of"), leaf.window.most)


def _from_patient(rank: Column, needs: Column | None = None) -> Column:
    return _found(rank, F.lit(None).cast("string") if needs is None else needs, F.col("patient_key"))


def _found(rank: Column, needs: Column, key: Column | None = None, until: Column | None = None) -> Column:
    return F.struct(
        rank.alias("rank"),
        needs.alias("needs"),
        (F.lit(None).cast("string") if key is None else key).alias("evidence_key"),
        F.lit(None).cast("date").alias("evidence_date"),
        F.lit(None).cast("double").alias("value"),
        F.lit(None).cast("string").alias("unit"),
        F.lit(None).cast("string").alias("value_code"),
        (F.lit(None).cast("date") if until is None else until).alias("complete_until"),
    )
