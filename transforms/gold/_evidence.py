"""Evidence for and against the questions of a plan, found in the silver tables of all institutions and studies at once.

Each function returns one row per patient and question that any record speaks to: institution, subject_key, number (of the
question), result, needs, evidence_key, evidence_date, value, unit, value_code. A patient without such a record has no row:
whether that means "no" or "not loaded" is decided in `_answers`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from transforms.gold import _criteria as c
from transforms.gold._criteria import MET, NOT_MET, UNKNOWN, Leaf, Plan
from transforms.gold._person import own_days, true_days
from transforms.gold._records import PATIENT
from transforms.gold._window import IN, OUT, with_window
from transforms.terminology.spark import with_sets

CODED = ("condition", "medication", "procedure")
_DOUBT = {"condition": c.UNCONFIRMED, "medication": c.STATUS_UNKNOWN, "procedure": c.STATUS_UNKNOWN}
_EVENTS = 1_000_000  # numbers of events begin here, so that none is that of a question
_ASKED = "number int, asked_kind string, doubt string, asks_now boolean, systems array<string>, most int, least int, event int"
FOUND = (
    "institution string, subject_key string, number int, result string, needs string, evidence_key string,"
    " evidence_date date, value double, unit string, value_code string"
)


def answerable(plan: Plan, *kinds: str) -> dict[int, Leaf]:
    """The questions of some kinds that can be computed, by number."""
    return {i: x for i, x in enumerate(plan.asked) if x.kind in kinds and x.needs is None}


def window_columns(plan: Plan, leaf: Leaf) -> tuple[int | None, int | None, int | None]:
    """most, least and the number of the event of a question's window; null where it has none."""
    window = leaf.window
    if window is None:
        return None, None, None
    return window.most, window.least, None if window.before is None else _EVENTS + plan.events.index(window.before)


def coded_evidence(records: DataFrame, plan: Plan, as_of: date, is_kept: Column) -> tuple[DataFrame, DataFrame | None]:
    """The evidence on diagnoses, drugs and procedures, and the events of each patient that windows are counted from.

    Met where a sure record has a code of the question and lies in its window, unknown where all that have one are in doubt
    or may lie in it. Unknown too where none has one, but a record has no code in the question's code systems, so that it
    cannot be told what it is. The evidence is the surest record, then the newest, undated last; ties: the higher key.
    Records dated after `as_of` are not used. Reads the columns of `_records.records`.
    `is_kept`: keeps_years.
    """
    asked = answerable(plan, *CODED)
    usable = records.where(F.col("is_valid") & (F.col("day").isNull() | (F.col("day") <= F.lit(as_of))))
    hits = with_sets(usable, "codings", {i: x.codes for i, x in asked.items()}).drop("codings")
    frame = _asked(records.sparkSession, plan, asked)
    # Worked out once: two joins read them, and each would read the records again.
    events = _events(usable, plan, is_kept).localCheckpoint() if plan.events else None
    with_code = hits.join(F.broadcast(frame), on="number", how="inner").where(F.col("kind") == F.col("asked_kind"))
    found = with_code.drop("systems").withColumn("has_code", F.lit(True))
    found = found.unionByName(_without_system(usable, frame).withColumn("has_code", F.lit(False)))
    return _best(with_events(found, events), as_of, is_kept), events


def _asked(spark: SparkSession, plan: Plan, asked: Mapping[int, Leaf]) -> DataFrame:
    rows = [
        (i, x.kind, _DOUBT[x.kind], x.is_now, sorted(x.codes.systems), *window_columns(plan, x))
        for i, x in asked.items()
    ]
    return spark.createDataFrame(rows, _ASKED)


def _events(usable: DataFrame, plan: Plan, is_kept: Column) -> DataFrame:
    """One row per patient and event of the plan: event, event_from, event_to (the days it may have been), is_vague_event.

    Vague where a record is in doubt or undated: it might be the first, or the latest, of them.
    """
    kinds = {_EVENTS + i: e for i, e in enumerate(plan.events)}
    rows = [(n, e.kind, e.which) for n, e in kinds.items()]
    asked = usable.sparkSession.createDataFrame(rows, "number int, asked_kind string, which string")
    of_kinds = usable.where(F.col("kind").isin(sorted({e.kind for e in plan.events})))
    hits = with_sets(of_kinds, "codings", {n: e.codes for n, e in kinds.items()})
    of = hits.join(F.broadcast(asked), on="number", how="inner").where(F.col("kind") == F.col("asked_kind"))
    is_first = F.col("which") == "first"
    start, end = own_days(F.col("day"), F.col("precision"), is_kept)
    return (
        of.groupBy(*PATIENT, F.col("number").alias("event"), "which")
        .agg(
            F.min(start).alias("first_from"),
            F.min(end).alias("first_to"),
            F.max(start).alias("last_from"),
            F.max(end).alias("last_to"),
            F.bool_or(~F.col("is_sure") | F.col("day").isNull()).alias("is_vague_event"),
        )
        .select(
            *PATIENT,
            "event",
            F.when(is_first, F.col("first_from")).otherwise(F.col("last_from")).alias("event_from"),
            F.when(is_first, F.col("first_to")).otherwise(F.col("last_to")).alias("event_to"),
            "is_vague_event",
        )
    )


