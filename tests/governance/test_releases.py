"""Two releases side by side, without a JVM: what whoever keeps them all can work out."""

import json
from collections import Counter, defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.releases import Earlier, Seen, Told, compare_cells, compare_people, first_seen, shown_in
from governance.remembered import of_rows, only, to_rows
from governance.suppression import round_count, suppress

MIN, K = 11, 5
A30, A40, B30 = ("a", "30-39"), ("a", "40-49"), ("b", "30-39")


def cells(*releases):
    """What each release tells of cells given by letter."""
    told, out = {}, []
    for counts in releases:
        told = compare_cells({(c,): n for c, n in counts.items()}, told, min_cell=MIN)
        out.append({c: None if t.is_hidden else t.count for (c,), t in told.items()})
    return out


def test_a_cell_that_changes_by_a_few_keeps_what_it_showed():
    first, second, third = cells({"a": 23, "b": 40}, {"a": 24, "b": 51}, {"a": 34, "b": 40})
    assert (first, second, third) == ({"a": 23, "b": 40}, {"a": 23, "b": 51}, {"a": 34, "b": 40})


def test_a_hidden_cell_stays_hidden_until_the_difference_is_not_small():
    rest = {"b": 30, "c": 60}
    told = cells({"a": 8} | rest, {"a": 12} | rest, {"a": 19} | rest, {"a": 20, "b": 42, "c": 60})
    assert [t["a"] for t in told] == [None, None, None, 20]
    assert [t["b"] for t in told] == [None, None, None, 42], "as long as it is 30, it would say by a total that a was 8"


def test_a_cell_whose_few_people_left_does_not_say_that_they_did():
    told = cells({"a": 3, "b": 30, "c": 60}, {"b": 30, "c": 60})
    assert told[1] == {"a": None, "b": None, "c": 60}
    assert cells({"a": 30, "b": 60}, {"b": 60})[1] == {"a": 0, "b": 60}, "thirty are no few"


def test_a_cell_that_was_hidden_nobody_knows_at_which_count_stays_hidden():
    told = compare_cells({("a",): 30, ("b",): 60}, {("a",): Told(is_hidden=True)}, min_cell=MIN)
    assert told["a",] == Told(hidden=(30,), is_hidden=True)
    assert compare_cells({("a",): 41, ("b",): 60}, {("a",): told["a",]}, min_cell=MIN)["a",].count == 41


@settings(max_examples=300, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 60), min_size=1), min_size=2, max_size=6))
def test_no_two_releases_of_a_cell_differ_by_a_few(releases):
    """For whoever has all releases: a count that is shown anew is far from every count behind an earlier one."""
    told, shown, hidden = {}, defaultdict(list), defaultdict(list)
    every = {c for counts in releases for c in counts}
    for counts in releases:
        told = compare_cells({(c,): n for c, n in counts.items()}, told, min_cell=MIN)
        had_to = suppress({(c,): counts.get(c, 0) for c in every}, min_cell=MIN).cells
        for cell, t in told.items():
            n = counts.get(cell[0], 0)
            if t.is_hidden:
                hidden[cell] += [n] if cell in had_to else []
                continue
            assert cell not in had_to
            assert n == 0 or n >= MIN
            assert abs(t.count - n) < MIN
            if t.count not in shown[cell]:
                assert t.count == n
                assert all(abs(n - other) >= MIN for other in shown[cell] + hidden[cell])
                shown[cell].append(n)


def test_one_release_is_as_if_there_were_no_others():
    """The rule of suppression alone decides on the first, and a release like the one before repeats it."""
    counts = {("n", "f"): 4, ("n", "m"): 23, ("s", "f"): 31, ("s", "m"): 18}
    first = compare_cells(counts, {}, min_cell=MIN)
    assert {c: t.count for c, t in first.items()} == {
        c: None if c[0] == "n" or first[c].is_hidden else n for c, n in counts.items()
    }
    again = compare_cells(counts, first, min_cell=MIN)
    assert {c: (t.is_hidden, t.shown) for c, t in again.items()} == {
        c: (t.is_hidden, t.shown) for c, t in first.items()
    }
    assert round_count(23) == 25


# --- people -----------------------------------------------------------------------------------------------------------


