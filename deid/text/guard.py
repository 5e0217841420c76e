"""Which findings of a name model are names: eponyms, drugs, tests, headings and the like stay in the text."""

import re

from deid.text.fold import HAN, bare, is_han
from deid.text.hit import MODEL, Hit
from deid.text.lexicon.clinical import (
    DRUGS_ZH,
    EPONYM_HEADS,
    EPONYM_NAMES,
    EPONYMS,
    EPONYMS_ZH,
    FIXED,
    NOT_A_NAME_ZH,
    WORDS_EN,
)
from deid.text.lexicon.family_names import FAMILY_NAMES
from deid.text.lexicon.given_names import GIVEN_NAMES
from deid.text.lexicon.people import (
    COMPOUND_SURNAMES,
    FUNCTION_WORDS,
    GIVEN_CHARS,
    HAN_WORDS,
    KIN,
    RARE_SURNAMES,
    SURNAMES,
    TITLES_AFTER,
    WORD_ENDS,
)
from deid.text.lexicon.places import LARGE

_TOKEN = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*\.?")
_HAN_RUN = re.compile(rf"[{HAN}·]+")
_NEXT_WORD = re.compile(r"(?:'s|s')?[\s-]+([A-Za-z]+)")
_PARTICLES = frozenset("van von der den de da di la le del dos bin al el ibn mac st".split())
_WORKS_AT = re.compile(
    r"\b(?:works?|worked|working|employed|employer|employee|job|retired|retiree|student|studies|studying|attends|teaches|teacher|manager|owner|engineer|nurse|volunteers?)"
    r"\b[^.;:]{0,25}\b(?:at|for|from|by|with|of|in)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_LIKE_A_NAME = re.compile(
    r"[A-Z][^\W\d_]+(?: [A-Z]\.?)?(?:[ ](?:van |de |da |la |von )?[A-Z][^\W\d_'-]+(?:-[A-Z][^\W\d_]+)?){0,2}"
)
_IN_A_PLACE = re.compile(
    r"(?i:\b(?:in|from|at|near|to|of|lives?|lived|moved|visit\w*|resid\w*|via|around|outside))\s+(?:the )?$|(?P<before>[A-Z][a-z]+),\s?$"
)
# "Boston, Lynn": a place, or a word for one, begins what stands before the comma.
_PLACE_BEFORE = re.compile(
    r"(?:\b(?i:in|from|at|near|to|of|lives?|lived|moved|born|via)\s+(?:[A-Z][\w'-]+,? ?){1,3}, |\d[^,]{0,40}, )$"
)
_ITEM_BEFORE = re.compile(r"([A-Za-z][A-Za-z'-]*), $")
# What only people do.
_DOES = re.compile(
    r"(?:'s (?:wife|husband|mother|father|son|daughter|family|parents|sister|brother|mom|dad))?,? (?:said|says|told|asked|lives|lived|called|shouted|stated|reported|wants|wanted|works|worked|went|came|spent"
    r"|explained|mentioned|believes|thinks|feels|agreed|refuses|refused|and (?:his|her)|who|can I|could you|will follow|accompanied|was accompanied|is very)\b"
)
_ORG_WORDS = re.compile(
    r"\b(?:hospitals?|clinics?|university|college|school|academy|institute|inc|llc|ltd|corp|corporation|company|co|bank|church|temple|"
    r"foundation|associates|pharmacy|nursing home|hospice|health (?:system|care|center|centre)|medical (?:center|centre|group)|"
    r"infirmary|sanatorium|rehabilitation center|community center|airlines|motors|industries|partners|hotel|restaurant|department store|ambulance|logistics|insurance agency|credit union|law firm)\b\.?",
    re.IGNORECASE,
)
_ORG_ENDS_ZH = re.compile(
    r"(?:医院|卫生院|卫生服务中心|诊所|大学|学院|公司|集团|中学|小学|幼儿园|学校|银行|工厂|厂|研究所|派出所|法院|福利院|养老院|敬老院|事务所|村委会|居委会|街道办|合作社|超市|酒店|饭店)$"
)
_GENERIC_ORG_ZH = re.compile(r"^(?:我|本|外|该|某|当地|上级|下级|其他|社区|附近|私人|县|市|省|区|镇|乡|一家|某家|某市|某县)*(?:级|三甲|综合|专科|人民|中心|中医)*(?:医院|卫生院|诊所|学校|公司|小学|中学|大学|银行|工厂|厂|超市|卫生服务中心|养老院|敬老院)$")  # fmt: skip
_SMALL_ZH = re.compile(
    r"(?:[省市区县镇乡村旗州]|街道|[路街巷弄道]|小区|花园|新村|家园|公寓|大厦|广场|庄|屯|寨|湾|营|沟|岭|坪|店)$"
)
_NOT_A_PLACE_ZH = re.compile(
    r"(?:科|[鞍叶颞额枕顶前后阴肾瓣脑角心肺胸腹背腰臀颈面眼耳鼻护疫牧山林矿农灶地]区|室|部|病区|院|门诊|急诊|楼|床|区域|肺|肝|肾|胃|肠|脑|心|腹|胸|腰|颈|背|臀|膝|踝|腕|肩|肘|髋|手|足|头|眼|耳|鼻|喉|乳|侧|叶|段|窝|沟|管|腔|骨|节|肌|膜|血|脉|"
    r"家|院内|院外|院前|体内|体外|当地|江南|江北|华南|华北|华东|沿海|南方|北方|东北|西北|西南|外地|本地|农村|城市|城镇|县城|乡镇|乡下|疫区|牧区|山区|污染区|疫水|河边|路上|国|野外)$"
)
_DRUG_LIKE = re.compile(
    r"(?i)(?:azole|pril|sartan|statin|mab|nib|cillin|mycin|micin|floxacin|cycline|vir|olol|dipine|zepam|zolam|barbital|setron|triptan|gliptin|gliflozin|glutide|parin|xaban|grel|tidine|prazole|lukast|terol"
    r"|sone|solone|itis|osis|emia|aemia|uria|ectomy|otomy|ostomy|oscopy|plasty|pathy|algia|plegia|oma|omas|protein|ase|cyte|cytes|graphy|gram|genic|penia|philia|rrhea|sclerosis|trophy|globulin|bilirubin"
    r"|amide|amine|oxide|ide|ate|ium|ine|yl|one|ol|ergic|itic|otic|emic|opic|oidal|ology|ologist|iatry|iatrist|ation|tion|sion|ment|ness|ity|ing|able|ible|ous|ive|ical|eal|oid|gonorrh\w+|x-ray)s?$"
)
# What foreign names are written with: eponyms and drugs are, and hardly a Chinese person.
_FOREIGN = re.compile(
    r".?[阿埃奥巴贝比伯波布茨达代戴德登迪蒂顿多尔法菲夫弗戈格哈赫霍基吉加杰金卡凯康科克孔库拉莱兰朗雷勒里利林伦罗洛马麦曼梅米莫姆穆纳奈内尼诺欧帕佩皮珀普奇乔切瑞萨塞森沙史施什斯索塔泰特图托瓦威维韦温翁沃伍西希谢辛雅亚耶伊扎兹佐氏征第汶]{2,3}"
)
# What the names of classes, diseases and substances end with, and names of persons do not.
_THING_ENDS = tuple("类型症病炎癌瘤胺酸肽酶菌片丸族籍")
_TAKEN_BEFORE = re.compile(
    r"(?:口服|服用|停用|改用|加用|换用|外用|外涂|静滴|静注|泵入|含服|吸入|注射|雾化|商品名)[:\s]?$"
)
_DOSE_AFTER = re.compile(r"[\s(]?\d+(?:\.\d+)?\s?(?:m?g|ml|片|粒|丸|支|袋|U|IU|μg|喷|贴|滴)", re.IGNORECASE)
_MEDICINE_AFTER = re.compile(rf"[{HAN}]{{0,3}}(?:片|丸|散|膏|汤|颗粒|胶囊|注射液|口服液|糖浆|贴)(?![{HAN}]?[次日])")
_WHO_BEFORE = re.compile(
    rf"(?:患者|病人|患儿|产妇|孕妇|来访者|受试者|[者人员医友]|对象|家属|医[生师]|大夫|护士长?|主任|教授|药师|技师|[一二三]助|{'|'.join(sorted(KIN, key=len, reverse=True))}|[其由请@][父母子女妻夫]?|[:：])\s{{0,4}}$"
)
# What people are called by, with no surname: 小宇, 阿明, 二宝, 朵朵; and what stands after such a name: 丽丽姐.
_CALLED = re.compile(rf"[小阿][{HAN}]{{1,2}}|[大二三]宝|(?P<twin>[{HAN}])(?P=twin)")
_KIN_AFTER = re.compile(r"[姐哥叔嫂姨婶伯爷]$")
_TITLE_NEXT = re.compile(
    "|".join(sorted(set(TITLES_AFTER) - {"总", "某", "某某", "住院", "主治"}, key=len, reverse=True))
)
_KIN_BEFORE = re.compile(rf"(?:{'|'.join(KIN)})[:(]?$")
_ZH_PARTS = frozenset(d[i:j] for d in DRUGS_ZH for i in range(len(d)) for j in range(i + 2, len(d) + 1)) | frozenset(
    e[:j] for e in EPONYMS_ZH for j in range(2, len(e) + 1)
)
_ZH_EPONYM = re.compile("|".join(sorted(EPONYMS_ZH)))


