"""People, requests and grants: what the entries of the ledger add up to, and who may do what next.

A person signs what they do with a key of their own; an event that is not signed by its actor, or that was not allowed when
it was made, counts for nothing, whoever wrote it into the ledger.

    request -> two reviews (two organisations, neither the requester's) -> signatures under one agreement
    (the recipient's, and of every institution whose data it is) -> grant -> revoked or expired
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from governance import events as e
from governance.canonical import digest
from governance.crossborder.record import Crossings
from governance.entries import Entry
from governance.grades import Grade
from governance.parties import Grant, Person, Request, day_of
from governance.recruitment.candidates import Candidates, asked, not_of, withheld
from governance.signing import is_signed

_ACTS: tuple[type[e.Event], ...] = (
    e.PersonRegistered, e.PersonRemoved, e.AccessRequested, e.RequestReviewed, e.AgreementSigned, e.GrantIssued, e.ProfileIssued,
    e.GrantRevoked, e.ReleaseSigned, e.CrossborderAssessed, e.CrossborderConcluded, e.CandidateMarked,
    e.ReidentificationRequested, e.SubjectReidentified,
)  # fmt: skip
_USES: tuple[type[e.Event], ...] = (e.QueryAnswered, e.DataDownloaded)
# What the lakehouse itself says.
_OWN = frozenset((e.VersionDescribed.kind, e.CandidatesRenamed.kind))
KINDS = frozenset(event.kind for event in (*_ACTS, *_USES)) | _OWN
# Whose signature is looked at. A use that somebody made up could only take rows away from a grant.
TRUSTED = frozenset(event.kind for event in _ACTS) | _OWN


class State:
    """People, requests and grants: what the entries of a ledger add up to, one after the other."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.requests: dict[str, Request] = {}
        self.grants: dict[str, Grant] = {}
        self.crossings = Crossings()
        self.candidates = Candidates()
        self.void = 0  # entries that count for nothing

    def take(self, entry: Entry, ledger: str) -> None:
        event = e.parse(entry.kind, entry.body)
        at = datetime.fromisoformat(entry.time)
        if isinstance(event, _USES):
            self._use(event, at)
        elif isinstance(event, e.VersionDescribed):
            self.crossings.describe(event)
        elif isinstance(event, e.CandidatesRenamed):
            self.candidates.rename(event)
        elif not _is_by_actor(self.key_of(entry.actor, event), entry, ledger) or self.refusal(entry.actor, event, at):
            self.void += 1
        else:
            self._do(entry.actor, event, entry.time)

    def key_of(self, actor: str, event: e.Event) -> str:
        """The key an actor has to sign with; the first registrar's is the one that they bring."""
        if not self.people and isinstance(event, e.PersonRegistered):
            return event.public_key
        person = self.people.get(actor)
        return person.public_key if person else ""

    def refusal(self, actor: str, event: e.Event, at: datetime) -> str | None:
        """Why this person may not do this now, in words; None where they may. The one place of all these rules."""
        if isinstance(event, e.PersonRegistered):
            return self._registers(actor, event)
        needed = _ROLE_OF.get(type(event))
        person = self.people.get(actor)
        if needed is None:
            return f"{event.kind} is nothing that a person does"
        if person is None or not person.is_active:
            return f"{actor} is not registered (`lakehouse people list`)"
        if not needed & person.roles:
            return f"{actor} has none of the roles {', '.join(sorted(needed))}"
        return _RULE_OF[type(event)](self, person, event, at)

    def _registers(self, actor: str, new: e.PersonRegistered) -> str | None:
        is_registrar = "registrar" in new.roles
        if is_registrar and len(new.roles) > 1:
            return "a registrar has no other role: who says who people are decides nothing else"
        if not self.people:
            return (
                None
                if actor == new.person and is_registrar
                else "the first person is a registrar, entered by themselves"
            )
        by, had = self.people.get(actor), self.people.get(new.person)
        if by is None or not by.is_active or "registrar" not in by.roles:
            return f"{actor} is no registrar"
        if had and had.organisation != new.organisation:
            return f"{new.person} is of {had.organisation}; enter somebody who moved under another id"
        if any(p.public_key == new.public_key and p.id != new.person for p in self.people.values()):
            return "somebody else has this key"
        return None

    def removes(self, by: Person, event: e.Event, at: datetime) -> str | None:
        assert isinstance(event, e.PersonRemoved)
        if event.person not in self.people:
            return f"{event.person} is not registered"
        return "nobody removes themselves: another registrar does" if event.person == by.id else None

    def requests_access(self, by: Person, event: e.Event, at: datetime) -> str | None:
        assert isinstance(event, e.AccessRequested)
        if event.request in self.requests:
            return f"request {event.request} exists"
        if event.recipient != by.organisation:
            return f"people ask for their own organisation, {by.organisation}"
        if event.grade == Grade.L5:
            return "L5 is never published"
        if not max(event.starts, day_of(at)) < event.expires:
            return "expires has to come after starts and after today"
        return None

    def reidentifies(self, by: Person, event: e.Event, at: datetime) -> str | None:
        if isinstance(event, e.ReidentificationRequested):
            return f"request {event.request} exists" if event.request in self.requests else asked(by, event, at)
        assert isinstance(event, e.SubjectReidentified)
        why = withheld(self.requests.get(event.request), event, at)
        return "; ".join([*not_of(by, event.institution), *why]) or None

    def marks(self, by: Person, event: e.Event, at: datetime) -> str | None:
        assert isinstance(event, e.CandidateMarked)
        return self.candidates.refusal(by, event)

    def reviews(self, by: Person, event: e.Event, at: datetime) -> str | None:
        assert isinstance(event, e.RequestReviewed)
        request = self.requests.get(event.request)
        if request is None or request.state != "requested":
            return f"request {event.request} {'does not exist' if request is None else 'is ' + request.state}"
        if by.id == request.requester:
            return "nobody reviews their own request"
        # Who asks for their own institution's patients is reviewed by a colleague too: the institution has to agree.
        if by.organisation == request.organisation and isinstance(request.said, e.AccessRequested):
            return f"{by.organisation} asks for the data: reviewers are of other organisations"
        return (
            f"{by.organisation} has reviewed it: the other review is another organisation's"
            if by.organisation in request.reviews
            else None
        )

    def agrees(self, by: Person, event: e.Event, at: datetime) -> str | None:
        assert isinstance(event, e.AgreementSigned)
        request = self.requests.get(event.request)
        if request is None or request.state not in ("approved", "agreed"):
            return f"request {event.request} {'does not exist' if request is None else 'is ' + request.state}"
        if isinstance(request.said, e.ReidentificationRequested):
            return "a request to re-identify needs no agreement: once approved, `lakehouse reidentify` goes by it"
        if event.party not in by.roles:
            return f"{by.id} has not the role {event.party}"
        if (by.organisation == request.organisation) != (event.party == "recipient"):
            who = "others" if event.party == "controller" else request.organisation
            return f"{by.organisation} does not sign as {event.party}: that is for {who}"
        if by.organisation in request.parties:
            return f"{by.organisation} has signed"
        if request.agreement_sha256 not in (None, event.agreement_sha256):
            return "the others signed another document"
        return None

    def issues(self, by: Person, event: e.Event, at: datetime) -> str | None:
        assert isinstance(event, e.GrantIssued)
        request = self.requests.get(event.request)
        if request is None or request.state != "agreed":
            return f"request {event.request} {'does not exist' if request is None else 'is ' + request.state}"
        if event.grant in self.grants:
            return f"grant {event.grant} exists"
        if by.organisation == request.organisation or by.id in request.reviewers:
            return "who asked for it, or reviewed it, does not issue it"
        if event.agreement_sha256 != request.agreement_sha256:
            return "the agreement is not the one that was signed"
        return None if day_of(at) < request.said.expires else "what was asked for has ended"

    def revokes(self, by: Person, event: e.Event, at: datetime) -> str | None:
        assert isinstance(event, e.GrantRevoked)
        grant = self.grants.get(event.grant)
        if grant is None or grant.is_revoked:
            return f"grant {event.grant} {'does not exist' if grant is None else 'is revoked'}"
        if "compliance" not in by.roles and by.organisation not in grant.request.parties:
            return f"{by.organisation} is no party of its agreement"
        return None

    def gives_token(self, by: Person, event: e.Event, at: datetime) -> str | None:
        assert isinstance(event, e.ProfileIssued)
        grant = self.grants.get(event.grant)
        if grant is None or grant.state(at) not in ("active", "not_started"):
            return f"grant {event.grant} {'does not exist' if grant is None else 'is ' + grant.state(at)}"
        if "compliance" not in by.roles and by.organisation != grant.request.organisation:
            return f"{by.organisation} is not the recipient of the grant"
        return None

    def signs(self, by: Person, event: e.Event, at: datetime) -> str | None:
        return None

    def judges_crossing(self, by: Person, event: e.Event, at: datetime) -> str | None:
        assert isinstance(event, e.CrossborderAssessed | e.CrossborderConcluded)
        grant = self.grants.get(event.grant)
        if grant is None or grant.state(at) in ("revoked", "expired"):
            return f"grant {event.grant} {'does not exist' if grant is None else 'is ' + grant.state(at)}"
        if by.organisation == grant.request.organisation:
            return "who receives the data does not decide whether it may leave"
        return self.crossings.refusal(event)

    def _do(self, actor: str, event: e.Event, time: str) -> None:
        match event:
            case e.PersonRegistered():
                self.people[event.person] = Person(
                    event.person, event.organisation, frozenset(event.roles), event.public_key
                )
            case e.PersonRemoved():
                self.people[event.person] = replace(self.people[event.person], is_active=False)
            case e.CandidateMarked():
                self.candidates.mark(actor, event, time)
            case e.AccessRequested() | e.ReidentificationRequested():
                self.requests[event.request] = Request(event, actor, self.people[actor].organisation, time)
            case e.RequestReviewed():
                had, organisation = self.requests[event.request], self.people[actor].organisation
                reviews = {**had.reviews, organisation: event.decision}
                self.requests[event.request] = replace(had, reviews=reviews, reviewers=had.reviewers | {actor})
            case e.AgreementSigned():
                had = self.requests[event.request]
                parties = {**had.parties, self.people[actor].organisation: event.party}
                self.requests[event.request] = replace(had, parties=parties, agreement_sha256=event.agreement_sha256)
            case e.GrantIssued():
                request = self.requests[event.request] = replace(self.requests[event.request], grant=event.grant)
                self.grants[event.grant] = Grant(event.grant, request)
            case e.ProfileIssued():
                self.grants[event.grant] = replace(self.grants[event.grant], token_sha256=event.token_sha256)
            case e.GrantRevoked():
                self.grants[event.grant] = replace(self.grants[event.grant], is_revoked=True)
            case e.CrossborderAssessed() | e.CrossborderConcluded():
                self.crossings.decide(event, actor, datetime.fromisoformat(time))

    def _use(self, event: e.Event, at: datetime) -> None:
        assert isinstance(event, e.QueryAnswered | e.DataDownloaded)
        if grant := self.grants.get(event.grant):
            self.grants[event.grant] = replace(grant, rows_used=grant.rows_used + event.rows)
            self.crossings.use(event, grant.said, at)


