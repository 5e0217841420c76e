"""The path of a request, the ledger and certificates at the command line, on a lake that needs no Spark to be asked."""

import json
import os
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from deltalake import CommitProperties, write_deltalake
from typer.testing import CliRunner

from core.errors import ConfigError, LakehouseError
from dagster_project import certificates, ledger
from dagster_project.assets.gold import CONTRACTS
from dagster_project.cli import app
from dagster_project.grants import note_expired, view_of
from dagster_project.resources import Lakehouse
from dagster_project.settings import Settings
from deid import report
from governance.certificate import CertificateError
from governance.entries import LedgerError, Tail, segments
from governance.ledger import Record
from governance.rights import RightsError

PEOPLE = {
    "ask": ("pharma", "requester"), "rev.a": ("hospital_a", "reviewer"), "rev.b": ("ethics", "reviewer"),
    "sign.p": ("pharma", "recipient"), "ctl.a": ("hospital_a", "controller"), "officer": ("house", "compliance"),
}  # fmt: skip
YAML = (
    "id: hospital_a\nname: A\nlanguage: en\nprofile: cn_l3\nfhir_release: R4\nconsent: required\ncountry: CN\n"
    "data_use:\n  - {purpose: cohort_research, grade: L3, countries: [CN]}\n"
)


