"""Whether something lies in a window of days before a reference, as far as de-identified dates can say.

All dates of a person were moved back by the same 1 to 365 days. So the days between two records of one person are exact,
and a record lies 1 to 365 days later than it says when it is held against the calendar. An institution that keeps years moves
nothing and leaves the year; elsewhere a partial date moved as its middle. The true day is never after the day of evaluation.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.gold import _criteria as c
from transforms.gold._person import own_days, true_days

IN, MAYBE, OUT = "in", "maybe", "out"


def with_window(frame: DataFrame, as_of: date, is_kept: Column) -> DataFrame:
    """With `place`: in, maybe or out of the row's window, in where it has none; and `place_needs`, what a maybe lacks.

    Reads day, precision, most, least (days), event (null: counted from `as_of`), event_from, event_to, is_vague_event. Step by
    step, because Spark copies one long expression into each of its uses. `is_kept`: keeps_years.
    """
    day, today, is_of_event = F.col("day"), F.lit(as_of), F.col("event").isNotNull()
    since, until = true_days(day, F.col("precision"), is_kept)
    first, last = own_days(day, F.col("precision"), is_kept)
    rows = frame.withColumns(
        {
            "_since": F.when(is_of_event, first).otherwise(since),
            "_until": F.when(is_of_event, last).otherwise(F.least(today, until)),
            "_is_year": F.coalesce(F.col("precision") == "year", F.lit(False)),
            "_open": F.when(is_of_event & F.col("event_from").isNull(), c.NO_EVENT)
            .when(day.isNull(), c.NO_DATE)
            .when(is_of_event & F.col("is_vague_event"), c.NO_EVENT),
        }
    )
    # It happened `_nearest` to `_farthest` days before the reference.
    rows = rows.withColumns(
        {
            "_nearest": F.datediff(F.when(is_of_event, F.col("event_from")).otherwise(today), "_until"),
            "_farthest": F.datediff(F.when(is_of_event, F.col("event_to")).otherwise(today), "_since"),
        }
    )
    is_in = (F.col("_nearest") >= F.col("least")) & (F.col("_farthest") <= F.col("most"))
    is_out = (F.col("_farthest") < F.col("least")) | (F.col("_nearest") > F.col("most"))
    place = F.when(F.col("most").isNull(), IN).when(F.col("_open").isNotNull(), MAYBE).when(is_in, IN).when(is_out, OUT)
    coarse = F.when(F.col("_is_year"), c.YEAR_ONLY).when(is_of_event, c.TOO_COARSE).otherwise(c.SHIFTED)
    rows = rows.withColumn("place", place.otherwise(MAYBE))
    rows = rows.withColumn("place_needs", F.when(F.col("place") == MAYBE, F.coalesce("_open", coarse)))
    return rows.drop("_since", "_until", "_is_year", "_open", "_nearest", "_farthest")
