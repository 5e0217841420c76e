"""A dataset as it is written out: its rows as Arrow, its variables as the contract describes them."""

from dataclasses import dataclass

import pyarrow as pa

from core.errors import LakehouseError
from governance.column import Column
from governance.contract import Contract


class DoesNotFit(LakehouseError):
    """A dataset that the chosen format cannot hold; the message names variables and lengths, never a value."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows of one study. `contract` describes the variables; the lake's own keys, in small letters, are not among them."""

    contract: Contract
    study: str
    rows: pa.Table

    @property
    def name(self) -> str:
        return self.contract.view.upper()

    @property
    def label(self) -> str:
        return self.contract.title.en

    @property
    def variables(self) -> dict[str, Column]:
        return {name: self.contract.columns[name] for name in self.rows.column_names}

    @property
    def keys(self) -> tuple[str, ...]:
        """The variables that tell the rows apart, as far as they are there: subject, parameter, sequence."""
        wanted = ("STUDYID", "USUBJID", "PARAMCD", *(n for n in self.rows.column_names if n.endswith("SEQ")))
        return tuple(dict.fromkeys(n for n in wanted if n in self.rows.column_names))


def dataset(contract: Contract, study: str, rows: pa.Table) -> Dataset:
    """The variables of CDISC among the rows' columns, sorted by the dataset's keys."""
    found = Dataset(contract, study, rows.select([n for n in rows.column_names if n.isupper()]))
    return Dataset(contract, study, found.rows.sort_by([(k, "ascending") for k in found.keys]))


def longest(rows: pa.Table, name: str) -> int:
    """Bytes of the longest text of a column; 0 where there is none."""
    return max((len(v.encode()) for v in rows[name].to_pylist() if isinstance(v, str)), default=0)
