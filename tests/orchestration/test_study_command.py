"""`lakehouse study` says what it cannot do before it starts anything, and what may leave is decided by the contract."""

import pytest
from rich.console import Console

from core.errors import ConfigError
from dagster_project.assets.gold import CONTRACTS, PUBLISHED, VIEWS, is_due
from dagster_project.resources import Lakehouse
from dagster_project.settings import Settings
from dagster_project.study import TABLES, _folder, export
from governance.contract import ContractError
from governance.leaving import to_leave
from governance.rights import RightsError
from transforms.lake import Lake

pytestmark = pytest.mark.dagster


@pytest.fixture
def lakehouse(tmp_path, monkeypatch):
    made = Lakehouse(Settings(lake=tmp_path / "lake", landing=tmp_path, institutions=tmp_path))
    monkeypatch.setattr(Lakehouse, "lake", Lake(tmp_path / "lake", None))
    return made


def test_what_is_not_there_is_named_with_what_is(lakehouse, tmp_path):
    with pytest.raises(ConfigError, match=r"--table adxx: no such table of a study. There are: .*adsl"):
        export(lakehouse, "ABC-01", ["adxx"], "csv", None, Console())
    with pytest.raises(ConfigError, match=r"--study ABC-01: no such study\. The lake has: none"):
        export(lakehouse, "ABC-01", ["adsl"], "csv", None, Console())


def test_rows_leave_only_for_the_recipient_of_a_grant(lakehouse, tmp_path):
    with pytest.raises(RightsError, match="recipient of a grant only"):
        export(lakehouse, "ABC-01", ["adsl"], "csv", tmp_path / "out", Console())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("to", "leaves"),
    [("lake/exports", False), ("lake/exports/a", False), ("out", True), ("lake/exports/../../out", True)],
)
def test_only_the_lakes_own_exports_stay_in_the_research_zone(lakehouse, tmp_path, to, leaves):
    assert _folder(lakehouse, "ABC-01", tmp_path / to)[1] is leaves


def test_no_dataset_is_written_among_the_lakes_tables(lakehouse, tmp_path):
    with pytest.raises(ConfigError, match=r"only .*exports takes datasets"):
        _folder(lakehouse, "ABC-01", tmp_path / "lake" / "gold")


def test_tables_of_studies_are_made_only_where_there_are_subjects(lakehouse):
    assert not any(is_due(lakehouse, VIEWS[name]) for name in TABLES)
    assert is_due(lakehouse, VIEWS["drug_exposure"])


def test_rows_of_studies_are_not_published_and_leave_only_where_a_contract_says_so():
    assert {c.view for c in PUBLISHED} & set(TABLES) == set()
    leaving = {name for name in TABLES if CONTRACTS[name].may_leave}
    assert leaving == {"adsl", "adae", "adex", "adlb", "advs", "adcm", "admh", "adtte"}
    for name in sorted(set(TABLES) - leaving):
        with pytest.raises(ContractError, match="may_leave"):
            to_leave(None, CONTRACTS[name], None)


@pytest.mark.parametrize("name", sorted(n for n in TABLES if CONTRACTS[n].may_leave))
def test_what_leaves_has_no_text_no_exact_age_and_no_minors(name):
    contract = CONTRACTS[name].model_copy(update={"grade": "L3"})
    columns = {n: c for n, c in contract.columns.items() if c.grade <= "L3"}
    assert not any(c.is_free_text for c in columns.values())
    assert "AGE" not in columns
    assert {"AGEGR1", "SEX", "RACE", "SITEID"} <= {n for n, c in columns.items() if c.role == "quasi"}
    assert [w.values for w in contract.withhold] == [("<18",)]
