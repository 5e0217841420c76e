"""What the catalogue tells of each dataset: plain values, gathered by whoever can read the lake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.institution import Purpose
from governance.column import PriceUnit
from governance.contract import Contract, Theme
from governance.grades import Words

ALL_YEARS = "all"
_ABOUT = 100

THEMES: Mapping[Theme, Words] = {
    "cohort": Words(en="cohort research", zh="队列研究"),
    "medication": Words(en="medication", zh="用药"),
    "recruitment": Words(en="trial recruitment", zh="试验招募"),
    "trial": Words(en="clinical trials", zh="临床试验"),
    "catalogue": Words(en="about the catalogue", zh="目录统计"),
}
PURPOSES: Mapping[Purpose, Words] = {
    "clinical_care": Words(en="clinical care", zh="临床诊疗"),
    "trial_recruitment": Words(en="trial recruitment", zh="试验招募"),
    "trial_conduct": Words(en="trial conduct", zh="试验实施"),
    "cohort_research": Words(en="cohort research", zh="队列研究"),
    "industry_use": Words(en="industry use", zh="产业应用"),
}
PRICES: Mapping[PriceUnit, Words] = {
    "free": Words(en="free of charge", zh="免费"),
    "row": Words(en="per row delivered; the price is agreed in the grant", zh="按交付行数计价，价格在授权中约定"),
    "query": Words(en="per query answered; the price is agreed in the grant", zh="按查询次数计价，价格在授权中约定"),
    "month": Words(en="per month of access; the price is agreed in the grant", zh="按访问月数计价，价格在授权中约定"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A column that another is made from: its table ("silver/patient"), name, and the FHIR element it is read from."""

    table: str
    column: str
    element: str = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """Persons of an institution in a year ("2024", "unknown", "all"), as published; None where the cell is suppressed."""

    institution: str
    year: str
    persons: int | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """One published table. What is None is not known: the table is not there yet, not scored, not certified."""

    contract: Contract
    version: int | None = None
    rows: int | None = None
    published: date | None = None
    score: float | None = None
    coverage: Sequence[Covered] = ()
    generalised: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Sequence[Source]] = field(default_factory=dict)
    institutions: Sequence[str] = ()
    certificate: Mapping[str, Any] | None = None

    @property
    def table(self) -> str:
        return f"{self.contract.grade.value}/{self.contract.view}"

    def persons(self) -> int | None:
        """All persons, where no institution's count is suppressed."""
        counts = [c.persons for c in self.coverage if c.year == ALL_YEARS]
        known = [n for n in counts if n is not None]
        return sum(known) if counts and len(known) == len(counts) else None


@dataclass(frozen=True, slots=True)
class Facts:
    """The whole catalogue. `holdings`: layer -> institution -> theme of records -> about how many (None: fewer than `about` tells).

    `ledger` tells lakes apart; `endpoint` is where readers reach the gateway.
    """

    ledger: str
    endpoint: str
    made_on: date
    institutions: Mapping[str, str]
    datasets: Sequence[Dataset]
    holdings: Mapping[str, Mapping[str, Mapping[str, int | None]]] = field(default_factory=dict)


def about(n: int | None) -> int | None:
    """A number of records as the public sees it: to the nearest hundred; None for fewer than a hundred."""
    return None if n is None or n < _ABOUT else _ABOUT * round(n / _ABOUT)
