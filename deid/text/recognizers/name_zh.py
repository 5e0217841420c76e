import re
from typing import Any

from presidio_analyzer import RecognizerResult

from deid.text.fold import HAN
from deid.text.guard import is_clinical_zh, is_common_zh, is_han_name
from deid.text.lexicon.people import (
    COMPOUND_SURNAMES,
    FUNCTION_WORDS,
    GIVEN_CHARS,
    HAN_WORDS,
    KIN,
    NAME_PARTS,
    SURNAMES,
    TITLES_AFTER,
    WEAK_SURNAMES,
)
from deid.text.recognizers.base import Recognizer, Rule, pattern

_H = f"[{HAN}]"
_COMPOUND = "|".join(sorted(COMPOUND_SURNAMES))
_SURNAME = rf"(?:{_COMPOUND}|[{''.join(sorted(SURNAMES))}])"
_STRONG = rf"(?:{_COMPOUND}|[{''.join(sorted(SURNAMES - WEAK_SURNAMES))}])"
_NAME = rf"{_SURNAME}[ ]{{0,2}}{_H}(?:[ ]{{0,1}}{_H})?|{_H}{{1,6}}·{_H}{{1,8}}"
_LABEL = (
    r"(?:(?:患者|病人|病员|产妇|新生儿|家属|联系人|监护人|母亲|父亲|配偶|受试者|申请人|被保险人|持卡人|户主)?(?:的)?姓\s{0,4}名|联系人|紧急联系人|家属(?:签[名字])?|患者(?:签[名字])|(?:医[师生]|护士|患者|家属|本人|委托人|授权人)签[名字章]|签\s?[名字]"
    r"|(?:主任|副主任|主治|住院|经治|管床|主管|责任|上级|首诊|接诊|值班|会诊|手术|麻醉|报告|检查|审核|记录|申请|开单|送检|执行|复核|诊断)(?:医师|医生|护士|者|人|技师|药师)?|医师|医生|护士|助产士|接生者?|咨询师|心理师|治疗师|康复师|营养师|辅导员|班主任|社工|律师|民警|司机|翻译|村医|术者|主刀|第?[一二三]助手?|助手|器械护士|巡回护士|洗手护士"
    r"|麻醉师|麻醉者|记录者|记录人|陈述者|病史陈述者|代述者|供史者|书写者|检验者|检验员|检查者|审核者|报告者|操作者|监护人|法定代理人|委托代理人|见证人|研究者|主要研究者|研究护士|曾用名|昵称|小名|乳名)"
)
# What a name is made of where nothing else tells: a sure surname or any, and characters of given names.
_GIVEN = f"[{''.join(sorted(GIVEN_CHARS))}]"
_LIKELY = rf"(?:(?:{_COMPOUND}){_GIVEN}{{1,2}}?|[{''.join(sorted(SURNAMES))}]{_GIVEN}{{2}}|[{''.join(sorted(SURNAMES - WEAK_SURNAMES))}]{_GIVEN})"
_ELSEWHERE = "|".join(sorted(NAME_PARTS, key=len, reverse=True))
_CUE = r"(?=\s*(?:$|[,，。、;:：(（)）\n/|]|\s|男|女|先生|女士))"
_LOOSE = r"(?=\s*(?:$|[,，。、;:：(（)）\n]|男|女|于|因|自|在|诉|系|为|来|入院|住院|主[因诉]|既往|现[为病在]|近|反复|出现|出院|无|有|今|同意|以|已|由|被|拟|神志|一般|病情|确诊|就诊|行|术|发|突|的|之|和|与|及|说|称|表示|签|电话|手机|联系|陪|代|转|曾|仍|目前|下|上|昨|此|再|前|本|年龄|术后|产后|体温|血压|夜间|今晨|同志|老|父|母|妈|爸|妻|丈夫|送|带|打|告|通知|探|讲|记录|查|主管|负责|操作|采|给|对|向|跟|嘱|亲|均|都|也|亦|刚|正|不|未|没|即|平素|每|约|去|到|回|住|家|能|要|想|让|请|领|站|签|[A-Za-z]))"
_ROLE = r"(?:主任医师|主治医师|住院医师|经治医师|副主任医师|主管护师|责任护士|护士长|主任|教授|院长|医师|医生|护士|大夫|助产士|咨询师|心理师|治疗师|营养师|药师|辅导员|班主任|律师|民警|社工|司机|翻译)"
_KIN = "|".join(sorted(KIN, key=len, reverse=True))
_TITLES = "|".join(
    sorted((t for t in TITLES_AFTER if t not in ("总", "某", "某某", "同志", "经理")), key=len, reverse=True)
)


