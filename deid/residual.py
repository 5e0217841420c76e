"""What is left of anybody in the output: a second look by other means than those that removed it.

No recogniser, no model, no policy: strings are compared with what the vault knows of the patients, and with shapes that
only identifiers have. What is compared is the text without case, accents, width and separators; what is found that way
counts when it also stands in the text as a whole word with no more than its usual separators. Works in the identified
zone only, and hands out keys, paths, kinds and keyed hashes, never what it found. docs/residual-scan.md says why each
rule is as it is.
"""

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick
import msgspec

from deid.identity import is_resident_id
from deid.text.lexicon.clinical import DRUGS_ZH, EPONYMS, EPONYMS_ZH, NOT_A_NAME_ZH, WORDS_EN
from deid.text.lexicon.people import COMPOUND_SURNAMES, HAN_WORDS, WORD_NAMES

RARE_TOKEN = "rare_token"  # noqa: S105 (a kind of finding)
# A token that stands in a column of free text so often or less is rare.
RARE = 2
_HAN = "\u3400-\u9fff\uf900-\ufaff〇"
_IS_HAN, _HAS_HAN = re.compile(f"[{_HAN}]").match, re.compile(f"[{_HAN}]").search
# Written alone, these are words before they are anybody's name.
_WORDS = WORD_NAMES | EPONYMS | WORDS_EN
_WORDS_ZH = frozenset(HAN_WORDS | NOT_A_NAME_ZH | COMPOUND_SURNAMES | {*EPONYMS_ZH, *DRUGS_ZH})


# --- text made comparable ---------------------------------------------------------------------------------------------

_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF])
_NOT_ALNUM = {code: None for code in range(128) if not chr(code).isalnum() and chr(code) != "\x1f"}
_SEPARATES = re.compile(r"[^\w\x1f]|_")


def _plain(text: str) -> str:
    """Lower case; full-width forms, digits of other scripts, accents and invisible characters made plain."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.translate(_INVISIBLE)).casefold()
    return "".join(_bare(c) for c in folded if not unicodedata.combining(c))


@lru_cache(1 << 16)
def _bare(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


def _compact(plain: str) -> str:
    return plain.translate(_NOT_ALNUM) if plain.isascii() else _SEPARATES.sub("", plain)


# --- what is looked for -----------------------------------------------------------------------------------------------

# What may stand between the parts of a term of each kind.
_BETWEEN = {
    "name": r"[\s,.'’·_-]{0,3}",
    "id": r"[\s_/·-]{0,2}",
    "phone": r"[\s./()·-]{0,3}",
    "email": r"\s{0,2}[^\w\s]?_?\s{0,2}",
    "address": r"[\s,.;#，、-]{0,3}",
    "birth_date": r"[\s,./-]{0,3}",
}
_BIRTH_BEFORE = re.compile(r"(?:birth|born|dob|d\.o\.b|bday|出生|生日|生于|诞生)[^\x1f]{0,24}$")


@dataclass(frozen=True, slots=True)
class Term:
    """One way to write what identifies a person: its parts in plain text, and whether it identifies in anybody's record."""

    kind: str
    parts: tuple[str, ...]
    is_distinctive: bool = False

    @property
    def compact(self) -> str:
        return _compact("".join(self.parts))

    def stands_in(self, plain: str) -> bool:
        """Whether it is there as a whole, with its usual separators; a birth date, whether it is said to be one."""
        found = _pattern(self.kind, self.parts).finditer(plain)
        if self.kind != "birth_date":
            return next(found, None) is not None
        return any(_BIRTH_BEFORE.search(plain, max(0, m.start() - 40), m.start()) for m in found)


@lru_cache(1 << 14)
def _pattern(kind: str, parts: tuple[str, ...]) -> re.Pattern[str]:
    # Between Han characters words have no ends, and a number may follow one at once.
    before = "" if _IS_HAN(parts[0][0]) else rf"(?:(?<=[{_HAN}])|(?<![^\W_]))"
    after = "" if _IS_HAN(parts[-1][-1]) else rf"(?:(?=[{_HAN}])|(?![^\W_]))"
    return re.compile(before + _BETWEEN[kind].join(map(re.escape, parts)) + after)