_FIXED = re.compile(rf"(?<![A-Za-z])(?:{FIXED})(?![A-Za-z])")


def without_fixed(unit: str, hits: list[Hit]) -> list[Hit]:
    """Without the names within expressions such as "Tommy John surgery"."""
    if not any(hit.entity == "NAME" and unit[hit.start].isascii() for hit in hits):
        return hits
    fixed = [found.span() for found in _FIXED.finditer(unit)]
    return [h for h in hits if h.entity != "NAME" or not any(s < h.end and h.start < e for s, e in fixed)]


def keep(label: str, unit: str, start: int, end: int) -> Hit | None:
    """The part of a model's finding that identifies somebody, or None. `label` as the models say."""
    is_han = _HAN_RUN.search(unit, start, end) is not None
    judge = {
        "PERSON": _han_person if is_han else _person,
        "LOCATION": _han_place if is_han else _place,
        "ORGANIZATION": _han_organisation if is_han else _organisation,
        "STRANGER": _stranger,
    }[label]
    return judge(unit, start, end)


def _person(unit: str, start: int, end: int) -> Hit | None:
    tokens = list(_TOKEN.finditer(unit, start, end))
    # Words of the vocabulary at the ends are no part of the name: "Denies John", "Smith Chest".
    while tokens and (is_english_word(tokens[0][0]) or tokens[0][0].islower()):
        tokens.pop(0)
    while tokens and (
        is_english_word(tokens[-1][0]) or tokens[-1][0].islower() or tokens[-1][0].lower() in EPONYM_HEADS
    ):
        tokens.pop()
    if not tokens:
        return None
    names = [t[0] for t in tokens if len(t[0].strip(".'")) > 1 and not t[0].islower()]
    if not names or any(c.isdigit() for c in unit[tokens[0].start() : tokens[-1].end()]):
        return None
    if all(is_eponym(n) for n in names) and (len(names) == 1 or _is_before_thing(unit, end)):
        return None
    if _is_before_thing(unit, tokens[-1].end()) or is_eponym_name(unit[tokens[0].start() : tokens[-1].end()]):
        return None
    is_known = any(is_known_name(n) for n in names)
    if len(names) == 1 and not is_known and (_looks_like_a_code(names[0]) or not _stands_alone(unit, tokens[0])):
        return None
    if not is_known and (
        _is_in_a_list_of_things(unit, tokens[0].start())
        or any(map(_looks_like_a_code, names))
        or (len(tokens) == len(names) and all(map(_DRUG_LIKE.search, names)))
    ):
        return None
    last = tokens[-1].end() - unit[tokens[-1].start() : tokens[-1].end()].endswith(".") * (len(tokens[-1][0]) > 2)
    if unit[tokens[0].start() : last].endswith("'s"):
        last -= 2
    return Hit(tokens[0].start(), last, "NAME", MODEL, 0.85)


