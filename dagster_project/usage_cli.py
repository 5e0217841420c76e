"""`lakehouse usage`: what was used, by whom, of whose data, and what is owed for it."""

import csv
import json
import sys
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from core.errors import ConfigError
from dagster_project.options import Institutions, Lake, date_of, needs_lake
from dagster_project.settings import load_settings

console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 200)
_COLUMNS = (
    "recipient", "grant", "purpose", "view", "queries", "downloads", "rows", "columns", "strictest_grade", "sensitive_columns",
    "roles", "categories", "price_unit", "units", "price_minor", "amount_minor", "currency",
)  # fmt: skip


def usage(
    grant: Annotated[str | None, typer.Option(help="Only under this grant.")] = None,
    recipient: Annotated[str | None, typer.Option(help="The statement of a recipient: what it used, and what it owes.")] = None,
    institution: Annotated[str | None, typer.Option(help="The statement of an institution: its rows and its part of the amounts.")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day (UTC), as in 2026-03-01.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day.")] = None,
    how: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="How to print it.")] = "table",
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Say what was used of granted data, from the ledger, and what is owed; and write it as a page, reports/usage….html.

    A statement of one institution shows its own share only, one of a recipient none.

    One line per grant, view and price. Amounts are in the smallest unit of the currency (CNY: fen). Exit code 0: said; 1: the
    ledger is damaged; 2: bad usage, or no such grant, recipient or institution.
    """
    from dagster_project.metering import Wanted, known, shown, statement, write_report
    from dagster_project.resources import Lakehouse

    first = date_of("--from", since) if since else None
    last = date_of("--to", until) if until else None
    if first and last and first > last:
        raise ConfigError("--from: comes after --to. Give the first and the last day.")
    lakehouse = Lakehouse(load_settings(lake=lake, institutions=institutions))
    needs_lake(lakehouse.settings.lake, "")
    for what, name in (("grant", grant), ("recipient", recipient), ("institution", institution)):
        if name is not None and name not in (there := known(lakehouse)[what]):
            raise ConfigError(f"--{what} {name}: there is none. Known: {', '.join(sorted(there)) or 'none'}.")
    wanted = Wanted(first, last, grant, recipient, institution)
    found = statement(lakehouse, wanted)
    page = write_report(lakehouse, found, wanted)
    said = [shown(line, wanted) for line in found]
    if how == "json":
        print(json.dumps(said, ensure_ascii=False, indent=1))
    elif how == "csv":
        _csv(said, institution)
    else:
        _table(said, institution)
        console.print(f"Report: {page}", highlight=False)


def _names(institution: str | None) -> tuple[str, ...]:
    return _COLUMNS if institution is None else (*_COLUMNS, "own_rows", "own_amount_minor")


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _csv(said: list[dict[str, Any]], institution: str | None) -> None:
    names = _names(institution)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(names)
    out.writerows([_text(line[name]) for name in names] for line in said)


def _table(said: list[dict[str, Any]], institution: str | None) -> None:
    names = tuple(n for n in _names(institution) if n not in ("categories", "roles"))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        is_number = bool(said) and isinstance(said[0][name], int)
        table.add_column(name.replace("_", " "), justify="right" if is_number else "left")
    for line in said:
        table.add_row(*(f"{line[n]:,}" if isinstance(line[n], int) else _text(line[n]) for n in names))
    console.print(table if said else "None.", highlight=False, markup=False)
