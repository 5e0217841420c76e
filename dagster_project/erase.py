"""`lakehouse erase`: one person out of every zone and out of what the tables were before, and the proof of it."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.erased import Erased
from core.errors import ConfigError, LakehouseError
from dagster_project import certificates
from dagster_project.ledger import settle
from dagster_project.plan import stale
from dagster_project.quality_evidence import certified_score
from dagster_project.report import write_report
from dagster_project.resources import Lakehouse
from dagster_project.run import attended, refresh
from deid.subject import terms_of_json
from governance.entries import SYSTEM
from governance.events import CertificateSuperseded, SubjectErased
from governance.ledger import Record
from governance.signing import write_private
from governance.traces import Needles, find
from transforms.bronze import tables
from transforms.bronze.landing import shown_path
from transforms.erasure import erase_from_bronze
from transforms.tables import ZONE_OF_LAYER


class TracesLeft(LakehouseError):
    """The person is still found in the lake: nothing was recorded as erased."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an erasure did: rows changed by table, files looked at, and delivered files that still hold the person."""

    subject: str
    rows: dict[str, int]
    scanned: int
    landing: tuple[str, ...]


def erase(lakehouse: Lakehouse, institution: str, patient_id: str, approval: str) -> Outcome:
    """Erase, bring every table up to date, clear what was before, and prove it. Can be repeated after being cut off.

    ConfigError for an institution that is not known; TracesLeft names the files in which the person is still found.
    """
    if institution not in lakehouse.institutions:
        raise ConfigError(f"{institution}: no such institution. Known: {', '.join(sorted(lakehouse.institutions))}.")
    vault = lakehouse.settings.lake / "vault"
    with attended(lakehouse):
        _check_state(lakehouse)
        erased = Erased.add(vault / tables.ERASED_FOLDER, institution, patient_id)
        kept = vault / tables.ERASED_FOLDER / f"pending-{erased.token(institution, patient_id)}.json"
        needles = _needles(lakehouse, institution, patient_id, kept)
        lakehouse.on_progress("taking the records out of bronze")
        rows = _added(kept, erase_from_bronze(lakehouse.lake, institution, patient_id, erased))
        if stale(lakehouse):
            lakehouse.on_progress("bringing the tables after bronze up to date")
            refresh(lakehouse)
        _forget_old_keys(lakehouse, institution, patient_id)
        write_report(lakehouse)
        certificates.issue(lakehouse, certified_score(lakehouse))
        _forget(lakehouse, needles)
        lakehouse.on_progress("looking for the person in every file")
        left, scanned = find(lakehouse.settings.lake, needles, leave_out=[kept])
        if left:
            shown = ", ".join(sorted({_shown(lakehouse, f) for f in left})[:20])
            raise TracesLeft(
                f"{len(left)} files of the lake still hold the person: {shown}. Nothing was recorded as erased. Repeat the command"
                " when nothing else uses the lake; if files stay, report it as a bug."
            )
        landing = _landing(lakehouse, needles)
        outcome = Outcome(erased.token(institution, patient_id), rows, scanned, landing)
        _record(lakehouse, institution, approval, outcome)
        kept.unlink()
    return outcome


def _check_state(lakehouse: Lakehouse) -> None:
    begun = tables.unfinished(lakehouse.lake)
    if begun is not None and begun.kind != "erase":
        raise ConfigError(
            f"{lakehouse.settings.lake}: {begun.institution}|{begun.batch_id} is half loaded. `lakehouse run` finishes it; then erase."
        )


def _needles(lakehouse: Lakehouse, institution: str, patient_id: str, kept: Path) -> Needles:
    """What to look for afterwards. Kept in the vault until the proof is done: a repetition could not know it any more."""
    if kept.exists():
        return Needles.of_json(kept.read_text(encoding="utf-8"))
    found = _known_of(lakehouse, institution, patient_id)
    _keep(kept, found.to_json())
    return found


def _keep(kept: Path, content: dict[str, Any]) -> None:
    """Whole or not at all: half a file could not be repeated with."""
    new = kept.with_suffix(".new")
    new.unlink(missing_ok=True)
    write_private(new, content)
    new.replace(kept)


