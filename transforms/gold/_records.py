"""Diagnoses, drugs and procedures in one form, and what was loaded of them at all."""

from collections.abc import Mapping
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.gold._drugs import named
from transforms.gold.drug_exposure import is_given, is_ordered, is_taken

PATIENT = ("institution", "subject_key")
_DRUG = ("medication_code_all", "medication_system_all", "medication_code", "medication_system")
_NOT_CONDITIONS = ("refuted", "entered-in-error")
_NOT_PROCEDURES = ("preparation", "not-done", "entered-in-error")
# Under way, of MedicationRequest, MedicationAdministration and MedicationStatement.
_NOW = ("active", "in-progress")


def records(silver: Mapping[str, DataFrame]) -> DataFrame:
    """One row per condition, prescription, administration, statement of a drug and procedure.

    Returns institution, subject_key, kind, codings (array of struct(code, system)), is_valid, is_sure, is_now (null:
    its status does not say), day, precision, key. Not valid: refuted, not done, cancelled, entered in error. Not sure:
    provisional, differential, unconfirmed, of unknown status. A condition that says nothing of its verification counts as
    confirmed, and a resolved one as had.
    """
    drugs = [
        _drugs(
            silver["medication_request"], is_ordered(silver["medication_request"]), "authored", "medication_request_key"
        ),
        _drugs(silver["medication_administration"], is_given(), "start", "medication_administration_key"),
        _drugs(silver["medication_statement"], is_taken(), "start", "medication_statement_key"),
    ]
    with_codes = named(reduce(DataFrame.unionByName, drugs), silver["medication"])
    codes = tuple(name for name in with_codes.columns if name.startswith("medication_"))
    taken = with_codes.withColumn("codings", codings(*_DRUG)).drop(*codes)
    return reduce(DataFrame.unionByName, [_conditions(silver["condition"]), taken, _procedures(silver["procedure"])])


def loaded_codes(found: DataFrame) -> DataFrame:
    """What was loaded at all: institution and `loaded`, the kind of record and "kind|code system" of each coding."""
    kind = F.col("kind")
    of_systems = F.transform("codings", lambda one: F.concat_ws("|", kind, F.coalesce(one["system"], F.lit(""))))
    each = F.explode(F.array_distinct(F.concat(F.array(kind), of_systems)))
    return (
        found.select("institution", each.alias("loaded"))
        .groupBy("institution")
        .agg(F.collect_set("loaded").alias("loaded"))
    )


def codings(codes: str, systems: str, code: str, system: str) -> Column:
    """All codings of a concept, array of struct(code, system).

    The two arrays are read side by side, so only where they are equally long: a coding without a system may have left
    its array shorter. Then only the first coding is used, which is always whole.
    """
    first = F.array(F.struct(F.col(code).alias("code"), F.col(system).alias("system")))
    pairs = F.zip_with(codes, systems, lambda x, y: F.struct(x.alias("code"), y.alias("system")))
    are_equal = (F.size(codes) > 0) & (F.size(codes) == F.size(systems))
    return F.when(F.coalesce(are_equal, F.lit(False)), pairs).otherwise(first)


def _conditions(condition: DataFrame) -> DataFrame:
    verification, onset = F.col("verification_status"), F.col("onset_date").isNotNull()
    return condition.select(
        *PATIENT,
        F.lit("condition").alias("kind"),
        codings("code_all", "system_all", "code", "code_system").alias("codings"),
        (~F.coalesce(verification.isin(*_NOT_CONDITIONS), F.lit(False))).alias("is_valid"),
        F.coalesce(verification == "confirmed", F.lit(True)).alias("is_sure"),
        F.lit(None).cast("boolean").alias("is_now"),
        F.coalesce("onset_date", "recorded_date").alias("day"),
        F.when(onset, F.col("onset_precision")).otherwise(F.col("recorded_precision")).alias("precision"),
        F.col("condition_key").alias("key"),
    )


def _drugs(frame: DataFrame, is_exposure: Column, time: str, key: str) -> DataFrame:
    """Valid are exposures, and, as not sure, those whose status is unknown."""
    is_unknown = F.coalesce(F.col("status") == "unknown", F.lit(False))
    return frame.select(
        *PATIENT,
        F.lit("medication").alias("kind"),
        *_DRUG,
        "medication_key",
        (is_exposure | is_unknown).alias("is_valid"),
        is_exposure.alias("is_sure"),
        F.when(~is_unknown, F.col("status").isin(*_NOW)).alias("is_now"),
        F.col(f"{time}_date").alias("day"),
        F.col(f"{time}_precision").alias("precision"),
        F.col(key).alias("key"),
    )


def _procedures(procedure: DataFrame) -> DataFrame:
    is_done = F.coalesce(F.col("status").isin("completed", "in-progress", "stopped"), F.lit(False))
    return procedure.select(
        *PATIENT,
        F.lit("procedure").alias("kind"),
        codings("code_all", "system_all", "code", "code_system").alias("codings"),
        (~F.coalesce(F.col("status").isin(*_NOT_PROCEDURES), F.lit(False))).alias("is_valid"),
        is_done.alias("is_sure"),
        F.lit(None).cast("boolean").alias("is_now"),
        F.col("performed_date").alias("day"),
        F.col("performed_precision").alias("precision"),
        F.col("procedure_key").alias("key"),
    )
