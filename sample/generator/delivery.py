"""Writes batches as institutions deliver them, and plants bad records in them, counting each as it is written."""

import copy
import gzip
import json
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Resource = dict[str, Any]

_NAMESPACE = uuid.UUID("6f1d3c52-8a1e-5b7e-9d55-3a4f2f6f0b11")
UNKNOWN = "(unknown)"

# Every kind of record that is planted on purpose. `README.md` explains each.
NOT_ACCEPTABLE = ("broken_json", "wrong_json_type", "unknown_resource_type", "missing_id")
REPEATED = ("duplicate_in_batch", "repeated_in_later_batch")
ODD = ("unknown_modifier_extension", "dangling_reference", "stale_version", "delete_of_unknown")
KINDS = (*NOT_ACCEPTABLE, *REPEATED, *ODD)


def new_id(*parts: str) -> str:
    """A UUID that depends on its parts only."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


@dataclass(frozen=True)
class Planted:
    """One record that is wrong on purpose: its kind, and the resource (or the text, where it is not JSON)."""

    kind: str
    body: Resource | str


Item = Resource | Planted


@dataclass
class Batch:
    """One delivery in the making: its files by path, and what was written into them."""

    institution: str
    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    by_type: Counter[str] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    deletes: int = 0

    def lines(self, file: str, items: Iterable[Item]) -> None:
        """NDJSON, packed when the name ends in .gz."""
        text = "".join(self._text(item) + "\n" for item in items)
        self._write(file, text)

    def bundle(self, file: str, items: Iterable[Item], kind: str = "transaction") -> None:
        """One Bundle whose entries refer to each other by urn:uuid, as Synthea's and servers' transactions do.

        An entry without id has no fullUrl either: else the fullUrl would give it one.
        """
        entries = []
        inside: list[Resource] = []
        for item in items:
            body = item.body if isinstance(item, Planted) else item
            assert isinstance(body, dict)
            self._count(item)
            inside.append(body)
            entry: Resource = {"fullUrl": f"urn:uuid:{body['id']}"} if "id" in body else {}
            entry["resource"] = body
            if kind == "transaction":
                entry["request"] = {"method": "POST", "url": body["resourceType"]}
            entries.append(entry)
        local = {f"{b['resourceType']}/{b['id']}": f"urn:uuid:{b['id']}" for b in inside if "id" in b}
        bundle = {"resourceType": "Bundle", "type": kind, "entry": _with_references(entries, local)}
        self._write(file, to_json(bundle) + "\n")

    def deletions(self, file: str, urls: Iterable[str], unknown: Iterable[str]) -> None:
        """A Bulk Data `deleted` file: each line a transaction Bundle of DELETE requests, three to a Bundle."""
        unknown = list(unknown)
        every = [*urls, *unknown]
        for url in every:
            self.by_type[url.split("/")[0]] += 1
        self.deletes += len(every)
        self.planted["delete_of_unknown"] += len(unknown)
        groups = [every[i : i + 3] for i in range(0, len(every), 3)]
        requests = [[{"request": {"method": "DELETE", "url": url}} for url in group] for group in groups]
        bundles = [{"resourceType": "Bundle", "type": "transaction", "entry": entry} for entry in requests]
        self._write(file, "".join(to_json(b) + "\n" for b in bundles))

    def cut_off(self, file: str, items: Iterable[Resource]) -> None:
        """A Bundle file that ends in the middle: one unreadable record, whatever it held."""
        entries = [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in items]
        text = to_json({"resourceType": "Bundle", "type": "collection", "entry": entries})
        self._count(Planted("broken_json", text))
        self._write(file, text[: len(text) // 2])

    def _text(self, item: Item) -> str:
        self._count(item)
        body = item.body if isinstance(item, Planted) else item
        return body if isinstance(body, str) else to_json(body)

    def _count(self, item: Item) -> None:
        body = item
        if isinstance(item, Planted):
            self.planted[item.kind] += 1
            body = item.body
        nameless = isinstance(item, Planted) and item.kind in ("broken_json", "unknown_resource_type")
        self.by_type[UNKNOWN if nameless or not isinstance(body, dict) else body["resourceType"]] += 1

    def _write(self, file: str, text: str) -> None:
        assert file not in self.files, file
        data = text.encode("utf-8")
        self.files[file] = gzip.compress(data, 9, mtime=0) if file.endswith(".gz") else data


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def stamped(resource: Resource, updated: str, version: int = 1) -> Resource:
    """A copy that says when and how often it was written, as servers do."""
    meta = {"versionId": str(version), "lastUpdated": updated, **_without_version(resource.get("meta", {}))}
    return {"resourceType": resource["resourceType"], "id": resource["id"], "meta": meta, **_rest(resource)}


def _without_version(meta: Resource) -> Resource:
    return {k: v for k, v in meta.items() if k not in ("versionId", "lastUpdated")}


def _rest(resource: Resource) -> Resource:
    return {k: v for k, v in resource.items() if k not in ("resourceType", "id", "meta")}


def _with_references(value: Any, local: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_with_references(v, local) for v in value]
    if isinstance(value, dict):
        return {
            k: local.get(v, v) if k == "reference" and isinstance(v, str) else _with_references(v, local)
            for k, v in value.items()
        }
    return value


# --- records that are wrong on purpose ------------------------------------------------------------------------------


def _copy(resource: Resource, *parts: str) -> Resource:
    """The same content under an id of its own, so that what is planted never takes the place of a good record."""
    return copy.deepcopy(resource) | {"id": new_id("planted", *parts, resource["id"])}


def broken_json(resource: Resource) -> Planted:
    text = to_json(_copy(resource, "broken"))
    return Planted("broken_json", text[: len(text) * 2 // 3])


def object_for_array(resource: Resource, element: str) -> Planted:
    wrong = _copy(resource, "object", element)
    return Planted("wrong_json_type", wrong | {element: wrong[element][0]})


def array_for_object(resource: Resource, element: str) -> Planted:
    wrong = _copy(resource, "array", element)
    return Planted("wrong_json_type", wrong | {element: [wrong[element]]})


def unknown_modifier(resource: Resource) -> Planted:
    url = "https://example.org/fhir/StructureDefinition/opposite-of-what-it-says"
    body = _copy(resource, "modifier") | {"modifierExtension": [{"url": url, "valueBoolean": True}]}
    return Planted("unknown_modifier_extension", body)


def dangling(resource: Resource, element: str = "subject") -> Planted:
    """About a patient whom nobody delivered."""
    body = _copy(resource, "dangling")
    return Planted("dangling_reference", body | {element: {"reference": f"Patient/{new_id('nobody', resource['id'])}"}})


def unknown_type(resource: Resource) -> Planted:
    return Planted("unknown_resource_type", _copy(resource, "type") | {"resourceType": "ClinicalNote"})


def missing_id(resource: Resource) -> Planted:
    body = copy.deepcopy(resource)
    del body["id"]
    return Planted("missing_id", body)


def repeated(resource: Resource, *, later: bool = False) -> Planted:
    return Planted("repeated_in_later_batch" if later else "duplicate_in_batch", resource)
