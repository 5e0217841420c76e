"""A FHIR server's bulk export becomes one whole batch or none: whatever breaks, waits, lies or is killed on the way."""

import gc
import json
import logging
import os
import signal
import ssl
import subprocess
import sys
import textwrap
import time
from functools import cache

import httpx
import pytest
from bulk_server import CLIENT, KEY_ID, BulkServer, File, breaks, deletes, patients, says, with_
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from typer.testing import CliRunner

from core.errors import ConfigError, SourceError, StorageError
from core.institution import BulkExport, Institution
from dagster_project.cli import app
from transforms.bronze.export.client import Since, export, only_export
from transforms.bronze.export.web import Ask, Pace, Web
from transforms.bronze.landing import find_batches, inspect

BATCH = "bulk-20260501T000000Z"
WHOLE = {"Condition-1.ndjson", "Patient-1.ndjson", "Patient-2.ndjson", "_SUCCESS", "_manifest.json"}


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))  # reading all authorities takes longer than a test
    running = BulkServer()
    yield running
    running.close()


class Place:
    """An institution `clinic` of the server, its landing folder and its key."""

    def __init__(self, folder, server):
        self.folder, self.server = folder, server
        self.key_file = folder / "lake" / "vault" / "clients" / "clinic.pem"
        self.said = []
        self.settings = {"base_url": server.base}

    @property
    def landing(self):
        return self.folder / "landing"

    def export(self, *, since=None, full=False, **settings):
        institution = Institution(
            id="clinic", name="c", language="en", profile="cn_l3", fhir_release="R4", consent="required",
            bulk_export=BulkExport(**{**self.settings, **settings}),
        )  # fmt: skip
        clock = self.server.clock
        pace = Pace(clock.sleep, clock.now, lambda: 0.0)
        return export(institution, self.landing, self.key_file, pace, self.said.append, Since(since, full))

    def refused(self, *says, error=SourceError, **arguments):
        """The export fails, says so, tells no secret and no patient, and leaves the landing folder as it was."""
        before = self.batches()
        with pytest.raises(error) as raised:
            self.export(**arguments)
        for part in says:
            assert part in str(raised.value)
        for secret in ("Jianguo", "token-", "signature", "hidden", "p1"):
            assert secret not in str(raised.value)
        assert self.batches() == before
        return raised.value

    def batches(self):
        folder = self.landing / "clinic"
        return sorted(b.name for b in folder.iterdir() if b.name != ".export") if folder.exists() else []

    def files(self, batch=BATCH):
        return {f.name for f in (self.landing / "clinic" / batch).iterdir()}

    def text(self, name, batch=BATCH):
        return (self.landing / "clinic" / batch / name).read_bytes()

    def manifest(self, batch=BATCH):
        return json.loads(self.text("_manifest.json", batch))

    def state(self):
        return json.loads((self.landing / "clinic" / ".export" / "state.json").read_text())


@pytest.fixture
def place(tmp_path, server):
    return Place(tmp_path, server)


@cache
def key(kind):
    return rsa.generate_private_key(65537, 2048) if kind == "RS384" else ec.generate_private_key(ec.SECP384R1())


@pytest.fixture
def closed(place):
    """The same place at a server that wants tokens."""
    let_in(place, key("ES384"))
    return place


def let_in(place, private):
    write_key(place.key_file, private)
    place.server.public_key, place.server.needs_token = private.public_key(), True
    place.settings |= {"client_id": CLIENT, "key_id": KEY_ID}


def write_key(file, private):
    file.parent.mkdir(parents=True)
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    file.chmod(0o600)


def query(request):
    return {k: v[0] for k, v in request.query.items() if k != "_outputFormat"}


# -- what is landed


def test_an_export_is_one_whole_batch_that_bronze_can_read(place, server):
    done = place.export()
    assert place.files() == WHOLE
    assert place.text("Patient-1.ndjson") == server.files[0].body
    assert place.text("Patient-2.ndjson") == server.files[1].body
    assert (done.batch, done.is_new, done.files, done.records, done.problems) == (BATCH, True, 3, 5, 0)
    (batch,) = find_batches(place.landing / "clinic")
    assert (batch.id, len(batch.files)) == (BATCH, 3)
    assert inspect(batch).splits
    assert server.jobs == {}, "the server was told that it can remove its files"
    assert place.state()["running"] is None


