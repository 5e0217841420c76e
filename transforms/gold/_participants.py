"""Who takes part in a study, and what of the study drug they were given: what `dm` and `ex` are made from.

Only records of the institution that delivered the study count: what a hospital knows of the same person was not
collected in the trial.
"""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.gold import _study as s
from transforms.gold import _terms as t
from transforms.gold._drugs import named

# FHIR R4 research-subject-status: a candidate has not been asked yet, so is no subject.
NOT_YET = ("candidate", "potential-candidate")
ON_STUDY = ("on-study", "on-study-intervention", "on-study-observation", "follow-up", "pending-on-study")
OFF_STUDY = ("off-study", "withdrawn")
NOT_ENROLLED = ("ineligible", "not-registered")
ENDED = OFF_STUDY + NOT_ENROLLED
_PATIENT = ("institution", "subject_key")
_GIVEN = ("in-progress", "on-hold", "completed", "stopped")
READS = ("patient", "research_study", "research_subject", "consent", "medication", "medication_administration")


def participations(silver: Mapping[str, DataFrame]) -> DataFrame:
    """One row per ResearchSubject that is more than a candidate: a person who is screened again has two.

    Returns WHO, research_subject_key, STUDYID (the study's first identifier), status, arm and actual_arm (null where
    the source says that there is none), has_screen_failed (it says so in place of an arm), is_enrolled (has an arm, or is
    or was on a study that has no arms), reason (as written), entry_date and exit_date (first day it may have begun, last
    it may have ended; null while it goes on), RFICDTC,
    start_dtc, end_dtc, arms and drugs of the study.
    """
    subject = silver["research_subject"].where(~F.col("status").isin(*NOT_YET) & F.col("study_key").isNotNull())
    rows = subject.join(_studies(silver["research_study"]), on=["institution", "study_key"], how="left")
    rows = _with_consent(rows, silver["consent"])
    of_study = F.max(_arm("assigned_arm").isNotNull()).over(Window.partitionBy("institution", "study_key"))
    is_in = ~(F.coalesce(F.size("arms") > 0, F.lit(False)) | of_study) & F.col("status").isin(*ON_STUDY, *OFF_STUDY)
    return rows.select(
        *s.WHO,
        "research_subject_key",
        F.coalesce("STUDYID", "study_key").alias("STUDYID"),
        "status",
        _arm("assigned_arm").alias("arm"),
        _arm("actual_arm").alias("actual_arm"),
        F.coalesce(F.rlike("assigned_arm", F.lit(t.SCREEN_FAILED)), F.lit(False)).alias("has_screen_failed"),
        (_arm("assigned_arm").isNotNull() | is_in).alias("is_enrolled"),
        F.coalesce(_last("progress_reason_text_all"), _last("progress_reason_code_all")).alias("reason"),
        F.coalesce(s.first_day(F.col("start_dtc")), s.first_day(F.col("RFICDTC"))).alias("entry_date"),
        s.last_possible(F.col("end_dtc")).alias("exit_date"),
        "RFICDTC",
        "start_dtc",
        "end_dtc",
        F.coalesce("arms", F.array().cast("array<string>")).alias("arms"),
        F.coalesce("drugs", F.array().cast("array<string>")).alias("drugs"),
    )


def _studies(study: DataFrame) -> DataFrame:
    none = F.array().cast("array<string>")
    words = [F.coalesce(F.col(c), none) for c in ("arm_name_all", "focus_text_all", "focus_code_all")]
    drugs = F.concat(*words, F.array("focus_display"))
    drugs = F.filter(F.transform(drugs, lambda x: F.lower(F.trim(x))), lambda x: F.length(x) >= 3)
    return study.select(
        "institution",
        "study_key",
        F.col("identifier_value").alias("STUDYID"),
        F.col("arm_name_all").alias("arms"),
        drugs.alias("drugs"),
    )


def _with_consent(rows: DataFrame, consent: DataFrame) -> DataFrame:
    """RFICDTC: the consent that the participation names, else the person's first to research."""
    rows = rows.select("*", s.dtc("start").alias("start_dtc"), s.dtc("end").alias("end_dtc"))
    given = consent.select("institution", "subject_key", "consent_key", "scope_code", s.dtc("given").alias("_given"))
    named = given.select("institution", "consent_key", F.col("_given").alias("_named"))
    research = given.where("scope_code = 'research'").groupBy("institution", "subject_key")
    rows = rows.join(named, on=["institution", "consent_key"], how="left")
    rows = rows.join(research.agg(F.min("_given").alias("_first")), on=["institution", "subject_key"], how="left")
    return rows.withColumn("RFICDTC", F.coalesce("_named", "_first"))


