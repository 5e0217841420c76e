"""What the guard said of each table, for those who may not see what it saw: read from the log of governance/residual_scan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import BlockedByQuality
from transforms.lake import Lake

CHECK = "nobody_is_left"
# What the commit of a published table says that was emptied: the findings by kind.
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The newest scan of a table, and what it rests on. `kinds`: findings by kind; none where nobody was found."""

    delta_version: int
    known: str
    code: str
    at: str
    is_whole: bool
    rows: int
    strings: int
    kinds: Mapping[str, int]

    @property
    def is_clean(self) -> bool:
        return not self.kinds

    def holds(self, now: tuple[int, str, str]) -> bool:
        return (self.delta_version, self.known, self.code) == now


def verdicts(lake: Lake) -> dict[str, Verdict]:
    """The newest verdict of every table, as governance/residual_scan's newest commit says it."""
    commit = lake.commit("governance", "residual_scan")
    said = commit.made_from["verdicts"] if commit else {}
    return {table: Verdict(**verdict) for table, verdict in said.items()}


def check_clean(lake: Lake, table: str, version: int) -> None:
    """BlockedByQuality unless this version of the table was looked at and nobody was found in it."""
    verdict = verdicts(lake).get(table)
    if verdict is None or verdict.delta_version != version:
        raise BlockedByQuality(
            f"{table}: its version {version} was not scanned for what is left of patients. Run the check {CHECK} of it, or `lakehouse run`."
        )
    if not verdict.is_clean:
        raise BlockedByQuality(said(table, verdict))


def said(table: str, verdict: Verdict) -> str:
    """Why a table that is not clean blocks, in kinds and counts."""
    kinds = ", ".join(f"{kind} {n}" for kind, n in verdict.kinds.items())
    return (
        f"{table}: identifiers are left in it ({kinds}). Nothing after it is built. The report and governance/residual_scan name the"
        " columns or paths; docs/residual-scan.md says what to do."
    )


def plain(verdict: Verdict) -> dict[str, Any]:
    """As it is kept and reported."""
    return {name: getattr(verdict, name) for name in Verdict.__slots__}
