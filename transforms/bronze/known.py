"""Which records bronze already holds, looked up at a cost that follows the batch and not the table.

A table scan for every batch would make small batches into large lakes slow, and ids are random, so that no file can be
skipped. So beside `bronze/resource` lies an index: per resource the hashes of its versions in order of arrival. It is
derived: the table is the truth, the index says up to which version of it it goes, catches up from the table's change
feed, and is made anew when it is gone or damaged. Identified zone.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from enum import IntEnum
from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.lake import Lake

HASH_BYTES = 16  # of the key and of each content hash; at 10^12 records two collide with a chance of 10^-15
_FILE = ".known.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS resource (key BLOB PRIMARY KEY, versions BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reach (version INTEGER NOT NULL);
"""
_ADD = (
    "INSERT INTO resource VALUES (?, ?)"
    " ON CONFLICT(key) DO UPDATE SET versions = CAST(versions || excluded.versions AS BLOB)"
)
Versions = Iterable[tuple[list[bytes], list[bytes]]]


class Same(IntEnum):
    """Whether bronze holds an equal version of a resource."""

    NO = 0
    EARLIER = 1  # and has had another one since
    LAST = 2  # the one that came last


def record_key(institution: str, resource_type: str, resource_id: str) -> bytes:
    text = f"{institution}|{resource_type}/{resource_id}"
    return hashlib.blake2b(text.encode(), digest_size=HASH_BYTES).digest()


class Known:
    """The index of one lake's bronze. Look-ups (`same`) may run in many processes while nobody writes."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._reader: sqlite3.Connection | None = None

    @classmethod
    def of(cls, lake: Lake) -> "Known":
        return cls(lake.path("bronze", _FILE))

    def same(self, key: bytes, content: bytes) -> Same:
        """Whether a version with this content hash is stored under the key."""
        if self._reader is None:
            self._reader = sqlite3.connect(f"file:{self.file}?mode=ro&immutable=1", uri=True)
        found = self._reader.execute("SELECT versions FROM resource WHERE key = ?", (key,)).fetchone()
        if found is None:
            return Same.NO
        versions = found[0]
        if versions.endswith(content):
            return Same.LAST
        each = (versions[at : at + HASH_BYTES] for at in range(0, len(versions), HASH_BYTES))
        return Same.EARLIER if content in each else Same.NO

    def reach(self) -> int | None:
        """The version of bronze/resource that the index goes up to (-1: no table); None when it has to be made anew."""
        try:
            with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as db:
                found = db.execute("SELECT version FROM reach").fetchone()
            return int(found[0]) if found else None
        except sqlite3.Error:
            return None

    def is_empty(self) -> bool:
        with closing(sqlite3.connect(self.file)) as db:
            return db.execute("SELECT 1 FROM resource LIMIT 1").fetchone() is None

    def start(self) -> None:
        """An empty index that reaches no version."""
        for name in (self.file.name, f"{self.file.name}-journal"):
            self.file.with_name(name).unlink(missing_ok=True)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.file)) as db:
            db.executescript(_TABLES)

    def learn(self, versions: Versions, *, version: Callable[[], int | None]) -> None:
        """Add keys and hashes (those of one key in order of arrival) and reach a version, in one transaction.

        `version` is asked last. None: the index stays unfinished, and is made anew.
        """
        with closing(sqlite3.connect(self.file, isolation_level=None)) as db:
            db.execute("PRAGMA cache_size = -64000")
            db.execute("BEGIN IMMEDIATE")
            for keys, hashes in versions:
                db.executemany(_ADD, zip(keys, hashes, strict=True))
            db.execute("DELETE FROM reach")
            if (reached := version()) is not None:
                db.execute("INSERT INTO reach VALUES (?)", (reached,))
            db.execute("COMMIT")

    def learn_table(self, rows: DataFrame, *, version: int | None) -> None:
        """The same from rows of bronze/resource."""
        file = self.file

        def store(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            Known(file).learn((_versions(batch) for batch in batches), version=lambda: version)
            yield pa.RecordBatch.from_pydict({"n": [1]}, pa.schema([("n", pa.int64())]))

        arrival = [F.col(c) for c in ("ingested_at", "source_file", "source_line", "source_entry")]
        columns = ["institution", "resource_type", "resource_id", "content_hash"]
        in_order = rows.coalesce(1).sortWithinPartitions(*arrival).select(columns)
        in_order.mapInArrow(store, "n bigint").collect()


def _versions(batch: pa.RecordBatch) -> tuple[list[bytes], list[bytes]]:
    institution, resource_type, resource_id, content = (column.to_pylist() for column in batch.columns)
    keys = [record_key(i, t, r) for i, t, r in zip(institution, resource_type, resource_id, strict=True)]
    return keys, [bytes.fromhex(h)[:HASH_BYTES] for h in content]
