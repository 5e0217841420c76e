"""What each verb of a policy does with one value: functions (value, work) -> new value, or None when nothing is left.

Every factory takes the element's path, under which it counts what it did. A value of the wrong JSON type is removed,
too: what is not what it says it is was not meant by the policy.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from core import references
from deid import attachment, dates, tokens
from deid.pseudonym import KeyRing
from deid.subject import Subject
from deid.text.extract import NotText
from deid.text.units import TextNotScannable
from deid.work import Scanner, Work

Handler = Callable[[Any, Work], Any]

_MEMORY_LIMIT = 2_000  # characters of a text, or texts of a person, that are remembered
_SUSPICIOUS = 10**8


def remove(path: str) -> Handler:
    key = path, "remove"

    def handle(value: Any, work: Work) -> None:
        work.counts[key] += 1

    return handle


# --- keep -------------------------------------------------------------------------------------------------------------


def keep_boolean(path: str) -> Handler:
    malformed = path, "malformed"

    def handle(value: Any, work: Work) -> Any:
        if value is True or value is False:
            return value
        work.counts[malformed] += 1
        return None

    return handle


def keep_number(path: str, *, integral: bool) -> Handler:
    malformed, refused = (path, "malformed"), (path, "refused")
    types = (int,) if integral else (int, Decimal)

    def handle(value: Any, work: Work) -> Any:
        if type(value) not in types:
            work.counts[malformed] += 1
            return None
        if not -_SUSPICIOUS < value < _SUSPICIOUS and _is_a_number_of_somebody(value, work):
            work.counts[refused] += 1
            return None
        return value

    return handle


def _is_a_number_of_somebody(value: int | Decimal, work: Work) -> bool:
    """Nine significant digits with no fraction: no measurement is that exact, but telephone and id numbers are."""
    if (
        isinstance(value, Decimal) and value.adjusted() > 30
    ):  # nothing is measured so, and writing it out takes for ever
        return True
    digits = f"{abs(value):f}"
    whole, _, fraction = digits.partition(".")
    return work.memory.knows(whole) or (not fraction.strip("0") and len(whole.rstrip("0")) >= 9)


def keep_shape(path: str, pattern: str, otherwise: Handler | None = None) -> Handler:
    refused = path, "refused"

    def handle(value: Any, work: Work) -> Any:
        if type(value) is str:
            if work.memory.fits(pattern, value):
                return value
            if otherwise:
                return otherwise(value, work)
        work.counts[refused] += 1
        return None

    return handle


def keep_code(path: str) -> Handler:
    """A code of the system that its Coding or Quantity names."""
    refused = path, "refused"

    def handle(value: Any, work: Work) -> Any:
        if type(value) is str and work.memory.fits_system(work.system, value):
            return value
        work.counts[refused] += 1
        return None

    return handle


# --- dates ------------------------------------------------------------------------------------------------------------


def shift_date(path: str, kind: str) -> Handler:
    """Moves a date by the person's rule. An instant cannot be partial, so with years only nothing is left of it."""
    key, gone, invalid, old = ((path, v) for v in ("date_shift", "remove", "invalid_date", "over_89"))
    move = _move_time if kind == "time" else _move
    needs_time = kind in ("time", "instant")

    def handle(value: Any, work: Work) -> Any:
        rule = work.subject.dates
        if rule.mode == "year" and needs_time:
            work.counts[gone] += 1
            return None
        floor = work.subject.earliest_year
        if (
            floor is not None
            and type(value) is str
            and value[:4].isdigit()
            and int(value[:4]) < floor
            and kind != "time"
        ):
            work.counts[old] += 1
            return None
        moved = move(value, work)
        if moved is None or (kind == "instant" and len(moved) < 20) or (kind == "date" and len(moved) > 10):
            work.counts[invalid] += 1
            return None
        work.counts[key] += 1
        return moved

    return handle


def _move(value: Any, work: Work) -> str | None:
    if type(value) is not str:
        return None
    seen = work.memory.dates
    if value in seen:
        return seen[value]
    try:
        moved: str | None = dates.move(value, work.subject.dates)
    except dates.InvalidDate:
        moved = None
    seen[value] = moved
    return moved


def _move_time(value: Any, work: Work) -> str | None:
    try:
        return dates.move_time(value, work.subject.dates) if type(value) is str else None
    except dates.InvalidDate:
        return None


def year(path: str) -> Handler:
    shift = shift_date(path, "dateTime")

    def handle(value: Any, work: Work) -> Any:
        moved = shift(value, work)
        return moved and moved[:4]

    return handle


# --- pseudonyms -------------------------------------------------------------------------------------------------------


def own_id(path: str, keys: KeyRing) -> Handler:
    key, malformed = (path, "pseudonym"), (path, "malformed")

    def handle(value: Any, work: Work) -> Any:
        if type(value) is not str:
            work.counts[malformed] += 1
            return None
        work.counts[key] += 1
        return work.local_ids.get(value) if work.in_contained else work.own_key

    return handle


def uid(path: str, keys: KeyRing) -> Handler:
    key, malformed = (path, "pseudonym"), (path, "malformed")

    def handle(value: Any, work: Work) -> Any:
        if type(value) is not str:
            work.counts[malformed] += 1
            return None
        work.counts[key] += 1
        return keys.uid_key(work.subject.institution, value.removeprefix("urn:oid:"))

    return handle


