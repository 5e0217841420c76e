import re
from typing import Any

from presidio_analyzer import RecognizerResult

from deid.text.fold import HAN, is_han
from deid.text.guard import begins_word_zh, is_clinical_zh, is_common_zh, is_english_word, is_eponym, is_han_name
from deid.text.lexicon.given_names import GIVEN_NAMES
from deid.text.lexicon.people import (
    COMPOUND_SURNAMES,
    FOREIGN_GIVEN,
    FUNCTION_WORDS,
    GIVEN_CHARS,
    HAN_WORDS,
    JAPANESE_SURNAMES,
    KIN,
    NAME_PARTS,
    RARE_SURNAMES,
    SURNAMES,
    TITLES_AFTER,
    WEAK_SURNAMES,
    WORD_NAMES,
)
from deid.text.lexicon.places import LARGE
from deid.text.pinyin import PINYIN_FAMILIES, is_pinyin_name, name_words
from deid.text.recognizers.base import UNSURE, Recognizer, Rule, one_of, pattern

_H = f"[{HAN}]"
_COMPOUND = one_of(COMPOUND_SURNAMES)
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
_ELSEWHERE = one_of(NAME_PARTS)
_CUE = r"(?=\s*(?:$|[,，。、;:：(（)）\n/|]|\s|男|女|先生|女士))"
_LOOSE = r"(?=\s*(?:$|[,，。、;:：(（)）\n]|男|女|于|因|自|在|诉|系|为|来|入院|住院|主[因诉]|既往|现[为病在]|近|反复|出现|出院|无|有|今|同意|以|已|由|被|拟|神志|一般|病情|确诊|就诊|行|术|发|突|的|之|和|与|及|说|称|表示|签|电话|手机|联系|陪|代|转|曾|仍|目前|下|上|昨|此|再|前|本|年龄|术后|产后|体温|血压|夜间|今晨|同志|老|父|母|妈|爸|妻|丈夫|送|带|打|告|通知|探|讲|记录|查|主管|负责|操作|采|给|对|向|跟|嘱|亲|均|都|也|亦|刚|正|不|未|没|即|平素|每|约|去|到|回|住|家|能|要|想|让|请|领|站|签|长期|体健|患|自觉|自述|自行|要求|拒绝|哭|情绪|指示|评估|认为|建议|考虑|会诊|嘱|强调|补充|汇报|请假|外出|离院|返院|步|坐|躺|喊|叫|吃|喝|夜|晨|昨夜|每日|平时|从事|吸烟|饮酒|否认|死于|去世|健在|身体|护送|书写|夫妇|现已|配合|未|予|协助|搀扶|推|抱|扶|当|值|替|交|接|休|完成|执行|核对|复核|双|又|才|就|则|已|可|会|回|跑|只|把|将|女儿|儿子|母|家属|家人|沟通|交班|接生|反映|证实|处方|抄方|复诊|随访|随诊|判断|提醒|访谈|接听|哭|摔|跌|咳|呕|吐|腹|头|胸|发热|发烧|过敏|外伤|骨折|昏|晕|独居|团队|留言|宣教|[A-Za-z]))"
_ROLES = "主任医师 主治医师 住院医师 经治医师 副主任医师 主管护师 责任护士 护士长 主任 教授 院长 医师 医生 护士 大夫 助产士 咨询师 心理师 治疗师 营养师 药师 辅导员 班主任 律师 民警 社工 司机 翻译"
_ROLE = one_of(_ROLES.split())
# Alone, some characters of kinship begin words: 子宫, 女性, 母乳.
_KIN_OF_ONE = "[父兄弟姐妹妻夫姨舅]|母(?![乳婴体子])|子(?![宫痫代夜午细囊弹])|女(?![性儿婴])|[爸妈]"
_KIN = f"{one_of(k for k in KIN if len(k) > 1)}|{_KIN_OF_ONE}"
# What foreign names are written with.
_TRANSCRIBED = "阿埃奥巴贝比伯波布茨达代戴德登迪蒂顿多尔法菲夫弗戈格哈赫霍基吉加杰金卡凯康科克孔库拉莱兰朗雷勒里利林伦罗洛马麦曼梅米莫姆穆纳娜奈内尼诺欧帕佩皮珀普奇乔切瑞萨莎塞森沙史施什斯索塔泰特图托瓦威维韦温翁沃伍西希谢辛雅亚娅耶伊扎兹佐丽莉露琳琪妮安艾爱查珍"
_UYGHUR = "阿布都热西提艾尼瓦尔依力哈木努兰合塔巴别克买吐逊古丽迪拉穆萨帕孜玛伊斯乌图荪沙吾卡德肯江麦然妮亚赛莱不卜甫汗则再娜拜洪山地里夏姑比米日吉坎格苏来"
_JAPANESE = one_of(JAPANESE_SURNAMES)
_TITLES = one_of(t for t in TITLES_AFTER if t not in ("总", "某", "某某", "同志", "经理"))


