"""Who there is, what they asked for and what they may do: what `governance.grants` makes of the ledger's entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from governance import events as e


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can act, as the registrar entered them; one who was removed can do nothing, and stays known."""

    id: str
    organisation: str
    roles: frozenset[str]
    public_key: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """A request, for access or to re-identify, and how far it came.

    `reviews`: organisation -> decision; `parties`: organisation -> whose signature.
    """

    said: e.AccessRequested | e.ReidentificationRequested
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
        if self.lacks:
            return "requested"
        return "agreed" if {"recipient", "controller"} <= set(self.parties.values()) else "approved"

    @property
    def lacks(self) -> str | None:
        """Which reviews are missing, in words: two organisations have to approve, and who asks for patients, theirs too."""
        missing = 2 - len(self.reviews)
        own = self.said.institution if isinstance(self.said, e.ReidentificationRequested) else None
        if own is not None and own not in self.reviews:
            return f"a reviewer of {own}" + (" and one of another organisation" if missing > 1 else "")
        return f"{missing} more organisation{'s' if missing > 1 else ''}" if missing > 0 else None

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

    @property
    def said(self) -> e.AccessRequested:
        assert isinstance(self.request.said, e.AccessRequested), "no other request is ever agreed on"
        return self.request.said

    def state(self, now: datetime) -> Literal["revoked", "not_started", "expired", "active"]:
        if self.is_revoked:
            return "revoked"
        today = day_of(now)
        if today < self.said.starts:
            return "not_started"
        return "active" if today < self.said.expires else "expired"


def day_of(at: datetime) -> date:
    return at.astimezone(UTC).date()
