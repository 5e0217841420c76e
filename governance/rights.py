"""Whether something may be done now, by what the ledger says at the moment of asking. Nothing of it is kept anywhere else."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.errors import LakehouseError
from core.institution import Institution, Purpose
from governance import events as e
from governance.entries import LedgerError, Statement, Tail, read_head, statement_digest
from governance.grades import Grade
from governance.grants import ACTS, KINDS, Grant, State
from governance.ledger import Ledger, Receipt, Record
from governance.signing import SigningKey

Refusal = Literal[
    "ledger_damaged", "unknown_grant", "revoked", "not_started", "expired", "view_not_granted", "column_not_published",
    "grade_above_grant", "purpose_not_allowed", "source_not_agreed", "source_not_authorised", "too_many_rows",
]  # fmt: skip
REASONS: dict[Refusal, str] = {
    "ledger_damaged": "the ledger cannot be trusted; `lakehouse verify` says why",
    "unknown_grant": "there is no such grant",
    "revoked": "the grant was revoked",
    "not_started": "the grant has not begun",
    "expired": "the grant has ended",
    "view_not_granted": "the grant does not name this view",
    "column_not_published": "a column is not one that the view publishes",
    "grade_above_grant": "the view's grade is above the grant's",
    "purpose_not_allowed": "the view's contract does not allow the grant's purpose",
    "source_not_agreed": "an institution whose data is in the view has not signed the agreement",
    "source_not_authorised": "an institution whose data is in the view does not authorise this use (data_use in its file)",
    "too_many_rows": "the grant's rows are used up",
}
<<<<<<< HEAD
_ACTS: tuple[type[e.Event], ...] = (
    e.PersonRegistered, e.PersonRemoved, e.AccessRequested, e.RequestReviewed, e.AgreementSigned, e.GrantIssued, e.ProfileIssued,
    e.GrantRevoked, e.ReleaseSigned,
)  # fmt: skip
_USES: tuple[type[e.Event], ...] = (e.QueryAnswered, e.DataDownloaded)
_KINDS = frozenset(event.kind for event in (*_ACTS, *_USES))
=======
>>>>>>> ledger


class RightsError(LakehouseError):
    """Somebody asked for what they may not do, or for what cannot be done yet. Nothing was recorded."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
<<<<<<< HEAD
class Person:
    """Somebody who can act, as the registrar entered them; one who was removed can do nothing, and stays known."""

    id: str
    organisation: str
    roles: frozenset[str]
    public_key: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """A request and how far it came. `reviews`: organisation -> decision; `parties`: organisation -> whose signature."""

    said: e.AccessRequested
    requester: str
    organisation: str
    at: str
    reviews: Mapping[str, str] = field(default_factory=dict)
    reviewers: frozenset[str] = frozenset()
    agreement_sha256: str | None = None
    parties: Mapping[str, str] = field(default_factory=dict)
    grant: str | None = None

    @property
    def state(self) -> Literal["requested", "rejected", "approved", "agreed", "granted"]:
        if self.grant:
            return "granted"
        if "reject" in self.reviews.values():
            return "rejected"
        if len(self.reviews) < 2:
            return "requested"
        return "agreed" if {"recipient", "controller"} <= set(self.parties.values()) else "approved"

    @property
    def controllers(self) -> frozenset[str]:
        """The institutions that signed."""
        return frozenset(o for o, party in self.parties.items() if party == "controller")


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody may do. It holds from `starts` until the end of the day before `expires` (UTC).

    `token_sha256`: of the token that its readers show, None as long as none was made.
    """

    id: str
    request: Request
    is_revoked: bool = False
    rows_used: int = 0
    token_sha256: str | None = None

    def state(self, now: datetime) -> Literal["revoked", "not_started", "expired", "active"]:
        if self.is_revoked:
            return "revoked"
        today = _day(now)
        if today < self.request.said.starts:
            return "not_started"
        return "active" if today < self.request.said.expires else "expired"


@dataclass(frozen=True, slots=True)
=======
>>>>>>> ledger
class View:
    """A published view as its contract and certificate have it: what a check compares a grant with."""

    name: str
    grade: Grade
    purposes: frozenset[Purpose]
    columns: frozenset[str]
    sources: frozenset[str]  # the institutions whose data is in it


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something may be done now; `reason` where not. `row_filter`: column -> the codes that a row may hold in it."""

    reason: Refusal | None
    grant: Grant | None

    @property
    def is_allowed(self) -> bool:
        return self.reason is None

    @property
    def row_filter(self) -> dict[str, tuple[str, ...]]:
        return dict(self.grant.request.said.row_filter) if self.grant else {}

    @property
    def rows_left(self) -> int:
        return max(0, self.grant.request.said.max_rows - self.grant.rows_used) if self.grant else 0