_SHORT = f"[{''.join(sorted(SURNAMES - FUNCTION_WORDS - frozenset('于年便时儿肠腿脑结心区量叶管剂组米麦')))}]"
# What only a person's name follows.
_PERSONS_LABELS = (
    "报告医师 审核医师 诊断医师 检查医师 申请医师 送检医师 主治医师 住院医师 经治医师 主任医师 麻醉医师 手术医师 会诊医师 值班医师 记录医师 上级医师 接诊医师 报告医生 审核医生 申请医生 送检医生 麻醉医生 会诊医生 值班医生 管床医生 主管医生 接诊医生"
    " 医师签名 医生签名 护士签名 家属签名 患者签名 医师签字 医生签字 护士签字 家属签字 患者签字 主任签名 主任签字 签名 签字 责任护士 值班护士 巡回护士 洗手护士 器械护士 记录者 记录人 检查者 检查技师 报告者 报告人 审核者 审核人 录入者 录入人 录入 核对者 核对人 操作者"
    " 手术者 术者 主刀 第一助手 第二助手 一助 二助 助手 麻醉者 麻醉师 供史者 病史陈述者 陈述者 代述者 介绍人 来访者 随访员 联系人 紧急联系人 监护人 代理人 见证人 谈话者 谈话人 谈话对象 主持人 汇报人 翻译 导诊 家长 姓名 中文名 现名 曾用名 本名 真名 原名 户主 经办人 采血者 取材者 阅片者 接班者 交班者 接班人 交班人"
)
_PERSONS_LABEL = one_of(_PERSONS_LABELS.split())
# Surnames that 小 and 老 stand before, and that begin no word there.
_COMMON = "王李张刘陈杨赵吴周徐孙朱胡郭何林罗郑梁谢宋韩冯邓曹彭曾肖董袁潘蒋蔡杜苏魏吕丁沈姚卢姜崔钟谭陆汪范贾韦侯邹孟秦薛尹雷黎贺顾龚邵钱覃戴莫汤戚翟柳殷娄滕阎郝邢樊葛聂尤庞施俞倪骆耿欧"
# Words of persons alone, of no act: "报告单" is no name, "代表王磊" is.
_PERSONS_WORDS = "网格员|校医|校长|园长|班长|助理|支书|同桌|证人|鉴定人|委托人|受托人|经手人|收件人|负责人|申请人|户主|代表|签收人|领取人|监护人|教练|导师|保安|店长|师傅|学生|实习生|进修生|规培生|研究生|一助|二助|三助|术者|司机|保姆|组长|队长|处长|科长|志愿者|协调员|专员|随访员|民警|警官|法官|律师|书记|同事|同学|室友|老乡|好友|朋友|邻居|配偶|爱人"
_PERSONS = one_of(_PERSONS_WORDS.split("|"))
# Who does what, before a name without a colon: "术者王磊", "一助边疆".
_DUTIES = (
    "承办人 驾驶员 驾驶 照护者 照料者 保育员 康复师 药师 营养师 谈话对象 回访对象 随访对象 群主 居民 村民 牧民 研究者 接听人 来电者 同车人 被害人 受害人 嫌疑人 弟子 进修医师 进修 规培 实习 经管医师 上级医师 谈话医师 助产士 下机护士 上机护士 监护人 网格员 校医 校长 园长 班长 助理 村支书 支书 同桌 同监室 证人 鉴定人 被鉴定人 委托人 受托人 经手人 收件人 寄件人 抄送 负责人 申请人 住院总 主诊 护理员 护工 月嫂 快递员 户主 村干部 辅警 管教 家属代表 代表 签收人 领取人 接收人 带组 教练 导师 保安 店员 店长 徒弟 师傅 学生 化名 网友 群友 实习生 进修生 规培生 研究生 带教 一助 二助 三助 主刀 术者 麻醉 复核 取材 采血 核对 巡视 巡回 洗手 器械 值班 管床 责护 夜班 白班 二线 一线 接听者 接班 交班 主管 经办人? 操作者 户名 持卡人 收款人 联系人 审核 报告 阅片 记录 诊断医师 送检 会诊"
    " 助手 第一助手 第二助手 介绍人 来访者 录入者? 导诊 分诊 家长 器械 巡台 台下 检查技师 技师 供史者 病史提供者 申请医生 申请医师 送检医生 送检医师 检查医师 报告医师 审核医师 管床医生 值班医生 主管医师 陪诊 陪护 陪同 代述 代诉 代签 见证人 鉴定人 办案人 司机 保姆 组长 队长 处长 科长 班长 志愿者 协调员 专员 主持 主讲 随访员 联络人 转诊医生 接诊 家庭医生 签约医生 翻译 村医 民警 警官 法官 律师 书记 妻子 妻 丈夫 配偶 爱人 男友 女友 男朋友 女朋友 恋人 好友 朋友 邻居 室友 同学 同事 老乡"
)
_DUTY = one_of(_DUTIES.split())


def _begin(*alternatives: str) -> str:
    """The characters that words of these alternations begin with: a line without any has no use for the rule."""
    return "".join(sorted({word[0] for words in alternatives for word in words.split()}))


_OF_KIN = _begin(" ".join(KIN))
_OF_WHO = _begin("患者 病人 患儿 产妇 孕妇 受试者 本人 委托人 受托人 宝宝 老师", _ROLES, _DUTIES, " ".join(KIN))
_OF_TITLES = _begin(" ".join(TITLES_AFTER))


