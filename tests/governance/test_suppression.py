"""Small cells, without a JVM."""

from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.suppression import round_count, suppress


def test_a_small_cell_is_hidden_with_the_next_smallest_of_each_total():
    found = suppress({("a",): 4, ("b",): 50, ("c",): 12, ("d",): 12}, min_cell=11)
    assert found.small == {("a",)}
    assert found.complementary == {("c",)}, "of two equal ones the first"


def test_hidden_cells_that_together_are_small_hide_one_more():
    assert suppress({("a",): 2, ("b",): 3, ("c",): 40}, min_cell=11).complementary == {("c",)}
    assert suppress({("a",): 6, ("b",): 7, ("c",): 40}, min_cell=11).complementary == set()


def test_both_rows_and_columns_are_protected():
    cells = {
        ("n", "f"): 5, ("n", "m"): 30, ("n", "o"): 90,
        ("s", "f"): 40, ("s", "m"): 20, ("s", "o"): 80,
    }  # fmt: skip
    hidden = suppress(cells, min_cell=11).cells
    assert {("n", "f"), ("n", "m"), ("s", "f"), ("s", "m")} == hidden


def test_nothing_small_hides_nothing():
    assert not suppress({("a",): 11, ("b",): 0}, min_cell=11).cells
    assert not suppress({}, min_cell=11).cells


def test_all_small_hides_all():
    cells = {("a", "f"): 1, ("a", "m"): 2, ("b", "f"): 3}
    assert suppress(cells, min_cell=11).small == set(cells)


def test_zero_is_neither_small_nor_a_cover():
    assert suppress({("a",): 3, ("b",): 0}, min_cell=11).cells == {("a",)}


def test_the_difference_from_a_known_total_does_not_give_a_small_cell_away():
    """Somebody knows that 104 people are in the hospital, and sees the published cells."""
    counts = {("f",): 4, ("m",): 60, ("o",): 40}
    hidden = suppress(counts, min_cell=11).cells
    shown = sum(round_count(n) for cell, n in counts.items() if cell not in hidden)
    assert 104 - shown >= 11, "what is left to guess from is a crowd"


@pytest.mark.parametrize(("n", "shown"), [(0, 0), (11, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1000003, 1000005)])
def test_counts_are_rounded_to_the_nearest_5(n, shown):
    assert round_count(n) == shown


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ab"), st.sampled_from("fmo"), st.sampled_from("123")), st.integers(0, 60)
    )
)
def test_no_margin_gives_a_hidden_cell_away(counts):
    hidden = suppress(counts, min_cell=11).cells
    assert {cell for cell, n in counts.items() if 0 < n < 11} <= hidden
    for size in range(3):
        for kept in combinations(range(3), size):
            margins = defaultdict(list)
            for cell in counts:
                margins[tuple(cell[i] for i in kept)].append(cell)
            for margin in margins.values():
                held = [counts[cell] for cell in margin if cell in hidden]
                left = [cell for cell in margin if cell not in hidden and counts[cell] > 0]
                assert not held or not left or (len(held) >= 2 and sum(held) >= 11)


def test_a_total_is_known_only_over_dimensions_that_add_up():
    """The years of one person are several: 2024 stays shown though 2023 is small, as no year follows from the others."""
    counts = {("a", "2023"): 4, ("a", "2024"): 30, ("b", "2023"): 20, ("b", "2024"): 40, ("c", "2023"): 60}
    assert suppress(counts, min_cell=11, additive=[0]).cells == {("a", "2023"), ("b", "2023")}
    assert suppress(counts, min_cell=11).cells > {("a", "2023"), ("b", "2023"), ("a", "2024")}
