"""What the gateway has to know of a grant, and the one way to say no."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from core.errors import LakehouseError
from governance.grades import Grade

Reason = Literal[
    "unknown_token", "not_yet_valid", "expired", "revoked", "not_granted", "not_published", "too_many_rows",
    "aggregates_only", "bad_request", "too_many_requests", "question_refused", "not_cleared",
]  # fmt: skip


class Refused(LakehouseError):
    """The gateway says no. `reason` is from a closed list; the message names the next step and no value.

    `grant`: whose refusal it is, where that is known.
    """

    def __init__(self, reason: Reason, message: str, grant: str = "") -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.grant = grant


@dataclass(frozen=True, slots=True)
class View:
    """One published view as a grant lets it be read.

    `row_filter`: for some columns the values that a row may hold.
    """

    name: str
    grade: Grade
    row_filter: Mapping[str, tuple[str, ...]]

    @property
    def is_aggregates_only(self) -> bool:
        """Whether no row may leave (see `governance.grades`)."""
        return self.grade >= Grade.L4


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One grant as it stands at the moment of asking. `views` by name."""

    grant: str
    recipient: str
    expires_at: datetime
    views: Mapping[str, View]


class Rights(Protocol):
    """Asked at every request, and again for every file: nothing about a grant is kept between two requests."""

    def of_token(self, token: str) -> Entitlement:
        """The grant of a bearer token. Refused: unknown_token, not_yet_valid, expired, revoked, not_cleared."""

    def of_grant(self, grant: str) -> Entitlement:
        """A grant by its id, for a file that was asked for before. Refused as above."""
