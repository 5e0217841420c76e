"""Counts that were answered before, so that the difference of two answers gives nobody away.

Who is told "103 people" and later "100 people" for the same condition with one more clause knows of three people what the
clause says. Every answered set of people is therefore remembered per recipient, and a set that differs from an earlier
one, or from the union of what one earlier query told, by fewer people than the smallest cell is not answered.

This stops nested pairs. What can be worked out from three or more answers by arithmetic is left to rounding to 5, which
whoever shows a count applies. Source of the approach: the differencing attack in A. Hundepool et al., Statistical
Disclosure Control (2012), chapter 5.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS person (universe TEXT, key TEXT, place INTEGER, PRIMARY KEY (universe, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answer (recipient TEXT, universe TEXT, people BLOB, answered_at TEXT,
    PRIMARY KEY (recipient, universe, people)) WITHOUT ROWID;
"""


class Answers:
    """The sets of people that each recipient was told a count of, in one SQLite file.

    `universe` names the people among whom is counted (a view): pseudonyms must mean the same in all its answers.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def refused(
        self, recipient: str, universe: str, cells: Mapping[str, Iterable[str]], *, smallest: int, at: datetime
    ) -> frozenset[str]:
        """The labels of the cells that may not be answered; the others are remembered as answered.

        `cells`: the persons in each cell of one query. A cell of nobody may be answered. The same question again gets
        the same answer. Judging and remembering is one transaction, so two questions at once cannot slip past each other.
        """
        with self._transaction() as db:
            sets = {label: _bits(self._places(db, universe, people)) for label, people in cells.items()}
            had = [
                int.from_bytes(row[0], "little")
                for row in db.execute(
                    "SELECT people FROM answer WHERE recipient = ? AND universe = ?", (recipient, universe)
                )
            ]
            told = _answerable(sets, had, smallest)
            union = _union(sets[label] for label in told)
            new = {sets[label] for label in told} | {union}
            db.executemany(
                "INSERT OR IGNORE INTO answer VALUES (?, ?, ?, ?)",
                [(recipient, universe, _bytes(people), at.isoformat()) for people in new if people],
            )
        return frozenset(sets) - told

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._file, timeout=30, isolation_level=None)
        try:
            db.executescript(_TABLES)
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        finally:
            db.close()

    def _places(self, db: sqlite3.Connection, universe: str, people: Iterable[str]) -> list[int]:
        """A small number for each person, given at the first sight and kept."""
        keys = sorted(set(people))
        known = dict(db.execute("SELECT key, place FROM person WHERE universe = ?", (universe,)))
        new = [(universe, key, len(known) + n) for n, key in enumerate(k for k in keys if k not in known)]
        db.executemany("INSERT INTO person VALUES (?, ?, ?)", new)
        known.update((key, place) for _, key, place in new)
        return [known[key] for key in keys]


def _answerable(sets: Mapping[str, int], had: list[int], smallest: int) -> frozenset[str]:
    """The cells that give nobody away, by themselves, beside each other and beside what was told before."""
    told = {
        label
        for label, people in sets.items()
        if not _is_small(people, smallest) and not any(_gives_away(people, before, smallest) for before in had)
    }
    # What the cells tell together must not differ by a few from the whole, or from an earlier answer, either.
    wholes = [*had, _union(sets.values())] if len(told) < len(sets) else had
    while told and any(_gives_away(_union(sets[x] for x in told), whole, smallest) for whole in wholes):
        told.discard(min((x for x in told if sets[x]), key=lambda x: (sets[x].bit_count(), x), default=min(told)))
    return frozenset(told)


def _gives_away(one: int, other: int, smallest: int) -> bool:
    """Whether one set lies within the other and lacks only a few of it."""
    if not one or not other:
        return False
    return (not one & ~other and _is_small(other & ~one, smallest)) or (
        not other & ~one and _is_small(one & ~other, smallest)
    )


def _is_small(people: int, smallest: int) -> bool:
    return 0 < people.bit_count() < smallest


def _union(sets: Iterable[int]) -> int:
    whole = 0
    for one in sets:
        whole |= one
    return whole


def _bits(places: list[int]) -> int:
    held = bytearray(max(places, default=-1) // 8 + 1)
    for place in places:
        held[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(held, "little")


def _bytes(people: int) -> bytes:
    return people.to_bytes((people.bit_length() + 7) // 8, "little")
