"""Questions to a view that lets no row leave: the one form that they have, and what of an answer is told.

A value of few persons is not shown, and neither is that there are any: a cell that may not be told is left out, as one of
nobody is. Conditions cannot fail on a row (TRY), since an error would tell of it. Counts are rounded; means are told to three
digits and sums as such a mean times the rounded count, since exact ones would tell the exact count, and three of them a person.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from governance.contract import IS_SUPPRESSED
from governance.question import QueryRefused, bare, dicts
from governance.suppression import round_count

PERSON = "_person"  # beside the granted columns: whose row it is; no question can name it
AGGREGATES = frozenset("avg stddev_samp sum var_samp".split())
_DIGITS = 3
# What makes long texts of short ones, or looks for patterns in them, says of a row by how long it takes.
_SLOW = frozenset(
    "|| concat concat_ws lpad regexp_extract regexp_full_match regexp_matches replace rpad strftime".split()
)
_FORM = (
    "this view answers with aggregates only. Ask as: a list of columns, count(*), "
    + ", ".join(f"{a}(column)" for a in sorted(AGGREGATES))
    + "; FROM one view; WHERE; GROUP BY the same columns; ORDER BY columns of the list."
)

# Which cells must not be told: the persons in each, and among whom is counted -> the cells to leave out.
Judge = Callable[[Mapping[int, list[str]], str], frozenset[int]]


@dataclass(frozen=True, slots=True)
class Counted:
    """A question in that form. `node`: as it is run, with the persons of each cell beside it.

    `groups`: the places of grouping columns in its list; `valued`: of aggregates of a column, its name and theirs;
    `order`: places to order by, and whether downwards.
    """

    node: dict[str, Any]
    names: tuple[str, ...]
    groups: frozenset[int]
    valued: Mapping[int, tuple[str, str]]
    order: tuple[tuple[int, bool], ...]


def counted(node: dict[str, Any], schema: pa.Schema) -> Counted:
    """QueryRefused where the question has another form."""
    _check_form(node, schema)
    parts: list[dict[str, Any]] = node["select_list"]
    grouped = [bare(_of_list(g, parts, schema)) for g in node["group_expressions"]]
    groups = frozenset(n for n, part in enumerate(parts) if bare(part) in grouped)
    valued = {n: _valued(part, schema) for n, part in enumerate(parts) if n not in groups}
    wrong = [n + 1 for n, said in valued.items() if said is None]
    unlisted = set(grouped) - {bare(parts[n]) for n in groups}
    if wrong or unlisted or len(groups) == len(parts):
        raise QueryRefused(_FORM + (f" Not so: column {', '.join(map(str, wrong))} of the list." if wrong else ""))
    columns = {n: said for n, said in valued.items() if said}
    asked = [_tried(part) if n in groups else part for n, part in enumerate(parts)]
    asked += [_persons(None, PERSON)]
    for n, (_, column) in columns.items():
        asked += [_persons(column, f"{PERSON}{n}"), _function("count", [_column(column)], f"{PERSON}{n}_rows")]
    where = node["where_clause"] and _tried(node["where_clause"])
    run = node | {
        "select_list": asked, "modifiers": [], "where_clause": where,
        "group_expressions": [_tried(_of_list(g, parts, schema)) for g in node["group_expressions"]],
    }  # fmt: skip
    named = tuple(p["alias"] or ("" if p["class"] != "COLUMN_REF" else p["column_names"][-1]) for p in parts)
    return Counted(run, named, groups, columns, tuple(_order(node, parts, schema)))


def told(found: pa.Table, asked: Counted, judge: Judge, view: str) -> pa.Table:
    """What may be told of an answer to a question as it was run: IS_SUPPRESSED says where a value of a row may not be."""
    cells = _cells(found, PERSON)
    untold = judge(cells, view) | {row for row, people in cells.items() if not people}
    hidden = {n: untold | _unvalued(found, n, column, judge, view) for n, (_, column) in asked.valued.items()}
    columns, names = [], []
    for n, name in enumerate(asked.names):
        field = found.schema.field(n)
        values = found.column(n).to_pylist()
        if n in asked.valued:
            measure = asked.valued[n][0]
            rows = found.column(f"{PERSON}{n}_rows").to_pylist()
            shown = [
                None if row in hidden[n] else _rounded(measure, *of)
                for row, of in enumerate(zip(values, rows, strict=True))
            ]
            columns.append(pa.array(shown, pa.float64()))
        elif n in asked.groups:
            columns.append(found.column(n))
        else:
            columns.append(
                pa.array([None if row in untold else round_count(v) for row, v in enumerate(values)], pa.int64())
            )
        names.append(
            name or field.name.removeprefix("TRY(").removesuffix(")") if n in asked.groups else name or field.name
        )
    lacks = [row in untold or any(row in of for of in hidden.values()) for row in range(found.num_rows)]
    shown_rows = pa.Table.from_arrays([*columns, pa.array(lacks, pa.bool_())], [*names, IS_SUPPRESSED])
    # A row that is left out and one that is not there are the same; without groups there is one row, always.
    kept = [row for row in range(found.num_rows) if not asked.groups or row not in untold]
    return _ordered(shown_rows.take(pa.array(kept, pa.int64())), asked.order)


def _check_form(node: dict[str, Any], schema: pa.Schema) -> None:
    is_plain = (
        node["type"] == "SELECT_NODE" and node["from_table"]["type"] == "BASE_TABLE" and not node["cte_map"]["map"]
        and not any(node.get(k) for k in ("having", "qualify", "sample")) and len(node["group_sets"]) <= 1
        and not node["from_table"]["sample"] and not node["from_table"]["column_name_alias"]
        and node["aggregate_handling"] == "STANDARD_HANDLING"
        and not [m for m in node["modifiers"] if m["type"] != "ORDER_MODIFIER"]
    )  # fmt: skip
    parts = list(dicts(node))
    if not is_plain or any(p.get("class") in ("SUBQUERY", "WINDOW", "STAR") for p in parts):
        raise QueryRefused(_FORM)
    if slow := sorted({name for p in parts if (name := _name_of(p)) in _SLOW}):
        raise QueryRefused(f"{_FORM} Not so: {', '.join(f'{name}()' for name in slow)}.")
    # The view's own name as a value is a whole row, with what no question may name.
    known = {name.lower() for name in schema.names} - {PERSON}
    ordered = {id(p) for m in node["modifiers"] for p in dicts(m)} | {id(g) for g in node["group_expressions"]}
    strange = [
        p for p in parts
        if p.get("class") == "COLUMN_REF" and id(p) not in ordered and p["column_names"][-1].lower() not in known
    ]  # fmt: skip
    if strange:
        raise QueryRefused("the question names a column that the view does not have.")


def _of_list(expression: dict[str, Any], parts: Sequence[dict[str, Any]], schema: pa.Schema) -> dict[str, Any]:
    """What GROUP BY and ORDER BY mean by a number or by a name that the list gives: the part of the list."""
    literal = expression.get("literal") or {}
    if literal.get("kind") == "INTEGER" and 1 <= int(literal["text"]) <= len(parts):
        return parts[int(literal["text"]) - 1]
    if expression.get("class") == "COLUMN_REF" and len(expression["column_names"]) == 1:
        name = expression["column_names"][0].lower()
        aliases = [p for p in parts if p["alias"].lower() == name]
        if aliases and name not in {n.lower() for n in schema.names}:
            return aliases[0]
    return expression


def _order(node: dict[str, Any], parts: list[dict[str, Any]], schema: pa.Schema) -> Iterator[tuple[int, bool]]:
    listed = [bare(p) for p in parts]
    for order in (o for m in node["modifiers"] for o in m["orders"]):
        by = bare(_of_list(order["expression"], parts, schema))
        if by not in listed:
            raise QueryRefused(_FORM)
        yield listed.index(by), order["type"] == "DESCENDING"


def _ordered(rows: pa.Table, order: Sequence[tuple[int, bool]]) -> pa.Table:
    """By what is shown, so that the order says nothing of what is not. Nulls come last."""
    if not order:
        return rows
    by = rows.select([n for n, _ in order]).rename_columns([str(i) for i in range(len(order))])
    keys = [(str(i), "descending" if down else "ascending") for i, (_, down) in enumerate(order)]
    return rows.take(pc.sort_indices(by, sort_keys=keys))


def _valued(part: dict[str, Any], schema: pa.Schema) -> tuple[str, str] | tuple[()] | None:
    """(aggregate, column); nothing for count(*); None for what may not be asked.

    Of an expression it would tell of the few for whom that is not null or 0; of what is only true or false, it is a count.
    """
    name, arguments = _name_of(part), part.get("arguments", ())
    if name not in AGGREGATES | {"count_star"} or part["filter"] or part["distinct"]:
        return None
    if name == "count_star":
        return None if arguments else ()
    if len(arguments) != 1 or arguments[0]["expression"].get("class") != "COLUMN_REF":
        return None
    column = arguments[0]["expression"]["column_names"][-1].lower()
    kind = next(f.type for f in schema if f.name.lower() == column)
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return (name, column) if is_number else None


def _unvalued(found: pa.Table, n: int, column: str, judge: Judge, view: str) -> set[int]:
    """The cells of which a mean may not be told: of few persons, or nearly all of one value, so that it counts the others."""
    pairs = [[(p["p"], p["v"]) for p in held or ()] for held in found.column(f"{PERSON}{n}").to_pylist()]
    people = {row: sorted({str(p) for p, _ in held if p is not None}) for row, held in enumerate(pairs)}
    others = {}
    for row, held in enumerate(pairs):
        if held:
            usual, persons = Counter(value for _, value in held).most_common(1)[0]
            if 2 * persons > len(people[row]):
                others[row] = sorted({str(p) for p, value in held if value != usual})
    few = {*judge(people, f"{view}.{column}"), *(row for row, of in people.items() if not of)}
    return few | judge(others, f"{view}.{column} unlike most")


def _rounded(measure: str, value: Any, rows: int) -> float | None:
    if value is None:
        return None
    if measure != "sum":
        return float(f"{float(value):.{_DIGITS}g}")
    # Ten digits more than are told hide only what the product of two floats adds at its end.
    return float(f"{float(f'{float(value) / rows:.{_DIGITS}g}') * round_count(rows):.{_DIGITS + 10}g}")


def _cells(found: pa.Table, column: str) -> dict[int, list[str]]:
    held = found.column(column).to_pylist()
    return {row: [str(p) for p in people or () if p is not None] for row, people in enumerate(held)}


def _persons(column: str | None, alias: str) -> dict[str, Any]:
    """The distinct persons of a cell; with `column`, those who have a value in it, with each value."""
    if column is None:
        return _function("list", [_column(PERSON)], alias) | {"distinct": True}
    pair = _function("struct_pack", [_column(PERSON), _column(column)], "")
    pair["arguments"] = [a | {"name": name} for a, name in zip(pair["arguments"], "pv", strict=True)]
    has = {"class": "OPERATOR", "type": "OPERATOR_IS_NOT_NULL", "alias": "", "children": [_column(column)]}
    return _function("list", [pair], alias) | {"distinct": True, "filter": has}


def _tried(expression: dict[str, Any]) -> dict[str, Any]:
    """Null where it fails."""
    if expression.get("class") == "COLUMN_REF":
        return expression
    inner = expression | {"alias": ""}
    return {"class": "OPERATOR", "type": "OPERATOR_TRY", "alias": expression.get("alias", ""), "children": [inner]}


def _column(name: str) -> dict[str, Any]:
    return {"class": "COLUMN_REF", "type": "COLUMN_REF", "alias": "", "column_names": [name]}


def _function(name: str, arguments: list[dict[str, Any]], alias: str) -> dict[str, Any]:
    return {
        "class": "FUNCTION", "type": "FUNCTION", "alias": alias, "function_name": name, "schema": "", "catalog": "",
        "filter": None, "order_bys": {"type": "ORDER_MODIFIER", "orders": []}, "distinct": False, "is_operator": False,
        "export_state": False, "arguments": [{"name": "", "expression": a} for a in arguments],
        "qualified_name": {"path": [name]},
    }  # fmt: skip


def _name_of(part: dict[str, Any]) -> str:
    return str(part.get("function_name", "")).lower() if part.get("class") == "FUNCTION" else ""
