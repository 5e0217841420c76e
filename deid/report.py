"""The report that a compliance officer reads: what a run did to identifiers, in counts. One page, and the data under it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from core.institution import Institution
from deid.policy import load_policies, load_profile

# What each thing that can happen to a record is called on the page, in both languages.
REASONS = {
    "deidentified": ("de-identified", "已去标识"),
    "deleted": ("deleted at the source", "来源已删除"),
    "no_policy": ("type has no policy", "资源类型无策略"),
    "no_subject": ("whose it is cannot be told", "无法确定所属患者"),
    "unknown_modifier_extension": ("unknown modifierExtension", "未知修饰扩展"),
    "not_deidentifiable": ("could not be worked on", "无法处理"),
    "no_consent": ("no consent", "无知情同意"),
    "consent_withdrawn": ("consent withdrawn", "同意已撤回"),
    "consent_denied": ("consent denied", "拒绝同意"),
    "consent_expired": ("consent expired", "同意已过期"),
    "consent_not_yet_valid": ("consent not yet valid", "同意尚未生效"),
    "consent_not_research": ("consent is not for research", "同意不含研究用途"),
    "outside_consent_window": ("outside the time that consent covers", "超出同意所涵盖的数据时段"),
    "fhir_release": ("no policies for its FHIR release", "该FHIR版本无策略"),
}


def build(rows: Iterable[Mapping[str, Any]], *, institutions: Mapping[str, Institution], key_id: str) -> dict[str, Any]:
    """The report's data from the counts of one run (rows of governance/deidentification): counts, codes and hashes only."""
    rows = list(rows)
    per: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["institution"]:
            per[row["institution"]].append(row)
    policies = load_policies()
    return {
        "made_at": rows[0]["at"],
        "made_from": json.loads(rows[0]["made_from"]),
        "covers": "all current records" if rows[0]["is_whole"] else "records touched by this run",
        "policy_version": policies.version,
        "key_id": key_id,
        "institutions": [_institution(institutions[i], per[i]) for i in sorted(per) if i in institutions],
        "linkage": {r["name"]: r["n"] for r in rows if r["kind"] == "link"},
    }


def _institution(institution: Institution, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    profile = load_profile(institution.profile)
    if profile.dates == "year":  # what the profile makes of the policies' verb
        rows = [{**r, "detail": "year"} if r["kind"] == "path" and r["detail"] == "date_shift" else r for r in rows]
    types: dict[str, dict[str, int]] = defaultdict(dict)
    for r in _of(rows, "record"):
        types[r["resource_type"]][r["name"]] = r["n"]
    records: dict[str, int] = defaultdict(int)
    for counts in types.values():
        for name, n in counts.items():
            records[name] += n
    return {
        "id": institution.id,
        "name": institution.name,
        "profile": institution.profile,
        "method": profile.method,
        "source": profile.source,
        "consent": institution.consent,
        "approval": institution.approval,
        "records": dict(sorted(records.items(), key=lambda kv: -kv[1])),
        "types": {t: types[t] for t in sorted(types)},
        "verbs": _summed(_of(rows, "path"), "detail"),
        "paths": [_cut(r, "resource_type", "name", "detail", "n") for r in _of(rows, "path")],
        "entities": [_cut(r, "name", "detail", "n") for r in _merged(_of(rows, "entity"))],
        "text": _text(_of(rows, "path")),
        "extensions": [_cut(r, "name", "n") for r in _merged(_of(rows, "extension"))],
    }


def _text(paths: list[Mapping[str, Any]]) -> dict[str, int]:
    """Texts that were scanned, and those that were removed because they could not be."""
    done = _summed(paths, "detail")
    return {
        name: done.get(verb, 0) for name, verb in (("scanned 已扫描", "scan_text"), ("removed 已删除", "scan_failed"))
    }


def _of(rows: list[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    return [r for r in rows if r["kind"] == kind]


def _cut(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {n: row[n] for n in names}


def _summed(rows: list[Mapping[str, Any]], by: str) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for r in rows:
        total[r[by]] += r["n"]
    return dict(sorted(total.items(), key=lambda kv: (-kv[1], kv[0])))


def _merged(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same thing found in several types, added up."""
    total: dict[tuple[str, str], int] = defaultdict(int)
    for r in rows:
        total[r["name"], r["detail"]] += r["n"]
    return [{"name": n, "detail": d, "n": c} for (n, d), c in sorted(total.items(), key=lambda kv: (-kv[1], kv[0]))]


def html(data: Mapping[str, Any]) -> str:
    """The page, self-contained, in Chinese and English."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(["html"]))
    return templates.get_template("report.html").render(r=data, reasons=REASONS)
