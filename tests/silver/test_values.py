"""What becomes of values: dates in three parts, numbers, and JSON of a kind that nobody expects."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import fhir
from transforms.silver import macros
from transforms.silver.compile import compile_view
from transforms.silver.runner import run_inline
from transforms.silver.view import load_views, parse_view

VIEWS = load_views()
_DATE, _TS = ({"name": "ansi/type", "value": v} for v in ("DATE", "TIMESTAMP"))
_PRECISION = {"name": "lakehouse/part", "value": "precision"}


def _view(resource: str, *columns: dict[str, Any]) -> Any:
    return parse_view({"resource": resource, "status": "active", "select": [{"column": list(columns)}]})


TIMES = _view(
    "Condition",
    {"name": "date", "path": "recordedDate", "tag": [_DATE]},
    {"name": "ts", "path": "recordedDate", "tag": [_TS]},
    {"name": "precision", "path": "recordedDate", "tag": [_PRECISION]},
)


def parts(*written: str) -> list[tuple[Any, ...]]:
    rows = run_inline(TIMES, [{"resourceType": "Condition", "recordedDate": w} for w in written]).to_pylist()
    return [tuple(row.values()) for row in rows]


@pytest.mark.parametrize(
    ("written", "day", "instant", "precision"),
    [
        ("2020", date(2020, 1, 1), None, "year"),
        ("2020-02", date(2020, 2, 1), None, "month"),
        ("2020-02-29", date(2020, 2, 29), None, "day"),
        ("2000-02-29", date(2000, 2, 29), None, "day"),
        ("2020-02-29T10:00:00Z", date(2020, 2, 29), datetime(2020, 2, 29, 10, tzinfo=UTC), "time"),
        ("2020-02-29T10:00Z", date(2020, 2, 29), datetime(2020, 2, 29, 10, tzinfo=UTC), "time"),
        # The date is the local one, as written
        ("2020-03-01T00:30:00+08:00", date(2020, 3, 1), datetime(2020, 2, 29, 16, 30, tzinfo=UTC), "time"),
        ("2020-02-29T23:30:00-05:00", date(2020, 2, 29), datetime(2020, 3, 1, 4, 30, tzinfo=UTC), "time"),
        (
            "2020-02-29T10:00:00.123456789+05:30",
            date(2020, 2, 29),
            datetime(2020, 2, 29, 4, 30, 0, 123456, tzinfo=UTC),
            "time",
        ),
        # Without an offset, or not a time: nobody knows the instant
        ("2020-02-29T10:00:00", date(2020, 2, 29), None, "day"),
        ("2020-02-29T24:00:00Z", date(2020, 2, 29), None, "day"),
        ("2020-02-29T23:59:60Z", date(2020, 2, 29), None, "day"),
        ("2020-02-29T10:00:00+99:00", date(2020, 2, 29), None, "day"),
        # The ends of what Python and Spark can hold
        ("0001", date(1, 1, 1), None, "year"),
        ("0001-01-01T00:00:00Z", date(1, 1, 1), datetime(1, 1, 1, tzinfo=UTC), "time"),
        ("0001-01-01T00:00:00+14:00", date(1, 1, 1), None, "day"),
        (
            "9999-12-31T23:59:59.999Z",
            date(9999, 12, 31),
            datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
            "time",
        ),
        ("9999-12-31T23:59:59-12:00", date(9999, 12, 31), None, "day"),
    ],
)
def test_a_fhir_date_in_three_parts(written: str, day: date, instant: datetime | None, precision: str) -> None:
    assert parts(written) == [(day, instant, precision)]


@pytest.mark.parametrize(
    "written",
    [
        "", "x", "0000", "0000-01-01", "10000-01-01", "-2020", "2020-13", "2020-00", "2021-02-29", "1900-02-29",
        "2020-1-1", "2020/01/01", " 2020-01-01", "2020-01-01 ", "20200101", "2020-01-01 10:00:00", "infinity", "epoch",
        "now", "today", "２０２０-01-01", "2020-01-01\nT10:00:00Z",
    ],
)  # fmt: skip
def test_what_is_no_date_is_null(written: str) -> None:
    assert parts(written) == [(None, None, None)]


@settings(deadline=None)
@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)), st.integers(-14 * 60, 14 * 60))
def test_every_instant_survives(local: datetime, offset: int) -> None:
    sign, minutes = ("-" if offset < 0 else "+"), abs(offset)
    written = f"{local.isoformat(timespec='microseconds')}{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    assert parts(written) == [(local.date(), datetime.fromisoformat(written).astimezone(UTC), "time")]


@settings(deadline=None)
@given(st.lists(st.text(), max_size=20))
def test_no_text_raises_and_the_parts_agree(written: list[str]) -> None:
    for day, instant, precision in parts(*written):
        assert (day is None) == (precision is None)
        assert (instant is not None) == (precision == "time")


def test_the_time_zone_of_the_session_does_not_count() -> None:
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})
    macros.define(connection)
    connection.execute("SET TimeZone = 'Asia/Shanghai'")
    found = connection.execute("SELECT fhir_ts('2020-02-29T10:00:00Z'), fhir_ts('2020-02-29T10:00:00')").fetchone()
    assert found == (datetime(2020, 2, 29, 10), None)


NUMBERS = _view(
    "Observation",
    {"name": "double", "path": "value.ofType(Quantity).value"},
    {
        "name": "decimal",
        "path": "value.ofType(Quantity).value",
        "tag": [{"name": "ansi/type", "value": "DECIMAL(38, 10)"}],
    },
    {"name": "whole", "path": "value.ofType(integer)"},
)


@pytest.mark.parametrize(
    ("written", "double", "decimal"),
    [
        ("7.10", 7.1, "7.1000000000"),
        ("0", 0.0, "0"),
        ("-1e2", -100.0, "-100.0000000000"),
        ("123456789.123456", 123456789.123456, "123456789.1234560000"),
        ("0.000001", 1e-06, "0.0000010000"),
        ("1e400", None, None),
        ('"7.1"', None, None),
        ("true", None, None),
        ("[7.1]", None, None),
        ("null", None, None),
    ],
)
def test_numbers_keep_their_digits(written: str, double: float | None, decimal: str | None) -> None:
    [row] = run_inline(NUMBERS, [f'{{"resourceType":"Observation","valueQuantity":{{"value":{written}}}}}']).to_pylist()
    assert row["double"] == double
    assert row["decimal"] == (Decimal(decimal) if decimal else None)


@pytest.mark.parametrize(
    ("written", "whole"),
    [("3", 3), ("-3", -3), ("3.5", None), ("2147483648", None), ('"3"', None), ("3e0", None), ("true", None)],
)
def test_a_whole_number_is_not_rounded_into_being(written: str, whole: int | None) -> None:
    [row] = run_inline(NUMBERS, [f'{{"resourceType":"Observation","valueInteger":{written}}}']).to_pylist()
    assert row["whole"] == whole


ODD: list[Any] = [
    None, 5, -1.5, 10**20, True, "x", "", "2020", "Patient/p", [], {}, [None], [[1]], [5], ["x"], [{}], {"a": 1},
    {"value": "x"}, [{"coding": "x"}], {"coding": [5, None, {"code": 7}]}, {"reference": 5}, {"start": "garbage"},
]  # fmt: skip


def _odd_resources(resource: str) -> Iterator[str]:
    """Every element, and every element of those, with every kind of JSON; and elements that FHIR does not have."""
    for name, element in fhir.elements(resource).items():
        for odd in ODD:
            yield json.dumps({name: odd, "resourceType": resource, "unknown": {"a": odd}})
            for inner in [] if element.is_primitive else fhir.elements(element.type):
                yield json.dumps({name: [{inner: odd}] if element.is_list else {inner: odd}, "resourceType": resource})


@pytest.mark.parametrize("name", VIEWS)
def test_json_of_an_unexpected_kind_never_raises(name: str) -> None:
    view = VIEWS[name]
    table = run_inline(view, _odd_resources(view.resource))
    assert table.num_rows > 0
    assert table.column_names == [c.name for c in compile_view(view).columns]


def test_strings_are_not_mistaken_for_json() -> None:
    view = _view("Observation", {"name": "v", "path": "value.ofType(string)"}, {"name": "s", "path": "status"})
    texts = ['{"a":1}', "[1]", "5", "null", 'quo"te', "back\\slash", "换行\n", "\u0000x", "𝄞", ""]
    rows = run_inline(view, [{"resourceType": "Observation", "valueString": t, "status": {"a": 1}} for t in texts])
    assert rows["v"].to_pylist() == texts
    assert rows["s"].null_count == len(texts)
