"""k-anonymity, counted in persons."""

import pytest
from tables import frame, rows

from core.errors import ConfigError
from deid.disclosure import generalise_until, smallest_class

TYPES = {"person": "string", "place": "string", "band": "string", "drug": "string"}
LADDERS = {"place": (), "band": ("age_band_20", "any")}


def people(*groups):
    """(how many persons, place, band) -> a table with one row a person."""
    lines = [f"p{i}_{n} | {place} | {band} | d" for i, (many, place, band) in enumerate(groups) for n in range(many)]
    return "person | place | band | drug\n" + "\n".join(lines)


@pytest.mark.spark
def test_a_person_with_many_rows_is_one_person(spark):
    text = "person | place | band | drug\n" + "p1 | a | 90+ | d\n" * 9 + "| a | 90+ | d\n" * 9
    table = frame(spark, TYPES, text)
    assert smallest_class(table, ["place", "band"], "person") == 1
    kept, report = generalise_until(table, LADDERS, 5, "person")
    assert kept.isEmpty()
    assert (report.suppressed_rows, report.smallest_class, report.is_over_limit) == (18, None, True)


@pytest.mark.spark
def test_nothing_is_changed_where_every_class_is_large(spark):
    table = frame(spark, TYPES, people((5, "a", "30-39"), (6, "b", "")))
    kept, report = generalise_until(table, LADDERS, 5, "person")
    assert rows(kept) == rows(table), "null is a value of its own"
    assert report.to_dict() == {
        "k": 5,
        "generalised": {"place": "", "band": ""},
        "rows": 11,
        "suppressed_rows": 0,
        "suppressed_classes": 0,
        "smallest_class": 5,
        "is_over_limit": False,
    }


@pytest.mark.spark
def test_one_step_up_for_all_rows_then_the_rest_is_suppressed(spark):
    table = frame(spark, TYPES, people((4, "a", "18-29"), (4, "a", "30-39"), (40, "b", "40-49"), (2, "b", "90+")))
    kept, report = generalise_until(table, LADDERS, 5, "person", max_suppressed=0.05)
    assert {band for (band,) in rows(kept, "band")} == {"18-39", "40-59"}
    assert (report.generalised["band"], report.suppressed_rows, report.suppressed_classes) == ("age_band_20", 2, 1)
    assert smallest_class(kept, list(LADDERS), "person") == report.smallest_class == 8


@pytest.mark.spark
def test_no_step_while_suppressing_costs_little(spark):
    table = frame(spark, TYPES, people((97, "a", "18-29"), (3, "a", "30-39")))
    kept, report = generalise_until(table, LADDERS, 5, "person", max_suppressed=0.05)
    assert (kept.count(), report.generalised["band"]) == (97, "")


@pytest.mark.spark
def test_the_last_level_then_suppression_over_the_limit_is_said(spark):
    table = frame(spark, TYPES, people((3, "a", "18-29"), (3, "a", "90+"), (4, "b", "30-39")))
    kept, report = generalise_until(table, LADDERS, 5, "person", max_suppressed=0.05)
    assert rows(kept, "place", "band") == [("a", "*")] * 6
    assert (report.generalised["band"], report.suppressed_rows, report.is_over_limit) == ("any", 4, True)


def test_an_unknown_level_is_refused():
    with pytest.raises(ConfigError, match="no level age_band_7"):
        generalise_until(None, {"band": ("age_band_7",)}, 5, "person")
