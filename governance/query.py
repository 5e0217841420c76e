"""A governed question in SQL: what it may say, how it is run, and what of its answer may be shown.

A question is one SELECT over the views of one grant, read-only, with functions from a list. It runs in a DuckDB of its own
that holds nothing but the granted rows, cannot reach files, network or extensions, and has a limit on memory, time and
rows. Where only aggregates may leave (grade L4), it must be one GROUP BY of counts, sums and
means over one view; cells of fewer persons than the smallest are suppressed, also those that earlier answers would give
away, and counts are rounded.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Timer
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa

from core.errors import LakehouseError
from governance.question import bare, dicts, family, fingerprint_of
from governance.suppression import round_count

PERSON = "_person"  # beside the granted columns: whose row it is; no question can name it
IS_SUPPRESSED = "is_suppressed"

# Of the parts of a statement that are no expressions: what may stand in FROM, queries, and how rows are ordered and cut.
_KINDS = frozenset(
    """
    BASE_TABLE EMPTY EXPRESSION_LIST JOIN SUBQUERY SELECT_NODE SET_OPERATION_NODE
    DISTINCT_MODIFIER LIMIT_MODIFIER ORDER_MODIFIER ORDER_DEFAULT ASCENDING DESCENDING
    """.split()
)
_CLASSES = frozenset(
    "BETWEEN CASE CAST COLUMN_REF COMPARISON CONJUNCTION CONSTANT FUNCTION OPERATOR STAR SUBQUERY TYPE WINDOW".split()
)
AGGREGATES = frozenset("avg stddev_samp sum var_samp".split())
_FUNCTIONS = AGGREGATES | frozenset(
    """
    != !~~ % * + - / // < <= = > >= ^ || ~~ ~~* !~~* abs age any_value approx_quantile arg_max arg_min bool_and bool_or
    ceil coalesce concat concat_ws contains corr count count_star covar_samp cume_dist date_diff date_part date_trunc datediff datepart
    datetrunc day dayofweek dense_rank ends_with exp extract first first_value floor greatest histogram if ifnull
    is_distinct_from isfinite isnan kurtosis lag last last_day last_value lead least left len length like_escape ln log
    log10 lower lpad ltrim mad make_date max max_by median min min_by mode month nth_value ntile nullif percent_rank pow
    power quantile_cont quantile_disc quarter rank regexp_extract regexp_full_match regexp_matches replace reverse right
    round row_number rpad rtrim sign skewness split_part sqrt starts_with stddev stddev_pop strftime strlen strpos substr
    substring trim trunc upper var_pop variance week year
    """.split()
)


class QueryRefused(LakehouseError):
    """The question is not one that this grant may ask. The message says what is allowed, and quotes no row."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may use: memory of the engine, wall seconds, threads, rows of the answer."""

    memory_mb: int = 1024
    seconds: float = 60
    threads: int = 2
    rows: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What may be shown. `columns`: what the question read of each view, for metering.

    `fingerprint` is the same for questions that differ only in their constants, `family` for those that differ only in their
    filters. `filters`: each of these, with its constants: not to be written down as it is.
    """

    rows: pa.Table
    columns: Mapping[str, tuple[str, ...]]
    fingerprint: str
    suppressed_cells: int = 0
    family: str = ""
    filters: tuple[str, ...] = field(default=(), repr=False)


# Which cells must not be told: the persons in each, and among whom is counted -> the cells to leave out.
Judge = Callable[[Mapping[int, list[str]], str], frozenset[int]]


def ask(
    sql: str, views: Mapping[str, pa.Table], *, limits: Limits = Limits(), judges: Mapping[str, Judge] = MappingProxyType({})
) -> Answer:  # fmt: skip
    """The answer to one SELECT over `views`, the granted rows by name.

    `judges`: the views that answer with aggregates only, each with what is given the persons of each cell and among whom
    is counted (the view, or "view.column" for those with a value), and says which cells stay untold. Such a view has the
    column PERSON. Raises QueryRefused: not one SELECT, another table or function, out of its limits, or not in the form
    that can be judged.
    """
    with duckdb.connect(
        config={"enable_external_access": "false", "autoinstall_known_extensions": "false", "threads": limits.threads}
    ) as db:
        node = _parsed(db, sql)
        read = sorted({t["table_name"].lower() for t in _of_kind(node, "BASE_TABLE")} - _own_names(node))
        _check(node, views)
        for name in read:
            db.register(name, views[name])
        columns, fingerprint = _columns(node, read, views), fingerprint_of(node)
        db.execute(f"SET memory_limit = '{limits.memory_mb}MB'; SET python_scan_all_frames = false")
        db.execute("SET python_enable_replacements = false; SET lock_configuration = true")
        if not set(read) & set(judges):
            return Answer(_run(db, _sql(db, node), limits), columns, fingerprint, 0, *family(node))
        if len(read) != 1:
            raise QueryRefused(f"{', '.join(sorted(judges))}: answers with aggregates only, over one view at a time.")
        rows, suppressed = _aggregate(db, node, read[0], judges[read[0]], limits)
        return Answer(rows, columns, fingerprint, suppressed, *family(node))


def _parsed(db: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    tree = json.loads(db.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchall()[0][0])
    if tree["error"]:
        kind = "is no SQL that can be read" if tree.get("error_type") == "parser" else "is not a SELECT"
        raise QueryRefused(f"the question {kind}. Ask with one SELECT statement.")
    if len(tree["statements"]) != 1:
        raise QueryRefused("the question holds more than one statement. Ask with one SELECT statement.")
    node: dict[str, Any] = tree["statements"][0]["node"]
    return node


def _check(node: dict[str, Any], views: Mapping[str, pa.Table]) -> None:
    """QueryRefused that names everything in the statement that is not on a list."""
    wrong = set()
    known = {name.lower() for name in views} | _own_names(node)
    for part in dicts(node):
        kind, cls = part.get("type"), part.get("class")
        if cls is not None and cls not in _CLASSES:
            wrong.add(f"{cls.lower()} expressions")
        if cls is None and kind is not None and str(kind) not in _KINDS:
            wrong.add(kind.lower() if isinstance(kind, str) else "sampling")
        if kind == "BASE_TABLE" and (
            part["table_name"].lower() not in known or part["schema_name"] or part["catalog_name"]
        ):
            wrong.add("a table that is not granted")
        if cls in ("FUNCTION", "WINDOW") and part.get("function_name", "").lower() not in _FUNCTIONS:
            wrong.add(f"function {part.get('function_name', '?')[:40]}()")
        if cls == "COLUMN_REF" and any(n.lower().startswith(PERSON) for n in part["column_names"]):
            wrong.add("a column that is not granted")
    if wrong:
        raise QueryRefused(
            f"the question uses what is not allowed: {', '.join(sorted(wrong))}. Granted: {', '.join(sorted(views)) or 'no view'};"
            " docs/governance.md lists the functions."
        )


def _own_names(node: dict[str, Any]) -> set[str]:
    """The names that the statement itself gives to parts of it (WITH)."""
    return {entry["key"].lower() for part in dicts(node) for entry in (part.get("cte_map") or {}).get("map", ())}


def _columns(node: dict[str, Any], read: list[str], views: Mapping[str, pa.Table]) -> dict[str, tuple[str, ...]]:
    """The columns of each view that the statement names, all of them where it has a star."""
    named = {part["column_names"][-1].lower() for part in dicts(node) if part.get("class") == "COLUMN_REF"}
    has_star = any(part.get("class") == "STAR" for part in dicts(node))
    return {
        view: tuple(c for c in views[view].column_names if c != PERSON and (has_star or c.lower() in named))
        for view in read
    }


def _aggregate(
    db: duckdb.DuckDBPyConnection, node: dict[str, Any], view: str, judge: Judge, limits: Limits
) -> tuple[pa.Table, int]:
    """The cells that may be told with their counts rounded, the others empty; and how many others there are.

    A mean or sum is of those who have the value: where these are too few, or a few less than were told of before, it
    stays empty too.
    """
    groups = _grouped(node)
    parts = node["select_list"]
    valued = {
        n: part["arguments"][0]["expression"] for n, part in enumerate(parts) if n not in groups and part["arguments"]
    }
    whose = [_persons(PERSON, None), *(_persons(f"{PERSON}{n}", column) for n, column in valued.items())]
    found = _run(db, _sql(db, node | {"select_list": [*parts, *whose], "modifiers": []}), limits)
    untold = judge(_cells(found, PERSON), view)
    unvalued = {
        n: judge(_cells(found, f"{PERSON}{n}"), f"{view}.{c['column_names'][-1].lower()}") for n, c in valued.items()
    }
    shown = found.select(range(len(parts)))
    columns = []
    for n, column in enumerate(shown.schema):
        hidden = frozenset() if n in groups else untold | unvalued.get(n, frozenset())
        values = [None if row in hidden else value for row, value in enumerate(shown.column(n).to_pylist())]
        if n not in groups and n not in valued:
            values = [None if value is None else round_count(value) for value in values]
        columns.append(pa.array(values, column.type))
    columns.append(pa.array([row in untold for row in range(found.num_rows)], pa.bool_()))
    return pa.Table.from_arrays(columns, [*shown.column_names, IS_SUPPRESSED]), len(untold)


def _persons(alias: str, valued: dict[str, Any] | None) -> dict[str, Any]:
    """The distinct persons of a cell; those with a value in the column `valued`, where given."""
    whose = {"class": "COLUMN_REF", "type": "COLUMN_REF", "alias": "", "column_names": [PERSON]}
    has = {"class": "OPERATOR", "type": "OPERATOR_IS_NOT_NULL", "alias": "", "children": [valued]} if valued else None
    return _function("list", [whose], alias=alias) | {"distinct": True, "filter": has}


def _cells(found: pa.Table, column: str) -> dict[int, list[str]]:
    return {row: [str(p) for p in people or ()] for row, people in enumerate(found.column(column).to_pylist())}


def _grouped(node: dict[str, Any]) -> frozenset[int]:
    """The places of the grouping columns in the list. QueryRefused where the statement has another form."""
    means = ", ".join(f"{a}(column)" for a in sorted(AGGREGATES))
    form = f"a list of columns, count(*), {means}; FROM one view; WHERE; GROUP BY the same columns"
    is_plain = (
        node["type"] == "SELECT_NODE" and node["from_table"]["type"] == "BASE_TABLE" and not node["cte_map"]["map"]
        and not any(node.get(k) for k in ("having", "qualify", "sample")) and len(node["group_sets"]) <= 1
        and not node["from_table"]["sample"] and not [m for m in node["modifiers"] if m["type"] != "ORDER_MODIFIER"]
    )  # fmt: skip
    if not is_plain or any(p.get("class") in ("SUBQUERY", "WINDOW", "STAR") for p in dicts(node)):
        raise QueryRefused(f"this view answers with aggregates only. Ask as: {form}.")
    wanted = [bare(g) for g in node["group_expressions"]]
    groups = frozenset(n for n, part in enumerate(node["select_list"]) if bare(part) in wanted)
    wrong = [n + 1 for n, part in enumerate(node["select_list"]) if n not in groups and not _is_whole(part)]
    if wrong or len(groups) == len(node["select_list"]):
        raise QueryRefused(
            f"this view answers with aggregates only. Ask as: {form}."
            + (f" Not so: column {', '.join(map(str, wrong))} of the list." if wrong else "")
        )
    return groups


def _is_whole(part: dict[str, Any]) -> bool:
    """count(*), or an aggregate of one column. Over an expression it would tell of the few for whom that is not null or 0."""
    name, arguments = _name_of(part), part.get("arguments", ())
    if name not in AGGREGATES | {"count_star"} or part["filter"] or part["distinct"]:
        return False
    if name == "count_star":
        return not arguments
    return len(arguments) == 1 and arguments[0]["expression"].get("class") == "COLUMN_REF"


def _run(db: duckdb.DuckDBPyConnection, sql: str, limits: Limits) -> pa.Table:
    """All rows of a statement. DuckDB's own message is withheld: a failed cast quotes the value."""
    timer = Timer(limits.seconds, db.interrupt)
    timer.start()
    try:
        found = (
            db.execute(sql).to_arrow_table()
            if limits.rows is None
            else db.sql(sql).limit(limits.rows + 1).to_arrow_table()
        )
    except duckdb.InterruptException:
        raise QueryRefused(
            f"the question took longer than {limits.seconds:g} s and was stopped. Ask for less."
        ) from None
    except duckdb.OutOfMemoryException:
        raise QueryRefused(f"the question needs more than {limits.memory_mb} MB. Ask for less.") from None
    except duckdb.BinderException:
        raise QueryRefused(
            "the question names a column that the view does not have, or uses it as what it is not."
        ) from None
    except duckdb.Error as e:
        raise QueryRefused(
            f"the question could not be answered ({type(e).__name__}). Check its types and casts."
        ) from None
    finally:
        timer.cancel()
    if found.num_rows > limits.rows:
        raise QueryRefused(f"the answer has more than {limits.rows:,} rows. Ask for less.")
    return found


def _sql(db: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> str:
    tree = json.dumps({"error": False, "statements": [{"node": node, "named_param_map": []}]})
    return str(db.execute("SELECT json_deserialize_sql(?::JSON)", [tree]).fetchall()[0][0])


def _function(name: str, arguments: list[dict[str, Any]], *, alias: str) -> dict[str, Any]:
    return {
        "class": "FUNCTION", "type": "FUNCTION", "alias": alias, "function_name": name, "schema": "", "catalog": "",
        "filter": None, "order_bys": {"type": "ORDER_MODIFIER", "orders": []}, "distinct": False, "is_operator": False,
        "export_state": False, "arguments": [{"name": "", "expression": a} for a in arguments],
        "qualified_name": {"path": [name]},
    }  # fmt: skip


def _name_of(part: dict[str, Any]) -> str:
    return str(part.get("function_name", "")).lower() if part.get("class") == "FUNCTION" else ""


def _of_kind(node: Any, kind: str) -> Iterator[dict[str, Any]]:
    return (part for part in dicts(node) if part.get("type") == kind)
