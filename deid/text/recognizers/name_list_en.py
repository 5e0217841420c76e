import re
from typing import Any

from presidio_analyzer import RecognizerResult

from deid.text.fold import LOWER, UPPER, bare
from deid.text.guard import is_english_word, is_eponym
from deid.text.lexicon.clinical import EPONYM_HEADS
from deid.text.lexicon.names import FAMILY_NAMES, GIVEN_NAMES
from deid.text.lexicon.people import WORD_NAMES
from deid.text.lexicon.places import LARGE
from deid.text.recognizers.base import Recognizer, pattern

_WORD = rf"[{UPPER}][{LOWER}]+(?:[{UPPER}][{LOWER}]+)?|[{UPPER}]{{2,}}|[OD]'(?:[A-Z][a-z]+|[A-Z]{{2,}})"
_TOKEN = re.compile(
    rf"(?<![{UPPER}{LOWER}'’@._\d-])(?:{_WORD})(?:-(?:{_WORD}))*(?![{UPPER}{LOWER}\d@]|['’][a-rt-z]|-[a-z\d])"
)
_BETWEEN = re.compile(
    r" (?:(?:[A-Z]\.? ){1,2}|(?:(?:van|von|de|der|den|da|di|la|le|del|dos|bin|al|el|ibn|ter|ten|St\.) ){0,2})"
)
_INITIAL_AFTER = re.compile(r",? [A-Z](?:\.|(?![\w'-]))")
_NEXT = re.compile(r"(?:'s|s')?[ -]([A-Za-z]+)|/([A-Z][a-z]+)")
_DOSE = re.compile(r"(?:'s)? ?(?:\d|mg\b|mcg\b|mL\b|ml\b|XL\b|ER\b|SR\b|CR\b|PO\b|IV\b|IM\b|gtt)")
# A person stands here: after one of these words, or before what people do.
_BY = re.compile(
    r"(?:\b(?:with|by|from|told|asked|called|contact|contacted|friend|informed|notified|paged|per|saw|sees|see|named|via|emailed|texted|d/w|c/w|and|for|to|cc|attn)|[(/&:]) ?$",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"(?:'s (?:wife|husband|mother|father|son|daughter|family|parents|sister|brother|mom|dad|partner|nurse|house|home|care|granddaughter|grandson|phone|number|employer))"
    r"|,? (?:said|says|told|asks|asked|states|stated|lives|lived|called|calls|reports|reported|denies|denied|wants|wanted|requests|requested|prefers|works|worked|went|came|agrees|agreed|refuses|refused|feels|notes|noted"
    r"|presents|presented|returns|returned|tolerated|remains|visited|accompanied|drives|drove|helps|jokes|hopes|served|turned|signed|who|and (?:his|her)|is an?|was an?|is the|will|has|had|would|may|missed|slept|arrived|moved|is|was|can|from)\b"
)
# Names of China in Latin letters: a family and one or two syllables ("Zhang Jianhua", "CHEN Li").
_SYLLABLE = r"(?:(?:[bpmf]|[dtnl]|[gkh]|[zcs]h?|r|j|q|x|y|w)?(?:i?a(?:ng?|i|o)?|u?a(?:ng?|i)?|e(?:ng?|i|r)?|i(?:e|ng?|u|ong)?|o(?:ng?|u)?|u(?:o|i|n|e)?|iao|ian|iang))"
_PINYIN = re.compile(rf"{_SYLLABLE}(?:['-]?{_SYLLABLE})?")
_PINYIN_FAMILIES = frozenset(
    "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao cheng cao yuan deng fu shen zeng peng lu su jiang cai jia ding wei xue ye yan pan du dai xia zhong tian ren fan fang shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan lei qian yin hei chang qiao lai gong wen pang ouyang situ zhuge shangguan".split()
)
# Pinyin that is English, or a unit or drug, as well.
_PLAIN_PINYIN = frozenset(
    "sang tan pan fan fang gong long song ban can pin sun tong ting men hang rang wan dune mane rune die lie pie he she me we be ran dan den ten pen hen ken ma pa la da ya wu ping sing bing ding ring wing king line mine dine wine tine rice bile tile".split()
)
_ALWAYS_WORDS = frozenset(
    "sun song tan an in may will art mark pat case day long short still best major low may an so do no he can my ha ho in son mean sum march april june august summer china india".split()
)


class EnglishNameList(Recognizer):
    """Names of the lists of given and family names: two together anywhere, one alone where it is no word and no eponym."""

    ENTITY = "NAME"
    NEEDS = rf"[{UPPER}]"
    # The rule is a walk over the words with a capital; the pattern only names it.
    RULES = (pattern("names of the lists", _TOKEN.pattern, 0.65),)

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        found = []
        is_loud = text.isupper()
        for run in _runs(text):
            span = _name_in(run, text, is_loud=is_loud)
            if span:
                found.append(self._result(*span, self.RULES[0].score))
        return found


