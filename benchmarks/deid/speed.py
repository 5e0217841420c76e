"""Characters a second of CPU time: on lines never seen, on notes from templates, for known identifiers; and of plain Presidio.

All are of one process on one core, so that only their ratios say something about another machine.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from benchmarks.deid import gold
from benchmarks.deid.gold import Language, Sentence
from deid.text.fold import fold
from deid.text.known import KnownIdentifiers
from deid.text.scanner import TextScanner
from deid.text.units import units

_NOTES, _LINES, _TEMPLATES = 60, 25, 40


@dataclass(frozen=True)
class Speed:
    """`ratio`: to the plain Presidio call a note on the same text, where there is one."""

    what: str
    chars_a_second: float
    hit_rate: float | None = None
    ratio: float | None = None


def measure(language: Language, name_model: str | None) -> Iterator[Speed]:
    shuffled = random.Random(7)
    sentences = gold.sentences(language)
    subject = sentences[0].subject
    unseen = list(_unseen(sentences, shuffled))
    scanner = TextScanner(language, name_model=name_model)
    for text in unseen[:3]:
        scanner.scan(text, subject)

    plain = None
    if language == "en" and name_model is not None:
        analyzer = _plain_presidio(name_model)
        plain = _rate(lambda text: analyzer.analyze(text, "en"), unseen[: _NOTES // 4])
        yield Speed("plain Presidio, a call a note", plain)
    rate = _rate(lambda text: scanner.scan(text, subject), unseen[3:])
    yield Speed("lines never seen", rate, scanner.stats.hit_rate, plain and rate / plain)

    scanner = TextScanner(language, name_model=name_model)
    templated = list(_templated(sentences, shuffled))
    rate = _rate(lambda text: scanner.scan(text, subject), templated)
    yield Speed("notes from templates", rate, scanner.stats.hit_rate, plain and rate / plain)

    finder = KnownIdentifiers()
    folded = [fold(text) for text in templated]
    rate = _rate(lambda text: finder.find(text, subject.known), folded)
    size = sum(len(t.encode()) for t in folded) / sum(map(len, folded))
    yield Speed("known identifiers alone (bytes)", rate * size)


def _unseen(sentences: Iterable[Sentence], shuffled: random.Random) -> Iterator[str]:
    """Notes of the pieces of the gold sentences, each with a word at its end that makes it new."""
    pieces = [piece.strip() for s in sentences for _, piece in units(s.text)]
    for note in range(_NOTES):
        picked = shuffled.sample(pieces, _LINES)
        yield "\n".join(f"{piece} x{note}q{at}" for at, piece in enumerate(picked))


def _templated(sentences: Iterable[Sentence], shuffled: random.Random) -> Iterator[str]:
    """Notes as a generator or a form makes them: of 18 lines one is new (measured on Synthea: 5.6 %), the others repeat."""
    lines = [s.text for s in sentences][: 17 * _TEMPLATES]
    for note in range(8 * _NOTES):
        picked = [lines[i] for i in shuffled.choices(range(len(lines)), k=17)]
        yield "\n".join([*picked, f"Seen on {1 + note % 28}/3/20{note % 20 + 10}, no. {note}"])


def _rate(call: Callable[[str], object], texts: list[str]) -> float:
    began = time.process_time()
    for text in texts:
        call(text)
    return sum(map(len, texts)) / (time.process_time() - began)


def _plain_presidio(name_model: str) -> AnalyzerEngine:
    """Presidio as its documentation starts it, with the same spaCy model and its default recognizers."""
    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": name_model}])
    return AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
