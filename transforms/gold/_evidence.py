"""Evidence for and against eligibility criteria, found in the silver tables of all institutions at once.

Each function returns one row per patient and criterion that any record speaks to: institution, subject_key, number (of
the criterion), result (met, not_met, unknown; before an exclusion inverts it), needs, evidence_key, evidence_date.
A patient without such a record has no row: whether that means "no" or "not loaded" is decided with `loaded_codes` and
with what the institution's deliveries said (`_loaded`).
"""

from datetime import date
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.gold import _criteria as c
from transforms.gold._person import last_day
from transforms.gold.drug_exposure import is_given, is_ordered

MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"
_PATIENT = ("institution", "subject_key")
_NOT_CONDITIONS = ("refuted", "entered-in-error")
_FINAL = ("final", "amended", "corrected")


def condition_records(condition: DataFrame) -> DataFrame:
    """One row per condition: institution, subject_key, codings, is_valid, is_sure, day, key.

    Not valid: refuted or entered in error. Not sure: provisional, differential, unconfirmed. A condition that says
    nothing of its verification counts as confirmed, and a resolved one as had.
    """
    verification = F.col("verification_status")
    return condition.select(
        *_PATIENT,
        _codings("code_all", "system_all", "code", "code_system").alias("codings"),
        (~F.coalesce(verification.isin(*_NOT_CONDITIONS), F.lit(False))).alias("is_valid"),
        F.coalesce(verification == "confirmed", F.lit(True)).alias("is_sure"),
        F.coalesce("onset_date", "recorded_date").alias("day"),
        F.col("condition_key").alias("key"),
    )


def drug_records(request: DataFrame, administration: DataFrame) -> DataFrame:
    """One row per prescription and administration, columns as `condition_records`.

    Valid are those that drug_exposure has, and, as not sure, those whose status is unknown.
    """
    return _drug_records(request, is_ordered(request), "authored_date", "medication_request_key").unionByName(
        _drug_records(administration, is_given(), "start_date", "medication_administration_key")
    )


def _drug_records(frame: DataFrame, is_exposure: Column, day: str, key: str) -> DataFrame:
    codings = ("medication_code_all", "medication_system_all", "medication_code", "medication_system")
    return frame.select(
        *_PATIENT,
        _codings(*codings).alias("codings"),
        (is_exposure | F.coalesce(F.col("status") == "unknown", F.lit(False))).alias("is_valid"),
        is_exposure.alias("is_sure"),
        F.col(day).alias("day"),
        F.col(key).alias("key"),
    )


def loaded_codes(kind: str, records: DataFrame) -> DataFrame:
    """What was loaded at all: institution and `loaded`, the kind of record and "kind|code system" of each coding."""
    of_systems = F.transform("codings", lambda one: F.concat_ws("|", F.lit(kind), F.coalesce(one["system"], F.lit(""))))
    return records.select(
        "institution", F.explode(F.concat(F.array(F.lit(kind)), of_systems)).alias("loaded")
    ).distinct()


def coded_evidence(records: DataFrame, criteria: DataFrame, kind: str, doubt: str, as_of: date) -> DataFrame:
    """Met where a valid record has the criterion's code, unknown where all that have it are in `doubt`.

    Unknown too where none has it but one has no code in the criterion's code system, so that it cannot be told what it
    is. The evidence is a record with the code before one without, a sure one before a doubtful one, then the newest,
    undated last; ties: the higher key. Records dated after `as_of` are not used.
    """
    is_asked = (F.col("kind") == kind) & F.col("needs").isNull()
    asked = criteria.where(is_asked).select("number", "is_prefix", *_renamed("system", "code"))
    usable = records.where(F.col("is_valid") & (F.col("day").isNull() | (F.col("day") <= F.lit(as_of))))
    found = _with_code(usable, asked).unionByName(_without_system(usable, asked))
    ranked = F.max(F.struct("has_code", "is_sure", "day", "key")).alias("best")
    needs = F.when(~F.col("best.has_code"), c.OTHER_CODING).when(~F.col("best.is_sure"), doubt)
    return (
        found.groupBy(*_PATIENT, "number")
        .agg(ranked)
        .select(
            *_PATIENT,
            "number",
            F.when(needs.isNull(), MET).otherwise(UNKNOWN).alias("result"),
            needs.alias("needs"),
            F.col("best.key").alias("evidence_key"),
            F.col("best.day").alias("evidence_date"),
        )
    )


