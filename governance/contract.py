"""`<view>.yaml`: what a curated table promises, and at which grade it may be published.

Closed, frozen, and checked with no data.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from core.errors import ConfigError, LakehouseError
from core.institution import Purpose
from core.unique_keys import UniqueKeys
from governance.column import Column, ColumnName, Name, PriceUnit, Texts
from governance.grades import Grade, Words

Kind = Literal["rows", "aggregate"]
# The column that says whose record a row is.
SOURCE = "institution"
# Under which terms a view may be used.
Licence = Literal["data_use_agreement", "CC-BY-4.0", "CC0-1.0"]
LICENCES: dict[Licence, Words] = {
    "data_use_agreement": Words(
        en="No open licence: use under a data use agreement only", zh="无开放许可：仅可依据数据使用协议使用"
    ),
    "CC-BY-4.0": Words(en="CC BY 4.0: free use with attribution", zh="CC BY 4.0：署名即可自由使用"),
    "CC0-1.0": Words(en="CC0 1.0: no rights reserved", zh="CC0 1.0：不保留权利"),
}
# What the price in a grant is for.
# What a view is about: the catalogue's themes.
Theme = Literal["cohort", "medication", "recruitment", "trial", "catalogue"]
# Every institution that has a file of its own, or those named.
Sources = Literal["registered"] | Annotated[tuple[Name, ...], Field(min_length=1)]


# The one column that publishing adds, to aggregates; contracts do not declare it.
IS_SUPPRESSED = "is_suppressed"
SUPPRESSED = Column(
    name=Texts(en="suppressed", zh="是否抑制"),
    description=Texts(
        en="the cell is small, or would give a small one away, so its counts are null; it is not a zero",
        zh="该单元格人数过少，或会泄露其他过小单元格，故计数为空；不等于零",
    ),
    type="boolean",
    grade=Grade.L1,
    category="业务数据",
    role="none",
    source=(),
)


class ContractError(LakehouseError):
    """A table is not what its contract says, or the contract does not allow what was asked. Nothing is published."""

    exit_code = 1


class Withheld(BaseModel, frozen=True, extra="forbid"):
    """Rows that are L5 as a whole and never published: those whose `column` holds one of `values`."""

    column: ColumnName
    values: Annotated[tuple[str, ...], Field(min_length=1)]
    reason: Texts


class Contract(BaseModel, frozen=True, extra="forbid"):
    """What one published table promises.

    `kind: rows` is published k-anonymous: `person` is the column that tells persons apart, `k` the fewest persons who
    may share their quasi-identifiers, `max_suppressed` the share of rows (0 to 1) that may rather be suppressed than
    every row be generalised one step more. How many different values the `sensitive` columns have among those who share
    their quasi-identifiers is measured, and is `l` or more where `l` is given. `population` is an aggregate view that
    counts, by the same quasi-identifiers, the persons among whom somebody in the table may be looked for.
    `kind: aggregate` holds counts: `dimensions` tell its cells apart, `counts`
    are the columns of distinct persons, `min_cell` the smallest count that may be published, `additive` the dimensions over
    which a total is the sum of its cells (all, if not given).
    `is_published: false`: the table is not made in published/. `may_leave`: rows of it may leave the research zone, and then
    only as `governance.leaving` makes them. `standard`: the CDISC standard whose dataset it is. `source_institutions`: whose
    records it may hold.
    """

    view: Name
    kind: Kind
    title: Texts
    description: Texts
    grain: Texts
    owner: str
    theme: Theme
    source_institutions: Sources
    licence: Licence
    price_unit: PriceUnit
    grade: Grade
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1)]
    is_published: bool = True
    may_leave: bool = False
    standard: Literal["SDTM", "ADaM"] | None = None
    person: ColumnName | None = None
    k: int | None = None
    max_suppressed: Annotated[float, Field(ge=0, le=1)] | None = None
    sensitive: tuple[ColumnName, ...] = ()
    l: Annotated[int, Field(ge=2)] | None = None
    population: Name | None = None
    withhold: tuple[Withheld, ...] = ()
    dimensions: tuple[ColumnName, ...] = ()
    counts: tuple[ColumnName, ...] = ()
    additive: tuple[ColumnName, ...] | None = None
    min_cell: int | None = None
    columns: Annotated[dict[ColumnName, Column], Field(min_length=1)]

    @model_validator(mode="after")
    def _holds_together(self) -> "Contract":
        wrong = list(_cross_mistakes(self.model_dump(mode="python"), self.columns))
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def grade_of(self, column: str) -> Grade:
        """The grade of a column; one that the contract does not know is L5."""
        known = self.columns.get(column)
        return known.grade if known else Grade.L5

    def sources(self, registered: Collection[str]) -> frozenset[str]:
        """The institutions whose rows the view may hold, of those that have a file of their own."""
        return frozenset(registered if self.source_institutions == "registered" else self.source_institutions)

    def published_columns(self) -> tuple[str, ...]:
        """The columns that may be published at the contract's grade, as they are or generalised, in its order."""
        return tuple(name for name, column in self.columns.items() if column.steps_to(self.grade) is not None)

    def released(self) -> dict[str, Column]:
        """The columns that the published table has: those that may be published, and what publishing adds."""
        added = {IS_SUPPRESSED: SUPPRESSED} if self.kind == "aggregate" else {}
        return {name: self.columns[name] for name in self.published_columns()} | added

    def quasi_identifiers(self) -> dict[str, tuple[str, ...]]:
        """Published quasi-identifiers and the names of their coarser levels, next first."""
        published = ((name, self.columns[name]) for name in self.published_columns())
        return {name: column.generalise or () for name, column in published if column.role == "quasi"}

    def least_levels(self) -> dict[str, int]:
        """Of the published quasi-identifiers that are above the grade, how many levels they have to go up at least."""
        return {name: steps for name in self.quasi_identifiers() if (steps := self.columns[name].steps_to(self.grade))}


