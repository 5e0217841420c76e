"""ADaM ADEX: exposure to the study drug, dose by dose and in all."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.gold import _study as s
from transforms.gold._findings import ADSL

READS = ()
READS_GOLD = ("adsl", "ex")


def adex(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per dose that was taken (PARAMCD DOSE), and per subject its sums.

    Returns PARAMCD, PARAM, PARCAT1 (INDIVIDUAL or OVERALL), AVAL: DOSE the dose, in AVALU; NDOSE how many doses; CUMDOSE
    all doses together, per unit; TRTDURD days of treatment. ASTDT, AENDT: the dose's own days, of a sum the treatment's.
    """
    taken = silver["ex"].where("is_exposure").drop("STUDYID", "USUBJID", "person_key")
    adsl = silver["adsl"].select(*s.WHO, "STUDYID", "USUBJID", *ADSL, "TRTDURD")
    rows = taken.join(adsl, on=list(s.SUBJECT), how="inner")
    start, start_flag = s.imputed_start(F.col("EXSTDTC"), F.col("TRTSDT"))
    end, end_flag = s.imputed_end(F.col("EXENDTC"), F.col("TRTSDT"), F.col("TRTEDT"))
    single = rows.select(
        *_who(), "record_key", "EXSEQ", "EXTRT", *_value("DOSE", "Dose", "INDIVIDUAL", F.col("EXDOSE"), F.col("EXDOSU")),
        *_days(start, start_flag, end, end_flag),
    )  # fmt: skip
    none = F.lit(None).cast("string")
    of_treatment = _days(F.col("TRTSDT"), none, F.col("TRTEDT"), none)
    nobody = [none.alias("record_key"), F.lit(None).cast("int").alias("EXSEQ"), none.alias("EXTRT")]
    doses = rows.groupBy(*s.SUBJECT).agg(F.count("*").cast("double").alias("n"))
    sums = rows.where("EXDOSE IS NOT NULL").groupBy(*s.SUBJECT, "EXDOSU").agg(F.sum("EXDOSE").alias("n"))

    def of_all(found: DataFrame, *value: Column) -> DataFrame:
        return found.join(adsl, on=list(s.SUBJECT), how="inner").select(*_who(), *nobody, *value, *of_treatment)

    count = of_all(doses, *_value("NDOSE", "Number of doses", "OVERALL", F.col("n"), none))
    total = of_all(sums, *_value("CUMDOSE", "Cumulative dose", "OVERALL", F.col("n"), F.col("EXDOSU")))
    days = doses.where("n > 0").drop("n")
    length = of_all(
        days, *_value("TRTDURD", "Duration of treatment", "OVERALL", F.col("TRTDURD").cast("double"), F.lit("d"))
    )
    return single.unionByName(count).unionByName(total).unionByName(length)


def _who() -> list[Column]:
    return [F.col(c) for c in (*s.WHO, "STUDYID", "USUBJID", *ADSL)] + [F.col("TRT01A").alias("TRTA")]


def _value(code: str, name: str, kind: str, value: Column, unit: Column) -> list[Column]:
    shown = F.concat(F.lit(name), F.coalesce(F.concat(F.lit(" ("), unit, F.lit(")")), F.lit("")))
    return [
        F.lit(code).alias("PARAMCD"), shown.alias("PARAM"), F.lit(kind).alias("PARCAT1"), value.alias("AVAL"), unit.alias("AVALU"),
    ]  # fmt: skip


def _days(start: Column, start_flag: Column, end: Column, end_flag: Column) -> list[Column]:
    return [
        start.alias("ASTDT"), start_flag.alias("ASTDTF"), end.alias("AENDT"), end_flag.alias("AENDTF"),
        s.study_day(start, F.col("TRTSDT")).alias("ASTDY"), s.study_day(end, F.col("TRTSDT")).alias("AENDY"),
    ]  # fmt: skip
