"""What the quality stage costs: GX on pandas and on Spark against a hand-written Spark aggregation of the same rules.

    python benchmarks/quality_overhead.py [--rows 1000 20000 100000 1000000]

Judges made-up silver/observation rows by the shipped sheet, then every shipped sheet on a table of 2,000 made-up
rows, as a run of the pipeline does. Wall seconds of the second run of each (JVM and caches warm). The peer gives the
same counts for all rules and is what GX's verdicts cost extra over; it knows no `mostly`, no severity and no error of
one rule alone.
"""

import argparse
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.compile import Check, compile_rule
from expectations.evaluate import evaluate
from expectations.frames import References, prepare, with_joins
from expectations.sheet import RuleSheet, load_sheets
from transforms.session import spark_session

AS_OF = date(2025, 1, 1)
NUMBERS = ("n_", "value_low", "value_high", "reference_", "dose_value", "component_index", "quantity", "source_line",
           "characteristic_index")  # fmt: skip


def observations(spark: SparkSession, n: int) -> DataFrame:
    """One row an observation value: 1 in 50 without unit, 1 in 100 of an unknown patient, 1 in 1000 doubled."""
    return spark.range(n, numPartitions=2).selectExpr(
        "concat('o', if(id % 1000 = 0, id + 1, id)) AS observation_key", "CAST(NULL AS INT) AS component_index",
        "concat('p', id % 500, if(id % 100 = 0, 'x', '')) AS subject_key", "'final' AS status", "'8867-4' AS code",
        "'http://loinc.org' AS code_system", "CAST(id % 400 AS DECIMAL(38, 9)) AS value",
        "if(id % 50 = 0, NULL, '/min') AS unit_ucum", "CAST(NULL AS STRING) AS value_comparator",
        "CAST(NULL AS STRING) AS value_code", "CAST(NULL AS STRING) AS value_string",
        "CAST(NULL AS BOOLEAN) AS value_boolean", "CAST(60 AS DECIMAL(38, 9)) AS reference_low",
        "CAST(100 AS DECIMAL(38, 9)) AS reference_high",
        "date_add(DATE '2015-01-01', CAST(id % 3700 AS INT)) AS effective_date",
        "date_add(DATE '2015-01-01', CAST(id % 3600 AS INT)) AS issued_date", "concat('e', id % 5000) AS encounter_key",
    )  # fmt: skip


def columns_of(sheet: RuleSheet) -> list[str]:
    words = {c for r in sheet.rules for c in r.args.columns()}
    sql = " ".join(f"{r.args.row_condition or ''} {getattr(r.args, 'condition', '')}" for r in sheet.rules)
    extra = {w for w in sql.replace("(", " ").replace(")", " ").replace(",", " ").split() if w.islower()}
    return sorted(words | {w for w in extra if w.isidentifier() and len(w) > 4})


def peer(frame: DataFrame, sheet: RuleSheet, read: Callable[[str], DataFrame | None]) -> dict[str, int]:
    """Failing rows by rule id: one aggregation, and one grouping a rule about uniqueness."""
    checks = [compile_rule(r, as_of=AS_OF) for r in sheet.rules]
    prepared = prepare(frame, checks)
    cached = with_joins(prepared, read).persist()
    by_row = {c.rule.id: F.expr(_breaks(c)) for c in checks if _breaks(c)}
    on = {c.rule.id: F.col(prepared.when[c.when]) if c.when else F.lit(True) for c in checks}
    counts = cached.agg(*(F.count_if(breaks & on[i]).alias(i) for i, breaks in by_row.items())).first()
    assert counts is not None
    found = counts.asDict()
    for c in checks:
        if c.rule.id not in by_row:
            key = c.kwargs.get("column_list") or [c.kwargs["column"]]
            doubled = cached.where(on[c.rule.id]).groupBy(*key).count().where("count > 1").agg(F.sum("count")).first()
            found[c.rule.id] = (doubled and doubled[0]) or 0
    cached.unpersist()
    return found


