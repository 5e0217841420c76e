"""The verdict of fhir.resources on one resource, told without any of its values.

Most resources are right. They are read as Structs (`fhir_structs`) that accept nothing fhir.resources would not; what
these refuse fhir.resources judges itself, which takes over ten times as long.
"""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from core import fhir
from transforms.bronze import fhir_structs

MAX_DEPTH = 100  # objects and lists within each other; FHIR in use has some ten
_MOST_NAMED = 5  # mistakes named in one reason; the rest is counted
_BRACKETS = b'{}[]"'
_ALL_BUT_BRACKETS = bytes(sorted(set(range(256)) - set(_BRACKETS)))
_AS_ONE_KIND = bytes.maketrans(b"[]", b"{}")
_UNBOUNDED = (b'xtension"', b'"contained"', b'"assigner"')  # fhir_structs.UNBOUNDED, as JSON
_encode = msgspec.json.Encoder().encode
_NOT_READ = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Wrong(NamedTuple):
    """Why a resource is not accepted: `code` is invalid_fhir, duplicate_key or too_deep; `reason` holds no value."""

    code: str
    reason: str


class _Head(msgspec.Struct):
    resourceType: str  # noqa: N815  the name is FHIR's


_head = msgspec.json.Decoder(_Head).decode


def wrong(data: bytes, kind: str, release: fhir.Release) -> Wrong | None:
    """What is wrong with a resource of type `kind`, given as UTF-8 JSON; None when it is accepted.

    Source of the verdict: fhir.resources, of R4B for R4. It misses what its documentation says it misses: required code
    bindings and numbers written as text are accepted. Beyond it, keys given twice are wrong (two readers would see two
    records) and so is what nests too deep to be read safely. Of the resource types that R4 has and R4B has not, only
    the elements that all resources share are judged.
    """
    return None if surely_right(data, kind, release) is not None else judge(data, kind, release)


def judge(data: bytes, kind: str, release: fhir.Release) -> Wrong | None:
    """The same, by fhir.resources: for what `surely_right` leaves open."""
    if _is_deep(data):
        return Wrong("too_deep", f"{kind}: nested deeper than {MAX_DEPTH} levels")
    try:
        resource = msgspec.json.decode(data)
    except _NOT_READ:
        return Wrong("invalid_fhir", f"{kind}: not JSON")
    twice = None if _has_keys_once(data, _encode(resource)) else _twice(data)
    if twice:
        return Wrong("duplicate_key", f"{_place(kind, resource, twice, release)}: duplicate_key")
    mistakes = _mistakes(resource, kind, release)
    return Wrong("invalid_fhir", mistakes) if mistakes else None


def surely_right(data: bytes, kind: str, release: fhir.Release) -> Any:
    """The Struct of a resource that `wrong` accepts without asking fhir.resources; None when that has to be asked."""
    if fhir.is_known_in_part(kind, release) or fhir_structs.may_hold_blank(data):
        return None
    try:
        found = fhir_structs.decoder(kind, release)(data)
    except _NOT_READ:
        return None
    again = _encode(found)
    if not _has_keys_once(data, again) or _may_be_deep(again, kind, release):
        return None
    contained = getattr(found, "contained_", None)
    return found if contained is None or all(_is_contained_right(bytes(c), release) for c in contained) else None


def _is_contained_right(data: bytes, release: fhir.Release) -> bool:
    try:
        kind = _head(data).resourceType
    except _NOT_READ:
        return False
    return kind in fhir.resource_types(release) and surely_right(data, kind, release) is not None


def _has_keys_once(data: bytes, again: bytes) -> bool:
    """True when a text that was read and written `again` certainly lost no key that it gave twice.

    A key that is lost takes its colon with it, and nothing adds one: the colons in values are written as they were read,
    unless one was escaped.
    """
    return data.count(b":") == again.count(b":") and not (b"\\" in data and (b"\\u003a" in data or b"\\u003A" in data))


def _may_be_deep(again: bytes, kind: str, release: fhir.Release) -> bool:
    """False when a resource that a Struct wrote is certainly not too deep: no list in it is directly in a list."""
    objects = again.count(b"{")
    if objects <= MAX_DEPTH // 2:
        return False
    if fhir_structs.levels(kind, release) <= MAX_DEPTH and not any(name in again for name in _UNBOUNDED):
        return False
    # Of the objects in a list only the first counts: those after it are no deeper.
    return objects - again.count(b"},{") > MAX_DEPTH // 2 and _is_deep(again)


