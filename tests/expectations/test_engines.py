"""Verdicts and counts are those of GX's own engines, for every expectation that a sheet may use."""

# ruff: noqa: E501 (a case is one line)
import logging
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.compile import compile_rule, suite
from expectations.evaluate import evaluate, evaluate_all, result_rows
from expectations.sheet import Rule, RuleSheet
from expectations.vocabulary import EXPECTATIONS, parse_args

AS_OF = date(2025, 1, 1)
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
            severity="critical", because="ours and GX's engines have to agree",
        )
        for n, (expect, args, mostly) in enumerate(cases)
    )  # fmt: skip
    return RuleSheet(layer="silver", table="thing", rules=rules, file=Path("thing.yaml"))


def test_every_expectation_has_a_case():
    assert {case[0] for case in CASES} == set(EXPECTATIONS)


def stock_gx(checks, frame, read, engine) -> dict[str, tuple[bool, int, int]]:
    """Success, rows checked and rows failed of each check as GX's own engine finds them on the rows: the judge of ours.

    Conditions of our own words (references, SQL) are in the frame as columns, as GX has no word for them.
    """
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    found = {}
    for when in {c.when for c in checks}:
        group = [c for c in checks if c.when == when]
        rows = prepared(frame if when is None else frame.where(when), group, read)
        if engine == "spark":
            batch = context.data_sources.add_or_update_spark("spark", persist=False)
        else:
            batch, rows = (
                context.data_sources.add_or_update_pandas("pandas"),
                rows.toArrow().to_pandas(date_as_object=True),
            )
        batch = batch.add_dataframe_asset(str(when)).add_batch_definition_whole_dataframe("all")
        judged = batch.get_batch({"dataframe": rows}).validate(
            suite("checks", group), result_format={"result_format": "SUMMARY", "partial_unexpected_count": 0}
        )
        for r in judged.results:
            assert r.result, r.exception_info
            n = r.result.get("element_count", 1) - r.result.get("missing_count", 0)
            failed = r.result.get("unexpected_count", int(not r.success))
            found[r.expectation_config.meta["rule"]] = (r.success, n, failed or 0)  # None on no rows
    return found


def prepared(frame, checks, read):
    """The frame with the columns that our own words are compiled to, decimals as doubles and NaN as null."""
    from pyspark.sql import functions as F

    for name, kind in frame.dtypes:
        if kind.startswith("decimal"):
            frame = frame.withColumn(name, F.col(name).cast("double"))
        elif kind == "double":
            frame = frame.withColumn(name, F.nanvl(F.col(name), F.lit(None)))
    for added in {c.added for c in checks if c.added}:
        if added.sql:
            frame = frame.withColumn(added.name, F.expr(added.sql))
        else:
            other = read(added.references.table)
            keys = [r[0] for r in other.collect() if r[0] is not None] if other else []
            found = F.col(added.column).isin(keys) if keys else F.col(added.column).isNull()
            frame = frame.withColumn(added.name, F.when(F.col(added.column).isNotNull(), found))
    return frame


TABLES = {"full": ROWS, "nulls": [(None,) * 10] * 3, "one": ROWS[:1], "doubled": ROWS + ROWS}


@pytest.mark.spark
@pytest.mark.parametrize(
    ("table", "engine"),
    [("full", "spark"), ("full", "pandas"), ("nulls", "pandas"), ("one", "pandas"), ("doubled", "pandas")],
)
def test_verdicts_and_counts_are_those_of_gx(spark, table, engine):
    frame = spark.createDataFrame(TABLES[table], SCHEMA).repartition(2)
    tables = {"silver/other": spark.createDataFrame([("x",), ("x",), ("y",), (None,)], "id string")}
    rules = sheet([c[:3] for c in CASES])
    checks = [compile_rule(r, as_of=AS_OF) for r in rules.rules]

    counted = [evaluate(rules, frame, as_of=AS_OF, read=tables.get, small_rows=n) for n in (100, -1)]
    ours = {r.rule_id: r for r in counted[0]}

    assert counted[0] == counted[1]
    for rule_id, (success, checked, failed) in stock_gx(checks, frame, tables.get, engine).items():
        status = ("passed" if success else "failed") if checked else "not_applicable"
        r = ours[rule_id]
        assert (rule_id, r.status, r.checked, r.failed) == (rule_id, status, checked, failed)


