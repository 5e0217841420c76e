"""`lakehouse rejects`: what was not accepted, why, and judging it again when the cause is gone."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from rich.console import Console
from rich.table import Table

from core.errors import ConfigError
from dagster_project.resources import Lakehouse
from transforms.bronze import amend, tables
from transforms.bronze.completeness import update_load_completeness
from transforms.bronze.landing import shown_path
from transforms.bronze.reader import REASONS


@dataclass(frozen=True, slots=True)
class Which:
    """The rejects that a command is about; None means all."""

    institution: str | None = None
    batch: str | None = None
    reason: str | None = None

    def check(self, lakehouse: Lakehouse) -> None:
        """ConfigError for an institution or reason that does not exist."""
        _one_of("institution", self.institution, lakehouse.institutions)
        _one_of("reason", self.reason, REASONS)

    def rows(self, lakehouse: Lakehouse) -> DataFrame | None:
        if not lakehouse.lake.exists("bronze", "rejected"):
            return None
        rows = lakehouse.lake.read("bronze", "rejected")
        for column, wanted in (
            ("institution", self.institution),
            ("batch_id", self.batch),
            ("reason_code", self.reason),
        ):
            rows = rows if wanted is None else rows.where(F.col(column) == wanted)
        return rows


def _one_of(what: str, said: str | None, allowed: Mapping[str, object]) -> None:
    if said is not None and said not in allowed:
        raise ConfigError(f"{said}: no such {what}. Known: {', '.join(sorted(allowed)) or 'none'}.")


def print_counts(lakehouse: Lakehouse, which: Which, console: Console) -> None:
    """How many rejects there are by institution, batch, type and reason, with what to do about each reason."""
    rows = which.rows(lakehouse)
    keys = ["institution", "batch_id", "resource_type", "reason_code"]
    found = [] if rows is None else rows.groupBy(*keys).agg(F.count("*").alias("n")).orderBy(*keys).collect()
    if not found:
        console.print("No rejects.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("institution", "batch", "type", "reason", "records", "means"):
        table.add_column(name, justify="right" if name == "records" else "left", no_wrap=name != "means")
    for r in found:
        kind = r.resource_type or tables.UNKNOWN
        table.add_row(r.institution, r.batch_id, kind, r.reason_code, f"{r.n:,}", REASONS[r.reason_code])
    console.print(table)
    console.print(
        f"\n{sum(r.n for r in found):,} rejects. `lakehouse rejects show` says where each is, `replay` judges them again after a"
        " change of the institution's file or the software; docs/operations.md says what to do about each reason."
    )


def print_places(lakehouse: Lakehouse, which: Which, console: Console, *, limit: int, raw: bool) -> None:
    """Where each reject stands in its delivery, and what is wrong; with `raw` its text too, which is identified."""
    rows = which.rows(lakehouse)
    place = ["institution", "batch_id", "source_file", "source_line", "source_entry"]
    found = [] if rows is None else rows.orderBy(*place).limit(limit + 1).collect()
    for r in found[:limit]:
        entry = f", entry {r.source_entry}" if r.source_entry > 1 else ""
        console.print(
            f"{r.institution}|{r.batch_id}: {shown_path(r.source_file)}, line {r.source_line}{entry}: {r.reason_code}: {r.reason}",
            highlight=False, markup=False, soft_wrap=True,
        )  # fmt: skip
        if raw:
            console.print(r.raw or "(no text kept)", highlight=False, markup=False, soft_wrap=True)
    if len(found) > limit:
        console.print(f"… more than {limit}: narrow it with --institution, --batch, --reason, or raise --limit")
    if not found:
        console.print("No rejects.")


def replay(lakehouse: Lakehouse, which: Which, console: Console) -> int:
    """Judge rejects again, batch by batch; how many passed."""
    lakehouse.hold()
    try:
        amend.settle(lakehouse.lake)
        rows = which.rows(lakehouse)
        if rows is None:
            return 0
        rows = rows.where(F.col("reason_code").isin(*amend.REPLAYABLE))
        batches = sorted(
            (r.institution, r.batch_id) for r in rows.select("institution", "batch_id").distinct().collect()
        )
        reasons = amend.REPLAYABLE if which.reason is None else (which.reason,)
        passed = 0
        for institution, batch_id in batches:
            done = amend.replay(
                lakehouse.lake, institution, batch_id, release=lakehouse.institutions[institution].fhir_release,
                at=lakehouse.now(), reasons=reasons,
            )  # fmt: skip
            passed += done.accepted + done.duplicates
            console.print(
                f"{institution}|{batch_id}: {done.judged:,} judged again: {done.accepted:,} accepted, {done.duplicates:,}"
                f" duplicates, {done.judged - done.accepted - done.duplicates:,} still rejected", highlight=False,
            )  # fmt: skip
        tables.reconcile(lakehouse.lake, batches)
        update_load_completeness(lakehouse.lake)
    finally:
        lakehouse.release()
    return passed
