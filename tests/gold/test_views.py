"""The registry of curated views, and each view against its contract."""

from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import functions as F

from core.errors import ConfigError
from deid.disclosure import generalise_until
from expectations.small import union
from governance.contract import load_contract
from governance.promise import check_schema
from governance.publish import publish
from transforms.gold import views

TESTS = Path(__file__).parent


def test_every_view_has_a_test():
    """The tables of a study stand and fall together: test_study.py shows rows of each of them."""
    of_study = {name for name, view in views().items() if load_contract(view.contract_file).standard}
    shown = (TESTS / "test_study.py").read_text()
    assert {name for name in of_study if f'"{name}"' not in shown} == set()
    assert {f.stem.removeprefix("test_") for f in TESTS.glob("test_*.py")} >= set(views()) - of_study


def test_views_are_module_contract_and_reads():
    found = views()
    assert {"drug_exposure", "trial_candidates", "cohort_summary"} <= set(found)
    assert found["cohort_summary"].reads == ("patient",)
    assert (found["cohort_summary"].reads_governance, found["trial_candidates"].reads_governance) == (
        (),
        ("load_completeness",),
    )
    assert all(view.contract_file.is_file() for view in found.values())


def test_one_without_the_other_is_refused_and_all_are_named(tmp_path, monkeypatch):
    package = tmp_path / "curated"
    package.mkdir()
    for name, text in {"_helper.py": "", "a.py": "", "b.yaml": "", "c.py": "READS = ('x',)", "c.yaml": ""}.items():
        (package / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ConfigError) as error:
        views(package, "curated")
    said = str(error.value)
    assert "a.py has no a.yaml" in said
    assert "b.yaml has no b.py" in said
    assert "c.py needs READS" in said
    assert "_helper" not in said


@pytest.fixture(scope="module")
def made_of_nothing(silver, few_rows):
    """Each view of empty tables, and the names of those that have rows all the same: one query for all."""
    tables = silver()
    made = {
        name: view.build({t: tables[t] for t in _reads(view)}, as_of=date(2024, 6, 30))
        for name, view in views().items()
    }
    everything = [f.select(F.lit(name).alias("name"), F.to_json(F.struct("*"))) for name, f in made.items()]
    return made, {row.name for row in union(everything).collect()}


def _reads(view):
    return {*view.reads, *view.reads_gold, *view.reads_governance}


@pytest.mark.spark
@pytest.mark.parametrize("name", sorted(views()))
def test_view_of_empty_tables_keeps_its_contract(spark, made_of_nothing, name):
    (made, with_rows), contract = made_of_nothing, load_contract(views()[name].contract_file)
    check_schema(made[name].schema, contract)
    assert made[name].columns == list(contract.columns)
    assert name not in with_rows
    published = publish(spark.createDataFrame([], made[name].schema), contract, generalise_until)
    assert published.frame.isEmpty()
    assert not {"start_ts", "drug_display"} & set(published.frame.columns), "a time of day, a typed name"
