"""Rule sheets as Dagster asset checks: one check a rule, blocking where it is critical, judged once per table version."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import cache, reduce
from typing import Any

import dagster as dg
import duckdb
from pyspark.sql import DataFrame, Row

from dagster_project.assets._step import step
from dagster_project.failures import failing_keys, lake_of, store_of
from dagster_project.resources import Lakehouse
from expectations.context import named_only, with_context
from expectations.evaluate import RESULT_COLUMNS, evaluate_all, result_rows
from expectations.frames import Read
from expectations.sheet import RuleSheet, load_sheets
from transforms.lake import Lake
from transforms.tables import ZONE_OF_LAYER, Tables, Zone

SHEETS = load_sheets()
TREND = 10  # versions of a table judged before the one at hand, that its checks tell of
_SEVERITY = {
    "critical": dg.AssetCheckSeverity.ERROR,
    "major": dg.AssetCheckSeverity.WARN,
    "minor": dg.AssetCheckSeverity.WARN,
}
_PASSES = ("passed", "not_applicable")
_NEWEST = f"""
    WITH one_a_version AS (
        SELECT * FROM results
        QUALIFY row_number() OVER (PARTITION BY layer, "table", rule_id, delta_version ORDER BY evaluated_at DESC) = 1)
    SELECT * FROM one_a_version
    QUALIFY row_number() OVER (PARTITION BY layer, "table", rule_id ORDER BY delta_version DESC) <= {TREND + 1}
    ORDER BY delta_version DESC
