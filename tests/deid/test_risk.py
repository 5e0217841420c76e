"""The measures of re-identification risk, on tables that can be counted by hand."""

import pytest

from deid.risk import Classes, measure


def table(persons, values=(), ordered=()):
    """Classes of persons who are in one class each, one row a person: {class: persons}, {class: {value: rows}}."""
    keys = {(name,): n for name, n in persons.items()}
    held = {"drug": {(name,): found for name, found in values.items()}} if values else {}
    return Classes(("q",), keys, {frozenset([key]): n for key, n in keys.items()}, held, frozenset(ordered))


def test_prosecutor_and_marketer_by_hand():
    """Classes of 1, 4, 5 and 10 persons: chances 1, 1/4, 1/5, 1/10; all above 0.09."""
    risk = measure(table({"a": 1, "b": 4, "c": 5, "d": 10}))
    assert (risk.persons, risk.classes, risk.k) == (20, 4, 1)
    # Each class adds size x 1/size = 1: the mean is classes / persons.
    assert risk.prosecutor == {"max": 1.0, "mean": 4 / 20, "high": 1.0}
    assert risk.marketer == 0.2


def test_the_share_of_persons_whose_chance_is_high():
    risk = measure(table({"a": 5, "b": 12, "c": 23}))
    assert risk.threshold == 0.09
    assert risk.prosecutor["high"] == 5 / 40


def test_journalist_looks_among_the_population():
    """Two of a class's 2 persons stand among 20 of the population: 1/20 each; the others among themselves."""
    risk = measure(table({"a": 2, "b": 2}), {("a",): 20, ("b",): 1, ("c",): 9})
    assert risk.prosecutor == {"max": 0.5, "mean": 0.5, "high": 1.0}
    assert risk.journalist == {"max": 0.5, "mean": round((2 / 20 + 2 / 2) / 4, 4), "high": 0.5}
    assert risk.marketer == risk.journalist["mean"]
    assert risk.population == 30


def test_without_a_population_the_table_is_its_own():
    risk = measure(table({"a": 5, "b": 6}))
    assert risk.journalist == risk.prosecutor
    assert risk.population == 11


def test_a_person_in_two_classes_can_be_found_in_both():
    both = frozenset([("a",), ("b",)])
    risk = measure(Classes(("q",), {("a",): 3, ("b",): 3}, {both: 2, frozenset([("a",)]): 1}, {}))
    assert (risk.persons, risk.k) == (3, 2)
    assert risk.prosecutor["mean"] == round((3 * (1 / 3) + 2 * (1 / 2)) / 5, 4)


def test_a_table_without_persons_has_no_risk():
    for empty in (Classes(("q",), {}, {}, {"drug": {}}), Classes(("q",), {("a",): 7}, {}, {})):
        risk = measure(empty)
        assert (risk.persons, risk.k, risk.prosecutor, risk.journalist, risk.marketer) == (0, None, None, None, None)


def test_diversity_is_the_fewest_values_of_a_class_that_has_any():
    values = {"a": {"x": 3, "y": 1}, "b": {"x": 9}}
    assert measure(table({"a": 4, "b": 9, "c": 2}, values)).l == {"drug": 1}


def test_closeness_of_unordered_values_is_half_the_sum_of_differences():
    """Of all rows 6/10 are x and 4/10 y; class a has 1/1 x: (|1 - 0.6| + |0 - 0.4|) / 2."""
    values = {"a": {"x": 2}, "b": {"x": 4, "y": 4}}
    assert measure(table({"a": 2, "b": 8}, values)).t == {"drug": 0.4}


def test_closeness_of_ordered_values_is_the_way_that_rows_have_to_move():
    """The salaries of Li et al. 2007, table 3: {3k, 4k, 5k} against 3k to 11k is 0.375, {6k, 8k, 11k} is 0.167."""
    classes = {"a": ("3", "4", "5"), "b": ("6", "11", "8"), "c": ("7", "9", "10")}
    values = {name: dict.fromkeys(found, 1) for name, found in classes.items()}
    whole = table({"a": 3, "b": 3, "c": 3}, values, ordered=["drug"])
    assert measure(whole).t == {"drug": 0.375}
    assert measure(whole).t != measure(table({"a": 3, "b": 3, "c": 3}, values)).t


def test_numbers_are_ordered_as_numbers():
    values = {"a": {"2": 1, "10": 1}, "b": {"9": 2}}
    # In order 2, 9, 10: table 1/4, 1/2, 1/4; class b moves 1/4 each way over one step of two.
    assert measure(table({"a": 2, "b": 2}, values, ordered=["drug"])).t == {"drug": 0.25}


@pytest.mark.parametrize(("k", "l", "is_safe"), [(4, None, True), (5, None, False), (4, 2, True), (4, 3, False)])
def test_safe_classes(k, l, is_safe):  # noqa: E741
    assert table({"a": 4}, {"a": {"x": 3, "y": 1}}).is_safe(("a",), k, l) is is_safe
