"""What is kept and shown of quality beside the verdicts: profiles, counts by institution, drift, scores, the report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pyspark.sql import Row
from pyspark.sql import functions as F

from core.errors import ConfigError, LakehouseError
from dagster_project.checks import SHEETS, standing_results
from dagster_project.resources import Lakehouse
from expectations.by_institution import INSTITUTION_COLUMNS, Job, count
from expectations.drift import Drift, Version, compare
from expectations.profile import PROFILE_COLUMNS, ColumnProfile, profile, profile_rows
from expectations.propose import propose
from expectations.quiet import quiet
from expectations.report import Facts, build, html
from expectations.score import Judged, Score, score
from expectations.sheet import RuleSheet
from transforms.lake import Lake

# Whose rules tell the quality of what an institution delivered; those of deid and published are guarantees of our own.
_BY_INSTITUTION = ("bronze", "silver", "gold")
# Versions of a table that the newest one is compared with, and runs in the report's trend.
_HISTORY, _TREND = 20, 30


def score_of(lake: Lake, layer: str, table: str, delta_version: int) -> Score | None:
    """The score of exactly this version of a table; None where its rules have not judged it, or none is applicable.

    For whoever refers to a version: the catalogue, a release. Another version's score says nothing about this one.
    """
    if not lake.exists("governance", "quality_result"):
        return None
    rows = lake.read("governance", "quality_result").where(
        (F.col("layer") == layer) & (F.col("table") == table) & (F.col("delta_version") == delta_version)
    )
    newest = {r.rule_id: _judged(r) for r in rows.orderBy("evaluated_at").collect()}
    found = score(newest.values())
    return None if found.value is None else found


def table_versions(lake: Lake) -> dict[str, int]:
    """The newest version of every table that has rules, or is silver."""
    names = [(s.layer, s.table) for s in SHEETS.values()] + [("silver", n) for n in lake.names("silver")]
    return {f"{layer}/{n}": c.version for layer, n in sorted(set(names)) if (c := lake.commit(layer, n)) is not None}


def unobserved(lake: Lake) -> list[str]:
    """The tables whose newest version is in no profile: read from the newest commit, no Spark job."""
    seen, now = _observed(lake), table_versions(lake)
    return sorted(t for t, version in now.items() if seen.get(t) != version)


def _observed(lake: Lake) -> dict[str, int]:
    commit = lake.commit("governance", "quality_profile")
    return dict(commit.made_from["tables"]) if commit else {}


@dataclass(frozen=True, slots=True)
class Seen:
    """What `observe` found of the tables that changed, not kept yet. `versions`: of all tables, as they were seen."""

    versions: Mapping[str, int]
    changed: tuple[str, ...]
    profiles: Mapping[str, list[ColumnProfile]]
    counts: Mapping[tuple[str, str], Mapping[str, tuple[int, int]]]
    drifts: Mapping[str, list[Drift]]


def observe(lakehouse: Lakehouse) -> Seen:
    """Profile the tables that changed, count their rules by institution, and compare them with their earlier versions.

    Two Spark queries for any number of tables, none where nothing changed.
    """
    lake = lakehouse.lake
    changed, now = unobserved(lake), table_versions(lake)
    if not changed:
        return Seen(now, (), {}, {}, {})
    frames = {t: lake.read(*t.split("/", 1)) for t in changed if t.startswith("silver/")}
    with quiet():
        profiles = profile({t: frame for t, frame in frames.items() if "institution" in frame.columns})
        counts = count(_jobs(lake, changed), as_of=lakehouse.as_of, read=lambda name: _read(lake, name))
    return Seen(now, tuple(changed), profiles, counts, _drifts(lake, profiles))


def keep(lakehouse: Lakehouse, seen: Seen) -> None:
    """Append what was seen to governance/quality_institution and, last, to quality_profile, which says that all is kept."""
    if not seen.changed:
        return
    at = lakehouse.now()
    counted = [
        (*table.split("/", 1), seen.versions[table], institution, rule, checked, failed)
        for (table, institution), found in seen.counts.items()
        for rule, (checked, failed) in found.items()
    ]
    profiled = [r for t, found in seen.profiles.items() for r in profile_rows(t, seen.versions[t], found, at)]
    mark = "-".join(f"{t}@{seen.versions[t]}" for t in seen.changed)
    _append(lakehouse.lake, "quality_institution", counted, INSTITUTION_COLUMNS, mark, seen.versions)
    _append(lakehouse.lake, "quality_profile", profiled, PROFILE_COLUMNS, mark, seen.versions)


def _jobs(lake: Lake, tables: Iterable[str]) -> list[Job]:
    """Without rules that raised when they were judged: here they would raise for all others too."""
    raised = {r.rule_id for r in standing_results(lake) if r.status == "error"}
    jobs = []
    for table in tables:
        if (sheet := SHEETS.get(table)) and sheet.layer in _BY_INSTITUTION:
            judged = sheet.model_copy(update={"rules": tuple(r for r in sheet.rules if r.id not in raised)})
            jobs.append(Job(judged, lake.read(sheet.layer, sheet.table)))
    return jobs


def _append(
    lake: Lake, name: str, rows: list[Any], columns: Sequence[tuple[str, str]], mark: str, now: Mapping[str, int]
) -> None:
    frame = lake.spark.createDataFrame(rows, ", ".join(f"{c} {kind}" for c, kind in columns))
    lake.append("governance", name, frame, once=f"{name}/{mark}", made_from={"tables": dict(now)})


def _read(lake: Lake, name: str) -> Any:
    layer, table = name.split("/", 1)
    return lake.read(layer, table) if lake.exists(layer, table) else None


# --- drift ------------------------------------------------------------------------------------------------------------


def drifts(lake: Lake) -> dict[str, list[Drift]]:
    """How the newest profiled version of every table compares with its earlier ones."""
    found = {}
    for table, versions in _profiles(lake).items():
        *history, now = [versions[v] for v in sorted(versions)[-_HISTORY - 1 :]]
        found[table] = compare(history, now)
    return found


def _drifts(lake: Lake, new: Mapping[str, list[ColumnProfile]]) -> dict[str, list[Drift]]:
    before = _profiles(lake)
    found = {}
    for table, columns in new.items():
        versions = before.get(table, {})
        history = [versions[v] for v in sorted(versions)[-_HISTORY:]]
        found[table] = compare(history, {(c.institution, c.column): c for c in columns})
    return found


def _profiles(lake: Lake) -> dict[str, dict[int, Version]]:
    if not lake.exists("governance", "quality_profile"):
        return {}
    found: dict[str, dict[int, dict[tuple[str, str], ColumnProfile]]] = {}
    for r in lake.read("governance", "quality_profile").collect():
        p = ColumnProfile(r.institution, r.column, r["rows"], r.missing, r.buckets)
        found.setdefault(f"{r.layer}/{r.table}", {}).setdefault(r.delta_version, {})[r.institution, r.column] = p
    return {t: dict(v) for t, v in found.items()}


def alarms(found: Mapping[str, Iterable[Drift]]) -> list[tuple[str, Drift]]:
    """(table, what drifted), in a fixed order."""
    return [(t, d) for t in sorted(found) for d in found[t] if d.status == "drifted"]


# --- the report -------------------------------------------------------------------------------------------------------


def write_report(lakehouse: Lakehouse) -> Path:
    """<lake>/reports/quality.html and .json, made from what governance/ keeps. LakehouseError before anything was judged."""
    lake = lakehouse.lake
    if not lake.exists("governance", "quality_result"):
        raise LakehouseError(f"{lake.root}: no rule has judged anything in this lake yet. `lakehouse run` does it.")
    every = lake.read("governance", "quality_result").orderBy("evaluated_at").collect()
    data = build(SHEETS, _facts(lake, every))
    return lakehouse.write_report("quality", html=html(data), data=data)


def _facts(lake: Lake, every: list[Row]) -> Facts:
    newest: dict[str, dict[str, Row]] = {}
    for r in every:
        had = newest.setdefault(f"{r.layer}/{r.table}", {})
        if had and next(iter(had.values())).delta_version != r.delta_version:
            had.clear()
        had[r.rule_id] = r
    now = table_versions(lake)
    tables = {}
    for t, sheet in SHEETS.items():
        if found := [newest[t][r.id] for r in sheet.rules if r.id in newest.get(t, {})]:
            tables[t] = (found[0].delta_version, [_judged(r) for r in found])
    return Facts(
        made_at=every[-1].evaluated_at,
        tables=tables,
        behind=sorted(t for t, (version, _) in tables.items() if now.get(t, version) != version),
        by_institution=_by_institution(lake, {t: version for t, (version, _) in tables.items()}),
        drifts=drifts(lake),
        trend=_trend(every),
    )


def _by_institution(lake: Lake, versions: Mapping[str, int]) -> dict[tuple[str, str], dict[str, tuple[int, int]]]:
    found: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    if lake.exists("governance", "quality_institution"):
        for r in lake.read("governance", "quality_institution").collect():
            if versions.get(f"{r.layer}/{r.table}") == r.delta_version:
                found.setdefault((f"{r.layer}/{r.table}", r.institution), {})[r.rule_id] = (r.checked, r.failed)
    return found


def _trend(every: list[Row]) -> list[tuple[datetime, str, dict[str, Judged]]]:
    """After each of the last runs: when, which, and what stood then by rule. A run that judged a few tables moves those."""
    runs = list(dict.fromkeys(r.run_id for r in every))
    standing: dict[str, Judged] = {}
    states = []
    for run in runs:
        own = [r for r in every if r.run_id == run]
        standing |= {r.rule_id: _judged(r) for r in own}
        if run in runs[-_TREND:]:
            states.append((own[-1].evaluated_at, run, dict(standing)))
    return states


def _judged(r: Row) -> Judged:
    return Judged(r.rule_id, r.dimension, r.severity, r.status, r.checked, r.failed)


def selected(tables: Sequence[str] | None) -> list[RuleSheet]:
    """The sheets of these tables ("silver/observation"), or all."""
    if unknown := sorted(set(tables or ()) - set(SHEETS)):
        raise ConfigError(f"no rule sheet for {', '.join(unknown)}. There are sheets for: {', '.join(SHEETS)}.")
    return [SHEETS[t] for t in tables] if tables else list(SHEETS.values())


def propose_for(lakehouse: Lakehouse, tables: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Proposed rules of silver tables, from a profile of them as they are now."""
    lake = lakehouse.lake
    frames = {
        t: lake.read(*t.split("/", 1)) for t in tables if t.startswith("silver/") and lake.exists(*t.split("/", 1))
    }
    with quiet():
        found = profile(frames)
    return {t: propose(t, columns, SHEETS.get(t)) for t, columns in found.items()}
