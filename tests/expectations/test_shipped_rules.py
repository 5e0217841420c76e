"""Every shipped rule has rows that break it, rows that do not, and code lists that are FHIR's."""

import importlib
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
import yaml
from quality_rows import AS_OF, ROWS, SHEETS, example, spark_type
from tables import local_frame

from core import fhir
from expectations.context import CLASS, named_columns
from expectations.evaluate import RuleResult, evaluate_all
from expectations.sheet import RuleSheet
from governance.contract import load_contract
from transforms.silver.runner import CARRIED
from transforms.silver.view import load_views

# rule -> the FHIR element whose required code list it repeats. `fhir.resources` ends a long list with "+".
FHIR_CODES = {
    f"{table}_{field}_is_a_fhir_code": (table.title().replace("_", ""), field)
    for table, field in (
        ("encounter", "status"), ("observation", "status"), ("medication_request", "status"),
        ("medication_request", "intent"), ("medication_administration", "status"), ("procedure", "status"),
        ("diagnostic_report", "status"), ("document_reference", "status"), ("immunization", "status"),
        ("consent", "status"), ("adverse_event", "actuality"), ("location", "status"), ("research_study", "status"),
        ("research_subject", "status"), ("group", "type"), ("allergy_intolerance", "criticality"),
        ("medication_statement", "status"), ("medication", "status"), ("service_request", "status"),
        ("service_request", "intent"), ("service_request", "priority"), ("specimen", "status"),
        ("imaging_study", "status"), ("device", "status"), ("care_plan", "status"), ("care_plan", "intent"),
        ("care_team", "status"), ("family_member_history", "status"), ("questionnaire_response", "status"),
        ("coverage", "status"), ("claim", "status"), ("claim", "use"), ("explanation_of_benefit", "status"),
        ("explanation_of_benefit", "use"), ("explanation_of_benefit", "outcome"), ("related_person", "gender"),
        ("list", "status"), ("list", "mode"), ("appointment", "status"), ("episode_of_care", "status"),
        ("library", "status"),
    )
} | {"patient_gender_is_administrative": ("Patient", "gender")}  # fmt: skip
# Code lists that fhir.resources does not have, from the value sets named in the rules.
BY_HAND = {
    "condition_clinical_status_is_a_fhir_code",
    "condition_verification_status_is_a_fhir_code",
    "observation_comparator_is_a_fhir_code",
}
RULES = {r.id: r for sheet in SHEETS.values() for r in sheet.rules}


def test_every_rule_has_rows_that_break_it_and_no_row_is_left_over():
    rows = {str(f.relative_to(ROWS).with_suffix("")) for f in ROWS.rglob("*.yaml")}
    assert rows == set(SHEETS)
    for name, sheet in SHEETS.items():
        bad = example(name).bad
        assert sorted(bad) == sorted(r.id for r in sheet.rules), name
        assert all(bad.values()), name


def test_every_fhir_code_rule_is_compared_with_fhir():
    assert {r for r in RULES if r.endswith("_is_a_fhir_code")} <= set(FHIR_CODES) | BY_HAND


@pytest.mark.parametrize("rule_id", FHIR_CODES)
def test_a_code_list_is_fhirs(rule_id):
    kind, field = FHIR_CODES[rule_id]
    model = getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    codes = set(model.model_fields[field].json_schema_extra["enum_values"])
    ours = set(RULES[rule_id].args.value_set)
    assert codes - {"+"} <= ours if "+" in codes else codes == ours


def test_the_known_types_are_all_fhir_types():
    known = set(RULES["resource_type_is_fhir"].args.value_set)
    assert known == fhir.resource_types("R4") | fhir.resource_types("R4B") | fhir.resource_types("R5")


def test_a_critical_rule_lets_no_row_through():
    assert [r.id for r in RULES.values() if r.severity == "critical" and r.mostly is not None] == []


def test_the_gold_sheets_name_columns_of_the_contracts():
    contracts = Path(__file__).parents[2] / "transforms" / "gold"
    for name, sheet in SHEETS.items():
        if sheet.layer == "gold":
            promised = yaml.safe_load((contracts / f"{sheet.table}.yaml").read_text(encoding="utf-8"))["columns"]
            assert {c for r in sheet.rules for c in r.args.columns()} <= set(promised), name


def test_every_view_has_a_sheet_that_names_its_columns():
    views = load_views()
    sheets = {sheet.table: sheet for sheet in SHEETS.values() if sheet.layer == "silver"}
    assert set(sheets) == set(views)
    for table, sheet in sheets.items():
        columns = {*CARRIED, *(c.name for c in views[table].columns)}
        own = {c for r in sheet.rules for c in r.args.columns() if "__" not in c}  # the others: expectations/context.py
        assert own <= columns, table


