"""From a count to a person who may be asked, at the command line, on a lake that needs no Spark. Every refusal of an identity."""

import copy
import json
import os
import shutil
import stat
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from deltalake import CommitProperties, write_deltalake
from test_governance_commands import Place as Governed
from typer.testing import CliRunner

from core.errors import ConfigError
from dagster_project.cli import app
from dagster_project.feasibility import outdated, write_reports
from dagster_project.resources import Lakehouse
from dagster_project.rotation import renamed
from dagster_project.settings import Settings
from deid.pseudonym import KeyRing
from governance import events as e
from governance.entries import Statement, Tail, segments, statement_digest
from governance.ledger import Record
from governance.recruitment.candidates import token
from governance.recruitment.worklist import SYSTEM
from governance.rights import RightsError, View
from governance.signing import SigningKey

STUDY, NAME = "5" * 32, "NCT00000009"
PEOPLE = {
    "rec.a": ("hospital_a", "recruiter"), "rev.a": ("hospital_a", "reviewer"), "rev.b": ("ethics", "reviewer"),
    "rev.c": ("pharma", "reviewer"), "rec.b": ("hospital_b", "recruiter"),
}  # fmt: skip
YAML = "id: hospital_b\nname: B\nlanguage: en\nprofile: cn_l3\nfhir_release: R4\nconsent: required\n"
SOON = str(date.today() + timedelta(days=10))


