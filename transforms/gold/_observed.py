"""Evidence from observed values: the latest, any or all of them against a range, a coded or a boolean value."""

from collections.abc import Mapping
from datetime import date
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.gold import _criteria as c
from transforms.gold._criteria import MET, NOT_MET, UNKNOWN, Leaf, Plan
from transforms.gold._evidence import answerable, window_columns, with_events
from transforms.gold._person import own_days
from transforms.gold._records import PATIENT, codings
from transforms.gold._units import canonical
from transforms.gold._window import IN, OUT, with_window
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
    observation: DataFrame, plan: Plan, events: DataFrame | None, as_of: date, is_kept: Column
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
    asked_of = with_events(values.join(F.broadcast(frame), on="number", how="inner"), events)
    judged = _judged(with_window(asked_of, as_of, is_kept).where(F.col("place") != OUT), coded)
    return _decided(judged, as_of, is_kept)


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


def _decided(judged: DataFrame, as_of: date, is_kept: Column) -> DataFrame:
    """One row per patient and question, from the judged values.

    latest: of the values that may be the newest, where they agree. any: one that certainly is in the window and meets
    decides; all: one that is and fails. A value that may be in the window and would not decide leaves any and all open only
    where no value certainly is: were it outside, there might be none at all.
    """
    own = Window.partitionBy(*PATIENT, "number")
    is_latest, is_any, is_in = F.col("pick") == "latest", F.col("pick") == "any", F.col("place") == IN
    start, end = own_days(F.col("day"), F.col("precision"), is_kept)
    rows = judged.withColumns(
        {
            "to_day": F.coalesce(end, F.lit(as_of)),
            "latest_start": F.max(start).over(own),
            "latest_ts": F.max("effective_ts").over(own),
        }
    )
    may_be_newest = (F.col("latest_start").isNull() | (F.col("to_day") >= F.col("latest_start"))) & (
        F.col("effective_ts").isNull() | (F.col("effective_ts") == F.col("latest_ts"))
    )
    would_decide = F.col("judged") == F.when(is_any, MET).otherwise(NOT_MET)
    is_open = (would_decide & ~is_in) | (F.col("judged") == UNKNOWN)
    rank = F.when(would_decide & is_in, _DECIDES).when(is_open, _OPEN).when(is_in, _AGAINST).otherwise(_MAYBE_NONE)
    rows = rows.where(~is_latest | may_be_newest).withColumns(
        {
            "rank": F.when(is_latest, _DECIDES).otherwise(rank),
            "why": F.coalesce("judged_needs", "place_needs"),
            "is_vague": start.isNull() | (start != F.col("to_day")),
            "is_year": F.coalesce(F.col("precision") == "year", F.lit(False)),
        }
    )
    found = rows.groupBy(*PATIENT, "number", "pick").agg(
        F.min("judged").alias("least"),
        F.max("judged").alias("most"),
        F.max("judged_needs").alias("needs"),
        F.min(is_in).alias("is_in"),
        F.max("place_needs").alias("place_needs"),
        F.max("is_year").alias("is_year"),
        F.max("is_vague").alias("is_vague"),
        F.max(F.struct(F.col("rank"), _shown().alias("shown"), F.col("why"))).alias("top"),
    )
    return _told(found)


def _told(found: DataFrame) -> DataFrame:
    is_latest, is_any = F.col("pick") == "latest", F.col("pick") == "any"
    # Were the newest outside the window, so would be all others: then there is no value.
    agree, is_in, top = F.col("least") == F.col("most"), F.col("is_in"), F.col("top.rank")
    quarrel = F.when(F.col("is_year"), c.YEAR_ONLY).when(F.col("is_vague"), c.TOO_COARSE).otherwise(c.DISAGREE)
    newest = F.when(agree & is_in, F.col("most")).otherwise(UNKNOWN)
    newest_needs = F.when(~is_in, F.col("place_needs")).when(agree, F.col("needs")).otherwise(quarrel)
    decides, against = F.when(is_any, MET).otherwise(NOT_MET), F.when(is_any, NOT_MET).otherwise(MET)
    among = F.when(top == _DECIDES, decides).when(top == _AGAINST, against).otherwise(UNKNOWN)
    among_needs = F.when(~top.isin(_DECIDES, _AGAINST), F.col("top.why"))
    return found.select(
        *PATIENT,
        "number",
        F.when(is_latest, newest).otherwise(among).alias("result"),
        F.when(is_latest, newest_needs).otherwise(among_needs).alias("needs"),
        *_evidence(),
    )


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
    return tuple(F.col(f"top.shown.{name}").alias(alias) for name, alias in names.items())


