"""Counts that were answered before, so that the difference of two answers gives nobody away.

Who is told "103 people" and later "100 people" for the same condition with one more clause knows of three people what the
clause says. Every answered set of people is therefore remembered per recipient, and a set that differs from an earlier
one, or from the union of what one earlier query told, by fewer people than the smallest cell is not answered.

This stops nested pairs. What can be worked out from three or more answers by arithmetic is left to rounding to 5, which
whoever shows a count applies. Source of the approach: the differencing attack in A. Hundepool et al., Statistical
Disclosure Control (2012), chapter 5.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
_TABLES = """
CREATE TABLE IF NOT EXISTS person (universe TEXT, key TEXT, place INTEGER, PRIMARY KEY (universe, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answer (recipient TEXT, universe TEXT, people BLOB, answered_at TEXT,
    PRIMARY KEY (recipient, universe, people)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS standing (recipient TEXT, universe TEXT, label TEXT, people BLOB,
    PRIMARY KEY (recipient, universe, label)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Told:
    """How many people may be told; `is_earlier`: the answer of before, from which today's differs by fewer than the smallest cell."""

    count: int
    is_earlier: bool


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
            sets = {label: _bits(_places(db, universe, sorted(set(people)))) for label, people in cells.items()}
            told = _answerable(sets, _had(db, recipient, universe), smallest)
            _remember(db, recipient, universe, {sets[x] for x in told} | {_union(sets[x] for x in told)}, at)
        return frozenset(sets) - told

    def tell(
        self, recipient: str, universe: str, people: Sequence[str], tables: Iterable[Mapping[str, Mask]], *, smallest: int,
        at: datetime,
    ) -> dict[str, Told]:  # fmt: skip
        """What may be told of several tables about the same people, by label; a label that may not be told is not in it.

        `people`: each once; a cell says of each whether they are in it. The tables are judged one after the other, so that
        cells of a later one give nobody away beside those of an earlier one either. An answer that differs from what the same
        label was told before by fewer people than the smallest cell is not given anew: the earlier one stands, so that a
        cohort that grows day by day is neither refused nor shown person by person.
        """
        with self._transaction() as db:
            places = np.array(_places(db, universe, people), dtype=np.int64)
            had = _had(db, recipient, universe)
            query = "SELECT label, people FROM standing WHERE recipient = ? AND universe = ?"
            standing = {label: _set(held) for label, held in db.execute(query, (recipient, universe))}
            found: dict[str, Told] = {}
            now: dict[str, int] = {}
            for table in tables:
                sets = {label: _bits(places[mask]) for label, mask in table.items()}
                stays = {x for x, one in sets.items() if x in standing and _is_small(one ^ standing[x], smallest)}
                sets |= {label: standing[label] for label in stays}
                told = _answerable(sets, had, smallest)
                found |= {label: Told(sets[label].bit_count(), label in stays) for label in told}
                new = {sets[x] for x in told} | {_union(sets[x] for x in told)}
                _remember(db, recipient, universe, new, at)
                had += new
                now |= {label: sets[label] for label in told if sets[label]}
            rows = [(recipient, universe, label, _bytes(one)) for label, one in now.items()]
            db.executemany("INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?)", rows)
        return found

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


def _places(db: sqlite3.Connection, universe: str, people: Sequence[str]) -> list[int]:
    """A small number for each person, given at the first sight and kept. Known by a hash, as pseudonyms can be erased."""
    tokens = [sha256(f"{universe}\0{person}".encode()).hexdigest()[:32] for person in people]
    known = dict(db.execute("SELECT key, place FROM person WHERE universe = ?", (universe,)))
    new = [(universe, token, len(known) + n) for n, token in enumerate(t for t in tokens if t not in known)]
    db.executemany("INSERT INTO person VALUES (?, ?, ?)", new)
    known.update((token, place) for _, token, place in new)
    return [known[token] for token in tokens]


def _had(db: sqlite3.Connection, recipient: str, universe: str) -> list[int]:
    query = "SELECT people FROM answer WHERE recipient = ? AND universe = ?"
    return [_set(row[0]) for row in db.execute(query, (recipient, universe))]


def _remember(db: sqlite3.Connection, recipient: str, universe: str, sets: Iterable[int], at: datetime) -> None:
    rows = [(recipient, universe, _bytes(people), at.isoformat()) for people in sets if people]
    db.executemany("INSERT OR IGNORE INTO answer VALUES (?, ?, ?, ?)", rows)


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


def _bits(places: Sequence[int] | NDArray[np.int64]) -> int:
    if not len(places):
        return 0
    at = np.asarray(places)
    held = np.zeros(int(at.max()) + 1, dtype=np.bool_)
    held[at] = True
    return _set(np.packbits(held, bitorder="little").tobytes())


def _set(held: bytes) -> int:
    return int.from_bytes(held, "little")


def _bytes(people: int) -> bytes:
    return people.to_bytes((people.bit_length() + 7) // 8, "little")