class ChineseName(Recognizer):
    """Chinese names by what stands around them: a label, 患者, a kinship, a title; and masked ones (张某, 李**)."""

    ENTITY = "NAME"
    NEEDS = f"[{HAN}]"
    RULES = (
        pattern("label", rf"{_LABEL}\s?(?:[:]|为|是|\s)\s{{0,6}}(?P<value>{_NAME}){_CUE}"),
        pattern("label, text goes on", rf"{_LABEL}\s?[:]\s{{0,6}}(?P<value>{_NAME}){_LOOSE}", chars=":"),
        pattern("label, foreign", r"(?:姓名|联系人|英文名|外文名|拼音)\s?:?\s{0,6}(?P<value>[A-Z][A-Za-z'.-]+(?:[ ·][A-Z][A-Za-z'.-]+){0,3})", chars="名联拼"),
        pattern("role, a word", rf"(?:患者|病人|患儿|产妇|孕妇|受试者|本人|委托人|受托人|家长|同事|同学|老师|朋友|邻居|{_ROLE}|{_DUTY}|{_KIN})(?P<value>[{''.join(sorted(SURNAMES))}]{_GIVEN}{{1,2}}|{_GIVEN}{{2}})(?=接生|交接|交班|反映|证实|抄方|处方|判断|提醒|访谈|沟通|告知|查房|汇报|随诊|接班|复述|[,，]\s?孕|[,，]\s?G\d|因(?!此|而|素|为此)|[,，]?\s?[(（]?(?:男|女)[,，、)）性]|[,，]\s?\d{{1,3}}岁|送|陪同|签字|签名|评估|诉|称|说|自述|自觉|主诉|自愿|特此|[,，](?:自愿|同意|已|系|身份证|电话)|代诉|代述|代签|来电|来访|到场|来院|于(?:\d|今|昨|前)|今[日晨天]|昨[日夜天晚])", 0.7, chars=_OF_WHO),
        pattern("reduplicated, alone", rf"(?<![{HAN}])(?P<value>(?P<twin>{_GIVEN})(?P=twin))(?=[:：]|[,，]\s?\d{{1,2}}岁|[,，(（]?[男女][,，、)）性]|今[日天晨早]|昨|妈|爸|奶奶|爷爷|诉|说|哭|未到|教授|主任|住院|主治|医[生师]|大夫|护士|老师|外[婆公]|大便|小便|体重|吃|喝|拉|吐|[,，]\s?\d{{1,2}}[个]?[月天])", 0.65),
        pattern("called by surname", rf"(?:(?<!{_H})|(?<=[找请问由和与及叫让跟对给同说])|(?<=昨[晚天日夜])|(?<=今[晚天日早晨])|(?<=网格员)|(?:{_KIN}|{_DUTY}|{_ROLE}))(?P<value>[小老][{_COMMON}](?:头(?!痛|晕|部|孢))?)(?!{_H}?某)", 0.65, chars="小老"),
        pattern("kin, what of them", rf"(?:^|(?<=[,，。;、\s]))(?:父|母|妻|夫|子|女|兄|弟|姐|妹|长子|次子|长女|次女)亲?[:]?(?P<value>{_SURNAME}{_H}{{2}})(?=已故|健在|体健|患|死于|去世|[,，](?:体健|健在|已故|\d))", 0.7, chars="父母妻夫子女兄弟姐妹"),
        pattern("kin in brackets", rf"(?<!{_H})(?P<value>{_SURNAME}{_GIVEN}{{1,2}})(?=\s?[(（](?:患者|患儿|其|长|次)?(?:{_KIN})[)）])", 0.7, chars="(（"),
        pattern("given, speaks", rf"(?<!{_H})(?P<value>{_GIVEN}{{2}})(?=说(?!明)|诉(?!求)|告诉|私信|回复)", UNSURE, chars="说诉告私回"),
        pattern("of a department", rf"科(?P<value>{_SURNAME}{_GIVEN}{{1,2}}|{_GIVEN}{{2}})(?=[:]|报(?!告)|会诊|来电)", 0.65, chars="科"),
        pattern("mention", rf"@(?P<value>{_H}{{2,4}}?)(?=\s|$|[,，:：。!！]|医[生师]|主任|老师|护士|大夫|教授)", 0.7, chars="@"),
        pattern("bed, any", rf"\d(?:\+?床|号机)[:\s]{{0,2}}(?P<value>[{''.join(sorted(SURNAMES))}]{_GIVEN}{{2}})", 0.7, chars="床机"),
        pattern("of whom", rf"(?:(?<!{_H})|(?<=被害人)|(?<=患者)|(?<=患儿)|(?<=产妇)|(?<=死者)|(?<=伤者)|(?<=新生儿))(?P<value>{_SURNAME}{_H}{{1,2}})(?=之[父母子女妻夫兄弟姐妹嫂婿孙])", 0.7, chars="之"),
        pattern("foreign, titled", rf"(?<!{_H})(?P<value>[{_TRANSCRIBED}]{{2,6}})(?=先生|女士|小姐|太太)", 0.7, chars="先女小太"),
        pattern("two scripts", rf"(?<![A-Za-z])(?P<value>[A-Z][a-z]{{1,9}}\s?[{_COMMON}]|(?<!{_H})[{_COMMON}][A-Z][a-z]{{2,9}})(?={_H}{{0,2}}(?:[,，。:：]|{_H}))", 0.7),
        pattern("account", r"(?:医[生师]|护士|记录|操作|录入|审核|执行|复核|采样|登记)(?:者|人|员)?\s?[:]\s?(?P<value>[a-z]{5,16}\d{0,4})(?![A-Za-z0-9@.])", 0.7, chars=":"),
        pattern("bed", rf"\d{{1,3}}\+?床[:\s]{{0,2}}(?P<value>{_NAME}){_CUE}", 0.7, chars="床"),
        pattern("bed, text goes on", rf"\d{{1,3}}\+?床[:\s]{{0,2}}(?P<value>{_LIKELY}){_LOOSE}", 0.7, chars="床"),
        pattern("header", rf"(?<!{_H})(?P<value>{_NAME})(?=\s{{1,6}}(?:住院号|病案号|门诊号|登记号|病历号|就诊号|性\s?别|男|女|年\s?龄|床号|科室|科别|病区|ID))", 0.7, chars="号别男女龄科区I"),
        pattern("label, whatever", rf"(?:姓\s{{0,4}}名|[交接]班人|(?:患者|家属|医[师生]|护士|本人)签[名字])\s?[:]\s{{0,6}}(?P<value>{_H}{{2,4}})(?=\s|$|[,，。;；])", 0.7, chars="名字人"),
        pattern("person's label", rf"(?:{_PERSONS_LABEL})\s?[:]\s{{0,6}}(?P<value>(?:{_COMPOUND}|[{''.join(sorted(SURNAMES | RARE_SURNAMES))}]){_H}{{1,2}})(?=\s|$|[,，。;；、(（)）/])", 0.8, chars=":"),
        pattern("person's label, no colon", rf"(?:{_PERSONS_LABEL})\s?(?P<value>(?:[{''.join(sorted(SURNAMES | RARE_SURNAMES))}]){_GIVEN}{{1,2}})(?=\s|$|[,，。;；、(（)）/])", 0.7, chars=_begin(_PERSONS_LABELS)),
        pattern("people follows", rf"(?<!{_H})(?P<value>{_H}{{2,6}}(?:·{_H}{{1,6}})?)(?=[,，、(（]\s?(?:[男女][,，、]\s?)?(?:{_H}{{1,4}}族|{_H}{{1,4}}籍)(?!{_H}))", 0.7, chars="族籍"),
        pattern("japanese", rf"(?<!{_H})(?P<value>{_JAPANESE}{_H}{{0,2}}[子郎美香惠一二三夫男雄介太彦树人也代江绘奈菜佳之平]){_LOOSE}", 0.7),
        pattern("japanese, titled", rf"(?P<value>{_JAPANESE}{_H}{{0,3}}?)(?=女士|先生|小姐|桑(?!{_H})|医生|教授)", 0.7, chars="女先小桑医教"),
        pattern("latin, titled", r"(?<![A-Za-z])(?P<value>[A-Z][a-z]+(?:[ -][A-Za-z]?[a-z]+){0,2})\s?(?=女士|先生|小姐|医生|护士|教授|同学|小朋友|老师|大夫)", 0.7, chars="女先小医护教同老大"),
        pattern("quoted", r"(?:网名|昵称|绰号|外号|微信名|人称|化名|自称|笔名|小名|乳名)(?:为|叫|是|:)?\s?[\"'“‘「]\s?(?P<value>[^\"'”’」\n]{1,12})[\"'”’」]", 0.7, chars="名称号"),
        pattern("pet name", rf"(?<!{_H})(?P<value>[小大二三四阿老胖壮]{_H})(?=(?:妈妈?|爸爸?|奶奶|爷爷|外婆|姥姥|家长))", 0.65, chars="妈爸奶爷婆姥家"),
        pattern("initials", r"(?:缩写|首字母|受试者)(?:为|是)?\s?[:]?\s?(?P<value>[A-Z]{2,4})(?![A-Za-z0-9-])", 0.7, chars="写母试"),
        pattern("user", r"(?:用户名?|登录名|操作员|账户名)\s?[:]?\s?(?P<value>[a-z][a-z0-9_.]{3,19})(?![A-Za-z0-9])", 0.7, chars="用登操账"),
        pattern("numbered", rf"(?<![\d.])\d{{1,2}}[.、)]\s?(?P<value>{_LIKELY})(?=[:：])", UNSURE, chars=":"),
        pattern("form, spaced", rf"姓\s{{0,4}}名\s?[:]?\s{{0,6}}(?P<value>{_SURNAME}(?: {_H}){{1,2}})(?=\s|$|[,，。;；])", chars="名"),
        pattern("spaced, alone", rf"(?:(?<=^)|(?<=[ ][ ])|(?<=[:：]))(?P<value>{_SURNAME} {_GIVEN})(?=\s{{2}}|\s*$)", 0.65, chars=" "),
        pattern("reduplicated", rf"(?:{_KIN}|患儿|患者|宝宝|孩子|女婴|男婴|幼儿)[(（:,，]?\s?(?P<value>(?P<twice>{_H})(?P=twice)){_LOOSE}", 0.7, chars=_OF_WHO + "孩女男幼"),
        pattern("weak, who does", rf"(?<![{HAN}])(?P<value>[{''.join(sorted(WEAK_SURNAMES & SURNAMES))}]{_GIVEN})(?=[,，]?\s?[(（]?(?:男|女)[,，、)）性]|诉|自觉|自述|说|称|神志|要求|拒绝|签字|陪同|[,，]\s?\d{{1,3}}岁|于(?:\d|今|昨|前)|今[日晨天]|昨[日夜天晚]|家属|主任|医[生师]|护士|体温|血压|心率|面色|邻居|丈夫|妻子|母亲|父亲|之[母父子女妻夫])", 0.65),
        pattern("dotted", rf"(?<!{_H})(?P<value>{_H}{{1,6}}·{_H}{{1,6}}?(?:·{_H}{{1,6}}?)?){_LOOSE}", 0.8, chars="·"),
        pattern("dotted, before text", rf"(?:患者|病人|家属|{_KIN}|{_DUTY})(?P<value>{_H}{{1,6}}·{_H}{{2,4}})", 0.7, chars="·"),
        pattern("foreign given name", rf"(?P<value>{one_of(FOREIGN_GIVEN)}){_LOOSE}(?![氏征病综试评分骨])", 0.65),
        pattern("spaced", rf"(?:患\s?者|病\s?人|姓\s?名|医\s?[师生]|护\s?士|签\s?[名字])\s?:?\s+(?P<value>{_SURNAME} {_H}(?: {_H})?)(?=\s|$|[,，。;；])", chars=" "),
        pattern("pinyin", rf"(?:患者|病人|{_ROLE}|{_DUTY}|医[师生]|{_KIN})\s?:?\s?(?P<value>(?:[A-Za-z]{{2,6}}) [A-Za-z]{{2,12}}(?: [A-Za-z]{{2,6}})?)(?![A-Za-z])", 0.7, words=" ".join(sorted(PINYIN_FAMILIES))),
        pattern("patient", rf"(?:患者|病人|患儿|产妇|孕妇|受试者|病友|死者|伤者|老人)[:,，\s]{{0,2}}(?P<value>{_STRONG}{_H}{{1,2}}?){_LOOSE}", 0.8),
        pattern("patient, likely", rf"(?:患者|病人|患儿|产妇|孕妇|被鉴定人|受试者|宝宝|本人|学生|患友)(?P<value>{_LIKELY}|{_SURNAME}{_GIVEN}){_LOOSE}", 0.7),
        pattern("patient, sex follows", rf"(?:患者|病人|患儿|产妇|孕妇|受试者)?[:,，\s]{{0,2}}(?<!{_H})(?P<value>{_NAME})(?=\s?[,，、(]\s?(?:男|女)(?:性)?[,，、\s)\d])", chars="男女"),
        pattern("patient, sex follows close", rf"(?:患者|病人|患儿|产妇|孕妇)(?P<value>{_NAME})(?=\s?[,，、(]\s?(?:男|女))", chars="男女"),
        pattern("kin", rf"(?:[其我他她你您咱]|患者|病人|患儿|之|由|及|与|和|,|，|。|、|的|^)(?:{_KIN})[(（:：,，\s]{{0,2}}(?:姓名|名叫|叫|为|是|系)?[:：\s]?(?P<value>{_STRONG}{_H}{{1,2}}?){_LOOSE}", 0.8, chars=_OF_KIN),
        pattern("kin, compound", rf"(?:{_KIN})(?P<value>{_COMPOUND}(?:{_H}{{1,2}}?{_LOOSE}|{_H}{{2}}))", chars=_OF_KIN),
        pattern("kin, bracket", rf"(?:{_KIN})\s?[(（:：]\s?(?P<value>{_NAME})(?=[)）,，。\s:：0-9]|$)", chars=_OF_KIN),
        pattern("called", rf"(?:名叫|叫做|姓名是|我是|我叫|名为|化名|又名|原名)(?P<value>{_NAME}){_LOOSE}"),
        pattern("title", rf"(?P<value>(?<!{_H}{_H})(?:{_NAME}|{_SURNAME})|(?:{_COMPOUND}|[{''.join(sorted(SURNAMES - FUNCTION_WORDS))}])(?:{_H}{{1,2}}?)?)(?=(?:{_TITLES})(?!签|查房记录))", chars=_OF_TITLES),
        pattern("title before", rf"{_ROLE}(?P<value>{_STRONG}{_H}{{1,2}}?){_LOOSE}", 0.8, chars=_OF_WHO),
        pattern("person before", rf"(?:{_PERSONS})(?P<value>{_STRONG}{_H}{{1,2}}?){_LOOSE}", 0.75, chars=_OF_WHO),
        pattern("title before, text ends", rf"{_ROLE}(?P<value>{_NAME}){_CUE}", 0.8, chars=_OF_WHO),
        pattern("nickname", rf"(?:{_KIN})[(（:：]?(?P<value>[小阿老]{_H}){_LOOSE}", 0.7, chars="小阿老"),
        pattern("masked", rf"(?<!{_H})(?P<value>(?:{_COMPOUND}|[{''.join(sorted(SURNAMES))}])(?:某某?|[*xX×]{{1,2}}))(?![{HAN}]{{2}}某)", chars="某*xX×"),
        pattern("masked after", rf"(?:患者|病人|其[父母子女妻夫兄弟姐妹]亲?|家属|医生|医师)(?P<value>{_SURNAME}(?:某某?|[*xX×]{{1,2}}))", chars="某*xX×"),
        pattern("role", rf"(?:{_DUTY})[:]?\s?(?P<value>{_NAME}){_CUE}", 0.8, chars=_OF_WHO),
        pattern("kin, text goes on", rf"(?:{one_of(k for k in KIN if len(k) > 1)})(?P<value>[{''.join(sorted(SURNAMES))}]{_GIVEN}{{2}}){_LOOSE}", 0.7, chars=_OF_KIN),
        pattern("role, text goes on", rf"(?:{_DUTY}|{_ROLE})[:]?\s?(?P<value>{_LIKELY}){_LOOSE}", 0.8, chars=_OF_WHO),
        pattern("role, short", rf"(?:{_DUTY}|{_ROLE}|(?<=[与和、及由请让叫找])|(?<!{_H})|病友|同室|同屋|邻居|{_KIN})[:]?(?P<value>[老小阿大]{_SHORT}){_LOOSE}", 0.7, chars="老小阿大"),
        pattern("little", rf"(?<!{_H})(?P<value>[小阿]{_GIVEN})(?=的|与|和|母亲|父亲|妈|爸|奶奶|爷爷|丈夫|老公|妻|说|诉|自述|今|昨|来|已|自觉|现|于)", 0.7, chars="小阿"),
        pattern("alone", rf"(?<![{HAN}])(?P<value>{_LIKELY}){_LOOSE}(?![氏征病])", UNSURE),
        pattern("of two", rf"(?<={_H})(?P<value>(?:{_COMPOUND}){_H}{{1,2}}?){_CUE}", 0.6),
        pattern("surname", rf"(?:姓|叫做?|免贵姓)(?P<value>{_SURNAME})(?=[,，。;；\s)）]|$)", chars="姓叫"),
        pattern("any name", rf"(?:小名|乳名|昵称|中文名|现名|本名|真名|艺名|译名|又名|人称|绰号|外号|网名|曾用名|别名|汉语名|汉名|藏名|英文名|法名|笔名|俗称[“\"]?)(?:为|叫|是|:)?\s?(?P<value>{_H}{{1,4}}?){_CUE}", chars="名称号俗"),
        pattern("kin, given name", rf"(?:{_KIN}|{_DUTY})[(（:]?(?P<value>{_GIVEN}{{2}}){_LOOSE}", 0.6, chars=_OF_WHO),
        pattern("peoples", rf"(?P<value>(?:{_ELSEWHERE})(?:·?(?:{_ELSEWHERE})){{0,3}}(?:·{_H}{{1,8}})?)"),
        pattern("elsewhere", rf"(?<!{_H})(?=.{{0,6}}(?:热|买|吐|孜|努尔|古丽|瓦尔|哈木|木拉|木江|提江|尔江|力江|阿不|阿卜|别克|迪力|麦麦|甫|荪|逊|亚尔|拜尔))(?P<value>[{_UYGHUR}]{{3,10}}?){_LOOSE}", 0.7, chars="热买吐孜努古瓦哈木江阿别迪麦甫荪逊亚拜"),
        pattern("peoples, two parts", rf"(?P<value>{_H}{{1,6}}·(?:{_ELSEWHERE})(?:{_ELSEWHERE})?)", chars="·"),
        pattern("short title", rf"(?:(?<!{_H})|(?<=[由请与和、科室]))(?P<value>{_SHORT})(?=[老姐哥嫂姨爷叔婶总工](?:[,，。;；:：\s]|诉|说|于|生|退|今|昨|来|的|住|在|送|家|支付|体检|预约|复[诊查]|要求|让|明))", 0.7, chars="老姐哥嫂姨爷叔婶总工"),
        pattern("given, titled", rf"(?:(?<!{_H})|(?<=[里群由请跟找与和给@]))(?P<value>{_GIVEN}{{1,2}})(?=[姐哥叔嫂姨婶](?:[,，:：。\s]|说|今|昨|来|在|的|发|问))", 0.65, chars="姐哥叔嫂姨婶"),
        pattern("western title", rf"(?i:dr|prof|mr|mrs|ms|miss)\.?\s?(?P<value>{_SURNAME}{_H}{{0,2}})(?!{_H})", words="dr prof mr mrs ms miss"),
        pattern("known as", rf"(?:{_KIN})(?P<value>{_SURNAME}氏)(?={_H}?)", chars="氏"),
        pattern("child's parent", rf"(?<!{_H})(?P<value>{_GIVEN}{{2}}|{_LIKELY})(?=(?:妈妈?|爸爸?|奶奶|爷爷|外婆|姥姥)(?:[:：,，。\s]|收|请|说|来))", 0.6, chars="妈爸奶爷婆姥"),
        pattern("titled after a word", rf"(?:社区|家庭|签约|报告|告知|通知|联系|汇报|遵照?|与|和|跟|给|向|让|被|主管|经管|管床|责任|值班|经治|上级|老板|请|找|由|谢谢|感谢|@)(?P<value>[{''.join(sorted(SURNAMES))}])(?=(?:医生|大夫|护士|主任|老师|医师|教授|书记|主治|总(?=支付|要求|说)))", chars="医大护主老教书总"),
        pattern("list", rf"(?:参加人员|参加者?(?=[:])|手术人员|在场人员|讨论人员|参与讨论|出席)[:]\s?(?P<value>{_NAME}(?:[、,，\s]{{1,2}}(?:{_NAME})){{0,8}}){_CUE}", chars="员席论"),
    )  # fmt: skip

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        # "王磊、李明和赵刚": what is set beside a name is one.
        for hit in found:
            if hit.start and text[hit.start - 1] in _SURE_SURNAMES and is_given(text, hit):
                # A name of two given names that one of China may have too: "谭玉珍".
                hit.start -= 1
            more = _AND_SO_ON.match(text, hit.end)
            if (
                more
                and not _has_title(more["value"])
                and (is_han_name(more["value"]) or more["value"][0] in RARE_SURNAMES or more["value"][0] in "小老阿")
            ):
                found.append(self._result(*more.span("value"), 0.65))
        return found

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        name = re.sub(r"\s", "", match["value"])
        rule_name = rule.name
        if begins_word_zh(match.string, *match.span("value")):
            return 0
        if rule_name in _SAID:
            return float(rule.score)
        if _has_title(name):
            return 0
        if rule_name == "people follows":
            return (
                0
                if is_common_zh(name[:2])
                or name in KIN
                or name in _NOT_CALLED
                or name in HAN_WORDS
                or _NO_PERSON.search(name)
                else float(rule.score)
            )
        if rule_name == "mention":
            return 0 if name in HAN_WORDS or name in _MENTIONED or "的" in name else float(rule.score)
        if rule_name == "given, titled":
            return 0 if name in KIN or name in _NOT_CALLED or name[-1] in "大二三小老阿亲堂表" else float(rule.score)
        if rule_name == "two scripts":
            latin = "".join(c for c in name if c.isascii()).strip().lower()
            return float(rule.score) if latin in GIVEN_NAMES or latin in WORD_NAMES else 0
        if rule_name == "elsewhere":
            return 0 if name in LARGE or is_clinical_zh(name) or is_common_zh(name[:2]) else float(rule.score)
        if rule_name == "account":
            return float(rule.score) if any(name.startswith(family) for family in PINYIN_FAMILIES) else 0
        if rule_name in ("given, speaks", "of a department"):
            return (
                0
                if name in KIN or name in _NOT_CALLED or name in HAN_WORDS or is_common_zh(name[:2])
                else float(rule.score)
            )
        if rule_name == "kin in brackets":
            return 0 if name in KIN else float(rule.score)
        if rule_name in ("bed, any", "of whom"):
            return (
                float(rule.score) if is_han_name(name) or (name[0] in SURNAMES and set(name[1:]) <= set(_GIVEN)) else 0
            )
        if rule_name == "foreign, titled":
            return 0 if name in KIN or (is_common_zh(name[:2]) and len(name) < 3) else float(rule.score)
        if rule_name == "pet name":
            return 0 if name in HAN_WORDS or name in KIN or is_common_zh(name) else float(rule.score)
        if rule_name == "latin, titled":
            return 0 if is_english_word(name) or is_eponym(name) else float(rule.score)
        if rule_name.startswith("person's label"):
            return float(rule.score) if _may_be_labelled(name) else 0
        if (
            rule_name in ("role", "label")
            and len(name) > 1
            and name[0] in SURNAMES
            and name[1:].strip()
            and set(name[1:]) <= GIVEN_CHARS
        ):
            # In such a place even a word is a name: "麻醉:安然".
            return float(rule.score)
        if rule_name.startswith("spaced") and not is_han_name(name):
            return 0
        if rule_name == "foreign given name":
            before = match.string[max(0, match.start() - 8) : match.start()]
            return float(rule.score) if not before or not is_han(before[-1]) or _WHO_BEFORE.search(before) else 0
        if rule_name == "pinyin":
            words = name_words(match["value"])
            return float(rule.score) if is_pinyin_name(words[0], "".join(words[1:])) else 0
        if rule_name in ("role, a word", "reduplicated", "reduplicated, alone", "label, whatever"):
            return 0 if name in _NOT_CALLED or name in KIN or is_clinical_zh(name) else float(rule.score)
        if rule_name in ("dotted", "dotted, before text"):
            return 0 if is_clinical_zh(name) or _THING_AFTER.search(name) else float(rule.score)
        if rule_name == "weak, who does":
            return 0 if name in _NOT_CALLED or (is_common_zh(name) and name not in HAN_WORDS) else float(rule.score)
        if rule_name == "alone" and is_common_zh(name[:2]):
            return 0
        if rule_name == "child's parent":
            return 0 if name in HAN_WORDS or name in KIN or is_clinical_zh(name) else float(rule.score)
        if rule_name == "kin, given name":
            return 0 if name in HAN_WORDS or name in KIN or is_common_zh(name) else float(rule.score)
        if (
            rule_name in ("title before, text ends", "role", "kin, bracket")
            and name[0] in WEAK_SURNAMES
            and not set(name[1:]) <= GIVEN_CHARS
        ):
            # "医生应告知", "妻子经商"
            return 0
        if rule_name in ("nickname", "role, short", "little", "called by surname"):
            return 0 if name in HAN_WORDS else float(rule.score)
        if rule_name == "title":
            if "  " in match["value"]:
                # "丛林  麻醉医师": two columns of a form.
                return 0
            return float(rule.score) if self._is_titled(match, name) else 0
        return float(rule.score) if is_han_name(name) else 0

    @staticmethod
    def _is_titled(match: re.Match[str], name: str) -> bool:
        if len(name) == 1 or name in COMPOUND_SURNAMES:
            before = match.string[match.start() - 1 : match.start()]
            # "责任护士", "主任医师": the character is the end of another word.
            return name not in FUNCTION_WORDS and not re.match(
                r"[责主担当接胜信重级班科室处配药进轮研护救实见规临检抽复普]", before or "-"
            )
        return name[0] not in FUNCTION_WORDS and is_han_name(name)


