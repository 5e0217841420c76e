"""Whether a patient's Consent resources allow research on their de-identified records.

Deny by default. Source: FHIR R4 Consent; a provision's nested provisions are exceptions to it. Where rules of one level
meet, deny wins. A provision that is limited to data of some time (dataPeriod) becomes the patient's data window. A
permission that is narrowed in another way (class, code, data, securityLabel) is not taken for one for all: we do not
judge records by these. Nor is one for actions that use no data (to be contacted), or in a Consent with a modifierExtension:
whatever that says could be the contrary.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from deid.data_window import DataWindow, Days, days_of

Reason = Literal[
    "no_consent",
    "consent_withdrawn",
    "consent_denied",
    "consent_expired",
    "consent_not_yet_valid",
    "consent_not_research",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
NO_CONSENT: Reason = "no_consent"

# http://terminology.hl7.org/CodeSystem/v3-ActReason: healthcare research and everything below it
RESEARCH_PURPOSES = frozenset("HRESCH BIORCH CLINTRCH CLINTRCHNPC CLINTRCHPC DSRCH POARCH PRECLINTRCH TRANSRCH".split())
# http://terminology.hl7.org/CodeSystem/consentscope and .../consentcategorycodes
_RESEARCH_SCOPE = frozenset({"research"})
_RESEARCH_CATEGORY = frozenset({"research", "rsdid", "rsreid"})
_OPT_IN, _OPT_OUT = frozenset({"OPTIN", "OPTINR"}), frozenset({"OPTOUT", "OPTOUTE"})
_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}.*)?)?)?$")
_NARROWING = ("class", "code", "data", "securityLabel")
# http://terminology.hl7.org/CodeSystem/consentaction
_USES_OF_DATA = frozenset({"collect", "access", "use", "disclose"})
# What to say when nothing permits, most telling first.
_PRECEDENCE: tuple[Reason, ...] = (
    "consent_denied",
    "consent_expired",
    "consent_not_yet_valid",
    "consent_withdrawn",
    "consent_not_research",
    "no_consent",
)
_Verdict = Literal["permit"] | Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason` says why not; None when permitted. `window`: the data that may be used, when not all may."""

    permitted: bool
    reason: Reason | None = None
    window: DataWindow | None = None


@dataclass(slots=True)
class _Limits:
    """The times whose data provisions permit or deny; `is_unlimited` when one permits the data of all times."""

    is_unlimited: bool = False
    allowed: list[Days] = field(default_factory=list)
    denied: list[Days] = field(default_factory=list)

    def add(self, days: Days | None) -> None:
        if days is None:
            self.is_unlimited = True
        else:
            self.allowed.append(days)


def permits(consents: Iterable[Mapping[str, Any]], as_of: date) -> Decision:
    """The decision over all Consent resources of one patient on the day `as_of`.

    Any denial of research that is in force refuses. A consent that was withdrawn (inactive) refuses when no other one
    permits, one that was declined (rejected) also when no permission is newer. What was entered in error says nothing.
    """
    known = [c for c in consents if c.get("status") != "entered-in-error"]
    limits = {n: _Limits() for n, c in enumerate(known) if c.get("status") == "active"}
    active = [(_active_verdict(known[n], as_of, found), known[n]) for n, found in limits.items()]
    declined = [c for c in known if c.get("status") == "rejected" and _is_research(c)]
    said = {v for v, _ in active}
    given = max((_made(c) for v, c in active if v == "permit"), default=None)
    if given is not None and "consent_denied" not in said and all("" < _made(c) < given for c in declined):
        permitting = [found for found, (verdict, _) in zip(limits.values(), active, strict=True) if verdict == "permit"]
        return Decision(True, window=_window(permitting, list(limits.values())))
    if given is not None or declined:
        said.add("consent_denied")
    said |= {_passive_verdict(c) for c in known if c.get("status") not in ("active", "rejected")}
    return Decision(False, next((r for r in _PRECEDENCE if r in said), NO_CONSENT))


def _window(permitting: list[_Limits], every: list[_Limits]) -> DataWindow | None:
    """What one permits may be used, unless another denies it."""
    denied = tuple(sorted({days for limits in every for days in limits.denied}))
    if any(limits.is_unlimited for limits in permitting):
        return DataWindow(None, denied) if denied else None
    return DataWindow(tuple(sorted({days for limits in permitting for days in limits.allowed})), denied)


def _made(consent: Mapping[str, Any]) -> str:
    made = consent.get("dateTime")
    return made if isinstance(made, str) else ""


def _passive_verdict(consent: Mapping[str, Any]) -> Reason:
    if not _is_research(consent):
        return "consent_not_research"
    return "consent_withdrawn" if consent.get("status") == "inactive" else NO_CONSENT


def _active_verdict(consent: Mapping[str, Any], as_of: date, limits: _Limits) -> _Verdict:
    said = _said(consent, as_of, limits)
    return NO_CONSENT if said == "permit" and _has_modifier(consent) else said


