"""The report on de-identification: what it is made from, where it is written, and whether one still speaks of the lake."""

from datetime import datetime
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from dagster_project.assets.gold import PUBLISHED, published_name
from dagster_project.ledger import settle
from dagster_project.resources import Lakehouse
from dagster_project.verdicts import WITHDRAWN, plain, verdicts
from deid import report
from transforms.lake import Lake


def has_deidentified(lake: Lake) -> bool:
    """Whether there is anything to report."""
    return lake.exists("governance", "deidentification")


def write_report(lakehouse: Lakehouse) -> tuple[Path, str]:
    """(the page, its hash): made from what the lake keeps about its runs, whatever a run has just done.

    Beside the newest, reports/deid.html and .json, each different one stays under the time of its run and its hash.
    ReportError where nothing was de-identified yet.
    """
    if not has_deidentified(lakehouse.lake):
        raise report.ReportError(
            f"{lakehouse.settings.lake}: nothing was de-identified in this lake yet. `lakehouse run` does it."
        )
    data = report.build(
        (r.asDict() for r in _counted(lakehouse.lake.read("governance", "deidentification")).collect()),
        institutions=lakehouse.institutions,
        facts=_facts(lakehouse.lake, lakehouse.keys.key_id),
    )
    page = report.html(data)
    at = datetime.fromisoformat(data["made_at"])
    lakehouse.write_report(f"deid-{at:%Y%m%dT%H%M%S}-{data['sha256'][:8]}", html=page, data=data)
    written = lakehouse.write_report("deid", html=page, data=data)
    settle(lakehouse)
    return written, data["sha256"]


def _counted(done: DataFrame) -> DataFrame:
    """The rows of governance/deidentification that the report counts, those of its runs added up where none is shown by itself.

    A sum stands under the newest of its runs. Records and links stay as they are, for the runs are told by them.
    """
    if "batch_id" not in done.columns:  # of a lake that did not keep the batch yet
        done = done.withColumn("batch_id", F.lit(None).cast("string"))
    since = done.agg(F.coalesce(F.max(F.when(F.col("is_whole"), F.col("at"))), F.min("at"))).first()
    counted = done.where(F.col("at") >= F.lit(since[0] if since else None))
    is_told = F.col("kind").isin("record", "link")
    key = ["institution", "batch_id", "resource_type", "kind", "name", "detail"]
    sums = (
        counted.where(~is_told)
        .groupBy(key)
        .agg(
            F.sum("n").alias("n"),
            F.max("at").alias("at"),
            *(F.max_by(c, "at").alias(c) for c in ("made_from", "is_whole")),
        )
    )
    return counted.where(is_told).select(sums.columns).unionByName(sums)


def _facts(lake: Lake, key_id: str) -> report.Facts:
    tables, publications = {}, []
    for layer, name in (("deid", "resource"), *(("published", published_name(c)) for c in PUBLISHED)):
        if commit := lake.commit(layer, name):
            tables[f"{layer}/{name}"] = {"version": commit.version, "commit": commit.id}
            if (
                layer == "published"
                and WITHDRAWN not in commit.made_from
                and _has_risk(said := commit.made_from["report"])
            ):
                publications.append(said)
    return report.Facts(tables, {t: plain(v) for t, v in verdicts(lake).items()}, publications, key_id)


def _has_risk(publication: dict[str, Any]) -> bool:
    """A table that an earlier version of this software published says less; the next run makes it anew."""
    return not publication["anonymity"] or "before" in publication["anonymity"]


def check_report(lakehouse: Lakehouse, file: Path) -> list[str]:
    """What a report file speaks of, a line a table, all of it as the lake is now. ReportError otherwise."""
    data = report.verify(file.read_text(encoding="utf-8"))
    lines, wrong = [], []
    for table, said in data["tables"].items():
        now = lakehouse.tables.commit(*table.split("/", 1))
        is_same = now is not None and (now.version, now.id) == (said["version"], said["commit"])
        lines.append(f"{table}: version {said['version']}")
        if not is_same:
            has = f"has version {now.version}" if now else "has no such table"
            wrong.append(
                f"{table}: the report speaks of version {said['version']} ({said['commit'][:8]}), the lake {has}"
            )
    if wrong:
        raise report.ReportError(
            f"{file.name}: is as it was made, but speaks of another state: {'; '.join(wrong)}. `lakehouse report` makes a new one to sign."
        )
    return [*lines, f"sha256 {data['sha256']}"]
