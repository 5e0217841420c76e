"""What a record says of its own person, found in a text whatever case, order or format it is written in."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ahocorasick

from deid.subject import KnownTerm
from deid.text.fold import HAN, Squeezed, bare, is_han
from deid.text.guard import begins_word_zh, is_across_words_zh, is_common_zh, is_part_of_eponym
from deid.text.hit import KNOWN, Hit
from deid.text.lexicon.people import KIN, WEAK_SURNAMES
from deid.text.variants import Variant, variants

_MAX_SUBJECTS = 256
# Blanks in a run count as one, between Han characters as none: a line may end within a name.
_BLANKS = re.compile(r"  +")
_HAN_GAP = re.compile(rf" (?: +|(?<=[{HAN}].)(?=[{HAN}]))")
_NO_DIGITS = bytes(sorted(set(range(256)) - set(b"0123456789")))
_BETWEEN = re.compile(r"(?<=[0-9a-z])[\s\-()./_+·]{1,4}(?=[0-9a-z])")
_CODE_BEFORE = re.compile(r"(?:\+|00)?(?:86|1)[\s\-.()]*$")


class _Automaton:
    """All variants of one way of comparing, in one pass over the text."""

    def __init__(self, found: Iterable[Variant]) -> None:
        self._automaton = ahocorasick.Automaton()
        for variant in found:
            # The first of equal texts stays: terms come longest first.
            if variant.text and variant.text not in self._automaton:
                self._automaton.add_word(variant.text, variant)
        self.is_empty = len(self._automaton) == 0
        if not self.is_empty:
            self._automaton.make_automaton()

    def search(self, text: str) -> Iterator[tuple[int, int, Variant]]:
        if not self.is_empty:
            for last, variant in self._automaton.iter(text):
                yield last + 1 - len(variant.text), last + 1, variant


@dataclass(frozen=True, slots=True)
class _Person:
    """`digits`: one of these is among the digits of a text in which `compact` can find anything."""

    words: _Automaton
    compact: _Automaton
    digits: tuple[bytes, ...]


class KnownIdentifiers:
    """Finds the known identifiers of one person at a time; a few persons' automata are kept."""

    def __init__(self) -> None:
        self._persons: OrderedDict[tuple[KnownTerm, ...], _Person] = OrderedDict()
        self._last: tuple[tuple[KnownTerm, ...], _Person] | None = None

    def find(self, folded: str, known: tuple[KnownTerm, ...]) -> list[Hit]:
        if not known:
            return []
        person = self._person(known)
        lower = bare(folded)
        hits = list(_in_words(person.words, folded, lower))
        written = lower.encode().translate(None, _NO_DIGITS)
        if any(digits in written for digits in person.digits):
            hits += _in_compact(person.compact, lower)
        return hits

    def _person(self, known: tuple[KnownTerm, ...]) -> _Person:
        # A person's texts come one after another, mostly with the very same tuple.
        if self._last is not None and self._last[0] is known:
            return self._last[1]
        person = self._persons.pop(known, None)
        if person is None:
            found = list(variants(known))
            compact = [v for v in found if v.is_compact]
            person = _Person(
                _Automaton(v for v in found if not v.is_compact),
                _Automaton(compact),
                tuple({v.text.encode().translate(None, _NO_DIGITS) for v in compact}),
            )
        self._persons[known] = person
        if len(self._persons) > _MAX_SUBJECTS:
            self._persons.popitem(last=False)
        self._last = known, person
        return person


def _in_words(words: _Automaton, folded: str, lower: str) -> Iterator[Hit]:
    text, squeezed = lower.replace("\n", " ").replace("\t", " "), None
    # Most texts hold no name, or no gap, and need no way back to the offsets in them.
    if lower.isascii() and "  " in text and not any(True for _ in words.search(_BLANKS.sub(" ", text))):
        return
    if ("  " in text or not lower.isascii()) and (gaps := list(_gaps(text))):
        squeezed = Squeezed(text, gaps)
        text = squeezed.text
    for start, end, variant in words.search(text):
        if not _is_whole(text, start, end):
            continue
        span = squeezed.span(start, end - variant.kept) if squeezed else (start, end - variant.kept)
        if variant.needs_capital and not _is_capital(folded, *span):
            continue
        if variant.entity == "NAME" and _is_in_a_word(folded, *span):
            continue
        if variant.is_given and not _may_begin(folded, span[0]):
            continue
        if variant.needs_person and not _is_person(folded, *span, is_called=variant.kept > 0):
            continue
        yield Hit(*span, variant.entity, KNOWN, 1.0)


