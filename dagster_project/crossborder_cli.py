"""`lakehouse crossborder`: whether a grant's data may leave its country, by the rules of that country."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core.errors import ConfigError
from dagster_project.grants_cli import As, Key, hash_of
from dagster_project.options import Institutions, Lake, needs_lake
from dagster_project.settings import load_settings
from governance.signing import SigningKey

app = typer.Typer(
    no_args_is_help=True,
    help="Grants for another country: judged by rules with sources; nothing is served without a decision.",
)
console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 160)
GrantId = Annotated[str, typer.Argument(metavar="GRANT", help="A grant's id: `lakehouse grant list`.")]


def _lakehouse(lake: Path | None, institutions: Path | None):
    from dagster_project.resources import Lakehouse

    lakehouse = Lakehouse(load_settings(lake=lake, institutions=institutions))
    needs_lake(lakehouse.settings.lake, "")
    return lakehouse


@app.command("assess")
def assess(
    grant: GrantId,
    by: Annotated[str | None, typer.Option("--as", metavar="PERSON", help="The compliance officer who decides so.")] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="That person's own signing key.")] = None,
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Judge a grant by the rules of its institutions' countries and record the decision; without --as, only show it.

    It stands until the people of the year pass a threshold, or the grant, the rules or an institution's file change.
    Exit code 0: judged (and recorded), whatever the outcome; 1: this person may not; 2: bad usage or rules.
    """
    from dagster_project import crossborder

    if (by is None) != (key is None):
        raise ConfigError("--as and --key: give both, or none of them to see what the rules say.")
    lakehouse = _lakehouse(lake, institutions)
    found = crossborder.grant_of(lakehouse, grant)
    if by is None or key is None:
        _show(crossborder.parts_of(lakehouse, found))
        console.print("Nothing was recorded: --as and --key of a compliance officer do.", highlight=False)
        return
    parts, seq = crossborder.assess(lakehouse, found, by, SigningKey.load(key))
    _show(parts)
    console.print(f"Recorded as entry {seq}.", highlight=False)


def _show(parts) -> None:
    """By exporter the outcome, whose people it counts, and the rules that decided with their sources."""
    for name, part in parts.items():
        facts, judged = part.facts, part.judgement
        console.print(
            f"{name} ({facts.origin}): {judged.outcome}; people this year, with this grant: {facts.personal:,} ordinary,"
            f" {facts.sensitive:,} sensitive",
            highlight=False,
        )
        rules = {rule.id: rule for rule in part.rules.rules} if part.rules else {}
        for id in judged.rules:
            rule = rules.get(id)
            why = f"{rule.because.en} / {rule.because.zh} [{rule.source}]" if rule else "no rule lets it leave"
            console.print(f"  {id}: {why}", highlight=False, markup=False)


@app.command("conclude")
def conclude(
    grant: GrantId,
    reference: Annotated[str, typer.Option(help="Under which the contract or assessment is registered.")],
    by: As, key: Key,
    institution: Annotated[str | None, typer.Option(help="Whose it is; not needed where the decision asks one only.")] = None,
    document: Annotated[Path | None, typer.Option(help="The document: its hash is recorded, the document is not.")] = None,
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Record that the standard contract or security assessment that a decision asks for is concluded.

    Exit code 0: recorded; 1: this person may not, or nothing is asked for; 2: bad usage.
    """
    from dagster_project import crossborder

    lakehouse = _lakehouse(lake, institutions)
    found = crossborder.grant_of(lakehouse, grant)
    sha256 = hash_of(document) if document else None
    seq = crossborder.conclude(lakehouse, found, institution, reference, sha256, by, SigningKey.load(key))
    console.print(f"Recorded as entry {seq}.", highlight=False)


@app.command("list")
def show_all(lake: Lake = None, institutions: Institutions = None) -> None:
    """The grants for another country: what the rules say now, what was decided and concluded, and whether they are served."""
    from dagster_project import crossborder

    lakehouse = _lakehouse(lake, institutions)
    decisions = lakehouse.rights.state().crossings.decisions
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("grant", "to", "institution", "rules say now", "by", "decided", "reference", "served"):
        table.add_column(name)
    for grant, crossing in crossborder.crossings(lakehouse):
        decision, served = decisions.get(grant.id), "yes" if crossing.reason is None else f"no: {crossing.reason}"
        for name, part in (crossing.parts or {"?": None}).items():
            ruling = decision.rulings.get(name) if decision else None
            concluded = decision.concluded.get(name) if decision else None
            reference = concluded.said.reference if concluded else ""
            table.add_row(
                grant.id, grant.said.country, name, part.judgement.outcome if part else "not known",
                ", ".join(part.judgement.rules) if part else "", ruling.outcome if ruling else "", reference,
                served,
            )  # fmt: skip
    console.print(table if table.row_count else "None.", highlight=False)
