"""Looking for what is left of somebody who was erased: every file below a folder, whatever it is for.

Parquet is read row by row (also files that no table version names any more), everything else as text. Nothing that is
found is kept: the outcome is paths.
"""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_LEAST_LENGTH = 8  # shorter ids are words and numbers of others
_STATS = 32  # as many characters of a text stand in the log of a table as its least or greatest value
_EDGE = "[^0-9A-Za-z-]"


@dataclass(frozen=True)
class Needles:
    """What identifies the person: the institution's own id and identifiers, and pseudonyms that are theirs alone."""

    institution: str
    patient_id: str
    identifiers: tuple[str, ...] = ()
    pseudonyms: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, text: str) -> "Needles":
        said = json.loads(text)
        return cls(said["institution"], said["patient_id"], tuple(said["identifiers"]), tuple(said["pseudonyms"]))

    def pattern(self) -> str:
        """As a regular expression of RE2 (DuckDB) and of Python. An id is looked for as a reference or in its own columns."""
        own = re.escape(self.patient_id)
        # In the log of a table statistics are JSON within JSON, so a quote may have backslashes.
        quote = r"\\*\""
        parts = [
            f"Patient/{own}(?:{_EDGE}|$)",
            f"{quote}(?:patient_id|subject_id){quote}:{quote}{own}(?:{quote}|$)",
            rf"{quote}resourceType{quote}\s*:\s*{quote}Patient{quote}\s*,\s*{quote}id{quote}\s*:\s*{quote}{own}{quote}",
        ]
        long = [n for n in (self.patient_id, *self.identifiers, *self.pseudonyms) if len(n) >= _LEAST_LENGTH]
        for needle in dict.fromkeys([*long, *(n[:_STATS] for n in long if len(n) > _STATS)]):
            end = f"(?:{_EDGE}|$)" if len(needle) <= _STATS and needle in long else ""
            parts.append(f"(?:^|{_EDGE}){re.escape(needle)}{end}")
        return "|".join(parts)


def find(top: Path, needles: Needles, leave_out: Iterable[Path] = ()) -> tuple[list[Path], int]:
    """The files below `top` in which the person is found, and how many were looked at.

    Rows that say they are another institution's are not this person's: ids are an institution's own.
    """
    left_out = tuple(leave_out)
    found, n = [], 0
    for file in _files(top):
        if any(file == p or p in file.parents for p in left_out):
            continue
        n += 1
        if _holds(file, needles):
            found.append(file)
    return found, n


def _files(top: Path) -> Iterator[Path]:
    return (f for f in sorted(top.rglob("*")) if f.is_file() and not f.is_symlink())


def _holds(file: Path, needles: Needles) -> bool:
    if file.suffix == ".parquet":
        return _parquet_holds(file, needles)
    content = file.read_bytes()
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    return re.search(needles.pattern().encode(), content) is not None


def _parquet_holds(file: Path, needles: Needles) -> bool:
    import duckdb
    import pyarrow.parquet as pq

    names = pq.read_schema(file).names
    where = "regexp_matches(to_json(t)::VARCHAR, $pattern)"
    said: dict[str, str] = {"pattern": needles.pattern(), "file": str(file)}
    if "institution" in names:
        where += " AND (institution IS NULL OR institution IN ('', $institution))"
        said["institution"] = needles.institution
    with duckdb.connect(config={"threads": 2}) as session:
        query = f"SELECT 1 FROM read_parquet($file, hive_partitioning = false) AS t WHERE {where} LIMIT 1"  # noqa: S608
        return session.execute(query, said).fetchone() is not None
