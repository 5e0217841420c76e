"""Who may do what, step by step; and that what ends a right ends it at the next question."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.institution import DataUse, Institution
from governance import events as e
from governance.entries import Statement, segments, statement_digest
from governance.grades import Grade
from governance.ledger import Ledger, Record
from governance.rights import Refusal, Rights, RightsError, View
from governance.signing import SigningKey

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HASH, OTHER = "a" * 64, "b" * 64
KEYS = {
    name: SigningKey.new()
    for name in "reg ask ask2 rev.a rev.b rev.pharma ctl.a ctl.b sign.pharma officer stranger".split()
}
PEOPLE = {
    "ask": ("pharma", "requester", "reviewer"), "ask2": ("pharma", "compliance"), "rev.a": ("hospital_a", "reviewer", "compliance"),
    "rev.b": ("ethics", "reviewer"), "rev.pharma": ("pharma", "reviewer"), "ctl.a": ("hospital_a", "controller", "reviewer"),
    "ctl.b": ("hospital_b", "controller"), "sign.pharma": ("pharma", "recipient"), "officer": ("lakehouse", "compliance"),
}  # fmt: skip
VIEW = View(
    "drug_exposure",
    Grade.L3,
    frozenset({"cohort_research"}),
    frozenset({"sex", "drug_code", "institution"}),
    frozenset({"hospital_a"}),
)


def institution(id: str, *uses: DataUse) -> Institution:
    said = {
        "id": id,
        "name": id,
        "language": "en",
        "profile": "cn_l3",
        "fhir_release": "R4",
        "consent": "required",
        "country": "CN",
    }
    return Institution(**said, data_use=uses)


class Place:
    """A ledger with its people, and the institutions' files as they are now."""

    def __init__(self, folder) -> None:
        self.ledger = Ledger(folder / "ledger", folder / "vault")
        use = DataUse(purpose="cohort_research", grade="L3", countries=("CN",))
        self.institutions = {i: institution(i, use) for i in ("hospital_a", "hospital_b")}
        self.rights = Rights(self.ledger, lambda: self.institutions)
        self.now = NOW
        self.do("reg", self.person("reg", "lakehouse", "registrar"))
        for name, (organisation, *roles) in PEOPLE.items():
            self.do("reg", self.person(name, organisation, *roles))

    def person(self, name, organisation, *roles):
        return e.PersonRegistered(person=name, organisation=organisation, roles=roles, public_key=KEYS[name].public_key)

    def do(self, who, event):
        return self.rights.act(who, KEYS[who], event, self.now)

    def refused(self, who, event, why):
        before = self.entries()
        with pytest.raises(RightsError, match=why):
            self.do(who, event)
        assert self.entries() == before

    def entries(self):
        return sum(len(s.read_bytes().splitlines()) for s in segments(self.ledger.folder))

    def check(self, columns=("sex",), view=VIEW, grant="g1", rows=0) -> Refusal | None:
        return self.rights.check(grant, view, columns, now=self.now, rows=rows).reason

    def granted(self, **request):
        self.do("ask", asked(**request))
        for who in ("rev.a", "rev.b"):
            self.do(who, review())
        self.do("sign.pharma", agree("recipient"))
        self.do("ctl.a", agree("controller"))
        self.do("officer", issue())
        return self


def asked(**more):
    said = {
        "request": "r1", "recipient": "pharma", "country": "CN", "purpose": "cohort_research", "grade": "L3",
        "views": ("drug_exposure",), "starts": date(2026, 3, 1), "expires": date(2026, 4, 1), "max_rows": 100, "protocol_sha256": HASH,
    }  # fmt: skip
    return e.AccessRequested(**(said | more))


def review(decision="approve"):
    return e.RequestReviewed(request="r1", decision=decision)


def agree(party, sha256=HASH):
    return e.AgreementSigned(request="r1", party=party, agreement_sha256=sha256)


def issue(sha256=HASH):
    return e.GrantIssued(grant="g1", request="r1", agreement_sha256=sha256)


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


# --- the path of a request --------------------------------------------------------------------------------------------


def test_from_request_to_grant(place):
    states = []
    steps = [
        ("ask", asked()), ("rev.a", review()), ("rev.b", review()), ("sign.pharma", agree("recipient")),
        ("ctl.a", agree("controller")), ("officer", issue()),
    ]  # fmt: skip
    for who, event in steps:
        assert place.check() == "unknown_grant"
        place.do(who, event)
        states.append(place.rights.state().requests["r1"].state)
    assert states == ["requested", "requested", "approved", "approved", "agreed", "granted"]
    assert place.check() is None


