"""Landing to bronze beside a plain validation loop, beside plain Spark, DuckDB and Pathling, and a small batch into a large table.

    python -m benchmarks.ingest FOLDER        FOLDER holding *.ndjson (Synthea's fhir/ folder)

Everything is measured in one run on the same files and cores; the loop on every tenth line, since it takes minutes. What
the peers do is less: they judge no record, know no duplicate and keep no reject. Run it on a quiet machine. Pathling needs an
environment of its own (see peer_pathling.py). Cumulus ETL is not here: on these cores 4.3.6 did not get through its
third resource type of 100 patients in nine minutes.
"""

import argparse
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import msgspec
from pyspark.sql import SparkSession
from rich.console import Console
from rich.table import Table

from benchmarks.memory import jvm_peak, python_peak
from transforms.bronze.ingest import ingest
from transforms.bronze.landing import find_batches, inspect
from transforms.bronze.tables import reconcile
from transforms.lake import Lake
from transforms.session import spark_session

CORES = os.cpu_count() or 1
EVERY = 10  # the loop judges one line of so many
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Clinic:
    """A lake and the landing folder of one institution."""

    lake: Lake
    folder: Path

    def load(self, batch: str) -> float:
        """Seconds from the landed files to a batch that is complete and reconciled."""
        (found,) = [b for b in find_batches(self.folder) if b.id == batch]
        started = time.perf_counter()
        ingest(self.lake, found, inspect(found), release="R4", at=datetime.now(UTC))
        reconcile(self.lake, [(found.institution, found.id)])
        return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--driver-memory", default="1500m", help="heap of the JVM: what a batch needs does not grow with it"
    )
    parser.add_argument("--pathling", type=Path, metavar="PYTHON", help="of an environment that has Pathling")
    options = parser.parse_args()
    files = sorted(options.folder.glob("*.ndjson"))
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        records, size = _count(files)
        loop = _loop(files, place)
        started = time.perf_counter()
        spark = spark_session(f"local[{CORES}]", driver_memory=options.driver_memory)
        clinic = Clinic(Lake(place / "lake", spark), place / "landing" / "clinic")
        _land(clinic.folder, "warm", [b'{"resourceType":"Basic","id":"warm","code":{"text":"x"}}\n'])
        clinic.load("warm")
        session = time.perf_counter() - started
        _link(clinic.folder, "all", files)
        ours = clinic.load("all")
        peak = (jvm_peak(), python_peak())
        table = Table("landing -> table", "seconds", "records/s", "MB/s", "x loop", box=None, pad_edge=False)
        rows = {
            f"model_validate_json on {CORES} cores, nothing stored": loop,
            "bronze: judged, deduplicated, stored, reconciled": ours,
            "plain Spark: lines as text -> Delta": _seconds(lambda: _plain_spark(spark, files, place / "plain")),
            "DuckDB: lines as text -> Parquet": _seconds(lambda: _duckdb(files, place / "lines.parquet")),
        }
        if options.pathling:
            name = "Pathling: every element as a column -> Delta"
            rows[name] = _pathling(options.pathling, options.folder, place / "pathling")
        for name, seconds in rows.items():
            table.add_row(
                name,
                f"{seconds:.1f}",
                f"{records / seconds:,.0f}",
                f"{size / 1e6 / seconds:.1f}",
                f"{loop / seconds:.1f}",
            )
        console = Console()
        console.print(table)
        console.print(f"{records:,} records, {size / 1e6:,.0f} MB; session and first write {session:.1f} s apart")
        console.print(f"peak memory: driver JVM {peak[0]:,.0f} MB, Python {peak[1]:,.0f} MB a process at most")
        _growth(clinic, files, place, console)
        spark.stop()