def _said(consent: Mapping[str, Any], as_of: date, limits: _Limits) -> _Verdict:
    if _made(consent)[:10] > as_of.isoformat():
        return "consent_not_yet_valid"
    by_kind = _is_research_by_kind(consent)
    provision = consent.get("provision")
    if isinstance(provision, dict):
        if found := _evaluate(provision, by_kind, as_of, limits, depth=0):
            return found
        # A general opt-out of any use also denies research.
        if (
            provision.get("type") == "deny"
            and not provision.get("purpose")
            and _opts_out_of_all(consent, provision, as_of)
        ):
            return "consent_denied"
        if not by_kind:
            return "consent_not_research"
    rule = _codes(consent.get("policyRule"))
    if rule & _OPT_OUT:
        return "consent_denied"
    if not by_kind:
        return "consent_not_research"
    if isinstance(provision, dict) and provision.get("purpose"):
        return "consent_not_research"
    if isinstance(provision, dict) and _is_of_other_actions(provision):
        return NO_CONSENT
    if rule & _OPT_IN:
        limits.add(None)
        return "permit"
    return NO_CONSENT


def _opts_out_of_all(consent: Mapping[str, Any], provision: Mapping[str, Any], as_of: date) -> bool:
    return "patient-privacy" in _codes(consent.get("scope")) and _outside(provision.get("period"), as_of) is None


def _evaluate(
    provision: Mapping[str, Any], about_research: bool, as_of: date, limits: _Limits, depth: int, within: Days | None = None
) -> _Verdict | None:  # fmt: skip
    """What a provision and its exceptions say of research; None when they say nothing of it.

    What is said of the data of some time only goes into `limits`; `within`: the time that the provision above speaks of.
    """
    purposes = {c for p in _list(provision.get("purpose")) for c in _codes({"coding": [p]})}
    about = bool(purposes & RESEARCH_PURPOSES) if purposes else about_research
    if outside := _outside(provision.get("period"), as_of):
        return outside if about else None
    days = days_of(provision["dataPeriod"]) if "dataPeriod" in provision else within
    is_unreadable = "dataPeriod" in provision and days is None
    nested = {_evaluate(n, about, as_of, limits, depth + 1, days) for n in _list(provision.get("provision"))}
    for verdict in ("consent_denied", "permit"):
        if verdict in nested:
            return verdict
    if not about:
        return None
    if provision.get("type") == "permit":
        if _is_of_other_actions(provision):
            return None
        if is_unreadable or any(provision.get(n) for n in _NARROWING):
            return None if depth else "consent_denied"
        limits.add(days)
        return "permit"
    if provision.get("type") == "deny" and provision.get("dataPeriod") and days is not None and not nested:
        limits.denied.append(days)
        return None
    if provision.get("type") == "deny":
        timed: tuple[Reason, ...] = ("consent_expired", "consent_not_yet_valid")
        return next((v for v in timed if v in nested), "consent_denied")
    return next((v for v in nested if v), None)


def _is_of_other_actions(provision: Mapping[str, Any]) -> bool:
    """Whether a provision speaks only of actions that are no use of data, or says its actions in no code."""
    return "action" in provision and not any(_codes(a) & _USES_OF_DATA for a in _list(provision["action"]))


def _has_modifier(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_has_modifier, value))
    return isinstance(value, dict) and ("modifierExtension" in value or any(map(_has_modifier, value.values())))


def _outside(period: object, as_of: date) -> Reason | None:
    """Why a period does not hold `as_of`; partial dates count in full at both ends. None when it does, or is absent."""
    if period is None:
        return None
    if not isinstance(period, dict):
        return "consent_expired"
    day = as_of.isoformat()
    start, end = period.get("start"), period.get("end")
    if any(x is not None and not _is_date(x) for x in (start, end)):
        return "consent_expired"
    if start is not None and day[: len(start[:10])] < start[:10]:
        return "consent_not_yet_valid"
    if end is not None and day[: len(end[:10])] > end[:10]:
        return "consent_expired"
    return None


def _is_date(text: object) -> bool:
    return isinstance(text, str) and bool(_DATE.match(text))


def _is_research(consent: Mapping[str, Any]) -> bool:
    return _is_research_by_kind(consent) or bool(_purposes(consent.get("provision")) & RESEARCH_PURPOSES)


def _is_research_by_kind(consent: Mapping[str, Any]) -> bool:
    categories = {c for k in _list(consent.get("category")) for c in _codes(k)}
    return bool(_codes(consent.get("scope")) & _RESEARCH_SCOPE or categories & _RESEARCH_CATEGORY)


def _purposes(provision: object) -> set[str]:
    if not isinstance(provision, dict):
        return set()
    own = {c for p in _list(provision.get("purpose")) for c in _codes({"coding": [p]})}
    return own.union(*(_purposes(n) for n in _list(provision.get("provision"))))


def _codes(concept: object) -> set[str]:
    coding = _list(concept.get("coding")) if isinstance(concept, dict) else []
    return {c["code"] for c in coding if isinstance(c.get("code"), str)}


def _list(value: object) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
