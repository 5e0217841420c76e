"""Per patient, the answer to every question of a plan, and from them the result of every criterion of every study.

Questions, the logic over them and the criteria are data, three constants in one plan, so that a hundred studies cost Spark no
more planning than one.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F

from transforms.gold import _criteria as c
from transforms.gold._criteria import MET, NOT_MET, UNKNOWN, All, AnyOf, AtLeast, Expression, Leaf, Not, Plan
from transforms.gold._observed import within

_NOT, _PERHAPS, _YES = 0, 1, 2
CODED = ("condition", "medication", "procedure")
EVIDENCE = ("evidence_key", "evidence_date", "value", "unit", "value_code")
_QUESTIONS = (
    "array<struct<number: int, kind: string, label: string, needs: string, systems: array<string>, most: int, sex: string,"
    " low: double, low_closed: boolean, high: double, high_closed: boolean>>"
)
_NODES = "array<struct<n: int, parts: array<int>>>"
_STUDIES = (
    "array<struct<study_key: string, criteria: array<struct<criterion_id: string, kind: string, label: string,"
    " is_exclusion: boolean, node: int>>>>"
)


@dataclass(frozen=True)
class Answers:
    """Columns over one row a patient: `found` the answers, `studies` the criteria of every study."""

    plan: Plan

    def found(self) -> Column:
        """array of struct(rank, needs, evidence_key, …, complete_until, part): of the questions of the plan by number, then of
        what is put together from them. `part` is the question that decided.

        Reads what is judged from the patient record, hits (map of number to evidence), loaded and whole.
        """
        asked = [_question(i, x) for i, x in enumerate(self.plan.asked)]
        with_hit = F.transform(
            _constant(asked, _QUESTIONS),
            lambda q: F.struct(q.alias("asked"), F.try_element_at("hits", q["number"]).alias("hit")),
        )
        found = F.transform(with_hit, lambda one: _answer(one["asked"], one["hit"]))
        found = _once(found, self._without_events)
        for level in self._levels[1]:
            found = _once(found, _with(level))
        return found

    def _without_events(self, found: Column) -> Column:
        """Nothing happened before an event that never did. Of a value that is said of no value: nobody measured."""
        events = [
            self.plan.number(c.ever(x.window.before)) if x.kind in CODED and x.window and x.window.before else None
            for x in self.plan.asked
        ]
        if not any(number is not None for number in events):
            return found
        by = _constant(events, "array<int>")

        def answer(own: Column, number: Column) -> Column:
            had = F.get(found, F.get(by, number))
            return F.when(had["rank"] == _NOT, had.withField("part", own["part"])).otherwise(own)

        return F.transform(found, answer)

    def studies(self, found: Column) -> Column:
        """array of struct(study_key, criteria), the criteria as in the contract of trial_candidates, in their order."""
        told = [
            {"study_key": study, "criteria": [self._told(one) for one in criteria]}
            for study, criteria in self.plan.studies.items()
        ]

        def of_study(study: Column) -> Column:
            criteria = F.transform(study["criteria"], lambda one: _criterion(one, F.get(found, one["node"])))
            return F.struct(study["study_key"].alias("study_key"), criteria.alias("criteria"))

        return F.transform(_constant(told, _STUDIES), of_study)

    def result(self, leaf: Leaf, found: Column) -> Column:
        return _word(F.get(found, F.lit(self.plan.number(leaf)))["rank"])

    def _told(self, one: c.Criterion) -> dict[str, Any]:
        told = {
            "criterion_id": one.criterion_id,
            "kind": one.kind,
            "label": one.label,
            "is_exclusion": one.is_exclusion,
        }
        return told | {"node": self._levels[0][one.expression]}

    @cached_property
    def _levels(self) -> tuple[dict[Expression, int], list[list[dict[str, Any]]]]:
        """The place of each expression in `found`, and what is put together: each level from the places before it."""
        places: dict[Expression, int] = {leaf: i for i, leaf in enumerate(self.plan.asked)}
        open_ = list(
            dict.fromkeys(x for of in self.plan.studies.values() for one in of for x in _composites(one.expression))
        )
        levels: list[list[dict[str, Any]]] = []
        while open_:
            ready = [x for x in open_ if all(part in places for part in _parts(x))]
            levels.append([{"n": _needed(x), "parts": [places[part] for part in _parts(x)]} for x in ready])
            places |= {x: len(places) + i for i, x in enumerate(ready)}
            open_ = [x for x in open_ if x not in places]
        return places, levels


def _composites(expression: Expression) -> list[Expression]:
    if isinstance(expression, Leaf):
        return []
    return [*(x for part in _parts(expression) for x in _composites(part)), expression]


def _parts(expression: Expression) -> Sequence[Expression]:
    match expression:
        case Leaf():
            return ()
        case Not(part):
            return (part,)
        case All(parts) | AnyOf(parts) | AtLeast(_, parts):
            return parts


def _needed(expression: Expression) -> int:
    """How many parts have to be met: of Kleene's and all, of or one; 0 says not."""
    match expression:
        case All(parts):
            return len(parts)
        case AtLeast(n):
            return n
    return 0 if isinstance(expression, Not) else 1


def _with(level: list[dict[str, Any]]) -> Callable[[Column], Column]:
    return lambda found: F.concat(found, _composed(level, found))


def _composed(level: list[dict[str, Any]], found: Column) -> Column:
    """The answers of one level. Shown is the first part with the result of the whole."""
    nodes = F.transform(
        _constant(level, _NODES),
        lambda node: F.struct(
            node["n"].alias("n"), F.transform(node["parts"], lambda i: F.get(found, i)).alias("parts")
        ),
    )
    ranked = F.transform(nodes, lambda node: F.struct(node["parts"].alias("parts"), _rank(node).alias("rank")))

    def shown(node: Column) -> Column:
        whole = node["rank"]
        decider = F.filter(node["parts"], lambda part: part["rank"] == whole["of_parts"])
        return F.get(decider, F.lit(0)).withField("rank", whole["of_whole"])

    return F.transform(ranked, shown)


