"""Whom each curated view covers, by institution and year: the counts of the public catalogue."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

READS = ()
READS_GOLD = ("cohort_summary", "drug_exposure", "trial_candidates")
ALL_YEARS = "all"


def dataset_coverage(silver: Mapping[str, DataFrame], *, as_of: date, **_: Any) -> DataFrame:
    """One row per curated view, institution and year in which anybody has a row, and one for all years together.

    Reads cohort_summary (n_subjects), drug_exposure (start_date), trial_candidates. Returns dataset, institution, year
    ("2024" by the shifted day; "unknown"; "all"), n_subjects (distinct patients of the institution). Views without a day of their
    own have only "all"; who is in criterion_result is who is in trial_candidates. Minors, whose rows are never published, are
    not counted where rows are.
    """
    drugs, candidates = silver["drug_exposure"], silver["trial_candidates"]
    year = F.coalesce(F.year("start_date").cast("string"), F.lit("unknown"))
    rows = _people(drugs, "drug_exposure", F.explode(F.array(F.lit(ALL_YEARS), year)))
    rows = rows.unionByName(_people(candidates, "trial_candidates", F.lit(ALL_YEARS)))
    cells = rows.groupBy("dataset", "institution", "year")
    whole = silver["cohort_summary"].groupBy("institution").agg(F.sum("n_subjects").alias("n_subjects"))
    named = whole.select(
        F.lit("cohort_summary").alias("dataset"), "institution", F.lit(ALL_YEARS).alias("year"), "n_subjects"
    )
    return cells.agg(F.countDistinct("subject_key").alias("n_subjects")).unionByName(named)


def _people(view: DataFrame, name: str, year: Column) -> DataFrame:
    adults = view.where(F.col("age_band") != "0-17")
    return adults.select(F.lit(name).alias("dataset"), "institution", "subject_key", year.alias("year")).distinct()
