"""A site's worklist: who may be asked next, as pseudonyms with the evidence, and how far the site came with each.

Ranked by how much of the protocol is met by records: fewest unknown criteria first; then those whose Consent permits contact
before those who said nothing; then the newest evidence; then the pseudonym, so that the order is always the same. Days are
those of the tables, moved by up to a year a person, so the newest evidence is a rough order only.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from governance import events as e
from governance.recruitment.candidates import FINAL, Candidates, Mark, token

SYSTEM = "https://clinical-cohort-lakehouse.example/fhir/CodeSystem/recruitment-status"
_LIST_CODE = "recruitment-worklist"
Row = Mapping[str, Any]

# R4 research-subject-status has no word for somebody who was called or said no. "withdrawn" is R4's for who withdrew before
# registration. Source: http://hl7.org/fhir/R4/codesystem-research-subject-status.html.
TO_FHIR: Mapping[e.CandidateStatus, str] = {
    "candidate": "candidate", "contacted": "candidate", "consented": "screening", "screened": "eligible",
    "enrolled": "on-study", "declined": "withdrawn",
}  # fmt: skip
OF_FHIR: Mapping[str, e.CandidateStatus] = {
    "candidate": "candidate", "potential-candidate": "candidate", "screening": "consented", "eligible": "screened",
    "ineligible": "screened", "not-registered": "screened", "pending-on-study": "screened", "on-study": "enrolled",
    "on-study-intervention": "enrolled", "on-study-observation": "enrolled", "follow-up": "enrolled", "off-study": "enrolled",
    "withdrawn": "declined",
}  # fmt: skip
_ORDER: Sequence[e.CandidateStatus] = ("candidate", "contacted", "consented", "screened", "enrolled", "declined")


@dataclass(frozen=True, slots=True)
class Entry:
    """One candidate of the site. `newest`: the newest day of the evidence; `evidence`: a line a criterion, in its order."""

    rank: int
    subject_key: str
    status: e.CandidateStatus
    verdict: str
    may_contact: str
    n_met: int
    n_unknown: int
    newest: date | None
    sex: str
    age_band: str
    evidence: tuple[Row, ...]
    history: tuple[Mark, ...]


def worklist(
    candidates: Iterable[Row],
    results: Iterable[Row],
    landed: Iterable[Row],
    marks: Candidates,
    *,
    study: str,
    site: str,
) -> list[Entry]:
    """The candidates of a site, the most promising first; whoever is enrolled or declined, here or elsewhere, is not in it.

    `candidates`, `results`: the study's rows of gold/trial_candidates and gold/criterion_result. `landed`: ResearchSubjects of
    the study at any institution (subject_key, person_key, status, and as flag the status that a List gives them).
    """
    told = _landed_statuses(landed)
    evidence: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(results, key=lambda r: r["criterion_number"]):
        if row["institution"] == site:
            evidence[row["subject_key"]].append(row)
    rows = [row for row in candidates if row["institution"] == site and _may_be_asked(row)]
    entries = []
    for row in rows:
        history = tuple(marks.history(study, site, token(study, site, row["subject_key"])))
        known = told.get(row["person_key"] or row["subject_key"], frozenset())
        status = _status(history, known)
        # A study that knows them in a status that was not told here is one that somebody else has approached.
        if status not in FINAL and (known or not row["is_enrolled"]):
            entries.append(_entry(row, status, evidence[row["subject_key"]], history))
    entries.sort(key=lambda x: (x.n_unknown, x.may_contact != "met", -_day(x.newest), x.subject_key))
    return [replace(one, rank=rank) for rank, one in enumerate(entries, 1)]


def _may_be_asked(row: Row) -> bool:
    return bool(row["verdict"] != "ineligible" and row["may_contact"] != "not_met")


def _landed_statuses(landed: Iterable[Row]) -> dict[str, frozenset[e.CandidateStatus]]:
    """What sites and sponsors sent, by person: the flag of their List, else what the R4 status means."""
    found: dict[str, set[e.CandidateStatus]] = defaultdict(set)
    for row in landed:
        flag = row["flag"] if row["flag"] in TO_FHIR else None
        # A status that R4 does not have is of a study that has begun with them: they are not offered.
        found[row["person_key"] or row["subject_key"]].add(flag or OF_FHIR.get(row["status"] or "", "enrolled"))
    return {person: frozenset(statuses) for person, statuses in found.items()}


def _status(history: Sequence[Mark], landed: frozenset[e.CandidateStatus]) -> e.CandidateStatus:
    """The furthest of what the site marked last and what was sent; "declined" is further than anything."""
    return max((*landed, history[-1].status if history else "candidate"), key=_ORDER.index)


def _entry(row: Row, status: e.CandidateStatus, results: Sequence[Row], history: tuple[Mark, ...]) -> Entry:
    names = (
        "criterion_id",
        "label",
        "is_exclusion",
        "result",
        "evidence_date",
        "value",
        "unit",
        "value_code",
        "evidence_key",
        "needs",
    )
    days = [r["evidence_date"] for r in results if r["evidence_date"] is not None]
    return Entry(
        0, row["subject_key"], status, row["verdict"], row["may_contact"], row["n_met"], row["n_unknown"], max(days, default=None),
        row["sex"], row["age_band"], tuple({n: r[n] for n in names} for r in results), history,
    )  # fmt: skip


def _day(day: date | None) -> int:
    return day.toordinal() if day else 0


def fhir(entries: Sequence[Entry], *, study: str, site: str, made: str) -> dict[str, Any]:
    """The worklist as FHIR R4: a List, in the order of rank, of a ResearchSubject each; our own status is the entry's flag."""
    subjects, items = [], []
    for one in entries:
        id = token(study, site, one.subject_key)
        subjects.append(
            {
                "resourceType": "ResearchSubject",
                "id": id,
                "status": TO_FHIR[one.status],
                "study": {"reference": f"ResearchStudy/{study}"},
                "individual": {"reference": f"Patient/{one.subject_key}"},
            }
        )
        flag = {"coding": [{"system": SYSTEM, "code": one.status}]}
        items.append({"flag": flag, "item": {"reference": f"ResearchSubject/{id}"}})
    listed: dict[str, Any] = {
        "resourceType": "List",
        "id": token(study, site, ""),
        "status": "current",
        "mode": "snapshot",
        "code": {"coding": [{"system": SYSTEM, "code": _LIST_CODE}]},
        "date": made,
    }
    listed |= {"entry": items} if items else {}
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in (listed, *subjects)]}
