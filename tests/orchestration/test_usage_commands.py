"""What was used, from the ledger to statements and their page; a grant abroad from the request to the first answer. No JVM."""

import csv
import io
import json
import shutil
from datetime import date, timedelta

import dagster as dg
import pyarrow as pa
import pytest
from deltalake import CommitProperties, write_deltalake
from test_governance_commands import PEOPLE, YAML, Place
from typer.testing import CliRunner

from core.errors import ConfigError
from dagster_project import certificates, metering, monitor
from dagster_project.assets.gold import CONTRACTS
from dagster_project.cli import app
from dagster_project.sharing import Sharing
from deid import report
from governance.entries import Tail, segments
from governance.events import GrantRevoked
from governance.ledger import Record
from governance.sharing.access import Refused

ASKED = "SELECT sex, drug_code FROM drug_exposure"


class World(Place):
    """Two hospitals in China, whose rows are 3:1 in what is published, and recipients there and in Germany."""

    def __init__(self, folder) -> None:
        super().__init__(folder)
        for name in ("hospital_a", "hospital_b"):
            self.write(name)
        self.enter("reg", "house", "registrar")
        for name, (organisation, role) in (PEOPLE | {"ctl.b": ("hospital_b", "controller")}).items():
            self.enter(name, organisation, role)

    def write(self, name, **more):
        text = YAML.replace("hospital_a", name).replace("[CN]", "[CN, DE]")
        (self.folder / "institutions" / f"{name}.yaml").write_text(
            text + json.dumps(more)[1:-1].replace('"cross_border": ', "cross_border: ")
        )

    def run(self, *said, by=None):
        takes = {"usage", "sql", "crossborder", "monitor"} & set(said[:1]) or said[:2] in (
            ("grant", "list"),
            ("grant", "show"),
        )
        return super().run(*said, *(("--institutions", str(self.folder / "institutions")) if takes else ()), by=by)

    def publish(self, rows=12, view="drug_exposure"):
        contract = CONTRACTS[view]
        table = {c: [f"{c}-{n // 2}" for n in range(rows)] for c in contract.released()}
        table["institution"] = ["hospital_a" if n < rows * 3 // 4 else "hospital_b" for n in range(rows)]
        says = CommitProperties(custom_metadata={"userMetadata": json.dumps({"gold": 1, "report": {"anonymity": {}}})})
        name = f"{contract.grade.value}/{view}"
        write_deltalake(self.lake / "published" / name, pa.table(table), mode="overwrite", commit_properties=says)
        commit = self.lakehouse.tables.commit("published", name)
        data = {
            "tables": {f"published/{name}": {"version": commit.version, "commit": commit.id}},
            "institutions": [{"id": "hospital_a"}, {"id": "hospital_b"}], "made_from": {"bronze": 3}, "renderer": "x",
        }  # fmt: skip
        data["sha256"] = report._hash(data)
        self.lakehouse.report_file("deid.json").write_text(json.dumps(data))
        certificates.issue(self.lakehouse)

    def grant(self, grant, country="CN", price=0, view="drug_exposure"):
        until, since = str(date.today() + timedelta(days=20)), str(date.today() - timedelta(days=1))
        self.run(
            "grant", "request", f"r-{grant}", "--recipient", "pharma", "--country", country, "--purpose", "cohort_research",
            "--grade", "L3", "--view", view, "--starts", since, "--expires", until, "--max-rows", "1000",
            "--price-minor", str(price),
            "--protocol", str(self.folder / "protocol.pdf"), by="ask",
        )  # fmt: skip
        for reviewer in ("rev.a", "rev.b"):
            self.run("grant", "review", f"r-{grant}", "--decision", "approve", by=reviewer)
        agreement = str(self.folder / "dua.pdf")
        for party, who in (("recipient", "sign.p"), ("controller", "ctl.a"), ("controller", "ctl.b")):
            self.run("grant", "agree", f"r-{grant}", "--party", party, "--agreement", agreement, by=who)
        self.run("grant", "issue", grant, "--request", f"r-{grant}", "--agreement", agreement, by="officer")

    def usage(self, *said):
        return json.loads(self.run("usage", "--format", "json", *said))

    def rows(self):
        return sorted(self.lakehouse.tables.arrow("governance", "usage").to_pylist(), key=lambda r: r["entry"])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("world"))
    world.publish()
    world.grant("g1", price=50)
    return world


