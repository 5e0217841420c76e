"""What the Dagster UI shows, without running anything: assets by zone, checks, jobs and the sensor's answers."""

import json
import os
from importlib import import_module
from pathlib import Path

import dagster as dg
import pytest
import yaml

from dagster_project.assets.gold import PUBLISHED, published_name
from dagster_project.assets.silver import VIEWS
from dagster_project.automation import landing_sensor
from dagster_project.checks import SHEETS
from dagster_project.definitions import build
from dagster_project.partitions import BATCHES
from dagster_project.resources import Lakehouse
from dagster_project.settings import Settings

pytestmark = pytest.mark.dagster
INSTITUTION = "id: clinic\nname: c\nlanguage: en\nprofile: cn_l3\nfhir_release: R4\nconsent: required\n"


@pytest.fixture
def lakehouse(tmp_path):
    (tmp_path / "institutions").mkdir()
    (tmp_path / "institutions" / "clinic.yaml").write_text(INSTITUTION)
    return Lakehouse(
        Settings(lake=tmp_path / "lake", landing=tmp_path / "landing", institutions=tmp_path / "institutions")
    )


def land(lakehouse, *batches):
    for batch in batches:
        folder = lakehouse.settings.landing / "clinic" / batch
        folder.mkdir(parents=True)
        (folder / "Patient.ndjson").write_text('{"resourceType":"Patient","id":"p"}')
        (folder / "_SUCCESS").touch()


def test_assets_stand_in_groups_along_the_path_with_descriptions(lakehouse):
    graph = build(lakehouse).resolve_asset_graph()
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    assert groups == {"bronze", "vault", "deid", "silver", "gold", "published", "governance"}
    for key in graph.get_all_asset_keys():
        assert graph.get(key).description, key


def test_every_rule_is_a_check_and_the_critical_ones_block(lakehouse):
    graph = build(lakehouse).resolve_asset_graph()
    rules = {rule.id: rule for sheet in SHEETS.values() for rule in sheet.rules}
    keys = graph.asset_check_keys
    watched = {"deliveries_are_fresh", "deliveries_are_complete", "tables_look_like_before"}
    assert {k.name for k in keys} == {*rules, *watched, "nobody_is_left"}
    assert {k.asset_key for k in keys} <= set(graph.get_all_asset_keys())
    blocking = {k.name for k in keys if graph.get(k).blocking}
    assert blocking == {id for id, rule in rules.items() if rule.severity == "critical"} | {"nobody_is_left"}


def test_both_borders_are_guarded_and_the_report_ends_the_path(lakehouse):
    graph = build(lakehouse).resolve_asset_graph()
    guarded = {"/".join(k.asset_key.path) for k in graph.asset_check_keys if k.name == "nobody_is_left"}
    assert guarded == {"deid/resource", *(f"gold/{c.view}" for c in PUBLISHED)}
    parents = {"/".join(key.path) for key in graph.get(dg.AssetKey(["reports", "deid"])).parent_keys}
    assert parents == {"deid/resource", *(f"published/{published_name(c)}" for c in PUBLISHED)}


def test_the_jobs_load(lakehouse):
    definitions = build(lakehouse)
    assert definitions.resolve_job_def("everything").partitions_def == BATCHES
    assert definitions.resolve_job_def("refresh").partitions_def is None


def test_the_sensor_asks_for_one_run_over_all_new_batches_and_not_twice(lakehouse):
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, resources={"lakehouse": lakehouse})
        assert "no such landing folder" in landing_sensor(context).skip_message
        land(lakehouse, "b1", "b2", "b4")
        (lakehouse.settings.landing / "clinic" / "b4" / "_SUCCESS").unlink()
        answer = landing_sensor(context)
        (request,) = answer.run_requests
        assert request.tags["dagster/asset_partition_range_start"] == "clinic|b1"
        assert request.tags["dagster/asset_partition_range_end"] == "clinic|b2"
        instance.add_dynamic_partitions(BATCHES.name, ["clinic|b1", "clinic|b2"])
        assert set(json.loads(answer.cursor)) == {"clinic|b4"}
        context.update_cursor(answer.cursor)
        again = landing_sensor(context)
        assert "1 still being written" in again.skip_reason.skip_message, "it has not rested yet"
        land(lakehouse, "b3")
        assert landing_sensor(context).run_requests[0].tags["dagster/asset_partition_range_start"] == "clinic|b3"


def test_the_sensor_takes_an_undeclared_batch_when_it_has_rested_and_looks_the_same_again(lakehouse):
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, resources={"lakehouse": lakehouse})
        land(lakehouse, "b1")
        (lakehouse.settings.landing / "clinic" / "b1" / "_SUCCESS").unlink()
        file = lakehouse.settings.landing / "clinic" / "b1" / "Patient.ndjson"
        os.utime(file, (1, 1))
        first = landing_sensor(context)
        assert not first.run_requests
        context.update_cursor(first.cursor)
        file.write_text(file.read_text() * 2)
        os.utime(file, (1, 1))
        changed = landing_sensor(context)
        assert not changed.run_requests
        context.update_cursor(changed.cursor)
        (request,) = landing_sensor(context).run_requests
        assert request.tags["dagster/asset_partition_range_start"] == "clinic|b1"


def test_the_workspace_file_names_the_definitions():
    root = Path(__file__).resolve().parents[2]
    (location,) = yaml.safe_load((root / "workspace.yaml").read_text())["load_from"]
    assert hasattr(import_module(location["python_module"]["module_name"]), "defs")


def test_rules_of_a_table_that_was_never_written_do_not_apply(lakehouse, monkeypatch):
    """A lake into which only good records came has no table of rejects; its checks still say something."""
    from dagster_project.checks import judge
    from transforms.lake import Lake

    monkeypatch.setattr(type(lakehouse), "lake", Lake(lakehouse.settings.lake, None))
    sheet = SHEETS["bronze/rejected"]
    found = judge(lakehouse, [sheet], "run")
    assert {r.rule_id: r.status for r in found} == {rule.id: "not_applicable" for rule in sheet.rules}


def test_silver_is_one_step_of_which_any_table_can_be_made_alone(lakehouse, tmp_path):
    (tmp_path / "views").mkdir()
    select = [{"column": [{"name": "key", "path": "id"}]}]
    view = {"name": "mine", "resource": "Patient", "status": "active", "select": select}
    (tmp_path / "views" / "mine.json").write_text(json.dumps(view))
    settings = lakehouse.settings.model_copy(update={"views": tmp_path / "views"})
    graph = build(Lakehouse(settings)).resolve_asset_graph()
    of_silver = {key.path[-1] for key in graph.get_all_asset_keys() if key.path[0] == "silver"}
    assert of_silver == {*VIEWS, "mine"}
    job = build(Lakehouse(settings)).resolve_job_def("refresh")
    alone = job.get_subset(asset_selection={dg.AssetKey(["silver", "patient"])})
    assert {node.name for node in alone.graph.nodes} == {"silver", "silver_rules"}
    mine = job.get_subset(asset_selection={dg.AssetKey(["silver", "mine"])})
    assert [node.name for node in mine.graph.nodes] == ["own_views"], "no other table waits for it"
