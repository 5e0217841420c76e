"""The gateway with the stock Delta Sharing client, and with readers who try what they may not."""

import dataclasses
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import delta_sharing
import httpx
import pandas as pd
import pyarrow as pa
import pytest
import uvicorn

from governance.differencing import Answers
from governance.grades import Grade
from governance.query import Limits
from governance.sharing.access import Entitlement, Refused, View
from governance.sharing.app import PREFIX, Gateway, application
from governance.sharing.granted import GrantedFiles, Published
from governance.sharing.questions import Questions

NOW = datetime.now(UTC)
COHORT = pa.table(
    {
        "person_key": ["k1", "k1", "k2", "k3"],
        "sex": ["male", "male", "female", "女"],
        "start_date": [date(2024, 1, 1), None, date(2024, 3, 1), date(2024, 4, 1)],
        "dose": pa.array([Decimal("1.50"), None, Decimal("2.25"), Decimal("3.00")], pa.decimal128(10, 2)),
        "note_count": pa.array([1, 2, 3, None], pa.int64()),
    }
)
VIEW = View("cohort", Grade.L3, {})


class World:
    """Who has which grant, and what the gateway told of its use; a test changes it while the server runs."""

    def __init__(self):
        self.tokens, self.states, self.used, self.logged, self.reads, self.version = {}, {}, [], [], 0, 3
        self.rows = COHORT

    def grant(self, name, *views):
        self.tokens[f"token-of-{name}"] = Entitlement(
            name, "sponsor", NOW + timedelta(days=1), {v.name: v for v in views}
        )

    def of_token(self, token):
        if token not in self.tokens:
            raise Refused("unknown_token", "this token is not known. Ask for a new profile file.")
        return self.of_grant(self.tokens[token].grant)

    def of_grant(self, name):
        if reason := self.states.get(name):
            raise Refused(reason, f"the grant is {reason}. Ask for a new one.")
        return next(g for g in self.tokens.values() if g.grant == name)

    def read(self, view):
        self.reads += 1
        return Published(self.version, self.rows, ("person_key",), "person_key")

    def record(self, grant, what, answer=None):
        self.used.append((grant.grant, what, answer))


@pytest.fixture
def world():
    return World()


@pytest.fixture
def server(world, tmp_path):
    files = GrantedFiles(
        tmp_path, lambda v: world.read(v), lambda v: world.version, lambda grant, key: f"{grant}:{key}"
    )
    record = lambda *what: world.record(*what)  # noqa: E731
    questions = Questions(files, Answers(tmp_path / "answers.sqlite"), record, lambda: NOW, Limits())
    gateway = Gateway(world, files, questions.answer, record, world.logged.append, lambda: datetime.now(UTC))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = uvicorn.Server(uvicorn.Config(application(gateway), host="127.0.0.1", port=port, log_level="critical"))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join()


@pytest.fixture
def profile(server, tmp_path):
    def written(name):
        file = tmp_path / f"{name}.share"
        said = {"shareCredentialsVersion": 1, "endpoint": server + PREFIX, "bearerToken": f"token-of-{name}"}
        file.write_text(json.dumps(said))
        return str(file)

    return written


def get(server, path, name, **how):
    return httpx.request(
        how.pop("method", "GET"), server + path, headers={"Authorization": f"Bearer token-of-{name}"}, **how
    )


TABLE = f"{PREFIX}/shares/g1/schemas/l3/tables/cohort"


def test_the_stock_client_lists_and_reads_what_was_granted(world, profile):
    world.grant("g1", VIEW)
    client = delta_sharing.SharingClient(profile("g1"))
    assert [(t.share, t.schema, t.name) for t in client.list_all_tables()] == [("g1", "l3", "cohort")]
    read = delta_sharing.load_as_pandas(f"{profile('g1')}#g1.l3.cohort")
    assert read["person_key"].tolist() == ["g1:k1", "g1:k1", "g1:k2", "g1:k3"]
    assert read["sex"].tolist() == ["male", "male", "female", "女"]
    assert read["start_date"].tolist() == [date(2024, 1, 1), None, date(2024, 3, 1), date(2024, 4, 1)]
    assert read["dose"].tolist() == [Decimal("1.50"), None, Decimal("2.25"), Decimal("3.00")]
    assert delta_sharing.get_table_version(f"{profile('g1')}#g1.l3.cohort") == 3
    assert len(delta_sharing.load_as_pandas(f"{profile('g1')}#g1.l3.cohort", limit=2)) == 2


def test_two_recipients_cannot_join_their_tables(world, profile):
    world.grant("g1", VIEW)
    world.grant("g2", VIEW)
    one, two = (delta_sharing.load_as_pandas(f"{profile(g)}#{g}.l3.cohort") for g in ("g1", "g2"))
    assert not set(one["person_key"]) & set(two["person_key"])
    assert one["person_key"].nunique() == two["person_key"].nunique() == 3


