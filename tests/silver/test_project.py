"""In Spark the views give the rows that they give inline."""

import json
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from transforms.silver.runner import CARRIED, project, run_inline
from transforms.silver.view import ViewError, load_views, parse_view

VIEWS = load_views()
IN = "institution string, subject_key string, person_key string, resource_type string, raw string"
OBSERVATIONS: list[dict[str, Any]] = [
    {
        "resourceType": "Observation",
        "id": "pressure",
        "effectiveDateTime": "0001-01-01T00:00:00Z",
        "issued": "9999-12-31T23:59:59.999Z",
        "code": {"coding": [{"code": "85354-9", "system": "http://loinc.org"}, {"code": "local"}]},
        "component": [
            {"code": {"coding": [{"code": "8480-6"}]}, "valueQuantity": {"value": 120.5, "unit": "mmHg"}},
            {"code": {"text": "舒张压"}, "valueQuantity": {"value": "80"}},
        ],
    },
    {"resourceType": "Observation", "id": "odd", "effectiveDateTime": "2024-02", "code": 5, "valueInteger": 1.5},
    {"resourceType": "Observation", "id": "later", "effectiveDateTime": "2024-02-29T01:00:00+08:00"},
]


def _frame(spark: SparkSession, resources: list[dict[str, Any]]) -> DataFrame:
    rows = [("hospital_a", "s1", None, r["resourceType"], json.dumps(r)) for r in resources]
    return spark.createDataFrame(rows, IN)


def _sorted(table: pa.Table) -> list[str]:
    return sorted(map(str, table.to_pylist()))


@pytest.mark.spark
def test_spark_gives_the_rows_of_run_inline(spark: SparkSession) -> None:
    view = VIEWS["observation"]
    others = [{"resourceType": "Patient", "id": "p"}]
    found = project(_frame(spark, [*OBSERVATIONS, *others]).repartition(3), view).toArrow()
    inline = run_inline(view, OBSERVATIONS)
    assert found.column_names == [*CARRIED, *inline.column_names]
    assert set(found["institution"].to_pylist()) == {"hospital_a"}
    assert found["person_key"].null_count == found.num_rows == 5
    assert _sorted(found.select(inline.column_names)) == _sorted(inline)


@pytest.mark.spark
def test_no_resources_give_an_empty_table_with_the_columns_of_the_view(spark: SparkSession) -> None:
    found = project(_frame(spark, OBSERVATIONS).where("false"), VIEWS["observation"])
    assert found.count() == 0
    types = dict(found.dtypes)
    assert (types["value"], types["code_all"], types["component_index"]) == ("double", "array<string>", "int")
    assert (types["effective_date"], types["effective_ts"]) == ("date", "timestamp")


@pytest.mark.spark
def test_a_row_that_is_not_json_fails_the_job_without_quoting_it(spark: SparkSession) -> None:
    rows = [("hospital_a", "s1", "p1", "Observation", "{secret-value")]
    with pytest.raises(Exception, match="view 'observation'") as failure:
        project(spark.createDataFrame(rows, IN), VIEWS["observation"]).collect()
    assert "secret-value" not in str(failure.value)


def test_a_view_may_not_take_the_name_of_a_carried_column() -> None:
    select = [{"column": [{"name": "subject_key", "path": "id"}]}]
    view = parse_view({"name": "x", "resource": "Patient", "status": "active", "select": select})
    with pytest.raises(ViewError, match="subject_key"):
        project(None, view)  # type: ignore[arg-type]
