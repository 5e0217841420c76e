"""FHIR resources made from the element model, the ways to break them, and JSON spelled in every allowed way."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from core import fhir

_RIGHT: dict[str, list[Any]] = {
    "base64Binary": ["QQ==", "QUJD", "QUJDRA=="],
    "boolean": [True, False],
    "canonical": ["http://x.example/a|1.0"],
    "code": ["final", "8302-2", "a b", "发热"],
    "date": ["2020", "2020-02", "2020-02-29", "1900-12-31"],
    "dateTime": ["2020", "2020-02", "2020-02-29", "2020-02-29T23:59:59Z", "1990-04-30T00:00:00.123+08:00"],
    "decimal": [0, 1, 1.5, -0.25, 1e-9, 123456789012345678],
    "id": ["a", "A-1.b", "1" * 64],
    "instant": ["2020-02-29T23:59:59Z", "1990-04-30T00:00:00.123456+14:00"],
    "integer": [0, -1, 2147483647],
    "integer64": [0, 9007199254740993],
    "markdown": ["a *b*\n", ""],
    "oid": ["urn:oid:1.2.840"],
    "positiveInt": [1, 2147483647],
    "string": ["x", "a: b", 'say "x": y', "{[", "}]", "back\\slash", "两 字：全", " ", "line\nend", "x\u00a0"],
    "time": ["00:00:00", "23:59:59.5"],
    "unsignedInt": [0, 5],
    "uri": ["http://loinc.org", "urn:oid:1.2", ""],
    "url": ["http://x.example/a?b=c:d", "mailto:x@y.example"],
    "uuid": ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
    "xhtml": ['<div xmlns="http://www.w3.org/1999/xhtml">x</div>'],
}
ODD_TEXTS = [
    "", " ", "  ", "\t", "\n", "\u000b", "\u000c", "\u0085", "\u00a0", "\u3000", "\u2028\u00a0", "\u0000", "\u001c", "a ", " a",
    "a  b", "a\tb", "a\u00a0b", "a\u0085", "x" * 64, "x" * 65, "x" * 255, "x" * 256, "a_b", "a/b", "é", "😀", "NaN", "Infinity",
    "true", "1", "1.0", "1e5", "-0", "0x1", "１", ":", "::", "{", "[[", '"', '":"', "\\", "\\u003a", "2021-02-29", "2021-02-30",
    "2020-02-29", "1900-02-29", "2000-02-29", "0000", "0001", "0001-01-01", "9999-12-31", "2021-13-01", "2021-00-10", "2021-1-1",
    "20210101", "2021-01-01T24:00:00Z", "2021-01-01T23:59:60Z", "2021-01-01T23:59:60.5+01:00", "2021-01-01T10:00:00",
    "2021-01-01T10:00Z", "2021-01-01t10:00:00z", "2021-01-01 10:00:00Z", "2021-01-01T10:00:00+0100", "2021-01-01T10:00:00+14:00",
    "2021-01-01T10:00:00+14:01", "2021-01-01T10:00:00.1234567890123Z", "2021-01-01T10:00:00.Z", "2021-01-01\n", "٢٠٢١-٠١-٠١", "10:00",
    "10:00:00", "23:59:60", "24:00:00", "10:00:00Z", "http://exa mple", "http://[::1]", "http://[::1", "http://1.2.3.400/x",
    "http://xn--a", "xn--", "http://", "://", "HTTP://A", "urn:oid:1.02", "urn:oid:3.1", "urn:oid:1.2\n",
    "urn:uuid:c757873d-ec9a-1326-a141-556f43239520", "c757873d-ec9a-4326-a141-556f43239520", "QQ=", "QQ==\n", "Q Q=", "-_-_", "QQ==QQ==",
    "<div>", "Patient", "Patient/1", "#x", "final ",
]  # fmt: skip
ODD_VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, 1.5, -0.0, 1e308, 1e-320, 2**31, 2**31 - 1, -(2**31) - 1, 2**63, 2**64, 10**25, 10**400,
    [], {}, [None], [[]], [{}], [""], {"": ""}, {"extension": []}, {"id": "x"}, [None, {"id": "x"}],
    {"extension": [{"url": "u", "valueString": "v"}]}, [{"url": "u"}], {"resourceType": "Patient"}, [{"resourceType": "Patient"}],
    [{"resourceType": "Patient", "id": "p", "birthDate": "2020-02-30"}], [{"resourceType": "Zorblax"}], [{"resourceType": 7}],
    [{"resourceType": "HumanName"}], [{"id": "x"}], {"value": "1.5"}, {"coding": [{"code": "a  b"}]},
]  # fmt: skip
_NAMES = ["Zorblax", "", "resourceType", "resource_type", "fhir_comments", "class_fhir", "id", "_id", "extension", "url",
          "valueString", "valueCode", "modifierExtension", "contained", "text", "language", "status__ext"]  # fmt: skip


class Maker:
    """Makes right instances; `share` of the optional elements is there, none below `depth`."""

    def __init__(self, random: Random, release: fhir.Release, *, share: float, depth: int = 3) -> None:
        self.random, self.release, self.share, self.depth = random, release, share, depth

    def resource(self, kind: str) -> dict[str, Any]:
        return {"resourceType": kind} | self.complex(kind, 0)

    def complex(self, kind: str, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        choices: dict[str, list[fhir.Element]] = {}
        for element in fhir.elements(kind, self.release).values():
            if element.choice:
                choices.setdefault(element.choice, []).append(element)
            elif element.is_required or self._is_there(element, depth):
                self._fill(made, element, depth, kind)
        for options in choices.values():
            option = self.random.choice(options)
            if option.is_choice_required or self._is_there(option, depth):
                self._fill(made, option, depth, kind)
        if kind == "FHIRPrimitiveExtension":
            made.setdefault("id", "x")
        return made

    def _is_there(self, element: fhir.Element, depth: int) -> bool:
        deepest = self.depth - (element.type in ("Extension", "Resource"))
        return depth < deepest and self.random.random() < self.share

    def _fill(self, made: dict[str, Any], element: fhir.Element, depth: int, kind: str) -> None:
        n = self.random.choice((1, 1, 2)) if element.is_list else 1
        values = [self._value(element, depth) for _ in range(n)]
        made[element.name] = values if element.is_list else values[0]
        if element.is_primitive and element.name != "id" and kind != "Extension" and self._is_there(element, depth + 2):
            sibling = {"extension": [{"url": "u", "valueString": "v"}]}
            made[f"_{element.name}"] = [None, sibling][:n] if element.is_list else sibling

    def _value(self, element: fhir.Element, depth: int) -> Any:
        if element.is_primitive:
            return self.random.choice(_RIGHT[element.type])
        if element.type == "Resource":
            return {"resourceType": "Basic", "code": {}, "id": "b"}
        return self.complex(element.type, depth + 1)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, item in inner:
        yield value, key
        yield from _places(item)


def mutate(random: Random, resource: dict[str, Any], release: fhir.Release) -> dict[str, Any]:
    """A copy with one to three changes; `resourceType` of the resource itself stays."""
    changed = copy.deepcopy(resource)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        places = [
            (holder, key) for holder, key in _places(changed) if not (holder is changed and key == "resourceType")
        ]
        if places:
            random.choice(_CHANGES)(random, changed, *random.choice(places))
    changed["resourceType"] = resource["resourceType"]
    return changed


def _delete(random: Random, root: Any, holder: Any, key: Any) -> None:
    del holder[key]


def _rename(random: Random, root: Any, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        name = random.choice(
            [f"_{key}", str(key).removeprefix("_"), str(key).upper(), f"{key} ", random.choice(_NAMES)]
        )
        holder[name] = holder.pop(key)


def _add(random: Random, root: Any, holder: Any, key: Any) -> None:
    target = holder[key] if isinstance(holder[key], dict) else holder
    if isinstance(target, dict):
        target[random.choice([*_NAMES, f"_{key}"])] = copy.deepcopy(random.choice(ODD_VALUES))


def _odd_value(random: Random, root: Any, holder: Any, key: Any) -> None:
    holder[key] = copy.deepcopy(random.choice(ODD_VALUES))


def _odd_text(random: Random, root: Any, holder: Any, key: Any) -> None:
    texts = [(h, k) for h, k in _places(root) if isinstance(h[k], str) and not (h is root and k == "resourceType")]
    holder, key = random.choice(texts) if texts else (holder, key)
    text = random.choice(ODD_TEXTS)
    holder[key] = random.choice([text, text, f"{holder[key]}{text}", f"{text}{holder[key]}"])


def _odd_alike(random: Random, root: Any, holder: Any, key: Any) -> None:
    """A value as odd as the rules of the type of the one that stands there are."""
    places = [(h, k) for h, k in _places(root) if type(h[k]) in _ALIKE or _DATED.match(str(h[k])) or h[k] in _CODED]
    if places:
        holder, key = random.choice(places)
        value = holder[key]
        alike = _ALIKE.get(type(value)) or (_DATES if _DATED.match(value) else _CODES)
        holder[key] = random.choice(alike)


_DATED = re.compile(r"\d\d(\d\d|:\d\d)")
_DATES = [t for t in ODD_TEXTS if re.match("[0-9٢]", t)]
_CODED = [t for kind in ("base64Binary", "oid", "uuid", "id") for t in _RIGHT[kind]]
_CODES = [t for t in ODD_TEXTS if re.match("urn|c7|QQ|Q Q|-_|a|x", t)]
_ALIKE = {
    int: [v for v in ODD_VALUES if isinstance(v, int)],
    float: [v for v in ODD_VALUES if isinstance(v, int | float)],
}


def _other_type(random: Random, root: Any, holder: Any, key: Any) -> None:
    value = holder[key]
    holder[key] = random.choice([[value], {"value": value}, json.dumps(value), str(value), len(str(value))])


def _swap(random: Random, root: Any, holder: Any, key: Any) -> None:
    other, there = random.choice(list(_places(root)))
    first, second = copy.deepcopy(holder[key]), copy.deepcopy(other[there])
    if not (other is root and there == "resourceType"):
        holder[key], other[there] = second, first


def _list(random: Random, root: Any, holder: Any, key: Any) -> None:
    lists = [h[k] for h, k in _places(root) if isinstance(h[k], list)]
    if lists:
        chosen = random.choice(lists)
        new = [None, copy.deepcopy(random.choice(ODD_VALUES)), *copy.deepcopy(chosen)]
        chosen.insert(random.randint(0, len(chosen)), random.choice(new))


def _second_choice(random: Random, root: Any, holder: Any, key: Any) -> None:
    chosen = [
        (h, k, p) for h, k in _places(root) if isinstance(h, dict) for p in _CHOICES if k.startswith(p) and k != p
    ]
    if chosen:
        where, name, prefix = random.choice(chosen)
        second = prefix + random.choice(
            ["String", "Boolean", "DateTime", "Period", "CodeableConcept", "Reference", "Code"]
        )
        value = random.choice([where[name], "x", True, {}, "2020-01-01", None])
        where[second] = copy.deepcopy(value)
        if random.random() < 0.3:
            del where[name]


_CHOICES = (
    "value",
    "effective",
    "onset",
    "deceased",
    "multipleBirth",
    "medication",
    "occurrence",
    "performed",
    "abatement",
)
_CHANGES: tuple[Callable[..., None], ...] = (
    _delete, _rename, _add, _odd_value, _odd_value, _odd_text, _odd_text, _odd_alike, _odd_alike, _other_type, _swap, _list, _second_choice,
)  # fmt: skip


class Spelling:
    """JSON of a value: `odd` is the share of characters escaped without need and of space between tokens.

    `twice`: this many keys are given again, with a value of their own.
    """

    def __init__(self, random: Random, *, odd: float = 0.0, twice: int = 0) -> None:
        self.random, self.odd, self.left = random, odd, twice

    def write(self, value: Any) -> bytes:
        objects = 1 + sum(isinstance(h[k], dict) and h[k] != {} for h, k in _places(value))
        self.every = max(1, objects // max(1, self.left))
        return self._any(value).encode()

    def _any(self, value: Any) -> str:
        if isinstance(value, dict):
            pairs = list(value.items())
            if pairs and self.left and self.random.randrange(self.every) == 0:
                self.left -= 1
                key, old = self.random.choice(pairs)
                new = self.random.choice([old, "a:b", "x", None, {}, 1, {"a": {"b": 1}}, ["::"]])
                pairs.insert(self.random.randint(0, len(pairs)), (key, new))
            inner = [f"{self._text(k)}{self._space()}:{self._space()}{self._any(v)}" for k, v in pairs]
            return self._joined("{", inner, "}")
        if isinstance(value, list):
            return self._joined("[", [self._any(v) for v in value], "]")
        return self._text(value) if isinstance(value, str) else json.dumps(value)

    def _joined(self, start: str, inner: list[str], end: str) -> str:
        return start + self._space() + f"{self._space()},{self._space()}".join(inner) + self._space() + end

    def _space(self) -> str:
        return self.random.choice([" ", "\t", "\r\n", "  "]) if self.random.random() < self.odd else ""

    def _text(self, text: str) -> str:
        if not self.odd:
            return json.dumps(text, ensure_ascii=False)
        return '"' + "".join(self._character(c) for c in text) + '"'

    def _character(self, c: str) -> str:
        if self.random.random() < self.odd:
            units = c.encode("utf-16-be")
            return "".join(rf"\u{units[n : n + 2].hex()}" for n in range(0, len(units), 2))
        return r"\/" if c == "/" and self.random.random() < self.odd else json.dumps(c, ensure_ascii=False)[1:-1]
