"""The report that a compliance officer signs: what was done to identifiers, what is left, and how safe the tables are.

Counts, codes, paths, hashes and shapes only. The page holds its own data, and is made from nothing else: whoever has the
file can make the page again and compare, so that what was signed is what was counted (`verify`).
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.errors import LakehouseError
from core.institution import Institution
from deid.policy import load_policies, load_profile

# What each thing that can happen to a record is called on the page, in both languages.
REASONS = {
    "deidentified": ("de-identified", "已去标识"),
    "deleted": ("deleted at the source", "来源已删除"),
    "no_policy": ("type has no policy", "资源类型无策略"),
    "fhir_release": ("FHIR release without policies", "该 FHIR 版本无策略"),
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
}
# Batches that are shown one by one; of earlier ones, the sum.
MOST_BATCHES = 24
EARLIER = "(earlier batches)"
NO_BATCH = "(in no batch any more)"
_TEXTS = frozenset(
    "annotation comment description detail display div note patientInstruction reason text title valueMarkdown valueString".split()
)
_PAGE = Path(__file__).with_suffix(".html")
_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


class ReportError(LakehouseError):
    """A file is no report, was changed after it was made, or speaks of other tables than the lake has."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What the report tells beside the counts of de-identification.

    `tables`: name -> {version, commit}, of the versions it speaks of. `residual`: table -> the newest scan of it.
    `publications`: what publishing did, with the risk before and after.
    """

    tables: Mapping[str, Mapping[str, Any]]
    residual: Mapping[str, Mapping[str, Any]]
    publications: list[Mapping[str, Any]]
    key_id: str


def build(
    rows: Iterable[Mapping[str, Any]], *, institutions: Mapping[str, Institution], facts: Facts
) -> dict[str, Any]:
    """The report's data, signed with its own hash.

    Reads the rows of governance/deidentification: those since everything was last de-identified anew count, because what
    they did together is what the table is. A record that was touched again since then counts again.
    """
    # Rows of lakes that did not keep the batch yet have none.
    every: list[Mapping[str, Any]] = sorted(({"batch_id": None, **r} for r in rows), key=lambda r: r["at"])
    since = max((r["at"] for r in every if r["is_whole"]), default=every[0]["at"])
    counted = [r for r in every if r["at"] >= since]
    newest = counted[-1]["at"]
    per: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in counted:
        if row["institution"]:
            per[row["institution"]].append(row)
    data = {
        "renderer": _renderer(),
        "made_at": f"{newest:%Y-%m-%dT%H:%M:%SZ}",
        "made_from": json.loads(counted[-1]["made_from"]),
        "runs": _runs(counted),
        "policy_version": load_policies().version,
        "key_id": facts.key_id,
        "tables": {name: dict(facts.tables[name]) for name in sorted(facts.tables)},
        "institutions": [_institution(institutions[i], per[i]) for i in sorted(per) if i in institutions],
        "linkage": {r["name"]: r["n"] for r in counted if r["kind"] == "link" and r["at"] == newest},
        "residual": {name: dict(facts.residual[name]) for name in sorted(facts.residual)},
        "publications": sorted((dict(p) for p in facts.publications), key=lambda p: p["view"]),
    }
    return {**data, "sha256": _hash(data)}


def _runs(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    runs: dict[Any, dict[str, Any]] = {}
    for r in rows:
        bronze = json.loads(r["made_from"])["bronze"]
        run = runs.setdefault(
            r["at"], {"at": f"{r['at']:%Y-%m-%dT%H:%M:%SZ}", "is_whole": r["is_whole"], "bronze": bronze, "records": 0}
        )
        run["records"] += r["n"] if r["kind"] == "record" else 0
    return list(runs.values())


def _institution(institution: Institution, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    profile = load_profile(institution.profile)
    if profile.dates == "year":  # what the profile makes of the policies' verb
        rows = [{**r, "detail": "year"} if r["kind"] == "path" and r["detail"] == "date_shift" else r for r in rows]
    batches: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    names = sorted({r["batch_id"] for r in rows if r["batch_id"]})
    for r in rows:
        if r["kind"] != "shape":
            batch = r["batch_id"] or NO_BATCH
            batches[batch if batch in (NO_BATCH, *names[-MOST_BATCHES:]) else EARLIER].append(r)
    return {
        "id": institution.id,
        "name": institution.name,
        "profile": institution.profile,
        "method": profile.method,
        "source": profile.source,
        "consent": institution.consent,
        "approval": institution.approval,
        **_counts(rows),
        "shapes": _shapes(rows),
        "batches": [{"batch": name, **_counts(batches[name])} for name in sorted(batches)],
    }


def _counts(rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    """What was done, in all: records by what became of them, elements by path and verb, findings in text."""
    types: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for r in _of(rows, "record"):
        types[r["resource_type"]][r["name"]] += r["n"]
    paths = _merged(_of(rows, "path"))
    return {
        "records": _summed(_of(rows, "record"), "name"),
        "types": {t: dict(types[t]) for t in sorted(types)},
        "verbs": _summed(_of(rows, "path"), "detail"),
        "paths": [[p["name"], p["detail"], p["n"]] for p in sorted(paths, key=lambda p: (p["name"], p["detail"]))],
        "entities": [[e["name"], e["detail"], e["n"]] for e in _merged(_of(rows, "entity"))],
        "text": _text(_of(rows, "path")),
        "extensions": [[e["name"], e["n"]] for e in _merged(_of(rows, "extension"))],
    }


def _text(paths: list[Mapping[str, Any]]) -> dict[str, int]:
    """Texts: scanned (of these in attachments), removed unread by the policy, removed because they could not be scanned."""
    done = {"scanned": 0, "attachments": 0, "removed": 0, "failed": 0}
    for r in paths:
        last = r["name"].rsplit(".", 1)[-1]
        if r["detail"] == "scan_text":
            done["scanned"] += r["n"]
            done["attachments"] += r["n"] if last == "data" else 0
        elif r["detail"] == "scan_failed":
            done["failed"] += r["n"]
        elif r["detail"] == "remove" and last in _TEXTS:
            done["removed"] += r["n"]
    return done


def _shapes(rows: list[Mapping[str, Any]]) -> list[list[Any]]:
    """[path, shape before, shape after, how often in the sample]."""
    found = _merged(_of(rows, "shape"))
    return sorted([s["name"], *s["detail"].split(" → ", 1), s["n"]] for s in found)


def _of(rows: list[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    return [r for r in rows if r["kind"] == kind]


def _summed(rows: list[Mapping[str, Any]], by: str) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for r in rows:
        total[r[by]] += r["n"]
    return dict(sorted(total.items(), key=lambda kv: (-kv[1], kv[0])))


def _merged(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same thing found in several types and batches, added up."""
    total: dict[tuple[str, str], int] = defaultdict(int)
    for r in rows:
        total[r["name"], r["detail"]] += r["n"]
    return [{"name": n, "detail": d, "n": c} for (n, d), c in sorted(total.items(), key=lambda kv: (-kv[1], kv[0]))]


