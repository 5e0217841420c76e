"""Reads a made sample back from disk and lists what is wrong with it. Independent of how it was written."""

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from generator.delivery import NOT_ACCEPTABLE
from generator.synthea import strings

MOST_BYTES, MOST_BYTES_OF_A_FILE = 6_000_000, 2_000_000


class Read(NamedTuple):
    """One record on disk: an NDJSON line, a Bundle entry, or a text that is not JSON (`resource` is None)."""

    batch: str
    resource: dict[str, Any] | None
    deleted: str | None = None


def read(landing: Path, institution: str) -> Iterator[Read]:
    """Every record of an institution. References between the entries of a Bundle are told as Type/id."""
    folder = landing / institution
    for file in sorted(f for f in folder.rglob("*") if f.is_file() and not f.name.startswith("_")):
        batch = file.relative_to(folder).parts[0]
        data = file.read_bytes()
        text = (gzip.decompress(data) if file.name.endswith(".gz") else data).decode("utf-8")
        is_lines = ".ndjson" in file.name
        for document in text.splitlines() if is_lines else [text]:
            yield from _document(batch, document)


def _document(batch: str, text: str) -> Iterator[Read]:
    try:
        body = json.loads(text)
    except json.JSONDecodeError:
        yield Read(batch, None)
        return
    if body.get("resourceType") != "Bundle":
        yield Read(batch, body)
        return
    local = {
        e["fullUrl"]: f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in body["entry"] if "fullUrl" in e
    }
    for entry in body["entry"]:
        if "resource" in entry:
            yield Read(batch, _literal(entry["resource"], local))
        else:
            yield Read(batch, None, entry["request"]["url"])


def _literal(value: Any, local: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_literal(v, local) for v in value]
    if isinstance(value, dict):
        return {
            k: local.get(v, v) if k == "reference" and isinstance(v, str) else _literal(v, local)
            for k, v in value.items()
        }
    return value


def mistakes(landing: Path, expected: dict[str, Any], replaced: dict[str, Iterable[str]]) -> list[str]:
    """What is wrong: sizes, counts, records that do not validate as R4B, references that lead nowhere, names left over.

    `replaced`: per institution the strings (names, ids) that its own identities took the place of.
    """
    wrong = list(_sizes(landing))
    for institution, told in expected["institutions"].items():
        records = list(read(landing, institution))
        wrong += [f"{institution}: {w}" for w in _counts(records, told)]
        wrong += [f"{institution}: {w}" for w in _references(records, told)]
        wrong += [f"{institution}: {w}" for w in _left_over(records, set(replaced.get(institution, ())))]
    return wrong


def _sizes(landing: Path) -> Iterator[str]:
    sizes = {f.relative_to(landing): f.stat().st_size for f in landing.rglob("*") if f.is_file()}
    if sum(sizes.values()) >= MOST_BYTES:
        yield f"the files have {sum(sizes.values())} bytes in all"
    yield from (f"{f} has {n} bytes" for f, n in sizes.items() if n >= MOST_BYTES_OF_A_FILE)


def _counts(records: list[Read], told: dict[str, Any]) -> Iterator[str]:
    read_of = Counter(r.batch for r in records)
    invalid = Counter(r.batch for r in records if not r.deleted and not is_acceptable(r.resource))
    for name, batch in told["batches"].items():
        if read_of[name] != batch["records"]:
            yield f"{name}: {read_of[name]} records, {batch['records']} said"
        planted = sum(batch["planted"].get(kind, 0) for kind in NOT_ACCEPTABLE)
        if invalid[name] != planted:
            yield f"{name}: {invalid[name]} records are not acceptable, {planted} were planted"


def is_acceptable(resource: dict[str, Any] | None) -> bool:
    """Whether a record is a resource of R4B with an id, by fhir.resources."""
    from fhir.resources.R4B import get_fhir_model_class

    if resource is None or "id" not in resource:
        return False
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValueError:  # pydantic's, and that of an unknown type
        return False
    return True


def _references(records: list[Read], told: dict[str, Any]) -> Iterator[str]:
    """Literal references must lead to a record of the same or an earlier batch."""
    there: set[str] = set()
    dangling: Counter[str] = Counter()
    for name in sorted(told["batches"]):
        own = [r.resource for r in records if r.batch == name and r.resource]
        there |= {f"{r['resourceType']}/{r['id']}" for r in own if "id" in r}
        dangling[name] = sum(1 for r in own if not set(references(r)) <= there)
        planted = told["batches"][name]["planted"].get("dangling_reference", 0)
        if dangling[name] != planted:
            yield f"{name}: {dangling[name]} records refer to what is not there, {planted} were planted"


def references(value: Any) -> Iterator[str]:
    """Every literal reference in a resource; conditional ones (Practitioner?identifier=…) are left out."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        target = value.get("reference")
        if isinstance(target, str) and "?" not in target:
            yield target
        for item in value.values():
            yield from references(item)


def _left_over(records: list[Read], replaced: set[str]) -> Iterator[str]:
    if not replaced:
        return
    for record in records:
        texts = list(strings(record.resource or {}))
        notes = [base64.b64decode(t).decode("utf-8", "replace") for t in texts if len(t) > 200 and " " not in t]
        words = {w for t in [*texts, *notes] for w in t.replace("|", " ").split()} | set(texts)
        if found := words & replaced:
            kind = (record.resource or {}).get("resourceType")
            yield f"a {kind} holds {len(found)} strings of Synthea's own people"
