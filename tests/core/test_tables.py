"""Reading tables without a JVM: the newest rows or those of a version, deleted ones never."""

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from core.errors import ZoneError
from transforms.tables import Tables, Zone


@pytest.fixture
def tables(tmp_path):
    place = str(tmp_path / "gold" / "cohort")
    nested = pa.array([[{"code": "甲"}], [], None], pa.list_(pa.struct([("code", pa.string())])))
    write_deltalake(place, pa.table({"Key": ["a", "b", "c"], "n": [1, 2, None], "codings": nested}))
    DeltaTable(place).delete("n = 2")
    return Tables(tmp_path)


def test_rows_of_the_newest_version_with_ordinary_types(tables):
    read = tables.arrow("gold", "cohort")
    assert read.sort_by("Key").to_pylist() == [
        {"Key": "a", "n": 1, "codings": [{"code": "甲"}]},
        {"Key": "c", "n": None, "codings": None},
    ]
    assert read.schema.field("Key").type == pa.string()
    assert read.schema.field("codings").type.value_type.field("code").type == pa.string()


def test_an_older_version_some_columns_and_a_condition(tables):
    read = tables.arrow("gold", "cohort", version=0, columns=("Key",), where="n >= 2")
    assert read.to_pydict() == {"Key": ["b"]}


def test_a_zone_that_may_not_be_opened_is_refused(tables):
    with pytest.raises(ZoneError):
        tables.within(Zone.PUBLISHED).arrow("gold", "cohort")
