"""What stands in the text instead of an identifier: a tag or a surrogate, the moved date, or the band of an age."""

import re
from collections.abc import Callable, Iterable

from deid.subject import Subject
from deid.text import calendar
from deid.text.fold import HAN, bare
from deid.text.hit import Hit
from deid.text.lexicon.people import NICKNAMES
from deid.text.surrogates import Surrogates

_HAN = re.compile(f"[{HAN}]")
_WORD = re.compile(rf"[^\W\d_]{{2,}}|[{HAN}]")
_AGE_DIGITS = re.compile(r"\d+")
# "bob" -> the names it is short for.
_LONG: dict[str, set[str]] = {}
for _long, _shorts in NICKNAMES.items():
    for _short in _shorts:
        _LONG.setdefault(_short, set()).add(_long)
AGE_BAND, AGE_BAND_ZH = "90+", "90岁以上"


def replaced(text: str, folded: str, hits: Iterable[Hit], subject: Subject) -> tuple[str, list[Hit]]:
    """The text with every hit replaced, and the hits that changed it (a year stays a year in `year` mode)."""
    ordered = sorted(hits, key=lambda h: h.start)
    instead = Surrogates(subject.surrogate_key).of if subject.surrogate_key else _Tags(folded, ordered).of
    context = calendar.Context()
    out: list[str] = []
    changed: list[Hit] = []
    done = 0
    for hit in ordered:
        old = text[hit.start : hit.end]
        new = _new(text, folded, hit, subject, context, instead)
        out += [text[done : hit.start], new]
        done = hit.end
        if new != old:
            changed.append(hit)
    out.append(text[done:])
    return "".join(out), changed


def _new(
    text: str, folded: str, hit: Hit, subject: Subject, context: calendar.Context, instead: Callable[[str, str], str]
) -> str:
    if hit.entity == "DATE":
        # The date of birth shows an age over 89, whatever day it is moved to.
        if hit.source == "known" and subject.is_over_89:
            return calendar.DATE_TAG
        return calendar.rewrite(text, folded, (hit.start, hit.end), subject.dates, subject.earliest_year, context)
    if hit.entity == "AGE":
        return AGE_BAND_ZH if _HAN.search(folded[hit.start : hit.end]) else AGE_BAND
    return instead(hit.entity, folded[hit.start : hit.end])


class _Tags:
    """One tag for one person, number or place within a text; nothing links the tags of two texts."""

    def __init__(self, folded: str, hits: list[Hit]) -> None:
        names = {_key("NAME", folded[hit.start : hit.end]) for hit in hits if hit.entity == "NAME"}
        # Fuller names first, so that a part finds the whole it belongs to, wherever it stands.
        self._person: dict[frozenset[str] | str, frozenset[str] | str] = {}
        for key in sorted(names, key=lambda k: (-len(k), str(sorted(k)))):
            self._person[key] = next((p for p in self._person.values() if _is_part(key, p)), key)
        self._numbers: dict[str, dict[object, int]] = {}

    def of(self, entity: str, value: str) -> str:
        key = _key(entity, value)
        numbers = self._numbers.setdefault(entity, {})
        number = numbers.setdefault(self._person.get(key, key) if entity == "NAME" else key, len(numbers) + 1)
        return f"[{entity}-{number}]"


def _key(entity: str, value: str) -> frozenset[str] | str:
    text = bare(value)
    if entity != "NAME":
        return "".join(c for c in text if c.isalnum())
    if _HAN.search(text):
        name = "".join(text.split())
        # 老张, 小洁 and 张某 are who 张建华 and 白洁 are; 黛黛 is 林黛.
        short = name[1:] if len(name) == 2 and name[0] in "老小阿" else name.rstrip("某") or name
        return short[0] if len(short) == 2 and short[0] == short[1] else short
    return frozenset(_WORD.findall(text)) or text


def _is_part(key: frozenset[str] | str, whole: frozenset[str] | str) -> bool:
    if isinstance(key, str) or isinstance(whole, str):
        return isinstance(key, str) and isinstance(whole, str) and (whole.startswith(key) or whole.endswith(key))
    return all(word in whole or not whole.isdisjoint(_LONG.get(word, ())) for word in key)
