"""Silver as gold reads it: without the rows that break a rule whose sheet says `quarantine: row`."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from core.errors import ReconcileError
from dagster_project.checks import SHEETS, table_reader
from dagster_project.resources import Lakehouse
from expectations.compile import compile_rule
from expectations.context import tables_named, with_context
from expectations.failing import split
from expectations.sheet import RuleSheet
from expectations.vocabulary import ColumnReferences


def _sheet(name: str) -> RuleSheet | None:
    """The rules of silver/<name> that keep rows out of gold; None without any."""
    sheet = SHEETS.get(f"silver/{name}")
    rules = tuple(r for r in sheet.rules if r.quarantine) if sheet else ()
    return sheet.model_copy(update={"rules": rules}) if sheet and rules else None


def quarantine_made_from(lakehouse: Lakehouse, names: Iterable[str]) -> dict[str, Any]:
    """What decides which rows are kept out: the rules, and the versions of the tables that they refer to. Only for tables
    that have such rules, so that the others' gold views do not depend on any."""
    made_from: dict[str, Any] = {}
    for name in names:
        if (sheet := _sheet(name)) is None:
            continue
        rules = sha256("\n".join(r.model_dump_json() for r in sheet.rules).encode()).hexdigest()[:16]
        others = {r.args.references.table for r in sheet.rules if isinstance(r.args, ColumnReferences)}
        tables = sorted(others | tables_named(sheet))
        commits = {table: lakehouse.research_lake.commit(*table.split("/", 1)) for table in tables}
        made_from[name] = {"rules": rules, **{table: c.version if c else -1 for table, c in commits.items()}}
    return made_from


def admitted(lakehouse: Lakehouse, names: Iterable[str]) -> tuple[dict[str, DataFrame], dict[str, dict[str, int]]]:
    """The silver tables as gold may use them, and of those with quarantined rows how many were read, used and kept out.

    ReconcileError if a row would be lost between the two.
    """
    tables: dict[str, DataFrame] = {}
    counts: dict[str, dict[str, int]] = {}
    for name in names:
        if (sheet := _sheet(name)) is None:
            tables[name] = lakehouse.research_lake.read_small("silver", name)
            continue
        commit = lakehouse.research_lake.commit("silver", name)
        made = f"{name}: {commit and commit.version}: {quarantine_made_from(lakehouse, [name])}"
        if made not in lakehouse.admitted:  # a table is read by many views
            lakehouse.admitted[made] = _admitted(lakehouse, sheet)
        tables[name], counts[name] = lakehouse.admitted[made]
    return tables, counts


def _admitted(lakehouse: Lakehouse, sheet: RuleSheet) -> tuple[DataFrame, dict[str, int]]:
    rows, read = lakehouse.research_lake.read_small("silver", sheet.table), table_reader(lakehouse.research_lake)
    judged = with_context(sheet, rows, read)
    checks = [compile_rule(r, as_of=lakehouse.as_of) for r in sheet.rules]
    used, kept_out = (part.select(*rows.columns) for part in split(judged, checks, read))
    counts = _counted({"read": rows, "used": used, "quarantined": kept_out})
    _reconcile(sheet.table, counts)
    return used if counts["quarantined"] else rows, counts


def _counted(frames: Mapping[str, DataFrame]) -> dict[str, int]:
    one, *more = (f.agg(F.count("*").alias("n")).select(F.lit(what).alias("what"), "n") for what, f in frames.items())
    for other in more:
        one = one.unionAll(other)
    return {r.what: r.n for r in one.collect()}


def _reconcile(name: str, counts: Mapping[str, int]) -> None:
    if counts["read"] != counts["used"] + counts["quarantined"]:
        raise ReconcileError(
            f"silver/{name}: {counts['read']} rows, but {counts['used']} used by gold and {counts['quarantined']} kept out."
            " Report it as a bug: nothing after silver is built."
        )
