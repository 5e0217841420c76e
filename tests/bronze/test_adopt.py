"""Parquet files that become a Delta table's own: readers see their rows, once, and skip none by a wrong range."""

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql.types import StructType

from core.errors import StorageError
from transforms.lake import Lake

pytestmark = pytest.mark.spark
COLUMNS = "kind string, id string, at timestamp, n bigint"
TABLE = ("bronze", "resource")
STORED = pa.schema([("id", pa.string()), ("at", pa.timestamp("us", "UTC")), ("n", pa.int64())])
YEAR_10000 = datetime(9999, 12, 31, 23, tzinfo=UTC).timestamp() * 1_000_000 + 14 * 3_600_000_000


@pytest.fixture
def lake(spark, tmp_path):
    return Lake(tmp_path / "a lake", spark)


def put(lake, *rows, kind="Patient", once="first", group=2, columns=COLUMNS):
    """Stage rows of (id, microseconds, n) in a file of several row groups, and adopt it."""
    folder = lake.root.parent / once
    (folder / f"kind={kind}").mkdir(parents=True)
    if rows:
        ids, times, numbers = zip(*rows, strict=True)
        arrays = [pa.array(ids, pa.string()), pa.array(times, pa.int64()).cast(STORED[1].type), pa.array(numbers)]
        table = pa.Table.from_arrays(arrays, schema=STORED)
        pq.write_table(table, folder / f"kind={kind}" / "a.parquet", row_group_size=group)
    return lake.adopt(
        *TABLE, folder, schema=columns, once=once, made_from={"by": once}, partition_by=("kind",), skip_by=("id", "at")
    )


def ids(lake, condition="true"):
    return sorted(str(r.id) for r in lake.read(*TABLE).where(condition).select("id").collect())


def test_rows_are_there_once_with_their_partition_and_the_commit_says_what_they_were_made_from(lake):
    assert put(lake, ("a", 0, 1), ("b", 1, 2)).made_from == {"by": "first"}
    put(lake, ("c", 2, 3), kind="Condition", once="second")
    assert ids(lake) == ["a", "b", "c"]
    assert ids(lake, "kind = 'Condition'") == ["c"]
    assert {r.id for r in lake.added_since(*TABLE, 0).collect()} == {"c"}
    again = lake.root.parent / "again"
    (again / "kind=Patient").mkdir(parents=True)
    pq.write_table(pa.table({"id": ["d"]}), again / "kind=Patient" / "d.parquet")
    lake.adopt(*TABLE, again, schema=COLUMNS, once="second", made_from={}, partition_by=("kind",))
    assert ids(lake) == ["a", "b", "c"], "it was written under this name before"


@pytest.mark.parametrize(
    ("row", "condition"),
    [
        (("x", -62_135_647_200_000_000, 1), "at < '0002-01-01'"),
        (("x", int(YEAR_10000), 1), "at > '9999-12-31'"),
        (("x", 999, 1), "at > '1970-01-01 00:00:00.0009'"),
        (("x", None, 1), "at IS NULL"),
        ((None, 0, 1), "id IS NULL"),
        (("é" * 300, 0, 1), f"id = '{'é' * 300}'"),
        (("z" * 5000, 0, 1), f"id = '{'z' * 5000}'"),
    ],
    ids=["year 1", "year 10000", "below a millisecond", "no time", "no text", "not ASCII", "too long for a footer"],
)
def test_no_row_is_skipped_that_meets_the_condition(lake, row, condition):
    put(lake, ("m", 0, 0), ("n", 1, 0), row)
    assert ids(lake, condition) == [str(row[0])]


def test_what_is_moved_and_not_committed_is_nobodys(lake, monkeypatch):
    put(lake, ("a", 0, 1))

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("transforms.adopt._commit", dies)
        with pytest.raises(KeyboardInterrupt):
            put(lake, ("b", 0, 1), once="second")
    assert ids(lake) == ["a"]


def test_a_table_of_other_columns_is_refused(lake):
    put(lake, ("a", 0, 1))
    with pytest.raises(StorageError, match="made by another version"):
        put(lake, ("b", 0, 1), once="second", columns=f"{COLUMNS}, more string")


def test_no_file_makes_an_empty_table(lake):
    put(lake)
    assert ids(lake) == []
    assert lake.exists(*TABLE)


def test_of_two_writers_that_replace_one_version_one_succeeds(lake, monkeypatch):
    from transforms import adopt

    def replace(name):
        folder = lake.root.parent / name
        folder.mkdir()
        pq.write_table(pa.table({"id": [name]}), folder / "a.parquet")
        return lake.adopt_instead(*TABLE, [folder / "a.parquet"], schema=StructType.fromDDL("id string"), made_from={})

    replace("before")
    commit = adopt._commit

    def overtaken(*args, **options):
        with monkeypatch.context() as patched:
            patched.setattr(adopt, "_commit", commit)
            replace("first")
        commit(*args, **options)

    monkeypatch.setattr(adopt, "_commit", overtaken)
    with pytest.raises(Exception, match="concurrent"):
        replace("second")
    assert ids(lake) == ["first"]


def test_a_table_of_few_rows_is_replaced_added_to_and_read_by_spark(lake):
    lake.put_arrow(*TABLE, pa.table({"id": ["a", "b"]}), made_from={"by": 1}, adds=False)
    assert lake.commit(*TABLE).rows == 2
    for _ in range(2):
        lake.append_small(*TABLE, [("c", 1)], schema="id string, n int", once="more", made_from={"by": 2})
    assert [(r.id, r.n) for r in lake.read(*TABLE).orderBy("id").collect()] == [("a", None), ("b", None), ("c", 1)]
    assert lake.commit(*TABLE).made_from == {"by": 2}
    assert lake.commit(*TABLE).rows is None, "it tells what it added, not what the table holds"


def test_clearing_older_versions_takes_no_file_that_is_read(lake):
    put(lake, ("a", 0, 1), ("b", 1, 2))
    put(lake, ("c", 2, 3), kind="Condition", once="second")
    lake.forget(*TABLE)
    at_once = {
        "spark.databricks.delta.retentionDurationCheck.enabled": "false",
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "1",  # of ten thousand tasks
    }
    with lake._session(at_once):
        lake.spark.sql(f"VACUUM delta.`{lake.path(*TABLE)}` RETAIN 0 HOURS").collect()
    assert ids(lake) == ["a", "b", "c"]
