"""SDTM DM: who the subjects of each study are."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.gold import _participants as p
from transforms.gold import _study as s
from transforms.gold import _terms as t
from transforms.gold._person import OVER_89, age_on, is_dead

READS = (*p.READS, "observation")
# LOINC: what a subject said of age, race and ethnicity where the record of the person says nothing.
_AGES = ("30525-0", "21612-7", "29553-5", "63900-5")
_RACES, _ETHNICITIES = ("32624-9", "72826-1"), ("69490-1", "42784-9")
COLUMNS = (
    *s.WHO, "research_subject_key", "n_participations", "entry_date", "exit_date", "STUDYID", "DOMAIN", "USUBJID", "SUBJID",
    "RFSTDTC", "RFENDTC", "RFXSTDTC", "RFXENDTC", "RFICDTC", "RFPENDTC", "DTHDTC", "DTHFL", "SITEID", "AGE", "AGEU",
    "AGEIMPFL", "SEX", "RACE", "ETHNIC", "ARM", "ACTARM", "ARMNRS", "ENRLFL", "SBSTATUS", "NARMS", "DATEPREC",
)  # fmt: skip


def dm(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per subject and study: everybody with a ResearchSubject that is more than a candidate's.

    Returns the variables of SDTMIG 3.4 DM, USUBJID (pseudonym of the institution's patient) and SUBJID (of the
    participation) as pseudonyms; RFSTDTC and RFXSTDTC the first exposure, RFXENDTC and RFENDTC the last; ARM and ACTARM
    by name as delivered (ACTARM: the planned one of a treated subject where the source does not say), ARMNRS why there
    is none; AGE (years) at consent, else at the begin of the participation, AGEIMPFL Y where the date of birth was
    imputed or the age is "90 or more". Not of CDISC: the keys; n_participations; entry_date and exit_date, within which
    records that name no study are taken for its; ENRLFL (has an arm, was treated, or is on a study without arms);
    SBSTATUS (FHIR's status); NARMS (arms of the study); DATEPREC (DAY or YEAR: how exactly the institution's dates are
    kept).
    """
    subject = p.subjects(silver)
    given = p.doses(silver, subject).where("is_exposure").groupBy(*s.SUBJECT)
    exposure = given.agg(
        F.min("EXSTDTC").alias("RFXSTDTC"),
        F.max(F.coalesce("EXENDTC", "EXSTDTC")).alias("RFXENDTC"),
        F.lit(True).alias("is_treated"),
    )
    rows = subject.join(exposure, on=list(s.SUBJECT), how="left")
    rows = rows.join(_persons(silver["patient"]), on=["institution", "subject_key"], how="left")
    rows = rows.join(_asked(silver["observation"], subject), on=["institution", "subject_key"], how="left")
    rows = rows.withColumn("is_treated", F.coalesce("is_treated", F.lit(False)))
    rows = rows.withColumn("ACTARM", F.coalesce("actual_arm", F.when(F.col("is_treated"), F.col("arm"))))
    rows = rows.withColumn("ARMNRS", _no_arm())
    age, is_imputed = _age()
    return rows.select(
        *s.WHO, "research_subject_key", "n_participations", "entry_date", "exit_date", "STUDYID",
        F.lit("DM").alias("DOMAIN"),
        F.col("subject_key").alias("USUBJID"),
        F.col("research_subject_key").alias("SUBJID"),
        F.col("RFXSTDTC").alias("RFSTDTC"),
        F.col("RFXENDTC").alias("RFENDTC"),
        "RFXSTDTC", "RFXENDTC", "RFICDTC",
        F.when(F.col("status").isin(*p.ENDED), F.col("end_dtc")).alias("RFPENDTC"),
        "DTHDTC",
        F.when(F.col("is_dead"), "Y").alias("DTHFL"),
        "SITEID",
        age.alias("AGE"),
        F.when(age.isNotNull(), "YEARS").alias("AGEU"),
        F.when(is_imputed & age.isNotNull(), "Y").alias("AGEIMPFL"),
        "SEX",
        F.coalesce("RACE", t.term(t.RACE, F.col("said_race"))).alias("RACE"),
        F.coalesce("ETHNIC", t.term(t.ETHNIC, F.col("said_ethnic"))).alias("ETHNIC"),
        F.col("arm").alias("ARM"), "ACTARM", "ARMNRS",
        s.flag(F.col("is_enrolled") | F.col("is_treated")).alias("ENRLFL"),
        F.col("status").alias("SBSTATUS"),
        F.nullif(F.size("arms"), F.lit(0)).alias("NARMS"),
        F.when(F.length(F.coalesce("RFXSTDTC", "RFICDTC", "start_dtc")) == 4, "YEAR").otherwise("DAY").alias("DATEPREC"),
    )  # fmt: skip


