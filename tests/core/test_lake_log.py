"""What a table's log says without Spark."""

import json

import pytest

from transforms.lake import Lake


def commit(log, version, *actions):
    info = {"commitInfo": {"operation": "MERGE", "userMetadata": json.dumps({"n": version}), "txnId": f"t{version}"}}
    lines = [json.dumps(a, separators=(",", ":")) for a in (info, *actions)]
    (log / f"{version:020}.json").write_text("\n".join(lines))


def add(path, **more):
    return {"add": {"path": path, "dataChange": True, **more}}


@pytest.fixture
def lake(tmp_path):
    log = tmp_path / "deid" / "resource" / "_delta_log"
    log.mkdir(parents=True)
    commit(log, 0, add("resource_type=Patient/a.parquet"))
    commit(log, 1, {"remove": {"path": "resource_type=Patient/a.parquet"}}, add("resource_type=Patient/b.parquet"))
    commit(
        log,
        2,
        add("resource_type=Patient/b.parquet", deletionVector={"offset": 1}),
        add("resource_type=Group/c.parquet"),
    )
    return Lake(tmp_path, None)


def test_files_since_a_version_are_those_with_newer_rows(lake):
    assert lake.files_since("deid", "resource", 0) == ["b.parquet", "c.parquet"]
    assert lake.files_since("deid", "resource", 1) == ["c.parquet"], "a file that only lost rows is not newer"
    assert lake.files_since("deid", "resource", 2) == []


def test_a_log_that_was_cut_cannot_say(lake, tmp_path):
    (tmp_path / "deid" / "resource" / "_delta_log" / f"{1:020}.json").unlink()
    assert lake.files_since("deid", "resource", 0) is None
    assert lake.files_since("deid", "resource", 1) == ["c.parquet"]


def test_a_commit_says_what_tells_it_from_others(lake):
    newest = lake.commit("deid", "resource")
    assert (newest.version, newest.made_from, newest.id) == (2, {"n": 2}, "t2")
