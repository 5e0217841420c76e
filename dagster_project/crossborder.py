"""Grants for another country: what the rules say of them on this lake, the decision, and what it asks for."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import ValidationError

from core.errors import ConfigError
from dagster_project.grants import view_of
from dagster_project.resources import Lakehouse
from governance.certificate import CertificateError
from governance.crossborder.clearance import Part, outcome_of, ruling
from governance.crossborder.rules import load_rules
from governance.events import CrossborderAssessed, CrossborderConcluded
from governance.parties import Grant
from governance.rights import Crossing, sources_of
from governance.signing import SigningKey


def grant_of(lakehouse: Lakehouse, name: str) -> Grant:
    found = lakehouse.rights.state().grants.get(name)
    if found is None:
        raise ConfigError(f"{name}: there is no such grant. `lakehouse grant list` lists them.")
    return found


def crossing_of(lakehouse: Lakehouse, grant: Grant, now: datetime) -> Crossing:
    """The borders in a grant's way: of every institution in its views, and those that signed where a view is not published."""
    sources: set[str] = set()
    for name in grant.said.views:
        try:
            sources |= sources_of(grant.said, view_of(lakehouse, name))
        except (ConfigError, CertificateError):
            sources |= grant.request.controllers
    return lakehouse.rights.crossing(grant, frozenset(sources), now=now)


def state_of(lakehouse: Lakehouse, grant: Grant, now: datetime) -> str:
    """A grant's state as people are told it: one that is in its time and waits at a border is not active."""
    standing = grant.state(now)
    return "not_cleared" if standing == "active" and crossing_of(lakehouse, grant, now).reason else standing


def parts_of(lakehouse: Lakehouse, grant: Grant) -> Mapping[str, Part]:
    """By exporter what the rules say now. ConfigError where that cannot be said, or no border is crossed."""
    load_rules()  # at the command line a broken file is told, not only taken as no
    crossing = crossing_of(lakehouse, grant, lakehouse.now())
    if crossing.reason == "country_unknown":
        lacking = sorted(i for i, found in lakehouse.institutions.items() if found.country is None)
        raise ConfigError(
            f"{lakehouse.settings.institutions}: {', '.join(lacking) or 'an institution'}: the file does not say the country. Add"
            " country: CN, or where it is."
        )
    if crossing.parts is None:
        described = lakehouse.rights.state().crossings.newest
        views = ", ".join(v for v in grant.said.views if v not in described)
        raise ConfigError(f"{grant.id}: nobody has counted the people in {views} yet. `lakehouse report` does it.")
    if not crossing.parts:
        raise ConfigError(
            f"{grant.id}: its recipient is in the country of all its institutions: there is nothing to decide."
        )
    return crossing.parts


def assess(lakehouse: Lakehouse, grant: Grant, person: str, key: SigningKey) -> tuple[Mapping[str, Part], int]:
    """Record, as a compliance officer, what the rules say now; the decision and its entry in the ledger."""
    parts = parts_of(lakehouse, grant)
    event = CrossborderAssessed(
        grant=grant.id, outcome=outcome_of(parts), rulings=tuple(ruling(name, part) for name, part in parts.items())
    )
    return parts, lakehouse.rights.act(person, key, event, lakehouse.now()).seq


def conclude(
    lakehouse: Lakehouse, grant: Grant, institution: str | None, reference: str, document_sha256: str | None,
    person: str, key: SigningKey,
) -> int:  # fmt: skip
    """Record the contract or assessment that the decision asks an institution for; its entry in the ledger.

    The institution need not be named where only one is asked.
    """
    decision = lakehouse.rights.state().crossings.decisions.get(grant.id)
    asked = [i for i, r in decision.rulings.items() if r.outcome.startswith("needs_")] if decision else []
    if institution is None and len(asked) != 1:
        raise ConfigError(
            f"{grant.id}: --institution is needed: the decision asks {', '.join(asked) or 'nobody'} for a contract or assessment."
            " `lakehouse crossborder list` shows decisions."
        )
    try:
        event = CrossborderConcluded(
            grant=grant.id, institution=institution or asked[0], reference=reference, document_sha256=document_sha256
        )
    except ValidationError:
        raise ConfigError(
            "--reference: letters, digits and . _ / @ - only, up to 128: as the contract or assessment is registered."
        ) from None
    return lakehouse.rights.act(person, key, event, lakehouse.now()).seq


def crossings(lakehouse: Lakehouse) -> list[tuple[Grant, Crossing]]:
    """The grants that have not ended and for which something crosses a border."""
    now = lakehouse.now()
    found = []
    for grant in lakehouse.rights.state().grants.values():
        if grant.state(now) in ("active", "not_started"):
            crossing = crossing_of(lakehouse, grant, now)
            if crossing.parts != {}:
                found.append((grant, crossing))
    return found
