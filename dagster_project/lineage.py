"""Which columns a column is made from, back to the FHIR element: declared by contracts, checked against the definitions."""

from core.errors import ConfigError
from dagster_project.assets.gold import CONTRACTS
from dagster_project.assets.silver import VIEWS as SILVER
from governance.catalogue.entry import Source
from governance.contract import Contract
from transforms.gold import GoldView

# What every silver table carries beside its view's columns.
_CARRIED = ("institution", "subject_key", "person_key")


def check_sources(contract: Contract, view: GoldView) -> None:
    """ConfigError names every declared source that is no column of a table which the view reads."""
    wrong = [
        f"columns.{name}: source: {source}"
        for name, column in contract.columns.items()
        for source in column.source or ()
        if not _is_there(source, view)
    ]
    if wrong:
        raise ConfigError(
            f"{view.contract_file}: {'; '.join(wrong)}: is no column of a table in READS or READS_GOLD of {view.name}.py."
        )


def _is_there(source: str, view: GoldView) -> bool:
    table, column = source.split(".")
    if table in view.reads_gold:
        return column == "*" or column in CONTRACTS[table].columns
    if table not in view.reads:
        return False
    return column in ("*", *_CARRIED) or column in {c.name for c in SILVER[table].columns}


def origins(contract: Contract, view: GoldView) -> dict[str, list[Source]]:
    """Of each column, what it is made from."""
    return {name: [_origin(source, view) for source in c.source or ()] for name, c in contract.columns.items()}


def _origin(source: str, view: GoldView) -> Source:
    table, column = source.split(".")
    if table in view.reads_gold:
        return Source(f"gold/{table}", column, "")
    silver = SILVER[table]
    path = next((c.path for c in silver.columns if c.name == column), "")
    return Source(f"silver/{table}", column, f"{silver.resource}.{path}" if path else silver.resource)