def _is_deep(data: bytes) -> bool:
    if data.count(b"{") + data.count(b"[") <= MAX_DEPTH:
        return False
    bare = data.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _ALL_BUT_BRACKETS)
    brackets = b"".join(bare.split(b'"')[::2]).translate(_AS_ONE_KIND)
    for _ in range(MAX_DEPTH):
        brackets = brackets.replace(b"{}", b"")  # the innermost: one level less
    return brackets != b""


class _Twice(dict[str, Any]):
    """An object that gives the key `name` twice."""

    name: str


def _twice(data: bytes) -> tuple[int | str, ...] | None:
    """The place of a key that its object gives twice."""

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        times = Counter(name for name, _ in pairs)
        twice = _Twice(found)
        twice.name = next(name for name, n in times.items() if n > 1)
        return twice

    return _place_of_twice(json.loads(data, object_pairs_hook=made, parse_int=bool, parse_float=bool))


def _place_of_twice(value: Any) -> tuple[int | str, ...] | None:
    if isinstance(value, _Twice):
        return (value.name,)
    inner: Iterable[tuple[int | str, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for step, item in inner:
        found = _place_of_twice(item)
        if found:
            return (step, *found)
    return None


def _mistakes(resource: dict[str, Any], kind: str, release: fhir.Release) -> str | None:
    """Element paths and kinds of mistake, as fhir.resources finds them."""
    from pydantic import ValidationError

    try:
        if fhir.is_known_in_part(kind, release):
            _model("DomainResource", release).model_validate(_shared(resource))
        else:
            _model(kind, release).model_validate(_with_known_contained(resource, release))
    except ValidationError as e:
        mistakes = e.errors(include_input=False, include_url=False)
        found = [f"{_place(kind, resource, x['loc'], release)}: {x['type']}" for x in mistakes]
        more = f"; and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        return "; ".join(found[:_MOST_NAMED]) + more
    except Exception as e:  # whatever stops the judge, it has not accepted
        return f"{kind}: {type(e).__name__}"
    return None


def _model(kind: str, release: fhir.Release) -> Any:
    if release == "R5":
        from fhir.resources import get_fhir_model_class
    else:
        from fhir.resources.R4B import get_fhir_model_class
    return get_fhir_model_class(kind)


def _shared(resource: dict[str, Any]) -> dict[str, Any]:
    """What is known of a resource of which only the elements that all resources share are known."""
    known = fhir.elements("DomainResource")
    return {name: value for name, value in resource.items() if name.removeprefix("_") in known}


def _with_known_contained(resource: dict[str, Any], release: fhir.Release) -> dict[str, Any]:
    """The resource with what is known of each contained one."""
    contained = resource.get("contained")
    if release != "R4" or not isinstance(contained, list):
        return resource
    known = [
        {**_shared(c), "resourceType": "DomainResource"} if fhir.is_known_in_part(_kind(c) or "", release) else c
        for c in contained
    ]
    return {**resource, "contained": known}


def _kind(resource: Any) -> str | None:
    found = resource.get("resourceType") if isinstance(resource, dict) else None
    return found if isinstance(found, str) else None


def _place(kind: str, resource: dict[str, Any], loc: tuple[int | str, ...], release: fhir.Release) -> str:
    """A mistake's path with only names that FHIR knows: an unknown element's name is text from the record."""
    value: Any = resource
    path = at = kind
    for step in loc:
        value = _inside(value, step)
        if isinstance(step, int):
            path += f"[{step}]"
        elif step == "resourceType":
            return f"{path}.{step}"
        else:
            element = _elements(at, release).get(step.removeprefix("_"))
            if element is None:
                return f"{path}.(element not in FHIR)"
            path, at = f"{path}.{step}", "FHIRPrimitiveExtension" if step.startswith("_") else element.type
        if at == "Resource":
            at = _kind(value) or at
    return path


def _inside(value: Any, step: int | str) -> Any:
    try:
        return value[step]
    except (LookupError, TypeError):
        return None


def _elements(type_name: str, release: fhir.Release) -> dict[str, fhir.Element]:
    if fhir.is_known_in_part(type_name, release):
        return fhir.elements("DomainResource", release)
    return fhir.elements(type_name, release) if fhir.is_type(type_name, release) else {}
