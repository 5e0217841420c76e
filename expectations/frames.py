"""The columns that a sheet's checks need, taken from a Spark frame: the values never leave the process.

One select for the whole sheet: table columns, added columns, one boolean column a row condition. Small tables come to
pandas through Arrow, and their keys are looked up in Arrow; large ones stay in Spark, and their keys are looked up by
joins. On small tables a join costs 0.4 s, a limit 0.2 s, a count from the Delta log 0.1 s and the rows themselves
0.05 s (2 cores), so the way without joins and limits makes a stage of 26 tables several times shorter.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.compile import Added, Check

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

PandasFrame = Any  # pandas ships no types
# `layer/table` -> its rows, or None if the lake has no such table (yet): then every key that points there dangles.
Read = Callable[[str], "DataFrame | None"]
# Keys of one referenced column that are held in memory, about 70 MB of them at 64 characters.
MOST_KEYS = 1_000_000


class References:
    """The tables that rules refer to, by `read`; the keys of each are read once for as long as this object lives.

    Make one for a whole stage, when no table that it refers to changes any more, and hand it to evaluate() as `read`.
    """

    def __init__(self, read: Read) -> None:
        self.read = read
        self._keys: dict[tuple[str, str], Any] = {}

    def __call__(self, table: str) -> "DataFrame | None":
        return self.read(table)

    def keys(self, table: str, column: str) -> Any:
        """The keys in a column as an Arrow array, or None if they are more than MOST_KEYS."""
        if (table, column) not in self._keys:
            self._keys[table, column] = self._collect(table, column)
        return self._keys[table, column]

    def _collect(self, table: str, column: str) -> Any:
        import pyarrow as pa

        other = self.read(table)
        if other is None:
            return pa.array([], pa.string())
        return other.select(column).toArrow()[column] if other.count() <= MOST_KEYS else None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A frame with all that the checks need but the references; `when` names the boolean column of a row condition."""

    frame: "DataFrame"
    when: dict[str, str]
    references: tuple[Added, ...]


def _key(added: Added) -> str:
    return f"key__{added.column}"


def prepare(frame: "DataFrame", checks: Iterable[Check]) -> Prepared:
    """The judged frame: same rows as `frame`, in no order.

    Decimals become DOUBLE and NaN becomes null, so that both engines compare alike. Raises what Spark raises for SQL
    that does not fit the table.
    """
    from pyspark.sql import functions as F

    checks = list(checks)
    added = {c.added.name: c.added for c in checks if c.added}
    references = tuple(a for a in added.values() if a.references)
    when = {sql: f"when_{n}__" for n, sql in enumerate(sorted({c.when for c in checks if c.when}))}
    types = dict(frame.dtypes)
    own = sorted({column for c in checks for column in c.columns if not c.added})
    columns: list[Column] = [F.lit(True).alias("row__")]
    columns += [_comparable(column, types[column]).alias(column) for column in own]
    columns += [F.expr(a.sql).alias(a.name) for a in added.values() if a.sql]
    columns += [F.coalesce(F.expr(sql), F.lit(False)).alias(name) for sql, name in when.items()]
    columns += [F.col(column).alias(key) for key, column in sorted({(_key(a), a.column or "") for a in references})]
    return Prepared(frame.select(*columns), when, references)


def _comparable(column: str, kind: str) -> "Column":
    from pyspark.sql import functions as F

    if kind.startswith("decimal"):
        return F.col(column).cast("double")
    if kind in ("double", "float"):
        return F.nanvl(F.col(column), F.lit(None).cast("double"))
    return F.col(column)


def to_pandas(prepared: Prepared, references: References) -> PandasFrame | None:
    """All rows, with a boolean column a reference (null for a null key); None if there are too many keys to look up in.

    Dates are date objects, a missing value is None or NaN.
    """
    import pyarrow.compute as pc

    keys = {a: references.keys(a.references.table, a.references.column) for a in prepared.references if a.references}
    if any(k is None for k in keys.values()):
        return None
    rows = prepared.frame.toArrow()
    for a, known in keys.items():
        key = rows[_key(a)]
        rows = rows.append_column(a.name, pc.if_else(pc.is_null(key), None, pc.is_in(key, known)))
    return rows.drop_columns(sorted({_key(a) for a in keys})).to_pandas(date_as_object=True)


def with_joins(prepared: Prepared, read: Read) -> "DataFrame":
    """The same as a Spark frame: a left join a reference, many rows to at most one key."""
    frame = prepared.frame
    for a in prepared.references:
        frame = _with_found(frame, a, read)
    return frame.drop(*{_key(a) for a in prepared.references})


def _with_found(frame: "DataFrame", added: Added, read: Read) -> "DataFrame":
    from pyspark.sql import functions as F

    assert added.references is not None
    key = F.col(_key(added))
    other = read(added.references.table)
    if other is None:
        return frame.withColumn(added.name, F.when(key.isNotNull(), F.lit(False)))
    target = f"target__{added.name}"
    targets = other.select(F.col(added.references.column).alias(target)).where(F.col(target).isNotNull()).distinct()
    joined = frame.join(targets, on=key == F.col(target), how="left")
    return joined.withColumn(added.name, F.when(key.isNotNull(), F.col(target).isNotNull())).drop(target)
