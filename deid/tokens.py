"""What a code, system, unit or other token of a closed vocabulary may look like, and what looks like an identifier.

A record's codes are free strings: a telephone number fits into `Coding.code`. So a token stays only when it has the
shape of its vocabulary, has not the shape of a number that identifies, and is nothing that is known of the person.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from deid.subject import KnownTerm

_SHAPES = re.compile(
    r"""
      [^\s@]@[^\s@]                                     # e-mail, user info of a url
    | (?<!\d)\d{17}[\dXx](?![0-9A-Za-z])                # resident id of China; with checksum or not, it is one
    | (?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)       # mobile of China
    | (?<!\d)\+?1?[-. ]?\(?[2-9]\d{2}\)?[-. ]\d{3}[-. ]\d{4}(?!\d)   # telephone of North America
    | (?<!\d)\d{3}-\d{2}-\d{4}(?!\d)                    # social security number
    | \+\d{1,3}(?:[-. ]?\d{2,4}){2,5}                # international number
    | (?<!\d)0\d{2,3}-\d{7,8}(?!\d)                     # land line of China
    | (?<!\d)(?:18|19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}(?!\d)         # date
    | (?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)
    | [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}   # uuid
    | (?<!\d)\d{9,}                                     # any long number
    | (?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)        # IPv4 address
    | ^(?:mailto|tel|sms|sip|data|javascript|file):
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_RESIDENT_ID = re.compile(r"\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_DIGITS = re.compile(r"\d{5,}")
_WORDS = re.compile(r"[^\W_]+")

# Verhoeff's multiplication and permutation tables.
_D, _P = (
    tuple(tuple(map(int, row)) for row in rows.split())
    for rows in (
        "0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104 9876543210",
        "0123456789 1576283094 5803796142 8916043527 9453126870 4286573901 2793806415 7046913258",
    )
)


@lru_cache(maxsize=65536)
def looks_identifying(text: str) -> bool:
    """Whether any part of a token has the shape of a number or address that identifies somebody."""
    return bool(_SHAPES.search(_fold(text)))


def is_snomed(code: str) -> bool:
    """Whether it is a SNOMED CT identifier: its check digit (Verhoeff) is right, and it cannot be a resident id."""
    if not (6 <= len(code) <= 18 and code.isascii() and code.isdigit()) or _RESIDENT_ID.fullmatch(code):
        return False
    c = 0
    for i, digit in enumerate(reversed(code)):
        c = _D[c][_P[i % 8][int(digit)]]
    return c == 0 and code[-3] in "01" and code[-2] in "012"


@lru_cache(maxsize=65536)
def _pieces(text: str) -> frozenset[str]:
    folded = _fold(text)
    return frozenset({folded, *_WORDS.findall(folded), *_DIGITS.findall(folded)})


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold() if not text.isascii() else text.lower()


class KnownIdentifiers:
    """What may not stand in a token of a person's record: their known terms, as whole words or, when long, anywhere."""

    def __init__(self, known: Iterable[KnownTerm]) -> None:
        whole: set[str] = set()
        inside: set[str] = set()
        for term in known:
            text = _fold(term.text.strip())
            squeezed = re.sub(r"[\s\-().]", "", text)
            if term.entity == "DATE" and len(squeezed) < 8:
                continue  # a year or a month is no token's secret
            if len(text) >= 4 or (len(text) > 1 and not text.isascii()):
                whole |= {text, squeezed}
            if len(squeezed) >= 6 and any(c.isdigit() for c in squeezed):
                inside |= {text, squeezed}
            elif len(text) > 1 and not text.isascii():
                inside.add(text)
        self._whole, self._inside = frozenset(whole), tuple(inside)

    def has(self, token: str) -> bool:
        if not self._whole.isdisjoint(_pieces(token)):
            return True
        folded = _fold(token)
        return any(term in folded for term in self._inside)
