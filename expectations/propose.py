"""Rules that a table's profile suggests, as YAML stanzas for a person to accept, change or throw away. Pure.

A proposal says what the data does, not what is right: a wrong code that a whole institution uses is proposed too. So nothing
here gets into a sheet by itself, and each stanza's `because` asks for the reason that only a person has. Made from profiles,
which hold no count of fewer than 11 people: a vocabulary is proposed only where every code in it is that frequent and no
rarer one exists, and a range stands for steps of 9 %, widened to a half and double.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from expectations.profile import OTHER, STEPS_A_DOUBLING, ColumnProfile
from expectations.sheet import RuleSheet

LEAST_ROWS = 100
MOST_CODES = 20
_VALUE = re.compile(r"^value of (\S+) (\S+)$")
_BECAUSE = "proposed from the data, all {n} rows of it hold: say here who would be harmed, or delete the rule"


def propose(table: str, found: Iterable[ColumnProfile], sheet: RuleSheet | None) -> list[dict[str, Any]]:
    """Stanzas for one table ("silver/observation"), without what its sheet says already. Tables below LEAST_ROWS: none."""
    per: dict[str, list[ColumnProfile]] = {}
    for p in found:
        per.setdefault(p.column, []).append(p)
    rows = sum(p.rows or 0 for p in per.get("", []))
    if rows < LEAST_ROWS:
        return []
    said = {(r.expect, c) for r in (sheet.rules if sheet else ()) for c in r.args.columns()}
    ranged = " ".join(r.args.row_condition or "" for r in (sheet.rules if sheet else ()))
    name, stanzas = table.split("/")[-1], []
    for column, profiles in sorted(per.items()):
        if match := _VALUE.match(column):
            stanzas += [] if f"'{match[1]}'" in ranged else _range(name, match[1], match[2], profiles)
        elif column:
            stanzas += _there(name, column, profiles, rows) + _codes(name, column, profiles)
    return [s for s in stanzas if (s["expect"], s["args"]["column"]) not in said or "row_condition" in s["args"]]


def _there(table: str, column: str, profiles: list[ColumnProfile], rows: int) -> list[dict[str, Any]]:
    if any(p.missing != 0 for p in profiles):
        return []
    expect = "expect_column_values_to_not_be_null"
    return [_stanza(f"{table}_has_{column}", expect, {"column": column}, "completeness", rows)]


def _codes(table: str, column: str, profiles: list[ColumnProfile]) -> list[dict[str, Any]]:
    codes = sorted({c for p in profiles for c in p.buckets})
    if not codes or OTHER in codes or len(codes) > MOST_CODES or any(not _is_whole(p) for p in profiles):
        return []
    args = {"column": column, "value_set": codes}
    n = sum(sum(p.buckets.values()) for p in profiles)
    return [_stanza(f"{table}_{column}_is_known", "expect_column_values_to_be_in_set", args, "conformance", n)]


def _is_whole(p: ColumnProfile) -> bool:
    """Whether the codes told are all codes there are: none was kept back for being rare."""
    return p.rows is not None and p.missing is not None and sum(p.buckets.values()) == p.rows - p.missing


def _range(table: str, code: str, unit: str, profiles: list[ColumnProfile]) -> list[dict[str, Any]]:
    steps = [int(b[2:].split("/")[0]) for p in profiles for b in p.buckets if b.startswith("2^")]
    n = sum(sum(p.buckets.values()) for p in profiles)
    if "?" in (code, unit) or n < LEAST_ROWS or not steps:
        return []
    low, high = 2 ** (min(steps) / STEPS_A_DOUBLING) / 2, 2 ** ((max(steps) + 1) / STEPS_A_DOUBLING) * 2
    where = f"code = '{code}' AND unit_ucum = '{unit}'".replace("\\", "")
    args = {"column": "value", "min_value": _round(low), "max_value": _round(high), "row_condition": where}
    id_ = f"{table}_{re.sub('[^a-z0-9]+', '_', code.lower()).strip('_')}_is_in_range"
    return [_stanza(id_, "expect_column_values_to_be_between", args, "plausibility", n) | {"mostly": 0.99}]


def _round(x: float) -> float:
    return float(f"{x:.2g}")


def _stanza(id_: str, expect: str, args: dict[str, Any], dimension: str, n: int) -> dict[str, Any]:
    about = {"id": id_, "expect": expect, "args": args, "dimension": dimension, "severity": "minor"}
    return about | {"because": _BECAUSE.format(n=f"{n:,}")}


def to_yaml(stanzas: Mapping[str, list[dict[str, Any]]]) -> str:
    """A file to read, with the sheet that each group of stanzas would go into. Not a sheet itself."""
    parts = [
        "# Proposed rules. Take what you can give a reason for into the sheets; `lakehouse quality check` reads them."
    ]
    for table, found in stanzas.items():
        if found:
            text = yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=118)
            parts.append(f"# --- expectations/rules/{table}.yaml\n{text}")
    return "\n".join(parts)
