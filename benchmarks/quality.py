"""What 50 quality rules cost: ours, one aggregation written by hand, and Great Expectations' own engines.

    python -m benchmarks.quality [--rows 20000 100000 1000000] [--rounds 3] [--without-stock]

Judges made-up silver/observation rows by 50 rules of every kind that reads rows: nulls, sets, regular expressions, bounds under row
conditions, pairs, SQL, uniqueness, references. Alternating in one run, the first round not counted; median wall seconds and
Spark jobs. The peer by hand gives the same numbers of failing rows (compared) and knows no verdict, no `mostly`, no rows judged and
no error of one rule alone. Stock GX runs once, with results that hold no value, and on pandas it is given the rows for nothing.
"""

import argparse
import logging
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.compile import Check, compile_rule, suite
from expectations.engine import preload
from expectations.evaluate import evaluate
from expectations.quiet import quiet
from expectations.sheet import Rule, RuleSheet
from expectations.vocabulary import parse_args
from transforms.session import spark_session

AS_OF = date(2025, 1, 1)
COUNTS_ONLY = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
CODES = [f"{1000 + n}-{n % 10}" for n in range(24)]


def observations(spark: SparkSession, n: int) -> DataFrame:
    """One row an observation value: 1 in 50 without unit, 1 in 100 of an unknown patient, 2 in 1000 doubled."""
    codes = ", ".join(f"'{c}'" for c in CODES)
    return spark.range(n, numPartitions=2).selectExpr(
        "md5(string(if(id % 1000 = 0, id + 1, id))) AS observation_key", "CAST(NULL AS INT) AS component_index",
        "md5(concat('p', id % 500, if(id % 100 = 0, 'x', ''))) AS subject_key", "'final' AS status",
        f"element_at(array({codes}), CAST(id % {len(CODES)} AS INT) + 1) AS code", "'http://loinc.org' AS code_system",
        "CAST(id % 400 AS DECIMAL(38, 9)) AS value", "if(id % 50 = 0, NULL, '/min') AS unit_ucum",
        "if(id % 7 = 0, concat('随访 ', id), NULL) AS value_string",
        "CAST(60 AS DECIMAL(38, 9)) AS reference_low", "CAST(100 AS DECIMAL(38, 9)) AS reference_high",
        "date_add(DATE '2015-01-01', CAST(id % 3700 AS INT)) AS effective_date",
        "date_add(DATE '2015-01-01', CAST(id % 3600 AS INT)) AS issued_date", "md5(concat('e', id % 5000)) AS encounter_key",
    )  # fmt: skip


def rules() -> list[Rule]:
    present = [
        "observation_key",
        "subject_key",
        "status",
        "code",
        "code_system",
        "value",
        "effective_date",
        "encounter_key",
    ]
    stanzas: list[tuple[str, dict[str, Any]]] = [
        ("expect_column_values_to_not_be_null", {"column": c}) for c in present
    ]
    stanzas += [
        ("expect_column_values_to_not_be_null", {"column": "unit_ucum", "row_condition": "value IS NOT NULL"}),
        ("expect_column_values_to_be_null", {"column": "component_index"}),
        ("expect_column_values_to_be_in_set", {"column": "status", "value_set": ["final", "amended", "corrected"]}),
        ("expect_column_values_to_not_be_in_set", {"column": "status", "value_set": ["entered-in-error"]}),
        ("expect_column_values_to_match_regex", {"column": "code", "regex": "^[0-9]{3,7}-[0-9]$"}),
        ("expect_column_values_to_match_regex", {"column": "subject_key", "regex": "^[0-9a-f]{32}$"}),
        ("expect_column_values_to_not_match_regex", {"column": "value_string", "regex": "[0-9]{3}-[0-9]{2}-[0-9]{4}"}),
        ("expect_column_value_lengths_to_be_between", {"column": "value_string", "max_value": 8}),
        ("expect_column_values_to_be_between", {"column": "effective_date", "min_value": "1900-01-01", "max_value": "as_of"}),
        ("expect_column_values_to_be_between", {"column": "issued_date", "min_value": "1900-01-01", "max_value": "as_of"}),
        ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "reference_high", "column_B": "reference_low"}),
        ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "issued_date", "column_B": "effective_date", "or_equal": True}),
        ("expect_rows_to_satisfy", {"condition": "value IS NULL OR value < 399"}),
        ("expect_rows_to_satisfy", {"condition": "int(value IS NOT NULL) + int(value_string IS NOT NULL) <= 2"}),
        ("expect_column_values_to_be_unique", {"column": "observation_key"}),
        ("expect_compound_columns_to_be_unique", {"column_list": ["observation_key", "component_index"]}),
        ("expect_column_values_to_reference", {"column": "subject_key", "references": {"table": "silver/patient", "column": "patient_key"}}),
        ("expect_column_values_to_reference", {"column": "encounter_key", "references": {"table": "silver/encounter", "column": "encounter_key"}}),
    ]  # fmt: skip
    stanzas += [
        (
            "expect_column_values_to_be_between",
            {
                "column": "value",
                "min_value": 5,
                "max_value": 380 + n,
                "row_condition": f"code = '{c}' AND unit_ucum = '/min'",
            },
        )
        for n, c in enumerate(CODES)
    ]
    assert len(stanzas) == 50
    return [
        Rule(
            id=f"rule_{n:02}", expect=expect, args=parse_args(expect, args), dimension="plausibility", severity="major",
            because="the benchmark says so",
        )
        for n, (expect, args) in enumerate(stanzas)
    ]  # fmt: skip