def _is_in_a_list_of_things(unit: str, start: int) -> bool:
    """After a comma and a word that is no name: "Tegaderm, Mepilex, Aquacel Ag"."""
    before = _ITEM_BEFORE.search(unit, max(0, start - 40), start)
    return before is not None and not is_known_name(before[1])


def is_known_name(token: str) -> bool:
    low = token.lower().strip(".'").removesuffix("'s")
    return low in GIVEN_NAMES or low in FAMILY_NAMES or is_like_family(low)


# How family names end in languages that make them so, and words of notes do not.
_LIKE_FAMILY = re.compile(
    r"(?:o'|mac(?=[bdfgklmnpqrtvw])|mc|fitz).{3,}|.{2,}(?:owski|owska|ewski|ewska|inski|inska|ynski|czuk|wicz|czyk|czak|enko|opoulos|akis|shvili|escu|sson|quist|gaard|strom|ovich|evich|ovic|evic|krishnan|swamy|lingam|murthy|zadeh|nejad|uddin|ullah|chukwu|thwaite|worth|combe|hurst|ingham)"
)


def is_like_family(low: str) -> bool:
    """Whether a word in lower case is built as family names are: "mcelhaney", "kozlowska"."""
    return (
        _LIKE_FAMILY.fullmatch(low) is not None and low not in WORDS_EN and low not in EPONYMS and low not in _NO_FAMILY
    )


