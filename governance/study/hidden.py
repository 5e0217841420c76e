"""Which counts of a report are hidden: the small ones, and those from which a small one could be worked out.

A count is of a set of persons. Blocks of rows that add up to something known hide each other by rows and columns
(`governance.suppression`); and of any two counts of the report, one within the other, the difference is nobody or not a few.
"""

from collections.abc import Mapping, Sequence

from governance.suppression import Cell, suppress

TOTAL = "Total"
People = int  # a set of persons, a bit for each
# The rows of a block are parts of one whole, a block of one row is parts by arm: (row, arm or TOTAL) -> who is in it.
Block = Mapping[tuple[str, str], People]


def hidden(blocks: Sequence[Block], *, min_cell: int) -> frozenset[tuple[int, str, str]]:
    """The cells to hide, as (number of the block, row, arm). What comes first is shown rather than what comes later."""
    cells = {(n, row, arm): people for n, block in enumerate(blocks) for (row, arm), people in block.items()}
    forced: set[tuple[int, str, str]] = set()
    while True:
        hide = forced | {cell for n, block in enumerate(blocks) for cell in _of_block(n, block, forced, min_cell)}
        more = _without_cover(cells, hide) or _too_near({c: p for c, p in cells.items() if c not in hide}, min_cell)
        if not more:
            return frozenset(hide)
        forced = hide | more


def _of_block(n: int, block: Block, forced: set[tuple[int, str, str]], min_cell: int) -> set[tuple[int, str, str]]:
    """By rows and columns; the totals of the rows are a column of their own, which the arms do not add to again."""
    found: set[tuple[int, str, str]] = set()
    for is_total in (False, True):
        counts: dict[Cell, int] = {
            (row, arm): people.bit_count() for (row, arm), people in block.items() if (arm == TOTAL) is is_total
        }
        also = [(row, arm) for m, row, arm in forced if m == n and (row, arm) in counts]
        found |= {(n, str(row), str(arm)) for row, arm in suppress(counts, min_cell=min_cell, also=also).cells}
    return found


def _without_cover(
    cells: Mapping[tuple[int, str, str], People], hide: set[tuple[int, str, str]]
) -> set[tuple[int, str, str]]:
    """For each row whose total is hidden and whose arms all are shown, the smallest arm: they would add up to it."""
    found = set()
    for n, row, arm in hide:
        if arm == TOTAL:
            arms = [c for c in cells if c[:2] == (n, row) and c[2] != TOTAL and cells[c]]
            if arms and not hide & set(arms):
                found.add(min(arms, key=lambda c: (cells[c].bit_count(), c)))
    return found


def _too_near(shown: Mapping[tuple[int, str, str], People], min_cell: int) -> set[tuple[int, str, str]]:
    """The cells that lie in, or around, one that comes before them, but for a few persons."""
    kept: dict[People, None] = {}
    found = set()
    for cell, people in shown.items():
        if not people or people in kept:
            continue
        if any(_gives_away(people, other, min_cell) for other in kept):
            found.add(cell)
        else:
            kept[people] = None
    return found


def _gives_away(one: People, other: People, min_cell: int) -> bool:
    both = one & other
    return both in (one, other) and 0 < (one ^ other).bit_count() < min_cell
