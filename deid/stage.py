"""The Spark edge of de-identification: bronze's current records in, de-identified records and exclusions out.

Frames come in and go out; where they are stored is the caller's. The rules run in pure Python once per record, inside
the Spark workers; keys are read there from the vault, so that none stands in a plan, a log or an error.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

import msgspec
import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from core import references
from core.institution import Institution
from deid import consent, data_window, identity, shapes
from deid.document import Deidentifier
from deid.policy import load_policies
from deid.pseudonym import KeyRing, keys_in
from deid.subject import KnownTerm, Subject, terms_as_json, terms_of_json
from deid.text.scanner import TextScanner

IDENTITY = (
    "institution string, patient_id string, subject_key string, person_key string, link_rules string, known string,"
    " is_over_89 boolean, earliest_year int, permitted boolean, reason string, window string,"
    " has_record boolean, context_hash string"
)
RESOURCE = (
    "institution string, resource_type string, resource_key string, subject_key string, person_key string,"
    " policy_version string, key_id string, content_hash string, raw string"
)
# One row per current record that is not de-identified, and why; in the identified zone.
EXCLUSION = "institution string, resource_type string, resource_id string, subject_id string, reason string"
# One row per patient and rotation of the keys; in the identified zone.
REKEY = (
    "institution string, patient_id string, old_key_id string, old_subject_key string, old_person_key string,"
    " key_id string, subject_key string, person_key string"
)
_OUTCOME = (
    "institution string, batch_id string, resource_type string, resource_id string, subject_id string, resource_key string,"
    " subject_key string, person_key string, policy_version string, key_id string, content_hash string, raw string,"
    " reason string, counts array<struct<kind: string, name: string, detail: string, n: bigint>>"
)
_COUNT = pa.struct([("kind", pa.string()), ("name", pa.string()), ("detail", pa.string()), ("n", pa.int64())])
_OUTCOME_ARROW = pa.schema([
    *((name, pa.string()) for name in (
        "institution", "batch_id", "resource_type", "resource_id", "subject_id", "resource_key", "subject_key", "person_key",
        "policy_version", "key_id", "content_hash", "raw", "reason",
    )),
    ("counts", pa.list_(_COUNT)),
])  # fmt: skip
DELETED = "deleted"
NO_POLICY_OF_RELEASE = "fhir_release"  # policies are written for R4 and R4B; what R5 renamed would be missed
NO_SUBJECT = "no_subject"
SHAPE = "shape"
# Of one record in 64 it is shown what became of its values: pseudonyms are as good as random.
_SAMPLED = ("00", "01", "02", "03")
_MOST_SHAPES = 2  # a path of a type
LISTED = ("Practitioner", "PractitionerRole", "Organization", "Location")
# One row per person or place that records can refer to, and one per number that stands for one; in the identified zone.
# known_hash: changes when they come to be known by other terms.
DIRECTORY = "institution string, reference string, resource_id string, known_hash string"
# A reference to one in a resource's text.
REFERENCE = rf'((?:{"|".join(LISTED)})(?:\?identifier=|/)[^"\\]+)"'
# The same, each beginning with letters of its own: such an expression skips through a text ten times as fast.
_REFERENCES = [re.compile(rf'({kind}(?:\?identifier=|/)[^"\\]+)"') for kind in LISTED]
_MOST_AROUND = 20_000
_OF_PERSON = ("person_key", "known", "is_over_89", "has_record", "earliest_year")
_PATIENT_ID = r"\bPatient/([A-Za-z0-9\-.]{1,64})"
_PATIENT = re.compile(rf"{_PATIENT_ID}|\bPatient\?")
_WHOEVER = ""  # no patient's id; with it, a patient named by a number may not be named either


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that the workers need to build their de-identifier; small, and without any key."""

    institutions: Mapping[str, Institution]
    vault: str
    name_models: bool = True


# --- identity -------------------------------------------------------------------------------------------------------


