"""What a silver view is compiled to: Spark SQL over `from_json`, or DuckDB SQL inside `mapInArrow`.

    python benchmarks/view_targets.py FOLDER      (a folder with Observation.ndjson, e.g. of Synthea)

Both read the same Parquet file of JSON lines and give the same rows: 20 columns, one row per observation and component.
The two alternate; the first round warms up and is not counted. Source and sinks are Parquet, as in the lake. CPU seconds are
those of the JVM and all Python workers: on a loaded machine they can be compared where wall time cannot.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from transforms.session import spark_session
from transforms.silver.runner import project
from transforms.silver.view import load_views, parse_view

_QUANTITY = "struct<value: double, unit: string, system: string, code: string, comparator: string>"
_CODINGS = "array<struct<code: string, system: string, display: string>>"
_VALUE = (
    f"code: struct<coding: {_CODINGS}>, valueQuantity: {_QUANTITY}, valueCodeableConcept: struct<coding: {_CODINGS}>,"
    " valueString: string, valueBoolean: boolean, valueInteger: int"
)
_SCHEMA = (
    "struct<id: string, status: string, encounter: struct<reference: string>, effectiveDateTime: string, issued: string,"
    f" category: array<struct<coding: {_CODINGS}>>, {_VALUE}, component: array<struct<{_VALUE}>>>"
)
_OWN = ("observation_key", "encounter_key", "status", "category_code", "effective_date", "effective_ts", "issued_ts")
_OF_VALUE = {  # column: (FHIRPath, Spark SQL of one struct v)
    "code": ("code.coding.first().code", "get(v.code.coding, 0).code"),
    "code_system": ("code.coding.first().system", "get(v.code.coding, 0).system"),
    "code_display": ("code.coding.first().display", "get(v.code.coding, 0).display"),
    "value": ("value.ofType(Quantity).value", "v.valueQuantity.value"),
    "value_comparator": ("value.ofType(Quantity).comparator", "v.valueQuantity.comparator"),
    "unit": ("value.ofType(Quantity).unit", "v.valueQuantity.unit"),
    "unit_ucum": (
        "value.ofType(Quantity).where(system = 'http://unitsofmeasure.org').code",
        "CASE WHEN v.valueQuantity.system = 'http://unitsofmeasure.org' THEN v.valueQuantity.code END",
    ),
    "value_code": (
        "value.ofType(CodeableConcept).coding.first().code",
        "get(v.valueCodeableConcept.coding, 0).code",
    ),
    "value_string": ("value.ofType(string)", "v.valueString"),
    "value_boolean": ("value.ofType(boolean)", "v.valueBoolean"),
    "value_integer": ("value.ofType(integer)", "v.valueInteger"),
}


def with_spark_sql(resources: DataFrame) -> DataFrame:
    """Written by hand, as a compiler to Spark SQL would do at best."""
    names = ("code", "valueQuantity", "valueCodeableConcept", "valueString", "valueBoolean", "valueInteger")
    root = "named_struct(" + ", ".join(f"'{n}', r.{n}" for n in names) + ")"
    rows = f"posexplode(concat(array({root}), coalesce(r.component, array())))"
    parsed = resources.select("institution", "subject_key", "person_key", F.from_json("raw", _SCHEMA).alias("r"))
    return parsed.selectExpr("*", f"{rows} AS (at, v)").selectExpr(
        "institution",
        "subject_key",
        "person_key",
        "r.id AS observation_key",
        r"nullif(regexp_extract(r.encounter.reference, '([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})$', 2), '') AS encounter_key",
        "r.status",
        "get(get(r.category, 0).coding, 0).code AS category_code",
        "try_cast(left(r.effectiveDateTime, 10) AS date) AS effective_date",
        "CASE WHEN length(r.effectiveDateTime) > 10 THEN try_cast(r.effectiveDateTime AS timestamp) END AS effective_ts",
        "CASE WHEN length(r.issued) > 10 THEN try_cast(r.issued AS timestamp) END AS issued_ts",
        "nullif(at, 0) - 1 AS component_index",
        *(f"{sql} AS {name}" for name, (_, sql) in _OF_VALUE.items()),
    )


def with_duckdb(resources: DataFrame) -> DataFrame:
    """The same columns through our compiler."""
    shipped = {c.name: c for c in load_views()["observation"].columns}
    own = [shipped[n].model_dump() for n in _OWN[:4]] + [
        {
            "name": n,
            "path": f"{p}",
            "tag": [{"name": "ansi/type", "value": "DATE" if n.endswith("date") else "TIMESTAMP"}],
        }
        for n, p in zip(_OWN[4:], ("effective.ofType(dateTime)", "effective.ofType(dateTime)", "issued"), strict=True)
    ]

    def values(index: str) -> list[dict[str, str]]:
        number = {"name": "component_index", "path": index, "type": "integer"}
        return [number, *({"name": n, "path": path} for n, (path, _) in _OF_VALUE.items())]

    view = {
        "name": "observation",
        "resource": "Observation",
        "status": "active",
        "select": [
            {"column": own},
            {"unionAll": [{"column": values("{}")}, {"forEach": "component", "column": values("%rowIndex")}]},
        ],
    }
    return project(resources, parse_view(view))


def with_whole_view(resources: DataFrame) -> DataFrame:
    return project(resources, load_views()["observation"])


TARGETS: dict[str, Callable[[DataFrame], DataFrame]] = {
    "Spark SQL, from_json": with_spark_sql,
    "DuckDB in mapInArrow": with_duckdb,
    "DuckDB, shipped view (40 columns)": with_whole_view,
}


def cpu_seconds() -> float:
    """Of this process and all below it, with those that have ended."""
    parents, ticks = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
        ticks[int(stat.parent.name)] = sum(map(int, fields[11:15]))

    def is_ours(pid: int) -> bool:
        return pid == os.getpid() or (pid in parents and is_ours(parents[pid]))

    return sum(n for pid, n in ticks.items() if is_ours(pid)) / os.sysconf("SC_CLK_TCK")


def measure(
    spark: SparkSession, ndjson: Path, copies: int, rounds: int, work: Path
) -> dict[str, list[tuple[float, float]]]:
    """Wall and CPU seconds per target and round."""
    lines = spark.read.text([str(ndjson)] * copies).withColumnRenamed("value", "raw")
    columns = {"institution": F.lit("a"), "subject_key": F.lit("s"), "person_key": F.lit("p")}
    lines.withColumns({**columns, "resource_type": F.lit("Observation")}).write.parquet(str(work / "in"))
    resources = spark.read.parquet(str(work / "in"))
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in TARGETS}
    for _ in range(rounds + 1):
        for name, target in TARGETS.items():
            start, cpu = time.perf_counter(), cpu_seconds()
            target(resources).write.mode("overwrite").parquet(str(work / name.split(",")[0].replace(" ", "_")))
            seconds[name].append((time.perf_counter() - start, cpu_seconds() - cpu))
    a, b = with_spark_sql(resources), with_duckdb(resources)
    differ = a.select(*b.columns).exceptAll(b).count() + b.exceptAll(a.select(*b.columns)).count()
    print(f"rows {b.count()}, rows that differ between the two {differ}")
    return {name: taken[1:] for name, taken in seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--copies", type=int, default=1, help="read the file so many times")
    asked = parser.parse_args()
    ndjson = asked.folder / "Observation.ndjson"
    megabytes = ndjson.stat().st_size * asked.copies / 1e6
    with tempfile.TemporaryDirectory() as work:
        seconds = measure(spark_session("local[2]"), ndjson, asked.copies, asked.rounds, Path(work))
    print(
        f"| {megabytes:.0f} MB, {asked.rounds} rounds | median s | best s | median CPU s | MB/s |\n|---|---|---|---|---|"
    )
    for name, taken in seconds.items():
        wall, cpu = (statistics.median(t[i] for t in taken) for i in (0, 1))
        best = min(t[0] for t in taken)
        print(f"| {name} | {wall:.2f} | {best:.2f} | {cpu:.2f} | {megabytes / wall:.0f} |")


if __name__ == "__main__":
    main()
