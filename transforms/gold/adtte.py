"""ADaM ADTTE: time from the first dose to the first event of each kind that is declared here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.gold import _study as s
from transforms.gold._findings import ADSL

READS = ()
READS_GOLD = ("adsl", "adae")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: which rows of ADAE are one, as SQL, and what the parameter is called."""

    code: str
    name: str
    events: str


# To look at another kind, add a line. TTDE is the primary safety question of CDISC's pilot study (CDISCPILOT01, define.xml).
KINDS = (
    Kind("TTAE", "Time to First Treatment-Emergent AE", "TRUE"),
    Kind("TTSAE", "Time to First Serious TEAE", "AESER = 'Y'"),
    Kind("TTRAE", "Time to First Related TEAE", "RELGR1 = 'RELATED'"),
    Kind("TTSEVAE", "Time to First Severe TEAE", "AESEV = 'SEVERE' OR AETOXGR IN ('3', '4', '5')"),
    Kind(
        "TTDE",
        "Time to First Dermatologic Event",
        "UPPER(AEDECOD) RLIKE 'APPLICATION|DERMATITIS|ERYTHEMA|BLISTER'"
        " OR (UPPER(AEBODSYS) = 'SKIN AND SUBCUTANEOUS TISSUE DISORDERS'"
        " AND UPPER(AEDECOD) NOT IN ('COLD SWEAT', 'HYPERHIDROSIS', 'ALOPECIA'))",
    ),
)


def adtte(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per treated subject and parameter: the kinds above, TTDEATH (death) and TTDISC (discontinuation).

    Returns STARTDT (first dose), ADT (event, else the last day on which it could have been seen: end of the
    participation, else the last day with a record), AVAL = ADT - STARTDT + 1 in days, CNSR (0 event, 1 censored), EVNTDESC,
    CNSDTDSC (what a censored time ends with). Only treatment-emergent events with a day count; who has no STARTDT or ADT
    to the day is left out.
    """
    people = silver["adsl"].where("SAFFL = 'Y' AND TRTSDT IS NOT NULL")
    people = people.withColumn("seen", F.greatest(F.coalesce("EOSDT", "LSTALVDT"), F.col("TRTSDT")))
    events = silver["adae"].where("TRTEMFL = 'Y' AND ASTDT IS NOT NULL")
    firsts = [F.min(F.when(F.expr(kind.events), F.col("ASTDT"))).alias(kind.code) for kind in KINDS]
    people = people.join(events.groupBy(*s.SUBJECT).agg(*firsts), on=list(s.SUBJECT), how="left")
    is_out = F.col("EOSSTT") == "DISCONTINUED"
    last = F.when(F.col("DTHFL") == "Y", F.greatest("seen", "DTHDT")).otherwise(F.col("seen"))
    parts = [_parameter(people, k.code, k.name, F.col(k.code), F.col("seen")) for k in KINDS]
    parts += [
        _parameter(people, "TTDEATH", "Time to Death", F.col("DTHDT"), last),
        _parameter(people, "TTDISC", "Time to Discontinuation", F.when(is_out, F.col("EOSDT")), F.col("seen")),
    ]
    rows = reduce(DataFrame.unionByName, parts)
    return rows.where("ADT IS NOT NULL")


def _parameter(people: DataFrame, code: str, name: str, event: Column, seen: Column) -> DataFrame:
    day, has = F.coalesce(event, seen), event.isNotNull()
    ended = F.when(F.col("EOSDT").isNotNull(), "END OF PARTICIPATION").otherwise("LAST RECORD")
    return people.select(
        *s.WHO, "STUDYID", "USUBJID", *ADSL, F.col("TRT01P").alias("TRTP"), F.col("TRT01A").alias("TRTA"),
        F.lit(code).alias("PARAMCD"), F.lit(f"{name} (days)").alias("PARAM"),
        (F.datediff(day, "TRTSDT") + 1).cast("double").alias("AVAL"),
        F.when(has, 0).otherwise(1).alias("CNSR"),
        F.col("TRTSDT").alias("STARTDT"), day.alias("ADT"),
        F.when(has, F.lit(name.upper().removeprefix("TIME TO "))).alias("EVNTDESC"),
        F.when(~has, ended).alias("CNSDTDSC"),
    )  # fmt: skip
