"""Changed records in silver: exchanging their rows beside making the table anew, on Synthea's Observations.

    python -m benchmarks.changes FOLDER [--records N ...] [--parts P ...]     (a folder of Synthea's NDJSON)

For each size of `deid/resource` and each part of it that a batch changes, both ways are run after the batch, and their rows are
compared. CPU seconds can be compared on a loaded machine where wall time cannot.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from benchmarks.cpu import cpu_seconds
from transforms.lake import Lake
from transforms.session import spark_session
from transforms.silver.tables import change_table, replace_tables
from transforms.silver.view import load_views

OBSERVATION = load_views()["observation"]
KEY = ("institution", "resource_type", "resource_key")


def records(lake: Lake, folder: Path, size: int) -> DataFrame:
    file = next(folder.glob("Observation.*ndjson"))
    lines = lake.spark.read.text(str(file)).limit(size).select(F.col("value").alias("raw"))
    key = F.get_json_object("raw", "$.id")
    return lines.select(
        F.lit("a").alias("institution"), F.lit("Observation").alias("resource_type"), key.alias("resource_key"),
        F.lit("s").alias("subject_key"), F.lit("p").alias("person_key"), "raw",
    )  # fmt: skip


def change(lake: Lake, part: float, salt: int) -> None:
    """Give another status to so large a part of the records, and take as many as a tenth of those away."""
    chance = F.pmod(F.xxhash64("resource_key", F.lit(salt)), F.lit(10_000))
    some = lake.read("deid", "resource").where(chance < int(part * 10_000))
    raw = F.regexp_replace("raw", '"status":"[a-z]+"', f'"status":"amended-{salt}"')
    lake.merge(
        "deid", "resource", some.withColumns({"raw": raw, "gone": chance < int(part * 1_000)}),
        on=KEY, gone="gone", made_from={"batch": salt},
    )  # fmt: skip


def timed(do: Callable[[], Any]) -> tuple[Any, float, float]:
    started, cpu = time.perf_counter(), cpu_seconds()
    return do(), time.perf_counter() - started, cpu_seconds() - cpu


def digest(lake: Lake) -> Any:
    """Of all rows, whatever their order."""
    rows = lake.read("silver", OBSERVATION.name)
    return rows.agg(F.count("*"), F.sum(F.xxhash64(*rows.columns).cast("decimal(38,0)"))).collect()[0]


def measure(lake: Lake, folder: Path, size: int, parts: list[float]) -> None:
    given = records(lake, folder, size)
    made = lake.replace("deid", "resource", given, made_from={}, partition_by=("resource_type",))
    replace_tables(lake, {OBSERVATION: {}})
    for salt, part in enumerate([parts[0], *parts]):  # the first warms up
        before = lake.commit("deid", "resource")
        assert before is not None
        change(lake, part, salt)
        exchange = partial(change_table, lake, OBSERVATION, since=before.version, made_from={})
        changed, wall, cpu = timed(exchange)
        exchanged = digest(lake)
        _, whole_wall, whole_cpu = timed(partial(replace_tables, lake, {OBSERVATION: {}}))
        same = "too much changed" if changed is None else "equal" if digest(lake) == exchanged else "DIFFERENT"
        if salt:
            print(
                f"| {made.rows or size:,} | {part:.0%} | {wall:.1f} | {whole_wall:.1f} | {wall / whole_wall:.2f} | {cpu:.1f} | {whole_cpu:.1f} |"
                f" {cpu / whole_cpu:.2f} | {same} |",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, nargs="+", default=[20_000, 50_000, 1_000_000])
    parser.add_argument("--parts", type=float, nargs="+", default=[0.01, 0.05, 0.15])
    asked = parser.parse_args()
    print(
        "| records | changed | exchange s | anew s | ratio | exchange CPU s | anew CPU s | CPU ratio | rows |\n"
        + "|---" * 9
        + "|"
    )
    for size in asked.records:
        with tempfile.TemporaryDirectory() as place:
            measure(Lake(Path(place) / "lake", spark_session("local[2]")), asked.folder, size, asked.parts)


if __name__ == "__main__":
    main()
