"""The Spark edge of the second look: tables in, counts and keyed hashes out, in one pass over their rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from deid.pseudonym import keys_in
from deid.residual import RARE, RARE_TOKEN, Finding, Term, Watch, distinctive

# What is scanned: one JSON object a row.
ROW = "table string, key string, person_key string, raw string"
# One place of one value: how often it was found there, and the key of one of the rows.
FINDING = "path string, kind string, hash string, key string, n bigint"
# Where more is found in a task, every further finding is only counted.
MOST = 1000
_ROWS, _STRINGS = "rows", "strings"
_FOUND = f"table string, {FINDING}"
_FOUND_ARROW = pa.schema([*((n, pa.string()) for n in ("table", "path", "kind", "hash", "key")), ("n", pa.int64())])
_TERM_ARROW = pa.schema([("term", pa.string())])


@dataclass
class Scanned:
    """What was looked at in one table, and what was found: rows of FINDING."""

    rows: int = 0
    strings: int = 0
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def kinds(self) -> dict[str, int]:
        total = Counter[str]()
        for f in self.findings:
            total[f["kind"]] += f["n"]
        return dict(sorted(total.items()))


def scan(
    rows: DataFrame, identity: DataFrame, *, vault: str, free_text: Mapping[str, tuple[str, ...]] | None = None
) -> dict[str, Scanned]:
    """What is left of anybody in `rows` (ROW), by table.

    Reads person_key and known of vault/identity. `free_text`: by table, the top-level names whose rare tokens count.
    Only the terms that identify in anybody's record are brought together, in the memory of this process.
    """
    free = free_text or {}
    anybody = rows.sparkSession.sparkContext.broadcast(_distinctive(identity))
    own = identity.where("person_key IS NOT NULL").groupBy("person_key").agg(F.collect_set("known").alias("known"))

    def look(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        watch, fingerprint = _watch(anybody.value), keys_in(vault).fingerprint
        seen: dict[tuple[str, Finding], dict[str, Any]] = {}
        counted = Counter[tuple[str, str]]()
        for batch in batches:
            for row in batch.to_pylist():
                table = row["table"]
                strings, found = watch.look(row["raw"], tuple(row["known"] or ()), free.get(table, ()))
                counted[table, _ROWS] += 1
                counted[table, _STRINGS] += strings
                for finding in found:
                    if (table, finding) in seen:
                        seen[table, finding]["n"] += 1
                    elif len(seen) < MOST or finding.kind == RARE_TOKEN:
                        hashed = fingerprint(f"{finding.kind}|{finding.what}")
                        seen[table, finding] = {
                            "table": table, "path": finding.path, "kind": finding.kind, "hash": hashed, "key": row["key"], "n": 1,
                        }  # fmt: skip
                    else:
                        counted[table, finding.kind] += 1
        rest = [
            {"table": t, "path": "", "kind": kind, "hash": "", "key": "", "n": n} for (t, kind), n in counted.items()
        ]
        yield pa.RecordBatch.from_pylist([*seen.values(), *rest], schema=_FOUND_ARROW)

    found = rows.join(own, "person_key", "left").mapInArrow(look, _FOUND)
    return _summed(r.asDict() for r in found.collect())


def _summed(rows: Iterable[dict[str, Any]]) -> dict[str, Scanned]:
    """The tasks' findings by table, each place and value once; of identifier-like tokens only the rare ones."""
    tables: dict[str, Scanned] = defaultdict(Scanned)
    places: dict[tuple[str, ...], dict[str, Any]] = {}
    tokens = Counter[tuple[str, str]]()
    for row in rows:
        table = row.pop("table")
        if row["kind"] in (_ROWS, _STRINGS):
            setattr(tables[table], row["kind"], getattr(tables[table], row["kind"]) + row["n"])
            continue
        if row["kind"] == RARE_TOKEN:
            tokens[table, row["hash"]] += row["n"]
        place = places.setdefault((table, row["path"], row["kind"], row["hash"]), {**row, "n": 0})
        place["n"] += row["n"]
    for (table, *_), place in sorted(places.items(), key=lambda kv: (-kv[1]["n"], kv[0])):
        if place["kind"] != RARE_TOKEN or tokens[table, place["hash"]] <= RARE:
            tables[table].findings.append(place)
    return dict(tables)


def known_fingerprint(identity: DataFrame) -> str:
    """Changes when anybody comes, goes, or is known by other terms: all that was scanned has to be scanned again."""
    # Reduced before it is added up, since a sum of whole hashes overflows.
    row = F.expr("xxhash64(institution, patient_id, person_key, known) % 4294967296")
    found = identity.agg(F.count("*").alias("n"), F.sum(row).alias("h")).first()
    assert found is not None, "an aggregate without groups has one row"
    return f"{found['n']}-{found['h']}"


def _distinctive(identity: DataFrame) -> frozenset[Term]:
    def made(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = {
                "\x1f".join((t.kind, *t.parts))
                for known in batch.column("known").to_pylist()
                for t in distinctive(known or "[]")
            }
            yield pa.RecordBatch.from_pylist([{"term": t} for t in sorted(found)], schema=_TERM_ARROW)

    written = (r.term.split("\x1f") for r in identity.select("known").mapInArrow(made, "term string").collect())
    return frozenset(Term(kind, tuple(parts), is_distinctive=True) for kind, *parts in written)


@cache
def _watch(anybody: frozenset[Term]) -> Watch:
    return Watch(anybody)
