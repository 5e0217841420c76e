"""Rule sheets as Dagster asset checks: one check a rule, blocking where it is critical, judged once per table version."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from dagster_project.assets._step import step
from dagster_project.resources import Lakehouse
from expectations.evaluate import RESULT_COLUMNS, evaluate, result_rows
from expectations.frames import References
from expectations.sheet import RuleSheet, load_sheets
from transforms.lake import Lake

SHEETS = load_sheets()
_SEVERITY = {
    "critical": dg.AssetCheckSeverity.ERROR,
    "major": dg.AssetCheckSeverity.WARN,
    "minor": dg.AssetCheckSeverity.WARN,
}
_PASSES = ("passed", "not_applicable")


def _spec(sheet: RuleSheet, rule: Any) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        rule.id,
        asset=dg.AssetKey([sheet.layer, sheet.table]),
        description=rule.because,
        blocking=rule.severity == "critical",
        metadata={"dimension": rule.dimension, "severity": rule.severity},
    )


def _gate(layer: str, sheets: list[RuleSheet]) -> dg.AssetChecksDefinition:
    """All rules of one layer in one step: one commit of results, and nothing after the layer starts before it.

    Of a choice of tables, theirs alone.
    """
    specs = [_spec(sheet, rule) for sheet in sheets for rule in sheet.rules]

    @dg.multi_asset_check(name=f"{layer}_rules", specs=specs, can_subset=True)
    def gate(context: dg.AssetCheckExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
        with step(lakehouse, f"quality/{layer}"):
            chosen = context.op_execution_context.selected_asset_check_keys
            tables = {key.asset_key.path[-1] for key in chosen}
            found = judge(lakehouse, [s for s in sheets if s.table in tables], context.run.run_id)
            failed = sum(r.status not in _PASSES for r in found)
            lakehouse.tell(context, f"quality/{layer}: {len(found)} rules judged, {failed} failed")
        for r in (r for r in found if dg.AssetCheckKey(dg.AssetKey([layer, r.table]), r.rule_id) in chosen):
            yield dg.AssetCheckResult(
                asset_key=dg.AssetKey([layer, r.table]),
                check_name=r.rule_id,
                passed=r.status in _PASSES,
                severity=_SEVERITY[r.severity],
                metadata={
                    "status": r.status,
                    "checked": r.checked,
                    "failed": r.failed,
                    "delta_version": r.delta_version,
                },
            )

    return gate


def judge(lakehouse: Lakehouse, sheets: Iterable[RuleSheet], run_id: str) -> list[Row]:
    """Rows of governance/quality_result for the tables as they are now; those judged before at this version stand."""
    lake = lakehouse.lake
    before, references = _judged(lake), References(lambda name: _table(lake, name))
    standing: list[Row] = []
    new: list[dict[str, Any]] = []
    for sheet in sheets:
        commit = lake.commit(sheet.layer, sheet.table)
        if commit is None:
            standing += _not_there(sheet)
            continue
        if had := _complete(before, sheet, commit.version):
            standing += had
            continue
        frame = lake.read(sheet.layer, sheet.table)
        found = evaluate(sheet, frame, as_of=lakehouse.as_of, read=references, rows=commit.rows)
        new += result_rows(run_id, f"{sheet.layer}/{sheet.table}", commit.version, found, lakehouse.now())
    if new:
        schema = ", ".join(f"{name} {kind}" for name, kind in RESULT_COLUMNS)
        rows = lake.spark.createDataFrame([tuple(r[name] for name, _ in RESULT_COLUMNS) for r in new], schema)
        layers = sorted({r["layer"] for r in new})
        lake.append(
            "governance", "quality_result", rows, once=f"quality/{run_id}/{','.join(layers)}", made_from={"run": run_id}
        )
    return standing + [Row(**r) for r in new]


def _not_there(sheet: RuleSheet) -> list[Row]:
    """The rules of a table that was never written (no record was ever rejected): not applicable, and not kept."""
    place = {"layer": sheet.layer, "table": sheet.table, "delta_version": -1}
    none = {"status": "not_applicable", "checked": 0, "failed": 0}
    return [Row(**place, rule_id=r.id, severity=r.severity, dimension=r.dimension, **none) for r in sheet.rules]


def _table(lake: Lake, name: str) -> DataFrame | None:
    layer, table = name.split("/", 1)
    return lake.read(layer, table) if lake.exists(layer, table) else None


def unjudged(lake: Lake, sheets: Iterable[RuleSheet]) -> list[str]:
    """The tables whose newest version some rule has not judged."""
    before, found = _judged(lake), []
    for sheet in sheets:
        commit = lake.commit(sheet.layer, sheet.table)
        if commit is not None and not _complete(before, sheet, commit.version):
            found.append(f"{sheet.layer}/{sheet.table}")
    return found


def _complete(before: Mapping[tuple[str, str, int], Mapping[str, Row]], sheet: RuleSheet, version: int) -> list[Row]:
    """The results of all rules of the sheet on this version of its table; empty unless all are there."""
    had = before.get((sheet.layer, sheet.table, version), {})
    return list(had.values()) if set(had) == {rule.id for rule in sheet.rules} else []


def _judged(lake: Lake) -> dict[tuple[str, str, int], dict[str, Row]]:
    """The newest result of each rule for each table version that is the newest one judged."""
    if not lake.exists("governance", "quality_result"):
        return {}
    results = lake.read("governance", "quality_result")
    newest = results.groupBy("layer", "table").agg(F.max("delta_version").alias("delta_version"))
    found: dict[tuple[str, str, int], dict[str, Row]] = {}
    for r in results.join(newest, ["layer", "table", "delta_version"]).orderBy("evaluated_at").collect():
        found.setdefault((r.layer, r.table, r.delta_version), {})[r.rule_id] = r
    return found


def standing_results(lake: Lake) -> Iterator[Row]:
    """The newest result of every rule."""
    for rules in _judged(lake).values():
        yield from rules.values()


def _by_layer() -> dict[str, list[RuleSheet]]:
    found: dict[str, list[RuleSheet]] = {}
    for sheet in SHEETS.values():
        found.setdefault(sheet.layer, []).append(sheet)
    return found


CHECKS = [_gate(layer, sheets) for layer, sheets in _by_layer().items()]
