"""Whether a grant may be served across a border now: the facts of the moment, judged anew and held against the decision.

A decision gives nothing by itself. At every question the rules are asked again with the counts, files and contracts of the
moment; the decision stands as long as they say nothing stricter than it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from core.institution import Institution
from governance import events as e
from governance.canonical import digest
from governance.crossborder.record import Crossings, Decision
from governance.crossborder.rules import OUTCOMES, Facts, Holds, Judgement, Lacks, Rules, judge
from governance.grades import Grade

Refusal = Literal[
    "country_unknown", "crossborder_not_assessed", "crossborder_forbidden", "crossborder_lapsed", "crossborder_not_concluded"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One exporter's part of a grant as the rules judge it now."""

    facts: Facts
    judgement: Judgement
    rules: Rules | None
    basis_sha256: str


def exporters(
    said: e.AccessRequested, sources: frozenset[str], institutions: Mapping[str, Institution]
) -> dict[str, Institution] | None:
    """The institutions from whose country the grant's data would leave; None where one's country is not known."""
    own = {i: institutions.get(i) for i in sources}
    if any(found is None or found.country is None for found in own.values()):
        return None
    return {i: found for i, found in own.items() if found and found.country != said.country}


def assess(
    said: e.AccessRequested, leaving: Mapping[str, Institution], crossings: Crossings, rules: Mapping[str, Rules],
    *, at: datetime, version: tuple[str, int] | None = None,
) -> dict[str, Part] | None:  # fmt: skip
    """The grant judged by the rules of each exporter's country; None where a view's newest version is not described.

    `version`: the view's version that is about to leave, where it may be another than the newest.
    """
    views = []
    for name in said.views:
        is_leaving = version is not None and version[0] == name
        found = crossings.described.get(version) if version and is_leaving else crossings.newest.get(name)
        if found is None:
            return None
        views.append(found)
    return {
        name: _part(said, institution, views, crossings, rules.get(institution.country or ""), at)
        for name, institution in sorted(leaving.items())
    }


def outcome_of(parts: Mapping[str, Part]) -> e.Outcome:
    """The strictest of all exporters'."""
    return max((p.judgement.outcome for p in parts.values()), key=OUTCOMES.index, default="allowed")


def ruling(name: str, part: Part) -> e.Ruling:
    """An exporter's part as it stands in the ledger."""
    return e.Ruling(
        institution=name, outcome=part.judgement.outcome, rules=part.judgement.rules, basis_sha256=part.basis_sha256,
        rules_version=part.rules.version if part.rules else "none", personal=part.facts.personal, sensitive=part.facts.sensitive,
    )  # fmt: skip


def _part(
    said: e.AccessRequested, institution: Institution, views: list[e.VersionDescribed], crossings: Crossings,
    rules: Rules | None, at: datetime,
) -> Part:  # fmt: skip
    facts = _facts(institution, views, crossings, rules, at)
    asked = {
        "grant": e.body_of(said), "origin": facts.origin, "rules": rules.sha256 if rules else "", "holds": sorted(facts.holds),
        "lacks": sorted(facts.lacks), "is_critical_infrastructure": facts.is_critical_infrastructure,
    }  # fmt: skip
    return Part(facts, judge(facts, rules), rules, digest(asked))


def _facts(
    institution: Institution, views: list[e.VersionDescribed], crossings: Crossings, rules: Rules | None, at: datetime
) -> Facts:  # fmt: skip
    """People are counted in every version of every view that left or is about to, so never too few: who is in two counts twice."""
    states, year = institution.cross_border, at.astimezone(UTC).year
    holds: set[Holds] = set()
    for view in views:
        holds |= _holds(institution, view, rules)
    if not holds - {"only_anonymised"}:
        holds = {"only_anonymised"}
    else:
        holds.discard("only_anonymised")
    lacks: set[Lacks] = set()
    if states is None or not states.separate_consent:
        lacks.add("separate_consent")
    if states is None or states.impact_assessment is None:
        lacks.add("impact_assessment")
    if states is None or states.genetic_report is None:
        lacks.add("genetic_report")
    people = {"personal": 0, "sensitive": 0}
    for sent in states.sent_otherwise if states else ():
        if sent.year == year:
            people["personal"] += sent.personal
            people["sensitive"] += sent.sensitive
    counted = {(v.view, v.version, v.commit): v for v in views} | _left(institution, crossings, year)
    for view in counted.values():
        if kind := _kind(institution, view, rules):
            people[kind] += view.persons.get(institution.id, 0)
    return Facts(
        institution.country or "",
        frozenset(holds),
        frozenset(lacks),
        bool(states and states.is_critical_infrastructure),
        **people,
    )


def _left(institution: Institution, crossings: Crossings, year: int) -> dict[tuple[str, int, str], e.VersionDescribed]:
    """The versions with data of the institution that left its country in the year."""
    left = (
        (s.view, s.version, s.commit)
        for s in crossings.sent
        if s.year == year
        and s.country != institution.country
        and (s.institutions is None or institution.id in s.institutions)
    )
    return {which: crossings.every[which] for which in left}


def _holds(institution: Institution, view: e.VersionDescribed, rules: Rules | None) -> set[Holds]:
    """What a view holds of an institution."""
    holds: set[Holds] = set()
    kind = _kind(institution, view, rules)
    if kind:
        holds |= {"personal", kind}
    states = institution.cross_border
    if states and view.view in states.important_views:
        holds.add("important")
    genetic = set(rules.genetic_categories) if rules else set()
    if kind and (
        (states and view.view in states.genetic_views) or genetic & {c.category for c in view.columns.values()}
    ):
        holds.add("genetic")
    return holds or {"only_anonymised"}


def _kind(
    institution: Institution, view: e.VersionDescribed, rules: Rules | None
) -> Literal["personal", "sensitive"] | None:
    """As what the view's persons count; without rules everything is sensitive.

    None for an aggregate that anybody may see after registration: it shows nobody. Stricter grades have smaller cells.
    """
    if view.grain == "aggregate" and view.grade <= Grade.L2:
        return None
    if rules is None or {c.category for c in view.columns.values()} & set(rules.sensitive_categories):
        return "sensitive"
    return "personal"


def refusal(decision: Decision | None, parts: Mapping[str, Part] | None, at: datetime) -> Refusal | None:
    """Why the grant may not be served across the border now; None where it may."""
    if parts is None:
        return "crossborder_not_assessed"
    if outcome_of(parts) == "forbidden":
        return "crossborder_forbidden"
    if decision is None:
        return "crossborder_not_assessed"
    for name, part in parts.items():
        if why := _not_standing(decision, name, part, at):
            return why
    return None


def _not_standing(decision: Decision, name: str, part: Part, at: datetime) -> Refusal | None:
    ruling, needed = decision.rulings.get(name), part.judgement.outcome
    if ruling is None or ruling.basis_sha256 != part.basis_sha256:
        return "crossborder_lapsed"
    if OUTCOMES.index(ruling.outcome) < OUTCOMES.index(needed):
        return "crossborder_lapsed"
    if needed == "allowed":
        return None
    concluded = decision.concluded.get(name)
    if concluded is None:
        return "crossborder_not_concluded"
    is_over = needed == "needs_security_assessment" and at >= _runs_out(concluded.at, part.rules)
    return "crossborder_lapsed" if is_over else None


def _runs_out(concluded: datetime, rules: Rules | None) -> datetime:
    years = rules.security_assessment_valid_years if rules else 0
    return concluded.replace(year=concluded.year + years, day=min(concluded.day, 28))
