"""How many records a second the walker does on one core, and how long the whole stage takes beside bronze, on a folder of NDJSON.

The walker is everything that a Spark task does for a record: whose it is, keys, policy, words of vocabularies, JSON in and out; of
records that hold no note. The stage is a run of the pipeline on the same records with their notes, in a lake of its own.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from core import references
from core.institution import Institution
from dagster_project.resources import Lakehouse
from dagster_project.run import run
from dagster_project.settings import Settings
from deid import identity, stage
from deid.pseudonym import KeyRing
from deid.subject import terms_as_json

_CLINIC = """id: clinic
name: Clinic
language: en
profile: cn_l3
fhir_release: R4
consent: waived
approval: benchmark
"""
_WITH_NOTES = ("DocumentReference", "DiagnosticReport")


@dataclass(frozen=True)
class Walked:
    """Records without a note, and seconds of CPU time that one core took for them."""

    records: int
    seconds: float


def walk(folder: Path) -> Walked:
    """Every record of the folder without a note, those of a patient together, as the stage orders them."""
    clinic = Institution.model_validate(
        {"id": "clinic", "name": "Clinic", "language": "en", "profile": "cn_l3", "fhir_release": "R4", "consent": "waived", "approval": "benchmark"}
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as vault:
        KeyRing.create(Path(vault))
        worker = stage._Worker(stage.Setup({"clinic": clinic}, vault), {}, stage.Directory({}, {}))
        rows = sorted(_rows(folder), key=lambda r: r["subject_id"] or "")
        known = {
            r["subject_id"]: terms_as_json(identity.known_terms(msgspec.json.decode(r["raw"]), []))
            for r in rows
            if r["resource_type"] == "Patient"
        }
        rows = [{**r, "known": known.get(r["subject_id"])} for r in rows if r["resource_type"] not in _WITH_NOTES]
        for row in rows[:500]:
            worker.outcome(row)
        began = time.process_time()
        for row in rows:
            worker.outcome(row)
        return Walked(len(rows), time.process_time() - began)


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    told = {"institution": "clinic", "batch_id": "b", "deleted": False, "person_key": None, "is_over_89": False, "earliest_year": None,
            "permitted": True, "refused": None, "window": None, "has_record": True}  # fmt: skip
    for file in sorted(folder.glob("*.ndjson")):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                resource = msgspec.json.decode(line)
                kind, own = resource["resourceType"], resource.get("id")
                about = resource.get("subject") or resource.get("patient") or {}
                target = references.parse(about.get("reference"))
                subject = own if kind == "Patient" else target.id if target and target.type == "Patient" else None
                raw = line.rstrip("\n")
                yield {**told, "resource_type": kind, "resource_id": own, "subject_id": subject, "raw": raw}


def beside_bronze(folder: Path) -> dict[str, float]:
    """Seconds of each step of a run on the folder's records, notes included; bronze and deid among them."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        batch = place / "landing" / "clinic" / "b1"
        batch.mkdir(parents=True)
        for file in folder.glob("*.ndjson"):
            (batch / file.name).symlink_to(file.resolve())
        (place / "institutions").mkdir()
        (place / "institutions" / "clinic.yaml").write_text(_CLINIC, encoding="utf-8")
        settings = Settings(
            lake=place / "lake", landing=place / "landing", institutions=place / "institutions",
            settle_seconds=0, as_of=datetime.now(UTC).date(),
        )  # fmt: skip
        lakehouse = Lakehouse(settings)
        run(lakehouse)
        return dict(lakehouse.seconds)
