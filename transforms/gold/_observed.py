"""Evidence from observed values: the latest, any or all of them against a range, a coded or a boolean value."""

from datetime import date
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.gold import _criteria as c
from transforms.gold._criteria import MET, NOT_MET, UNKNOWN, Leaf, Plan
from transforms.gold._evidence import answerable, window_columns
from transforms.gold._person import own_days
from transforms.gold._records import PATIENT, codings
from transforms.gold._units import canonical
from transforms.gold._window import IN, OUT, placed
from transforms.terminology.spark import in_set, with_sets

_FINAL = ("final", "amended", "corrected")
_RANGE = (
    "unit: string, low: double, high: double, canonical_low: double, canonical_high: double, canonical_unit: string"
)
_ASKED = (
    "number int, pick string, most int, least int, event int, asked_low_closed boolean, asked_high_closed boolean,"
    f" ranges array<struct<{_RANGE}>>, asked_boolean boolean, asks_code boolean"
)
_MAYBE_NONE, _AGAINST, _OPEN, _DECIDES = range(
    4
)  # what one of several values says of "any" and "all", the strongest last
_VALUES = ("value", "value_integer", "value_code", "value_boolean", "value_string")


def observation_evidence(
    observation: DataFrame, plan: Plan, events: DataFrame, as_of: date, is_kept: Column
) -> DataFrame:
    """One row per patient and question on observations of which there is a value, columns as `_evidence.FOUND`.

    Only final, amended and corrected results dated on or before `as_of`, that have a value and do not certainly lie outside
    the question's window. latest: newest are all that may be it (those whose day, month or year, by precision, reaches the
    latest known start, of those with a time only the latest, and undated ones); if they do not all give the same result it
    is unknown, so no tie is decided by luck. any: met if one certainly in the window meets it, not met if all fail it. all:
    the other way round. The evidence is a value that decides, the newest; ties: the higher key. `is_kept`: keeps_years.
    """
    asked = answerable(plan, "observation")
    day = F.coalesce("effective_date", "issued_date")
    has_value = reduce(lambda a, b: a | b, (F.col(name).isNotNull() for name in _VALUES))
    usable = observation.where(F.col("status").isin(*_FINAL) & (day.isNull() | (day <= F.lit(as_of))) & has_value)
    values = with_sets(_values(usable), "codings", {i: x.codes for i, x in asked.items()}).drop("codings")
    frame = observation.sparkSession.createDataFrame([_row(plan, i, x) for i, x in asked.items()], _ASKED)
    coded = {i: x for i, x in asked.items() if x.value_codes}
    judged = (
        values.join(F.broadcast(frame), on="number", how="inner")
        .join(events, on=[*PATIENT, "event"], how="left")
        .withColumn("window", placed(as_of, is_kept))
        .where(F.col("window.place") != OUT)
        .withColumn("verdict", _judge_value(coded))
    )
    return _latest(judged, as_of, is_kept).unionByName(_all_or_any(judged))


def _values(observation: DataFrame) -> DataFrame:
    has_effective = F.col("effective_date").isNotNull()
    has_canonical = "value_canonical" in observation.columns
    return observation.select(
        *PATIENT,
        codings("code_all", "system_all", "code", "code_system").alias("codings"),
        F.coalesce(F.col("value").cast("double"), F.col("value_integer").cast("double")).alias("value"),
        F.coalesce("value_comparator", F.lit("")).alias("sign"),
        "unit",
        F.coalesce("unit_ucum", "unit").alias("unit_ucum"),
        (F.col("value_canonical").cast("double") if has_canonical else F.lit(None).cast("double")).alias(
            "in_canonical"
        ),
        (F.col("unit_canonical") if has_canonical else F.lit(None).cast("string")).alias("of_canonical"),
        "value_code",
        "value_code_system",
        "value_boolean",
        F.coalesce("effective_date", "issued_date").alias("day"),
        F.when(has_effective, F.col("effective_precision")).otherwise(F.col("issued_precision")).alias("precision"),
        "effective_ts",
        F.col("observation_key").alias("key"),
    )


def _row(plan: Plan, number: int, x: Leaf) -> tuple[object, ...]:
    ranges = [_range(x.low, x.high, x.unit), *(_range(r.low, r.high, r.unit) for r in x.other_units)]
    windows = window_columns(plan, x)
    return number, x.pick, *windows, x.low_closed, x.high_closed, ranges, x.value_boolean, bool(x.value_codes)


def _range(low: float | None, high: float | None, unit: str | None) -> tuple[object, ...]:
    """As stated, and in the canonical unit where there is one."""
    found = [None if bound is None or unit is None else canonical(bound, unit) for bound in (low, high)]
    numbers = [one and one[0] for one in found]
    return unit, low, high, *numbers, next((one[1] for one in found if one), None)


def _latest(judged: DataFrame, as_of: date, is_kept: Column) -> DataFrame:
    """Of each patient and question the values that may be the newest, and their result where they agree."""
    own = Window.partitionBy(*PATIENT, "number")
    start, end = own_days(F.col("day"), F.col("precision"), is_kept)
    newest = (
        judged.where(F.col("pick") == "latest")
        .withColumn("to_day", F.coalesce(end, F.lit(as_of)))
        .withColumn("latest_start", F.max(start).over(own))
        .withColumn("latest_ts", F.max("effective_ts").over(own))
        .where(F.col("latest_start").isNull() | (F.col("to_day") >= F.col("latest_start")))
        .where(F.col("effective_ts").isNull() | (F.col("effective_ts") == F.col("latest_ts")))
        .withColumn("is_vague", start.isNull() | (start != end))
    )
    agree = F.min("verdict.result") == F.max("verdict.result")
    is_year = F.max(F.coalesce(F.col("precision") == "year", F.lit(False)))
    quarrel = F.when(is_year, c.YEAR_ONLY).when(F.max("is_vague"), c.TOO_COARSE).otherwise(c.DISAGREE)
    # Were the newest outside the window, so would be all others: then there is no value.
    is_in = F.min(F.col("window.place") == IN)
    shown = F.max(_shown()).alias("shown")
    return newest.groupBy(*PATIENT, "number").agg(
        F.when(agree & is_in, F.max("verdict.result")).otherwise(UNKNOWN).alias("result"),
        F.when(~is_in, F.max("window.needs")).when(agree, F.max("verdict.needs")).otherwise(quarrel).alias("needs"),
        shown,
    ).select(*PATIENT, "number", "result", "needs", *_evidence())  # fmt: skip


