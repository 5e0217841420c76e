"""SDTM EX: the study drug, dose by dose or period by period."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.gold import _participants as p
from transforms.gold import _study as s

READS = p.READS


def ex(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per MedicationAdministration of study drug; see `_participants.doses` for what is one.

    Returns EXTRT, EXDOSE in EXDOSU, EXROUTE, EXOCCUR (N: was to be given and was not; null: not known), EXREASOC (code
    of the reason), EXSTDTC, EXENDTC (a moment ends when it starts; null while a period goes on), EXSTDY, EXENDY, and
    is_exposure, whether the subject was exposed by it.
    """
    subject = p.subjects(silver)
    rows = p.doses(silver, subject)
    rows = s.numbered(rows, "EXSEQ", "EXSTDTC", "at", "record_key")
    first = F.min(F.when(F.col("is_exposure"), F.col("EXSTDTC"))).over(s.within_subject())
    start, end = s.exact(F.col("EXSTDTC")), s.exact(F.col("EXENDTC"))
    return rows.withColumn("first", s.exact(first)).select(
        *s.WHO, "record_key", "is_exposure", "STUDYID", F.lit("EX").alias("DOMAIN"), F.col("subject_key").alias("USUBJID"),
        "EXSEQ", "EXTRT", "EXDOSE", "EXDOSU", "EXROUTE", "EXOCCUR", "EXREASOC", "EXSTDTC", "EXENDTC",
        s.study_day(start, F.col("first")).alias("EXSTDY"),
        s.study_day(end, F.col("first")).alias("EXENDY"),
    )  # fmt: skip
