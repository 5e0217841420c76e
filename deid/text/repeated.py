"""A name that is told once ("Dr. Samuel Osei") is the same name where it stands alone in the same text ("Osei agrees")."""

import re
from collections.abc import Iterable, Iterator

from deid.text.fold import HAN, LOWER, UPPER, is_han
from deid.text.guard import is_common_zh, is_part_of_eponym, may_be_name
from deid.text.hit import PATTERN, Hit
from deid.text.lexicon.people import HAN_WORDS, WORD_NAMES

_WORD = re.compile(rf"[{UPPER}][{LOWER}]{{2,}}(?:['-][{UPPER}][{LOWER}]+)?")
_ALONE = re.compile(rf"(?<![{UPPER}{LOWER}\d-]){_WORD.pattern}(?![{UPPER}{LOWER}\d-])")
_HAN_NAME = re.compile(f"[{HAN}]{{2,4}}")
_SCORE = 0.6


def repeated(folded: str, hits: Iterable[Hit]) -> list[Hit]:
    """The other places of the names among the hits; words that may mean something else are left to the line they stand in."""
    names = {hit: folded[hit.start : hit.end] for hit in hits if hit.entity == "NAME"}
    words = {word for name in names.values() for word in _told(name)}
    if not words:
        return []
    taken = {place for hit in names for place in range(hit.start, hit.end)}
    return [
        Hit(*found.span(), "NAME", PATTERN, _SCORE)
        for found in _all_of(words, folded)
        if found.start() not in taken and not is_part_of_eponym(folded, *found.span())
    ]


def _all_of(words: set[str], folded: str) -> Iterator[re.Match[str]]:
    """Where the words stand alone; a pattern of all of them would be built anew for each text, which costs more than the search."""
    han = [re.escape(word) for word in words if is_han(word[0])]
    if han:
        yield from re.finditer("|".join(sorted(han, key=len, reverse=True)), folded)
    if len(han) < len(words):
        yield from (found for found in _ALONE.finditer(folded) if found[0] in words)


def _told(name: str) -> Iterator[str]:
    if _HAN_NAME.fullmatch(name):
        if len(name) > 2 and name not in HAN_WORDS and not is_common_zh(name[:2]):
            yield name
        return
    for word in _WORD.findall(name):
        if may_be_name(word) and word.lower() not in WORD_NAMES:
            yield word