def terms(known: Iterable[tuple[str, str]]) -> Iterator[Term]:
    """The terms of one person out of (text, entity) of `deid.identity.known_terms`.

    Not looked for: hospitals and towns (shared by many), names of one Han character, numbers of less than 6 characters.
    """
    made: dict[str, Callable[[str], Iterator[Term]]] = {
        "NAME": _names, "ID": _ids, "ACCOUNT": _accounts, "DEVICE": _ids, "PHONE": _phones, "EMAIL": _emails, "URL": _emails,
        "ADDRESS": _addresses, "DATE": _birth_dates,
    }  # fmt: skip
    for text, entity in known:
        if entity in made:
            yield from made[entity](_plain(text))


def _names(text: str) -> Iterator[Term]:
    if _HAS_HAN(text):
        whole = re.sub(r"[\s·]+", "", text)
        if len(whole) > 1 and whole not in _WORDS_ZH:
            yield Term("name", tuple(whole), is_distinctive=len(whole) > 2)
        return
    parts = tuple(re.findall(r"[^\W_]+(?:'[^\W_]+)?", text))
    # A generator's number at the end ("Sanford861") is no part of what people write.
    for form in {parts, tuple(p.rstrip("0123456789") or p for p in parts)}:
        letters = sum(map(len, form))
        if len(form) > 1:
            yield Term("name", form, is_distinctive=letters > 4 and not _WORDS.issuperset(form))
        elif letters > 2 and not _WORDS.issuperset(form):
            yield Term("name", form)


def _ids(text: str) -> Iterator[Term]:
    compact = _compact(text)
    digits = sum(c.isdigit() for c in compact)
    if (len(compact) >= 6 and digits >= 3) or (len(compact) >= 12 and digits):
        is_long = digits >= 9 if compact.isdigit() else (len(compact) >= 7 and digits >= 4) or len(compact) >= 16
        yield Term("id", tuple(compact), is_distinctive=is_long)
    # What its letters say ("MRN") is often left out.
    if number := re.fullmatch(r"[a-z]{1,8}(\d{6,})", compact):
        yield Term("id", tuple(number[1]))


def _accounts(text: str) -> Iterator[Term]:
    """Names that people give themselves: numbers, or words that are none."""
    yield from _ids(text)
    compact = _compact(text)
    if len(compact) >= 6 and compact not in _WORDS:
        yield Term("id", tuple(compact))


def _phones(text: str) -> Iterator[Term]:
    digits = re.sub(r"\D", "", text)
    national = re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$)|^1(?=[2-9]\d{9}$)", "", digits)
    for number in {digits, national}:
        if len(number) >= 7:
            yield Term("phone", tuple(number), is_distinctive=len(number) >= 10)


def _emails(text: str) -> Iterator[Term]:
    parts = tuple(re.findall(r"[^\W_]+", re.sub(r"^(?:https?|mailto):/*", "", text)))
    if len(parts) > 1 and len(text) >= 6:
        yield Term("email", parts, is_distinctive=True)


_HOUSE_ZH = re.compile(r".*(?:省|市|区|县|旗|镇|乡|街道)(?=.*\d)")


def _addresses(text: str) -> Iterator[Term]:
    """Only with a number in it: towns and streets are shared."""
    if not re.search(r"\d", text) or not re.search(r"[^\W\d_]{2}", text):
        return
    if _HAS_HAN(text):
        door = _HOUSE_ZH.sub("", re.sub(r"\s+", "", text))
        for form in {door, re.sub(r"(?<=号).*", "", door)}:
            if len(form) >= 4 and re.search(r"\d", form):
                yield Term("address", tuple(form), is_distinctive=len(form) >= 8)
        return
    parts = tuple(re.findall(r"[^\W_]+", text))
    yield Term("address", parts, is_distinctive=len(parts) > 2)
    if len(parts) > 2 and parts[0].isdigit() and len(parts[1]) > 3:
        yield Term("address", parts[:2])


