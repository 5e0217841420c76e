"""What a result says, from what was counted, and the GX suites of the shipped sheets. No JVM."""

from datetime import UTC, date, datetime

import pytest

from expectations.compile import compile_suite
from expectations.evaluate import RESULT_COLUMNS, no_tables, result_rows, verdicts
from expectations.sheet import Rule, load_sheets
from expectations.small import Tally
from expectations.vocabulary import parse_args

AS_OF = date(2025, 1, 1)


def rule(rule_id, expect, severity="major", mostly=None, **args) -> Rule:
    return Rule(
        id=rule_id, expect=f"expect_{expect}", args=parse_args(f"expect_{expect}", args), dimension="completeness",
        severity=severity, mostly=mostly, because="the test says so",
    )  # fmt: skip


def judged(*counted):
    """The results of rules from (rule, rows that meet its condition, rows judged, rows that break it)."""
    rules = [r for r, *_ in counted]
    return verdicts(rules, {r.id: Tally(*n) if len(n) == 3 else n[0] for r, *n in counted}, as_of=AS_OF)


def test_results_come_in_the_order_of_the_rules_with_counts_and_share():
    results = judged(
        (rule("code_is_there", "column_values_to_not_be_null", column="code"), 4, 4, 1),
        (rule("code_is_odd", "rows_to_satisfy", condition="code > 'a'"), "NumberFormatException"),
        (rule("code_is_known", "column_values_to_be_in_set", column="code", value_set=["a"], mostly=0.6), 4, 3, 1),
        (rule("code_is_absent", "column_values_to_be_null", column="code", row_condition="is_x"), 0, 0, 0),
    )
    assert [(r.rule_id, r.status, r.checked, r.failed) for r in results] == [
        ("code_is_there", "failed", 4, 1),
        ("code_is_odd", "error", 0, 0),
        ("code_is_known", "passed", 3, 1),
        ("code_is_absent", "not_applicable", 0, 0),
    ]
    assert [r.ratio for r in results] == [0.75, None, pytest.approx(2 / 3), None]
    assert [r.message for r in results] == [
        "1 of 4 rows break the rule",
        "NumberFormatException",
        "1 of 3 rows break the rule; at least 0.6 have to pass",
        "no row to judge",
    ]


@pytest.mark.parametrize(("failed", "status"), [(0, "passed"), (40, "passed"), (41, "failed")])
def test_mostly_is_a_share_of_the_rows_that_have_a_value(failed, status):
    at_least = rule("code_is_known", "column_values_to_be_in_set", column="code", value_set=["a"], mostly=0.6)
    (result,) = judged((at_least, 1000, 100, failed))
    assert (result.status, result.checked, result.failed) == (status, 100, failed)


def test_a_rule_about_the_table_is_one_check():
    has_rows = rule("has_rows", "table_row_count_to_be_between", min_value=1)
    (full,), (empty,) = judged((has_rows, 2, 2, 0)), judged((has_rows, 0, 0, 0))
    assert (full.status, full.checked, full.failed, full.message) == ("passed", 1, 0, "")
    assert (empty.status, empty.checked, empty.failed, empty.message) == ("failed", 1, 1, "the table breaks the rule")


@pytest.mark.parametrize(("severity", "blocks"), [("critical", True), ("major", False), ("minor", False)])
@pytest.mark.parametrize("counted", [(1, 1, 1), ("AnalysisException",)])
def test_only_a_critical_rule_blocks_and_an_error_blocks_like_a_failure(severity, blocks, counted):
    (result,) = judged((rule("is_there", "column_values_to_not_be_null", severity, column="code"), *counted))
    assert result.status == ("failed" if len(counted) == 3 else "error")
    assert result.is_blocking is blocks


def test_a_critical_rule_whose_rows_are_kept_out_blocks_only_when_it_could_not_be_judged():
    keeps_out = rule("is_there", "column_values_to_not_be_null", "critical", column="code")
    keeps_out = keeps_out.model_copy(update={"quarantine": "row"})
    ((failed,), (error,)) = judged((keeps_out, 3, 3, 1)), judged((keeps_out, "AnalysisException"))
    assert (failed.status, failed.is_blocking) == ("failed", False)
    assert (error.status, error.is_blocking) == ("error", True)


def test_a_passed_and_an_inapplicable_critical_rule_do_not_block():
    ok, nothing = judged(
        (rule("is_there", "column_values_to_not_be_null", "critical", column="code"), 1, 1, 0),
        (rule("is_known", "column_values_to_be_in_set", "critical", column="none", value_set=["x"]), 1, 0, 0),
    )
    assert (ok.status, nothing.status) == ("passed", "not_applicable")
    assert not ok.is_blocking
    assert not nothing.is_blocking


def test_a_rule_without_a_verdict_is_an_error(monkeypatch):
    monkeypatch.setattr("expectations.engine.judge", lambda checks, tallies: {})
    (result,) = judged((rule("is_there", "column_values_to_not_be_null", "critical", column="code"), 1, 1, 0))
    assert (result.status, result.is_blocking) == ("error", True)


def test_an_expectation_that_raises_is_an_error_told_by_its_class():
    wrong = rule("has_rows", "table_row_count_to_be_between", min_value=3, max_value=1)
    assert [(r.status, r.message) for r in judged((wrong, 1, 1, 0))] == [("error", "ValidationError")]


def test_result_rows_have_the_columns_of_the_table():
    results = judged((rule("is_there", "column_values_to_not_be_null", column="code"), 2, 2, 1))
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
