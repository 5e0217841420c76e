"""Certificates: one for each published version of a table, which says what it is and can be checked against the lake.

The content hash does not depend on the order of rows or on how they are cut into files, so it stays when files are
written together, and anybody who has the rows can make it again (docs/governance.md).
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from core.errors import LakehouseError
from governance.canonical import canonical, digest, instant
from governance.contract import Contract
from governance.entries import Entry, LedgerError, Tail
from governance.signing import SigningKey, is_signed, key_id_of

METHOD = "rows-sha256-sorted-1"


class CertificateError(LakehouseError):
    """A certificate was changed, is not this lake's, or does not fit what the lake holds."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Contents:
    """What the rows of a table are: their number, and hashes of them and of its columns with their types."""

    rows: int
    content_sha256: str
    schema_sha256: str


def contents(table: pa.Table) -> Contents:
    """The SHA-256 of the sorted SHA-256s of the rows, each as a JSON object with its columns in alphabetical order."""
    import duckdb
    import numpy as np

    names = sorted(table.column_names)
    schema = digest({n: str(table.schema.field(n).type) for n in names})
    quoted = ", ".join('"{}"'.format(n.replace('"', '""')) for n in names)
    with duckdb.connect(config={"threads": 2}) as session:
        session.execute("SET TimeZone = 'UTC'")
        session.register("t", table.select(names))
        query = f"SELECT unhex(sha256(to_json(r)::VARCHAR)) AS h FROM (SELECT {quoted} FROM t) AS r"  # noqa: S608
        found = session.execute(query).fetchnumpy()["h"]
    hashes = np.sort(np.array([bytes(h) for h in found], dtype="V32")) if len(found) else np.array([], dtype="V32")
    return Contents(table.num_rows, sha256(hashes.tobytes()).hexdigest(), schema)


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of a published table is certified, and what is known of how it was made.

    `made_from`: table -> what its newest commit says it was made from. `score`: measured quality, "0.97", or "not scored".
    """

    table: str
    version: int
    commit: str
    published: datetime
    made_from: Mapping[str, Any]
    report_sha256: str
    rights_holders: tuple[str, ...]
    score: str
    licence: str


def identifier(ledger: str, version: Version) -> str:
    """Persistent, and unique to this lake: a table that is deleted and made anew gets other ones."""
    return f"lakehouse-{ledger[:12]}/{version.table.removeprefix('published/')}/v{version.version}-{version.commit[:8]}"


def file_name(identifier: str) -> str:
    return identifier.split("/", 1)[1].replace("/", "-") + ".json"


def certificate(
    version: Version, contract: Contract, found: Contents, *, ledger: str, key: SigningKey, at: datetime
) -> dict[str, Any]:
    """The signed certificate, ready to be written as JSON."""
    own_id = identifier(ledger, version)
    body = {
        "identifier": own_id, "title": contract.title.model_dump(), "table": version.table, "grade": contract.grade.value,
        "delta_version": version.version, "commit": version.commit, "published": instant(version.published),
        "issued": instant(at), **asdict(found), "content_hash_method": METHOD, "made_from": _plain(version.made_from),
        "quality_score": version.score, "deid_report_sha256": version.report_sha256,
        "rights_holders": sorted(version.rights_holders), "licence": version.licence, "owner": contract.owner,
        "citation": citation(own_id, version, contract), "ledger": ledger, "key_id": key.key_id, "public_key": key.public_key,
    }  # fmt: skip
    own_hash = digest(body)
    return {"certificate": body, "hash": own_hash, "signature": key.sign("certificate", own_hash)}


def citation(own_id: str, version: Version, contract: Contract) -> dict[str, str]:
    """How to cite it. DataCite's recommended form, and that of GB/T 35294-2017; the identifier is registered with neither.

    `cstr` is what it would be as a CSTR (GB/T 32843): prefix, 11 for a data set, own id; the prefix is the registry's to give.
    """
    year, number = version.published.year, f"v{version.version}"
    who = ", ".join(sorted(version.rights_holders)) or contract.owner
    return {
        "datacite": f"{who} ({year}): {contract.title.en} (Version {version.version}) [Data set]. {contract.owner}. {own_id}",
        "gb_t_35294": f"{who}. {contract.title.zh}[DS]. {number}. {contract.owner}, {year}. {own_id}",
        "cstr": f"CSTR:(unregistered).11.{own_id.replace('/', '.')}",
    }


def _plain(value: Any) -> Any:
    """As the one form of JSON has it: what is no text, whole number, list or object becomes a text."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def write(folder: Path, signed: Mapping[str, Any]) -> Path:
    """The certificate's file, which appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / file_name(signed["certificate"]["identifier"])
    partial = file.with_name(f".{file.name}")
    partial.write_bytes(canonical(signed) + b"\n")
    partial.replace(file)
    return file


def load(file: Path) -> dict[str, Any]:
    """The certificate in a file. CertificateError unless it is as it was signed, with the key that it names."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        body = dict(said["certificate"])
        is_right = digest(body) == said["hash"] and body["key_id"] == key_id_of(body["public_key"])
        is_right &= is_signed(body["public_key"], "certificate", said["hash"], said["signature"])
        Contents(body["rows"], body["content_sha256"], body["schema_sha256"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CertificateError(
            f"{file}: is no certificate. Those of the lake are in governance/certificates/."
        ) from None
    if not is_right:
        raise CertificateError(f"{file}: was changed after it was signed. Take the one in governance/certificates/.")
    return body


Standing = Literal["unknown", "valid", "newer_version", "erasure"]


_KINDS = frozenset({"certificate_issued", "certificate_superseded", "ledger_opened"})


class Register:
    """What the ledger says of certificates, entry by entry."""

    def __init__(self) -> None:
        self.issued: dict[str, tuple[str, str]] = {}  # certificate -> (table, hash of the signed body)
        self.superseded: dict[str, str] = {}
        self.public_keys: set[str] = set()

    def add(self, entry: Entry) -> None:
        body = entry.body
        match entry.kind:
            case "certificate_issued":
                self.issued[body["certificate"]] = body["table"], body["sha256"]
            case "certificate_superseded":
                if self.superseded.get(body["certificate"]) != "erasure":
                    self.superseded[body["certificate"]] = body["reason"]
            case "ledger_opened" | "key_rotated":
                self.public_keys.add(body["public_key"])

    def current(self, table: str) -> list[str]:
        """The certificates of a table that nothing supersedes."""
        return [c for c, (of, _) in self.issued.items() if of == table and c not in self.superseded]

    def standing(self, body: Mapping[str, Any]) -> str:
        known = self.issued.get(body["identifier"])
        if known is None or known[1] != digest(body) or body["public_key"] not in self.public_keys:
            return "unknown"
        return self.superseded.get(body["identifier"], "valid")


class Book:
    """The register of one ledger. Each look at it reads what was added since the last one; many threads may look at once."""

    def __init__(self, ledger: Path) -> None:
        self._ledger, self._lock = ledger, threading.Lock()
        self._begin()

        self._bodies: dict[tuple[str, str], dict[str, Any]] = {}

    def _begin(self) -> None:
        self._register, self._tail = Register(), Tail(self._ledger, _KINDS)

    def body(self, identifier: str, file: Path) -> dict[str, Any]:
        """What a certificate says that the register knows, read once: it never changes, for the ledger has its hash.

        CertificateError where the file is not the one that was issued.
        """
        register = self.register()
        known = identifier, register.issued[identifier][1]
        if known not in self._bodies:
            body = load(file)
            if body["identifier"] != identifier or register.standing(body) == "unknown":
                raise CertificateError(
                    f"{file}: is not the certificate that the ledger knows. Restore it from its copy."
                )
            self._bodies[known] = body
        return self._bodies[known]

    def register(self) -> Register:
        """As the ledger is now; every entry's signature that it rests on was checked. LedgerError when it cannot be trusted."""
        with self._lock:
            try:
                for entry in self._tail.new():
                    self._register.add(entry)
                self._tail.check_there()
            except LedgerError:
                self._begin()  # so that the next look is at all of it again
                raise
            return self._register


def differences(body: Mapping[str, Any], found: Contents) -> list[str]:
    """What a certificate says otherwise than the rows do."""
    return [
        f"{name}: the certificate says {body[name]}, the lake has {value}"
        for name, value in asdict(found).items()
        if body[name] != value
    ]
