# ruff: noqa: E501 -- a row of a table is one line
from datetime import date

import pytest
from tables import rows

from transforms.gold.drug_exposure import drug_exposure

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("few_rows")]
RX = "http://www.nlm.nih.gov/research/umls/rxnorm"


@pytest.fixture(scope="module")
def exposures(silver):
    tables = silver(
        patient="""
            institution | subject_key | person_key | gender | birth_date | birth_precision
            north       | s1          | P1         | female | 1980-01-15 | day
        """,
        medication_request=f"""
            institution | subject_key | medication_request_key | status           | intent   | medication_code | medication_system | authored_date | authored_precision
            north       | s1          | r1                     | completed        | order    | 6809            | {RX}              | 2020-01-01    | day
            north       | s1          | r2                     | stopped          | order    | 6809            | {RX}              |               |
            north       | s1          | r3                     | cancelled        | order    | 6809            | {RX}              | 2020-01-01    | day
            north       | s1          | r4                     | draft            | order    | 6809            | {RX}              | 2020-01-01    | day
            north       | s1          | r5                     | entered-in-error | order    | 6809            | {RX}              | 2020-01-01    | day
            north       | s1          | r6                     | unknown          | order    | 6809            | {RX}              | 2020-01-01    | day
            north       | s1          | r7                     | active           | proposal | 6809            | {RX}              | 2020-01-01    | day
            north       | s1          | r8                     | active           | order    | 6809            | {RX}              | 2025-01-01    | day
            north       | s9          | r9                     | active           | order    | 6809            | {RX}              | 2020-01-01    | day
        """,
        medication=f"""
            institution | medication_key | code | code_system | code_display | code_all
            north       | m_drug         | 860975 | {RX}      | Metformin    | 860975
            south       | m_drug         | 1    | {RX}        | another one  | 1
        """,
        medication_administration="""
            institution | subject_key | medication_administration_key | status           | start_date | end_date   | dose_value | dose_unit | study_key | request_key | medication_key | medication_code | medication_code_all
            north       | s1          | a1                            | completed        | 2020-01-02 | 2020-01-03 | 500        | mg        | T1        | r1          |                |                 |
            north       | s1          | a2                            | stopped          | 2020-01-02 |            | 500        | mg        |           |             | m_drug         |                 |
            north       | s1          | a3                            | not-done         | 2020-01-02 |            |            |           |           | r2          |                |                 |
            north       | s1          | a4                            | entered-in-error | 2020-01-02 |            |            |           |           | r2          |                |                 |
        """,
    )
    return drug_exposure(tables, as_of=date(2024, 6, 30)).persist()


def test_what_was_never_ordered_or_given_is_no_exposure(exposures):
    assert rows(exposures, "drug_exposure_key", "source") == [
        ("a1", "administration"), ("a2", "administration"), ("r1", "request"), ("r2", "request"), ("r9", "request"),
    ]  # fmt: skip


def test_each_drug_counts_once_by_its_best_evidence(exposures):
    counted = rows(exposures.where("is_counted_once"), "drug_exposure_key")
    assert counted == [("a1",), ("a2",), ("r2",), ("r9",)], "r1 was given as a1; a dose not given fulfils nothing"


def test_dates_dose_and_trial_are_carried(exposures):
    names = (
        "drug_code",
        "start_date",
        "start_precision",
        "end_date",
        "dose_value",
        "dose_unit",
        "study_key",
        "request_key",
    )
    start = date(2020, 1, 2)
    assert rows(exposures.where("drug_exposure_key = 'a1'"), *names) == [
        (None, start, None, date(2020, 1, 3), 500.0, "mg", "T1", "r1")
    ]
    assert rows(exposures.where("drug_exposure_key = 'r1'"), *names) == [
        ("6809", date(2020, 1, 1), "day", None, None, None, None, None)
    ]


def test_an_exposure_without_its_patient_stays(exposures):
    assert rows(exposures.where("drug_exposure_key = 'r9'"), "sex", "age_band") == [("unknown", "unknown")]


def test_a_drug_is_named_by_the_medication_record_of_its_institution(exposures):
    named = rows(exposures.where("drug_exposure_key = 'a2'"), "drug_code", "drug_system", "drug_display")
    assert named == [("860975", RX, "Metformin")]
