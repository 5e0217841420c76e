import re

from deid.text.fold import HAN
from deid.text.lexicon.places import HAN_TOWNS
from deid.text.recognizers.base import Recognizer, Rule, one_of, pattern

_H = f"[{HAN}]"
_NUM = r"(?:[0-9A-Za-z]{1,6}|[一二三四五六七八九十百]{1,4})"
_DOOR = rf"(?:[-甲乙丙丁附]?\s?{_NUM}\s?(?:号院|号楼|号|栋|幢|座|单元|区|期|门|层|楼|室|户|组|队|弄|巷)(?:之{_NUM})?|-{_NUM}){{1,6}}{_NUM}?"
_LARGE = rf"(?:{_H}{{2,8}}?(?:省|自治区|特别行政区)|北京|天津|上海|重庆|内蒙古|广西|西藏|宁夏|新疆)?"
_AREA = (
    rf"(?:{_H}{{2,10}}?(?:自治州|地区|盟|市))?(?:{_H}{{1,10}}?(?:区|县|旗|市))?(?:{_H}{{1,10}}?(?:街道|镇|乡|苏木))?"
)
_LEAD = re.compile(r"(?:住[在于址]?|位于|地址|来自|居[于]?|[在到至往从回去](?=.{6})|于|是|为|搬|迁|患者)(?=.{3})")


_TOWN = one_of(HAN_TOWNS)


class ChineseAddress(Recognizer):
    """Addresses below the city: street and house, housing estate, village; and what follows a label such as 住址."""

    ENTITY = "ADDRESS"
    NEEDS = r"[路街道巷弄村镇乡区县号苑园里庄市州人籍]|住址|地址|籍贯|户口|出生地"
    RULES = (
        pattern("street", rf"(?P<value>{_LARGE}{_AREA}{_H}{{1,8}}?(?:大道|大街|路|街|道|巷|弄|胡同|里|条)(?:[东南西北中]段)?\s?{_DOOR}(?:{_H}{{2,10}}?(?:小区|花园|新村|家园|公寓|苑|大厦|广场)?{_DOOR})?)"),
        pattern("estate", rf"(?P<value>{_LARGE}{_AREA}{_H}{{2,10}}?(?:小区|花园|新村|家园|公寓|苑|大厦|花苑|府|家属院|宿舍){_DOOR})"),
        pattern("village", rf"(?P<value>{_LARGE}(?:{_H}{{1,8}}?市)?{_H}{{1,8}}?[县区市]{_H}{{1,8}}?[镇乡](?:{_H}{{1,8}}?村)?(?:{_DOOR})?)"),
        pattern("hamlet", rf"(?P<value>{_H}{{2,6}}?[镇乡]{_H}{{2,6}}?村(?:{_DOOR})?)"),
        pattern("district", rf"(?P<value>(?:北京|天津|上海|重庆|{_H}{{2,3}})市{_H}{{2,4}}?[区县])(?!域)"),
        pattern("town", rf"(?:来自|住在?|现住|居于|在|去|从|到|回|赴|至|往|返|飞|生于|籍贯|家在|老家|经|途经|抵|由)(?P<value>{_TOWN}市?(?:{_H}{{1,4}}?[区县镇乡])?)", 0.6),
        pattern("town and more", rf"(?<![{HAN}])(?P<value>{_TOWN}(?:市|地区|州))(?!级|立|民|场)", 0.6),
        pattern("native of", rf"(?P<value>{_TOWN})(?=人[,，。;；\s]|籍|户口)", 0.6),
        pattern("province and town", rf"(?P<value>{_TOWN}市?)", 0.6),
        pattern("labelled", rf"(?:(?:家庭|现|常|户籍|户口|通讯|联系|单位|居住|邮寄)*(?:住址|地址|所在地)|户口地|籍贯|出生地|户籍地?|工作单位|居住地|现居(?:住)?于?|家住|居住(?:在|于)|住在)\s?[:]?\s?"
             rf"(?P<value>{_H}[{HAN}A-Za-z0-9#()-]{{2,50}})"),
    )  # fmt: skip

    def narrow(self, match: re.Match[str], rule: Rule) -> tuple[int, int]:
        # What leads to an address is no part of it: "现家住", "就诊于".
        start, end = match.span("value")
        lead = max((m.end() for m in _LEAD.finditer(match["value"])), default=0)
        return start + lead, end

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        value = match["value"]
        if rule.name == "labelled" and re.match(r"不详|未提供|同上|无|当地|本地|原籍|农村|外地|未知", value):
            return 0
        return 0 if re.search(r"术后|病房|病区|门诊|手术|疼痛|肿|炎|癌", value) else float(rule.score)
