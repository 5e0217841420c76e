"""The ways in which what a record says of a person is written in notes: names, addresses, numbers, dates."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from deid.subject import KnownTerm
from deid.text.calendar import write_numeral
from deid.text.fold import HAN, bare, fold
from deid.text.guard import is_common_zh
from deid.text.lexicon.people import (
    COMPOUND_SURNAMES,
    FUNCTION_WORDS,
    HAN_WORDS,
    NICKNAMES,
    SURNAMES,
    TITLES_AFTER,
    WEAK_SURNAMES,
    WORD_NAMES,
)
from deid.text.lexicon.places import LARGE, PROVINCES, STATE_CODES

_HAN_ONLY = re.compile(rf"[{HAN}·]+")
_TITLES = frozenset("mr mrs ms miss mx dr prof professor doctor sir madam rev fr sr sra mme".split())
_SUFFIXES = frozenset("jr sr ii iii iv md do rn np pa phd dds esq mph".split())
# What stands for a name that nobody has given yet ("Baby Girl Lindgren").
_NO_NAMES = frozenset("baby boy girl newborn infant twin male female unknown unnamed test patient".split())
_GENERIC_ORG = frozenset(
    "hospital clinic center centre medical health general care inc llc ltd corp company group associates the of and pc pllc".split()
)
_STREETS = {
    "street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "lane": "ln", "boulevard": "blvd", "court": "ct", "place": "pl",
    "square": "sq", "terrace": "ter", "parkway": "pkwy", "highway": "hwy", "circle": "cir", "north": "n", "south": "s", "east": "e",
    "west": "w", "apartment": "apt", "suite": "ste", "mount": "mt", "saint": "st", "fort": "ft", "heights": "hts", "crossing": "xing",
}  # fmt: skip
_ZH_PARTS = re.compile(
    rf"[{HAN}A-Za-z0-9·-]+?(?:特别行政区|自治[区州县]|省|市|地区|盟|区|县|旗|街道|镇|乡|小区|花园|新村|公寓|大道|路|街|巷|弄|胡同|村|组|号院|号楼|号|栋|幢|座|单元|层|室|户)"
)
_LARGE_ENDS = ("省", "市", "自治区", "特别行政区", "自治州", "地区", "盟")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to write a known identifier, in folded lower-case text without accents.

    `kept`: characters at the end that only show what stands before them is a name ("女士"). `needs_capital`: it is a word
    too. `needs_person`: so it is in Chinese, and only what stands around it can tell. `is_given`: Chinese given names alone,
    which any two words may make where they meet. `is_compact`: matched in text without separators.
    """

    text: str
    entity: str
    kept: int = 0
    needs_capital: bool = False
    needs_person: bool = False
    is_given: bool = False
    is_compact: bool = False


def variants(terms: Iterable[KnownTerm]) -> Iterator[Variant]:
    for term in terms:
        text = " ".join(bare(fold(term.text)).split())
        match term.entity:
            case "NAME":
                yield from _names(text)
            case "ADDRESS":
                yield from _addresses(text)
            case "ORGANISATION":
                yield from _organisations(text)
            case "DATE":
                yield from (Variant(t, "DATE") for t in _dates(text))
            case "EMAIL" | "URL":
                yield from _links(text, term.entity)
            case _:
                yield from _numbers(text, term.entity)


# --- names ------------------------------------------------------------------------------------------------------------