def _with_code(records: DataFrame, asked: DataFrame) -> DataFrame:
    """Each coding meets every criterion that asks for it or for a code above it."""
    code = F.col("coding.code")
    above = F.col("is_prefix") & F.startswith(code, F.col("asked_code"))
    on = (F.col("coding.system") == F.col("asked_system")) & ((code == F.col("asked_code")) | above)
    coded = records.withColumn("coding", F.explode("codings")).join(F.broadcast(asked), on=on, how="inner")
    return coded.select(*_PATIENT, "number", F.lit(True).alias("has_code"), "is_sure", "day", "key")


def _without_system(records: DataFrame, asked: DataFrame) -> DataFrame:
    """The records of a patient that a criterion's code system does not cover, for each criterion in it."""
    systems = asked.groupBy("asked_system").agg(F.collect_list("number").alias("numbers"))
    has_system = F.exists("codings", lambda one: (one["system"] == F.col("asked_system")) & one["code"].isNotNull())
    bare = records.crossJoin(F.broadcast(systems)).where(~F.coalesce(has_system, F.lit(False)))
    number = F.explode("numbers").alias("number")
    return bare.select(*_PATIENT, number, F.lit(False).alias("has_code"), "is_sure", "day", "key")


def observation_evidence(observation: DataFrame, criteria: DataFrame, as_of: date) -> DataFrame:
    """The newest final value against the criterion.

    Only final, amended and corrected results dated on or before `as_of`, that have a value. Newest are all that may be
    it: those whose day, month or year (by precision) reaches the latest known start, of those with a time only the
    latest, and undated ones. If they do not all give the same result it is unknown, so no tie is decided by luck. The
    evidence named is the one with the latest date; ties: the higher key.
    """
    asked = criteria.where((F.col("kind") == "observation") & F.col("needs").isNull()).withColumnsRenamed(
        {name: f"asked_{name}" for name in criteria.columns if name != "number"}
    )
    day = F.coalesce("effective_date", "issued_date")
    is_usable = F.col("status").isin(*_FINAL) & (day.isNull() | (day <= F.lit(as_of))) & _has_value()
    values = (
        observation.where(is_usable)
        .withColumn("coding", F.explode(_codings("code_all", "system_all", "code", "code_system")))
        .join(
            F.broadcast(asked),
            on=(F.col("coding.system") == F.col("asked_system")) & (F.col("coding.code") == F.col("asked_code")),
            how="inner",
        )
    )
    judged = _newest(values, as_of).withColumn("verdict", _judge_value())
    one = F.min("verdict.result") == F.max("verdict.result")
    is_year = F.max(F.coalesce(F.col("effective_precision") == "year", F.lit(False)))
    quarrel = F.when(is_year, c.YEAR_ONLY).when(F.max("is_vague"), c.TOO_COARSE).otherwise(c.DISAGREE)
    return judged.groupBy(*_PATIENT, "number").agg(
        F.when(one, F.max("verdict.result")).otherwise(UNKNOWN).alias("result"),
        F.when(one, F.max("verdict.needs")).otherwise(quarrel).alias("needs"),
        F.max(F.struct("from_day", "observation_key"))["observation_key"].alias("evidence_key"),
        F.max("from_day").alias("evidence_date"),
    )


def within(low: Column, low_closed: Column, high: Column, high_closed: Column, asked: Column) -> Column:
    """Where a value known to lie between low and high is, against the asked range: met, not_met, or unknown (both).

    Null bounds are open ends. `asked` is a struct with low, low_closed, high, high_closed.
    """
    true = F.lit(True)
    is_in = F.coalesce(_is_above(low, asked["low"], asked["low_closed"] | ~low_closed), asked["low"].isNull()) & (
        F.coalesce(_is_above(asked["high"], high, asked["high_closed"] | ~high_closed), asked["high"].isNull())
    )
    is_below = ~F.coalesce(_is_above(high, asked["low"], asked["low_closed"] & high_closed), true)
    is_over = ~F.coalesce(_is_above(asked["high"], low, asked["high_closed"] & low_closed), true)
    return F.when(is_below | is_over, NOT_MET).when(is_in, MET).otherwise(UNKNOWN)


