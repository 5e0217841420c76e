"""`lakehouse people`, `grant` and `release`: each step is done by a person, who signs it with a key of their own."""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from core.errors import ConfigError
from core.institution import Purpose
from dagster_project.options import Institutions, Lake, date_of, needs_lake
from dagster_project.settings import load_settings
from governance import events as e
from governance.signing import SigningKey

people_app = typer.Typer(no_args_is_help=True, help="Who can act: people, their organisations, roles and keys.")
grant_app = typer.Typer(
    no_args_is_help=True, help="Access to published views: request, review, agreement, grant, revocation."
)
release_app = typer.Typer(no_args_is_help=True, help="A compliance officer stands for published versions.")

As = Annotated[str, typer.Option("--as", metavar="PERSON", help="Who does it: an id of `lakehouse people list`.")]
Key = Annotated[
    Path, typer.Option("--key", metavar="FILE", help="That person's own signing key (`lakehouse people key`).")
]
console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 160)


def _lakehouse(lake: Path | None, institutions: Path | None = None):
    from dagster_project.resources import Lakehouse

    lakehouse = Lakehouse(load_settings(lake=lake, institutions=institutions))
    needs_lake(lakehouse.settings.lake, "")
    return lakehouse


def _event(kind: type[e.Event], **body: object) -> e.Event:
    """ConfigError names what is not allowed; a value is never quoted."""
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, x['loc']))}: {x['msg']}" for x in error.errors(include_input=False))
        raise ConfigError(f"{kind.kind}: {wrong}. `--help` says what is allowed.") from None


def _act(lake: Path | None, person: str, key: Path, event: e.Event) -> None:
    lakehouse = _lakehouse(lake)
    receipt = lakehouse.rights.act(person, SigningKey.load(key), event, lakehouse.now())
    console.print(f"Recorded as entry {receipt.seq}.", highlight=False)


def hash_of(document: Path) -> str:
    if not document.is_file():
        raise ConfigError(f"{document}: is no file. Give the document; its hash is recorded, the document is not.")
    return sha256(document.read_bytes()).hexdigest()


# --- people -----------------------------------------------------------------------------------------------------------


@people_app.command("key")
def people_key(
    file: Annotated[Path, typer.Argument(help="Where the key is to lie: with its person, on no shared disk.")],
) -> None:
    """Make a signing key for a person (mode 0600) and print its public half, which the registrar needs."""
    key = SigningKey.create(file)
    console.print(f"{file}: keep it to yourself.\npublic key {key.public_key}", highlight=False)


@people_app.command("add")
def people_add(
    person: Annotated[str, typer.Argument(help="An id, as in li.na.")],
    organisation: Annotated[str, typer.Option(help="An institution's id, or that of another organisation.")],
    role: Annotated[list[str], typer.Option(help=f"One of {', '.join(get_args(e.Role))} (repeatable).")],
    public_key: Annotated[str, typer.Option(help="What `lakehouse people key` printed for them.")],
    by: As, key: Key, lake: Lake = None,
) -> None:  # fmt: skip
    """Enter a person, or their new roles or key. The first is a registrar, who enters themselves; registrars do nothing else."""
    said = {"person": person, "organisation": organisation, "roles": tuple(role), "public_key": public_key}
    _act(lake, by, key, _event(e.PersonRegistered, **said))


@people_app.command("remove")
def people_remove(person: str, by: As, key: Key, lake: Lake = None) -> None:
    """End what a person can do, at once. What they did stays."""
    _act(lake, by, key, _event(e.PersonRemoved, person=person))


@people_app.command("list")
def people_list(lake: Lake = None) -> None:
    """Who can act, for whom, as what."""
    rows = [
        (p.id, p.organisation, ", ".join(sorted(p.roles)), p.public_key[:16], "" if p.is_active else "removed")
        for p in _lakehouse(lake).rights.state().people.values()
    ]
    _print(("person", "organisation", "roles", "public key", ""), rows)


# --- grants -----------------------------------------------------------------------------------------------------------


