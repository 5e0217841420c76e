"""SDTM CM: drugs that subjects took besides the study drug."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.gold import _study as s
from transforms.gold._drugs import named
from transforms.gold.drug_exposure import is_given, is_ordered
from transforms.silver.view import load_views

_STATEMENT = "medication_statement"
# Statements are read from the day on that silver has a view of them.
READS = (
    "medication",
    "medication_request",
    "medication_administration",
    *((_STATEMENT,) if _STATEMENT in load_views() else ()),
)
READS_GOLD = ("dm", "ex")
# FHIR R4 medication-statement-status without not-taken, entered-in-error and unknown.
_TAKEN = ("active", "completed", "on-hold", "stopped", "intended")


def cm(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per MedicationStatement, per order that could be acted on, and per administration that is no study drug.

    Returns CMTRT (as written), CMDECOD (name of the first coding), CMCODE, CMDOSE in CMDOSU, CMROUTE, CMCAT (STATEMENT,
    REQUEST, ADMINISTRATION: what the row rests on), CMSTDTC, CMENDTC, CMSTDY, CMENDY.
    """
    order = silver["medication_request"]
    rows = order.where(is_ordered(order)).select(
        *_shared("medication_request_key", "REQUEST"),
        s.dtc("authored").alias("CMSTDTC"),
        F.lit(None).cast("string").alias("CMENDTC"),  # an order does not say until when the drug was taken
    )
    study_drug = silver["ex"].select("institution", F.col("record_key").alias("medication_administration_key"))
    given = silver["medication_administration"].where(is_given())
    given = given.join(study_drug.distinct(), on=["institution", "medication_administration_key"], how="leftanti")
    rows = rows.unionByName(
        given.select(
            *_shared("medication_administration_key", "ADMINISTRATION"),
            s.dtc("start").alias("CMSTDTC"),
            F.when(F.col("is_period"), s.dtc("end")).otherwise(s.dtc("start")).alias("CMENDTC"),
        )
    )
    if _STATEMENT in silver:
        taken = (
            silver[_STATEMENT]
            .where(F.col("status").isin(*_TAKEN))
            .select(
                *_shared("medication_statement_key", "STATEMENT"),
                s.dtc("start").alias("CMSTDTC"),
                s.dtc("end").alias("CMENDTC"),
            )
        )
        rows = rows.unionByName(taken)
    name = F.coalesce("medication_text", "medication_display", "medication_code", "medication_key")
    rows = named(rows, silver["medication"]).withColumns(
        {
            "CMTRT": name,
            "CMDECOD": F.coalesce("medication_display", "medication_text"),
            "CMCODE": F.col("medication_code"),
        }
    )
    rows = s.of_study(rows, silver["dm"], key="record_key", text="CMSTDTC", is_history=True)
    rows = s.numbered(rows, "CMSEQ", "CMSTDTC", "CMTRT", "record_key")
    first = s.exact(F.col("RFSTDTC"))
    return rows.select(
        *s.WHO, "record_key", "STUDYID", F.lit("CM").alias("DOMAIN"), "USUBJID", "CMSEQ", "CMTRT", "CMDECOD", "CMCODE",
        "CMCAT", "CMDOSE", "CMDOSU", "CMROUTE", "CMSTDTC", "CMENDTC",
        s.study_day(s.exact(F.col("CMSTDTC")), first).alias("CMSTDY"),
        s.study_day(s.exact(F.col("CMENDTC")), first).alias("CMENDY"),
    )  # fmt: skip


def _shared(key: str, source: str) -> list[Column]:
    return [
        F.col("institution"),
        F.col("subject_key"),
        F.col(key).alias("record_key"),
        *(F.col(f"medication_{part}") for part in ("key", "code", "code_all", "display", "text")),
        F.lit(source).alias("CMCAT"),
        F.col("dose_value").alias("CMDOSE"),
        F.col("dose_unit").alias("CMDOSU"),
        F.col("route_code").alias("CMROUTE"),
    ]