def test_uses_become_a_table_that_is_the_same_whenever_it_is_made(world, monkeypatch):
    assert world.usage() == []
    world.run("sql", ASKED, "--grant", "g1")
    world.run("sql", "SELECT count(*) AS n FROM drug_exposure", "--grant", "g1")
    (line,) = world.usage()
    assert (line["queries"], line["rows"], line["roles"], line["sensitive_columns"]) == (
        2,
        13,
        ["key", "quasi", "sensitive"],
        3,
    )
    first = world.rows()
    assert [(r["rows"], r["strictest_grade"]) for r in first] == [(12, "L3"), (1, "L3")]
    assert first[0]["columns"] == ["drug_code", "sex"]
    assert first[0]["contributions"] == [
        {"institution": "hospital_a", "rows": 9},
        {"institution": "hospital_b", "rows": 3},
    ]
    assert metering.bring_up_to_date(world.lakehouse) == 0, "nothing is counted twice"
    world.run("sql", ASKED, "--grant", "g1")
    assert metering.bring_up_to_date(world.lakehouse) == 1
    added = world.rows()
    monkeypatch.setattr(metering, "fingerprint", lambda *files: "other code")
    assert metering.bring_up_to_date(world.lakehouse) == 3
    assert world.rows() == added
    uses = [e.seq for e in Tail(world.lakehouse.ledger.folder).new() if e.kind in metering.USES]
    assert [r["entry"] for r in added] == uses


def test_an_aggregate_is_read_with_the_column_that_publishing_adds(tmp_path):
    world = World(tmp_path)
    world.publish(view="cohort_summary")
    world.grant("g2", view="cohort_summary")
    answer = json.loads(world.run("sql", "SELECT * FROM cohort_summary", "--grant", "g2", "--format", "json"))
    assert set(answer[0]) == {"institution", "sex", "age_band", "n_subjects", "is_suppressed"}
    sharing = Sharing(world.lakehouse)
    view = sharing.of_grant("g2").views["cohort_summary"]
    sharing._downloaded(sharing.of_grant("g2"), sharing.files.file("g2", view))
    world.usage()
    assert [(r["action"], r["strictest_grade"]) for r in world.rows()] == [("query", "L2"), ("download", "L2")]


def test_statements_of_recipients_and_institutions_add_up(world):
    (line,) = world.usage("--recipient", "pharma")
    (own,) = world.usage("--institution", "hospital_b")
    (other,) = world.usage("--institution", "hospital_a")
    assert line["shares"] == {}
    assert set(own["shares"]) == {"hospital_b"}
    assert own["own_rows"] + other["own_rows"] == line["rows"]
    assert own["own_amount_minor"] + other["own_amount_minor"] == line["amount_minor"]
    text = world.run("usage", "--institution", "hospital_b", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["purpose"], row["recipient"], row["own_rows"]) == ("cohort_research", "pharma", str(own["own_rows"]))
    page = (world.lake / "reports" / "usage-hospital_b.html").read_text()
    assert "hospital_b" in page
    assert "hospital_a" not in page, "the others' shares are theirs"
    assert "Report:" in world.run("usage", "--from", "2020-01-01")
    assert "按机构" in (world.lake / "reports" / "usage.html").read_text()
    assert world.usage("--to", "2020-01-01") == []


@pytest.mark.parametrize(
    ("said", "tells"),
    [
        (("--grant", "g7"), "--grant g7: there is none. Known: g1"),
        (("--institution", "x"), "Known: hospital_a, hospital_b"),
        (("--from", "soon"), "has to be a date"),
        (("--from", "2026-02-01", "--to", "2026-01-01"), "after --to"),
    ],
)
def test_bad_usage_says_what_is_allowed(world, said, tells):
    with pytest.raises(ConfigError, match=tells):
        world.run("usage", *said)


