"""A run that the kernel ends at one of its writes: `python killed.py LAKE LANDING INSTITUTIONS NTH MOMENT`.

MOMENT is "before" or "after" the NTH write (from 1) of a table, or "inside" it. With NTH 0 nobody kills it, and it prints how
many writes there were.
"""

import os
import signal
import sys
import threading
from pathlib import Path

# The repository first: tests/deid is not the package deid.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.append(str(Path(__file__).resolve().parents[1]))

from pipeline.conftest import lakehouse_on

from dagster_project.run import run
from transforms.lake import Lake

WRITES = ("adopt", "adopt_instead", "exchange", "append", "put_arrow", "replace", "replace_where", "merge", "remove")
INSIDE = 0.15  # seconds after a write began


def end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def watch(nth: int, moment: str) -> list[str]:
    """Have the NTH write of a table end this process; the writes so far, as layer/name."""
    done: list[str] = []

    def watched(name: str) -> None:
        write = getattr(Lake, name)

        def writes(lake: Lake, layer: str, table: str, *args: object, **options: object) -> object:
            done.append(f"{layer}/{table}")
            is_it = len(done) == nth
            if is_it and moment == "before":
                end()
            if is_it and moment == "inside":
                threading.Timer(INSIDE, end).start()
            written = write(lake, layer, table, *args, **options)
            if is_it:
                end()
            return written

        setattr(Lake, name, writes)

    for name in WRITES:
        watched(name)
    return done


if __name__ == "__main__":
    lake, landing, institutions = map(Path, sys.argv[1:4])
    done = watch(int(sys.argv[4]), sys.argv[5])
    run(lakehouse_on(lake, landing, institutions))
    print(" ".join(done))