_Rule = Callable[[State, Person, e.Event, datetime], str | None]
_ROLE_OF: dict[type[e.Event], frozenset[str]] = {
    e.PersonRemoved: frozenset({"registrar"}),
    e.AccessRequested: frozenset({"requester"}),
    e.CandidateMarked: frozenset({"recruiter"}),
    e.ReidentificationRequested: frozenset({"recruiter"}),
    e.SubjectReidentified: frozenset({"recruiter"}),
    e.RequestReviewed: frozenset({"reviewer"}),
    e.AgreementSigned: frozenset({"recipient", "controller"}),
    e.GrantIssued: frozenset({"compliance"}),
    e.ProfileIssued: frozenset({"compliance", "recipient"}),
    e.GrantRevoked: frozenset({"compliance", "controller", "recipient"}),
    e.ReleaseSigned: frozenset({"compliance"}),
    e.CrossborderAssessed: frozenset({"compliance"}),
    e.CrossborderConcluded: frozenset({"compliance"}),
}
_RULE_OF: dict[type[e.Event], _Rule] = {
    e.PersonRemoved: State.removes,
    e.AccessRequested: State.requests_access,
    e.CandidateMarked: State.marks,
    e.ReidentificationRequested: State.reidentifies,
    e.SubjectReidentified: State.reidentifies,
    e.RequestReviewed: State.reviews,
    e.AgreementSigned: State.agrees,
    e.GrantIssued: State.issues,
    e.ProfileIssued: State.gives_token,
    e.GrantRevoked: State.revokes,
    e.ReleaseSigned: State.signs,
    e.CrossborderAssessed: State.judges_crossing,
    e.CrossborderConcluded: State.judges_crossing,
}


def _is_by_actor(public_key: str, entry: Entry, ledger: str) -> bool:
    said = entry.statement
    if said is None or said.public_key != public_key:
        return False
    claim = {"ledger": ledger, "actor": entry.actor, "kind": entry.kind, "body": entry.body, "time": entry.time}
    return is_signed(said.public_key, "statement", digest(claim), said.signature)
