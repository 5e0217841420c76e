"""Certificates of published versions: issued when the report that speaks of them is written, and checked against the lake."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dagster_project.assets.gold import PUBLISHED, published_name
from dagster_project.described import describe, description_of
from dagster_project.resources import Lakehouse
from deid import report
from governance.certificate import (
    CertificateError,
    Contents,
    Register,
    Version,
    certificate,
    contents,
    differences,
    file_name,
    identifier,
    load,
    write,
)
from governance.contract import LICENCES, Contract
from governance.entries import SYSTEM
from governance.events import CertificateIssued, CertificateSuperseded
from governance.ledger import Record

Score = Callable[[str, str, int], str | None]  # (layer, table, version) -> measured quality


def folder_of(lakehouse: Lakehouse) -> Path:
    return lakehouse.settings.lake / "governance" / "certificates"


def file_of(lakehouse: Lakehouse, identifier: str) -> Path:
    return folder_of(lakehouse) / file_name(identifier)


def issue(lakehouse: Lakehouse, score: Score | None = None) -> list[str]:
    """Certify the published versions that the newest report speaks of and that have no certificate yet; their identifiers.

    A version is certified once: the file is written first, so that a run that was cut off before the ledger knew of it
    writes it again. The certificates of earlier versions are superseded.
    """
    page = lakehouse.report_file("deid.json")
    if not page.exists():
        return []
    said = report.verify(page.read_text(encoding="utf-8"))
    register, issued = lakehouse.certificates.register(), []
    for contract in PUBLISHED:
        version = _version(lakehouse, contract, said, score)
        if version is None:
            continue
        ledger = lakehouse.ledger.id(lakehouse.now())
        own_id = identifier(ledger, version)
        is_described = lakehouse.ledger.has(description_of(own_id))
        if own_id in register.issued and is_described:
            continue
        rows = lakehouse.tables.arrow("published", published_name(contract))
        if not is_described:
            describe(lakehouse, contract, own_id, rows)
        if own_id in register.issued:
            continue
        held = contents(rows)
        key = lakehouse.ledger.sign_with()
        signed = certificate(version, contract, held, ledger=ledger, key=key, at=lakehouse.now())
        write(folder_of(lakehouse), signed)
        _record(lakehouse, register, signed)
        issued.append(signed["certificate"]["identifier"])
    return issued


def _record(lakehouse: Lakehouse, register: Register, signed: dict[str, Any]) -> None:
    body, now = signed["certificate"], lakehouse.now()
    own_id = body["identifier"]
    event = CertificateIssued(
        certificate=own_id, table=body["table"], version=body["delta_version"], sha256=signed["hash"]
    )
    records = [Record(SYSTEM, event, now, f"certificate_issued:{own_id}")]
    for old in register.current(body["table"]):
        gone = CertificateSuperseded(certificate=old, reason="newer_version")
        records.append(Record(SYSTEM, gone, now, f"certificate_superseded:{old}"))
    lakehouse.ledger.append(*records)


def _version(lakehouse: Lakehouse, contract: Contract, said: dict[str, Any], score: Score | None) -> Version | None:
    """The published version as the lake has it; None unless the report speaks of the very same."""
    name = published_name(contract)
    commit = lakehouse.tables.commit("published", name)
    if commit is None or said["tables"].get(f"published/{name}") != {"version": commit.version, "commit": commit.id}:
        return None
    gold = lakehouse.tables.commit("gold", contract.view)
    made_from = {
        f"published/{name}": {k: v for k, v in commit.made_from.items() if k != "report"},
        f"gold/{contract.view}": gold.made_from if gold else {},
        "deid/resource": said["made_from"],
    }
    measured = score("published", name, commit.version) if score else None
    holders = tuple(i["id"] for i in said["institutions"])
    return Version(
        f"published/{name}", commit.version, commit.id or "unknown", _written(lakehouse, name, commit.version), made_from,
        said["sha256"], holders, measured or "not scored",
        LICENCES[contract.licence].en,
    )  # fmt: skip


def _written(lakehouse: Lakehouse, name: str, version: int) -> datetime:
    """When the version was committed, as its commit says; of one whose commit left the log, now."""
    log = lakehouse.tables.path("published", name) / "_delta_log" / f"{version:020d}.json"
    if not log.exists():
        return lakehouse.now()
    for line in log.read_text(encoding="utf-8").splitlines():
        if "commitInfo" in (action := json.loads(line)):
            return datetime.fromtimestamp(action["commitInfo"]["timestamp"] / 1000, UTC)
    return lakehouse.now()


def check(lakehouse: Lakehouse, file: Path) -> list[str]:
    """What a certificate says, a line each, all of it true of this lake and its ledger. CertificateError otherwise.

    One that a newer version superseded holds for its version, as long as the files of that are kept; one that an erasure
    superseded does not hold.
    """
    body = load(file)
    standing = lakehouse.certificates.register().standing(body)
    if standing == "unknown":
        raise CertificateError(
            f"{file}: the ledger of {lakehouse.settings.lake} knows no such certificate. Give the lake that it was issued in."
        )
    if standing == "erasure":
        raise CertificateError(
            f"{file}: superseded: somebody was erased from the lake since. Destroy the copies of this version and take the newest."
        )
    held = _held(lakehouse, body)
    if isinstance(held, Contents) and (wrong := differences(body, held)):
        raise CertificateError(
            f"{file}: does not fit the lake: {'; '.join(wrong)}. `lakehouse verify` says whether the ledger is whole."
        )
    if held is None and standing == "valid":
        raise CertificateError(
            f"{file}: the lake does not hold {body['table']} version {body['delta_version']} any more."
        )
    state = "valid" if standing == "valid" else "superseded by a newer version"
    checked = "content recomputed and equal" if held else "its files are not kept any more: content not recomputed"
    return [
        f"{body['identifier']}: {state}; {checked}",
        f"{body['table']}, Delta version {body['delta_version']}: {body['rows']:,} rows, grade {body['grade']}",
        f"content {body['content_sha256']}",
        f"de-identification report {body['deid_report_sha256']}",
    ]


def _held(lakehouse: Lakehouse, body: dict[str, Any]) -> Contents | None:
    """The rows that the lake has of the certified version; None where it does not have them any more."""
    layer, name = body["table"].split("/", 1)
    newest = lakehouse.tables.commit(layer, name)
    if newest is None:
        return None
    is_newest = (newest.version, newest.id or "unknown") == (body["delta_version"], body["commit"])
    version = None if is_newest else body["delta_version"]  # None: whatever upkeep did to its files since
    try:
        return contents(lakehouse.tables.arrow(layer, name, version=version))
    except Exception:  # each reader has its own words for a version whose log or files are gone
        if is_newest:
            raise CertificateError(
                f"{body['table']}: cannot be read: its files were changed or taken away outside of this software."
            ) from None
        return None