def _names(text: str) -> Iterator[Variant]:
    if _HAN_ONLY.fullmatch(text.replace(" ", "")):
        yield from _han_names(text.replace(" ", ""))
        return
    # "Smith, John" names the family first.
    family_first = "," in text
    words = [w for w in re.split(r"[\s,]+", text.replace("(", " ").replace(")", " ")) if w.strip(".")]
    words = [w.rstrip(".") for w in words]
    while words and (words[0] in _TITLES or words[0] in _NO_NAMES):
        words.pop(0)
    while len(words) > 1 and words[-1].replace(".", "") in _SUFFIXES:
        words.pop()
    if family_first and len(words) > 1:
        words = [*words[1:], words[0]]
    # "A White" is a name, "a white" is not.
    is_word = words[-1:] != [] and words[-1] in WORD_NAMES
    yield from (
        Variant(t, "NAME", needs_capital=is_word and min(map(len, t.replace(".", " ").split())) == 1)
        for t in _in_orders(words)
    )
    for word in {w for part in words for w in (part, *part.split("-"))}:
        yield from _alone(word)


def _in_orders(words: list[str]) -> Iterator[str]:
    if len(words) < 2:
        return
    forms = {tuple(words), (words[0], words[-1])}
    # A generator's suffix ("Sanford861") is no part of what people write.
    forms |= {tuple(w.rstrip("0123456789") or w for w in form) for form in forms}
    for given, family in {(form[0], form[-1]) for form in forms}:
        nick = NICKNAMES.get(given, ())
        forms |= {(short, family) for short in nick}
        yield from (
            f"{given[0]} {family}",
            f"{given[0]}. {family}",
            f"{given[0]}.{family}",
            f"{family}, {given[0]}",
            f"{family} {given[0]}",
        )
        yield from (f"{given}{family}", f"{family}{given}", f"{given}_{family}", f"{given}.{family}")
        if len(words) > 2:
            yield from (f"{given} {words[1][0]}. {family}", f"{given} {words[1][0]} {family}", f"{family}, {given} {words[1][0]}",
                        f"{given[0]}. {words[1][0]}. {family}", f"{given[0]}.{words[1][0]}. {family}", f"{given[0]} {words[1][0]} {family}")  # fmt: skip
    for form in forms:
        yield " ".join(form)
        rest, family = " ".join(form[:-1]), form[-1]
        yield from (f"{family}, {rest}", f"{family} {rest}", f"{family},{rest}")
        if "-" in family:
            yield f"{rest} {family.replace('-', ' ')}"


def _alone(word: str) -> Iterator[Variant]:
    for form in {
        word,
        word.rstrip("0123456789"),
        word.replace("'", ""),
        word.replace("'", " "),
        *NICKNAMES.get(word, ()),
    }:
        if len(form) > 2 and form not in _TITLES:
            yield Variant(form, "NAME", needs_capital=form in WORD_NAMES)


def _is_word(han: str) -> bool:
    """Whether notes write it of other things too, or begin a word with it."""
    return han in HAN_WORDS or is_common_zh(han) or is_common_zh(han[:2])


def _han_names(name: str) -> Iterator[Variant]:
    if len(name) < 2:
        return
    yield Variant(name, "NAME", needs_person=_is_word(name))
    if "·" in name:
        yield Variant(name.replace("·", ""), "NAME")
        yield from (Variant(p, "NAME") for p in name.split("·") if len(p) > 1)
        return
    family = name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]
    given = name[len(family) :]
    if name not in COMPOUND_SURNAMES and (family in SURNAMES or len(family) == 2):
        # "升高*", "和医生": the surname is the end of a word, or one by itself.
        is_weak = family in WEAK_SURNAMES or family in FUNCTION_WORDS
        yield from (
            Variant(family + title, "NAME", kept=len(title), needs_person=is_weak)
            for title in TITLES_AFTER
            if title not in ("总", "某", "某某")
        )
        yield from (
            Variant(form, "NAME", needs_person=is_weak)
            for form in (f"{family}某某", f"{family}某", f"{family}xx", f"{family}**", f"{family}*")
        )
        yield from (Variant(f, "NAME") for f in (f"老{family}", f"小{family}") if not _is_word(f))
    if len(given) == 2:
        yield Variant(given, "NAME", needs_person=_is_word(given), is_given=True)
        yield from (Variant(given + title, "NAME", kept=len(title)) for title in ("先生", "女士", "医生"))
    elif len(given) == 1:
        yield from (Variant(f, "NAME") for f in (f"阿{given}", f"小{given}", given * 2) if not _is_word(f))