_NO_FAMILY = frozenset(
    "macbook maelstrom macdonald's mcg mcl mcv mch mchc mcp mcburney mcmurray mcroberts mcgill mcvay mccune machine macrophage macrocytic macrolide macula macular macule maculopapular macerated macroscopic macro macrobid macrodantin".split()
)


def _stranger(unit: str, start: int, end: int) -> Hit | None:
    return None if _is_before_thing(unit, end) else Hit(start, end, "NAME", MODEL, 0.85)


def _stands_alone(unit: str, token: re.Match[str]) -> bool:
    """A capital where a plain word would have none: not at the start of a sentence, in a heading, or before a dose."""
    before, after = unit[: token.start()].rstrip(" '\"(*#-"), unit[token.end() :]
    if _DOES.match(after):
        return True
    if not before or before[-1] in ".;:!?\n[/" or re.match(r"(?:'s)?[\s-]*(?:\d|\[|/)", after):
        return False
    return not (re.search(r"(?<![.!?])\s?[A-Z][\w-]*$|\d$", before) or re.match(r"[\s-]+[A-Z]", after))


def is_english_word(token: str) -> bool:
    low = token.strip(".'").lower().removesuffix("'s")
    return low in WORDS_EN or (low.endswith("s") and low[:-1] in WORDS_EN and len(low) > 4) or low in LARGE


def may_be_name(word: str) -> bool:
    """Whether a word with a capital alone says nothing against its being a name."""
    return not (is_english_word(word) or is_eponym(word) or (_DRUG_LIKE.search(word) and not is_known_name(word)))