def test_a_published_class_is_of_the_contracts_quasi_identifiers():
    """k is judged by them: a contract with others needs its own relation in expectations/context.py."""
    contracts = Path(__file__).parents[2] / "transforms" / "gold"
    for sheet in SHEETS.values():
        if "people" in named_columns(sheet):
            contract = yaml.safe_load((contracts / f"{sheet.file.stem}.yaml").read_text(encoding="utf-8"))
            assert {c for c, said in contract["columns"].items() if said["role"] == "quasi"} == set(CLASS), sheet.name
            assert RULES[f"published_{sheet.file.stem}_is_k_anonymous"].args.min_value == contract["k"]


def test_every_published_view_has_a_sheet():
    for file in (Path(__file__).parents[2] / "transforms" / "gold").glob("*.yaml"):
        if not file.stem.startswith("_") and (contract := load_contract(file)).is_published:
            assert f"published/{contract.grade.value}/{file.stem}" in SHEETS


@pytest.fixture(scope="module")
def judged(spark) -> dict[str, dict[str, RuleResult]]:
    """What came of every rule of every sheet, on its good rows and on those that break it: one evaluation of all tables.

    A table that rules of several sheets refer to is there once, with the keys that all of them need.
    """
    keys: dict[str, dict[str, set[str]]] = {}
    for name in SHEETS:
        for table, columns in example(name).tables.items():
            for column, values in columns.items():
                keys.setdefault(table, {}).setdefault(column, set()).update(values)
    tables = {
        t: local_frame(spark, dict.fromkeys(columns, "string"), list(zip_longest(*map(sorted, columns.values()))))
        for t, columns in keys.items()
    }
    tried = [(_tried(sheet), _tagged(spark, name)) for name, sheet in SHEETS.items()]
    sizes = {name: len(_cases(name)) for name in SHEETS}
    found = evaluate_all(tried, as_of=AS_OF, read=tables.get, sizes=sizes)
    return {name: {r.rule_id: r for r in results} for name, results in zip(SHEETS, found, strict=True)}


@pytest.mark.spark
@pytest.mark.parametrize("name", SHEETS)
def test_good_rows_pass_every_rule_and_bad_rows_break_theirs(judged, name):
    """Each rule is judged on the good rows, and on those with the rows that break it."""
    rows, sheet, found = example(name), SHEETS[name], judged[name]
    assert {i: r.message for i, r in found.items() if i.startswith("good_") and r.status != "passed"} == {}
    assert {i for i, r in found.items() if i.startswith("good_") and r.failed} == set()
    assert {i: r.status for i, r in found.items() if i.startswith("bad_") and r.status != "failed"} == {}
    # a duplicate is two failing rows, all others fail alone
    short = {
        r.id: found[f"bad_{r.id}"].failed for r in sheet.rules if found[f"bad_{r.id}"].failed < len(rows.bad[r.id])
    }
    assert short == {}


def _cases(name: str) -> list[tuple[Mapping[str, Any], str]]:
    """The good rows of a table and those that break a rule, each with its case: "good" or the rule."""
    rows = example(name)
    return [(r, "good") for r in rows.good] + [(r, rule) for rule, bad in rows.bad.items() for r in bad]


def _tagged(spark, name: str):
    columns = [*example(name).good[0], "case"]
    rows = [_values(row | {"case": case}, columns) for row, case in _cases(name)]
    return local_frame(spark, {c: spark_type(c) for c in columns}, rows)


def _tried(sheet: RuleSheet) -> RuleSheet:
    """Each rule twice: on the good rows, and on those with the rows that are to break it."""

    def only(rule, prefix, cases):
        condition = f"case IN ({cases})" + (f" AND ({rule.args.row_condition})" if rule.args.row_condition else "")
        args = rule.args.model_copy(update={"row_condition": condition})
        return rule.model_copy(update={"id": f"{prefix}_{rule.id}", "args": args})

    good = [only(r, "good", "'good'") for r in sheet.rules]
    bad = [only(r, "bad", f"'good', '{r.id}'") for r in sheet.rules]
    return sheet.model_copy(update={"rules": (*good, *bad)})


def _values(row, columns):
    from datetime import datetime
    from decimal import Decimal

    def typed(column, value):
        kind = spark_type(column)
        if value is None:
            return None
        if kind.startswith("decimal"):
            return Decimal(str(value))
        if kind == "double":
            return float(value)
        if kind == "timestamp":
            return datetime.fromisoformat(value)
        return value

    return tuple(typed(c, row[c]) for c in columns)
