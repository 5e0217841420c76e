"""What may be scanned, and the pieces it is scanned in: lines and sentences that never cut an identifier."""

import re
import unicodedata
from collections.abc import Iterator

from deid.text.fold import HAN

MAX_CHARS = 2_000_000
_WIDEST, _OVERLAP = 1000, 150

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MAX_ODD = 0.01

_BREAK = re.compile(rf"\n+|。|[;!?]+(?=[\s{HAN}]|$)|\.[ \t]+(?=[A-Z])")
# What stands before ". " at the end of a sentence: a word of four letters at least (but these), or a number.
_SENTENCE = re.compile(r"(?:[a-z]{4}(?<!\bprof)(?<!\bcapt)(?<!\bdept)(?<!\bassn)|[0-9)%])$")
# A line that ends like this goes on in the next one: a label, a title, half a date.
_LABEL = re.compile(r"^[^\n]{0,30}:[ \t]*\n$")
_OPEN = re.compile(
    r"\b(?:Dr|Mr|Mrs|Ms|Miss|Prof|St|Mt|Apt|No|at|by|in|of|the|on|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|January|February|March|April|May|June|July|August|"
    r"September|October|November|December)[.,]?[ \t]*\n$"
)
_WRAPPED = re.compile(r"[^\n]{55,}(?:[A-Z][\w'-]*|\d),?[ \t]*\n$")


class TextNotScannable(Exception):
    """The text cannot be searched for identifiers, so nothing of it may be kept. Says why, never what stood in it."""


def clean(text: str) -> str:
    """The text without characters that nobody sees and that could split an identifier.

    TextNotScannable: longer than MAX_CHARS, not Unicode text, or with so many control characters that it is no text.
    """
    if len(text) > MAX_CHARS:
        raise TextNotScannable(f"the text is longer than {MAX_CHARS} characters: deliver it in parts")
    if text.isprintable() and text.isascii():
        return text
    if "\0" in text or _SURROGATE.search(text):
        raise TextNotScannable(
            "the text has a NUL or half a surrogate pair: it was decoded with the wrong character set"
        )
    odd = len(_CONTROL.findall(text)) + text.count("\ufffd")
    if odd > _MAX_ODD * len(text):
        raise TextNotScannable("more than 1 % of the text is control or replacement characters: it was decoded wrongly")
    if odd:
        text = _CONTROL.sub("", text)
    if not text.isascii():
        text = _without_invisible(text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _without_invisible(text: str) -> str:
    # Emoji are joined by U+200D: between two of them it stays.
    if _INVISIBLE.search(text):
        text = re.sub(r"(?<![\u2600-\U0001faff\ufe0f])[\u200c\u200d]|[\u200c\u200d](?![\u2600-\U0001faff])", "", text)
        text = re.sub(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]", "", text)
    # A letter and its accent in two characters become one where there is one.
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def units(folded: str) -> Iterator[tuple[int, str]]:
    """(offset, piece) of the text in order, at most _WIDEST long; only longer lines overlap. White pieces are left out."""
    start = 0
    for found in _BREAK.finditer(folded):
        first = found.start()
        if folded[first] == "." and not _SENTENCE.search(folded, max(0, first - 5), first):
            continue
        piece = folded[start : found.end()]
        if piece.endswith("\n") and not piece.endswith("\n\n") and _goes_on(piece):
            continue
        yield from _cut(start, piece)
        start = found.end()
    yield from _cut(start, folded[start:])


def _goes_on(piece: str) -> bool:
    if len(piece) > _WIDEST // 2:
        return False
    last = piece[piece.rfind("\n", 0, -1) + 1 :]
    return bool(_LABEL.match(last) or _OPEN.search(last) or _WRAPPED.search(last))


def _cut(offset: int, piece: str) -> Iterator[tuple[int, str]]:
    text = piece.strip()
    offset += piece.find(text[0]) if text else 0
    while len(text) > _WIDEST:
        yield offset, text[:_WIDEST]
        step = _WIDEST - _OVERLAP
        # The next window starts at a blank if there is one: half a number or name would be seen as a whole one.
        blank = max((text.rfind(c, step - _OVERLAP, step) for c in " ,\n、，"), default=-1)
        step = blank + 1 if blank > 0 else step
        offset, text = offset + step, text[step:]
    if text:
        yield offset, text
