"""What a run has to record: asked of the lake and of the ledger, so that a run that was cut off is caught up with.

Each event is named (`once`) by what it is about, never by the run, so repeating a run records nothing twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from core.errors import ConfigError
from dagster_project.assets.gold import CONTRACTS, PUBLISHED, published_name
from dagster_project.assets.gold import VIEWS as GOLD
from dagster_project.fingerprint import fingerprint
from dagster_project.resources import Lakehouse
from dagster_project.rotation import renamed
from deid import report, stage
from governance import audit
from governance.entries import SYSTEM, Entry, Tail, read_head
from governance.events import BatchRegistered, Event, PolicyChanged, ReportWritten, VersionPublished
from governance.ledger import Record
from transforms.bronze import tables
from transforms.bronze.landing import shown_name
from transforms.tables import Commit

_BATCH = ("institution", "batch_id", "fingerprint", "ingested_at")
_DEID = Path(stage.__file__).parent
_DEID_CODE = tuple(_DEID / part for part in (".", "policies", "profiles", "text", "text/recognizers", "text/lexicon"))


def settle(lakehouse: Lakehouse) -> int:
    """Record everything that the lake holds and the ledger does not know; how many entries that made."""
    known = _Known()
    for entry in Tail(lakehouse.ledger.folder).new():
        known.add(entry)
    new = [r for r in _records(lakehouse, known) if r.once not in known.once]
    if not new:
        return 0
    return sum(receipt.is_new for receipt in lakehouse.ledger.append(*new))


def register_batches(lakehouse: Lakehouse) -> None:
    """Record the batches that bronze holds."""
    records = list(_batches(lakehouse, lakehouse.now()))
    if records:
        lakehouse.ledger.append(*records)


def register_version(lakehouse: Lakehouse, name: str, commit: Commit | None) -> None:
    """Record a version of a published table, unless there is none or it is recorded."""
    if commit is not None:
        lakehouse.ledger.append(_version(name, commit, lakehouse.now()))


class _Known:
    """What the ledger says so far: the names of events, and each policy's newest hash and number of changes."""

    def __init__(self) -> None:
        self.once: set[str] = set()
        self.policies: dict[tuple[str, str], tuple[str, int]] = {}

    def add(self, entry: Entry) -> None:
        if entry.once:
            self.once.add(entry.once)
        if entry.kind == PolicyChanged.kind:
            key = entry.body["policy"], entry.body["name"]
            self.policies[key] = entry.body["after"], self.policies.get(key, ("", 0))[1] + 1


def _records(lakehouse: Lakehouse, known: _Known) -> Iterator[Record]:
    now = lakehouse.now()
    yield from _policies(lakehouse, known, now)
    yield from _batches(lakehouse, now)
    for contract in PUBLISHED:
        name = published_name(contract)
        if commit := lakehouse.tables.commit("published", name):
            yield _version(name, commit, now)
    yield from _report(lakehouse, now)
    for event in renamed(lakehouse):
        yield _once(event, now, "renamed", event.study_before, event.study, event.institution, str(event.subjects))


def _batches(lakehouse: Lakehouse, now: datetime) -> Iterator[Record]:
    """Each state of each batch: one that is replaced, or has rejects judged again, is registered again."""
    if not lakehouse.tables.exists("bronze", "batch"):
        return
    rows = lakehouse.tables.arrow("bronze", "batch", columns=(*_BATCH, *tables.COUNTS)).to_pylist()
    batches: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for row in sorted(rows, key=lambda r: (r["ingested_at"], r["batch_id"])):
        batches[tuple(str(row[c]) for c in _BATCH)].update({c: row[c] for c in tables.COUNTS})
    for (institution, batch_id, fingerprint_, ingested_at), counts in batches.items():
        event = BatchRegistered(
            institution=institution, batch=_batch_name(batch_id), fingerprint=_hex(fingerprint_), **counts
        )
        name = (institution, batch_id, fingerprint_, ingested_at, *(str(counts[c]) for c in tables.COUNTS))
        yield _once(event, now, "batch", *name)


def _batch_name(batch_id: str) -> str:
    """A batch's name, or a hash of one that may hold a person's name: nothing can be taken out of the ledger again."""
    return shown_name(Path(batch_id))


def _hex(fingerprint: str) -> str:
    return sha256(fingerprint.encode()).hexdigest()[:32]


def _version(name: str, commit: Commit, now: datetime) -> Record:
    event = VersionPublished(table=f"published/{name}", version=commit.version, commit=commit.id or "unknown")
    return _once(event, now, "version", name, str(commit.version), commit.id)


def _policies(lakehouse: Lakehouse, known: _Known, now: datetime) -> Iterator[Record]:
    """What decides now, where it is not what decided last."""
    for (policy, name), after in _deciding(lakehouse).items():
        before, changes = known.policies.get((policy, name), (None, 0))
        if before != after:
            event = PolicyChanged.model_validate({"policy": policy, "name": name, "before": before, "after": after})
            yield _once(event, now, "policy", policy, name, str(changes), after)


def _deciding(lakehouse: Lakehouse) -> dict[tuple[str, str], str]:
    rules = stage.rules_fingerprint(lakehouse.institutions.values(), lakehouse.keys.key_id, lakehouse.setup.name_models)
    found = {("deidentification", "rules"): rules, ("deidentification", "code"): fingerprint(*_DEID_CODE)}
    for contract in CONTRACTS.values():
        found["contract", contract.view] = fingerprint(GOLD[contract.view].contract_file)
    for institution in lakehouse.institutions:
        file = lakehouse.settings.institutions / f"{institution}.yaml"
        found["institution", institution] = sha256(file.read_bytes()).hexdigest()
    return found


def _report(lakehouse: Lakehouse, now: datetime) -> Iterator[Record]:
    file = lakehouse.report_file("deid.json")
    if file.exists():
        said = report.verify(file.read_text(encoding="utf-8"))["sha256"]
        yield _once(ReportWritten(report="deid", sha256=said), now, "report", "deid", said)


def _once(event: Event, now: datetime, *name: str) -> Record:
    """Named by a hash, since a batch's name may be a person's."""
    said = sha256("\0".join(name).encode()).hexdigest()
    return Record(SYSTEM, event, now, f"{event.kind}:{said[:32]}")


def check(lakehouse: Lakehouse, checkpoints: list[Path]) -> audit.Audit:
    """The ledger against itself, the vault, its own checkpoints and those in files (a copy that somebody kept)."""
    folder = lakehouse.ledger.folder
    if not folder.is_dir() and not read_head(lakehouse.ledger.vault):
        raise ConfigError(f"{folder}: this lake has no ledger yet. `lakehouse run` begins one.")
    own = sorted((folder / "checkpoints").glob("[0-9]*.json"))
    known = {f.name: audit.load_checkpoint(f) for f in [*own, *checkpoints]}
    head = read_head(lakehouse.ledger.vault)
    return audit.verify(
        folder, head=head, checkpoints=known, on_progress=lambda n: lakehouse.on_progress(f"{n:,} entries verified")
    )
