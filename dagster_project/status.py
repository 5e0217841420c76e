"""`lakehouse status`: what is in the lake and how fresh it is."""

from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from core.errors import LandingError
from dagster_project.plan import stale
from dagster_project.resources import Lakehouse
from transforms.bronze.ingest import new_batches
from transforms.bronze.tables import known_batches
from transforms.lake import Lake
from transforms.tables import ZONE_OF_LAYER


def print_status(lakehouse: Lakehouse, console: Console) -> None:
    """The tables with their versions, rows and age; the batches that wait; the tables that are behind."""
    lake = lakehouse.lake
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("zone", "table", "rows", "version", "written (UTC)"):
        table.add_column(name, justify="right" if name in ("rows", "version") else "left")
    for layer, zone in ZONE_OF_LAYER.items():
        for name in lake.names(layer):
            commit = lake.commit(layer, name)
            assert commit is not None, "a table with a log has a commit"
            rows = f"{lake.read(layer, name).count() if commit.rows is None else commit.rows:,}"
            table.add_row(zone, f"{layer}/{name}", rows, str(commit.version), _written(lake, layer, name))
    console.print(table)
    try:
        waiting = [b.key for b in new_batches(lakehouse.landed(), known_batches(lake))]
    except LandingError as e:
        console.print(f"\nlanding: {e}")
    else:
        console.print(f"\nbatches that wait to be loaded: {', '.join(waiting) or 'none'}")
    console.print(f"tables that are behind: {', '.join(stale(lakehouse)) or 'none'}")


def _written(lake: Lake, layer: str, name: str) -> str:
    newest = max((lake.path(layer, name) / "_delta_log").glob("[0-9]*.json"))
    return f"{datetime.fromtimestamp(newest.stat().st_mtime, UTC):%Y-%m-%d %H:%M}"