# --- places and organisations -----------------------------------------------------------------------------------------


def _addresses(text: str) -> Iterator[Variant]:
    if re.search(f"[{HAN}]", text):
        yield from _han_addresses(text.replace(" ", ""))
        return
    if re.fullmatch(r"\d{5}(?:-?\d{4})?", text):
        yield from (Variant(t, "ADDRESS") for t in {text, text[:5], f"{text[:5]}-{text[-4:]}"} if len(t) in (5, 9, 10))
        return
    whole = " ".join(re.split(r"[\s,]+", text))
    for part in {whole, text, *(p.strip() for p in text.split(","))}:
        for form in {part, _with(part, _STREETS), _with(part, {v: k for k, v in _STREETS.items()})}:
            yield from _address_form(form)


def _with(part: str, change: dict[str, str]) -> str:
    words = part.split()
    return " ".join(change.get(w.rstrip("."), w) for w in words)


def _address_form(form: str) -> Iterator[Variant]:
    if len(form) < 4 or form in LARGE or form.upper() in STATE_CODES:
        return
    yield Variant(form, "ADDRESS", needs_capital=form in WORD_NAMES)
    if unit := re.search(r"(?<=[a-z])(?= (?:apt|apartment|unit|suite|ste|#))", form):
        yield Variant(f"{form[: unit.start()]},{form[unit.start() :]}", "ADDRESS")
    for abbreviation in ("st", "ave", "rd", "dr", "ln", "blvd", "ct", "apt"):
        dotted = re.sub(rf"\b{abbreviation}\b", f"{abbreviation}.", form)
        if dotted != form:
            yield Variant(dotted, "ADDRESS")
    # The street without the house and the flat.
    if street := re.fullmatch(
        r"\d+[a-z]?(?:-\d+)?\s+(.*?[a-z]{3}.*?)(?:\s+(?:apt|apartment|unit|suite|ste|#).*)?", form
    ):
        if " " in street[1]:
            yield Variant(street[1], "ADDRESS", needs_capital=True)
        yield Variant(form[: street.end(1)], "ADDRESS")


def _han_addresses(text: str) -> Iterator[Variant]:
    if len(text) >= 3 and text not in LARGE:
        yield Variant(text, "ADDRESS")
    parts = [m.span() for m in _ZH_PARTS.finditer(text)]
    small = [(s, e) for s, e in parts if not text[s:e].endswith(_LARGE_ENDS)]
    for at, (start, _) in enumerate(small):
        for end in [e for _, e in small[at:]] + [len(text)]:
            piece = text[start:end]
            if len(piece) >= 3 and (re.search(rf"[{HAN}]{{2}}", piece[:-1])):
                yield Variant(piece, "ADDRESS")
    # City and what follows, without the province.
    for start, end in parts:
        if text[start:end].endswith("市") and len(text) - start >= 6:
            yield Variant(text[start:], "ADDRESS")


def _organisations(text: str) -> Iterator[Variant]:
    if re.search(f"[{HAN}]", text):
        name = re.sub(r"\(.*?\)", "", text.replace(" ", ""))
        yield from (Variant(t, "ORGANISATION") for t in {name, text.replace(" ", "")} if len(t) >= 4)
        for place in PROVINCES:
            rest = re.sub(rf"^{place}(?:省|市|自治区)?", "", name)
            if (
                rest != name
                and len(rest) >= 4
                and rest not in ("人民医院", "中心医院", "中医医院", "儿童医院", "肿瘤医院", "妇幼保健院")
            ):
                yield Variant(rest, "ORGANISATION")
        return
    short = re.sub(r",?\s+(?:inc|llc|ltd|corp|co|pc|pllc)\.?$", "", text)
    for form in {text, short, short.removeprefix("the ")}:
        if len(form) > 3 and not _GENERIC_ORG.issuperset(form.split()):
            yield Variant(form, "ORGANISATION", needs_capital=" " not in form)


