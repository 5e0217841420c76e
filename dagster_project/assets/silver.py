"""Deid -> silver: one asset a ViewDefinition, all that are behind made in one pass over the records."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from core.errors import LakehouseError
from dagster_project.assets._step import RETRY, step, table_metadata
from dagster_project.resources import Lakehouse
from transforms.silver import tables
from transforms.silver.tables import Made
from transforms.silver.view import ViewDefinition, load_views

VIEWS = load_views()
_SINCE = "since"  # in what a table was made from: the version and id of the commit of deid/resource that it shows


def silver_made_from(lakehouse: Lakehouse, view: ViewDefinition) -> dict[str, Any]:
    """What the view's table would be made from now."""
    return {"deid": lakehouse.deid_state().get(view.resource, "none"), "view": tables.fingerprint(view)}


def assets(views: Mapping[str, ViewDefinition], name: str = "silver") -> dg.AssetsDefinition:
    """One step with an asset for each view; any choice of them can be materialised."""
    specs = [
        dg.AssetSpec(
            ["silver", view.name],
            deps=[["deid", "resource"]],
            group_name="silver",
            kinds={"spark", "deltalake"},
            description=view.description,
            tags={"fhir_type": view.resource},
            skippable=True,
        )
        for view in views.values()
    ]

    @dg.multi_asset(specs=specs, name=name, can_subset=True, retry_policy=RETRY)
    def silver(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
        chosen = [view for key, view in views.items() if dg.AssetKey(["silver", key]) in context.selected_asset_keys]
        made: dict[str, Made] = {}
        with step(lakehouse, name):
            made |= _update(context, lakehouse, chosen)
            wrong = {view: of_view.error for view, of_view in made.items() if of_view.error}
            lake, good = lakehouse.research_lake, [view for view in chosen if view.name not in wrong]
            metadata = {v.name: table_metadata(lake, "silver", v.name, tables.columns(v)) for v in good}
        _share(lakehouse, name, made)
        for table, of_table in metadata.items():
            yield dg.MaterializeResult(asset_key=dg.AssetKey(["silver", table]), metadata=of_table)
        if wrong:
            with step(lakehouse, name):
                raise _all_of(wrong.values())

    return silver


def _update(context: Any, lakehouse: Lakehouse, views: Iterable[ViewDefinition]) -> dict[str, Made]:
    """Bring the tables of the views up to date that are not, a large one by its changed rows alone."""
    lake = lakehouse.research_lake
    now = lake.commit("deid", "resource")
    whole: dict[ViewDefinition, dict[str, Any]] = {}
    made: dict[str, Made] = {}
    for view in views:
        made_from = silver_made_from(lakehouse, view)
        had = lake.commit("silver", view.name)
        if had is not None and {k: had.made_from.get(k) for k in made_from} == made_from:
            continue
        said = made_from | {_SINCE: [now.version, now.id] if now else None}
        changed = None
        if had is not None and had.made_from.get("view") == made_from["view"]:
            changed = _changed(lakehouse, view, had.made_from.get(_SINCE), said)
        if changed is None:
            whole[view] = said
        else:
            made[view.name] = Made(changed, 0.0)
            lakehouse.tell(context, f"silver/{view.name}: rows of changed records exchanged")
    if whole:
        for name, of_view in tables.replace_tables(lake, whole).items():
            made[name] = of_view
            rows = of_view.commit.rows if of_view.commit else None
            lakehouse.tell(
                context, f"silver/{name}: " + ("left as it was" if rows is None else f"made anew, {rows:,} rows")
            )
    return made


def _changed(lakehouse: Lakehouse, view: ViewDefinition, since: Any, made_from: Mapping[str, Any]) -> Any:
    """The commit that exchanged the rows of changed records, None when the table has to be made anew."""
    lake = lakehouse.research_lake
    records = int(lakehouse.deid_state().get(view.resource, "0-").split("-")[0])
    if since is None or records < tables.IN_PLACE_FROM or lake.commit_id("deid", "resource", since[0]) != since[1]:
        return None
    return tables.change_table(lake, view, since=since[0], made_from=made_from)


def _share(lakehouse: Lakehouse, name: str, made: Mapping[str, Made]) -> None:
    """Of the seconds of the one pass each table has its part, by the work on its rows."""
    work = {view: of_view.seconds + 0.01 for view, of_view in made.items()}
    if work:
        took = lakehouse.seconds.pop(name)
        for view, seconds in work.items():
            lakehouse.seconds[f"silver/{view}"] = took * seconds / sum(work.values())


def _all_of(errors: Iterable[LakehouseError]) -> LakehouseError:
    first, *others = errors
    return type(first)("\n".join(map(str, (first, *others))))