def _all_or_any(judged: DataFrame) -> DataFrame:
    """any: one that certainly is in the window and meets decides; all: one that is and fails.

    A value that may be in the window and would not decide leaves it open only where no value certainly is: were it
    outside, there might be none at all.
    """
    is_any, is_in = F.col("pick") == "any", F.col("window.place") == IN
    would_decide = F.col("verdict.result") == F.when(is_any, MET).otherwise(NOT_MET)
    is_open = (would_decide & ~is_in) | (F.col("verdict.result") == UNKNOWN)
    rank = F.when(would_decide & is_in, _DECIDES).when(is_open, _OPEN).when(is_in, _AGAINST).otherwise(_MAYBE_NONE)
    why = F.coalesce("verdict.needs", "window.needs")
    top = F.max(F.struct(rank.alias("rank"), _shown().alias("shown"), why.alias("why")))
    best = judged.where(F.col("pick") != "latest").groupBy(*PATIENT, "number", "pick").agg(top.alias("top"))
    yes, no = (
        F.when(F.col("pick") == "any", MET).otherwise(NOT_MET),
        F.when(F.col("pick") == "any", NOT_MET).otherwise(MET),
    )
    said = F.col("top.rank")
    result = F.when(said == _DECIDES, yes).when(said == _AGAINST, no).otherwise(UNKNOWN)
    needs = F.when(result == UNKNOWN, F.col("top.why"))
    told = best.select(
        *PATIENT, "number", result.alias("result"), needs.alias("needs"), F.col("top.shown").alias("shown")
    )
    return told.select(*PATIENT, "number", "result", "needs", *_evidence())


def _shown() -> Column:
    unit = F.coalesce("unit_ucum", "unit")
    return F.struct("day", "key", "value", unit.alias("unit"), "value_code")


def _evidence() -> tuple[Column, ...]:
    names = {
        "key": "evidence_key",
        "day": "evidence_date",
        "value": "value",
        "unit": "unit",
        "value_code": "value_code",
    }
    return tuple(F.col(f"shown.{name}").alias(alias) for name, alias in names.items())


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


def _judge_value(coded: dict[int, Leaf]) -> Column:
    """struct(result, needs) of one observed value against what its question asks."""
    other = _unknown(c.OTHER_VALUE)
    same = F.filter("ranges", lambda r: r["unit"].eqNullSafe(F.col("unit_ucum")) | (r["unit"] == F.col("unit")))
    convertible = F.filter("ranges", lambda r: r["canonical_unit"] == F.col("of_canonical"))
    is_true = F.when(F.col("value_boolean") == F.col("asked_boolean"), MET).otherwise(NOT_MET)
    return (
        F.when(F.col("asks_code"), _judge_code(coded))
        .when(
            F.col("asked_boolean").isNotNull(),
            F.when(F.col("value_boolean").isNotNull(), _known(is_true)).otherwise(other),
        )
        .when(F.col("value").isNull(), other)
        .when(F.size(same) > 0, _judge_number("value", same, "low", "high"))
        .when(F.size(convertible) > 0, _judge_number("in_canonical", convertible, "canonical_low", "canonical_high"))
        .otherwise(_unknown(c.OTHER_UNIT))
    )


def _judge_number(value: str, ranges: Column, low: str, high: str) -> Column:
    """Against the first of the ranges."""
    number, sign, first = F.col(value), F.col("sign"), F.get(ranges, F.lit(0))
    asked = F.struct(
        first[low].alias("low"),
        F.col("asked_low_closed").alias("low_closed"),
        first[high].alias("high"),
        F.col("asked_high_closed").alias("high_closed"),
    )
    place = within(
        F.when(~sign.isin("<", "<="), number), sign != ">", F.when(~sign.isin(">", ">="), number), sign != "<", asked
    )
    return F.struct(place.alias("result"), F.when(place == UNKNOWN, c.ONLY_A_BOUND).alias("needs"))


def _judge_code(coded: dict[int, Leaf]) -> Column:
    """A coded value counts within the code systems that its question names."""
    value = F.struct(F.col("value_code").alias("code"), F.col("value_code_system").alias("system"))
    other = _unknown(c.OTHER_VALUE)
    found = other
    for number, leaf in coded.items():
        is_of = F.col("value_code_system").isin(sorted(leaf.value_codes.systems))
        answer = _known(F.when(in_set(value, leaf.value_codes), MET).otherwise(NOT_MET))
        found = F.when(F.col("number") == number, F.when(is_of, answer).otherwise(other)).otherwise(found)
    return found


def _known(result: Column) -> Column:
    return F.struct(result.alias("result"), F.lit(None).cast("string").alias("needs"))


def _unknown(needs: str) -> Column:
    return F.struct(F.lit(UNKNOWN).alias("result"), F.lit(needs).alias("needs"))
