"""Of each acceptable record of a batch only what comparing needs: which of them repeat others, and what the index learns.

A few dozen bytes a record, in Arrow files that are mapped and not read. They are gone through bucket by bucket of their
keys, so that memory stays the same whatever the size of the batch.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core import fhir
from transforms.bronze.known import HASH_BYTES, Same

SCHEMA = pa.schema([
    ("ordinal", pa.int64()), ("resource_type", pa.int16()),
    ("key", pa.binary(HASH_BYTES)), ("hash", pa.binary(HASH_BYTES)), ("says_when", pa.bool_()), ("same", pa.int8()),
])  # fmt: skip
_TYPES = sorted(fhir.resource_types("R4") | fhir.resource_types("R5"))
_NUMBERS = {name: number for number, name in enumerate(_TYPES)}
_BUCKET_ROWS = 2_000_000
Array = npt.NDArray[Any]


def record_batch(rows: list[tuple[int, str, bytes, bytes, bool, Same]]) -> pa.RecordBatch:
    """Rows of (ordinal, resource type, key, hash, whether it says when it was updated, what bronze has of it)."""
    ordinals, types, *columns = zip(*rows, strict=True)
    numbers = [_NUMBERS[t] for t in types]
    arrays = [pa.array(c, f.type) for c, f in zip((ordinals, numbers, *columns), SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


class Light:
    """The rows of one judged batch, in the files of `folder` (one a task), and beside them which of them are repeats."""

    def __init__(self, folder: Path) -> None:
        self._files = {f.stem: pa.ipc.open_file(pa.memory_map(str(f))) for f in sorted(folder.glob("*.arrow"))}
        self._starts: dict[str, int] = {}
        rows = 0
        for task, file in self._files.items():
            self._starts[task] = rows
            rows += sum(file.get_batch(n).num_rows for n in range(file.num_record_batches))
        self._buckets = 1 + rows // _BUCKET_ROWS
        # A byte a row, in a file: memory stays the same whatever the size of the batch.
        self._is_repeat = np.memmap(folder / "repeats", bool, "w+", shape=max(1, rows))

    def find_repeats(self) -> Counter[str]:
        """Tell which records repeat what bronze or the batch already holds; how many of each type.

        A record that says when it was updated is a repeat of any equal one; one that does not say is a repeat only of
        the version that came just before it, since its content may have been changed and changed back.
        """
        counts: Counter[str] = Counter()
        for rows in self._by_bucket():
            is_repeat = rows.is_repeat()
            self._is_repeat[rows.number[is_repeat]] = True
            counts.update(_TYPES[number] for number in rows.types[is_repeat].tolist())
        return counts

    def repeats_of(self, task: str, resource_type: str) -> Array:
        """For each acceptable record of a type that a task put down, in its order, whether it is a repeat."""
        file, start = self._files[task], self._starts[task]
        types = np.concatenate([file.get_batch(n).column("resource_type") for n in range(file.num_record_batches)])
        found: Array = self._is_repeat[start : start + len(types)][types == _NUMBERS[resource_type]]
        return found

    def news(self) -> Iterator[tuple[list[bytes], list[bytes]]]:
        """Keys and hashes of the records that are no repeats, by key and in the order of arrival of one key's versions."""
        for rows in self._by_bucket():
            order = rows.by_key[~self._is_repeat[rows.number[rows.by_key]]]
            yield rows.raw_key[order].tolist(), rows.raw_hash[order].tolist()

    def _by_bucket(self) -> Iterator["_Rows"]:
        for bucket in range(self._buckets):
            picked = [_bucket(part, start, bucket, self._buckets) for part, start in self._parts()]
            if any(len(numbers) for _, numbers in picked):
                table = pa.Table.from_batches([part for part, _ in picked], SCHEMA).combine_chunks()
                yield _Rows(table, np.concatenate([numbers for _, numbers in picked]))

    def _parts(self) -> Iterator[tuple[pa.RecordBatch, int]]:
        for task, file in self._files.items():
            start = self._starts[task]
            for n in range(file.num_record_batches):
                yield file.get_batch(n), start
                start += file.get_batch(n).num_rows


def _bucket(part: pa.RecordBatch, start: int, bucket: int, buckets: int) -> tuple[pa.RecordBatch, Array]:
    """The rows of a bucket and their numbers in the batch."""
    numbers = np.arange(start, start + part.num_rows)
    if buckets == 1:
        return part, numbers
    is_in = _halves(part.column("key"))[0] % np.uint64(buckets) == bucket
    return part.filter(pa.array(is_in)), numbers[is_in]


def _halves(column: pa.Array) -> tuple[Array, Array]:
    """16 bytes a row as two unsigned numbers, which sort and compare fast."""
    pairs = np.frombuffer(column.buffers()[1], np.uint64, 2 * len(column), column.offset * HASH_BYTES).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


class _Rows:
    """The rows of one bucket as columns, and `by_key`: their order by key, then arrival."""

    def __init__(self, table: pa.Table, number: Array) -> None:
        self.number = number
        key, content = table.column("key").chunk(0), table.column("hash").chunk(0)
        self.ordinal = table.column("ordinal").to_numpy()
        self.says_when = table.column("says_when").to_numpy()
        self.same = table.column("same").to_numpy()
        self.types = table.column("resource_type").to_numpy()
        self.key, self.hash = _halves(key), _halves(content)
        self.raw_key, self.raw_hash = _objects(key), _objects(content)
        self.by_key = np.lexsort((self.ordinal, self.key[1], self.key[0]))

    def is_repeat(self) -> Array:
        has_before, is_last = self._like_the_one_before(self.by_key, self.key), np.zeros(len(self.ordinal), bool)
        order = self.by_key[1:]
        is_last[order] = has_before[order] & _equal(self.hash, order, self.by_key[:-1])
        equal = self._equal_in_batch(has_before)
        undated = np.where(has_before, is_last, self.same == Same.LAST)
        return np.where(self.says_when, equal | (self.same != Same.NO), undated)

    def _equal_in_batch(self, has_before: Array) -> Array:
        """Whether an earlier record of the batch has the same key and hash. Few ids come twice: only these are sorted."""
        equal = np.zeros(len(self.ordinal), bool)
        if has_before.any():
            by_hash = np.lexsort((self.ordinal, self.hash[1], self.hash[0], self.key[1], self.key[0]))
            same_key = self._like_the_one_before(by_hash, self.key)
            equal = same_key & self._like_the_one_before(by_hash, self.hash)
        return equal

    def _like_the_one_before(self, order: Array, of: tuple[Array, Array]) -> Array:
        found = np.zeros(len(order), bool)
        found[order[1:]] = _equal(of, order[1:], order[:-1])
        return found


def _equal(of: tuple[Array, Array], one: Array, other: Array) -> Array:
    same: Array = (of[0][one] == of[0][other]) & (of[1][one] == of[1][other])
    return same


def _objects(column: pa.Array) -> Array:
    return np.frombuffer(column.buffers()[1], f"V{HASH_BYTES}", len(column), column.offset * HASH_BYTES)
