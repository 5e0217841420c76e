"""`lakehouse reidentify`: who stands behind a candidate, told inside their institution's zone alone, and never without a record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import ConfigError, LakehouseError
from dagster_project.recruitment import StudyName, known_study, research_tables
from dagster_project.resources import Lakehouse
from dagster_project.worklist import KEY, entries_of, site_of
from deid.pseudonym import KeyRing
from governance.entries import SYSTEM
from governance.events import AccessRefused, SubjectReidentified
from governance.ledger import Record
from governance.recruitment.candidates import not_of, token, withheld
from governance.rights import RightsError
from governance.signing import SigningKey
from transforms.tables import Tables, Zone

_NO_REQUEST = (
    "--approval, --purpose: the id of a request and what it was made for (trial_recruitment); `lakehouse grant list` shows"
    " both, and `lakehouse worklist request` asks"
)
_RAW = ("raw", "deleted", "last_updated", "version_id", "ingested_at")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose identity is asked for, for what, and by whom; `person` and `key` are None where nobody said who they are."""

    study: str
    site: str
    subject: str
    purpose: str
    approval: str
    person: str | None
    key: SigningKey | None


def reidentify(lakehouse: Lakehouse, wanted: Wanted) -> dict[str, Any]:
    """The identity, after it was recorded that it is told. RightsError lists all that is missing, each with the next step.

    A refusal is recorded too. ConfigError for a study or site that there is not.
    """
    study = known_study(research_tables(lakehouse), wanted.study)
    site_of(lakehouse, wanted.site)
    if not KEY.fullmatch(wanted.subject):
        raise ConfigError("--subject: is no pseudonym. Give subject_key as `lakehouse worklist` shows it.")
    event = _event(study, wanted)
    patient_id, why = _in_zone(lakehouse, wanted)
    why += _on_list(lakehouse, study, wanted)
    state, now = lakehouse.rights.state(), lakehouse.now()
    why += withheld(state.requests.get(wanted.approval), event, now) if event else [_NO_REQUEST]
    by = state.people.get(wanted.person or "")
    if by is None or wanted.key is None:
        why.append(f"--as, --key: who asks; a recruiter of {wanted.site} with their own key (`lakehouse people list`)")
    elif "recruiter" not in by.roles or not by.is_active:
        why.append(f"--as {by.id}: is no active recruiter; a registrar enters the role with `lakehouse people add`")
    else:
        why += not_of(by, wanted.site)
    if why or event is None or patient_id is None or wanted.person is None or wanted.key is None:
        lakehouse.ledger.append(Record(SYSTEM, AccessRefused(grant=None, view=None, reason="reidentification"), now))
        raise RightsError("Nothing is shown. What is missing:\n" + "\n".join(f"- {line}" for line in why))
    identity = _identity(lakehouse.tables.within(Zone.IDENTIFIED), wanted.site, patient_id)
    lakehouse.rights.act(wanted.person, wanted.key, event, now)  # judged once more, and on the disk, before it is told
    return {"institution": wanted.site, "subject_key": wanted.subject} | identity


def _event(study: StudyName, wanted: Wanted) -> SubjectReidentified | None:
    """What would be recorded; None where it could not be."""
    named = token(study.key, wanted.site, wanted.subject)
    said = {"request": wanted.approval, "study": study.key, "institution": wanted.site, "purpose": wanted.purpose}
    try:
        return SubjectReidentified.model_validate(said | {"subject": named})
    except ValueError:
        return None


def _in_zone(lakehouse: Lakehouse, wanted: Wanted) -> tuple[str | None, list[str]]:
    """(the patient's id, why not): whether this is the zone of the institution, with the key of its pseudonyms."""
    tables = lakehouse.tables.within(Zone.IDENTIFIED)
    here = f"run it where the identified zone of {wanted.site} is"
    if not tables.exists("vault", "identity") or not tables.exists("bronze", "resource"):
        return None, [f"the identified zone: this lake has no vault/identity and bronze/resource; {here}"]
    try:
        keys = KeyRing.load(lakehouse.vault)
    except LakehouseError as e:
        return None, [f"the keys of the zone: {e}; {here}"]
    columns = ("institution", "patient_id", "permitted")
    people = tables.arrow("vault", "identity", columns=columns, where=f"subject_key = '{wanted.subject}'").to_pylist()
    own = [p for p in people if p["institution"] == wanted.site]
    if not own:
        return None, [
            f"--subject: nobody of {wanted.site} has this pseudonym here; take it from the worklist, and {here}"
        ]
    if keys.subject_key(wanted.site, own[0]["patient_id"]) != wanted.subject:
        return None, [f"the keys of the zone: these did not make the pseudonym; restore the vault's backup, or {here}"]
    if not own[0]["permitted"]:
        return None, ["consent: their consent to research does not hold any more; do not contact them"]
    return own[0]["patient_id"], []


def _on_list(lakehouse: Lakehouse, study: StudyName, wanted: Wanted) -> list[str]:
    """Why they may not be asked: not on the worklist as it is now, or no consent to be contacted."""
    if late := _late(lakehouse):
        return [f"up-to-date tables: {late} changed since candidates were judged; `lakehouse run`, then repeat"]
    found = [e for e in entries_of(lakehouse, study, wanted.site) if e.subject_key == wanted.subject]
    if not found:
        return [
            f"--subject: is not on the worklist of {study.name} at {wanted.site}; `lakehouse worklist` lists who is"
        ]
    if found[0].may_contact != "met":
        return [
            "consent to contact: none is recorded for them; deliver a Consent that permits it, then `lakehouse run`"
        ]
    return []


def _late(lakehouse: Lakehouse) -> str | None:
    """What a consent may have been withdrawn in since candidates were judged."""
    tables = lakehouse.tables
    judged, identity = tables.commit("gold", "trial_candidates"), tables.commit("vault", "identity")
    bronze, consent = tables.commit("bronze", "resource"), tables.commit("silver", "consent")
    if identity and bronze and identity.made_from.get("bronze") != bronze.version:
        return "bronze/resource"
    if judged and consent and judged.made_from.get("silver", {}).get("consent") != consent.version:
        return "silver/consent"
    return None


def _identity(tables: Tables, site: str, patient_id: str) -> dict[str, Any]:
    """By what the site finds its patient, of the newest version that was delivered."""
    said = patient_id.replace("'", "''")
    where = f"resource_type = 'Patient' AND institution = '{site}' AND resource_id = '{said}' AND raw IS NOT NULL"
    rows = tables.arrow("bronze", "resource", columns=_RAW, where=where).to_pylist()
    if not rows:
        raise RightsError("Nothing is shown: no record of this patient is left. `lakehouse run`, then repeat.")
    newest = max(rows, key=lambda r: (str(r["last_updated"] or r["ingested_at"]), str(r["version_id"] or "").zfill(20)))
    return {"patient_id": patient_id} | shown(json.loads(newest["raw"]))


def shown(patient: Mapping[str, Any]) -> dict[str, Any]:
    """What is needed to find and to call somebody, of a FHIR Patient: names, birth date, numbers, telephone."""
    names = [
        n.get("text") or " ".join([*n.get("given", []), n.get("family", "")]).strip() for n in patient.get("name", [])
    ]
    numbers = [f"{i.get('system', '')} {i['value']}".strip() for i in patient.get("identifier", []) if i.get("value")]
    telecom = [f"{t.get('system', '')} {t['value']}".strip() for t in patient.get("telecom", []) if t.get("value")]
    return {"name": names, "birth_date": patient.get("birthDate"), "identifier": numbers, "telecom": telecom}
