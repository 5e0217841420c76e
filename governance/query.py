"""A governed question in SQL: what it may say, and how it is run.

A question is one SELECT over the views of one grant, read-only, with functions from a list. It runs in a process and a DuckDB
of its own that hold nothing but the granted rows and cannot reach files, network or extensions, with a limit on memory,
time and rows. Where only aggregates may leave (grade L4), `governance.aggregates` says how it may ask and what is told.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa

from governance.aggregates import AGGREGATES, PERSON, Judge, counted, told
from governance.apart import Failed, Failure, Limits, connected, run_apart
from governance.question import QueryRefused, dicts, family, fingerprint_of

__all__ = ["PERSON", "Answer", "Judge", "Limits", "QueryRefused", "ask"]

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

_USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Answer:
    """What may be shown. `columns`: what the question read of each view, for metering.

    `fingerprint` is the same for questions that differ only in their constants, `family` for those that differ only in their
    filters. `filters`: each of these, with its constants: not to be written down as it is. `is_partial`: what it counts is
    told of enough persons only.
    """

    rows: pa.Table
    columns: Mapping[str, tuple[str, ...]]
    fingerprint: str
    is_partial: bool = False
    family: str = ""
    filters: tuple[str, ...] = field(default=(), repr=False)


def ask(
    sql: str, views: Mapping[str, pa.Table], *, limits: Limits = _USUAL, judges: Mapping[str, Judge] = MappingProxyType({})
) -> Answer:  # fmt: skip
    """The answer to one SELECT over `views`, the granted rows by name.

    `judges`: the views that answer with aggregates only, each with what is given the persons of each cell and among whom
    is counted (the view, or "view.column" for those with a value), and says which cells stay untold. Such a view has the
    column PERSON. Raises QueryRefused: not one SELECT, another table or function, out of its limits, or not in the form
    that can be judged.
    """
    try:
        with connected(threads=1) as db:
            return _answered(db, sql, views, limits, judges)
    except RecursionError:
        raise QueryRefused("the question is nested too deeply. Ask for less at a time.") from None


def _answered(
    db: duckdb.DuckDBPyConnection, sql: str, views: Mapping[str, pa.Table], limits: Limits, judges: Mapping[str, Judge]
) -> Answer:
    """`db` reads and writes the statement; what runs it is another."""
    node = _parsed(db, sql)
    read = sorted({t["table_name"].lower() for t in _of_kind(node, "BASE_TABLE")} - _own_names(node))
    _check(node, views)
    tables = {name: views[name] for name in read}
    columns, fingerprint = _columns(node, read, views), fingerprint_of(node)
    if not set(read) & set(judges):
        return Answer(_run(_sql(db, node), tables, limits), columns, fingerprint, False, *family(node))
    if len(read) != 1:
        raise QueryRefused(f"{', '.join(sorted(judges))}: answers with aggregates only, over one view at a time.")
    view = read[0]
    asked = counted(node, tables[view].schema)
    rows = told(_run(_sql(db, asked.node), tables, limits), asked, judges[view], view)
    return Answer(rows, columns, fingerprint, True, *family(node))


def _parsed(db: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    try:
        tree = json.loads(db.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchall()[0][0])
    except duckdb.Error:  # letters that are none (a lone surrogate), nested without end
        raise QueryRefused("the question is no SQL that can be read. Ask with one SELECT statement.") from None
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
            " docs/sharing.md says where the functions are listed."
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


def _run(sql: str, tables: Mapping[str, pa.Table], limits: Limits) -> pa.Table:
    """All rows of a statement. DuckDB's own message is withheld: a failed cast quotes the value."""
    try:
        found = run_apart(sql, tables, limits)
    except Failed as e:
        raise QueryRefused(_WHY[e.why].format(seconds=limits.seconds, memory=limits.memory_mb)) from None
    if found.num_rows > limits.rows:
        raise QueryRefused(f"the answer has more than {limits.rows:,} rows. Ask for less.")
    return found


_WHY: Mapping[Failure, str] = {
    "time": "the question took longer than {seconds:g} s and was stopped. Ask for less.",
    "memory": "the question needs more than {memory} MB. Ask for less.",
    "columns": "the question names a column that the view does not have, or uses it as what it is not.",
    "types": "the question could not be answered: a value is not what a cast or function needs. Check its types and casts.",
}


def _sql(db: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> str:
    tree = json.dumps({"error": False, "statements": [{"node": node, "named_param_map": []}]})
    return str(db.execute("SELECT json_deserialize_sql(?::JSON)", [tree]).fetchall()[0][0])


def _of_kind(node: Any, kind: str) -> Iterator[dict[str, Any]]:
    return (part for part in dicts(node) if part.get("type") == kind)
