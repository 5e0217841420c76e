"""Which code of the package derives records: what does not may change without everybody being de-identified again."""

import ast
from pathlib import Path

import deid
from dagster_project.assets.deid import NOT_DERIVING

HERE = Path(deid.__file__).parent


def imported(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deid"):
            yield from (f"{node.module}.{name.name}" for name in node.names)
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_what_derives_records_uses_nothing_of_what_does_not():
    others = {f"deid.{name.removesuffix('.py')}" for name in NOT_DERIVING}
    assert all((HERE / name).is_file() for name in NOT_DERIVING)
    for file in HERE.rglob("*.py"):
        if file.parent != HERE or file.name not in NOT_DERIVING:
            assert not others & set(imported(file)), file.name
