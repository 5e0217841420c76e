"""The official SQL-on-FHIR v2 tests, one case each, through the same compiler as the silver views. No JVM.

They come from HL7/sql-on-fhir and lie beside the repository. The report of the run is
build/test_report.json, in the project's own form.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from transforms.silver.runner import run_inline
from transforms.silver.view import ViewDataError, ViewError, parse_view

ROOT = Path(__file__).resolve().parents[2]
OFFICIAL = ROOT.parent / "shared" / "sql-on-fhir"
REPORT = ROOT / "build" / "test_report.json"


def _cases() -> Iterator[Any]:
    for file in sorted(OFFICIAL.glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        for case in content.get("tests", []) if file.name != "tests.schema.json" else []:
            yield pytest.param(file.name, content["resources"], case, id=f"{file.stem}: {case['title']}")


CASES = list(_cases())


@pytest.fixture(scope="module")
def report() -> Iterator[dict[str, list[dict[str, Any]]]]:
    done: dict[str, list[dict[str, Any]]] = defaultdict(list)
    yield done
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps({file: {"tests": tests} for file, tests in done.items()}, indent=2) + "\n")


def _rows(case: dict[str, Any], resources: list[dict[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    table = run_inline(parse_view(case["view"]), resources, strict=False)
    return table.column_names, table.to_pylist()


def _check(case: dict[str, Any], resources: list[dict[str, Any]]) -> None:
    if case.get("expectError"):
        with pytest.raises((ViewError, ViewDataError)):
            _rows(case, resources)
        return
    names, rows = _rows(case, resources)
    if "expectColumns" in case:
        assert names == case["expectColumns"]
    if "expectCount" in case:
        assert len(rows) == case["expectCount"]
    if "expect" in case:
        assert sorted(map(_text, rows)) == sorted(map(_text, case["expect"]))


def _text(row: dict[str, Any]) -> str:
    # JSON has one kind of number: 5 is 5.0
    return json.dumps({k: float(v) if type(v) is int else v for k, v in row.items()}, sort_keys=True)


@pytest.mark.skipif(not CASES, reason=f"no official tests in {OFFICIAL}: copy HL7/sql-on-fhir's tests folder there")
@pytest.mark.parametrize(("file", "resources", "case"), CASES)
def test_official(file: str, resources: list[dict[str, Any]], case: dict[str, Any], report: Any) -> None:
    result: dict[str, Any] = {"passed": False}
    report[file].append({"name": case["title"], "result": result})
    _check(case, resources)
    result["passed"] = True
