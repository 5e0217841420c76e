"""The rows that one grant may read of one published table: filtered, narrowed, with the grant's own pseudonyms.

They are written once per grant, view and version as one Parquet file, because every recipient's keys differ, and served
from there; a file whose grant or version has gone is deleted.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from governance.query import PERSON
from governance.sharing.access import Refused, View


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a published table: its rows, which columns hold pseudonyms, and which tells persons apart."""

    version: int
    rows: pa.Table
    key_columns: tuple[str, ...]
    person: str | None


@dataclass(frozen=True, slots=True)
class GrantedFile:
    """What a reader is sent: one version of a view as one grant may read it."""

    id: str
    view: str
    version: int
    path: Path
    schema: pa.Schema
    rows: int
    size: int


Read = Callable[[View], Published]
Version = Callable[[View], int]
Rekey = Callable[[str, str], str]  # grant, key -> the key in that grant's tables


class GrantedFiles:
    """Makes and keeps the files. Many may ask at once: each file is made by one of them, the others wait for it."""

    def __init__(self, folder: Path, read: Read, version: Version, rekey: Rekey) -> None:
        self._folder, self._read, self._version, self._rekey = folder, read, version, rekey
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def version(self, view: View) -> int:
        """The version of the published table that a reader would get now. Refused: not_published."""
        return self._version(view)

    def rows(self, grant: str, view: View) -> tuple[int, pa.Table]:
        """The version and rows of a view as the grant may read it, with PERSON. Refused: not_published, bad_request."""
        published = self._read(view)
        return published.version, granted_rows(published, view, lambda key: self._rekey(grant, key))

    def file(self, grant: str, view: View) -> GrantedFile:
        """The newest version of a view in a file. Refused as `rows`."""
        version = self._version(view)
        id = _id(grant, view, version)
        with self._guard:
            lock = self._locks.setdefault(id, threading.Lock())
        with lock:
            if not (file := self.made(grant, id)):
                had, rows = self.rows(grant, view)
                self._write(self._place(grant) / f"{view.name}-{had}-{id}.parquet", rows.drop_columns([PERSON]))
                file = self.made(grant, id)
        assert file, "it was written or it was there"
        return file

    def _place(self, grant: str) -> Path:
        return self._folder / hashlib.sha256(grant.encode()).hexdigest()[:16]

    def made(self, grant: str, id: str) -> GrantedFile | None:
        """The file of that id, if it is the grant's and still there."""
        for path in self._place(grant).glob("*.parquet"):
            view, version, own = path.stem.rsplit("-", 2)
            if own == id:
                about = pq.read_metadata(path)
                arrow = about.schema.to_arrow_schema()
                return GrantedFile(id, view, int(version), path, arrow, about.num_rows, path.stat().st_size)
        return None

    def _write(self, path: Path, rows: pa.Table) -> None:
        """Whole or not at all; the files of the view's older versions go."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".partial")
        pq.write_table(rows, partial, compression="zstd")
        partial.replace(path)
        for file in path.parent.glob(f"{path.stem.rsplit('-', 2)[0]}-*.parquet"):
            if file != path:
                file.unlink(missing_ok=True)


def granted_rows(published: Published, view: View, rekey: Callable[[str], str]) -> pa.Table:
    """What a grant may read: the rows that its filter lets through, keys as this grant's, and PERSON beside them.

    PERSON is the key before it was changed, for whoever has to tell persons apart over all grants; it never leaves.
    Refused: bad_request, where the filter names a column that the table has not.
    """
    rows = published.rows
    person = rows.column(published.person) if published.person else pa.nulls(rows.num_rows, pa.string())
    rows = rows.append_column(PERSON, person.cast(pa.string()))
    for name, values in sorted(view.row_filter.items()):
        if name not in rows.column_names or name == PERSON:
            raise Refused(
                "bad_request",
                f"{view.name}: the grant's filter names {name}, which it does not have. Have it issued anew.",
            )
        rows = rows.filter(pc.is_in(rows.column(name).cast(pa.string()), pa.array(values, pa.string())))
    for name in published.key_columns:
        rows = rows.set_column(rows.column_names.index(name), name, _rekeyed(rows.column(name), rekey))
    return rows


def _rekeyed(column: pa.ChunkedArray, rekey: Callable[[str], str]) -> pa.ChunkedArray:
    """Each distinct key once: tables repeat a person's on every row."""
    coded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    changed = pa.array([None if k is None else rekey(k) for k in coded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([pa.DictionaryArray.from_arrays(coded.indices, changed).cast(pa.string())])


def _id(grant: str, view: View, version: int) -> str:
    """Changes with whatever changes the file's rows."""
    what = json.dumps([grant, view.name, view.grade, dict(view.row_filter), version], sort_keys=True)
    return hashlib.sha256(what.encode()).hexdigest()[:32]


_SIMPLE: Mapping[str, str] = {
    "string": "string", "large_string": "string", "int8": "byte", "int16": "short", "int32": "integer", "int64": "long",
    "float": "float", "double": "double", "bool": "boolean", "date32[day]": "date", "binary": "binary",
}  # fmt: skip


def delta_schema(schema: pa.Schema) -> str:
    """The columns as Delta describes them (Delta protocol, Schema Serialization Format)."""
    return json.dumps({"type": "struct", "fields": _fields(schema)})


def _fields(schema: Any) -> list[dict[str, Any]]:
    return [{"name": f.name, "type": _delta(f.type), "nullable": True, "metadata": {}} for f in schema]


def _delta(kind: pa.DataType) -> Any:
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_timestamp(kind):
        return "timestamp" if kind.tz else "timestamp_ntz"
    if pa.types.is_struct(kind):
        return {"type": "struct", "fields": _fields(kind)}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return {"type": "array", "elementType": _delta(kind.value_type), "containsNull": True}
    return _SIMPLE[str(kind)]
