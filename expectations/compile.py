"""From rules to what Great Expectations judges. The mapping is pure; only `suite` imports GX, which takes seconds.

GX judges one frame by its columns, so what it cannot say is put into a column of the frame first (`frames.py`):

| in the sheet | column added | judged by GX as |
|---|---|---|
| `row_condition` of any rule | - | the expectation, on the rows where it is true |
| `expect_column_values_to_reference` | `<column>__in_<layer>_<table>`: is it there (null: null) | in_set [true] |
| `expect_rows_to_satisfy` | `<rule id>__holds`: the condition | in_set [true] |
| `expect_column_values_to_be_between` of days | `<column>__day`: the column as DATE | the same, on that column |
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from expectations.sheet import Rule, RuleSheet
from expectations.vocabulary import (
    Args,
    ColumnBetween,
    ColumnReferences,
    Compound,
    PairGreater,
    Reference,
    Rows,
)

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite

IN_SET = "expect_column_values_to_be_in_set"
# GX's names of how bad a failure is
SEVERITY = {"critical": "critical", "major": "warning", "minor": "info"}


@dataclass(frozen=True, slots=True)
class Added:
    """A column that the judged frame needs beside the table's own: a SQL expression, or whether `column` is found."""

    name: str
    sql: str | None = None
    column: str | None = None
    references: Reference | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One rule as GX judges it: expectation and arguments, the columns it reads, and the rows it is about."""

    rule: Rule
    expect: str
    kwargs: dict[str, Any]
    columns: tuple[str, ...]  # of the table, as they are
    added: Added | None = None
    when: str | None = None

    @property
    def is_row_rule(self) -> bool:
        return self.rule.args.is_row_rule


def compile_rule(rule: Rule, *, as_of: date) -> Check:
    """The check of one rule on the day `as_of`."""
    args = rule.args
    mostly = {} if rule.mostly is None else {"mostly": rule.mostly}
    when = args.row_condition
    match args:
        case ColumnReferences(column=column, references=references):
            added = Added(f"{column}__in_{references.table.replace('/', '_')}", column=column, references=references)
            return Check(rule, IN_SET, _is_true(added) | mostly, (column,), added, when)
        case Rows(condition=condition):
            added = Added(f"{rule.id}__holds", sql=condition)
            return Check(rule, IN_SET, _is_true(added) | mostly, (), added, when)
        case ColumnBetween(column=column) if args.is_about_days:
            added = Added(f"{column}__day", sql=f"CAST({column} AS DATE)")
            bounds = {k: as_of if v == "as_of" else v for k, v in _own(args).items()}
            return Check(rule, rule.expect, {**bounds, "column": added.name} | mostly, (column,), added, when)
        case PairGreater():
            kwargs = _own(args) | {"ignore_row_if": "either_value_is_missing"} | mostly
        case Compound():
            kwargs = _own(args) | {"ignore_row_if": "all_values_are_missing"} | mostly
        case _:
            kwargs = _own(args) | mostly
    return Check(rule, rule.expect, kwargs, args.columns(), None, when)


def _own(args: Args) -> dict[str, Any]:
    """The arguments as GX takes them: without those of every rule, without absent ones, lists instead of tuples."""
    given = args.model_dump(exclude=set(Args.model_fields), exclude_none=True)
    return {k: list(v) if isinstance(v, tuple) else v for k, v in given.items()}


def _is_true(added: Added) -> dict[str, Any]:
    return {"column": added.name, "value_set": [True]}


def suite(name: str, checks: list[Check]) -> "ExpectationSuite":
    """The GX suite of some checks. `meta` carries the rule's id, and the row condition that was applied before GX."""
    from great_expectations import ExpectationSuite
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    return ExpectationSuite(
        name=name,
        expectations=[
            ExpectationConfiguration(
                type=c.expect,
                kwargs=c.kwargs,
                severity=SEVERITY[c.rule.severity],
                meta={"rule": c.rule.id, "dimension": c.rule.dimension, "row_condition": c.when},
            )
            for c in checks
        ],
    )


def compile_suite(sheet: RuleSheet, *, as_of: date) -> "ExpectationSuite":
    """The GX suite of a whole sheet, for showing it in GX's own tools. evaluate() judges it in groups of equal
    row conditions, on frames that have the added columns."""
    return suite(sheet.name, [compile_rule(r, as_of=as_of) for r in sheet.rules])
