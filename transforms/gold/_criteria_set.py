"""A criteria set, YAML or JSON -> criteria. The form is written down in docs/recruitment.md.

A set comes from a file that somebody here answers for, then every mistake is an error at load; or from a sponsor's FHIR
Library, then a criterion that is not understood as a whole needs review, and SQL is never run.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import yaml

from core.errors import ConfigError
from transforms.gold import _sql
from transforms.gold._criteria import (
    All,
    AnyOf,
    AtLeast,
    Criterion,
    Event,
    Expression,
    Kind,
    Leaf,
    Not,
    Range,
    Window,
    unclear,
)
from transforms.gold._group import SEX, coded
from transforms.terminology.codes import CodeSet
from transforms.terminology.load import Terminology, TerminologyError

VERSION = 1
_CODED: tuple[Kind, ...] = ("condition", "medication", "procedure")
_BOUNDS = ("from", "to", "above", "below")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DEEPEST = 12
CONTACT = ("contact", "recontact", "re-contact")
_NODES = ("all", "any", "at_least", "not", "alive", "age", "sex", *_CODED, "observation", "consent", "sql")


class CriteriaError(ConfigError):
    """A criteria set that cannot be used. The message lists every mistake of every file with its place."""


class _Wrong(Exception):
    """What is wrong in one criterion, and where in it."""


@dataclass(frozen=True)
class CriteriaSet:
    """The criteria of the study that has `study` among its identifiers; None where the set came with the study."""

    study: str | None
    criteria: tuple[Criterion, ...]


class CriteriaSets(dict[str, CriteriaSet]):
    """Sets by study identifier; as text a short hash of their files, so that a changed one is noticed."""

    files = b""

    def __str__(self) -> str:
        return sha256(self.files).hexdigest()[:16]


def read_folder(folder: Path, terminology: Terminology) -> CriteriaSets:
    """The sets of a folder's *.yaml by study identifier. CriteriaError lists every mistake of all files."""
    found = CriteriaSets()
    wrong: list[str] = []
    if not folder.is_dir():
        wrong.append(f"{folder}: is not a folder")
    for file in sorted(folder.glob("*.yaml")):
        try:
            text = file.read_text(encoding="utf-8")
            found.files += text.encode() + b"\0"
            document = yaml.safe_load(text)
        except (OSError, ValueError, yaml.YAMLError):
            wrong.append(f"{file}: is not YAML in UTF-8 that can be read")
            continue
        one, mistakes = compile_set(document, terminology, may_have_sql=True)
        if not one.study:
            mistakes.append("study: is missing; give an identifier of the study, as its ResearchStudy has it")
        elif one.study in found:
            mistakes.append(f"study: {one.study!r} has another file too")
        found[one.study or ""] = one
        wrong += [f"{file}: {m}" for m in mistakes]
    if wrong:
        raise CriteriaError("\n".join([*wrong, "docs/recruitment.md says what a criteria set holds."]))
    return found


def compile_set(
    document: object, terminology: Terminology, *, may_have_sql: bool = False
) -> tuple[CriteriaSet, list[str]]:
    """The set, a criterion with a mistake as one that needs review, and the mistakes."""
    mistakes: list[str] = []
    if not isinstance(document, Mapping) or document.get("criteria_set") != VERSION:
        return CriteriaSet(None, (unclear("criteria", "criteria set"),)), [f"criteria_set: must be {VERSION}"]
    if more := sorted(set(map(str, document)) - {"criteria_set", "study", "criteria"}):
        mistakes.append(f"{', '.join(more)}: not known; a set has criteria_set, study and criteria")
    listed = document.get("criteria")
    if not isinstance(listed, list) or not listed:
        return CriteriaSet(None, (unclear("criteria", "criteria set"),)), [*mistakes, "criteria: must be a list"]
    maker, criteria = _Maker(terminology, may_have_sql), []
    for i, one in enumerate(listed):
        place = f"criteria[{i}]"
        try:
            criteria.append(maker.criterion(one, i))
        except _Wrong as e:
            mistakes.append(f"{place}: {e}")
            criteria.append(unclear(_id(one, i), "criterion of a set"))
    ids = [c.criterion_id for c in criteria]
    if doubled := sorted({i for i in ids if ids.count(i) > 1}):
        mistakes.append(f"criteria: id {', '.join(doubled)} is there twice")
    study = document.get("study")
    if mistakes and more:  # a word that is not known may change the sense of all
        criteria = [unclear(c.criterion_id, c.label) for c in criteria]
    return CriteriaSet(str(study) if study else None, tuple(criteria)), mistakes