class Place(Governed):
    """A lake of twenty patients of hospital_a and two of hospital_b, all judged for one study."""

    def __init__(self, folder) -> None:
        super().__init__(folder)
        (folder / "institutions" / "hospital_b.yaml").write_text(YAML)
        self.keys = KeyRing.create(self.lake / "vault" / "keys")
        self.patients = [("hospital_a", f"pat-{n}") for n in range(20)] + [
            ("hospital_b", "pat-90"),
            ("hospital_b", "pat-91"),
        ]
        self.facts = {patient: {} for _, patient in self.patients}
        self.subjects, self.flags = [], []
        self.write()

    def copied(self, folder):
        """The same in another folder."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        other = copy.deepcopy({k: v for k, v in vars(self).items() if k not in ("lakehouse", "keys")})
        place = Place.__new__(Place)
        vars(place).update(other, folder=folder, lake=folder / "lake", keys=self.keys)
        place.lakehouse = Lakehouse(Settings(lake=place.lake, landing=folder, institutions=folder / "institutions"))
        return place

    def key(self, patient, institution="hospital_a"):
        return self.keys.subject_key(institution, patient)

    def table(self, layer, name, rows, schema=None, **made_from):
        says = CommitProperties(custom_metadata={"userMetadata": json.dumps(made_from)})
        found = pa.Table.from_pylist(rows, schema)
        write_deltalake(
            self.lake / layer / name, found, mode="overwrite", schema_mode="overwrite", commit_properties=says
        )

    def write(self, **made_from):
        """All tables anew, as a run leaves them."""
        at = datetime(2026, 1, 1, tzinfo=UTC)
        raw = {
            "name": [{"family": "Zorblax", "given": ["Quux"]}],
            "birthDate": "1980-05-05",
            "telecom": [{"system": "phone", "value": "555"}],
        }
        self.table("bronze", "resource", [
            {"institution": i, "resource_type": "Patient", "resource_id": p, "raw": json.dumps(raw | {"id": p}), "deleted": False,
             "last_updated": at, "version_id": "1", "ingested_at": at} for i, p in self.patients])  # fmt: skip
        self.table("vault", "identity", [
            {"institution": i, "patient_id": p, "subject_key": self.key(p, i), "permitted": self.facts[p].get("permitted", True)}
            for i, p in self.patients], **({"bronze": self.version("bronze", "resource")} | made_from))  # fmt: skip
        self.table("silver", "consent", [{"consent_key": "c"}])
        self.table("silver", "research_study", [{"study_key": STUDY, "identifier_value": NAME}])
        text = pa.string()
        subject = ("institution", "research_subject_key", "subject_key", "person_key", "study_key", "status")
        self.table("silver", "research_subject", self.subjects, pa.schema([(n, text) for n in subject]))
        item = ("institution", "item_key", "item_type", "flag_code", "flag_system", "item_date", "list_key")
        self.table(
            "silver", "list_item", self.flags, pa.schema([(n, text) for n in item] + [("is_deleted", pa.bool_())])
        )
        rows = [self.judged(i, p) for i, p in self.patients]
        self.table(
            "gold", "trial_candidates", [r for r, _ in rows], silver={"consent": self.version("silver", "consent")}
        )
        self.table("gold", "criterion_result", [one for _, results in rows for one in results])

    def version(self, layer, name):
        return self.lakehouse.tables.commit(layer, name).version

    def judged(self, institution, patient):
        facts = {
            "verdicts": ("met", "met"),
            "may_contact": "met",
            "is_enrolled": False,
            "newest": date(2025, 1, 1),
        } | self.facts[patient]
        who = {"study_key": STUDY, "institution": institution, "subject_key": self.key(patient, institution)}
        verdicts = facts["verdicts"]
        n = {f"n_{v}": verdicts.count(v) for v in ("met", "not_met", "unknown")}
        verdict = "ineligible" if n["n_not_met"] else "unknown" if n["n_unknown"] else "eligible"
        row = who | n | {
            "person_key": f"P-{patient}", "verdict": verdict, "is_enrolled": facts["is_enrolled"], "may_contact": facts["may_contact"],
            "as_of": date.today(), "sex": "female", "age_band": "40-49",
        }  # fmt: skip
        results = [
            who | {"criterion_number": k, "criterion_id": id, "kind": id, "label": id, "is_exclusion": False, "result": v,
                   "evidence_key": "o", "evidence_date": facts["newest"] if id == "age" else None, "value": 1.5, "unit": "%",
                   "value_code": None, "needs": "no value loaded" if v == "unknown" else None}
            for k, (id, v) in enumerate(zip(("alive", "age"), verdicts, strict=True), 1)
        ]  # fmt: skip
        return row, results

    def list(self, site="hospital_a", how="json"):
        out = self.run("worklist", "--study", NAME, "--site", site, "--format", how)
        return json.loads(out) if how != "csv" else out

    def statuses(self, *patients):
        found = {row["subject_key"]: row["status"] for row in self.list()}
        return [found.get(self.key(p)) for p in patients]

    def mark(self, patient, status, *more, by="rec.a", site="hospital_a"):
        who = ("--study", NAME, "--site", site, "--subject", self.key(patient, site))
        return self.run("worklist", "mark", *who, "--status", status, *more, by=by)

    def ask(self, *patients, request="r9", expires=SOON, by="rec.a", site="hospital_a"):
        subjects = [x for p in patients for x in ("--subject", self.key(p, site))]
        where = ("--study", NAME, "--site", site, "--expires", expires, "--protocol", str(self.folder / "protocol.pdf"))
        return self.run("worklist", "request", request, *where, *subjects, by=by)

    def review(self, by, request="r9", decision="approve"):
        return self.run("grant", "review", request, "--decision", decision, by=by)

    def reidentify(
        self, patient="pat-0", *, by="rec.a", approval="r9", site="hospital_a", purpose="trial_recruitment", of=None
    ):
        file = self.folder / "out" / f"{os.urandom(4).hex()}.json"
        file.parent.mkdir(exist_ok=True)
        subject = self.key(patient, of or site)
        where = ("--study", NAME, "--site", site, "--subject", subject, "--purpose", purpose, "--approval", approval)
        self.told = self.run("reidentify", *where, "--to", str(file), by=by)
        return file

    def refused(self, *why, **asked):
        """Nothing is shown or left behind, a refusal is recorded, and what is missing is said, with the next step."""
        before = self.kinds()
        with pytest.raises(RightsError) as told:
            self.reidentify(**asked)
        assert "Zorblax" not in str(told.value)
        for words in why:
            assert words in str(told.value)
        assert len(str(told.value).splitlines()) == 1 + len(why), str(told.value)
        assert self.kinds()[len(before) :] == ["access_refused"]
        assert list((self.folder / "out").iterdir()) == []

    def kinds(self):
        return [entry.kind for entry in Tail(self.lakehouse.ledger.folder).new()]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The lake with its people, made once; and the same with a request that two people have approved."""
    place = Place(tmp_path_factory.mktemp("place"))
    place.enter("reg", "house", "registrar")
    for name, (organisation, *roles) in PEOPLE.items():
        place.enter(name, organisation, *roles)
    approved = place.copied(tmp_path_factory.mktemp("approved"))
    approved.ask("pat-0", "pat-1")
    approved.review("rev.a")
    approved.review("rev.b")
    return place, approved


