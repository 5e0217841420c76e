"""Identifiers planted everywhere on the left are nowhere on the right, and in nothing that was said on the way."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pipeline import planted
from rich.console import Console

pytestmark = pytest.mark.pipeline


def texts(value) -> Iterator[str]:
    """Every string in a value, and what base64 in it hides."""
    if isinstance(value, str):
        yield value
        for packed in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", value):
            try:
                yield base64.b64decode(packed, validate=True).decode("utf-8", "ignore")
            except (binascii.Error, ValueError):
                continue
    elif isinstance(value, dict):
        for k, v in value.items():
            yield from texts(k)
            yield from texts(v)
    elif isinstance(value, list | tuple):
        for v in value:
            yield from texts(v)


def leaks(all_text: str) -> list[str]:
    return [n for n in planted.needles() if n in all_text]


@pytest.mark.parametrize("layer", ["deid", "silver", "gold", "published", "governance"])
def test_no_planted_identifier_in_a_table_right_of_the_border(ran, layer):
    files = sorted((ran.root / layer).rglob("*.parquet"))
    assert files, layer
    for file in files:
        found = leaks("\n".join(texts(pq.read_table(file, partitioning=None).to_pylist())))
        assert not found, f"{file.parent.name}: {len(found)} planted strings"
    for log in (ran.root / layer).rglob("_delta_log/*.json"):
        assert not leaks(log.read_text()), log.parent.parent.name


def test_the_identified_zone_does_hold_them(ran):
    raw = "\n".join(r.raw for r in ran.lake.read("bronze", "resource").select("raw").collect() if r.raw)
    missing = set(planted.needles()) - set(leaks("\n".join(texts([json.loads(line) for line in raw.split("\n")]))))
    assert missing <= {"VARNSTEAD", "QUILLON", planted.EN["phone"]} | {"朝阳区" + planted.ZH["address"]}


def test_no_planted_identifier_in_progress_status_summary_or_report(ran):
    from dagster_project.status import print_status
    from dagster_project.summary import print_reconciliation

    page = Console(file=StringIO(), width=200)
    print_reconciliation(ran.lakehouse, page)
    print_status(ran.lakehouse, page)
    reports = "\n".join(f.read_text() for f in (ran.root / "reports").rglob("*") if f.is_file())
    assert not leaks(ran.said + page.file.getvalue() + reports)


def test_no_planted_identifier_in_any_dagster_event(ran):
    """Events, metadata and captured output: every byte that Dagster kept of the run."""
    files = [f for f in (ran.root / ".dagster").rglob("*") if f.is_file()]
    assert any(f.suffix == ".db" for f in files)
    for file in files:
        data = file.read_bytes()
        escaped = data.decode("utf-8", "ignore")
        found = [n for n in planted.needles() if n.encode() in data or json.dumps(n)[1:-1] in escaped]
        assert not found, f"{file.name}: {len(found)} planted strings"


def test_a_failure_does_not_quote_a_record(ran, tmp_path, monkeypatch):
    """An exception with a value in its message leaves the process without it."""
    from pipeline.conftest import lakehouse_on

    from core.errors import LakehouseError
    from dagster_project.run import run

    def fails(*args, **kwargs):
        raise ValueError(f"cannot parse {planted.EN['family']}")

    monkeypatch.setattr("deid.stage.tally", fails)
    lakehouse = lakehouse_on(tmp_path / "lake", *planted.land(tmp_path))
    with pytest.raises(LakehouseError, match="ValueError at") as error:
        run(lakehouse)
    kept = b"".join(f.read_bytes() for f in (tmp_path / "lake" / ".dagster").rglob("*") if f.is_file())
    assert planted.EN["family"] not in str(error.value)
    assert planted.EN["family"].encode() not in kept


def test_clinical_meaning_survives(ran):
    notes = [
        text
        for row in ran.lake.read("deid", "resource").where("resource_type = 'DocumentReference'").collect()
        for text in texts(json.loads(row.raw))
    ]
    everything = "\n".join(notes)
    for term in ("Parkinson", "Foley", "7.2", "two weeks ago", "帕金森病", "术后第3天", "静止性震颤"):
        assert term in everything, term


def test_keys_are_for_their_owner_only(ran):
    files = [f for f in (ran.root / "vault" / "keys").rglob("*") if f.is_file()]
    assert [Path(f).stat().st_mode & 0o777 for f in files] == [0o600]
    secret = json.loads(files[0].read_text())["keys"].values()
    for file in (
        f
        for layer in ("deid", "silver", "gold", "published", "governance", "reports", "catalogue", ".dagster")
        for f in (ran.root / layer).rglob("*")
    ):
        if file.is_file():
            data = file.read_bytes()
            assert not any(s.encode() in data or bytes.fromhex(s) in data for s in secret), file.name
