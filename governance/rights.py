"""Whether something may be done now, by what the ledger says at the moment of asking. Nothing of it is kept anywhere else."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.errors import ConfigError, LakehouseError
from core.institution import Institution, Purpose
from governance import events as e
from governance.crossborder import clearance
from governance.crossborder.rules import Rules, load_rules
from governance.entries import LedgerError, Statement, Tail, read_head, statement_digest
from governance.grades import Grade
from governance.grants import KINDS, TRUSTED, State
from governance.ledger import Ledger, Receipt, Record
from governance.parties import Grant
from governance.signing import SigningKey

Refusal = Literal[
    "ledger_damaged", "unknown_grant", "revoked", "not_started", "expired", "view_not_granted", "column_not_published",
    "grade_above_grant", "purpose_not_allowed", "source_not_agreed", "source_not_authorised", "too_many_rows",
    "country_unknown", "crossborder_not_assessed", "crossborder_forbidden", "crossborder_lapsed", "crossborder_not_concluded",
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
    "country_unknown": "it is not known in which country an institution is whose data is in the view (country in its file)",
    "crossborder_not_assessed": "the data would leave its country, and nobody has assessed that (`lakehouse crossborder assess`)",
    "crossborder_forbidden": "the data may not leave its country (`lakehouse crossborder list` names the rules)",
    "crossborder_lapsed": "the decision to let the data leave its country has lapsed: what it rested on has changed, more people"
    " are concerned, or its time is over (`lakehouse crossborder assess` decides anew)",
    "crossborder_not_concluded": "the data may leave its country only under a contract or assessment that is not concluded"
    " (`lakehouse crossborder conclude`)",
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


@dataclass(frozen=True, slots=True)
class Crossing:
    """Whether a grant's data may cross the border that lies in its way: `parts` by exporter.

    No parts: none lies there; None: it cannot be judged.
    """

    reason: Refusal | None
    parts: Mapping[str, clearance.Part] | None


class Rights:
    """The rights of one ledger. Every question reads what was added since the last one: nothing is remembered past it."""

    def __init__(
        self, ledger: Ledger, institutions: Callable[[], Mapping[str, Institution]],
        rules: Callable[[], Mapping[str, Rules]] = load_rules,
    ) -> None:  # fmt: skip
        self._ledger, self._institutions, self._rules = ledger, institutions, rules
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self._state, self._tail = State(), Tail(self._ledger.folder, TRUSTED)

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
        self, grant_id: str, view: View, columns: Sequence[str], *, now: datetime, rows: int = 0, version: int | None = None
    ) -> Decision:  # fmt: skip
        """Whether a grant lets these columns of a view be read now, and `rows` more of it. Denies what it cannot tell.

        `version`: of the view, where it is one that is about to leave.
        """
        try:
            state = self.state()
        except LedgerError:
            return Decision("ledger_damaged", None)
        decision = decide(state, grant_id, view, columns, now=now, rows=rows, institutions=self._institutions())
        if decision.grant is None or not decision.is_allowed:
            return decision
        sources = sources_of(decision.grant.said, view)
        leaves = None if version is None else (view.name, version)
        return Decision(self.crossing(decision.grant, sources, now=now, version=leaves).reason, decision.grant)

    def crossing(
        self, grant: Grant, sources: frozenset[str], *, now: datetime, version: tuple[str, int] | None = None
    ) -> Crossing:
        """The border between the institutions `sources` and the recipient of a grant, and what the rules say of it now."""
        said, state = grant.said, self.state()
        leaving = clearance.exporters(said, sources, self._institutions())
        if leaving is None:
            return Crossing("country_unknown", None)
        if not leaving:
            return Crossing(None, {})
        try:
            rules = self._rules()
        except ConfigError:  # missing or broken: nothing leaves
            rules = {}
        parts = clearance.assess(said, leaving, state.crossings, rules, at=now, version=version)
        return Crossing(clearance.refusal(state.crossings.decisions.get(grant.id), parts, now), parts)

    def use(self, event: e.QueryAnswered | e.DataDownloaded, view: View, *, now: datetime) -> Decision:
        """Record that granted data is about to leave, if it may: decided and recorded with nobody in between.

        Send nothing before this has returned a decision that allows it.
        """
        decided: list[Decision] = []

        def check() -> None:
            asked = self.check(event.grant, view, event.columns, now=now, rows=event.rows, version=event.version)
            decided.append(asked)
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
    sources = sources_of(said, view)
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


def sources_of(said: e.AccessRequested, view: View) -> frozenset[str]:
    """The institutions whose rows of the view the grant lets through."""
    return view.sources & set(said.row_filter.get("institution", view.sources))


def _authorises(institution: Institution | None, said: e.AccessRequested, grade: Grade) -> bool:
    uses = institution.data_use if institution else ()
    return any(u.purpose == said.purpose and grade <= Grade(u.grade) and said.country in u.countries for u in uses)
