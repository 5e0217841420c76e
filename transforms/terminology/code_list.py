"""One code list: `<name>.csv` holds the codes, `<name>.yaml` beside it says of which system and version, and from where.

A map has the same two files. Every mistake of a file is found in one reading.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Wrong = Callable[[str], None]
_Sheet = TypeVar("_Sheet", bound=BaseModel)
_Said = Annotated[str, Field(min_length=1)]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Closed):
    en: _Said
    zh: _Said


class ListSheet(_Closed):
    """What a list says of itself. `hierarchy`: how codes below a code are found.

    parents: the column of that name; prefix: they begin with it; none: there are none. `aliases` are other URIs and OIDs
    under which the same codes come. `checked` says how the codes were compared with a release, in words.
    """

    system: _Said
    aliases: tuple[str, ...] = ()
    version: _Said
    title: Title
    source: _Said
    checked: _Said
    hierarchy: Literal["parents", "prefix", "none"] = "none"


class MapSheet(_Closed):
    """Codes of one system with the codes of another that mean the same or more, as the `source` says."""

    source_system: _Said
    target_system: _Said
    version: _Said
    title: Title
    source: _Said
    checked: _Said


class SetSheet(_Closed):
    """A value set kept as CSV; `url` is its canonical."""

    url: _Said
    version: _Said
    title: Title
    source: _Said


@dataclass(frozen=True)
class Entry:
    """One code of a list; `parents` are the codes directly above it."""

    code: str
    display: str
    display_zh: str | None
    parents: tuple[str, ...]


@dataclass(frozen=True)
class CodeList:
    name: str
    sheet: ListSheet
    entries: Mapping[str, Entry]


@dataclass(frozen=True)
class CodeMap:
    name: str
    sheet: MapSheet
    targets: Mapping[str, frozenset[str]]


def read_list(file: Path, wrong: Wrong) -> CodeList | None:
    """The list of a CSV file and its sheet: code, display, display_zh, parents (codes apart by spaces)."""
    sheet = read_sheet(file.with_suffix(".yaml"), ListSheet, wrong)
    entries: dict[str, Entry] = {}
    for line, row in _rows(file, ("code", "display"), ("display_zh", "parents"), wrong):
        if row["code"] in entries:
            wrong(f"{file}, line {line}: code {row['code']!r} is there twice")
        parents = tuple(row.get("parents", "").split())
        entries[row["code"]] = Entry(row["code"], row["display"], row.get("display_zh") or None, parents)
    for entry in entries.values():
        if entry.parents and sheet and sheet.hierarchy != "parents":
            wrong(f"{file}: code {entry.code!r} has parents, but the sheet says hierarchy: {sheet.hierarchy}")
    return CodeList(file.stem, sheet, entries) if sheet else None


def read_map(file: Path, wrong: Wrong) -> CodeMap | None:
    """The map of a CSV file and its sheet: source_code, target_code, one pair a line."""
    sheet = read_sheet(file.with_suffix(".yaml"), MapSheet, wrong)
    targets: dict[str, set[str]] = {}
    for line, row in _rows(file, ("source_code", "target_code"), (), wrong):
        if row["target_code"] in targets.setdefault(row["source_code"], set()):
            wrong(f"{file}, line {line}: the pair is there twice")
        targets[row["source_code"]].add(row["target_code"])
    return CodeMap(file.stem, sheet, {c: frozenset(found) for c, found in targets.items()}) if sheet else None


def read_set(file: Path, wrong: Wrong) -> tuple[SetSheet, list[tuple[int, dict[str, str]]]] | None:
    """The sheet of a CSV value set and its rows with their lines: system, code, display, descendants (true or false)."""
    sheet = read_sheet(file.with_suffix(".yaml"), SetSheet, wrong)
    rows = list(_rows(file, ("system", "code"), ("display", "descendants"), wrong))
    for line, row in rows:
        if row.get("descendants", "") not in ("", "true", "false"):
            wrong(f"{file}, line {line}: descendants is {row['descendants']!r}; it can be true or false")
    return (sheet, rows) if sheet else None


def read_sheet(file: Path, model: type[_Sheet], wrong: Wrong) -> _Sheet | None:
    """The YAML sheet beside a CSV file."""
    try:
        return model.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        wrong(f"{file}: is missing. Each CSV needs a sheet of the same name that says what it holds and from where")
    except (OSError, ValueError, yaml.YAMLError) as e:
        if isinstance(e, ValidationError):
            for one in e.errors():
                wrong(f"{file}: {'.'.join(map(str, one['loc'])) or 'sheet'}: {one['msg']}")
        else:
            wrong(f"{file}: is not YAML in UTF-8 that can be read")
    return None


def _rows(
    file: Path, needed: tuple[str, ...], allowed: tuple[str, ...], wrong: Wrong
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file whose needed cells are all filled, each with its line."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            heading = reader.fieldnames or ()
            if missing := [n for n in needed if n not in heading]:
                wrong(f"{file}: has no column {', '.join(missing)}")
                return
            if unknown := [n for n in heading if n not in (*needed, *allowed)]:
                wrong(f"{file}: column {', '.join(unknown)} is not known; it can have {', '.join((*needed, *allowed))}")
            for row in reader:
                if None in row or None in row.values():
                    wrong(f"{file}, line {reader.line_num}: has not as many cells as the heading")
                elif empty := [n for n in needed if not row[n].strip()]:
                    wrong(f"{file}, line {reader.line_num}: {', '.join(empty)} is empty")
                else:
                    yield reader.line_num, {name: cell.strip() for name, cell in row.items()}
    except (OSError, UnicodeDecodeError, csv.Error):
        wrong(f"{file}: is not CSV in UTF-8 that can be read")