_SHORT = f"[{''.join(sorted(SURNAMES - FUNCTION_WORDS - frozenset('于年便时儿肠腿脑结心区量叶管剂组米麦')))}]"
# Who does what, before a name without a colon: "术者王磊", "一助边疆".
_DUTY = (
    r"(?:实习生|进修生|规培生|研究生|带教|一助|二助|三助|主刀|术者|麻醉|复核|取材|采血|核对|巡视|巡回|洗手|器械|值班|管床|责护|夜班|白班|二线|一线|接听者|接班|交班|主管|经办人?|操作者|户名|持卡人|收款人|联系人|审核|报告|阅片|记录|诊断医师|送检|会诊"
    r"|陪诊|陪护|陪同|代述|代诉|代签|见证人|鉴定人|办案人|司机|保姆|组长|队长|处长|科长|班长|志愿者|协调员|专员|主持|主讲|随访员|联络人|转诊医生|接诊|家庭医生|签约医生|翻译|村医|民警|警官|法官|律师|书记|妻子?|丈夫|配偶|爱人|男友|女友|男朋友|女朋友|恋人|好友|朋友|邻居|室友|同学|同事|老乡)"
)


class ChineseName(Recognizer):
    """Chinese names by what stands around them: a label, 患者, a kinship, a title; and masked ones (张某, 李**)."""

    ENTITY = "NAME"
    NEEDS = f"[{HAN}]"
    RULES = (
        pattern("label", rf"{_LABEL}\s?(?:[:]|为|是|\s)\s{{0,6}}(?P<value>{_NAME}){_CUE}"),
        pattern("label, text goes on", rf"{_LABEL}\s?[:]\s{{0,6}}(?P<value>{_NAME}){_LOOSE}"),
        pattern("label, foreign", r"(?:姓名|联系人|英文名|外文名|拼音)\s?:?\s{0,6}(?P<value>[A-Z][A-Za-z'.-]+(?:[ ·][A-Z][A-Za-z'.-]+){0,3})", chars="名联拼"),
        pattern("patient", rf"(?:患者|病人|患儿|产妇|孕妇|受试者|病友|死者|伤者|老人)[:,，\s]{{0,2}}(?P<value>{_STRONG}{_H}{{1,2}}?){_LOOSE}", 0.8),
        pattern("patient, likely", rf"(?:患者|病人|患儿|产妇|孕妇|被鉴定人|受试者|宝宝)(?P<value>{_LIKELY}|{_SURNAME}{_GIVEN}){_LOOSE}", 0.7),
        pattern("patient, sex follows", rf"(?:患者|病人|患儿|产妇|孕妇|受试者)?[:,，\s]{{0,2}}(?<!{_H})(?P<value>{_NAME})(?=\s?[,，、(]\s?(?:男|女)(?:性)?[,，、\s)\d])", chars="男女"),
        pattern("patient, sex follows close", rf"(?:患者|病人|患儿|产妇|孕妇)(?P<value>{_NAME})(?=\s?[,，、(]\s?(?:男|女))", chars="男女"),
        pattern("kin", rf"(?:其|患者|病人|患儿|之|由|及|与|和|,|，|。|、|的|^)(?:{_KIN})[(（:：,，\s]{{0,2}}(?:姓名|名叫|叫|为|是|系)?[:：\s]?(?P<value>{_STRONG}{_H}{{1,2}}?){_LOOSE}", 0.8),
        pattern("kin, compound", rf"(?:{_KIN})(?P<value>(?:{_COMPOUND}){_H}{{1,2}}?){_LOOSE}"),
        pattern("kin, compound and two", rf"(?:{_KIN})(?P<value>(?:{_COMPOUND}){_H}{{2}})"),
        pattern("kin, bracket", rf"(?:{_KIN})\s?[(（:：]\s?(?P<value>{_NAME})(?=[)）,，。\s:：0-9]|$)"),
        pattern("called", rf"(?:名叫|叫做|姓名是|我是|我叫|名为|化名|又名|原名)(?P<value>{_NAME}){_LOOSE}"),
        pattern("title", rf"(?P<value>(?<!{_H}{_H})(?:{_NAME}|{_SURNAME})|(?:{_COMPOUND}|[{''.join(sorted(SURNAMES - FUNCTION_WORDS))}])(?:{_H}{{1,2}}?)?)(?=(?:{_TITLES})(?!签|查房记录))"),
        pattern("title before", rf"{_ROLE}(?P<value>{_STRONG}{_H}{{1,2}}?){_LOOSE}", 0.8),
        pattern("title before, text ends", rf"{_ROLE}(?P<value>{_NAME}){_CUE}", 0.8),
        pattern("nickname", rf"(?:{_KIN})[(（:：]?(?P<value>[小阿老]{_H}){_LOOSE}", 0.7, chars="小阿老"),
        pattern("masked", rf"(?<!{_H})(?P<value>(?:{_COMPOUND}|[{''.join(sorted(SURNAMES))}])(?:某某?|[*xX×]{{1,2}}))(?![{HAN}]{{2}}某)", chars="某*xX×"),
        pattern("masked after", rf"(?:患者|病人|其[父母子女妻夫兄弟姐妹]亲?|家属|医生|医师)(?P<value>{_SURNAME}(?:某某?|[*xX×]{{1,2}}))", chars="某*xX×"),
        pattern("role", rf"(?:{_DUTY})[:]?\s?(?P<value>{_NAME}){_CUE}", 0.8),
        pattern("role, text goes on", rf"(?:{_DUTY}|{_ROLE})[:]?\s?(?P<value>{_LIKELY}){_LOOSE}", 0.8),
        pattern("role, short", rf"(?:{_DUTY}|{_ROLE}|(?<=[与和、及由请让叫找])|(?<!{_H})|病友|同室|同屋|邻居|{_KIN})[:]?(?P<value>[老小阿大]{_SHORT}){_LOOSE}", 0.7, chars="老小阿大"),
        pattern("little", rf"(?<!{_H})(?P<value>[小阿]{_GIVEN})(?=的|与|和|母亲|父亲|妈|爸|奶奶|爷爷|丈夫|老公|妻|说|诉|自述|今|昨|来|已|自觉|现|于)", 0.7, chars="小阿"),
        pattern("alone", rf"(?<![{HAN}])(?P<value>{_LIKELY}){_LOOSE}(?![氏征病])", 0.7),
        pattern("of two", rf"(?<={_H})(?P<value>(?:{_COMPOUND}){_H}{{1,2}}?){_CUE}", 0.6),
        pattern("surname", rf"(?:姓|叫做?|免贵姓)(?P<value>{_SURNAME})(?=[,，。;；\s)）]|$)", chars="姓叫"),
        pattern("any name", rf"(?:小名|乳名|昵称|又名|人称|绰号|外号|网名|曾用名|别名|汉语名|汉名|藏名|英文名|法名|笔名|俗称[“\"]?)(?:为|叫|是|:)?\s?(?P<value>{_H}{{1,4}}?){_CUE}", chars="名称号俗"),
        pattern("kin, given name", rf"(?:{_KIN}|{_DUTY})[(（:]?(?P<value>{_GIVEN}{{2}}){_LOOSE}", 0.6),
        pattern("peoples", rf"(?P<value>(?:{_ELSEWHERE})(?:·?(?:{_ELSEWHERE})){{0,3}}(?:·{_H}{{1,8}})?)"),
        pattern("peoples, two parts", rf"(?P<value>{_H}{{1,6}}·(?:{_ELSEWHERE})(?:{_ELSEWHERE})?)", chars="·"),
        pattern("short title", rf"(?:(?<!{_H})|(?<=[由请与和、]))(?P<value>{_SHORT})(?=[老姐哥嫂姨爷叔婶总工](?:[,，。;；:：\s]|诉|说|于|生|退|今|昨|来|的|住|在|送|家))", 0.7, chars="老姐哥嫂姨爷叔婶总工"),
        pattern("western title", rf"(?i:dr|prof|mr|mrs|ms|miss)\.?\s?(?P<value>{_SURNAME}{_H}{{0,2}})(?!{_H})", words="dr prof mr mrs ms miss"),
        pattern("known as", rf"(?:{_KIN})(?P<value>{_SURNAME}氏)(?={_H}?)", chars="氏"),
        pattern("child's parent", rf"(?<!{_H})(?P<value>{_GIVEN}{{2}}|{_LIKELY})(?=(?:妈妈?|爸爸?|奶奶|爷爷|外婆|姥姥)(?:[:：,，。\s]|收|请|说|来))", 0.6, chars="妈爸奶爷婆姥"),
        pattern("titled after a word", rf"(?:社区|家庭|签约|请|找|由|谢谢|感谢|@)(?P<value>[{''.join(sorted(SURNAMES))}])(?=(?:医生|大夫|护士|主任|老师|医师|教授|书记|主治))", chars="社家签请找由谢感@"),
        pattern("list", rf"(?:参加人员|手术人员|在场人员|讨论人员|参与讨论|出席)[:]\s?(?P<value>{_NAME}(?:[、,，\s]{{1,2}}(?:{_NAME})){{0,8}}){_CUE}", chars="员席论"),
    )  # fmt: skip

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        # "王磊、李明和赵刚": what is set beside a name is one.
        for hit in found:
            more = _AND_SO_ON.match(text, hit.end)
            if more and not _has_title(more["value"]) and (is_han_name(more["value"]) or more["value"][0] in "小老阿"):
                found.append(self._result(*more.span("value"), 0.65))
        return found

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        name = re.sub(r"\s", "", match["value"])
        rule_name = rule.name
        if rule_name in _SAID:
            return float(rule.score)
        if _has_title(name):
            return 0
        if (
            rule_name in ("role", "label")
            and len(name) > 1
            and name[0] in SURNAMES
            and name[1:].strip()
            and set(name[1:]) <= GIVEN_CHARS
        ):
            # In such a place even a word is a name: "麻醉:安然".
            return float(rule.score)
        if rule_name == "alone" and is_common_zh(name[:2]):
            return 0
        if rule_name == "child's parent":
            return 0 if name in HAN_WORDS or name in KIN or is_clinical_zh(name) else float(rule.score)
        if rule_name == "kin, given name":
            return 0 if name in HAN_WORDS or name in KIN or is_common_zh(name) else float(rule.score)
        if rule_name in ("nickname", "role, short", "little"):
            return 0 if name in HAN_WORDS else float(rule.score)
        if rule_name == "title":
            return float(rule.score) if self._is_titled(match, name) else 0
        return float(rule.score) if is_han_name(name) else 0

    @staticmethod
    def _is_titled(match: re.Match[str], name: str) -> bool:
        if len(name) == 1 or name in COMPOUND_SURNAMES:
            before = match.string[match.start() - 1 : match.start()]
            # "责任护士", "主任医师": the character is the end of another word.
            return name not in FUNCTION_WORDS and not re.match(r"[责主担当接胜信重级班科室]", before or "-")
        return name[0] not in FUNCTION_WORDS and is_han_name(name)


def _has_title(name: str) -> bool:
    """ "陆先生": the title is no part of the name."""
    return "某" not in name and (name[1:] in TITLES_AFTER or name[2:] in TITLES_AFTER)


# A rule whose shape says enough.
_SAID = frozenset(
    (
        "masked",
        "masked after",
        "label, foreign",
        "list",
        "surname",
        "any name",
        "peoples",
        "short title",
        "western title",
        "known as",
        "peoples, two parts",
        "titled after a word",
    )
)
_AND_SO_ON = re.compile(rf"(?:、|和|与|及|/|,)(?P<value>{_NAME}|[小老阿]{_H}){_CUE}")
