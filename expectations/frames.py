"""What each check says of each row, as columns of a Spark frame: true holds, false breaks, null is not judged.

These columns are all that is ever asked of a row: counting them (`tally.py`), naming the rows that break a rule and
keeping them out of gold (`failing.py`). They say what GX's own Spark metrics say, which `tests/expectations` proves
rule by rule against GX's own engines.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from expectations.compile import Added, Check

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# `layer/table` -> its rows, or None if the lake has no such table (yet): then every key that points there dangles.
Read = Callable[[str], "DataFrame | None"]
_KEY = "key__"
UNIQUE = ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique")


def outcome(check: Check) -> str:
    """The column that says what a check found in a row."""
    return f"{check.rule.id}__holds"


def conditions(checks: Iterable[Check]) -> dict[str, str]:
    """The column that says whether a row meets a row condition, by the condition."""
    return {sql: f"when_{n}__" for n, sql in enumerate(sorted({c.when for c in checks if c.when}))}


def by_row(checks: Iterable[Check]) -> list[Check]:
    """The checks that judge a row by itself: not the ones about uniqueness or about the table."""
    return [c for c in checks if c.is_row_rule and c.expect not in UNIQUE]


def own_outcomes(frame: "DataFrame", checks: Sequence[Check], keep: Sequence[str] = ()) -> "DataFrame":
    """The rows of `frame`, in no order: its columns `keep`, one column a row condition, one a check that a row alone
    decides, and the keys (`key_of`) of those that another table decides.

    A row that does not meet a check's condition is judged all the same: who reads the columns asks for both. Raises
    what Spark raises for SQL that does not fit the table.
    """
    from pyspark.sql import functions as F

    types = dict(frame.dtypes)
    columns: list[Column] = [F.lit(True).alias("row__"), *(F.col(name) for name in keep)]
    columns += [F.coalesce(F.expr(sql), F.lit(False)).alias(name) for sql, name in conditions(checks).items()]
    columns += [_holds(c, types).alias(outcome(c)) for c in by_row(checks) if not is_referring(c)]
    keys = {key_of(c.added): c.added.column or "" for c in checks if c.added and c.added.references}
    return frame.select(*columns, *(F.col(column).alias(key) for key, column in sorted(keys.items())))


def outcomes(frame: "DataFrame", checks: Sequence[Check], read: Read, keep: Sequence[str] = ()) -> "DataFrame":
    """The same with the checks that another table decides: a join each."""
    from pyspark.sql import functions as F

    judged = own_outcomes(frame, checks, keep)
    referring = {c.added: c for c in by_row(checks) if c.added and c.added.references}
    for added in referring:
        judged = _with_found(judged, added, read)
    judged = judged.drop(*{key_of(a) for a in referring})
    return judged.withColumns({outcome(c): F.col(c.added.name) for c in by_row(checks) if c.added in referring})


def is_referring(check: Check) -> bool:
    return check.added is not None and check.added.references is not None


def breaks(frame: "DataFrame", checks: Sequence[Check], read: Read, keep: Sequence[str]) -> "DataFrame":
    """The rows of `frame` with its columns `keep` and, for each check that judges rows, `<rule id>__breaks`: never null."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    checks = [c for c in checks if c.is_row_rule]
    types = dict(frame.dtypes)
    doubled = {}
    for c in checks:
        if c.expect in UNIQUE:
            key, judged = unique_key(c, types)
            doubled[broken(c)] = judged & (F.count(F.lit(1)).over(Window.partitionBy(judged, *key)) > 1)
    judged_rows = outcomes(frame.withColumns(doubled), checks, read, [*keep, *doubled])
    when = conditions(checks)
    found = {
        broken(c): ~F.col(outcome(c)) & F.col(when[c.when]) if c.when else ~F.col(outcome(c)) for c in by_row(checks)
    }
    found |= {name: F.col(name) for name in doubled}
    return judged_rows.select(*keep, *(F.coalesce(is_broken, F.lit(False)).alias(n) for n, is_broken in found.items()))


