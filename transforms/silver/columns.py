"""What a column of a view becomes in SQL.

FHIR boolean becomes BOOLEAN, integer INTEGER, integer64 BIGINT, decimal DOUBLE, all else VARCHAR; with `collection` an
array of it. The tag `ansi/type` asks for another type. DATE of a FHIR date or dateTime is the local date as written, of
a partial one its first day. TIMESTAMP is its instant in UTC, NULL when it has no time of day, no offset, or lies outside
the years 1 to 9999. DECIMAL(p,s) of a number is rounded to s places; one with too many digits before the point fails the
view. CHARACTER VARYING of a decimal is the number as written.
The tag `lakehouse/part` = `precision` gives "year", "month", "day", or "time" where there is a
TIMESTAMP. What cannot be converted is NULL.
"""

import re
from dataclasses import dataclass

from transforms.silver.shape import Value, storage, text
from transforms.silver.view import Column

ANSI_TYPES = {
    "BOOLEAN": "BOOLEAN",
    "INTEGER": "INTEGER",
    "INT": "INTEGER",
    "BIGINT": "BIGINT",
    "DOUBLE PRECISION": "DOUBLE",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
    "CHARACTER VARYING": "VARCHAR",
    "VARCHAR": "VARCHAR",
}
_DECIMAL = re.compile(r"(?:DECIMAL|NUMERIC|DEC)\((\d{1,2}),\s*(\d{1,2})\)")


@dataclass(frozen=True)
class OutputColumn:
    """A column of the table; `sql_type` is DuckDB's, with [] for an array."""

    name: str
    sql_type: str
    source: Column
    late: str | None = None  # the macro that makes the value of the string that the rows hold


def sql_type(tag: str) -> str | None:
    """DuckDB's type for an `ansi/type`; None when it is none of ours."""
    tag = " ".join(tag.upper().split())
    decimal = _DECIMAL.fullmatch(tag)
    if decimal and int(decimal[2]) <= int(decimal[1]) <= 38:
        return f"DECIMAL({decimal[1]},{decimal[2]})"
    return ANSI_TYPES.get(tag)


def plain_type(declared: str, value: Value) -> str:
    """The SQL type without a tag: that of the value; of an empty one that of the declared FHIR type."""
    type_ = declared if value.type is None else value.type
    return "DOUBLE" if type_ == "decimal" else storage(type_)


def declared_type(column: Column) -> str:
    """The FHIR type that a column says it has, without the address or namespace before it; "" when it says none."""
    bare = (column.type or "").replace(".", "/").rsplit("/", 1)[-1]
    return bare[:1].lower() + bare[1:]


def fits(declared: str, value: Value) -> bool:
    if not declared or value.type is None:
        return True
    kinds = {Value("", declared).kind, value.kind}
    return len(kinds) == 1 or kinds <= {"string", "date", "time"}


def as_type(value: Value, target: str, too_large: str) -> str:
    """The value as the column has it. `too_large` is what its SQL says of a number that a DECIMAL cannot hold."""
    if value.type is None:
        return f"CAST(NULL AS {target})"
    if storage(value.type) == target and value.is_element:
        return value.sql
    cast = f"TRY_CAST({value.sql} AS {target})"
    if value.kind == "number" and target.startswith("DECIMAL"):
        return f"CASE WHEN {value.sql} IS NOT NULL AND {cast} IS NULL THEN error({text(too_large)}) ELSE {cast} END"
    return cast


def finished(sql: str, column: OutputColumn) -> str:
    if column.late is None:
        return sql
    return f"list_transform({sql}, lambda e: {column.late}(e))" if column.source.collection else f"{column.late}({sql})"
