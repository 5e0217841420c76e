"""The `lakehouse` command: the same jobs as the Dagster UI, for people and scripts. Exit codes are in `core.errors`."""

import sys
import warnings
from pathlib import Path
from typing import Annotated, Literal

import typer
import yaml
from rich.console import Console

from core.errors import ConfigError, LakehouseError
from core.institution import Institution, load_institution
from dagster_project import (
    catalogue_cli,
    crossborder_cli,
    erase_cli,
    grants_cli,
    ledger_cli,
    monitor_cli,
    recruitment_cli,
    sharing_cli,
    usage_cli,
)
from dagster_project.options import Institutions, Lake, needs_lake
from dagster_project.quality import quality_app
from dagster_project.settings import load_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Clinical cohort data lakehouse: FHIR in; de-identified, checked and graded Delta tables out.",
    pretty_exceptions_enable=False,
)
institution_app = typer.Typer(no_args_is_help=True, help="Data providers: one file each in the institutions folder.")
app.add_typer(institution_app, name="institution")
rejects_app = typer.Typer(
    no_args_is_help=True, help="Records that were not accepted: what they are, and judging them again."
)
app.add_typer(rejects_app, name="rejects")

keys_app = typer.Typer(no_args_is_help=True, help="The lake's secret keys: which there are, and new ones.")
app.add_typer(keys_app, name="keys")

view_app = typer.Typer(no_args_is_help=True, help="SQL-on-FHIR ViewDefinitions of your own: checked, and tried out.")
app.add_typer(view_app, name="view")

app.add_typer(ledger_cli.app, name="ledger")
app.command("verify")(ledger_cli.verify)
app.command("erase")(erase_cli.erase)
app.command("serve")(sharing_cli.serve)
app.command("sql")(sharing_cli.sql)
app.command("monitor")(monitor_cli.monitor)
app.command("usage")(usage_cli.usage)
app.command("feasibility")(recruitment_cli.feasibility)
app.command("reidentify")(recruitment_cli.reidentify)
app.add_typer(recruitment_cli.worklist_app, name="worklist")
app.add_typer(grants_cli.people_app, name="people")
app.add_typer(grants_cli.grant_app, name="grant")
app.add_typer(grants_cli.release_app, name="release")
app.add_typer(crossborder_cli.app, name="crossborder")
app.add_typer(quality_app, name="quality")
app.add_typer(catalogue_cli.catalogue_app, name="catalogue")
study_app = typer.Typer(no_args_is_help=True, help="Studies in the shape of CDISC: datasets as files, and a report.")
app.add_typer(study_app, name="study")

Landing = Annotated[
    Path | None, typer.Option("--landing", help="Folder with one folder per institution, one sub-folder per batch.")
]
OfInstitution = Annotated[str | None, typer.Option("--institution", help="Only this institution's.")]
OfBatch = Annotated[str | None, typer.Option("--batch", help="Only this batch's.")]
OfReason = Annotated[str | None, typer.Option("--reason", help="Only this reason code; docs/operations.md lists them.")]
Views = Annotated[
    Path | None, typer.Option("--views", help="Folder of ViewDefinitions of your own, which become silver tables too.")
]
console = Console(stderr=False, soft_wrap=False, width=None if sys.stdout.isatty() else 160)