# --- numbers, links, dates --------------------------------------------------------------------------------------------


def _numbers(text: str, entity: str) -> Iterator[Variant]:
    compact = re.sub(r"[^0-9a-z]", "", text)
    if entity == "PHONE":
        # The number with and without the code of its country.
        national = re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$|0?\d{9,11}$)", "", compact)
        national = re.sub(r"^1(?=\d{10}$)", "", national) if not re.match(r"1[3-9]\d{9}$", national) else national
        compacts = {
            compact,
            national,
            national.removeprefix("0") if national.startswith("0") and len(national) > 10 else national,
        }
        yield from (Variant(c, entity, is_compact=True) for c in compacts if len(c) >= 7)
        # In numerals, as people write them where numbers are blocked.
        yield from (
            Variant(national.translate(str.maketrans("0123456789", f"{zero}一二三四五六七八九")), entity)
            for zero in "零〇"
        )
    elif len(compact) >= 7:
        yield Variant(compact, entity, is_compact=True)
    if len(text) >= 4 and any(c.isdigit() for c in text):
        yield from (Variant(t, entity) for t in {text, compact} if len(t) >= 4)
    elif len(text) >= 6:
        yield Variant(text, entity)


def _links(text: str, entity: str) -> Iterator[Variant]:
    yield Variant(text, entity)
    local, at, _ = text.partition("@")
    if at and len(local) >= 6:
        yield Variant(local, entity)
    stripped = re.sub(r"^(?:https?://|mailto:)?(?:www\.)?", "", text).rstrip("/")
    if len(stripped) >= 6:
        yield Variant(stripped, entity)


_EN_MONTHS = "january february march april may june july august september october november december".split()


def _dates(text: str) -> Iterator[str]:
    found = re.match(r"(\d{4})-(\d{2})(?:-(\d{2}))?", text)
    if not found:
        return
    year, month = int(found[1]), int(found[2])
    if not 1 <= month <= 12:
        return
    name = _EN_MONTHS[month - 1]
    if not found[3]:
        yield from (
            f"{year}-{month:02}",
            f"{year}年{month}月",
            f"{year}年{month:02}月",
            f"{name} {year}",
            f"{name[:3]} {year}",
        )
        return
    try:
        at = date(year, month, int(found[3]))
    except ValueError:
        return
    day, two = at.day, f"{year % 100:02}"
    for sep in "-/.":
        yield from (f"{year}{sep}{m}{sep}{d}" for m in {str(month), f"{month:02}"} for d in {str(day), f"{day:02}"})
        for a, b in ((month, day), (day, month)):
            yield from (f"{x}{sep}{y}{sep}{year}" for x in {str(a), f"{a:02}"} for y in {str(b), f"{b:02}"})
    yield from (
        f"{month}/{day}/{two}",
        f"{month:02}/{day:02}/{two}",
        f"{year}{month:02}{day:02}",
        f"{month:02}{day:02}{year}",
    )
    yield from (
        f"{y}年{m}月{d}{end}"
        for y in (year, two)
        for m in {str(month), f"{month:02}"}
        for d in {str(day), f"{day:02}"}
        for end in "日号"
    )
    yield f"{''.join('〇一二三四五六七八九'[int(c)] for c in str(year))}年{write_numeral(month)}月{write_numeral(day)}日"
    if year > 1911:
        yield f"民国{year - 1911}年{month}月{day}日"
    for m in {name, name[:3]}:
        for d in {str(day), f"{day:02}"}:
            yield from (
                f"{m} {d}, {year}",
                f"{m} {d} {year}",
                f"{d} {m} {year}",
                f"{d}-{m}-{year}",
                f"{m}. {d}, {year}",
                f"{d}{m}{year}",
            )
