from deid.text import calendar
from deid.text.recognizers.base import Recognizer, pattern


class Dates(Recognizer):
    """Dates and times in all forms of `deid.text.calendar`; durations and relative dates ("POD 3", 术后第3天) are none."""

    ENTITY = "DATE"
    NEEDS = r"\d|[一二三四五六七八九十〇零正冬腊]月|民国|除夕|Christmas|[一二][〇零○九八]|(?i:in|since|by|until|last|this|next|early|late|mid|during|of|from|before|after|around)[ -](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    RULES = tuple(pattern(name, form.pattern) for name, form in (*calendar.FORMS, *calendar.UNREADABLE))