def with_events(rows: DataFrame, events: DataFrame | None) -> DataFrame:
    """Each row with the days of the patient's event that its window is counted from; null without one."""
    if events is not None:
        return rows.join(events, on=[*PATIENT, "event"], how="left")
    none = {"event_from": "date", "event_to": "date", "is_vague_event": "boolean"}
    return rows.withColumns({name: F.lit(None).cast(kind) for name, kind in none.items()})


def _without_system(usable: DataFrame, asked: DataFrame) -> DataFrame:
    """The records of a patient that a question's code systems do not cover, for each question in them."""
    groups = asked.groupBy("asked_kind", "systems").agg(
        F.collect_list(F.struct("number", "doubt", "asks_now", "most", "least", "event")).alias("questions")
    )
    coded = F.filter("codings", lambda one: one["code"].isNotNull() & one["system"].isNotNull())
    own = F.transform(coded, lambda one: one["system"])
    bare = usable.withColumn("own", own).join(
        F.broadcast(groups),
        on=(F.col("kind") == F.col("asked_kind")) & ~F.arrays_overlap("own", "systems"),
        how="inner",
    )
    kept = [n for n in usable.columns if n != "codings"]
    return bare.withColumn("one", F.explode("questions")).select(
        *kept, "asked_kind", *(F.col(f"one.{n}") for n in ("number", "doubt", "asks_now", "most", "least", "event"))
    )


def _best(found: DataFrame, as_of: date, is_kept: Column) -> DataFrame:
    is_now = F.when(F.col("asks_now"), F.col("is_now")).otherwise(F.lit(True))
    placed = with_window(found, as_of, is_kept).where((F.col("place") != OUT) & F.coalesce(is_now, F.lit(True)))
    is_certain = F.col("has_code") & F.col("is_sure") & (F.col("place") == IN) & is_now.isNotNull()
    why = F.when(~F.col("has_code"), c.OTHER_CODING).when(~F.col("is_sure") | is_now.isNull(), F.col("doubt"))
    judged = placed.withColumns({"is_certain": is_certain, "why": why.otherwise(F.col("place_needs"))})
    best = F.max(F.struct("is_certain", "has_code", "is_sure", "day", "key", "why")).alias("best")
    return (
        judged.groupBy(*PATIENT, "number")
        .agg(best)
        .select(
            *PATIENT,
            "number",
            F.when(F.col("best.is_certain"), MET).otherwise(UNKNOWN).alias("result"),
            F.when(~F.col("best.is_certain"), F.col("best.why")).alias("needs"),
            F.col("best.key").alias("evidence_key"),
            F.col("best.day").alias("evidence_date"),
            *no_value(),
        )
    )


def no_value() -> tuple[Column, Column, Column]:
    return (
        F.lit(None).cast("double").alias("value"),
        F.lit(None).cast("string").alias("unit"),
        F.lit(None).cast("string").alias("value_code"),
    )


