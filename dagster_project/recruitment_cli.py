"""`lakehouse feasibility`, `worklist` and `reidentify`: from a count to a person who may be asked."""

import csv
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, TextIO

import typer
from rich.console import Console
from rich.table import Table

from core.errors import ConfigError
from dagster_project.options import Institutions, Lake, date_of, needs_lake
from dagster_project.settings import load_settings
from governance.events import CandidateStatus

console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 160)
worklist_app = typer.Typer(
    invoke_without_command=True,
    help="Who may be asked next at a site, as pseudonyms, and how far the site came with each.",
)
Form = Literal["table", "csv", "json", "fhir"]
Study = Annotated[str, typer.Option("--study", help="The study's identifier (a registry number) or its study_key.")]
Site = Annotated[str, typer.Option("--site", help="The institution whose patients they are.")]
As = Annotated[
    str, typer.Option("--as", metavar="PERSON", help="Who does it: a recruiter of the site (`lakehouse people list`).")
]
Key = Annotated[Path, typer.Option("--key", metavar="FILE", help="That person's own signing key.")]
_WIDEST = 60  # of a criterion in a table; --json has all of it


def feasibility(
    study: Annotated[str, typer.Argument(help="The study's identifier (a registry number) or its study_key.")],
    grant: Annotated[str | None, typer.Option(help="For this grant's recipient, on what it covers. Else: who runs the lake.")] = None,
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


@worklist_app.callback()
def worklist(
    context: typer.Context,
    study: Annotated[str | None, typer.Option(help="The study's identifier (a registry number) or its study_key.")] = None,
    site: Annotated[str | None, typer.Option(help="The institution whose patients they are.")] = None,
    how: Annotated[Form, typer.Option("--format", help="fhir: a Bundle of a List and ResearchSubjects.")] = "table",
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """List a site's candidates, the most promising first: fewest criteria unknown, contact permitted, newest evidence.

    Whoever declined or is enrolled is not in it. Pseudonyms and evidence are for the research zone (grade L3 rows that are
    not k-anonymous): pass a count on, not the list. Exit code 0: listed; 2: bad usage.
    """
    if context.invoked_subcommand:
        return
    if not study or not site:
        raise ConfigError("worklist: needs --study and --site. `lakehouse feasibility` counts candidates by site.")
    from dagster_project.worklist import show
    from governance.recruitment.worklist import fhir

    lakehouse = _lakehouse(lake, institutions)
    which, entries = show(lakehouse, study, site)
    rows = [asdict(entry) for entry in entries]
    if how == "fhir":
        print(json.dumps(fhir(entries, study=which.key, site=site, made=lakehouse.now().isoformat(timespec="seconds"))))
    elif how == "json":
        print(json.dumps(rows, default=str, ensure_ascii=False, indent=1))
    elif how == "csv":
        _print_csv(rows)
    else:
        _print_worklist(rows)


_PLAIN = ("rank", "subject_key", "status", "verdict", "n_met", "n_unknown", "may_contact", "newest", "sex", "age_band")


def _print_csv(rows: list[dict[str, Any]]) -> None:
    out = csv.writer(sys.stdout)
    out.writerow([*_PLAIN, "evidence"])
    for row in rows:
        out.writerow([*(row[name] for name in _PLAIN), " | ".join(_told(one) for one in row["evidence"])])


def _print_worklist(rows: list[dict[str, Any]]) -> None:
    table = Table(*_PLAIN, "unknown, and what is missing", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        missing = "; ".join(
            f"{one['criterion_id']}: {one['needs']}" for one in row["evidence"] if one["result"] == "unknown"
        )
        table.add_row(*("" if row[name] is None else str(row[name]) for name in _PLAIN), missing)
    console.print(table if rows else "Nobody.", markup=False, highlight=False)


def _told(one: dict[str, Any]) -> str:
    """A criterion in one cell: its id, result, the record that decided, or what is missing."""
    parts = [one[n] for n in ("evidence_date", "value", "unit", "value_code", "needs") if one[n] is not None]
    return " ".join([f"{one['criterion_id']}: {one['result']}", *map(str, parts)])


@worklist_app.command("mark")
def worklist_mark(
    study: Study, site: Site,
    subject: Annotated[str, typer.Option(help="subject_key, as the worklist shows it.")],
    status: Annotated[CandidateStatus, typer.Option(help="How far the site came.")],
    by: As, key: Key,
    correct: Annotated[bool, typer.Option("--correct", help="An earlier mark (enrolled, declined) was a mistake.")] = False,
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Record how far the site came with a candidate; signed, and every earlier mark stays.

    Enrolled and declined are final: nobody is offered again. Marking twice changes nothing. Exit code 0: recorded or so
    already; 1: the person may not; 2: bad usage.
    """
    from dagster_project.worklist import mark
    from governance.signing import SigningKey

    lakehouse = _lakehouse(lake, institutions)
    done = mark(lakehouse, study, site, subject, status, by, SigningKey.load(key), is_correction=correct)
    console.print(f"Recorded as entry {done.seq}." if done else f"They are {status} already.", highlight=False)


@worklist_app.command("request")
def worklist_request(
    request: Annotated[str, typer.Argument(help="An id for the request: what --approval of `lakehouse reidentify` takes.")],
    study: Study, site: Site,
    subject: Annotated[list[str], typer.Option(help="subject_key, as the worklist shows it (repeatable).")],
    expires: Annotated[str, typer.Option(help="The day on which it does not hold any more, as in 2026-03-01.")],
    protocol: Annotated[Path, typer.Option(help="The protocol or decision it rests on; its hash is recorded.")],
    by: As, key: Key,
    purpose: Annotated[str, typer.Option(help="What for.")] = "trial_recruitment",
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Ask, as a recruiter of the site, to be told who some candidates are.

    Two people then sign it with `lakehouse grant review`: a reviewer of the site, who is not the one that asks, and one of
    another organisation.
    """
    from dagster_project.grants_cli import hash_of
    from dagster_project.worklist import request as ask
    from governance.signing import SigningKey

    lakehouse, until = _lakehouse(lake, institutions), date_of("--expires", expires)
    more = {"request": request, "purpose": purpose, "expires": until, "protocol_sha256": hash_of(protocol)}
    done = ask(lakehouse, study, site, subject, by, SigningKey.load(key), **more)
    console.print(
        f"Recorded as entry {done.seq}. Now `lakehouse grant review {request} --decision approve`.", highlight=False
    )


def reidentify(
    study: Study, site: Site,
    subject: Annotated[str, typer.Option(help="One candidate's subject_key, as the worklist shows it.")],
    purpose: Annotated[str, typer.Option(help="What for: the request's purpose, trial_recruitment.")],
    approval: Annotated[str, typer.Option(help="The request that two people have approved (`lakehouse worklist request`).")],
    by: Annotated[str | None, typer.Option("--as", metavar="PERSON", help="Who asks: a recruiter of the site.")] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="That person's own signing key.")] = None,
    to: Annotated[Path | None, typer.Option(help="A new file (mode 0600) instead of the terminal.")] = None,
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Tell a site's recruiter who one of its own candidates is. Only inside the zone that holds the site's vault.

    Needs an approved, unexpired request that names the candidate, who is on the worklist now and permits contact. It is
    recorded in the ledger before it is told, and so is a refusal. Exit code 0: told; 1: refused, with all that is missing;
    2: bad usage.
    """
    from dagster_project.reidentify import Wanted
    from dagster_project.reidentify import reidentify as tell
    from governance.signing import SigningKey

    lakehouse = _lakehouse(lake, institutions)
    if to is None and not sys.stdout.isatty():
        raise ConfigError("reidentify: output is no terminal, and an identity is in no log. Give --to FILE.")
    signing = SigningKey.load(key) if key else None
    with private_file(to) if to else nullcontext(sys.stdout) as out:
        found = tell(lakehouse, Wanted(study, site, subject, purpose, approval, by, signing))
        json.dump(found, out, ensure_ascii=False, indent=1)
        out.write("\n")
    if to:
        console.print(f"{to}: for its owner only. Delete it when the patient was asked.", highlight=False)


@contextmanager
def private_file(file: Path) -> Iterator[TextIO]:
    """A new file for its owner only, which is gone again where nothing was written to it."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigError(f"--to {file}: exists and is not written over. Give another file.") from None
    except OSError as e:
        raise ConfigError(f"--to {file}: cannot be written ({e.strerror}). Give another file.") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            yield out
    except BaseException:
        file.unlink(missing_ok=True)
        raise


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