def test_the_manifest_is_the_server_s_with_local_names_and_no_secret(place, server):
    server.extra = {"extension": {"https://example.org/key": "secret"}}
    server.files.append(File("Bundle", deletes("Patient/p9"), "deleted"))
    place.export(types=["Patient", "Condition"])
    assert place.manifest() == {
        "transactionTime": "2026-05-01T08:00:00.123+08:00",
        "request": f"{server.base}/Patient/$export?_outputFormat=application/fhir%2Bndjson&_type=Patient,Condition",
        "requiresAccessToken": False,
        "output": [
            {"type": "Patient", "url": "Patient-1.ndjson", "count": 3},
            {"type": "Patient", "url": "Patient-2.ndjson", "count": 1},
            {"type": "Condition", "url": "Condition-1.ndjson", "count": 1},
        ],
        "deleted": [{"type": "Bundle", "url": "deleted-1.ndjson", "count": 1}],
        "error": [],
    }


def test_the_manifest_says_what_was_asked_even_if_the_server_does_not_repeat_it(place, server):
    place.export()
    server.transaction_time = "2026-05-02T00:00:00Z"
    place.export()
    request = place.manifest("bulk-20260502T000000Z")["request"]
    assert request.endswith(
        "/Patient/$export?_outputFormat=application/fhir%2Bndjson&_since=2026-05-01T08:00:00.123%2B08:00"
    )


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({}, "/fhir/Patient/$export"),
        ({"scope": "system"}, "/fhir/$export"),
        ({"scope": "group", "group": "cohort-1.a"}, "/fhir/Group/cohort-1.a/$export"),
    ],
)
def test_each_scope_has_its_address(place, server, settings, path):
    place.export(types=["Patient", "Condition"], **settings)
    (kickoff,) = server.asked("kickoff")
    assert kickoff.path == path
    assert query(kickoff) == {"_type": "Patient,Condition"}


def test_deletes_and_the_server_s_own_messages(place, server):
    outcome = {"resourceType": "OperationOutcome", "issue": [{"code": "exception", "diagnostics": "Wang Jianguo"}]}
    server.files += [
        File("Bundle", deletes("Patient/p9", "Patient/p8"), "deleted"),
        File("OperationOutcome", [outcome] * 2, "error"),
    ]
    done = place.export()
    assert place.files() == WHOLE | {"deleted-1.ndjson", "_error-1.ndjson"}
    assert (done.deletes, done.problems) == (2, 2)
    (batch,) = find_batches(place.landing / "clinic")
    assert [f.name for f in batch.files][-1] == "deleted-1.ndjson", "what the server could not export is no data"
    assert "Jianguo" not in str(place.said)


def test_a_count_of_deletes_may_be_of_resources_or_of_bundles(place, server):
    both = deletes("Patient/p9")[0]
    both["entry"] *= 3
    server.files.append(File("Bundle", [both], "deleted", count=3))
    assert place.export().deletes == 1
    server.files[-1].count = 2
    place.refused("holds 1 records where the manifest says 2", full=True)


def test_an_export_without_anything_new_lands_its_manifest(place, server):
    place.export()
    server.files, server.transaction_time = [], "2026-05-02T00:00:00Z"
    done = place.export()
    assert place.files("bulk-20260502T000000Z") == {"_manifest.json", "_SUCCESS"}
    assert (done.is_new, done.records, done.since) == (True, 0, "2026-05-01T08:00:00.123+08:00")


def test_packed_files_are_landed_plain(place, server):
    server.packs = True
    place.export()
    assert place.files() == WHOLE
    assert place.text("Patient-1.ndjson") == server.files[0].body


def test_a_batch_that_is_there_is_left_alone(place, server):
    place.export()
    before = place.text("_manifest.json")
    done = place.export(full=True)
    assert (done.is_new, done.batch) == (False, BATCH)
    assert place.text("_manifest.json") == before
    assert len(server.asked("file")) == 3
    assert server.jobs == {}


def test_two_different_exports_of_one_second_are_both_landed(place, server):
    place.export()
    server.files = [File("Patient", patients("p7"))]
    assert place.export(full=True).batch == f"{BATCH}-2"
    assert place.text("Patient-1.ndjson", f"{BATCH}-2") == server.files[0].body
    assert [b.id for b in find_batches(place.landing / "clinic")] == [BATCH, f"{BATCH}-2"]


# -- since when


