"""Free text in, the same text without what identifies a person out."""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from deid.subject import Subject
from deid.text.engine import Engine
from deid.text.fold import fold
from deid.text.hit import Hit, resolve
from deid.text.known import KnownIdentifiers
from deid.text.models import ENGLISH_MODEL
from deid.text.repeated import repeated
from deid.text.replace import replaced
from deid.text.units import TextNotScannable, clean, units

__all__ = ["DEFAULT_MODEL", "ScannedText", "Stats", "TextNotScannable", "TextScanner"]

DEFAULT_MODEL = ENGLISH_MODEL
_MAX_CACHED = 8_000_000
# Words of vocabularies are short, and stand in the records of many.
_SHORT, _MAX_PLAIN = 200, 50_000
_NONE: Mapping[tuple[str, str], int] = {}


@dataclass(frozen=True)
class ScannedText:
    """The text without identifiers, and how many were replaced by (entity, source); source: known, pattern or model."""

    text: str
    hits: Mapping[tuple[str, str], int]


@dataclass
class Stats:
    """Since the scanner was made: texts and characters scanned, lines looked up, and lines found in the cache."""

    texts: int = 0
    characters: int = 0
    lines: int = 0
    cached: int = 0

    @property
    def hit_rate(self) -> float:
        return self.cached / self.lines if self.lines else 0.0


class TextScanner:
    """One for a worker process; not for threads. Models load with the first text that needs them.

    `language` is the institution's main one. Patterns of both languages always run; in a Chinese institution the English
    model is asked about a line with Han characters only if it has two words with capitals: it takes abbreviations for names.
    `name_model`: a spaCy package for English names; None scans with patterns and known identifiers only, in both languages.
    """

    def __init__(self, language: Literal["en", "zh"], *, name_model: str | None = DEFAULT_MODEL) -> None:
        self.stats = Stats()
        self._engine = Engine(name_model, is_mixed=language == "en")
        self._known = KnownIdentifiers()
        # What patterns and models see in a line depends on the line alone, so patients may share it.
        self._lines: OrderedDict[str, tuple[Hit, ...]] = OrderedDict()
        self._cached = 0
        # Short texts in which patterns and models see nothing, folded: only who is known is looked for in them again.
        self._plain: dict[str, str] = {}

    def scan(self, text: str, subject: Subject) -> ScannedText:
        """TextNotScannable when the text cannot be searched as a whole; then nothing of it may be kept."""
        try:
            return self._scan(text, subject)
        except TextNotScannable:
            raise
        except Exception as error:
            # Its message and its traceback's variables may hold the text.
            kind = type(error).__name__
        raise TextNotScannable(f"the text scanner failed with {kind}: the text was not searched")

    def _scan(self, text: str, subject: Subject) -> ScannedText:
        if not isinstance(text, str):
            raise TextNotScannable("not a string")
        if (plain := self._plain.get(text)) is not None and not self._known_in(plain, subject):
            self.stats.texts += 1
            self.stats.characters += len(text)
            self.stats.lines += 1
            self.stats.cached += 1
            return ScannedText(text, _NONE)
        given, text = text, clean(text)
        folded = fold(text)
        hits = self._found(folded, subject)
        new, changed = replaced(text, folded, hits, subject)
        self.stats.texts += 1
        self.stats.characters += len(text)
        if not hits and new == given and len(text) < _SHORT and len(self._plain) < _MAX_PLAIN:
            self._plain[text] = folded
        return ScannedText(new, Counter((h.entity, h.source) for h in changed))

    def find(self, text: str, subject: Subject) -> list[Hit]:
        """What `scan` would replace, in order, without replacing it; offsets are those of a text that `clean` leaves as it is."""
        return self._found(fold(clean(text)), subject)

    def _found(self, folded: str, subject: Subject) -> list[Hit]:
        hits = [*self._known_in(folded, subject), *self._in_lines(folded)]
        return resolve([*hits, *repeated(folded, hits)], folded)

    def _known_in(self, folded: str, subject: Subject) -> list[Hit]:
        return [*self._known.find(folded, subject.known), *self._known.find(folded, subject.around)]

    def _in_lines(self, folded: str) -> list[Hit]:
        lines = list(units(folded))
        found = {line: self._lines[line] for _, line in lines if line in self._lines}
        self.stats.lines += len(lines)
        self.stats.cached += sum(line in found for _, line in lines)
        unseen = list(dict.fromkeys(line for _, line in lines if line not in found))
        for line, hits in zip(unseen, self._engine.find(unseen), strict=True):
            found[line] = tuple(hits)
        self._remember(found)
        return [h.moved(offset) for offset, line in lines for h in found[line]]

    def _remember(self, found: Mapping[str, tuple[Hit, ...]]) -> None:
        for line, hits in found.items():
            if line in self._lines:
                self._lines.move_to_end(line)
            else:
                self._lines[line] = hits
                self._cached += len(line)
        while self._cached > _MAX_CACHED:
            line, _ = self._lines.popitem(last=False)
            self._cached -= len(line)