_SURE_SURNAMES = SURNAMES - WEAK_SURNAMES - FUNCTION_WORDS


def is_given(text: str, hit: RecognizerResult) -> bool:
    """Whether a hit is two given names with no surname among them."""
    name = text[hit.start : hit.end]
    return len(name) == 2 and name[0] not in _SURE_SURNAMES and set(name) <= GIVEN_CHARS


# What stands before a people's name in the particulars of somebody unnamed: "已婚,汉族".
_NO_PERSON = re.compile(
    r"(?:[男女性婚岁月天人者民工师员生]|职业|患[者儿]|籍|族|无业|离异|丧偶|退休|务农|汉|地区|一带|沿海|等地|境内)$|^(?:患|病|本|其|该|男|女|已|未|现|系)"
)


def _may_be_labelled(name: str) -> bool:
    """After a label that only a name follows even a word is one ("手术者:成功"), but not what stands there for none."""
    if name in _NOT_CALLED or name in KIN or is_clinical_zh(name):
        return False
    family = 2 if name[:2] in COMPOUND_SURNAMES else 1
    return is_han_name(name) or name[-1] in GIVEN_CHARS or (family < len(name) and not is_common_zh(name[:2]))


def _has_title(name: str) -> bool:
    """ "陆先生": the title is no part of the name."""
    return "某" not in name and (name[1:] in TITLES_AFTER or name[2:] in TITLES_AFTER)