def test_only_rows_that_meet_the_filter_leave(world, profile):
    world.grant("g1", dataclasses.replace(VIEW, row_filter={"sex": ("female", "女"), "note_count": ("3",)}))
    read = delta_sharing.load_as_pandas(f"{profile('g1')}#g1.l3.cohort")
    assert read["sex"].tolist() == ["female"]


def test_a_filter_on_a_column_that_is_gone_refuses_everything(world, server):
    world.grant("g1", dataclasses.replace(VIEW, row_filter={"gone": ("x",)}))
    assert get(server, f"{TABLE}/metadata", "g1").json()["errorCode"] == "BAD_REQUEST"


def test_use_that_the_rights_refuse_does_not_leave(world, server):
    world.grant("g1", VIEW)
    url = json.loads(get(server, f"{TABLE}/query", "g1", method="POST", json={}).text.splitlines()[2])["file"]["url"]

    def refuse(*what):
        raise Refused("too_many_rows", "the grant's rows are used up. Ask for a new one.")

    world.record = refuse
    asked = get(server, "/sql", "g1", method="POST", json={"sql": "SELECT * FROM cohort"})
    for answer in (httpx.get(url), asked):
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "TOO_MANY_ROWS")
    assert [(line.rows, line.bytes) for line in world.logged if line.reason] == [(0, 0)] * 2, "nothing left"


@pytest.mark.parametrize("reason", ["expired", "revoked", "not_yet_valid", "not_cleared"])
def test_what_ends_a_grant_ends_it_at_once_also_for_a_link_that_was_given_before(world, server, reason):
    world.grant("g1", VIEW)
    lines = get(server, f"{TABLE}/query", "g1", method="POST", json={}).text.splitlines()
    url = json.loads(lines[2])["file"]["url"]
    assert httpx.get(url).status_code == 200
    world.states["g1"] = reason
    assert (httpx.get(url).status_code, httpx.get(url).json()["errorCode"]) == (403, reason.upper())
    assert get(server, f"{PREFIX}/shares", "g1").status_code == 403


def test_bad_tokens_are_refused_and_slowed_down(world, server):
    world.grant("g1", VIEW)
    for headers in ({}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic dG9rZW4="}):
        answer = httpx.get(server + f"{PREFIX}/shares", headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    codes = {get(server, f"{PREFIX}/shares", "nobody").status_code for _ in range(40)}
    assert codes == {401, 429}
    assert get(server, f"{PREFIX}/shares", "g1").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"{PREFIX}/shares/g2/schemas",
        f"{PREFIX}/shares/g1/schemas/l4/tables/cohort/metadata",
        f"{PREFIX}/shares/g1/schemas/l3/tables/other/metadata",
        f"{PREFIX}/shares/g1/schemas/l3/tables/..%2f..%2fvault/metadata",
        f"{PREFIX}/shares/g1/schemas/l3/tables/%2e%2e/metadata",
        f"{PREFIX}/files/../../../../etc/passwd",
        f"{PREFIX}/files/abc",
        f"{PREFIX}/files/..%2f..%2fetc%2fpasswd",
        "/etc/passwd",
        "/docs",
        "/openapi.json",
    ],
)
def test_what_is_not_granted_is_not_there(world, server, path):
    world.grant("g1", VIEW)
    world.grant("g2", VIEW)
    answer = get(server, path, "g1")
    assert answer.status_code in (401, 404)
    assert "root:" not in answer.text


def test_older_versions_and_changes_are_not_offered(world, server):
    world.grant("g1", VIEW)
    assert get(server, f"{TABLE}/query", "g1", method="POST", json={"version": 1}).status_code == 400
    assert get(server, f"{TABLE}/changes?startingVersion=0", "g1").status_code == 400


def test_a_new_version_is_served_and_the_old_file_is_gone(world, server):
    world.grant("g1", VIEW)
    old = json.loads(get(server, f"{TABLE}/query", "g1", method="POST", json={}).text.splitlines()[2])["file"]["url"]
    world.version = 4
    assert get(server, f"{TABLE}/query", "g1", method="POST", json={}).headers["delta-table-version"] == "4"
    assert httpx.get(old).status_code == 404


def test_100_readers_at_once_get_the_same_and_the_file_is_made_once(world, server):
    world.grant("g1", VIEW)

    def read(n):
        url = json.loads(get(server, f"{TABLE}/query", "g1", method="POST", json={}, timeout=60).text.splitlines()[2])[
            "file"
        ]["url"]
        return httpx.get(url, timeout=60).content

    with ThreadPoolExecutor(100) as pool:
        got = set(pool.map(read, range(100)))
    assert len(got) == 1
    assert world.reads == 1
    assert pd.read_parquet(pa.BufferReader(got.pop())).shape == (4, 5)
    assert len(world.used) == 100