def _persons(patient: DataFrame) -> DataFrame:
    return patient.select(
        "institution",
        "subject_key",
        t.lookup(F.col("gender"), t.SEX).alias("SEX"),
        t.term(t.RACE, F.col("race_code")).alias("RACE"),
        t.term(t.ETHNIC, F.col("ethnicity_code")).alias("ETHNIC"),
        F.col("managing_organization_key").alias("SITEID"),
        s.dtc("birth").alias("birth"),
        F.coalesce("is_over_89", F.lit(False)).alias("is_over_89"),
        is_dead().alias("is_dead"),
        s.dtc("death").alias("DTHDTC"),
    )


def _asked(observation: DataFrame, subject: DataFrame) -> DataFrame:
    """One row per person who was asked: the first age, race and ethnicity among the observations."""
    codes = _AGES + _RACES + _ETHNICITIES
    who = subject.select("institution", "subject_key").distinct()
    rows = observation.where(F.col("code").isin(*codes) & (F.col("status") != "entered-in-error"))
    rows = rows.join(who, on=["institution", "subject_key"], how="leftsemi")
    words = F.coalesce(F.col("value_code"), F.col("value_string"))

    def first(value: Column, of: tuple[str, ...]) -> Column:
        return F.min_by(value, F.when(F.col("code").isin(*of) & value.isNotNull(), F.col("effective_date")))

    return rows.groupBy("institution", "subject_key").agg(
        first(F.coalesce(F.col("value").cast("int"), F.col("value_integer")), _AGES).alias("said_age"),
        first(words, _RACES).alias("said_race"),
        first(words, _ETHNICITIES).alias("said_ethnic"),
    )


def _age() -> tuple[Column, Column]:
    """(completed years, whether imputed). Of a partial date of birth the middle: 1 July, the 15th."""
    at = F.coalesce(s.first_day(F.col("RFICDTC")), F.col("entry_date"), s.first_day(F.col("RFXSTDTC")))
    text = F.col("birth")
    middle = F.when(F.length(text) == 4, F.concat(text, F.lit("-07-01"))).when(
        F.length(text) == 7, F.concat(text, F.lit("-15"))
    )
    from_birth = age_on(at, F.to_date(F.coalesce(middle, text)))
    is_old = F.coalesce("is_over_89", F.lit(False))
    age = F.when(is_old, OVER_89).otherwise(F.coalesce("said_age", from_birth))
    return age, is_old | (F.col("said_age").isNull() & (F.length(text) < 10))


def _no_arm() -> Column:
    """ARMNRS, C142179: why a subject has no planned arm, or did not follow it."""
    has_left = F.col("status").isin(*p.ENDED)
    return (
        F.when(F.col("arm").isNotNull() & F.col("ACTARM").isNull() & has_left, "ASSIGNED, NOT TREATED")
        .when(F.col("is_enrolled") | F.col("is_treated"), F.lit(None))
        .when(F.col("has_screen_failed") | has_left, "SCREEN FAILURE")
        .otherwise("NOT ASSIGNED")
    )
