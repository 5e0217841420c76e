from datetime import date

import pytest
from tables import frame, rows

from transforms.gold.dataset_coverage import dataset_coverage

PEOPLE = {"institution": "string", "subject_key": "string", "age_band": "string"}


@pytest.mark.spark
def test_people_of_each_view_by_institution_and_year(spark):
    """Two drugs of s1 in one year count once; a drug of no day is of an unknown year; the minor s3 is in no published row."""
    tables = {
        "drug_exposure": frame(spark, PEOPLE | {"start_date": "date"}, """
            institution | subject_key | age_band | start_date
            north       | s1          | 30-39    | 2023-05-01
            north       | s1          | 30-39    | 2023-07-01
            north       | s2          | 40-49    | 2024-01-01
            north       | s3          | 0-17     | 2024-01-01
            south       | s4          | 90+      |
            """),
        "trial_candidates": frame(spark, PEOPLE, """
            institution | subject_key | age_band
            north       | s1          | 30-39
            north       | s1          | 30-39
            """),
        "cohort_summary": frame(spark, {"institution": "string", "sex": "string", "n_subjects": "bigint"}, """
            institution | sex    | n_subjects
            north       | female | 2
            north       | male   | 1
            """),
    }  # fmt: skip
    assert rows(dataset_coverage(tables, as_of=date(2024, 6, 30))) == [
        ("cohort_summary", "north", "all", 3),
        ("drug_exposure", "north", "2023", 1),
        ("drug_exposure", "north", "2024", 1),
        ("drug_exposure", "north", "all", 2),
        ("drug_exposure", "south", "all", 1),
        ("drug_exposure", "south", "unknown", 1),
        ("trial_candidates", "north", "all", 1),
    ]