@app.command()
def run(
    landing: Landing = None, lake: Lake = None, institutions: Institutions = None, views: Views = None,
    replace_batch: Annotated[
        list[str] | None,
        typer.Option(metavar="INSTITUTION/BATCH", help="A loaded batch whose files were put right: load it anew (repeatable)."),
    ] = None,
) -> None:  # fmt: skip
    """Load every new batch, bring all tables up to date and print the reconciliation.

    Exit code 0: whole; 2: bad usage or settings; 3: a blocking quality rule failed; 4: more records were rejected than the
    institution's file allows; 1: anything else. Re-running is always safe.
    """
    lakehouse = _lakehouse(landing, lake, institutions, views)
    lakehouse.landed()  # what cannot work is said before anything is started
    lakehouse.start_spark()  # takes as long as the imports
    from dagster_project.run import run as run_pipeline
    from dagster_project.summary import print_reconciliation, stage_seconds

    made_keys = not lakehouse.vault.exists()
    with console.status("starting Spark …") as status:

        def progress(line: str) -> None:
            console.print(f"  {line}", highlight=False)
            status.update(line)

        lakehouse.on_progress = progress
        failure: LakehouseError | None = None
        try:
            outcome = run_pipeline(lakehouse, frozenset(_batch_key(b) for b in replace_batch or ()))
        except LakehouseError as e:
            if e.exit_code not in (3, 4):
                raise
            failure = e
    if made_keys and lakehouse.vault.exists():
        console.print(f"Made this lake's own keys in {lakehouse.vault} (mode 0600). Back them up; never share them.")
    if failure is None and not outcome.changed:
        console.print("Nothing new has landed and every table is up to date: the lake was not changed.\n")
    print_reconciliation(lakehouse, console)
    if lakehouse.seconds:
        stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in stage_seconds(lakehouse).items())
        console.print(f"\nSeconds per stage: {stages}", highlight=False)
    console.print(f"Report on de-identification: {lakehouse.report_file('deid.html')}", highlight=False, soft_wrap=True)
    console.print(f"Report on data quality: {lakehouse.report_file('quality.html')}", highlight=False, soft_wrap=True)
    page = lakehouse.settings.lake / "catalogue" / "index.html"
    if page.exists():
        console.print(f"Catalogue: {page}", highlight=False, soft_wrap=True)
    if failure is not None:
        raise failure


