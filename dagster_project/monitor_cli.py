"""`lakehouse monitor`: what of access, grants and proofs somebody should look at."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dagster_project.options import Institutions, Lake, needs_lake
from dagster_project.settings import load_settings

console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 200)


def monitor(
    days: Annotated[int, typer.Option(min=1, max=366, help="Of the last so many days; what is usual is learned from all.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Everything that the page shows.")] = False,
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Look for unusual access, agreements that end soon and failed verifications; write reports/access.html.

    Exit code 0: no alarm (there may be notices); 1: at least one alarm; 2: bad usage. docs/monitoring.md says what is unusual.
    """
    from dagster_project.monitor import as_data, look, write_page
    from dagster_project.resources import Lakehouse
    from governance.monitor.words import told

    lakehouse = Lakehouse(load_settings(lake=lake, institutions=institutions))
    needs_lake(lakehouse.settings.lake, "")
    found = look(lakehouse, days)
    page = write_page(lakehouse, found)
    if as_json:
        print(json.dumps(as_data(found), ensure_ascii=False, indent=1))
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("level", "kind", "about", "day", "what"):
            table.add_column(name)
        for f in found.findings:
            table.add_row(f.level, f.kind, f.about, str(f.day), told(f).en)
        console.print(table if found.findings else "Nothing unusual.", highlight=False, markup=False)
        console.print(f"Page: {page}", highlight=False)
    raise typer.Exit(1 if found.alarms else 0)
