"""Where in a text an identifier stands, and what is done where two overlap."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from deid.text.fold import is_han

Source = Literal["known", "pattern", "model"]
KNOWN: Source = "known"
PATTERN: Source = "pattern"
MODEL: Source = "model"

_GAPS = {"NAME": ("", " ", " . ", ". "), "ADDRESS": ("", " ", ", "), "ORGANISATION": ("", " ")}
_CHECKED = 1.0
_WEAK = 0.6


@dataclass(frozen=True, slots=True)
class Hit:
    """`start` and `end` are code points. A score of 1 means that a checksum or the like was right."""

    start: int
    end: int
    entity: str
    source: Source
    score: float

    def moved(self, by: int) -> "Hit":
        return Hit(self.start + by, self.end + by, self.entity, self.source, self.score)

    @property
    def rank(self) -> int:
        if self.source == KNOWN:
            return 4
        if self.source == MODEL:
            return 0
        return 3 if self.score >= _CHECKED else 2 if self.score >= _WEAK else 1


def resolve(hits: Iterable[Hit], text: str) -> list[Hit]:
    """Hits in order that do not overlap and together cover all that the given ones cover.

    Known before checked before pattern before model, then the longest. A weaker hit that reaches beyond a stronger one
    becomes one with it if both are of the same entity; otherwise what is left of it stays a hit of its own.
    """
    done: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-h.rank, h.start - h.end, h.start)):
        for piece in _without(hit, [d for d in done if d.entity != hit.entity]):
            same = [d for d in done if d.entity == hit.entity and d.start < piece.end and piece.start < d.end]
            if same:
                done = [d for d in done if d not in same]
                best = max(same, key=lambda d: d.rank)
                ends = [*same, piece]
                done.append(replace(best, start=min(d.start for d in ends), end=max(d.end for d in ends)))
            elif sum(c.isalnum() for c in text[piece.start : piece.end]) > 1 or piece == hit:
                done.append(piece)
    return _joined(sorted(done, key=lambda h: h.start), text)


def _without(hit: Hit, others: list[Hit]) -> list[Hit]:
    overlapping = [d for d in others if d.start < hit.end and hit.start < d.end]
    if not overlapping:
        return [hit]
    pieces, start = [], hit.start
    for other in sorted(overlapping, key=lambda h: h.start):
        if start < other.start:
            pieces.append(replace(hit, start=start, end=other.start))
        start = max(start, other.end)
    if start < hit.end:
        pieces.append(replace(hit, start=start))
    return pieces


def _joined(hits: list[Hit], text: str) -> list[Hit]:
    """Parts of one name or address that stand side by side are one hit."""
    out: list[Hit] = []
    for hit in hits:
        last = out[-1] if out else None
        gap = text[last.end : hit.start] if last else ""
        if last and last.entity == hit.entity and gap in _GAPS.get(hit.entity, ()) and _is_one_script(text, last, hit):
            out[-1] = replace(max(last, hit, key=lambda h: h.rank), start=last.start, end=hit.end)
        else:
            out.append(hit)
    return out


def _is_one_script(text: str, left: Hit, right: Hit) -> bool:
    """Two names side by side in two scripts are two: `John 张`."""
    return is_han(text[left.end - 1]) == is_han(text[right.start])
