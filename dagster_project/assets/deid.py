"""Bronze -> deid: the border of the identified zone."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from core.errors import ReconcileError
from dagster_project.assets._step import RETRY, step, table_metadata
from dagster_project.fingerprint import fingerprint
from dagster_project.resources import Lakehouse
from deid import residual_scan, stage
from expectations.engine import preload
from transforms.bronze import tables
from transforms.bronze.completeness import update_load_completeness
from transforms.bronze.current import KEY, current_versions
from transforms.lake import Lake

# One row per run, institution, batch, type and thing done (see `deid.stage.tally`), in records or occurrences.
DONE = (
    "at timestamp, made_from string, is_whole boolean, institution string, resource_type string, kind string, name string,"
    " detail string, n bigint, batch_id string"
)
_HERE = Path(stage.__file__).parent
# What looks at records, views and tables afterwards, and derives none; whatever else is in the package does.
NOT_DERIVING = frozenset(("report.py", "residual.py", "residual_scan.py", "risk.py", "disclosure.py"))
_CODE = (
    *sorted(file for file in _HERE.glob("*.py") if file.name not in NOT_DERIVING),
    *(_HERE / "text" / part for part in (".", "recognizers", "lexicon")),
)
_PEOPLE = ("Patient", "RelatedPerson", "Consent")
_IDENTITY = dg.AssetSpec(
    ["vault", "identity"],
    deps=[["bronze", "resource"]],
    group_name="vault",
    kinds={"spark", "deltalake"},
    description="One row a patient of an institution: pseudonyms, consent, what may identify them. Identified.",
)
_RESOURCE = dg.AssetSpec(
    ["deid", "resource"],
    deps=[["bronze", "resource"], _IDENTITY],
    group_name="deid",
    kinds={"spark", "deltalake"},
    description="One row a live resource whose patient may be used: valid FHIR without identifiers, dates moved.",
)


@dataclass(frozen=True, slots=True)
class _Work:
    """What a run has to de-identify: the newest version of each record that is touched, and everybody's identity."""

    current: DataFrame
    identity: DataFrame
    linked: dict[str, int]
    everything: bool


