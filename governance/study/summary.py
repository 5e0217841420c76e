"""The tables of a study report: who took part, how they ended, what happened to them, with small cells hidden.

Everything counts persons of the curated tables, which come as pandas frames. A table is rows of cells; a count is hidden
where `governance.suppression` says so, and shown exactly elsewhere: the report stays where the grade of the tables lets it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from governance.grades import Words
from governance.suppression import Cell, suppress

HIDDEN = "–"
TOTAL = "Total"
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


def counted(cells: Mapping[Cell, int], min_cell: int) -> dict[Cell, str]:
    """The cells as they may be shown: small ones, and those that would give a small one away, hidden."""
    hidden = suppress(cells, min_cell=min_cell).cells
    return {cell: HIDDEN if cell in hidden else str(n) for cell, n in cells.items()}


def _by_arm(
    table: Table,
    labels: Iterable[tuple[int, str]],
    count: Callable[[str, str], int],
    arms: Iterable[str],
    min_cell: int,
) -> Table:
    """Fill a table whose rows each count other persons; its last column is the total, hidden with its parts."""
    rows, arms = list(labels), list(arms)
    shown = counted({(label, arm): count(label, arm) for _, label in rows for arm in arms}, min_cell)
    return _filled(table, rows, count, arms, min_cell, shown)


def _overlapping(
    table: Table,
    labels: Iterable[tuple[int, str]],
    count: Callable[[str, str], int],
    arms: Iterable[str],
    min_cell: int,
) -> Table:
    """As `_by_arm` where one person may stand in several rows, so that the rows do not add up to anything known."""
    rows, arms = list(labels), list(arms)
    shown: dict[Cell, str] = {}
    for _, label in rows:
        shown |= counted({(label, arm): count(label, arm) for arm in arms}, min_cell)
    return _filled(table, rows, count, arms, min_cell, shown)


def _filled(
    table: Table, rows: Iterable[tuple[int, str]], count: Callable[[str, str], int], arms: Iterable[str], min_cell: int,
    shown: Mapping[Cell, str],
) -> Table:  # fmt: skip
    for indent, label in rows:
        parts = [shown[label, arm] for arm in arms]
        n = sum(count(label, arm) for arm in arms)
        total = HIDDEN if 0 < n < min_cell or parts.count(HIDDEN) == 1 else str(n)
        table.rows.append((indent, label, (*parts, total)))
    return table


def _arms(frame: pd.DataFrame, column: str) -> list[str]:
    return sorted(frame[column].dropna().unique())


def disposition(study: Study) -> Table:
    """Who was screened, enrolled and treated, and how they ended, by planned arm."""
    people = study.adsl.assign(arm=study.adsl["ARM"].fillna(NO_ARM))
    arms = _arms(people, "arm")
    kinds: dict[str, pd.Series] = {
        "Screened": people["STUDYID"].notna(),
        "Screen failure": people["SCRNFFL"] == "Y",
        "Enrolled": people["ENRLFL"] == "Y",
        "Treated": people["SAFFL"] == "Y",
        "Completed": people["EOSSTT"] == "COMPLETED",
        "Ongoing": people["EOSSTT"] == "ONGOING",
        "Discontinued": people["EOSSTT"] == "DISCONTINUED",
    }
    reasons = {f"{reason.capitalize()}": people["DCSREAS"] == reason for reason in _arms(people, "DCSREAS")}
    every = kinds | reasons
    table = Table(
        Words(en="Disposition", zh="受试者处置"),
        Words(en="persons by planned arm", zh="按计划分组的人数"),
        (*arms, TOTAL),
    )
    labels = [(0, k) for k in kinds] + [(1, r) for r in reasons]
    return _by_arm(table, labels, lambda k, arm: int((every[k] & (people["arm"] == arm)).sum()), arms, study.min_cell)


def baseline(study: Study) -> Table:
    """Table 1: age, sex, race and ethnicity by planned arm, of all who have an arm."""
    people = study.population("ITTFL")
    arms = _arms(people, "TRT01P")
    table = Table(
        Words(en="Baseline characteristics (Table 1)", zh="基线特征（表 1）"),
        Words(
            en="all with a planned arm; persons, or mean (standard deviation)",
            zh="全部已分组者；人数，或均值（标准差）",
        ),
        (*arms, TOTAL),
    )
    size = {"Persons": people["STUDYID"].notna()}
    _by_arm(table, [(0, "Persons")], _counter(people, "TRT01P", size), arms, study.min_cell)
    groups = [people[people["TRT01P"] == arm] for arm in arms]
    table.rows.append((0, "Age (years)", tuple(_mean(g["AGE"], study.min_cell) for g in (*groups, people))))
    for name, words in (("AGEGR1", "Age group"), ("SEX", "Sex"), ("RACE", "Race"), ("ETHNIC", "Ethnicity")):
        values = people[name].fillna("NOT RECORDED")
        kinds = {f"{words}: {v}": values == v for v in sorted(values.unique())}
        _by_arm(table, [(1, k) for k in kinds], _counter(people, "TRT01P", kinds), arms, study.min_cell)
    return table


def _counter(people: pd.DataFrame, column: str, kinds: Mapping[str, pd.Series]) -> Callable[[str, str], int]:
    return lambda kind, arm: int((kinds[kind] & (people[column] == arm)).sum())


def _mean(values: pd.Series, min_cell: int) -> str:
    known = values.dropna()
    if len(known) < min_cell:
        return HIDDEN
    return f"{known.mean():.1f} ({known.std():.1f})"


def adverse_events(study: Study) -> Table:
    """Persons with a treatment-emergent event, by system organ class, term and the treatment they had."""
    people = study.population("SAFFL")
    arms = _arms(people, "TRT01A")
    events = study.adae[study.adae["TRTEMFL"] == "Y"]
    events = events.assign(
        soc=events["AEBODSYS"].fillna("Not coded"), term=events["AEDECOD"].fillna(events["AETERM"]).fillna("Not coded")
    )
    kinds: dict[tuple[int, str], pd.DataFrame] = {
        (0, "Any treatment-emergent event"): events,
        (0, "Any serious event"): events[events["AESER"] == "Y"],
        (0, "Any related event"): events[events["RELGR1"] == "RELATED"],
        (0, "Any severe event"): events[events["AESEV"] == "SEVERE"],
    }
    for soc, of_soc in sorted(events.groupby("soc"), key=lambda g: (-g[1]["subject_key"].nunique(), g[0])):
        kinds[0, str(soc)] = of_soc
        for term, of_term in sorted(of_soc.groupby("term"), key=lambda g: (-g[1]["subject_key"].nunique(), g[0])):
            kinds[1, f"{soc}: {term}"] = of_term
    count = {
        (label, arm): int(rows[rows["TRT01A"] == arm]["subject_key"].nunique())
        for (_, label), rows in kinds.items()
        for arm in arms
    }
    table = Table(
        Words(en="Treatment-emergent adverse events", zh="治疗期不良事件"),
        Words(en="persons of the safety population by actual treatment", zh="安全性人群中按实际治疗的人数"),
        (*arms, TOTAL),
    )
    return _overlapping(table, kinds, lambda label, arm: count[label, arm], arms, study.min_cell)


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
        cells = [_mean(rows[rows["TRTA"] == arm]["AVAL"], study.min_cell) for arm in arms]
        table.rows.append((0, str(param), (*cells, _mean(rows["AVAL"], study.min_cell))))
    return table


def as_dict(table: Table) -> dict[str, Any]:
    """For the report's data file."""
    rows = [{"row": label, **dict(zip(table.columns, cells, strict=True))} for _, label, cells in table.rows]
    return {"title": table.title.model_dump(), "note": table.note.model_dump(), "rows": rows}
