"""`lakehouse maintain`: the job "maintenance" of the Dagster UI, for people and scripts, and what it says of each table."""

from typing import Any

from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from core.errors import LakehouseError
from dagster_project.automation import maintenance
from dagster_project.definitions import build
from dagster_project.resources import Lakehouse
from dagster_project.run import QUIET, attended, instance
from transforms.maintenance import check_days


def maintain_now(lakehouse: Lakehouse, retain_days: int | None = None) -> list[dict[str, Any]]:
    """Run the job in this process; one row per table as `transforms.maintenance.Upkeep` has it.

    ConfigError for a period below the least; StorageError when another run is writing to the lake.
    """
    check_days(retain_days)
    config = QUIET | {"ops": {"keep_up_tables": {"config": {"retain_days": retain_days}}}}
    with attended(lakehouse), instance(lakehouse) as dagster:
        job = build(lakehouse).resolve_job_def(maintenance.name)
        result = job.execute_in_process(instance=dagster, run_config=config, raise_on_error=False)
    if lakehouse.failure is not None:
        raise lakehouse.failure
    if not result.success:
        raise LakehouseError("a step failed outside its own code. `make ui` shows the run; report it as a bug.")
    (done,) = (e for e in result.all_events if e.is_successful_output)
    return [dict(record.data) for record in done.step_output_data.metadata["tables"].records]


def print_upkeep(rows: list[dict[str, Any]], console: Console) -> None:
    """One line a table that was changed or had to be left alone, and one for all."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("table", "files", "after", "bytes", "after", "removed", "freed", "note"):
        table.add_column(name, justify="left" if name in ("table", "note") else "right")
    for row in rows:
        if row["files_before"] != row["files_after"] or row["removed"] or row["note"]:
            table.add_row(row["table"], *_cells(row), row["note"])
    sums = {name: sum(row[name] for row in rows) for name in _COUNTS}
    table.add_row(f"all {len(rows)} tables", *_cells(sums), "", style="bold")
    console.print(table)


_COUNTS = ("files_before", "files_after", "bytes_before", "bytes_after", "removed", "freed")


def _cells(row: dict[str, Any]) -> list[str]:
    return [
        decimal(row[name]) if name in ("bytes_before", "bytes_after", "freed") else f"{row[name]:,}" for name in _COUNTS
    ]
