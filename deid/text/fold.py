"""Text made comparable without moving an offset: full-width forms, odd spaces, dashes and digits become plain ones."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f〇"
_IS_HAN = re.compile(f"[{HAN}]")
_PLAIN = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys([0x3000, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F], " "),
    **dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63], "-"),
    **dict.fromkeys([0x2018, 0x2019, 0x201B, 0x2BC, 0x2032], "'"),
    **dict.fromkeys([0x201C, 0x201D], '"'),
    **dict.fromkeys([0x2022, 0x2027, 0x30FB, 0xFF65, 0x2219, 0x22C5], "·"),
    **dict.fromkeys([0x2028, 0x2029, 0x85], "\n"),
    0x2236: ":",
    0x2215: "/",
}


class _Fold(dict[int, str]):
    """Other digits of the world (Arabic, mathematical) to ASCII ones, looked up once each; all else stays."""

    def __missing__(self, code: int) -> str:
        digit = unicodedata.decimal(chr(code), None) if code > 127 else None
        self[code] = chr(code) if digit is None else str(digit)
        return self[code]


class _Bare(dict[int, str]):
    """Lower case without accents, one character for one; lower-casing a whole string may change its length."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        base = unicodedata.normalize("NFD", char)[0] if char.isalpha() and not is_han(char) else char
        low = base.lower()
        self[code] = low if len(low) == 1 else base
        return self[code]


_FOLD, _BARE = _Fold(_PLAIN), _Bare()


def is_han(char: str) -> bool:
    return _IS_HAN.match(char) is not None


def fold(text: str) -> str:
    """As long as `text`, character for character."""
    return text if text.isascii() else text.translate(_FOLD)


def bare(folded: str) -> str:
    """Folded text in lower case without accents; as long as it was."""
    return folded.lower() if folded.isascii() else folded.translate(_BARE)


class Squeezed:
    """Text without some of its parts, and the way back from an offset in it to the offset in the whole."""

    def __init__(self, text: str, gaps: Iterable[tuple[int, int]]) -> None:
        pieces, self._at, self._lost = [], [0], [0]
        done = kept = lost = 0
        for start, end in gaps:
            pieces.append(text[done:start])
            kept, lost, done = kept + start - done, lost + end - start, end
            self._at.append(kept)
            self._lost.append(lost)
        pieces.append(text[done:])
        self.text = "".join(pieces)

    def origin(self, offset: int) -> int:
        """Where the character at `offset` stands in the whole text."""
        return offset + self._lost[bisect_right(self._at, offset) - 1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.origin(start), self.origin(end - 1) + 1
