"""Pathling's way from NDJSON over ViewDefinitions to Parquet: `python peer_views.py FOLDER VIEWS TO ROUNDS`, in an environment of its own.

FOLDER holds NDJSON files, VIEWS one ViewDefinition a file. See `peer_pathling.py` for the environment.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from cpu import cpu_seconds
from peer_pathling import java_home


def main() -> None:
    from pathling import PathlingContext  # type: ignore[import-not-found]

    folder, views, to, rounds = sys.argv[1:]
    with tempfile.TemporaryDirectory() as home:
        os.environ["JAVA_HOME"] = java_home(Path(home))
        context = PathlingContext.create()
        context.spark.conf.set("spark.sql.shuffle.partitions", "2")
        # Pathling 9.4 on Spark 4.0 cannot write both ends of a period, or value and unit, while this rule is on.
        context.spark.conf.set("spark.sql.optimizer.nestedSchemaPruning.enabled", "false")
        for n in range(int(rounds)):
            started, cpu = time.perf_counter(), cpu_seconds()
            data = context.read.ndjson(folder)
            for file in sorted(Path(views).glob("*.json")):
                view = data.view(resource=json.loads(file.read_text())["resource"], json=file.read_text())
                view.write.mode("overwrite").parquet(str(Path(to) / file.stem))
            print(f"round {n} {time.perf_counter() - started} {cpu_seconds() - cpu}", flush=True)
        context.spark.stop()


if __name__ == "__main__":
    main()
