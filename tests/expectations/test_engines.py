"""Both engines give the same verdicts and counts, for every expectation that a sheet may use."""

# ruff: noqa: E501 (a case is one line)
import logging
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.evaluate import evaluate, result_rows
from expectations.sheet import Rule, RuleSheet
from expectations.vocabulary import EXPECTATIONS, parse_args

SCHEMA = (
    "key string, part int, word string, day date, till date, moment timestamp, number decimal(38,9), ratio double,"
    " flag boolean, ref string"
)
# fmt: off
ROWS = [
    ("a", None, "red",   date(2020, 1, 1), date(2020, 1, 2), datetime(2020, 1, 1, 23), Decimal("1.5"), 0.5, True, "x"),
    ("a", 0,    "green", date(2020, 1, 1), date(2019, 1, 1), datetime(2030, 1, 1),     Decimal("-1"),  2.0, False, "y"),
    ("b", None, "红",    date(1800, 1, 1), None,             None,                     None,           float("nan"), None, None),
    ("b", None, None,    None,             date(2020, 1, 1), datetime(2020, 1, 1),     Decimal("0"),   None, True, "z"),
    (None, 1,   "",      date(2025, 1, 1), date(2025, 1, 1), datetime(2025, 1, 1, 9),  Decimal("7"),   1.0, True, "x"),
    (None, 1,   "x\ny",  date(2025, 1, 2), date(2026, 1, 1), datetime(1969, 1, 1),     Decimal("9"),   0.1, None, ""),
]
# expectation, arguments, share that has to pass -> status, rows checked, rows failed
CASES = [
    ("expect_column_values_to_not_be_null", {"column": "key"}, None, "failed", 6, 2),
    ("expect_column_values_to_not_be_null", {"column": "ratio"}, None, "failed", 6, 2),  # NaN is no value
    ("expect_column_values_to_not_be_null", {"column": "key"}, 0.6, "passed", 6, 2),
    ("expect_column_values_to_be_null", {"column": "part"}, None, "failed", 6, 3),
    ("expect_column_values_to_be_null", {"column": "part", "row_condition": "part IS NULL"}, None, "passed", 3, 0),
    ("expect_column_values_to_be_unique", {"column": "key"}, None, "failed", 4, 4),
    ("expect_column_values_to_be_unique", {"column": "number"}, None, "passed", 5, 0),
    ("expect_compound_columns_to_be_unique", {"column_list": ["key", "part"]}, None, "failed", 6, 4),
    ("expect_compound_columns_to_be_unique", {"column_list": ["key", "part", "word"]}, None, "passed", 6, 0),
    ("expect_compound_columns_to_be_unique", {"column_list": ["key", "part", "flag"], "row_condition": "key = 'b'"}, None, "passed", 2, 0),
    ("expect_column_values_to_be_in_set", {"column": "word", "value_set": ["red", "红"]}, None, "failed", 5, 3),
    ("expect_column_values_to_be_in_set", {"column": "word", "value_set": ["red", "红"]}, 0.4, "passed", 5, 3),
    ("expect_column_values_to_be_in_set", {"column": "part", "value_set": [0, 1]}, None, "passed", 3, 0),
    ("expect_column_values_to_be_in_set", {"column": "flag", "value_set": [True]}, None, "failed", 4, 1),
    ("expect_column_values_to_not_be_in_set", {"column": "word", "value_set": ["", "red"]}, None, "failed", 5, 2),
    ("expect_column_values_to_match_regex", {"column": "word", "regex": "^[a-z]+$"}, None, "failed", 5, 3),
    ("expect_column_values_to_match_regex", {"column": "word", "regex": "(e|红)"}, None, "failed", 5, 2),
    ("expect_column_values_to_not_match_regex", {"column": "word", "regex": "^(r|g)"}, None, "failed", 5, 2),
    ("expect_column_value_lengths_to_be_between", {"column": "word", "min_value": 1, "max_value": 3}, None, "failed", 5, 2),
    ("expect_column_values_to_be_between", {"column": "day", "min_value": date(1900, 1, 1), "max_value": "as_of"}, None, "failed", 5, 2),
    ("expect_column_values_to_be_between", {"column": "day", "max_value": "as_of", "strict_max": True}, None, "failed", 5, 2),
    ("expect_column_values_to_be_between", {"column": "moment", "min_value": date(1970, 1, 1), "max_value": "as_of"}, None, "failed", 5, 2),
    ("expect_column_values_to_be_between", {"column": "number", "min_value": 0, "strict_min": True}, None, "failed", 5, 2),
    ("expect_column_values_to_be_between", {"column": "number", "min_value": 0, "max_value": 7.5}, None, "failed", 5, 2),
    ("expect_column_values_to_be_between", {"column": "ratio", "max_value": 1}, None, "failed", 4, 1),
    ("expect_column_values_to_be_between", {"column": "part", "min_value": 1}, None, "failed", 3, 1),
    ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "till", "column_B": "day", "or_equal": True}, None, "failed", 4, 1),
    ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "till", "column_B": "day"}, None, "failed", 4, 2),
    ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "number", "column_B": "ratio"}, 0.75, "passed", 4, 1),
    ("expect_table_row_count_to_be_between", {"min_value": 1, "max_value": 6}, None, "passed", 1, 0),
    ("expect_table_row_count_to_be_between", {"max_value": 5}, None, "failed", 1, 1),
    ("expect_table_row_count_to_be_between", {"min_value": 1, "row_condition": "key = 'c'"}, None, "failed", 1, 1),
    ("expect_column_values_to_reference", {"column": "ref", "references": {"table": "silver/other", "column": "id"}}, None, "failed", 5, 2),
    ("expect_column_values_to_reference", {"column": "key", "references": {"table": "silver/absent", "column": "id"}}, None, "failed", 4, 4),
    ("expect_rows_to_satisfy", {"condition": "number > 0 AND part IS NOT NULL"}, None, "failed", 6, 4),
    ("expect_rows_to_satisfy", {"condition": "number > part"}, None, "failed", 3, 1),
    ("expect_column_values_to_not_be_null", {"column": "key", "row_condition": "word = 'blue'"}, None, "not_applicable", 0, 0),
    ("expect_column_values_to_be_in_set", {"column": "key", "value_set": ["a"], "row_condition": "key IS NULL"}, None, "not_applicable", 0, 0),
]
# what raises -> the message
RAISING = [
    ("expect_column_values_to_not_be_null", {"column": "absent"}, "column absent is not in the table"),
    ("expect_column_values_to_not_be_null", {"column": "key", "row_condition": "absent = 1"}, "AnalysisException"),
    ("expect_rows_to_satisfy", {"condition": "CAST(word AS INT) > 0"}, "NumberFormatException"),
    ("expect_rows_to_satisfy", {"condition": "key >"}, "ParseException"),
    ("expect_column_values_to_be_between", {"column": "word", "min_value": 3}, ""),
    ("expect_column_values_to_not_be_null", {"column": "word"}, None),
]
# fmt: on


