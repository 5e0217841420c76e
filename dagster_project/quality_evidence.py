"""What is kept and shown of quality beside the verdicts: profiles, counts by institution, drift, scores, the report.

Reads without a JVM, but for the rules that some row breaks: who breaks them is counted by Spark.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.errors import ConfigError, LakehouseError
from dagster_project.checks import SHEETS, table_reader
from dagster_project.resources import Lakehouse
from expectations.by_institution import INSTITUTION_COLUMNS, Job, count
from expectations.context import named_only
from expectations.drift import Drift, Version, compare
from expectations.profile import PROFILE_COLUMNS, ColumnProfile, profile, profile_rows
from expectations.propose import propose
from expectations.quiet import quiet
from expectations.report import Facts, build, html
from expectations.score import Judged, Score, score
from expectations.sheet import RuleSheet
from expectations.small import Tally
from transforms.lake import Lake
from transforms.tables import Tables

# Whose rules tell the quality of what an institution delivered; those of deid and published are guarantees of our own.
_BY_INSTITUTION = ("bronze", "silver", "gold")
# Versions of a table that the newest one is compared with, and runs in the report's trend.
_HISTORY, _TREND = 20, 30


def score_of(lake: Tables, layer: str, table: str, delta_version: int) -> Score | None:
    """The score of exactly this version of a table; None where its rules have not judged it, or none is applicable.

    For whoever refers to a version: the catalogue, a release. Another version's score says nothing about this one.
    """
    where = f"layer = '{layer}' AND \"table\" = '{table}' AND delta_version = {int(delta_version)}"
    found = score({r["rule_id"]: _judged(r) for r in _results(lake, where)}.values())
    return None if found.value is None else found


def certified_score(lakehouse: Lakehouse) -> Callable[[str, str, int], str | None]:
    """The score of a version as a certificate says it."""

    def said(layer: str, table: str, version: int) -> str | None:
        found = score_of(lakehouse.tables, layer, table, version)
        return None if found is None else f"{found.value:.2f} of 100"

    return said


def _results(lake: Tables, where: str = "TRUE") -> list[dict[str, Any]]:
    """Rows of governance/quality_result, the newest last."""
    if not lake.exists("governance", "quality_result"):
        return []
    rows = lake.arrow("governance", "quality_result", where=where).to_pylist()
    return sorted(rows, key=lambda r: r["evaluated_at"])


def _judged(r: Mapping[str, Any]) -> Judged:
    return Judged(r["rule_id"], r["dimension"], r["severity"], r["status"], r["checked"], r["failed"])


def table_versions(lake: Tables) -> dict[str, int]:
    """The newest version of every table that has rules, or is silver."""
    names = [(s.layer, s.table) for s in SHEETS.values()] + [("silver", n) for n in lake.names("silver")]
    return {f"{layer}/{n}": c.version for layer, n in sorted(set(names)) if (c := lake.commit(layer, n)) is not None}


def unobserved(lake: Tables) -> list[str]:
    """The tables whose newest version is in no profile: read from the log alone."""
    commit, now = lake.commit("governance", "quality_profile"), table_versions(lake)
    seen = commit.made_from["tables"] if commit else {}
    return sorted(t for t, version in now.items() if seen.get(t) != version)


@dataclass(frozen=True, slots=True)
class Seen:
    """What `observe` found of the tables that changed, not kept yet. `versions`: of all tables, as they were seen."""

    versions: Mapping[str, int]
    changed: tuple[str, ...]
    profiles: Mapping[str, list[ColumnProfile]]
    counts: Mapping[tuple[str, str], Mapping[str, tuple[int, int]]]
    drifts: Mapping[str, list[Drift]]


def observe(lakehouse: Lakehouse) -> Seen:
    """Profile the tables that changed, count by institution who breaks their rules, and compare them with their earlier versions.

    One Spark query for any number of tables, none where nothing changed or nothing is broken.
    """
    lake = lakehouse.lake
    changed, now = unobserved(lake), table_versions(lake)
    profiles = {t: _profiled(lake, t) for t in changed if t.split("/", 1)[0] in _BY_INSTITUTION}
    with quiet():
        counts = count(_broken(lake, changed), as_of=lakehouse.as_of, read=table_reader(lake))
    before = _profiles(lake)
    drifts = {
        t: compare(list(before.get(t, {}).values())[-_HISTORY:], _version(found)) for t, found in profiles.items()
    }
    return Seen(now, tuple(changed), profiles, counts, drifts)


def _profiled(lake: Tables, table: str) -> list[ColumnProfile]:
    """Of bronze and gold only how many rows: gold repeats silver, and bronze is columns of places."""
    layer, name = table.split("/", 1)
    commit = lake.commit(layer, name)
    columns = lake.arrow(layer, name, where="FALSE").column_names
    if layer != "silver":
        columns = [c for c in columns if c in ("institution", "resource_type", "subject_key")]
    return profile(columns, commit.rows if commit else None, lambda some: lake.arrow(layer, name, columns=some))


def _version(columns: Iterable[ColumnProfile]) -> Version:
    return {(c.institution, c.column): c for c in columns}


def _broken(lake: Lake, tables: Iterable[str]) -> list[Job]:
    """The rules that some row breaks. Not those that raised when they were judged: here they would raise for all others too."""
    newest = {r["rule_id"]: r for r in _results(lake)}
    broken = {i for i, r in newest.items() if r["failed"] and r["status"] != "error"}
    jobs = []
    for table in tables:
        if (sheet := SHEETS.get(table)) and sheet.layer in _BY_INSTITUTION:
            rules = tuple(r for r in sheet.rules if r.id in broken)
            jobs += [Job(few, _pruned(lake, few))] if (few := sheet.model_copy(update={"rules": rules})).rules else []
    return jobs


def _pruned(lake: Lake, sheet: RuleSheet) -> Any:
    return named_only(sheet, lake.read_small(sheet.layer, sheet.table))


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
    mark = sha256(repr([(t, seen.versions[t]) for t in seen.changed]).encode()).hexdigest()[:16]
    if counted:
        _append(lakehouse.lake, "quality_institution", counted, INSTITUTION_COLUMNS, mark, seen.versions)
    _append(lakehouse.lake, "quality_profile", profiled, PROFILE_COLUMNS, mark, seen.versions)


def _append(
    lake: Lake, name: str, rows: list[Any], columns: Sequence[tuple[str, str]], mark: str, versions: Mapping[str, int]
) -> None:
    schema = ", ".join(f"`{c}` {kind}" for c, kind in columns)
    lake.append_small(
        "governance", name, rows, schema=schema, once=f"{name}/{mark}", made_from={"tables": dict(versions)}
    )


# --- drift ------------------------------------------------------------------------------------------------------------


def _profiles(lake: Tables) -> dict[str, dict[int, Version]]:
    """table -> version -> its profile, the oldest first."""
    if not lake.exists("governance", "quality_profile"):
        return {}
    found: dict[str, dict[int, dict[tuple[str, str], ColumnProfile]]] = {}
    rows = lake.arrow("governance", "quality_profile").to_pylist()
    for r in sorted(rows, key=lambda r: r["delta_version"]):
        p = ColumnProfile(r["institution"], r["column"], r["rows"], r["missing"], dict(r["buckets"]))
        versions = found.setdefault(f"{r['layer']}/{r['table']}", {})
        versions.setdefault(r["delta_version"], {})[p.institution, p.column] = p
    return {t: dict(v) for t, v in found.items()}


def _drifts(profiles: Mapping[str, Mapping[int, Version]]) -> dict[str, list[Drift]]:
    """How the newest profiled version of every table compares with its earlier ones."""
    newest = {t: list(versions.values())[-_HISTORY - 1 :] for t, versions in profiles.items()}
    return {t: compare(history, now) for t, (*history, now) in newest.items()}


def alarms(found: Mapping[str, Iterable[Drift]]) -> list[tuple[str, Drift]]:
    """(table, what drifted), in a fixed order."""
    return [(t, d) for t in sorted(found) for d in found[t] if d.status == "drifted"]


# --- the report -------------------------------------------------------------------------------------------------------


def write_report(lakehouse: Lakehouse) -> Path:
    """<lake>/reports/quality.html and .json, made from what governance/ keeps. LakehouseError before anything was judged."""
    every = _results(lakehouse.tables)
    if not every:
        raise _nothing_judged(lakehouse)
    data = build(SHEETS, _facts(lakehouse.tables, every))
    return lakehouse.write_report("quality", html=html(data), data=data)


def write_data_docs(lakehouse: Lakehouse, folder: Path) -> Path:
    """GX's pages of the standing results, in `folder`; the index. LakehouseError when no rule has judged anything yet."""
    from expectations.data_docs import Found, pages

    every, found = _results(lakehouse.tables), []
    if not every:
        raise _nothing_judged(lakehouse)
    for table, (version, judged) in _standing(every).items():
        row_rules = {r.id for r in SHEETS[table].rules if r.args.is_row_rule}
        shown = {j.rule_id: j for j in judged if j.rule_id in row_rules and j.status != "error"}
        tallies = {i: Tally(j.checked, j.checked, j.failed) for i, j in shown.items()}
        without = tuple(j.rule_id for j in judged if j.rule_id not in shown)
        found.append(Found(SHEETS[table], version, tallies, without))
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages(found, as_of=lakehouse.as_of).items():
        (folder / name).write_text(page, encoding="utf-8")
    return folder / "index.html"