def test_the_next_export_asks_for_what_changed_since_the_last(place, server):
    place.export()
    server.transaction_time = "2026-05-02T00:00:00Z"
    place.export()
    server.transaction_time = "2026-05-03T00:00:00Z"
    place.export(full=True)
    place.export(types=["Patient"])
    assert [query(r).get("_since") for r in server.asked("kickoff")] == [
        None, "2026-05-01T08:00:00.123+08:00", None, None,
    ]  # fmt: skip


def test_an_instant_of_the_caller_s_leaves_no_gap(place, server):
    place.export()
    server.transaction_time = "2026-05-04T00:00:00Z"
    done = place.export(since="2026-05-03T00:00:00Z")
    assert not done.is_gapless
    server.transaction_time = "2026-05-05T00:00:00Z"
    assert place.export(since="2026-04-01T00:00:00Z").is_gapless
    server.transaction_time = "2026-05-06T00:00:00Z"
    place.export()
    assert [query(r).get("_since") for r in server.asked("kickoff")][1:] == [
        "2026-05-03T00:00:00Z", "2026-04-01T00:00:00Z", "2026-05-05T00:00:00Z",
    ]  # fmt: skip


def test_an_instant_without_an_offset_is_refused(place, server):
    place.refused("is not a FHIR instant", error=ConfigError, since="2026-05-03")
    assert server.requests == []


# -- waiting


def test_waiting_follows_the_server_and_shows_its_progress(place, server):
    server.polls = 3
    place.export()
    assert server.clock.slept == 3 * 7
    assert [line for line in place.said if "to go" in line] == [f"the server says: {n} to go" for n in (2, 1, 0)]


def test_without_advice_the_waits_grow_to_a_minute(place, server):
    server.faults["status"] = [says(202)] * 8
    place.export()
    assert server.clock.slept == 1 + 2 + 4 + 8 + 16 + 32 + 60 + 60


@pytest.mark.parametrize("step", ["kickoff", "status", "file", "token", "configuration"])
@pytest.mark.parametrize(("status", "kind"), [(429, "seconds"), (503, "date")])
def test_every_step_waits_when_it_is_asked_to(closed, server, step, status, kind):
    retry = "90" if kind == "seconds" else server.clock.date_in(90)
    server.faults[step] = [says(status, "throttled", Retry_After=retry)]
    closed.export()
    assert 88 < server.clock.slept <= 90
    assert closed.files() == WHOLE


@pytest.mark.parametrize("step", ["kickoff", "status", "file", "token"])
@pytest.mark.parametrize("fault", [says(502), breaks], ids=["502", "broken"])
def test_every_step_is_tried_again_after_growing_pauses(closed, server, step, fault):
    server.faults[step] = [fault] * 3
    closed.export()
    assert closed.files() == WHOLE
    assert 1 + 1 + 1 <= server.clock.slept <= 1 + 2 + 4


def test_a_server_that_stays_down_is_given_up_and_may_be_tried_later(place, server):
    server.faults["kickoff"] = [says(502)] * 99
    assert place.refused("failed 8 times in a row", "502").can_pass
    assert len(server.asked("kickoff")) == 8


def test_a_server_that_asks_to_wait_for_days_is_given_up(place, server):
    server.faults["kickoff"] = [says(503, Retry_After="999999")]
    assert place.refused("asks to wait").can_pass
    assert server.clock.slept == 0


def test_an_export_that_is_never_ready_is_left_for_later(place, server):
    server.faults["status"] = [says(202, Retry_After="50000")] * 2
    assert place.refused("not ready after 24 hours").can_pass
    place.export()
    assert len(server.asked("kickoff")) == 1


# -- refusals


def test_a_refused_request_tells_status_and_codes_only(place, server):
    server.faults["kickoff"] = [says(400, "not-supported", "Wang Jianguo")]
    error = place.refused("clinic: 127.0.0.1: export request: refused (status 400; not-supported)")
    assert not error.can_pass
    assert len(server.asked("kickoff")) == 1


def test_an_export_that_fails_on_the_server_is_told_and_the_next_one_is_new(place, server):
    server.faults["status"] = [says(202), says(500, "processing")]
    assert not place.refused("status 500; processing", "has failed on the server").can_pass
    place.export()
    assert len(server.asked("kickoff")) == 2


def test_a_hiccup_while_waiting_is_none_of_the_export(place, server):
    server.faults["status"] = [says(500, "transient"), says(500), says(502)]
    place.export()
    assert len(server.asked("kickoff")) == 1


