"""Takes landed text apart into records, in order, losing none: what cannot be read becomes a rejected record."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from core import fhir, references
from transforms.bronze.landing import Split, text_chunks

# The closed list of reasons why a record is not accepted. `docs/operations.md` says what to do about each.
ERASED = "erased_subject"
REASONS = {
    "not_utf8": "the text is not UTF-8",
    "not_json": "the text is not JSON",
    "not_an_object": "the JSON is not an object",
    "too_large": "the record is larger than 100 MB",
    "too_deep": "objects and lists are nested deeper than 100 levels",
    "duplicate_key": "an object has the same key twice",
    "no_resource_type": "the object has no resourceType",
    "unknown_resource_type": "the resourceType is not one of this FHIR release",
    "missing_id": "the resource has no id, and no entry that gives it one",
    "invalid_fhir": "the resource breaks the FHIR model",
    "invalid_bundle": "the Bundle cannot be taken apart",
    "invalid_entry": "the Bundle entry's fullUrl or request is not what FHIR says",
    "empty_entry": "the Bundle entry holds neither a resource nor a delete",
    "partial_update": "the Bundle entry changes a part of a resource (PATCH)",
    "search_message": "the searchset's entry is the server's message about the search, not a record",
    "invalid_delete": "the delete does not say Type/id",
    ERASED: "the record is of somebody who was erased and must not come back",
}
MOST_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """One delivered resource or delete, or one rejected piece of text.

    `line` is its line, in a file of one Bundle its entry (from 1); `entry` numbers the records that share a line.
    `reason_code` is None for a record that is not rejected so far: a resource still has to be validated. `raw` is the
    text as delivered, except that references to other entries of the same Bundle are literal (`Type/id`), as FHIR asks
    of whoever stores a Bundle. `deleted_at` is when a delete says it happened.
    """

    line: int
    raw: bytes | None
    resource_type: str | None = None
    resource_id: str | None = None
    deleted: bool = False
    deleted_at: str | None = None
    reason_code: str | None = None
    entry: int = 1


class _Request(msgspec.Struct):
    method: str | None = None
    url: str | None = None


class _Response(msgspec.Struct):
    lastModified: str | None = None  # noqa: N815  the names are FHIR's


class _Search(msgspec.Struct):
    mode: str | None = None


class _Entry(msgspec.Struct):
    fullUrl: str | None = None  # noqa: N815
    resource: msgspec.Raw = msgspec.Raw()
    request: _Request | None = None
    response: _Response | None = None
    search: _Search | None = None


class _Meta(msgspec.Struct):
    lastUpdated: str | None = None  # noqa: N815


class _Bundle(msgspec.Struct):
    entry: list[msgspec.Raw] | None = None
    meta: _Meta | None = None
    timestamp: str | None = None

    @property
    def written(self) -> str | None:
        return (self.meta.lastUpdated if self.meta else None) or self.timestamp


class _Head(msgspec.Struct):
    resourceType: str | None = None  # noqa: N815
    id: str | None = None


_bundle_decoder = msgspec.json.Decoder(_Bundle)
_entry_decoder = msgspec.json.Decoder(_Entry)
_head_decoder = msgspec.json.Decoder(_Head)
_any_decoder = msgspec.json.Decoder()
_MOST_NESTED = 20  # Bundles in Bundles
_REFERENCE = re.compile(rb'("reference"\s*:\s*")((?:urn:(?:uuid|oid):|https?://)[^"\\]+)"')
_DELETE_URL = re.compile(r"^(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})$")
_ENCODINGS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_BLANK = b" \t\r\n"


def content_hash(text: bytes) -> bytes:
    """SHA-256 of the text without the blanks between its JSON tokens: equal for records that are the same record."""
    return hashlib.sha256(msgspec.json.format(text, indent=-1)).digest()


def delete_hash(resource_type: str, resource_id: str, at: str | None) -> bytes:
    return hashlib.sha256(f"DELETE {resource_type}/{resource_id} {at or ''}".encode()).digest()


def lines(split: Split) -> Iterator[tuple[int, bytes]]:
    """(line number, text without blanks around it) of a file of lines or a part of one; blank lines are left out."""
    number = split.first_line
    rest = b""
    for piece in _utf8(_pieces(split)):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            if text := line.strip(_BLANK):
                yield number, text
            number += 1
    if text := rest.strip(_BLANK):
        yield number, text


def document(split: Split) -> bytes:
    """The whole text of a file that is not one of lines."""
    return b"".join(_utf8(_pieces(split))).strip(_BLANK)


def _pieces(split: Split) -> Iterator[bytes]:
    if split.end is None and not split.start:
        yield from text_chunks(Path(split.file))
        return
    with Path(split.file).open("rb") as plain:
        plain.seek(split.start)
        yield plain.read(None if split.end is None else split.end - split.start)


def _utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same text as UTF-8 without a byte order mark."""
    first = next(pieces, b"")
    for mark, encoding in _ENCODINGS:
        if first.startswith(mark):
            every = b"".join((first, *pieces))
            yield every.decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
            return
    yield first.removeprefix(b"\xef\xbb\xbf")
    yield from pieces


