"""Policies turned into one tree of functions per resource type, so that a record is walked once.

What a policy does not name is removed; an element that FHIR requires and that is left empty is masked, so that the
output stays valid. Names that FHIR does not know are counted without being repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core import fhir
from deid import actions, generalise, walk
from deid.actions import Handler
from deid.criteria import keep_criteria_set
from deid.policy import CRITERIA_SET, Action, ByCode, KnownExtension, Policies, Profile
from deid.pseudonym import KeyRing
from deid.work import Scanner, Work

DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
MASKED = {"url": DATA_ABSENT, "valueCode": "masked"}
_QUANTITIES = frozenset({"Quantity", "Age", "Count", "Distance", "Duration"})
_VOCABULARY = frozenset({"Coding", "CodeableConcept", "Reference", *_QUANTITIES})
_INTEGERS = frozenset({"integer", "integer64", "positiveInt", "unsignedInt"})
_ITSELF = Action("keep")


def minimal(type_name: str) -> dict[str, Any]:
    """The smallest valid value of a complex type that says its content was masked."""
    value: dict[str, Any] = {"extension": [MASKED]}
    chosen = set()
    for element in fhir.elements(type_name).values():
        if element.is_required or (element.is_choice_required and element.choice not in chosen):
            chosen.add(element.choice)
            name, mask = _mask(element, type_name)
            value[name] = mask
    return value


def _mask(element: fhir.Element, kind: str) -> tuple[str, Any]:
    """The name and value that say that an element of a type was masked.

    Of a choice that FHIR requires, one that is an object: validators look for the element itself, not for its `_name`.
    """
    if element.is_choice_required and element.is_primitive:
        objects = [e for e in fhir.elements(kind).values() if e.choice == element.choice and not e.is_primitive]
        element = min(objects, key=lambda e: e.type not in ("Coding", "CodeableConcept"), default=element)
    value = {"extension": [MASKED]} if element.is_primitive else minimal(element.type)
    return f"_{element.name}" if element.is_primitive else element.name, [value] if element.is_list else value


@dataclass
class _Cell:
    """A place for a function that refers to itself: a provision of a provision."""

    handler: Handler = field(default=lambda value, work: None)

    def __call__(self, value: Any, work: Work) -> Any:
        return self.handler(value, work)


@dataclass(frozen=True)
class _Place:
    """Where an element is: its path for counting, the type it stands in, and the objects around it by type."""

    path: str
    holder: str
    inside: Mapping[str, _Cell]
    by_code: Mapping[str, list[ByCode]] = field(default_factory=dict)
    at: str = ""

    def below(self, name: str, holder: str, inside: Mapping[str, _Cell]) -> "_Place":
        at = f"{self.at}.{name}" if self.at else name
        return _Place(f"{self.path}.{name}", holder, inside, self.by_code, at)


class Compiler:
    """Makes the function of a resource type, from policies and a profile."""

    def __init__(self, policies: Policies, profile: Profile, keys: KeyRing, scanner: Scanner) -> None:
        self._policies, self._profile, self._keys, self._scanner = policies, profile, keys, scanner
        self._extensions: dict[str, Handler] = {}  # filled last, as their values may have extensions of their own
        self._modifiers: dict[str, Handler] = {}
        self._extensions.update({u: self._extension(k) for u, k in policies.extensions.items()})
        self._modifiers.update({u: self._extension(k) for u, k in policies.modifier_extensions.items()})

    def resource(self, type_name: str, contained: Handler) -> Handler:
        """The function of a whole resource; `contained` is that of the list of resources in it."""
        policy = self._policies.resources[type_name]
        common = {**self._policies.datatypes["Resource"].actions, **self._policies.datatypes["DomainResource"].actions}
        known = {k: a for k, a in common.items() if k in fhir.elements(type_name)}
        by_code: dict[str, list[ByCode]] = {}
        for rule in policy.by_code:
            by_code.setdefault(rule.at, []).append(rule)
        place = _Place(type_name, "", {}, by_code)
        extra = {"resourceType": lambda value, work: value, "contained": contained}
        return self._object(type_name, {**known, **policy.actions}, place, extra)

    # --- objects

    def _object(
        self, kind: str, named: Mapping[str, Action], place: _Place, extra: Mapping[str, Handler] = {}
    ) -> Handler:
        rules = place.by_code.get(place.at) or []
        normal = self._plain_object(kind, named, place, extra)
        if not rules:
            return normal
        others = []
        for rule in rules:
            below = tuple(f"{p}." for p in rule.actions)
            kept = {p: a for p, a in named.items() if not p.startswith(below)}
            others.append((rule.code, rule.codes, self._plain_object(kind, {**kept, **rule.actions}, place, extra)))
        return walk.choose_by_code(normal, others)

    def _plain_object(
        self, kind: str, named: Mapping[str, Action], place: _Place, extra: Mapping[str, Handler]
    ) -> Handler:
        cell = _Cell()
        inside = {**place.inside, kind: cell}
        table: dict[str, Handler] = {}
        masks: dict[str, tuple[str, Any, tuple[str, str]]] = {}
        absent: dict[str, tuple[str, str]] = {}
        renames: list[tuple[str, str]] = []
        for name, element in fhir.elements(kind).items():
            path = f"{place.path}.{name}"
            action = named.get(name)
            children = {p[len(name) + 1 :]: a for p, a in named.items() if p.startswith(f"{name}.")}
            absent[name] = path, "remove"
            if name in extra:
                continue
            if name in ("extension", "modifierExtension"):
                known = self._extensions if name == "extension" else self._modifiers
                table[name] = self._extension_list(kind, known, path)
                continue
            removed = (action.verb in ("remove", "mask")) if action else not children
            if not removed:
                table[name] = self._element(element, action, children, place.below(name, kind, inside))
                if element.is_primitive and not element.is_list:
                    table[f"_{name}"] = self._primitive_extension(path)
                if action and action.how == "presence":
                    renames.append((name, f"{element.choice}Boolean"))
            elif action:
                table[name] = actions.remove(path)
            is_needed = element.is_required or element.is_choice_required
            if is_needed or (action and action.verb == "mask") or (element.choice and not removed):
                mask_name, mask = _mask(element, kind)
                masks[name] = masks[f"_{name}"] = mask_name, mask, (path, "mask")
        table.update(extra)
        before, after = self._before(kind, table), self._after(kind, renames)
        cell.handler = walk.walk_object(place.path, table, masks, absent, before, after)
        return cell.handler

    def _before(self, kind: str, table: Mapping[str, Handler]) -> walk.Before | None:
        if kind in _QUANTITIES or kind == "Coding":
            return walk.remember_system
        if kind == "Identifier":
            return walk.remember_identifier_system
        if kind == "Attachment":
            return walk.remember_content_type
        is_backbone = kind not in fhir.resource_types() and kind not in self._policies.datatypes
        names = [n for n, e in fhir.elements(kind).items() if e.type == "Reference" and e.is_required and n in table]
        return walk.unless_excluded(names) if is_backbone and names else None

    def _after(self, kind: str, renames: list[tuple[str, str]]) -> walk.After | None:
        limit = self._profile.age_limit
        if kind == "Attachment":
            return walk.put_attachment_right
        if kind == "Coding":
            return walk.has_any("code", "display", "extension", "_code")
        if kind == "Reference":
            return walk.has_any("reference", "display", "extension")
        if kind == "Address":
            return walk.only_us_codes
        if kind in ("Age", "Quantity"):
            return walk.top_coded(limit, named_as_age=kind == "Age")
        return walk.renamed(renames) if renames else None

    # --- elements

    def _element(
        self, e: fhir.Element, action: Action | None, children: Mapping[str, Action], place: _Place
    ) -> Handler:
        one = self._one(e, action, children, place)
        return walk.walk_list(one, place.path) if e.is_list else one

    def _one(self, e: fhir.Element, action: Action | None, children: Mapping[str, Action], place: _Place) -> Handler:
        path = place.path
        if action is None:
            return self._object(e.type, children, place)
        if e.is_primitive:
            return self._primitive(e, action, place)
        if e.type in place.inside and e.type not in self._policies.datatypes:
            return place.inside[e.type]
        own = self._policies.datatypes[e.type].actions if e.type in self._policies.datatypes else {}
        merged = {**own, **children}
        if action.verb == "code_only":
            words = ("text", "display", "coding.display")
            merged = {p: a for p, a in merged.items() if p not in words}
            if e.type == "CodeableConcept":
                codes = {p: a for p, a in self._policies.datatypes["Coding"].actions.items() if p != "display"}
                merged = {p: a for p, a in merged.items() if p != "coding"} | {
                    f"coding.{p}": a for p, a in codes.items()
                }
        if action.verb == "generalise" and e.type == "Money":
            merged = {**merged, "value": Action("generalise", "amount")}
        made = self._object(e.type, merged, place)
        if e.type == "Reference":
            return walk.literal(made, e.targets)
        if action.verb == "generalise" and e.type in ("Quantity", "Range", "Age"):
            return walk.as_age(made, path, self._profile.age_limit, is_range=e.type == "Range")
        return made

    def _primitive(self, e: fhir.Element, action: Action, place: _Place) -> Handler:
        path, verb, how = place.path, action.verb, action.how
        if verb == "keep":
            return self._keep(e, action, place)
        if verb == "date_shift":
            return actions.shift_date(path, e.type)
        if verb == "year":
            return actions.year(path)
        if verb == "scan_text":
            if e.type == "base64Binary":
                return actions.scan_attachment(path, self._scanner)
            return actions.scan(path, self._scanner, is_vocabulary=place.holder in _VOCABULARY)
        if verb == "pseudonym":
            make = {"uid": actions.uid, "identifier": actions.identifier, "reference": actions.reference}
            return make.get(how or "id", actions.own_id)(path, self._keys)
        if verb == "generalise":
            if how == "amount":
                return generalise.amount(path)
            if how == "age" and e.type in ("string", "markdown"):
                scanned = actions.scan(path, self._scanner, is_vocabulary=False)
                return generalise.age_text(path, self._profile.age_limit, scanned)
            if how == "age":
                return generalise.age_number(path, self._profile.age_limit)
            return walk.presence(path) if how == "presence" else generalise.place(path, str(how), self._profile)
        return actions.remove(path)

    def _keep(self, e: fhir.Element, action: Action, place: _Place) -> Handler:
        path = place.path
        if action.how == CRITERIA_SET and e.type == "base64Binary":
            return keep_criteria_set(path)
        if action.how:
            other = action.otherwise
            return actions.keep_shape(path, action.how, self._primitive(e, other, place) if other else None)
        if e.type == "boolean":
            return actions.keep_boolean(path)
        if e.type == "decimal" or e.type in _INTEGERS:
            return actions.keep_number(path, integral=e.type != "decimal")
        if e.name == "code" and (place.holder == "Coding" or place.holder in _QUANTITIES):
            return actions.keep_code(path)
        return actions.keep_shape(path, "code")

    # --- extensions

    def _extension(self, known: KnownExtension) -> Handler:
        values = {
            n: self._element(fhir.elements("Extension")[n], _ITSELF, {}, _Place(f"Extension.{n}", "Extension", {}))
            for n in (known.value, *known.parts.values())
            if n
        }

        def with_value(extension: dict[str, Any], name: str, work: Work) -> dict[str, Any] | None:
            value = values[name](extension[name], work) if name in extension else None
            return None if value is None else {"url": extension["url"], name: value}

        def handle(extension: Any, work: Work) -> Any:
            if known.value:
                return with_value(extension, known.value, work)
            inner = extension.get("extension")
            parts = [p for p in inner if isinstance(p, dict)] if isinstance(inner, list) else []
            kept = [with_value(p, known.parts[p["url"]], work) for p in parts if p.get("url") in known.parts]
            left = [p for p in kept if p]
            return {"url": extension["url"], "extension": left} if left else None

        return handle

    def _extension_list(self, kind: str, known: Mapping[str, Handler], path: str) -> Handler:
        specs = {**self._policies.extensions, **self._policies.modifier_extensions}
        elsewhere = {u for u, spec in specs.items() if spec.types and kind not in spec.types}
        key = path, "remove"

        def handle(value: Any, work: Work) -> Any:
            kept = []
            for extension in value if isinstance(value, list) else [None]:
                url = extension.get("url") if isinstance(extension, dict) else None
                if isinstance(url, str) and url in known and url not in elsewhere:
                    if done := known[url](extension, work):
                        kept.append(done)
                    continue
                work.counts[key] += 1
                work.extensions[self._name_of(url, work)] += 1
            return kept or None

        return handle

    def _name_of(self, url: object, work: Work) -> str:
        """What an unknown extension is called in a report: its url only when HL7 made it."""
        if not isinstance(url, str):
            return "malformed"
        return url if work.memory.fits("hl7_profile", url) else f"hash:{self._keys.fingerprint(url)}"

    def _primitive_extension(self, path: str) -> Handler:
        known = self._extension_list("", self._extensions, f"{path}.extension")

        def handle(value: Any, work: Work) -> Any:
            kept = known(value["extension"], work) if isinstance(value, dict) and "extension" in value else None
            return {"extension": kept} if kept else None

        return handle
