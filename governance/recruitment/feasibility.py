"""How many people a protocol leaves, step by step, and how many more it would leave without one of its criteria.

Every number is the size of a set of people. All sets of an answer are judged together, and with all that the same asker was
told before (`governance.differencing`), so that no subtraction of two of them leaves a few people; the cells of a table by
institution, sex or age band hide each other too (`governance.suppression`); what is then told is rounded to 5.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np

from governance.differencing import Answers, Mask, Told
from governance.grades import Grade
from governance.recruitment.persons import DIMENSIONS, MET, NOT_MET, Criterion, Persons
from governance.suppression import ROUND_TO, Cell, round_count, suppress

# Counts for wide use: who plans a study is not on its project yet.
GRADE = Grade.L2
SMALLEST = Grade.L2.smallest_cell or 0
# Among whom is counted. One for all studies: two protocols may differ by a word, too.
UNIVERSE = "feasibility"
NOT_IN_STUDY, CONTACT = "not in the study yet", "consent to contact"
Table = Mapping[str, Mask]


@dataclass(frozen=True)
class Sets:
    """The sets of people that an answer counts, as they are judged one after the other: what matters most comes first.

    `first` and `then` are each a table by themselves; `parts` are the cells of a dimension, which add up to the candidates.
    """

    first: Table
    parts: Mapping[str, Table]
    then: Table

    def tables(self, study: str) -> list[Table]:
        alone = ([{label: mask} for label, mask in some.items()] for some in (self.first, self.then))
        first, then = alone
        return [{f"{study}/{x}": mask for x, mask in table.items()} for table in (*first, *self.parts.values(), *then)]

    def labels(self) -> Iterator[str]:
        for table in (self.first, *self.parts.values(), self.then):
            yield from table


def ask(persons: Persons, study: str, answers: Answers, asker: str, at: datetime) -> dict[str, Any]:
    """The answer to one asker, judged beside all that they were told before and remembered.

    As JSON: in every step `possible` is who is left, of whom `certain` are so by records; null is hidden, not zero.
    """
    sets = sets_of(persons)
    told = answers.tell(asker, UNIVERSE, persons.keys, sets.tables(study), smallest=SMALLEST, at=at)
    mine = {label: told[f"{study}/{label}"] for label in sets.labels() if f"{study}/{label}" in told}
    earlier = sum(one.is_earlier for one in mine.values())
    return _answer(persons, _numbers(sets, mine)) | {"as_before": earlier}


def sets_of(persons: Persons) -> Sets:
    """Who is in each set. "possible": nothing speaks against it; "certain": met by records, or by a Consent for contact."""
    is_open, is_met = persons.verdicts > NOT_MET, persons.verdicts == MET
    open_until, met_until = np.logical_and.accumulate(is_open, axis=1), np.logical_and.accumulate(is_met, axis=1)
    is_new, may_ask, is_asked = ~persons.is_enrolled, persons.contact > NOT_MET, persons.contact == MET
    n_closed, n_unmet = (~is_open).sum(axis=1), (~is_met).sum(axis=1)
    candidates = open_until[:, -1] & is_new & may_ask
    ids = [(n, c.id) for n, c in enumerate(persons.criteria)]
    protocol = [(n, id) for n, id in ids if persons.criteria[n].kind != "alive"]  # which nobody relaxes
    first = {"everyone": np.ones(len(persons.keys), dtype=np.bool_), "candidates": candidates}
    first["certain/candidates"] = met_until[:, -1] & is_new & is_asked
    first |= {f"possible/{id}": open_until[:, n] for n, id in ids} | {"possible/new": open_until[:, -1] & is_new}
    then = {f"relaxed/{id}": (n_closed == ~is_open[:, n]) & is_new & may_ask for n, id in protocol}
    then |= {f"certain/relaxed/{id}": (n_unmet == ~is_met[:, n]) & is_new & is_asked for n, id in protocol}
    then |= {f"certain/{id}": met_until[:, n] for n, id in ids} | {"certain/new": met_until[:, -1] & is_new}
    then |= {f"open/{id}": is_open[:, n] for n, id in ids} | {f"met/{id}": is_met[:, n] for n, id in ids}
    parts = {
        name: {f"by/{name}/{value}": candidates & (values == value) for value in np.unique(values).tolist()}
        for name, values in persons.dimensions.items()
    }
    return Sets(first, parts, then)


def _numbers(sets: Sets, told: Mapping[str, Told]) -> dict[str, int | None]:
    """The numbers that may be shown, by label; None is hidden."""
    hidden = set()
    for table in sets.parts.values():
        counts: dict[Cell, int] = {(label,): int(mask.sum()) for label, mask in table.items()}
        hidden |= {str(cell[0]) for cell in suppress(counts, min_cell=SMALLEST).cells}
    return {x: round_count(told[x].count) if x in told and x not in hidden else None for x in sets.labels()}


def _answer(persons: Persons, numbers: Mapping[str, int | None]) -> dict[str, Any]:
    everyone = numbers["everyone"]
    criteria = [
        {
            "step": "criterion",
            **asdict(c),
            "possible": numbers[f"possible/{c.id}"],
            "certain": numbers[f"certain/{c.id}"],
            "alone": {
                "met": numbers[f"met/{c.id}"],
                "unknown": less(numbers[f"open/{c.id}"], numbers[f"met/{c.id}"]),
                "not_met": less(everyone, numbers[f"open/{c.id}"]),
            },
        }
        for c in persons.criteria
    ]
    candidates = {"possible": numbers["candidates"], "certain": numbers["certain/candidates"]}
    new = {"possible": numbers["possible/new"], "certain": numbers["certain/new"]}
    return {
        "everyone": everyone,
        "funnel": [*criteria, {"step": NOT_IN_STUDY} | new, {"step": CONTACT} | candidates],
        "candidates": candidates,
        "by": {name: _by(numbers, name) for name in DIMENSIONS},
        "relaxed": [_relaxed(c, numbers) for c in persons.criteria if f"relaxed/{c.id}" in numbers],
        "smallest_cell": SMALLEST,
        "rounded_to": ROUND_TO,
        "cells": len(numbers),
        "hidden": sum(n is None for n in numbers.values()),
    }


def _by(numbers: Mapping[str, int | None], name: str) -> dict[str, int | None]:
    start = f"by/{name}/"
    return {label.removeprefix(start): n for label, n in numbers.items() if label.startswith(start)}


def _relaxed(criterion: Criterion, numbers: Mapping[str, int | None]) -> dict[str, Any]:
    possible, certain = numbers[f"relaxed/{criterion.id}"], numbers[f"certain/relaxed/{criterion.id}"]
    more = less(possible, numbers["candidates"])
    return {
        "id": criterion.id, "label": criterion.label, "possible": possible, "certain": certain, "more": more,
    }  # fmt: skip


def less(whole: int | None, part: int | None) -> int | None:
    """What is left, of shown numbers; hidden where one is, or where they are of two days and do not fit."""
    return None if whole is None or part is None or part > whole else whole - part