def line_records(text: bytes, line: int, release: fhir.Release) -> Iterator[Record]:
    """The records of one line: one, or those of the Bundle that it holds."""
    yield from _numbered(_text(text, line, line, release))


def document_records(text: bytes, release: fhir.Release) -> Iterator[Record]:
    """The records of a file that is not one of lines: a resource, a Bundle, or several of them one after the other."""
    if not text:
        return
    several = _several(text)
    if several is None:
        yield from _numbered(_text(text, 1, None, release))
        return
    for number, each in several:
        yield from _numbered(_text(each, number, number, release))


def _several(text: bytes) -> list[tuple[int, bytes]] | None:
    """The documents in a text that holds more than one: a list of them, one a line, or just one after the other."""
    try:
        if text.startswith(b"["):
            return [(n, bytes(raw)) for n, raw in enumerate(msgspec.json.decode(text, type=list[msgspec.Raw]), 1)]
        _head_decoder.decode(text)
        return None
    except _UNREADABLE:
        pass
    by_line = [(n, line.strip(_BLANK)) for n, line in enumerate(text.split(b"\n"), 1) if line.strip(_BLANK)]
    if len(by_line) > 1 and all(line.startswith(b"{") and line.endswith(b"}") for _, line in by_line):
        return by_line
    return _one_after_the_other(text)


def _one_after_the_other(text: bytes) -> list[tuple[int, bytes]] | None:
    try:
        told = text.decode("utf-8")
    except UnicodeDecodeError:
        return None
    found: list[tuple[int, bytes]] = []
    at, scan = 0, json.JSONDecoder().raw_decode
    while at < len(told):
        try:
            _, end = scan(told, at)
        except (ValueError, RecursionError):
            end = len(told)
        found.append((len(found) + 1, told[at:end].encode("utf-8", "surrogatepass")))
        at = end + len(told[end:]) - len(told[end:].lstrip(" \t\r\n,")) if end < len(told) else end
    return found if len(found) > 1 else None


def _numbered(records: Iterable[Record]) -> Iterator[Record]:
    line, entry = -1, 0
    for record in records:
        entry = entry + 1 if record.line == line else 1
        line = record.line
        yield record if entry == 1 else replace(record, entry=entry)


def _text(data: bytes, line: int, bundle_line: int | None, release: fhir.Release) -> Iterator[Record]:
    record = _record(data, line, release)
    if record.resource_type != "Bundle" or record.reason_code:
        yield record
        return
    # In a file of lines the place is the line; in a Bundle file it is the entry.
    yield from _entries(data, bundle_line, release)


