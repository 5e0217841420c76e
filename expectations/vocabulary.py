"""The expectations that a rule sheet may use, each with the arguments that it takes. Pure; never imports GX.

Closed on purpose: GX has sixty expectations, and every one that is in use has to give the same verdict and the same
counts on both engines (`engine.py`), which `tests/expectations/test_engines.py` proves for exactly this list. To add
one: a class here, a line in EXPECTATIONS, a case in that test.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field, StrictBool, StrictFloat, StrictInt, StrictStr, field_validator, model_validator

Column = Annotated[str, Field(pattern=r"^([a-z_][a-z0-9_]*|[A-Z][A-Z0-9]{0,7})$")]
Scalar = StrictBool | StrictInt | StrictFloat | StrictStr
Bound = StrictInt | StrictFloat | date | Literal["as_of"]
# \d, \w, \s and \b mean ASCII to Java and Unicode to Python: the two engines would differ on Chinese text.
ENGINE_DEPENDENT = re.compile(r"\\[dDwWsSbBpPzZAG]|\[\[:|\(\?")


class Args(BaseModel, frozen=True, extra="forbid"):
    """What every expectation takes: `row_condition`, Spark SQL; only rows where it is true are judged."""

    is_row_rule: ClassVar[bool] = True  # judges rows one by one, so that `mostly` and "no rows to judge" have a meaning
    row_condition: Annotated[str, Field(min_length=1)] | None = None
    condition_parser: Literal["spark"] | None = None  # the only one there is; may be written down for readers of GX

    def columns(self) -> tuple[str, ...]:
        """Columns of the judged table that the expectation itself reads; those of `row_condition` are not listed."""
        return ()


class OneColumn(Args, frozen=True):
    """A null is not judged, save by the rules about nulls."""

    column: Column

    def columns(self) -> tuple[str, ...]:
        return (self.column,)


class ColumnInSet(OneColumn, frozen=True):
    value_set: Annotated[tuple[Scalar, ...], Field(min_length=1)]


class ColumnRegex(OneColumn, frozen=True):
    """The regex is searched for, not matched whole: anchor it with ^ and $."""

    regex: str

    @field_validator("regex")
    @classmethod
    def _same_on_both_engines(cls, regex: str) -> str:
        if ENGINE_DEPENDENT.search(regex):
            raise ValueError(
                "\\d, \\w, \\s, \\b and (?…) differ between Java and Python. Write [0-9], [A-Za-z0-9_] and so on"
            )
        try:
            re.compile(regex)
        except re.error as e:
            raise ValueError(f"is not a regular expression ({e.msg})") from None
        return regex


class _Bounded(Args, frozen=True):
    @model_validator(mode="after")
    def _some_bound(self) -> "_Bounded":
        if getattr(self, "min_value", None) is None and getattr(self, "max_value", None) is None:
            raise ValueError("needs min_value or max_value")
        return self


class ColumnBetween(OneColumn, _Bounded, frozen=True):
    """Both bounds are inclusive unless `strict_*`. `as_of` is the day that evaluate() is given.

    Bounds are both numbers or both days; with days, a TIMESTAMP column is judged by its UTC day.
    """

    min_value: Bound | None = None
    max_value: Bound | None = None
    strict_min: bool = False
    strict_max: bool = False

    @property
    def is_about_days(self) -> bool:
        return any(isinstance(b, date | str) for b in (self.min_value, self.max_value))

    @model_validator(mode="after")
    def _one_kind(self) -> "ColumnBetween":
        bounds = [b for b in (self.min_value, self.max_value) if b is not None]
        if len({isinstance(b, date | str) for b in bounds}) > 1:
            raise ValueError("min_value and max_value are both numbers or both days (YYYY-MM-DD, as_of)")
        return self


class ColumnLength(OneColumn, _Bounded, frozen=True):
    """Length in characters."""

    min_value: Annotated[int, Field(ge=0)] | None = None
    max_value: Annotated[int, Field(ge=0)] | None = None


class PairGreater(Args, frozen=True):
    """Column A is after column B. A row where either is null is not judged."""

    column_A: Column  # noqa: N815 (GX's name)
    column_B: Column  # noqa: N815
    or_equal: bool = False

    def columns(self) -> tuple[str, ...]:
        return (self.column_A, self.column_B)


class Compound(Args, frozen=True):
    """The columns together are unique; a null equals a null. A row where all are null is not judged."""

    column_list: Annotated[tuple[Column, ...], Field(min_length=2)]

    def columns(self) -> tuple[str, ...]:
        return self.column_list


class RowCount(_Bounded, frozen=True):
    """About the table, not its rows: judged on an empty table too. Counts as one check."""

    is_row_rule: ClassVar[bool] = False
    min_value: Annotated[int, Field(ge=0)] | None = None
    max_value: Annotated[int, Field(ge=0)] | None = None


class Reference(BaseModel, frozen=True, extra="forbid"):
    """The table and column where a key has to be found."""

    table: Annotated[str, Field(pattern=r"^(bronze|silver|gold)/[a-z][a-z0-9_]*$")]
    column: Column


class ColumnReferences(OneColumn, frozen=True):
    """Ours, not GX's: every key is in another table. Judged by GX as `<column>__in_<layer>_<table>` in [true]."""

    references: Reference


class Rows(Args, frozen=True):
    """Ours, not GX's: a SQL condition that holds for every row; where it is null the row is not judged.

    The last resort, for what no other expectation can say (sums over columns, sizes of arrays): a reader has to know
    SQL to sign it. Judged by GX as `<rule id>__holds` in [true].
    """

    condition: Annotated[str, Field(min_length=1)]


EXPECTATIONS: Mapping[str, type[Args]] = {
    "expect_column_values_to_not_be_null": OneColumn,
    "expect_column_values_to_be_null": OneColumn,
    "expect_column_values_to_be_unique": OneColumn,
    "expect_column_values_to_be_in_set": ColumnInSet,
    "expect_column_values_to_not_be_in_set": ColumnInSet,
    "expect_column_values_to_match_regex": ColumnRegex,
    "expect_column_values_to_not_match_regex": ColumnRegex,
    "expect_column_values_to_be_between": ColumnBetween,
    "expect_column_value_lengths_to_be_between": ColumnLength,
    "expect_column_pair_values_a_to_be_greater_than_b": PairGreater,
    "expect_compound_columns_to_be_unique": Compound,
    "expect_table_row_count_to_be_between": RowCount,
    "expect_column_values_to_reference": ColumnReferences,
    "expect_rows_to_satisfy": Rows,
}


def parse_args(expect: str, args: Any) -> Args:
    """The arguments of one rule. KeyError for an unknown expectation, ValidationError for wrong arguments."""
    return EXPECTATIONS[expect].model_validate(args)
