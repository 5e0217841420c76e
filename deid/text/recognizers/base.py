"""What all our recognizers share: a hit is the group `value` of a pattern, and a cheap test keeps most lines away."""

import re
from typing import Any, ClassVar

from presidio_analyzer import Pattern, PatternRecognizer, RecognizerResult

STRONG, CHECKED = 0.85, 1.0
NO_WORD_BEFORE, NO_WORD_AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"


def pattern(name: str, regex: str, score: float = STRONG) -> Pattern:
    """A pattern over folded text: `value` names the group that identifies, all else is context. Case counts."""
    return Pattern(name, regex, score)


class Recognizer(PatternRecognizer):  # type: ignore[misc]
    """Base of one identifier's recognizer: set ENTITY (the tag), RULES, and NEEDS, without which no rule can match.

    Presidio's own class takes the whole match as the hit, compares without case and measures each pattern's time, which
    costs more than the matching. Word ends are look-arounds: `\\b` is none between a Han character and a digit.
    """

    ENTITY: ClassVar[str]
    RULES: ClassVar[tuple[Pattern, ...]]
    NEEDS: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__(supported_entity=self.ENTITY, patterns=list(self.RULES), name=type(self).__name__)
        self._needs = re.compile(self.NEEDS)
        self._rules = [(re.compile(p.regex), p) for p in self.RULES]

    def is_possible(self, text: str) -> bool:
        """Whether `analyze` can find anything at all; asked first."""
        return self._needs.search(text) is not None

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        found = []
        for regex, pattern in self._rules:
            for match in regex.finditer(text):
                score = self.judge(match, pattern)
                start, end = self.narrow(match, pattern) if score else (0, 0)
                if end > start:
                    found.append(self._result(start, end, score))
        return found

    def judge(self, match: re.Match[str], rule: Pattern) -> float:
        """The score of a match of a rule: 0 is none, CHECKED one whose checksum is right."""
        return float(rule.score)

    def narrow(self, match: re.Match[str], rule: Pattern) -> tuple[int, int]:
        """The part of a match that is the hit; an empty one is none."""
        return match.span("value") if "value" in match.re.groupindex else match.span()

    def _result(self, start: int, end: int, score: float) -> RecognizerResult:
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return RecognizerResult(self.ENTITY, start, end, score, None, metadata)