"""  # noqa: S608


def _spec(sheet: RuleSheet, rule: Any) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        rule.id,
        asset=dg.AssetKey(_asset_of(sheet)),
        description=rule.because,
        blocking=rule.severity == "critical",
        metadata={"dimension": rule.dimension, "severity": rule.severity},
    )


def _gate(layer: str, sheets: list[RuleSheet]) -> dg.AssetChecksDefinition:
    """All rules of one layer in one step: one query, one commit of results, and nothing after the layer starts before it.

    In the UI the checks of one table can be run alone.
    """
    specs = [_spec(sheet, rule) for sheet in sheets for rule in sheet.rules]

    @dg.multi_asset_check(name=f"{layer}_rules", specs=specs, can_subset=True)
    def gate(context: dg.AssetCheckExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
        wanted = context.selected_asset_check_keys
        tables = {tuple(key.asset_key.path) for key in wanted}
        chosen = [s for s in sheets if _asset_of(s) in tables]
        with step(lakehouse, f"quality/{layer}"):
            past = history(lakehouse.lake)
            found = judge(lakehouse, chosen, context.run.run_id, past)
            failed = sum(r.status not in _PASSES for r in found)
            lakehouse.tell(context, f"quality/{layer}: {len(found)} rules judged, {failed} failed")
        for r in found:
            key = dg.AssetCheckKey(dg.AssetKey(_asset_of(r)), r.rule_id)
            if key in wanted:
                yield _told(key, r, past)

    return gate


def _asset_of(table: RuleSheet | Row) -> tuple[str, ...]:
    return (table.layer, *table.table.split("/"))


def _told(key: dg.AssetCheckKey, r: Row, past: "History") -> dg.AssetCheckResult:
    """A result as the UI shows it. Only an ERROR stops what comes after, so a rule whose rows are kept out of gold warns."""
    rule = next(rule for rule in SHEETS[f"{r.layer}/{r.table}"].rules if rule.id == r.rule_id)
    kept_out = rule.quarantine is not None and r.status == "failed"
    trend = [
        before for before in past.get((r.layer, r.table, r.rule_id), []) if before.delta_version != r.delta_version
    ]
    shares = [f"{t.failed / t.checked:.4%}" if t.checked else t.status for t in trend[:TREND][::-1]]
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=r.status in _PASSES,
        severity=dg.AssetCheckSeverity.WARN if kept_out else _SEVERITY[r.severity],
        metadata={
            "status": r.status,
            "severity": r.severity,
            "checked": r.checked,
            "failed": r.failed,
            "failed_share": r.failed / r.checked if r.checked else 0.0,
            "failed_share_before": " → ".join(shares) or "judged for the first time",
            "change": _change(r, trend),
            "quarantined": r.failed if kept_out else 0,
            "delta_version": r.delta_version,
        },
    )


def _change(r: Row, trend: list[Row]) -> str:
    """How the share of failing rows compares with the version judged before."""
    before = next((t for t in trend if t.checked), None)
    if before is None or not r.checked:
        return "nothing to compare with"
    now, then = r.failed / r.checked, before.failed / before.checked
    return "as before" if now == then else f"{'up' if now > then else 'down'} by {abs(now - then):.4%} of the rows"


# The results of each rule on each table, the newest version first, of the last versions that were judged.
History = Mapping[tuple[str, str, str], list[Row]]


def history(lake: Tables) -> History:
    """What was found in the last TREND + 1 judged versions of each table; of a version judged twice, the last result."""
    if not lake.exists("governance", "quality_result"):
        return {}
    results = lake.arrow("governance", "quality_result")  # noqa: F841 - DuckDB sees it by its name
    newest = duckdb.sql(_NEWEST).fetch_arrow_table().to_pylist()
    found: dict[tuple[str, str, str], list[Row]] = {}
    for r in newest:
        found.setdefault((r["layer"], r["table"], r["rule_id"]), []).append(Row(**r))
    return found


def judge(lakehouse: Lakehouse, sheets: Iterable[RuleSheet], run_id: str, past: "History | None" = None) -> list[Row]:
    """Rows of governance/quality_result for the tables as they are now; those judged before at this version stand.

    The keys of rows that break rules are written first: a result says that they are there.
    """
    before = history(lakehouse.lake) if past is None else past
    standing: list[Row] = []
    changed: list[tuple[RuleSheet, int]] = []
    for sheet in sheets:
        commit = lakehouse.lake.commit(sheet.layer, sheet.table)
        if commit is None:
            standing += _not_there(sheet)
        elif had := _complete(before, sheet, commit.version):
            standing += had
        else:
            changed.append((sheet, commit.version))
    for layer in sorted({sheet.layer for sheet, _ in changed}):  # each as its zone allows
        standing += _judged_anew(lakehouse, [c for c in changed if c[0].layer == layer], run_id)
    return standing


def _judged_anew(lakehouse: Lakehouse, changed: Sequence[tuple[RuleSheet, int]], run_id: str) -> list[Row]:
    if not changed:
        return []
    layers = sorted({sheet.layer for sheet, _ in changed})
    lake = lake_of(lakehouse, layers[0])
    read, name = table_reader(lake), f"{run_id}/{','.join(sorted(sheet.name for sheet, _ in changed))}"
    is_identified = ZONE_OF_LAYER[layers[0]] is Zone.IDENTIFIED  # whose rows are told by their place in the delivery
    frames = [_table(lake, sheet.name) for sheet, _ in changed]
    frames = [
        with_context(sheet, frame if is_identified else named_only(sheet, frame), read)
        for (sheet, _), frame in zip(changed, frames, strict=True)
    ]
    tables = [(sheet, frame) for (sheet, _), frame in zip(changed, frames, strict=True)]
    with lake.for_few_rows() if lake.are_small(*((s.layer, s.table) for s, _ in changed)) else nullcontext():
        results = evaluate_all(tables, as_of=lakehouse.as_of, read=read, sizes=_sizes(lake, layers[0]))
    new: list[dict[str, Any]] = []
    keys: list[DataFrame] = []
    for (sheet, version), frame, found in zip(changed, frames, results, strict=True):
        new += result_rows(run_id, sheet.name, version, found, lakehouse.now())
        broken = [r.rule_id for r in found if r.failed and r.status != "error"]
        if broken := [r.id for r in sheet.rules if r.id in broken and r.args.is_row_rule]:
            place = {"run_id": run_id, "delta_version": version}
            keys.append(failing_keys(sheet, frame, read, broken, place, lakehouse))
    if keys:
        store = store_of(layers[0])
        broken_rows = reduce(DataFrame.unionAll, keys).toArrow()
        made_from = {"run": run_id}
        lake.put_arrow(*store, broken_rows, made_from=made_from, adds=True, once=f"quality_failure/{name}")
    schema = ", ".join(f"{name} {kind}" for name, kind in RESULT_COLUMNS)
    rows = [[r[name] for name, _ in RESULT_COLUMNS] for r in new]
    lake.append_small(
        "governance", "quality_result", rows, schema=schema, once=f"quality/{name}", made_from={"run": run_id}
    )
    return [Row(**r) for r in new]


def _sizes(lake: Lake, layer: str) -> dict[str, int]:
    """The rows of a layer's and silver's tables, where a commit tells: rules refer to their own layer or to silver."""
    places = [(at, name) for at in sorted({layer, "silver"}) if at in ("silver", "gold") for name in lake.names(at)]
    commits = {f"{at}/{name}": lake.commit(at, name) for at, name in places}
    return {table: c.rows for table, c in commits.items() if c and c.rows is not None}


def _not_there(sheet: RuleSheet) -> list[Row]:
    """The rules of a table that was never written (no record was ever rejected): not applicable, and not kept."""
    place = {"layer": sheet.layer, "table": sheet.table, "delta_version": -1}
    none = {"status": "not_applicable", "checked": 0, "failed": 0}
    return [Row(**place, rule_id=r.id, severity=r.severity, dimension=r.dimension, **none) for r in sheet.rules]


def table_reader(lake: Lake) -> Read:
    """The tables that rules refer to, as `lake` may open them."""

    @cache
    def read(name: str) -> DataFrame | None:
        return _table(lake, name) if lake.exists(*name.split("/", 1)) else None

    return read


def _table(lake: Lake, name: str) -> DataFrame:
    layer, table = name.split("/", 1)
    return lake.read_small(layer, table)


def unjudged(lake: Lake, sheets: Iterable[RuleSheet]) -> list[str]:
    """The tables whose newest version some rule has not judged."""
    before, found = history(lake), []
    for sheet in sheets:
        commit = lake.commit(sheet.layer, sheet.table)
        if commit is not None and not _complete(before, sheet, commit.version):
            found.append(f"{sheet.layer}/{sheet.table}")
    return found


def _complete(before: History, sheet: RuleSheet, version: int) -> list[Row]:
    """The results of all rules of the sheet on this version of its table; empty unless all are there."""
    had = [before.get((sheet.layer, sheet.table, rule.id), [])[:1] for rule in sheet.rules]
    return [r for (r,) in had] if all(h and h[0].delta_version == version for h in had) else []


def standing_results(lake: Tables) -> Iterator[Row]:
    """The newest result of every rule on the newest version of its table that was judged."""
    newest: dict[tuple[str, str], int] = {}
    found = history(lake)
    for layer, table, rule_id in found:
        version = found[layer, table, rule_id][0].delta_version
        newest[layer, table] = max(version, newest.get((layer, table), version))
    for (layer, table, _), results in found.items():
        if results[0].delta_version == newest[layer, table]:
            yield results[0]


def _by_layer() -> dict[str, list[RuleSheet]]:
    found: dict[str, list[RuleSheet]] = {}
    for sheet in SHEETS.values():
        found.setdefault(sheet.layer, []).append(sheet)
    return found


CHECKS = [_gate(layer, sheets) for layer, sheets in _by_layer().items()]
