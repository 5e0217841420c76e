"""The criteria of `trial_candidates` one below the other, for whoever filters and counts by criterion."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.changes import person

READS = ("patient",)
READS_GOLD = ("trial_candidates",)
_CRITERION = (
    "criterion_id", "kind", "label", "is_exclusion", "result", "part", "evidence_key", "evidence_date", "value", "unit",
    "value_code", "needs", "complete_until",
)  # fmt: skip


def again(
    before: Mapping[str, DataFrame], silver: Mapping[str, DataFrame], changed: Mapping[str, DataFrame | None], **_: Any
) -> DataFrame | None:
    """One row (person) per person whose rows in trial_candidates are others than `before`."""
    return changed.get("trial_candidates")


def criterion_result(
    silver: Mapping[str, DataFrame], *, as_of: date, only: DataFrame | None = None, **_: Any
) -> DataFrame:
    """One row per study, patient of an institution and criterion, of all patients or `only` of some persons.

    Returns study_key, institution, subject_key, person_key, criterion_number (1, 2, …, in the order of the study; 1 is "alive"), the
    members of trial_candidates.criteria as columns, as_of, sex and age_band. No two rows of a study and patient have the
    same criterion_id.
    """
    judged = silver["trial_candidates"]
    judged = judged if only is None else judged.join(only, person() == only["person"], "leftsemi")
    rows = judged.select("*", F.posexplode("criteria").alias("place", "one"))
    return rows.select(
        "study_key",
        "institution",
        "subject_key",
        "person_key",
        (F.col("place") + 1).alias("criterion_number"),
        *(F.col(f"one.{name}").alias(name) for name in _CRITERION),
        "as_of",
        "sex",
        "age_band",
    )
