"""Takes one landed file apart into records, in order, losing none: what cannot be read becomes a rejected record."""

import gzip
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from core import fhir, references

# The closed list of reasons why a record is not accepted. `docs/operations.md` says what to do about each.
REASONS = {
    "not_utf8": "the text is not UTF-8",
    "not_json": "the text is not JSON",
    "not_an_object": "the JSON is not an object",
    "no_resource_type": "the object has no resourceType",
    "unknown_resource_type": "the resourceType is not one of this FHIR release",
    "missing_id": "the resource has no id, and no entry that gives it one",
    "invalid_fhir": "the resource breaks the FHIR model",
    "invalid_bundle": "the Bundle cannot be taken apart",
    "invalid_entry": "the Bundle entry's fullUrl or request is not what FHIR says",
    "empty_entry": "the Bundle entry holds neither a resource nor a delete",
    "invalid_delete": "the delete does not say Type/id",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One delivered resource or delete, or one rejected piece of text; `line` is its line, in a Bundle its entry (from 1).

    `reason_code` is None for an accepted record. `raw` is the text as delivered, except that references to other
    entries of the same Bundle are literal (`Type/id`), as FHIR asks of whoever stores a Bundle.
    """

    line: int
    raw: str | None
    resource_type: str | None = None
    resource_id: str | None = None
    deleted: bool = False
    reason_code: str | None = None
    reason: str | None = None
    body: dict[str, Any] | None = None  # the parsed resource, for validation; not stored


class _Request(msgspec.Struct):
    method: str | None = None
    url: str | None = None


class _Entry(msgspec.Struct):
    fullUrl: str | None = None  # noqa: N815  the name is FHIR's
    resource: msgspec.Raw = msgspec.Raw()
    request: _Request | None = None


class _Bundle(msgspec.Struct):
    entry: list[msgspec.Raw] | None = None


class _Head(msgspec.Struct):
    resourceType: str | None = None  # noqa: N815
    id: str | None = None


_bundle_decoder = msgspec.json.Decoder(_Bundle)
_entry_decoder = msgspec.json.Decoder(_Entry)
_head_decoder = msgspec.json.Decoder(_Head)
_REFERENCE = re.compile(rb'("reference"\s*:\s*")((?:urn:(?:uuid|oid):|https?://)[^"\\]+)"')
_DELETE_URL = re.compile(r"^(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})$")
_ENCODINGS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def content_hash(raw: str) -> str:
    """SHA-256 (hex) of the stored text: two records with the same hash are the same record."""
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()


def read_bytes(file: Path, start: int = 0, end: int | None = None) -> bytes:
    """A file's text, unpacked when it is gzip; `start` and `end` are byte offsets of whole lines of a plain file."""
    if file.name.endswith(".gz"):
        with gzip.open(file, "rb") as unpacked:
            return unpacked.read()
    with file.open("rb") as plain:
        plain.seek(start)
        return plain.read(None if end is None else end - start)


def read_records(data: bytes, *, is_lines: bool, first_line: int = 1) -> Iterator[Record]:
    """The records of one file (or of a run of its lines) in order. `is_lines`: NDJSON; else one JSON document."""
    for mark, encoding in _ENCODINGS:
        if data.startswith(mark):
            data = data.decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if is_lines:
        for number, line in enumerate(data.split(b"\n"), first_line):
            if line.strip():
                yield from _document(line.strip(), number, inside_lines=True)
    elif data.strip():
        yield from _document(data.strip(), 1, inside_lines=False)


def _document(data: bytes, line: int, *, inside_lines: bool) -> Iterator[Record]:
    record = _record(data, line)
    if record.resource_type != "Bundle" or record.reason_code:
        yield record
        return
    # In a file of lines the place is the line; in a Bundle file it is the entry.
    yield from _entries(data, line if inside_lines else None)


def _entries(data: bytes, line: int | None) -> Iterator[Record]:
    try:
        raw_entries = _bundle_decoder.decode(data).entry or []
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        yield _rejected("invalid_bundle", line or 1, data, resource_type="Bundle")
        return
    entries = [_decoded(raw) for raw in raw_entries]
    literal = dict(_full_urls(entries))
    for number, (entry, raw) in enumerate(zip(entries, raw_entries, strict=True), 1):
        if entry is None:
            yield _rejected("invalid_entry", line or number, bytes(raw))
        else:
            yield from _entry(entry, line or number, literal)


def _decoded(raw: msgspec.Raw) -> _Entry | None:
    try:
        return _entry_decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _full_urls(entries: list[_Entry | None]) -> Iterator[tuple[bytes, bytes]]:
    """(fullUrl, Type/id) of every entry that has both."""
    for entry in entries:
        if entry and entry.fullUrl and bytes(entry.resource):
            head = _head(bytes(entry.resource))
            name = (head.id if head else None) or _id_of(entry.fullUrl)
            if head and head.resourceType and name:
                yield entry.fullUrl.encode(), f"{head.resourceType}/{name}".encode()


def _head(data: bytes) -> _Head | None:
    try:
        return _head_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _id_of(full_url: str) -> str | None:
    """The id that an entry's fullUrl gives a resource that has none of its own."""
    if full_url.startswith("urn:uuid:"):
        return full_url.removeprefix("urn:uuid:")
    target = references.parse(full_url)
    return target.id if target else None


def _entry(entry: _Entry, line: int, literal: dict[bytes, bytes]) -> Iterator[Record]:
    method = (entry.request.method or "").upper() if entry.request else ""
    if method == "DELETE":
        yield _deletion((entry.request.url if entry.request else None) or "", line)
        return
    if bytes(entry.resource) in (b"", b"null"):
        yield Record(line, None, reason_code="empty_entry", reason=REASONS["empty_entry"])
        return
    data = bytes(entry.resource)
    data = _REFERENCE.sub(lambda m: m[1] + literal.get(m[2], m[2]) + b'"', data)
    head = _head(data)
    if head and head.resourceType == "Bundle":
        yield from _entries(data, line)
        return
    if head and head.id is None and entry.fullUrl and (given := _id_of(entry.fullUrl)) and data.startswith(b"{"):
        data = b'{"id":' + msgspec.json.encode(given) + b"," + data[1:].lstrip()
    yield _record(data, line)


def _deletion(url: str, line: int) -> Record:
    found = _DELETE_URL.match(url)
    if not found or found[1] not in fhir.resource_types():
        return Record(line, None, reason_code="invalid_delete", reason=REASONS["invalid_delete"])
    return Record(line, None, found[1], found[2], deleted=True)


def _record(data: bytes, line: int) -> Record:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _rejected("not_utf8", line, data)
    try:
        body = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        return _rejected("not_json", line, data)
    if not isinstance(body, dict):
        return _rejected("not_an_object", line, data)
    kind, name = body.get("resourceType"), body.get("id")
    if not isinstance(kind, str):
        return _rejected("no_resource_type", line, data)
    if kind not in fhir.resource_types():
        return _rejected("unknown_resource_type", line, data)
    if kind == "Bundle":
        return Record(line, text, kind)
    if name is None:
        return _rejected("missing_id", line, data, resource_type=kind)
    return Record(line, text, kind, name if isinstance(name, str) else None, body=body)


def _rejected(code: str, line: int, data: bytes, *, resource_type: str | None = None) -> Record:
    text = data.decode("utf-8", "backslashreplace")
    return Record(line, text, resource_type, reason_code=code, reason=REASONS[code])
