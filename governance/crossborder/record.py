"""What the ledger says of data that crosses a border: what versions consist of, what was sent, what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from governance import events as e


@dataclass(frozen=True, slots=True)
class Sent:
    """A version of a view that left for a country in a year; `institutions`: only rows of these, None: of all in it."""

    year: int
    view: str
    version: int
    commit: str
    country: str
    institutions: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Concluded:
    """A contract or assessment, and since when the ledger knows of it."""

    said: e.CrossborderConcluded
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """The newest decision on a grant; `concluded` by institution."""

    said: e.CrossborderAssessed
    by: str
    at: datetime
    concluded: Mapping[str, Concluded] = field(default_factory=dict)

    @property
    def rulings(self) -> Mapping[str, e.Ruling]:
        return {ruling.institution: ruling for ruling in self.said.rulings}


class Crossings:
    """What the entries add up to, one after the other."""

    def __init__(self) -> None:
        self.described: dict[tuple[str, int], e.VersionDescribed] = {}  # of two tables of one name, the newer one's
        self.newest: dict[str, e.VersionDescribed] = {}
        self.every: dict[tuple[str, int, str], e.VersionDescribed] = {}
        self.sent: set[Sent] = set()
        self.decisions: dict[str, Decision] = {}

    def describe(self, event: e.VersionDescribed) -> None:
        self.described[event.view, event.version] = self.newest[event.view] = event
        self.every[event.view, event.version, event.commit] = event

    def use(self, event: e.QueryAnswered | e.DataDownloaded, said: e.AccessRequested, at: datetime) -> None:
        only = said.row_filter.get("institution")
        institutions = None if only is None else frozenset(only)
        described = self.described.get((event.view, event.version))
        if described:
            year = at.astimezone(UTC).year
            self.sent.add(Sent(year, event.view, event.version, described.commit, said.country, institutions))

    def refusal(self, event: e.CrossborderAssessed | e.CrossborderConcluded) -> str | None:
        """Why it cannot be decided so; None where it can."""
        if isinstance(event, e.CrossborderAssessed):
            return None
        decision = self.decisions.get(event.grant)
        ruling = decision.rulings.get(event.institution) if decision else None
        if ruling is None:
            return f"grant {event.grant} was not assessed for {event.institution}"
        return None if ruling.outcome.startswith("needs_") else f"{event.institution}'s part is {ruling.outcome}"

    def decide(self, event: e.CrossborderAssessed | e.CrossborderConcluded, by: str, at: datetime) -> None:
        if isinstance(event, e.CrossborderAssessed):
            self.decisions[event.grant] = Decision(event, by, at)
        else:
            had = self.decisions[event.grant]
            concluded = {**had.concluded, event.institution: Concluded(event, at)}
            self.decisions[event.grant] = replace(had, concluded=concluded)
