"""What all our recognizers share: a hit is the group `value` of a pattern, and a cheap test keeps most lines away."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import count
from typing import Any, ClassVar

from presidio_analyzer import Pattern, PatternRecognizer, RecognizerResult

STRONG, CHECKED = 0.85, 1.0
# Nothing but the shape of a Chinese name speaks for it: a name model that sees a word there is right.
UNSURE = 0.61
NO_WORD_BEFORE, NO_WORD_AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"


class Rule(Pattern):  # type: ignore[misc]
    """A pattern that can match only a text with one of `chars` or one of `words` (in lower case), if there are any."""

    def __init__(self, name: str, regex: str, score: float, chars: str, words: str) -> None:
        super().__init__(name, regex, score)
        self.chars, self.words = frozenset(chars), frozenset(words.split())


def pattern(name: str, regex: str, score: float = STRONG, *, chars: str = "", words: str = "") -> Rule:
    """A rule over folded text: `value` names the group that identifies, all else is context. Case counts."""
    return Rule(name, regex, score, chars, words)


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of many words, the longest first: as a tree by first characters, which is searched many times quicker."""
    tree: dict[str, dict[str, Any]] = {}
    for word in words:
        node = tree
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    return _branches(tree)


def _branches(tree: dict[str, dict[str, Any]]) -> str:
    found = [re.escape(char) + _branches(rest) for char, rest in tree.items() if char]
    if not found:
        return ""
    either = found[0] if len(found) == 1 and "" not in tree else f"(?:{'|'.join(found)})"
    return f"{either}?" if "" in tree else either


# For each character and word the rules that wait for it, as bits of one number: a line asks for all rules at once.
_BY_CHAR: dict[str, int] = {}
_BY_WORD: dict[str, int] = {}
_TAKEN = count()


@cache
def _bits(rules: tuple[Rule, ...]) -> tuple[dict[int, Rule], int, int]:
    """The rule of each bit, all bits, and those of the rules that wait for nothing."""
    by_bit, always = {}, 0
    for rule in rules:
        bit = 1 << next(_TAKEN)
        by_bit[bit] = rule
        always |= 0 if rule.chars or rule.words else bit
        for waits, what in ((_BY_CHAR, rule.chars), (_BY_WORD, rule.words)):
            waits.update((thing, waits.get(thing, 0) | bit) for thing in what)
    _possible.cache_clear()
    return by_bit, sum(by_bit), always


@lru_cache(maxsize=1)
def _possible(text: str) -> int:
    """The bits of the rules that wait for a character or a lower-case Latin word of the text; all recognizers ask in turn."""
    bits = 0
    for char in set(text):
        bits |= _BY_CHAR.get(char, 0)
    for word in set(_WORD.findall(text.lower())):
        bits |= _BY_WORD.get(word, 0)
    return bits


_WORD = re.compile(r"[a-z]+")


class Recognizer(PatternRecognizer):  # type: ignore[misc]
    """Base of one identifier's recognizer: set ENTITY (the tag), RULES, and NEEDS, without which no rule can match.

    Presidio's own class takes the whole match as the hit, compares without case and measures each pattern's time, which
    costs more than the matching. Word ends are look-arounds: `\\b` is none between a Han character and a digit.
    """

    ENTITY: ClassVar[str]
    RULES: ClassVar[tuple[Rule, ...]]
    NEEDS: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__(supported_entity=self.ENTITY, patterns=list(self.RULES), name=type(self).__name__)
        self._needs = re.compile(self.NEEDS)
        self._rules = [(re.compile(p.regex), p) for p in self.RULES]
        by_bit, self._all, self._always = _bits(self.RULES)
        self._by_bit = dict(zip(by_bit, self._rules, strict=True))

    def is_possible(self, text: str) -> bool:
        """Whether `analyze` can find anything at all; asked first."""
        return self._needs.search(text) is not None

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        found = []
        possible = _possible(text) & self._all | self._always
        while possible:
            bit = possible & -possible
            possible ^= bit
            regex, rule = self._by_bit[bit]
            for match in regex.finditer(text):
                score = self.judge(match, rule)
                start, end = self.narrow(match, rule) if score else (0, 0)
                if end > start:
                    found.append(self._result(start, end, score))
        return found

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        """The score of a match of a rule: 0 is none, CHECKED one whose checksum is right."""
        return float(rule.score)

    def narrow(self, match: re.Match[str], rule: Rule) -> tuple[int, int]:
        """The part of a match that is the hit; an empty one is none."""
        return match.span("value") if "value" in match.re.groupindex else match.span()

    def _result(self, start: int, end: int, score: float) -> RecognizerResult:
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return RecognizerResult(self.ENTITY, start, end, score, None, metadata)