def _entries(data: bytes, line: int | None, release: fhir.Release, depth: int = 0) -> Iterator[Record]:
    try:
        bundle = _bundle_decoder.decode(data)
    except _UNREADABLE:
        yield _rejected("invalid_bundle", line or 1, data, resource_type="Bundle")
        return
    if depth > _MOST_NESTED:
        yield _rejected("too_deep", line or 1, data, resource_type="Bundle")
        return
    entries = [_decoded(raw) for raw in bundle.entry or ()]
    literal = dict(_full_urls(entries))
    for number, (entry, raw) in enumerate(zip(entries, bundle.entry or (), strict=True), 1):
        if entry is None:
            yield _rejected("invalid_entry", line or number, bytes(raw))
        else:
            yield from _Entries(literal, bundle.written, release, depth).records(entry, line or number)


def _decoded(raw: msgspec.Raw) -> _Entry | None:
    try:
        return _entry_decoder.decode(raw)
    except _UNREADABLE:
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
    except _UNREADABLE:
        return None


def _id_of(full_url: str) -> str | None:
    """The id that an entry's fullUrl gives a resource that has none of its own."""
    if full_url.startswith("urn:uuid:"):
        return full_url.removeprefix("urn:uuid:")
    target = references.parse(full_url)
    return target.id if target else None


@dataclass(frozen=True, slots=True)
class _Entries:
    """What the entries of one Bundle share: {fullUrl: Type/id}, when the Bundle was written, and how deep it lies."""

    literal: dict[bytes, bytes]
    written: str | None
    release: fhir.Release
    depth: int

    def records(self, entry: _Entry, line: int) -> Iterator[Record]:
        method = (entry.request.method or "").upper() if entry.request else ""
        data = bytes(entry.resource)
        if method == "DELETE":
            yield self._deletion(entry, line)
        elif data in (b"", b"null"):
            yield _rejected("empty_entry", line, None)
        elif method == "PATCH":
            yield _rejected("partial_update", line, data)
        elif entry.search and entry.search.mode == "outcome":
            yield _rejected("search_message", line, data, resource_type="OperationOutcome")
        else:
            yield from self._resource(entry, data, line)

    def _resource(self, entry: _Entry, data: bytes, line: int) -> Iterator[Record]:
        data = _REFERENCE.sub(lambda m: m[1] + self.literal.get(m[2], m[2]) + b'"', data)
        head = _head(data)
        if head and head.resourceType == "Bundle":
            yield from _entries(data, line, self.release, self.depth + 1)
            return
        if head and head.id is None and entry.fullUrl and (given := _id_of(entry.fullUrl)) and data.startswith(b"{"):
            data = b'{"id":' + msgspec.json.encode(given) + b"," + data[1:].lstrip()
        yield _record(data, line, self.release)

    def _deletion(self, entry: _Entry, line: int) -> Record:
        url = (entry.request.url if entry.request else None) or ""
        found = _DELETE_URL.match(url)
        if not found or found[1] not in fhir.resource_types(self.release):
            return _rejected("invalid_delete", line, None)
        at = (entry.response.lastModified if entry.response else None) or self.written
        return Record(line, None, found[1], found[2], deleted=True, deleted_at=at)


def _record(data: bytes, line: int, release: fhir.Release) -> Record:
    if len(data) > MOST_BYTES:
        return _rejected("too_large", line, None)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _rejected("not_utf8", line, data)
    try:
        head = _any_decoder.decode(data)
    except RecursionError:
        return _rejected("too_deep", line, data)
    except msgspec.DecodeError:
        return _rejected("not_json", line, data)
    if not isinstance(head, dict):
        return _rejected("not_an_object", line, data)
    kind, name = head.get("resourceType"), head.get("id")
    if not isinstance(kind, str):
        return _rejected("no_resource_type", line, data)
    if kind not in fhir.resource_types(release):
        return _rejected("unknown_resource_type", line, data)
    if kind == "Bundle":
        return Record(line, data, kind)
    if name is None:
        return _rejected("missing_id", line, data, resource_type=kind)
    return Record(line, data, kind, name if isinstance(name, str) else None)


def _rejected(code: str, line: int, data: bytes | None, *, resource_type: str | None = None) -> Record:
    return Record(line, data, resource_type, reason_code=code)