def _cross_mistakes(head: Mapping[str, Any], columns: Mapping[str, Column]) -> Iterator[str]:
    """What is wrong between the parts of a contract, each of which is right by itself."""
    grade = Grade(head["grade"]) if head.get("grade") in set(Grade) else None
    kind = head.get("kind")
    if grade == Grade.L5:
        yield "grade: L5 is never published"
    named = [("person", head.get("person"))] if head.get("person") else []
    named += [("dimensions", name) for name in head.get("dimensions") or ()]
    named += [("counts", name) for name in head.get("counts") or ()]
    named += [("sensitive", name) for name in head.get("sensitive") or ()]
    named += [("withhold", w["column"]) for w in head.get("withhold") or () if isinstance(w, dict) and "column" in w]
    named += [(f"columns.{name}.unit_column", c.unit_column) for name, c in columns.items() if c.unit_column]
    if head.get("source_institutions") not in (None, "registered") and SOURCE not in columns:
        yield f"source_institutions: no column {SOURCE!r} that would say whose record a row is"
    if head.get("is_published", True):
        for own, column in columns.items():
            if column.source is None and column is not _STAND_IN:
                yield f"columns.{own}: source: is needed in a view that is published; [] for what is made from no column"
    for where, name in named:
        if name not in columns:
            yield f"{where}: no column {name!r}"
    if kind == "rows":
        yield from _row_mistakes(head, grade, columns)
    if kind == "aggregate":
        yield from _aggregate_mistakes(head, grade, columns)


def _row_mistakes(head: Mapping[str, Any], grade: Grade | None, columns: Mapping[str, Column]) -> Iterator[str]:
    if grade in (Grade.L1, Grade.L2):
        yield f"grade: {grade} publishes aggregates only, rows need L3 or L4"
    for needed in ("person", "k", "max_suppressed"):
        if head.get(needed) is None:
            yield f"{needed}: is needed for kind rows"
    least = grade.smallest_class if grade else None
    if least and isinstance(head.get("k"), int) and head["k"] < least:
        yield f"k: {head['k']} is below {least}, the least at {grade}"
    if grade and not any(c.role == "quasi" and c.steps_to(grade) is not None for c in columns.values()):
        yield "columns: rows need at least one published column with role quasi"
    for name, column in columns.items():
        if column.role == "quasi" and column.generalise is None:
            yield f"columns.{name}: generalise: is needed for role quasi in rows; [] where rows are rather suppressed"
    yield from _diversity_mistakes(head, grade, columns)
    for unfit in ("dimensions", "counts", "additive", "min_cell"):
        if head.get(unfit):
            yield f"{unfit}: is only for kind aggregate"


def _diversity_mistakes(head: Mapping[str, Any], grade: Grade | None, columns: Mapping[str, Column]) -> Iterator[str]:
    named = head.get("sensitive") or ()
    if head.get("l") is not None and not named:
        yield "sensitive: is needed with l: the columns that are to have l different values"
    for name in named:
        if (column := columns.get(name)) is None or column is _STAND_IN:
            continue
        if column.role != "sensitive":
            yield f"sensitive: {name} has role {column.role}, it needs role sensitive"
        if "<" in column.type:
            yield f"sensitive: {name} is {column.type}, only single values can be told apart"
        if grade and column.grade > grade:
            yield f"sensitive: {name} is {column.grade}, above the contract's {grade}, and is not published"