def _nothing_judged(lakehouse: Lakehouse) -> LakehouseError:
    return LakehouseError(
        f"{lakehouse.settings.lake}: no rule has judged anything in this lake yet. `lakehouse run` does it."
    )


def _facts(lake: Tables, every: list[dict[str, Any]]) -> Facts:
    tables, now, profiles = _standing(every), table_versions(lake), _profiles(lake)
    return Facts(
        made_at=every[-1]["evaluated_at"],
        tables=tables,
        behind=sorted(t for t, (version, _) in tables.items() if now.get(t, version) != version),
        by_institution=_by_institution(lake, {t: version for t, (version, _) in tables.items()}, profiles),
        drifts=_drifts(profiles),
        trend=_trend(every),
    )


def _standing(every: list[dict[str, Any]]) -> dict[str, tuple[int, list[Judged]]]:
    """Of each table with a sheet, the version that was judged last and what its rules found."""
    found: dict[str, tuple[int, dict[str, Judged]]] = {}
    for r in every:
        table, version = f"{r['layer']}/{r['table']}", r["delta_version"]
        had = found.get(table, (version, {}))
        found[table] = (version, (had[1] if had[0] == version else {}) | {r["rule_id"]: _judged(r)})
    return {
        t: (found[t][0], [found[t][1][r.id] for r in sheet.rules if r.id in found[t][1]])
        for t, sheet in SHEETS.items()
        if t in found
    }