@grant_app.command("request")
def grant_request(
    request: Annotated[str, typer.Argument(help="An id for the request.")],
    recipient: Annotated[str, typer.Option(help="The organisation that asks: the person's own.")],
    country: Annotated[str, typer.Option(help="Where the data will be used, as in CN (ISO 3166).")],
    purpose: Annotated[str, typer.Option(help=f"One of {', '.join(get_args(Purpose))}.")],
    grade: Annotated[str, typer.Option(help="The highest grade that is asked for: L1 to L4.")],
    view: Annotated[list[str], typer.Option(help="A view (repeatable).")],
    starts: Annotated[str, typer.Option(help="First day, as in 2026-03-01.")],
    expires: Annotated[str, typer.Option(help="The day on which it does not hold any more.")],
    max_rows: Annotated[int, typer.Option(min=1, help="Most rows over all its time.")],
    protocol: Annotated[Path, typer.Option(help="The project's protocol; its hash is recorded.")],
    by: As, key: Key,
    only: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN=CODE[,CODE]", help="Only rows with these codes (repeatable).")
    ] = None,
    price_minor: Annotated[int, typer.Option(min=0, help="Price in the currency's smallest unit.")] = 0,
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "CNY",
    lake: Lake = None,
) -> None:  # fmt: skip
    """Ask for access to views, for a purpose and a time."""
    rows = dict(_filter(said) for said in only or ())
    said = {
        "request": request, "recipient": recipient, "country": country, "purpose": purpose, "grade": grade, "views": tuple(view),
        "row_filter": rows, "starts": date_of("--starts", starts), "expires": date_of("--expires", expires),
        "max_rows": max_rows, "price_minor": price_minor,
        "currency": currency, "protocol_sha256": hash_of(protocol),
    }  # fmt: skip
    _act(lake, by, key, _event(e.AccessRequested, **said))


def _filter(said: str) -> tuple[str, tuple[str, ...]]:
    column, equals, codes = said.partition("=")
    if not (column and equals and codes):
        raise ConfigError("--only: has to be COLUMN=CODE or COLUMN=CODE,CODE.")
    return column, tuple(codes.split(","))


@grant_app.command("review")
def grant_review(
    request: str, decision: Annotated[Literal["approve", "reject"], typer.Option()], by: As, key: Key, lake: Lake = None
) -> None:
    """Approve or reject a request. It takes two people of two organisations, neither the requester's."""
    _act(lake, by, key, _event(e.RequestReviewed, request=request, decision=decision))


@grant_app.command("agree")
def grant_agree(
    request: str,
    party: Annotated[Literal["recipient", "controller"], typer.Option(help="For the recipient, or for an institution.")],
    agreement: Annotated[Path, typer.Option(help="The data use agreement; its hash is recorded, and is the same for all.")],
    by: As, key: Key, lake: Lake = None,
) -> None:  # fmt: skip
    """Sign the data use agreement of an approved request: the recipient, and each institution whose data it is."""
    _act(lake, by, key, _event(e.AgreementSigned, request=request, party=party, agreement_sha256=hash_of(agreement)))


@grant_app.command("issue")
def grant_issue(
    grant: Annotated[str, typer.Argument(help="An id for the grant.")],
    request: Annotated[str, typer.Option(help="The request that was agreed on.")],
    agreement: Annotated[Path, typer.Option(help="The agreement that was signed.")],
    by: As, key: Key, lake: Lake = None,
) -> None:  # fmt: skip
    """Issue the grant of an agreed request; a compliance officer who neither asked nor reviewed does."""
    _act(lake, by, key, _event(e.GrantIssued, grant=grant, request=request, agreement_sha256=hash_of(agreement)))


@grant_app.command("profile")
def grant_profile(
    grant: str,
    to: Annotated[Path, typer.Option(help="The profile file that is written (mode 0600): give it to the reader.")],
    endpoint: Annotated[str, typer.Option(help="What readers reach the gateway by: https://….")],
    by: As, key: Key, lake: Lake = None,
) -> None:  # fmt: skip
    """Make a profile file for the readers of a grant (Delta Sharing, any client). The one before it ends to work."""
    from dagster_project.sharing import write_profile

    write_profile(_lakehouse(lake), grant, by, SigningKey.load(key), endpoint, to)
    console.print(f"{to}: holds a token. Only its hash is kept here; who loses it asks for a new one.", highlight=False)