def is_eponym(token: str) -> bool:
    low = bare(token).strip(".'").removesuffix("'s")
    parts = low.split("-")
    # "Lennox-Gastaut": an eponym, and what is no name by itself.
    return all(part in EPONYMS for part in parts) or (
        len(parts) == 2
        and parts[0] in EPONYMS | {parts[0]} - FAMILY_NAMES - GIVEN_NAMES
        and parts[1] in EPONYMS | {parts[1]} - FAMILY_NAMES - GIVEN_NAMES
        and not EPONYMS.isdisjoint(parts)
    )


def is_eponym_name(name: str) -> bool:
    """A given and a family name that are one eponym: "Ivor Lewis"."""
    low = bare(name).replace("-", " ").replace(".", "")
    return low in EPONYM_NAMES or " ".join(low.split()[:2]) in EPONYM_NAMES


_COMPOUND_BEFORE = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ-]*-$")
_COMPOUND_AFTER = re.compile(r"-[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ-]*")


def is_part_of_eponym(text: str, start: int, end: int) -> bool:
    """Whether a name is a part of "Brown-Séquard" or the like, or an eponym before its thing ("Parkinson's disease")."""
    before = _COMPOUND_BEFORE.search(text, max(0, start - 30), start)
    after = _COMPOUND_AFTER.match(text, end)
    others = [p for m in (before, after) if m for p in bare(m[0]).split("-") if p]
    if others:
        return all(p in EPONYMS for p in others)
    word = text[start:end]
    return word.isalpha() and is_eponym(word) and _is_before_thing(text, end)


def _is_before_thing(unit: str, end: int) -> bool:
    following = _NEXT_WORD.match(unit, end)
    return following is not None and following[1].lower() in EPONYM_HEADS


def _looks_like_a_code(token: str) -> bool:
    return (token.isupper() and len(token) < 6) or (
        any(c.isupper() for c in token[1:])
        and not re.match(r"(?:Mc|Mac|O'|D'|De|La|Le|Van|Di|Du)[A-Z]|[A-Z][a-z]+-[A-Z]|[A-Z]+$", token)
    )


def _place(unit: str, start: int, end: int) -> Hit | None:
    text = unit[start:end].strip(" .,'")
    low = text.lower().removeprefix("the ")
    words = _TOKEN.findall(text)
    if (
        low in LARGE
        or not words
        or all(is_english_word(w) or is_eponym(w) for w in words)
        or (text.isupper() and len(text) < 5)
    ):
        return None
    if any(c.isdigit() for c in text) or text.islower() or _is_before_thing(unit, end) or _looks_like_a_code(words[0]):
        return None
    if _is_in_a_list_of_things(unit, start) and not _PLACE_BEFORE.search(unit, 0, start):
        return None
    if len(words) == 1 and (len(text) < 4 or _DRUG_LIKE.search(text) or not _is_in_a_place(unit, start)):
        return None
    if len(words) > 1 and any(_looks_like_a_code(w) for w in words):
        return None
    return Hit(start, end, "ADDRESS", MODEL, 0.85)


def _is_in_a_place(unit: str, start: int) -> bool:
    """A preposition before it, or another name and a comma; in a list of drugs neither."""
    found = _IN_A_PLACE.search(unit, 0, start)
    return found is not None and (found["before"] is None or not is_english_word(found["before"]))


def _organisation(unit: str, start: int, end: int) -> Hit | None:
    text = unit[start:end]
    words = [w for w in _TOKEN.findall(text) if w[0].isupper()]
    if not words or all(is_english_word(w) or _ORG_WORDS.fullmatch(w) for w in words) or _is_before_thing(unit, end):
        return None
    if _ORG_WORDS.search(text) or _WORKS_AT.search(unit, 0, start):
        start += len(text) - len(re.sub(r"^(?:the|The)\s+", "", text))
        return Hit(start, end, "ORGANISATION", MODEL, 0.85)
    # The model takes rare names for organisations.
    is_name = _LIKE_A_NAME.fullmatch(text.removesuffix("'s")) and not any(is_english_word(w) for w in words)
    return _person(unit, start, end) if is_name and (len(words) > 1 or is_known_name(words[0])) else None


