"""One value set as its author wrote it: a FHIR ValueSet (JSON), or a CSV with a sheet. What it holds is worked out later.

Of FHIR's ValueSet.compose: system with concepts, with one filter (concept is-a, concept descendent-of) or alone; another
value set; exclude. An expansion that is whole wins over compose, since it is what its author's server made of it.
Source: http://hl7.org/fhir/R4/valueset.html
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transforms.terminology.code_list import Wrong, read_set
from transforms.terminology.codes import Code


@dataclass(frozen=True)
class Part:
    """Codes, places in a hierarchy (with the code itself or only what is below it), whole systems, other value sets."""

    codes: tuple[Code, ...] = ()
    at_and_below: tuple[Code, ...] = ()
    below: tuple[Code, ...] = ()
    systems: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class ValueSet:
    url: str
    version: str
    title: str
    file: Path
    include: tuple[Part, ...]
    exclude: tuple[Part, ...] = ()


def read_value_set(file: Path, system_of: Callable[[str], str], wrong: Wrong) -> ValueSet | None:
    """The value set of a .json or .csv file; `system_of` gives the URI for the name of a code list, used in CSV."""
    return _of_json(file, wrong) if file.suffix == ".json" else _of_csv(file, system_of, wrong)


def _of_csv(file: Path, system_of: Callable[[str], str], wrong: Wrong) -> ValueSet | None:
    found = read_set(file, wrong)
    if found is None:
        return None
    sheet, rows = found
    codes = [((system_of(row["system"]), row["code"]), row.get("descendants") == "true") for _, row in rows]
    part = Part(tuple(c for c, is_deep in codes if not is_deep), tuple(c for c, is_deep in codes if is_deep))
    return ValueSet(sheet.url, sheet.version, sheet.title.en, file, (part,))


def _of_json(file: Path, wrong: Wrong) -> ValueSet | None:
    try:
        source = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        wrong(f"{file}: is not JSON in UTF-8 that can be read")
        return None
    if not isinstance(source, dict) or source.get("resourceType") != "ValueSet":
        wrong(f"{file}: is no FHIR ValueSet")
        return None
    for name in ("url", "version"):
        if not isinstance(source.get(name), str) or not source[name]:
            wrong(
                f"{file}: has no {name}. A view or a criterion names the set by its url; its version says which it was"
            )
    include, exclude = _parts(file, source, wrong)
    if not include:
        wrong(f"{file}: has neither a whole expansion nor compose.include")
    title = source.get("title") or source.get("name") or ""
    return ValueSet(str(source.get("url")), str(source.get("version")), str(title), file, include, exclude)


def _parts(file: Path, source: Mapping[str, Any], wrong: Wrong) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    try:
        expansion, compose = source.get("expansion") or {}, source.get("compose") or {}
        contains = tuple(_contained(expansion.get("contains") or ()))
        if contains and expansion.get("total", len(contains)) <= len(contains) and not expansion.get("offset"):
            return (Part(contains),), ()
        include, exclude = (
            tuple(_part(f"{file}: compose.{name}[{i}]", one, wrong) for i, one in enumerate(compose.get(name) or ()))
            for name in ("include", "exclude")
        )
    except (AttributeError, KeyError, TypeError):
        wrong(f"{file}: is not shaped as FHIR says. Check it with a FHIR validator")
        return (), ()
    return include, exclude


def _contained(entries: Iterable[dict[str, Any]]) -> Iterator[Code]:
    for one in entries:
        if "code" in one and not one.get("abstract"):
            yield one["system"], one["code"]
        yield from _contained(one.get("contains") or [])


def _part(place: str, one: dict[str, Any], wrong: Wrong) -> Part:
    system, sets, filters = one.get("system"), tuple(one.get("valueSet") or ()), one.get("filter") or []
    codes = tuple((str(system), str(c["code"])) for c in one.get("concept") or ())
    if len(sets) + (system is not None) != 1:
        wrong(
            f"{place}: needs a system or one value set; what several have in common is not supported. Use more includes"
        )
        return Part()
    if sets:
        return Part(sets=sets)
    if len(filters) + bool(codes) > 1:
        wrong(f"{place}: has several filters, or a filter beside concepts; only one is supported. Use more includes")
        return Part()
    if codes:
        return Part(codes)
    if not filters:
        return Part(systems=(str(system),))
    asked = (filters[0].get("property"), filters[0].get("op"))
    value = (str(system), str(filters[0].get("value")))
    if asked == ("concept", "is-a"):
        return Part(at_and_below=(value,))
    if asked == ("concept", "descendent-of"):
        return Part(below=(value,))
    wrong(f"{place}: filter {asked[0]} {asked[1]} is not supported; it can be concept is-a or concept descendent-of")
    return Part()
