"""Whether something lies in a window of days before a reference, as far as de-identified dates can say.

All dates of a person were moved back by the same 1 to 365 days. So the days between two records of one person are exact,
and a record lies 1 to 365 days later than it says when it is held against the calendar. An institution that keeps years moves
nothing and leaves the year; elsewhere a partial date moved as its middle. The true day is never after the day of evaluation.
"""

from datetime import date

from pyspark.sql import Column
from pyspark.sql import functions as F

from transforms.gold import _criteria as c
from transforms.gold._person import own_days, true_days

IN, MAYBE, OUT = "in", "maybe", "out"


def placed(as_of: date, is_kept: Column) -> Column:
    """struct(place, needs): in, maybe or out of the row's window; in where it has none.

    Reads day, precision, most, least (days), event (null: counted from `as_of`), event_from, event_to, is_vague_event.
    `is_kept`: keeps_years.
    """
    day, precision = F.col("day"), F.col("precision")
    is_year = F.coalesce(precision == "year", F.lit(False))
    since, until = true_days(day, precision, is_kept)
    today = _place(F.datediff(F.lit(as_of), F.least(F.lit(as_of), until)), F.datediff(F.lit(as_of), since))
    first, last = own_days(day, precision, is_kept)
    event = _place(F.datediff("event_from", last), F.datediff("event_to", first))
    coarse = F.when(is_year, c.YEAR_ONLY).otherwise(c.TOO_COARSE)
    has_event = F.col("event_from").isNotNull()
    return (
        F.when(F.col("most").isNull(), _struct(F.lit(IN)))
        .when(F.col("event").isNotNull() & ~has_event, _struct(F.lit(MAYBE), c.NO_EVENT))
        .when(day.isNull(), _struct(F.lit(MAYBE), c.NO_DATE))
        .when(F.col("event").isNotNull() & F.col("is_vague_event"), _struct(F.lit(MAYBE), c.NO_EVENT))
        .when(F.col("event").isNotNull(), _struct(event, coarse))
        .otherwise(_struct(today, F.when(is_year, c.YEAR_ONLY).otherwise(c.SHIFTED)))
    )


def _place(nearest: Column, farthest: Column) -> Column:
    """Of something that happened `nearest` to `farthest` days before the reference."""
    is_in = (nearest >= F.col("least")) & (farthest <= F.col("most"))
    is_out = (farthest < F.col("least")) | (nearest > F.col("most"))
    return F.when(is_in, IN).when(is_out, OUT).otherwise(MAYBE)


def _struct(place: Column, needs: str | Column | None = None) -> Column:
    why = needs if isinstance(needs, Column) else F.lit(needs).cast("string")
    return F.struct(place.alias("place"), F.when(place == MAYBE, why).alias("needs"))
