"""Whether anybody at work would be awake: working time in the time zones of a country.

Source of the zones: the table of the IANA time zone database (zone.tab), country by country.
"""

from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

# Long, and on every day of the week: weekends differ between countries, and who works late is not yet unusual.
OPENS, CLOSES = time(7), time(21)


@cache
def zones(country: str) -> tuple[str, ...]:
    """The time zones of a country (ISO 3166); none where it is not known."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return tuple(row[2] for row in rows if row[0] == country)


def is_at_night(at: datetime, country: str) -> bool:
    """Outside working time in every time zone of the country. Of a country that is not known: never."""
    local = [at.astimezone(UTC).astimezone(ZoneInfo(zone)).time() for zone in zones(country)]
    return bool(local) and not any(OPENS <= t < CLOSES for t in local)