def _arm(name: str) -> Column:
    text = F.nullif(F.trim(F.col(name)), F.lit(""))
    return F.when(~F.rlike(text, F.lit(t.UNASSIGNED)), text)


def _last(name: str) -> Column:
    return F.try_element_at(F.filter(F.col(name), lambda x: x.isNotNull()), F.lit(-1))


def subjects(silver: Mapping[str, DataFrame]) -> DataFrame:
    """One row per subject and study: of several participations the one with an arm, then the one that began last."""
    order = [F.col("arm").isNull(), F.col("entry_date").desc_nulls_last(), F.col("research_subject_key")]
    rank = F.row_number().over(Window.partitionBy(*s.SUBJECT).orderBy(*order))
    every = F.count("*").over(Window.partitionBy(*s.SUBJECT)).cast("int")
    ranked = participations(silver).select("*", rank.alias("_rank"), every.alias("n_participations"))
    return ranked.where("_rank = 1").drop("_rank")


def _has_others(patient: DataFrame, subject: DataFrame) -> DataFrame:
    """The institutions with patients who take part in no study: institution, has_others."""
    others = patient.select(*_PATIENT).join(subject.select(*_PATIENT), on=list(_PATIENT), how="leftanti")
    return others.select("institution").distinct().withColumn("has_others", F.lit(True))


def doses(silver: Mapping[str, DataFrame], subject: DataFrame) -> DataFrame:
    """One row per administration of study drug that took place, did not (EXOCCUR N), or may have (null).

    It is study drug where the record names the study (extension workflow-researchStudy), or names no study and a drug
    that the study has in its focus or in the name of an arm. Where none of a study does, and the institution has no patients but
    subjects, every administration is: a sponsor sends what the study gave. `is_exposure`: at least part was given, and a dose of 0 is
    one of placebo (Source: ADaM define of CDISCPILOT01, TRTSDT).
    """
    name = F.coalesce("medication_text", "medication_display", "medication_code", "medication_key")
    given = silver["medication_administration"].where("status <> 'entered-in-error'")
    record = named(given, silver["medication"]).select(
        "institution",
        "subject_key",
        F.col("medication_administration_key").alias("record_key"),
        F.filter(F.array("study_key"), lambda x: x.isNotNull()).alias("studies"),
        F.col("status").alias("given_status"),
        name.alias("EXTRT"),
        F.array("medication_text", "medication_display", "medication_code").alias("_names"),
        F.col("dose_value").alias("EXDOSE"),
        F.col("dose_unit").alias("EXDOSU"),
        F.col("route_code").alias("EXROUTE"),
        F.col("status_reason_code").alias("EXREASOC"),
        s.dtc("start").alias("EXSTDTC"),
        F.when(F.col("is_period"), s.dtc("end")).otherwise(s.dtc("start")).alias("EXENDTC"),
        F.col("start_ts").alias("at"),
    )
    rows = s.of_study(record, subject, key="record_key", text="EXSTDTC", named="studies")
    words = F.filter(F.transform("_names", lambda x: F.lower(F.trim(x))), lambda x: F.length(x) >= 3)
    fits = F.exists(words, lambda w: F.exists("drugs", lambda d: F.contains(d, w) | F.contains(w, d)))
    rows = rows.withColumn("fits", (F.size("studies") > 0) | F.coalesce(fits, F.lit(False)))
    any_fits = F.max("fits").over(Window.partitionBy("institution", "study_key"))
    others = _has_others(silver["patient"], subject)
    rows = rows.withColumn("any_fits", any_fits).join(others, on="institution", how="left")
    is_all = ~F.col("any_fits") & F.col("has_others").isNull()
    rows = rows.where(F.col("fits") | is_all).drop("fits", "any_fits", "has_others")
    occurred = F.when(F.col("given_status").isin(*_GIVEN), "Y").when(F.col("given_status") == "not-done", "N")
    is_placebo = F.rlike(F.concat_ws(" ", "EXTRT", "actual_arm", "arm"), F.lit(t.PLACEBO))
    is_exposure = (F.col("EXOCCUR") == "Y") & ((F.coalesce("EXDOSE", F.lit(1.0)) > 0) | is_placebo)
    return rows.withColumn("EXOCCUR", occurred).withColumn("is_exposure", F.coalesce(is_exposure, F.lit(False)))
