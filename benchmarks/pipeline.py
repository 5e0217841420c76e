"""How long the whole path takes: landing to published, by stage, with records/s, MB/s and peak memory.

    python benchmarks/pipeline.py FOLDER          one institution, FOLDER holding *.ndjson (Synthea's fhir/ folder)

Makes a lake in a temporary folder and deletes it. Run it on a quiet machine; compare figures of one run only.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from benchmarks.memory import jvm_peak, python_peak
from core.institution import Institution
from dagster_project.resources import Lakehouse
from dagster_project.run import run
from dagster_project.settings import Settings
from dagster_project.summary import stage_seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", default="cn_l3", choices=("cn_l3", "safe_harbor"))
    options = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        _prepare(place, options.folder, options.profile)
        settings = Settings(lake=place / "lake", landing=place / "landing", institutions=place / "institutions")
        lakehouse = Lakehouse(settings)
        size = sum(f.stat().st_size for f in (place / "landing").rglob("*.ndjson"))
        started = time.perf_counter()
        _ = lakehouse.lake
        session = time.perf_counter() - started
        run(lakehouse)
        wall = time.perf_counter() - started
        records = lakehouse.lake.read("bronze", "batch").agg({"read": "sum"}).first()[0]
        stages = {"session": session, **stage_seconds(lakehouse)}
        to_silver = sum(stages[s] for s in ("bronze", "deid", "silver"))
        for name, seconds in stages.items():
            console.print(f"{name:12} {seconds:8.1f} s")
        console.print(f"{'all':12} {wall:8.1f} s")
        console.print(f"{records:,} records, {size / 1e6:.0f} MB; landing to silver {to_silver:.1f} s:", end=" ")
        console.print(f"{records / to_silver:,.0f} records/s, {size / 1e6 / to_silver:.2f} MB/s")
        console.print(f"peak memory: driver JVM {jvm_peak():,.0f} MB, Python {python_peak():,.0f} MB a process at most")
        lakehouse.lake.spark.stop()


def _prepare(place: Path, folder: Path, profile: str) -> None:
    batch = place / "landing" / "bench" / "b1"
    batch.mkdir(parents=True)
    for file in folder.glob("*.ndjson"):
        shutil.copy(file, batch)
    (place / "institutions").mkdir()
    who = Institution(
        id="bench",
        name="bench",
        language="en",
        profile=profile,
        fhir_release="R4",
        consent="waived",
        approval="synthetic",
    )
    (place / "institutions" / "bench.yaml").write_text(who.model_dump_json())


if __name__ == "__main__":
    sys.exit(main())