def test_a_grant_abroad_answers_only_after_a_decision_and_what_it_asks_for(world):
    world.grant("g2", country="DE")
    assert "not_cleared" in world.run("grant", "list")
    refused = CliRunner().invoke(
        app,
        [
            "sql",
            ASKED,
            "--grant",
            "g2",
            "--lake",
            str(world.lake),
            "--institutions",
            str(world.folder / "institutions"),
        ],
    )
    assert getattr(refused.exception, "reason", "") == "not_cleared"
    said = world.run("crossborder", "assess", "g2")
    assert "hospital_a (CN): forbidden" in said
    assert "cn_no_separate_consent" in said
    assert "PIPL art. 29 and 39" in said
    assert "Nothing was recorded" in said
    for name in ("hospital_a", "hospital_b"):
        states = {"is_critical_infrastructure": False, "separate_consent": True, "impact_assessment": "PIA 7"}
        world.write(name, cross_border=states)
    said = world.run("crossborder", "assess", "g2", by="officer")
    assert (
        "hospital_b (CN): needs_standard_contract; people this year, with this grant: 0 ordinary, 2 sensitive" in said
    )
    with pytest.raises(ConfigError, match="--institution is needed: the decision asks hospital_a, hospital_b"):
        world.run("crossborder", "conclude", "g2", "--reference", "SCC-1", by="officer")
    with pytest.raises(ConfigError, match="--reference: letters"):
        world.run("crossborder", "conclude", "g2", "--institution", "hospital_a", "--reference", "王 1", by="officer")
    for name in ("hospital_a", "hospital_b"):
        world.run("crossborder", "conclude", "g2", "--institution", name, "--reference", f"SCC-{name}", by="officer")
    assert "SCC-hospital_b" in world.run("crossborder", "list")
    assert "drug_code" in world.run("sql", ASKED, "--grant", "g2")
    assert "not_cleared" not in world.run("grant", "list")
    with pytest.raises(ConfigError, match="nothing to decide"):
        world.run("crossborder", "assess", "g1")
    with pytest.raises(ConfigError, match="no such grant"):
        world.run("crossborder", "assess", "g9")


# --- monitoring: the last tests, since they leave the lake damaged ----------------------------------------------------


def look(world, *said):
    place = ("--lake", str(world.lake), "--institutions", str(world.folder / "institutions"))
    result = CliRunner().invoke(app, ["monitor", *said, *place], catch_exceptions=False)
    return result.exit_code, result.output


def test_what_ends_soon_is_a_notice_and_no_alarm(world):
    code, said = look(world)
    assert (code, "ends in 20 days" in said, "alarm" in said) == (0, True, False)
    page = (world.lake / "reports" / "access.html").read_text()
    assert "即将到期" in page
    assert "drug_code-" not in page


def test_repeated_refusals_are_an_alarm_that_is_sent_once(world, monkeypatch):
    sent = []
    monkeypatch.setattr(monitor, "send", lambda settings, subject, lines: sent.extend(lines) or [])
    monitor.send_alarm(world.lakehouse, monitor.look(world.lakehouse))
    told = len(sent)
    for _ in range(20):
        CliRunner().invoke(app, ["sql", "SELECT salary FROM drug_exposure WHERE sex = '王'", "--grant", "g1", "--lake", str(world.lake),
                                 "--institutions", str(world.folder / "institutions")])  # fmt: skip
    code, said = look(world, "--json")
    (found,) = [f for f in json.loads(said)["findings"] if f["kind"] == "refusals"]
    assert (code, found["about"], found["n"], found["level"]) == (1, "g1", 20.0, "alarm")
    assert "王" not in said
    assert "王" not in "".join(f.read_text() for f in (world.lake / "governance" / "access").glob("*.jsonl"))
    monitor.send_alarm(world.lakehouse, monitor.look(world.lakehouse))
    assert len(sent) == told + 1
    monitor.send_alarm(world.lakehouse, monitor.look(world.lakehouse))
    assert len(sent) == told + 1, "told once"
    monkeypatch.setattr(monitor, "send", lambda *said: ["webhook: ConnectError"])
    (world.lake / "governance" / "monitor-told.json").unlink()
    for _ in range(2):
        new, untold = monitor.send_alarm(world.lakehouse, monitor.look(world.lakehouse))
        assert len(new) == told + 1, "what could not be told is told again"
        assert untold