@pytest.fixture
def place(made, tmp_path):
    return made[0].copied(tmp_path)


@pytest.fixture
def approved(made, tmp_path):
    return made[1].copied(tmp_path)


# --- feasibility ------------------------------------------------------------------------------------------------------


def test_counts_are_told_recorded_and_written_as_a_page(place):
    answer = json.loads(place.run("feasibility", NAME, "--json"))
    assert (answer["study"], answer["everyone"], answer["candidates"]["possible"]) == (NAME, 20, 20), "22, rounded"
    assert answer["by"]["institution"] == {"hospital_a": None, "hospital_b": None}, "the two would be told by the rest"
    assert "hospital_a" in place.run("feasibility", STUDY)
    assert place.kinds()[-2:] == ["feasibility_answered"] * 2
    assert outdated(place.lakehouse)
    (page,) = write_reports(place.lakehouse)
    assert NAME in page.read_text()
    assert not outdated(place.lakehouse)
    assert json.loads(page.with_suffix(".json").read_text())["candidates"] == answer["candidates"]


def test_a_study_that_is_not_there_and_a_grant_that_is_not_are_refused(place):
    with pytest.raises(ConfigError, match=f"The lake has: {NAME}"):
        place.run("feasibility", "NCT1")
    with pytest.raises(ConfigError, match="no published view"):
        place.run("feasibility", NAME, "--grant", "g1")


def test_a_grant_counts_what_it_covers_as_long_as_it_holds(place, monkeypatch):
    use = "data_use:\n  - {purpose: trial_recruitment, grade: L3, countries: [CN]}\n"
    (place.folder / "institutions" / "hospital_a.yaml").write_text(YAML.replace("hospital_b", "hospital_a") + use)
    people = {"ask": ("pharma", "requester"), "sign.p": ("pharma", "recipient"), "ctl.a": ("hospital_a", "controller")}
    for name, (organisation, role) in (people | {"officer": ("house", "compliance")}).items():
        place.enter(name, organisation, role)
    document = str(place.folder / "dua.pdf")
    place.run(
        "grant", "request", "r1", "--recipient", "pharma", "--country", "CN", "--purpose", "trial_recruitment", "--grade", "L3",
        "--view", "criterion_result", "--starts", str(date.today()), "--expires", SOON, "--max-rows", "100", "--protocol", document,
        "--only", "institution=hospital_a", by="ask",
    )  # fmt: skip
    place.review("rev.a", "r1")
    place.review("rev.b", "r1")
    for who, party in (("sign.p", "recipient"), ("ctl.a", "controller")):
        place.run("grant", "agree", "r1", "--party", party, "--agreement", document, by=who)
    place.run("grant", "issue", "g1", "--request", "r1", "--agreement", document, by="officer")
    view = View(
        "criterion_result", "L3", frozenset({"trial_recruitment"}), frozenset({"institution", "result"}),
        frozenset({"hospital_a", "hospital_b"}),
    )  # fmt: skip
    monkeypatch.setattr("dagster_project.grants.view_of", lambda lakehouse, name: view)
    answer = json.loads(place.run("feasibility", NAME, "--grant", "g1", "--json"))
    assert answer["by"]["institution"] == {"hospital_a": 20}
    (told,) = [x for x in Tail(place.lakehouse.ledger.folder).new() if x.kind == "feasibility_answered"]
    assert (told.actor, told.body["grant"], told.body["study"]) == ("grant-g1", "g1", STUDY)
    place.run("grant", "revoke", "g1", "--reason", "breach", by="officer")
    with pytest.raises(RightsError, match="was revoked"):
        place.run("feasibility", NAME, "--grant", "g1")


# --- the worklist -----------------------------------------------------------------------------------------------------


def test_candidates_are_ranked_by_what_is_known_contact_and_recency(place):
    place.facts["pat-3"] = {"newest": date(2025, 6, 1)}
    place.facts["pat-4"] = {"verdicts": ("met", "unknown")}
    place.facts["pat-5"] = {"may_contact": "unknown"}
    place.facts["pat-6"] = {"verdicts": ("met", "not_met")}
    place.facts["pat-7"] = {"may_contact": "not_met"}
    place.facts["pat-8"] = {"is_enrolled": True}
    place.write()
    rows = place.list()
    order = [row["subject_key"] for row in rows]
    assert [order.index(place.key(p)) for p in ("pat-3", "pat-5", "pat-4")] == [0, 15, 16]
    assert [row["rank"] for row in rows] == list(range(1, 18))
    assert not {place.key(p) for p in ("pat-6", "pat-7", "pat-8")} & set(order)
    assert rows[-1]["evidence"][1]["needs"] == "no value loaded"
    assert "age: unknown 2025-01-01 1.5 % no value loaded" in place.list(how="csv")