class Place:
    def __init__(self, folder) -> None:
        self.folder, self.lake = folder, folder / "lake"
        self.lake.mkdir()
        (folder / "institutions").mkdir()
        (folder / "institutions" / "hospital_a.yaml").write_text(YAML)
        self.lakehouse = Lakehouse(Settings(lake=self.lake, landing=folder, institutions=folder / "institutions"))
        (folder / "protocol.pdf").write_bytes(b"a protocol")
        (folder / "dua.pdf").write_bytes(b"an agreement")

    def run(self, *said, by=None):
        more = ["--as", by, "--key", str(self.folder / f"{by}.key")] if by else []
        result = CliRunner().invoke(app, [*said, *more, "--lake", str(self.lake)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    def enter(self, person, organisation, *roles):
        file = self.folder / f"{person}.key"
        CliRunner().invoke(app, ["people", "key", str(file)])
        public = json.loads(file.read_text())["public_key"]
        said = [x for r in roles for x in ("--role", r)]
        self.run("people", "add", person, "--organisation", organisation, *said, "--public-key", public, by="reg")

    def publish(self, rows: int) -> None:
        """A published table as a run leaves it, with the report that speaks of it."""
        contract = CONTRACTS["drug_exposure"]
        table = pa.table({c: [f"{c}-{n}" for n in range(rows)] for c in contract.published_columns()})
        says = CommitProperties(custom_metadata={"userMetadata": json.dumps({"gold": 1, "report": {"anonymity": {}}})})
        write_deltalake(
            self.lake / "published" / "L3" / "drug_exposure", table, mode="overwrite", commit_properties=says
        )
        commit = self.lakehouse.tables.commit("published", "L3/drug_exposure")
        data = {
            "tables": {"published/L3/drug_exposure": {"version": commit.version, "commit": commit.id}},
            "institutions": [{"id": "hospital_a"}], "made_from": {"bronze": 3}, "renderer": "x",
        }  # fmt: skip
        data["sha256"] = report._hash(data)
        self.lakehouse.report_file("deid.json").write_text(json.dumps(data))


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    place.enter("reg", "house", "registrar")
    return place


def granted(place):
    for name, (organisation, role) in PEOPLE.items():
        place.enter(name, organisation, role)
    until = str(date.today() + timedelta(days=30))
    place.run(
        "grant", "request", "r1", "--recipient", "pharma", "--country", "CN", "--purpose", "cohort_research", "--grade", "L3",
        "--view", "drug_exposure", "--starts", str(date.today() - timedelta(days=1)), "--expires", until, "--max-rows", "100",
        "--protocol", str(place.folder / "protocol.pdf"), by="ask",
    )  # fmt: skip
    for reviewer in ("rev.a", "rev.b"):
        place.run("grant", "review", "r1", "--decision", "approve", by=reviewer)
    agreement = str(place.folder / "dua.pdf")
    place.run("grant", "agree", "r1", "--party", "recipient", "--agreement", agreement, by="sign.p")
    place.run("grant", "agree", "r1", "--party", "controller", "--agreement", agreement, by="ctl.a")
    place.run("grant", "issue", "g1", "--request", "r1", "--agreement", agreement, by="officer")


def test_from_request_to_revocation(place):
    granted(place)
    place.publish(5)
    certificates.issue(place.lakehouse)
    view, now = view_of(place.lakehouse, "drug_exposure"), datetime.now(UTC)
    column = sorted(view.columns)[0]
    assert place.lakehouse.rights.check("g1", view, [column], now=now).is_allowed
    assert "active" in place.run("grant", "list")
    assert json.loads(place.run("grant", "show", "g1"))["parties"] == {
        "hospital_a": "controller",
        "pharma": "recipient",
    }
    with pytest.raises(RightsError, match="none of the roles"):
        place.run("grant", "revoke", "g1", "--reason", "breach", by="ask")
    place.run("grant", "revoke", "g1", "--reason", "breach", by="officer")
    assert place.lakehouse.rights.check("g1", view, [column], now=now).reason == "revoked"
    assert "revoked" in place.run("grant", "list")
    assert "person_registered" in place.run("ledger", "show", "--kind", "person_registered")
    assert len(place.run("ledger", "show", "--json", "--last", "2").strip().splitlines()) == 2


def test_what_is_not_allowed_is_said_and_no_value_is_quoted(place):
    with pytest.raises(ConfigError) as told:
        place.run(
            "people", "add", "Zorblax 1", "--organisation", "x", "--role", "requester", "--public-key", "no", by="reg"
        )
    assert "person" in str(told.value)
    assert "public_key" in str(told.value)
    assert "Zorblax" not in str(told.value)


def test_an_ended_grant_is_recorded_once(place):
    granted(place)
    later = datetime.now(UTC) + timedelta(days=40)
    assert note_expired(place.lakehouse, datetime.now(UTC)) == {"active": 1}
    assert note_expired(place.lakehouse, later) == note_expired(place.lakehouse, later) == {"expired": 1}
    kinds = [e.kind for e in Tail(place.lakehouse.ledger.folder).new()]
    assert kinds.count("grant_expired") == 1


def test_verify_says_where_and_a_kept_checkpoint_tells(place):
    assert "2 entries are as they were written" in place.run("verify")
    file = place.run("ledger", "checkpoint").splitlines()[0]
    place.enter("more", "x", "requester")
    assert "only" not in place.run("verify", "--checkpoint", file)
    assert json.loads(place.run("ledger", "prove", "--entry", "1", "--size", "2"))["seq"] == 1
    (segment,) = segments(place.lakehouse.ledger.folder)
    segment.write_bytes(segment.read_bytes().replace(b'"registrar"', b'"compliance"'))
    result = CliRunner().invoke(app, ["verify", "--lake", str(place.lake)])
    assert "changed: entry 1" in result.output
    assert isinstance(result.exception, LedgerError)
    assert result.exception.exit_code == 1


def test_each_version_is_certified_once_and_checked_against_the_lake(place, monkeypatch):
    place.publish(5)
    (first,) = certificates.issue(place.lakehouse, lambda layer, table, version: "0.98")
    assert certificates.issue(place.lakehouse) == []
    one = certificates.file_of(place.lakehouse, first)
    assert json.loads(one.read_text())["certificate"]["quality_score"] == "0.98"
    assert "valid; content recomputed and equal" in place.run("verify", str(one))
    first_commit = place.lake / "published" / "L3" / "drug_exposure" / "_delta_log" / f"{0:020d}.json"
    with monkeypatch.context() as m:  # upkeep: the log begins after the commit that made the version
        m.setattr(type(first_commit), "exists", lambda file: file != first_commit and os.path.exists(file))
        assert certificates.issue(place.lakehouse) == []
    place.publish(6)
    (second,) = certificates.issue(place.lakehouse)
    assert "superseded by a newer version; content recomputed" in place.run("verify", str(one))
    two = certificates.file_of(place.lakehouse, second)
    (data, *_) = sorted(
        (place.lake / "published" / "L3" / "drug_exposure").glob("*.parquet"), key=lambda f: -f.stat().st_mtime
    )
    import pyarrow.parquet as pq

    rows = pq.read_table(data)
    pq.write_table(rows.slice(0, 5).take([0, 1, 2, 3, 4, 4]), data)
    with pytest.raises(CertificateError, match="cannot be read"):
        place.run("verify", str(two))
    log = place.lake / "published" / "L3" / "drug_exposure" / "_delta_log" / f"{1:020d}.json"
    actions = [json.loads(line) for line in log.read_text().splitlines()]
    for added in (a["add"] for a in actions if "add" in a):
        added["size"] = data.stat().st_size
    log.write_text("\n".join(map(json.dumps, actions)))
    with pytest.raises(CertificateError, match="content_sha256: the certificate says"):
        place.run("verify", str(two))


def test_a_crash_between_file_and_ledger_is_caught_up_with(place, monkeypatch):
    place.publish(5)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr(certificates, "_record", crash)
        with pytest.raises(KeyboardInterrupt):
            certificates.issue(place.lakehouse)
    (name,) = certificates.issue(place.lakehouse)
    assert "valid" in place.run("verify", str(certificates.file_of(place.lakehouse, name)))


def test_batches_policies_and_versions_are_recorded_once_whatever_is_repeated(place, monkeypatch):
    rows = [
        {"institution": "hospital_a", "batch_id": b, "resource_type": t, "read": 3, "accepted": 2, "rejected": 1, "duplicates": 0,
         "fingerprint": f"f-{b}", "ingested_at": datetime(2026, 1, 1, tzinfo=UTC)}
        for b in ("2026-01", "Zorblax Quux") for t in ("Patient", "Condition")
    ]  # fmt: skip
    write_deltalake(place.lake / "bronze" / "batch", pa.Table.from_pylist(rows))
    place.publish(5)
    monkeypatch.setattr(ledger, "_deciding", lambda lakehouse: {("contract", "drug_exposure"): "a" * 16})
    assert ledger.settle(place.lakehouse) == 2 + 1 + 1 + 1  # batches, policy, version, report
    assert ledger.settle(place.lakehouse) == 0
    ledger.register_batches(place.lakehouse)
    monkeypatch.setattr(ledger, "_deciding", lambda lakehouse: {("contract", "drug_exposure"): "b" * 16})
    assert ledger.settle(place.lakehouse) == 1
    monkeypatch.setattr(ledger, "_deciding", lambda lakehouse: {("contract", "drug_exposure"): "a" * 16})
    assert ledger.settle(place.lakehouse) == 1, "a change back is a change"
    assert ledger.settle(place.lakehouse) == 0
    said = list(Tail(place.lakehouse.ledger.folder).new())
    batches = [e.body for e in said if e.kind == "batch_registered"]
    assert [(b["read"], b["accepted"], b["rejected"]) for b in batches] == [(6, 4, 2), (6, 4, 2)]
    assert "Zorblax" not in "".join(s.read_text() for s in segments(place.lakehouse.ledger.folder))
    changes = [(e.body["before"], e.body["after"]) for e in said if e.kind == "policy_changed"]
    assert changes == [(None, "a" * 16), ("a" * 16, "b" * 16), ("b" * 16, "a" * 16)]


def test_a_release_is_signed_by_compliance_for_the_report_that_holds(place, monkeypatch):
    from dagster_project import grants

    place.publish(5)
    monkeypatch.setattr(grants, "check_report", lambda lakehouse, file: [])
    file = place.lakehouse.report_file("deid.json")
    place.enter("officer", "house", "compliance")
    with pytest.raises(ConfigError, match="certificate"):
        place.run("release", "sign", str(file), by="officer")
    certificates.issue(place.lakehouse)
    with pytest.raises(LakehouseError, match="none of the roles compliance"):
        place.run("release", "sign", str(file), by="reg")
    said = place.run("release", "sign", str(file), by="officer")
    assert json.loads(file.read_text())["sha256"] in said
    assert "officer" in place.run("release", "list")


def test_records_are_named_by_what_they_are_about(place):
    from governance.events import ReportWritten

    event = ReportWritten(report="deid", sha256="a" * 64)
    record = Record("lakehouse", event, datetime.now(UTC), "report:a")
    assert [place.lakehouse.ledger.append(record)[0].is_new for _ in range(2)] == [True, False]
