import re
from itertools import pairwise
from typing import Any

from presidio_analyzer import RecognizerResult

from deid.text.fold import LOWER, UPPER, bare
from deid.text.guard import is_english_word, is_eponym, is_eponym_name, is_like_family
from deid.text.lexicon.clinical import EPONYM_HEADS
from deid.text.lexicon.family_names import FAMILY_NAMES
from deid.text.lexicon.given_names import GIVEN_NAMES
from deid.text.lexicon.people import WORD_NAMES, WORDS_GIVEN
from deid.text.lexicon.places import LARGE, TOWNS
from deid.text.pinyin import PLAIN_PINYIN, is_pinyin_name
from deid.text.recognizers.base import Recognizer, pattern
from deid.text.slots import ACTS, SPOKEN_TO

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
    r"(?:\b(?:with|by|from|told|asked|called|contact|contacted|friend|informed|notified|paged|per|saw|sees|see|named|via|emailed|texted|d/w|c/w|s/w|f/u|swap|and|for|to|cc|attn|dtr|gf|bf|feels|thinks)|[(/&:>]) ?$",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"(?: (?:recs?|recommendations|input|addendum|consult note)\b| doesn't| didn't| don't| isn't| wasn't| hasn't| won't| to (?:see|follow|call|review|sign|assess|discuss|eval)|: (?=[A-Z]? ?[a-z])| \((?=[A-Za-z]+\)))|(?:'s (?:wife|husband|mother|father|son|daughter|family|parents|sister|brother|mom|dad|partner|nurse|house|home|care|granddaughter|grandson|phone|number|employer))"
    r"|,? (?:said|says|told|asks|asked|states|stated|lives|lived|called|calls|reports|reported|denies|denied|wants|wanted|requests|requested|prefers|works|worked|went|came|agrees|agreed|refuses|refused|feels|notes|noted"
    r"|presents|presented|returns|returned|tolerated|tolerating|aware|notified|updated|paged|to see|remains|visited|accompanied|drives|drove|helps|jokes|hopes|served|turned|signed|who|and (?:his|her)|is an?|was an?|is the|will|has|had|would|may|missed|slept|arrived|moved|is|was|can|from)\b"
)
_LISTED = re.compile(r" [-–] ?(?=[A-Za-z])| \(\d{1,4}[A-Z]?\)|/(?=[A-Z][a-z]+(?![A-Za-z/]))")
_PARTICLE_BEFORE = re.compile(
    r"(?<![A-Za-z'-])(?:(?:van|von|de|del|della|di|da|dos|bin|ibn|al|el|ter|ten|le|la) (?:(?:la|las|los|der|den|de) )?|St\. )$"
)
_ROMAN = re.compile(r"[IVX]+")
_INITIAL_ONLY = re.compile(r", [A-Z](?:\.|(?=[\"\s;:,)]|$))(?![\w-])")
_ALWAYS_WORDS = frozenset(
    "mon tue tues wed thu thur thurs fri sat sun song tan an in may will art mark pat case day long short still best major low may an so do no he can my ha ho in son mean sum march april june august summer china india".split()
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
        is_loud = text.isupper()
        runs = _runs(text)
        spans = [_name_in(run, text, is_loud=is_loud) for run in runs]
        for at, (left, right) in enumerate(pairwise(runs)):
            spans[at], spans[at + 1] = _side_by_side(text, (left, spans[at]), (right, spans[at + 1]))
        return [self._result(*span, self.RULES[0].score) for span in spans if span]


Span = tuple[int, int]


def _side_by_side(
    text: str, left: tuple[list["_Token"], Span | None], right: tuple[list["_Token"], Span | None]
) -> tuple[Span | None, Span | None]:
    """What a name says of its neighbour: "Park and Lee", "Stubbs & Petrov", "Whitaker, Glenn"."""
    (before, first), (after, second) = left, right
    between = text[before[-1].end : after[0].start]
    if between in (" and ", " & ", "/", " / ") and len(before) == len(after) == 1:
        if first and not second and after[0].may_be_person and not _is_followed_by_thing(text, after[0].end):
            return first, (after[0].start, after[0].end)
        if second and not first and before[0].may_be_person and not before[0].is_eponym:
            return (before[0].start, before[0].end), second
    if between == ", " and len(before) == 1 and not (first and second):
        family, given = before[0], after[0]
        if (
            given.is_given
            and not (given.is_word or given.is_eponym)
            and (
                family.is_family or family.is_given or (family.start == 0 and not (family.is_word or family.is_eponym))
            )
            and not (family.is_plain and given.is_plain)
        ):
            return (family.start, (second or (0, given.end))[1]), None
    return first, second


def _is_followed_by_thing(text: str, end: int) -> bool:
    following = _NEXT.match(text, end)
    return following is not None and (following[1] or "").lower() in EPONYM_HEADS


class _Token:
    """A word with a capital, and what the lists say of it."""

    __slots__ = ("end", "is_double", "is_eponym", "is_family", "is_given", "is_plain", "is_word", "low", "start")

    def __init__(self, text: str, start: int, end: int) -> None:
        low = bare(text[start:end])
        parts = [low, *low.split("-")]
        self.start, self.end = start, end
        self.low = low
        self.is_word = low in _ALWAYS_WORDS or is_english_word(low) or low in PLAIN_PINYIN
        self.is_plain = is_english_word(low) or low in LARGE or low in _ALWAYS_WORDS
        self.is_given = any(p in GIVEN_NAMES for p in parts)
        self.is_family = any(p in FAMILY_NAMES for p in parts) or is_like_family(low)
        self.is_eponym = is_eponym(low)
        self.is_double = len(parts) == 3 and all(
            (p in FAMILY_NAMES or p in GIVEN_NAMES) and not (is_english_word(p) or is_eponym(p)) for p in parts[1:]
        )

    @property
    def may_be_person(self) -> bool:
        """Beside a name: of the lists, or no word at all."""
        return self.is_given or self.is_family or not (self.is_plain or self.is_eponym)

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
    if len(tokens) == 1 and _is_word_called(tokens[0], text):
        return tokens[0].start, tokens[0].end
    while len(tokens) > 1 and _ROMAN.fullmatch(text, tokens[-1].start, tokens[-1].end):
        tokens.pop()
    # Words of notes at the ends belong to no name: "Denies John", "Smith Cardiology".
    while tokens and (tokens[0].is_plain and not (len(tokens) > 1 and tokens[0].is_given and tokens[1].is_family)):
        tokens.pop(0)
    while (
        len(tokens) > 1
        and text[tokens[-1].start : tokens[-1].end].isupper()
        and tokens[-1].end - tokens[-1].start < 5
        and not text[tokens[0].start : tokens[0].end].isupper()
    ):
        # "Ethel Arbuthnot CAP"
        tokens.pop()
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
    if text[start:end].lower() in TOWNS and is_thing:
        return None
    if is_eponym_name(text[start:end]):
        return None
    if not is_person or (is_thing and not any(t.is_sure for t in tokens)) or _DOSE.match(text, end):
        return None
    if particle := _PARTICLE_BEFORE.search(text, max(0, start - 12), start):
        start = particle.start()
    if initial := _INITIAL_ONLY.match(text, end):
        end = initial.end()
    elif initial := _INITIAL_AFTER.match(text, end):
        # "COLON, HECTOR L"
        end = initial.end() if text[start:end].isupper() or initial[0].startswith(" ") else end
    return start, end


def _is_word_called(token: _Token, text: str) -> bool:
    """A given name that is a word, where only a person can stand: "Hope is doing well", "called Bill back"."""
    if token.low in LARGE or not (
        token.low in WORDS_GIVEN or (token.is_given and (token.is_plain or token.low in WORD_NAMES))
    ):
        return False
    word = text[token.start : token.end]
    if not word.istitle() or _is_followed_by_thing(text, token.end):
        return False
    return (
        ACTS.match(text, token.end) is not None
        or SPOKEN_TO.search(text, max(0, token.start - 20), token.start) is not None
    )


def _is_full_name(tokens: list[_Token]) -> bool:
    first, last = tokens[0], tokens[-1]
    if all(t.is_eponym for t in tokens) and not (first.is_given and last.is_family):
        return False
    if len(tokens) == 2 and is_pinyin_name(first.low, last.low) and not (first.is_word and last.is_word):
        return True
    if last.is_eponym and not (last.is_given or last.is_family):
        # "Ann Arbor"
        return False
    names = [t for t in tokens if t.is_given or t.is_family]
    if any(t.is_sure for t in names):
        return len(names) > 1 or not any(t.is_plain for t in tokens)
    return first.is_given and last.is_family and not all(t.is_plain for t in tokens)


def _is_lone_name(token: _Token, text: str, *, is_thing: bool, is_loud: bool) -> bool:
    if is_thing or is_loud or (text[token.start : token.end].isupper() and token.end - token.start < 5):
        return False
    if token.is_given and token.is_sure and bare(text[token.start : token.end]) not in WORD_NAMES:
        return True
    if not (token.is_given or token.is_family) or token.is_plain:
        return False
    if token.is_double:
        return True
    is_acting = _DOES.match(text, token.end) is not None
    if token.is_family and _INITIAL_ONLY.match(text, token.end):
        return True
    if token.is_sure:
        if _LISTED.match(text, token.end) or _PARTICLE_BEFORE.search(text, max(0, token.start - 8), token.start):
            return True
        return is_acting or _BY.search(text, max(0, token.start - 12), token.start) is not None
    if token.is_given and SPOKEN_TO.search(text, max(0, token.start - 20), token.start):
        return True
    return is_acting and token.is_given and not _BY.search(text, max(0, token.start - 1), token.start)
