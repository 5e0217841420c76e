"""What a table's log says without Spark."""

import json

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from core.errors import StorageError
from transforms.lake import Lake, _drop_unread, _misleads_vacuum


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


def test_only_files_that_the_newest_version_is_read_from_stay(tmp_path):
    place = tmp_path / "50% 甲"
    for n in (1, 2):
        rows = pa.table({"kind": ["x y", "中:文", "a/b", "100%"], "n": [n] * 4})
        write_deltalake(str(place), rows, partition_by=["kind"], mode="overwrite")
    (place / "_change_data").mkdir()
    for name in ("cdc-1.parquet", ".cdc-1.parquet.crc"):
        (place / "_change_data" / name).write_bytes(b"a row")
    _drop_unread(place)
    assert len(list(place.rglob("*.parquet"))) == 4
    assert not list(place.rglob("*cdc*"))
    assert DeltaTable(str(place)).to_pyarrow_table().column("n").to_pylist() == [2] * 4

    next(place.rglob("*.parquet")).unlink()
    with pytest.raises(StorageError, match="not there"):
        _drop_unread(place)
    assert len(list(place.rglob("*.parquet"))) == 3, "nothing else was deleted"


def test_files_whose_folder_is_written_in_another_way_than_it_is_named_are_kept(tmp_path):
    write_deltalake(str(tmp_path / "t"), pa.table({"kind": ["A", "B"], "n": [1, 2]}), partition_by=["kind"])
    assert not _misleads_vacuum(tmp_path / "t")
    (log,) = (tmp_path / "t" / "_delta_log").glob("*.json")
    log.write_text(log.read_text().replace('"path":"kind=', '"path":"kind%3D'))
    assert _misleads_vacuum(tmp_path / "t"), "VACUUM would delete both"
    _drop_unread(tmp_path / "t")
    assert len(list((tmp_path / "t").rglob("*.parquet"))) == 2
