"""The de-identification rules as they are written down: one file a resource type, one for all datatypes, one a profile.

Default deny: an element that no file names is removed. What a file names is checked against the FHIR model when it is
loaded, and all mistakes of all files are told at once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, Field, ValidationError

from core import fhir
from core.errors import ConfigError
from core.unique_keys import UniqueKeys

POLICIES = Path(__file__).with_name("policies")
PROFILES = Path(__file__).with_name("profiles")
_DATATYPES = "datatypes.yaml"
CRITERIA_SET = "criteria_set"

Verb = Literal[
    "keep", "remove", "pseudonym", "date_shift", "year", "generalise", "scan_text", "code_only", "mask"
]  # fmt: skip
VERBS: tuple[Verb, ...] = get_args(Verb)
_DATES = {"date", "dateTime", "instant", "time"}
# Primitives that can hold any string: kept only when a pattern says which.
_STRINGS = {"string", "markdown", "uri", "url", "canonical", "base64Binary", "xhtml", "oid", "uuid", "id"}
_TEXTS = {"string", "markdown"}
_FITS: dict[Verb, set[str]] = {
    "pseudonym": {"id", "string", "uri", "oid", "Reference", "Identifier"},
    "date_shift": {*_DATES, "Period", "Timing"},
    "year": {"date", "dateTime"},
    "generalise": {"Address", "Age", "Quantity", "Range", "Money", "integer", "decimal", "string"},
    "scan_text": {*_TEXTS, "base64Binary", "Annotation", "Attachment"},
    "code_only": {"CodeableConcept", "Coding"},
}
# What `generalise` and `pseudonym` can be told to do; without it, what the element's type says.
_MANNERS: dict[Verb, set[str]] = {
    "generalise": {"age", "amount", "presence", "city", "district", "state", "postal_code"},
    "pseudonym": {"id", "uid", "reference", "identifier"},
}
_NEED_MANNER = {("generalise", "string"), ("generalise", "integer"), ("generalise", "decimal"), ("pseudonym", "string"),
                ("pseudonym", "uri"), ("pseudonym", "oid")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Action:
    """What is done with one element. `how`: name of a pattern (keep) or manner; `otherwise`: when it does not fit."""

    verb: Verb
    how: str | None = None
    otherwise: "Action | None" = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ByCode:
    """Elements that are treated otherwise when the coded thing they belong to has one of these codes, in any system."""

    at: str  # path of the coded thing; "" is the resource
    code: str  # its element that says what it is
    codes: frozenset[str]
    actions: Mapping[str, Action]


@dataclass(frozen=True, slots=True)
class Policy:
    """The actions on one resource type or datatype by dotted element path."""

    type: str
    actions: Mapping[str, Action]
    by_code: tuple[ByCode, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownExtension:
    """An extension that is kept: its `value` or, by their url, its `parts`; and in which types (empty: any)."""

    url: str
    types: frozenset[str]
    value: str | None
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Policies:
    """All policy files. `version` names the content of every policy and profile file."""

    version: str
    resources: Mapping[str, Policy]
    datatypes: Mapping[str, Policy]
    patterns: Mapping[str, re.Pattern[str]]
    public: frozenset[str]  # patterns of published numbers, which may look like those of a person
    systems: Mapping[str, re.Pattern[str] | Literal["snomed"]]
    extensions: Mapping[str, KnownExtension]
    modifier_extensions: Mapping[str, KnownExtension]


class Profile(BaseModel, frozen=True, extra="forbid"):
    """How verbs are performed for an institution, and which method of de-identification that claims.

    `text`: identifiers in text become tags ("[NAME-1]"), or invented values that read like them (deid.text.surrogates).
    """

    name: Literal["safe_harbor", "cn_l3"]
    method: str
    source: str
    dates: Literal["year", "shift"]
    age_limit: Annotated[int, Field(ge=1, le=89)]
    city: Literal["keep", "remove"]
    district: Literal["keep", "remove"]
    postal_code: Literal["zip3", "remove"]
    text: Literal["tags", "surrogates"]
    states: frozenset[str]
    restricted_zip3: frozenset[Annotated[str, Field(pattern=r"^\d{3}$")]] = frozenset()


@dataclass
class _Mistakes:
    found: list[str] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        self.found.append(f"{where}: {what}")

    def raise_if_any(self) -> None:
        if self.found:
            told = "\n  ".join(self.found)
            raise ConfigError(
                f"{len(self.found)} mistake(s) in the de-identification rules, so nothing is de-identified:\n  {told}"
            )


def snake_case(type_name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type_name).lower()


@cache
def load_policies(folder: Path = POLICIES, profiles: Path = PROFILES) -> Policies:
    """Every policy of a folder. ConfigError lists all mistakes at once; a missing folder or datatypes file is one."""
    mistakes = _Mistakes()
    if not folder.is_dir() or not (folder / _DATATYPES).is_file():
        raise ConfigError(f"{folder / _DATATYPES}: missing. Without policies nothing may pass: restore the folder.")
    if not profiles.is_dir():
        raise ConfigError(f"{profiles}: missing. Without profiles nothing may pass: restore the folder.")
    common = _read(folder / _DATATYPES, mistakes)
    written = _mapping(common.get("patterns"), f"{_DATATYPES}: patterns", mistakes)
    public = frozenset(name for name, said in written.items() if isinstance(said, dict) and set(said) == {"public"})
    unwrapped = {name: said["public"] if name in public else said for name, said in written.items()}
    patterns = _patterns(unwrapped, f"{_DATATYPES}: patterns", mistakes)
    for name in sorted({"code", "coded", "hl7_profile"} - set(patterns)):
        mistakes.add(f"{_DATATYPES}: patterns", f"{name} is missing")
    systems = _systems(common.get("systems"), mistakes)
    datatypes = {
        name: _policy(name, {"paths": paths}, _DATATYPES, patterns, mistakes)
        for name, paths in _mapping(common.get("datatypes"), f"{_DATATYPES}: datatypes", mistakes).items()
    }
    resources = {}
    for file in sorted(folder.glob("*.yaml")):
        if file.name != _DATATYPES and (policy := _resource_policy(file, patterns, mistakes)):
            resources[policy.type] = policy
    known, modifiers = (_extensions(common.get(k), k, mistakes) for k in ("extensions", "modifier_extensions"))
    for key in sorted(set(common) - {"patterns", "systems", "datatypes", "extensions", "modifier_extensions"}):
        mistakes.add(_DATATYPES, f"unknown key {key!r}")
    _check_datatypes(resources, datatypes, mistakes)
    for file in sorted(profiles.glob("*.yaml")):
        _profile(file, mistakes)
    mistakes.raise_if_any()
    return Policies(_version(folder, profiles), resources, datatypes, patterns, public, systems, known, modifiers)


@cache
def load_profile(name: str, folder: Path = PROFILES) -> Profile:
    """A profile by name. ConfigError when there is none, or it is wrong."""
    mistakes = _Mistakes()
    profile = _profile(folder / f"{name}.yaml", mistakes)
    mistakes.raise_if_any()
    assert profile
    return profile


def _version(folder: Path, profiles: Path) -> str:
    digest = sha256()
    for file in (*sorted(folder.glob("*.yaml")), *sorted(profiles.glob("*.yaml"))):
        content = file.read_bytes()
        digest.update(f"{file.name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


def _read(file: Path, mistakes: _Mistakes) -> dict[str, Any]:
    try:
        raw = yaml.load(file.read_text(encoding="utf-8"), UniqueKeys)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError):
        mistakes.add(file.name, f"cannot be read (folder {file.parent.name})")
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        mistakes.add(file.name, f"line {mark.line + 1 if mark else '?'}: {getattr(e, 'problem', 'is not YAML')}")
    else:
        if isinstance(raw, dict):
            return raw
        mistakes.add(file.name, "is not a mapping")
    return {}


def _mapping(value: Any, where: str, mistakes: _Mistakes) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    mistakes.add(where, "missing, or not a mapping")
    return {}


def _profile(file: Path, mistakes: _Mistakes) -> Profile | None:
    before = len(mistakes.found)
    raw = _read(file, mistakes)
    if len(mistakes.found) > before:
        return None
    try:
        return Profile.model_validate({"name": file.stem, **raw})
    except ValidationError as e:
        for x in e.errors():
            mistakes.add(f"profiles/{file.name}", f"{'.'.join(map(str, x['loc']))}: {x['msg']}")
        return None


def _patterns(raw: Any, where: str, mistakes: _Mistakes) -> dict[str, re.Pattern[str]]:
    compiled = {}
    for name, text in _mapping(raw, where, mistakes).items():
        try:
            compiled[name] = re.compile(text, re.ASCII)
        except (re.error, TypeError):
            mistakes.add(where, f"{name} is not a regular expression")
    return compiled


def _systems(raw: Any, mistakes: _Mistakes) -> dict[str, re.Pattern[str] | Literal["snomed"]]:
    where = f"{_DATATYPES}: systems"
    named = _mapping(raw, where, mistakes)
    compiled = _patterns({k: v for k, v in named.items() if v != "snomed"}, where, mistakes)
    return {k: compiled.get(k, "snomed") for k in named if k in compiled or named[k] == "snomed"}


def _resource_policy(file: Path, patterns: Mapping[str, Any], mistakes: _Mistakes) -> Policy | None:
    raw = _read(file, mistakes)
    name = raw.get("type")
    if name not in fhir.resource_types():
        mistakes.add(file.name, f"type {name!r} is not a FHIR R4 resource type")
        return None
    if file.stem != snake_case(name):
        mistakes.add(file.name, f"is the policy of {name}: name it {snake_case(name)}.yaml")
    for key in sorted(set(raw) - {"type", "paths", "by_code"}):
        mistakes.add(file.name, f"unknown key {key!r}")
    return _policy(name, raw, file.name, patterns, mistakes)


def _policy(name: str, raw: dict[str, Any], file: str, patterns: Mapping[str, Any], mistakes: _Mistakes) -> Policy:
    if not fhir.is_type(name):
        mistakes.add(file, f"{name} is not a FHIR type")
        return Policy(name, {})
    actions = _actions(name, raw.get("paths"), file, patterns, mistakes)
    removed = [p for p, a in actions.items() if a.verb == "remove"]
    for path in actions:
        if above := next((r for r in removed if path.startswith(r + ".")), None):
            mistakes.add(file, f"{path} lies below {above}, which is removed")
    by_code = tuple(_by_code(name, raw.get("by_code") or [], file, patterns, mistakes))
    return Policy(name, actions, by_code)


def _actions(name: str, raw: Any, file: str, patterns: Mapping[str, Any], mistakes: _Mistakes) -> dict[str, Action]:
    actions = {}
    for path, said in _mapping(raw, f"{file}: {name}: paths", mistakes).items():
        where = f"{file}: {path if name[0].islower() else name + '.' + str(path)}"
        try:
            element = fhir.resolve(name, str(path))
        except KeyError as e:
            mistakes.add(where, f"not in FHIR R4 ({e.args[0]})")
            continue
        if action := _action(said, where, mistakes):
            _check_fit(action, element, where, patterns, mistakes)
            actions[str(path)] = action
    return actions


def _action(said: Any, where: str, mistakes: _Mistakes) -> Action | None:
    if isinstance(said, str):
        said = {said: None}
    if not isinstance(said, dict):
        mistakes.add(where, f"say one of {', '.join(VERBS)}")
        return None
    said = dict(said)
    otherwise = said.pop("else", None)
    because = said.pop("because", None)
    verb, how = next(iter(said.items())) if len(said) == 1 else (None, None)
    if verb not in VERBS or not (how is None or isinstance(how, str)):
        mistakes.add(where, f"say one of {', '.join(VERBS)}")
        return None
    if verb == "remove":
        if not (how or "").strip():
            mistakes.add(where, 'a removal that is written down has its reason: {remove: "why"}')
        return Action("remove", reason=how)
    fallback = _action(otherwise, where, mistakes) if otherwise is not None else None
    return Action(verb, how, fallback, because)


def _check_fit(
    action: Action, element: fhir.Element, where: str, patterns: Mapping[str, Any], mistakes: _Mistakes
) -> None:
    verb, how, kind = action.verb, action.how, element.type
    if verb in _FITS and kind not in _FITS[verb]:
        mistakes.add(where, f"{verb} does not fit type {kind} (it fits {', '.join(sorted(_FITS[verb]))})")
    elif verb == "keep" and how is None and kind in _STRINGS:
        mistakes.add(
            where, f"a {kind} can hold anything: keep it by a pattern, {{keep: pattern name}}, or scan or remove it"
        )
    elif verb == "keep" and how is None and kind in _DATES:
        mistakes.add(where, "a date is never kept as it is: date_shift, year or remove")
    elif verb == "keep" and how == CRITERIA_SET and kind == "base64Binary":
        return  # looked into, see deid/criteria.py
    elif verb == "keep" and how is not None and how not in patterns:
        mistakes.add(where, f"no pattern {how!r} in {_DATATYPES} (there are {', '.join(sorted(patterns))})")
    elif verb in _MANNERS and how is not None and how not in _MANNERS[verb]:
        mistakes.add(where, f"{verb} knows no {how!r} (it knows {', '.join(sorted(_MANNERS[verb]))})")
    elif how is None and (
        (verb, kind) in _NEED_MANNER or ((verb, kind) == ("pseudonym", "id") and element.name != "id")
    ):
        mistakes.add(where, f"say how: {{{verb}: {' | '.join(sorted(_MANNERS[verb]))}}}")
    if action.otherwise:
        if verb != "keep" or how is None:
            mistakes.add(where, "`else` goes with {keep: pattern}")
        _check_fit(action.otherwise, element, where, patterns, mistakes)


def _by_code(name: str, raw: Any, file: str, patterns: Mapping[str, Any], mistakes: _Mistakes) -> Iterator[ByCode]:
    for i, rule in enumerate(raw if isinstance(raw, list) else [raw]):
        where = f"{file}: by_code[{i}]"
        if not isinstance(rule, dict) or set(rule) - {"because"} != {"at", "code", "codes", "paths"}:
            mistakes.add(where, "has exactly the keys at, code, codes, paths (and because)")
            continue
        for at in rule["at"]:
            prefix = f"{at}." if at else ""
            full = {f"{prefix}{p}": a for p, a in _mapping(rule["paths"], where, mistakes).items()}
            actions = _actions(name, {**full, f"{prefix}{rule['code']}": "keep"}, file, patterns, mistakes)
            mine = {p[len(prefix) :]: a for p, a in actions.items() if p in full}
            yield ByCode(at, rule["code"], frozenset(map(str, rule["codes"])), mine)


def _extensions(raw: Any, key: str, mistakes: _Mistakes) -> dict[str, KnownExtension]:
    known = {}
    for url, said in _mapping(raw, f"{_DATATYPES}: {key}", mistakes).items():
        where = f"{_DATATYPES}: {key}: {url}"
        if not isinstance(said, dict) or set(said) - {"types", "because"} not in ({"value"}, {"parts"}):
            mistakes.add(where, "has `value` or `parts`, and may have `types` and `because`")
            continue
        parts = said.get("parts") or {}
        for name in (*([said["value"]] if "value" in said else []), *parts.values()):
            if name not in fhir.elements("Extension"):
                mistakes.add(where, f"Extension has no element {name!r}")
            elif fhir.elements("Extension")[name].type in _STRINGS:
                mistakes.add(where, f"{name} can hold anything, so it is not kept")
        known[url] = KnownExtension(url, frozenset(said.get("types") or ()), said.get("value"), parts)
    return known


def _check_datatypes(resources: Mapping[str, Policy], datatypes: Mapping[str, Policy], mistakes: _Mistakes) -> None:
    """Every complex element that is kept has a datatype policy: one that is forgotten would silently remove it."""
    for policy in (*resources.values(), *datatypes.values()):
        for path, action in policy.actions.items():
            kind = fhir.resolve(policy.type, path).type
            is_known = kind in fhir.PRIMITIVES or kind in datatypes or kind == "Resource"
            if not (is_known or action.verb in ("remove", "mask") or _recurses(policy.type, path)):
                mistakes.add(f"{policy.type}.{path}", f"type {kind} is not in {_DATATYPES}; name its elements instead")


def _recurses(type_name: str, path: str) -> bool:
    """Whether an element is of the type of one above it (a provision of a provision): it is treated as that one."""
    steps = path.split(".")
    above = [fhir.resolve(type_name, ".".join(steps[:i])).type for i in range(1, len(steps))]
    return fhir.resolve(type_name, path).type in above