def test_a_hiccup_that_does_not_pass_is_the_export_s_end(place, server):
    server.faults["status"] = [says(500, "exception")] * 7
    place.refused("status 500; exception")
    place.export()
    assert len(server.asked("kickoff")) == 2


def test_an_accepted_request_without_an_address_to_ask_at(place, server):
    server.faults["kickoff"] = [says(202)]
    place.refused("Content-Location")


def test_an_export_that_the_server_does_not_know_at_once(place, server):
    server.faults["status"] = [says(404, "not-found")]
    assert place.refused("does not know the export it has just begun").can_pass


def test_a_status_that_may_not_be_seen_is_gone_on_with(place, server):
    server.faults["status"] = [says(403, "forbidden")]
    place.refused("status: refused (status 403; forbidden)", "it goes on")
    place.export()
    assert len(server.asked("kickoff")) == 1


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({"output": [{"type": "../../x", "url": "http://127.0.0.1/x"}]}, "`output[0].type`"),
        ({"output": [{"type": "Patient\n", "url": "http://127.0.0.1/x"}]}, "`output[0].type`"),
        ({"output": [{"url": "http://127.0.0.1/x"}]}, "`output[0].type`"),
        ({"output": None}, "output"),
        ({"transactionTime": "yesterday"}, "not a FHIR instant"),
        ({"transactionTime": "2026-05-01T00:00:00"}, "not a FHIR instant"),
        ({"link": [{"relation": "next", "url": "http://127.0.0.1/x"}]}, "goes on in a further manifest"),
    ],
)
def test_a_manifest_that_cannot_be_trusted_is_refused(place, server, extra, says):
    server.files, server.extra = [], extra
    place.refused("manifest", says)
    assert sorted(f.name for f in (place.landing / "clinic" / ".export").iterdir()) == ["lock", "state.json"]
    server.extra = {}
    place.export()
    assert len(server.asked("kickoff")) == 2


@pytest.mark.parametrize("url", ["http://files.example.org/1", "file:///etc/passwd", "https://", "http://["])
def test_an_address_that_is_not_safe_is_not_asked(place, server, url):
    server.files[0].url = url
    place.refused("names an address that is not https://")


# -- files


def test_a_broken_download_goes_on_where_it_broke(place, server):
    server.files[0].lines = patients(*(f"p{n}" for n in range(5000)))
    server.faults["file"] = [with_(cut_after=100_000)]
    server.files = server.files[:1]
    place.export()
    first, second = server.asked("file")
    assert "range" not in first.headers
    assert second.headers["range"] == "bytes=100000-"
    assert place.text("Patient-1.ndjson") == server.files[0].body


def test_a_packed_download_goes_on_where_it_broke(place, server):
    server.packs, server.files = True, [File("Patient", patients(*(os.urandom(9).hex() for _ in range(9000))))]
    server.faults["file"] = [with_(cut_after=70_000)]
    place.export()
    assert server.asked("file")[1].headers["range"] == "bytes=70000-"
    assert place.text("Patient-1.ndjson") == server.files[0].body


@pytest.mark.parametrize("then", [with_(no_range=True), says(416)], ids=["200", "416"])
def test_a_server_that_cannot_go_on_begins_the_file_again(place, server, then):
    server.files = server.files[:1]
    server.faults["file"] = [with_(cut_after=50), then]
    place.export()
    assert place.text("Patient-1.ndjson") == server.files[0].body


def test_a_weak_etag_joins_no_two_parts(place, server):
    server.files = server.files[:1]
    server.faults["file"] = [with_(cut_after=50, weak=True)]
    place.export()
    assert all("range" not in r.headers for r in server.asked("file"))
    assert place.text("Patient-1.ndjson") == server.files[0].body


def test_a_file_that_changed_in_between_is_begun_again(place, server):
    server.files = server.files[:1]

    def changed(server, handler):
        server.files[0].lines = patients("p7", "p8", "p9")
        return False

    server.faults["file"] = [with_(cut_after=50), changed]
    place.export()
    assert server.asked("file")[1].headers["if-range"]
    assert [json.loads(line)["id"] for line in place.text("Patient-1.ndjson").splitlines()] == ["p7", "p8", "p9"]