_MONTHS = "january february march april may june july august september october november december".split()


def _birth_dates(text: str) -> Iterator[Term]:
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    if not found or not 1 <= int(found[2]) <= 12:
        return
    year, month, day = found.groups()
    name = _MONTHS[int(month) - 1]
    short = (str(int(month)), str(int(day)))
    for m, d in {(month, day), short}:
        yield from (Term("birth_date", form) for form in ((year, m, d), (m, d, year), (d, m, year)))
        yield Term("birth_date", (year, "年", m, "月", d))
        for word in (name, name[:3]):
            yield from (Term("birth_date", form) for form in ((word, d, year), (d, word, year)))


# --- shapes -----------------------------------------------------------------------------------------------------------

_RESIDENT_ID = re.compile(r"(?<![0-9a-z])[1-9](?:[ ·-]{0,2}\d){16}[ ·-]{0,2}[\dx](?![0-9a-z])")
_EMAIL = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
_PHONE = re.compile(
    r"""(?<![0-9a-z.\-/_])(?:
      (?:(?:\+|00)?86[\s-]{0,2})?1[3-9]\d(?:[\s-]?\d{4}){2}                # mobile, China
    | \(?0\d{2,3}(?:\)|[\s-]|\)[\s-])\d{7,8}                               # land line, China
    | (?:\+?1[\s.-]?)?(?:\([2-9]\d{2}\)\s?|[2-9]\d{2}[\s.-])[2-9]\d{2}[\s.-]\d{4}  # North America
    | \+\d{1,3}(?:[\s.-]?\d{2,4}){3,5}                                     # with the code of a country
    )(?![0-9a-z]|[.\-/]\d)""",
    re.VERBOSE | re.ASCII,
)  # fmt: skip


def _shapes(plain: str) -> Iterator[tuple[str, str]]:
    """(kind, what was found) of everything in the text that can only be an identifier."""
    for m in _RESIDENT_ID.finditer(plain):
        if is_resident_id(number := re.sub(r"[^\dx]", "", m[0]).upper()):
            yield "resident_id_shape", number
    yield from (("phone_shape", re.sub(r"\D", "", m[0])) for m in _PHONE.finditer(plain))
    if "@" in plain:
        yield from (("email_shape", m[0]) for m in _EMAIL.finditer(plain))


_TOKEN = re.compile(r"(?<![0-9a-z])[0-9a-z]+(?:[-_/.][0-9a-z]+)*(?![0-9a-z])")
_HARMLESS = re.compile(
    r"""\d{1,6}(?:[.,]\d+)*[a-z]{0,4}                          # quantity
    | \d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?|(?:19|20)\d{6}   # date
    | \d+(?:\.\d+)?[-/]\d+(?:\.\d+)?[a-z]{0,4}             # range, ratio""",
    re.VERBOSE,
)


def _identifier_like(plain: str) -> Iterator[str]:
    """Tokens with seven digits or more, or four beside letters, that are no date, quantity, range or ratio."""
    for m in _TOKEN.finditer(plain):
        digits = sum(c.isdigit() for c in m[0])
        has_letters = any(c.isalpha() for c in m[0])
        if digits >= (4 if has_letters else 7) and not _HARMLESS.fullmatch(m[0]):
            yield m[0]


# --- the look ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """Something of somebody at a path of a row. `what` is the value itself, to be hashed before it leaves."""

    path: str
    kind: str
    what: str


_PSEUDONYM = re.compile(r"(?:[A-Z][A-Za-z]+/)?[0-9a-f]{32}")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{16,}={0,2}\s*")


