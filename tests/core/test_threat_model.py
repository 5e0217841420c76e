"""The threat model names tests: each has to be there, and each attacker has to have some."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")


def functions() -> set[str]:
    return {
        node.name
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def named(text: str) -> set[str]:
    return set(re.findall(r"`(test_\w+)`", text))


def test_every_test_that_the_threat_model_names_is_there():
    assert named(DOCUMENT) - functions() == set()


def test_each_attacker_is_stopped_by_something_shown_and_told_what_is_left():
    parts = [p for p in DOCUMENT.split("\n## ")[1:] if "| Tries |" in p]
    assert len(parts) == 7
    for part in parts:
        rows = [line for line in part.splitlines() if line.startswith("| ") and "Tries" not in line]
        assert rows
        for row in rows:
            assert named(row), row
        assert "**Left**: " in part