@dg.multi_asset(specs=[_IDENTITY, _RESOURCE], retry_policy=RETRY)
def deid(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
    """De-identifies what is new in bronze, and what depends on anything new: consents, links, rules."""
    preload()  # the first step where nothing has landed
    with step(lakehouse, "deid"):
        lake = lakehouse.lake
        update_load_completeness(lake)  # made by the bronze step, unless a run was cut off just before it
        made_from = deid_made_from(lakehouse)
        had = lake.commit("vault", "identity")
        if had is None or {k: had.made_from.get(k) for k in made_from} != made_from:
            _update(context, lakehouse, made_from, had.made_from if had else None)
        else:
            lakehouse.tell(context, "deid: up to date")
    page = dg.MetadataValue.path(str(lakehouse.report_file("deid.html")))
    yield dg.MaterializeResult(asset_key=_IDENTITY.key, metadata=table_metadata(lake, "vault", "identity"))
    yield dg.MaterializeResult(
        asset_key=_RESOURCE.key, metadata={**table_metadata(lake, "deid", "resource"), "report": page, **made_from}
    )


def deid_made_from(lakehouse: Lakehouse) -> dict[str, Any]:
    """What deid/resource would be made from now; vault/identity, written last, says what it was made from."""
    bronze = lakehouse.lake.commit("bronze", "resource")
    return {
        "bronze": bronze.version if bronze else -1,
        "key_id": lakehouse.keys.key_id,
        "rules": stage.rules_fingerprint(
            lakehouse.institutions.values(), lakehouse.keys.key_id, lakehouse.setup.name_models
        ),
        "code": fingerprint(*_CODE),
        "as_of": str(lakehouse.as_of),
    }


def _update(context: Any, lakehouse: Lakehouse, made_from: dict[str, Any], had: dict[str, Any] | None) -> None:
    lake, spark = lakehouse.lake, lakehouse.lake.spark
    listed = stage.directory(current_versions(_of(lake, *stage.LISTED)))
    work = _work(lakehouse, made_from, had, _changed_entries(lake, listed, had))
    outcome = stage.deidentified(spark, work.current, work.identity, listed, lakehouse.setup).persist(
        StorageLevel.DISK_ONLY
    )
    try:
        tally = stage.tally(outcome)
        if tally:
            _merge(lake, "vault", "exclusion", stage.exclusions(outcome), work.everything, KEY, made_from, ())
            key = ("institution", "resource_type", "resource_key")
            _merge(
                lake, "deid", "resource", stage.changes(outcome), work.everything, key, made_from, ("resource_type",)
            )
        _tell(lakehouse, tally, work, made_from)
        done = sum(r["n"] for r in tally if r["kind"] == "record" and r["name"] == "deidentified")
        out = sum(r["n"] for r in tally if r["kind"] == "record" and r["name"] not in ("deidentified", stage.DELETED))
        lakehouse.tell(context, f"deid: {done:,} records de-identified, {out:,} excluded")
        _tell_new_keys(lake, work.identity, made_from, had)
        entries = spark.createDataFrame(list(listed.rows()), stage.DIRECTORY)
        lake.replace("vault", "directory", entries, made_from=made_from)
        # Last, because it is what says that this version of bronze is done: a run cut off before it starts over.
        known = residual_scan.known_fingerprint(work.identity)
        lake.replace("vault", "identity", work.identity, made_from=made_from | {"known": known})
        check_reconciled(lake)
    finally:
        outcome.unpersist()
        work.identity.unpersist()


def _tell_new_keys(lake: Lake, now: DataFrame, made_from: dict[str, Any], had: dict[str, Any] | None) -> None:
    """After a rotation: which old key of a patient became which new one, for data that left under the old ones."""
    old_id, new_id = (had or {}).get("key_id", made_from["key_id"]), made_from["key_id"]
    if old_id == new_id:
        return
    both = ["institution", "patient_id"]
    keys = ["subject_key", "person_key"]
    before = lake.read("vault", "identity").select(*both, *(F.col(k).alias(f"old_{k}") for k in keys))
    rows = before.join(now.select(*both, *keys), both)
    rows = rows.withColumns({"old_key_id": F.lit(old_id), "key_id": F.lit(new_id)})
    rows = rows.select(tables.names(stage.REKEY))
    lake.append("vault", "rekey", rows, once=f"rekey/{old_id}/{new_id}", made_from={"key_id": new_id})


def _of(lake: Lake, *types: str) -> DataFrame:
    return lake.read("bronze", "resource").where(F.col("resource_type").isin(*types))


def _changed_entries(lake: Lake, now: stage.Directory, had: dict[str, Any] | None) -> set[tuple[str, str]] | None:
    """(institution, reference) of what is now somebody else, or known by other terms; None: it cannot be told."""
    commit = lake.commit("vault", "directory")
    if commit is None or had is None or any(commit.made_from[k] != had.get(k) for k in commit.made_from):
        # of an update that was cut off
        return None
    changed = {tuple(r) for r in lake.read("vault", "directory").toLocalIterator()} ^ set(now.rows())
    return {(institution, reference) for institution, reference, *_ in changed}


def _work(
    lakehouse: Lakehouse, made_from: dict[str, Any], had: dict[str, Any] | None, entries: set[tuple[str, str]] | None
) -> _Work:
    """The touched records: new ones, all of a person whose consent, names, link or age class changed, and those that
    refer to a practitioner, place or organisation who is new or has come to be known otherwise.
    """
    lake = lakehouse.lake
    people = current_versions(_of(lake, *_PEOPLE))
    identity, linked = stage.identities(lake.spark, people, lakehouse.setup, as_of=lakehouse.as_of)
    bronze = lake.read("bronze", "resource")
    if had is None or any(had.get(k) != made_from[k] for k in ("rules", "code")) or not lake.exists("deid", "resource"):
        return _Work(current_versions(bronze), identity, linked, True)
    who = ["institution", "subject_id"]
    before = lake.read("vault", "identity").select("institution", "patient_id", F.col("context_hash").alias("was"))
    both = identity.select("institution", "patient_id", "context_hash").join(
        before, ["institution", "patient_id"], "full"
    )
    changed = both.where("NOT context_hash <=> was").select("institution", F.col("patient_id").alias("subject_id"))
    touched = bronze.join(changed, who, "left_semi").select(*KEY)
    # A record of one patient, or of nobody, may name others (a cohort, a mother's newborn), if they gave their consent.
    strict = [i.id for i in lakehouse.institutions.values() if i.consent == "required"]
    if strict:
        naming = bronze.where(F.col("institution").isin(strict))
        naming = naming.withColumn("other", F.explode(stage.named_patients(F.col("raw"), F.col("subject_id"))))
        others = changed.withColumnRenamed("subject_id", "other")
        touched = touched.union(naming.join(others, ["institution", "other"], "left_semi").select(*KEY))
    if entries is None or entries:
        refers = bronze.where(F.col("raw").rlike(stage.REFERENCE))
        if entries is not None:
            changed_entries = lake.spark.createDataFrame(sorted(entries), "institution string, reference string")
            written = F.regexp_extract_all("raw", F.lit(stage.REFERENCE), F.lit(1))
            either = F.array_union(written, F.transform(written, lambda w: F.coalesce(F.try_url_decode(w), w)))
            each = refers.withColumn("reference", F.explode(either))
            refers = each.join(changed_entries, ["institution", "reference"], "left_semi")
        touched = touched.union(refers.select(*KEY))
    if had["bronze"] < made_from["bronze"]:
        touched = touched.union(lake.added_since("bronze", "resource", had["bronze"]).select(*KEY))
    touched = touched.distinct()
    current = current_versions(bronze, touched)
    # What a replaced batch brought and nobody delivers any more is gone like what was deleted.
    gone = touched.join(bronze.select(*KEY), list(KEY), "left_anti").withColumn("deleted", F.lit(True))
    return _Work(current.unionByName(gone, allowMissingColumns=True), identity, linked, False)


def _merge(
    lake: Lake, layer: str, name: str, changes: DataFrame, everything: bool, key: tuple[str, ...], made_from: dict[str, Any],
    partition_by: tuple[str, ...],
) -> None:  # fmt: skip
    if everything:
        lake.replace(
            layer, name, changes.where("NOT gone").drop("gone"), made_from=made_from, partition_by=partition_by
        )
    else:
        lake.merge(layer, name, changes, on=key, gone="gone", made_from=made_from)


def _tell(lakehouse: Lakehouse, tally: list[dict[str, Any]], work: _Work, made_from: dict[str, Any]) -> None:
    """Keeps the counts of this run, for the report that a compliance officer reads."""
    now = lakehouse.now()
    rows = [{**r, "at": now, "made_from": json.dumps(made_from), "is_whole": work.everything} for r in tally]
    none = {
        "institution": "",
        "batch_id": None,
        "resource_type": "",
        "kind": "link",
        "detail": "",
        "at": now,
        "is_whole": work.everything,
    }
    rows += [{**none, "name": rule, "n": n, "made_from": json.dumps(made_from)} for rule, n in work.linked.items()]
    said = [[r[c] for c in tables.names(DONE)] for r in rows]
    lakehouse.lake.append_small(
        "governance", "deidentification", said, schema=DONE, once=f"deid/{now.isoformat()}", made_from=made_from
    )


def standing(lake: Lake) -> list[dict[str, Any]]:
    """Per institution and type, in current records: live, deleted, deidentified, excluded."""
    key = ("institution", "resource_type")
    current = current_versions(lake.read("bronze", "resource").drop("raw"))
    counted = current.groupBy(*key).agg(
        F.count_if(~F.col("deleted")).alias("live"), F.count_if("deleted").alias("deleted")
    )
    found = {(r.institution, r.resource_type): (r.live, r.deleted) for r in counted.collect()}
    done, out = lake.counts("deid", "resource", key), lake.counts("vault", "exclusion", key)
    rows = []
    for place in sorted({*found, *done, *out}):
        live, deleted = found.get(place, (0, 0))
        kept = {"live": live, "deleted": deleted, "deidentified": done.get(place, 0), "excluded": out.get(place, 0)}
        rows.append({**dict(zip(key, place, strict=True)), **kept})
    return rows


def check_reconciled(lake: Lake) -> None:
    """ReconcileError unless every current record is de-identified, excluded with a reason, or deleted."""
    wrong = [r for r in standing(lake) if r["live"] != r["deidentified"] + r["excluded"]]
    if wrong:
        each = "; ".join(
            f"{r['institution']} {r['resource_type']}: {r['live']} current, {r['deidentified']} de-identified,"
            f" {r['excluded']} excluded"
            for r in wrong
        )
        raise ReconcileError(f"deid does not add up: {each}. Nothing after it is built. Report this as a bug.")