def _is_above(a: Column, b: Column, if_equal: Column) -> Column:
    return (a > b) | ((a == b) & if_equal)


def _newest(values: DataFrame, as_of: date) -> DataFrame:
    """Of each patient and criterion the values that may be the newest; adds from_day and is_vague."""
    own = Window.partitionBy(*_PATIENT, "number")
    effective, issued = F.col("effective_date"), F.col("issued_date")
    start = F.coalesce(effective, issued)
    end = F.when(effective.isNotNull(), last_day(effective, F.col("effective_precision"))).otherwise(
        last_day(issued, F.col("issued_precision"))
    )
    return (
        values.withColumn("from_day", start)
        .withColumn("to_day", F.coalesce(end, F.lit(as_of)))
        .withColumn("latest_start", F.max("from_day").over(own))
        .withColumn("latest_ts", F.max("effective_ts").over(own))
        .where(F.col("latest_start").isNull() | (F.col("to_day") >= F.col("latest_start")))
        .where(F.col("effective_ts").isNull() | (F.col("effective_ts") == F.col("latest_ts")))
        .withColumn("is_vague", start.isNull() | (start != end))
    )


def _has_value() -> Column:
    valued = ("value", "value_integer", "value_code", "value_boolean", "value_string")
    return reduce(lambda a, b: a | b, (F.col(name).isNotNull() for name in valued))


def _judge_value() -> Column:
    """struct(result, needs) of one observed value against the `asked_…` columns beside it."""
    value = F.coalesce(F.col("value").cast("double"), F.col("value_integer").cast("double"))
    sign = F.coalesce(F.col("value_comparator"), F.lit(""))
    asked = F.struct(*(F.col(f"asked_{n}").alias(n) for n in ("low", "low_closed", "high", "high_closed")))
    place = within(
        F.when(~sign.isin("<", "<="), value), sign != ">", F.when(~sign.isin(">", ">="), value), sign != "<", asked
    )
    unit = F.col("asked_unit")
    same_unit = unit.eqNullSafe(F.coalesce("unit_ucum", "unit")) | F.coalesce(unit == F.col("unit"), F.lit(False))
    same_code = F.when(F.col("value_code") == F.col("asked_value_code"), MET).otherwise(NOT_MET)
    other = _unknown(c.OTHER_VALUE)
    return (
        F.when(
            F.col("asked_value_code").isNotNull(),
            F.when(F.col("value_code_system") == F.col("asked_value_system"), _known(same_code)).otherwise(other),
        )
        .when(
            F.col("asked_value_boolean").isNotNull(),
            F.when(
                F.col("value_boolean").isNotNull(),
                _known(F.when(F.col("value_boolean") == F.col("asked_value_boolean"), MET).otherwise(NOT_MET)),
            ).otherwise(other),
        )
        .when(value.isNull(), other)
        .when(~same_unit, _unknown(c.OTHER_UNIT))
        .otherwise(F.struct(place.alias("result"), F.when(place == UNKNOWN, c.ONLY_A_BOUND).alias("needs")))
    )


def _known(result: Column) -> Column:
    return F.struct(result.alias("result"), F.lit(None).cast("string").alias("needs"))


def _unknown(needs: str) -> Column:
    return F.struct(F.lit(UNKNOWN).alias("result"), F.lit(needs).alias("needs"))


def _codings(codes: str, systems: str, code: str, system: str) -> Column:
    """All codings of a concept, array of struct(code, system).

    The two arrays are read side by side, so only where they are equally long: a coding without a system may have left
    its array shorter. Then only the first coding is used, which is always whole.
    """
    first = F.array(F.struct(F.col(code).alias("code"), F.col(system).alias("system")))
    pairs = F.zip_with(codes, systems, lambda x, y: F.struct(x.alias("code"), y.alias("system")))
    are_equal = (F.size(codes) > 0) & (F.size(codes) == F.size(systems))
    return F.when(F.coalesce(are_equal, F.lit(False)), pairs).otherwise(first)


def _renamed(*names: str) -> list[Column]:
    return [F.col(name).alias(f"asked_{name}") for name in names]