# --- the files --------------------------------------------------------------------------------------------------------


def _canonical(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _hash(data: Mapping[str, Any]) -> str:
    return sha256(_canonical({k: v for k, v in data.items() if k != "sha256"}).encode()).hexdigest()


@cache
def _renderer() -> str:
    """Which page: one made by another version of it cannot be made again by this one."""
    return sha256(_PAGE.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:16]


def html(data: Mapping[str, Any]) -> str:
    """The page, self-contained, in Chinese and English, with the data in it; made from what a reader of the file has."""
    pages = Environment(loader=FileSystemLoader(_PAGE.parent), autoescape=True, undefined=StrictUndefined)
    # As JSON that is also safe inside a page.
    packed = _canonical(data).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return pages.get_template(_PAGE.name).render(r=json.loads(packed), reasons=REASONS, packed=packed)


def verify(text: str) -> dict[str, Any]:
    """The data of a report file (page or JSON) that is as it was made. ReportError says what is wrong with another."""
    packed = _DATA.search(text)
    try:
        data = json.loads(packed[1] if packed else text)
        said = data["sha256"]
    except (ValueError, KeyError, TypeError):
        raise ReportError("this is no report of `lakehouse report`, or its data is damaged.") from None
    if said != _hash(data):
        raise ReportError("the report's data was changed after it was made: its hash does not agree.")
    if packed and data["renderer"] != _renderer():
        raise ReportError(
            "the page was made by another version of this software, which alone can make it again. Check the .json file beside it."
        )
    if packed and html(data) != text:
        raise ReportError("the page was changed after it was made: it does not say what its data says.")
    return dict(data)
