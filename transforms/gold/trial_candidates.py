"""Which patients may take part in which study: every criterion with its result and its evidence.

A criterion has one of three results, because a record that was not loaded is not a "no":

| record of the patient | result |
|---|---|
| meets the criterion for certain | met |
| fails it for certain | not_met |
| a diagnosis or drug that is not there, where the institution's records say "none" (below) | not_met |
| the same, where they do not, or the patient has a record without a code in that system | unknown |
| a value that is not there, in another unit, only a bound, or that its date leaves open | unknown |
| a criterion that is not understood as a whole | unknown |

No record says "none" where the institution loaded such records in that code system, and, if it ever sent a manifest,
manifests say that all of them were delivered; the result then names the day until which they were (`complete_until`).
With such a manifest it says "none" also where there was no record of that kind at all.

An exclusion swaps met and not_met and leaves unknown. A patient is ineligible with any criterion not met, else unknown
with any unknown, else eligible.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from transforms.gold import _criteria as c
from transforms.gold import _evidence as e
from transforms.gold import _loaded
from transforms.gold._person import age_band, age_interval, is_dead

READS = (
    "patient",
    "condition",
    "observation",
    "medication_request",
    "medication_administration",
    "research_study",
    "research_subject",
    "group",
    "group_characteristic",
)
READS_GOVERNANCE = ("load_completeness",)

# R4 research-subject-status in which the study does not know the person: never registered, or failed screening. All
# others, also off-study and withdrawn, have been or are being approached, so a recruiter need not.
NOT_ENROLLED = ("not-registered", "ineligible")

_DEFINITION = (
    "characteristic_index", "code", "code_system", "value_code", "value_system", "value_boolean", "value",
    "value_comparator", "value_low", "value_high", "value_unit", "exclude", "period_start_date", "period_end_date",
)  # fmt: skip
# `number` first: it puts the criteria of a study in order.
_CRITERION = (
    "number int, criterion_id string, kind string, label string, is_exclusion boolean, system string, code string, "
    "is_prefix boolean, low double, low_closed boolean, high double, high_closed boolean, unit string, sex string, "
    "value_system string, value_code string, value_boolean boolean, needs string"
)
_WHOLE = "institution string, whole map<string, struct<until: date, is_empty: boolean>>"
_COLUMNS = (
    "study_key", "institution", "subject_key", "person_key", "verdict", "is_enrolled", "n_met", "n_not_met",
    "n_unknown", "criteria", "as_of", "sex", "age_band",
)  # fmt: skip


def trial_candidates(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per study that states criteria and patient of an institution.

    Reads the tables in READS, nothing dated after `as_of`, and load_completeness; where that is not there, every
    institution counts as one that never sent a manifest. Returns study_key, institution, subject_key, person_key, verdict
    (eligible, ineligible, unknown), is_enrolled (the study knows the person, matched by person_key across institutions, in
    a status not in NOT_ENROLLED), n_met, n_not_met, n_unknown, criteria (array, "alive" first; result after an exclusion
    was applied; evidence_date null for what comes from the patient record, as a birth date would identify; complete_until,
    a day that is not shifted, where the result rests on there being no record and a manifest said so), as_of, sex,
    age_band. A diagnosis or drug counts whenever it was recorded, because a characteristic without a period does not say
    "now". Ages are completed years.
    Source: FHIR R4 Group.characteristic; three-valued AND as in SQL and Kleene (1952).
    """
    studies = c.compile_criteria(_definitions(silver))
    spark = silver["patient"].sparkSession
    criteria = _criteria_frame(spark, studies)
    hits, loaded = _evidence(silver, criteria, as_of)
    people = (
        _people(silver["patient"], as_of)
        .join(hits, on=["institution", "subject_key"], how="left")
        .join(F.broadcast(loaded), on="institution", how="left")
        .join(F.broadcast(_whole(spark, silver.get("load_completeness"))), on="institution", how="left")
        .join(_enrolled(silver["research_subject"]), on="person", how="left")
    )
    listed = F.collect_list(F.struct(*(name for name in criteria.columns if name != "study_key")))
    asked = criteria.groupBy("study_key").agg(F.array_sort(listed).alias("asked"))
    rows = people.crossJoin(F.broadcast(asked)).withColumn("criteria", _results("asked"))
    counted = rows.select("*", *(_count(r).alias(f"n_{r}") for r in (e.MET, e.NOT_MET, e.UNKNOWN)))
    verdict = F.when(F.col("n_not_met") > 0, "ineligible").when(F.col("n_unknown") > 0, "unknown").otherwise("eligible")
    return counted.select(
        *(_COLUMNS[:4]),
        verdict.alias("verdict"),
        F.coalesce(F.array_contains("enrolled", F.col("study_key")), F.lit(False)).alias("is_enrolled"),
        *_COLUMNS[6:10],
        F.lit(as_of).alias("as_of"),
        *_COLUMNS[11:],
    )


