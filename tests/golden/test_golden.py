"""Each view over a few hand-written resources gives the rows of `expected.json`. UPDATE_GOLDEN=1 writes them anew.

`expected.json` has the columns with their SQL types and the rows, without what is null in them. Look at what changed
before you commit it.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from transforms.silver.compile import compile_view
from transforms.silver.runner import run_inline
from transforms.silver.view import load_views

HERE = Path(__file__).parent
VIEWS = load_views()


@cache
def _found(name: str) -> dict[str, Any]:
    resources = (HERE / name / "input.ndjson").read_text(encoding="utf-8").splitlines()
    rows = run_inline(VIEWS[name], resources).to_pylist()
    return {
        "columns": {c.name: c.sql_type for c in compile_view(VIEWS[name]).columns},
        "rows": [{k: v if _is_json(v) else str(v) for k, v in row.items() if v is not None} for row in rows],
    }


def _is_json(value: object) -> bool:
    return isinstance(value, str | int | float | list)


def _text(found: dict[str, Any]) -> str:
    columns = json.dumps(found["columns"], indent=4)[:-1] + "  }"
    rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in found["rows"])
    return f'{{\n  "columns": {columns},\n  "rows": [\n{rows}\n  ]\n}}\n'


@pytest.mark.parametrize("name", VIEWS)
def test_rows_are_as_expected(name: str) -> None:
    expected = HERE / name / "expected.json"
    found = _found(name)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        expected.write_text(_text(found), encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_every_view_has_a_golden_folder_and_every_folder_a_view() -> None:
    assert {f.parent.name for f in HERE.glob("*/input.ndjson")} == set(VIEWS)


@pytest.mark.parametrize("name", VIEWS)
def test_every_column_has_a_value_in_some_row(name: str) -> None:
    found = _found(name)
    filled = {k for row in found["rows"] for k, v in row.items() if v != []}
    assert set(found["columns"]) - filled == set()