# A known name that is a word of notes as well ("安静", "康健") is one after these words and before those.
_BEFORE_PERSON = re.compile(
    rf"(?:\n|患者|病人|患儿|产妇|孕妇|受试者|姓名|签[名字章]|{'|'.join(sorted(KIN, key=len, reverse=True))}|医[生师]|护士|主任|大夫|教授|老师|[由请与找叫让给跟@])[:\s]{{0,3}}$"
)
_AFTER_PERSON = re.compile(
    r"[,，(（、]?\s?(?:男|女)(?:性)?[,，、)）\s]|诉|自述|自觉|说|称|今[日天晨]|昨|于(?:\d|今|昨|前)|的(?:家属|[父母儿女丈妻夫爱])|之[父母子女妻夫]|家属|先生|女士|同志|医[生师]|护士|主任|[,，]\s?\d{1,3}岁|签|陪|要求|拒绝|体温|血压|因(?!此|为|而)|[:：]"
)


# Words that a name may follow without a break; other characters make another word with it: 志清 in 神志清楚.
_WORD_BEFORE = re.compile(
    r"(?:[和与及由请叫让给跟对问找是为向被把将在说的了同见令嘱随因但而故后时现]|[今昨当次][日天晚晨早夜]|[上下中]午|[早夜][上间晨]|凌晨|目前|期间|家属|陪护|友|友人|本人|[小老阿])$"
)


def _may_begin(folded: str, start: int) -> bool:
    before = folded[max(0, start - 8) : start]
    return (
        not before
        or not is_han(before[-1])
        or _WORD_BEFORE.search(before) is not None
        or _BEFORE_PERSON.search(before) is not None
    )


def _is_in_a_word(folded: str, start: int, end: int) -> bool:
    """An eponym, or the end of a word of notes and the beginning of the next: "程明" in "病程明显", "高明" in "高明显"."""
    if is_part_of_eponym(folded, start, end) or is_across_words_zh(folded, start, end):
        return True
    is_met = end - start == 2 and folded[start] in WEAK_SURNAMES and is_common_zh(folded[end - 1 : end + 1])
    return is_met and not _BEFORE_PERSON.search(folded, max(0, start - 8), start)


def _is_person(folded: str, start: int, end: int, *, is_called: bool) -> bool:
    """`is_called`: a title or the like follows."""
    if begins_word_zh(folded, start, end):
        return False
    before = folded[max(0, start - 8) : start]
    if _BEFORE_PERSON.search(before):
        return True
    return not (before and is_han(before[-1])) and (is_called or _AFTER_PERSON.match(folded, end) is not None)


def _gaps(text: str) -> Iterator[tuple[int, int]]:
    if text.isascii():
        yield from ((m.start() + 1, m.end()) for m in _BLANKS.finditer(text))
        return
    for found in _HAN_GAP.finditer(text):
        start, end = found.span()
        is_within = end - start <= 3 and start and is_han(text[start - 1]) and is_han(text[end : end + 1])
        yield (start if is_within else start + 1), end


def _is_whole(text: str, start: int, end: int) -> bool:
    """No letter or digit goes on at either end; Han characters have no word ends."""
    return not (_joins(text[start - 1 : start], text[start]) or _joins(text[end - 1], text[end : end + 1]))


def _joins(left: str, right: str) -> bool:
    return bool(left and right) and left.isalnum() and right.isalnum() and not (is_han(left) or is_han(right))


def _is_capital(folded: str, start: int, end: int) -> bool:
    """Written with a capital, but not because the whole line is."""
    if not folded[start].isupper():
        return False
    if not folded[start:end].isupper():
        return True
    line = folded[folded.rfind("\n", 0, start) + 1 : (folded.find("\n", end) + 1 or len(folded) + 1) - 1]
    return not line.isupper()


def _in_compact(compact: _Automaton, lower: str) -> Iterator[Hit]:
    squeezed = Squeezed(lower, (m.span() for m in _BETWEEN.finditer(lower)))
    for start, end, variant in compact.search(squeezed.text):
        first, last = squeezed.span(start, end)
        if _joins(lower[last - 1], lower[last : last + 1]):
            continue
        if variant.entity == "PHONE" and (code := _CODE_BEFORE.search(lower, max(0, first - 8), first)):
            opens = code.start()
            if opens == 0 or not _joins(lower[opens - 1], lower[opens]):
                first = opens
        if first and lower[first - 1] == "(" and ")" in lower[first:last]:
            first -= 1
        if not _joins(lower[first - 1 : first], lower[first]):
            yield Hit(first, last, variant.entity, KNOWN, 1.0)
