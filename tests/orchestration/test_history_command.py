"""`lakehouse history`: what it prints, and what it never does."""

import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

from core.errors import ConfigError
from dagster_project.cli import app
from dagster_project.history import NOTICE, print_history, show_history
from dagster_project.resources import Lakehouse
from dagster_project.settings import Settings
from transforms.bronze.history import History, Place, Reject, Version

INSTITUTION = "id: clinic\nname: c\nlanguage: en\nprofile: cn_l3\nfhir_release: R4\nconsent: required\n"
HERE = Place("b[1]", "b1/x.ndjson", 3, 2, "2026-05-01 00:00:00")
RAW = '{"resourceType":"Patient","id":"p1","value":7.20,"name":"欧阳"}'
FOUND = History(
    (
        Version(HERE, "1", None, False, "0123456789ab", False, "deleted", RAW),
        Version(HERE, None, "2026-01-01 00:00:00", True, "ba9876543210", True, "", None),
    ),
    (Reject(HERE, "not_json", "the text is not JSON", '{"name":"欧阳\x1b[2J'),),
)


@pytest.fixture
def lakehouse(tmp_path):
    (tmp_path / "institutions").mkdir()
    (tmp_path / "institutions" / "clinic.yaml").write_text(INSTITUTION)
    return Lakehouse(Settings(lake=tmp_path / "lake", landing=tmp_path, institutions=tmp_path / "institutions"))


@pytest.fixture
def shown(lakehouse, monkeypatch):
    """What the command prints of FOUND."""

    def show(**options):
        asked = []
        monkeypatch.setattr(Lakehouse, "lake", None)
        monkeypatch.setattr("dagster_project.history.history", lambda *a, **k: asked.append(k) or FOUND)
        out = io.StringIO()
        show_history(lakehouse, "Patient/p1", "clinic", Console(file=out, width=200), **options)
        assert asked == [{"raw": options.get("raw", False)}]
        return out.getvalue()

    return show


def test_places_hashes_and_standing_are_shown_and_no_content(shown):
    text = shown()
    assert text.startswith(NOTICE)
    for part in ("b[1]", "b1/x.ndjson", "3, entry 2", "0123456789ab", "unknown", "last before its delete", "not_json"):
        assert part in text
    assert "欧阳" not in text


def test_raw_prints_the_stored_text_indented_with_every_digit_and_nothing_that_a_terminal_obeys(shown):
    text = shown(raw=True)
    assert '  "value": 7.20,' in text
    assert "rejected: b1/x.ndjson, line 3, entry 2, not JSON" in text
    assert text.count("欧阳") == 2
    assert "\x1b" not in text


def test_unknown_institution_bad_reference_and_nothing_found(lakehouse, monkeypatch):
    with pytest.raises(ConfigError, match="there are: clinic"):
        show_history(lakehouse, "Patient/p1", "clinik", Console())
    with pytest.raises(ConfigError, match="Type/id"):
        show_history(lakehouse, "Patient", "clinic", Console())
    monkeypatch.setattr(Lakehouse, "lake", None)
    monkeypatch.setattr("dagster_project.history.history", lambda *a, **k: History((), ()))
    with pytest.raises(ConfigError, match="holds no version of this Patient") as error:
        show_history(lakehouse, "Patient/secret-1", "clinic", Console())
    assert error.value.exit_code == 2
    assert "secret" not in str(error.value)


def test_the_command_needs_a_lake(lakehouse, tmp_path):
    command = ["history", "Patient/p1", "--institution", "clinic", "--lake", str(tmp_path / "none")]
    result = CliRunner().invoke(app, command)
    assert isinstance(result.exception, ConfigError)
    assert "holds no lake yet" in str(result.exception)


def test_one_without_rejects_has_no_table_of_them():
    out = io.StringIO()
    print_history(History(FOUND.versions, ()), Console(file=out, width=200))
    assert "Rejected" not in out.getvalue()