def test_duties_are_separate(place):
    place.refused("officer", asked(recipient="lakehouse"), "none of the roles requester")
    place.refused("ask", asked(recipient="hospital_a"), "their own organisation")
    place.do("ask", asked())
    place.refused("ask", asked(), "exists")
    place.refused("ask", review(), "nobody reviews their own request")
    place.refused("rev.pharma", review(), "reviewers are of other organisations")
    place.refused("officer", review(), "none of the roles reviewer")
    place.do("rev.a", review())
    place.refused("rev.a", review(), "hospital_a has reviewed it")
    place.refused("ctl.a", review(), "hospital_a has reviewed it")
    place.refused("sign.pharma", agree("recipient"), "r1 is requested")
    place.do("rev.b", review())
    place.refused("sign.pharma", agree("controller"), "has not the role controller")
    place.do("sign.pharma", agree("recipient"))
    place.refused("officer", issue(), "r1 is approved")
    place.refused("ctl.a", agree("controller", OTHER), "another document")
    place.do("ctl.a", agree("controller"))
    place.refused("rev.a", issue(), "reviewed it")
    place.refused("ask2", issue(), "who asked for it")
    place.refused("officer", issue(OTHER), "not the one that was signed")
    place.do("officer", issue())
    place.refused("officer", issue(), "r1 is granted")


def test_one_reject_ends_a_request(place):
    place.do("ask", asked())
    place.do("rev.a", review("reject"))
    place.refused("rev.b", review(), "r1 is rejected")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"grade": "L5"}, "L5 is never"),
        ({"expires": date(2026, 3, 1)}, "after"),
        ({"starts": date(2025, 1, 1), "expires": date(2026, 2, 1)}, "after"),
    ],
)
def test_what_cannot_be_asked_for(place, more, why):
    place.refused("ask", asked(**more), why)


# --- who is who -------------------------------------------------------------------------------------------------------


def test_the_registrar_does_nothing_else_and_nobody_else_registers(place):
    new = place.person("stranger", "pharma", "requester")
    place.refused("officer", new, "officer is no registrar")
    place.refused("reg", place.person("stranger", "pharma", "requester", "registrar"), "no other role")
    place.refused("reg", asked(recipient="lakehouse"), "none of the roles")
    place.refused("stranger", asked(), "not registered")
    place.refused("reg", place.person("ask", "hospital_a", "reviewer"), "is of pharma")
    place.refused("reg", e.PersonRemoved(person="reg"), "nobody removes themselves")
    place.refused("reg", new.model_copy(update={"public_key": KEYS["ask"].public_key}), "somebody else has this key")


def test_somebody_who_was_removed_can_do_nothing(place):
    place.do("reg", e.PersonRemoved(person="ask"))
    place.refused("ask", asked(), "not registered")


def test_nobody_acts_with_another_key_than_their_own(place):
    with pytest.raises(RightsError, match="not the one that ask is registered with"):
        place.rights.act("ask", KEYS["stranger"], asked(), NOW)


def test_what_is_written_past_the_rules_counts_for_nothing(place):
    """Somebody who has the ledger's key, and no person's, writes entries that verify; they give nobody anything."""
    place.granted()
    id = place.ledger.id(NOW)
    forged = asked(request="r2")
    other = Statement(
        KEYS["stranger"].public_key, KEYS["stranger"].sign("statement", statement_digest(id, "ask", forged, NOW))
    )
    moved = statement_digest(id, "ask", asked(request="r3"), NOW)
    copied = Statement(KEYS["ask"].public_key, KEYS["ask"].sign("statement", moved))
    jumped = e.GrantIssued(grant="g2", request="r1", agreement_sha256=HASH)
    own = Statement(
        KEYS["officer"].public_key, KEYS["officer"].sign("statement", statement_digest(id, "officer", jumped, NOW))
    )
    place.ledger.append(
        Record("ask", forged, NOW), Record("ask", forged, NOW, statement=other), Record("ask", forged, NOW, statement=copied),
        Record("officer", jumped, NOW, statement=own), Record("officer", e.GrantRevoked(grant="g1", reason="breach"), NOW),
    )  # fmt: skip
    state = place.rights.state()
    assert state.void == 5
    assert set(state.requests) == {"r1"}
    assert set(state.grants) == {"g1"}
    assert place.check() is None


# --- checks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "columns", "reason"),
    [
        ({}, ("sex", "drug_code"), None),
        ({}, ("sex", "name"), "column_not_published"),
        ({}, (), "column_not_published"),
        ({"name": "trial_candidates"}, ("sex",), "view_not_granted"),
        ({"grade": Grade.L4}, ("sex",), "grade_above_grant"),
        ({"purposes": frozenset({"industry_use"})}, ("sex",), "purpose_not_allowed"),
        ({"sources": frozenset({"hospital_a", "hospital_b"})}, ("sex",), "source_not_agreed"),
        ({"sources": frozenset()}, ("sex",), "source_not_agreed"),
    ],
)
def test_only_what_was_granted(place, view, columns, reason):
    place.granted()
    assert place.check(columns, replace(VIEW, **view)) == reason


