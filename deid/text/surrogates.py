"""Invented values that read like what they stand for: a name for a name, a number of the same length for a number.

A setting beside tags ("[NAME-1]"). The same value of a person always becomes the same surrogate, in all of their texts, and a part
of a name the same part of the other name: every choice is a keyed hash of the value. The key has to stay secret, or a guessed
name could be tried. No surrogate is anybody's number: telephone numbers, identity numbers, accounts and addresses on networks
begin as none that is given out does, or are of the ranges set aside for examples (RFC 2606, RFC 5737, RFC 3849), and no check
digit is right.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b

from deid.text.fold import HAN, bare, fold
from deid.text.lexicon.people import COMPOUND_SURNAMES, SURNAMES

_HAN, _HAN_RUN = re.compile(f"[{HAN}]"), re.compile(f"[{HAN}]+")
_MEN = "Adam Alan Brian Carl Colin Craig Dennis Derek Edgar Eric Felix Frank Gavin Glenn Henry Ian Ivan Jared Jerome Joel Keith Kurt Leon Lewis Louis Marcus Martin Neil Nolan Oscar Owen Perry Ralph Roger Ross Simon Spencer Stuart Theo Trevor Vernon Victor Walter Wayne".split()
_WOMEN = "Alice Amber Bertha Bonnie Carla Cecily Claire Cora Daphne Diane Donna Edith Elaine Ellen Esther Flora Freda Gloria Greta Hazel Helen Irene Ivy Janet Joan Joyce Karen Lena Linda Lois Lydia Mabel Marion Mavis Nadia Norma Olive Paula Pearl Phyllis Rita Rosa Sheila Stella Thelma Vera Wanda Wilma".split()
_FAMILIES = "Ackland Ashby Barlowe Beckford Bramwell Calder Carrow Corwin Dalton Denholm Eastlake Elwood Fairley Farnham Garrick Gresham Halden Harlow Hollis Ingram Jarrow Kelby Kendrick Langford Larkin Linwood Marden Melford Norcross Oakden Orwell Pembury Penfold Quarry Radley Redfern Selby Stanmore Tarrant Thorley Upham Verney Wadham Walden Wexley Winslow Wyndham Yardley".split()
_HAN_FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭罗郑梁宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾韦夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
_HAN_MEN = "伟强磊军勇杰涛明超刚辉斌波鹏鑫浩宇峰亮凯健龙飞建国志文海林栋坤旭晨洋阳毅庆庚诚"
_HAN_WOMEN = "芳娜敏静丽艳娟霞秀英玉兰红梅萍琴雪莹婷洁慧佳蓉倩琳璐颖薇菊莉莲蕾馨妍嘉欣"
_HAN_ANY = "安平和清宁文思源如一之正予天真宜书言希林远晓白川可心若初其然子言景云"
_STREETS = "Alder Amber Beacon Birchfield Bridgewater Cedar Chestnut Clearview Copper Fairmont Foxglove Hawthorn Highfield Juniper Laurel Maple Meadow Millbrook Orchard Rosewood Sycamore Willow".split()
_TOWNS = "Ashmere Brackwell Coldwater Dunmere Eastmarsh Fernhollow Greywick Harrowdale Kingsmere Larkfield Millhaven Northbrook Oakvale Pinehurst Ravenmoor Stonebridge Thornwick Westerly".split()
_HAN_STREETS = "春晖 长宁 永安 建业 和风 青禾 明湖 朝晖 新华 文昌 仁爱 中兴 泰和 安康 锦绣 育才".split()
_HAN_TOWNS = "青禾 长宁 和风 明湖 云岭 石桥 清溪 柳河 白鹭 平湖 东岭 西川".split()
_ORGANISATIONS = "Ashmere Brightwater Cedarvale Eastbrook Fernhill Granite Harborline Lakemont Meadowbrook Northgate Parkside Ridgeway Silverlake Summerhill Westfield".split()
_HAN_ORGANISATIONS = "仁和 安康 博爱 同德 明德 和平 长青 康宁 惠民 泰安 瑞康 新晨".split()
_KIND = re.compile(
    r"(?i:hospital|clinic|medical cent(?:er|re)|nursing home|hospice|pharmacy|university|college|(?:high |middle |elementary )?school|church|temple|mosque|bank|credit union|inc\.?|llc|ltd\.?|insurance|services?|cent(?:er|re))$"
)
_HAN_KIND = re.compile(
    r"(?:医院|卫生院|卫生服务中心|保健院|诊所|大学|学院|中学|小学|幼儿园|学校|公司|银行|集团|派出所|法院|养老院|敬老院|厂|保险)$"
)
_WORD = re.compile(rf"[^\W\d_{HAN}]+")
_DIGIT_OR_LETTER = re.compile(r"[0-9A-Za-z]")
_KEPT = frozenset("老小阿大某氏")


class Surrogates:
    """Of one person's texts; `key` is derived from a secret and from whom they are about."""

    def __init__(self, key: bytes) -> None:
        self._key = blake2b(key, digest_size=32).digest()

    def of(self, entity: str, text: str) -> str:
        """The surrogate of a value as it stands in a text; of dates and ages there are none."""
        value = fold(text)
        match entity:
            case "NAME":
                return self._name(value)
            case "PHONE":
                return self._phone(value)
            case "EMAIL":
                return f"{self._one(_FAMILIES, 'email', bare(value)).lower()}{self._number('email', bare(value), 900) + 100}@example.org"
            case "URL":
                return f"https://example.org/{self._number('url', bare(value), 9000) + 1000}"
            case "IP":
                last = self._number("ip", bare(value), 254) + 1
                return f"2001:db8::{last:x}" if ":" in value else f"192.0.2.{last}"
            case "ADDRESS":
                return self._address(value)
            case "ORGANISATION":
                return self._organisation(value)
            case _:
                return self._code(value)

    def _number(self, kind: str, value: str, below: int) -> int:
        digest = blake2b(f"{kind}\0{value}".encode(), key=self._key, digest_size=8).digest()
        return int.from_bytes(digest) % below

    def _one(self, among: Sequence[str], kind: str, value: str) -> str:
        """Never the value itself."""
        at = self._number(kind, value, len(among))
        return among[at] if among[at].lower() != value else among[(at + 1) % len(among)]

    def _name(self, value: str) -> str:
        if _HAN.search(value):
            latin = _WORD.sub(lambda word: self._name_word(word[0], is_family=False), value)
            return _HAN_RUN.sub(lambda run: self._han_name(run[0]), latin)
        words = list(_WORD.finditer(value))
        out, done = [], 0
        for at, word in enumerate(words):
            # "White, Anna" and a lone unknown word begin with the family's name.
            is_last = at == len(words) - 1 if "," not in value else at == 0
            out += [value[done : word.start()], self._name_word(word[0], is_family=is_last)]
            done = word.end()
        return re.sub(r"\d+", "", "".join(out) + value[done:])

    def _name_word(self, word: str, *, is_family: bool) -> str:
        low = bare(word)
        if len(low) == 1:
            return chr(ord("A") + self._number("initial", low, 26))
        new = self._one(_given_like(low) or (_FAMILIES if is_family else _MEN + _WOMEN), "name", low)
        return new.upper() if word.isupper() else new.lower() if word.islower() else new

    def _han_name(self, value: str) -> str:
        family = 2 if value[:2] in COMPOUND_SURNAMES and len(value) > 2 else 1
        if family == 2:
            # A compound surname is rare, and so says more than another.
            return self._one(_HAN_FAMILIES, "family", value[:2]) + "".join(map(self._given, value[2:]))
        has_family = value[0] in SURNAMES and not (len(value) == 2 and value[0] in _KEPT)
        first = self._one(_HAN_FAMILIES, "family", value[0]) if has_family else self._given(value[0])
        if len(value) == 2 and value[0] in _KEPT and value[1] in SURNAMES:
            return value[0] + self._one(_HAN_FAMILIES, "family", value[1])
        return first + "".join(map(self._given, value[1:]))

    def _given(self, char: str) -> str:
        if char in _KEPT:
            return char
        among = _HAN_MEN if char in _HAN_MEN else _HAN_WOMEN if char in _HAN_WOMEN else _HAN_ANY
        return self._one(among, "given", char)

    def _address(self, value: str) -> str:
        key = "".join(c for c in bare(value) if c.isalnum())
        house = self._number("house", key, 180) + 10
        if _HAN.search(value):
            if not re.search(r"\d", value):
                return self._one(_HAN_TOWNS, "town", key) + "镇"
            return f"{self._one(_HAN_STREETS, 'street', key)}路{house}号"
        if not re.search(r"\d", value):
            return self._one(_TOWNS, "town", key)
        if not _WORD.search(value):
            return re.sub(r"\d", "0", value)  # a ZIP code: 00000 is none
        return f"{house} {self._one(_STREETS, 'street', key)} Lane"

    def _organisation(self, value: str) -> str:
        key = "".join(c for c in bare(value) if c.isalnum())
        if _HAN.search(value):
            kind = _HAN_KIND.search(value)
            return self._one(_HAN_ORGANISATIONS, "organisation", key) + (kind[0] if kind else "中心")
        kind = _KIND.search(value)
        return f"{self._one(_ORGANISATIONS, 'organisation', key)} {kind[0] if kind else 'Group'}"

    def _phone(self, value: str) -> str:
        """As long and with the same separators; no number anywhere begins with 000, and no mobile one in China with 100."""
        digits = re.sub(r"\D", "", value)
        new = self._digits("phone", digits)
        start = "100" if re.fullmatch(r"(?:86)?1[3-9]\d{9}", digits) else "000"
        body = start[: len(digits)] + new[3:]
        return self._put(value, body)

    def _code(self, value: str) -> str:
        """Letters for letters, digits for digits, in the same places; two zeros first and no right check digit."""
        compact = "".join(_DIGIT_OR_LETTER.findall(value))
        chars = []
        for at, char in enumerate(compact):
            pick = self._number(f"code {at}", bare(compact), 234)
            chars.append(str(pick % 10) if char.isdigit() else chr((65 if char.isupper() else 97) + pick % 26))
        numbers = [at for at, char in enumerate(chars) if char.isdigit()]
        for at in numbers[:2] if len(numbers) > 3 else ():
            chars[at] = "0"
        code = "".join(chars)
        if len(numbers) > 7 and (_is_luhn(code) or _is_resident(code)):
            last = numbers[-1]
            code = code[:last] + str((int(code[last]) + 1) % 10) + code[last + 1 :]
        return self._put(value, code)

    def _digits(self, kind: str, digits: str) -> str:
        return "".join(str(self._number(f"{kind} {at}", digits, 10)) for at in range(len(digits)))

    @staticmethod
    def _put(value: str, chars: str) -> str:
        """The characters in the places of the value's own letters and digits (of digits only, where there are as many)."""
        shape = _DIGIT_OR_LETTER if len(chars) == len(_DIGIT_OR_LETTER.findall(value)) else re.compile(r"\d")
        rest = iter(chars)
        return shape.sub(lambda _: next(rest, ""), value)


