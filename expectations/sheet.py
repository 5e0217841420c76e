"""Rule sheets: `rules/<layer>/<table>.yaml` is the list of the quality rules of one table. Closed and frozen.

A published table lies by its grade: `rules/published/<grade>/<view>.yaml`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, Field, SerializeAsAny, ValidationError

from core.errors import ConfigError
from core.unique_keys import UniqueKeys
from expectations.vocabulary import EXPECTATIONS, Args, ColumnReferences, parse_args

Layer = Literal["bronze", "deid", "silver", "gold", "published"]
Dimension = Literal["conformance", "completeness", "plausibility", "timeliness", "consistency"]
Severity = Literal["critical", "major", "minor"]
LAYERS = ("bronze", "deid", "silver", "gold", "published")
RULES = Path(__file__).with_name("rules")


class Rule(BaseModel, frozen=True, extra="forbid"):
    """One thing that has to be true of a table, with the reason why anybody cares.

    `severity`: critical blocks everything after the gate, so it is only for what our own pipeline guarantees (keys, the
    border of the de-identified zone, words that our views write); a defect of a hospital's data is major (analyses have
    to know) or minor.
    `quarantine: row`: rows that break this critical rule are kept out of gold, and the others pass the gate; without it a
    critical rule that fails keeps the whole batch out. `mostly`: share of the judged rows (0 to 1) that have to pass;
    absent means all. `dimension`: Kahn's conformance, completeness and plausibility (EGEMS 2016;4(1):1244), and
    timeliness and consistency of GB/T 36344-2018.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,79}$")]
    expect: str
    args: SerializeAsAny[Args]
    dimension: Dimension
    severity: Severity
    mostly: Annotated[float, Field(gt=0, le=1)] | None = None
    quarantine: Literal["row"] | None = None
    because: Annotated[str, Field(min_length=10)]
    source: Annotated[str, Field(min_length=3)] | None = None


class RuleSheet(BaseModel, frozen=True, extra="forbid"):
    """The rules of one table; layer and table are where the file lies, so that they cannot disagree with it."""

    layer: Layer
    table: str
    rules: tuple[Rule, ...]
    file: Path

    @property
    def name(self) -> str:
        return f"{self.layer}/{self.table}"


def load_sheet(file: Path) -> RuleSheet:
    """One rule sheet. ConfigError lists every mistake in it at once."""
    mistakes: list[str] = []
    sheet = _read(file, mistakes)
    if sheet is None or mistakes:
        raise _refusal(mistakes)
    return sheet


def load_sheets(folder: Path = RULES) -> dict[str, RuleSheet]:
    """Every sheet of a rules folder by "layer/table".

    ConfigError lists every mistake of every file at once. A folder that is missing or has no sheet is refused too:
    without rules every table would pass the gate.
    """
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder of rule sheets, and nothing passes the gate without rules.")
    mistakes: list[str] = []
    sheets: dict[str, RuleSheet] = {}
    for file in sorted(f for f in folder.rglob("*") if f.is_file() and not f.name.startswith(".")):
        layer, table = _place(file)
        if layer not in LAYERS or file != folder / layer / f"{table}.yaml" or (layer == "published") != ("/" in table):
            mistakes.append(f"{file}: a rule sheet is {folder.name}/<{'|'.join(LAYERS)}>/[<grade>/]<table>.yaml")
        elif (sheet := _read(file, mistakes)) is not None:
            sheets[sheet.name] = sheet
    mistakes += _doubled_ids(sheets)
    if not mistakes and not sheets:
        mistakes.append(f"{folder}: has no rule sheet, and nothing passes the gate without rules")
    if mistakes:
        raise _refusal(mistakes)
    return sheets


def _place(file: Path) -> tuple[str, str]:
    """The layer and table that a sheet is about, by where it lies."""
    if file.parent.parent.name == "published":
        return "published", f"{file.parent.name}/{file.stem}"
    return file.parent.name, file.stem


def _refusal(mistakes: list[str]) -> ConfigError:
    listed = "\n".join(f"- {m}" for m in mistakes)
    return ConfigError(
        f"{len(mistakes)} mistake(s) in rule sheets:\n{listed}\nCompare with rules/silver/observation.yaml."
    )


def _doubled_ids(sheets: dict[str, RuleSheet]) -> Iterator[str]:
    first: dict[str, Path] = {}
    for sheet in sheets.values():
        for rule in sheet.rules:
            if rule.id in first and first[rule.id] != sheet.file:
                yield f"{sheet.file}: {rule.id}: id: is in {first[rule.id]} too. An id is one rule everywhere"
            first.setdefault(rule.id, sheet.file)


