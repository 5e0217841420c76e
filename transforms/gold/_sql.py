"""A criterion in SQL: one SELECT over silver tables, reviewed by whoever keeps the file, checked here before it is run.

The check reads the query's syntax tree. Deny by default: a table or function that is not listed is a mistake, and so is
every sign that the engine which checks and the one which runs could read differently.
"""

import json
from collections.abc import Iterator
from typing import Any

import duckdb

TABLES = frozenset(
    {
        "adverse_event", "allergy_intolerance", "condition", "diagnostic_report", "encounter", "immunization",
        "medication_administration", "medication_request", "medication_statement", "observation", "patient", "procedure",
    }
)  # fmt: skip
RETURNS = ("institution", "subject_key", "result")
_FUNCTIONS = frozenset(
    {
        "+", "-", "*", "/", "%", "~~", "!~~", "||", "count", "count_star", "min", "max", "sum", "avg", "coalesce", "nullif",
        "abs", "round", "floor", "ceil", "ceiling", "greatest", "least", "lower", "upper", "trim", "length", "substring",
        "replace", "datediff", "date_add", "date_sub", "year", "month", "row_number", "rank", "lag", "lead", "first_value",
        "last_value", "array_contains", "bool_or", "bool_and", "starts_with",
    }
)  # fmt: skip
_DIFFER = ("\\", "`", "--", "/*", "$", "{", "}", "#")


def mistakes(query: str) -> list[str]:
    """What forbids to run the query; empty where nothing does."""
    found = [f"{sign} is not allowed" for sign in _DIFFER if sign in query]
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute("SELECT json_serialize_sql(?)", [query]).fetchall()
    tree = json.loads(rows[0][0])
    if tree["error"]:
        return [*found, "is not one SELECT that can be read"]
    if len(tree["statements"]) != 1:
        return [*found, "is more than one statement"]
    nodes = list(_nodes(tree))
    own = {entry["key"] for node in nodes for entry in node.get("cte_map", {}).get("map", [])}
    tables = {n["table_name"] for n in nodes if n.get("type") == "BASE_TABLE"} - own
    if other := sorted(tables - TABLES):
        found.append(f"table {', '.join(other)} is not allowed; allowed are {', '.join(sorted(TABLES))}")
    if own & TABLES:
        found.append("a WITH has the name of a silver table")
    if any(n.get("schema_name") or n.get("catalog_name") for n in nodes if n.get("type") == "BASE_TABLE"):
        found.append("a table is named without schema")
    if any(n.get("type") == "TABLE_FUNCTION" for n in nodes):
        found.append("a function cannot stand for a table")
    functions = {str(n["function_name"]).lower() for n in nodes if n.get("function_name")}
    if other := sorted(functions - _FUNCTIONS):
        found.append(f"function {', '.join(other)} is not allowed; allowed are {', '.join(sorted(_FUNCTIONS))}")
    return found


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for inner in tree.values():
            yield from _nodes(inner)
    elif isinstance(tree, list):
        for inner in tree:
            yield from _nodes(inner)