def _rank(node: Column) -> Column:
    """struct(of_parts, of_whole): at least n are as high as the n-th highest; they differ for "not" alone."""
    ranks = F.transform(node["parts"], lambda part: part["rank"])
    highest = F.get(F.sort_array(ranks, asc=False), F.greatest(node["n"], F.lit(1)) - 1)
    return F.struct(highest.alias("of_parts"), F.when(node["n"] == 0, 2 - highest).otherwise(highest).alias("of_whole"))


def _criterion(one: Column, decider: Column) -> Column:
    rank = decider["rank"]
    result = F.when(one["is_exclusion"], 2 - rank).otherwise(rank)
    return F.struct(
        *(one[name].alias(name) for name in ("criterion_id", "kind", "label", "is_exclusion")),
        _word(result).alias("result"),
        F.when(one["kind"] == "group", decider["part"]).alias("part"),
        *(decider[name].alias(name) for name in EVIDENCE),
        F.when(rank == _PERHAPS, decider["needs"]).alias("needs"),
        decider["complete_until"].alias("complete_until"),
    )


# One question


def _question(number: int, leaf: Leaf) -> dict[str, Any]:
    window = leaf.window
    return {
        "number": number,
        "kind": leaf.kind,
        "label": leaf.label,
        "needs": leaf.needs,
        "systems": [f"{leaf.kind}|{system}" for system in sorted(leaf.codes.systems)],
        "most": window.most if window and window.before is None else None,
        "sex": leaf.sex,
        "low": leaf.low,
        "low_closed": leaf.low_closed,
        "high": leaf.high,
        "high_closed": leaf.high_closed,
    }


def _answer(asked: Column, hit: Column) -> Column:
    kind, label = asked["kind"], asked["label"]
    rank = F.when(hit["result"] == MET, _YES).when(hit["result"] == NOT_MET, _NOT).otherwise(_PERHAPS)
    until = F.lit(None).cast("date").alias("complete_until")
    evidence = [hit[name].alias(name) for name in EVIDENCE]
    seen = F.struct(rank.alias("rank"), hit["needs"].alias("needs"), *evidence, until)
    answer = (
        F.when(asked["needs"].isNotNull(), _found(F.lit(_PERHAPS), asked["needs"]))
        .when(kind == "alive", _from_patient(F.when(F.col("is_dead"), _NOT).otherwise(_YES)))
        .when(kind == "age", _age(asked))
        .when(kind == "sex", _sex(asked["sex"]))
        .when(hit.isNotNull(), seen)
        .when(kind.isin(*CODED), _without_evidence(asked))
        .otherwise(_found(F.lit(_PERHAPS), F.when(kind == "consent", c.NOT_STATED).otherwise(c.NO_VALUE)))
    )
    return answer.withField("part", label)


def _word(rank: Column) -> Column:
    return F.when(rank == _YES, MET).when(rank == _NOT, NOT_MET).otherwise(UNKNOWN)


def _age(asked: Column) -> Column:
    true = F.lit(True)
    place = within(F.col("youngest"), true, F.col("oldest"), true, asked)
    rank = F.when(place == MET, _YES).when(place == NOT_MET, _NOT).otherwise(_PERHAPS)
    return F.when(F.col("oldest").isNull(), _found(F.lit(_PERHAPS), F.lit(c.NO_VALUE))).otherwise(
        _from_patient(rank, F.when(rank == _PERHAPS, F.col("age_needs")))
    )


def _sex(asked: Column) -> Column:
    """ "other" says nothing of a sex that a criterion asks for, so it is unknown unless "other" is asked for."""
    is_stated = F.col("sex").isin("male", "female") | (F.col("sex") == asked)
    rank = F.when(F.col("sex") == asked, _YES).otherwise(_NOT)
    return F.when(is_stated, _from_patient(rank)).otherwise(_found(F.lit(_PERHAPS), F.lit(c.NO_VALUE)))


def _without_evidence(asked: Column) -> Column:
    """No record speaks to the question: "no" only where the institution's records say "none" (see trial_candidates)."""
    kind = asked["kind"]
    has_system = F.coalesce(F.arrays_overlap("loaded", asked["systems"]), F.lit(False))
    whole = F.try_element_at("whole", kind)
    # Whether a delivery that is whole until that day says anything of a window that ends today.
    reaches = F.when(asked["most"].isNull(), True).otherwise(
        whole["until"] >= F.date_sub(F.col("as_of"), asked["most"])
    )
    none = _found(F.lit(_NOT), F.lit(None).cast("string"), until=whole["until"])
    return (
        F.when(has_system & (F.col("whole").isNull() | (whole.isNotNull() & reaches)), none)
        .when(has_system, _found(F.lit(_PERHAPS), F.lit(c.NOT_COMPLETE)))
        .when(F.array_contains("loaded", kind), _found(F.lit(_PERHAPS), F.lit(c.OTHER_SYSTEM)))
        .when(whole["is_empty"] & reaches, none)
        .otherwise(_found(F.lit(_PERHAPS), F.lit(c.NOT_LOADED)))
    )


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


def _constant(value: object, kind: str) -> Column:
    """A value as one constant of the plan, however much it holds."""
    return F.from_json(F.lit(json.dumps(value)), kind)


def _once(value: Column, use: Callable[[Column], Column]) -> Column:
    """What `use` makes of the value, which is worked out once: as a column each of its uses would work it out again."""
    return F.get(F.transform(F.array(value), use), F.lit(0))
