"""Counts by institution add up to evaluate's; columns of other rows are joined without a row too many; defects are caught."""

from datetime import date

import pytest
from tables import frame
from test_engines import CASES, ROWS, SCHEMA, sheet

from benchmarks.quality_defects import CLEAN, DEFECTS, judged, seed
from expectations.by_institution import Job, count
from expectations.context import with_context
from expectations.evaluate import evaluate
from expectations.sheet import RuleSheet, load_sheets
from expectations.vocabulary import EXPECTATIONS

pytestmark = pytest.mark.spark
AS_OF = date(2025, 1, 1)


def test_the_sums_over_institutions_are_the_counts_of_the_table(spark):
    rows = [(*row, "ab"[n % 2]) for n, row in enumerate(ROWS)]
    table = spark.createDataFrame(rows, SCHEMA + ", institution string")
    tables = {"silver/other": spark.createDataFrame([("x",), ("x",), ("y",), (None,)], "id string")}
    rules = sheet([c[:3] for c in CASES])
    row_rules = [r for r in rules.rules if r.args.is_row_rule]
    assert {r.expect for r in row_rules} == {e for e, kind in EXPECTATIONS.items() if kind.is_row_rule}

    found = count([Job(rules, table)], as_of=AS_OF, read=tables.get)

    whole = {r.rule_id: (r.checked, r.failed) for r in evaluate(rules, table, as_of=AS_OF, read=tables.get)}
    sums = {r.id: tuple(map(sum, zip(*(c.get(r.id, (0, 0)) for c in found.values()), strict=True))) for r in row_rules}
    assert sums == {r.id: whole[r.id] for r in row_rules}
    assert {i for _, i in found} == {"a", "b"}


@pytest.fixture(scope="module")
def silver(spark):
    """Two patients who are one person, two visits, a measurement in each and one in a visit that nobody has."""
    patient = frame(spark, PATIENT, """
        institution | patient_key | subject_key | person_key | gender | birth_date | birth_precision | is_deceased
        a           | p1          | p1          | x          | female | 1950-06-01 | day             | false
        b           | p2          | p2          | x          | male   | 1950-01-01 | year            | false
    """)  # fmt: skip
    encounter = frame(spark, ENCOUNTER, """
        institution | encounter_key | subject_key | start_date | start_precision | end_date   | end_precision
        a           | e1            | p1          | 2020-03-01 | day             | 2020-03-03 | day
        b           | e2            | p2          | 2020-01-01 | year            | 2020-01-01 | year
    """)  # fmt: skip
    observation = frame(spark, OBSERVATION, """
        institution | observation_key | subject_key | encounter_key | effective_date | effective_precision
        a           | o1              | p1          | e1            | 2020-03-02     | day
        a           | o2              | p1          | e2            | 1950-01-01     | year
        b           | o3              | p2          | gone          | 1949-12-31     | day
    """)  # fmt: skip
    return {"silver/patient": patient, "silver/encounter": encounter, "silver/observation": observation}


PATIENT = {
    **dict.fromkeys(["institution", "patient_key", "subject_key", "person_key", "gender"], "string"),
    **dict.fromkeys(["birth_precision", "death_precision"], "string"),
    **dict.fromkeys(["birth_date", "death_date"], "date"), **dict.fromkeys(["is_deceased", "is_over_89"], "boolean"),
}  # fmt: skip
ENCOUNTER = {
    **dict.fromkeys(["institution", "encounter_key", "subject_key", "start_precision", "end_precision"], "string"),
    **dict.fromkeys(["start_date", "end_date"], "date"),
}
OBSERVATION = {
    **dict.fromkeys(
        ["institution", "observation_key", "subject_key", "encounter_key", "effective_precision"], "string"
    ),
    "effective_date": "date",
}


def only(table: str, *rules: str) -> RuleSheet:
    sheet = load_sheets()[table]
    return sheet.model_copy(update={"rules": tuple(r for r in sheet.rules if r.id in rules)})


def test_a_row_is_judged_by_its_patient_and_its_visit(spark, silver):
    """Years are compared as years: 1950 is not before June 1950, and the last day of 1949 is."""
    names = ("is_not_before_birth", "is_of_the_patient_of_its_visit", "is_within_its_visit")
    rules = only("silver/observation", *(f"observation_{name}" for name in names))
    with_both = with_context(rules, silver["silver/observation"], silver.get)
    assert with_both.count() == 3
    found = {r.rule_id: (r.checked, r.failed) for r in evaluate(rules, with_both, as_of=AS_OF, read=silver.get)}
    assert found == {
        "observation_is_not_before_birth": (3, 1),
        "observation_is_of_the_patient_of_its_visit": (2, 1),
        "observation_is_within_its_visit": (2, 1),
    }


def test_one_person_has_one_sex_in_all_institutions(spark, silver):
    rules = only(
        "silver/patient", "patient_sex_agrees_across_institutions", "patient_birth_year_agrees_across_institutions"
    )
    found = evaluate(rules, with_context(rules, silver["silver/patient"], silver.get), as_of=AS_OF, read=silver.get)
    assert [(r.checked, r.failed) for r in found] == [(2, 2), (2, 0)]


def test_without_the_other_table_nothing_is_judged(spark, silver):
    rules = only("silver/observation", "observation_is_not_before_birth")
    (found,) = evaluate(rules, with_context(rules, silver["silver/observation"], {}.get), as_of=AS_OF, read={}.get)
    assert found.status == "not_applicable"


def test_seeded_defects_are_caught_and_clean_rows_are_not_flagged(spark, silver, monkeypatch):
    """A small part of benchmarks/quality_defects.py."""
    names = (
        "diagnosis before birth",
        "visit of another patient",
        "procedure before birth",
        "visit that ends before it starts",
    )
    rules = (
        "observation_is_not_before_birth", "observation_is_of_the_patient_of_its_visit", "encounter_end_is_not_before_start",
        "observation_is_within_its_visit",
    )  # fmt: skip
    tables = {
        "patient": [patient(k) for k in "abcdef"], "encounter": [encounter(k) for k in "abcdef"],
        "observation": [observation(k) for k in "abcdef"],
    }  # fmt: skip
    defects = [d for d in DEFECTS if d.name in names and d.table in tables]
    schemas = {name: silver[f"silver/{name}"].schema for name in tables}
    sheets = {t: only(t, *rules) for t in ("silver/encounter", "silver/observation")}
    monkeypatch.setattr("benchmarks.quality_defects.load_sheets", lambda: sheets)

    seeded = seed(tables, defects)
    found = judged(spark, schemas, seeded, AS_OF)

    assert seeded.not_placed == ()
    assert {tag for tag, _ in found} == {d.name for d in defects}
    assert sum(tags.count(CLEAN) for tags in seeded.tags.values()) >= 14


def patient(key):
    return dict.fromkeys(PATIENT) | {
        "institution": "a", "patient_key": key, "subject_key": key, "person_key": key, "birth_date": date(1950, 1, 1), "gender": "male"
    }  # fmt: skip


def encounter(key):
    return dict.fromkeys(ENCOUNTER) | {
        "institution": "a", "encounter_key": f"e-{key}", "subject_key": key, "start_date": date(2020, 3, 1),
        "start_precision": "day", "end_date": date(2020, 3, 2), "end_precision": "day",
    }  # fmt: skip


def observation(key):
    return {
        "institution": "a", "observation_key": f"o-{key}", "subject_key": key, "encounter_key": f"e-{key}",
        "effective_precision": "day", "effective_date": date(2020, 3, 1),
    }  # fmt: skip
