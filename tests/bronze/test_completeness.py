"""What was delivered without a break, whatever the order in which the batches came."""

from datetime import date

import pytest
from tables import frame

from transforms.bronze.completeness import LOAD_COMPLETENESS, load_completeness, update_load_completeness
from transforms.lake import Lake

pytestmark = pytest.mark.spark
# The columns of bronze/batch that say what was loaded. "all" stands for the empty patient group, which no cell can show.
TYPES = {
    **dict.fromkeys(("institution", "batch_id", "resource_type", "patient_group"), "string"),
    **dict.fromkeys(("read", "accepted", "rejected", "declared"), "bigint"),
    **dict.fromkeys(("loaded_since", "loaded_until"), "timestamp"),
}
UNSAID = {"institution": "clinic", "resource_type": "Condition", "accepted": 0, "rejected": 0, "read": 0}


def batches(spark, text, reverse=False):
    rows = frame(spark, TYPES, text).fillna(UNSAID).replace("all", "", "patient_group").collect()
    return spark.createDataFrame(rows[::-1] if reverse else rows, ", ".join(f"{n} {t}" for n, t in TYPES.items()))


@pytest.fixture
def complete(spark):
    def of(text, *columns):
        """The rows by institution, type and group, dates as dates; the same whatever the order of arrival."""
        found = []
        for reverse in (False, True):
            rows = load_completeness(batches(spark, text, reverse))
            shown = [c if c not in ("complete_from", "complete_until") else f"date({c}) AS {c}" for c in columns]
            found.append(sorted((tuple(r) for r in rows.selectExpr(*shown).collect()), key=str))
        assert found[0] == found[1], "late batches give the same rows"
        return found[0]

    return of


def day(number):
    return date(2026, 5, number)


def test_deliveries_that_touch_are_one_and_overlaps_do_no_harm(complete):
    rows = complete(
        """
        batch_id | patient_group | loaded_since | loaded_until | accepted
        b1       | all           |              | 2026-05-01   | 10
        b2       | all           | 2026-05-01   | 2026-05-08   | 3
        b3       | all           | 2026-05-05   | 2026-05-06   | 1
        b4       | all           | 2026-05-07   | 2026-05-09   | 2
        """,
        "patient_group", "complete_from", "complete_until", "basis", "records", "batches", "has_gap",
    )  # fmt: skip
    assert rows == [("", None, day(9), "manifest", 16, 4, False)]


def test_a_gap_ends_what_is_complete_until_a_late_batch_fills_it(complete):
    gap = """
        batch_id | patient_group | loaded_since | loaded_until
        b1       | all           |              | 2026-05-01
        b2       | all           | 2026-05-01   | 2026-05-02
        b4       | all           | 2026-05-03   | 2026-05-04
        b5       | all           | 2026-05-04   | 2026-05-05
    """
    assert complete(gap, "complete_until", "has_gap") == [(day(2), True)]
    late = "    b3       | all           | 2026-05-02   | 2026-05-03\n"
    assert complete(gap + late, "complete_until", "has_gap") == [(day(5), False)]
    whole = "    b9       | all           |              | 2026-05-09\n"
    assert complete(gap + whole, "complete_until", "has_gap") == [(day(9), False)], "a whole delivery fills every gap"


def test_who_never_sent_the_beginning_is_complete_from_the_first_delivery_on(complete):
    rows = complete(
        """
        batch_id | patient_group | loaded_since | loaded_until
        b1       | all           | 2026-05-01   | 2026-05-02
        b2       | all           | 2026-05-02   | 2026-05-03
        """,
        "complete_from", "complete_until", "has_gap",
    )  # fmt: skip
    assert rows == [(day(1), day(3), False)]


def test_batches_without_a_manifest_say_nothing_and_take_nothing_away(complete):
    rows = complete(
        """
        institution | resource_type | batch_id | patient_group | loaded_until | accepted | rejected
        clinic      | Condition     | b1       |               |              | 7        | 2
        clinic      | Condition     | b2       |               |              | 1        |
        clinic      | Condition     | b3       | all           | 2026-05-01   | 5        | 1
        clinic      | (unknown)     | b1       |               |              |          | 4
        other       | Condition     | b1       |               |              | 7        |
        """,
        "institution", "resource_type", "patient_group", "complete_until", "basis", "records", "rejected", "has_gap",
    )  # fmt: skip
    assert rows == [
        ("clinic", "Condition", "", day(1), "manifest", 5, 1, False),
        ("clinic", "Condition", None, None, "records", 8, 2, False),
        ("other", "Condition", None, None, "records", 7, 0, False),
    ]


def test_types_and_groups_stand_by_themselves_and_none_is_not_nobody_asked(complete):
    rows = complete(
        """
        resource_type | batch_id | patient_group | loaded_since | loaded_until | read | declared
        Condition     | b1       | a1            |              | 2026-05-01   | 3    |
        Condition     | b2       | b2            | 2026-05-03   | 2026-05-04   | 3    |
        Procedure     | b1       | a1            |              | 2026-05-01   | 0    | 0
        """,
        "resource_type", "patient_group", "complete_from", "complete_until", "has_gap", "records",
    )  # fmt: skip
    assert rows == [
        ("Condition", "a1", None, day(1), False, 0),
        ("Condition", "b2", day(3), day(4), False, 0),
        ("Procedure", "a1", None, day(1), False, 0),
    ]


def test_declared_records_that_did_not_come_are_missing_until_a_whole_delivery_covers_their_time(complete):
    short = """
        batch_id | patient_group | loaded_since | loaded_until | declared | read
        b1       | all           |              | 2026-05-01   | 10       | 8
        b2       | all           | 2026-05-01   | 2026-05-02   | 5        | 9
        b3       | all           | 2026-05-02   | 2026-05-03   |          | 4
        b4       | all           | 2026-05-03   | 2026-05-04   | 7        | 4
    """
    assert complete(short, "missing") == [(5,)], "too many do not make up for too few"
    part = "    b5       | all           | 2026-05-03   | 2026-05-05   | 9        | 9\n"
    assert complete(short + part, "missing") == [(2,)]
    again = "    b6       | all           |              | 2026-05-01   | 10       | 10\n"
    assert complete(short + part + again, "missing") == [(0,)]


def test_an_hour_counts_also_on_the_night_the_clock_is_set_back(complete):
    rows = complete(
        """
        batch_id | patient_group | loaded_since        | loaded_until
        b1       | all           |                     | 2025-10-26T00:30:00
        b2       | all           | 2025-10-26T01:30:00 | 2026-05-01
        """,
        "has_gap",
    )
    assert rows == [(True,)]


def test_the_table_is_made_anew_only_when_batches_changed(spark, tmp_path):
    lake = Lake(tmp_path, spark)
    assert update_load_completeness(lake) is None, "no batch, no table"
    for batch, since, until in (("b1", "", "2026-05-01"), ("b2", "2026-05-01", "2026-05-02")):
        rows = batches(
            spark, f"batch_id | patient_group | loaded_since | loaded_until\n{batch} | all | {since} | {until}"
        )
        lake.append("bronze", "batch", rows, once=batch, made_from={})
        made = update_load_completeness(lake)
        assert made is not None
        assert made.rows == 1
        assert made.made_from == {"batch": lake.commit("bronze", "batch").version}
        assert update_load_completeness(lake) is None
    table = lake.read("governance", "load_completeness")
    assert [f"{f.name} {f.dataType.simpleString()}" for f in table.schema] == LOAD_COMPLETENESS.split(", ")
    assert [str(r.u) for r in table.selectExpr("date(complete_until) AS u").collect()] == ["2026-05-02"]
