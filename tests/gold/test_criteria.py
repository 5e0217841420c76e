"""Definitions of criteria, without a JVM."""

import pytest

from transforms.gold._criteria import ATC, LOINC, RXNORM, SNOMED, compile_criteria, compile_criterion

NOTHING = dict.fromkeys(
    ("code", "code_system", "value_code", "value_system", "value_boolean", "value", "value_comparator", "value_low",
     "value_high", "value_unit", "period_start_date", "period_end_date")
)  # fmt: skip


def characteristic(**given):
    base = {"study_key": "s", "enrollment_group_key": "g", "is_defined": True, "is_actual": False}
    return {**NOTHING, **base, "characteristic_index": 0, "exclude": False, **given}


def compiled(**given):
    return compile_criterion(characteristic(**given))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"code": "30525-0", "code_system": LOINC}, "age"),
        ({"code": "Age"}, "age"),
        ({"code": "263495000", "code_system": SNOMED}, "sex"),
        ({"code": "gender"}, "sex"),
        ({"code": "29308-4", "code_system": LOINC}, "condition"),
        ({"code": "anything", "value_system": ATC, "value_code": "A10"}, "medication"),
        ({"code": "drug", "value_system": "urn:local", "value_code": "x"}, "medication"),
        ({"code": "4548-4", "code_system": LOINC, "value": 7.0}, "observation"),
        ({"code": "4548-4", "code_system": LOINC}, "other"),
        ({"code": "4548-4", "value": 7.0}, "other"),
        ({}, "other"),
    ],
)
def test_kind_comes_from_the_code(given, kind):
    assert compiled(**given).kind == kind


def test_a_code_counts_only_in_its_own_system():
    assert compiled(code="30525-0", code_system="urn:local").kind == "other"


@pytest.mark.parametrize(
    ("given", "bounds"),
    [
        ({"value_low": 18.0, "value_high": 75.0}, (18, True, 75, True)),
        ({"value_low": 18.0}, (18, True, None, True)),
        ({"value": 7.0}, (7, True, 7, True)),
        ({"value": 7.0, "value_comparator": ">"}, (7, False, None, True)),
        ({"value": 7.0, "value_comparator": "<="}, (None, True, 7, True)),
    ],
)
def test_range_and_quantity_become_bounds(given, bounds):
    found = compiled(code="4548-4", code_system=LOINC, value_unit="%", **given)
    assert (found.low, found.low_closed, found.high, found.high_closed) == bounds
    assert found.needs is None


@pytest.mark.parametrize(
    "given",
    [
        {"code": "30525-0", "code_system": LOINC, "value_low": 18.0, "value_unit": "mo"},
        {"code": "30525-0", "code_system": LOINC, "value_unit": "a"},
        {"code": "30525-0", "code_system": LOINC, "value_low": 18.0, "value_unit": "a", "exclude": None},
        {"code": "30525-0", "code_system": LOINC, "value": 18.0, "value_unit": "a", "value_comparator": "ad"},
        {"code": "gender", "value_code": "mixed"},
        {"code": "diagnosis", "value_code": "44054006"},
        {"code": "diagnosis", "value_code": "E10-E14", "value_system": "http://hl7.org/fhir/sid/icd-10"},
        {"code": "drug", "value_code": "6809", "value_system": RXNORM, "period_end_date": "2024-01-01"},
    ],
)
def test_what_is_not_whole_needs_review(given):
    assert compiled(**given).needs == "needs review"


def test_texts_never_reach_the_label():
    found = compiled(code="diagnosis", code_text="words", value_code="44054006", value_system=SNOMED)
    assert found.label == f"|diagnosis = {SNOMED}|44054006"


def test_criteria_are_numbered_over_all_studies_and_the_first_is_alive():
    found = compile_criteria(
        [
            characteristic(study_key="a", code="gender", value_code="female"),
            characteristic(study_key="b", is_defined=None, characteristic_index=None),
            characteristic(study_key="c", enrollment_group_key=None),
            characteristic(study_key="d", is_actual=True),
        ]
    )
    assert {study: [(c.number, c.kind, c.needs) for c in criteria] for study, criteria in found.items()} == {
        "a": [(0, "alive", None), (1, "sex", None)],
        "b": [(2, "alive", None), (3, "other", "criteria are not loaded")],
    }