def test_who_declined_or_is_enrolled_is_not_offered_again_and_history_stays(place):
    place.mark("pat-0", "contacted")
    assert place.statuses("pat-0", "pat-1") == ["contacted", "candidate"]
    assert "already" in place.mark("pat-0", "contacted")
    place.mark("pat-0", "declined")
    place.mark("pat-1", "enrolled")
    assert place.statuses("pat-0", "pat-1") == [None, None]
    with pytest.raises(RightsError, match="declined is final"):
        place.mark("pat-0", "contacted")
    place.mark("pat-0", "contacted", "--correct")
    assert place.statuses("pat-0") == ["contacted"]
    (row,) = [r for r in place.list() if r["subject_key"] == place.key("pat-0")]
    assert [m["status"] for m in row["history"]] == ["contacted", "declined", "contacted"]
    assert place.kinds().count("candidate_marked") == 4
    said = b"".join(s.read_bytes() for s in segments(place.lakehouse.ledger.folder))
    assert place.key("pat-0").encode() not in said, "a pseudonym could never be erased from the ledger"


def test_marks_follow_a_rotation_of_the_keys(place, monkeypatch):
    def study() -> str:
        return place.keys.resource_key("hospital_a", "ResearchStudy", "s-1")

    def rotate() -> None:
        """As the next run after `lakehouse keys rotate` leaves the tables."""
        old = place.keys
        place.keys = KeyRing.rotate(place.lakehouse.vault)
        became = [
            {"institution": i, "patient_id": p, "old_subject_key": old.subject_key(i, p), "subject_key": place.key(p, i),
             "old_key_id": old.key_id, "key_id": place.keys.key_id}
            for i, p in place.patients if p != "pat-3"
        ]  # fmt: skip
        place.table("vault", "rekey", [*place.rekeyed, *became])
        place.rekeyed += became
        write_again()

    def write_again() -> None:
        monkeypatch.setitem(globals(), "STUDY", study())
        place.write()
        row = {"institution": "hospital_a", "resource_type": "ResearchStudy", "resource_id": "s-1", "deleted": False}
        write_deltalake(
            place.lake / "bronze" / "resource", pa.Table.from_pylist([row]), mode="append", schema_mode="merge"
        )

    place.rekeyed = []
    write_again()
    for patient, status in (
        ("pat-0", "contacted"),
        ("pat-1", "declined"),
        ("pat-2", "screened"),
        ("pat-3", "contacted"),
    ):
        place.mark(patient, status)
    rotate()
    (event,) = renamed(place.lakehouse)
    assert len(event.subjects) == 3, "pat-3 was erased: nothing says what became of them"
    rotate()  # before a run came to record the first one
    for record in [Record("lakehouse", event, datetime.now(UTC)) for event in renamed(place.lakehouse)]:
        place.lakehouse.ledger.append(record)
    assert list(renamed(place.lakehouse)) == []
    assert place.statuses("pat-0", "pat-1", "pat-2", "pat-3") == ["contacted", None, "screened", "candidate"]
    place.mark("pat-0", "consented")
    (row,) = [r for r in place.list() if r["subject_key"] == place.key("pat-0")]
    assert [m["status"] for m in row["history"]] == ["contacted", "consented"]


def test_a_site_marks_its_own_candidates_only(place):
    with pytest.raises(RightsError, match="only its own recruiters"):
        place.mark("pat-0", "contacted", by="rec.b")
    with pytest.raises(RightsError, match="none of the roles recruiter"):
        place.mark("pat-0", "contacted", by="rev.a")
    with pytest.raises(ConfigError, match="no patients of hospital_b"):
        place.run(
            "worklist", "mark", "--study", NAME, "--site", "hospital_b", "--subject", place.key("pat-0"), "--status", "contacted",
            by="rec.b",
        )  # fmt: skip


