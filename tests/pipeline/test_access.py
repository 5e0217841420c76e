"""From a request to rows at a recipient, on the sample's lake: who may, what they get, what is recorded, and how it ends."""

import json
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import delta_sharing
import httpx
import pytest
from requests.exceptions import HTTPError
from typer.testing import CliRunner

from dagster_project.cli import app
from governance.ledger import Tail

pytestmark = pytest.mark.pipeline
PEOPLE = {
    "wu.di": ("office", "registrar"),
    "li.na": ("office", "compliance"),
    "ada": ("university", "requester", "recipient"),
    "rev.a": ("planted_en", "reviewer"),
    "rev.b": ("planted_zh", "reviewer"),
    "con.a": ("planted_en", "controller"),
    "con.b": ("planted_zh", "controller"),
}


class Office:
    """The commands that people give, each with a key of their own."""

    def __init__(self, ran, folder: Path) -> None:
        self.lake, self.folder, self.institutions = folder / "lake", folder, folder / "institutions"
        shutil.copytree(ran.root, self.lake)
        shutil.copytree(ran.lakehouse.settings.institutions, self.institutions)
        for file in self.institutions.glob("*.yaml"):
            file.write_text(
                file.read_text() + "country: CN\ndata_use: [{purpose: cohort_research, grade: L3, countries: [CN]}]\n"
            )
        exposed = ran.lake.read("published", "L3/drug_exposure")  # of two patients, k lets nobody through
        rows = [{"person_key": f"p{n // 2}", "sex": "female", "drug_code": "860975"} for n in range(20)]
        fill = ran.lake.spark.createDataFrame(rows, exposed.schema).write.format("delta").mode("overwrite")
        fill.save(str(self.lake / "published" / "L3" / "drug_exposure"))
        for person, (organisation, *roles) in PEOPLE.items():
            self.said("people", "key", self.key(person))
            public_key = json.loads(Path(self.key(person)).read_text())["public_key"]
            given = [x for role in roles for x in ("--role", role)]
            self.act(
                "wu.di", "people", "add", person, "--organisation", organisation, *given, "--public-key", public_key
            )

    def key(self, person: str) -> str:
        return str(self.folder / f"{person}.key")

    def said(self, *command: str) -> str:
        result = CliRunner().invoke(app, [*command], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    def act(self, person: str, *command: str) -> str:
        return self.said(*command, "--as", person, "--key", self.key(person), "--lake", str(self.lake))

    def ask(self, question: str, grant: str = "g1") -> list[dict]:
        place = ("--lake", str(self.lake), "--institutions", str(self.institutions))
        return json.loads(self.said("sql", question, "--grant", grant, "--format", "json", *place))

    def kinds(self) -> list[str]:
        return [entry.kind for entry in Tail(self.lake / "governance" / "ledger").new()]


@pytest.fixture(scope="module")
def office(ran, tmp_path_factory):
    office = Office(ran, tmp_path_factory.mktemp("access"))
    document = office.folder / "agreement.txt"
    document.write_text("a data use agreement")
    today = datetime.now(UTC).date()
    asked = [
        "grant", "request", "r1", "--recipient", "university", "--country", "CN", "--purpose", "cohort_research", "--grade", "L3",
        "--view", "drug_exposure", "--starts", f"{today}", "--expires", f"{today + timedelta(days=30)}", "--max-rows", "2000",
        "--protocol", str(document),
    ]  # fmt: skip
    office.act("ada", *asked)
    for person in ("rev.a", "rev.b"):
        office.act(person, "grant", "review", "r1", "--decision", "approve")
    for person, party in (
        ("ada", "recipient"),
        ("con.a", "controller"),
        ("con.b", "controller"),
    ):
        office.act(person, "grant", "agree", "r1", "--party", party, "--agreement", str(document))
    office.act("li.na", "grant", "issue", "g1", "--request", "r1", "--agreement", str(document))
    return office


@pytest.fixture
def gateway(office, free_port):
    command = [
        sys.executable,
        "-m",
        "dagster_project.cli",
        "serve",
        "--lake",
        str(office.lake),
        "--port",
        str(free_port),
    ]
    server = subprocess.Popen([*command, "--institutions", str(office.institutions)], stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{free_port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{url}/health")
                break
            except httpx.ConnectError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def test_from_a_profile_file_to_rows_and_to_the_end_of_the_grant(office, gateway, tmp_path):
    profile = tmp_path / "ada.share"
    office.act("li.na", "grant", "profile", "g1", "--to", str(profile), "--endpoint", gateway)
    read = delta_sharing.load_as_pandas(f"{profile}#g1.l3.drug_exposure")
    assert (len(read), read["person_key"].nunique(), set(read["drug_code"])) == (20, 10, {"860975"})
    assert not set(read["person_key"]) & {f"p{n}" for n in range(10)}, "keys are the grant's own"
    assert "drug_display" not in read.columns, "L4"
    assert office.ask("SELECT count(*) AS n, count(DISTINCT person_key) AS people FROM drug_exposure") == [
        {"n": 20, "people": 10}
    ]

    kinds = office.kinds()
    assert kinds.count("data_downloaded") == kinds.count("query_answered") == 1

    office.act("con.b", "grant", "revoke", "g1", "--reason", "withdrawn_by_controller")
    with pytest.raises(HTTPError, match="REVOKED"):
        delta_sharing.load_as_pandas(f"{profile}#g1.l3.drug_exposure")
    assert "access_refused" in office.kinds()
    log = "".join(f.read_text() for f in (office.lake / "governance" / "access").glob("*.jsonl"))
    assert json.loads(profile.read_text())["bearerToken"] not in log
