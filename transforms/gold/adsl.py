"""ADaM ADSL: one row a subject of a study, with treatment, populations, dates and how the participation ended."""

from collections.abc import Mapping
from datetime import date
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.gold import _study as s
from transforms.gold.ds import EVENT

READS = ()
READS_GOLD = ("dm", "ds", "ex", "ae", "lb", "vs")
_DAYS = {"ex": ("EXSTDTC", "EXENDTC"), "ae": ("AESTDTC",), "lb": ("LBDTC",), "vs": ("VSDTC",), "ds": ("DSSTDTC",)}


def adsl(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per subject and study of `dm`; screen failures stay in, outside every population but that of the screened.

    Returns the variables of ADaMIG 1.3, 3.2. SAFFL: exposed at least once; ENRLFL: has an arm, was treated, or is on a
    study without arms; RANDFL and ITTFL: assigned to an arm of a study that has more than one, and to any arm. TRT01P and
    TRT01A: the arm as planned, and as followed by those who were treated. TRTSDT, TRTEDT: first and last exposure (a
    period that is open ended with the participation, TRTEDTF Y; null while it goes on); TRTDURD in days, both ends in.
    EOSSTT: COMPLETED, DISCONTINUED or ONGOING of the enrolled, DCSREAS why, EOSDT when. DTHFL: the person's record, the
    disposition or a fatal adverse event says so. LSTALVDT: the last day with a record of the subject, not after death.
    Days are null where the institution keeps years only (DATEPREC).
    """
    dm = silver["dm"]
    rows = dm.join(_ends(silver["ds"]), on=[*s.SUBJECT, "research_subject_key"], how="left")
    rows = rows.join(_exposed(silver["ex"]), on=list(s.SUBJECT), how="left")
    rows = rows.join(_fatal(silver["ae"]), on=list(s.SUBJECT), how="left")
    rows = rows.join(_last_seen(silver), on=list(s.SUBJECT), how="left")
    none = F.lit(None).cast("date")
    start, start_flag = s.imputed_start(F.col("RFXSTDTC"), none)
    death = F.coalesce(s.imputed_start(F.col("DTHDTC"), none)[0], s.exact(F.col("fatal_dtc")))
    is_safe = F.col("n_exposures") > 0
    is_enrolled = F.col("ENRLFL") == "Y"
    has_died = (F.col("DTHFL") == "Y") | F.col("is_fatal") | (F.col("DSDECOD") == "DEATH")
    rows = rows.select(
        "*",
        start.alias("TRTSDT"),
        start_flag.alias("TRTSDTF"),
        s.exact(F.coalesce("DSSTDTC", "RFPENDTC")).alias("EOSDT"),
        s.exact(F.col("RFICDTC")).alias("RFICDT"),
        death.alias("DTHDT"),
        F.when(has_died, "Y").alias("dead"),
        s.flag(is_safe).alias("SAFFL"),
        s.flag(F.col("ARM").isNotNull()).alias("ITTFL"),
        s.flag(F.col("ARM").isNotNull() & (F.col("NARMS") > 1)).alias("RANDFL"),
        F.when(is_enrolled & (F.col("DSDECOD") == "COMPLETED"), "COMPLETED")
        .when(is_enrolled & F.col("DSDECOD").isNotNull(), "DISCONTINUED")
        .when(is_enrolled, "ONGOING")
        .alias("EOSSTT"),
        s.flag((F.col("ENRLFL") == "N") & (F.coalesce("DSDECOD", "ARMNRS") == "SCREEN FAILURE")).alias("SCRNFFL"),
    )
    is_open = (F.col("open_dtc") >= F.col("RFXENDTC")) & is_safe
    rows = rows.withColumn("is_open", F.coalesce(is_open, F.lit(False)))
    is_open = F.col("is_open")
    ended = F.when(is_open, F.col("EOSDT")).otherwise(s.imputed_end(F.col("RFXENDTC"), none)[0])
    end_flag = F.when(is_open & F.col("EOSDT").isNotNull(), "Y").when(
        ~is_open, s.imputed_end(F.col("RFXENDTC"), none)[1]
    )
    rows = rows.withColumn("TRTEDT", ended).withColumn("TRTEDTF", end_flag)
    return rows.select(
        *s.WHO, "research_subject_key", "n_participations", "STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "AGEU",
        "AGEIMPFL", _age_group().alias("AGEGR1"), "SEX", "RACE", "ETHNIC", "SCRNFFL", "ENRLFL", "RANDFL", "ITTFL", "SAFFL",
        "ARM", "ACTARM", F.col("ARM").alias("TRT01P"), F.when(F.col("SAFFL") == "Y", F.col("ACTARM")).alias("TRT01A"),
        "RFICDT", "TRTSDT", "TRTSDTF", "TRTEDT", "TRTEDTF",
        (F.datediff("TRTEDT", "TRTSDT") + 1).alias("TRTDURD"),
        "EOSSTT", "EOSDT", F.when(F.col("EOSSTT") == "DISCONTINUED", F.col("DSDECOD")).alias("DCSREAS"),
        F.col("dead").alias("DTHFL"), "DTHDT",
        F.least(F.col("last_seen"), F.col("DTHDT")).alias("LSTALVDT"),
        "DATEPREC",
    )  # fmt: skip


def _ends(ds: DataFrame) -> DataFrame:
    """How the participation in `dm` ended; there is at most one such event of each."""
    rows = ds.where(F.col("DSCAT") == EVENT)
    return rows.select(*s.SUBJECT, "research_subject_key", "DSDECOD", "DSSTDTC")


def _exposed(ex: DataFrame) -> DataFrame:
    is_open = F.col("EXENDTC").isNull() & F.col("EXSTDTC").isNotNull()
    return (
        ex.where("is_exposure")
        .groupBy(*s.SUBJECT)
        .agg(F.count("*").alias("n_exposures"), F.max(F.when(is_open, F.col("EXSTDTC"))).alias("open_dtc"))
    )


def _fatal(ae: DataFrame) -> DataFrame:
    """Whether a subject had a fatal event, and the day on which it ended."""
    rows = ae.where("AEOUT = 'FATAL' OR AESDTH = 'Y'").groupBy(*s.SUBJECT)
    return rows.agg(F.lit(True).alias("is_fatal"), F.max("AEENDTC").alias("fatal_dtc"))


def _last_seen(tables: Mapping[str, DataFrame]) -> DataFrame:
    days = [tables[n].select(*s.SUBJECT, s.exact(F.col(c)).alias("day")) for n, cs in _DAYS.items() for c in cs]
    every = reduce(DataFrame.unionByName, days)
    return every.groupBy(*s.SUBJECT).agg(F.max("day").alias("last_seen"))


def _age_group() -> Column:
    """Bands of the EU and US registries of results: 18-64, 65-84 and over."""
    age = F.col("AGE")
    return F.when(age < 18, "<18").when(age < 65, "18-64").when(age < 85, "65-84").when(age.isNotNull(), ">=85")
