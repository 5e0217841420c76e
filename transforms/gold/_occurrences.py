"""What ADAE, ADCM and ADMH share: an occurrence with its days, imputed where partial, beside its subject's treatment.

Source: ADaM OCCDS 1.1; treatment-emergent as in ICH E9 (absent before treatment, or worse than before).
"""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.gold import _study as s

ADSL = (
    "SITEID", "TRT01P", "TRT01A", "TRTSDT", "TRTEDT", "EOSDT", "DTHDT", "SAFFL", "AGE", "AGEGR1", "SEX", "RACE",
)  # fmt: skip


def occurrences(silver: Mapping[str, DataFrame], domain: str) -> DataFrame:
    """The rows of an SDTM table with ADSL's variables, TRTA, ASTDT, ASTDTF, AENDT, AENDTF, ASTDY and AENDY.

    A partial start is the first dose where it may be that, else its first day; a partial end its last day, but not after
    the participation or the person's death. A start that is not known at all is not invented.
    """
    rows = silver[domain.lower()].join(silver["adsl"].select(*s.SUBJECT, *ADSL), on=list(s.SUBJECT), how="inner")
    began, ended = F.col(f"{domain}STDTC"), F.col(f"{domain}ENDTC")
    start, start_flag = s.imputed_start(began, F.col("TRTSDT"), ended)
    end, end_flag = s.imputed_end(ended, F.col("TRTSDT"), F.least("EOSDT", "DTHDT"))
    rows = rows.withColumns({"ASTDT": start, "ASTDTF": start_flag, "AENDT": end, "AENDTF": end_flag})
    rows = rows.withColumns(
        {
            "ASTDY": s.study_day(F.col("ASTDT"), F.col("TRTSDT")),
            "AENDY": s.study_day(F.col("AENDT"), F.col("TRTSDT")),
            "TRTA": F.col("TRT01A"),
        }
    )
    return rows


def is_emergent() -> Column:
    """Treatment-emergent: it began on or after the day of the first dose. The one place where this is decided.

    An event that was there before and grew worse under treatment is sent as a new event, which begins then, so it is
    one. Without any date it is one unless it ended before the first dose: what cannot be ruled out is counted. Nobody
    who was not treated has one; null where the days are not kept.
    """
    is_known = F.col("SAFFL") == "N"
    by_day = F.when(F.col("ASTDT").isNotNull(), F.col("ASTDT") >= F.col("TRTSDT")).when(
        F.col("AESTDTC").isNull(), F.coalesce(F.col("AENDT") >= F.col("TRTSDT"), F.lit(True))
    )
    decided = F.when(is_known, F.lit(False)).when(F.col("TRTSDT").isNotNull(), by_day)
    return F.when(decided, "Y").when(~decided, "N")
