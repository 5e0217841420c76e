"""A new release of a published table beside the earlier ones, so that their difference gives nobody away.

Whoever keeps two releases can subtract them: 23 people in March and 24 in April tell of one; a class of nine that was one of
eight shows who came. Pure Python: it sees cells, classes and pseudonyms, never a table. docs/governance.md has the rules in
words. What an earlier release told cannot be taken back, and the law goes first: who left the data leaves at once.

Source of the attack: A. Hundepool et al., Statistical Disclosure Control (2012), ch. 5; of the remedy for rows: X. Xiao, Y.
Tao, m-Invariance (SIGMOD 2007), whose groups of people with one history are kept here, without counterfeit rows.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from governance.suppression import Cell, suppress


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier releases of a table told: of people where its rows are published, of cells (by the column of the count)
    where counts are. `release`: the number of the one that is being made; the first is 1.
    """

    release: int
    people: "Mapping[Unit, Seen]" = field(default_factory=dict)
    cells: "Mapping[str, Mapping[Cell, Told]]" = field(default_factory=dict)


# --- counts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What releases told of one cell: the true counts behind its shown values, the newest last, and those at which it had to
    be hidden for being small or beside a small one.

    `is_hidden`: whether it is hidden in the newest. Shown counts are at least a smallest cell apart from each other.
    """

    shown: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    is_hidden: bool = False

    @property
    def count(self) -> int | None:
        """The count that the newest release shows, before rounding."""
        return None if self.is_hidden else self.shown[-1]


def compare_cells(
    counts: Mapping[Cell, int], before: Mapping[Cell, Told], *, min_cell: int, also: Collection[Cell] = (),
    additive: Collection[int] | None = None,
) -> dict[Cell, Told]:  # fmt: skip
    """What a release tells of each cell, so that no two releases differ in it by 1 to `min_cell` - 1 persons.

    A cell near (less than `min_cell` away from) a count that was shown keeps that value; else, near one at which it had to be
    hidden, it stays so; else its count is shown. Small cells, those that would give a hidden one away, and those of `also`,
    are hidden whatever was told (`additive`: see `suppress`). A cell that is not there any more counts 0: it stays, hidden,
    until that is no small difference.
    """
    now = {**dict.fromkeys(before, 0), **counts}
    had = {cell: before.get(cell, Told()) for cell in now}
    kept = {cell: _nearest(had[cell].shown, n, min_cell) for cell, n in now.items()}
    held = {c for c, n in now.items() if kept[c] is None and _is_near_hidden(had[c], n, min_cell)}
    needed = suppress(now, min_cell=min_cell, also=also, additive=additive).cells
    hidden = suppress(now, min_cell=min_cell, also=needed | held, additive=additive).cells
    told = {}
    for cell, n in now.items():
        was, anchor = had[cell], kept[cell]
        if cell in hidden:
            is_new = cell in needed or not was.hidden
            counts_hidden = dict.fromkeys((*was.hidden, n) if is_new else was.hidden)
            told[cell] = Told(was.shown, tuple(counts_hidden), is_hidden=True)
        else:
            count = n if anchor is None else anchor
            told[cell] = Told((*(c for c in was.shown if c != count), count), was.hidden)
    return told


def _is_near_hidden(was: Told, n: int, min_cell: int) -> bool:
    """Also where nobody remembers at which count it was hidden."""
    return (was.is_hidden and not was.hidden) or _nearest(was.hidden, n, min_cell) is not None


def _nearest(counts: Iterable[int], n: int, min_cell: int) -> int | None:
    """The count that is less than `min_cell` from n and nearest to it; of two as near the newer."""
    near = [(abs(count - n), -i, count) for i, count in enumerate(counts) if abs(count - n) < min_cell]
    return min(near)[2] if near else None


# --- rows -------------------------------------------------------------------------------------------------------------

# The values of the quasi-identifiers of a row, in their order.
Class = tuple[Any, ...]
# A person, with the values of those quasi-identifiers that have no coarser level (the institution): these never change.
Unit = tuple[Any, ...]
State = frozenset[Class]


@dataclass(frozen=True, slots=True)
class Seen:
    """Where releases showed a unit: `history` is equal for those who were always shown alike, `state` the newest classes.

    Who was never shown has the history "".
    """

    history: str = ""
    state: State = frozenset()


_NEVER = Seen()


def compare_people(now: Mapping[Unit, State], before: Mapping[Unit, Seen], *, k: int, release: int) -> dict[Unit, Seen]:
    """Where a release shows each unit, so that fewer than `k` with one history never part from the others.

    `now`: the classes each unit would be shown in, none where its rows are not safe today; a unit that is not in it has
    left the data. Who came, or would move to another class, waits until `k` of the same history do the same; who waits
    stays in the class where they were shown, or unseen. Who left goes at once; where that leaves fewer than `k` of a history
    they go too, because they alone are left of what was shown together.
    """
    groups: dict[str, list[Unit]] = defaultdict(list)
    gone = Counter(was.history for unit, was in before.items() if unit not in now)
    for unit in now:
        groups[before.get(unit, _NEVER).history].append(unit)
    found = {}
    for history, units in groups.items():
        target = _targets({u: now[u] for u in units}, {u: before.get(u, _NEVER).state for u in units}, k)
        parts = Counter(target.values())
        is_whole = len(parts) == 1 and not gone[history] and history != ""
        for unit in units:
            was, to = before.get(unit, _NEVER), target[unit]
            to = to if is_whole or parts[to] >= k else frozenset()
            found[unit] = was if to == was.state else Seen(_next(history, release, to), to)
    return found


def _targets(now: Mapping[Unit, State], was: Mapping[Unit, State], k: int) -> dict[Unit, State]:
    """Of units with one history: where each may go. Of those who stay are none or `k` left, the smallest moves given up."""
    is_new = not any(was.values())
    moves = Counter(state for unit, state in now.items() if state and state != was[unit])
    allowed = {state: n for state, n in moves.items() if n >= k}
    present = sum(1 for state in now.values() if state)
    while allowed and not is_new and 0 < present - sum(allowed.values()) < k:
        del allowed[min(allowed, key=lambda state: (allowed[state], sorted(map(repr, state))))]
    return {
        unit: state if state in allowed or state == was[unit] else frozenset(filter(None, (shown_in(c, was[unit]) for c in state)))
        for unit, state in now.items()
    }  # fmt: skip


def corrected(
    seen: Mapping[Unit, Seen], before: Mapping[Unit, Seen], actual: Mapping[Unit, State], *, release: int
) -> dict[Unit, Seen]:
    """What is remembered where whole classes were withheld after all (for l): these people part from nobody."""
    found = {}
    for unit, said in seen.items():
        state = actual.get(unit, frozenset())
        history = before.get(unit, _NEVER).history
        found[unit] = said if state == said.state else Seen(_next(history, release, state), state)
    return found


def shown_in(own: Class, state: State) -> Class | None:
    """The class in which a row of `own` class is shown while its unit stays in a state; None where it is not shown."""
    if own in state:
        return own
    return next(iter(state)) if len(state) == 1 else None


def _next(history: str, release: int, state: State) -> str:
    return sha256(repr((history, release, sorted(map(repr, state)))).encode()).hexdigest()[:16]


def first_seen(states: Mapping[Unit, State]) -> dict[Unit, Seen]:
    """What one release showed, where nothing of earlier ones is known."""
    return {unit: Seen(_next("", 0, state), state) for unit, state in states.items()}
