import re

from deid.text.recognizers.base import NO_WORD_AFTER, NO_WORD_BEFORE, Recognizer, Rule, pattern

_LABEL = (
    r"(?:(?i:phone|tel(?:ephone)?|cell|mobile|fax|pager|call(?:ed)? (?:back )?(?:at|on)|ext(?:ension)?)\.?(?: (?:no|number|#))?|"
    r"(?:联系|家庭|办公|移动|固定|家属|单位|座机)?(?:电话|手机|座机|传真)(?:号码?)?|热线|分机|致电|来电)[\s:#是为]{0,3}"
)


class Phone(Recognizer):
    """Telephone numbers of China (mobile, landline, service) and North America, and any number that is called one."""

    ENTITY = "PHONE"
    NEEDS = r"\d{2}|[一幺][三四五六七八九][〇零一二三四五六七八九幺]"
    RULES = (
        pattern("mobile", rf"(?<![0-9A-Za-z.])(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{{4}}){{2}}{NO_WORD_AFTER}"),
        pattern("mobile in threes", rf"{NO_WORD_BEFORE}1[3-9]\d[- ]\d{{3}}[- ]\d{{5}}{NO_WORD_AFTER}"),
        pattern("masked mobile", rf"{NO_WORD_BEFORE}1[3-9]\d[*xX]{{4,5}}\d{{3,4}}{NO_WORD_AFTER}", chars="*xX"),
        pattern("landline", rf"{NO_WORD_BEFORE}(?:(?:\+|00)86[- ]?)?\(?0?(?:10|2\d|[3-9]\d\d)\)?[- ]?(?<=[- )])[2-8]\d{{6,7}}(?:-\d{{1,6}})?{NO_WORD_AFTER}"),
        pattern("landline in one", rf"{NO_WORD_BEFORE}0(?:10|2\d|[3-9]\d\d)[2-8]\d{{6,7}}{NO_WORD_AFTER}"),
        pattern("service", rf"{NO_WORD_BEFORE}(?:400|800)[- ]?\d{{3,4}}[- ]?\d{{3,4}}{NO_WORD_AFTER}"),
        pattern("north america", r"(?<![0-9A-Za-z.-])(?:\+?1[-. ]?)?(?:\([2-9]\d\d\)\s?|[2-9]\d\d[-. ])\d{3}[-. ]\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?![0-9A-Za-z]|\.\d)"),
        pattern("international", rf"(?<![0-9A-Za-z])\+\d{{1,3}}[-. ]?(?:\(?\d{{1,4}}\)?[-. ]?){{2,5}}\d{{2,4}}{NO_WORD_AFTER}", chars="+"),
        pattern("labelled", rf"{_LABEL}(?P<value>\+?\(?\d[-\d() .]{{3,18}}\d){NO_WORD_AFTER}", chars="电话机真线来", words="phone tel telephone cell mobile fax pager call called ext extension"),
        pattern("near a label", r"(?i:phone|call|tel|mobile|cell|fax|text|contact|office|reach(?:ed)?|number)\b[^.\n]{0,30}?(?<![\w./-])(?P<value>\(?\+?\d{2,5}\)?(?:[-. ]\d{2,5}){1,5})(?![\w/]|[.:-]\d)", words="phone call tel mobile cell fax text contact office reach reached number"),
        pattern("zh extension", r"(?:分机|转|内线|短号|小号)\s?[:]?\s?(?P<value>\d{3,6})(?!\d|[.%年月]|\s?(?:ml|mg|U|次|天|元))", chars="分转内短小"),
        pattern("landline with extension", rf"{NO_WORD_BEFORE}(?:0\d{{2,3}}[- ]?)?[2-8]\d{{6,7}}\s?(?:转|分机|-)\s?\d{{2,6}}{NO_WORD_AFTER}", chars="转分-"),
        pattern("landline in parts", rf"{NO_WORD_BEFORE}0(?:10|2\d|[3-9]\d\d)[- ]\d{{3,4}} \d{{4}}{NO_WORD_AFTER}"),
        pattern("in numerals", r"(?<![一二三四五六七八九〇零])[一幺][三四五六七八九][〇零一二三四五六七八九幺]{9}(?![〇零一二三四五六七八九])"),
        pattern("united kingdom", rf"{NO_WORD_BEFORE}0(?:7\d{{3}}[ -]?\d{{6}}|7\d{{3}}[ -]\d{{3}}[ -]\d{{3}}|20[ -]\d{{4}}[ -]\d{{4}}|1\d{{2,3}}[ -]\d{{3}}[ -]\d{{3,4}}){NO_WORD_AFTER}"),
        pattern("to call", r"(?i:on|to|at|message|dial|text) (?P<value>\d{3} \d{3} \d{3,4}|\d{3} \d{4})(?!\d|[./]\d| ?(?:m[lg]|%|mm|units))", words="call text phone message messages dial reach answering"),
        pattern("extension", r"(?<![A-Za-z])(?i:ext|extension|pager|beeper)\.?[ :#]{1,3}(?P<value>\d{3,7})(?!\d|\.\d|%)", words="ext extension pager beeper"),
        pattern("last digits", r"(?:尾号|手机后四位|(?i:ending in))[:\s为是]{0,2}(?P<value>\d{4})(?!\d)", chars="尾手", words="ending"),
        pattern("local", r"(?<![0-9A-Za-z.-])[2-9]\d\d-\d{4}(?![-0-9A-Za-z]|\.\d)", 0.5),
    )  # fmt: skip

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        if rule.name != "near a label":
            return float(rule.score)
        value = match["value"]
        # Dates and rows of numbers are none.
        is_other = re.fullmatch(r"\d{4}[-.]\d\d[-.]\d\d(?: \d\d)?|[\d.]+ [\d.]+", value)
        return 0 if is_other or sum(c.isdigit() for c in value) < 8 else float(rule.score)
