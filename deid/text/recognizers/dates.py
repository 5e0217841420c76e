from deid.text import calendar
from deid.text.recognizers.base import Recognizer, pattern

_MONTHS = "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october november december"
# What a form cannot be without, by its name; a month's name may touch digits ("14MAR23") but no letters.
_CHARS = {
    **dict.fromkeys(("ymd", "mdy", "mdy2-", "mdY2-", "on-md"), "-/."), **dict.fromkeys(("mdY2", "md", "my", "weekday-md", "md-clock"), "/"), "ym": "-/",
    **dict.fromkeys(("zh", "zh-month", "zh-year", "zh-numerals-year", "zh-numerals", "zh-this-long", "zh-this", "republic", "lunar year", "lunar eve"), "年"),
    **dict.fromkeys(("zh-range", "zh-day", "zh-in", "zh-numerals-day", "lunar"), "月"), "zh-weekday-md": "周期拜", **dict.fromkeys(("time", "time-ap", "time-hms"), ":"),
    "time-zh": "上下中晚凌早夜", "time-zh-min": "分",
}  # fmt: skip
_WORDS = {
    **dict.fromkeys(("Mdy", "Md-dy", "dMy", "dMY2", "My", "Md", "dM", "inM"), _MONTHS),
    "holiday": "christmas thanksgiving easter independence labor memorial new",
}


class Dates(Recognizer):
    """Dates and times in all forms of `deid.text.calendar`; durations and relative dates ("POD 3", 术后第3天) are none."""

    ENTITY = "DATE"
    NEEDS = r"\d|[一二三四五六七八九十〇零正冬腊]月|民国|除夕|Christmas|[一二][〇零○九八]|(?i:in|since|by|until|last|this|next|early|late|mid|during|of|from|before|after|around)[ -](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    RULES = tuple(
        pattern(name, form.pattern, chars=_CHARS.get(name, ""), words=_WORDS.get(name, ""))
        for name, form in (*calendar.FORMS, *calendar.UNREADABLE)
    )
