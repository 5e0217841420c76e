"""What makes a curated view be made anew: asked of commit logs alone, without Spark."""

import json
from datetime import date

import pytest

from dagster_project.assets.gold import VIEWS, gold_made_from
from dagster_project.resources import Lakehouse
from dagster_project.settings import Settings
from transforms.lake import Lake

pytestmark = pytest.mark.dagster


@pytest.fixture
def lakehouse(tmp_path, monkeypatch):
    made = Lakehouse(Settings(lake=tmp_path, landing=tmp_path, institutions=tmp_path, as_of=date(2026, 6, 1)))
    monkeypatch.setattr(Lakehouse, "lake", Lake(tmp_path, None))
    return made


def commit(lakehouse, layer, name, version, **info):
    log = lakehouse.settings.lake / layer / name / "_delta_log"
    log.mkdir(parents=True, exist_ok=True)
    (log / f"{version:020d}.json").write_text(json.dumps({"commitInfo": info}) + "\n")


def test_candidates_are_behind_when_more_is_known_of_what_was_loaded_and_other_views_are_not(lakehouse):
    before = {name: gold_made_from(lakehouse, VIEWS[name]) for name in ("trial_candidates", "cohort_summary")}
    commit(lakehouse, "governance", "load_completeness", 0)
    assert gold_made_from(lakehouse, VIEWS["trial_candidates"]) != before["trial_candidates"]
    assert gold_made_from(lakehouse, VIEWS["cohort_summary"]) == before["cohort_summary"]


def test_a_view_is_not_behind_after_upkeep_of_what_it_reads(lakehouse):
    commit(lakehouse, "silver", "patient", 4, userMetadata="{}", operationParameters={"mode": "Overwrite"})
    before = gold_made_from(lakehouse, VIEWS["cohort_summary"])
    kept = {"upkeep": {"version": 4, "made_from": {}, "rows": 7}}
    commit(lakehouse, "silver", "patient", 5, operation="OPTIMIZE", userMetadata=json.dumps(kept))
    assert gold_made_from(lakehouse, VIEWS["cohort_summary"]) == before
    assert lakehouse.lake.commit("silver", "patient").rows == 7