def by_hand(frame: DataFrame, checks: list[Check], tables: Mapping[str, DataFrame]) -> dict[str, int]:
    """Failing rows by rule: one aggregation over the same columns, and one grouping a rule about uniqueness."""
    for table, column in (("silver/patient", "subject_key"), ("silver/encounter", "encounter_key")):
        keys = tables[table].select(F.col(tables[table].columns[0]).alias(f"known_{column}")).distinct()
        frame = frame.join(keys, F.col(column) == F.col(f"known_{column}"), "left")
    breaks = {c.rule.id: _breaks(c) for c in checks if "unique" not in c.expect}
    on = {c.rule.id: f"({c.when}) AND " if c.when else "" for c in checks}
    row = frame.agg(*(F.expr(f"count_if({on[i]}({sql}))").alias(i) for i, sql in breaks.items())).first()
    assert row is not None
    found = row.asDict()
    for c in checks:
        if c.rule.id not in found:
            sizes = frame.groupBy(*c.columns).count().where("count > 1").agg(F.sum("count")).first()
            found[c.rule.id] = (sizes and sizes[0]) or 0
    return found


def _breaks(check: Check) -> str:
    k = check.kwargs
    column = k.get("column")
    if check.added and check.added.references:
        return f"{check.added.column} IS NOT NULL AND known_{check.added.column} IS NULL"
    low, high = (_literal(k[b]) if k.get(b) is not None else None for b in ("min_value", "max_value"))
    within = f"length({column})" if "lengths" in check.expect else check.added.sql if check.added else column
    bounds = [f"{within} < {low}"] * (low is not None) + [f"{within} > {high}"] * (high is not None)
    listed = ", ".join(map(_literal, k.get("value_set", ())))
    return {
        "expect_column_values_to_not_be_null": f"{column} IS NULL",
        "expect_column_values_to_be_null": f"{column} IS NOT NULL",
        "expect_column_values_to_be_in_set": f"NOT ({check.added.sql})" if check.added else f"{column} NOT IN ({listed})",
        "expect_column_values_to_not_be_in_set": f"{column} IN ({listed})",
        "expect_column_values_to_match_regex": f"NOT {column} RLIKE '{k.get('regex')}'",
        "expect_column_values_to_not_match_regex": f"{column} RLIKE '{k.get('regex')}'",
        "expect_column_values_to_be_between": " OR ".join(bounds),
        "expect_column_value_lengths_to_be_between": " OR ".join(bounds),
        "expect_column_pair_values_a_to_be_greater_than_b": f"{k.get('column_A')} {'<' if k.get('or_equal') else '<='} {k.get('column_B')}",
    }[check.expect]  # fmt: skip


def _literal(value: Any) -> str:
    if isinstance(value, date):
        return f"DATE '{value}'"
    return str(value) if isinstance(value, bool | int | float) else f"'{value}'"


