"""Rows that the shipped rules are tried on, `rows/<layer>/<table>.yaml`, and frames made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from expectations.sheet import load_sheets

AS_OF = date(2025, 1, 1)
ROWS = Path(__file__).with_name("rows")
SHEETS = load_sheets()
# Types of columns that their name does not tell.
TYPES = {
    "actual": "boolean", "characteristic_index": "int", "component_index": "int", "criteria": "array<string>",
    "deleted": "boolean", "dose_value": "double", "exclude": "boolean", "last_updated": "timestamp", "n_met": "int",
    "n_not_met": "int", "n_subjects": "bigint", "n_unknown": "int", "quantity": "bigint", "reference_high":
    "decimal(38,9)", "reference_low": "decimal(38,9)", "source_line": "bigint", "value": "decimal(38,9)",
    "activity_index": "int", "age_value": "double", "answer_index": "int", "condition_index": "int", "daily_amount_value":
    "double", "ingredient_index": "int", "item_index": "int", "net_amount": "double", "participant_index": "int",
    "payment_amount": "double", "quantity_value": "double", "series_index": "int", "total_amount": "double",
    "person__first_birth_year": "int", "person__last_birth_year": "int", "person__first_death_year": "int",
    "person__last_death_year": "int", "person__n_records": "bigint", "person__n_institutions": "bigint",
    "person__n_genders": "bigint", "person__is_deceased": "boolean", "participation__n_records": "bigint",
    "participation__n_arms": "bigint", "sibling__systolic": "double", "sibling__diastolic": "double", "people__n": "bigint",
    "value_boolean": "boolean", "value_high": "decimal(38,9)", "value_low": "decimal(38,9)",
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """`good` rows break no rule of the sheet; `bad[rule id]` rows each break that rule (and may break others)."""

    good: Sequence[Mapping[str, Any]]
    bad: Mapping[str, Sequence[Mapping[str, Any]]]
    tables: Mapping[str, Mapping[str, Sequence[str]]]


@cache
def example(table: str) -> Example:
    raw = yaml.safe_load((ROWS / f"{table}.yaml").read_text(encoding="utf-8"))
    base = raw["good"][0]
    bad = {rule: [base | row for row in rows] for rule, rows in raw["bad"].items()}
    return Example([base | row for row in raw["good"]], bad, raw.get("tables", {}))


def _cdisc(name: str) -> str:
    if name.endswith("DT"):
        return "date"
    if name.endswith(("DY", "SEQ")) or name in ("AGE", "TRTDURD", "CNSR"):
        return "int"
    return "double" if name == "AVAL" else "string"


def spark_type(column: str) -> str:
    by_suffix = {"_date": "date", "_ts": "timestamp"}
    if column.isupper():  # a variable of CDISC
        return _cdisc(column)
    by_name = TYPES.get(column) or ("boolean" if column.startswith("is_") else None)
    return by_name or next((t for s, t in by_suffix.items() if column.endswith(s)), "string")
