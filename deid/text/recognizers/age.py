import re

from deid.text.calendar import read_numeral
from deid.text.guard import is_english_word
from deid.text.recognizers.base import Recognizer, Rule, pattern

_OLD = r"(?:9\d|1[0-4]\d)"
_ZH_OLD = r"(?:九十[一二三四五六七八九]?|一百(?:零?[一二三四五六七八九]|[一二三四]?十[一二三四五六七八九]?)?)"
_EN_OLD = r"(?i:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|one hundred(?: and)?(?: (?:one|two|three|four|five|six|seven|eight|nine|ten))?|a hundred)"


class Age(Recognizer):
    """Ages of 90 and more, as digits and in words. A younger age is no identifier."""

    ENTITY = "AGE"
    NEEDS = r"(?:9|1[0-4])\d|1[0-4]\d|[九百]|(?i:ninet|hundred|nonagenarian|centenarian)"
    RULES = (
        pattern("year old", rf"(?<!\d)(?<!\d[.,/-])(?P<value>{_OLD})(?:\.\d+)?(?=\s?-?\s?(?i:years?|yrs?|yr|y)\.?\s?-?\s?(?i:old|of age|o\b|/o\b|\.?o\.?\b))"),
        pattern("yo", rf"(?<!\d)(?<!\d[.,/-])(?P<value>{_OLD})(?=\s?-?\s?(?i:yo|y/o|y\.o\.?|yom|yof|yrs?[ /]?o)\b)"),
        pattern("age", rf"(?<![A-Za-z])(?i:age|aged|ages|age at (?:death|diagnosis|onset|enrollment))(?:\s?(?:of|is|was|:|=|-|\(years?\)))?\s{{0,3}}(?P<value>{_OLD})(?![\d%./]|\s?%)"),
        pattern("turned", rf"(?<![A-Za-z])(?i:turned|turning|until|lived to(?: be)?)\s(?P<value>{_OLD})(?=[.,;)]|$|\sthis|\slast|\sin\b|\syears?)"),
        pattern("died at", rf"(?<![A-Za-z])(?i:died|dies|passed(?: away)?|deceased|d\.|death|lived)[^.;\n\d]{{0,30}}?(?<![A-Za-z])(?i:at|aged|age)\s(?:age\s)?(?P<value>{_OLD})(?![\d%/]|\.\d|\s?(?:%|mg|kg|lb|cm))"),
        pattern("years young", rf"(?<!\d)(?<!\d[.,/-])(?P<value>{_OLD}|{_EN_OLD})\"?(?=\s(?i:years? young|yrs? young))"),
        pattern("comma sex", rf"(?<![\d./-])(?P<value>{_OLD})(?=\s?[MF](?:[,.;)]|\s|$))"),
        pattern("birthday", rf"(?<!\d)(?<!\d[.,/-])(?P<value>{_OLD})(?:st|nd|rd|th)(?=\s(?i:birthday))"),
        pattern("sex", rf"(?<!\d)(?<!\d[.,/-])(?P<value>{_OLD})(?=[ -]?(?:[MF][ ](?:with|who|presents?|presenting|admitted|h/o|s/p|p/w|from|here|is|was)\b|(?i:male|female|man|woman|lady|gentleman)\b))"),
        pattern("after a name", rf"(?<=[a-z][ ]\()(?P<value>{_OLD})(?=\)|[ ,]?[MF]\))"),
        pattern("words", rf"(?<![A-Za-z-])(?P<value>{_EN_OLD})(?=[- ](?i:years?)[- ](?i:old|of age))"),
        pattern("called", r"(?<![A-Za-z])(?i:nonagenarian|centenarian|supercentenarian)(?![A-Za-z])"),
        pattern("zh", rf"(?<!\d)(?<!\d[.,/-])(?P<value>{_OLD}\s?(?:周岁|岁))(?!以上)"),
        pattern("zh label", rf"年\s?龄\s?[:]?\s?(?P<value>{_OLD})(?![\d.%]|\s?[岁周])"),
        pattern("zh numerals", rf"(?<![一二三四五六七八])(?P<value>{_ZH_OLD}(?:余|多|来)?(?:周岁|岁))(?!以上)"),
        pattern("zh called", r"九旬|百岁|期颐|鲐背|耄耋之年|九十有[一二三四五六七八九]|年[过逾近]九[十旬]"),
        pattern("zh numerals alone", rf"(?:今年|现年|享年|终年|虚岁|高龄|寿)(?P<value>{_ZH_OLD}|{_OLD})(?![\d.%]|\s?[岁周一二三四五六七八九十])"),
    )  # fmt: skip

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        if rule.name == "after a name":
            word = re.search(r"([A-Z]?[a-z]+) \($", match.string[: match.start()])
            return float(rule.score) if word and word[1][0].isupper() and not is_english_word(word[1]) else 0
        numerals = re.match(r"[一二三四五六七八九十百零]+", match["value"]) if "value" in match.re.groupindex else None
        return 0 if numerals and read_numeral(numerals[0]) < 90 else float(rule.score)
