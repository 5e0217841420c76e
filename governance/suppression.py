"""Small cells of a table of counts: which are hidden, which others with them, and how the rest is rounded.

Pure Python: it sees cells (dimension values and a count), never persons.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

# The values of the declared dimensions, in their order.
Cell = tuple[str | None, ...]
ROUND_TO = 5


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The cells to hide: `small` themselves (and those hidden anyway), and `complementary` ones that would give a small one away."""

    small: frozenset[Cell]
    complementary: frozenset[Cell]

    @property
    def cells(self) -> frozenset[Cell]:
        return self.small | self.complementary


def suppress(
    counts: Mapping[Cell, int], *, min_cell: int, also: Collection[Cell] = (), additive: Collection[int] | None = None
) -> Suppressed:
    """Hide every cell of 1 to `min_cell` - 1 persons and those of `also`, then what a total over any of the dimensions
    would give away.

    `additive`: the places of the dimensions over which a total is the sum of its cells, all if not given (somebody is in
    several years, so nobody subtracts one year from all). A margin is the set of cells that differ only in some of these.
    Whoever knows its total and the cells shown can subtract: so in each margin the hidden cells are none, or at least two
    that together hold `min_cell` persons.
    Until then the next smallest shown cell is hidden too (ties: the first by its dimension values), small margins
    first, and all again, because a cell hidden for one margin stands in others. A margin with no cell left to hide
    stays hidden whole. Zero gives nobody away and hides nobody. Source: hiding the next smallest cell too is the usual
    rule for tables with totals (Hundepool et al., Statistical Disclosure Control, 2012, ch. 4).
    """
    small = {cell for cell, n in counts.items() if 0 < n < min_cell}
    hidden = small | set(also)
    margins = list(_margins(counts, additive)) if hidden else []
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for margin in margins:
            while (cell := _next_to_hide(margin, hidden, counts, min_cell)) is not None:
                hidden.add(cell)
    return Suppressed(frozenset(small), frozenset(hidden - small))


def round_count(n: int) -> int:
    """The nearest multiple of 5, so that two releases a few persons apart do not show who came or left."""
    return ROUND_TO * ((2 * n + ROUND_TO) // (2 * ROUND_TO))


def _margins(counts: Mapping[Cell, int], additive: Collection[int] | None) -> Iterator[list[Cell]]:
    """Every margin, the smallest first: the cells that share the values of some dimensions, at last all cells."""
    width = len(next(iter(counts), ()))
    fixed = set() if additive is None else set(range(width)) - set(additive)
    for size in reversed(range(width)):
        for kept in (k for k in combinations(range(width), size) if fixed <= set(k)):
            groups: dict[Cell, list[Cell]] = defaultdict(list)
            for cell in counts:
                groups[tuple(cell[i] for i in kept)].append(cell)
            yield from groups.values()


def _next_to_hide(margin: list[Cell], hidden: set[Cell], counts: Mapping[Cell, int], min_cell: int) -> Cell | None:
    held = [cell for cell in margin if cell in hidden]
    if not held or (len(held) >= 2 and sum(counts[cell] for cell in held) >= min_cell):
        return None
    shown = [cell for cell in margin if cell not in hidden and counts[cell] > 0]
    return min(shown, key=lambda cell: (counts[cell], tuple(v or "" for v in cell)), default=None)
