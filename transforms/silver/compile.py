"""ViewDefinition -> one SQL statement for DuckDB, and the columns that it gives.

Rows of one resource are made with list functions and unnested at the end, so there is no join and no second pass.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from transforms.silver import functions
from transforms.silver.columns import (
    ANSI_TYPES,
    OutputColumn,
    as_type,
    declared_type,
    finished,
    fits,
    plain_type,
    sql_type,
)
from transforms.silver.expression import Expressions, Scope
from transforms.silver.fhirpath import Literal, Node, PathError, parse
from transforms.silver.repeat import repeated
from transforms.silver.shape import EMPTY, ERROR, Value, as_list, name, present, storage, text
from transforms.silver.view import ANSI, PART, Column, Constant, Select, ViewDefinition, ViewError

INPUT = "batch"  # the relation that the statement reads: the carried columns and `raw`


@dataclass(frozen=True)
class CompiledView:
    """`sql` reads the relation INPUT (the columns of `carried`, then raw) and gives `carried` and then `columns`."""

    view: ViewDefinition
    columns: tuple[OutputColumn, ...]
    _sql: str

    def sql(self, carried: Sequence[str] = ()) -> str:
        return self._sql.replace("\x00carried\x00", "".join(f"{name(c)}, " for c in carried))


@dataclass(frozen=True)
class _Rows:
    """Columns with either one SQL expression each (one row), or one SQL list of structs of them (any number of rows)."""

    columns: tuple[OutputColumn, ...]
    one: tuple[str, ...] = ()
    many: str | None = None

    def struct(self, sqls: Sequence[str]) -> str:
        return "{" + ", ".join(f"{text(c.name)}: {s}" for c, s in zip(self.columns, sqls, strict=True)) + "}"

    def layout(self) -> list[tuple[str, str, str | None]]:
        return [(c.name, c.sql_type, c.late) for c in self.columns]

    def as_list(self) -> str:
        return self.many or f"[{self.struct(self.one)}]"


@lru_cache(maxsize=256)
def compile_view(view: ViewDefinition, *, strict: bool = True) -> CompiledView:
    """The statement of a view. ViewError lists every mistake, with its place, expression and position.

    Without `strict`, what FHIRPath lets pass is no mistake: an unknown element is empty, several values where one is
    meant fail only on the data that has them.
    """
    opaque: frozenset[tuple[str, ...]] = frozenset()
    while True:  # a `repeat` may find an element to keep as JSON that was compiled as a struct before
        attempt = _Compilation(view, opaque, strict)
        sql, columns = attempt.statement()
        if attempt.mistakes:
            raise ViewError("\n".join(f"{view.where}: {m}" for m in attempt.mistakes))
        if attempt.opaque == opaque:
            return CompiledView(view, columns, sql)
        opaque = attempt.opaque


class _Compilation:
    def __init__(self, view: ViewDefinition, opaque: frozenset[tuple[str, ...]], strict: bool) -> None:
        self._view = view
        self._strict = strict
        self.mistakes: list[str] = []
        self.opaque = opaque
        constants = {c.name: _constant(c) for c in view.document.constant}
        self._expressions = Expressions(view.resource, constants, opaque, functions.call, view.terminology)
        resource = Value("r", view.resource, shape=self._expressions.root)
        self._top = Scope(resource, resource)

    def statement(self) -> tuple[str, tuple[OutputColumn, ...]]:
        wanted = [self._criterion(w.path, f"where[{i}]") for i, w in enumerate(self._view.document.where)]
        parts = [p for i, s in enumerate(self._view.document.select) for p in self._parts(s, self._top, f"select[{i}]")]
        columns = tuple(c for p in parts for c in p.columns)
        self._check_names(columns)
        sql = _statement(parts, self._expressions.names.resource(self._expressions.root), wanted)
        return self._expressions.names.finish(sql), columns

    # Rows

    def _parts(self, select: Select, scope: Scope, place: str) -> list[_Rows]:
        """The row sets of a selection, in column order; their product are its rows."""
        if select.forEach or select.forEachOrNull or select.repeat:
            return [self._iterated(select, scope, place)]
        return self._inside(select, scope, place)

    def _inside(self, select: Select, scope: Scope, place: str) -> list[_Rows]:
        parts = []
        if select.column:
            made = [self._column(c, scope, f"{place}.column[{i}]") for i, c in enumerate(select.column)]
            parts.append(_Rows(tuple(c for c, _ in made), tuple(s for _, s in made)))
        for i, inner in enumerate(select.select):
            parts += self._parts(inner, scope, f"{place}.select[{i}]")
        if select.unionAll:
            parts.append(self._union(select.unionAll, scope, f"{place}.unionAll"))
        return parts

    def _iterated(self, select: Select, scope: Scope, place: str) -> _Rows:
        if select.repeat:
            items = self._repeated(select.repeat, scope, f"{place}.repeat")
        else:
            key = "forEach" if select.forEach else "forEachOrNull"
            items = self._items(select.forEach or select.forEachOrNull or "", scope, f"{place}.{key}")
        var, index = self._expressions.names.fresh(), self._expressions.names.fresh()
        this = replace(items, sql=var, is_list=False, owner=None, parts=()) if items.type else EMPTY
        inside = replace(scope, this=this, row_index=f"({index} - 1)", index=None)
        rows = self._product(self._inside(select, inside, place))
        listed = as_list(items).sql if items.type else "CAST([] AS INTEGER[])"
        if select.forEachOrNull:
            listed = f"CASE WHEN {present(items)} THEN {listed} ELSE [NULL] END"
        each = f"list_transform({listed}, lambda {var}, {index}: {rows.many or rows.struct(rows.one)})"
        return _Rows(rows.columns, many=f"flatten({each})" if rows.many else each)

    def _items(self, path: str, scope: Scope, place: str) -> Value:
        found = self._value(path, scope, place)
        if found.type is not None and not found.is_element:
            self._wrong(place, path, 0, "must lead to elements of the resource, this computes a value")
            return EMPTY
        return self._expressions.parsed(found)

    def _repeated(self, paths: tuple[str, ...], scope: Scope, place: str) -> Value:
        nodes = [(self._parsed(p, f"{place}[{i}]"), p) for i, p in enumerate(paths)]
        known: list[Node] = [n for n, _ in nodes if n is not None]
        try:
            items, opaque = repeated(self._expressions, known, scope, place)
            self.opaque = self.opaque | opaque
            return items
        except PathError as e:
            self._wrong(place, " | ".join(paths), e.position, e.message)
            return EMPTY

    def _product(self, parts: list[_Rows]) -> _Rows:
        if len(parts) == 1:
            return parts[0]
        columns = tuple(c for p in parts for c in p.columns)
        var = {i: self._expressions.names.fresh() for i, p in enumerate(parts) if p.many}
        fields = [
            s
            for i, p in enumerate(parts)
            for s in (_fields(p, var[i]) if p.many else p.one)
        ]  # fmt: skip
        rows = _Rows(columns, tuple(fields))
        if not var:
            return rows
        many, is_list = rows.struct(fields), False
        for i in reversed(var):
            many = f"list_transform({parts[i].many}, lambda {var[i]}: {many})"
            many, is_list = (f"flatten({many})" if is_list else many), True
        return _Rows(columns, many=many)

    def _union(self, branches: tuple[Select, ...], scope: Scope, place: str) -> _Rows:
        rows = [self._product(self._parts(b, scope, f"{place}[{i}]")) for i, b in enumerate(branches)]
        for i, other in enumerate(rows):
            if other.layout() != rows[0].layout():
                self.mistakes.append(f"{place}[{i}]: columns differ in name, type or order from those of {place}[0]")
                return rows[0]
        if len(rows) == 1:
            return rows[0]
        return _Rows(rows[0].columns, many=f"list_concat({', '.join(r.as_list() for r in rows)})")

    # Columns

    def _column(self, column: Column, scope: Scope, place: str) -> tuple[OutputColumn, str]:
        place = f"{place} {column.name!r}"
        value = self._value(column.path, scope, place)
        if value.kind == "complex":
            self._wrong(place, column.path, 0, f"is a whole {value.type}: select one of its elements")
            value = EMPTY
        if not column.collection:
            value = self._single(value, column, place)
        declared = declared_type(column)
        if self._strict and not fits(declared, value):
            self._wrong(place, column.path, 0, f"is of type {value.type}, the column says {column.type}")
        target = plain_type(declared, value)
        tag = column.tagged(ANSI)
        if tag is not None:
            target = sql_type(tag) or self._unknown_tag(place, tag)
        late = self._late(column, value, target, place)
        target = "VARCHAR" if late == "fhir_precision" else target
        many = column.collection
        too_large = f"{ERROR}{place}: {column.path!r}: a number is too large for {target}; declare more digits"
        sql = self._converted(as_list(value) if many else value, "VARCHAR" if late else target, too_large)
        return OutputColumn(column.name, f"{target}[]" if many else target, column, late), sql

    def _late(self, column: Column, value: Value, target: str, place: str) -> str | None:
        """The macro for a part of a FHIR date. It is applied last, to columns: inside lists its plan would be long."""
        part = column.tagged(PART)
        if part not in (None, "precision"):
            self.mistakes.append(f"{place}: tag {PART} is {part!r}; it can be 'precision'")
        late = "fhir_precision" if part else {"DATE": "fhir_date", "TIMESTAMP": "fhir_ts"}.get(target)
        if late and value.kind not in ("date", "string", "none"):
            self._wrong(place, column.path, 0, f"is of type {value.type}, which is no date")
        return late

    def _single(self, value: Value, column: Column, place: str) -> Value:
        if value.is_list and self._strict:
            self._wrong(place, column.path, 0, "may give more than one value: add first(), or set collection to true")
        if not value.is_list:
            return value
        message = f"{ERROR}{place}: {column.path!r}: more than one value; add first(), or set collection to true"
        sql = f"CASE WHEN len({value.sql}) > 1 THEN error({text(message)}) ELSE list_extract({value.sql}, 1) END"
        return replace(value, sql=sql, is_list=False)

    def _converted(self, value: Value, target: str, too_large: str) -> str:
        if not value.is_list:
            return as_type(value, target, too_large)
        if value.type is None:
            return f"CAST([] AS {target}[])"
        var = self._expressions.names.fresh()
        one = as_type(replace(value, sql=var, is_list=False), target, too_large)
        listed = value.sql if one == var else f"list_transform({value.sql}, lambda {var}: {one})"
        return f"coalesce({listed}, [])"

    def _unknown_tag(self, place: str, tag: str) -> str:
        self.mistakes.append(f"{place}: tag {ANSI} is {tag!r}; it can be {', '.join(ANSI_TYPES)} or DECIMAL(p,s)")
        return "VARCHAR"

    # Expressions

    def _value(self, path: str, scope: Scope, place: str) -> Value:
        node = self._parsed(path, place)
        if node is None:
            return EMPTY
        self._expressions.doubts.clear()
        self._expressions.place = f"{place}: {path!r}"
        try:
            found = self._expressions.decided(self._expressions.compile(node, scope), node.position)
        except PathError as e:
            self._wrong(place, path, e.position, e.message)
            return EMPTY
        self._doubt(place, path)
        return found

    def _criterion(self, path: str, place: str) -> str:
        found = self._value(path, self._top, place)
        try:
            return self._expressions.condition(found, 0, "a where of a view")
        except PathError as e:
            self._wrong(place, path, e.position, e.message)
            return "true"
        finally:
            self._doubt(place, path)

    def _doubt(self, place: str, path: str) -> None:
        doubts = dict.fromkeys(self._expressions.doubts) if self._strict else {}
        for message, position in doubts:
            self._wrong(place, path, position, message)
        self._expressions.doubts.clear()

    def _parsed(self, path: str, place: str) -> Node | None:
        try:
            return parse(path)
        except PathError as e:
            self._wrong(place, path, e.position, e.message)
            return None

    def _wrong(self, place: str, path: str, position: int, message: str) -> None:
        self.mistakes.append(f"{place}: {path!r}, position {position}: {message}")

    def _check_names(self, columns: tuple[OutputColumn, ...]) -> None:
        names = [c.name.lower() for c in columns]
        doubled = sorted({n for n in names if names.count(n) > 1})
        if doubled:
            self.mistakes.append(f"columns are there twice: {', '.join(doubled)}. SQL does not see case")
        if not columns:
            self.mistakes.append("has no column")


# Names are quoted and texts escaped where they enter an expression; nothing of the data is in a statement.
def _statement(parts: list[_Rows], parsed: str, wanted: list[str]) -> str:
    given = [(f"c{i}_{j}", s) for i, p in enumerate(parts) for j, s in enumerate(p.one)]
    lists = [(f"m{i}", p.many) for i, p in enumerate(parts) if p.many]
    flat = ", ".join(f"{s} AS {n}" for n, s in (*given, *lists))
    where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
    sql = f"SELECT \x00carried\x00{flat} FROM (SELECT \x00carried\x00{parsed} AS r FROM {INPUT}){where}"  # noqa: S608
    for at, _ in lists:
        sql = f"SELECT * REPLACE (unnest({at}) AS {at}) FROM ({sql})"  # noqa: S608
    outputs = ", ".join(_outputs(parts))
    return f"SELECT \x00carried\x00{outputs} FROM ({sql})"  # noqa: S608


def _outputs(parts: list[_Rows]) -> Iterator[str]:
    for i, part in enumerate(parts):
        sqls = _fields(part, f"m{i}") if part.many else [f"c{i}_{j}" for j in range(len(part.one))]
        yield from (f"{finished(s, c)} AS {name(c.name)}" for s, c in zip(sqls, part.columns, strict=True))


def _fields(rows: _Rows, struct: str) -> list[str]:
    return [f"struct_extract({struct}, {text(c.name)})" for c in rows.columns]


def _constant(constant: Constant) -> Value:
    value = constant.value
    if constant.type == "boolean":
        return Value(str(value).lower(), "boolean", is_element=False)
    of = Literal(0, constant.type, str(value))
    number = storage(constant.type) in ("INTEGER", "BIGINT")
    return Value(str(int(value)) if number else text(of.text), constant.type, is_element=False)
