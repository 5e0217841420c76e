import re
from datetime import date

from deid.text.recognizers.base import CHECKED, NO_WORD_AFTER, NO_WORD_BEFORE, Recognizer, Rule, pattern

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_REGION = r"[1-9]\d{5}"
_GAP = r"[ -]?"


class ResidentId(Recognizer):
    """Resident identity number of China (GB 11643): region, birth date, sequence, check character; before 2000 15 digits.

    One with a wrong check character is a mistyped one as long as it has a birth date in the calendar.
    """

    ENTITY = "ID"
    NEEDS = r"\d{6}"
    RULES = (
        pattern(
            "18",
            rf"{NO_WORD_BEFORE}{_REGION}{_GAP}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){_GAP}\d{{3}}{_GAP}[\dXx](?!\w)",
        ),
        pattern(
            "18 beside Han",
            rf"{NO_WORD_BEFORE}{_REGION}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}[\dXx]{NO_WORD_AFTER}",
        ),
        pattern("15", rf"{NO_WORD_BEFORE}{_REGION}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}{NO_WORD_AFTER}"),
        pattern("masked", rf"{NO_WORD_BEFORE}\d{{4,6}}(?:\d{{0,8}}[*Xx]{{3,14}})\d{{2,3}}[\dXx]{NO_WORD_AFTER}"),
    )

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        text = re.sub(r"[ -]", "", match[0]).upper()
        if len(text) == 15 and text.isdigit():
            return float(rule.score) if _is_date("19" + text[6:12]) and text[:2] <= "82" else 0
        if not text[:17].isdigit() or len(text) != 18:
            return float(rule.score)
        if not _is_date(text[6:14]):
            return 0
        return (
            CHECKED
            if _CHECK[sum(int(d) * w for d, w in zip(text, _WEIGHTS, strict=False)) % 11] == text[17]
            else float(rule.score)
        )


def _is_date(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return True
