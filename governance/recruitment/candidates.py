"""What the ledger says of candidates: how far a site came with each, and who may be told who one of them is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from governance import events as e
from governance.parties import Person, Request, day_of

FINAL: tuple[e.CandidateStatus, ...] = ("enrolled", "declined")
PURPOSE = "trial_recruitment"


def token(study: str, institution: str, subject_key: str) -> str:
    """Names a candidate in the ledger, for whoever has the pseudonym: the pseudonym itself could never be erased there."""
    return sha256(f"candidate\0{study}\0{institution}\0{subject_key}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of a site with one candidate."""

    status: e.CandidateStatus
    by: str
    at: str


class Candidates:
    """The marks of every candidate by study, institution and hash, the oldest first; nothing is ever taken out."""

    def __init__(self) -> None:
        self._marks: dict[tuple[str, str, str], list[Mark]] = {}

    def history(self, study: str, institution: str, subject: str) -> Sequence[Mark]:
        return self._marks.get((study, institution, subject), ())

    def status(self, study: str, institution: str, subject: str) -> Mark | None:
        marks = self.history(study, institution, subject)
        return marks[-1] if marks else None

    def refusal(self, by: Person, event: e.CandidateMarked) -> str | None:
        had = self.status(event.study, event.institution, event.subject)
        if why := not_of(by, event.institution):
            return why[0]
        if had and had.status == event.status:
            return f"they are {had.status} already"
        if had and had.status in FINAL and not event.is_correction:
            return f"{had.status} is final; a mark that was a mistake is put right with --correct"
        return None

    def mark(self, actor: str, event: e.CandidateMarked, time: str) -> None:
        of = self._marks.setdefault((event.study, event.institution, event.subject), [])
        of.append(Mark(event.status, actor, time))

    def marked(self) -> frozenset[tuple[str, str, str]]:
        return frozenset(self._marks)

    def rename(self, event: e.CandidatesRenamed) -> None:
        for before, now in event.subjects:
            had = self._marks.pop((event.study_before, event.institution, before), [])
            of = self._marks.setdefault((event.study, event.institution, now), [])
            of[:0] = had


def not_of(by: Person, institution: str) -> list[str]:
    """Why a recruiter has nothing to do with an institution's patients."""
    if by.organisation == institution:
        return []
    return [f"{by.id} is of {by.organisation}, and these are patients of {institution}: only its own recruiters"]


def asked(by: Person, event: e.ReidentificationRequested, at: datetime) -> str | None:
    """Why these patients may not be asked for."""
    why = not_of(by, event.institution)
    if event.purpose != PURPOSE:
        why.append(f"candidates are re-identified for {PURPOSE} only")
    if day_of(at) >= event.expires:
        why.append("expires has to come after today")
    return "; ".join(why) or None


def withheld(request: Request | None, event: e.SubjectReidentified, at: datetime) -> list[str]:
    """All that is missing, each with the next step, before this candidate's identity may be told; empty where nothing is."""
    if request is None or not isinstance(request.said, e.ReidentificationRequested):
        what = "no such request" if request is None else "a request for access, which re-identifies nobody"
        return [f"--approval {event.request}: {what}; ask with `lakehouse worklist request`"]
    said, why = request.said, []
    again = "ask anew with `lakehouse worklist request`"
    if said.study != event.study:
        why.append(f"--approval {event.request}: is for another study; {again}")
    if said.institution != event.institution:
        why.append(f"--approval {event.request}: is for another institution; {again}")
    if said.purpose != event.purpose:
        why.append(f"--purpose: the request is for {said.purpose}; give that, or {again}")
    if event.subject not in said.subjects:
        why.append(f"--subject: is not among the {len(said.subjects)} that the request names; {again}")
    if request.state == "rejected":
        why.append(f"--approval {event.request}: was rejected; {again}")
    elif request.lacks:
        why.append(f"--approval {event.request}: lacks {request.lacks}; they sign with `lakehouse grant review`")
    if day_of(at) >= said.expires:
        why.append(f"--approval {event.request}: expired on {said.expires}; {again}")
    return why