def test_a_link_that_breaks_again_and_again_gets_there_if_it_gets_on(place, server):
    server.files = [File("Patient", patients(*(f"p{n}" for n in range(99))))]
    server.faults["file"] = [with_(cut_after=200)] * 20
    place.export()
    assert place.text("Patient-1.ndjson") == server.files[0].body


def test_a_link_that_does_not_get_on_is_given_up(place, server):
    server.faults["file"] = [with_(cut_after=0)] * 99
    server.files = server.files[:1]
    assert place.refused("file 1 of 1 (Patient-1.ndjson)", "broke 8 times").can_pass


@pytest.mark.parametrize("count", [2, 4])
def test_a_wrong_number_of_records_is_refused_and_the_next_export_is_new(place, server, count):
    server.files[0].count = count
    place.refused("Patient-1.ndjson", f"holds 3 records where the manifest says {count}", "Nothing was landed")
    assert server.files[0].served == 2, "a proxy may have cut it"
    server.files[0].count = True
    place.export()
    assert len(server.asked("kickoff")) == 2


@pytest.mark.parametrize(
    ("raw", "is_good"),
    [
        (b'{"resourceType":"Patient","id":"p1"}\n{"resourceType":"Pat', False),
        (b'{"resourceType":"Patient","id":"p1"}\n{"resourceType":"Patient","id":"p2"}', True),
        (b'{"resourceType":"Patient","id":"p1"}\n\n  ', True),
        (b"", True),
    ],
)
def test_a_last_line_that_is_cut_off_is_refused(place, server, raw, is_good):
    server.files[0] = File("Patient", [], count=None, raw=raw)
    if is_good:
        place.export()
        assert place.text("Patient-1.ndjson") == raw
    else:
        place.refused("its last line is cut off")


def test_a_file_that_came_cut_once_is_fetched_again(place, server):
    server.files = server.files[:1]
    server.faults["file"] = [with_(no_length=True, cut_after=70)]
    place.export()
    assert place.text("Patient-1.ndjson") == server.files[0].body


def test_a_login_page_is_no_data(place, server):
    page = says(200, body=b"<html>\n</html>\n", Content_Type="text/html; charset=utf-8")
    server.files[0].count = None
    server.faults["file"] = [page] * 99
    place.refused("is not NDJSON")


def test_a_file_that_is_gone_ends_the_export(place, server):
    server.faults["file"] = [says(404, "not-found")]
    assert not place.refused("status 404; not-found").can_pass
    place.export()
    assert len(server.asked("kickoff")) == 2


def test_a_damaged_gzip_is_refused(place, server):
    server.packs, server.files = True, server.files[:1]
    server.faults["file"] = [says(200, body=b"no gzip at all", Content_Encoding="gzip")] * 2
    place.refused("gzip is cut off or damaged")


def test_one_failure_ends_the_waits_of_the_other_files(place, server, monkeypatch):
    monkeypatch.setattr(server.clock, "sleep", lambda seconds: time.sleep(seconds / 1000))
    server.faults["file"] = [says(503, Retry_After="80000"), says(503, Retry_After="80000"), says(404)]
    began = time.perf_counter()
    place.refused("status 404")
    assert time.perf_counter() - began < 20


# -- being let in


@pytest.mark.parametrize("kind", ["RS384", "ES384"])
def test_the_server_verifies_our_signature(place, server, kind):
    let_in(place, key(kind))
    place.export()
    assert place.files() == WHOLE
    assert len(server.tokens) == 1
    (configuration,) = server.asked("configuration")
    assert configuration.token is None
    assert all(r.token == "token-1" for r in server.requests if r.step in ("kickoff", "status", "file"))


def test_a_given_token_address_is_used(closed, server):
    closed.export(token_url=f"http://127.0.0.1:{server.port}/token")
    assert server.asked("configuration") == []


def test_a_token_that_is_not_accepted_is_changed_once(closed, server):
    server.faults["status"] = [says(401, "login")]
    closed.export()
    assert len(server.tokens) == 2
    server.faults["kickoff"] = [says(401, "login")] * 2
    closed.refused("export request: refused (status 401; login)", "scopes", full=True)


def test_a_token_is_renewed_before_it_expires(closed, server):
    server.token_life, server.polls = 60, 20
    closed.export()
    assert server.clock.slept == 20 * 7
    assert len(server.tokens) == 1 + 140 // 35, "half a minute before, at the next request"
    assert server.refusals == 0


