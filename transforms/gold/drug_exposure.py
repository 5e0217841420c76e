"""Drugs that patients were ordered or given, from prescriptions and administrations alike."""

from collections.abc import Mapping, Sequence
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.gold._drugs import named
from transforms.gold._person import with_demographics

READS = ("patient", "medication", "medication_request", "medication_administration")
USES = ("year_only",)

# FHIR R4 medicationrequest-status: "cancelled" was withdrawn before anything was given, "draft" may not be acted on
# yet, "unknown" may be either of these.
REQUEST_STATUSES = ("active", "on-hold", "completed", "stopped")
# FHIR R4 medicationrequest-intent: "proposal" and "plan" authorise nothing, "option" is one of several choices.
REQUEST_INTENTS = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
# FHIR R4 medication-admin-status without "not-done", "entered-in-error" and "unknown". A stopped or held infusion was
# given in part.
ADMINISTRATION_STATUSES = ("in-progress", "on-hold", "completed", "stopped")
# FHIR R4 medication-statement-status without "intended" (nothing was taken yet), "not-taken", "entered-in-error" and
# "unknown". Statements are no rows of this table: what a patient says they take is often what was ordered, too.
STATEMENT_STATUSES = ("active", "on-hold", "completed", "stopped")

_COLUMNS = (
    "drug_exposure_key", "institution", "subject_key", "person_key", "source", "drug_code", "drug_system",
    "drug_display", "start_date", "start_ts", "start_precision", "end_date", "status", "dose_value", "dose_unit",
    "study_key", "encounter_key", "request_key", "is_counted_once", "sex", "age_band",
)  # fmt: skip


def drug_exposure(silver: Mapping[str, DataFrame], *, as_of: date, year_only: Sequence[str] = ()) -> DataFrame:
    """One row per exposure: a prescription that could be acted on, or a drug that was given in part or whole.

    Reads medication_request (order intents; not cancelled, draft, entered-in-error or unknown; not "do not perform"),
    medication_administration (not not-done, entered-in-error or unknown) and patient. Both start on or before `as_of`,
    or on a day that is not known; and medication, for what a drug is that has no code of its own.
    Returns drug_exposure_key (the resource's key), source (request, administration), drug_code + drug_system (first
    coding), start_date (authored, administered) with start_ts (UTC) and start_precision, end_date (null for a request,
    and for an administration at one moment), status, dose_value in dose_unit, study_key (administrations in a trial),
    encounter_key, request_key (the request that an administration fulfils), sex and age_band (on `as_of`).
    A drug that was ordered and given is two rows: `is_counted_once` is false for a request with at least one
    administration in this table, so `where is_counted_once` counts each drug by its best evidence.
    `year_only`: institutions that leave true years.
    Source: FHIR R4 value sets as named above; OMOP CDM 5.4 drug_exposure, which takes orders, dispensings and
    administrations side by side and leaves the telling apart to their type, here `source`.
    """
    requests = _requests(silver["medication_request"], as_of)
    administrations = _administrations(silver["medication_administration"], as_of)
    fulfilled = (
        administrations.select("institution", F.col("request_key").alias("drug_exposure_key")).dropna().distinct()
    )
    is_fulfilled = F.coalesce(F.col("is_fulfilled"), F.lit(False))
    requests = requests.join(
        fulfilled.withColumn("is_fulfilled", F.lit(True)), on=["institution", "drug_exposure_key"], how="left"
    ).withColumn("is_counted_once", ~is_fulfilled)
    rows = requests.unionByName(administrations.withColumn("is_counted_once", F.lit(True)), allowMissingColumns=True)
    rows = named(rows, silver["medication"])
    drug = {f"drug_{part}": F.col(f"medication_{part}") for part in ("code", "system", "display")}
    return with_demographics(rows.withColumns(drug), silver["patient"], as_of, year_only).select(*_COLUMNS)


def is_ordered(frame: DataFrame) -> Column:
    """Whether a silver/medication_request row lets the patient have the drug; reads do_not_perform if there is one."""
    is_order = F.col("status").isin(*REQUEST_STATUSES) & F.col("intent").isin(*REQUEST_INTENTS)
    if "do_not_perform" in frame.columns:
        is_order &= ~F.coalesce(F.col("do_not_perform"), F.lit(False))
    return F.coalesce(is_order, F.lit(False))


def is_given() -> Column:
    """Whether a silver/medication_administration row says that at least part of the drug was given."""
    return F.coalesce(F.col("status").isin(*ADMINISTRATION_STATUSES), F.lit(False))


def is_taken() -> Column:
    """Whether a silver/medication_statement row says that the patient takes or took the drug."""
    return F.coalesce(F.col("status").isin(*STATEMENT_STATUSES), F.lit(False))


def _by(as_of: date, day: str) -> Column:
    return F.col(day).isNull() | (F.col(day) <= F.lit(as_of))


def _requests(request: DataFrame, as_of: date) -> DataFrame:
    return request.where(is_ordered(request) & _by(as_of, "authored_date")).select(
        *_shared("medication_request_key", "request"),
        F.col("authored_date").alias("start_date"),
        F.col("authored_ts").alias("start_ts"),
        F.col("authored_precision").alias("start_precision"),
        F.lit(None).cast("date").alias("end_date"),
        F.lit(None).cast("string").alias("study_key"),
        F.lit(None).cast("string").alias("request_key"),
    )


def _administrations(administration: DataFrame, as_of: date) -> DataFrame:
    return administration.where(is_given() & _by(as_of, "start_date")).select(
        *_shared("medication_administration_key", "administration"),
        "start_date",
        "start_ts",
        "start_precision",
        "end_date",
        "study_key",
        "request_key",
    )


def _shared(key: str, source: str) -> list[Column]:
    return [
        F.col(key).alias("drug_exposure_key"),
        F.col("institution"),
        F.col("subject_key"),
        F.col("person_key"),
        F.lit(source).alias("source"),
        *(F.col(f"medication_{part}") for part in ("key", "code", "system", "display", "code_all")),
        F.col("status"),
        F.col("dose_value").cast("double").alias("dose_value"),
        F.col("dose_unit"),
        F.col("encounter_key"),
    ]
