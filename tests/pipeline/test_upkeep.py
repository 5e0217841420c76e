"""A lake that was kept up goes on as one that was not."""

import json
import shutil
from datetime import timedelta

import pytest
from pipeline import planted
from pipeline.conftest import lakehouse_on

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]
# One that is followed by its change feed, one that is merged into, one that is replaced, one that is appended to.
TABLES = (("bronze", "resource"), ("deid", "resource"), ("silver", "patient"), ("governance", "quality_result"))


def test_after_upkeep_nothing_is_behind_and_what_is_new_comes_through(ran, tmp_path, monkeypatch):
    from dagster_project.run import run
    from transforms import maintenance

    monkeypatch.setattr(maintenance, "MANY", 2)
    shutil.copytree(ran.root, tmp_path / "lake")
    for folder in (ran.lakehouse.settings.landing, ran.lakehouse.settings.institutions):
        shutil.copytree(folder, tmp_path / folder.name)
    lakehouse = lakehouse_on(tmp_path / "lake", tmp_path / "landing", tmp_path / "institutions")
    lake, later = lakehouse.lake, lakehouse.now() + timedelta(days=90)
    before = {table: lake.commit(*table) for table in TABLES}
    kept = [maintenance.keep_up(lake, *table, now=later, days=0) for table in TABLES]
    assert kept[0].files_after < kept[0].files_before
    assert kept[0].removed > 0
    assert {table: lake.commit(*table) for table in TABLES} == before
    assert not run(lakehouse).changed

    folder = tmp_path / "landing" / "planted_zh" / "b2"
    folder.mkdir()
    (folder / "Consent.ndjson").write_text(json.dumps(planted._consent(planted.ZH["id"]) | {"status": "inactive"}))
    assert run(lakehouse).loaded == ("planted_zh|b2",)
    left = lake.read("deid", "resource").groupBy("institution").count().collect()
    had = ran.lake.read("deid", "resource").where("institution = 'planted_en'").count()
    assert {r.institution: r["count"] for r in left if r.institution == "planted_en"} == {"planted_en": had}
    assert lake.read("deid", "resource").where("institution = 'planted_zh' AND subject_key IS NOT NULL").count() == 0
    assert lake.commit("silver", "research_study") == ran.lake.commit("silver", "research_study"), "not made anew"
