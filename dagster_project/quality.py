"""`lakehouse quality …`: sheets checked, tables judged by hand, failing rows looked up, rules proposed, the report."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from core.errors import BlockedByQuality, ConfigError
from dagster_project.options import Lake, needs_lake
from dagster_project.settings import load_settings
from expectations.context import named_columns
from expectations.sheet import RuleSheet, load_sheet, load_sheets

quality_app = typer.Typer(no_args_is_help=True, help="Quality rules: checked, judged, proposed; the report on quality.")
Tables = Annotated[
    list[str] | None,
    typer.Option("--table", help='A table by layer and name, "silver/observation" (repeatable). Default: all.'),
]
console = Console(soft_wrap=True, highlight=False)


@quality_app.command("check")
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Rule sheets; the repository's when none is given.")
    ] = None,
) -> None:
    """List every mistake in rule sheets (exit code 2), or say how many rules they hold. Reads no data.

    A file lies at <folder>/<layer>/<table>.yaml, because its place says which table it is about.
    """
    mistakes, sheets = [], []
    for file in files or [None]:
        try:
            sheets += load_sheets().values() if file is None else [load_sheet(file.absolute())]
        except ConfigError as e:
            mistakes.append(str(e))
    mistakes += [m for sheet in sheets for m in _unknown_columns(sheet)]
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    console.print(f"{len(sheets)} sheets, {sum(len(s.rules) for s in sheets)} rules: no mistake found.")


@quality_app.command("run")
def run(tables: Tables = None, lake: Lake = None) -> None:
    """Judge the tables as they are now by their sheets, keep the results and print them; then build the report anew.

    A version that all rules of its sheet have judged is not judged again: its results stand. Exit code 0: no critical rule
    is broken; 3: one is, or could not be judged; 2: bad usage.
    """
    lakehouse = _opened(lake)
    from dagster_project.checks import judge
    from dagster_project.quality_evidence import selected, write_report
    from dagster_project.run import attended

    sheets = selected(tables)
    with attended(lakehouse), console.status(f"judging {len(sheets)} tables …"):
        found = judge(lakehouse, sheets, f"by-hand-{lakehouse.now():%Y%m%dT%H%M%S}")
        page = write_report(lakehouse)
    _print_results(found)
    console.print(f"Report on quality: {page}")
    blocked = [
        f"{r.layer}/{r.table}: {r.rule_id}"
        for r in found
        if r.severity == "critical" and r.status in ("failed", "error")
    ]
    if blocked:
        raise BlockedByQuality(
            f"{len(blocked)} critical rules failed ({'; '.join(blocked)}). Fix the cause and run the pipeline again."
        )


@quality_app.command("failures")
def failures(
    rule: Annotated[str, typer.Argument(help="The rule's id.")],
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows a table.")] = 50,
    lake: Lake = None,
) -> None:
    """Show which rows break a rule now, by their keys; a record of the identified zone by its place in the delivery.

    Exit code 0: shown, also when none breaks it; 2: no such rule.
    """
    lakehouse = _opened(lake)
    from dagster_project.failures import failures as find

    found = find(lakehouse, rule, most=limit)
    for f in found:
        console.print(f"{f.table} version {f.delta_version}: {f.status}, {f.failed:,} of {f.checked:,} rows break it")
        for row in f.rows:
            console.print(f"  {row.institution or '-'}  {row.row_key}", markup=False)
        if f.beyond:
            console.print(f"  and {f.beyond:,} more")
    if not found:
        console.print("Nothing was judged by it yet. `lakehouse quality run` judges.")


@quality_app.command("report")
def report(lake: Lake = None) -> None:
    """Build <lake>/reports/quality.html and .json anew from what the lake keeps, and print the scores of institutions."""
    lakehouse = _opened(lake)
    from dagster_project.quality_evidence import write_report

    console.print(f"Report on quality: {write_report(lakehouse)}")


@quality_app.command("data-docs")
def data_docs(
    out: Annotated[Path | None, typer.Option("--out", help="The folder; <lake>/reports/data_docs unless told.")] = None,
    lake: Lake = None,
) -> None:
    """Build Great Expectations' own pages from the standing results: index.html and one page a table. They hold counts only.

    When opened they fetch style and scripts from the web; `lakehouse quality report` makes a page that needs nobody.
    """
    lakehouse = _opened(lake)
    from dagster_project.quality_evidence import write_data_docs

    with console.status("building the pages …"):
        index = write_data_docs(lakehouse, out or lakehouse.settings.lake / "reports" / "data_docs")
    console.print(f"Data Docs: {index}")


@quality_app.command("propose")
def propose(
    out: Annotated[Path, typer.Option("--out", help="The file that the proposals are written to; it must not exist.")],
    tables: Tables = None, lake: Lake = None,
) -> None:  # fmt: skip
    """Profile silver tables and write rules that their data keeps as YAML, for a person to accept. Sheets are left alone.

    Codes and ranges are proposed only from counts of 11 people or more.
    """
    if out.exists():
        raise ConfigError(f"{out}: is there already. Name a new file with --out.")
    lakehouse = _opened(lake)
    from dagster_project.quality_evidence import propose_for, selected
    from expectations.propose import to_yaml

    with console.status("profiling …"):
        stanzas = propose_for(lakehouse.tables, [s.name for s in selected(tables)])
    out.write_text(to_yaml(stanzas), encoding="utf-8")
    console.print(
        f"{sum(map(len, stanzas.values()))} rules proposed in {out}. Take over what you can give a reason for."
    )


def _opened(lake: Path | None) -> Any:
    settings = load_settings(lake=lake)
    from dagster_project.resources import Lakehouse

    needs_lake(settings.lake)
    return Lakehouse(settings)


def _print_results(found: list[Any]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("table", "rule", "severity", "status", "failed", "judged"):
        table.add_column(name, justify="right" if name in ("failed", "judged") else "left")
    for r in sorted(found, key=lambda r: (r.status == "passed", r.layer, r.table, r.rule_id)):
        if r.status in ("failed", "error") or r.failed:
            table.add_row(f"{r.layer}/{r.table}", r.rule_id, r.severity, r.status, f"{r.failed:,}", f"{r.checked:,}")
    console.print(table if table.row_count else "No row breaks any rule.")
    counts = {s: sum(r.status == s for r in found) for s in ("passed", "failed", "error", "not_applicable")}
    console.print(", ".join(f"{n} {s.replace('_', ' ')}" for s, n in counts.items()))


def _unknown_columns(sheet: RuleSheet) -> list[str]:
    """Columns that rules read and the table's definition does not have; context columns are looked up in theirs."""
    known = columns_of(sheet.name)
    if known is None:
        return []
    said = {f"{relation}__{c}" for relation, names in named_columns(sheet).items() for c in names}
    return [
        f"{sheet.file}: {rule.id}: args: {sheet.name} has no column {column}"
        for rule in sheet.rules
        for column in rule.args.columns()
        if column not in known | said
    ]


def columns_of(table: str) -> set[str] | None:
    """The columns of a table by its definition, with no lake; None where only the pipeline's code defines them."""
    from governance.contract import IS_SUPPRESSED, load_contract
    from transforms.gold import views
    from transforms.silver.view import load_views

    layer, _, name = table.partition("/")
    if layer == "silver":
        found = load_views().get(name)
        own = {"institution", "subject_key", "person_key"}
        return own | {c.name for c in found.columns} if found else None
    if layer in ("gold", "published") and (view := views().get(name.split("/")[-1])):
        return {*load_contract(view.contract_file).columns, IS_SUPPRESSED}
    return None
