"""Findings against marks: recall, precision, F2, what was taken for what, who found it, and which clinical terms were destroyed.

A mark counts as found when findings cover half of it at least, whatever they call it; `whole` is the share that is covered to the
last letter or digit, and the confusion says what it was called. A finding is wrong when it overlaps no mark. A year or a time alone
is neither found nor wrong.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.deid.goldset import Sentence, Span
from deid.text.hit import Hit
from deid.text.scanner import TextScanner

MISSED = "(missed)"
_NEUTRAL = re.compile(
    r"(?:[上下]午|晚上?|凌晨|早上?)?\s?\d{1,2}[:：]\d\d(?:[:：]\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?|(?:19|20)\d\d年?|\d{1,2}[时点]\d{1,2}分?"
)


@dataclass
class Score:
    """Of one kind of identifier."""

    found: int = 0
    whole: int = 0
    missed: int = 0
    wrong: int = 0

    @property
    def marks(self) -> int:
        return self.found + self.missed

    @property
    def recall(self) -> float:
        return self.found / self.marks if self.marks else 1.0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0

    @property
    def f2(self) -> float:
        p, r = self.precision, self.recall
        return 5 * p * r / (4 * p + r) if p + r else 0.0


@dataclass
class Result:
    """`scores` by entity, with "all", "own" and "other", and "NAME own" and the like; `cases`: what went wrong, in words."""

    scores: dict[str, Score] = field(default_factory=dict)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)
    terms: int = 0
    destroyed: int = 0
    cases: list[str] = field(default_factory=list)

    def of(self, name: str) -> Score:
        return self.scores.setdefault(name, Score())


def evaluate(scanner: TextScanner, sentences: Iterable[Sentence]) -> Result:
    result = Result()
    for sentence in sentences:
        hits = scanner.find(sentence.text, sentence.subject)
        result.sources.update((h.source, h.entity) for h in hits)
        for span in sentence.spans:
            if not _is_neutral(sentence, span):
                _count_mark(result, sentence, span, hits)
        for hit in hits:
            if not _is_neutral(sentence, hit) and not any(_overlap(hit, s) for s in sentence.spans):
                _count_wrong(result, sentence, hit)
        for start, end in sentence.kept:
            result.terms += 1
            if any(h.start < end and start < h.end for h in hits if not _is_neutral(sentence, h)):
                result.destroyed += 1
                result.cases.append(f"destroyed {sentence.text[start:end]!r}")
    return result


def _count_mark(result: Result, sentence: Sentence, span: Span, hits: list[Hit]) -> None:
    covers = {h: n for h in hits if (n := _overlap(h, span))}
    is_found = 2 * sum(covers.values()) >= span.end - span.start
    bare = [i for i in range(span.start, span.end) if sentence.text[i].isalnum()]
    is_whole = all(any(h.start <= i < h.end for h in covers) for i in bare)
    whose = "own" if span.is_own else "other"
    for name in ("all", whose, span.entity, f"{span.entity} {whose}"):
        score = result.of(name)
        score.found += is_found
        score.whole += is_whole
        score.missed += not is_found
    result.confusion[span.entity, max(covers, key=lambda h: covers[h]).entity if is_found else MISSED] += 1
    if not is_whole:
        how = "cut" if is_found else "missed"
        result.cases.append(f"{how} {span.entity} {whose} {_shown(sentence, span)}")


def _count_wrong(result: Result, sentence: Sentence, hit: Hit) -> None:
    for name in ("all", hit.entity):
        result.of(name).wrong += 1
    result.confusion["(nothing)", hit.entity] += 1
    result.cases.append(f"wrong {hit.entity} by {hit.source} {_shown(sentence, hit)}")


def _overlap(hit: Hit, span: Span) -> int:
    return max(0, min(hit.end, span.end) - max(hit.start, span.start))


def _is_neutral(sentence: Sentence, place: Span | Hit) -> bool:
    return place.entity == "DATE" and _NEUTRAL.fullmatch(sentence.text[place.start : place.end].strip()) is not None


def _shown(sentence: Sentence, place: Span | Hit) -> str:
    around = sentence.text[max(0, place.start - 25) : place.end + 20]
    return f"{sentence.text[place.start : place.end]!r} in {around!r}"
