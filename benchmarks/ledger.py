"""Entries a second that the ledger acknowledges, each on the disk before its writer is told: `python -m benchmarks.ledger`.

One writer after the other, threads and processes at once, many entries in one call; then how fast all of it is verified.
`fsync/s` is how often this disk takes one entry's bytes by themselves: what a ledger without shared flushes could reach.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from governance import audit
from governance.entries import read_head
from governance.events import QueryAnswered
from governance.ledger import Ledger, Record

EVENT = QueryAnswered(
    grant="grant-2026-001", view="drug_exposure", version=3, columns=("person_key", "drug_code", "start_date"), rows=120,
    query_sha256="0" * 64,
)  # fmt: skip


def record() -> Record:
    return Record("gateway", EVENT, datetime.now(UTC))


def one_by_one(folder: Path, vault: Path, n: int) -> int:
    ledger = Ledger(folder, vault)
    for _ in range(n):
        ledger.append(record())
    return n


def threads(folder: Path, vault: Path, n: int, many: int = 32) -> int:
    ledger = Ledger(folder, vault)

    def write() -> None:
        for _ in range(n // many):
            ledger.append(record())

    running = [threading.Thread(target=write) for _ in range(many)]
    for t in running:
        t.start()
    for t in running:
        t.join()
    return n // many * many


def processes(folder: Path, vault: Path, n: int, many: int = 4) -> int:
    command = [sys.executable, "-m", "benchmarks.ledger", str(folder), str(vault), str(n // many)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) for _ in range(many)]
    for p in running:
        p.stdout.readline()  # has started
    global began
    began = time.perf_counter()
    for p in running:
        p.communicate(b"\n")
    return n // many * many


def in_one_call(folder: Path, vault: Path, n: int) -> int:
    Ledger(folder, vault).append(*(record() for _ in range(n)))
    return n


def flushes(folder: Path, n: int) -> float:
    folder.mkdir()
    descriptor = os.open(folder / "file", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    began = time.perf_counter()
    for _ in range(n):
        os.write(descriptor, b"x" * 700)
        os.fdatasync(descriptor)
    return n / (time.perf_counter() - began)


began = 0.0


def main() -> None:
    global began
    with tempfile.TemporaryDirectory(dir=os.getcwd()) as root:
        top = Path(root)
        print(f"{'this disk alone':32} {flushes(top / 'disk', 2000):>10,.0f} fsync/s")
        ways = (
            ("one writer, one entry a call", one_by_one, 5000), ("32 threads", threads, 20_000), ("4 processes", processes, 8000),
            ("one writer, all in one call", in_one_call, 20_000),
        )  # fmt: skip
        for name, way, n in ways:
            folder, vault = top / way.__name__, top / f"{way.__name__}-vault"
            began = time.perf_counter()
            done = way(folder, vault, n)
            print(f"{name:32} {done / (time.perf_counter() - began):>10,.0f} entries/s")
            began = time.perf_counter()
            found = audit.verify(folder, head=read_head(vault))
            assert found.found == 0
            assert found.entries == done + 1
            took = time.perf_counter() - began
        print(f"{'verified, with signatures':32} {found.entries / took:>10,.0f} entries/s")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print("ready", flush=True)
        sys.stdin.readline()
        one_by_one(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
