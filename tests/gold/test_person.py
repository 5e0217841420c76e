"""What a moved date allows holds the truth, whatever the offset: of ages, of windows, of dates beside each other."""

from datetime import date, timedelta

import pytest
from pyspark.sql import functions as F
from tables import local_frame

from deid import dates
from deid.subject import DateRule
from transforms.gold._person import age_interval, keeps_years, own_days, true_days

AS_OF = date(2024, 2, 29)
LENGTH = {"year": 4, "month": 7, "day": 10}
TYPES = {"institution": "string", "birth_date": "date", "birth_precision": "string", "is_over_89": "boolean", "true": "date",
         "own": "date"}  # fmt: skip


def _rows():
    """Births of every kind, each under the shortest and longest offsets and some between, and under a rule of years."""
    for born in (
        date(y, m, d) for y in (1999, 2000, 2003, 2004) for m, d in ((1, 1), (1, 31), (2, 28), (3, 1), (7, 2), (12, 31))
    ):
        for days in (1, 2, 13, 14, 15, 16, 30, 31, 181, 182, 183, 184, 363, 364):
            for precision, length in LENGTH.items():
                moved = dates.move(born.isoformat()[:length], DateRule("shift", -days, -1))
                yield "north", _first(moved), precision, False, born, born - timedelta(days)
        kept = dates.move(born.isoformat(), DateRule("year"))
        yield "south", _first(kept), "year", False, born, born


def _first(partial: str) -> date:
    return date.fromisoformat(partial + "0001-01-01"[len(partial) :])


def _age(born: date) -> int:
    return AS_OF.year - born.year - ((AS_OF.month, AS_OF.day) < (born.month, born.day))


@pytest.mark.spark
def test_every_interval_holds_the_truth_and_a_kept_year_gives_the_narrow_one(spark):
    is_kept = keeps_years(["south"])
    birth, precision = F.col("birth_date"), F.col("birth_precision")
    youngest, oldest = age_interval(AS_OF, is_kept)
    first, last = true_days(birth, precision, is_kept)
    own_first, own_last = own_days(birth, precision, is_kept)
    found = local_frame(spark, TYPES, list(_rows())).select(
        "*", youngest.alias("youngest"), oldest.alias("oldest"), first.alias("first"), last.alias("last"),
        own_first.alias("own_first"), own_last.alias("own_last"),
    ).collect()  # fmt: skip
    assert len(found) == 24 * (14 * 3 + 1)
    wrong = [
        r for r in found
        if not (r.youngest <= _age(r.true) <= r.oldest and r.first <= r.true <= r.last and r.own_first <= r.own <= r.own_last)
    ]  # fmt: skip
    assert wrong == []
    widths = {(r.institution, r.birth_precision): r.oldest - r.youngest for r in found if r.true == date(2000, 1, 31)}
    assert widths == {("south", "year"): 1, ("north", "year"): 2, ("north", "month"): 1, ("north", "day"): 1}
