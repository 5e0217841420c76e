"""What the tree of a resource type is made of: one function walks an object, one a list, others see to one datatype.

They are made once by deid/compile.py, and run for every element of every record.
"""

from collections.abc import Callable, Mapping
from typing import Any

from deid import actions, generalise
from deid.actions import Handler
from deid.work import Work

DIRECTORY = frozenset({"Practitioner", "Organization", "Location"})
_US = frozenset({None, "US", "USA", "United States", "United States of America"})
Before = Callable[[dict[str, Any], Work], bool]
After = Callable[[dict[str, Any], Work], dict[str, Any] | None]


def walk_object(
    path: str,
    table: Mapping[str, Handler],
    masks: Mapping[str, tuple[str, Any, tuple[str, str]]],
    absent: Mapping[str, tuple[str, str]],
    before: Before | None,
    after: After | None,
) -> Handler:
    malformed, unknown = (path, "malformed"), (path, "unknown_element")
    find = table.get

    def handle(value: Any, work: Work) -> Any:
        if type(value) is not dict:
            work.counts[malformed] += 1
            return None
        if before is not None and not before(value, work):
            return None
        out = {}
        lost = None
        for name, old in value.items():
            handler = find(name)
            if handler is None:
                work.counts[absent.get(name.lstrip("_"), unknown)] += 1
                new = None
            elif old is None:
                continue
            else:
                new = handler(old, work)
            if new is not None:
                out[name] = new
            elif name in masks:
                lost = [name] if lost is None else [*lost, name]
        if lost is not None:
            for name in lost:
                mask_name, mask, key = masks[name]
                bare = name.lstrip("_")
                there = (mask_name, mask_name.lstrip("_"), bare, f"_{bare}")
                if not any(n in out for n in there):
                    out[mask_name] = mask
                    if mask_name[0] == "_" and type(mask) is list:
                        out[mask_name[1:]] = [None]  # FHIR: the lists of values and of extensions are of one length
                    work.counts[key] += 1
        if after is not None and out:
            return after(out, work)
        return out or None

    return handle


def walk_list(one: Handler, path: str) -> Handler:
    malformed = path, "malformed"

    def handle(value: Any, work: Work) -> Any:
        if type(value) is not list:
            work.counts[malformed] += 1
            return None
        return [new for old in value if old is not None and (new := one(old, work)) is not None] or None

    return handle


def choose_by_code(normal: Handler, others: list[tuple[str, frozenset[str], Handler]]) -> Handler:
    def handle(value: Any, work: Work) -> Any:
        if type(value) is dict:
            for element, codes, other in others:
                if not codes.isdisjoint(_codes(value.get(element))):
                    return other(value, work)
        return normal(value, work)

    return handle


def _codes(concept: Any) -> list[str]:
    coding = concept.get("coding") if type(concept) is dict else None
    if type(coding) is not list:
        return []
    return [c.strip() for x in coding if type(x) is dict and type(c := x.get("code")) is str]


def literal(made: Handler, targets: tuple[str, ...]) -> Handler:
    """A reference that only gives the identifier of a provider is read as the conditional one that says the same."""
    sole = targets[0] if len(targets) == 1 else None

    def handle(value: Any, work: Work) -> Any:
        if type(value) is dict and "reference" not in value and type(known := value.get("identifier")) is dict:
            kind = value.get("type", sole)
            number, system = known.get("value"), known.get("system")
            if isinstance(kind, str) and kind in DIRECTORY and isinstance(number, str):
                name = f"{system}|{number}" if isinstance(system, str) else number
                value = {**value, "reference": f"{kind}?identifier={name}"}
        return made(value, work)

    return handle


def remember_system(value: dict[str, Any], work: Work) -> bool:
    work.system = value.get("system")
    return True


def remember_identifier_system(value: dict[str, Any], work: Work) -> bool:
    work.identifier_system = value.get("system")
    return True


def remember_content_type(value: dict[str, Any], work: Work) -> bool:
    work.content_type = value.get("contentType")
    work.attached = None
    return True


def unless_excluded(names: list[str]) -> Before:
    """A member or entry that is somebody who may not be named goes as a whole, not only the reference to them."""

    def before(value: dict[str, Any], work: Work) -> bool:
        if not work.excluded:
            return True
        named = (value.get(n) for n in names)
        return not any(actions.is_excluded(r.get("reference"), work) for r in named if isinstance(r, dict))

    return before


def has_any(*names: str) -> After:
    def after(out: dict[str, Any], work: Work) -> dict[str, Any] | None:
        return out if any(n in out for n in names) else None

    return after


def put_attachment_right(out: dict[str, Any], work: Work) -> dict[str, Any]:
    made = work.attached
    if made is not None and "data" in out:
        out["size"], out["hash"] = made.size, made.hash
        if made.content_type:
            out["contentType"] = made.content_type
    return out


def only_us_codes(out: dict[str, Any], work: Work) -> dict[str, Any] | None:
    """Three digits are coarse in the United States; elsewhere they may be a village."""
    if out.get("country") not in _US:
        out.pop("postalCode", None)
    return out or None


def top_coded(limit: int, *, named_as_age: bool) -> After:
    """Of a person's record, an age over the limit; of a record about nobody (criteria of a trial), nothing."""

    def after(out: dict[str, Any], work: Work) -> dict[str, Any]:
        if work.subject.subject_key is None:
            return out
        return generalise.top_code(out, limit, named_as_age=named_as_age) or out

    return after


def as_age(made: Handler, path: str, limit: int, *, is_range: bool) -> Handler:
    key = path, "generalise"

    def handle(value: Any, work: Work) -> Any:
        out = made(value, work)
        if out is None:
            return None
        if not is_range:
            top = generalise.top_code(out, limit, named_as_age=True)
            work.counts[key] += top is not None
            return top or out
        for end in ("low", "high"):
            bound = out.get(end)
            if bound and (top := generalise.top_code(bound, limit, named_as_age=True, may_compare=False)):
                out[end] = top
                work.counts[key] += 1
        return out

    return handle


def presence(path: str) -> Handler:
    key = path, "generalise"

    def handle(value: Any, work: Work) -> Any:
        work.counts[key] += 1
        return True if value else None

    return handle


def renamed(renames: list[tuple[str, str]]) -> After:
    def after(out: dict[str, Any], work: Work) -> dict[str, Any]:
        for old, new in renames:
            if out.pop(f"_{old}", None) is not None or old in out:
                present = out.pop(old, None)
                if present is not None and new not in out:
                    out[new] = present
        return out

    return after