def is_han_name(name: str) -> bool:
    """Whether Han characters can be a person's name: a surname and one or two more, and no clinical or everyday word."""
    if "·" in name:
        return 4 <= len(name) <= 15
    family = 2 if name[:2] in COMPOUND_SURNAMES else 1
    if not (family == 2 or name[:1] in SURNAMES) or not family < len(name) <= family + 2:
        return False
    if (
        name in NOT_A_NAME_ZH
        or name in KIN
        or is_clinical_zh(name)
        or _is_large_place(name)
        or name.endswith(_THING_ENDS)
    ):
        return False
    # A word at its beginning speaks against a name, unless all of it is written as names are: 安静怡.
    return name[:2] not in NOT_A_NAME_ZH or (family == 1 and len(name) == 3 and set(name[1:]) <= GIVEN_CHARS)


def _is_large_place(name: str) -> bool:
    """ "广西", "越南籍"."""
    return name in LARGE or (name[:2] in LARGE and name[2:] in tuple("籍人省族市区话语"))


def is_common_zh(two: str) -> bool:
    """Two characters that begin a word of notes, and so no name."""
    return two in NOT_A_NAME_ZH or two in _ZH_PARTS


def begins_word_zh(text: str, start: int, end: int) -> bool:
    """Whether a longer word of notes begins where a name would: "舒乐" of "舒乐安定"."""
    return any(text[start : start + length] in NOT_A_NAME_ZH for length in range(end - start + 1, end - start + 4))


def is_across_words_zh(text: str, start: int, end: int) -> bool:
    """Whether it is the end of one word and the beginning of the next: "程明" in "病程明显"."""
    return text[start - 1 : start + 1] in WORD_ENDS and is_common_zh(text[end - 1 : end + 1])


def is_clinical_zh(text: str) -> bool:
    """An eponym, with or without more, or any part of a drug's name."""
    return text in _ZH_PARTS or _ZH_EPONYM.match(text) is not None


def _han_person(unit: str, start: int, end: int) -> Hit | None:
    name = unit[start:end].strip()
    start = unit.index(name, start)
    end = start + len(name)
    for title in TITLES_AFTER:
        if name.endswith(title) and len(name) > len(title):
            name, end = name[: -len(title)], end - len(title)
            is_called = True
            break
    else:
        is_called = False
    if is_called and len(name) == 1:
        return Hit(start, end, "NAME", MODEL, 0.85) if name in SURNAMES - FUNCTION_WORDS else None
    if name[-1] == "氏" and not _KIN_BEFORE.search(unit[:start]):
        return None
    if _is_called(name, unit, start):
        return Hit(start, end - (_KIN_AFTER.search(name) is not None), "NAME", MODEL, 0.85)
    if begins_word_zh(unit, start, end) or is_across_words_zh(unit, start, end):
        return None
    if (name[0] in "于与" and len(name) == 2 and not _is_slot_zh(unit, start)) or _FOREIGN.fullmatch(name):
        return None
    if len(name) == 4 and not is_han_name(name) and is_han_name(name[:3]) and set(name[1:3]) <= GIVEN_CHARS:
        # The model has taken a character too many: "邹雨桐晨" of "邹雨桐晨检".
        name, end = name[:3], end - 1
    if not is_han_name(name) and not _is_unusual_name(name, unit, start, end):
        start -= 1
        name = unit[start:end]
        if start < 0 or not _is_slot_zh(unit, start) or len(name) > 3 or not is_han_name(name):
            # Nor is it the given name of "解小东".
            return None
    if _MEDICINE_AFTER.match(unit, end) or _DOSE_AFTER.match(unit, end) or _TAKEN_BEFORE.search(unit, 0, start):
        return None
    if len(name) == 2 and end + 2 < len(unit) and unit[end] in GIVEN_CHARS and is_common_zh(unit[end + 1 : end + 3]):
        # "黄立新黄疸": the model ends the name one character early.
        end += not is_common_zh(unit[end : end + 2])
    if re.match(
        r"(?:氏|病|综合征|征|现象|反射|反应|试验|评分|分级|淋巴瘤|骨折|手术|术|法|瘤|细胞|杆菌|球菌|病毒|疝|管|钳|切口|体征|线|点|肿|囊|环|片|丸|散|汤|颗粒|胶囊|注射液|口服液|单抗|替尼|沙坦|普利|洛尔|地平|他汀|西林|霉素|沙星|拉唑|贺菌|螺杆菌|菌属|染色|韧带|隐窝|三角)",
        unit[end:],
    ):
        return None
    return Hit(start, end, "NAME", MODEL, 0.85)


