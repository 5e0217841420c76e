"""`lakehouse worklist`: who may be asked next at a site, and what the site did about them."""

import re
from collections.abc import Sequence
from typing import Any, Final

from core.errors import ConfigError
from dagster_project.recruitment import StudyName, known_study, of_study, research_tables
from dagster_project.resources import Lakehouse
from governance.events import CandidateMarked, CandidateStatus, ReidentificationRequested
from governance.ledger import Receipt
from governance.recruitment.candidates import token
from governance.recruitment.worklist import SYSTEM, Entry, worklist
from governance.signing import SigningKey

_CANDIDATE = (
    "institution", "subject_key", "person_key", "verdict", "is_enrolled", "may_contact", "n_met", "n_unknown", "sex", "age_band",
)  # fmt: skip
_RESULT = (
    "institution", "subject_key", "criterion_number", "criterion_id", "label", "is_exclusion", "result", "evidence_key",
    "evidence_date", "value", "unit", "value_code", "needs",
)  # fmt: skip
KEY: Final = re.compile(r"[0-9a-f]{8,64}")


def site_of(lakehouse: Lakehouse, said: str) -> str:
    if said not in lakehouse.institutions:
        raise ConfigError(
            f"--site {said}: no such institution. There are: {', '.join(sorted(lakehouse.institutions))}."
        )
    return said


def entries_of(lakehouse: Lakehouse, study: StudyName, site: str) -> list[Entry]:
    """The worklist of a site as the tables and the ledger are now."""
    tables = research_tables(lakehouse)
    candidates = of_study(tables, "trial_candidates", study, _CANDIDATE, version=None).to_pylist()
    here = f"study_key = '{study.key}' AND institution = '{site}'"
    results = tables.arrow("gold", "criterion_result", columns=_RESULT, where=here).to_pylist()
    marks = lakehouse.rights.state().candidates
    return worklist(candidates, results, _landed(lakehouse, study), marks, study=study.key, site=site)


def _landed(lakehouse: Lakehouse, study: StudyName) -> list[dict[str, Any]]:
    """The ResearchSubjects that were delivered for the study, each with the flag that a List gives it, if any."""
    tables = research_tables(lakehouse)
    columns = ("institution", "research_subject_key", "subject_key", "person_key", "status")
    rows = tables.arrow("silver", "research_subject", columns=columns, where=f"study_key = '{study.key}'").to_pylist()
    flags: dict[tuple[str, str], str] = {}
    if tables.exists("silver", "list_item"):
        items = tables.arrow(
            "silver", "list_item", columns=("institution", "item_key", "flag_code", "item_date", "list_key"),
            where=f"flag_system = '{SYSTEM}' AND item_type = 'ResearchSubject' AND is_deleted IS NOT TRUE",
        )  # fmt: skip
        # Of several lists the newest entry counts; days of one person are moved alike.
        for item in sorted(items.to_pylist(), key=lambda r: (str(r["item_date"] or ""), r["list_key"])):
            flags[item["institution"], item["item_key"]] = item["flag_code"]
    return [row | {"flag": flags.get((row["institution"], row["research_subject_key"]))} for row in rows]


def show(lakehouse: Lakehouse, said: str, site: str) -> tuple[StudyName, list[Entry]]:
    study = known_study(research_tables(lakehouse), said)
    return study, entries_of(lakehouse, study, site_of(lakehouse, site))


def mark(
    lakehouse: Lakehouse, said: str, site: str, subject: str, status: CandidateStatus, person: str, key: SigningKey, *,
    is_correction: bool,
) -> Receipt | None:  # fmt: skip
    """Record how far the site came with a candidate, signed by its recruiter; None where they are so already.

    ConfigError for somebody who is not a candidate of the site; RightsError says why the person may not.
    """
    study = known_study(research_tables(lakehouse), said)
    (named,) = tokens(lakehouse, study, site_of(lakehouse, site), [subject])
    had = lakehouse.rights.state().candidates.status(study.key, site, named)
    if had and had.status == status:
        return None
    event = CandidateMarked(
        study=study.key, institution=site, subject=named, status=status, is_correction=is_correction
    )
    return lakehouse.rights.act(person, key, event, lakehouse.now())


def request(
    lakehouse: Lakehouse, said: str, site: str, subjects: Sequence[str], person: str, key: SigningKey, **more: Any
) -> Receipt:
    """Ask, as a recruiter of the site, to be told who these candidates are. `more`: request, purpose, expires, protocol_sha256."""
    study = known_study(research_tables(lakehouse), said)
    named = tokens(lakehouse, study, site_of(lakehouse, site), subjects)
    event = ReidentificationRequested(study=study.key, institution=site, subjects=tuple(named), **more)
    return lakehouse.rights.act(person, key, event, lakehouse.now())


def tokens(lakehouse: Lakehouse, study: StudyName, site: str, subjects: Sequence[str]) -> list[str]:
    """The names in the ledger of people whom the study's records were compared with at the site."""
    keys = ", ".join(f"'{s}'" for s in subjects if KEY.fullmatch(s)) or "''"
    where = f"study_key = '{study.key}' AND institution = '{site}' AND subject_key IN ({keys})"
    known = research_tables(lakehouse).arrow("gold", "trial_candidates", columns=("subject_key",), where=where)
    missing = len(set(subjects) - set(known["subject_key"].to_pylist()))
    if missing:
        raise ConfigError(
            f"--subject: {missing} of {len(subjects)} are no patients of {site} that were judged for {study.name}. Give subject_key as"
            f" `lakehouse worklist --study {study.name} --site {site}` shows it."
        )
    return [token(study.key, site, s) for s in dict.fromkeys(subjects)]
