from deid.text.recognizers.base import NO_WORD_AFTER, Recognizer, pattern


class LicencePlate(Recognizer):
    """Chinese plates (province, authority, five or six characters, special ends), and others where one is named."""

    ENTITY = "ID"
    NEEDS = r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Z]|(?i:plate|registration)|车牌"
    RULES = (
        pattern("zh", rf"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Z][·. -]?(?=[A-HJ-NP-Z0-9]*\d)[A-HJ-NP-Z0-9]{{4,6}}[挂学警港澳领]?{NO_WORD_AFTER}"),
        pattern("en", r"(?i:licen[sc]e plate|plate number|vehicle registration|plate)(?: ?(?i:number|no\.?|#))?(?: is)?[:\s#]{1,3}(?P<value>(?=[A-Z -]{0,7}\d|\d+[A-Z -]+)[A-Z0-9]{1,4}[- ]?[A-Z0-9]{2,5})(?![A-Za-z0-9])"),
    )  # fmt: skip
