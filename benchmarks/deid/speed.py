"""Characters a second of CPU time: on lines never seen, on notes from templates, for known identifiers; and of plain Presidio.

All are of one process on one core, so that only their ratios say something about another machine.
"""

import base64
import gzip
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from benchmarks.deid import goldset
from benchmarks.deid.goldset import Language, Sentence
from deid.text.fold import fold
from deid.text.known import KnownIdentifiers
from deid.text.scanner import TextScanner
from deid.text.units import units

_NOTES, _LINES = 60, 25
_SAMPLE = Path(__file__).parents[2] / "sample/landing"
_HOSPITALS = {"en": "hospital_a", "zh": "hospital_b"}
_NOTE = re.compile(r'"contentType": ?"text/plain[^}]{0,80}?"data": ?"([A-Za-z0-9+/=]+)"')


@dataclass(frozen=True)
class Speed:
    """`ratio`: to the plain Presidio call a note on the same text, where there is one."""

    what: str
    chars_a_second: float
    hit_rate: float | None = None
    ratio: float | None = None


def measure(language: Language, name_model: str | None) -> Iterator[Speed]:
    shuffled = random.Random(7)
    sentences = goldset.sentences(language)
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
    templated = _templated(language)
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
        yield "\n".join(f"{piece.rstrip('。')} x{note}q{at}" for at, piece in enumerate(picked))


def _templated(language: Language) -> list[str]:
    """The notes of the sample's hospital of that language: English ones are Synthea's, which says the same of everybody."""
    found = []
    for file in sorted((_SAMPLE / _HOSPITALS[language]).rglob("*.*")):
        for line in (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8"):
            found += [base64.b64decode(data).decode() for data in _NOTE.findall(line)]
    return found


def _rate(call: Callable[[str], object], texts: list[str]) -> float:
    began = time.process_time()
    for text in texts:
        call(text)
    return sum(map(len, texts)) / (time.process_time() - began)


def _plain_presidio(name_model: str) -> AnalyzerEngine:
    """Presidio as its documentation starts it, with the same spaCy model and its default recognizers."""
    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": name_model}])
    return AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
