import re

from deid.text.recognizers.base import CHECKED, NO_WORD_AFTER, NO_WORD_BEFORE, Recognizer, Rule, pattern


class TravelDocument(Recognizer):
    """Passports of China, permits for Hong Kong, Macau and Taiwan, officers' cards, Hong Kong identity cards (check digit)."""

    ENTITY = "ID"
    NEEDS = r"\d{6}|字第"
    RULES = (
        pattern("passport", rf"{NO_WORD_BEFORE}(?:[EGDSPK]\d{{8}}|E[A-HJ-NP-Z]\d{{7}}){NO_WORD_AFTER}"),
        pattern("permit", rf"{NO_WORD_BEFORE}[HMCW]\d{{8}}(?:\d\d)?{NO_WORD_AFTER}"),
        pattern(
            "labelled",
            r"(?:护照|通行证|回乡证|台胞证|居住证|军官证|士兵证|证件|身份证)(?:号码?|编号)?[:\s]{0,3}(?:为|是)?(?P<value>[A-Za-z]{0,3}[-A-Za-z0-9()]{5,20})",
        ),
        pattern("officer", r"(?P<value>[军兵士文广海空]字?第?\d{6,10}号)"),
        pattern("hong kong id", rf"{NO_WORD_BEFORE}(?P<value>[A-Z]{{1,2}}\d{{6}}\(?[0-9A](?:\)|{NO_WORD_AFTER}))"),
    )

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        if rule.name != "hong kong id":
            return float(rule.score)
        letters, digits, check = re.match(r"([A-Z]+)(\d{6})\(?([0-9A])", match["value"]).groups()  # type: ignore[union-attr]
        values = [36] * (2 - len(letters)) + [ord(c) - 55 for c in letters] + [int(d) for d in digits]
        total = sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True))
        wanted = -total % 11
        return CHECKED if ("A" if wanted == 10 else str(wanted)) == check else 0