def identifier(path: str, keys: KeyRing) -> Handler:
    """A business number; one that only repeats the record's id becomes what the id becomes. A URN stays one."""
    key, malformed = (path, "pseudonym"), (path, "malformed")

    def handle(value: Any, work: Work) -> Any:
        if type(value) is not str:
            work.counts[malformed] += 1
            return None
        work.counts[key] += 1
        where, system = work.subject.institution, work.identifier_system
        if value.startswith("urn:oid:"):
            return f"urn:oid:{keys.uid_key(where, value[8:])}"
        if value.removeprefix("urn:uuid:") == work.own_id:
            new = work.own_key
        else:
            new = keys.identifier_key(where, system if isinstance(system, str) else "", value)
        return f"urn:uuid:{UUID(hex=new)}" if value.startswith("urn:uuid:") else new

    return handle


def reference(path: str, keys: KeyRing) -> Handler:
    key, refused = (path, "pseudonym"), (path, "refused")

    def handle(value: Any, work: Work) -> Any:
        new = _refer(value, work, keys) if type(value) is str else None
        work.counts[key if new else refused] += 1
        return new

    return handle


def _refer(text: str, work: Work, keys: KeyRing) -> str | None:
    if text[:1] == "#":
        local = work.local_ids.get(text[1:])
        return f"#{local}" if local else "#" if text == "#" else None
    if is_excluded(text, work):
        return None
    if "?" in text:  # what it is resolved to may change from batch to batch
        return _point(text, work, keys)
    seen = work.memory.references
    if text not in seen:
        seen[text] = _point(text, work, keys)
    return seen[text]


_CONDITIONAL = re.compile(r"^([A-Z][A-Za-z]+)\?identifier=([^&]+)$")


def _point(text: str, work: Work, keys: KeyRing) -> str | None:
    """The new reference: to the pseudonym of what was referred to; None for what cannot be read."""
    where = work.subject.institution
    if target := references.parse(text):
        return f"{target.type}/{keys.resource_key(where, target.type, target.id)}"
    if text.startswith(("urn:uuid:", "urn:oid:")):
        return f"urn:uuid:{keys.urn_key(where, text)}"
    if found := _CONDITIONAL.match(text):
        resolved = work.resolve.get(text) or work.resolve.get(unquote(text))
        if resolved:
            return f"{found[1]}/{keys.resource_key(where, found[1], resolved)}"
        system, _, value = unquote(found[2]).rpartition("|")
        if references.parse(f"{found[1]}/x"):
            return f"{found[1]}/{keys.identifier_key(where, system, value)}"
    return None


def is_excluded(text: object, work: Work) -> bool:
    """Whether a reference names a patient who may not be named here, or one who cannot be told from those."""
    if not work.excluded or not isinstance(text, str):
        return False
    target = references.parse(text)
    return (target is not None and target.type == "Patient" and target.id in work.excluded) or text.startswith(
        "Patient?"
    )


# --- text -------------------------------------------------------------------------------------------------------------


def scan(path: str, scanner: Scanner, *, is_vocabulary: bool) -> Handler:
    """Text with identifiers replaced. Of a person whose record we lack, only words of a vocabulary are scanned."""
    key, malformed, failed, gone, refused = (
        (path, v) for v in ("scan_text", "malformed", "scan_failed", "remove", "refused")
    )

    def handle(value: Any, work: Work) -> Any:
        if type(value) is not str:
            work.counts[malformed] += 1
            return None
        if not is_vocabulary and not work.subject.has_record:
            work.counts[gone] += 1
            return None
        # Words of a vocabulary stand in many records, with other doctors around each.
        text = scanned(value, work, scanner, work.memory.subject if is_vocabulary else work.subject)
        if text is None or not text.strip():
            work.counts[failed] += 1
            return None
        # A word of a vocabulary has no such shape in it, whatever the scanner thinks of it.
        if is_vocabulary and tokens.looks_identifying(text):
            work.counts[refused] += 1
            return None
        work.counts[key] += 1
        return text

    return handle


def scanned(text: str, work: Work, scanner: Scanner, subject: Subject) -> str | None:
    """The scanned text, or None when the scanner failed for whatever reason: then nothing of it may pass."""
    seen, key = work.memory.texts, (subject.around, text)
    done = seen.get(key)
    if done is None:
        try:
            done = scanner.scan(text, subject)
            if not isinstance(done.text, str):
                return None
        except Exception:
            return None
        if len(text) < _MEMORY_LIMIT and len(seen) < _MEMORY_LIMIT:
            seen[key] = done
    for hit, n in done.hits.items():
        work.hits[hit] += n
    return done.text


def scan_attachment(path: str, scanner: Scanner) -> Handler:
    """The scanned content of an Attachment of text; its size and hash are put into `work.attached`."""
    key, failed, gone = ((path, v) for v in ("scan_text", "scan_failed", "remove"))

    def handle(value: Any, work: Work) -> Any:
        if type(value) is not str or type(work.content_type) is not str or not work.subject.has_record:
            work.counts[gone] += 1
            return None
        seen = work.memory.attachments
        place = (work.subject.around, work.content_type, value)
        known = seen.get(place)
        if known is None:
            try:
                text, content_type = attachment.decode(value, work.content_type)
                clean = scanned(text, work, scanner, work.subject)
            except NotText:
                work.counts[gone] += 1
                return None
            except TextNotScannable:
                clean = None
            if clean is None or not clean.strip():
                work.counts[failed] += 1
                return None
            known = attachment.encode(clean, content_type)
            if len(seen) > 32:
                seen.clear()
            seen[place] = known
        work.counts[key] += 1
        work.attached = known
        return known.data

    return handle
