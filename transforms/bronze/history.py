"""What bronze holds of one resource: every version in the order in which they count, and what was rejected of it.

Identified zone. Content is read only where it is asked for.
"""

import re
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from core import fhir
from core.errors import ConfigError
from transforms.bronze.current import current_versions, ordered
from transforms.bronze.tables import PLACE
from transforms.lake import Lake

# Ids that break FHIR's grammar are allowed: the record that was rejected for it is what somebody looks for.
_REFERENCE = re.compile(r"([A-Z][A-Za-z]+)/([^\s/]+)")
_HASH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record came from. `line` of the file from 1, `entry` of the Bundle in it; times are UTC, as text."""

    batch_id: str
    file: str
    line: int
    entry: int | None
    ingested_at: str


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version, or delete. `standing`: "current"; "deleted" for the last one of a resource that is gone; "".

    `has_subject`: whether the record says whose it is. `raw` is None unless asked for, and in a delete.
    """

    place: Place
    version_id: str | None
    last_updated: str | None
    deleted: bool
    content_hash: str
    has_subject: bool
    standing: str
    raw: str | None


@dataclass(frozen=True, slots=True)
class Reject:
    """One delivered text that was not accepted."""

    place: Place
    reason_code: str
    reason: str
    raw: str | None


@dataclass(frozen=True, slots=True)
class History:
    """`versions`: the oldest first. `rejected`: in order of arrival."""

    versions: tuple[Version, ...]
    rejected: tuple[Reject, ...]


def parse_reference(said: str) -> tuple[str, str]:
    """The type and id of "Type/id". ConfigError when it is not that."""
    found = _REFERENCE.fullmatch(said)
    if not found or found[1] not in fhir.resource_types():
        raise ConfigError(
            "the resource has to be given as Type/id, as in Patient/123: a FHIR resource type, a slash and the id as it was"
            " delivered, without blanks."
        )
    return found[1], found[2]


def history(lake: Lake, institution: str, resource_type: str, resource_id: str, *, raw: bool = False) -> History:
    """Everything that bronze holds of one resource of an institution; `raw`: with the texts as they were delivered."""
    is_it = (F.col("institution") == institution) & (F.col("resource_id") == resource_id)
    versions: tuple[Version, ...] = ()
    rejected: tuple[Reject, ...] = ()
    if lake.exists("bronze", "resource"):
        stored = lake.read("bronze", "resource").where(F.col("resource_type") == resource_type).where(is_it)
        versions = _versions(stored if raw else stored.withColumn("raw", F.lit(None).cast("string")))
    if lake.exists("bronze", "rejected"):
        of_type = F.coalesce(F.col("resource_type") == resource_type, F.lit(True))  # some do not say what they are
        refused = lake.read("bronze", "rejected").where(of_type & is_it)
        rejected = _rejected(refused if raw else refused.withColumn("raw", F.lit(None).cast("string")))
    return History(versions, rejected)


def _versions(stored: DataFrame) -> tuple[Version, ...]:
    stored = stored.persist()  # one scan of the type's partition, not one for each of the two
    try:
        now = current_versions(stored.drop("raw")).select(*PLACE, F.col("deleted").alias("is_gone")).collect()
        rows = ordered(stored).orderBy("version").select("*", *_texts("last_updated", "ingested_at")).collect()
    finally:
        stored.unpersist()
    standing = {_key(r): "deleted" if r.is_gone else "current" for r in now}
    return tuple(
        Version(
            _place(r), r.version_id, r.last_updated_text, r.deleted, r.content_hash[:_HASH_DIGITS],
            r.subject_id is not None, standing.get(_key(r), ""), r.raw,
        )
        for r in rows
    )  # fmt: skip


def _rejected(refused: DataFrame) -> tuple[Reject, ...]:
    rows = refused.orderBy("ingested_at", *PLACE).select("*", *_texts("ingested_at")).collect()
    return tuple(Reject(_place(r), r.reason_code, r.reason, r.raw) for r in rows)


def _texts(*times: str) -> list[Any]:
    """Times as text where the session's time zone is known: a collected time has the machine's."""
    return [F.date_format(t, "yyyy-MM-dd HH:mm:ss").alias(f"{t}_text") for t in times]


def _place(row: Row) -> Place:
    return Place(row.batch_id, row.source_file, row.source_line, row.source_entry, row.ingested_at_text)


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in PLACE)
