"""How many people each institution has, by sex and age band: the first question of every study."""

from collections.abc import Mapping, Sequence
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.gold._person import demographics

READS = ("patient",)
USES = ("year_only",)


def cohort_summary(silver: Mapping[str, DataFrame], *, as_of: date, year_only: Sequence[str] = ()) -> DataFrame:
    """One row per institution, sex and age band that has anybody in it.

    Reads patient. Returns institution, sex (administrative gender, "unknown" where not recorded), age_band (on `as_of`,
    of the dead at death), n_subjects (distinct patients of the institution). A person known to two institutions counts
    in each. No nulls; a combination that is absent has nobody. `year_only`: institutions that leave true years.
    """
    people = demographics(silver["patient"], as_of, year_only).groupBy("institution", "sex", "age_band")
    return people.agg(F.countDistinct("subject_key").alias("n_subjects"))
