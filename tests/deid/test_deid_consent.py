from datetime import date
from typing import Any

import pytest

from deid.consent import REASONS, permits
from deid.data_window import DataWindow

DAY = date(2024, 6, 30)


def consent(
    status: str = "active", scope: str = "research", made: str = "2024-01-01", **provision: Any
) -> dict[str, Any]:
    made_ = {"resourceType": "Consent", "status": status, "dateTime": made, "scope": {"coding": [{"code": scope}]}}
    return made_ | ({"provision": provision} if provision else {})


def purpose(*codes: str) -> list[dict[str, str]]:
    return [{"code": c} for c in codes]


def period(start: str | None = None, end: str | None = None) -> dict[str, str]:
    return {k: v for k, v in (("start", start), ("end", end)) if v}


PERMIT = consent(type="permit")
CASES: dict[str, tuple[list[dict[str, Any]], str | None]] = {
    "a permission": ([PERMIT], None),
    "nothing": ([], "no_consent"),
    "to be contacted only": ([consent(type="permit", action=[{"coding": [{"code": "contact"}]}])], "no_consent"),
    "to be contacted, beside research": ([consent(type="permit", action=[{"coding": [{"code": "contact"}]}]), PERMIT], None),
    "to be used and disclosed": ([consent(type="permit", action=[{"coding": [{"code": "disclose"}]}])], None),
    "of actions in words": ([consent(type="permit", action=[{"text": "use"}])], "no_consent"),
    "with a modifier": ([PERMIT | {"modifierExtension": [{"url": "http://x.example/not"}]}], "no_consent"),
    "with a modifier below": (
        [consent(type="permit", provision=[{"type": "permit", "modifierExtension": [{"url": "http://x.example/not"}]}])], "no_consent"),
    "a denial with a modifier": ([PERMIT, consent(type="deny") | {"modifierExtension": [{"url": "http://x.example/y"}]}], "consent_denied"),
    "by purpose": ([consent(scope="patient-privacy", type="permit", purpose=purpose("HRESCH"))], None),
    "by category": ([consent(scope="adr", type="permit") | {"category": [{"coding": [{"code": "research"}]}]}], None),
    "for treatment": ([consent(scope="treatment", type="permit")], "consent_not_research"),
    "for another purpose": ([consent(type="permit", purpose=purpose("HMARKT"))], "consent_not_research"),
    "for one of two purposes": ([consent(type="permit", purpose=purpose("TREAT", "CLINTRCH"))], None),
    "draft": ([consent("draft", type="permit")], "no_consent"),
    "entered in error": ([consent("entered-in-error", type="permit")], "no_consent"),
    "withdrawn": ([consent("inactive", type="permit")], "consent_withdrawn"),
    "an old one withdrawn, a new one given": (
        [consent("inactive", type="permit"), consent(made="2024-02-01", type="permit")], None),
    "declined": ([consent("rejected", type="permit")], "consent_denied"),
    "declined after another was given": ([PERMIT, consent("rejected", made="2024-03-01")], "consent_denied"),
    "declined before another was given": ([PERMIT, consent("rejected", made="2023-03-01")], None),
    "declined on an unknown day": ([PERMIT, consent("rejected", made="")], "consent_denied"),
    "denied": ([consent(type="deny")], "consent_denied"),
    "one permits, one denies": ([PERMIT, consent(type="deny")], "consent_denied"),
    "a denial that is over": ([PERMIT, consent(type="deny", period=period("2020", "2021"))], None),
    "denies all use": ([PERMIT, consent(scope="patient-privacy", type="deny")], "consent_denied"),
    "denies marketing": ([PERMIT, consent(scope="patient-privacy", type="deny", purpose=purpose("HMARKT"))], None),
    "in force": ([consent(type="permit", period=period("2024-01-01", "2024-12-31"))], None),
    "last day": ([consent(type="permit", period=period("2024-01-01", "2024-06-30"))], None),
    "first day": ([consent(type="permit", period=period("2024-06-30"))], None),
    "over": ([consent(type="permit", period=period("2023-01-01", "2024-06-29"))], "consent_expired"),
    "not yet": ([consent(type="permit", period=period("2024-07-01"))], "consent_not_yet_valid"),
    "ends this month": ([consent(type="permit", period=period("2024", "2024-06"))], None),
    "ended last year": ([consent(type="permit", period=period(None, "2023"))], "consent_expired"),
    "with times": ([consent(type="permit", period=period("2024-06-30T23:00:00+08:00", "2024-06-30T23:30:00Z"))], None),
    "an unreadable period": ([consent(type="permit", period=period("soon"))], "consent_expired"),
    "signed tomorrow": ([consent(made="2024-07-01", type="permit")], "consent_not_yet_valid"),
    "denies, with research as the exception": (
        [consent(type="deny", provision=[{"type": "permit", "purpose": purpose("HRESCH")}])], None),
    "denies, with another exception": (
        [consent(type="deny", provision=[{"type": "permit", "purpose": purpose("TREAT")}])], "consent_denied"),
    "denies, and the exception is over": (
        [consent(type="deny", provision=[{"type": "permit", "period": period(None, "2020")}])], "consent_expired"),
    "permits, but not research": (
        [consent(type="permit", provision=[{"type": "deny", "purpose": purpose("HRESCH")}])], "consent_denied"),
    "permits, but not marketing": (
        [consent(type="permit", provision=[{"type": "deny", "purpose": purpose("HMARKT")}])], None),
    "one exception permits, one denies": (
        [consent(type="deny", provision=[{"type": "permit"}, {"type": "deny", "actor": [{}]}])], "consent_denied"),
    "only some data": ([consent(type="permit", **{"class": [{"code": "Observation"}]})], "consent_denied"),
    "an exception for some data": (
        [consent(type="deny", provision=[{"type": "permit", "code": [{"text": "x"}]}])], "consent_denied"),
    "no type at the root, permitted below": ([consent(provision=[{"type": "permit"}])], None),
    "no provision": ([consent()], "no_consent"),
    "opted in by rule": ([consent() | {"policyRule": {"coding": [{"code": "OPTIN"}]}}], None),
    "opted out by rule": ([consent() | {"policyRule": {"coding": [{"code": "OPTOUT"}]}}], "consent_denied"),
    "nonsense": ([consent(type="permit") | {"scope": "research", "category": "x"}], "consent_not_research"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_permits(case):
    consents, reason = CASES[case]
    decision = permits(consents, DAY)
    assert (decision.permitted, decision.reason) == (reason is None, reason)
    again = permits(list(reversed(consents)), DAY)
    assert again == decision


def test_every_reason_has_a_case():
    assert {r for _, r in CASES.values()} == {None, *REASONS}


FEW = {"dataPeriod": period("2020-03", "2021")}
WINDOWS: dict[str, tuple[list[dict[str, Any]], tuple[Any, Any] | None]] = {
    "all data": ([PERMIT], None),
    "data of some time": ([consent(type="permit", **FEW)], ((("2020-03-01", "2021-12-31"),), ())),
    "an open end": (
        [consent(type="permit", dataPeriod=period("2020-03-05"))], ((("2020-03-05", "9999-12-31"),), ())),
    "all but the data of some time": (
        [consent(type="permit", provision=[{"type": "deny", **FEW}])], (None, (("2020-03-01", "2021-12-31"),))),
    "only the data of some time, as the exception of a denial": (
        [consent(type="deny", provision=[{"type": "permit", **FEW}])], ((("2020-03-01", "2021-12-31"),), ())),
    "an exception within the time above it": (
        [consent(type="permit", dataPeriod=period("2019"), provision=[{"type": "permit", "purpose": purpose("HRESCH")}])],
        ((("2019-01-01", "9999-12-31"),), ())),
    "two permissions": (
        [consent(type="permit", **FEW), consent(type="permit", dataPeriod=period(None, "2010-05-01"))],
        ((("0001-01-01", "2010-05-01"), ("2020-03-01", "2021-12-31")), ())),
    "one of them without a limit": ([consent(type="permit", **FEW), PERMIT], None),
    "another consent denies some of it": (
        [PERMIT, consent(type="deny", **FEW)], (None, (("2020-03-01", "2021-12-31"),))),
    "opted in, but for some data": (
        [consent(type="deny", **FEW) | {"policyRule": {"coding": [{"code": "OPTIN"}]}}],
        (None, (("2020-03-01", "2021-12-31"),))),
    "a permission that is over does not widen it": (
        [consent(type="permit", **FEW), consent(type="permit", period=period(None, "2020"))],
        ((("2020-03-01", "2021-12-31"),), ())),
}  # fmt: skip


@pytest.mark.parametrize("name", WINDOWS)
def test_a_data_period_becomes_the_window(name):
    consents, wanted = WINDOWS[name]
    decision = permits(consents, DAY)
    assert decision.permitted
    found = decision.window
    assert (found and (found.allowed, found.denied)) == wanted
    assert found is None or DataWindow.from_json(found.to_json()) == found


@pytest.mark.parametrize("data_period", [{}, {"start": "soon"}, {"start": "2021", "end": "2020"}, "2020", []])
def test_a_data_period_that_cannot_be_read_permits_nothing(data_period):
    assert permits([consent(type="permit", dataPeriod=data_period)], DAY).reason == "consent_denied"
    denial = {"type": "deny", "dataPeriod": data_period}
    assert permits([consent(type="permit", provision=[denial])], DAY).reason == "consent_denied"


YEAR_2020 = DataWindow((("2020-01-01", "2020-12-31"),))
NOT_JUNE = DataWindow(None, (("2020-06-01", "2020-06-30"),))


def record(kind: str = "Observation", **elements: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": "x", "meta": {"lastUpdated": "2024-01-01T00:00:00Z"}, **elements}


@pytest.mark.parametrize(
    ("resource", "in_2020", "not_june"),
    [
        (record(effectiveDateTime="2020-05-01T10:00:00+08:00"), True, True),
        (record(effectiveDateTime="2019-12-31"), False, True),
        (record(effectiveDateTime="2020-06-15"), True, False),
        (record(effectiveDateTime="2020"), True, False),
        (record(effectiveDateTime="2020-05-01", issued="2021-01-01T00:00:00Z"), False, True),
        (record(effectivePeriod={"start": "2020-05-01", "end": "2020-05-02"}), True, True),
        (record(effectivePeriod={"start": "2020-05-01", "end": "2020-07-02"}), True, False),
        (record(effectivePeriod={"start": "2020-05-01"}), False, False),
        (record(), False, False),
        (record(effectiveDateTime="unknown"), False, False),
        (record(effectiveTiming={"event": ["2020-01-02", "2021-01-02"]}), False, True),
        (record("Encounter", period={"start": "2020-01-01", "end": "2020-01-02"},
                statusHistory=[{"status": "planned", "period": {"start": "2019-12-01", "end": "2020-01-01"}}]), False, True),
        (record("Encounter", identifier=[{"period": {"start": "1990"}}], period={"start": "2020-01-01", "end": "2020"}), True, False),
        (record("Patient", birthDate="1950-01-01", deceasedDateTime="2021-01-01"), True, True),
        (record("Consent", dateTime="2024-01-01"), True, True),
        (record("Device"), False, False),
    ],
)  # fmt: skip
def test_a_record_is_in_when_all_it_says_lies_in_the_window(resource, in_2020, not_june):
    assert YEAR_2020.holds(resource) is in_2020
    assert NOT_JUNE.holds(resource) is not_june