class _Token:
    """A word with a capital, and what the lists say of it."""

    __slots__ = ("end", "is_eponym", "is_family", "is_given", "is_plain", "is_word", "low", "start")

    def __init__(self, text: str, start: int, end: int) -> None:
        low = bare(text[start:end])
        parts = [low, *low.split("-")]
        self.start, self.end = start, end
        self.low = low
        self.is_word = low in _ALWAYS_WORDS or is_english_word(low) or low in _PLAIN_PINYIN
        self.is_plain = is_english_word(low) or low in LARGE or low in _ALWAYS_WORDS
        self.is_given = any(p in GIVEN_NAMES for p in parts)
        self.is_family = any(p in FAMILY_NAMES for p in parts) or low.startswith(("o'", "mc", "fitz"))
        self.is_eponym = is_eponym(low)

    @property
    def is_sure(self) -> bool:
        """A name and nothing else that a note could mean."""
        return (self.is_given or self.is_family) and not (self.is_plain or self.is_eponym)


def _runs(text: str) -> list[list[_Token]]:
    """Words with capitals that stand side by side, initials and particles between."""
    runs: list[list[_Token]] = []
    last = -1
    for match in _TOKEN.finditer(text):
        token = _Token(text, *match.span())
        if runs and last >= 0 and _BETWEEN.fullmatch(text, last, match.start()):
            runs[-1].append(token)
        else:
            runs.append([token])
        last = match.end()
    return runs


def _name_in(run: list[_Token], text: str, *, is_loud: bool) -> tuple[int, int] | None:
    tokens = list(run)
    # Words of notes at the ends belong to no name: "Denies John", "Smith Cardiology".
    while tokens and (tokens[0].is_plain and not (len(tokens) > 1 and tokens[0].is_given and tokens[1].is_family)):
        tokens.pop(0)
    while tokens and tokens[-1].is_plain and not (len(tokens) > 1 and tokens[-2].is_given and tokens[-1].is_family):
        tokens.pop()
    if not tokens:
        return None
    start, end = tokens[0].start, tokens[-1].end
    following = _NEXT.match(text, end)
    is_thing = following is not None and (following[1] or "").lower() in EPONYM_HEADS
    is_person = (
        _is_full_name(tokens) if len(tokens) > 1 else _is_lone_name(tokens[0], text, is_thing=is_thing, is_loud=is_loud)
    )
    if not is_person or (is_thing and not any(t.is_sure for t in tokens)) or _DOSE.match(text, end):
        return None
    if initial := _INITIAL_AFTER.match(text, end):
        # "COLON, HECTOR L"
        end = initial.end() if text[start:end].isupper() or initial[0].startswith(" ") else end
    return start, end


def _is_full_name(tokens: list[_Token]) -> bool:
    first, last = tokens[0], tokens[-1]
    if all(t.is_eponym for t in tokens) and not (first.is_given and last.is_family):
        return False
    if len(tokens) == 2 and _is_pinyin_name(first.low, last.low) and not (first.is_word and last.is_word):
        return True
    if last.is_eponym and not (last.is_given or last.is_family):
        # "Ann Arbor"
        return False
    names = [t for t in tokens if t.is_given or t.is_family]
    if any(t.is_sure for t in names):
        return len(names) > 1 or not any(t.is_plain for t in tokens)
    return first.is_given and last.is_family and not all(t.is_plain for t in tokens)


def _is_pinyin_name(first: str, last: str) -> bool:
    family, given = (first, last) if first in _PINYIN_FAMILIES else (last, first)
    return (
        family in _PINYIN_FAMILIES
        and len(given) > 1
        and _PINYIN.fullmatch(given) is not None
        and given not in _PLAIN_PINYIN
    )


def _is_lone_name(token: _Token, text: str, *, is_thing: bool, is_loud: bool) -> bool:
    if is_thing or is_loud or (text[token.start : token.end].isupper() and token.end - token.start < 5):
        return False
    if token.is_given and token.is_sure and bare(text[token.start : token.end]) not in WORD_NAMES:
        return True
    if not (token.is_given or token.is_family) or token.is_plain:
        return False
    is_acting = _DOES.match(text, token.end) is not None
    if token.is_sure:
        return is_acting or _BY.search(text, max(0, token.start - 12), token.start) is not None
    return is_acting and token.is_given and not _BY.search(text, max(0, token.start - 1), token.start)
