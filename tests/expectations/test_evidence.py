"""Profiles, drift, scores, proposals and the report: what is kept and shown of quality. No JVM."""

import fnmatch
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from expectations.drift import compare, divergence
from expectations.profile import OTHER, Cell, ColumnProfile, guarded, profile, profile_rows
from expectations.propose import propose, to_yaml
from expectations.report import Facts, build, html
from expectations.score import Judged, of_institution, score
from expectations.sheet import RULES, load_sheet, load_sheets

# --- profiles ---------------------------------------------------------------------------------------------------------


def kept(table: pa.Table, rows: int | None = None) -> dict[tuple[str, str], ColumnProfile]:
    return {
        (p.institution, p.column): p for p in profile(table.column_names, rows, lambda some: table.select(list(some)))
    }


def rows_of(**columns) -> pa.Table:
    n = max(len(v) for v in columns.values() if isinstance(v, list))
    return pa.table({c: v if isinstance(v, list) else [v] * n for c, v in columns.items()})


@pytest.mark.parametrize("rows", [None, 60])
def test_rows_missing_values_and_codes_are_counted_by_institution(rows):
    table = rows_of(
        institution=["a"] * 40 + ["b"] * 20,
        subject_key=[f"p{n}" for n in range(60)],
        status=["final"] * 25 + ["amended"] * 15 + ["final"] * 20,
        note=["x"] * 25 + [None] * 35,
        value=[64.0] * 60, code="8867-4", unit_ucum="/min",
    )  # fmt: skip
    found = kept(table, rows)
    assert (found["a", ""].rows, found["b", ""].rows) == (40, 20)
    assert found["a", "status"].buckets == {"final": 25, "amended": 15}
    assert (found["a", "note"].missing, found["b", "note"].missing, found["a", "note"].buckets) == (15, 20, {})
    assert found["a", "value of 8867-4 /min"].buckets == {"2^48/8": 40}


def test_what_fewer_than_eleven_people_have_is_not_told():
    """Twelve rows of one person are one person; and what is left over must not give a small number away."""
    table = rows_of(
        institution="a", subject_key=[f"p{n}" for n in range(50)] + ["p1"] * 12,
        code=["common"] * 30 + ["usual"] * 12 + ["rare"] * 8 + ["his"] * 12,
        note=["x"] * 57 + [None] * 5, gone=[None] * 62,
    )  # fmt: skip
    found = kept(table)
    assert found["a", "code"].buckets == {"common": 30, "usual": 12, OTHER: 20}
    assert found["a", "note"].missing is None
    assert found["a", "gone"].missing == 62
    assert "his" not in repr(profile_rows("silver/condition", 3, found.values(), datetime(2025, 1, 1, tzinfo=UTC)))


def test_a_small_rest_takes_the_smallest_code_with_it():
    cells = [Cell("a", "", None, 50, 50), Cell("a", "code", None, 50, 50)]
    cells += [Cell("a", "code", "x", 30, 30), Cell("a", "code", "y", 15, 15), Cell("a", "code", "z", 5, 5)]
    assert {p.column: dict(p.buckets) for p in guarded(cells)}["code"] == {"x": 30, OTHER: 20}


def test_an_institution_of_ten_rows_tells_nothing():
    found = kept(rows_of(institution="a", subject_key=[f"p{n}" for n in range(10)], status="final"))
    assert {(p.rows, p.missing, len(p.buckets)) for p in found.values()} <= {(None, None, 0), (None, 0, 0)}


# --- drift ------------------------------------------------------------------------------------------------------------


def version(rows=1000, missing=100, **codes):
    columns = {"": (rows, 0, {}), "unit": (rows, missing, codes or {"mg/dL": 600, "mmol/L": 300})}
    return {("a", c): ColumnProfile("a", c, r, m, b) for c, (r, m, b) in columns.items()}


def drifted(*versions):
    *history, now = versions
    return {d.kind: d.status for d in compare(history, now)}


def test_too_little_history_is_no_verdict():
    assert set(drifted(*[version()] * 4).values()) == {"no_history"}