def stock(frame: DataFrame, checks: list[Check], tables: Mapping[str, DataFrame], engine: str) -> dict[str, int]:
    """GX's own engine, told of references and SQL by columns of the frame, as it has no word for them; a batch a row condition."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    for added in {c.added for c in checks if c.added}:
        if added.sql:
            frame = frame.withColumn(added.name, F.expr(added.sql))
        elif added.references:
            keys = tables[added.references.table].select(F.col(added.references.column).alias("known__")).distinct()
            frame = frame.join(keys, F.col(added.column or "") == F.col("known__"), "left")
            frame = frame.withColumn(added.name, F.col("known__").isNotNull()).drop("known__")
    for name in ("value", "reference_low", "reference_high"):
        frame = frame.withColumn(name, F.col(name).cast("double"))
    rows = frame.persist() if engine == "spark" else frame.toArrow().to_pandas(date_as_object=True)
    found = {}
    for n, when in enumerate(sorted({c.when or "" for c in checks})):
        group = [c for c in checks if (c.when or "") == when]
        if engine == "spark":
            source, some = context.data_sources.add_or_update_spark("spark", persist=False), rows.where(when or "true")
        else:
            source = context.data_sources.add_or_update_pandas("pandas")
            some = (
                rows.query(
                    when.replace(" = ", " == ").replace(" AND ", " and ").replace("value IS NOT NULL", "value == value")
                )
                if when
                else rows
            )
        batch = (
            source.add_dataframe_asset(f"frame{n}")
            .add_batch_definition_whole_dataframe("all")
            .get_batch({"dataframe": some})
        )
        for r in batch.validate(suite("checks", group), result_format=COUNTS_ONLY).results:
            found[r.expectation_config.meta["rule"]] = r.result["unexpected_count"] or 0
    if engine == "spark":
        rows.unpersist()
    return found


def timed(spark: SparkSession, work: Callable[[], dict[str, int]]) -> tuple[float, int, dict[str, int]]:
    """Wall seconds, Spark jobs and the result of some work."""
    before, start = _next_job(spark), time.perf_counter()
    result = work()
    return time.perf_counter() - start, _next_job(spark) - before - 1, result


def _next_job(spark: SparkSession) -> int:
    """Ids of jobs count up: the id of a job that does nothing, seen by the group it is in."""
    spark.sparkContext.setJobGroup(name := f"probe {time.perf_counter_ns()}", "")
    spark.sparkContext.parallelize([0], 1).count()
    (job,) = spark.sparkContext.statusTracker().getJobIdsForGroup(name)
    spark.sparkContext.setJobGroup("", "")
    return int(job)


def compare(spark: SparkSession, n: int, rounds: int, folder: Path, *, with_stock: bool) -> None:
    sheet = RuleSheet(layer="silver", table="observation", rules=tuple(rules()), file=Path("observation.yaml"))
    checks = [compile_rule(r, as_of=AS_OF) for r in sheet.rules]
    tables = {
        "silver/patient": spark.range(500).selectExpr("md5(concat('p', id)) AS patient_key"),
        "silver/encounter": spark.range(5000).selectExpr("md5(concat('e', id)) AS encounter_key"),
    }
    path = str(folder / str(n))
    observations(spark, n).write.format("delta").save(path)
    frame = spark.read.format("delta").load(path)

    def ours(small_rows: int) -> dict[str, int]:
        results = evaluate(sheet, frame, as_of=AS_OF, read=tables.get, small_rows=small_rows)
        assert not [r for r in results if r.status == "error"], [r.message for r in results]
        return {r.rule_id: r.failed for r in results}

    ways: dict[str, Callable[[], dict[str, int]]] = {
        "ours, counted by Spark": lambda: ours(-1),
        "one aggregation by hand": lambda: by_hand(frame, checks, tables),
    }
    if n <= 100_000:
        ways = {"ours, counted in the process": lambda: ours(n), **ways}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    jobs: dict[str, int] = {}
    found: dict[str, dict[str, int]] = {}
    for round_ in range(rounds + 1):
        for name, work in ways.items():
            took, jobs[name], found[name] = timed(spark, work)
            seconds[name] += [took] * (round_ > 0)
    if with_stock:
        for engine in ("pandas", "spark"):
            name = f"stock GX on {engine}"
            took, jobs[name], found[name] = timed(spark, lambda engine=engine: stock(frame, checks, tables, engine))  # type: ignore[misc]
            seconds[name] = [took]
    hand = statistics.median(seconds["one aggregation by hand"])
    for name, took in seconds.items():
        equal = "" if found[name] == found["one aggregation by hand"] else "  COUNTS DIFFER"
        median = statistics.median(took)
        print(f"{n:>10,} {name:<30} {median:>8.2f} {median / hand:>8.2f} {jobs[name]:>6}{equal}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-stock", action="store_true", help="leave GX's own engines out: they take minutes")
    given = parser.parse_args()
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    start = time.perf_counter()
    preload().join()
    print(f"import of great_expectations: {time.perf_counter() - start:.1f} s (in a run, while Spark starts)")
    spark = spark_session("local[2]")
    print(f"{'rows':>10} {'50 rules':<30} {'seconds':>8} {'x hand':>8} {'jobs':>6}")
    with TemporaryDirectory() as folder, quiet():
        for n in given.rows:
            compare(spark, n, given.rounds, Path(folder), with_stock=not given.without_stock)
    spark.stop()


if __name__ == "__main__":
    main()
