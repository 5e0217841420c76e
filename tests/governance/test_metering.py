"""Uses become lines, lines become amounts, and what institutions get adds up to what recipients owe."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.metering.statement import UNKNOWN, apportion, institutions, lines, recipients, totals


def uses(text: str) -> list[dict]:
    """Rows of governance/usage from a table: day, grant, rows, unit, price, `a:60 b:40`."""
    found = []
    for line in text.strip().splitlines():
        day, grant, rows, unit, price, contributed = (cell.strip() for cell in line.split("|"))
        parts = dict(part.split(":") for part in contributed.split())
        found.append(
            {
                "at": datetime.fromisoformat(day).replace(tzinfo=UTC),
                "recipient": f"org-{grant}",
                "grant": grant,
                "view": "v",
                "purpose": "cohort_research",
                "country": "CN",
                "action": "query",
                "rows": int(rows),
                "bytes": None,
                "columns": ["sex"],
                "strictest_grade": "L3",
                "roles": ["quasi"],
                "categories": ["个人基本资料"],
                "sensitive_columns": 0,
                "price_unit": unit or None,
                "price_minor": int(price),
                "currency": "CNY",
                "contributions": [{"institution": i, "rows": int(n)} for i, n in parts.items()] or None,
            }
        )
    return found


@pytest.mark.parametrize(
    ("unit", "units", "amount", "shares"),
    [
        ("row", 10, 70, {"a": 37, "b": 33}),  # 3 rows are 60:40, 7 are 50:50
        ("query", 3, 21, {"a": 12, "b": 9}),
        ("month", 2, 14, {"a": 8, "b": 6}),
        ("free", 0, 0, {"a": 0, "b": 0}),
    ],
)
def test_what_is_owed_by_unit(unit, units, amount, shares):
    (line,) = lines(
        uses(f"""
        2026-01-05 | g1 | 3 | {unit} | 7 | a:60 b:40
        2026-01-06 | g1 | 0 | {unit} | 7 | a:60 b:40
        2026-02-01 | g1 | 7 | {unit} | 7 | a:50 b:50
        """)
    )
    assert (line.units, line.amount_minor) == (units, amount)
    assert {i: s.amount_minor for i, s in line.shares.items()} == shares
    assert sum(s.rows for s in line.shares.values()) == line.rows == 10


def test_a_grant_is_a_line_and_a_statement_names_the_others():
    found = lines(
        uses("""
        2026-01-05 | g1 | 10 | query | 100 | a:1 b:2
        2026-01-06 | g2 |  5 | query |  50 | a:1
        2026-01-07 | g2 |  5 | query |  50 |
        """)
    )
    assert {r: [line.grant for line in of] for r, of in recipients(found).items()} == {
        "org-g1": ["g1"],
        "org-g2": ["g2"],
    }
    of = institutions(found)
    assert {i: [line.grant for line in own] for i, own in of.items()} == {
        "a": ["g1", "g2"],
        "b": ["g1"],
        UNKNOWN: ["g2"],
    }
    assert totals(found) == {"CNY": 200}
    assert {i: totals(own, i)["CNY"] for i, own in of.items()} == {"a": 33 + 50, "b": 67, UNKNOWN: 50}


def test_rows_that_nobody_paid_for_are_shared_all_the_same():
    (line,) = lines(uses("2026-01-05 | g1 | 7 | | 0 | a:2 b:1"))
    assert {i: s.rows for i, s in line.shares.items()} == {"a": 5, "b": 2}


def test_an_answer_without_a_row_is_paid_for_by_what_the_version_holds():
    (line,) = lines(uses("2026-01-05 | g1 | 0 | query | 100 | a:2 b:1 c:0"))
    assert {i: s.amount_minor for i, s in line.shares.items()} == {"a": 67, "b": 33}


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, {"a": 1, "b": 1, "c": 1}, {"a": 34, "b": 33, "c": 33}),  # a tie goes by name
        (10, {"a": 3, "b": 3, "c": 1}, {"a": 4, "b": 4, "c": 2}),
        (1, {"a": 1, "b": 2}, {"a": 0, "b": 1}),
        (0, {"a": 1}, {"a": 0}),
        (5, {"a": 0, "b": 0}, {"a": 0, "b": 0}),
    ],
)
def test_the_rest_goes_to_the_largest_remainders(total, weights, parts):
    assert apportion(total, {n: Fraction(w) for n, w in weights.items()}) == parts


@given(st.integers(0, 10**9), st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 10**6), min_size=1))
def test_parts_add_up_and_each_is_within_one_of_its_exact_part(total, weights):
    parts = apportion(total, {n: Fraction(w) for n, w in weights.items()})
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    assert all(abs(parts[n] - Fraction(total * w, whole)) < 1 for n, w in weights.items())
