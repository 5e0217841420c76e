"""Upkeep of tables: fewer files, no other row, and nothing that was made from a table is behind."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import ConfigError
from transforms import maintenance
from transforms.lake import Lake

pytestmark = pytest.mark.spark
NOW = datetime.now(UTC)
MONTHS_LATER = NOW + timedelta(days=90)
RESOURCE = ("bronze", "resource")


@pytest.fixture
def lake(spark, tmp_path, monkeypatch):
    """Three batches of two types in bronze, read to the end by the vault's table."""
    monkeypatch.setattr(maintenance, "MANY", 3)
    made = Lake(tmp_path / "la'ke", spark)
    for n in range(3):
        land(made, n)
    read_by_deid(made, 2)
    return made


def land(lake, n):
    rows = lake.spark.createDataFrame([("Patient", f"p{n}"), ("Condition", f"c{n}")], "resource_type string, id string")
    return lake.append(*RESOURCE, rows, once=f"b{n}", made_from={"batch": n}, partition_by=("resource_type",))


def read_by_deid(lake, version):
    rows = lake.spark.createDataFrame([("p",)], "patient string")
    lake.replace("vault", "identity", rows, made_from={"bronze": version})


def ids(frame):
    return sorted(r.id for r in frame.select("id").collect())


def log(lake, layer, name):
    return sorted(f.name for f in (lake.path(layer, name) / "_delta_log").glob("*.json"))


def kept_up(lake, layer="bronze", name="resource", now=NOW, days=30):
    return maintenance.keep_up(lake, layer, name, now=now, days=days)


def all_kept_up(lake, now=NOW):
    return {u.table: u for u in maintenance.maintain(lake, now=now)}


def test_many_small_files_become_one_a_partition_and_a_second_run_does_nothing(lake):
    before = lake.commit(*RESOURCE)
    done = all_kept_up(lake)
    assert set(done) == {"bronze/resource", "vault/identity"}
    assert (done["bronze/resource"].files_before, done["bronze/resource"].files_after) == (6, 2)
    assert done["bronze/resource"].removed == 0, "what it replaced is kept for the table's period"
    assert lake.commit(*RESOURCE) == before, "nothing that was made from it is behind"
    assert ids(lake.read(*RESOURCE)) == ["c0", "c1", "c2", "p0", "p1", "p2"]
    logs = log(lake, *RESOURCE)
    again = all_kept_up(lake, MONTHS_LATER)
    assert {u.files_before - u.files_after for u in again.values()} == {0}
    assert log(lake, *RESOURCE) == logs


def test_a_partition_of_few_files_is_left_as_it_is(lake, monkeypatch):
    monkeypatch.setattr(maintenance, "MANY", 4)
    extra = lake.spark.createDataFrame([("Patient", "p9")], "resource_type string, id string")
    lake.append(*RESOURCE, extra, once="b9", made_from={}, partition_by=("resource_type",))
    read_by_deid(lake, 3)
    done = kept_up(lake)
    assert (done.files_before, done.files_after) == (7, 4), "four of patients became one, three of conditions stay"


def test_the_change_feed_has_what_batches_brought_and_nothing_of_the_upkeep(lake):
    feed = ids(lake.added_since(*RESOURCE, 0))
    kept_up(lake)
    assert ids(lake.added_since(*RESOURCE, 0)) == feed == ["c1", "c2", "p1", "p2"]
    newest = lake.commit(*RESOURCE).version
    later = land(lake, 3)
    assert later.version > newest
    assert ids(lake.added_since(*RESOURCE, newest)) == ["c3", "p3"]


def test_what_a_reader_of_the_feed_has_not_read_is_left_alone(lake):
    land(lake, 3)
    files = sorted(lake.path(*RESOURCE).rglob("*"))
    done = all_kept_up(lake, MONTHS_LATER)["bronze/resource"]
    assert "vault/identity has read up to version 2 of 3" in done.note
    assert sorted(lake.path(*RESOURCE).rglob("*")) == files
    assert ids(lake.added_since(*RESOURCE, 2)) == ["c3", "p3"]


def test_files_that_no_kept_version_reads_are_deleted_after_the_period(lake):
    kept_up(lake)
    newest = lake.commit(*RESOURCE)
    assert kept_up(lake, now=MONTHS_LATER).removed == 0, "Delta goes by when a file was replaced, not by its own age"
    done = kept_up(lake, now=MONTHS_LATER, days=0)  # stands for a period that has passed
    assert done.removed == 6
    assert done.freed > 0
    assert lake.commit(*RESOURCE) == newest
    assert ids(lake.read(*RESOURCE)) == ["c0", "c1", "c2", "p0", "p1", "p2"]
    land(lake, 3)
    assert ids(lake.added_since(*RESOURCE, newest.version)) == ["c3", "p3"], (
        "the feed goes on for who had read to the end"
    )


def test_a_batch_is_known_also_when_its_commit_has_left_the_log(lake, spark):
    kept_up(lake)
    logs = spark._jvm.org.apache.spark.sql.delta.DeltaLog
    logs.forTable(spark._jsparkSession, str(lake.path(*RESOURCE))).checkpoint()
    for old in sorted((lake.path(*RESOURCE) / "_delta_log").glob("*.json"))[:-1]:
        old.unlink()
    logs.clearCache()
    assert lake.commit(*RESOURCE).made_from == {"batch": 2}, "the upkeep's own commit says what the table is made from"
    land(lake, 1)
    assert lake.read(*RESOURCE).count() == 6


def test_periods_are_the_table_s_own_and_outlive_a_replacement(lake):
    def said(layer, name):
        detail = lake.spark.sql(f'DESCRIBE DETAIL "{lake.path(layer, name)}"').first()
        return {k.removeprefix("delta."): v for k, v in detail.properties.items() if "etention" in k or "Cleanup" in k}

    all_kept_up(lake)
    assert said(*RESOURCE) == {"deletedFileRetentionDuration": "interval 30 days", "enableExpiredLogCleanup": "false"}
    assert said("vault", "identity") == {}, "Delta's own defaults, no commit needed"
    before = lake.commit("vault", "identity")
    lake.retain("vault", "identity", days=60)
    assert lake.commit("vault", "identity") == before
    assert before.rows == 1
    read_by_deid(lake, 2)
    assert said("vault", "identity") == {
        "deletedFileRetentionDuration": "interval 60 days", "logRetentionDuration": "interval 60 days"
    }  # fmt: skip


def test_less_than_a_week_is_refused(lake):
    with pytest.raises(ConfigError, match=r"--retain-days 6: has to be 7 or more \(168 hours\)"):
        next(maintenance.maintain(lake, now=NOW, retain_days=6))