def _by_institution(
    lake: Tables, versions: Mapping[str, int], profiles: Mapping[str, Mapping[int, Version]]
) -> dict[tuple[str, str], dict[str, tuple[int, int]]]:
    """(table, institution that has rows in it) -> rule that is broken -> rows judged and failed."""
    found: dict[tuple[str, str], dict[str, tuple[int, int]]] = {
        (t, i): {} for t, v in versions.items() for i, column in profiles.get(t, {}).get(v, {}) if column == "" and i
    }
    if lake.exists("governance", "quality_institution"):
        for r in lake.arrow("governance", "quality_institution").to_pylist():
            table = f"{r['layer']}/{r['table']}"
            if versions.get(table) == r["delta_version"]:
                found.setdefault((table, r["institution"]), {})[r["rule_id"]] = (r["checked"], r["failed"])
    return found


def _trend(every: list[dict[str, Any]]) -> list[tuple[datetime, str, dict[str, Judged]]]:
    """After each of the last runs: when, which, and what stood then by rule. A run that judged a few tables moves those."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for r in every:
        runs.setdefault(r["run_id"], []).append(r)
    standing: dict[str, Judged] = {}
    states = []
    for n, (run, own) in enumerate(runs.items()):
        standing |= {r["rule_id"]: _judged(r) for r in own}
        if n >= len(runs) - _TREND:
            states.append((own[-1]["evaluated_at"], run, dict(standing)))
    return states


# --- by hand ----------------------------------------------------------------------------------------------------------


def selected(tables: Sequence[str] | None) -> list[RuleSheet]:
    """The sheets of these tables ("silver/observation"), or all."""
    if unknown := sorted(set(tables or ()) - set(SHEETS)):
        raise ConfigError(f"no rule sheet for {', '.join(unknown)}. There are sheets for: {', '.join(SHEETS)}.")
    return [SHEETS[t] for t in tables] if tables else list(SHEETS.values())


def propose_for(lake: Tables, tables: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Proposed rules of silver tables, from a profile of them as they are now."""
    there = [t for t in tables if t.startswith("silver/") and lake.exists(*t.split("/", 1))]
    return {t: propose(t, _profiled(lake, t), SHEETS.get(t)) for t in there}
