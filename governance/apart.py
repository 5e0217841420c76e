"""One statement in a process of its own, which is ended when its time or memory is over.

DuckDB looks at its clock and counts its memory between batches of rows only: a function that makes a long text of each of a
few rows takes minutes and gigabytes in between. A process has neither to itself for longer than it is given.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from threading import BoundedSemaphore
from typing import IO, Any, Literal, get_args

import duckdb
import pyarrow as pa

Failure = Literal["time", "memory", "columns", "types"]
# Beside the engine's own: the answer on its way, and what the interpreter and its libraries hold.
_BESIDE_MB = 1024
# More questions than these wait for their turn: each may take a gigabyte or two.
_AT_ONCE = BoundedSemaphore(4)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may use: memory of the engine, wall seconds, threads, rows of the answer."""

    memory_mb: int = 1024
    seconds: float = 60
    threads: int = 2
    rows: int = 1_000_000


class Failed(Exception):
    """There is no answer. Says why in a word and quotes nothing: the engine's own messages quote values."""

    def __init__(self, why: Failure) -> None:
        super().__init__(why)
        self.why: Failure = why


def connected(threads: int) -> duckdb.DuckDBPyConnection:
    """A DuckDB that can reach no file, network or extension."""
    return duckdb.connect(
        config={"enable_external_access": "false", "autoinstall_known_extensions": "false", "threads": threads}
    )


def run_apart(sql: str, tables: Mapping[str, pa.Table], limits: Limits) -> pa.Table:
    """The rows of one SELECT over `tables`, up to one more than the limit allows. Raises Failed."""
    packed = {name: _packed(table) for name, table in tables.items()}
    said = {"sql": sql, "limits": asdict(limits), "tables": {name: len(held) for name, held in packed.items()}}
    asked = b"".join((json.dumps(said).encode(), b"\n", *packed.values()))
    # -P: by this file alone, with nothing of the caller's: no environment, no folder, no modules.
    command = [sys.executable, "-P", __file__]
    try:
        with _AT_ONCE:
            done = subprocess.run(  # noqa: S603 (this very file)
                command, input=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/",
                timeout=limits.seconds, check=False,
            )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Failed("time") from None
    if done.returncode < 0:  # ended by its limits
        raise Failed("memory")
    if done.returncode > 0:
        raise RuntimeError(f"the process of a question ended with exit code {done.returncode}")
    word = done.stdout[:10].decode("ascii", "replace")
    for why in get_args(Failure):
        if word == why:
            raise Failed(why)
    return pa.ipc.open_stream(done.stdout).read_all()


def _answer(asked: IO[bytes]) -> bytes:
    """In the process: the rows as an Arrow stream, or a word why there are none."""
    try:
        said: dict[str, Any] = json.loads(asked.readline())
        limits = Limits(**said["limits"])
        most = (limits.memory_mb + _BESIDE_MB) * 1024 * 1024 + 2 * sum(said["tables"].values())
        cpu = int(limits.seconds * limits.threads) + 2  # should nobody be there any more to end it
        for what, limit in ((resource.RLIMIT_DATA, most), (resource.RLIMIT_CPU, cpu), (resource.RLIMIT_CORE, 0)):
            resource.setrlimit(what, (limit, limit))
        tables = {
            name: pa.ipc.open_stream(BytesIO(asked.read(size))).read_all() for name, size in said["tables"].items()
        }
        with connected(limits.threads) as db:
            for name, table in tables.items():
                db.register(name, table)
            db.execute(f"SET memory_limit = '{limits.memory_mb}MB'; SET python_scan_all_frames = false")
            db.execute("SET python_enable_replacements = false; SET lock_configuration = true")
            return _packed(db.sql(said["sql"]).limit(limits.rows + 1).to_arrow_table())
    except (MemoryError, duckdb.OutOfMemoryException):
        return b"memory"
    except duckdb.BinderException:
        return b"columns"
    except duckdb.Error:
        return b"types"


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


if __name__ == "__main__":
    sys.stdout.buffer.write(_answer(sys.stdin.buffer))