def test_a_token_that_the_server_let_expire_early_is_changed(closed, server):
    def forgets(server, handler):
        server.tokens["token-1"] = 0
        return False

    server.faults["file"] = [forgets]
    closed.export()
    assert closed.files() == WHOLE
    assert (len(server.tokens), server.refusals > 0) == (2, True)


def test_the_token_goes_to_no_other_origin(closed, server):
    server.on_other_port = True
    closed.refused("status 401", "base_url's host only")
    server.needs_token = False
    closed.export()
    others = [r for r in server.requests if r.port == server.other_port]
    assert {r.step for r in others} == {"file", "token"}
    assert all(r.token is None for r in others)


def test_the_token_goes_to_no_origin_that_a_file_is_redirected_to(closed, server):
    elsewhere = f"http://127.0.0.1:{server.other_port}/files/0"
    server.files = server.files[:1]
    server.faults["file"] = [says(302, Location=elsewhere), with_()]
    server.lets_in = lambda request: True
    closed.export()
    first, second = server.asked("file")
    assert (first.token, first.port) == ("token-1", server.port)
    assert (second.token, second.port) == (None, server.other_port)


def test_without_need_no_token_goes_to_files(closed, server):
    server.needs_token = False
    closed.export()
    assert all(r.token is None for r in server.asked("file"))


def test_a_signed_assertion_is_not_redirected(closed, server):
    server.faults["token"] = [says(307, Location=f"http://127.0.0.1:{server.port}/token")]
    closed.refused("access token: refused (status 307)")
    assert len(server.asked("token")) == 1


def test_a_client_that_is_not_registered_is_told_what_to_check(closed, server):
    closed.refused("access token: refused (status 400; invalid_client)", "key_id", key_id="other")


def test_a_certificate_that_cannot_be_verified_is_no_matter_of_time():
    def untrusted(request):
        raise httpx.ConnectError("failed") from ssl.SSLCertVerificationError("certificate verify failed")

    web = Web(httpx.Client(transport=httpx.MockTransport(untrusted)), "clinic", "https://fhir.example.org", None)
    with pytest.raises(SourceError, match="SSL_CERT_FILE") as error:
        web.send(Ask("status", "https://fhir.example.org/1"))
    assert not error.value.can_pass


def test_going_in_circles_ends(place, server):
    server.faults["kickoff"] = [says(302, Location="/fhir/Patient/$export")] * 9
    place.refused("redirected more than 5 times")


def test_a_key_that_others_can_read_is_refused(closed, server):
    closed.key_file.chmod(0o644)
    closed.refused(f"chmod 600 {closed.key_file}", error=ConfigError)
    assert server.requests == []


def test_a_key_that_is_missing_weak_or_none(place, server):
    place.settings |= {"client_id": CLIENT, "key_id": KEY_ID}
    place.refused("is not here", error=ConfigError)
    write_key(place.key_file, ec.generate_private_key(ec.SECP256R1()))
    place.refused("EC P-384", error=ConfigError)
    place.key_file.write_text("-----BEGIN NOTHING-----")
    place.refused("is not a private key in PEM", error=ConfigError)
    assert server.requests == []


def test_logs_hold_no_token_and_no_address(closed, server, caplog):
    caplog.set_level(logging.DEBUG)
    closed.export()
    for secret in ("token-1", "signature", "eyJ"):
        assert secret not in caplog.text
        assert secret not in str(closed.said)
        assert secret not in str(closed.manifest())


# -- being cut off


def started(place):
    """The export in a process of its own, which can be killed."""
    script = f"""
        import time
        from pathlib import Path
        from core.institution import BulkExport, Institution
        from transforms.bronze.export.client import Since, export
        from transforms.bronze.export.web import Pace
        clinic = Institution(
            id="clinic", name="c", language="en", profile="cn_l3", fhir_release="R4", consent="required",
            bulk_export=BulkExport(base_url={place.server.base!r}),
        )
        pace = Pace(time.sleep, time.time, lambda: 0.0)
        export(clinic, Path({str(place.landing)!r}), Path("none"), pace, lambda line: None, Since())
    """
    environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], env=environment)


def kill(process, server):
    assert server.hanging.wait(20), "the client has come that far"
    process.send_signal(signal.SIGKILL)
    process.wait()
    server.go_on.set()


