"""`lakehouse feasibility`, `worklist` and `reidentify`: from a count to a person who may be asked."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from dagster_project.options import Institutions, Lake, needs_lake
from dagster_project.settings import load_settings

console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 160)
_WIDEST = 60  # of a criterion in a table; --json has all of it


def feasibility(
    study: Annotated[str, typer.Argument(help="The study's identifier (a registry number) or its study_key.")],
    grant: Annotated[str | None, typer.Option(help="For the recipient of this grant, on what it covers; else for those who run the lake.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON.")] = False,
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Count the people whom a study's criteria leave: one after the other, each alone, and with one of them left out.

    Counts below the smallest cell, and those from which one could be worked out, also with what was told before, are
    hidden ("–"); all others are rounded to 5. Exit code 0: answered and recorded; 1: the grant does not hold; 2: bad usage.
    """
    from dagster_project.feasibility import feasibility as answer_for

    answer = answer_for(_lakehouse(lake, institutions), study, grant)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _show(answer)


def _show(answer: dict[str, Any]) -> None:
    console.print(f"{answer['study']}, as of {answer['as_of']}", highlight=False)
    relaxed = {r["id"]: r["more"] for r in answer["relaxed"]}
    table = _table("", "possible", "certain", "alone: met", "unknown", "not met", "more without it")
    table.add_row("everyone", _number(answer["everyone"]), "", "", "", "", "")
    for step in answer["funnel"]:
        alone = step.get("alone", {})
        name = step.get("label", step["step"])
        name = ("not: " if step.get("is_exclusion") else "") + name
        cells = [step["possible"], step["certain"], *(alone.get(k, "") for k in ("met", "unknown", "not_met"))]
        more = relaxed.get(step.get("id"), "")
        table.add_row(name if len(name) <= _WIDEST else name[: _WIDEST - 1] + "…", *map(_number, [*cells, more]))
    console.print(table, markup=False, highlight=False)
    for dimension, counts in answer["by"].items():
        table = _table(dimension.replace("_", " "), "candidates")
        for value, n in counts.items():
            table.add_row(value, _number(n))
        console.print(table, markup=False, highlight=False)
    console.print(
        f"possible: nothing recorded speaks against it; certain: met by records. Of {answer['cells']} counts {answer['hidden']} are"
        f" hidden (–, not zero): below {answer['smallest_cell']} people, or such a number could be worked out."
        + (f" {answer['as_before']} are as told before: fewer people than that have come or gone." if answer["as_before"] else ""),
        highlight=False,
    )  # fmt: skip


def _number(count: int | str | None) -> str:
    return "–" if count is None else count if isinstance(count, str) else f"{count:,}"


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _lakehouse(lake: Path | None, institutions: Path | None):
    from dagster_project.resources import Lakehouse

    settings = load_settings(lake=lake, institutions=institutions)
    needs_lake(settings.lake, "")
    return Lakehouse(settings)
