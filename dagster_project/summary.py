"""The reconciliation that ends a run: per institution and type, what came in and what became of it."""

from collections import Counter, defaultdict
from typing import Any

from rich.console import Console
from rich.table import Table

from dagster_project.assets.deid import standing
from dagster_project.assets.silver import VIEWS
from dagster_project.checks import standing_results
from dagster_project.resources import Lakehouse
from transforms.lake import Lake

COUNTS = ("read", "accepted", "rejected", "duplicates", "deleted", "excluded", "deidentified", "silver_rows")


def reconciliation(lake: Lake) -> list[dict[str, Any]]:
    """One row per institution and resource type: COUNTS in records (silver_rows in rows), over all that was ever landed.

    `accepted` counts versions, `deleted`, `excluded` and `deidentified` current resources.
    """
    table: dict[tuple[str, str], dict[str, Any]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
    key = ("institution", "resource_type")
    for r in lake.arrow("bronze", "batch", columns=(*key, *COUNTS[:4])).to_pylist():
        of_type = table[r["institution"], r["resource_type"]]
        of_type.update({c: of_type[c] + r[c] for c in COUNTS[:4]})
    if lake.exists("deid", "resource"):
        for row in standing(lake):
            table[row["institution"], row["resource_type"]].update(
                {c: row[c] for c in ("deleted", "excluded", "deidentified")}
            )
    for key_of, n in _silver_rows(lake).items():
        table[key_of]["silver_rows"] += n
    return [{"institution": i, "resource_type": t, **row} for (i, t), row in sorted(table.items())]


def _silver_rows(lake: Lake) -> Counter[tuple[str, str]]:
    """Rows of the silver tables per institution and type."""
    found: Counter[tuple[str, str]] = Counter()
    for name, view in VIEWS.items():
        if lake.exists("silver", name):
            held = lake.counts("silver", name, ("institution",))
            found.update({(institution, view.resource): n for (institution,), n in held.items()})
    return found


def print_reconciliation(lakehouse: Lakehouse, console: Console) -> None:
    """The closing table: counts per institution and type, with the checks and seconds of the type's silver tables."""
    checks: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for r in standing_results(lakehouse.tables):
        kind = VIEWS[r.table].resource if r.layer == "silver" and r.table in VIEWS else r.layer
        checks[kind][r.status not in ("passed", "not_applicable")] += 1
    table = Table(title="What is in the lake", title_justify="left", box=None, pad_edge=False, header_style="bold")
    table.add_column("institution", no_wrap=True)
    table.add_column("type", no_wrap=True)
    for name in (*COUNTS, "checks ok", "failed", "seconds"):
        table.add_column(name.replace("_", " ").replace("deidentified", "de-identified"), justify="right")
    rows = reconciliation(lakehouse.lake)
    shown, last = set(), None
    for row in rows:
        kind, institution = row["resource_type"], row["institution"]
        ok, failed = checks.get(kind, [0, 0])
        took = sum(s for name, s in lakehouse.seconds.items() if name in _silver_steps(kind))
        once = () if kind in shown else (f"{ok}", f"{failed}" if failed else "0", f"{took:.1f}")
        shown.add(kind)
        table.add_row(institution if institution != last else "", kind, *(f"{row[c]:,}" for c in COUNTS), *once)
        last = institution
    total = [f"{sum(r[c] for r in rows):,}" for c in COUNTS]
    every = [sum(c[0] for c in checks.values()), sum(c[1] for c in checks.values())]
    table.add_row(
        "all", "", *total, f"{every[0]}", f"{every[1]}", f"{sum(lakehouse.seconds.values()):.1f}", style="bold"
    )
    console.print(table)


def _silver_steps(resource_type: str) -> set[str]:
    return {f"silver/{v.name}" for v in VIEWS.values() if v.resource == resource_type}


def stage_seconds(lakehouse: Lakehouse) -> dict[str, float]:
    """Wall seconds per stage of this run, in the order in which they ran."""
    stages: dict[str, float] = {}
    for name, seconds in lakehouse.seconds.items():
        stage = name.split("/")[0]
        stages[stage] = stages.get(stage, 0.0) + seconds
    return stages
