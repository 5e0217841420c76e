"""SDTM MH: what subjects had or have besides adverse events."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.gold import _study as s

READS = ("condition", "adverse_event")
READS_GOLD = ("dm",)


def mh(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per Condition of a subject that is neither void nor what an adverse event led to.

    Returns MHTERM (as written), MHDECOD (name of the first coding), MHCODE, MHCAT (category), MHSTDTC (onset, else when
    it was recorded as MHDTC only), MHENDTC, MHSTDY, MHENDY. One without a date is kept.
    """
    led = silver["adverse_event"].select("institution", F.explode("resulting_condition_keys").alias("condition_key"))
    condition = silver["condition"].where(
        "verification_status IS NULL OR verification_status NOT IN ('entered-in-error', 'refuted')"
    )
    condition = condition.join(led.distinct(), on=["institution", "condition_key"], how="leftanti")
    rows = condition.select(
        "institution",
        "subject_key",
        F.col("condition_key").alias("record_key"),
        F.coalesce("code_text", "code_display", "code").alias("MHTERM"),
        F.coalesce("code_display", "code_text").alias("MHDECOD"),
        F.col("code").alias("MHCODE"),
        F.upper("category_code").alias("MHCAT"),
        s.dtc("onset").alias("MHSTDTC"),
        s.dtc("abatement").alias("MHENDTC"),
        s.dtc("recorded").alias("MHDTC"),
    )
    rows = s.of_study(rows, silver["dm"], key="record_key", text="MHSTDTC", is_history=True)
    rows = s.numbered(rows, "MHSEQ", "MHSTDTC", "MHTERM", "record_key")
    first = s.exact(F.col("RFSTDTC"))
    return rows.select(
        *s.WHO, "record_key", "STUDYID", F.lit("MH").alias("DOMAIN"), "USUBJID", "MHSEQ", "MHTERM", "MHDECOD", "MHCODE",
        "MHCAT", "MHDTC", "MHSTDTC", "MHENDTC",
        s.study_day(s.exact(F.col("MHSTDTC")), first).alias("MHSTDY"),
        s.study_day(s.exact(F.col("MHENDTC")), first).alias("MHENDY"),
    )  # fmt: skip
