"""Silver -> gold: one asset a curated view, held to its contract before it is written."""

from contextlib import AbstractContextManager, nullcontext
from graphlib import TopologicalSorter
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


def _make(context: dg.AssetExecutionContext, lakehouse: Lakehouse, view: GoldView) -> dict[str, Any]:
    """Bring one view up to date; what the UI shows of it."""
    contract = CONTRACTS[view.name]
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
        return table_metadata(lake, "gold", view.name)


def _described(view: GoldView) -> str:
    contract = CONTRACTS[view.name]
    return f"{contract.description.en} {contract.grain.en}"


def _asset(view: GoldView) -> dg.AssetsDefinition:
    @dg.asset(
        key=["gold", view.name],
        deps=[["silver", name] for name in view.reads],
        group_name="gold",
        kinds={"spark", "deltalake"},
        retry_policy=RETRY,
        description=_described(view),
    )
    def gold(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
        return dg.MaterializeResult(metadata=_make(context, lakehouse, view))

    return gold


def _in_order(found: list[GoldView]) -> list[GoldView]:
    """The views with those that they read before them."""
    of = {view.name: set(view.reads_gold) for view in found}
    return [VIEWS[name] for name in TopologicalSorter(of).static_order()]


def _study_tables(of_study: list[GoldView]) -> dg.AssetsDefinition:
    """The tables of studies in one step: they are made from each other, and their rules judge them all together after it."""
    specs = [
        dg.AssetSpec(
            ["gold", view.name],
            deps=[["silver", name] for name in view.reads],
            group_name="gold",
            kinds={"spark", "deltalake"},
            description=_described(view),
        )
        for view in _in_order(of_study)
    ]

    @dg.multi_asset(specs=specs, name="study_tables", retry_policy=RETRY)
    def study_tables(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
        for view in _in_order(of_study):
            yield dg.MaterializeResult(asset_key=["gold", view.name], metadata=_make(context, lakehouse, view))

    return study_tables


OF_STUDY = [view for view in VIEWS.values() if CONTRACTS[view.name].standard]
ASSETS = [*(_asset(view) for view in VIEWS.values() if view not in OF_STUDY), _study_tables(OF_STUDY)]
