"""Silver as gold reads it: without the rows that break a rule whose sheet says `quarantine: row`."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from core.errors import ReconcileError
from dagster_project.checks import SHEETS, table_reader
from dagster_project.resources import Lakehouse
from expectations.compile import Check, compile_rule
from expectations.context import with_context
from expectations.failing import split
from expectations.vocabulary import ColumnReferences


def quarantine_checks(lakehouse: Lakehouse, name: str) -> list[Check]:
    """The checks of silver/<name> that keep rows out of gold."""
    sheet = SHEETS.get(f"silver/{name}")
    rules = sheet.rules if sheet else ()
    return [compile_rule(r, as_of=lakehouse.as_of) for r in rules if r.quarantine]


def quarantine_made_from(lakehouse: Lakehouse, names: Iterable[str]) -> dict[str, Any]:
    """What decides which rows are kept out: the rules, and the versions of the tables that they refer to. Only for tables
    that have such rules, so that the others' gold views do not depend on any."""
    made_from: dict[str, Any] = {}
    for name in names:
        checks = quarantine_checks(lakehouse, name)
        if not checks:
            continue
        rules = sha256("\n".join(c.rule.model_dump_json() for c in checks).encode()).hexdigest()[:16]
        others = {c.rule.args.references.table for c in checks if isinstance(c.rule.args, ColumnReferences)}
        commits = {table: lakehouse.research_lake.commit(*table.split("/", 1)) for table in sorted(others)}
        made_from[name] = {"rules": rules, **{table: c.version if c else -1 for table, c in commits.items()}}
    return made_from


def admitted(lakehouse: Lakehouse, names: Iterable[str]) -> tuple[dict[str, DataFrame], dict[str, dict[str, int]]]:
    """The silver tables as gold may use them, and of those with quarantined rows how many were read, used and kept out.

    ReconcileError if a row would be lost between the two.
    """
    lake = lakehouse.research_lake
    tables: dict[str, DataFrame] = {}
    counts: dict[str, dict[str, int]] = {}
    for name in names:
        tables[name] = lake.read_small("silver", name)
        if checks := quarantine_checks(lakehouse, name):
            read = table_reader(lake)
            judged = with_context(SHEETS[f"silver/{name}"], tables[name], read)
            own = tables[name].columns
            used, kept_out = (rows.select(*own) for rows in split(judged, checks, read))
            counts[name] = _counted({"read": tables[name], "used": used, "quarantined": kept_out})
            _reconcile(name, counts[name])
            tables[name] = used
    return tables, counts


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
