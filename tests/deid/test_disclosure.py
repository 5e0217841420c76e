"""k-anonymity and l-diversity, counted in persons."""

from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import functions as F
from tables import frame, rows

from core.errors import ConfigError
from deid.disclosure import classes, generalise_until
from deid.risk import measure

TYPES = {"person": "string", "place": "string", "band": "string", "drug": "string"}
LADDERS = {"place": (), "band": ("age_band_20", "any")}


def smallest_class(table, quasi, person):
    """Counted by Spark in the rows themselves, with none of the code under test."""
    return table.groupBy(*quasi).agg(F.countDistinct(person).alias("n")).agg(F.min("n")).first()[0]


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
    said = report.to_dict()
    assert said.pop("before") == said.pop("after") == measure(classes(table, list(LADDERS), "person")).to_dict()
    assert said == {
        "k": 5,
        "l": None,
        "generalised": {"place": "", "band": ""},
        "rows": 11,
        "suppressed_rows": 0,
        "suppressed_classes": 0,
        "smallest_class": 5,
        "is_over_limit": False,
        "lost": {"total": 0.0, "place": 0.0, "band": 0.0},
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


def test_too_many_ways_to_generalise_are_refused():
    with pytest.raises(ConfigError, match=r"19,683 ways"):
        generalise_until(None, {f"q{n}": ("age_band_20", "any") for n in range(9)}, 5, "person")


@pytest.mark.spark
def test_of_the_ways_that_fit_the_one_that_loses_least_is_taken(spark):
    """Twenty-year bands are enough, and keep a third of what telling no place apart would cost."""
    bands = ("18-29", "30-39", "40-49", "50-59")
    table = frame(spark, TYPES, people(*((3, place, band) for place in "ab" for band in bands)))
    _, report = generalise_until(table, {"place": ("any",), "band": ("age_band_20", "any")}, 5, "person")
    assert report.generalised == {"place": "", "band": "age_band_20"}
    assert report.lost == {"total": round(1 / 3 / 2, 4), "place": 0.0, "band": round(1 / 3, 4)}


@pytest.mark.spark
def test_information_lost_by_hand(spark):
    table = frame(spark, TYPES, people((4, "a", "18-29"), (4, "a", "30-39"), (40, "b", "40-49"), (2, "b", "90+")))
    _, report = generalise_until(table, LADDERS, 5, "person", max_suppressed=0.05)
    # 8 of 50 rows are now one of 2 values where they were one of 4: (2 - 1) / (4 - 1) each; 2 of 50 rows are gone.
    assert report.lost["band"] == round(8 / 50 / 3, 4)
    assert report.lost["total"] == round(0.04 + 0.96 * (8 / 50 / 3) / 2, 4)


@pytest.mark.spark
def test_a_class_of_one_value_is_made_larger_or_dropped(spark):
    """Everybody of 18-29 has drug x: to be of that age gives it away."""
    text = "person | place | band | drug\n" + "\n".join(
        [f"p{n} | a | 18-29 | x" for n in range(6)] + [f"q{n} | a | 30-39 | {'xy'[n % 2]}" for n in range(6)]
    )
    table = frame(spark, TYPES, text)
    kept, report = generalise_until(table, LADDERS, 5, "person", sensitive=["drug"], l=2)
    assert (kept.count(), report.generalised["band"]) == (12, "age_band_20")
    assert (report.before.l, report.after.l) == ({"drug": 1}, {"drug": 2})
    kept, report = generalise_until(table, {"place": (), "band": ()}, 5, "person", sensitive=["drug"], l=2)
    assert (kept.count(), report.suppressed_rows, report.is_over_limit) == (6, 6, True)


@pytest.mark.spark
def test_no_value_gives_nothing_away(spark):
    text = "person | place | band | drug\n" + "\n".join(f"p{n} | a | 30-39 | " for n in range(6))
    kept, report = generalise_until(frame(spark, TYPES, text), LADDERS, 5, "person", sensitive=["drug"], l=2)
    assert (kept.count(), report.after.l) == (6, {"drug": 0})


@pytest.mark.spark
def test_a_person_in_two_classes_is_one_person_of_the_coarser_one(spark):
    text = "person | place | band | drug\n" + "\n".join(
        f"p{n} | a | {band} | d" for n in range(4) for band in ("18-29", "30-39")
    )
    kept, report = generalise_until(frame(spark, TYPES, text), LADDERS, 5, "person")
    assert kept.isEmpty()
    assert (report.before.persons, report.is_over_limit) == (4, True)


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["p1", "p2", "p3", "p4", "p5", "p6", None]), st.sampled_from(["a", "b"]),
        st.sampled_from(["18-29", "30-39", "40-49", "90+", "unknown", None]), st.sampled_from(["x", "y", "z", None]),
    ),
    max_size=40,
)  # fmt: skip


@pytest.mark.spark
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PEOPLE, st.integers(2, 3), st.sampled_from([None, 2]), st.sampled_from([0.0, 0.3]))
def test_what_is_published_meets_k_and_l(spark, lines, k, l, limit):  # noqa: E741
    """The rows themselves are counted, in Python, with none of the code under test."""
    table = spark.createDataFrame(lines, "person string, place string, band string, drug string")
    ladders = {"place": ("any",), "band": ("age_band_20", "any")}
    kept, report = generalise_until(table, ladders, k, "person", max_suppressed=limit, sensitive=["drug"], l=l)
    found = kept.collect()
    persons, drugs = defaultdict(set), defaultdict(set)
    for r in found:
        persons[r.place, r.band] |= {r.person} - {None}
        drugs[r.place, r.band] |= {r.drug} - {None}
    assert all(len(p) >= k for p in persons.values())
    assert l is None or all(len(d) in (0, *range(l, 9)) for d in drugs.values())
    assert len(found) == report.rows - report.suppressed_rows
    assert report.is_over_limit == (report.suppressed_rows > limit * len(lines))
    assert report.after.k == min(map(len, persons.values()), default=None)
    assert report.after.persons == len({r.person for r in found} - {None})