def broken(check: Check) -> str:
    """The column that says whether a row breaks the rule of a check."""
    return f"{check.rule.id}__breaks"


def unique_key(check: Check, types: Mapping[str, str]) -> "tuple[list[Column], Column]":
    """What has to be unique, column by column, and whether a row is judged: not all of it is null."""
    from pyspark.sql import functions as F

    names = check.kwargs.get("column_list") or [check.kwargs["column"]]
    key = [_comparable(name, types[name]) for name in names]
    judged = reduce(lambda a, b: a | b, (column.isNotNull() for column in key))
    return key, judged & F.coalesce(F.expr(check.when), F.lit(False)) if check.when else judged


def _holds(check: Check, types: Mapping[str, str]) -> "Column":
    from pyspark.sql import functions as F

    k = check.kwargs
    if check.added and check.expect == "expect_column_values_to_be_in_set":
        assert check.added.sql is not None
        return F.expr(check.added.sql).cast("boolean")
    if check.expect == "expect_column_pair_values_a_to_be_greater_than_b":
        a, b = (_comparable(k[name], types[k[name]]) for name in ("column_A", "column_B"))
        return a >= b if k.get("or_equal") else a > b
    column = (
        F.expr(check.added.sql) if check.added and check.added.sql else _comparable(k["column"], types[k["column"]])
    )
    match check.expect:
        case "expect_column_values_to_not_be_null":
            return column.isNotNull()
        case "expect_column_values_to_be_null":
            return column.isNull()
        case "expect_column_values_to_be_in_set":
            return column.isin(k["value_set"])
        case "expect_column_values_to_not_be_in_set":
            return ~column.isin(k["value_set"])
        case "expect_column_values_to_match_regex":
            return column.rlike(k["regex"])
        case "expect_column_values_to_not_match_regex":
            return ~column.rlike(k["regex"])
        case "expect_column_values_to_be_between":
            return _between(column, k)
        case "expect_column_value_lengths_to_be_between":
            return _between(F.length(column), k)
    raise NotImplementedError(f"{check.expect} has no column of outcomes")


def _between(column: "Column", bounds: Mapping[str, object]) -> "Column":
    from pyspark.sql import functions as F

    low, high = bounds.get("min_value"), bounds.get("max_value")
    sides: list[Column] = []
    if low is not None:
        sides.append(column > F.lit(low) if bounds.get("strict_min") else column >= F.lit(low))
    if high is not None:
        sides.append(column < F.lit(high) if bounds.get("strict_max") else column <= F.lit(high))
    return reduce(lambda a, b: a & b, sides)


def _comparable(column: str, kind: str) -> "Column":
    """Decimals as DOUBLE, and NaN as null: what is no number is no value."""
    from pyspark.sql import functions as F

    if kind.startswith("decimal"):
        return F.col(column).cast("double")
    if kind in ("double", "float"):
        return F.nanvl(F.col(column), F.lit(None).cast("double"))
    return F.col(column)


def key_of(added: Added) -> str:
    return f"{_KEY}{added.column}"


def _with_found(frame: "DataFrame", added: Added, read: Read) -> "DataFrame":
    """A left join, many rows to at most one key."""
    from pyspark.sql import functions as F

    assert added.references is not None
    key = F.col(key_of(added))
    other = read(added.references.table)
    if other is None:
        return frame.withColumn(added.name, F.when(key.isNotNull(), F.lit(False)))
    target = f"target__{added.name}"
    targets = other.select(F.col(added.references.column).alias(target)).where(F.col(target).isNotNull()).distinct()
    joined = frame.join(targets, on=key == F.col(target), how="left")
    return joined.withColumn(added.name, F.when(key.isNotNull(), F.col(target).isNotNull())).drop(target)