def _breaks(check: Check) -> str | None:
    k = check.kwargs
    column = k.get("column")
    match check.expect:
        case "expect_column_values_to_not_be_null":
            return f"{column} IS NULL"
        case "expect_column_values_to_be_in_set":
            return f"{column} NOT IN ({', '.join(map(_literal, k['value_set']))})"
        case "expect_column_values_to_match_regex":
            return f"NOT {column} RLIKE '{k['regex']}'"
        case "expect_column_values_to_not_match_regex":
            return f"{column} RLIKE '{k['regex']}'"
        case "expect_column_values_to_be_between":
            low, high = k.get("min_value"), k.get("max_value")
            bounds = [f"{column} < {_literal(low)}"] * (low is not None)
            return " OR ".join(bounds + [f"{column} > {_literal(high)}"] * (high is not None))
        case "expect_column_pair_values_a_to_be_greater_than_b":
            return f"{k['column_A']} < {k['column_B']}"
    return None


def _literal(value: Any) -> str:
    if isinstance(value, date):
        return f"DATE '{value}'"
    return str(value) if isinstance(value, bool | int | float) else f"'{value}'"


def warm_seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    work()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def one_table(spark: SparkSession, sizes: list[int], folder: Path) -> None:
    sheet = load_sheets()["silver/observation"]
    tables = {
        "silver/patient": spark.range(500).selectExpr("concat('p', id) AS patient_key"),
        "silver/encounter": spark.range(5000).selectExpr("concat('e', id) AS encounter_key"),
    }
    print(f"silver/observation, {len(sheet.rules)} rules: warm seconds")
    print(f"{'rows':>10} {'GX on pandas':>14} {'GX on Spark':>14} {'Spark by hand':>14}")
    for n in sizes:
        path = str(folder / f"observation_{n}")
        observations(spark, n).write.format("delta").save(path)
        frame = spark.read.format("delta").load(path)

        def judge(small_rows: int, frame: DataFrame = frame) -> dict[str, int]:
            found = evaluate(sheet, frame, as_of=AS_OF, read=tables.get, small_rows=small_rows)
            return {r.rule_id: r.failed for r in found}

        pandas, a = warm_seconds(lambda n=n: judge(n))
        on_spark, b = warm_seconds(lambda: judge(-1))
        by_hand, c = warm_seconds(lambda frame=frame: peer(frame, sheet, tables.get))
        equal = "" if a == b == c else "  COUNTS DIFFER"
        print(f"{n:>10,} {pandas:>14.1f} {on_spark:>14.1f} {by_hand:>14.1f}{equal}", flush=True)


def whole_stage(spark: SparkSession, folder: Path) -> None:
    """Every shipped sheet on 2,000 rows of its columns, values made up by type."""
    sheets = load_sheets()
    frames = {}
    for name, sheet in sheets.items():
        made = [
            f"date_sub(DATE '2024-01-01', CAST(id % 900 AS INT)) AS {c}" if c.endswith("_date")
            else f"id % 2 = 0 AS {c}" if c.startswith("is_") or c in ("deleted", "actual", "exclude", "value_boolean")
            else f"array('a', 'b') AS {c}" if c == "criteria"
            else f"CAST(id AS DOUBLE) AS {c}" if c.startswith(NUMBERS) or c == "value"
            else f"TIMESTAMP '2024-01-01 00:00:00' AS {c}" if c == "last_updated"
            else f"concat('k', id) AS {c}"
            for c in columns_of(sheet)
        ]  # fmt: skip
        path = str(folder / name)
        spark.range(2000, numPartitions=1).selectExpr(*made).write.format("delta").save(path)
        frames[name] = spark.read.format("delta").load(path)

    def stage() -> int:
        read = References(frames.get)
        return sum(len(evaluate(s, frames[n], as_of=AS_OF, read=read)) for n, s in sheets.items())

    seconds, rules = warm_seconds(stage)
    print(f"whole stage: {len(sheets)} tables of 2,000 rows, {rules} rules: {seconds:.1f} s, and GX's import once")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 20_000, 100_000, 300_000, 1_000_000])
    sizes = parser.parse_args().rows
    start = time.perf_counter()
    import great_expectations  # noqa: F401

    print(f"import of great_expectations: {time.perf_counter() - start:.1f} s")
    spark = spark_session("local[2]")
    with TemporaryDirectory() as folder:
        one_table(spark, sizes, Path(folder))
        whole_stage(spark, Path(folder))
    spark.stop()


if __name__ == "__main__":
    main()