def identities(
    spark: SparkSession, current: DataFrame, setup: Setup, *, as_of: date
) -> tuple[DataFrame, dict[str, int]]:
    """One row per institution and patient (IDENTITY), and how many persons each rule linked across institutions.

    Reads the current, live Patient, RelatedPerson and Consent records. The linking rule needs all patients at once, so
    their tokens (not their records) are brought together on the driver. The rows are kept: the caller lets go of them.
    """
    about = current.where(
        "resource_type IN ('Patient', 'RelatedPerson', 'Consent') AND subject_id IS NOT NULL AND NOT deleted"
    )
    grouped = about.groupBy("institution", "subject_id").agg(
        F.collect_list(F.struct("resource_type", "resource_id", "raw")).alias("records")
    )

    def describe(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        keys = keys_in(setup.vault)
        for batch in batches:
            rows = [_describe(r, setup.institutions[r["institution"]], keys, as_of) for r in batch.to_pylist()]
            if rows:
                yield pa.RecordBatch.from_pylist(rows, schema=_DESCRIBED_ARROW)

    described = grouped.mapInArrow(describe, _DESCRIBED).persist()
    linked = identity.link_persons(_link_rows(described), keys_in(setup.vault))
    people = [(i, p, k, ",".join(linked.rules.get((i, p), ()))) for (i, p), k in linked.person_keys.items()]
    persons = spark.createDataFrame(
        people, "institution string, patient_id string, person_key string, link_rules string"
    )
    context = [
        "subject_key", "person_key", "known", "is_over_89", "earliest_year", "permitted", "reason", "window", "has_record",
    ]  # fmt: skip
    full = described.drop("tokens").join(persons, ["institution", "patient_id"], "inner")
    hashed = F.sha2(F.to_json(F.struct(*context)), 256)
    identified = full.withColumn("context_hash", hashed).select(_names(IDENTITY)).persist()
    identified.count()
    described.unpersist()
    return identified, dict(linked.counts)


def _link_rows(described: DataFrame) -> list[identity.LinkRow]:
    """Every patient with the tokens that can decide anything: those that somebody shares, and those that tell apart."""
    each = described.select("institution", "patient_id", F.explode_outer("tokens").alias("t"))
    of_token = Window.partitionBy("t.kind", "t.token")
    decides = F.col("t.kind").isin(*identity.EVIDENCE_KINDS) | (F.count("*").over(of_token) > 1)
    kept = each.select("institution", "patient_id", F.when(decides, F.col("t")).alias("t"))
    tokens: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for r in kept.distinct().toLocalIterator():
        tokens[r.institution, r.patient_id].update([(r.t.kind, r.t.token)] if r.t else [])
    return [identity.LinkRow(*who, tuple(sorted(found))) for who, found in tokens.items()]


_DESCRIBED = (
    "institution string, patient_id string, subject_key string, known string, is_over_89 boolean,"
    " earliest_year int, permitted boolean, reason string, window string, has_record boolean,"
    " tokens array<struct<kind: string, token: string>>"
)
_DESCRIBED_ARROW = pa.schema([
    ("institution", pa.string()), ("patient_id", pa.string()), ("subject_key", pa.string()), ("known", pa.string()),
    ("is_over_89", pa.bool_()), ("earliest_year", pa.int32()), ("permitted", pa.bool_()),
    ("reason", pa.string()), ("window", pa.string()), ("has_record", pa.bool_()),
    ("tokens", pa.list_(pa.struct([("kind", pa.string()), ("token", pa.string())]))),
])  # fmt: skip


def _describe(row: Mapping[str, Any], institution: Institution, keys: KeyRing, as_of: date) -> dict[str, Any]:
    """What the records of one patient say about who they are and whether they may be used."""
    records: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in sorted(row["records"], key=lambda r: (r["resource_type"], r["resource_id"])):
        records[record["resource_type"]].append(msgspec.json.decode(record["raw"]))
    patient = records["Patient"][0] if records["Patient"] else None
    is_waived = institution.consent == "waived"
    decision = consent.Decision(True) if is_waived else consent.permits(records["Consent"], as_of)
    known = identity.known_terms(patient, records["RelatedPerson"]) if patient else ()
    is_over_89 = bool(patient and identity.is_over_89(patient, as_of))
    return {
        "institution": institution.id,
        "patient_id": row["subject_id"],
        "subject_key": keys.subject_key(institution.id, row["subject_id"]),
        "known": terms_as_json(known),
        "is_over_89": is_over_89,
        "earliest_year": as_of.year - identity.AGE_LIMIT if is_over_89 else None,
        "permitted": decision.permitted,
        "reason": decision.reason,
        "window": decision.window.to_json() if decision.window else None,
        "has_record": patient is not None,
        "tokens": [{"kind": k, "token": t} for k, t in (identity.link_tokens(patient, keys) if patient else ())],
    }


# --- people and places that records refer to --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Directory:
    """The people and places of institutions that records refer to.

    `ids`: {institution: {"Practitioner?identifier=system|value": id}}, what conditional references can be resolved to.
    `known`: {institution: {"Practitioner/id": terms}}, by what they would be known in a text.
    """

    ids: Mapping[str, Mapping[str, str]]
    known: Mapping[str, Mapping[str, tuple[KnownTerm, ...]]]

    def rows(self) -> Iterator[tuple[str, str, str, str | None]]:
        """The directory as rows of DIRECTORY, without any term."""
        for institution, of in self.ids.items():
            yield from ((institution, reference, to, None) for reference, to in of.items())
        for institution, terms in self.known.items():
            for reference, found in terms.items():
                known_hash = sha256(terms_as_json(found).encode()).hexdigest()[:32]
                yield institution, reference, reference.partition("/")[2], known_hash


def directory(current: DataFrame) -> Directory:
    """The directory that the current practitioners, their roles, organisations and locations give; no patient is in it."""

    def entries(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            rows = [row for r in batch.to_pylist() for row in _entries(r)]
            if rows:
                yield pa.RecordBatch.from_pylist(rows, schema=_ENTRY_ARROW)

    listed = current.where(F.col("resource_type").isin(*LISTED) & ~F.col("deleted"))
    found = listed.select("institution", "resource_type", "resource_id", "raw").mapInArrow(entries, _ENTRY)
    ids: dict[str, dict[str, str]] = defaultdict(dict)
    known: dict[str, dict[str, tuple[KnownTerm, ...]]] = defaultdict(dict)
    roles: list[tuple[str, str, list[str]]] = []
    ambiguous = set()
    for r in found.toLocalIterator():
        if r.known is not None:
            known[r.institution][r.reference] = terms_of_json(r.known)
            roles += [(r.institution, r.reference, r.of)] if r.of else []
        elif ids[r.institution].setdefault(r.reference, r.resource_id) != r.resource_id:
            ambiguous.add((r.institution, r.reference))
    for institution, reference in ambiguous:
        del ids[institution][reference]
    for institution, reference, of in roles:
        here = known[institution]
        here[reference] = tuple(dict.fromkeys(t for other in sorted(of) for t in here.get(other, ())))
    return Directory(dict(ids), dict(known))


_ENTRY = "institution string, reference string, resource_id string, known string, of array<string>"
_ENTRY_ARROW = pa.schema([
    ("institution", pa.string()), ("reference", pa.string()), ("resource_id", pa.string()), ("known", pa.string()),
    ("of", pa.list_(pa.string())),
])  # fmt: skip


def _entries(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    resource, kind = msgspec.json.decode(row["raw"]), row["resource_type"]
    entry = {"institution": row["institution"], "resource_id": row["resource_id"], "known": None, "of": None}
    of = [f"{t.type}/{t.id}" for t in _references(resource) if t.type in LISTED] if kind == "PractitionerRole" else []
    known = terms_as_json(identity.terms_around(resource))
    yield entry | {"reference": f"{kind}/{row['resource_id']}", "known": known, "of": of}
    for found in resource.get("identifier") or []:
        value, system = found.get("value"), found.get("system")
        if isinstance(value, str) and value:
            name = f"{system}|{value}" if isinstance(system, str) else value
            yield entry | {"reference": f"{kind}?identifier={name}"}


# --- records ----------------------------------------------------------------------------------------------------------


def deidentified(
    spark: SparkSession,
    current: DataFrame,
    identity_rows: DataFrame,
    listed: Directory,
    setup: Setup,
) -> DataFrame:
    """One row per current record (_OUTCOME): de-identified text, or the reason why there is none.

    What was done is counted over some thousand records at once, in `counts` of the first of its batch and type among them.
    """
    context = identity_rows.select(
        "institution", F.col("patient_id").alias("subject_id"), "person_key", "known", "is_over_89", "earliest_year",
        "permitted", F.col("reason").alias("refused"), "window", "has_record",
    )  # fmt: skip
    columns = ["institution", "batch_id", "resource_type", "resource_id", "subject_id", "deleted", "raw"]
    joined = current.select(columns).join(context, ["institution", "subject_id"], "left")
    # What was decided for a person's words and codes holds for their next record.
    joined = joined.sortWithinPartitions("institution", "subject_id")
    permitted = spark.sparkContext.broadcast(_permitted(identity_rows, setup))
    directories = spark.sparkContext.broadcast(listed)

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        worker = _Worker(setup, permitted.value, directories.value)
        for batch in batches:
            if rows := [worker.outcome(r) for r in batch.to_pylist()]:
                worker.put_counts(rows)
                columns = [pa.array([r.get(f.name) for r in rows], f.type) for f in _OUTCOME_ARROW]
                yield pa.RecordBatch.from_arrays(columns, schema=_OUTCOME_ARROW)

    return joined.mapInArrow(work, _OUTCOME)


def _permitted(identity_rows: DataFrame, setup: Setup) -> dict[str, frozenset[str]]:
    """{institution that needs consent: the patients who gave it}: who may be named in a cohort."""
    strict = [i.id for i in setup.institutions.values() if i.consent == "required"]
    rows = identity_rows.where(F.col("institution").isin(strict) & F.col("permitted")).select(
        "institution", "patient_id"
    )
    found: dict[str, set[str]] = {i: set() for i in strict}
    for row in rows.toLocalIterator():
        found[row.institution].add(row.patient_id)
    return {i: frozenset(ids) for i, ids in found.items()}


class _Worker:
    """One Spark task's de-identification; engines are shared by all tasks of the worker process."""

    def __init__(self, setup: Setup, permitted: Mapping[str, frozenset[str]], listed: Directory):
        self.setup, self.permitted, self.listed = setup, permitted, listed
        self._around: dict[tuple[str, ...], tuple[KnownTerm, ...]] = {}
        self.keys = keys_in(setup.vault)
        self._known: tuple[tuple[str, str] | None, tuple[KnownTerm, ...]] = (None, ())
        self._last: tuple[tuple[Any, ...] | None, Subject | None] = (None, None)
        self._counts: defaultdict[tuple[str, ...], Counter[tuple[str, str, str]]] = defaultdict(Counter)

    def outcome(self, row: Mapping[str, Any]) -> dict[str, Any]:
        institution = self.setup.institutions[row["institution"]]
        out: dict[str, Any] = {
            k: row[k] for k in ("institution", "batch_id", "resource_type", "resource_id", "subject_id")
        }
        # Of every record, also one that is left out: it may have been in before, and is found by its key.
        out["resource_key"] = self.keys.resource_key(institution.id, row["resource_type"], row["resource_id"])
        if row["deleted"]:
            return {**out, "reason": DELETED}
        if reason := self._refused(row, institution):
            return {**out, "reason": reason}
        engine = _deidentifier(institution, self.setup.vault, self.setup.name_models)
        subject = self._subject(row, institution)
        done = engine.deidentify(row["raw"], subject, self.listed.ids.get(institution.id))
        out["reason"] = done.reason
        counts = self._counts[_place(row)]
        for what, n in done.tally():
            counts[what] += n
        if done.raw is None:
            return out
        if out["resource_key"].startswith(_SAMPLED):
            counts.update(_shapes(row["raw"], done.raw, row["resource_type"]))
        out["subject_key"], out["person_key"] = subject.subject_key, subject.person_key
        out["policy_version"], out["key_id"] = engine.policy_version, self.keys.key_id
        out["content_hash"], out["raw"] = sha256(done.raw.encode()).hexdigest(), done.raw
        return out

    def put_counts(self, rows: list[dict[str, Any]]) -> None:
        """Gives what was done since the last time to the first row of each batch and type; a row has it or nothing."""
        for row in rows:
            found = self._counts.pop(_place(row), Counter())
            row["counts"] = [{"kind": k, "name": n, "detail": d, "n": c} for (k, n, d), c in found.items()]

    def _refused(self, row: Mapping[str, Any], institution: Institution) -> str | None:
        if institution.fhir_release == "R5":
            return NO_POLICY_OF_RELEASE
        if row["subject_id"] is None:
            about_nobody = references.is_about_nobody(msgspec.json.decode(row["raw"]))
            return None if about_nobody else NO_SUBJECT
        if institution.consent == "waived":
            return None
        if not row["permitted"]:
            return row["refused"] or consent.NO_CONSENT
        is_in = row["window"] is None or _window(row["window"]).holds(msgspec.json.decode(row["raw"]))
        return None if is_in else data_window.OUTSIDE

    def _subject(self, row: Mapping[str, Any], institution: Institution) -> Subject:
        patient = row["subject_id"]
        excluded = self._excluded(row, institution)
        if patient is None:
            dates = self.keys.dates(None, institution.profile)
            return Subject(institution.id, None, None, dates, excluded_patients=excluded)
        # Rows of one person mostly follow each other, and name the same people: then it is the very same subject.
        around = self._terms_around(row)
        told = (institution.id, patient, excluded, around, *(row[name] for name in _OF_PERSON))
        if self._last[0] == told and self._last[1] is not None:
            return self._last[1]
        person = row["person_key"] or self.keys.person_key(institution.id, patient)
        subject = Subject(
            institution.id, self.keys.subject_key(institution.id, patient), person, self.keys.dates(person, institution.profile),
            self._known_terms(row), bool(row["is_over_89"]), excluded, bool(row["has_record"]), row["earliest_year"],
            around=around,
        )  # fmt: skip
        self._last = told, subject
        return subject

    def _terms_around(self, row: Mapping[str, Any]) -> tuple[KnownTerm, ...]:
        """By what the practitioners and places that the record names would be known; the same tuple for the same ones."""
        where = row["institution"]
        if where not in self.listed.known:
            return ()
        named = (where, *sorted({found for each in _REFERENCES for found in each.findall(row["raw"])}))
        if named not in self._around:
            known, ids = self.listed.known.get(where, {}), self.listed.ids.get(where, {})
            if len(self._around) >= _MOST_AROUND:
                self._around.clear()
            terms = (t for name in named[1:] for t in known.get(_literal(name, ids), ()))
            self._around[named] = tuple(sorted(dict.fromkeys(terms), key=lambda t: (-len(t.text), t.text)))
        return self._around[named]

    def _known_terms(self, row: Mapping[str, Any]) -> tuple[KnownTerm, ...]:
        """The terms of the row's person; rows of one person mostly follow each other, so the last answer is kept."""
        who = (row["institution"], row["subject_id"])
        if self._known[0] != who:
            self._known = who, terms_of_json(row["known"] or "[]")
        return self._known[1]

    def _excluded(self, row: Mapping[str, Any], institution: Institution) -> frozenset[str]:
        """The patients beside its own that a record may not name: all but those who gave the consent that is needed."""
        if institution.id not in self.permitted:
            return frozenset()
        named = {found or _WHOEVER for found in _PATIENT.findall(_unescaped(row["raw"]))} - {row["subject_id"]}
        return frozenset(named - self.permitted[institution.id])


def named_patients(raw: Column, subject_id: Column) -> Column:
    """The ids of the patients beside its own that a record's text names; of the same records as `_Worker` sees named."""
    slashes = F.regexp_replace(raw, r"\\(?:/|u002[fF])", "/")
    found = F.array_distinct(F.regexp_extract_all(slashes, F.lit(_PATIENT_ID), F.lit(1)))
    return F.filter(found, lambda one: ~one.eqNullSafe(subject_id))


def _unescaped(raw: str) -> str:
    """JSON without escapes that it does not need: "Patient\\/p1" names p1, too."""
    return msgspec.json.encode(msgspec.json.decode(raw)).decode() if "\\" in raw else raw


def _place(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Where what was done to a row is counted."""
    return row["institution"], row["batch_id"], row["resource_type"]


def _shapes(before: str, after: str, kind: str) -> Iterator[tuple[str, str, str]]:
    seen = shapes.changes(msgspec.json.decode(before), msgspec.json.decode(after), kind)
    return ((SHAPE, path, change) for path, change in seen)


def _literal(reference: str, ids: Mapping[str, str]) -> str:
    """ "Type/id" of what a reference names, be it absolute, versioned or by a number."""
    if "?" in reference:
        found = ids.get(reference) or ids.get(unquote(reference))
        return f"{reference.partition('?')[0]}/{found}"
    target = references.parse(reference)
    return f"{target.type}/{target.id}" if target else ""


def _references(value: Any) -> Iterator[references.Target]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        if target := references.parse(value.get("reference")):
            yield target
        for item in value.values():
            yield from _references(item)


@lru_cache(maxsize=1024)
def _window(said: str) -> data_window.DataWindow:
    return data_window.DataWindow.from_json(said)


@cache
def _deidentifier(institution: Institution, vault: str, name_models: bool) -> Deidentifier:
    scanner = TextScanner(institution.language) if name_models else TextScanner(institution.language, name_model=None)
    return Deidentifier(load_policies(), institution.profile, keys_in(vault), scanner)


# --- what came of it --------------------------------------------------------------------------------------------------


def changes(outcome: DataFrame) -> DataFrame:
    """The rows to merge into deid/resource by (institution, resource_type, resource_key); `gone` ones leave it."""
    return outcome.select(*_names(RESOURCE), F.col("raw").isNull().alias("gone"))


def exclusions(outcome: DataFrame) -> DataFrame:
    """The rows to merge into vault/exclusion by (institution, resource_type, resource_id); `gone` ones leave it."""
    is_in = F.col("raw").isNull() & (F.col("reason") != DELETED)
    return outcome.select(*_names(EXCLUSION), (~is_in).alias("gone"))


def tally(outcome: DataFrame) -> list[dict[str, Any]]:
    """What was done, in counts: rows of institution, batch_id, resource_type, kind, name, detail, n.

    A record counts for the batch that brought its current version; null where no batch has it any more. kind: record (name:
    deidentified or the reason why not), path (name: element path, detail: verb), entity (name: what was found in text,
    detail: by what), extension (name: url of a dropped extension), shape (name: element path, detail: what became of
    values there, without a value; of a sample, the most frequent ones, of all batches together).
    """
    record = F.struct(
        F.lit("record").alias("kind"), F.coalesce("reason", F.lit("deidentified")).alias("name"), F.lit("").alias("detail"),
        F.lit(1).cast("bigint").alias("n"),
    )  # fmt: skip
    counts = F.explode(F.concat("counts", F.array(record))).alias("c")
    each = outcome.select("institution", "batch_id", "resource_type", counts)
    batch = F.when(F.col("c.kind") != SHAPE, F.col("batch_id")).alias("batch_id")
    summed = each.groupBy("institution", batch, "resource_type", "c.kind", "c.name", "c.detail").agg(
        F.sum("c.n").alias("n")
    )
    rows = sorted((r.asDict() for r in summed.collect()), key=_most_frequent_first)
    shown = Counter[tuple[str, ...]]()
    kept = []
    for row in rows:
        place = (row["institution"], row["resource_type"], row["kind"], row["name"])
        shown[place] += 1
        if row["kind"] != SHAPE or shown[place] <= _MOST_SHAPES:
            kept.append(row)
    return kept


def _most_frequent_first(row: Mapping[str, Any]) -> tuple[Any, ...]:
    where = (row["institution"], row["batch_id"] or "", row["resource_type"], row["kind"])
    return (*where, -row["n"], row["name"], row["detail"])


def rules_fingerprint(institutions: Iterable[Institution], key_id: str, name_models: bool) -> str:
    """Changes when anything changes that would de-identify a record differently: policies, profiles, institutions, key, models."""
    said = [load_policies().version, key_id, str(name_models), *sorted(i.model_dump_json() for i in institutions)]
    return sha256("\n".join(said).encode()).hexdigest()[:16]


def _names(ddl: str) -> list[str]:
    return [column.split()[0] for column in ddl.split(", ") if ":" not in column.split()[0]]
