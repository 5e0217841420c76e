"""ADaM ADCM: other drugs beside treatment."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.gold import _study as s
from transforms.gold._occurrences import ADSL, occurrences

READS = ()
READS_GOLD = ("adsl", "cm")


def adcm(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per drug of `cm`. PREFL: it began before the first dose; ONTRTFL: it was or may have been taken under treatment.

    Without an end it may go on, so it counts as taken under treatment unless it began after the last dose.
    """
    rows = occurrences(silver, "CM")
    begins_late = F.coalesce(F.col("ASTDT") > F.col("TRTEDT"), F.lit(False))
    ends_early = F.coalesce(F.col("AENDT") < F.col("TRTSDT"), F.lit(False))
    is_on = F.col("TRTSDT").isNotNull() & ~begins_late & ~ends_early
    return rows.select(
        *s.WHO, "record_key", "STUDYID", "USUBJID", *ADSL, "TRTA", "CMSEQ", "CMTRT", "CMDECOD", "CMCODE", "CMCAT", "CMDOSE",
        "CMDOSU", "CMROUTE", "CMSTDTC", "CMENDTC", "ASTDT", "ASTDTF", "AENDT", "AENDTF", "ASTDY", "AENDY",
        F.when(F.col("ASTDT") < F.col("TRTSDT"), "Y").alias("PREFL"), F.when(is_on, "Y").alias("ONTRTFL"),
    )  # fmt: skip