<<<<<<< HEAD
class State:
    """People, requests and grants: what the entries of a ledger add up to, one after the other."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.requests: dict[str, Request] = {}
        self.grants: dict[str, Grant] = {}
        self.void = 0  # entries that count for nothing

    def take(self, entry: Entry, ledger: str) -> None:
        event = e.parse(entry.kind, entry.body)
        at = datetime.fromisoformat(entry.time)
        if isinstance(event, _USES):
            self._use(event)
        elif not _is_by_actor(self._key_of(entry.actor, event), entry, ledger) or self.refusal(entry.actor, event, at):
            self.void += 1
        else:
            self._do(entry.actor, event, entry.time)

    def _key_of(self, actor: str, event: e.Event) -> str:
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
        if not max(event.starts, _day(at)) < event.expires:
            return "expires has to come after starts and after today"
        return None

    def reviews(self, by: Person, event: e.Event, at: datetime) -> str | None:
        assert isinstance(event, e.RequestReviewed)
        request = self.requests.get(event.request)
        if request is None or request.state != "requested":
            return f"request {event.request} {'does not exist' if request is None else 'is ' + request.state}"
        if by.id == request.requester:
            return "nobody reviews their own request"
        if by.organisation == request.organisation:
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
        return None if _day(at) < request.said.expires else "what was asked for has ended"

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

    def _do(self, actor: str, event: e.Event, time: str) -> None:
        match event:
            case e.PersonRegistered():
                self.people[event.person] = Person(
                    event.person, event.organisation, frozenset(event.roles), event.public_key
                )
            case e.PersonRemoved():
                self.people[event.person] = replace(self.people[event.person], is_active=False)
            case e.AccessRequested():
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

    def _use(self, event: e.Event) -> None:
        assert isinstance(event, e.QueryAnswered | e.DataDownloaded)
        if grant := self.grants.get(event.grant):
            self.grants[event.grant] = replace(grant, rows_used=grant.rows_used + event.rows)


_Rule = Callable[[State, Person, e.Event, datetime], str | None]
_ROLE_OF: dict[type[e.Event], frozenset[str]] = {
    e.PersonRemoved: frozenset({"registrar"}),
    e.AccessRequested: frozenset({"requester"}),
    e.RequestReviewed: frozenset({"reviewer"}),
    e.AgreementSigned: frozenset({"recipient", "controller"}),
    e.GrantIssued: frozenset({"compliance"}),
    e.ProfileIssued: frozenset({"compliance", "recipient"}),
    e.GrantRevoked: frozenset({"compliance", "controller", "recipient"}),
    e.ReleaseSigned: frozenset({"compliance"}),
}
_RULE_OF: dict[type[e.Event], _Rule] = {
    e.PersonRemoved: State.removes,
    e.AccessRequested: State.requests_access,
    e.RequestReviewed: State.reviews,
    e.AgreementSigned: State.agrees,
    e.GrantIssued: State.issues,
    e.ProfileIssued: State.gives_token,
    e.GrantRevoked: State.revokes,
    e.ReleaseSigned: State.signs,
}


=======
>>>>>>> ledger
class Rights:
    """The rights of one ledger. Every question reads what was added since the last one: nothing is remembered past it."""

    def __init__(self, ledger: Ledger, institutions: Callable[[], Mapping[str, Institution]]) -> None:
        self._ledger, self._institutions = ledger, institutions
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self._state, self._tail = State(), Tail(self._ledger.folder, ACTS)

    def state(self) -> State:
        """As the ledger is now. LedgerError when it cannot be trusted. Many threads may ask at once."""
        with self._lock:
            return self._caught_up()

    def _caught_up(self) -> State:
        try:
            head = read_head(self._ledger.vault)  # first, so that the ledger is never behind it
            for entry in self._tail.new():
                if entry.kind in KINDS:
                    self._state.take(entry, self._tail.id)
            self._tail.check_there()
            if head and (self._tail.seq < head.size or self._tail.id != head.ledger):
                raise LedgerError(f"{self._ledger.folder}: is not what its vault knows. `lakehouse verify` says more.")
        except LedgerError:
            self._forget()  # so that the next question looks at all of it again
            raise
        return self._state

    def act(self, actor: str, key: SigningKey, event: e.Event, at: datetime) -> Receipt:
        """Do something as a person, who signs it with their own key. RightsError says why they may not."""
        ledger = self._ledger.id(at)
        said = Statement(key.public_key, key.sign("statement", statement_digest(ledger, actor, event, at)))

        def check() -> None:
            state = self.state()
            if why := state.refusal(actor, event, at):
                raise RightsError(f"{event.kind}: {why}. Nothing was recorded.")
            if state.key_of(actor, event) != key.public_key:
                raise RightsError(
                    f"{event.kind}: the key is not the one that {actor} is registered with. Nothing was recorded."
                )

        return self._ledger.append(Record(actor, event, at, statement=said), check=check)[0]

    def check(
        self, grant_id: str, view: View, columns: Sequence[str], *, now: datetime, rows: int = 0
    ) -> Decision:  # fmt: skip
        """Whether a grant lets these columns of a view be read now, and `rows` more of it. Denies what it cannot tell."""
        try:
            state = self.state()
        except LedgerError:
            return Decision("ledger_damaged", None)
        return decide(state, grant_id, view, columns, now=now, rows=rows, institutions=self._institutions())

    def use(self, event: e.QueryAnswered | e.DataDownloaded, view: View, *, now: datetime) -> Decision:
        """Record that granted data is about to leave, if it may: decided and recorded with nobody in between.

        Send nothing before this has returned a decision that allows it.
        """
        decided: list[Decision] = []

        def check() -> None:
            decided.append(self.check(event.grant, view, event.columns, now=now, rows=event.rows))
            if not decided[0].is_allowed:
                raise RightsError("refused")

        try:
            self._ledger.append(Record(f"grant-{event.grant}", event, now), check=check)
        except RightsError:
            pass
        except LedgerError:
            return Decision("ledger_damaged", None)
        return decided[0]


def decide(
    state: State, grant_id: str, view: View, columns: Sequence[str], *, now: datetime, rows: int,
    institutions: Mapping[str, Institution],
) -> Decision:  # fmt: skip
    """The first reason why not, in the order of `Refusal`."""
    grant = state.grants.get(grant_id)
    if grant is None:
        return Decision("unknown_grant", None)
    said, standing = grant.request.said, grant.state(now)
    sources = view.sources & set(said.row_filter.get("institution", view.sources))
    reason: Refusal | None = None
    if standing != "active":
        reason = standing
    elif view.name not in said.views:
        reason = "view_not_granted"
    elif not columns or not set(columns) <= view.columns or not set(said.row_filter) <= view.columns:
        reason = "column_not_published"
    elif view.grade > said.grade:
        reason = "grade_above_grant"
    elif said.purpose not in view.purposes:
        reason = "purpose_not_allowed"
    elif not sources or not sources <= grant.request.controllers:
        reason = "source_not_agreed"
    elif not all(_authorises(institutions.get(i), said, view.grade) for i in sources):
        reason = "source_not_authorised"
    elif grant.rows_used + rows > said.max_rows:
        reason = "too_many_rows"
    return Decision(reason, grant)


def _authorises(institution: Institution | None, said: e.AccessRequested, grade: Grade) -> bool:
    uses = institution.data_use if institution else ()
    return any(u.purpose == said.purpose and grade <= Grade(u.grade) and said.country in u.countries for u in uses)