def test_questions_that_differ_in_one_filter_are_seen_over_the_log(world):
    for n in range(5):
        world.run(
            "sql",
            f"SELECT count(*) AS n FROM drug_exposure WHERE sex = 'f' AND drug_code = 'code-{n}'",
            "--grant",
            "g1",
        )
    _, said = look(world, "--json")
    (found,) = [f for f in json.loads(said)["findings"] if f["kind"] == "near_identical"]
    assert (found["about"], found["n"], found["level"]) == ("pharma", 5.0, "notice")
    log = "".join(f.read_text() for f in (world.lake / "governance" / "access").glob("*.jsonl"))
    assert "code-1" not in log


def test_the_sensor_asks_for_a_run_for_each_state(world):
    context = dg.build_sensor_context(resources={"lakehouse": world.lakehouse})
    first = monitor.access_sensor(context).run_key
    assert monitor.access_sensor(context).run_key == first
    world.run("sql", ASKED, "--grant", "g1")
    assert monitor.access_sensor(context).run_key != first


def test_the_jobs_of_metering_and_monitoring_run(world):
    for job in (monitor.monitor, metering.metering):
        with dg.DagsterInstance.ephemeral() as instance:
            assert job.execute_in_process(instance=instance, resources={"lakehouse": world.lakehouse}).success


def test_an_act_that_its_actor_did_not_sign_is_told(world):
    event = GrantRevoked(grant="g1", reason="breach")
    world.lakehouse.ledger.append(Record("officer", event, world.lakehouse.now()))
    code, said = look(world)
    assert (code, "1 entries count for nothing" in said) == (1, True)


def test_a_certificate_that_somebody_exchanged_gives_nothing_and_is_told(world):
    """Signed with a key of their own, and naming nobody as a holder of rights."""
    from governance.canonical import digest
    from governance.signing import SigningKey

    (file,) = (world.lake / "governance" / "certificates").glob("*.json")
    kept, key = file.read_text(), SigningKey.new()
    body = json.loads(kept)["certificate"] | {"rights_holders": [], "key_id": key.key_id, "public_key": key.public_key}
    own = digest(body)
    file.write_text(json.dumps({"certificate": body, "hash": own, "signature": key.sign("certificate", own)}))
    with pytest.raises(Refused):
        world.run("sql", ASKED, "--grant", "g1")
    code, said = look(world)
    assert (code, "cannot be verified: CertificateError" in said) == (1, True)
    file.write_text(kept)
    world.run("sql", ASKED, "--grant", "g1")


def test_a_revocation_acts_also_where_the_certificate_is_remembered(world):
    sharing = Sharing(world.lakehouse)
    assert sharing.of_grant("g1").views
    world.run("grant", "revoke", "g1", "--reason", "breach", by="officer")
    with pytest.raises(Refused, match="revoked"):
        sharing.of_grant("g1")


def test_a_ledger_that_was_changed_is_told_and_stops_no_other_rule(world):
    (segment,) = segments(world.lakehouse.ledger.folder)
    segment.write_bytes(segment.read_bytes().replace(b'"max_rows":1000', b'"max_rows":9000'))
    code, said = look(world)
    assert (code, "cannot be verified: changed" in said) == (1, True)
    shutil.rmtree(world.lakehouse.ledger.folder)
    assert "cannot be verified" in look(world)[1]
