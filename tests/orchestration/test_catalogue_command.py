"""The catalogue's edge, on folders without data."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from core.errors import ConfigError
from dagster_project.assets.gold import CONTRACTS, VIEWS
from dagster_project.catalogue import build
from dagster_project.cli import app
from dagster_project.lineage import check_sources, origins
from dagster_project.resources import Lakehouse
from dagster_project.settings import load_settings


def test_a_lake_that_published_nothing_yet_has_a_catalogue_that_says_so(tmp_path):
    lakehouse = Lakehouse(load_settings(lake=tmp_path / "lake"))
    page = build(lakehouse)
    assert page == tmp_path / "lake" / "catalogue" / "index.html"
    assert "not published yet" in page.read_text(encoding="utf-8")
    assert build(lakehouse) == page, "its own folder is made anew"


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("five years of work")
    with pytest.raises(ConfigError, match="is there and is no catalogue"):
        build(Lakehouse(load_settings(lake=tmp_path / "lake")), tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_the_command_says_what_it_does_and_needs_a_lake(tmp_path):
    helped = CliRunner().invoke(app, ["catalogue", "build", "--help"])
    assert helped.exit_code == 0
    assert "--out" in helped.output
    refused = CliRunner().invoke(app, ["catalogue", "build", "--lake", str(tmp_path / "none")])
    assert isinstance(refused.exception, ConfigError)


def test_sources_are_columns_that_are_there():
    contract, view = CONTRACTS["drug_exposure"], VIEWS["drug_exposure"]
    wrong = contract.columns["sex"].model_copy(update={"source": ("patient.colour", "location.city")})
    with pytest.raises(ConfigError, match=r"columns.sex: source: patient.colour; columns.sex: source: location.city"):
        check_sources(contract.model_copy(update={"columns": contract.columns | {"sex": wrong}}), view)
    with pytest.raises(ConfigError, match="READS"):
        check_sources(contract, replace(view, reads=("patient",)))
    assert origins(contract, view)["sex"][0].element == "Patient.gender"
