"""The report on quality: what it says, as data, and as one page in Chinese and English. Counts and names of rules only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isinf
from pathlib import Path
from typing import Any

from core.pages import render
from expectations.drift import Drift
from expectations.score import DIMENSIONS, WEIGHTS, Judged, of_institution, score
from expectations.sheet import Rule, RuleSheet

_PAGE = Path(__file__).with_suffix(".html")
LAYERS = ("bronze", "deid", "silver", "gold", "published")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the report tells.

    `tables`: table -> its newest judged version and what each rule found. `behind`: tables that changed since. `by_institution`: (table,
    institution) -> rule -> rows judged and failed. `trend`: after each run, when, which, and what stood then by rule, oldest first.
    """

    made_at: datetime
    tables: Mapping[str, tuple[int, Sequence[Judged]]]
    behind: Sequence[str]
    by_institution: Mapping[tuple[str, str], Mapping[str, tuple[int, int]]]
    drifts: Mapping[str, Sequence[Drift]]
    trend: Sequence[tuple[datetime, str, Mapping[str, Judged]]]


def build(sheets: Mapping[str, RuleSheet], facts: Facts) -> dict[str, Any]:
    """The report's data, as the JSON beside the page has it."""
    rules = [
        _rule(sheets[table], rule, judged, facts)
        for table, (_, found) in facts.tables.items()
        for rule, judged in _paired(sheets[table], found)
    ]
    every = [j for _, found in facts.tables.values() for j in found]
    return {
        "made_at": f"{facts.made_at:%Y-%m-%dT%H:%M:%SZ}",
        "formula": {"weights": WEIGHTS, "dimensions": list(DIMENSIONS)},
        "score": score(every).to_dict(),
        "layers": [
            {"layer": layer} | score(own).to_dict()
            for layer in LAYERS
            if (own := [j for t, (_, found) in facts.tables.items() if t.startswith(f"{layer}/") for j in found])
        ],
        "tables": [_table(t, version, found, facts) for t, (version, found) in sorted(facts.tables.items())],
        "institutions": _institutions(facts),
        "behind": list(facts.behind),
        "rules": sorted(rules, key=_worst_first),
        "drifts": [_drift(t, d) for t in sorted(facts.drifts) for d in facts.drifts[t] if d.status == "drifted"],
        "compared": _compared(facts),
        "trend": [
            {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "run": run} | score(standing.values()).to_dict()
            for at, run, standing in facts.trend
        ],
    }


def _paired(sheet: RuleSheet, found: Sequence[Judged]) -> list[tuple[Rule, Judged]]:
    by_id = {j.rule_id: j for j in found}
    return [(rule, by_id[rule.id]) for rule in sheet.rules if rule.id in by_id]


def _rule(sheet: RuleSheet, rule: Rule, judged: Judged, facts: Facts) -> dict[str, Any]:
    counts = {
        i: found[rule.id] for (t, i), found in facts.by_institution.items() if t == sheet.name and rule.id in found
    }
    args = rule.args.model_dump(mode="json", exclude_none=True, exclude={"condition_parser"})
    return {
        "id": rule.id, "table": sheet.name, "expect": rule.expect, "args": _short(args), "dimension": rule.dimension,
        "severity": rule.severity, "mostly": rule.mostly, "because": rule.because, "source": rule.source,
        "status": judged.status, "checked": judged.checked, "failed": judged.failed, "share": judged.share,
        "institutions": {i: list(counts[i]) for i in sorted(counts)},
        "trend": [[s[rule.id].checked, s[rule.id].failed] for _, _, s in facts.trend if rule.id in s],
    }  # fmt: skip


def _short(args: dict[str, Any]) -> dict[str, Any]:
    return {k: f"{len(v)} values" if isinstance(v, list) and len(v) > 12 else v for k, v in args.items()}


def _worst_first(rule: Mapping[str, Any]) -> tuple[Any, ...]:
    """By how much the rule takes from the score; failed ones before those that pass with violations."""
    lost = WEIGHTS[rule["severity"]] * (1 - (1.0 if rule["share"] is None else rule["share"]))
    order = {"error": 0, "failed": 1, "passed": 2, "not_applicable": 3}[rule["status"]]
    return (order > 1, -lost, order, rule["table"], rule["id"])


def _table(table: str, version: int, found: Sequence[Judged], facts: Facts) -> dict[str, Any]:
    per = {i: score(of_institution(found, counts)) for (t, i), counts in facts.by_institution.items() if t == table}
    return {
        "table": table,
        "delta_version": version,
        **score(found).to_dict(),
        "clean": sum(j.status == "passed" and not j.failed for j in found),
        "with_violations": sum(j.status == "passed" and j.failed > 0 for j in found),
        "not_applicable": sum(j.status == "not_applicable" for j in found),
        "institutions": {i: per[i].to_dict() for i in sorted(per)},
    }


def _institutions(facts: Facts) -> list[dict[str, Any]]:
    names = sorted({i for _, i in facts.by_institution if i})
    found = []
    for name in names:
        judged: list[Judged] = []
        for (table, i), counts in facts.by_institution.items():
            if i == name and table in facts.tables:
                judged += of_institution(facts.tables[table][1], counts)
        found.append({"institution": name} | score(judged).to_dict())
    return found


def _drift(table: str, d: Drift) -> dict[str, Any]:
    statistic = None if d.statistic is None or isinf(d.statistic) else d.statistic
    return {"table": table} | d._asdict() | {"statistic": statistic}


def _compared(facts: Facts) -> dict[str, int]:
    found = {"stable": 0, "drifted": 0, "no_history": 0, "too_few": 0}
    for drifts in facts.drifts.values():
        for d in drifts:
            found[d.status] += 1
    return found


def html(data: Mapping[str, Any]) -> str:
    """The page, self-contained, with the data in it."""
    return render(_PAGE, data, words=WORDS)


# English -> Chinese, of the words that the data holds.
WORDS = {
    "conformance": "规范性", "completeness": "完整性", "plausibility": "合理性", "timeliness": "时效性", "consistency": "一致性",
    "critical": "严重", "major": "重要", "minor": "次要", "passed": "通过", "failed": "未通过", "error": "无法判定",
    "not_applicable": "不适用", "volume": "数据量", "missing": "缺失率", "frequencies": "分布", "stable": "稳定", "drifted": "漂移",
    "no_history": "历史不足", "too_few": "数据过少",
}  # fmt: skip
