"""One statement in a process of its own, which is ended when its time or memory is over.

DuckDB looks at its clock and counts its memory between batches of rows only: a function that makes a long text of each of a
few rows takes minutes and gigabytes in between. A process has neither to itself for longer than it is given.
"""

import multiprocessing as mp
import resource
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Literal

import duckdb
import pyarrow as pa

Failure = Literal["time", "memory", "columns", "types"]
# Beside the engine's own: the granted rows, the answer on its way, and what the interpreter and its libraries hold.
_BESIDE_MB = 1024


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
    own, theirs = _PROCESSES.Pipe()
    process = _PROCESSES.Process(target=_answer, args=(theirs, limits), daemon=True)
    process.start()
    ends = time.monotonic() + limits.seconds
    theirs.close()
    try:
        with closing(own):
            own.send((sql, {name: _packed(table) for name, table in tables.items()}))
            if not own.poll(max(0.0, ends - time.monotonic())):
                raise Failed("time")
            said = own.recv()
    except (EOFError, OSError):  # it was ended by its limits
        raise Failed("memory") from None
    finally:
        process.kill()
        process.join()
        process.close()
    if isinstance(said, str):
        raise Failed(said)  # type: ignore[arg-type]
    return pa.ipc.open_stream(said).read_all()


def _answer(asked: Connection, limits: Limits) -> None:
    """The process: one question in, its rows or a word why not out."""
    most = (limits.memory_mb + _BESIDE_MB) * 1024 * 1024
    try:
        sql, tables = asked.recv()
        size = sum(map(len, tables.values()))
        resource.setrlimit(resource.RLIMIT_DATA, (most + 2 * size, most + 2 * size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        cpu = int(limits.seconds * limits.threads) + 2  # should nobody be there any more to end it
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
        asked.send(_run(sql, tables, limits))
    except MemoryError:
        asked.send("memory")


def _run(sql: str, tables: Mapping[str, bytes], limits: Limits) -> bytes | Failure:
    try:
        with connected(limits.threads) as db:
            for name, held in tables.items():
                db.register(name, pa.ipc.open_stream(held).read_all())
            db.execute(f"SET memory_limit = '{limits.memory_mb}MB'; SET python_scan_all_frames = false")
            db.execute("SET python_enable_replacements = false; SET lock_configuration = true")
            return _packed(db.sql(sql).limit(limits.rows + 1).to_arrow_table())
    except duckdb.OutOfMemoryException:
        return "memory"
    except duckdb.BinderException:
        return "columns"
    except duckdb.Error:
        return "types"


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


# Processes begin as copies of one that has the libraries loaded and has no threads: a copy of a server with threads may hang.
_PROCESSES = mp.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])
