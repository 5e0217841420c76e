"""Silver -> gold: one asset a curated view, held to its contract before it is written."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg

from dagster_project.assets._step import RETRY, step, table_metadata
from dagster_project.by_person import made_again
from dagster_project.fingerprint import fingerprint
from dagster_project.quarantine import admitted, quarantine_made_from
from dagster_project.resources import Lakehouse
from governance.contract import Contract, load_contract
from governance.promise import held, promised
from transforms.gold import GoldView, views

VIEWS = views()
CONTRACTS: dict[str, Contract] = {name: load_contract(view.contract_file) for name, view in VIEWS.items()}
PUBLISHED = tuple(contract for contract in CONTRACTS.values() if contract.is_published)


# Spark plans a query in one thread, and to plan is most of what a small table costs.
_AT_ONCE = 2


def published_name(contract: Contract) -> str:
    """The table below published/: "<grade>/<view>"."""
    return f"{contract.grade.value}/{contract.view}"


def is_due(lakehouse: Lakehouse, view: GoldView) -> bool:
    """Whether the lake has, or should have, the view: the tables of studies only where there was ever a subject."""
    if CONTRACTS[view.name].standard is None or lakehouse.research_lake.exists("gold", view.name):
        return True
    subjects = lakehouse.research_lake.commit("silver", "research_subject")
    return subjects is not None and subjects.rows != 0


def gold_made_from(lakehouse: Lakehouse, view: GoldView) -> dict[str, Any]:
    """What the view would be made from now: the Delta versions of the tables that it reads, and what it uses beside."""
    lake = lakehouse.research_lake
    made_from: dict[str, Any] = {"view": fingerprint(view.contract_file.parent)}
    if CONTRACTS[view.name].standard is None:  # a study's days are counted from its own
        made_from["as_of"] = str(lakehouse.as_of)
    if view.uses:
        made_from["uses"] = {name: str(getattr(lakehouse, name)) for name in view.uses}
    layers = (("silver", view.reads), ("governance", view.reads_governance), ("gold", view.reads_gold))
    for layer, names in layers:
        commits = {name: lake.commit(layer, name) for name in names}
        if commits:
            made_from[layer] = {name: commit.version if commit else -1 for name, commit in commits.items()}
    if kept_out := quarantine_made_from(lakehouse, view.reads):
        made_from["quarantine"] = kept_out
    return made_from


def _spec(view: GoldView) -> dg.AssetSpec:
    contract = CONTRACTS[view.name]
    return dg.AssetSpec(
        ["gold", view.name],
        deps=[*(["silver", name] for name in view.reads), *(["gold", name] for name in view.reads_gold)],
        group_name="gold",
        kinds={"spark", "deltalake"},
        description=f"{contract.description.en} {contract.grain.en}",
    )


def _make(context: dg.AssetExecutionContext, lakehouse: Lakehouse, view: GoldView) -> dict[str, Any]:
    """Make the view's table anew where it is not made from what it would be made from now; what was kept out of it."""
    lake = lakehouse.research_lake
    made_from = gold_made_from(lakehouse, view)
    had = lake.commit("gold", view.name)
    had_from = dict(had.made_from) if had else {}
    quarantined: dict[str, Any] = had_from.pop("quarantined", {})
    if not is_due(lakehouse, view) or (had is not None and had_from == made_from):
        return quarantined
    tables, quarantined = admitted(lakehouse, view.reads)
    there = (name for name in view.reads_governance if lake.exists("governance", name))
    tables |= {name: lake.read("governance", name) for name in there}
    tables |= {name: lake.read_small("gold", name) for name in view.reads_gold}
    said = made_from | ({"quarantined": quarantined} if quarantined else {})
    if had and made_again(lakehouse, view, CONTRACTS[view.name], tables, had, made_from, said):
        lakehouse.tell(context, f"gold/{view.name}: rows of changed persons exchanged")
        return quarantined
    rows = view.build(tables, as_of=lakehouse.as_of, **{name: getattr(lakehouse, name) for name in view.uses})
    rows = held(rows, CONTRACTS[view.name], lakehouse.institutions)
    read = [("silver", name) for name in view.reads] + [("gold", name) for name in view.reads_gold]
    replace = lake.replace_small if lake.are_small(*read) else lake.replace
    with promised(CONTRACTS[view.name]):
        replace("gold", view.name, rows, made_from=said)
    lakehouse.tell(context, f"gold/{view.name}: made anew")
    return quarantined


def _materialised(context: dg.AssetExecutionContext, lakehouse: Lakehouse, name: str) -> dg.MaterializeResult:
    with step(lakehouse, f"gold/{name}"):
        quarantined = _make(context, lakehouse, VIEWS[name])
        metadata = table_metadata(lakehouse.research_lake, "gold", name)
    return dg.MaterializeResult(asset_key=["gold", name], metadata={**metadata, "quarantined": quarantined})


def _asset(views: list[GoldView]) -> dg.AssetsDefinition:
    """One step that makes a view and then those that read it: between the two the gold tables are not judged."""

    @dg.multi_asset(
        specs=[_spec(view) for view in views],
        name=f"gold__{views[0].name}",
        can_subset=len(views) > 1,
        retry_policy=RETRY,
    )
    def gold(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
        chosen = {v.name: v.reads_gold for v in views if dg.AssetKey(["gold", v.name]) in context.selected_asset_keys}
        lake, order = lakehouse.research_lake, TopologicalSorter(chosen)
        order.prepare()
        silver = {("silver", name) for v in views for name in v.reads}
        with lake.for_few_rows() if lake.are_small(*silver) else nullcontext(), ThreadPoolExecutor(_AT_ONCE) as threads:
            while order.is_active():
                ready = order.get_ready()
                yield from threads.map(partial(_materialised, context, lakehouse), (n for n in ready if n in chosen))
                order.done(*ready)

    return gold


def _steps() -> list[list[GoldView]]:
    """The views, those together that are made from each other, each after what it reads."""
    step_of: dict[str, set[str]] = {}
    for view in VIEWS.values():
        joined = {view.name}.union(
            view.reads_gold, *(step_of.get(name, set()) for name in (view.name, *view.reads_gold))
        )
        step_of |= dict.fromkeys(joined, joined)
    order = TopologicalSorter({view.name: view.reads_gold for view in VIEWS.values()}).static_order()
    steps: dict[int, list[GoldView]] = {}
    for name in order:
        steps.setdefault(id(step_of[name]), []).append(VIEWS[name])
    return list(steps.values())


ASSETS = [_asset(views) for views in _steps()]
