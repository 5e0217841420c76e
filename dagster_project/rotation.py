"""After new keys: whom the ledger names by hashes of old pseudonyms. Looked up in the identified zone, by a run."""

from collections import defaultdict
from collections.abc import Iterator

from core.errors import ConfigError
from dagster_project.resources import Lakehouse
from deid.pseudonym import KeyRing
from governance.events import CandidatesRenamed
from governance.recruitment.candidates import token

_REKEY = ("institution", "old_subject_key", "subject_key", "old_key_id", "key_id")
Candidate = tuple[str, str, str]
"""(study_key, institution, hash of the candidate)"""


def renamed(lakehouse: Lakehouse) -> Iterator[CandidatesRenamed]:
    """Marked candidates whose pseudonym has become another one, a rotation after the other.

    Those of whom vault/rekey knows nothing, because they were erased, keep the hash that nobody can find again.
    """
    tables = lakehouse.tables
    if not tables.exists("vault", "rekey"):
        return
    marked = set(lakehouse.rights.state().candidates.marked())
    if not marked:
        return
    rotations: dict[tuple[str, str], dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in tables.arrow("vault", "rekey", columns=_REKEY).to_pylist():
        became = row["old_subject_key"], row["subject_key"]
        rotations[row["old_key_id"], row["key_id"]][row["institution"]].append(became)
    rings = KeyRing.every(lakehouse.vault)
    order = list(rings)
    for old, new in sorted(rotations, key=lambda ids: order.index(ids[1]) if ids[1] in rings else -1):
        if not {old, new} <= set(rings):
            raise ConfigError(
                f"{lakehouse.vault}: lacks keys {old} or {new}, which a rotation used. Restore the backup."
            )
        for event in _of_one(marked, _studies(lakehouse, rings[old], rings[new]), rotations[old, new]):
            taken = {(event.study_before, event.institution, before) for before, _ in event.subjects}
            marked = (marked - taken) | {(event.study, event.institution, now) for _, now in event.subjects}
            yield event


def _studies(lakehouse: Lakehouse, old: KeyRing, new: KeyRing) -> dict[str, str]:
    """From the key that a study had to the one that it has."""
    named = ("institution", "resource_id")
    rows = lakehouse.tables.arrow("bronze", "resource", columns=named, where="resource_type = 'ResearchStudy'")
    keys = ((r["institution"], "ResearchStudy", r["resource_id"]) for r in rows.to_pylist())
    return {old.resource_key(*key): new.resource_key(*key) for key in keys}


def _of_one(
    marked: set[Candidate], studies: dict[str, str], rekeyed: dict[str, list[tuple[str, str]]]
) -> Iterator[CandidatesRenamed]:
    for before, institution in sorted({(study, institution) for study, institution, _ in marked if study in studies}):
        now = studies[before]
        tokens = ((token(before, institution, o), token(now, institution, n)) for o, n in rekeyed.get(institution, ()))
        found = sorted(pair for pair in tokens if (before, institution, pair[0]) in marked)
        if found:
            yield CandidatesRenamed(study_before=before, study=now, institution=institution, subjects=tuple(found))