def test_at_l4_no_row_leaves_and_questions_are_answered_with_cells_that_are_large_enough(world, server):
    world.grant("g1", dataclasses.replace(VIEW, grade=Grade.L4))
    assert get(server, TABLE.replace("l3", "l4") + "/metadata", "g1").json()["errorCode"] == "AGGREGATES_ONLY"
    world.rows = pa.table({"person_key": [f"k{n}" for n in range(20)], "sex": ["f"] * 17 + ["m"] * 3})
    asked = get(server, "/sql", "g1", method="POST", json={"sql": "SELECT count(*) AS n FROM cohort"})
    assert asked.json()["rows"] == [{"n": 20, "is_suppressed": False}]
    # 20 were told; 17 of them would tell of the other 3
    asked = get(server, "/sql", "g1", method="POST", json={"sql": "SELECT count(*) AS n FROM cohort WHERE sex = 'f'"})
    assert asked.json()["rows"] == [{"n": None, "is_suppressed": True}]
    assert get(server, "/sql", "g1", method="POST", json={"sql": "SELECT * FROM cohort"}).status_code == 400


def test_a_question_is_answered_in_three_forms_and_a_bad_one_refused_with_the_next_step(world, server):
    world.grant("g1", VIEW)
    question = {"sql": "SELECT sex, count(*) AS n FROM cohort GROUP BY sex ORDER BY sex"}
    asked = get(server, "/sql", "g1", method="POST", json=question)
    assert asked.json() == {
        "columns": ["sex", "n"],
        "rows": [{"sex": "female", "n": 1}, {"sex": "male", "n": 2}, {"sex": "女", "n": 1}],
    }
    assert (
        get(server, "/sql", "g1", method="POST", json=question | {"format": "csv"}).text.splitlines()[0] == '"sex","n"'
    )
    stream = get(server, "/sql", "g1", method="POST", json=question | {"format": "arrow"}).content
    assert pa.ipc.open_stream(stream).read_all().num_rows == 3
    bad = get(server, "/sql", "g1", method="POST", json={"sql": "SELECT * FROM read_text('/etc/passwd')"})
    assert (bad.status_code, bad.json()["errorCode"]) == (400, "QUESTION_REFUSED")
    assert "Granted: cohort" in bad.json()["message"]


def test_use_is_recorded_before_it_leaves_and_the_log_holds_no_data(world, server):
    world.grant("g1", VIEW)
    url = json.loads(get(server, f"{TABLE}/query", "g1", method="POST", json={}).text.splitlines()[2])["file"]["url"]
    httpx.get(url)
    httpx.get(url, headers={"Range": "bytes=0-3"})
    get(server, "/sql", "g1", method="POST", json={"sql": "SELECT sex FROM cohort WHERE sex = '女'"})
    (grant, file, _), (_, versions, answer) = world.used
    assert (grant, file.view, file.version, file.rows) == ("g1", "cohort", 3, 4)
    assert (versions, answer.columns, answer.rows.num_rows) == ({"cohort": 3}, {"cohort": ("sex",)}, 1)
    said = repr(world.logged)
    assert "女" not in said
    assert "token-of" not in said
    assert len(world.logged) == 4


def test_nothing_leaves_that_cannot_be_recorded(world, server):
    world.grant("g1", VIEW)

    def full(*what):
        raise OSError("no space left")

    world.record = full
    answer = get(server, "/sql", "g1", method="POST", json={"sql": "SELECT sex FROM cohort"})
    assert (answer.status_code, "male" in answer.text) == (500, False)
    url = json.loads(get(server, f"{TABLE}/query", "g1", method="POST", json={}).text.splitlines()[2])["file"]["url"]
    assert httpx.get(url).status_code == 500


def test_an_unexpected_error_tells_nothing_of_a_row(world, server):
    world.grant("g1", VIEW)

    def broken(*asked):
        raise ValueError("row of 王芳")

    world.read = broken
    answers = [
        get(server, "/sql", "g1", method="POST", json={"sql": "SELECT * FROM cohort"}),
        get(server, f"{TABLE}/metadata", "g1"),
    ]
    assert [(a.status_code, a.json()["errorCode"]) for a in answers] == [(500, "INTERNAL_ERROR")] * 2
    assert "王芳" not in repr(world.logged) + "".join(a.text for a in answers)
    assert [a.reason for a in world.logged] == ["ValueError", "ValueError"]
