"""What a table has to be before it may be written: what its contract promises, checked without reading it twice."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.errors import ConfigError
from governance.contract import SOURCE, Contract, ContractError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

# Begins what a row that breaks a promise raises, inside Spark; no value of the row follows.
_BROKEN = "broken promise: "


def check_population(contract: Contract, counted: Contract | None) -> None:
    """ConfigError unless `counted`, the view that the contract names as its population, counts by its quasi-identifiers."""
    if contract.population is None:
        return
    lacking = sorted(set(contract.quasi_identifiers()) - set(counted.dimensions if counted else ()))
    if counted is None or counted.kind != "aggregate" or lacking:
        why = (
            f"does not count by {', '.join(lacking)}"
            if counted and counted.kind == "aggregate"
            else "is no aggregate view"
        )
        raise ConfigError(
            f"{contract.view}.yaml: population: {contract.population} {why}. Name an aggregate whose dimensions hold the"
            " quasi-identifiers, or leave it out."
        )


def check_schema(schema: "StructType", contract: Contract) -> None:
    """ContractError that names every column which is missing, not in the contract (so L5), or of another type."""
    has = {field.name: field.dataType.simpleString() for field in schema.fields}
    wrong = [f"{name} is missing" for name in contract.columns if name not in has]
    wrong += [f"{name} is not in the contract, so it is L5" for name in has if name not in contract.columns]
    wrong += [
        f"{name} is {has[name]}, promised is {column.type}"
        for name, column in contract.columns.items()
        if name in has and has[name] != column.type
    ]
    if wrong:
        raise ContractError(
            f"{contract.view}: the table is not what its contract promises: {'; '.join(wrong)}. "
            f"Change {contract.view}.py or {contract.view}.yaml so that the two agree."
        )


def held(frame: "DataFrame", contract: Contract, registered: Collection[str]) -> "DataFrame":
    """The same rows, which cannot be written as long as one of them breaks the contract.

    A null in a column that `is_required`, and an institution that is not among the sources, raise in the very job that
    writes, so that nothing is read twice and no commit is made; `promised` says what it was. ContractError when columns or
    types differ. `registered`: the institutions that have a file.
    """
    from pyspark.sql import functions as F

    check_schema(frame.schema, contract)
    columns = []
    for name, column in contract.columns.items():
        value = F.col(name)
        if column.is_required:
            null = F.raise_error(F.lit(f"{_BROKEN}{name} is null in a row; it is required"))
            value = F.when(value.isNotNull(), value).otherwise(null.cast(column.type))
        if name == SOURCE:
            stranger = F.raise_error(F.lit(f"{_BROKEN}a row is from an institution that is not declared"))
            known = F.col(name).isin(sorted(contract.sources(registered)))
            value = F.when(known | F.col(name).isNull(), value).otherwise(stranger.cast(column.type))
        columns.append(value.alias(name))
    return frame.select(*columns)


@contextmanager
def promised(contract: Contract) -> Iterator[None]:
    """Around the write of rows that are `held`: ContractError that names the promise that a row breaks."""
    broken = None
    try:
        yield
    except Exception as e:
        lines = [line for line in str(e).splitlines() if _BROKEN in line]
        if not lines:
            raise
        broken = lines[0].split(_BROKEN, 1)[1].split(" SQLSTATE", 1)[0].rstrip("'. ")
    if broken:
        raise ContractError(
            f"{contract.view}: the table is not what its contract promises: {broken}. Nothing was written. Correct"
            f" {contract.view}.py, or declare it in {contract.view}.yaml (is_required, source_institutions)."
        )
