"""Silver -> gold: one asset a curated view, held to its contract before it is written."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import dagster as dg

from dagster_project.assets._step import RETRY, step, table_metadata
from dagster_project.fingerprint import fingerprint
from dagster_project.resources import Lakehouse
from governance.contract import Contract, check_schema, load_contract
from transforms.gold import GoldView, views

VIEWS = views()
CONTRACTS: dict[str, Contract] = {name: load_contract(view.contract_file) for name, view in VIEWS.items()}
_FEW_ROWS = 100_000


def is_due(lakehouse: Lakehouse, view: GoldView) -> bool:
    """Whether the lake has, or should have, the view: the tables of studies only where there was ever a subject."""
    if CONTRACTS[view.name].standard is None or lakehouse.research_lake.exists("gold", view.name):
        return True
    subjects = lakehouse.research_lake.commit("silver", "research_subject")
    return subjects is not None and subjects.rows != 0


def _session(lakehouse: Lakehouse, view: GoldView) -> AbstractContextManager[None]:
    """How Spark runs a study's table: as what it reads is small or not."""
    lake = lakehouse.research_lake
    read = [("silver", n) for n in view.reads] + [("gold", n) for n in view.reads_gold]
    sizes = [commit.rows for layer, name in read if (commit := lake.commit(layer, name))]
    is_small = all(rows is not None and rows <= _FEW_ROWS for rows in sizes)
    return lake.for_few_rows() if is_small and CONTRACTS[view.name].standard else nullcontext()


def gold_made_from(lakehouse: Lakehouse, view: GoldView) -> dict[str, Any]:
    """What the view would be made from now: the Delta versions of the tables that it reads."""
    lake = lakehouse.research_lake
    made_from: dict[str, Any] = {"view": fingerprint(view.contract_file.parent)}
    if CONTRACTS[view.name].standard is None:  # a study's days are counted from its own
        made_from["as_of"] = str(lakehouse.as_of)
    for layer, names in (("silver", view.reads), ("gold", view.reads_gold), ("governance", view.reads_governance)):
        commits = {name: lake.commit(layer, name) for name in names}
        if commits:
            made_from[layer] = {name: commit.version if commit else -1 for name, commit in commits.items()}
    return made_from


def _asset(view: GoldView) -> dg.AssetsDefinition:
    contract = CONTRACTS[view.name]

    @dg.asset(
        key=["gold", view.name],
        deps=[*(["silver", name] for name in view.reads), *(["gold", name] for name in view.reads_gold)],
        group_name="gold",
        kinds={"spark", "deltalake"},
        retry_policy=RETRY,
        description=f"{contract.description.en} {contract.grain.en}",
    )
    def gold(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
        with step(lakehouse, f"gold/{view.name}"):
            lake = lakehouse.research_lake
            made_from = gold_made_from(lakehouse, view)
            had = lake.commit("gold", view.name)
            if is_due(lakehouse, view) and (had is None or had.made_from != made_from):
                tables = {name: lake.read("silver", name) for name in view.reads}
                tables |= {name: lake.read("gold", name) for name in view.reads_gold}
                there = (name for name in view.reads_governance if lake.exists("governance", name))
                tables |= {name: lake.read("governance", name) for name in there}
                rows = view.build(tables, as_of=lakehouse.as_of)
                check_schema(rows.schema, contract)
                with _session(lakehouse, view):
                    lake.replace("gold", view.name, rows, made_from=made_from)
                lakehouse.tell(context, f"gold/{view.name}: made anew")
            metadata = table_metadata(lake, "gold", view.name)
        return dg.MaterializeResult(metadata=metadata)

    return gold


ASSETS = [_asset(view) for view in VIEWS.values()]