def sheet(cases) -> RuleSheet:
    rules = tuple(
        Rule(
            id=f"case_{n}", expect=expect, args=parse_args(expect, args), mostly=mostly, dimension="conformance",
            severity="critical", because="both engines have to agree",
        )
        for n, (expect, args, mostly) in enumerate(cases)
    )  # fmt: skip
    return RuleSheet(layer="silver", table="thing", rules=rules, file=Path("thing.yaml"))


def test_every_expectation_has_a_case():
    assert {case[0] for case in CASES} == set(EXPECTATIONS)


@pytest.mark.spark
@pytest.mark.parametrize("engine", ["pandas", "spark"])
def test_verdicts_and_counts(spark, engine):
    frame = spark.createDataFrame(ROWS, SCHEMA).repartition(2)
    tables = {"silver/other": spark.createDataFrame([("x",), ("x",), ("y",), (None,)], "id string")}
    kept_before = set(spark.sparkContext._jsc.getPersistentRDDs())
    small_rows = {"pandas": len(ROWS), "spark": len(ROWS) - 1}[engine]

    results = evaluate(
        sheet([c[:3] for c in CASES]), frame, as_of=date(2025, 1, 1), read=tables.get, small_rows=small_rows
    )

    found = [(c[0], c[1], r.status, r.checked, r.failed) for c, r in zip(CASES, results, strict=True)]
    assert found == [(c[0], c[1], *c[3:]) for c in CASES]
    assert set(spark.sparkContext._jsc.getPersistentRDDs()) <= kept_before


@pytest.mark.spark
@pytest.mark.parametrize("small_rows", [0, -1])
def test_an_empty_table_has_no_row_to_judge(spark, small_rows):
    empty = spark.createDataFrame([], SCHEMA)
    results = evaluate(sheet([c[:3] for c in CASES]), empty, as_of=date(2025, 1, 1), read={}.get, small_rows=small_rows)
    statuses = {(r.status, c[0] == "expect_table_row_count_to_be_between") for c, r in zip(CASES, results, strict=True)}
    assert statuses == {("not_applicable", False), ("failed", True), ("passed", True)}


@pytest.mark.spark
@pytest.mark.parametrize("small_rows", [len(ROWS), 0])
def test_what_raises_is_an_error_and_never_a_pass(spark, small_rows, capfd, caplog):
    """One rule that raises does not take the others with it, and nothing tells the value that made it raise."""
    secret = "Sentinel42"
    rows = [(*r[:2], secret, *r[3:]) for r in ROWS]
    frame = spark.createDataFrame(rows, SCHEMA)
    with caplog.at_level(logging.INFO):
        results = evaluate(
            sheet([(*c[:2], None) for c in RAISING]), frame, as_of=date(2025, 1, 1), small_rows=small_rows
        )

    assert [r.status for r in results] == ["error"] * 5 + ["passed"]
    assert [r.is_blocking for r in results] == [True] * 5 + [False]
    for result, (_, _, message) in zip(results, RAISING, strict=True):
        assert (message or "") in result.message
    assert [r.message.isidentifier() for r in results[1:5]] == [True] * 4
    said = capfd.readouterr()
    assert secret not in said.out + said.err + caplog.text + repr(results)


@pytest.mark.spark
@pytest.mark.parametrize("small_rows", [len(ROWS), 0])
def test_failing_values_go_nowhere(spark, small_rows, capfd, caplog):
    secret = "Sentinel42"
    frame = spark.createDataFrame(
        [(secret, n % 2, secret, None, None, None, None, None, None, secret) for n in range(6)], SCHEMA
    )
    cases = [c[:3] for c in CASES if c[1].get("column") in ("word", "key", "ref") or "column_list" in c[1]]
    with caplog.at_level(logging.INFO):
        results = evaluate(sheet(cases), frame, as_of=date(2025, 1, 1), read={}.get, small_rows=small_rows)

    assert sum(r.failed for r in results) > 20
    said = capfd.readouterr()
    rows = result_rows("run", "silver/thing", 3, results, datetime(2025, 1, 1, tzinfo=UTC))
    assert secret not in said.out + said.err + caplog.text + repr(results) + repr(rows)
    assert "Calculating Metrics" not in said.err
