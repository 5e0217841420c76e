"""The tables of a study report: who took part, how they ended, what happened to them, with small cells hidden.

Everything counts persons of the curated tables, which come as pandas frames. A table is rows of cells; a count is hidden
where `governance.study.hidden` says so, and shown exactly elsewhere: the report stays where the grade of the tables lets it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from governance.grades import Words
from governance.study.hidden import TOTAL, Block, hidden

HIDDEN = "–"
NO_ARM = "Not assigned"


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report: a row is a label and a cell for each column; `indent` of a row is its depth."""

    title: Words
    note: Words
    columns: tuple[str, ...]
    rows: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Study:
    """The curated tables of one study, and the smallest count that is shown."""

    name: str
    adsl: pd.DataFrame
    adae: pd.DataFrame
    adex: pd.DataFrame
    adtte: pd.DataFrame
    min_cell: int

    def population(self, flag: str) -> pd.DataFrame:
        return self.adsl[self.adsl[flag] == "Y"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A table before anything is hidden: its rows are counts, by their block, or cells that are ready."""

    title: Words
    note: Words
    arms: tuple[str, ...]
    blocks: list[tuple[list[tuple[int, str]], Block]] = field(default_factory=list)
    ready: dict[int, tuple[int, str, tuple[str, ...]]] = field(default_factory=dict)  # after which block

    def count(self, rows: Mapping[tuple[int, str], pd.DataFrame], arm: str, place: Mapping[str, int]) -> None:
        """Add rows that are parts of one whole, each the persons in a frame, by their arm."""
        block: dict[tuple[str, str], int] = {}
        for (_, label), people in rows.items():
            of_arm = {a: _people(people[people[arm] == a], place) for a in self.arms}
            block |= {(label, a): who for a, who in of_arm.items()} | {(label, TOTAL): _union(of_arm.values())}
        self.blocks.append((list(rows), block))


def _people(rows: pd.DataFrame, place: Mapping[str, int]) -> int:
    return _union(1 << place[key] for key in rows["subject_key"].unique())


def _union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


def counts(study: Study) -> list[Table]:
    """Disposition, Table 1 and adverse events, judged together: no two of their counts are a few persons apart."""
    place = {key: n for n, key in enumerate(study.adsl["subject_key"].unique())}
    drafts = [disposition(study, place), baseline(study, place), adverse_events(study, place)]
    blocks = [block for draft in drafts for _, block in draft.blocks]
    hide, numbers = hidden(blocks, min_cell=study.min_cell), iter(range(len(blocks)))
    return [_filled(draft, hide, [next(numbers) for _ in draft.blocks]) for draft in drafts]


def _filled(draft: Draft, hide: frozenset[tuple[int, str, str]], numbers: list[int]) -> Table:
    table = Table(draft.title, draft.note, (*draft.arms, TOTAL))
    for n, (rows, block) in zip(numbers, draft.blocks, strict=True):
        for indent, label in rows:
            cells = [HIDDEN if (n, label, arm) in hide else str(block[label, arm].bit_count()) for arm in table.columns]
            table.rows.append((indent, label, tuple(cells)))
        if ready := draft.ready.get(n - numbers[0]):
            table.rows.append(ready)
    return table


def _arms(frame: pd.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(sorted(frame[column].dropna().unique()))


def disposition(study: Study, place: Mapping[str, int]) -> Draft:
    """Who was screened, enrolled and treated, and how they ended, by planned arm."""
    people = study.adsl.assign(arm=study.adsl["ARM"].fillna(NO_ARM))
    draft = Draft(
        Words(en="Disposition", zh="受试者处置"),
        Words(en="persons by planned arm", zh="按计划分组的人数"),
        _arms(people, "arm"),
    )
    for label, is_so in {
        "Screened": people["STUDYID"].notna(),
        "Screen failure": people["SCRNFFL"] == "Y",
        "Enrolled": people["ENRLFL"] == "Y",
        "Treated": people["SAFFL"] == "Y",
    }.items():
        draft.count({(0, label): people[is_so]}, "arm", place)
    ends = ("COMPLETED", "ONGOING", "DISCONTINUED")
    draft.count({(0, end.capitalize()): people[people["EOSSTT"] == end] for end in ends}, "arm", place)
    reasons = {(1, r.capitalize()): people[people["DCSREAS"] == r] for r in _arms(people, "DCSREAS")}
    if reasons:
        draft.count(reasons, "arm", place)
    return draft


def baseline(study: Study, place: Mapping[str, int]) -> Draft:
    """Table 1: age, sex, race and ethnicity by planned arm, of all who have an arm."""
    people = study.population("ITTFL")
    draft = Draft(
        Words(en="Baseline characteristics (Table 1)", zh="基线特征（表 1）"),
        Words(
            en="all with a planned arm; persons, or mean (standard deviation)",
            zh="全部已分组者；人数，或均值（标准差）",
        ),
        _arms(people, "TRT01P"),
    )
    draft.count({(0, "Persons"): people}, "TRT01P", place)
    ages = [people[people["TRT01P"] == arm]["AGE"] for arm in draft.arms]
    draft.ready[0] = (0, "Age (years)", _means(ages, study.min_cell))
    for name, words in (("AGEGR1", "Age group"), ("SEX", "Sex"), ("RACE", "Race"), ("ETHNIC", "Ethnicity")):
        values = people[name].fillna("NOT RECORDED")
        kinds = {(1, f"{words}: {v}"): people[values == v] for v in sorted(values.unique())}
        if kinds:
            draft.count(kinds, "TRT01P", place)
    return draft


def _means(arms: Iterable[pd.Series], min_cell: int) -> tuple[str, ...]:
    """Each arm's mean and that of all; the latter is hidden with an arm's, which could be worked out from the others."""
    values = [arm.dropna() for arm in arms]
    cells = [_mean(arm, min_cell) for arm in values]
    is_open = all(len(arm) >= min_cell for arm in values if len(arm))
    every = pd.concat(values) if values else pd.Series(dtype=float)
    return (*cells, _mean(every, min_cell) if is_open else HIDDEN)


def _mean(known: pd.Series, min_cell: int) -> str:
    if len(known) < min_cell:
        return HIDDEN
    return f"{known.mean():.1f} ({known.std():.1f})"


def adverse_events(study: Study, place: Mapping[str, int]) -> Draft:
    """Persons with a treatment-emergent event, by system organ class, term and the treatment they had."""
    people = study.population("SAFFL")
    events = study.adae[(study.adae["TRTEMFL"] == "Y") & study.adae["subject_key"].isin(people["subject_key"])]
    events = events.assign(
        soc=events["AEBODSYS"].fillna("Not coded"), term=events["AEDECOD"].fillna(events["AETERM"]).fillna("Not coded")
    )
    kinds: dict[tuple[int, str], pd.DataFrame] = {
        (0, "Safety population"): people,
        (0, "Any treatment-emergent event"): events,
        (0, "Any serious event"): events[events["AESER"] == "Y"],
        (0, "Any related event"): events[events["RELGR1"] == "RELATED"],
        (0, "Any severe event"): events[events["AESEV"] == "SEVERE"],
    }
    for soc, of_soc in sorted(events.groupby("soc"), key=lambda g: (-g[1]["subject_key"].nunique(), g[0])):
        kinds[0, str(soc)] = of_soc
        for term, of_term in sorted(of_soc.groupby("term"), key=lambda g: (-g[1]["subject_key"].nunique(), g[0])):
            kinds[1, f"{soc}: {term}"] = of_term
    draft = Draft(
        Words(en="Treatment-emergent adverse events", zh="治疗期不良事件"),
        Words(en="persons of the safety population by actual treatment", zh="安全性人群中按实际治疗的人数"),
        _arms(people, "TRT01A"),
    )
    for kind, rows in kinds.items():  # one person may stand in several rows, which so add up to nothing known
        draft.count({kind: rows}, "TRT01A", place)
    return draft


def exposure(study: Study) -> Table:
    """Duration, number and sum of doses by actual treatment."""
    sums = study.adex[study.adex["PARCAT1"] == "OVERALL"]
    arms = _arms(sums, "TRTA")
    table = Table(
        Words(en="Exposure", zh="暴露情况"),
        Words(en="mean (standard deviation) by actual treatment", zh="按实际治疗的均值（标准差）"),
        (*arms, TOTAL),
    )
    for param, rows in sorted(sums.groupby("PARAM")):
        doses = [rows[rows["TRTA"] == arm]["AVAL"] for arm in arms]
        table.rows.append((0, str(param), _means(doses, study.min_cell)))
    return table


def as_dict(table: Table) -> dict[str, Any]:
    """For the report's data file."""
    rows = [{"row": label, **dict(zip(table.columns, cells, strict=True))} for _, label, cells in table.rows]
    return {"title": table.title.model_dump(), "note": table.note.model_dump(), "rows": rows}