def _id(one: object, index: int) -> str:
    said = one.get("id") if isinstance(one, Mapping) else None
    return said if isinstance(said, str) and _ID.fullmatch(said) else f"criterion-{index + 1}"


class _Maker:
    def __init__(self, terminology: Terminology, may_have_sql: bool) -> None:
        self._terminology = terminology
        self._may_have_sql = may_have_sql
        self._depth = 0

    def criterion(self, one: object, index: int) -> Criterion:
        item = _mapping(one, "criterion")
        _only(item, ("id", "include", "exclude", "note"))
        if ("include" in item) == ("exclude" in item):
            raise _Wrong("needs include or exclude")
        if "id" in item and _id(item, index) != item["id"]:
            raise _Wrong(f"id must match {_ID.pattern}")
        is_exclusion, self._depth = "exclude" in item, 0
        node = item["exclude" if is_exclusion else "include"]
        return Criterion(_id(item, index), self.expression(node), is_exclusion, _label(node))

    def expression(self, node: object) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Wrong(f"is nested more than {_DEEPEST} deep")
        found = self._expression(node)
        self._depth -= 1
        return found

    def _expression(self, node: object) -> Expression:
        item = _mapping(node, "expression")
        if len(item) != 1 or (name := next(iter(item))) not in _NODES:
            raise _Wrong(
                f"an expression has one of {', '.join(_NODES)}; this has {', '.join(map(str, item)) or 'none'}"
            )
        said = item[name]
        match name:
            case "all" | "any":
                parts = self._parts(said, name)
                return All(parts) if name == "all" else AnyOf(parts)
            case "at_least":
                inner = _mapping(said, name)
                _only(inner, ("n", "of"))
                parts, n = self._parts(inner.get("of"), "at_least.of"), inner.get("n")
                if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= len(parts):
                    raise _Wrong(f"at_least.n must be 1 to {len(parts)}")
                return AtLeast(n, parts)
            case "not":
                return Not(self.expression(said))
        return self._leaf(str(name), said, _label(item))

    def _parts(self, said: object, name: str) -> tuple[Expression, ...]:
        if not isinstance(said, list) or not said:
            raise _Wrong(f"{name} must be a list of expressions")
        return tuple(self.expression(one) for one in said)

    def _leaf(self, name: str, said: object, label: str) -> Expression:
        make: Mapping[str, Callable[[object, str], Expression]] = {
            "alive": self._alive, "age": self._age, "sex": self._sex, "observation": self._observation,
            "consent": self._consent, "sql": self._sql,
        }  # fmt: skip
        if name in _CODED:
            kind: Kind = next(k for k in _CODED if k == name)
            return self._coded(kind, _mapping(said, name), label)
        return make[name](said, label)

    def _alive(self, said: object, label: str) -> Expression:
        if said is not True:
            raise _Wrong("alive can be true; write not: {alive: true} for the contrary")
        return Leaf("alive", "alive")

    def _age(self, said: object, label: str) -> Expression:
        item = _mapping(said, "age")
        _only(item, _BOUNDS)
        return _bounded(Leaf("age", label), item)

    def _sex(self, said: object, label: str) -> Expression:
        if not isinstance(said, str) or said not in SEX.values():
            raise _Wrong("sex can be female, male or other")
        return Leaf("sex", label, sex=str(said))

    def _coded(self, kind: Kind, item: Mapping[str, Any], label: str) -> Leaf:
        _only(item, ("in", "codes", "within", "now"))
        if "now" in item and (item["now"] is not True or kind != "medication" or "within" in item):
            raise _Wrong("now can be true, of a medication without within")
        codes = self._codes(item, through_maps=kind == "medication")
        return Leaf(kind, label, codes=codes, window=self._window(item), is_now="now" in item)

    def _observation(self, said: object, label: str) -> Expression:
        item = _mapping(said, "observation")
        _only(item, ("in", "codes", "within", "pick", *_BOUNDS, "unit", "other_units", "value_in", "value_codes", "is"))
        leaf = Leaf("observation", label, codes=self._codes(item), window=self._window(item))
        asked = [n for n in ("value_in", "value_codes", "is") if n in item] + (
            ["bounds"] if any(n in item for n in _BOUNDS) else []
        )
        if len(asked) != 1:
            raise _Wrong(f"an observation asks for one of {', '.join(_BOUNDS)} with unit; value_in; value_codes; is")
        if asked == ["bounds"]:
            ranged = replace(_bounded(leaf, item), unit=_text(item.get("unit"), "unit"), other_units=_other_units(item))
            return _picked(ranged, item)
        if "unit" in item or "other_units" in item:
            raise _Wrong("unit and other_units go with numbers")
        if asked == ["is"]:
            if not isinstance(item["is"], bool):
                raise _Wrong("is can be true or false")
            return _picked(replace(leaf, value_boolean=item["is"]), item)
        named = {"in": item["value_in"]} if asked == ["value_in"] else {"codes": item["value_codes"]}
        return _picked(replace(leaf, value_codes=self._codes(named)), item)

    def _consent(self, said: object, label: str) -> Expression:
        if said == "contact":
            return Leaf("consent", label, words=CONTACT)
        item = _mapping(said, "consent")
        _only(item, ("codes",))
        words = item.get("codes")
        if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
            raise _Wrong("consent can be contact, or {codes: [code, …]} of category, purpose or action")
        return Leaf("consent", label, words=tuple(str(w).lower() for w in words))

    def _sql(self, said: object, label: str) -> Expression:
        query = _text(said, "sql")
        if not self._may_have_sql:
            raise _Wrong("SQL is run only from a file of this project")
        if wrong := _sql.mistakes(query):
            raise _Wrong(f"sql: {'; '.join(wrong)}")
        return Leaf("sql", "sql", sql=query)

    # Codes and windows

    def _codes(self, item: Mapping[str, Any], *, through_maps: bool = False) -> CodeSet:
        if ("in" in item) == ("codes" in item):
            raise _Wrong("needs in (the URL of a value set) or codes")
        if "in" in item:
            try:
                return self._terminology.value_set(_text(item["in"], "in"))
            except TerminologyError as e:
                raise _Wrong(str(e)) from None
        found = CodeSet()
        for one in item["codes"] if isinstance(item["codes"], list) else []:
            code = _mapping(one, "codes")
            _only(code, ("system", "code", "descendants"))
            deep = code.get("descendants", True)
            if not isinstance(deep, bool):
                raise _Wrong("descendants can be true or false")
            system, value = _text(code.get("system"), "system"), _text(code.get("code"), "code")
            some = coded(system, value, self._terminology, through_maps=through_maps and deep, deep=deep)
            if some is None:
                raise _Wrong(f"code {value!r} is no single place in {system}")
            found |= some
        if not found:
            raise _Wrong("codes must be a list of {system, code}")
        return found

    def _window(self, item: Mapping[str, Any]) -> Window | None:
        if "within" not in item:
            return None
        said = _mapping(item["within"], "within")
        _only(said, ("days", "not_within_days", "before"))
        most, least = _whole(said.get("days")), _whole(said.get("not_within_days", 0))
        if most is None or least is None or not 0 <= least <= most:
            raise _Wrong("within needs days, a whole number, and not_within_days, when given, not above it")
        return Window(most, least, self._event(said["before"]) if "before" in said else None)

    def _event(self, said: object) -> Event:
        item = _mapping(said, "before")
        kinds = [k for k in _CODED if k in item]
        if len(kinds) != 1:
            raise _Wrong(f"before has one of {', '.join(_CODED)}, and which: first or latest")
        _only(item, (kinds[0], "which"))
        which: Literal["first", "latest"] = "first" if item.get("which") == "first" else "latest"
        if item.get("which", "latest") != which:
            raise _Wrong("which can be first or latest")
        inner = _mapping(item[kinds[0]], kinds[0])
        _only(inner, ("in", "codes"))
        return Event(kinds[0], self._codes(inner, through_maps=kinds[0] == "medication"), which)


