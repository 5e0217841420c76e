"""The alarm and the commands on sheets: no JVM, no lake with data."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from typer.testing import CliRunner

from core.errors import ConfigError
from dagster_project.alarm import send
from dagster_project.cli import app
from dagster_project.quality_evidence import score_of
from dagster_project.settings import load_settings
from transforms.tables import Tables

GOOD = """
- id: rule_a
  expect: expect_column_values_to_not_be_null
  args: {column: code}
  dimension: completeness
  severity: major
  because: the test says so
"""


@pytest.fixture
def server():
    """A webhook that keeps what it is sent; /refuse answers 500."""
    got = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if self.path.startswith("/refuse") else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    hook = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{hook.server_port}", got
    hook.shutdown()


def test_an_alarm_is_posted_and_logged(server, caplog):
    url, got = server
    assert send(load_settings(alarm_webhook=f"{url}/hook"), "2 drifts in lake", ["silver/condition: a: volume"]) == []
    assert got[0]["alarms"] == ["silver/condition: a: volume"]
    assert "silver/condition: a: volume" in caplog.text


@pytest.mark.parametrize("place", ["/refuse?token=s3cret", None])
def test_a_way_that_fails_is_told_without_its_address_and_fails_nothing(server, caplog, place):
    caplog.set_level("INFO")
    url = server[0] + place if place else "http://127.0.0.1:1/?token=s3cret"
    failed = send(load_settings(alarm_webhook=url, alarm_email="a@example.org", alarm_smtp="127.0.0.1:1"), "x", ["y"])
    assert [f.split(":")[0] for f in failed] == ["webhook", "email"]
    assert "s3cret" not in repr(failed) + caplog.text + repr(load_settings(alarm_webhook=url))


def test_quality_check_lists_every_mistake_of_every_file(tmp_path):
    folder = tmp_path / "rules" / "silver"
    folder.mkdir(parents=True)
    (folder / "condition.yaml").write_text(GOOD)
    (folder / "procedure.yaml").write_text(GOOD.replace("major", "awful").replace("rule_a", "rule_b"))
    (folder / "encounter.yaml").write_text(GOOD.replace("column: code", "column: colour").replace("rule_a", "rule_c"))
    ok = CliRunner().invoke(app, ["quality", "check", str(folder / "condition.yaml")])
    assert (ok.exit_code, "1 rules" in ok.output) == (0, True)
    bad = CliRunner().invoke(app, ["quality", "check", *map(str, sorted(folder.iterdir()))])
    assert isinstance(bad.exception, ConfigError)
    assert "rule_b: severity" in str(bad.exception)
    assert "silver/encounter has no column colour" in str(bad.exception)


def test_the_shipped_sheets_have_no_mistake():
    found = CliRunner().invoke(app, ["quality", "check"])
    assert found.exit_code == 0, found.output


def test_a_score_is_of_exactly_one_version(tmp_path):
    at = [datetime(2025, 1, n, tzinfo=UTC) for n in (1, 2, 3)]
    rows = {
        "run_id": ["r1", "r2", "r3"], "layer": ["silver"] * 3, "table": ["condition"] * 3, "delta_version": [0, 0, 1],
        "rule_id": ["a"] * 3, "dimension": ["completeness"] * 3, "severity": ["major"] * 3, "status": ["failed", "failed", "passed"],
        "checked": [10, 10, 10], "failed": [9, 5, 0], "evaluated_at": at,
    }  # fmt: skip
    write_deltalake(str(tmp_path / "governance" / "quality_result"), pa.table(rows))
    lake = Tables(tmp_path)
    assert score_of(lake, "silver", "condition", 0).value == 50, "what was judged last of this version"
    assert score_of(lake, "silver", "condition", 1).value == 100
    assert score_of(lake, "silver", "condition", 2) is None
    assert score_of(Tables(tmp_path / "empty"), "silver", "condition", 0) is None