def _read(file: Path, mistakes: list[str]) -> RuleSheet | None:
    """The sheet, or None if the file cannot be read at all; what is wrong with it is added to `mistakes`."""
    layer, table = _place(file)
    if layer not in LAYERS:
        mistakes.append(f"{file}: lies in {file.parent.name!r}, which is none of {', '.join(LAYERS)}")
        return None
    try:
        stanzas = yaml.load(file.read_text(encoding="utf-8"), Loader=UniqueKeys)  # noqa: S506 (a SafeLoader)
    except OSError as e:
        mistakes.append(f"{file}: cannot be read ({e.strerror}). Check the path and its permissions")
        return None
    except (yaml.YAMLError, UnicodeDecodeError) as e:
        mark, problem = getattr(e, "problem_mark", None), getattr(e, "problem", None) or "is not YAML"
        mistakes.append(f"{file}{f', line {mark.line + 1}' if mark else ''}: {problem}")
        return None
    if not isinstance(stanzas, list) or not stanzas:
        mistakes.append(f"{file}: is not a list of rules (`- id: …`)")
        return None
    rules: list[Rule] = []
    for n, stanza in enumerate(stanzas, start=1):
        where = f"{file}: {stanza.get('id', f'rule {n}') if isinstance(stanza, dict) else f'rule {n}'}"
        found = list(_mistakes(stanza))
        mistakes += [f"{where}: {m}" for m in found]
        if not found:
            rules.append(_rule(stanza))
            if rules[-1].id in [r.id for r in rules[:-1]]:
                mistakes.append(f"{where}: id: is given twice in this sheet")
            mistakes += [f"{where}: {m}" for m in _across_the_border(layer, rules[-1])]
            mistakes += [f"{where}: {m}" for m in _of_quarantine(layer, rules[-1])]
    return RuleSheet.model_validate({"layer": layer, "table": table, "rules": rules, "file": file})


def _across_the_border(layer: str, rule: Rule) -> Iterator[str]:
    if not isinstance(rule.args, ColumnReferences):
        return
    other = rule.args.references.table
    if (layer == "bronze") != other.startswith("bronze/"):
        yield f"args.references.table: {other} is in another zone than {layer}, and a zone opens no other one"


def _of_quarantine(layer: str, rule: Rule) -> Iterator[str]:
    if rule.quarantine is None:
        return
    if layer != "silver":
        yield "quarantine: only rows of silver can be kept out, because gold reads nothing else"
    if rule.severity != "critical" or rule.mostly is not None:
        yield "quarantine: is for a critical rule without `mostly`; others let every row through"
    if not rule.args.is_row_rule:
        yield f"quarantine: {rule.expect} is about the whole table, so no row breaks it"


def _rule(stanza: dict[str, Any]) -> Rule:
    return Rule.model_validate({**stanza, "args": parse_args(stanza["expect"], stanza["args"])})


def _mistakes(stanza: object) -> Iterator[str]:
    """Everything that is wrong with one stanza; a mistake in `args` does not hide one in `severity`."""
    if not isinstance(stanza, dict):
        yield "is not a mapping (`id: …`, `expect: …`)"
        return
    kind: type[Args] | None = EXPECTATIONS.get(str(stanza.get("expect")))
    if kind is None and "expect" in stanza:
        yield f"expect: unknown expectation {stanza['expect']!r}. Allowed: {', '.join(EXPECTATIONS)}"
    try:
        Rule.model_validate({**stanza, **({"args": Args()} if "args" in stanza else {})})
    except ValidationError as e:
        yield from _sentences(e)
    if kind is not None and "args" in stanza:
        try:
            kind.model_validate(stanza["args"])
        except ValidationError as e:
            yield from _sentences(e, "args.", f" Arguments: {', '.join(_own_first(kind))}")
        if not kind.is_row_rule and stanza.get("mostly") is not None:
            yield f"mostly: {stanza['expect']} is about the whole table, so no share of rows can pass"


def _own_first(kind: type[Args]) -> list[str]:
    common = list(Args.model_fields)
    return [f for f in kind.model_fields if f not in common] + common


def _sentences(error: ValidationError, prefix: str = "", hint: str = "") -> Iterator[str]:
    for e in error.errors():
        where = ".".join(str(x) for x in e["loc"])
        said = e["msg"].removeprefix("Value error, ")
        allowed = hint if e["type"] in ("extra_forbidden", "missing") else ""
        yield f"{(prefix + where).rstrip('.') or 'rule'}: {said}.{allowed}"
