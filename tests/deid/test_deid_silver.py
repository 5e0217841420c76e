"""What the silver views select is there after de-identification: no column that a policy always empties."""

import json
from pathlib import Path

import pytest

from transforms.silver.runner import run_inline
from transforms.silver.view import load_views

VIEWS = load_views()
GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("name", VIEWS)
def test_every_column_can_be_filled_after_deidentification(name, engine, person):
    lines = (GOLDEN / name / "input.ndjson").read_text(encoding="utf-8").splitlines()
    kept = [
        engine(profile).deidentify(line, person(profile=profile)).raw
        for profile in ("cn_l3", "safe_harbor")
        for line in lines
        if _is_resource(line)
    ]
    rows = run_inline(VIEWS[name], [raw for raw in kept if raw is not None]).to_pylist()
    filled = {k for row in rows for k, v in row.items() if v not in (None, [])}
    assert {c.name for c in VIEWS[name].columns} - filled == set()


def _is_resource(line: str) -> bool:
    return json.loads(line).get("id") != "odd"