def test_a_client_killed_inside_a_file_goes_on_there(place, server):
    server.files = [File("Patient", patients(*(f"p{n}" for n in range(5000))))]
    server.faults["file"] = [with_(hang_after=150_000)]
    process = started(place)
    assert server.hanging.wait(20)
    part = place.landing / "clinic" / ".export" / BATCH / "Patient-1.ndjson.part"
    while not part.exists() or part.stat().st_size < 65_536:
        assert process.poll() is None
    kill(process, server)
    assert place.batches() == []
    place.export()
    assert place.files() == {"Patient-1.ndjson", "_SUCCESS", "_manifest.json"}
    assert place.text("Patient-1.ndjson") == server.files[0].body
    assert int(server.asked("file")[1].headers["range"].removeprefix("bytes=").rstrip("-")) >= 65_536
    assert len(server.asked("kickoff")) == 1


def test_a_client_killed_between_files_fetches_the_rest(place, server):
    server.files = [File("Patient", patients(f"p{n}")) for n in range(9)]
    server.faults["file"] = [with_()] * 5 + [with_(hang_after=0)] * 4
    process = started(place)
    while len(server.asked("file")) < 9 or len(place.state()["running"]["files"]) < 5:
        assert process.poll() is None
    kill(process, server)
    assert place.batches() == []
    before = len(server.asked("file"))
    place.export()
    assert len(server.asked("file")) - before == 4
    assert len(server.asked("kickoff")) == 1
    assert [place.text(f"Patient-{n + 1}.ndjson") for n in range(9)] == [f.body for f in server.files]


def interrupt(place, server):
    """An export that is under way and has got no file yet."""

    def interrupted(seconds):
        raise KeyboardInterrupt

    server.faults["status"] = [says(202)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server.clock, "sleep", interrupted)
        with pytest.raises(KeyboardInterrupt):
            place.export()


def test_an_interrupted_wait_goes_on_waiting_for_the_same_export(place, server):
    interrupt(place, server)
    assert (place.landing / "clinic" / ".export" / "state.json").stat().st_mode & 0o777 == 0o600
    place.export()
    assert len(server.asked("kickoff")) == 1
    assert place.files() == WHOLE


@pytest.mark.parametrize("status", [404, 410])
def test_an_export_that_the_server_has_forgotten_is_asked_for_anew(place, server, status):
    interrupt(place, server)
    server.faults["status"] = [says(status)]
    place.export()
    assert len(server.asked("kickoff")) == 2
    assert place.files() == WHOLE


def test_an_export_of_other_records_lets_go_of_the_one_under_way(place, server):
    interrupt(place, server)
    place.export(types=["Patient"])
    assert [r.method for r in server.asked("status")] == ["GET", "DELETE", "GET", "DELETE"]
    assert server.jobs == {}


def test_files_of_another_list_are_not_relied_on(place, server):
    def last_fails(server, handler):
        if not handler.path.startswith("/files/2"):
            return False
        while len(place.state()["running"]["files"]) < 2:
            time.sleep(0.005)
        return says(502)(server, handler)

    server.faults["file"] = [last_fails] * 99
    place.refused("failed 8 times")
    assert set(place.state()["running"]["files"]) == {"Patient-1.ndjson", "Patient-2.ndjson"}
    server.faults.clear()
    server.files[0] = File("Patient", patients("q1", "q2"))
    place.export()
    assert place.text("Patient-1.ndjson") == server.files[0].body


def test_what_was_refused_for_want_of_access_is_gone_on_with(closed, server):
    server.faults["file"] = [says(403, "forbidden")] * 3
    closed.refused("status 403; forbidden", "scopes")
    server.faults.clear()
    closed.export()
    assert len(server.asked("kickoff")) == 1


def test_a_crash_between_the_rename_and_the_note_of_it_does_nothing_twice(place, server):
    interrupt(place, server)
    state = place.landing / "clinic" / ".export" / "state.json"
    had, jobs = state.read_text(), dict(server.jobs)
    place.export()
    state.write_text(had)
    server.jobs = jobs
    assert not place.export().is_new
    assert place.batches() == [BATCH]


def test_two_exports_at_once(place):
    with only_export(place.landing / "clinic" / ".export"):
        place.refused("another export of this institution is under way", error=StorageError)


def test_a_folder_that_cannot_be_written(place, server):
    place.landing.write_text("a file")
    with pytest.raises(StorageError, match="cannot be written"):
        place.export()


def test_a_state_that_is_damaged(place):
    place.export()
    (place.landing / "clinic" / ".export" / "state.json").write_text("{")
    place.refused("Delete it", error=ConfigError)


