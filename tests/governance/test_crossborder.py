"""A grant for another country gives nothing until a decision stands for it, and nothing any more when it has lapsed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from test_rights import HASH, NOW, VIEW, Place, asked

from core.errors import ConfigError
from core.institution import CrossBorder, DataUse, Institution, SentOtherwise
from governance import events as e
from governance.crossborder import clearance
from governance.crossborder.rules import load_rules
from governance.entries import Tail
from governance.ledger import Record
from governance.rights import Rights

RULES = load_rules()
STATES = CrossBorder(is_critical_infrastructure=False, separate_consent=True, impact_assessment="PIA-1")
COLUMNS = {"sex": {"grade": "L3", "role": "quasi", "category": "个人基本资料"}}
HEALTH = COLUMNS | {"drug_code": {"grade": "L3", "role": "sensitive", "category": "医疗健康信息"}}

GENES = HEALTH | {"gene": COLUMNS["sex"] | {"category": "生物识别信息"}}


def hospital(id="hospital_a", states: CrossBorder | None = STATES, country: str | None = "CN"):
    use = DataUse(purpose="cohort_research", grade="L3", countries=("CN", "DE"))
    said = {"id": id, "name": id, "language": "en", "profile": "cn_l3", "fhir_release": "R4", "consent": "required"}
    return Institution(**said, data_use=(use,), country=country, cross_border=states)


def described(version=1, persons=50, columns=HEALTH, grain="rows", grade="L3", commit="c", **of):
    return e.VersionDescribed(
        view="drug_exposure", grade=grade, version=version, commit=commit, grain=grain, basis="published", columns=columns,
        rows=of or {"hospital_a": 2 * persons}, persons=of or ({"hospital_a": persons} if grain == "rows" else {}), price_unit="free",
    )  # fmt: skip


class Border(Place):
    """A grant for Germany of data from China."""

    def __init__(self, folder) -> None:
        super().__init__(folder)
        self.institutions = {"hospital_a": hospital(), "hospital_b": hospital("hospital_b")}
        self.rules = RULES
        self.rights = Rights(self.ledger, lambda: self.institutions, lambda: self.rules)
        self.describe(described())

    def describe(self, event):
        self.ledger.append(Record("lakehouse", event, self.now))

    def parts(self, view=VIEW, grant="g1"):
        state = self.rights.state()
        said = state.grants[grant].request.said
        leaving = clearance.exporters(said, view.sources, self.institutions)
        return clearance.assess(said, leaving, state.crossings, self.rules, at=self.now)

    def assess(self, who="officer", grant="g1", view=VIEW):
        parts = self.parts(view, grant)
        self.do(who, assessed(parts, grant))
        return clearance.outcome_of(parts)

    def conclude(self, who="officer", institution="hospital_a"):
        self.do(who, e.CrossborderConcluded(grant="g1", institution=institution, reference="SCC-2026-7"))

    def read(self, version=1, rows=1):
        event = e.QueryAnswered(
            grant="g1", view="drug_exposure", version=version, columns=("sex",), rows=rows, query_sha256=HASH
        )
        return self.rights.use(event, VIEW, now=self.now).reason

    def cleared(self):
        self.granted(country="DE", max_rows=1_000_000)
        self.assess()
        self.conclude()
        assert self.check() is None
        return self


def assessed(parts, grant="g1"):
    return e.CrossborderAssessed(
        grant=grant,
        outcome=clearance.outcome_of(parts),
        rulings=tuple(clearance.ruling(n, p) for n, p in parts.items()),
    )


@pytest.fixture
def border(tmp_path):
    return Border(tmp_path)


def test_at_home_nothing_is_asked(border):
    border.granted(country="CN")
    assert border.check() is None
    assert border.read() is None


def test_from_the_grant_to_the_first_row_abroad(border):
    border.granted(country="DE")
    assert border.check() == border.read() == "crossborder_not_assessed"
    assert border.assess() == "needs_standard_contract"
    assert border.check() == border.read() == "crossborder_not_concluded"
    border.conclude()
    assert border.check() is None
    assert border.read() is None
    assert "query_answered" in [entry.kind for entry in Tail(border.ledger.folder).new()]


def test_what_is_refused_at_the_border_is_not_recorded_as_used(border):
    border.granted(country="DE")
    before = border.entries()
    assert border.read() == "crossborder_not_assessed"
    assert border.entries() == before


def test_where_the_institution_is_has_to_be_known(border):
    border.granted(country="CN")
    border.institutions["hospital_a"] = hospital(states=None, country=None)
    assert border.check() == "country_unknown"


def test_counts_that_show_nobody_are_allowed_with_a_decision(border):
    border.describe(described(2, columns=COLUMNS, grain="aggregate", grade="L3"))
    border.institutions["hospital_a"] = hospital(states=None)
    border.granted(country="DE")
    assert border.check() == "crossborder_forbidden", "cells at L3 may be of few"
    border.describe(described(3, columns=COLUMNS, grain="aggregate", grade="L2"))
    assert border.check() == "crossborder_not_assessed"
    assert border.assess() == "allowed"
    assert border.check() is None


@pytest.mark.parametrize(
    "states",
    [
        None,
        STATES.model_copy(update={"separate_consent": False}),
        STATES.model_copy(update={"impact_assessment": None}),
    ],
)
def test_what_is_forbidden_is_not_served_whatever_was_decided(border, states):
    border.cleared()
    border.institutions["hospital_a"] = hospital(states=states)
    assert border.check() == "crossborder_forbidden"
    assert border.assess() == "forbidden"
    border.refused(
        "officer", e.CrossborderConcluded(grant="g1", institution="hospital_a", reference="X"), "part is forbidden"
    )


def test_a_country_without_rules_sends_nothing(border):
    border.granted(country="DE")
    border.institutions["hospital_a"] = hospital(country="FR")
    assert border.check() == "crossborder_forbidden"


def test_rules_that_are_missing_or_broken_close_the_door(border):
    border.cleared()

    def broken():
        raise ConfigError("cn.yaml: is not YAML.")

    border.rights = Rights(border.ledger, lambda: border.institutions, broken)
    assert border.check() == "crossborder_forbidden"


def test_a_decision_that_says_less_than_the_rules_gives_nothing(border):
    """Somebody who signs "allowed" by hand."""
    border.granted(country="DE")
    said = assessed(border.parts())
    mild = said.model_copy(
        update={"outcome": "allowed", "rulings": (said.rulings[0].model_copy(update={"outcome": "allowed"}),)}
    )
    border.do("officer", mild)
    assert border.check() == "crossborder_lapsed"


def test_a_decision_nobody_signed_counts_for_nothing(border):
    border.granted(country="DE")
    border.ledger.append(Record("officer", assessed(border.parts()), NOW))
    assert border.check() == "crossborder_not_assessed"
    assert border.rights.state().void == 1


def test_compliance_of_another_organisation_decides(border):
    border.granted(country="DE")
    said = assessed(border.parts())
    border.refused("ask2", said, "who receives the data does not decide")
    border.refused("ctl.a", said, "none of the roles compliance")
    border.refused("officer", said.model_copy(update={"grant": "g9"}), "g9 does not exist")
    conclude = e.CrossborderConcluded(grant="g1", institution="hospital_a", reference="X")
    border.refused("officer", conclude, "was not assessed")
    border.do("officer", said)
    border.refused("officer", conclude.model_copy(update={"institution": "hospital_b"}), "not assessed for hospital_b")
    border.do("officer", e.GrantRevoked(grant="g1", reason="breach"))
    border.refused("officer", conclude, "is revoked")


# --- what ends a decision ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda b: b.institutions.update(hospital_a=hospital(states=STATES.model_copy(update={"is_critical_infrastructure": True}))),
         "crossborder_lapsed"),
        (lambda b: b.institutions.update(hospital_a=hospital(states=STATES.model_copy(update={"important_views": ("drug_exposure",)}))),
         "crossborder_lapsed"),
        (lambda b: b.institutions.update(hospital_a=hospital(states=STATES.model_copy(update={"genetic_views": ("drug_exposure",)}))),
         "crossborder_forbidden"),
        (lambda b: setattr(b, "rules", {"CN": RULES["CN"].model_copy(update={"sha256": HASH})}), "crossborder_lapsed"),
        (lambda b: b.describe(described(2, columns=GENES)), "crossborder_forbidden"),
        (lambda b: b.describe(described(2, persons=9_949)), None),
        (lambda b: b.describe(described(2, persons=10_000)), "crossborder_lapsed"),
        (lambda b: setattr(b, "now", b.now.replace(month=3, day=20)), None),
    ],
)  # fmt: skip
def test_a_decision_lapses_when_what_it_rests_on_changes(border, change, reason):
    border.cleared()
    change(border)
    assert border.check() == reason


def test_another_institution_in_the_view_needs_a_decision_of_its_own(border):
    border.cleared()
    both = replace(VIEW, sources=frozenset({"hospital_a", "hospital_b"}))
    state = border.rights.state()
    parts = clearance.assess(state.grants["g1"].request.said, border.institutions, state.crossings, RULES, at=NOW)
    assert clearance.refusal(state.crossings.decisions["g1"], parts, NOW) == "crossborder_lapsed"
    assert border.check(view=both) == "source_not_agreed"


def test_people_of_the_year_are_added_up_over_versions_and_views_and_pass_the_threshold(border):
    """Each version that left counts its people; at home and in other years nothing counts."""
    border.cleared()
    assert border.read(1) is None
    assert border.parts()["hospital_a"].facts.sensitive == 50
    border.describe(described(2, persons=9_000))
    assert border.read(2) is None
    assert border.read(1) is None
    assert border.parts()["hospital_a"].facts.sensitive == 9_050
    border.describe(described(3, persons=900))
    assert border.parts()["hospital_a"].facts.sensitive == 9_950, "what is about to leave counts"
    assert border.check() is None
    border.describe(described(4, persons=950))
    assert border.parts()["hospital_a"].facts.sensitive == 10_000
    assert border.check() == "crossborder_lapsed"
    assert border.assess() == "needs_security_assessment"
    assert border.check() == "crossborder_not_concluded"
    border.now = datetime(2027, 1, 1, tzinfo=UTC)
    assert border.parts()["hospital_a"].facts.sensitive == 950


def test_a_table_made_anew_under_the_same_number_counts_beside_the_old_one(border):
    border.cleared()
    assert border.read(1) is None
    border.describe(described(1, persons=30, commit="d"))
    assert border.read(1) is None
    assert border.parts()["hospital_a"].facts.sensitive == 80


def test_what_stays_in_the_country_is_not_counted(border):
    border.granted(country="CN", max_rows=1000)
    assert border.read(1) is None
    border.do("ask", asked(request="r2", country="DE"))
    said = border.rights.state().requests["r2"].said
    leaving = clearance.exporters(said, VIEW.sources, border.institutions)
    border.describe(described(2, persons=7))
    parts = clearance.assess(said, leaving, border.rights.state().crossings, RULES, at=NOW)
    assert parts["hospital_a"].facts.sensitive == 7


def test_what_an_institution_sent_by_other_ways_counts_in_its_year(border):
    border.cleared()
    sent = (SentOtherwise(year=2025, sensitive=90_000), SentOtherwise(year=2026, sensitive=9_949))
    border.institutions["hospital_a"] = hospital(states=STATES.model_copy(update={"sent_otherwise": sent}))
    assert border.check() is None
    assert border.parts()["hospital_a"].facts.sensitive == 9_999
    border.describe(described(2, persons=51))
    assert border.check() == "crossborder_lapsed"


def test_a_version_that_is_not_described_does_not_leave(border):
    border.cleared()
    assert border.read(version=9) == "crossborder_not_assessed"


def test_a_security_assessment_holds_for_its_years(border):
    border.granted(country="DE", expires=date(2036, 1, 1))
    states = STATES.model_copy(update={"is_critical_infrastructure": True})
    border.institutions["hospital_a"] = hospital(states=states)
    assert border.assess() == "needs_security_assessment"
    border.conclude()
    for at, reason in (
        (datetime(2029, 2, 28, tzinfo=UTC), None),
        (datetime(2029, 3, 2, tzinfo=UTC), "crossborder_lapsed"),
    ):
        border.now = at
        assert border.check() == reason


def test_a_row_filter_leaves_out_exporters(border):
    border.institutions["hospital_b"] = hospital("hospital_b", states=None)
    border.granted(country="DE", row_filter={"institution": ("hospital_a",)})
    both = replace(VIEW, sources=frozenset({"hospital_a", "hospital_b"}))
    border.assess()
    border.conclude()
    assert border.check(view=both) is None
