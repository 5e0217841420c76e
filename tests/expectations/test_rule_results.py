"""What a result says, and the GX suites of the shipped sheets. Pandas frames only: no JVM."""

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from expectations.compile import compile_suite
from expectations.evaluate import RESULT_COLUMNS, evaluate_pandas, no_tables, result_rows
from expectations.sheet import Rule, RuleSheet, load_sheets
from expectations.vocabulary import parse_args

AS_OF = date(2025, 1, 1)


def rule(rule_id, expect, severity="major", mostly=None, **args) -> Rule:
    return Rule(
        id=rule_id, expect=f"expect_{expect}", args=parse_args(f"expect_{expect}", args), dimension="completeness",
        severity=severity, mostly=mostly, because="the test says so",
    )  # fmt: skip


def judged(*rules, when=None, **columns):
    sheet = RuleSheet(layer="silver", table="thing", rules=rules, file=Path("thing.yaml"))
    return evaluate_pandas(sheet, pd.DataFrame(columns), when or {}, as_of=AS_OF)


def test_results_come_in_the_order_of_the_sheet_with_counts_and_share():
    results = judged(
        rule("code_is_there", "column_values_to_not_be_null", column="code"),
        rule("column_is_there", "column_values_to_not_be_null", column="absent"),
        rule("code_is_known", "column_values_to_be_in_set", column="code", value_set=["a"], mostly=0.6),
        rule("code_is_absent", "column_values_to_be_null", column="code", row_condition="is_x"),
        code=["a", "a", "b", None],
        is_x=[False] * 4,
        when={"is_x": "is_x"},
    )
    assert [(r.rule_id, r.status, r.checked, r.failed) for r in results] == [
        ("code_is_there", "failed", 4, 1),
        ("column_is_there", "error", 0, 0),
        ("code_is_known", "passed", 3, 1),
        ("code_is_absent", "not_applicable", 0, 0),
    ]
    assert [r.ratio for r in results] == [0.75, None, pytest.approx(2 / 3), None]
    assert [r.message for r in results] == [
        "1 of 4 rows break the rule",
        "column absent is not in the table",
        "1 of 3 rows break the rule; at least 0.6 have to pass",
        "no row to judge",
    ]


def test_a_row_condition_picks_the_rows():
    (result,) = judged(
        rule("code_is_there", "column_values_to_not_be_null", column="code", row_condition="only_some"),
        code=["a", None, None],
        picked=[True, True, False],
        when={"only_some": "picked"},
    )
    assert (result.checked, result.failed) == (2, 1)


def test_a_rule_about_the_table_is_one_check():
    (full,) = judged(rule("has_rows", "table_row_count_to_be_between", min_value=1), code=["a", "b"])
    (empty,) = judged(rule("has_rows", "table_row_count_to_be_between", min_value=1), code=[])
    assert (full.status, full.checked, full.failed, full.message) == ("passed", 1, 0, "")
    assert (empty.status, empty.checked, empty.failed, empty.message) == ("failed", 1, 1, "the table breaks the rule")


@pytest.mark.parametrize(("severity", "blocks"), [("critical", True), ("major", False), ("minor", False)])
@pytest.mark.parametrize("column", ["code", "absent"])
def test_only_a_critical_rule_blocks_and_an_error_blocks_like_a_failure(severity, blocks, column):
    (result,) = judged(rule("is_there", "column_values_to_not_be_null", severity, column=column), code=[None])
    assert result.status == ("failed" if column == "code" else "error")
    assert result.is_blocking is blocks


def test_a_passed_and_an_inapplicable_critical_rule_do_not_block():
    ok, nothing = judged(
        rule("is_there", "column_values_to_not_be_null", "critical", column="code"),
        rule("is_known", "column_values_to_be_in_set", "critical", column="none", value_set=["x"]),
        code=["a"],
        none=[None],
    )
    assert (ok.status, nothing.status) == ("passed", "not_applicable")
    assert not ok.is_blocking
    assert not nothing.is_blocking


def test_a_rule_without_a_verdict_is_an_error(monkeypatch):
    monkeypatch.setattr("expectations.engine.judge", lambda rows, checks: {})
    (result,) = judged(rule("is_there", "column_values_to_not_be_null", "critical", column="code"), code=["a"])
    assert (result.status, result.is_blocking) == ("error", True)


def test_result_rows_have_the_columns_of_the_table():
    results = judged(rule("is_there", "column_values_to_not_be_null", column="code"), code=["a", None])
    at = datetime(2025, 1, 2, tzinfo=UTC)
    (row,) = result_rows("run-1", "silver/thing", 7, results, at)
    assert row == {
        "run_id": "run-1", "layer": "silver", "table": "thing", "delta_version": 7, "rule_id": "is_there",
        "dimension": "completeness", "severity": "major", "status": "failed", "checked": 2, "failed": 1,
        "evaluated_at": at,
    }  # fmt: skip
    assert list(row) == [name for name, _ in RESULT_COLUMNS]


def test_rules_that_refer_to_tables_need_a_reader():
    with pytest.raises(LookupError, match="silver/patient"):
        no_tables("silver/patient")


def test_every_shipped_sheet_is_a_suite_of_gx():
    for name, sheet in load_sheets().items():
        suite = compile_suite(sheet, as_of=AS_OF)
        assert suite.name == name
        assert [e.meta["rule"] for e in suite.expectations] == [r.id for r in sheet.rules]
        gx_severity = {"critical": "critical", "major": "warning", "minor": "info"}
        assert [e.severity for e in suite.expectations] == [gx_severity[r.severity] for r in sheet.rules]
