"""Dates as people write them in notes: which texts are one, and the same text with the date moved or cut to its year.

A form is a regular expression whose named groups are the parts of a date: y m d (Y2 a two-digit year, mon a month by its
name, zy zm zd Chinese numerals, d2 m2 y2 the end of a range) and H M S ap zap of a time. Moving a date rewrites these groups
in place, so punctuation, padding and language stay. Parts are moved as deid.dates moves those of FHIR elements.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deid.subject import DateRule

DATE_TAG = "[DATE]"
_MONTHS = "january february march april may june july august september october november december".split()
_SHORT = {name[:3]: i for i, name in enumerate(_MONTHS, 1)} | {"sept": 9}
_ZH_DIGITS = "〇一二三四五六七八九"
_ZERO = "〇零○Oo0"

_Y = r"(?P<y>(?:18[5-9]\d|19\d\d|20\d\d))"
_MON = (
    r"(?P<mon>(?:(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)|May|MAY|may(?= \d))(?![A-Za-z]))\.?"
)
_WEEKDAY = r"(?:(?P<w>(?:(?i:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\.?,?\s+))?"
_ZH_WEEKDAY = r"(?P<w>\s?\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_TIME = (
    r"(?:(?:T|,?\s{1,3}(?:at\s|@\s?)?|\s?(?=[上下中晚凌早夜\d]))(?P<zap>上午|下午|中午|晚上?|凌晨|早上?|早晨|夜间)?\s?"
    r"(?P<H>[01]?\d|2[0-4])(?::(?P<M>[0-5]\d)(?::(?P<S>[0-5]\d)(?P<f>[.,]\d{1,9})?)?|[时点](?:(?P<M2>[0-5]?\d)分(?:(?P<S2>[0-5]?\d)秒)?)?)"
    r"(?!\d)(?:\s?(?P<ap>[AaPp]\.?[Mm]\b\.?))?(?:Z\b|\s?[+-]\d\d:?\d\d\b)?)?"
)
_CLOCK = r"(?:(?:,? (?:at |@ ?)?)(?P<H2>[01]\d|2[0-3])(?P<M3>[0-5]\d)(?:\s?(?:h|hrs?|hours))?(?!\d|[-/:.]\d|\s?(?:m[lLgG]|cc|k?cal|units?|U\b|%)))"
_SEP = r"\s?(?P<sep>[-/.])\s?"
_ZM = r"(?P<zm>十[一二]?|[一二三四五六七八九])"
_ZD = r"(?P<zd>[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|初?[一二三四五六七八九])"
_ZY = rf"(?P<zy>[一二][{_ZERO}九八][{_ZERO}一二三四五六七八九]{{2}})"
_AFTER = (
    "in since from until till by during before after around circa early mid late last this next of year and to".split()
)
_IN = "(?:" + "|".join(rf"(?<=\b(?i:{word})[ -])" for word in _AFTER) + ")"
_ON = (
    "(?:"
    + "|".join(
        rf"(?<=\b(?i:{word}) )"
        for word in "on since from until dated thru through seen admitted discharged born appt visit given received started due".split()
    )
    + "|(?<=\\d/\\d to )|(?<=\\d/\\d\\d to )|(?<=\\d/\\d-)|(?<=\\d/\\d\\d-)|(?<=[于自至到从] )|(?<=[于自至到从]))"
)
_AT = "(?:(?<=\\bat )|(?<=@ )|(?<=@)|(?<=时间:)|(?<=时间: )|(?<=[日晨午晚间于在至到]))"
_ZAP = r"(?P<zap>上午|下午|中午|晚上?|凌晨|早上?|早晨|夜间)"
_NOT_A_COUNT = (
    r"(?!\s?(?:m[lLgG]|mcg|ug|IU|U\b|units?|k?cal|cells|patients|steps|cc\b|/|%|x\b|mm|cm|,\d|\.\d|-?\d|:\d))"
)

# (name, form, whether no letter, digit or point may stand before it). Of overlapping matches the longest is the hit; a hit that
# several forms explain is read by the first that makes a date.
FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?<![\dA-Za-z.]){form}" if is_bound else form))
    for name, form, is_bound in (
        ("ymd", rf"{_Y}{_SEP}(?P<m>\d{{1,2}})\s?(?P=sep)\s?(?P<d>\d{{1,2}})(?!\d){_ZH_WEEKDAY}{_TIME}", True),
        ("mdy", rf"{_WEEKDAY}(?P<m>\d{{1,2}}){_SEP}(?P<d>\d{{1,2}})\s?(?P=sep)\s?{_Y}(?!\d)(?:{_CLOCK}|{_TIME})", True),
        ("mdY2", rf"(?P<m>\d{{1,2}})(?P<sep>/)(?P<d>\d{{1,2}})(?P=sep)(?P<Y2>\d\d)(?![\d/])(?:{_CLOCK}|{_TIME})", True),
        ("mdY2-", rf"(?P<m>0[1-9]|1[0-2])(?P<sep>[-.])(?P<d>0[1-9]|[12]\d|3[01])(?P=sep)(?P<Y2>\d\d)(?![-.\d]){_TIME}", True),
        ("mdy2-", rf"(?P<m>0?[1-9]|1[0-2])(?P<sep>[-.])(?P<d>0?[1-9]|[12]\d|3[01])(?P=sep)(?P<Y2>[0-4]\d)(?![-.\d/])(?!\s?(?:m[lg]|mm|cm|%|分)){_TIME}", True),
        ("zh", rf"(?:{_Y}|'?(?P<Y2>\d\d))\s?年\s?(?P<m>\d{{1,2}})\s?月\s?(?P<d>\d{{1,2}})\s?(?:[日号](?!楼|床)|(?![\d个余天周]))"
         rf"{_ZH_WEEKDAY}{_TIME}", False),
        ("zh-range", rf"(?:{_Y}\s?年\s?)?(?P<m>\d{{1,2}})\s?月\s?(?P<d>\d{{1,2}})\s?[日号]?\s?[-~至到]\s?(?P<d2>\d{{1,2}})\s?[日号]", False),
        ("zh-month", rf"(?:{_Y}|(?P<Y2>(?<!\d)\d\d))\s?年\s?(?P<m>\d{{1,2}})\s?月份?", False),
        ("zh-day", rf"(?<!\d)(?P<m>1[0-2]|0?[1-9])\s?月\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?(?:[日号](?!楼|床)){_ZH_WEEKDAY}{_TIME}", False),
        ("zh-in", r"(?<!\d)(?P<m>1[0-2]|0?[1-9])月(?:份|初|底|末|中旬|上旬|下旬)", False),
        ("zh-this", r"(?<=[今去前同次本当]年)(?P<m>1[0-2]|0?[1-9])月份?(?!\d)", False),
        ("zh-numerals", rf"{_ZY}\s?年\s?{_ZM}月(?:{_ZD}[日号]?)?{_TIME}", False),
        ("zh-numerals-day", rf"(?<![一二三四五六七八九十个]){_ZM}月{_ZD}[日号]", False),
        ("zh-year", rf"(?<!\d){_Y}\s?年(?!\d)", False),
        ("zh-numerals-year", rf"{_ZY}年", False),
        ("Mdy", rf"{_WEEKDAY}{_MON}\s?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?,\s?|\s+(?:of\s+)?){_Y}(?!\d){_TIME}", True),
        ("Md-dy", rf"{_MON}\s(?P<d>\d{{1,2}})\s?-\s?(?P<d2>\d{{1,2}})(?:\s?,\s?|\s+){_Y}(?!\d)", True),
        ("dMy", rf"{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]?(?:of\s+)?{_MON}[\s,-]{{0,2}}{_Y}(?!\d){_TIME}", True),
        ("dMY2", rf"(?P<d>\d{{1,2}})-?{_MON}-?'?(?P<Y2>\d\d)(?![\d]){_TIME}", True),
        ("My", rf"{_MON}(?:\s?,\s?|\s+|-|\s+of\s+){_Y}(?!\d)", True),
        ("Md", rf"{_WEEKDAY}{_MON}\s(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d/:.]*\d)(?!\s?(?:mg|ml|%)){_TIME}", True),
        ("dM", rf"(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\s(?:of\s+)?{_MON}(?![a-z]){_TIME}", True),
        ("inM", rf"(?=[JFMASOND][aepuco][nbrylgptvc]){_IN}(?P<mon>January|February|March|April|May|June|July|August|September|October|November|December)\b(?!\s\d)", False),
        ("ym", rf"{_Y}(?P<sep>[-/])(?P<m>0[1-9]|1[0-2])(?![-/\d])", True),
        ("my", rf"(?P<m>0?[1-9]|1[0-2])(?P<sep>/){_Y}(?![-/\d])", True),
        ("md", r"(?=0|\d\d/0)(?P<m>0[1-9]|1[0-2])(?P<sep>/)(?P<d>0[1-9]|[12]\d|3[01])(?!\d|[/.]\d|%|/)(?!\s?(?:strength|pain|mmHg|vision|murmur|points?|scale|分))",
         True),
        ("weekday-md", rf"(?P<w>(?i:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )(?P<m>0?[1-9]|1[0-2])(?P<sep>/)(?P<d>3[01]|[12]\d|0?[1-9])(?!\d|/){_TIME}", True),
        ("md-clock", rf"(?P<m>0?[1-9]|1[0-2])(?P<sep>/)(?P<d>3[01]|[12]\d|0?[1-9])(?:{_CLOCK}|,? (?:at |@ ?)(?P<H>[01]?\d|2[0-3]):(?P<M>[0-5]\d)(?:\s?(?P<ap>[AaPp]\.?[Mm]\b\.?))?)", True),
        ("zh-weekday-md", r"(?P<w>(?:周|星期|礼拜)[一二三四五六日天]\s?)(?P<m>1[0-2]|0?[1-9])(?P<sep>[./])(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)", False),
        ("zh-this-long", r"[今去前本当]年(?P<m>1[0-2]|0?[1-9])月(?:(?P<d>3[01]|[12]\d|0?[1-9])[日号])?", False),
        ("on-md", rf"(?=\d\d?[/.]\d){_ON}(?P<m>0?[1-9]|1[0-2])(?P<sep>[/.])(?P<d>3[01]|[12]\d|0?[1-9])(?!\d|[/.]\d|%|/)"
         r"(?!\s?(?:strength|pain|mm|cm|m[gl]|分|度|L\b|%|tabs?|tablets?|doses?|cups?|NS|normal|of\b|amps?|pills?|dilution))", False),
        ("compact", r"(?P<y>19\d\d|20[0-4]\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:\s?(?P<H>[01]\d|2[0-3])(?P<M>[0-5]\d)(?P<S>[0-5]\d)?)?"
         r"(?![\dA-Za-z])", True),
        ("year", rf"(?=1[89]\d\d|20\d\d){_IN}{_Y}(?!\d){_NOT_A_COUNT}", False),
        ("time", rf"{_AT}(?P<H>[01]?\d|2[0-3]):(?P<M>[0-5]\d)(?::(?P<S>[0-5]\d))?(?![\d:])(?:\s?(?P<ap>[AaPp]\.?[Mm]\b\.?))?", False),
        ("time-ap", r"(?P<H>1[0-2]|0?[1-9]):(?P<M>[0-5]\d)(?::(?P<S>[0-5]\d))?\s?(?P<ap>[AaPp]\.?[Mm]\b\.?)", True),
        ("time-hms", r"(?P<H>[01]\d|2[0-3]):(?P<M>[0-5]\d):(?P<S>[0-5]\d)(?![\d:])", True),
        ("time-zh", rf"{_ZAP}\s?(?P<H>[01]?\d|2[0-3])(?:[时点](?:(?P<M>[0-5]?\d)分?(?:(?P<S>[0-5]?\d)秒)?)?|:(?P<M2>[0-5]\d)(?::(?P<S2>[0-5]\d))?)"
         r"(?![\d:])", False),
        ("time-zh-min", r"(?<![\d小])(?P<H>[01]?\d|2[0-3])[时点](?P<M>[0-5]?\d)分(?:(?P<S>[0-5]?\d)秒)?", False),
    )
)  # fmt: skip

_LUNAR_MONTH = r"(?:闰?(?:正|冬|腊|十[一二]?|[二三四五六七八九])月)"
_LUNAR_DAY = r"(?:初[一二三四五六七八九十]|十[一二三四五六七八九]?|廿[一二三四五六七八九]?|二十[一二三四五六七八九]?|三十)(?![一二三四五六七八九十个多余天日岁年月周])"
# What is a date but of another calendar or of no number: nothing can be moved, so that DATE_TAG stands for it.
UNREADABLE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(form))
    for name, form in (
        (
            "lunar",
            rf"(?:(?:农历|阴历|旧历|藏历)?(?:{_Y}年|[一二][〇零○九八][〇零○一二三四五六七八九]{{2}}年|[今去前]年)?(?:农历|阴历|旧历)?(?<![一二三四五六七八九十])){_LUNAR_MONTH}(?:{_LUNAR_DAY})",
        ),
        (
            "lunar year",
            r"(?:农历|阴历|藏历)[甲乙丙丁戊己庚辛壬癸金木水火土铁阴阳]?[子丑寅卯辰巳午未申酉戌亥鼠牛虎兔龙蛇马羊猴鸡狗猪]年(?:\(.{4,12}?\))?",
        ),
        ("lunar eve", r"(?:农历|阴历)?(?:19\d\d|20\d\d)年(?:除夕|元宵|端午|中秋|重阳)(?:节|夜)?"),
        (
            "republic",
            r"民国\s?(?:\d{1,3}|[一二三四五六七八九十]{1,4})\s?年(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号]?)?|[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?)?",
        ),
        (
            "holiday",
            rf"(?:Christmas|Thanksgiving|Easter|Independence|Labor|Memorial|New Year'?s?)(?: Day| Eve)?,? {_Y}(?!\d)",
        ),
    )
)


@dataclass(slots=True)
class Context:
    """The last whole date of the text: the year of a date that is written without one."""

    year: int | None = None
    day_first: bool = False


class NotADate(Exception):
    """Looks like a date but is none in the calendar."""


def rewrite(
    whole: str, folded: str, span: tuple[int, int], rule: DateRule, earliest: int | None, context: Context
) -> str:
    """The date at `span` of the whole text, moved by the rule or only its year; DATE_TAG when it cannot be read.

    `earliest`: dates of earlier years would show an age over 89 and become DATE_TAG. A time alone moves in `shift` mode
    and stays in `year` mode: it is no element of a date.
    """
    text = whole[slice(*span)]
    for found in _forms_of(folded, span):
        try:
            read = _read(found.groupdict(), context)
        except NotADate:
            continue
        parts = _parts(found, span[0])
        if read.year is None:
            return _time_only(text, parts, found.groupdict(), rule)
        if earliest is not None and read.has_year and read.year < earliest:
            return DATE_TAG
        if read.has_year:
            context.year = read.year
        if rule.mode == "year":
            return _year_text(text, parts, read)
        try:
            return _moved(text, parts, found.groupdict(), read, rule)
        except (OverflowError, ValueError):
            return DATE_TAG
    return DATE_TAG


def _forms_of(folded: str, span: tuple[int, int]) -> Iterator[re.Match[str]]:
    """The forms that explain all of it. What stands before it is seen by look-behinds, what follows it is not."""
    return (found for _, form in FORMS if (found := form.fullmatch(folded, *span)))


def _parts(found: re.Match[str], offset: int) -> dict[str, tuple[int, int]]:
    spans = {name: found.span(name) for name, value in found.groupdict().items() if value is not None}
    return {name: (start - offset, end - offset) for name, (start, end) in spans.items()}


@dataclass(frozen=True, slots=True)
class _Read:
    year: int | None
    month: int | None
    day: int | None
    end_day: int | None
    has_year: bool
    is_day_first: bool


def _read(value: Mapping[str, str | None], context: Context) -> _Read:
    year, has_year = _year(value), True
    month, day = _month(value), _number(value.get("d"), value.get("zd"))
    if year is None:
        has_year = False
        if month is None:
            return _Read(None, None, None, None, False, False)
        year = context.year or 2001
    is_day_first = bool(value.get("sep")) and month is not None and day is not None and value.get("m") is not None and (
        month > 12 or (context.day_first and day <= 12)
    ) and not (value.get("y") and _comes_first(value))  # fmt: skip
    if is_day_first:
        month, day = day, month
    end = _number(value.get("d2"), None)
    try:
        date(year, month or 7, day or 1)
        if end is not None:
            date(year, month or 7, end)
    except ValueError:
        # 29 February without a year is a date of some year.
        if has_year or (month, day) != (2, 29):
            raise NotADate from None
        year = 2000
    return _Read(year, month, day, end, has_year, is_day_first)


def _comes_first(value: Mapping[str, str | None]) -> bool:
    return next(iter(k for k in value if k in ("y", "m"))) == "y"


def _year(value: Mapping[str, str | None]) -> int | None:
    if text := value.get("y"):
        return int(text)
    if text := value.get("Y2"):
        return int(text) + (2000 if int(text) < 50 else 1900)
    if text := value.get("zy"):
        return int("".join("0" if c in _ZERO else str(_ZH_DIGITS.index(c)) for c in text))
    return None


def _month(value: Mapping[str, str | None]) -> int | None:
    if text := value.get("mon"):
        return _SHORT[text[:3].lower()]
    return _number(value.get("m"), value.get("zm"))


def _number(arabic: str | None, numeral: str | None) -> int | None:
    if arabic:
        return int(arabic)
    return read_numeral(numeral) if numeral else None


def read_numeral(text: str) -> int:
    """A Chinese numeral below 200: 九十二, 廿三, 初三, 一百零二."""
    text = text.replace("廿", "二十").lstrip("初")
    if "百" in text:
        head, _, rest = text.partition("百")
        return 100 * (_ZH_DIGITS.index(head) if head else 1) + (read_numeral(rest.strip("零〇")) if rest else 0)
    tens, has_ten, ones = text.rpartition("十")
    if not has_ten:
        return _ZH_DIGITS.index(ones)
    return 10 * (_ZH_DIGITS.index(tens) if tens else 1) + (_ZH_DIGITS.index(ones) if ones else 0)


def write_numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _ZH_DIGITS[tens] + "十") + (
        "" if tens and not ones else _ZH_DIGITS[ones]
    )


def _year_text(text: str, parts: Mapping[str, tuple[int, int]], read: _Read) -> str:
    if not read.has_year:
        return DATE_TAG
    suffix = "年" if "年" in text else ""
    for name in ("zy", "y"):
        if name in parts:
            return text[slice(*parts[name])] + suffix
    return str(read.year) + suffix


def _moved(
    text: str, parts: Mapping[str, tuple[int, int]], value: Mapping[str, str | None], read: _Read, rule: DateRule
) -> str:
    assert read.year is not None
    clock = _clock(value)
    at = datetime(read.year, read.month or 7, read.day or (15 if read.month else 2), *(clock or (0, 0, 0)))
    at += timedelta(days=rule.days, seconds=rule.seconds if clock else 0)
    first, second = ("d", "m") if read.is_day_first else ("m", "d")
    padded = _is_padded(value)
    new = {
        "y": f"{at.year:04}",
        "Y2": f"{at.year % 100:02}",
        first: _pad(at.month, padded),
        second: _pad(at.day, padded),
        "w": "",
        "f": "",
    }
    new["zy"] = "".join(_ZH_DIGITS[int(c)] for c in f"{at.year:04}")
    new["zm"], new["zd"] = write_numeral(at.month), write_numeral(at.day)
    if name := value.get("mon"):
        new["mon"] = _month_like(name, at.month)
    if clock:
        new.update(_clock_text(at, value))
    if read.end_day is not None:
        assert read.month is not None
        end = date(read.year, read.month, read.end_day) + timedelta(days=rule.days)
        new["d2"] = _pad(end.day, padded)
        if end.month != at.month:
            new["d2"] = (
                f"{_month_like(value['mon'] or '', end.month)} {end.day}"
                if "mon" in parts
                else f"{end.month}月{end.day}"
            )
    return _put(text, parts, new)


def _put(text: str, parts: Mapping[str, tuple[int, int]], new: Mapping[str, str]) -> str:
    out, done = [], 0
    for name, (start, end) in sorted(parts.items(), key=lambda item: item[1]):
        if name in new:
            out += [text[done:start], new[name]]
            done = end
    # An ordinal goes with the old number: "14th" would become "22th".
    return _ORDINAL.sub(r"\1", "".join(out) + text[done:])


_ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th)\b")


def _is_padded(value: Mapping[str, str | None]) -> bool:
    digits = [text for name in ("m", "d") if (text := value.get(name))]
    if value.get("Y2") and value.get("mon"):
        return True
    if value.get("sep") == "-" and any(len(text) == 2 for text in digits):
        return True
    return any(text.startswith("0") for text in digits) or (len(digits) == 2 and all(len(text) == 2 for text in digits))


def _pad(number: int, padded: bool) -> str:
    return f"{number:02}" if padded else str(number)


def _month_like(name: str, month: int) -> str:
    full = _MONTHS[month - 1]
    # "May" is long and short at once: it is written out.
    new = full if len(name) > 4 or name.lower() in ("june", "july", "may") else full[:3]
    return new.upper() if name.isupper() else new.capitalize() if name[0].isupper() else new


def _clock(value: Mapping[str, str | None]) -> tuple[int, int, int] | None:
    if not (said := value.get("H") or value.get("H2")):
        return None
    hour, minute, second = (
        int(said),
        int(value.get("M") or value.get("M2") or value.get("M3") or 0),
        int(value.get("S") or value.get("S2") or 0),
    )
    half = (value.get("ap") or "").lower()[:1] or {
        "下": "p",
        "晚": "p",
        "夜": "p",
        "上": "a",
        "早": "a",
        "凌": "a",
    }.get((value.get("zap") or " ")[0], "")
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    if hour == 24:
        hour, minute, second = 23, 59, 59
    return hour, minute, second


def _clock_text(at: datetime, value: Mapping[str, str | None]) -> dict[str, str]:
    hour = value.get("H") or ""
    is_twelve = bool(value.get("ap")) or (bool(value.get("zap")) and int(hour or 0) <= 12)
    shown = (at.hour % 12 or 12) if is_twelve else at.hour
    new = {"H": f"{shown:02}" if hour.startswith("0") or (len(hour) == 2 and not is_twelve) else str(shown)}
    new |= {
        "H2": f"{at.hour:02}",
        "M3": f"{at.minute:02}",
        "M": f"{at.minute:02}",
        "M2": f"{at.minute:02}",
        "S": f"{at.second:02}",
        "S2": f"{at.second:02}",
    }
    if ap := value.get("ap"):
        letter = ("A" if at.hour < 12 else "P") if ap[0].isupper() else ("a" if at.hour < 12 else "p")
        new["ap"] = letter + ap[1:]
    if value.get("zap"):
        new["zap"] = "上午" if at.hour < 12 else "下午"
    return new


def _time_only(text: str, parts: Mapping[str, tuple[int, int]], value: Mapping[str, str | None], rule: DateRule) -> str:
    clock = _clock(value)
    if rule.mode == "year" or clock is None:
        return text
    at = datetime(2001, 1, 2, *clock) + timedelta(seconds=rule.seconds)
    return _put(text, parts, _clock_text(at, value))