class Watch:
    """Looks for the terms of a row's own person, for distinctive ones of anybody, and for shapes."""

    def __init__(self, distinctive: Iterable[Term]) -> None:
        self._anybody = _Automaton(distinctive)
        self._own = lru_cache(4096)(_own_automaton)

    def look(self, raw: str, known: Collection[str] = (), free_text: Collection[str] = ()) -> tuple[int, list[Finding]]:
        """(how many strings there are, what was found) in a JSON object.

        `known`: the known terms of the row's person, as JSON lists of {text, entity}. `free_text`: top-level names whose
        identifier-like tokens are returned too, to be counted (RARE_TOKEN).
        """
        value = msgspec.json.decode(raw)
        texts: list[str] = []
        _collect(value, texts)
        own = [self._own(k) for k in known if k]
        plain = _plain("\x1f".join(texts))
        # Most rows hold nothing: only where the whole does is it asked which part.
        suspects = [(term, prefix) for found, prefix in self._searchers(own) for term in found.terms(plain)]
        if not suspects and next(_shapes(plain), None) is None and not free_text:
            return len(texts), []
        return len(texts), list(dict.fromkeys(self._where(value, suspects, free_text)))

    def _searchers(self, own: list["_Automaton"]) -> Iterator[tuple["_Automaton", str]]:
        yield from ((automaton, "own") for automaton in own)
        yield self._anybody, "other"

    @staticmethod
    def _where(value: Any, suspects: list[tuple[Term, str]], free_text: Collection[str]) -> Iterator[Finding]:
        owned = {term.compact for term, whose in suspects if whose == "own"}
        for path, text in _leaves(value, ""):
            plain = _plain(text)
            name = path.rsplit(".", 1)[-1]
            if name in ("birthDate", "birth_date"):
                plain = f"birth {plain}"
            # Codes of terminologies are long numbers too: among thousands some are also somebody's number, or look like one.
            is_code = name == "code" or name.endswith("_code")
            for term, whose in suspects:
                if whose == "other" and (term.compact in owned or (is_code and term.compact.isdigit())):
                    continue
                if term.stands_in(plain):
                    yield Finding(path, f"{whose}_{term.kind}", term.compact)
            for kind, what in _shapes(plain):
                if kind != "phone_shape" or not is_code:
                    yield Finding(path, kind, what)
            if path.split(".")[0] in free_text:
                yield from (Finding(path, RARE_TOKEN, token) for token in _identifier_like(plain))


class _Automaton:
    def __init__(self, terms: Iterable[Term]) -> None:
        self._by: dict[str, list[Term]] = {}
        for term in terms:
            same = self._by.setdefault(term.compact, [])
            if term not in same:
                same.append(term)
        self._words = ahocorasick.Automaton()
        for compact in self._by:
            self._words.add_word(compact, compact)
        if self._by:
            self._words.make_automaton()

    def terms(self, plain: str) -> list[Term]:
        """Those that stand in the text."""
        if not self._by:
            return []
        near = {compact for _, compact in self._words.iter(_compact(plain))}
        return [t for compact in near for t in self._by[compact] if t.kind == "birth_date" or t.stands_in(plain)]


def _own_automaton(known: str) -> _Automaton:
    return _Automaton(terms((k["text"], k["entity"]) for k in json.loads(known)))


def distinctive(known: str) -> Iterator[Term]:
    """The terms of one person (a JSON list of {text, entity}) that identify them in anybody's record."""
    return (t for t in terms((k["text"], k["entity"]) for k in json.loads(known)) if t.is_distinctive)


def _collect(value: Any, texts: list[str]) -> None:
    if isinstance(value, str):
        if not _PSEUDONYM.fullmatch(value):
            texts.append(value)
            if (hidden := _unpacked(value)) is not None:
                texts.append(hidden)
    elif isinstance(value, dict):
        for item in value.values():
            _collect(item, texts)
    elif isinstance(value, list):
        for item in value:
            _collect(item, texts)
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > 999_999:
        texts.append(str(value))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """(path, text) of the same strings; the items of a list have the path of the list."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, path)
    else:
        texts: list[str] = []
        _collect(value, texts)
        yield from ((path, text) for text in texts)


def _unpacked(text: str) -> str | None:
    """The text that base64 hides; None where it is none."""
    if len(text) < 16 or len(text) % 4 or not _BASE64.fullmatch(text):
        return None
    try:
        return base64.b64decode(text).decode()
    except (binascii.Error, ValueError):
        return None
