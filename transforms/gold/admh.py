"""ADaM ADMH: medical history beside treatment."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.gold import _study as s
from transforms.gold._occurrences import ADSL, occurrences

READS = ()
READS_GOLD = ("adsl", "mh")


def admh(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per condition of `mh`. PREFL: it began before the first dose, or nothing says that it did not."""
    rows = occurrences(silver, "MH")
    is_before = F.coalesce(F.col("ASTDT") < F.col("TRTSDT"), F.lit(True))
    return rows.select(
        *s.WHO, "record_key", "STUDYID", "USUBJID", *ADSL, "TRTA", "MHSEQ", "MHTERM", "MHDECOD", "MHCODE", "MHCAT", "MHDTC",
        "MHSTDTC", "MHENDTC", "ASTDT", "ASTDTF", "AENDT", "AENDTF", "ASTDY", "AENDY", F.when(is_before, "Y").alias("PREFL"),
    )  # fmt: skip