def within(
    low: Column, low_closed: Column, high: Column, high_closed: Column, asked: Column | Mapping[str, Column]
) -> Column:
    """Where a value known to lie between low and high is, against the asked range: met, not_met, or unknown (both).

    Null bounds are open ends. `asked` has low, low_closed, high, high_closed.
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


def _judged(values: DataFrame, coded: dict[int, Leaf]) -> DataFrame:
    """With `judged` and `judged_needs`: each observed value against what its question asks. Step by step as in `_window`."""
    same = F.filter("ranges", lambda r: r["unit"].eqNullSafe(F.col("unit_ucum")) | (r["unit"] == F.col("unit")))
    convertible = F.filter("ranges", lambda r: r["canonical_unit"] == F.col("of_canonical"))
    rows = values.withColumns({"_same": F.get(same, F.lit(0)), "_other": F.get(convertible, F.lit(0))})
    is_same, sign = F.col("_same").isNotNull(), F.col("sign")
    rows = rows.withColumns(
        {
            "_number": F.when(is_same, F.col("value")).when(F.col("_other").isNotNull(), F.col("in_canonical")),
            "_low": F.when(is_same, F.col("_same.low")).otherwise(F.col("_other.canonical_low")),
            "_high": F.when(is_same, F.col("_same.high")).otherwise(F.col("_other.canonical_high")),
            "_has_range": is_same | F.col("_other").isNotNull(),
        }
    )
    rows = rows.withColumns(
        {
            "_from": F.when(~sign.isin("<", "<="), F.col("_number")),
            "_to": F.when(~sign.isin(">", ">="), F.col("_number")),
        }
    )
    asked = {"low": "_low", "low_closed": "asked_low_closed", "high": "_high", "high_closed": "asked_high_closed"}
    place = within(F.col("_from"), sign != ">", F.col("_to"), sign != "<", {k: F.col(n) for k, n in asked.items()})
    rows = rows.withColumns({"_place": place, "_of_code": _judge_code(coded)})
    asks_code, asks_boolean = F.col("asks_code"), F.col("asked_boolean").isNotNull()
    is_number = ~asks_code & ~asks_boolean & F.col("value").isNotNull() & F.col("_has_range")
    is_true = F.when(F.col("value_boolean") == F.col("asked_boolean"), MET).when(
        F.col("value_boolean").isNotNull(), NOT_MET
    )
    known = F.when(asks_code, F.col("_of_code")).when(asks_boolean, is_true).when(is_number, F.col("_place"))
    rows = rows.withColumn("judged", F.coalesce(known, F.lit(UNKNOWN)))
    is_other = asks_code | asks_boolean | F.col("value").isNull()
    why = F.when(is_other, c.OTHER_VALUE).when(F.col("_has_range"), c.ONLY_A_BOUND).otherwise(c.OTHER_UNIT)
    return rows.withColumn("judged_needs", F.when(F.col("judged") == UNKNOWN, why))


def _judge_code(coded: dict[int, Leaf]) -> Column:
    """met or not met of a coded value within the code systems that its question names, else null."""
    value = F.struct(F.col("value_code").alias("code"), F.col("value_code_system").alias("system"))
    found = F.lit(None).cast("string")
    for codes in dict.fromkeys(leaf.value_codes for leaf in coded.values()):
        numbers = [number for number, leaf in coded.items() if leaf.value_codes == codes]
        is_of = F.col("value_code_system").isin(sorted(codes.systems))
        answer = F.when(is_of, F.when(in_set(value, codes), MET).otherwise(NOT_MET))
        found = F.when(F.col("number").isin(numbers), answer).otherwise(found)
    return found
