"""Which patients may take part in which study: every criterion with its result and its evidence.

A criterion has one of three results, because a record that was not loaded is not a "no":

| record of the patient | result |
|---|---|
| meets the criterion for certain | met |
| fails it for certain | not_met |
| a diagnosis, drug or procedure that is not there, where the institution's records say "none" (below) | not_met |
| the same, where they do not, or the patient has a record without a code in that system | unknown |
| a value that is not there, in a unit that cannot be converted, only a bound, or that its date leaves open | unknown |
| a record that may or may not lie in the window that is asked for | unknown |
| consent that nobody stated | unknown |
| a criterion that is not understood as a whole | unknown |

No record says "none" where the institution loaded such records in that code system, and, if it ever sent a manifest,
manifests say that all of them were delivered; the result then names the day until which they were (`complete_until`),
and for a window that ends today that day has to lie in it. With such a manifest it says "none" also where there was no
record of that kind at all.

And, or, not and "at least n of" are those of Kleene. An exclusion swaps met and not_met and leaves unknown. A patient is
ineligible with any criterion not met, else unknown with any unknown, else eligible. See docs/recruitment.md.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from transforms.changes import person
from transforms.gold import _criteria as c
from transforms.gold import _loaded
from transforms.gold._answers import Answers
from transforms.gold._criteria import MET, NOT_MET, UNKNOWN, Leaf, Plan
from transforms.gold._criteria_set import CONTACT, CriteriaSet
from transforms.gold._evidence import coded_evidence, consent_evidence, sql_evidence
from transforms.gold._observed import observation_evidence
from transforms.gold._person import age_band, age_interval, is_dead, keeps_years
from transforms.gold._records import PATIENT, loaded_codes, records
from transforms.gold._sql import TABLES
from transforms.gold._studies import compile_studies, definitions
from transforms.terminology.load import Terminology, shipped

READS = (
    "patient",
    "condition",
    "observation",
    "procedure",
    "medication",
    "medication_request",
    "medication_administration",
    "medication_statement",
    "consent",
    "research_study",
    "research_subject",
    "group",
    "group_characteristic",
    "library",
)
_DRUGS = ("medication_request", "medication_administration", "medication_statement")
_CODED = ("condition", "procedure", "medication", *_DRUGS)
_OF_PERSONS = ("patient", "condition", "observation", "procedure", *_DRUGS, "consent", "research_subject")
_STATED = ("research_study", "group", "group_characteristic", "library")
READS_GOVERNANCE = ("load_completeness",)
USES = ("terminology", "criteria_sets", "year_only")

# R4 research-subject-status in which the study does not know the person: never registered, or failed screening. All
# others, also off-study and withdrawn, have been or are being approached, so a recruiter need not.
NOT_ENROLLED = ("not-registered", "ineligible")

_MAY_CONTACT = Leaf("consent", "consent: contact", words=CONTACT)
_NO_STUDY = {"": (c.ALIVE,)}  # so that a lake without studies has the same columns
_WHOLE = "institution string, whole map<string, struct<until: date, is_empty: boolean>>"
_COLUMNS = (
    "study_key", "institution", "subject_key", "person_key", "verdict", "is_enrolled", "may_contact", "is_candidate", "n_met",
    "n_not_met", "n_unknown", "criteria", "as_of", "sex", "age_band",
)  # fmt: skip


def trial_candidates(
    silver: Mapping[str, DataFrame],
    *,
    as_of: date,
    terminology: Terminology | None = None,
    criteria_sets: Mapping[str, CriteriaSet] | None = None,
    year_only: Sequence[str] = (),
    only: DataFrame | None = None,
) -> DataFrame:
    """One row per study that states criteria and patient of an institution, of all patients or `only` of some persons.

    Reads the tables in READS, nothing dated after `as_of`, and load_completeness; where that is not there, every
    institution counts as one that never sent a manifest. Returns study_key, institution, subject_key, person_key, verdict
    (eligible, ineligible, unknown), is_enrolled (the study knows the person, matched by person_key across institutions, in
    a status not in NOT_ENROLLED), may_contact (met, not_met, unknown: what Consents say of being contacted; no part of
    the verdict), is_candidate (not ineligible, not enrolled, contact not refused), n_met, n_not_met, n_unknown, criteria
    (array, "alive" first; result after an exclusion was applied; evidence_date null for what comes from the patient
    record, as a birth date would identify; complete_until, a day that is not shifted, where the result rests on there
    being no record and a manifest said so), as_of, sex, age_band. A diagnosis or drug without a window counts whenever it
    was recorded, because a characteristic without a period does not say "now". Ages are completed years.
    `year_only`: institutions that leave true years.
    Source: FHIR R4 Group.characteristic; three-valued logic as in SQL and Kleene (1952).
    """
    known = terminology or shipped()
    studies = compile_studies(*definitions(silver), criteria_sets or {}, known)
    plan = Plan(studies.studies or _NO_STUDY, (_MAY_CONTACT,))
    answers = Answers(plan)
    people = _judged_people(silver, plan, as_of, keeps_years(year_only), only).withColumn("found", answers.found())
    # As a lambda's argument the answers are worked out once; as a column each of their uses would work them out again.
    each = F.transform(
        F.array("found"),
        lambda found: F.struct(
            answers.result(_MAY_CONTACT, found).alias("may_contact"), answers.studies(found).alias("studies")
        ),
    )
    judged = people.withColumn("each", F.explode(each)).select("*", "each.*")
    rows = judged.withColumn("study", F.explode("studies")).select("*", "study.*")
    counted = rows.select("*", *(_count(r) for r in (MET, NOT_MET, UNKNOWN)))
    verdict = F.when(F.col("n_not_met") > 0, "ineligible").when(F.col("n_unknown") > 0, "unknown").otherwise("eligible")
    is_enrolled = F.coalesce(F.array_contains("enrolled", F.col("study_key")), F.lit(False))
    is_candidate = (F.col("verdict") != "ineligible") & ~F.col("is_enrolled") & (F.col("may_contact") != NOT_MET)
    told = counted.withColumn("verdict", verdict).withColumn("is_enrolled", is_enrolled)
    return told.withColumn("is_candidate", is_candidate).where(~F.col("study_key").isin(*_NO_STUDY)).select(*_COLUMNS)


def again(
    before: Mapping[str, DataFrame],
    silver: Mapping[str, DataFrame],
    changed: Mapping[str, DataFrame | None],
    *,
    terminology: Terminology | None = None,
    criteria_sets: Mapping[str, CriteriaSet] | None = None,
    year_only: Sequence[str] = (),
) -> DataFrame | None:
    """One row (person) per person whose rows may differ, now that some tables are others than `before`; None: everybody.

    `changed`: the tables that did, each with the persons whose rows changed, None for one about nobody. Beside these persons
    they are all of an institution of which more or less is known to be loaded now, and whoever had a drug that is another one
    now. Everybody where a study's criteria changed, or one is in SQL, which may look at whom it likes.
    """
    if set(_STATED) & set(changed) and _stated(before) != _stated(silver):
        return None
    plan = compile_studies(*definitions(silver), criteria_sets or {}, terminology or shipped())
    if any(leaf.kind == "sql" for leaf in plan.asked):
        return None
    persons = [rows for rows in changed.values() if rows is not None]
    if places := _known_otherwise(before, silver, changed):
        persons.append(silver["patient"].where(F.col("institution").isin(places)).select(person()))
    if "medication" in changed:
        key = ["institution", "medication_key"]
        was, now = before["medication"], silver["medication"]
        other = was.exceptAll(now).unionAll(now.exceptAll(was)).select(*key).distinct()
        persons += [silver[name].join(other, key, "leftsemi").select(person()) for name in _DRUGS]
    return reduce(DataFrame.unionAll, persons).distinct() if persons else None


def _stated(silver: Mapping[str, DataFrame]) -> list[list[str]]:
    """What the studies say, in an order that does not depend on chance."""
    return [sorted(map(repr, rows)) for rows in definitions(silver)]


def _known_otherwise(
    before: Mapping[str, DataFrame], now: Mapping[str, DataFrame], changed: Mapping[str, object]
) -> list[str]:
    """The institutions of which other kinds of record and code systems are known to be loaded, or to be loaded whole."""

    def known(silver: Mapping[str, DataFrame]) -> dict[str, Any]:
        loaded = loaded_codes(records(silver)).collect() if set(_CODED) & set(changed) else []
        whole = _whole(silver["patient"].sparkSession, silver.get("load_completeness")).collect()
        found: dict[str, Any] = {r.institution: {"loaded": sorted(r.loaded)} for r in loaded}
        for r in whole:
            found.setdefault(r.institution, {})["whole"] = r.asDict(recursive=True)["whole"]
        return found

    was, is_now = known(before), known(now)
    return sorted(name for name in set(was) | set(is_now) if was.get(name) != is_now.get(name))


def _judged_people(
    silver: Mapping[str, DataFrame], plan: Plan, as_of: date, is_kept: Column, only: DataFrame | None
) -> DataFrame:
    """One row per patient of an institution, with all that its questions are answered from."""
    spark, of_all = silver["patient"].sparkSession, records(silver)
    if only is not None:
        silver = {
            n: f.join(only, person() == only["person"], "leftsemi") if n in _OF_PERSONS else f
            for n, f in silver.items()
        }
    of_codes = of_all if only is None else records(silver)
    coded, events = coded_evidence(of_codes, plan, as_of, is_kept)
    found = (
        coded.unionByName(observation_evidence(silver["observation"], plan, events, as_of, is_kept))
        .unionByName(consent_evidence(silver["consent"], plan, as_of, is_kept))
        .unionByName(sql_evidence({n: f for n, f in silver.items() if n in TABLES}, plan))
    )
    proof = F.struct("result", "needs", "evidence_key", "evidence_date", "value", "unit", "value_code")
    entry = F.struct("number", proof.alias("found"))
    hits = found.groupBy(*PATIENT).agg(F.map_from_entries(F.collect_list(entry)).alias("hits"))
    return (
        _people(silver["patient"], as_of, is_kept)
        .join(hits, on=[*PATIENT], how="left")
        .join(F.broadcast(loaded_codes(of_all)), on="institution", how="left")
        .join(F.broadcast(_whole(spark, silver.get("load_completeness"))), on="institution", how="left")
        .join(_enrolled(silver["research_subject"]), on="person", how="left")
    )


def _people(patient: DataFrame, as_of: date, is_kept: Column) -> DataFrame:
    """One row per patient of an institution, with what is judged from the patient record alone."""
    youngest, oldest = age_interval(as_of, is_kept)
    is_year = F.coalesce(F.col("birth_precision") == "year", F.lit(False))
    return patient.select(
        "institution",
        "subject_key",
        "person_key",
        person(),
        F.coalesce("gender", F.lit("unknown")).alias("sex"),
        age_band(as_of, is_kept).alias("age_band"),
        F.lit(as_of).alias("as_of"),
        "patient_key",
        is_dead().alias("is_dead"),
        youngest.cast("double").alias("youngest"),
        oldest.cast("double").alias("oldest"),
        F.when(is_year, c.YEAR_ONLY).otherwise(c.SHIFTED).alias("age_needs"),
    )


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
    return subject.where(is_known).groupBy(person()).agg(F.collect_set("study_key").alias("enrolled"))


def _count(result: str) -> Column:
    return F.size(F.filter("criteria", lambda one: one["result"] == result)).alias(f"n_{result}")
