"""Silver's way from FHIR JSON to flat tables, beside what else a user could have taken, on the same records and columns.

    python -m benchmarks.views FOLDER [--pathling PYTHON] [--rounds N]     (a folder of Synthea's NDJSON)

Ours reads the records from a Delta table, as in the lake, and commits Delta tables, all in one pass. The others read the NDJSON
and write Parquet: plain Spark and DuckDB with columns and schemas written by hand, Pathling with the very ViewDefinitions. The
ways alternate; the first round warms up and is not counted. All rows are compared both ways with EXCEPT ALL. Pathling holds a
decimal as DECIMAL(32,6), which cuts 0.0026378 to 0.002638: against it values are compared at six places, and the last column but
one says how many of its rows are cut. CPU seconds are those of a way's process and all below it: on a loaded machine they can be compared where wall time cannot.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from benchmarks.cpu import cpu_seconds
from transforms.lake import Lake
from transforms.session import spark_session
from transforms.silver.tables import replace_tables
from transforms.silver.view import ViewDefinition, parse_view

_CODING = [{"code": "s", "system": "s", "display": "s"}]
_CONCEPT = {"coding": _CODING, "text": "s"}
_REFERENCE = {"reference": "s"}
_QUANTITY = {"value": "d", "unit": "s", "code": "s"}
_PATHLING_PLACES = 6
_KEY = ("key", "getResourceKey()", "id")


def _concept(name: str, path: str, sql: str) -> list[tuple[str, str, str]]:
    parts = ("code", "system", "display")
    return [(f"{name}_{p}", f"{path}.coding.first().{p}", f"FIRST({sql}.coding).{p}") for p in parts]


def _reference(name: str, path: str, kind: str) -> tuple[str, str, str]:
    return (name, f"{path}.getReferenceKey({kind})", f"KEY({path}.reference)")


@dataclass(frozen=True)
class Table:
    """One view: what it reads (`s` string, `d` double), and per column its name, FHIRPath and SQL over the parsed record.

    FIRST and KEY in the SQL are what either engine has for the first of a list and the id of a reference. `each`: the list
    of which every item is a row, "" when the record is; `it` in the SQL is the item.
    """

    name: str
    resource: str
    reads: dict[str, Any]
    columns: tuple[tuple[str, str, str], ...]
    each: str = ""
    inside: tuple[tuple[str, str, str], ...] = ()

    @property
    def view(self) -> ViewDefinition:
        select = [{"column": [{"name": n, "path": p} for n, p, _ in self.columns]}]
        if self.each:
            select.append({"forEach": self.each, "column": [{"name": n, "path": p} for n, p, _ in self.inside]})  # type: ignore[dict-item]
        return parse_view({"name": self.name, "resource": self.resource, "status": "active", "select": select})

    def sql(self, source: str, first: Callable[[str], str], key: Callable[[str], str], explode: str) -> str:
        def plain(sql: str) -> str:
            """From the inside out; what is done is kept from being found again."""
            for of, made in (("FIRST", first), ("KEY", key)):
                while found := re.search(rf"{of}\(([^()]+)\)", sql):
                    sql = sql.replace(found[0], made(found[1]).replace("(", "\x01").replace(")", "\x02"))
            return sql.replace("\x01", "(").replace("\x02", ")")

        chosen = ", ".join(f"{plain(s)} AS {n}" for n, _, s in (*self.columns, *self.inside))
        rows = f"(SELECT *, {explode}({self.each}) AS it FROM {source})" if self.each else source
        return f"SELECT {chosen} FROM {rows}"


_OBSERVATION = {
    "id": "s", "status": "s", "subject": _REFERENCE, "encounter": _REFERENCE, "effectiveDateTime": "s", "issued": "s",
    "category": [_CONCEPT], "code": _CONCEPT, "valueQuantity": _QUANTITY, "valueCodeableConcept": _CONCEPT, "valueString": "s",
}  # fmt: skip
_VALUE = [
    ("value", "value.ofType(Quantity).value", "valueQuantity.value"),
    ("unit", "value.ofType(Quantity).unit", "valueQuantity.unit"),
]
_SUBJECT, _ENCOUNTER = _reference("subject", "subject", "Patient"), _reference("encounter", "encounter", "Encounter")
TABLES = (
    Table("observation", "Observation", _OBSERVATION, (
        _KEY, _SUBJECT, _ENCOUNTER, ("status", "status", "status"), ("effective", "effective.ofType(dateTime)", "effectiveDateTime"),
        ("issued", "issued", "issued"), ("category", "category.first().coding.first().code", "FIRST(FIRST(category).coding).code"),
        *_concept("code", "code", "code"), *_VALUE, *_concept("value", "value.ofType(CodeableConcept)", "valueCodeableConcept"),
        ("value_string", "value.ofType(string)", "valueString"),
    )),
    Table("component", "Observation", {"id": "s", "subject": _REFERENCE, "component": [{"code": _CONCEPT, "valueQuantity": _QUANTITY}]},
          (_KEY, _SUBJECT), "component", (*_concept("code", "code", "it.code"), *((n, p, f"it.{s}") for n, p, s in _VALUE))),
    Table("condition", "Condition", {"id": "s", "subject": _REFERENCE, "encounter": _REFERENCE, "code": _CONCEPT, "onsetDateTime": "s",
                                     "abatementDateTime": "s", "recordedDate": "s", "clinicalStatus": _CONCEPT}, (
        _KEY, _SUBJECT, _ENCOUNTER, *_concept("code", "code", "code"), ("onset", "onset.ofType(dateTime)", "onsetDateTime"),
        ("abatement", "abatement.ofType(dateTime)", "abatementDateTime"), ("recorded", "recordedDate", "recordedDate"),
        ("clinical_status", "clinicalStatus.coding.first().code", "FIRST(clinicalStatus.coding).code"),
    )),
    Table("encounter", "Encounter", {"id": "s", "status": "s", "subject": _REFERENCE, "class": {"code": "s"}, "type": [_CONCEPT],
                                     "period": {"start": "s", "end": "s"}}, (
        _KEY, _SUBJECT, ("status", "status", "status"), ("class_code", "class.code", "class.code"),
        ("type_code", "type.first().coding.first().code", "FIRST(FIRST(type).coding).code"),
        ("start_at", "period.start", "period.start"), ("end_at", "period.end", "period.`end`"),
    )),
    Table("procedure", "Procedure", {"id": "s", "status": "s", "subject": _REFERENCE, "encounter": _REFERENCE, "code": _CONCEPT,
                                     "performedPeriod": {"start": "s", "end": "s"}}, (
        _KEY, _SUBJECT, _ENCOUNTER, ("status", "status", "status"), *_concept("code", "code", "code"),
        ("start_at", "performed.ofType(Period).start", "performedPeriod.start"),
    )),
)  # fmt: skip


class Ways:
    """The ways that are compared. Each leaves Parquet files in `work/<way>/<table>`; ours lie in the lake."""

    def __init__(self, spark: SparkSession, folder: Path, work: Path) -> None:
        self.spark, self.folder, self.work = spark, folder, work
        self.lake = Lake(work / "lake", spark)
        kinds = sorted({t.resource for t in TABLES})
        self.files = {kind: str(next(folder.glob(f"{kind}.*ndjson"))) for kind in kinds}
        lines = [
            spark.read.text(f).select(F.col("value").alias("raw"), F.lit(k).alias("resource_type"))
            for k, f in self.files.items()
        ]
        records = lines[0]
        for more in lines[1:]:
            records = records.union(more)
        carried = {"institution": F.lit("a"), "subject_key": F.lit("s"), "person_key": F.lit("p")}
        self.lake.replace(
            "deid", "resource", records.withColumns(carried), made_from={}, partition_by=("resource_type",)
        )

    def ours(self) -> None:
        replace_tables(self.lake, {t.view: {} for t in TABLES})

    def spark_sql(self) -> None:
        for table in TABLES:
            schema = ", ".join(f"`{n}` {_spark_type(t)}" for n, t in table.reads.items())
            parsed = self.spark.read.schema(schema).json(self.files[table.resource])
            parsed.createOrReplaceTempView("records")
            sql = table.sql("records", lambda x: f"get({x}, 0)", lambda x: f"substring_index({x}, '/', -1)", "explode")
            self.spark.sql(sql).write.mode("overwrite").parquet(str(self.work / "spark" / table.name))

    def duckdb(self) -> None:
        connection = duckdb.connect(config={"threads": 2})
        for table in TABLES:
            fields = ", ".join(f"'{n}': '{_duckdb_type(t)}'" for n, t in table.reads.items())
            source = f"read_json('{self.files[table.resource]}', format='newline_delimited', columns={{{fields}}}, maximum_object_size=67108864)"
            sql = table.sql(source, lambda x: f"{x}[1]", lambda x: f"split_part({x}, '/', -1)", "unnest").replace(
                "`", '"'
            )
            to = self.work / "duckdb" / table.name
            to.mkdir(parents=True, exist_ok=True)
            connection.execute(f"COPY ({sql}) TO '{to}/rows.parquet' (FORMAT parquet)")

    def rows(self, way: str, table: Table, places: int | None = None) -> str:
        """SQL of the rows that a way made, for DuckDB, with their value as it is or to so many places."""
        made = self._files(table.name) if way == "ours" else [f"{self.work / way / table.name}/*.parquet"]
        files = ", ".join(f"'{f}'" for f in made)
        names = ", ".join(_comparable(n, places) for n, *_ in (*table.columns, *table.inside))
        return f"SELECT {names} FROM read_parquet([{files}])"

    def _files(self, name: str) -> list[str]:
        return [f.removeprefix("file://") for f in self.lake.read("silver", name).inputFiles()]


def _comparable(name: str, places: int | None = None) -> str:
    """A column as all ways can have it: Pathling puts the type before a key, and makes an instant a timestamp."""
    if name in ("key", "subject", "encounter"):
        return f"regexp_replace({name}, '^[A-Za-z]+/', '') AS {name}"
    if name == "value" and places is not None:
        return f"round(CAST(value AS DOUBLE), {places}) AS value"
    kind = {"value": "DOUBLE", "issued": "TIMESTAMPTZ"}.get(name, "VARCHAR")
    return f"CAST({name} AS {kind}) AS {name}"


def _spark_type(of: Any) -> str:
    if isinstance(of, list):
        return f"array<{_spark_type(of[0])}>"
    if isinstance(of, dict):
        return "struct<" + ", ".join(f"`{n}`: {_spark_type(t)}" for n, t in of.items()) + ">"
    return {"s": "string", "d": "double"}[of]


def _duckdb_type(of: Any) -> str:
    if isinstance(of, list):
        return f"{_duckdb_type(of[0])}[]"
    if isinstance(of, dict):
        return "STRUCT(" + ", ".join(f'"{n}" {_duckdb_type(t)}' for n, t in of.items()) + ")"
    return {"s": "VARCHAR", "d": "DOUBLE"}[of]


def _pathling(python: Path, ways: Ways, rounds: int) -> list[tuple[float, float]]:
    """Of the same files alone, since it opens all of a folder."""
    alone, views = ways.work / "ndjson", ways.work / "views"
    alone.mkdir()
    views.mkdir()
    for kind, file in ways.files.items():
        (alone / f"{kind}.ndjson").symlink_to(Path(file).resolve())
    for table in TABLES:
        view = table.view.document.model_dump(exclude_defaults=True, exclude_none=True)
        (views / f"{table.name}.json").write_text(
            json.dumps(view | {"resourceType": "ViewDefinition", "status": "active"})
        )
    script = Path(__file__).with_name("peer_views.py")
    command = [str(python), str(script), str(alone), str(views), str(ways.work / "pathling"), str(rounds + 1)]
    said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    return [(float(w), float(c)) for w, c in re.findall(r"^round \d+ (\S+) (\S+)$", said, re.M)]


@dataclass(frozen=True)
class Compared:
    """`differ`: rows, over all tables, that one way has and ours has not, or the other way round. `cut`: rows of it whose
    value has fewer digits than the record, and nothing else that differs."""

    differ: int
    cut: int


def _compared(ways: Ways, way: str) -> Compared:
    exact = _differences(ways, way, None)
    if way != "pathling":
        return Compared(exact, 0)
    rounded = _differences(ways, way, _PATHLING_PLACES)
    return Compared(rounded, (exact - rounded) // 2)


def _differences(ways: Ways, way: str, places: int | None) -> int:
    duckdb.sql("SET TimeZone = 'UTC'")
    found = 0
    for table in TABLES:
        a, b = ways.rows("ours", table, places), ways.rows(way, table, places)
        for one, other in ((a, b), (b, a)):
            found += duckdb.sql(f"SELECT count(*) FROM ({one} EXCEPT ALL {other})").fetchall()[0][0]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pathling", type=Path, help="the Python of an environment that has it")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        ways = Ways(spark_session("local[2]"), asked.folder, Path(place))
        work = {"ours": ways.ours, "spark": ways.spark_sql, "duckdb": ways.duckdb}
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in work}
        for n in range(asked.rounds + 1):
            for name, do in work.items():
                started, cpu = time.perf_counter(), cpu_seconds()
                do()
                taken[name].append((time.perf_counter() - started, cpu_seconds() - cpu))
                print(f"round {n}: {name} {taken[name][-1][0]:.1f} s", file=sys.stderr)
        if asked.pathling:
            taken["pathling"] = _pathling(asked.pathling, ways, asked.rounds)
        compared = {name: _compared(ways, name) for name in taken if name != "ours"}
        megabytes = sum(Path(f).stat().st_size for f in ways.files.values()) / 1e6
        _print(megabytes, {name: of[1:] for name, of in taken.items()}, compared)
        shutil.rmtree(place, ignore_errors=True)


def _print(megabytes: float, taken: dict[str, list[tuple[float, float]]], compared: dict[str, Compared]) -> None:
    names = {"ours": "silver", "spark": "Spark, by hand", "duckdb": "DuckDB, by hand", "pathling": "Pathling"}
    (wall, cpu) = (statistics.median(t[i] for t in taken["ours"]) for i in (0, 1))
    print(f"{megabytes:.0f} MB, {len(TABLES)} tables, {len(taken['ours'])} rounds\n")
    print(
        "| | median s | best s | MB/s | CPU s | wall, ours / it | CPU, ours / it | rows with cut values | rows that differ |\n"
        + "|---" * 9
        + "|"
    )
    for name, of in taken.items():
        own_wall, own_cpu = (statistics.median(t[i] for t in of) for i in (0, 1))
        cut, differ = (compared[name].cut, compared[name].differ) if name in compared else ("", "")
        print(
            f"| {names[name]} | {own_wall:.1f} | {min(t[0] for t in of):.1f} | {megabytes / own_wall:.0f} | {own_cpu:.1f} |"
            f" {wall / own_wall:.2f} | {cpu / own_cpu:.2f} | {cut} | {differ} |"
        )


if __name__ == "__main__":
    main()