@app.command()
def export(
    institution: Annotated[str, typer.Argument(help="Id of an institution whose file has a bulk_export section.")],
    since: Annotated[str | None, typer.Option(help="Only what changed after this instant (2026-05-01T00:00:00Z).")] = None,
    full: Annotated[bool, typer.Option("--full", help="Everything, not only what changed since the last export.")] = False,
    landing: Landing = None, lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Have an institution's FHIR server export its records (FHIR Bulk Data) and land them as one batch.

    Without --since or --full: what changed since the last export of the same records. An export that was cut off goes on
    where it was when the command is repeated. Exit code 0: landed or nothing to do; 2: bad usage or settings; 1: the
    server cannot be reached or refuses, or the folder cannot be written.
    """
    if since and full:
        raise ConfigError("--since and --full exclude each other: give one of them, or none.")
    settings = load_settings(landing=landing, lake=lake, institutions=institutions)
    from dagster_project.export import described, export_institution
    from transforms.bronze.export.client import Since

    def tell(line: str) -> None:
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)

    try:
        done = export_institution(settings, institution, tell, Since(since, full))
    except KeyboardInterrupt:
        tell("stopped; the same command goes on from here")
        raise typer.Exit(130) from None
    for line in described(done):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


@app.command()
def status(lake: Lake = None, landing: Landing = None, institutions: Institutions = None) -> None:
    """Say what is in the lake, how fresh each table is, and what has landed but is not loaded."""
    lakehouse = _lakehouse(landing, lake, institutions)
    from dagster_project.status import print_status

    needs_lake(lakehouse.settings.lake)
    print_status(lakehouse, console)


@app.command()
def report(
    lake: Lake = None, institutions: Institutions = None,
    check: Annotated[
        Path | None, typer.Option("--check", metavar="FILE", help="Say whether this report still holds.")
    ] = None,
) -> None:  # fmt: skip
    """Build the report on de-identification anew from what the lake keeps about its runs, or check one.

    Exit code 0: written, or the file holds; 1: the file was changed or speaks of another state of the lake; 2: bad usage.
    """
    lakehouse = _lakehouse(None, lake, institutions)
    from dagster_project import certificates
    from dagster_project.quality_evidence import certified_score
    from dagster_project.report import check_report, write_report

    needs_lake(lakehouse.settings.lake)
    if check is None:
        page, sha256 = write_report(lakehouse)
        certificates.issue(lakehouse, certified_score(lakehouse))
        console.print(f"Report on de-identification: {page}\nsha256 {sha256}", highlight=False, soft_wrap=True)
        return
    if not check.is_file():
        raise ConfigError(f"{check}: is no file. Give the report that was signed, .html or .json.")
    for line in check_report(lakehouse, check):
        console.print(line, highlight=False, soft_wrap=True)
    console.print(f"{check.name} is as it was made and speaks of the lake as it is.", highlight=False, soft_wrap=True)


@app.command()
def maintain(
    lake: Lake = None, institutions: Institutions = None,
    retain_days: Annotated[
        int | None, typer.Option(help="Days for which the files of older versions are kept: 7 or more. Default: bronze 30, others 7.")
    ] = None,
) -> None:  # fmt: skip
    """Write small files of the lake's tables together and delete files that no kept version is read from.

    No row changes and nothing is made anew after it. Exit code 0: done; 2: bad usage; 1: anything else.
    """
    lakehouse = _lakehouse(None, lake, institutions)
    from dagster_project.maintenance import maintain_now, print_upkeep
    from transforms.maintenance import check_days

    check_days(retain_days)
    needs_lake(lakehouse.settings.lake)
    with console.status("starting Spark …") as waiting:
        lakehouse.on_progress = waiting.update
        rows = maintain_now(lakehouse, retain_days)
    print_upkeep(rows, console)


@app.command()
def history(
    resource: Annotated[str, typer.Argument(metavar="TYPE/ID", help="As in Patient/123, the id as it was delivered.")],
    institution: Annotated[str, typer.Option(help="Whose resource it is: ids are an institution's own.")],
    raw: Annotated[bool, typer.Option("--raw", help="Print the stored JSON too: it identifies a patient.")] = False,
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Show every version of one resource, in the order in which they count, and what was rejected of it. Identified zone.

    Exit code 0: found; 2: bad usage, or nothing is held of it; 1: anything else.
    """
    lakehouse = _lakehouse(None, lake, institutions)
    from dagster_project.history import show_history

    needs_lake(lakehouse.settings.lake)
    show_history(lakehouse, resource, institution, console, raw=raw)


@app.command()
def ui(
    lake: Lake = None, landing: Landing = None, institutions: Institutions = None, views: Views = None,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
) -> None:  # fmt: skip
    """Serve the Dagster UI on the lake (on this machine only) until it is interrupted."""
    lakehouse = _lakehouse(landing, lake, institutions, views)
    from dagster_project.run import serve_ui

    serve_ui(lakehouse, port)


@institution_app.command("add")
def institution_add(
    id: Annotated[str, typer.Argument(help="Short name: lower-case letters, digits and _; names its landing folder.")],
    language: Annotated[Literal["en", "zh"], typer.Option(help="Language of its notes.")],
    profile: Annotated[Literal["safe_harbor", "cn_l3"], typer.Option(help="De-identification profile.")],
    fhir_release: Annotated[Literal["R4", "R4B", "R5"], typer.Option(help="FHIR release of its records.")],
    consent: Annotated[
        Literal["required", "waived"], typer.Option(help="Whether a patient needs a permitting Consent.")
    ],
    approval: Annotated[str | None, typer.Option(help="Ethics approval that allows consent to be waived.")] = None,
    name: Annotated[str | None, typer.Option(help="Its name in reports; the id when not given.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Where it is, as in CN (ISO 3166); needed before others get its data.")
    ] = None,
    institutions: Institutions = None,
) -> None:
    """Write institutions/ID.yaml with safe defaults, ready to run."""
    folder = load_settings(institutions=institutions).institutions
    file = folder / f"{id}.yaml"
    if file.exists():
        raise ConfigError(f"{file}: this institution is there already. Edit the file, or choose another id.")
    said = {
        "id": id, "name": name or id, "language": language, "profile": profile, "fhir_release": fhir_release,
        "consent": consent, "approval": approval, "country": country,
        "max_rejected_ratio": Institution.model_fields["max_rejected_ratio"].default,
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{id}" / f"{id}.yaml"
    partial.parent.mkdir()
    try:
        partial.write_text(
            yaml.safe_dump({k: v for k, v in said.items() if v is not None}, sort_keys=False, allow_unicode=True)
        )
        load_institution(partial)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
        partial.parent.rmdir()
    console.print(f"Wrote {file}. Land its batches in <landing>/{id}/<batch>/ and run `lakehouse run`.", soft_wrap=True)


@rejects_app.command("list")
def rejects_list(
    institution: OfInstitution = None, batch: OfBatch = None, reason: OfReason = None, lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Count the rejects by institution, batch, type and reason."""
    lakehouse, which = _rejects(lake, institutions, institution, batch, reason)
    from dagster_project.rejects import print_counts

    print_counts(lakehouse, which, console)


@rejects_app.command("show")
def rejects_show(
    institution: OfInstitution = None, batch: OfBatch = None, reason: OfReason = None, lake: Lake = None, institutions: Institutions = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    raw: Annotated[bool, typer.Option("--raw", help="Print the records' text too: identified data, on your screen only.")] = False,
) -> None:  # fmt: skip
    """Say where each reject stands in its delivery and what is wrong with it."""
    lakehouse, which = _rejects(lake, institutions, institution, batch, reason)
    from dagster_project.rejects import print_places

    print_places(lakehouse, which, console, limit=limit, raw=raw)


@rejects_app.command("replay")
def rejects_replay(
    institution: OfInstitution = None, batch: OfBatch = None, reason: OfReason = None, lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Judge rejects again by today's rules: after a change of the institution's file (fhir_release) or of the software.

    Those that pass leave the reject table; nothing else of their batch is touched. Then `lakehouse run` brings the
    tables after bronze up to date.
    """
    lakehouse, which = _rejects(lake, institutions, institution, batch, reason)
    from dagster_project.rejects import replay

    passed = replay(lakehouse, which, console)
    console.print(f"{passed:,} passed." + (" `lakehouse run` brings the other tables up to date." if passed else ""))


@view_app.command("check")
def view_check(files: Annotated[list[Path], typer.Argument(help="ViewDefinitions as JSON.")]) -> None:
    """List the columns and types of views, or every mistake in them with its place and expression (exit code 2)."""
    from dagster_project.views import check

    check(files, console, _terminology())


@view_app.command("run")
def view_run(
    file: Annotated[Path, typer.Argument(help="A ViewDefinition as JSON.")],
    resources: Annotated[
        list[Path] | None, typer.Option(help="Run on the resources in this file (NDJSON or JSON) instead of a lake; repeatable.")
    ] = None,
    where: Annotated[str | None, typer.Option(help="SQL condition over the view's columns.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows.")] = 20,
    how: Annotated[Literal["table", "csv", "json"], typer.Option("--format")] = "table",
    lake: Lake = None,
) -> None:  # fmt: skip
    """Show the rows of a view over the lake's de-identified records, or over resources in files with no lake at all."""
    from dagster_project.views import rows_of_files, rows_of_lake, show

    if resources:
        rows = rows_of_files(file, resources, where=where, limit=limit, terminology=_terminology())
    else:
        lakehouse = _lakehouse(None, lake, None)
        needs_lake(lakehouse.settings.lake)
        rows = rows_of_lake(lakehouse, file, where=where, limit=limit)
    show(rows, how, console)


@study_app.command("list")
def study_list(lake: Lake = None) -> None:
    """List the studies that have subjects, by STUDYID."""
    lakehouse = _lakehouse(None, lake, None)
    needs_lake(lakehouse.settings.lake)
    from dagster_project.study import show_studies

    show_studies(lakehouse, console)


@study_app.command("export")
def study_export(
    study: Annotated[str, typer.Option(help="STUDYID, as `lakehouse study list` shows it.")],
    how: Annotated[Literal["parquet", "csv", "xpt", "dataset-json"], typer.Option("--format", help="File format.")],
    table: Annotated[list[str] | None, typer.Option(help="A table, such as adsl (repeatable). Default: all.")] = None,
    to: Annotated[Path | None, typer.Option(help="Folder. Default: exports/ in the lake; any other leaves the research zone.")] = None,
    grant: Annotated[str | None, typer.Option(help="For whom it leaves: a grant that names every table.")] = None,
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Write tables of a study as dataset files with a define.xml.

    In the lake's own exports/ they hold every variable (grade L4). Outside of it rows leave the research zone, for the
    recipient of a grant: only tables that their contract lets leave, with the variables of grade L3, k-anonymous, after a scan
    for anybody left in them; it is recorded in the ledger first. Exit code 0: written; 2: bad usage, or the format cannot hold
    it; 3: the scan found somebody; 1: the grant or the contract refuses.
    """
    lakehouse = _lakehouse(None, lake, institutions)
    needs_lake(lakehouse.settings.lake)
    from dagster_project.study import export as export_study

    with console.status("starting Spark …"):
        export_study(lakehouse, study, table or (), how, to, console, grant)


@study_app.command("report")
def study_report(
    study: Annotated[str, typer.Option(help="STUDYID, as `lakehouse study list` shows it.")],
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Build a study's report: disposition, Table 1, adverse events, exposure, Kaplan-Meier curves; small cells hidden."""
    lakehouse = _lakehouse(None, lake, institutions)
    needs_lake(lakehouse.settings.lake)
    from dagster_project.study import report as report_study

    with console.status("starting Spark …"):
        report_study(lakehouse, study, console)


@keys_app.command("show")
def keys_show(lake: Lake = None) -> None:
    """Print the ids of the keys in use and of the retired ones; never a key."""
    lakehouse = _lakehouse(None, lake, None)
    needs_lake(lakehouse.settings.lake)
    keys = lakehouse.keys
    console.print(f"in use: {keys.key_id}\nretired: {', '.join(keys.retired) or 'none'}", highlight=False)


@keys_app.command("rotate")
def keys_rotate(lake: Lake = None) -> None:
    """Make new keys; the next `lakehouse run` derives every pseudonym and date shift again with them.

    The old keys stay in the vault as retired. vault/rekey then says which old key of a patient became which new one, so
    that whoever holds data made with the old ones can be given the new. Back up the vault before and after.
    """
    lakehouse = _lakehouse(None, lake, None)
    needs_lake(lakehouse.settings.lake)
    lakehouse.hold()
    try:
        from deid.pseudonym import KeyRing

        had, now = lakehouse.keys.key_id, KeyRing.rotate(lakehouse.vault).key_id
    finally:
        lakehouse.release()
    console.print(
        f"New keys {now} in {lakehouse.vault}; {had} is retired and stays there. Back up the vault, then `lakehouse run`"
        " derives everything again.",
        highlight=False,
    )


def _rejects(
    lake: Path | None, institutions: Path | None, institution: str | None, batch: str | None, reason: str | None
):
    lakehouse = _lakehouse(None, lake, institutions)
    needs_lake(lakehouse.settings.lake)
    from dagster_project.rejects import Which

    which = Which(institution, batch, reason)
    which.check(lakehouse)
    return lakehouse, which


def _batch_key(said: str) -> str:
    institution, slash, batch = said.partition("/")
    if not (institution and slash and batch):
        raise ConfigError(f"{said}: is no batch. Give it as INSTITUTION/BATCH, the names of its two folders.")
    return f"{institution}|{batch}"


def _terminology():
    from transforms.terminology.load import load_terminology

    return load_terminology(*filter(None, [load_settings().terminology]))


def _lakehouse(landing: Path | None, lake: Path | None, institutions: Path | None, views: Path | None = None):
    settings = load_settings(landing=landing, lake=lake, institutions=institutions, views=views)
    from dagster_project.resources import Lakehouse

    return Lakehouse(settings)


def main() -> None:
    """Run the command; an error a user can act on is one message and its exit code."""
    warnings.filterwarnings("ignore")
    try:
        app(standalone_mode=True)
    except LakehouseError as e:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]error:[/] {e}", highlight=False)
        sys.exit(e.exit_code)


if __name__ == "__main__":
    main()