def test_statuses_come_in_by_landing_and_go_out_as_fhir(place):
    place.facts |= {p: {"is_enrolled": True} for p in ("pat-0", "pat-1", "pat-2", "pat-3")}
    for n, status in enumerate(("candidate", "screening", "withdrawn", "candidate")):
        who = {
            "institution": "hospital_a",
            "subject_key": place.key(f"pat-{n}"),
            "person_key": f"P-pat-{n}",
            "study_key": STUDY,
        }
        place.subjects.append(who | {"research_subject_key": f"s{n}", "status": status})
    place.flags.append(
        {"institution": "hospital_a", "item_key": "s3", "item_type": "ResearchSubject", "flag_code": "contacted",
         "flag_system": SYSTEM, "item_date": "2025-01-01", "list_key": "l"}
    )  # fmt: skip
    place.write()
    assert place.statuses("pat-0", "pat-1", "pat-2", "pat-3") == ["candidate", "consented", None, "contacted"]
    place.mark("pat-4", "screened")
    bundle = place.list(how="fhir")
    listed, *subjects = [entry["resource"] for entry in bundle["entry"]]
    by_patient = {s["individual"]["reference"]: s["status"] for s in subjects}
    assert by_patient[f"Patient/{place.key('pat-4')}"] == "eligible"
    flags = {i["item"]["reference"]: i["flag"]["coding"][0]["code"] for i in listed["entry"]}
    assert flags[f"ResearchSubject/{token(STUDY, 'hospital_a', place.key('pat-3'))}"] == "contacted"
    from core.fhir import resource_types

    assert {r["resourceType"] for r in (listed, *subjects)} <= resource_types("R4")


# --- who stands behind one --------------------------------------------------------------------------------------------


def test_an_approved_request_tells_one_identity_after_it_was_recorded(approved):
    file = approved.reidentify("pat-0")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    said = json.loads(file.read_text())
    assert (said["patient_id"], said["name"], said["telecom"]) == ("pat-0", ["Quux Zorblax"], ["phone 555"])
    assert "Zorblax" not in approved.told
    approved.reidentify("pat-1")
    assert approved.kinds()[-2:] == ["subject_reidentified"] * 2, "one a patient"
    said = b"".join(s.read_bytes() for s in segments(approved.lakehouse.ledger.folder))
    assert b"Zorblax" not in said
    assert b"pat-0" not in said


def test_an_identity_is_not_written_where_output_may_be_a_log(approved):
    where = (
        "--study",
        NAME,
        "--site",
        "hospital_a",
        "--subject",
        approved.key("pat-0"),
        "--purpose",
        "trial_recruitment",
    )
    with pytest.raises(ConfigError, match="Give --to FILE"):
        approved.run("reidentify", *where, "--approval", "r9", by="rec.a")
    assert "subject_reidentified" not in approved.kinds()


def test_nothing_is_recorded_where_the_ledger_cannot_be_written_and_nothing_is_told(approved, monkeypatch):
    def full(*_, **__):
        raise RightsError("full")

    monkeypatch.setattr(type(approved.lakehouse.rights), "act", full)
    with pytest.raises(RightsError, match="full"):
        approved.reidentify("pat-0")
    assert list((approved.folder / "out").iterdir()) == []


def test_without_a_request(place):
    place.refused("no such request; ask with `lakehouse worklist request`", approval="r1")


def test_with_one_signature(place):
    place.ask("pat-0")
    place.refused("lacks a reviewer of hospital_a and one of another organisation")
    place.review("rev.a")
    place.refused("lacks 1 more organisation")


def test_without_the_signature_of_the_institution_itself(place):
    place.ask("pat-0")
    place.review("rev.b")
    place.review("rev.c")
    place.refused("lacks a reviewer of hospital_a;")


def test_nobody_signs_twice_or_their_own_request(place):
    place.enter("rec.a", "hospital_a", "recruiter", "reviewer")
    place.enter("rev.a2", "hospital_a", "reviewer")
    place.ask("pat-0")
    with pytest.raises(RightsError, match="nobody reviews their own"):
        place.review("rec.a")
    place.review("rev.a")
    for again in ("rev.a", "rev.a2"):
        with pytest.raises(RightsError, match="hospital_a has reviewed it"):
            place.review(again)
    place.refused("lacks 1 more organisation")


def test_after_a_reject(place):
    place.ask("pat-0")
    place.review("rev.a")
    place.review("rev.b", decision="reject")
    place.refused("was rejected")


