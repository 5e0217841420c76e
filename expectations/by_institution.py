"""How many rows each rule judged and failed in each institution: the counts under the scores of institutions.

`evaluate` gives verdicts on whole tables; this counts again, in one Spark query for many tables, with the same conditions
grouped by the column `institution`. The sums over institutions are evaluate's counts (tested for every expectation). Rules
about a table as a whole, and tables without institutions, have no counts here.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from expectations.compile import compile_rule
from expectations.context import with_context
from expectations.frames import Read
from expectations.sheet import Rule, RuleSheet
from expectations.vocabulary import ColumnReferences, OneColumn, Rows

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# (table, institution) -> rule id -> (rows judged, rows failed)
Counts = Mapping[tuple[str, str], Mapping[str, tuple[int, int]]]
INSTITUTION_COLUMNS: tuple[tuple[str, str], ...] = (
    ("layer", "string"),
    ("table", "string"),
    ("delta_version", "bigint"),
    ("institution", "string"),
    ("rule_id", "string"),
    ("checked", "bigint"),
    ("failed", "bigint"),
)


class Job(NamedTuple):
    """One table: its rows, and the rules to count. Leave out those that raised in `evaluate`: here they would again."""

    sheet: RuleSheet
    frame: "DataFrame"


def count(jobs: Sequence[Job], *, as_of: date, read: Read) -> dict[tuple[str, str], dict[str, tuple[int, int]]]:
    """The counts of every job whose table has institutions; a rule that judged no row of one has none there."""
    queries = [_query(j, as_of, read) for j in jobs if "institution" in j.frame.columns and _row_rules(j.sheet)]
    found: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    for r in together(queries).collect() if queries else []:
        if r.checked:
            found.setdefault((r.table, r.institution), {})[r.rule_id] = (r.checked, r.failed)
    return found


def _row_rules(sheet: RuleSheet) -> list[Rule]:
    return [r for r in sheet.rules if r.args.is_row_rule]


def _query(job: Job, as_of: date, read: Read) -> "DataFrame":
    from pyspark.sql import functions as F

    frame = with_context(job.sheet, job.frame, read)
    rules = _row_rules(job.sheet)
    holds = []
    for n, rule in enumerate(rules):
        frame, said = _holds(frame, rule, as_of, read, n)
        holds.append(said.alias(f"holds__{n}"))
    said_rows = frame.select("institution", *holds)
    counts = [
        F.struct(
            F.lit(r.id).alias("rule_id"),
            F.count(f"holds__{n}").alias("checked"),
            F.count_if(~F.col(f"holds__{n}")).alias("failed"),
        )
        for n, r in enumerate(rules)
    ]
    grouped = said_rows.groupBy("institution").agg(F.array(*counts).alias("all"))
    return grouped.select(F.lit(job.sheet.name).alias("table"), "institution", F.explode("all").alias("c")).select(
        "table", "institution", "c.*"
    )


def _holds(frame: "DataFrame", rule: Rule, as_of: date, read: Read, n: int) -> "tuple[DataFrame, Column]":
    """The frame, with what the rule needs, and whether a row keeps the rule: true, false, or null (not judged)."""
    from pyspark.sql import functions as F

    args = rule.args
    if isinstance(args, ColumnReferences):
        frame, holds = _found(frame, args, read, n)
    else:
        holds = _own(frame, rule, as_of)
    if args.row_condition:
        holds = F.when(F.expr(args.row_condition), holds)
    return frame, holds


def _found(frame: "DataFrame", args: ColumnReferences, read: Read, n: int) -> "tuple[DataFrame, Column]":
    from pyspark.sql import functions as F

    key, other = F.col(args.column), read(args.references.table)
    if other is None:
        return frame, F.when(key.isNotNull(), F.lit(False))
    name = f"target__{n}"
    targets = other.select(F.col(args.references.column).alias(name)).where(F.col(name).isNotNull()).distinct()
    return frame.join(targets, on=key == F.col(name), how="left"), F.when(key.isNotNull(), F.col(name).isNotNull())


def _own(frame: "DataFrame", rule: Rule, as_of: date) -> "Column":
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    args, kwargs = rule.args, compile_rule(rule, as_of=as_of).kwargs
    if isinstance(args, Rows):
        return F.expr(args.condition)
    columns = [_comparable(frame, c) for c in args.columns()]
    first = columns[0]
    judged = F.expr(args.row_condition) if args.row_condition else F.lit(True)
    match rule.expect:
        case "expect_column_values_to_not_be_null":
            return first.isNotNull()
        case "expect_column_values_to_be_null":
            return first.isNull()
        case "expect_column_values_to_be_unique" | "expect_compound_columns_to_be_unique":
            is_there = (
                first.isNotNull()
                if isinstance(args, OneColumn)
                else F.coalesce(*(F.col(c).cast("string") for c in args.columns())).isNotNull()
            )
            of_key = Window.partitionBy(*columns)
            return F.when(is_there, F.count_if(judged & is_there).over(of_key) <= 1)
        case "expect_column_values_to_be_in_set":
            return first.isin(*kwargs["value_set"])
        case "expect_column_values_to_not_be_in_set":
            return ~first.isin(*kwargs["value_set"])
        case "expect_column_values_to_match_regex":
            return first.rlike(kwargs["regex"])
        case "expect_column_values_to_not_match_regex":
            return ~first.rlike(kwargs["regex"])
        case "expect_column_value_lengths_to_be_between":
            return _between(F.char_length(first), kwargs)
        case "expect_column_values_to_be_between":
            return _between(first.cast("date") if getattr(args, "is_about_days", False) else first, kwargs)
        case "expect_column_pair_values_a_to_be_greater_than_b":
            a, b = columns
            return a >= b if kwargs.get("or_equal") else a > b
    raise NotImplementedError(f"{rule.expect} has no count by institution: add it here")


def _between(value: "Column", kwargs: Mapping[str, object]) -> "Column":
    from pyspark.sql import functions as F

    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    holds = F.when(value.isNotNull(), F.lit(True))
    if low is not None:
        holds = holds & (value > F.lit(low) if kwargs.get("strict_min") else value >= F.lit(low))
    return (
        holds if high is None else holds & (value < F.lit(high) if kwargs.get("strict_max") else value <= F.lit(high))
    )


def _comparable(frame: "DataFrame", column: str) -> "Column":
    """NaN is no value, as in `evaluate`."""
    from pyspark.sql import functions as F

    kind = dict(frame.dtypes)[column]
    return F.nanvl(F.col(column), F.lit(None).cast("double")) if kind in ("double", "float") else F.col(column)


def together(queries: "Sequence[DataFrame]") -> "DataFrame":
    """A union as a balanced tree: Spark looks through a chain again for every link."""
    found = list(queries)
    while len(found) > 1:
        pairs = [found[n : n + 2] for n in range(0, len(found), 2)]
        found = [pair[0].unionAll(pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
    return found[0]