# What a name with a dot before it is a disease, a sign or the like.
_THING_AFTER = re.compile(r"(?:病|征|症|瘤|试验|骨折|氏|反射|评分|量表|分级|法|术|菌|贫血|细胞|囊肿)$")
_WHO_BEFORE = re.compile(rf"(?:[与和由请及]|{_KIN}|{_DUTY}|{_ROLE}|患者|病人|患儿|家属)$")
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
        "spaced",
        "spaced, alone",
        "japanese",
        "japanese, titled",
        "quoted",
        "initials",
        "user",
        "form, spaced",
    )
)
_MENTIONED = frozenset("所有人 全体成员 全体 大家 各位".split())
# What stands between 患者 or a kinship and 诉, 称, 因 and the like, and is no name.
_NOT_CALLED = frozenset(
    "明明 平平 高高 长长 慢慢 悄悄 稳稳 轻轻 好好 早早 久久 深深 清清 小小 大大 多多 老老 宝宝 奕奕 炯炯 层层 条条 项项 件件 样样 个个 处处 时时 年年 日日 夜夜 刻刻 次次 细细 隐隐 阵阵 不详 未知 未提供 无名氏 无名 同上 保密 待查 方能 常有 时有 时而 向来 平素 平时 平日 曾经 曾在 曾有 曾因 常因 多因 均因 皆因 可能 可因 现在 现因 今日 今天 今晨 昨日 今因 后因 再因 又因 仍因 已经 已于 及时 从未 本次 本人 家长 亲自 亲人 全家 明确 明日 明天 立即 立刻 当时"
    " 当日 当天 同时 同意 随时 突然 忽然 常常 刚刚 天天 渐渐 频频 仅仅 往往 逐渐 晚间 早晨 晨间 清晨 凌晨 夜间 白天 上午 下午 全程 共同 一起 一直 安静 平静 平卧 自己 子女 父母 双亲 兄弟 姐妹 长子 长女 来院 来电 到场 在场"
    " 有时 成年 老年 青年 少年 应用 应邀 应约 高龄 高度 和家 能否 能够 都能 都已 经常 经过 经其 经多 经此 单独 独自 主动 强烈 强行 多次 多年 多时 多日 近日 近来 初次 首次 此次 每次 再次 多天 数日 数天 数次 昨晚 昨天 昨夜 今早 今年"
    " 明显 神清 意识 精神 情绪 身体 全身 面色 步行 家中 家里 家庭 医院 急诊 门诊 公安 民警 社区 领导 老师 爸爸 妈妈 爷爷 奶奶 哥哥 弟弟 姐姐 妹妹 叔叔 伯伯 舅舅 姑姑 婆婆 公公 太太 宝宝 姥姥 嫂嫂 婶婶 姨姨 双方 一致 均已 均能 均可".split()
)
_AND_SO_ON = re.compile(
    rf"(?:、|和|与|及|/|,)(?P<value>{_NAME}|[{''.join(sorted(RARE_SURNAMES))}]{_GIVEN}{{1,2}}|[小老阿]{_H}){_CUE}"
)