def test_after_it_expired(approved, monkeypatch):
    later = datetime.now(UTC) + timedelta(days=10)
    monkeypatch.setattr(type(approved.lakehouse), "now", staticmethod(lambda: later))
    approved.refused(f"expired on {SOON}; ask anew")


def test_an_approval_that_was_tampered_with_counts_for_nothing(place):
    """Somebody who can write to the ledger, and has its key, adds the reviews themselves, or changes what was asked for."""
    place.ask("pat-0")
    ledger, now = place.lakehouse.ledger, datetime.now(UTC)
    stranger = SigningKey.new()
    forged = []
    for who in ("rev.a", "rev.b"):
        event = e.RequestReviewed(request="r9", decision="approve")
        signature = stranger.sign("statement", statement_digest(ledger.id(now), who, event, now))
        forged.append(Record(who, event, now, statement=Statement(stranger.public_key, signature)))
    ledger.append(*forged)
    place.refused("lacks a reviewer of hospital_a and one of another organisation")
    (segment,) = segments(ledger.folder)
    subject = token(STUDY, "hospital_a", place.key("pat-0")).encode()
    other = token(STUDY, "hospital_a", place.key("pat-1")).encode()
    segment.write_bytes(segment.read_bytes().replace(subject, other))
    result = CliRunner().invoke(
        app, ["reidentify", "--study", NAME, "--site", "hospital_a", "--subject", place.key("pat-1"), "--purpose", "trial_recruitment",
              "--approval", "r9", "--to", str(place.folder / "x"), "--lake", str(place.lake)],
    )  # fmt: skip
    assert "cannot be trusted" in str(result.exception) or "lakehouse verify" in str(result.exception)
    assert not (place.folder / "x").exists()


def test_for_somebody_else_or_for_something_else(approved):
    approved.refused("is not among the 2 that the request names", patient="pat-2")
    approved.refused("--approval, --purpose: the id of a request and what it was made for", purpose="curiosity")
    approved.refused("--purpose: the request is for trial_recruitment", purpose="cohort_research")


def test_by_somebody_who_is_no_recruiter_of_the_site(approved):
    approved.refused("only its own recruiters", by="rec.b")
    approved.refused("is no active recruiter", by="rev.a")
    approved.refused("--as, --key: who asks", by=None)


def test_with_somebody_elses_key(approved):
    (approved.folder / "rec.a.key").unlink()
    SigningKey.create(approved.folder / "rec.a.key")
    with pytest.raises(RightsError, match=r"not the one that rec\.a is registered with"):
        approved.reidentify("pat-0")
    assert list((approved.folder / "out").iterdir()) == []


def test_for_a_patient_of_another_institution(approved):
    approved.refused(
        "nobody of hospital_a has this pseudonym here", "is not on the worklist", "is not among the 2", patient="pat-90",
        of="hospital_b",
    )  # fmt: skip
    approved.refused(
        "is for another institution",
        "is not among the 2",
        "only its own recruiters",
        patient="pat-90",
        site="hospital_b",
    )


def test_for_somebody_who_is_not_on_the_list_any_more(approved):
    approved.mark("pat-0", "declined")
    approved.refused("is not on the worklist")


def test_after_consent_was_withdrawn(approved):
    approved.facts["pat-0"] = {"may_contact": "unknown"}
    approved.write()
    approved.refused("consent to contact: none is recorded")
    approved.facts["pat-0"] = {"may_contact": "not_met"}
    approved.write()
    approved.refused("is not on the worklist")
    approved.facts["pat-0"] = {"permitted": False}
    approved.write()
    approved.refused("their consent to research does not hold any more")


def test_while_a_delivery_waits_that_may_withdraw_consent(approved):
    approved.write(bronze=99)
    approved.refused("bronze/resource changed since candidates were judged")


def test_outside_the_zone_of_the_institution(approved):
    keys = approved.lake / "vault" / "keys" / "keys.json"
    kept = keys.read_bytes()
    keys.unlink()
    approved.refused("the keys of the zone")
    keys.parent.rmdir()
    KeyRing.create(approved.lake / "vault" / "keys")
    approved.refused("these did not make the pseudonym")
    keys.write_bytes(kept)
    approved.reidentify("pat-0").unlink()
    (approved.lake / "vault" / "identity").rename(approved.folder / "elsewhere")
    approved.refused("the identified zone: this lake has no vault/identity")
