"""The tables of bronze: their columns, and what they say about what has been finished."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

from core.errors import ReconcileError
from transforms.lake import Lake

_RECORD = "institution string, batch_id string, resource_type string, resource_id string"
_PLACE = "source_file string, source_line bigint, source_entry int, ingested_at timestamp"
# One row per version of a resource, or delete of one.
RESOURCE = (
    f"{_RECORD}, version_id string, last_updated timestamp, subject_id string, deleted boolean, content_hash string,"
    f" {_PLACE}, raw string"
)
# One row per record that was not accepted.
REJECTED = f"{_RECORD}, {_PLACE}, reason_code string, reason string, raw string"
# One row per record that repeats one in bronze/resource.
DUPLICATE = f"{_RECORD}, content_hash string, {_PLACE}"
# One row per batch and resource type, counts in records; the last four columns are what the manifest says.
BATCH = (
    "institution string, batch_id string, resource_type string, read bigint, accepted bigint, rejected bigint,"
    " duplicates bigint, fingerprint string, listing string, ingested_at timestamp, patient_group string,"
    " loaded_since timestamp, loaded_until timestamp, declared bigint"
)
PLACE = ("institution", "batch_id", "source_file", "source_line", "source_entry")
# Batches and subjects are looked for; texts and hashes are not, and their least and greatest values cost time.
SKIP_BY = ("institution", "batch_id", "resource_id", "subject_id", "last_updated", "ingested_at")
ERASED_FOLDER = "erased"  # of the vault: who must not come back
COUNTS = ("read", "accepted", "rejected", "duplicates")


def names(ddl: str) -> list[str]:
    return [column.split()[0] for column in ddl.split(", ")]


@dataclass(frozen=True, slots=True)
class Operation:
    """One change of bronze: its kind ("batch", "replace", "replay"), the batch it is about, and what sets it apart.

    The commit of bronze/resource that begins it and the commit of bronze/batch that ends it carry its name, so that one
    that was cut off is seen by comparing two commits.
    """

    kind: str
    institution: str
    batch_id: str
    mark: str

    @property
    def name(self) -> str:
        return f"{self.kind}|{self.institution}|{self.batch_id}|{self.mark}"

    @classmethod
    def parse(cls, name: str) -> "Operation":
        kind, institution, rest = name.split("|", 2)
        batch_id, mark = rest.rsplit("|", 1)
        return cls(kind, institution, batch_id, mark)

    def is_of(self, institution: str, batch_id: str) -> bool:
        return (self.institution, self.batch_id) == (institution, batch_id)


def unfinished(lake: Lake) -> Operation | None:
    """The operation that a run began and did not end."""
    begun, ended = lake.commit("bronze", "resource"), lake.commit("bronze", "batch")
    if begun is None or (ended and ended.made_from == begun.made_from):
        return None
    return Operation.parse(begun.made_from["operation"])


def check_erased(begun: Operation | None) -> None:
    """ReconcileError when what was begun and not ended is an erasure: only who asked for it knows of whom."""
    if begun and begun.kind == "erase":
        raise ReconcileError(
            f"{begun.institution}: an erasure was cut off. Repeat `lakehouse erase` as it was given: it goes on from there."
        )


@dataclass(frozen=True, slots=True)
class Loaded:
    """What bronze/batch says of a batch that is complete."""

    listing: str
    fingerprint: str


def known_batches(lake: Lake) -> dict[tuple[str, str], Loaded]:
    """{(institution, batch id): what it was} of every batch that is complete in bronze."""
    if not lake.exists("bronze", "batch"):
        return {}
    begun = unfinished(lake)
    rows = lake.read("bronze", "batch").select("institution", "batch_id", "listing", "fingerprint").distinct().collect()
    return {
        (r.institution, r.batch_id): Loaded(r.listing, r.fingerprint)
        for r in rows
        if not (begun and begun.kind != "replay" and begun.is_of(r.institution, r.batch_id))
    }


def of_batch(institution: str, batch_id: str) -> Column:
    return (F.col("institution") == institution) & (F.col("batch_id") == batch_id)


def condition(institution: str, batch_id: str) -> str:
    """The same as `of_batch`, as the SQL that Delta wants of a condition to replace by."""
    quoted = batch_id.replace("\\", "\\\\").replace("'", "\\'")
    return f"institution = '{institution}' AND batch_id = '{quoted}'"


def held(lake: Lake, batches: Iterable[tuple[str, str]]) -> dict[tuple[str, str, str], tuple[int, int, int]]:
    """{(institution, batch, type): (accepted, rejected, duplicates)}: the rows that bronze has of these batches."""
    # As standard SQL quotes: `condition` is for Spark, which reads a backslash as its own.
    quoted = ((institution, batch_id.replace("'", "''")) for institution, batch_id in batches)
    wanted = " OR ".join(f"institution = '{i}' AND batch_id = '{b}'" for i, b in quoted) or "FALSE"
    found: dict[tuple[str, str, str], list[int]] = {}
    for at, table in enumerate(("resource", "rejected", "duplicate")):
        if lake.exists("bronze", table):
            for (institution, batch_id, kind), n in lake.counts("bronze", table, _KEY, where=wanted).items():
                found.setdefault((institution, batch_id, kind or UNKNOWN), [0, 0, 0])[at] += n
    return {key: (n[0], n[1], n[2]) for key, n in found.items()}


_KEY = ("institution", "batch_id", "resource_type")
UNKNOWN = "(unknown)"


def reconcile(lake: Lake, batches: Iterable[tuple[str, str]]) -> None:
    """ReconcileError unless bronze holds what these batches say, and in all as many records as all batches say.

    The rows of the batches are counted; of the others only their sum, which Delta knows without reading them.
    """
    batches = list(batches)
    said: dict[tuple[str, str, str], tuple[int, ...]] = {}
    total = 0
    for r in lake.read("bronze", "batch").select("institution", "batch_id", "resource_type", *COUNTS).collect():
        total += r.accepted
        if (r.institution, r.batch_id) in batches:
            said[r.institution, r.batch_id, r.resource_type] = tuple(r[c] for c in COUNTS)
    found = held(lake, batches) if batches else {}
    wrong = []
    for key in sorted(said.keys() | found.keys()):
        read, *counts = said.get(key, (0, 0, 0, 0))
        if tuple(counts) != found.get(key, (0, 0, 0)) or read != sum(counts):
            told = ", ".join(map(str, found.get(key, (0, 0, 0))))
            wrong.append(f"{key[0]}|{key[1]} {key[2]}: read {read}, said {counts}, held {told}")
    there = lake.read("bronze", "resource").count()
    if there != total:
        wrong.append(f"all batches: said {total} accepted, held {there}")
    if wrong:
        raise ReconcileError(
            f"bronze does not add up: {'; '.join(wrong)}. Nothing after it is built. Report this as a bug."
        )