def people(before, *releases, k=K):
    """The units of each class shown after each release; units are letters and numbers."""
    seen, out = first_seen({u: frozenset(s) for u, s in before.items()}), []
    for n, now in enumerate(releases, 2):
        seen = compare_people({u: frozenset(s) for u, s in now.items()}, seen, k=k, release=n)
        out.append({u: set(s.state) for u, s in seen.items() if s.state})
    return out


def some(letter, n, *classes):
    return {(f"{letter}{i}",): set(classes) for i in range(n)}


def test_newcomers_wait_until_they_are_enough():
    had = some("p", 6, A30)
    few, more = people(had, {**had, **some("q", 4, A30)}, {**had, **some("q", 5, A30)})
    assert few == had
    assert more == {**had, **some("q", 5, A30)}


def test_who_moves_stays_where_they_were_shown_until_enough_move():
    had = some("p", 12, A30)
    one, six = people(had, had | some("p", 1, A40), had | some("p", 6, A40))
    assert one == had
    assert six == had | some("p", 6, A40)


def test_a_move_that_would_leave_a_few_behind_is_not_made():
    had = some("p", 8, A30)
    assert people(had, had | some("p", 6, A40)) == [had]
    assert people(had, some("p", 8, A40)) == [some("p", 8, A40)], "all of them may go"


def test_who_leaves_the_data_is_gone_at_once_and_takes_along_whom_they_would_leave_alone():
    had = some("p", 5, A30) | some("q", 9, B30)
    now = {u: s for u, s in had.items() if u not in {("p0",), ("q0",)}}
    (shown,) = people(had, now)
    assert shown == {u: s for u, s in some("q", 9, B30).items() if u != ("q0",)}


def test_who_was_taken_along_comes_back_only_with_enough_of_the_same_history():
    had = some("p", 9, A30) | some("q", 6, A30)
    suppressed = {u: set() for u in some("p", 5)} | {u: s for u, s in had.items() if u not in some("p", 5)}
    out = people(had, suppressed, had | {("p0",): set()}, had)
    assert set(out[0]) == set(had) - set(some("p", 5))
    assert set(out[1]) == set(out[0]), "four are too few"
    assert set(out[2]) == set(had)


def test_rows_are_shown_in_the_class_of_their_unit():
    assert shown_in(A40, frozenset({A40, A30})) == A40
    assert shown_in(A40, frozenset({A30})) == A30
    assert shown_in(A40, frozenset({A30, B30})) is None
    assert shown_in(A40, frozenset()) is None


@st.composite
def _histories(draw):
    """Releases as they would be made alone: everybody in a class of K or more. Who left does not come back."""
    n, gone, releases = draw(st.integers(K, 30)), set(), []
    for _ in range(draw(st.integers(2, 5))):
        n += draw(st.integers(0, 8))
        gone |= set(draw(st.lists(st.integers(0, n - 1), max_size=4)))
        own = {i: draw(st.sampled_from([A30, A40, B30])) for i in range(n) if i not in gone}
        sizes = Counter(own.values())
        releases.append({(i,): frozenset({c} if sizes[c] >= K else ()) for i, c in own.items()})
    return releases


@settings(max_examples=300, deadline=None)
@given(_histories())
def test_whoever_keeps_all_releases_finds_nobody_among_fewer_than_k(releases):
    """The attacker groups people by where every release showed them: nobody who is shown is in a group of less than K."""
    seen = first_seen({u: s for u, s in releases[0].items() if s})
    kept = [{u: s.state for u, s in seen.items()}]
    for number, now in enumerate(releases[1:], 2):
        seen = compare_people(now, seen, k=K, release=number)
        assert all(s.state <= now[u] or s.state <= kept[-1].get(u, frozenset()) for u, s in seen.items())
        assert set(seen) <= set(now), "nothing is kept of who left"
        kept.append({u: s.state for u, s in seen.items()})
        parts = Counter(tuple(r.get(u, frozenset()) for r in kept) for u, s in kept[-1].items() if s)
        assert all(n >= K for n in parts.values()), parts


def test_what_is_remembered_comes_back_as_it_was():
    told = Earlier(
        3, {("p1", None): Seen("ab", frozenset({A30, ("x", None)}))}, {"n": {("南", None): Told((20,), (3,), True)}}
    )
    rows = [dict(zip(("release", "part", "key", "told"), r, strict=True)) for r in to_rows(told)]
    assert of_rows(rows, 3) == told
    assert of_rows(rows, 2) is None
    assert only(told, ()).people == {}
    assert all(json.loads(r["key"]) for r in rows)
