"""A ViewDefinition file. Closed and frozen: an unknown key is a mistake. Source: https://sql-on-fhir.org/ig/2.0.0

The tags of ours: `lakehouse/grade` (L1 to L5) says who may see a column, `lakehouse/part` what of a FHIR date it is,
`lakehouse/unit` the UCUM unit of a number, `lakehouse/unit-column` the column that holds its unit.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core import fhir
from core.errors import ConfigError
from transforms.terminology.load import Terminology, shipped

VIEWS = Path(__file__).with_name("views")
GRADE, PART, ANSI = "lakehouse/grade", "lakehouse/part", "ansi/type"
UNIT, UNIT_COLUMN = "lakehouse/unit", "lakehouse/unit-column"
_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_]*$")
_SqlName = Annotated[str, Field(pattern=_NAME.pattern)]
_METADATA = (
    "id meta url identifier version versionAlgorithmString experimental date publisher contact useContext jurisdiction"
    " purpose copyright copyrightLabel fhirVersion profile text extension language implicitRules"
).split()


class ViewError(ConfigError):
    """A ViewDefinition that cannot be used. The message lists every mistake, each with view, place and expression."""


class ViewDataError(ConfigError):
    """A view that does not fit the data: it gives several values where it promises one, or a row is not JSON."""

    exit_code = 1


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Tag(_Closed):
    name: str
    value: str


class Column(_Closed):
    name: _SqlName
    path: str
    description: str | None = None
    collection: bool = False
    type: str | None = None
    tag: tuple[Tag, ...] = ()

    def tagged(self, name: str) -> str | None:
        return next((t.value for t in self.tag if t.name == name), None)


class Where(_Closed):
    path: str
    description: str | None = None


class Select(_Closed):
    column: tuple[Column, ...] = ()
    select: tuple["Select", ...] = ()
    unionAll: tuple["Select", ...] = ()  # noqa: N815
    forEach: str | None = None  # noqa: N815
    forEachOrNull: str | None = None  # noqa: N815
    repeat: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way_of_repeating(self) -> "Select":
        ways = [w for w in ("forEach", "forEachOrNull", "repeat") if getattr(self, w)]
        if len(ways) > 1:
            raise ValueError(f"has {' and '.join(ways)}: use one of them")
        return self


class Constant(BaseModel):
    """`type` and `value` are those of its one value[x]."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)
    name: _SqlName

    @model_validator(mode="after")
    def _one_primitive_value(self) -> "Constant":
        given = self.model_extra or {}
        allowed = {f"value{p[0].upper()}{p[1:]}" for p in fhir.PRIMITIVES - {"xhtml", "markdown"}}
        if len(given) != 1 or not set(given) <= allowed:
            raise ValueError("a constant has a name and one value, e.g. valueString")
        if not isinstance(self.value, str | int | float):
            raise ValueError("the value of a constant is a string, a number, true or false")
        return self

    @property
    def value(self) -> Any:
        return next(iter((self.model_extra or {}).values()))

    @property
    def type(self) -> str:
        key = next(iter(self.model_extra or {})).removeprefix("value")
        return key[0].lower() + key[1:]


class _Document(_Closed):
    resourceType: Literal["ViewDefinition", "http://hl7.org/fhir/uv/sql-on-fhir/StructureDefinition/ViewDefinition"] = (  # noqa: N815
        "ViewDefinition"
    )
    name: _SqlName = "view"
    title: str | None = None
    description: str | None = None
    status: Literal["draft", "active", "retired", "unknown"] = "active"
    resource: str
    constant: tuple[Constant, ...] = ()
    select: tuple[Select, ...]
    where: tuple[Where, ...] = ()

    @model_validator(mode="after")
    def _names_a_resource(self) -> "_Document":
        if self.resource not in fhir.resource_types():
            raise ValueError(f"resource {self.resource!r} is not a FHIR R4 resource type")
        if not self.select:
            raise ValueError("select is empty: a view has at least one column")
        doubled = sorted({c.name for c in self.constant if sum(o.name == c.name for o in self.constant) > 1})
        if doubled:
            raise ValueError(f"constants are defined twice: {', '.join(doubled)}")
        return self


@dataclass(frozen=True)
class ViewDefinition:
    """One view: `name` is that of its table, `description` begins with what one row is. `file` is None when inline.

    `is_strict`: what FHIRPath lets pass but is hardly meant is a mistake of it; see `compile_view`. `terminology` holds the
    value sets that memberOf() may name.
    """

    document: _Document
    file: Path | None = None
    is_strict: bool = True
    terminology: Terminology = field(default_factory=shipped)

    @property
    def name(self) -> str:
        return self.document.name

    @property
    def title(self) -> str:
        return self.document.title or self.name

    @property
    def description(self) -> str:
        return self.document.description or ""

    @property
    def resource(self) -> str:
        return self.document.resource

    @property
    def columns(self) -> tuple[Column, ...]:
        """In the order of the table; of a unionAll those of its first branch."""
        return tuple(c for s in self.document.select for c in _columns(s))

    @property
    def every_column(self) -> tuple[Column, ...]:
        """With those of all branches of a unionAll."""
        return tuple(c for s in self.document.select for c in _columns(s, None))

    @property
    def key_column(self) -> str | None:
        """The column that holds the key of the resource that a row comes from; None when there is none in every row."""
        of_resource = (s for s in self.document.select if not (s.forEach or s.forEachOrNull or s.repeat))
        keys = (c for s in of_resource for c in s.column if c.path.strip() in ("id", "getResourceKey()"))
        return next((c.name for c in keys if not c.collection), None)

    @property
    def where(self) -> str:
        return str(self.file) if self.file else f"view {self.name!r}"


