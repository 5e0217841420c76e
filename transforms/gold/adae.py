"""ADaM ADAE: adverse events beside treatment."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.gold import _study as s
from transforms.gold import _terms as t
from transforms.gold._occurrences import ADSL, is_emergent, occurrences

READS = ()
READS_GOLD = ("adsl", "ae")


def adae(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per adverse event of `ae`; see `_occurrences` for days, imputation and TRTEMFL.

    Returns also RELGR1 (RELATED: possibly or more; NOT RELATED; null where the source's word is none of the known ones),
    AOCCFL (the subject's first treatment-emergent event), AOCCPFL (its first of this AEDECOD).
    """
    rows = occurrences(silver, "AE").withColumn("TRTEMFL", is_emergent())
    related = F.when(F.col("AEREL").isin(*t.RELATED), "RELATED").when(F.col("AEREL").isin(*t.UNRELATED), "NOT RELATED")
    place = F.when(F.col("TRTEMFL") == "Y", F.struct(F.coalesce("ASTDT", F.lit("9999-12-31").cast("date")), "AESEQ"))
    first = F.min(place).over(s.within_subject())["AESEQ"]
    of_term = F.min(place).over(s.within_subject("AEDECOD"))["AESEQ"]
    return rows.select(
        *s.WHO, "record_key", "STUDYID", "USUBJID", *ADSL, "TRTA", "AESEQ", "AETERM", "AEDECOD", "AEPTCD", "AEBODSYS",
        "AESEV", "AETOXGR", "AESER", "AESDTH", "AEREL", related.alias("RELGR1"), "AEOUT", "AESTDTC", "AEENDTC", "ASTDT",
        "ASTDTF", "AENDT", "AENDTF", "ASTDY", "AENDY", (F.datediff("AENDT", "ASTDT") + 1).alias("ADURN"), "TRTEMFL",
        F.when(F.col("AESEQ") == first, "Y").alias("AOCCFL"), F.when(F.col("AESEQ") == of_term, "Y").alias("AOCCPFL"),
    )  # fmt: skip