def test_a_row_filter_leaves_out_the_institutions_that_did_not_sign(place):
    place.granted(row_filter={"institution": ("hospital_a",)})
    both = replace(VIEW, sources=frozenset({"hospital_a", "hospital_b"}))
    assert place.check(view=both) is None
    assert place.check(view=replace(both, columns=frozenset({"sex"}))) == "column_not_published"
    assert place.rights.check("g1", both, ("sex",), now=NOW).row_filter == {"institution": ("hospital_a",)}


def test_an_institution_that_authorises_nothing_gives_nothing(place):
    place.granted()
    place.institutions["hospital_a"] = institution("hospital_a")
    assert place.check() == "source_not_authorised"
    for use in (
        ("cohort_research", "L2", ("CN",)),
        ("industry_use", "L3", ("CN",)),
        ("cohort_research", "L3", ("DE",)),
    ):
        said = dict(zip(("purpose", "grade", "countries"), use, strict=True))
        place.institutions["hospital_a"] = institution("hospital_a", DataUse(**said))
        assert place.check() == "source_not_authorised"
    del place.institutions["hospital_a"]
    assert place.check() == "source_not_authorised"


def test_revocation_acts_at_the_next_question(place):
    place.granted()
    elsewhere = Place.__new__(Place)
    elsewhere.rights = Rights(Ledger(place.ledger.folder, place.ledger.vault), lambda: place.institutions)
    elsewhere.now = NOW
    assert elsewhere.check() is None  # a session that is open in another process
    place.do("ctl.a", e.GrantRevoked(grant="g1", reason="withdrawn_by_controller"))
    assert elsewhere.check() == "revoked"
    assert place.check() == "revoked"


def test_only_a_party_or_compliance_revokes(place):
    place.granted()
    gone = e.GrantRevoked(grant="g1", reason="breach")
    place.refused("ctl.b", gone, "hospital_b is no party")
    place.refused("rev.b", gone, "none of the roles")
    place.do("sign.pharma", gone)


def test_a_grant_begins_and_ends_on_its_days(place):
    place.granted(starts=date(2026, 3, 10))
    for at, reason in (
        (datetime(2026, 3, 9, 23, 59, tzinfo=UTC), "not_started"), (datetime(2026, 3, 10, tzinfo=UTC), None),
        (datetime(2026, 3, 31, 23, 59, tzinfo=UTC), None), (datetime(2026, 4, 1, tzinfo=UTC), "expired"),
    ):  # fmt: skip
        place.now = at
        assert place.check() == reason


def test_rows_are_used_up_and_never_passed(place):
    place.granted()
    query = e.QueryAnswered(grant="g1", view="drug_exposure", version=1, columns=("sex",), rows=40, query_sha256=HASH)
    allowed = [place.rights.use(query, VIEW, now=NOW).is_allowed for _ in range(3)]
    assert allowed == [True, True, False]
    assert place.rights.check("g1", VIEW, ("sex",), now=NOW).rows_left == 20
    assert place.check(rows=20) is None
    assert place.check(rows=21) == "too_many_rows"
    assert place.rights.state().grants["g1"].rows_used == 80


@pytest.mark.parametrize("how", ["changed", "cut off", "gone"])
def test_a_ledger_that_cannot_be_trusted_allows_nothing(place, how):
    place.granted()
    place.do("officer", e.GrantRevoked(grant="g1", reason="breach"))
    (file,) = segments(place.ledger.folder)
    lines = file.read_bytes().splitlines(keepends=True)
    fresh = Place.__new__(Place)
    fresh.rights, fresh.now = Rights(Ledger(place.ledger.folder, place.ledger.vault), lambda: place.institutions), NOW
    if how == "changed":
        file.write_bytes(b"".join(lines).replace(b'"max_rows":100', b'"max_rows":900'))
    elif how == "cut off":
        file.write_bytes(b"".join(lines[:-1]))  # the revocation
    else:
        file.unlink()
    assert fresh.check() == "ledger_damaged"
    if how != "changed":
        assert place.check() == "ledger_damaged"


def test_what_was_agreed_when_rules_are_asked_later_stays(place):
    place.granted()
    place.do("reg", e.PersonRemoved(person="officer"))
    place.now = NOW + timedelta(days=1)
    assert place.check() is None