def _definitions(silver: Mapping[str, DataFrame]) -> list[Mapping[str, Any]]:
    """Studies with their criteria, a few rows on the driver: definitions, not patients."""
    group = silver["group"].select(
        F.col("group_key").alias("enrollment_group_key"),
        F.col("actual").alias("is_actual"),
        F.lit(True).alias("is_defined"),
    )
    numbers = ("value", "value_low", "value_high")
    characteristic = silver["group_characteristic"].select(
        F.col("group_key").alias("enrollment_group_key"),
        *(F.col(n).cast("double").alias(n) if n in numbers else F.col(n) for n in _DEFINITION),
    )
    rows = (
        silver["research_study"]
        .select("study_key", "enrollment_group_key")
        .join(group, on="enrollment_group_key", how="left")
        .join(characteristic, on="enrollment_group_key", how="left")
        .orderBy("study_key", "enrollment_group_key", "characteristic_index")
    )
    return [row.asDict() for row in rows.collect()]


def _criteria_frame(spark: SparkSession, studies: Mapping[str, tuple[c.Criterion, ...]]) -> DataFrame:
    """One row per study and criterion."""
    names = [column.split()[0] for column in _CRITERION.split(", ")]
    rows = [(study, *(asdict(one)[n] for n in names)) for study, found in studies.items() for one in found]
    return spark.createDataFrame(rows, f"study_key string, {_CRITERION}")


def _people(patient: DataFrame, as_of: date) -> DataFrame:
    """One row per patient of an institution, with what is judged from the patient record alone."""
    youngest, oldest = age_interval(as_of)
    is_year = F.coalesce(F.col("birth_precision") == "year", F.lit(False))
    return patient.select(
        "institution",
        "subject_key",
        "person_key",
        F.coalesce("person_key", "subject_key").alias("person"),
        F.coalesce("gender", F.lit("unknown")).alias("sex"),
        age_band(as_of).alias("age_band"),
        "patient_key",
        is_dead().alias("is_dead"),
        youngest.cast("double").alias("youngest"),
        oldest.cast("double").alias("oldest"),
        F.when(is_year, c.YEAR_ONLY).otherwise(c.SHIFTED).alias("age_needs"),
    )


def _evidence(silver: Mapping[str, DataFrame], criteria: DataFrame, as_of: date) -> tuple[DataFrame, DataFrame]:
    """Per patient a map from criterion number to its evidence, and per institution what was loaded at all."""
    conditions = e.condition_records(silver["condition"])
    drugs = e.drug_records(silver["medication_request"], silver["medication_administration"])
    found = (
        e.coded_evidence(conditions, criteria, "condition", c.UNCONFIRMED, as_of)
        .unionByName(e.coded_evidence(drugs, criteria, "medication", c.STATUS_UNKNOWN, as_of))
        .unionByName(e.observation_evidence(silver["observation"], criteria, as_of))
    )
    proof = F.struct(
        "result", "needs", "evidence_key", "evidence_date", F.lit(None).cast("date").alias("complete_until")
    )
    entry = F.struct("number", proof.alias("found"))
    hits = found.groupBy("institution", "subject_key").agg(F.map_from_entries(F.collect_list(entry)).alias("hits"))
    loaded = e.loaded_codes("condition", conditions).unionByName(e.loaded_codes("medication", drugs))
    return hits, loaded.groupBy("institution").agg(F.collect_set("loaded").alias("loaded"))


def _whole(spark: SparkSession, completeness: DataFrame | None) -> DataFrame:
    """One row per institution that ever sent a manifest: `whole`, from each kind delivered whole to how."""
    said = (
        [] if completeness is None else completeness.withColumn("complete_until", F.to_date("complete_until")).collect()
    )
    kinds = _loaded.whole_kinds(row.asDict() for row in said)
    rows = [(name, {kind: (w.until, w.is_empty) for kind, w in found.items()}) for name, found in kinds.items()]
    return spark.createDataFrame(rows, _WHOLE)