def _aggregate_mistakes(head: Mapping[str, Any], grade: Grade | None, columns: Mapping[str, Column]) -> Iterator[str]:
    for needed in ("dimensions", "counts", "min_cell"):
        if not head.get(needed):
            yield f"{needed}: is needed for kind aggregate"
    least = grade.smallest_cell if grade else None
    if least and isinstance(head.get("min_cell"), int) and head["min_cell"] < least:
        yield f"min_cell: {head['min_cell']} is below {least}, the least at {grade}"
    for name in sorted(set(head.get("additive") or ()) - set(head.get("dimensions") or ())):
        yield f"additive: {name} is no dimension"
    for name in sorted(set(columns) - set(head.get("dimensions") or ()) - set(head.get("counts") or ())):
        yield f"columns.{name}: an aggregate has only dimensions and counts"
    for name, column in columns.items():
        if grade and column.grade > grade:
            yield f"columns.{name}: {column.grade} is above the contract's {grade}; sum over it in the view instead"
        if name in (head.get("counts") or ()) and column.type != "bigint":
            yield f"columns.{name}: a count has type bigint"
    for unfit in ("person", "k", "max_suppressed", "withhold", "sensitive", "l", "population"):
        if head.get(unfit):
            yield f"{unfit}: is only for kind rows"


def load_contract(file: Path) -> Contract:
    """One contract file. ConfigError lists every mistake in it at once.

    `columns_of` names a file beside it with columns that several tables share: those that the contract lists without a
    definition have the one that stands there.
    """
    raw = _with_shared(_read(file), file)
    try:
        contract = Contract.model_validate(raw)
    except ValidationError as e:
        raise ConfigError(
            f"{file}: {'; '.join(_mistakes(raw, e))}. Compare it with another contract in the folder."
        ) from None
    if contract.view != file.stem:
        raise ConfigError(f"{file}: view is {contract.view!r} but the file is named {file.stem!r}. Make the two equal.")
    return contract


def _with_shared(raw: Any, file: Path) -> Any:
    """The contract with its shared columns written out; one that is not there stays empty, which is a mistake."""
    if not isinstance(raw, dict) or "columns_of" not in raw:
        return raw
    shared = _read(file.with_name(str(raw["columns_of"])))
    declared = raw.get("columns")
    columns = declared if isinstance(declared, dict) and isinstance(shared, dict) else {}
    whole = {name: shared.get(name) if said is None else said for name, said in columns.items()}
    return {k: v for k, v in raw.items() if k != "columns_of"} | {"columns": whole or declared}


def _read(file: Path) -> Any:
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=UniqueKeys)  # noqa: S506 (a SafeLoader)
    except OSError as e:
        raise ConfigError(f"{file}: cannot be read ({e.strerror}). Check the path and its permissions.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as e:
        mark = getattr(e, "problem_mark", None)
        what = getattr(e, "problem", None) or "is not YAML"
        raise ConfigError(f"{file}{f', line {mark.line + 1}' if mark else ''}: {what}. Correct the file.") from None


def _mistakes(raw: Any, error: ValidationError) -> Iterator[str]:
    """Every mistake of each part, then, where parts are wrong, also those between the parts that are right."""
    own = [(".".join(map(str, x["loc"])), x["msg"].removeprefix("Value error, ")) for x in error.errors()]
    for where, what in own:
        yield f"{where}: {what}" if where else what
    if not isinstance(raw, dict) or all(not where for where, _ in own):
        return
    columns = {}
    declared = raw.get("columns")
    for name, column in (declared if isinstance(declared, dict) else {}).items():
        try:
            columns[str(name)] = Column.model_validate(column)
        except ValidationError:
            # Named above already; a stand-in keeps "no such column" from being said of it too.
            columns[str(name)] = _STAND_IN
    yield from (m for m in _cross_mistakes(raw, columns) if not m.startswith(tuple(f"{where}:" for where, _ in own)))


_STAND_IN = Column(
    name=Texts(en="stand-in", zh="占位"),
    type="bigint",
    unit="1",
    generalise=(),
    description=Texts(en="stand-in", zh="占位"),
    grade=Grade.L1,
    category="业务数据",
    role="quasi",
)