def _given_like(low: str) -> list[str] | None:
    """The given names of the same sex, when the name says it."""
    for names in (_MEN, _WOMEN):
        if low.capitalize() in names:
            return names
    if low in _MALE:
        return _MEN
    return _WOMEN if low in _FEMALE else None


_MALE = frozenset(
    "james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew joshua kenneth kevin george timothy ronald edward jason jeffrey jacob gary nicholas jonathan stephen larry justin scott brandon benjamin samuel"
    " gregory alexander patrick jack tyler aaron jose adam nathan zachary peter kyle ethan jeremy noah sean bruce dylan jordan albert gabriel logan juan carlos luis miguel antonio mohamed ahmed ali omar hassan ivan piotr marek anders dev emeka hector ramon walter tyrone darnell robert bob".split()
)
_FEMALE = frozenset(
    "mary patricia jennifer elizabeth barbara susan jessica sarah lisa nancy betty sandra margaret ashley kimberly emily michelle carol amanda melissa deborah stephanie dorothy rebecca sharon laura cynthia amy kathleen angela shirley brenda emma anna pamela nicole samantha katherine christine debra rachel carolyn"
    " maria heather julie victoria kelly christina lauren frances martha cheryl megan andrea ann jean doris kathryn hannah julia grace rose theresa sara marie judy sofia isabel fatima aisha ngozi siobhan gloria marisol denise rosa keisha priya yuki mei".split()
)


def _is_luhn(code: str) -> bool:
    digits = [int(c) for c in code if c.isdigit()]
    doubled = [d * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0


def _is_resident(code: str) -> bool:
    if not re.fullmatch(r"\d{17}[\dXx]", code):
        return False
    total = sum(int(d) * (2 ** (17 - at) % 11) for at, d in enumerate(code[:17]))
    return "10X98765432"[total % 11] == code[17].upper()