def _enrolled(subject: DataFrame) -> DataFrame:
    """One row per person whom any study knows: person, enrolled (study keys)."""
    is_known = ~F.coalesce(F.col("status").isin(*NOT_ENROLLED), F.lit(False))
    person = F.coalesce("person_key", "subject_key").alias("person")
    return subject.where(is_known).groupBy(person).agg(F.collect_set("study_key").alias("enrolled"))


def _results(asked: str) -> Column:
    """The struct that `criteria` holds, for each criterion of the row's study and the row's patient.

    In two passes: an expression that is read five times in one pass would be worked out five times.
    """
    judged = F.transform(asked, lambda one: F.struct(one.alias("asked"), _judge(one).alias("found")))
    return F.transform(judged, lambda one: _applied(one["asked"], one["found"]))


def _judge(asked: Column) -> Column:
    """struct(result, needs, evidence_key, evidence_date, complete_until) of one criterion, before an exclusion swaps it."""
    return (
        F.when(asked["needs"].isNotNull(), _found(e.UNKNOWN, asked["needs"]))
        .when(asked["kind"] == "alive", _from_patient(F.when(F.col("is_dead"), e.NOT_MET).otherwise(e.MET)))
        .when(asked["kind"] == "age", _age(asked))
        .when(asked["kind"] == "sex", _sex(asked))
        .otherwise(F.coalesce(F.try_element_at("hits", asked["number"]), _without_evidence(asked)))
    )


def _applied(asked: Column, found: Column) -> Column:
    result = found["result"]
    swapped = F.when(result == e.MET, e.NOT_MET).when(result == e.NOT_MET, e.MET).otherwise(e.UNKNOWN)
    return F.struct(
        *(asked[name].alias(name) for name in ("criterion_id", "kind", "label", "is_exclusion")),
        F.when(asked["is_exclusion"], swapped).otherwise(result).alias("result"),
        *(found[name].alias(name) for name in ("evidence_key", "evidence_date", "needs", "complete_until")),
    )


def _age(asked: Column) -> Column:
    true = F.lit(True)
    place = e.within(F.col("youngest"), true, F.col("oldest"), true, asked)
    return F.when(F.col("oldest").isNull(), _found(e.UNKNOWN, F.lit(c.NO_VALUE))).otherwise(
        _from_patient(place, F.when(place == e.UNKNOWN, F.col("age_needs")))
    )


def _sex(asked: Column) -> Column:
    """ "other" says nothing of a sex that a criterion asks for, so it is unknown unless "other" is asked for."""
    is_stated = F.col("sex").isin("male", "female") | (F.col("sex") == asked["sex"])
    place = F.when(F.col("sex") == asked["sex"], e.MET).otherwise(e.NOT_MET)
    return F.when(is_stated, _from_patient(place)).otherwise(_found(e.UNKNOWN, F.lit(c.NO_VALUE)))


def _without_evidence(asked: Column) -> Column:
    """No record speaks to the criterion: "no" only where the institution's records say "none" (see the module)."""
    has_system = F.array_contains("loaded", F.concat_ws("|", asked["kind"], asked["system"]))
    whole = F.try_element_at("whole", asked["kind"])
    none = _found(e.NOT_MET, F.lit(None).cast("string"), until=whole["until"])
    return (
        F.when(asked["kind"] == "observation", _found(e.UNKNOWN, F.lit(c.NO_VALUE)))
        .when(has_system & (F.col("whole").isNull() | whole.isNotNull()), none)
        .when(has_system, _found(e.UNKNOWN, F.lit(c.NOT_COMPLETE)))
        .when(F.array_contains("loaded", asked["kind"]), _found(e.UNKNOWN, F.lit(c.OTHER_SYSTEM)))
        .when(whole["is_empty"], none)
        .otherwise(_found(e.UNKNOWN, F.lit(c.NOT_LOADED)))
    )


def _from_patient(result: Column, needs: Column | None = None) -> Column:
    return _found(result, F.lit(None).cast("string") if needs is None else needs, F.col("patient_key"))


def _found(result: Column | str, needs: Column, key: Column | None = None, until: Column | None = None) -> Column:
    return F.struct(
        (F.lit(result) if isinstance(result, str) else result).alias("result"),
        needs.alias("needs"),
        (F.lit(None).cast("string") if key is None else key).alias("evidence_key"),
        F.lit(None).cast("date").alias("evidence_date"),
        (F.lit(None).cast("date") if until is None else until).alias("complete_until"),
    )


def _count(result: str) -> Column:
    return F.size(F.filter("criteria", lambda one: one["result"] == result))