def _growth(clinic: Clinic, files: list[Path], place: Path, console: Console) -> None:
    """One batch of a hundredth of the table into the table, and into an empty lake, less what a batch costs at all."""
    empty = Clinic(Lake(place / "empty", clinic.lake.spark), place / "landing" / "small")
    seconds: dict[str, list[float]] = {"fixed": [], "empty": [], "large": []}
    for n in range(ROUNDS):
        one = f'{{"resourceType":"Basic","id":"one-{n}","code":{{"text":"x"}}}}\n'.encode()
        batch = _hundredth(files, n)
        for name, into in (("large", clinic), ("empty", empty)):
            _land(into.folder, f"{n}-one", [one])
            _land(into.folder, f"{n}-part", batch)
            if name == "empty":
                shutil.rmtree(into.lake.root, ignore_errors=True)
            seconds["fixed"].append(into.load(f"{n}-one"))
            seconds[name].append(into.load(f"{n}-part"))
    fixed, large, small = (min(seconds[name]) for name in ("fixed", "large", "empty"))
    console.print(
        f"1 % batch ({len(batch):,} records): into the table {large:.2f} s, into an empty lake {small:.2f} s,"
        f" fixed {fixed:.2f} s; without the fixed costs {(large - fixed) / (small - fixed):.2f} x (best of {ROUNDS})"
    )


def _hundredth(files: list[Path], n: int) -> list[bytes]:
    """Every 100th record, with an id that nobody knows: repeats would only cost where they are known."""
    found = []
    for file in files:
        with file.open("rb") as lines:
            for number, line in enumerate(lines):
                if number % 100 == n:
                    resource = msgspec.json.decode(line)
                    found.append(msgspec.json.encode({**resource, "id": f"new-{n}-{len(found)}"}) + b"\n")
    return found


def _count(files: list[Path]) -> tuple[int, int]:
    return sum(1 for f in files for _ in f.open("rb")), sum(f.stat().st_size for f in files)


def _loop(files: list[Path], place: Path) -> float:
    """Seconds that a loop of Model.model_validate_json takes on all cores for all records, measured on a part of them."""
    shares: list[list[bytes]] = [[] for _ in range(CORES)]
    for file in files:
        with file.open("rb") as lines:
            for number, line in enumerate(lines):
                if number % EVERY == 0:
                    shares[number // EVERY % CORES].append(line)
    with multiprocessing.get_context("spawn").Pool(CORES) as pool:
        return max(pool.map(_validate, shares)) * EVERY


def _validate(lines: list[bytes]) -> float:
    from fhir.resources.R4B import get_fhir_model_class

    kinds = [msgspec.json.decode(line)["resourceType"] for line in lines]
    for kind in set(kinds):
        get_fhir_model_class(kind).model_validate_json(lines[kinds.index(kind)])  # builds the models
    started = time.perf_counter()
    for kind, line in zip(kinds, lines, strict=True):
        get_fhir_model_class(kind).model_validate_json(line)
    return time.perf_counter() - started


def _plain_spark(spark: SparkSession, files: list[Path], to: Path) -> None:
    spark.read.text([str(f) for f in files]).write.format("delta").save(str(to))


def _duckdb(files: list[Path], to: Path) -> None:
    names = ", ".join(f"'{f}'" for f in files)
    source = f"read_csv([{names}], columns={{'line': 'VARCHAR'}}, delim='\\x01', quote='', escape='', header=false, max_line_size=4000000)"
    duckdb.sql(f"COPY (SELECT * FROM {source}) TO '{to}' (FORMAT parquet)")


def _pathling(python: Path, folder: Path, to: Path) -> float:
    command = [str(python), str(Path(__file__).with_name("peer_pathling.py")), str(folder.resolve()), str(to)]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return float(said.rsplit("seconds ", 1)[1])


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _link(folder: Path, batch: str, files: list[Path]) -> None:
    (folder / batch).mkdir(parents=True)
    for file in files:
        (folder / batch / file.name).symlink_to(file.resolve())


def _land(folder: Path, batch: str, lines: list[bytes]) -> None:
    (folder / batch).mkdir(parents=True, exist_ok=True)
    (folder / batch / "records.ndjson").write_bytes(b"".join(lines))


if __name__ == "__main__":
    sys.exit(main())