BOTH_WAYS = pytest.mark.parametrize("small_rows", [100, -1])


@pytest.mark.spark
@BOTH_WAYS
def test_verdicts_and_counts(spark, small_rows):
    frame = spark.createDataFrame(ROWS, SCHEMA).repartition(2)
    tables = {"silver/other": spark.createDataFrame([("x",), ("x",), ("y",), (None,)], "id string")}
    results = evaluate(sheet([c[:3] for c in CASES]), frame, as_of=AS_OF, read=tables.get, small_rows=small_rows)
    found = [(c[0], c[1], r.status, r.checked, r.failed) for c, r in zip(CASES, results, strict=True)]
    assert found == [(c[0], c[1], *c[3:]) for c in CASES]


@pytest.mark.spark
def test_many_tables_at_once_small_and_large_do_not_mix(spark):
    full, one = (spark.createDataFrame(TABLES[name], SCHEMA) for name in ("full", "one"))
    rules = sheet([c[:3] for c in CASES])
    other = rules.model_copy(update={"table": "other"})
    together = evaluate_all([(rules, full), (other, one)], as_of=AS_OF, read={}.get, small_rows=1)
    known = evaluate_all(
        [(rules, full), (other, one)], as_of=AS_OF, read={}.get, sizes={"silver/thing": 6, "silver/other": 1}
    )
    alone = [evaluate(rules, frame, as_of=AS_OF, read={}.get) for frame in (full, one)]
    assert together == known == alone


@pytest.mark.spark
@BOTH_WAYS
def test_an_empty_table_has_no_row_to_judge(spark, small_rows):
    empty = spark.createDataFrame([], SCHEMA)
    results = evaluate(sheet([c[:3] for c in CASES]), empty, as_of=AS_OF, read={}.get, small_rows=small_rows)
    statuses = {(r.status, c[0] == "expect_table_row_count_to_be_between") for c, r in zip(CASES, results, strict=True)}
    assert statuses == {("not_applicable", False), ("failed", True), ("passed", True)}


@pytest.mark.spark
def test_what_raises_is_an_error_and_never_a_pass(spark, capfd, caplog):
    """One rule that raises does not take the others with it, and nothing tells the value that made it raise."""
    secret = "Sentinel42"
    rows = [(*r[:2], secret, *r[3:]) for r in ROWS]
    frame = spark.createDataFrame(rows, SCHEMA)
    healthy_sheet = sheet([(*RAISING[-1][:2], None)]).model_copy(update={"table": "other"})
    with caplog.at_level(logging.INFO):
        results, (healthy,) = evaluate_all(
            [(sheet([(*c[:2], None) for c in RAISING]), frame), (healthy_sheet, frame)], as_of=AS_OF
        )

    assert [r.status for r in results] == ["error"] * 5 + ["passed"]
    assert [r.is_blocking for r in results] == [True] * 5 + [False]
    assert healthy.status == "passed"
    for result, (_, _, message) in zip(results, RAISING, strict=True):
        assert (message or "") in result.message
    assert [r.message.isidentifier() for r in results[1:5]] == [True] * 4
    said = capfd.readouterr()
    assert secret not in said.out + said.err + caplog.text + repr(results)


@pytest.mark.spark
def test_failing_values_go_nowhere(spark, capfd, caplog):
    secret = "Sentinel42"
    frame = spark.createDataFrame(
        [(secret, n % 2, secret, None, None, None, None, None, None, secret) for n in range(6)], SCHEMA
    )
    cases = [c[:3] for c in CASES if c[1].get("column") in ("word", "key", "ref") or "column_list" in c[1]]
    with caplog.at_level(logging.INFO):
        results = evaluate(sheet(cases), frame, as_of=AS_OF, read={}.get)

    assert sum(r.failed for r in results) > 20
    said = capfd.readouterr()
    rows = result_rows("run", "silver/thing", 3, results, datetime(2025, 1, 1, tzinfo=UTC))
    assert secret not in said.out + said.err + caplog.text + repr(results) + repr(rows)
    assert "Calculating Metrics" not in said.err
