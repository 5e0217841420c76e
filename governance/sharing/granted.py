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
import pyarrow.parquet as pq

from governance.query import PERSON, Limits, QueryRefused, ask
from governance.sharing.access import Refused, View

_PLACE = "place_of_row"


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a published table: its rows, which columns hold pseudonyms, and which tells persons apart."""

    version: int
    rows: pa.Table
    key_columns: tuple[str, ...]
    person: str | None


@dataclass(frozen=True, slots=True)
class GrantedFile:
    """What a reader is sent: the file with its name, rows and bytes, and its columns as Delta describes them."""

    id: str
    path: Path
    version: int
    rows: int
    size: int
    schema: str
    columns: tuple[str, ...]


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

    def file(self, grant: str, view: View) -> GrantedFile:
        """The newest version of a view as the grant may read it. Refused: not_published, too_many_rows."""
        version = self._version(view)
        id = _id(grant, view, version)
        with self._guard:
            lock = self._locks.setdefault(id, threading.Lock())
        path = self._folder / hashlib.sha256(grant.encode()).hexdigest()[:16] / f"{view.name}-{id}.parquet"
        with lock:
            if not path.exists():
                rows = granted_rows(self._read(view), view, lambda key: self._rekey(grant, key))
                self._write(path, rows.drop_columns([c for c in (PERSON,) if c in rows.column_names]))
            found = pq.read_metadata(path)
        arrow = found.schema.to_arrow_schema()
        schema = json.dumps({"type": "struct", "fields": _fields(arrow)})
        return GrantedFile(id, path, version, found.num_rows, path.stat().st_size, schema, tuple(arrow.names))

    def path(self, grant: str, id: str) -> Path | None:
        """The file of that id, if it is the grant's and still there."""
        folder = self._folder / hashlib.sha256(grant.encode()).hexdigest()[:16]
        return next((f for f in folder.glob("*.parquet") if f.stem.rsplit("-", 1)[-1] == id), None)

    def _write(self, path: Path, rows: pa.Table) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".partial")
        pq.write_table(rows, partial, compression="zstd")
        old = [f for f in path.parent.glob(f"{path.stem.rsplit('-', 1)[0]}-*.parquet") if f != path]
        partial.replace(path)
        for file in old:
            file.unlink(missing_ok=True)


def granted_rows(published: Published, view: View, rekey: Callable[[str], str]) -> pa.Table:
    """What a grant may read: rows that meet its condition, its columns, keys as this grant's, and PERSON beside them.

    PERSON is the key before it was changed, for whoever has to tell persons apart over all grants; it never leaves.
    Refused: too_many_rows, where more than the grant's `max_rows` would leave (never a part of them); bad_request, where
    the condition does not fit the table any more.
    """
    rows = published.rows
    person = rows.column(published.person) if published.person else pa.nulls(rows.num_rows, pa.string())
    rows = rows.append_column(PERSON, person.cast(pa.string()))
    if view.row_filter:
        rows = _filtered(rows, view.row_filter)
    if view.max_rows is not None and rows.num_rows > view.max_rows:
        raise Refused(
            "too_many_rows",
            f"{view.name}: has {rows.num_rows:,} rows, the grant allows {view.max_rows:,}. Ask for a grant with a narrower"
            " condition or more rows.",
        )
    allowed = [c for c in rows.column_names if c == PERSON or view.columns is None or c in view.columns]
    rows = rows.select(allowed)
    for name in published.key_columns:
        if name in allowed:
            rows = rows.set_column(rows.column_names.index(name), name, _rekeyed(rows.column(name), rekey))
    return rows


def _filtered(rows: pa.Table, condition: str) -> pa.Table:
    """The rows that meet the condition, which may use what a question may. Only their places pass through SQL."""
    numbered = rows.append_column(_PLACE, pa.array(range(rows.num_rows), pa.int64()))
    try:
        kept = ask(f"SELECT {_PLACE} FROM rows WHERE ({condition})", {"rows": numbered}, limits=Limits(rows=1 << 62))  # noqa: S608
    except QueryRefused as e:
        raise Refused("bad_request", f"the grant's condition on rows: {e} Have the grant issued anew.") from None
    return rows.take(pa.chunked_array(kept.rows.column(_PLACE)).combine_chunks().sort())


def _rekeyed(column: pa.ChunkedArray, rekey: Callable[[str], str]) -> pa.ChunkedArray:
    """Each distinct key once: tables repeat a person's on every row."""
    coded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    changed = pa.array([None if k is None else rekey(k) for k in coded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([pa.DictionaryArray.from_arrays(coded.indices, changed).cast(pa.string())])


def _id(grant: str, view: View, version: int) -> str:
    """Changes with whatever changes the file's rows."""
    what = json.dumps([grant, view.name, view.grade, view.columns, view.row_filter, view.max_rows, version])
    return hashlib.sha256(what.encode()).hexdigest()[:32]


_SIMPLE: Mapping[str, str] = {
    "string": "string", "large_string": "string", "int8": "byte", "int16": "short", "int32": "integer", "int64": "long",
    "float": "float", "double": "double", "bool": "boolean", "date32[day]": "date", "binary": "binary",
}  # fmt: skip


def _fields(schema: Any) -> list[dict[str, Any]]:
    return [{"name": f.name, "type": _delta(f.type), "nullable": True, "metadata": {}} for f in schema]


def _delta(kind: pa.DataType) -> Any:
    """A type as Delta's schema says it (Delta protocol, Schema Serialization Format)."""
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_timestamp(kind):
        return "timestamp" if kind.tz else "timestamp_ntz"
    if pa.types.is_struct(kind):
        return {"type": "struct", "fields": _fields(kind)}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return {"type": "array", "elementType": _delta(kind.value_type), "containsNull": True}
    return _SIMPLE[str(kind)]