def _added(kept: Path, rows: dict[str, int]) -> dict[str, int]:
    """Rows changed by table, with those that an erasure which was cut off had changed before: the ledger is told of all."""
    said = json.loads(kept.read_text(encoding="utf-8"))
    before = said.get("rows", {})
    rows = {table: n + before.get(table, 0) for table, n in rows.items()}
    _keep(kept, said | {"rows": rows})
    return rows


def _known_of(lakehouse: Lakehouse, institution: str, patient_id: str) -> Needles:
    """Identifiers and pseudonyms that are the person's alone: a person key that another record shares is not."""
    own = {lakehouse.keys.subject_key(institution, patient_id)}
    if not lakehouse.tables.exists("vault", "identity"):
        return Needles(institution, patient_id, (), tuple(own))
    columns = ("institution", "patient_id", "subject_key", "person_key", "known")
    people = lakehouse.tables.arrow("vault", "identity", columns=columns).to_pylist()
    mine = [p for p in people if (p["institution"], p["patient_id"]) == (institution, patient_id)]
    others = [p for p in people if p not in mine]
    shared, of_others = {p["person_key"] for p in others}, "\n".join(str(p["known"]) for p in others)
    own |= {p["subject_key"] for p in mine} | ({p["person_key"] for p in mine} - shared)
    if lakehouse.tables.exists("vault", "rekey"):
        for old in lakehouse.tables.arrow("vault", "rekey").to_pylist():
            if (old["institution"], old["patient_id"]) == (institution, patient_id):
                own.add(old["old_subject_key"])
    identifiers = {t for p in mine for t in _identifiers(p["known"]) if t not in of_others}
    return Needles(institution, patient_id, tuple(sorted(identifiers)), tuple(sorted(own)))


def _identifiers(known: str | None) -> list[str]:
    """Numbers and addresses of the person; names and dates are other people's too."""
    return [term.text for term in terms_of_json(known or "[]") if term.entity in ("ID", "PHONE", "EMAIL", "ACCOUNT")]


def _forget_old_keys(lakehouse: Lakehouse, institution: str, patient_id: str) -> None:
    """vault/rekey says which keys the person had before a rotation."""
    lake = lakehouse.lake
    if lake.exists("vault", "rekey"):
        gone = lake.spark.createDataFrame([(institution, patient_id)], "institution string, patient_id string")
        had = lake.commit("vault", "rekey")
        lake.remove("vault", "rekey", gone, on=("institution", "patient_id"), made_from=had.made_from if had else {})


def _forget(lakehouse: Lakehouse, needles: Needles) -> None:
    """Clear the files and logs of every table in which the person is found; their newest versions hold nobody any more."""
    lake = lakehouse.lake
    for layer in ZONE_OF_LAYER:
        for name in lake.names(layer):
            if find(lake.path(layer, name), needles)[0]:
                lakehouse.on_progress(f"clearing what {layer}/{name} was before")
                lake.forget(layer, name)


def _shown(lakehouse: Lakehouse, file: Path) -> str:
    """The table or folder of a file: names of files may be people's."""
    parts = file.relative_to(lakehouse.settings.lake).parts
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def _landing(lakehouse: Lakehouse, needles: Needles) -> tuple[str, ...]:
    """The delivered files that hold the person, for whoever keeps them to delete; those packed as .zst are named unread."""
    top = lakehouse.settings.landing / needles.institution
    if not top.is_dir():
        return ()
    found = set(find(top, needles)[0]) | set(top.rglob("*.zst"))
    return tuple(sorted(shown_path(str(f.relative_to(top))) for f in found))


def _record(lakehouse: Lakehouse, institution: str, approval: str, outcome: Outcome) -> None:
    """What was done, in counts; and every earlier certificate of data that the institution had a share in ends with it."""
    settle(lakehouse)
    now, register = lakehouse.now(), lakehouse.certificates.register()
    records = [
        Record(SYSTEM, CertificateSuperseded(certificate=c, reason="erasure"), now, f"superseded:erasure:{c}")
        for c, reason in register.superseded.items()
        if reason != "erasure"
    ]
    event = SubjectErased(
        subject=outcome.subject, institution=institution, approval_sha256=sha256(approval.encode()).hexdigest(),
        records=outcome.rows.get("bronze/resource", 0), rows={k: v for k, v in outcome.rows.items() if v},
        files_scanned=outcome.scanned, landing_files=len(outcome.landing),
    )  # fmt: skip
    lakehouse.ledger.append(*records, Record(SYSTEM, event, now))
