"""Fills the landing folder from an institution's FHIR server: the same for the command line and for Dagster."""

import random
import time
from collections.abc import Callable, Iterator

from core.errors import ConfigError
from core.institution import load_institutions
from dagster_project.settings import Settings
from transforms.bronze.export.client import Exported, Since, export
from transforms.bronze.export.web import Pace


def export_institution(
    settings: Settings, institution: str, tell: Callable[[str], None], since: Since | None = None
) -> Exported:
    """Land what the institution's server holds or what has changed there; the client's private key lies in the vault."""
    known = load_institutions(settings.institutions)
    if institution not in known:
        raise ConfigError(
            f"{settings.institutions}: no institution {institution} (known: {', '.join(sorted(known)) or 'none yet'})."
            f" Describe it with `lakehouse institution add {institution} …`."
        )
    key_file = settings.lake / "vault" / "clients" / f"{institution}.pem"
    pace = Pace(time.sleep, time.time, random.random)
    return export(known[institution], settings.landing, key_file, pace, tell, since or Since())


def described(done: Exported) -> Iterator[str]:
    """What an export brought, in lines for a person."""
    if not done.is_new:
        yield f"Nothing to do: {done.folder} has landed already."
    elif done.records or done.deletes:
        yield f"Landed {done.folder}: {done.records:,} records, {done.deletes:,} lines of deletes, {done.files} files."
        yield "`lakehouse run` loads it."
    else:
        yield f"Landed {done.folder}: its manifest only; the server has nothing new{_since(done)}."
    if done.problems:
        yield (
            f"The server has {done.problems:,} messages about what it did not export: see {done.folder.name}/_error-*.ndjson"
            " (they may name patients)."
        )
    if not done.is_gapless:
        yield "This export does not reach back to the end of the last one: the next one without --since still starts there."


def _since(done: Exported) -> str:
    return f" since {done.since}" if done.since else ""
