from datetime import date

import pytest
from tables import rows

from transforms.gold.cohort_summary import cohort_summary


@pytest.mark.spark
def test_people_by_institution_sex_and_age_band(silver):
    tables = silver(
        patient="""
            institution | subject_key | gender | birth_date | birth_precision | is_over_89 | is_deceased | death_date | death_precision
            north       | s1          | female | 1980-01-15 | day             | false      | false       |            |
            north       | s2          | female | 1981-01-15 | day             |            |             |            |
            north       | s2          | female | 1981-01-15 | day             |            |             |            |
            north       | s3          | male   | 1990-01-15 | day             |            | true        | 2015-01-14 | day
            north       | s4          | male   | 1990-01-15 | day             |            | true        |            |
            north       | s5          |        |            |                 | true       |             |            |
            north       | s6          |        |            |                 |            |             |            |
            north       | s7          | male   | 2030-01-01 | day             |            |             |            |
            north       | s8          | other  | 2007-01-01 | day             |            |             |            |
            south       | s9          | male   | 1934-01-01 | year            |            |             |            |
            south       | s10         | male   | 2006-01-01 | year            |            |             |            |
            north       | s11         | other  | 2005-01-01 | year            |            |             |            |
            north       | s12         | other  | 1950-06-01 | month           |            | true        | 2020-01-01 | year
        """,
    )
    assert rows(cohort_summary(tables, as_of=date(2024, 6, 30), year_only=("south",))) == [
        ("north", "female", "40-49", 2),  # 1981 and up to 365 days later: at least 42
        ("north", "male", "18-29", 1),  # 24 at death
        ("north", "male", "unknown", 2),  # died on an unknown day; born after as_of
        ("north", "other", "0-17", 2),  # s11: 2005 was moved, so truly 2005 or 2006
        ("north", "other", "60-69", 1),  # both moved as their middle: 68 or more at death
        ("north", "unknown", "90+", 1),
        ("north", "unknown", "unknown", 1),
        ("south", "male", "0-17", 1),  # 17 or 18: no minor is shown as an adult
        ("south", "male", "80-89", 1),  # 89 or 90
    ]
