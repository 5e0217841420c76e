"""Moving the dates of one person, as FHIR writes them. Rules and reasons: docs/adr/0003-date-shift.md."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from deid.subject import DateRule

_DATE_TIME = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?P<time>T(?P<clock>(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60))(?P<fraction>\.\d+)?(?P<zone>Z|[+-](?:0\d|1[0-4]):[0-5]\d))?)?)?",
    re.ASCII,
)
_TIME = re.compile(r"(?P<clock>(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60))(?:\.\d+)?", re.ASCII)


class InvalidDate(Exception):
    """No date that can be moved: malformed, not in the calendar, or moved before year 1. Has nothing of the value."""


@lru_cache(maxsize=8192)
def move(text: str, rule: DateRule) -> str:
    """A FHIR date, dateTime or instant under the person's rule; in `year` mode the year only.

    Its precision stays: a full date moves by the days; with a time of day by days and seconds, its zone is kept as
    written and fractions of a second are cut off (they are a fingerprint of the source system). A partial date moves as
    its middle does (2 July, the 15th), so on the whole the order stays, weakly.
    """
    found = _DATE_TIME.fullmatch(text)
    if not found:
        raise InvalidDate
    year, month, day, clock = int(found["year"]), found["month"], found["day"], found["clock"]
    try:
        written = date(year, int(month or 7), int(day or (15 if month else 2)))
        if rule.mode == "year":
            return found["year"]
        days = timedelta(days=rule.days)
        if clock is None:
            moved = (written + days).isoformat()
            return moved if day else moved[:7] if month else moved[:4]
        at = datetime.combine(written, _clock(clock)) + days + timedelta(seconds=rule.seconds)
    except (ValueError, OverflowError):
        raise InvalidDate from None
    return f"{at.isoformat(timespec='seconds')}{found['zone']}"


def move_time(text: str, rule: DateRule) -> str:
    """A time of day under the person's rule, round the clock. In `year` mode there is nothing left: InvalidDate."""
    found = _TIME.fullmatch(text)
    if not found or rule.mode == "year":
        raise InvalidDate
    at = datetime.combine(date(2000, 1, 2), _clock(found["clock"])) + timedelta(seconds=rule.seconds)
    return at.time().isoformat(timespec="seconds")


def year_of(text: str) -> int:
    """The year of a FHIR date as it is written. InvalidDate when it is none."""
    found = _DATE_TIME.fullmatch(text)
    if not found:
        raise InvalidDate
    return int(found["year"])


def _clock(text: str) -> time:
    # A leap second is read as the second before it: Python has none.
    return time(int(text[:2]), int(text[3:5]), min(int(text[6:]), 59))
