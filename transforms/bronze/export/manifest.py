"""The server's list of an export's files, and what each is called here. A server's own names never reach a path."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec

from core.errors import SourceError
from transforms.bronze.export.web import absolute

# A type names a file here, so it has to be a plain word. Whether FHIR has such a type is bronze's to judge.
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_ALWAYS = {"deleted": "Bundle", "error": "OperationOutcome"}  # what such files hold, whatever `type` says
Section = Literal["output", "deleted", "error"]


class _File(msgspec.Struct):
    url: str
    type: str | None = None
    count: Annotated[int, msgspec.Meta(ge=0)] | None = None


class _Link(msgspec.Struct):
    relation: str | None = None


class _Manifest(msgspec.Struct):
    transactionTime: str  # noqa: N815  the names are the standard's
    output: list[_File]
    requiresAccessToken: bool = False  # noqa: N815
    deleted: list[_File] | None = None
    error: list[_File] | None = None
    link: list[_Link] | None = None


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of an export: where it is, what it is called here, and how many lines it has if the server says so."""

    section: Section
    name: str
    url: str
    type: str | None
    count: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a finished export consists of. `batch` is the name of the batch it becomes, from its `transaction_time`."""

    transaction_time: str
    request: str
    requires_token: bool
    files: tuple[RemoteFile, ...]

    @property
    def batch(self) -> str:
        return f"bulk-{instant(self.transaction_time):%Y%m%dT%H%M%SZ}"

    @property
    def holds_data(self) -> bool:
        return any(f.section != "error" for f in self.files)

    @property
    def digest(self) -> str:
        """The same for the same list of files, wherever the server puts them meanwhile."""
        return hashlib.sha256(msgspec.json.encode(self.as_landed())).hexdigest()

    def as_landed(self) -> dict[str, Any]:
        """The manifest as it is kept: the standard's fields, each url being the file's name here.

        Deliberately without the rest: addresses may be signed, and `extension` is where servers put decryption keys.
        """
        landed: dict[str, Any] = {
            "transactionTime": self.transaction_time,
            "request": self.request,
            "requiresAccessToken": self.requires_token,
            "output": [],
            "deleted": [],
            "error": [],
        }
        for f in self.files:
            said = {"type": f.type, "url": f.name, "count": f.count}
            landed[f.section].append({k: v for k, v in said.items() if v is not None})
        return landed


def read_manifest(body: bytes, *, found_at: str, kickoff: str, place: str) -> Manifest:
    """The manifest found at an address. SourceError for one that breaks the standard in a way that could lose data.

    `request` is what was asked, and not what the server repeats of it: some leave out parameters, and a manifest without
    its `_since` would pass for one of everything.
    """
    try:
        said = msgspec.json.decode(body, type=_Manifest)
        instant(said.transactionTime)
    except msgspec.MsgspecError as e:  # its messages name the place and the type, no values
        raise _broken(place, str(e)) from None
    except (ValueError, UnicodeDecodeError):
        raise _broken(place, "transactionTime is not a FHIR instant") from None
    for number, f in enumerate(said.output):
        if not _TYPE.fullmatch(f.type or ""):
            raise _broken(place, f"`output[{number}].type` is not the name of a resource type")
    if any(link.relation == "next" for link in said.link or ()):
        raise _broken(place, "the list goes on in a further manifest (`link`), which was not asked for")
    files: list[RemoteFile] = []
    sections: dict[Section, list[_File]] = {
        "output": said.output, "deleted": said.deleted or [], "error": said.error or []
    }  # fmt: skip
    for section, listed in sections.items():
        files += _named(section, listed, found_at)
    return Manifest(said.transactionTime, kickoff, said.requiresAccessToken, tuple(files))


def instant(said: str) -> datetime:
    """A FHIR instant in UTC. ValueError when it is none; the offset is a part of it."""
    if not _INSTANT.fullmatch(said):
        raise ValueError("not a FHIR instant")
    try:
        return datetime.fromisoformat(said).astimezone(UTC)
    except OverflowError:
        raise ValueError("not a FHIR instant") from None


def _named(section: Section, listed: list[_File], found_at: str) -> list[RemoteFile]:
    counter: Counter[str] = Counter()
    files = []
    for f in listed:
        stem = {"output": f.type or "", "deleted": "deleted", "error": "_error"}[section]
        counter[stem] += 1
        name = f"{stem}-{counter[stem]}.ndjson"
        kind = f.type if section == "output" else _ALWAYS[section]
        files.append(RemoteFile(section, name, absolute(found_at, f.url), kind, f.count))
    return files


def _broken(place: str, why: str) -> SourceError:
    return SourceError(
        f"{place}: the manifest of the export cannot be used: {why}. Nothing was landed; have the server's operator mend it."
    )