def _picked(leaf: Leaf, item: Mapping[str, Any]) -> Expression:
    """min and max are said by any and all: the least is >= x if all are, and <= x if any is."""
    pick = item.get("pick", "latest")
    if pick in ("latest", "any", "all"):
        return replace(leaf, pick=pick)
    if pick not in ("min", "max") or (leaf.low is None and leaf.high is None):
        raise _Wrong("pick can be latest, any or all, and for numbers min or max")
    of_low: Literal["all", "any"] = "all" if pick == "min" else "any"
    of_high: Literal["all", "any"] = "any" if pick == "min" else "all"
    above = tuple(replace(r, high=None) for r in leaf.other_units)
    below = tuple(replace(r, low=None) for r in leaf.other_units)
    parts = []
    if leaf.low is not None:
        parts.append(replace(leaf, pick=of_low, high=None, high_closed=True, other_units=above))
    if leaf.high is not None:
        parts.append(replace(leaf, pick=of_high, low=None, low_closed=True, other_units=below))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _other_units(item: Mapping[str, Any]) -> tuple[Range, ...]:
    """The range in units that cannot be converted into the first. Each has the same bounds, so that all say one thing."""
    listed = item.get("other_units", [])
    if not isinstance(listed, list) or ("other_units" in item and not listed):
        raise _Wrong("other_units must be a list of bounds with unit")
    found = []
    for one in listed:
        said = _mapping(one, "other_units")
        if set(said) != {"unit", *(n for n in _BOUNDS if n in item)}:
            raise _Wrong("each of other_units has a unit and the same bounds as the range itself")
        leaf = _bounded(Leaf("observation", ""), said)
        found.append(Range(leaf.low, leaf.high, _text(said["unit"], "unit")))
    units = [item["unit"], *(one.unit for one in found)]
    if len(set(units)) < len(units):
        raise _Wrong("other_units has a unit twice")
    return tuple(found)


