"""The manifest of a delivery: what its sender says was asked for, until when, and how much of it there is.

Its form is the completed-export manifest of FHIR Bulk Data Access (`transactionTime`, `request`, `output`, `deleted`), as
servers return it; a sender that is no such server may write the same by hand.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec

from core.errors import LandingError

MANIFESTS = ("_manifest.json", "manifest.json")
ALL_PATIENTS = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`patient_group`: ALL_PATIENTS, or an opaque id of the group that was exported.

    `types`: the types that were asked for, also those of which there was nothing; empty when the request names none.
    `declared`: records per type, for the types whose count every file gives.
    """

    until: datetime
    since: datetime | None
    patient_group: str
    types: frozenset[str]
    declared: Mapping[str, int] = field(default_factory=dict)


class _File(msgspec.Struct):
    type: str
    url: str
    count: int | None = None


class _Raw(msgspec.Struct):
    transactionTime: datetime  # noqa: N815  the names are the specification's
    request: str
    output: list[_File]
    deleted: list[_File] = []


def read_manifest(folder: Path, batch: str) -> Manifest | None:
    """The manifest in a batch's folder. LandingError when it is not one, or names a file that is not there."""
    for name in MANIFESTS:
        if (folder / name).is_file():
            return _manifest(folder / name, f"{batch}: {name}")
    return None


def _manifest(file: Path, place: str) -> Manifest:
    try:
        raw = msgspec.json.decode(file.read_bytes(), type=_Raw)
    except OSError as e:
        raise LandingError(
            f"{place}: cannot be read ({e.strerror}). Check its permissions; nothing was loaded."
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise LandingError(
            f"{place}: is no Bulk Data manifest (needed: transactionTime, request, output with type and url). Have it sent"
            " again, or take it away; nothing was loaded."
        ) from None
    local = [f.url for f in (*raw.output, *raw.deleted) if "/" not in f.url]
    if missing := [url for url in local if not (file.parent / url).is_file()]:
        raise LandingError(
            f"{place}: names {len(local)} files, of which {len(missing)} are not there. Land the rest, or have the batch"
            " sent again; nothing was loaded."
        )
    asked = parse_qs(urlsplit(raw.request).query)
    named = (t.strip() for value in asked.get("_type", []) for t in value.split(","))
    types = frozenset(t for t in (*named, *(f.type for f in raw.output)) if t)
    return Manifest(_utc(raw.transactionTime), _since(asked, place), _group(raw.request), types, _declared(raw.output))


def _declared(output: list[_File]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for f in output:
        counts[f.type] += f.count or 0
    unknown = {f.type for f in output if f.count is None}
    return {t: n for t, n in counts.items() if t not in unknown}


def _since(asked: Mapping[str, list[str]], place: str) -> datetime | None:
    said = asked.get("_since")
    if not said:
        return None
    try:
        # A plus sign in a query that was not escaped reads as a blank.
        return _utc(datetime.fromisoformat(said[0].replace(" ", "+")))
    except ValueError:
        raise LandingError(
            f"{place}: its request's _since is no instant. Have it sent again; nothing was loaded."
        ) from None


def _group(request: str) -> str:
    """An opaque id of the exported group: group names say diseases ("hiv-clinic")."""
    path = urlsplit(request).path.rstrip("/").split("/")
    if len(path) >= 3 and path[-1] == "$export" and path[-3] == "Group":
        return hashlib.sha256(path[-2].encode()).hexdigest()[:12]
    return ALL_PATIENTS


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
