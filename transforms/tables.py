"""Which tables a lake has, in which zone each lies, and how they are read without Spark.

A table is `<root>/<layer>/<name>`, a Delta table by path, and says in its newest commit what it was made from. Writing
them is `transforms.lake`'s.
"""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from core.errors import ZoneError

if TYPE_CHECKING:
    from deltalake import CommitProperties


class Zone(StrEnum):
    """Where storage permissions differ. Nothing right of the identified zone may open it."""

    IDENTIFIED = "identified"
    DEIDENTIFIED = "de-identified"
    PUBLISHED = "published"
    GOVERNANCE = "governance"


ZONE_OF_LAYER = {
    "bronze": Zone.IDENTIFIED,
    "vault": Zone.IDENTIFIED,
    "deid": Zone.DEIDENTIFIED,
    "silver": Zone.DEIDENTIFIED,
    "gold": Zone.DEIDENTIFIED,
    "published": Zone.PUBLISHED,
    "governance": Zone.GOVERNANCE,
}


# In the metadata of a commit that changed no row (files moved together, a setting): the newest commit that did. Kept there
# because that one's own file leaves the log after a while.
UPKEEP = "upkeep"


@dataclass(frozen=True, slots=True)
class Commit:
    """The newest commit that changed a table's rows: its Delta version and what the writer said it was made from.

    `rows`: how many the table holds, where the commit replaced them all; None where it only changed some. `id`: what
    tells the commit from one of the same version in another lake ("" in lakes that did not keep it yet).
    """

    version: int
    made_from: dict[str, Any]
    rows: int | None
    id: str = ""


@dataclass(frozen=True)
class Tables:
    """The tables below one root, as seen by code that may open `zones`."""

    root: Path
    zones: frozenset[Zone] = field(default=frozenset(Zone), kw_only=True)

    def within(self, *zones: Zone) -> Self:
        """The same lake for code that may open only these zones."""
        return replace(self, zones=frozenset(zones))

    def path(self, layer: str, name: str) -> Path:
        """The folder of a table. ZoneError when this lake may not open its zone."""
        zone = ZONE_OF_LAYER[layer]
        if zone not in self.zones:
            allowed = ", ".join(sorted(self.zones))
            raise ZoneError(f"{layer}/{name} lies in the {zone} zone; this step may open: {allowed}.")
        return self.root / layer / name

    def exists(self, layer: str, name: str) -> bool:
        return (self.path(layer, name) / "_delta_log").is_dir()

    def names(self, layer: str) -> list[str]:
        """The tables of a layer, e.g. "encounter"; published ones carry their grade, "L3/drug_exposure"."""
        top = self.path(layer, "")
        return sorted(str(log.parent.relative_to(top)) for log in top.glob("**/_delta_log"))

    def commit(self, layer: str, name: str) -> Commit | None:
        """The newest commit, read from the log itself: a table's history costs a Spark job, this a file.

        Commits of upkeep do not count: nothing that was made from the table is behind after them.
        """
        log = self.path(layer, name) / "_delta_log"
        versions = sorted(log.glob("[0-9]*.json"))
        if not versions:
            return None
        info = _info(versions[-1])
        made_from = json.loads(info["userMetadata"]) if info.get("userMetadata") else {}
        if UPKEEP in made_from:
            return Commit(**made_from[UPKEEP])
        how = info.get("operationParameters", {})
        is_whole = (how.get("mode") == "Overwrite" and not how.get("predicate")) or info.get(
            "operation"
        ) == "CREATE TABLE"
        counted = info.get("operationMetrics", {})
        written = counted.get("numOutputRows", counted.get("num_added_rows"))  # as Spark says it, and as delta-rs does
        rows = written if is_whole else None
        return Commit(int(versions[-1].stem), made_from, None if rows is None else int(rows), info.get("txnId", ""))

    def settings(self, layer: str, name: str) -> dict[str, str]:
        """What the table itself says of how it is kept, e.g. "delta.enableChangeDataFeed"."""
        from deltalake import DeltaTable

        return dict(DeltaTable(str(self.path(layer, name))).metadata().configuration)

    def _first_after(self, layer: str, name: str, version: int) -> int:
        """The first commit after `version` that the log has: `forget` leaves the later ones, which changed no row."""
        oldest = min((self.path(layer, name) / "_delta_log").glob("[0-9]*.json"))
        if int(oldest.stem) > version + 1:
            made_from = json.loads(_info(oldest).get("userMetadata") or "{}")
            if UPKEEP in made_from and made_from[UPKEEP]["version"] <= version:
                return int(oldest.stem)
        return version + 1

    def commit_id(self, layer: str, name: str, version: int) -> str | None:
        """The `id` of the commit of that version; None where the log does not go back so far."""
        file = self.path(layer, name) / "_delta_log" / f"{version:020d}.json"
        return _info(file).get("txnId", "") if file.exists() else None

    def files_since(self, layer: str, name: str, version: int) -> list[str] | None:
        """The names of the files that commits after `version` brought; None where the log does not go back so far.

        `_metadata.file_name` of a row that is newer than the version is one of them. Files that only lost rows are not.
        """
        actions = actions_since(self.path(layer, name), version)
        if actions is None:
            return None
        return sorted({a["path"].rsplit("/", 1)[-1] for a in actions["add"] if "deletionVector" not in a})

    def arrow(
        self, layer: str, name: str, *, columns: tuple[str, ...] = (), where: str = "TRUE", version: int | None = None
    ) -> pa.Table:
        """The rows of a table that fits in memory, read without a JVM (20 ms for a small one, deletion vectors honoured).

        `columns`: those, all if none is given; `where`: an SQL condition; `version`: as of this Delta version, else the
        newest. Wide tables are Spark's.
        """
        return self._query(layer, name, f"SELECT {_quoted(columns) or '*'} FROM t WHERE {where}", version)  # noqa: S608

    def counts(self, layer: str, name: str, by: tuple[str, ...], *, where: str = "TRUE") -> dict[tuple[Any, ...], int]:
        """How many rows there are of each combination of values in these columns, of a table of any length, without a JVM."""
        sql = f"SELECT {_quoted(by)}, count(*) AS n FROM t WHERE {where} GROUP BY {_quoted(by)}"  # noqa: S608
        return {tuple(r[c] for c in by): r["n"] for r in self._query(layer, name, sql).to_pylist()}

    def _query(self, layer: str, name: str, sql: str, version: int | None = None) -> pa.Table:
        from deltalake import DeltaTable, QueryBuilder  # 0.4 s, for those who read so

        table = DeltaTable(str(self.path(layer, name)), version=version)
        found = pa.table(QueryBuilder().register("t", table).execute(sql).read_all())
        return found.cast(pa.schema([f.with_type(_plain(f.type)) for f in found.schema]))

    def put_arrow(
        self, layer: str, name: str, rows: pa.Table, *, made_from: Mapping[str, Any], adds: bool, once: str = ""
    ) -> Commit:
        """Write few rows without Spark, in one commit: instead of all others, or added to them (`adds`).

        `once` names the write: a second write under the same name changes nothing. Rows that are added may bring new
        columns, null in older ones. A Spark job that writes costs half a second a table, this 20 ms.
        """
        from deltalake import DeltaTable, WriterProperties, write_deltalake

        path = str(self.path(layer, name))
        is_done = once and self.exists(layer, name) and DeltaTable(path).transaction_version(once) is not None
        if not is_done:
            write_deltalake(
                path, rows.cast(_nullable(rows.schema)), mode="append" if adds else "overwrite",
                schema_mode="merge" if adds else "overwrite", writer_properties=WriterProperties(compression="ZSTD"),
                commit_properties=says(made_from, once=once),
            )  # fmt: skip
        return self._written(layer, name)

    def _written(self, layer: str, name: str) -> Commit:
        commit = self.commit(layer, name)
        assert commit is not None, "a write that returned has a commit"
        return commit