def _bounded(leaf: Leaf, item: Mapping[str, Any]) -> Leaf:
    numbers = {n: item[n] for n in _BOUNDS if n in item}
    if not numbers or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers.values()):
        raise _Wrong(f"needs numbers: {', '.join(_BOUNDS)}")
    if {"from", "above"} <= set(numbers) or {"to", "below"} <= set(numbers):
        raise _Wrong("from and above, or to and below, exclude each other")
    low, high = numbers.get("from", numbers.get("above")), numbers.get("to", numbers.get("below"))
    if low is not None and high is not None and low > high:
        raise _Wrong("the lower bound is above the upper one")
    return replace(
        leaf,
        low=None if low is None else float(low),
        low_closed="above" not in numbers,
        high=None if high is None else float(high),
        high_closed="below" not in numbers,
    )


def _mapping(said: object, name: str) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise _Wrong(f"{name} must be a mapping")
    return said


def _whole(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) else None


def _text(said: object, name: str) -> str:
    if not isinstance(said, str) or not said:
        raise _Wrong(f"{name} must be text in quotes")
    return said


def _only(item: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    if more := sorted(set(map(str, item)) - set(allowed)):
        raise _Wrong(f"{', '.join(more)} is not known here; allowed: {', '.join(allowed)}")


def _label(node: object) -> str:
    """The criterion as it was written, on one line; its SQL is not repeated."""
    if isinstance(node, Mapping) and "sql" in node:
        return "sql"
    line = yaml.safe_dump(node, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return line.strip().removeprefix("{").removesuffix("}")