def _is_slot_zh(unit: str, start: int) -> bool:
    """Whether a name may begin here: no Han character before it, or one who it is."""
    return start == 0 or not is_han(unit[start - 1]) or _WHO_BEFORE.search(unit, 0, start) is not None


def _is_called(name: str, unit: str, start: int) -> bool:
    """A name without a surname that the model sees: 小宇, 二宝, 朵朵, 丽丽姐."""
    bare_name = _KIN_AFTER.sub("", name) if len(name) == 3 else name
    if name in KIN or bare_name in KIN or bare_name in HAN_WORDS or name[:2] in HAN_WORDS or is_clinical_zh(name):
        return False
    is_kin = bare_name != name
    if not (_CALLED.fullmatch(bare_name) or (is_kin and set(bare_name) <= GIVEN_CHARS)):
        return False
    return _is_slot_zh(unit, start) or unit[start - 1] in "和与及、给叫由请跟"


def _is_unusual_name(name: str, unit: str, start: int, end: int) -> bool:
    """A rare surname, or a name that begins like a word, where a title follows or who it is stands before."""
    if not 2 <= len(name) <= 3 or name in KIN or name.endswith(_THING_ENDS):
        return False
    if name in NOT_A_NAME_ZH:
        # "谈话医师康健"
        return name[0] in SURNAMES and set(name[1:]) <= GIVEN_CHARS and _WHO_BEFORE.search(unit, 0, start) is not None
    is_said = _TITLE_NEXT.match(unit, end) is not None or _WHO_BEFORE.search(unit, 0, start) is not None
    if name[0] in SURNAMES:
        return is_said and (len(name) == 3 or name[1] in GIVEN_CHARS)
    is_given = set(name[1:]) <= GIVEN_CHARS
    return (
        len(name) == 3
        and not is_common_zh(name[:2])
        and (is_given if not is_said else name[2] in GIVEN_CHARS or name[0] in RARE_SURNAMES)
    )


def _han_place(unit: str, start: int, end: int) -> Hit | None:
    text = unit[start:end].strip()
    if (
        text in LARGE
        or len(text) < 2
        or not _HAN_RUN.fullmatch(text)
        or _NOT_A_PLACE_ZH.search(text)
        or is_clinical_zh(text)
        or text in NOT_A_NAME_ZH
    ):
        return None
    if not _SMALL_ZH.search(text) and (
        len(text) < 2
        or not re.match(r"市|区|县|镇|乡|村|路|人|籍|居住|务工|打工|工作|旅游|旅居|生活|出差|,|。|、|$", unit[end:])
        or len(text) > 6
    ):
        return None
    return Hit(start, end, "ADDRESS", MODEL, 0.85)


def _han_organisation(unit: str, start: int, end: int) -> Hit | None:
    text = unit[start:end].strip()
    if not _ORG_ENDS_ZH.search(text) or _GENERIC_ORG_ZH.fullmatch(text):
        return None
    return Hit(start, end, "ORGANISATION", MODEL, 0.85)