def says(made_from: Mapping[str, Any], *, once: str = "", rows: int | None = None) -> "CommitProperties":
    """What a commit that Spark does not make says of itself, in the words of those that it makes. `rows`: how many a table
    holds of which all are replaced."""
    from deltalake import CommitProperties, Transaction

    said: dict[str, Any] = {"userMetadata": json.dumps(made_from), "txnId": str(uuid.uuid4())}
    if rows is not None:
        said["operationMetrics"] = {"numOutputRows": str(rows)}
    named = [Transaction(once, 1, int(time.time() * 1000))] if once else None
    return CommitProperties(custom_metadata=said, app_transactions=named)


def _nullable(schema: pa.Schema) -> pa.Schema:
    """Every value may be null, as in any table that Spark writes."""
    return pa.schema([_may_be_null(f) for f in schema])


def _may_be_null(column: pa.Field) -> pa.Field:
    kind = column.type
    if pa.types.is_struct(kind):
        kind = pa.struct([_may_be_null(f) for f in kind])
    elif pa.types.is_list(kind):
        kind = pa.list_(_may_be_null(kind.value_field))
    return pa.field(column.name, kind, nullable=True)


def actions_since(table: Path, version: int) -> dict[str, list[dict[str, Any]]] | None:
    """The files that commits after `version` added and removed; None where the log does not go back so far."""
    log = table / "_delta_log"
    newer = sorted(file for file in log.glob("[0-9]*.json") if int(file.stem) > version)
    newest = int(max(log.glob("[0-9]*.json")).stem)
    if [int(file.stem) for file in newer] != list(range(version + 1, newest + 1)):
        return None
    return {kind: [action for file in newer for action in _actions(file, kind)] for kind in ("add", "remove")}


def _quoted(columns: tuple[str, ...]) -> str:
    return ", ".join('"{}"'.format(c.replace('"', '""')) for c in columns)


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type with its texts as ordinary strings: the reader gives views, which not every library takes."""
    if pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(kind.value_field.with_type(_plain(kind.value_type)))
    if pa.types.is_struct(kind):
        return pa.struct([f.with_type(_plain(f.type)) for f in kind])
    if pa.types.is_map(kind):
        return pa.map_(_plain(kind.key_type), _plain(kind.item_type))
    return kind


def _info(commit: Path) -> dict[str, Any]:
    """What a commit file says of its writing."""
    return next(_actions(commit, "commitInfo"), {})


def _actions(commit: Path, kind: str) -> Iterator[dict[str, Any]]:
    with commit.open(encoding="utf-8") as lines:
        yield from (json.loads(line)[kind] for line in lines if line.startswith(f'{{"{kind}"'))
