"""SDTM DS: consent, entry into the trial, and how each participation ended."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.gold import _participants as p
from transforms.gold import _study as s
from transforms.gold import _terms as t

READS = (*p.READS, "observation")
READS_GOLD = ("dm",)
_ASKED = r"(?i)disposition|discontinu|end of (study|trial)|(study|trial) (completion|status|exit)|withdraw(al|n)|出组|退出|完成情况"
MILESTONE, EVENT = "PROTOCOL MILESTONE", "DISPOSITION EVENT"
_COLUMNS = (*s.WHO, "research_subject_key", "STUDYID", "DSTERM", "DSDECOD", "DSCAT", "DSSTDTC")


def ds(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per milestone and per end of a participation, those of an earlier screening too.

    The reason of an end is, in this order: an Observation whose name speaks of disposition, discontinuation or the end of
    the study; the reason in the extension ResearchSubject.progress; what FHIR's status says (ineligible, not-registered,
    or left without an arm: SCREEN FAILURE; withdrawn: WITHDRAWAL BY SUBJECT; off-study: DEATH where the person died by
    then, else COMPLETED, since nothing speaks against it).
    Returns DSTERM (as written), DSDECOD (C66727, C114118), DSCAT, DSSTDTC, DSSTDY.
    """
    part, dm = p.participations(silver), silver["dm"]
    consent = part.where("RFICDTC IS NOT NULL").select(*_milestone("INFORMED CONSENT OBTAINED", "RFICDTC"))
    entered = part.where("is_enrolled").select(*_milestone("ENTERED INTO TRIAL", "start_dtc"))
    said = _said(silver["observation"], dm)
    rows = consent.unionByName(entered).unionByName(_ends(part, dm, said))
    days = dm.select(*s.SUBJECT, s.exact(F.col("RFSTDTC")).alias("first"))
    rows = rows.join(days, on=list(s.SUBJECT), how="left")
    rows = s.numbered(rows, "DSSEQ", "DSSTDTC", "DSCAT", "research_subject_key", "DSDECOD")
    return rows.select(
        *s.WHO, "research_subject_key", "STUDYID", F.lit("DS").alias("DOMAIN"), F.col("subject_key").alias("USUBJID"),
        "DSSEQ", "DSTERM", "DSDECOD", "DSCAT", "DSSTDTC",
        s.study_day(s.exact(F.col("DSSTDTC")), F.col("first")).alias("DSSTDY"),
    )  # fmt: skip


def _milestone(word: str, day: str) -> list[Column]:
    terms = [F.lit(word).alias("DSTERM"), F.lit(word).alias("DSDECOD"), F.lit(MILESTONE).alias("DSCAT")]
    return [*(F.col(c) for c in (*s.WHO, "research_subject_key", "STUDYID")), *terms, F.col(day).alias("DSSTDTC")]


def _said(observation: DataFrame, dm: DataFrame) -> DataFrame:
    """One row per participation (the one in `dm`) whose end an Observation speaks of: the last that does."""
    asked = F.rlike(F.concat_ws(" ", "code_display", "code_text"), F.lit(_ASKED))
    words = F.coalesce("value_display", "value_string", "value_code")
    rows = observation.where(asked & words.isNotNull() & ~F.col("status").isin("entered-in-error", "cancelled"))
    rows = rows.select(
        "institution", "subject_key", "observation_key", words.alias("words"), s.dtc("effective").alias("on")
    )
    rows = s.of_study(rows, dm, key="observation_key", text="on")
    last = F.max(F.struct("on", "observation_key", "words"))
    rows = rows.groupBy(*s.SUBJECT, "research_subject_key").agg(last.alias("last"))
    return rows.select(*s.SUBJECT, "research_subject_key", "last.words", "last.on")


def _ends(part: DataFrame, dm: DataFrame, said: DataFrame) -> DataFrame:
    person = dm.select(*s.SUBJECT, "DTHDTC", "DTHFL", F.col("RFXSTDTC").isNotNull().alias("is_treated"))
    rows = part.join(person, on=list(s.SUBJECT), how="left")
    rows = rows.join(said, on=[*s.SUBJECT, "research_subject_key"], how="left")
    rows = rows.where(F.col("status").isin(*p.ENDED) | F.col("words").isNotNull())
    is_in = F.col("is_enrolled") | F.coalesce("is_treated", F.lit(False))
    has_died = (F.col("DTHFL") == "Y") & F.coalesce(s.first_day(F.col("DTHDTC")) <= F.col("exit_date"), F.lit(True))
    by_status = (
        F.when(F.col("status").isin(*p.NOT_ENROLLED) | F.col("has_screen_failed") | ~is_in, "SCREEN FAILURE")
        .when(has_died, "DEATH")
        .when(F.col("status") == "withdrawn", "WITHDRAWAL BY SUBJECT")
        .otherwise("COMPLETED")
    )
    words = F.coalesce("words", "reason")
    rows = rows.withColumn("DSTERM", F.coalesce(words, F.col("status")))
    rows = rows.withColumn("DSDECOD", F.coalesce(t.disposition(words), by_status))
    rows = rows.withColumn("DSCAT", F.lit(EVENT)).withColumn("DSSTDTC", F.coalesce("end_dtc", "on"))
    return rows.select(*_COLUMNS)