def consent_evidence(consent: DataFrame, plan: Plan, as_of: date, is_kept: Column) -> DataFrame:
    """What active Consents say of contact or another purpose: met by a permit, not met by a deny.

    A Consent speaks to a question if its category, purpose or action has one of the question's words. Unknown where it has
    exceptions or may no longer, or not yet, be in force; one that is certainly not in force says nothing. Of several the
    newest counts (by the day it was given); where these do not agree it is unknown.
    """
    asked = answerable(plan, "consent")
    words = F.transform(
        F.concat(*(F.coalesce(n, F.array()) for n in ("category_code_all", "purpose_code_all", "action_code_all"))),
        F.lower,
    )
    numbers = [
        F.when(F.arrays_overlap(words, F.array(*map(F.lit, x.words))), F.lit(i).cast("int")) for i, x in asked.items()
    ]
    if not numbers:
        return consent.sparkSession.createDataFrame([], FOUND)
    start, end, today = F.col("provision_start_date"), F.col("provision_end_date"), F.lit(as_of)
    _, begins = true_days(start, F.col("provision_start_precision"), is_kept)
    _, ends = true_days(end, F.col("provision_end_precision"), is_kept)
    is_over = F.coalesce(ends < today, F.lit(False))
    may_be_over = F.coalesce(end < today, F.lit(False))
    may_begin = F.coalesce(begins > today, F.lit(False))
    kind = F.col("provision_type")
    result = (
        F.when(F.col("has_exceptions"), _answer(UNKNOWN, c.EXCEPTIONS))
        .when(may_be_over | may_begin, _answer(UNKNOWN, c.SHIFTED))
        .when(kind == "permit", _answer(MET))
        .when(kind == "deny", _answer(NOT_MET))
        .otherwise(_answer(UNKNOWN, c.NOT_STATED))
    )
    said = (
        consent.where((F.col("status") == "active") & ~is_over)
        .withColumn("number", F.explode(F.array_compact(F.array(*numbers))))
        .withColumn("said", result)
    )
    newest = F.max(F.struct(F.col("given_date").alias("day"), F.col("consent_key").alias("key")))
    by = said.groupBy(*PATIENT, "number", "given_date").agg(
        F.min("said.result").alias("low"), F.max("said.result").alias("high"), F.max("said.needs").alias("why"),
        newest.alias("of"),
    )  # fmt: skip
    last_one = F.max(F.struct("given_date", "low", "high", "why", "of")).alias("last")  # null is the oldest
    is_one = F.col("last.low") == F.col("last.high")
    return (
        by.groupBy(*PATIENT, "number")
        .agg(last_one)
        .select(
            *PATIENT,
            "number",
            F.when(is_one, F.col("last.low")).otherwise(UNKNOWN).alias("result"),
            F.when(is_one, F.col("last.why")).otherwise(c.DISAGREE).alias("needs"),
            F.col("last.of.key").alias("evidence_key"),
            F.col("last.of.day").alias("evidence_date"),
            *no_value(),
        )
    )


def _answer(result: str, needs: str | None = None) -> Column:
    return F.struct(F.lit(result).alias("result"), F.lit(needs).cast("string").alias("needs"))


def sql_evidence(silver: Mapping[str, DataFrame], plan: Plan) -> DataFrame:
    """What the SQL criteria say: true is met, false not met, null and two answers for one patient unknown."""
    asked = answerable(plan, "sql")
    spark = silver["patient"].sparkSession
    parts: Sequence[DataFrame] = [spark.createDataFrame([], FOUND)]
    for number, leaf in asked.items():
        rows = _run(spark, str(leaf.sql), silver)
        low, high = F.min("result"), F.max("result")
        is_one = (low == high) & (F.count("result") == F.count("*"))
        answer = rows.groupBy(*PATIENT).agg(
            F.when(F.coalesce(is_one, F.lit(False)), F.when(low, MET).otherwise(NOT_MET))
            .otherwise(UNKNOWN)
            .alias("result")
        )
        parts = [
            *parts,
            answer.select(
                *PATIENT,
                F.lit(number).alias("number"),
                "result",
                F.when(F.col("result") == UNKNOWN, c.NO_VALUE).alias("needs"),
                F.lit(None).cast("string").alias("evidence_key"),
                F.lit(None).cast("date").alias("evidence_date"),
                *no_value(),
            ),
        ]
    return reduce(DataFrame.unionByName, parts)


def _run(spark: SparkSession, query: str, silver: Mapping[str, DataFrame]) -> DataFrame:
    """The query over the tables given, whatever the catalogue of the session has under their names."""
    from transforms.gold._criteria_set import CriteriaError
    from transforms.gold._sql import RETURNS, TABLES

    for name in TABLES & set(silver):
        silver[name].createOrReplaceTempView(name)
    try:
        rows = spark.sql(query).select(*RETURNS)
        kinds = dict(rows.dtypes)
    except Exception as e:
        condition = getattr(e, "getCondition", lambda: None)() or type(e).__name__
        raise CriteriaError(
            f"a criterion in SQL cannot be run ({condition}). It has to give {', '.join(RETURNS)}."
        ) from None
    if kinds["result"] != "boolean":
        raise CriteriaError("a criterion in SQL has to give a boolean as result.")
    return rows
