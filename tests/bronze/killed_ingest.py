"""Loads a batch and is ended by the kernel between its first commit and the next: `python killed_ingest.py LAKE FOLDER`."""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from transforms.bronze.ingest import ingest
from transforms.bronze.landing import find_batches, inspect
from transforms.lake import Lake
from transforms.session import spark_session

_adopt = Lake.adopt


def dies(*args: object, **options: object) -> None:
    _adopt(*args, **options)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    lake = Lake(Path(sys.argv[1]), spark_session("local[2]", driver_memory="1g", jvm_options="-XX:TieredStopAtLevel=1"))
    Lake.adopt = dies
    (batch,) = find_batches(Path(sys.argv[2]))
    ingest(lake, batch, inspect(batch), release="R4", at=datetime.now(UTC))
