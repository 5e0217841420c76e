"""Whether something lies in a window of days before a reference, as far as de-identified dates can say.

All dates of a person were moved back by the same 1 to 365 days. So the days between two records of one person are exact,
and a record lies 1 to 365 days later than it says when it is held against the calendar. A year-only institution moves
nothing and leaves the year. The true day is never after the day of evaluation.
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.gold import _criteria as c
from transforms.gold._person import LONGEST_SHIFT_DAYS, SHORTEST_SHIFT_DAYS, last_day

IN, MAYBE, OUT = "in", "maybe", "out"


def with_window(frame: DataFrame, as_of: date) -> DataFrame:
    """With `place`: in, maybe or out of the row's window, in where it has none; and `place_needs`, what a maybe lacks.

    Reads day, precision, most, least (days), event (null: counted from `as_of`), event_from, event_to, is_vague_event. Step by
    step, because Spark copies one long expression into each of its uses.
    """
    day, today, is_of_event = F.col("day"), F.lit(as_of), F.col("event").isNotNull()
    rows = frame.withColumns(
        {
            "_end": last_day(day, F.col("precision")),
            "_is_year": F.coalesce(F.col("precision") == "year", F.lit(False)),
            "_open": F.when(is_of_event & F.col("event_from").isNull(), c.NO_EVENT)
            .when(day.isNull(), c.NO_DATE)
            .when(is_of_event & F.col("is_vague_event"), c.NO_EVENT),
        }
    )
    since = F.when(F.col("_is_year"), day).otherwise(F.date_add(day, SHORTEST_SHIFT_DAYS))
    until = F.when(F.col("_is_year"), F.col("_end")).otherwise(F.date_add("_end", LONGEST_SHIFT_DAYS))
    # It happened `_nearest` to `_farthest` days before the reference.
    rows = rows.withColumns(
        {
            "_nearest": F.when(is_of_event, F.datediff("event_from", "_end")).otherwise(
                F.datediff(today, F.least(today, until))
            ),
            "_farthest": F.when(is_of_event, F.datediff("event_to", day)).otherwise(F.datediff(today, since)),
        }
    )
    is_in = (F.col("_nearest") >= F.col("least")) & (F.col("_farthest") <= F.col("most"))
    is_out = (F.col("_farthest") < F.col("least")) | (F.col("_nearest") > F.col("most"))
    place = F.when(F.col("most").isNull(), IN).when(F.col("_open").isNotNull(), MAYBE).when(is_in, IN).when(is_out, OUT)
    coarse = F.when(F.col("_is_year"), c.YEAR_ONLY).when(is_of_event, c.TOO_COARSE).otherwise(c.SHIFTED)
    rows = rows.withColumn("place", place.otherwise(MAYBE))
    rows = rows.withColumn("place_needs", F.when(F.col("place") == MAYBE, F.coalesce("_open", coarse)))
    return rows.drop("_end", "_is_year", "_open", "_nearest", "_farthest")
