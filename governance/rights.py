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
from governance.grants import ACTS, KINDS, State
from governance.ledger import Ledger, Receipt, Record
from governance.parties import Grant
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


class RightsError(LakehouseError):
    """Somebody asked for what they may not do, or for what cannot be done yet. Nothing was recorded."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
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
        return dict(self.grant.said.row_filter) if self.grant else {}

    @property
    def rows_left(self) -> int:
        return max(0, self.grant.said.max_rows - self.grant.rows_used) if self.grant else 0


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
    said, standing = grant.said, grant.state(now)
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
