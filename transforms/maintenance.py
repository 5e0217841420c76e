"""Upkeep of the lake's tables: small files written together, files that no kept version needs deleted.

No row changes and nothing that was made from a table is behind afterwards. A second time at once does nothing.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from core.errors import ConfigError
from transforms.lake import SMALL_FILE, Lake
from transforms.tables import ZONE_OF_LAYER

# Delta's own limit: a file that is younger may be of a write or a read that has not ended.
LEAST_DAYS = 7
DAYS = 7
# What was delivered can be looked at as it was for a month. Not so the vault: who has withdrawn is to be gone from it.
_DAYS_OF_LAYER = {"bronze": 30}
# A folder of fewer small files than this reads about as fast as one large file, and is not worth a commit.
MANY = 8
# Tables whose change feed is read, by whom, and under which name the reader's commits say how far it is.
_FOLLOWED = {("bronze", "resource"): ("vault", "identity", "bronze")}
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What became of one table: files and bytes that its newest version is read from; files deleted, bytes freed.

    `note` says why a table was left as it was, where that is not for want of anything to do.
    """

    table: str
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    removed: int
    freed: int
    note: str = ""

    @property
    def is_worth_telling(self) -> bool:
        return self.files_before != self.files_after or self.removed > 0 or self.note != ""


def check_days(days: int | None) -> None:
    """ConfigError for a period in which a run that is still reading could lose its files."""
    if days is not None and days < LEAST_DAYS:
        raise ConfigError(
            f"--retain-days {days}: has to be {LEAST_DAYS} or more ({LEAST_DAYS * 24} hours): a younger file may belong to a"
            " run that has not ended."
        )


def maintain(lake: Lake, *, now: datetime, retain_days: int | None = None) -> Iterator[Upkeep]:
    """Keep up every table of the lake, one after the other; what replaced files are kept for is `retain_days`.

    Without it: bronze 30 days, everything else 7. ConfigError when it is less than 7.
    """
    check_days(retain_days)
    for layer in ZONE_OF_LAYER:
        for name in lake.names(layer):
            yield keep_up(lake, layer, name, now=now, days=retain_days or _DAYS_OF_LAYER.get(layer, DAYS))


def keep_up(lake: Lake, layer: str, name: str, *, now: datetime, days: int) -> Upkeep:
    """Keep up one table. One whose change feed somebody has not read to its end is left alone."""
    had, before = _data_files(lake.path(layer, name)), _live(lake, layer, name)
    after, note = before, _unread(lake, layer, name)
    if not note:
        lake.retain(layer, name, days=days, keeps_log=(layer, name) in _FOLLOWED)
        if crowded := _crowded(before):
            lake.compact(layer, name, where=_condition(lake.path(layer, name), crowded))
            after = _live(lake, layer, name)
        if _is_due(set(had) - set(after), now - timedelta(days=days)):
            lake.vacuum(layer, name)
    gone = had.keys() - _data_files(lake.path(layer, name)).keys()
    return Upkeep(
        f"{layer}/{name}", len(before), len(after), sum(before.values()), sum(after.values()), len(gone),
        sum(had[file] for file in gone), note,
    )  # fmt: skip


def _unread(lake: Lake, layer: str, name: str) -> str:
    """Why the table has to stay as it is: its newest rows are still to be read from the files that brought them."""
    if (layer, name) not in _FOLLOWED:
        return ""
    reader_layer, reader_name, key = _FOLLOWED[layer, name]
    reader, newest = lake.commit(reader_layer, reader_name), lake.commit(layer, name)
    if reader is None or newest is None:
        return ""  # who has read nothing yet reads the whole table
    read = reader.made_from.get(key, -1)
    if read >= newest.version:
        return ""
    return (
        f"left alone: {reader_layer}/{reader_name} has read up to version {read} of {newest.version}; run the pipeline"
    )


def _live(lake: Lake, layer: str, name: str) -> dict[Path, int]:
    """The data files of the newest version with their bytes."""
    files = (Path(unquote(urlsplit(file).path)) for file in lake.read(layer, name).inputFiles())
    return {file: file.stat().st_size for file in files}


def _data_files(table: Path) -> dict[Path, int]:
    """Every data file in a table's folder, also those of older versions, with its bytes."""
    files = (f for f in table.rglob("*") if f.suffix in (".parquet", ".bin") and "_delta_log" not in f.parts)
    return {file: file.stat().st_size for file in files}


def _crowded(live: dict[Path, int]) -> list[Path]:
    """The folders (partitions) that hold many small files."""
    small = Counter(file.parent for file, size in live.items() if size < SMALL_FILE)
    return sorted(folder for folder, files in small.items() if files >= MANY)


def _condition(table: Path, folders: list[Path]) -> str | None:
    """The partitions that lie in these folders, as SQL; None for a table without partitions."""
    if table in folders:
        return None
    parts = [[part.split("=", 1) for part in folder.relative_to(table).parts] for folder in folders]
    return " OR ".join(" AND ".join(_equals(name, unquote(value)) for name, value in each) for each in parts)


def _equals(name: str, value: str) -> str:
    if value == _NO_VALUE:
        return f"`{name}` IS NULL"
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"`{name}` = '{quoted}'"


def _is_due(files: set[Path], before: datetime) -> bool:
    """Whether any of the files may be deleted: to ask Delta costs seconds a table."""
    return any(file.stat().st_mtime < before.timestamp() for file in files)
