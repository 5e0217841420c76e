"""What the verb `generalise` does: places, amounts and ages are kept coarsely.

Source: 45 CFR 164.514(b)(2)(i)(B) for ZIP codes, (C) for ages over 89; GB/T 37964-2019 for generalisation.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from deid.actions import Handler, keep_number
from deid.policy import Profile
from deid.work import Work

UCUM = "http://unitsofmeasure.org"

_CITY = re.compile(r"^[\u4e00-\u9fff]{1,10}(?:市|地区|自治州|盟|市辖区)$")
_ZIP = re.compile(r"^(\d{3})\d{2}(?:-?\d{4})?$", re.ASCII)


def place(path: str, part: str, profile: Profile) -> Handler:
    """A part of an address, as coarse as the profile asks. A state must be one of the profile's list."""
    key, gone = (path, "generalise"), (path, "remove")
    find: Callable[[str], str | None] = {
        "state": lambda v: v if v in profile.states else None,
        "city": lambda v: v if profile.city == "keep" and (_CITY.match(v) or v in profile.states) else None,
        "district": lambda v: None,
        "postal_code": lambda v: zip3(v, profile) if profile.postal_code == "zip3" else None,
    }[part]

    def handle(value: Any, work: Work) -> Any:
        found = find(value) if type(value) is str else None
        work.counts[key if found else gone] += 1
        return found

    return handle


def zip3(text: str, profile: Profile) -> str | None:
    """The first three digits of a ZIP code, or 000 where few people live. Source: 45 CFR 164.514(b)(2)(i)(B)."""
    found = _ZIP.match(text)
    return None if not found else "000" if found[1] in profile.restricted_zip3 else found[1]


def amount(path: str) -> Handler:
    """A number rounded to two significant digits: exact sums of money can be joined with the payer's."""
    key = path, "generalise"
    keep = keep_number(path, integral=False)

    def handle(value: Any, work: Work) -> Any:
        kept = keep(value, work)
        if kept is None:
            return None
        work.counts[key] += 1
        rounded = Decimal(f"{Decimal(kept):.1E}")
        return int(rounded) if rounded == rounded.to_integral_value() else Decimal(f"{rounded:f}")

    return handle


def age_number(path: str, limit: int) -> Handler:
    """An age in years as a bare number; above the limit it is the limit + 1."""
    key = path, "generalise"
    keep = keep_number(path, integral=True)

    def handle(value: Any, work: Work) -> Any:
        kept = keep(value, work)
        if kept is None or kept <= limit:
            return kept
        work.counts[key] += 1
        return limit + 1

    return handle


# How many of a unit of time make a year; by UCUM code and by what people write.
_PER_YEAR: dict[str, Decimal] = {
    **dict.fromkeys(
        ("a", "a_j", "a_g", "a_t", "yr", "yrs", "y", "year", "years", "{years}", "岁", "周岁", "年", ""), Decimal(1)
    ),
    **dict.fromkeys(("mo", "mo_j", "mo_s", "month", "months", "月", "个月"), Decimal(12)),
    **dict.fromkeys(("wk", "week", "weeks", "周"), Decimal(52)),
    **dict.fromkeys(("d", "day", "days", "天", "日"), Decimal(365)),
    **dict.fromkeys(("h", "hour", "hours"), Decimal(8760)),
    **dict.fromkeys(("min", "minute", "minutes"), Decimal(525_600)),
}


# A number with what follows it; "90+" and 90岁以上 are what a scanner has left of an age.
_SPAN = re.compile(r"(?<![\d.-])(?P<n>\d{1,6}(?:\.\d+)?)(?![\d+])[\s-]*(?P<unit>[a-z]+|[\u4e00-\u9fff]{1,2})?(?!以上)")
_IN_WORDS = re.compile(r"ninet|nonagenarian|centenarian|\bhundred|九十|九旬|百岁|一百")
_CALENDAR_YEAR, _OLDEST = range(1800, 2200), 150


def age_text(path: str, limit: int, scanned: Handler) -> Handler:
    """A text that tells an age or a time; one that tells of more years than the limit becomes "90+" as a whole."""
    key = path, "generalise"

    def handle(value: Any, work: Work) -> Any:
        text = scanned(value, work)
        if text is None or not _tells_more_than(limit, text):
            return text
        work.counts[key] += 1
        return f"{limit + 1}+"

    return handle


def _tells_more_than(limit: int, text: str) -> bool:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return bool(_IN_WORDS.search(folded)) or any(limit < _years_of(found) for found in _SPAN.finditer(folded))


def _years_of(found: re.Match[str]) -> Decimal:
    """A number without a unit of time counts as years, unless nobody gets so old."""
    number, unit = Decimal(found["n"]), found["unit"] or ""
    known = next((_PER_YEAR[u] for u in (unit, unit[:1] if not unit.isascii() else unit) if u and u in _PER_YEAR), None)
    if known is None:
        return number if number <= _OLDEST else Decimal(0)
    return Decimal(0) if known == 1 and number in _CALENDAR_YEAR else number / known


def years(quantity: dict[str, Any], *, named_as_age: bool) -> Decimal | None:
    """How many years a quantity is; None when it is no time. One that is named as an age may lack its unit."""
    value = quantity.get("value")
    if not isinstance(value, int | Decimal):
        return None
    unit = str(quantity.get("code") or quantity.get("unit") or "").strip().lower()
    if not named_as_age and (unit not in _PER_YEAR or _PER_YEAR[unit] != 1 or unit == ""):
        return None
    return Decimal(value) / _PER_YEAR.get(unit, Decimal(1))


def top_code(
    quantity: dict[str, Any], limit: int, *, named_as_age: bool, may_compare: bool = True
) -> dict[str, Any] | None:
    """The quantity that stands for an age over the limit: `>= 90 a`; None when it is not over it."""
    age = years(quantity, named_as_age=named_as_age)
    if age is None or age <= limit:
        return None
    top: dict[str, Any] = {"value": limit + 1, "unit": "a", "system": UCUM, "code": "a"}
    return {**top, "comparator": ">="} if may_compare else top
