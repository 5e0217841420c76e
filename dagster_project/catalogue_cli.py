"""`lakehouse catalogue …`: the catalogue as a folder of pages."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dagster_project.options import Institutions, Lake, needs_lake
from dagster_project.settings import load_settings

catalogue_app = typer.Typer(
    no_args_is_help=True, help="The catalogue: which datasets there are, and how to request them."
)
console = Console(soft_wrap=True, highlight=False)


@catalogue_app.callback()
def _commands() -> None:
    """Keeps `build` a command of its own, as there is but one."""


@catalogue_app.command("build")
def build(
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder that the site is written to; default <lake>/catalogue.")
    ] = None,
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Write the catalogue: pages in Chinese and English, and JSON-LD (HealthDCAT-AP) beside them. Needs no server to be read.

    It tells what is published and nothing else: contracts, suppressed counts, scores, certificates; sample rows are synthetic.
    Every `lakehouse run` that changes anything writes it too. Exit code 0: written; 2: bad usage, or the folder holds something else.
    """
    settings = load_settings(lake=lake, institutions=institutions)
    from dagster_project.catalogue import build as write
    from dagster_project.resources import Lakehouse

    needs_lake(settings.lake, "published")
    console.print(f"Catalogue: {write(Lakehouse(settings), out.absolute() if out else None)}")