def test_what_stays_the_same_is_stable_and_so_is_steady_growth():
    assert set(drifted(*[version()] * 5).values()) == {"stable"}
    growing = [version(rows=n, missing=n // 10) for n in (1000, 1300, 1690, 2197, 2856, 3712)]
    assert set(drifted(*growing).values()) == {"stable"}


def test_each_kind_of_change_is_found_and_only_that():
    past = [version(rows=1000 + n, missing=100 + n) for n in range(5)]
    assert drifted(*past, version(rows=600, missing=60))["volume"] == "drifted"
    assert drifted(*past, version(missing=300))["missing"] == "drifted"
    swapped = drifted(*past, version(**{"mg/dL": 300, "mmol/L": 600}))
    assert swapped == {"volume": "stable", "missing": "stable", "frequencies": "drifted"}


def test_an_institution_that_is_gone_is_a_drift_of_volume():
    there = [version()] * 5
    (gone,) = [d for d in compare(there, {}) if d.kind == "volume"]
    assert (gone.institution, gone.status) == ("a", "drifted")


def test_few_rows_are_no_verdict():
    small = [version(rows=50, missing=20, x=20, y=10)] * 6
    assert set(drifted(*small).values()) == {"too_few"}


def test_divergence_is_0_alike_and_1_apart():
    assert divergence({"x": 5, "y": 5}, {"x": 50, "y": 50}) == 0
    assert divergence({"x": 5}, {"y": 9}) == 1
    assert divergence({"x": 50, "y": 50}, {"x": 75, "y": 25}) == pytest.approx(0.049, abs=0.001)


# --- scores -----------------------------------------------------------------------------------------------------------


def judged(rule, severity, status, checked, failed, dimension="completeness"):
    return Judged(rule, dimension, severity, status, checked, failed)


def test_the_score_is_the_weighted_share_of_rows_that_pass():
    found = score([
        judged("a", "critical", "passed", 10, 0, "conformance"), judged("b", "major", "failed", 10, 5),
        judged("c", "minor", "not_applicable", 0, 0), judged("d", "minor", "error", 0, 0),
    ])  # fmt: skip
    assert found.value == pytest.approx(100 * (5 * 1 + 3 * 0.5 + 1 * 0) / 9)
    assert found.by_dimension == {"conformance": 100, "completeness": pytest.approx(100 * 1.5 / 4)}
    assert (found.passed, found.failed, found.is_blocked) == (1, 2, False)


def test_no_average_hides_a_broken_critical_rule_and_nothing_judged_has_no_score():
    assert score([judged("a", "critical", "error", 0, 0), judged("b", "minor", "passed", 9, 0)]).is_blocked
    assert score([judged("a", "critical", "not_applicable", 0, 0)]).value is None


def test_an_institution_is_scored_on_its_own_rows():
    """Of 10 bad rows 9 are A's; what nobody breaks, everybody keeps; what judged no row of B does not count for B."""
    whole = [
        judged("a", "major", "failed", 40, 10),
        judged("b", "major", "passed", 5, 0),
        judged("c", "major", "failed", 4, 4),
    ]
    a = score(of_institution(whole, {"a": (20, 9), "c": (4, 4)}))
    b = score(of_institution(whole, {"a": (20, 1)}))
    assert (a.value, b.value) == (pytest.approx(100 * (0.55 + 1 + 0) / 3), pytest.approx(100 * (0.95 + 1) / 2))
    assert (a.failed, b.failed) == (2, 1)


# --- proposals --------------------------------------------------------------------------------------------------------


def test_proposals_are_rules_that_the_data_keeps_and_the_sheet_lacks(tmp_path):
    n = 240
    table = rows_of(
        institution="a", subject_key=[f"p{k}" for k in range(n)], status=["final", "amended"] * (n // 2),
        priority_code=["stat", "routine"] * (n // 2 - 1) + ["secret-1", "secret-2"], note=["x"] * (n - 1) + [None],
        value=[4.2 + 0.01 * k for k in range(n)], code="9999-9", unit_ucum="mmol/L",
    )  # fmt: skip
    stanzas = propose("silver/observation", kept(table).values(), load_sheet(RULES / "silver/observation.yaml"))
    file = tmp_path / "rules" / "silver" / "observation.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(to_yaml({"silver/observation": stanzas}), encoding="utf-8")

    proposed = {r.id: r for r in load_sheet(file).rules}  # a sheet that `quality check` accepts
    assert "observation_has_priority_code" in proposed
    assert "observation_has_status" not in proposed, "the sheet asks for it already"
    assert "observation_has_note" not in proposed, "one is missing"
    assert "secret" not in file.read_text(), "a vocabulary with a rare code is not proposed"
    bounds = proposed["observation_9999_9_is_in_range"].args
    assert bounds.min_value < 4.2 / 1.5
    assert bounds.max_value > 6.6 * 1.5


# --- the report -------------------------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path):
    file = tmp_path / "rules" / "silver" / "condition.yaml"
    file.parent.mkdir(parents=True)
    why = "</script><b>because</b>"
    rules = [
        {"id": i, "expect": "expect_column_values_to_not_be_null", "args": {"column": "code"}, "dimension": "completeness",
         "severity": severity, "because": why} for i, severity in (("rule_a", "critical"), ("rule_b", "major"), ("rule_c", "minor"))
    ]  # fmt: skip
    file.write_text(yaml.safe_dump(rules))
    found = [
        judged("rule_a", "critical", "passed", 10, 0),
        judged("rule_b", "major", "failed", 10, 4),
        judged("rule_c", "minor", "error", 0, 0),
    ]
    at = datetime(2025, 1, 1, tzinfo=UTC)
    history, now = [version(rows=1000 + n, missing=100 + n) for n in range(5)], version(missing=300)
    facts = Facts(
        made_at=at, tables={"silver/condition": (7, found)}, behind=[],
        by_institution={("silver/condition", "hospital_a"): {"rule_b": (6, 4)}, ("silver/condition", "hospital_b"): {"rule_b": (4, 0)}},
        drifts={"silver/condition": compare(history, now)},
        trend=[(at, f"run-{n}", {j.rule_id: j for j in found[: n + 1]}) for n in range(3)],
    )  # fmt: skip
    return build({"silver/condition": load_sheet(file)}, facts)


def test_the_report_has_the_worst_first_the_version_the_institutions_and_the_drift(data):
    assert [r["id"] for r in data["rules"]] == ["rule_b", "rule_c", "rule_a"]
    assert [(t["table"], t["delta_version"]) for t in data["tables"]] == [("silver/condition", 7)]
    assert [(i["institution"], i["failed"]) for i in data["institutions"]] == [("hospital_a", 2), ("hospital_b", 1)]
    assert [(d["kind"], d["column"]) for d in data["drifts"]] == [("missing", "unit")]
    assert [round(s["value"], 1) for s in data["trend"]] == [100.0, 85.0, 75.6]


def test_the_page_stands_alone_in_two_languages_and_carries_its_data(data):
    page = html(data)
    assert "数据质量报告" in page
    assert "Data quality" in page
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', page) == []
    assert "<b>because</b>" not in page, "texts of rule sheets are escaped"
    packed = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert json.loads(packed[1])["rules"] == data["rules"]


def test_a_date_in_a_rule_is_told(tmp_path):
    """Bounds are days in YAML; the JSON beside the page takes text."""
    sheet = load_sheet(RULES / "silver/consent.yaml")
    found = [judged(r.id, r.severity, "passed", 5, 0, r.dimension) for r in sheet.rules]
    facts = Facts(datetime(2025, 1, 1, tzinfo=UTC), {sheet.name: (1, found)}, [], {}, {}, [])
    assert str(date(1950, 1, 1)) in html(build({sheet.name: sheet}, facts))


def test_the_documented_coverage_names_rules_that_there_are():
    """docs/quality.md: all 27 check types of DataQualityDashboard, and no rule that is not."""
    text = (Path(__file__).parents[2] / "docs" / "quality.md").read_text(encoding="utf-8")
    rules = [r.id for sheet in load_sheets().values() for r in sheet.rules] + ["tables_look_like_before"]
    said = text[text.index("| Check type |") : text.index("Bounds of measurements")]
    named = set(re.findall(r"`([a-z0-9_*]+)`", said)) - {"*"}
    assert [n for n in sorted(named) if not fnmatch.filter(rules, n)] == []
    kinds = {k.strip() for line in said.splitlines()[2:] if line.startswith("|") for k in line.split("|")[1].split(",")}
    assert len(kinds) == 27
