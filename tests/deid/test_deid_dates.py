from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.dates import InvalidDate, move, move_time
from deid.subject import DateRule

BACK = DateRule("shift", -10, -60)
YEAR = DateRule("year")
rules = st.builds(DateRule, st.just("shift"), st.integers(-364, -1), st.integers(-3599, -1))
days = st.dates(date(2, 1, 1), date(9999, 12, 31))
times = st.datetimes(datetime(2, 1, 1), datetime(9999, 12, 31)).map(lambda d: d.replace(microsecond=0))

SHIFTED = [
    ("2024-03-05", "2024-02-24"),
    ("2024-03-10", "2024-02-29"),  # a leap day is a day like others
    ("2024-02-29", "2024-02-19"),
    ("2024-01-05", "2023-12-26"),
    ("2024-03-05T00:00:30+08:00", "2024-02-23T23:59:30+08:00"),  # the zone stays as written
    ("2024-03-05T12:00:00Z", "2024-02-24T11:59:00Z"),
    ("2024-03-05T12:00:00.123456789-05:00", "2024-02-24T11:59:00-05:00"),  # no fraction of a second
    ("2016-12-31T23:59:60Z", "2016-12-21T23:58:59Z"),  # a leap second
    ("2024-03", "2024-03"),  # 15 March less ten days
    ("2024", "2024"),  # 2 July less ten days
    ("9999-12-31", "9999-12-21"),
]


@pytest.mark.parametrize(("written", "moved"), SHIFTED)
def test_shift(written, moved):
    assert move(written, BACK) == moved


def test_a_partial_date_moves_as_its_middle():
    assert move("2024-03", DateRule("shift", -15, -1)) == "2024-02"
    assert move("2024", DateRule("shift", -183, -1)) == "2024"
    assert move("2024", DateRule("shift", -184, -1)) == "2023"


INVALID = [
    "",
    "today",
    "2024-13",
    "2024-02-30",
    "2023-02-29",
    "2024-1-1",
    "24",
    "2024-03-05T12:00",
    "2024-03-05T12:00:00",
    "2024-03-05T25:00:00Z",
    "2024-03-05 12:00:00Z",
    "2024-03-05\n",
    "0000",
    "0000-01-01",
    "２０２４",
    "2024-03-05T12:00:00+15:00",
]


@pytest.mark.parametrize("written", INVALID)
@pytest.mark.parametrize("rule", [BACK, YEAR])
def test_what_is_no_date_is_refused_without_being_repeated(written, rule):
    with pytest.raises(InvalidDate) as refused:
        move(written, rule)
    assert str(refused.value) == ""


def test_before_year_one_is_refused():
    with pytest.raises(InvalidDate):
        move("0001-01-05", BACK)


@pytest.mark.parametrize("written", ["2024", "2024-03", "2024-03-05", "2024-03-05T12:00:00.5Z"])
def test_year_only(written):
    assert move(written, YEAR) == "2024"


@given(days, days, rules)
def test_intervals_between_days_stay(a, b, rule):
    moved = [date.fromisoformat(move(d.isoformat(), rule)) for d in (a, b)]
    assert moved[1] - moved[0] == b - a
    assert moved[0] - a == timedelta(days=rule.days)


@given(times, times, rules)
def test_intervals_between_times_stay(a, b, rule):
    moved = [datetime.fromisoformat(move(d.isoformat() + "Z", rule)) for d in (a, b)]
    assert moved[1] - moved[0] == b - a


@given(days, days, rules, st.sampled_from([4, 7, 10]))
def test_order_stays_at_every_precision(a, b, rule, precision):
    a, b = sorted((a.isoformat()[:precision], b.isoformat()[:precision]))
    assert move(a, rule) <= move(b, rule)
    assert len(move(a, rule)) == precision


def test_time_of_day_goes_round_the_clock():
    assert move_time("00:00:30", BACK) == "23:59:30"
    assert move_time("12:00:00.5", BACK) == "11:59:00"
    for wrong in ("24:00:00", "12:00", ""):
        with pytest.raises(InvalidDate):
            move_time(wrong, BACK)
    with pytest.raises(InvalidDate):
        move_time("12:00:00", YEAR)