@grant_app.command("revoke")
def grant_revoke(
    grant: str,
    reason: Annotated[
        Literal["breach", "withdrawn_by_controller", "returned", "security", "mistake"], typer.Option()
    ],
    by: As, key: Key, lake: Lake = None,
) -> None:  # fmt: skip
    """End a grant at once, also for whoever is reading now: a compliance officer, or a party of its agreement."""
    _act(lake, by, key, _event(e.GrantRevoked, grant=grant, reason=reason))


@grant_app.command("list")
def grant_list(lake: Lake = None, institutions: Institutions = None) -> None:
    """Requests and grants, and how far each is."""
    from dagster_project.crossborder import state_of

    lakehouse = _lakehouse(lake, institutions)
    state, now = lakehouse.rights.state(), lakehouse.now()
    rows = []
    for name, r in state.requests.items():
        grant, said = state.grants.get(r.grant or ""), r.said
        standing = state_of(lakehouse, grant, now) if grant else r.state
        if isinstance(said, e.AccessRequested):
            used = f"{grant.rows_used:,} of {said.max_rows:,}" if grant else ""
            what = (
                said.recipient,
                said.purpose,
                said.grade,
                ", ".join(said.views),
                f"{said.starts} to {said.expires}",
                used,
            )
        else:
            what = (said.institution, said.purpose, "L5", f"who {len(said.subjects)} are", f"to {said.expires}", "")
        rows.append((name, r.grant or "", standing, *what))
    _print(("request", "grant", "state", "recipient", "purpose", "grade", "views", "time", "rows"), rows)
    if state.void:
        console.print(
            f"{state.void} entries count for nothing: not signed by their actor, or not allowed.", style="bold red"
        )


@grant_app.command("show")
def grant_show(
    request: Annotated[str, typer.Argument(help="A request's or grant's id.")], lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """All that is known of a request and its grant, as JSON."""
    from dagster_project.crossborder import state_of

    lakehouse = _lakehouse(lake, institutions)
    state = lakehouse.rights.state()
    grant = state.grants.get(request)
    found = grant.request if grant else state.requests.get(request)
    if found is None:
        raise ConfigError(f"{request}: is no request and no grant. `lakehouse grant list` lists them.")
    grant = state.grants.get(found.grant or "")
    said = {
        **e.body_of(found.said), "requester": found.requester, "requested_at": found.at, "reviews": dict(found.reviews),
        "reviewers": sorted(found.reviewers), "parties": dict(found.parties), "agreement_sha256": found.agreement_sha256,
        "grant": found.grant, "state": state_of(lakehouse, grant, lakehouse.now()) if grant else found.state,
        "rows_used": grant.rows_used if grant else 0,
    }  # fmt: skip
    print(json.dumps(said, indent=1, ensure_ascii=False))


# --- releases ---------------------------------------------------------------------------------------------------------


@release_app.command("sign")
def release_sign(
    report: Annotated[Path, typer.Argument(help="The de-identification report that was read: reports/deid….html or .json.")],
    by: As, key: Key, lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Sign, as a compliance officer, the published versions that a report speaks of. It has to speak of the lake as it is."""
    from dagster_project.grants import sign_release

    if not report.is_file():
        raise ConfigError(f"{report}: is no file. Give the report that was read.")
    signed = sign_release(_lakehouse(lake, institutions), by, SigningKey.load(key), report)
    console.print(f"{signed.release}: report {signed.report_sha256}", highlight=False)
    for certificate in signed.certificates:
        console.print(f"  {certificate}", highlight=False)


@release_app.command("list")
def release_list(lake: Lake = None) -> None:
    """The signed releases: who, when, which report and versions."""
    from dagster_project.grants import releases

    rows = [
        (r.body["release"], r.time[:19], r.actor, r.body["report_sha256"][:16], ", ".join(r.body["certificates"]))
        for r in releases(_lakehouse(lake))
    ]
    _print(("release", "time (UTC)", "signed by", "report", "certificates"), rows)


def _print(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name)
    for row in rows:
        table.add_row(*row)
    console.print(table if rows else "None.", highlight=False)
