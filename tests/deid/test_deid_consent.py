from datetime import date
from typing import Any

import pytest

from deid.consent import REASONS, permits

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
