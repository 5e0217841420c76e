"""What of a curated table may be written out, for whom, and as which table: the one place where that is decided.

Inside the lake's research zone: every column of the contract's grade, row by row, for work in place. Out of it: for the
recipient of a grant that names the table, and only what the contract says may leave, at L3, k-anonymous, without free text;
deny by default.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pyspark.sql import DataFrame

from governance.contract import Contract, ContractError
from governance.grades import Grade
from governance.publish import Anonymise, publish
from governance.rights import View

# Above it rows may not leave (GB/T 39725-2020: controlled environment).
HIGHEST_TO_LEAVE = Grade.L3


def as_view(contract: Contract, sources: Iterable[str]) -> View:
    """What a grant is compared with, of a table whose rows leave. ContractError where the contract lets none leave."""
    _check_may_leave(contract)
    out = _at(contract, min(HIGHEST_TO_LEAVE, contract.grade))
    return View(out.view, out.grade, frozenset(out.purposes), frozenset(out.published_columns()), frozenset(sources))


def in_place(frame: DataFrame, contract: Contract) -> DataFrame:
    """The rows as those see them who work in the research zone: every column up to the contract's grade."""
    return frame.select(*contract.published_columns())


def to_leave(frame: DataFrame, contract: Contract, anonymise: Anonymise) -> tuple[DataFrame, Mapping[str, Any]]:
    """(the rows as they may leave the research zone, the report on how they were made).

    ContractError where the contract does not let them leave, and where k-anonymity leaves nobody.
    """
    _check_may_leave(contract)
    out = publish(frame, _at(contract, min(HIGHEST_TO_LEAVE, contract.grade)), anonymise)
    if out.frame.isEmpty() and not frame.isEmpty():
        raise ContractError(
            f"{contract.view}: fewer than {contract.k} persons share their quasi-identifiers, so no row may leave. Write it"
            " inside the lake (without --to), or use `lakehouse study report`, whose counts are suppressed."
        )
    return out.frame, out.report.to_dict()


def _check_may_leave(contract: Contract) -> None:
    if not contract.may_leave:
        raise ContractError(
            f"{contract.view}: its contract does not let rows leave the research zone (may_leave). Write it inside the"
            " lake (without --to), or take an analysis table such as adsl or adae."
        )


def _at(contract: Contract, grade: Grade) -> Contract:
    return contract.model_copy(update={"grade": grade})
