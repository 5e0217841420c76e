"""`lakehouse erase`."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from core.errors import ConfigError
from dagster_project.options import Institutions, Lake, needs_lake
from dagster_project.settings import load_settings

console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 160)


def erase(
    subject: Annotated[str, typer.Option(help="The patient's id as the institution delivers it.")],
    institution: Annotated[str, typer.Option(help="Whose patient it is: ids are an institution's own.")],
    approval: Annotated[str, typer.Option(help="Reference of the decision to erase; its hash is recorded.")],
    lake: Lake = None,
    landing: Annotated[Path | None, typer.Option("--landing", help="Where deliveries lie: those that hold the person are named.")] = None,
    institutions: Institutions = None,
) -> None:  # fmt: skip
    """Remove a person from every zone and from what the tables were before, and prove it by looking through all files.

    Cannot be undone. What is delivered of the person later is not accepted. Delivered files are named, not deleted.
    Exit code 0: erased; 1: the person is still found, or anything else failed: repeat it; 2: bad usage.
    """
    from dagster_project.erase import erase as erase_person
    from dagster_project.resources import Lakehouse

    lakehouse = Lakehouse(load_settings(lake=lake, landing=landing, institutions=institutions))
    needs_lake(lakehouse.settings.lake, "bronze/resource")
    if not approval.strip():
        raise ConfigError("--approval: give the reference of the decision that this person is to be erased.")
    with console.status("starting Spark …") as waiting:
        lakehouse.on_progress = waiting.update
        done = erase_person(lakehouse, institution, subject, approval)
    for table, rows in done.rows.items():
        console.print(f"{table}: {rows:,} rows", highlight=False)
    console.print(f"{done.scanned:,} files of the lake looked through: the person is in none of them.", highlight=False)
    if done.landing:
        console.print(
            f"{len(done.landing)} delivered files still hold the person; delete them where they are kept:",
            highlight=False,
        )
        for name in done.landing:
            console.print(f"  {institution}/{name}", highlight=False, markup=False)