def _columns(select: Select, branches: int | None = 1) -> Iterator[Column]:
    yield from select.column
    for inner in (*select.select, *select.unionAll[:branches]):
        yield from _columns(inner, branches)


def parse_view(
    source: dict[str, Any], file: Path | None = None, terminology: Terminology | None = None
) -> ViewDefinition:
    """The view of a ViewDefinition's JSON. ViewError lists every mistake of its form; `compile_view` those of its paths."""
    given = {k: _plain(v) for k, v in source.items() if k not in _METADATA}
    try:
        return ViewDefinition(
            _Document.model_validate_json(json.dumps(given)), file, terminology=terminology or shipped()
        )
    except ValidationError as e:
        wrong = "; ".join(f"{_place(x['loc'])}: {x['msg'].removeprefix('Value error, ')}" for x in e.errors())
        where = file or f"view {source.get('name', '')!r}"
        raise ViewError(f"{where}: {wrong}. See https://sql-on-fhir.org for what a ViewDefinition has.") from None


def _plain(part: Any) -> Any:
    """A part of a ViewDefinition without the ids and extensions that any element of FHIR may have."""
    if isinstance(part, list):
        return [_plain(p) for p in part]
    if isinstance(part, dict):
        return {k: _plain(v) for k, v in part.items() if k not in ("id", "extension")}
    return part


def _place(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in location).lstrip(".") or "view"


def read_view(file: Path, terminology: Terminology | None = None) -> ViewDefinition:
    """The view of a file, whatever the file is named; its value sets are the shipped ones where none are given.

    ViewError lists every mistake of its form.
    """
    try:
        source = json.loads(file.read_text(encoding="utf-8"))
    except OSError as e:
        raise ViewError(f"{file}: cannot be read ({e.strerror}). Check the path and its permissions.") from None
    except ValueError as e:
        at = f", line {e.lineno}" if isinstance(e, json.JSONDecodeError) else ""
        raise ViewError(f"{file}{at}: is not JSON. Compare it with transforms/silver/views/patient.json.") from None
    if not isinstance(source, dict):
        raise ViewError(f"{file}: is not a JSON object. Compare it with transforms/silver/views/patient.json.")
    return parse_view(source, file, terminology)


def load_view(file: Path, terminology: Terminology | None = None) -> ViewDefinition:
    """One view file of a folder of views, checked as far as that goes without data. ViewError lists every mistake."""
    from transforms.silver.compile import compile_view

    view = read_view(file, terminology)
    if view.name != file.stem:
        raise ViewError(f"{file}: name is {view.name!r} but the file is named {file.stem!r}. Make the two equal.")
    compile_view(view)
    return view


def load_own_views(
    folder: Path, taken: Iterable[str], terminology: Terminology | None = None
) -> dict[str, ViewDefinition]:
    """The views that somebody keeps in a folder of their own, by name; none may have a name that is `taken`.

    They run as they came: the files may have any name, and what FHIRPath lets pass is no mistake. ViewError lists the mistakes of
    all of them.
    """
    from transforms.silver.runner import statement

    if not folder.is_dir():
        raise ViewError(f"{folder}: is no folder. Give one with ViewDefinitions (LAKEHOUSE_VIEWS, --views), or none.")
    whose = {name.lower(): "a table of the lake's own" for name in taken}
    views, wrong = {}, []
    for file in sorted(folder.glob("*.json")):
        try:
            view = replace(read_view(file, terminology), is_strict=False)
            statement(view)
        except ViewError as e:
            wrong.append(str(e))
            continue
        if view.name.lower() in whose:
            wrong.append(
                f"{file}: name {view.name!r} is that of {whose[view.name.lower()]}. Give the view another name."
            )
        else:
            whose[view.name.lower()] = file.name
            views[view.name] = view
    if wrong:
        raise ViewError("\n".join(wrong))
    return views


def load_views(folder: Path = VIEWS, terminology: Terminology | None = None) -> dict[str, ViewDefinition]:
    """Every view of a folder by name. ViewError lists the mistakes of all of them.

    Those of this repository have to be documented (see transforms/silver/documented.py); nobody else's need be.
    """
    from transforms.silver.documented import undocumented

    views, wrong = {}, []
    for file in sorted(folder.glob("*.json")):
        try:
            view = load_view(file, terminology)
            views[view.name] = view
            if folder == VIEWS:
                wrong += [f"{file}: {m}" for m in undocumented(view)]
        except ViewError as e:
            wrong.append(str(e))
    if wrong:
        raise ViewError("\n".join(wrong))
    return views
