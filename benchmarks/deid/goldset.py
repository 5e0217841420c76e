"""The gold sets: sentences of invented notes with their identifiers marked in place, and who they are about.

`gold/{en,zh}.txt` hold one sentence a line under headings `## person | kind of note`, `| held-out` for the part that is never looked
at while tuning. `[NAME* x]` is an identifier of the person that the note is about, `[NAME x]` any other, `{x}` clinical meaning
that has to survive. `gold/people.yaml` says what the record of each person knows.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml

from deid.subject import DateRule, Entity, KnownTerm, Subject

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
# AGE and IP are found in text, but no record has them as a term.
ENTITIES = frozenset((*get_args(Entity), "AGE", "IP"))
RULE = DateRule("shift", days=-97, seconds=-4321)

_FOLDER = Path(__file__).with_name("gold")
_MARK = re.compile(r"\[(?P<entity>[A-Z]+)(?P<own>\*?) (?P<value>[^\[\]{}]+)\]|\{(?P<term>[^\[\]{}]+)\}")


@dataclass(frozen=True)
class Span:
    """An identifier; `is_own`: the record of the person knows it in some form."""

    start: int
    end: int
    entity: str
    is_own: bool = False


@dataclass(frozen=True)
class Sentence:
    """`kept`: (start, end) of what has clinical meaning."""

    text: str
    spans: tuple[Span, ...]
    kept: tuple[tuple[int, int], ...]
    subject: Subject
    is_held_out: bool = False

    def without_known(self) -> "Sentence":
        return replace(self, subject=replace(self.subject, known=()))


class BadGold(ValueError):
    """A line or heading of a gold set cannot be read."""


@cache
def sentences(language: Language) -> tuple[Sentence, ...]:
    people = {name: _subject(known) for name, known in _people()[language].items()}
    found: list[Sentence] = []
    subject, is_held_out = None, False
    lines = (_FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        where = f"{language}.txt:{number}"
        if line.startswith("## "):
            person, _, *rest = (part.strip() for part in line[3:].split("|"))
            if person not in people or rest not in ([], ["held-out"]):
                raise BadGold(f"{where}: no person of people.yaml, or no part that is known")
            subject, is_held_out = people[person], bool(rest)
        elif line and not line.startswith("# "):
            if subject is None:
                raise BadGold(f"{where}: a sentence before the first heading")
            found.append(_sentence(line, where, subject, is_held_out))
    return tuple(found)


def _people() -> dict[str, dict[str, dict[str, list[str]]]]:
    read: dict[str, dict[str, dict[str, list[str]]]] = yaml.safe_load(
        (_FOLDER / "people.yaml").read_text(encoding="utf-8")
    )
    return read


def _subject(known: dict[str, list[str]]) -> Subject:
    terms = tuple(KnownTerm(value, entity) for entity, values in known.items() for value in values)  # type: ignore[arg-type]
    return Subject("bench", "s", "p", RULE, terms)


def _sentence(line: str, where: str, subject: Subject, is_held_out: bool) -> Sentence:
    text, spans, kept, done = "", [], [], 0
    for mark in _MARK.finditer(line):
        text += line[done : mark.start()]
        inner = mark["value"] or mark["term"]
        place = len(text), len(text) + len(inner)
        if mark["entity"]:
            spans.append(Span(*place, mark["entity"], mark["own"] == "*"))
        else:
            kept.append(place)
        text += inner
        done = mark.end()
    text += line[done:]
    if wrong := {s.entity for s in spans} - ENTITIES:
        raise BadGold(f"{where}: no such entity: {', '.join(sorted(wrong))}")
    if re.search(r"[\[\]{}]", text):
        raise BadGold(f"{where}: a bracket that is no mark")
    return Sentence(text, tuple(spans), tuple(kept), subject, is_held_out)