# -- the command and the job


@pytest.fixture
def command(place):
    (place.folder / "institutions").mkdir()
    written = "id: clinic\nname: c\nlanguage: en\nprofile: cn_l3\nfhir_release: R4\nconsent: required\n"
    file = place.folder / "institutions" / "clinic.yaml"
    file.write_text(f"{written}bulk_export:\n  base_url: {place.server.base}\n")

    def run(*arguments):
        folders = [f"--{name}={place.folder / name}" for name in ("landing", "lake", "institutions")]
        return CliRunner().invoke(app, ["export", *arguments, *folders])

    run.file = file
    return run


def test_the_command_lands_a_batch_and_says_so(command, place):
    ended = command("clinic")
    assert ended.exit_code == 0, ended.exception
    assert "5 records, 0 lines of deletes, 3 files" in ended.output
    assert place.files() == WHOLE
    ended = command("clinic", "--full")
    assert "has landed already" in ended.output


def test_the_command_tells_of_problems_and_of_gaps(command, place, server):
    server.files = [File("OperationOutcome", [{"resourceType": "OperationOutcome"}], "error")]
    ended = command("clinic", "--since", "2026-01-01T00:00:00Z")
    for part in ("nothing new since 2026-01-01T00:00:00Z", "1 messages", "does not reach back"):
        assert part in ended.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nobody",), "no institution nobody (known: clinic)"),
        (("../clinic",), "no institution"),
        (("clinic", "--full", "--since", "2026-01-01T00:00:00Z"), "exclude each other"),
        (("clinic", "--since", "May"), "is not a FHIR instant"),
    ],
)
def test_bad_usage_is_one_error(command, server, arguments, says):
    ended = command(*arguments)
    assert isinstance(ended.exception, ConfigError)
    assert says in str(ended.exception)
    assert server.requests == []


def test_an_institution_without_a_server(command):
    command.file.write_text(command.file.read_text().partition("bulk_export")[0])
    assert "has no bulk_export section" in str(command("clinic").exception)


def test_an_interrupted_command_says_how_to_go_on(command, server, monkeypatch):
    def interrupted(seconds):
        raise KeyboardInterrupt

    server.polls = 1
    monkeypatch.setattr("time.sleep", interrupted)
    ended = command("clinic")
    assert ended.exit_code == 130
    assert "the same command goes on from here" in ended.output


@pytest.fixture
def lakehouse(command, place):
    from dagster_project.resources import Lakehouse
    from dagster_project.settings import Settings

    yield Lakehouse(Settings(**{n: place.folder / n for n in ("landing", "lake", "institutions")}))
    gc.collect()  # what Dagster leaves behind runs code when it is collected, which some imports do not survive


@pytest.mark.dagster
def test_the_job_lands_a_batch_with_its_counts(lakehouse, place):
    from dagster_project.definitions import build

    settings = {"ops": {"export_from_server": {"config": {"institution": "clinic"}}}}
    done = build(lakehouse).resolve_job_def("bulk_export").execute_in_process(run_config=settings)
    assert place.files() == WHOLE
    (output,) = [e for e in done.all_events if e.event_type_value == "STEP_OUTPUT"]
    said = {k: v.value for k, v in output.event_specific_data.metadata.items()}
    assert said == {"batch": BATCH, "is_new": True, "files": 3, "records": 5, "deletes": 0, "problems": 0}


@pytest.mark.dagster
@pytest.mark.parametrize(
    ("fault", "can_pass", "told"),
    [(breaks, True, "failed 8 times"), (says(400, "not-supported"), False, "400; not-supported")],
)
def test_the_job_tries_again_what_can_pass_and_nothing_else(lakehouse, server, monkeypatch, fault, can_pass, told):
    import dagster as dg

    from dagster_project.automation import ExportConfig, export_from_server

    monkeypatch.setattr("time.sleep", server.clock.sleep)
    server.faults["kickoff"] = [fault] * 8
    with pytest.raises(dg.Failure, match=told) as failure:
        export_from_server(dg.build_op_context(), config=ExportConfig(institution="clinic"), lakehouse=lakehouse)
    assert failure.value.allow_retries == can_pass
    assert failure.value.__context__ is None, "Dagster keeps the texts of what led to an error"
    policy = export_from_server.retry_policy
    assert (policy.max_retries, policy.backoff) == (5, dg.Backoff.EXPONENTIAL)
