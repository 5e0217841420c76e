"""Definitions of criteria, without a JVM."""

import base64
from itertools import product

import pytest
import yaml

from transforms.gold._criteria import MET, NOT_MET, UNKNOWN, All, AnyOf, AtLeast, Leaf, Not, evaluate, leaves, verdict
from transforms.gold._criteria_set import compile_set
from transforms.gold._group import group_criterion
from transforms.gold._studies import compile_studies
from transforms.terminology.codes import ATC, LOINC, RXNORM, SNOMED
from transforms.terminology.load import shipped

NOTHING = dict.fromkeys(
    ("code", "code_system", "value_code", "value_system", "value_boolean", "value", "value_comparator", "value_low",
     "value_high", "value_unit", "period_start_date", "period_end_date")
)  # fmt: skip


def characteristic(**given):
    base = {"study_key": "s", "enrollment_group_key": "g", "is_defined": True, "is_actual": False}
    return {**NOTHING, **base, "characteristic_index": 0, "exclude": False, **given}


def compiled(**given):
    return group_criterion(characteristic(**given), shipped())


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
    found = compiled(code="4548-4", code_system=LOINC, value_unit="%", **given).expression
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
    assert compiled(**given).expression.needs == "needs review"


def test_texts_never_reach_the_label():
    found = compiled(code="diagnosis", code_text="words", value_code="44054006", value_system=SNOMED)
    assert found.label == f"|diagnosis = {SNOMED}|44054006"


def study(key, libraries=(), identifiers=()):
    return {"study_key": key, "library_canonicals": libraries, "identifier_values": identifiers}


def content(text):
    return base64.b64encode(text.encode()).decode()


def plan(characteristics, studies=(), libraries=(), sets=None):
    found = compile_studies(characteristics, studies, libraries, sets or {}, shipped())
    return {
        s: [(c.criterion_id, c.kind, next(leaves(c.expression)).needs) for c in cs] for s, cs in found.studies.items()
    }


def test_the_first_criterion_is_alive_and_a_study_without_criteria_is_left_out():
    rows = [
        characteristic(study_key="a", code="gender", value_code="female"),
        characteristic(study_key="b", is_defined=None, characteristic_index=None),
        characteristic(study_key="c", enrollment_group_key=None),
        characteristic(study_key="d", is_actual=True),
    ]
    assert plan(rows) == {
        "a": [("alive", "alive", None), ("g/0", "sex", None)],
        "b": [("alive", "alive", None), ("g", "other", "criteria are not loaded")],
    }


SET = "criteria_set: 1\ncriteria: [{id: women, include: {sex: female}}, {id: odd, include: {mood: good}}]"
LIBRARY = {"url": "http://x/Library/l", "version": "2", "status": "active", "content_types": ["application/yaml"]}


@pytest.mark.parametrize(
    ("canonical", "library", "expected"),
    [
        ("http://x/Library/l", {}, [("women", "sex", None), ("odd", "other", "needs review")]),
        ("http://x/Library/l|2", {}, [("women", "sex", None), ("odd", "other", "needs review")]),
        ("http://x/Library/l|1", {}, [("l", "other", "criteria are not loaded")]),
        ("http://x/Library/other", {}, [("other", "other", "criteria are not loaded")]),
        ("http://x/Library/l", {"content_types": ["text/cql"]}, [("l", "other", "needs review")]),
        ("http://x/Library/l", {"status": "retired"}, [("l", "other", "needs review")]),
        ("http://x/Library/l", {"contents": ["!"]}, [("l", "other", "needs review")]),
        ("http://x/Library/l", {"contents": [content("a: [")]}, [("l", "other", "needs review")]),
        (
            "http://x/Library/l",
            {"contents": [content("criteria_set: 1\ncriteria: [{include: {sql: SELECT 1}}]")]},
            [("criterion-1", "other", "needs review")],
        ),
    ],
)
def test_a_library_that_the_study_names_states_its_criteria(canonical, library, expected):
    rows = [{**LIBRARY, "contents": [content(SET)], **library}]
    assert plan([], [study("s", [canonical])], rows)["s"][1:] == expected


def test_two_contents_for_one_name_are_not_guessed_between():
    rows = [{**LIBRARY, "contents": [content(SET)]}, {**LIBRARY, "version": "3", "contents": [content("x: 1")]}]
    assert plan([], [study("s", ["http://x/Library/l"])], rows)["s"][1:] == [("l", "other", "needs review")]


def test_what_any_source_requires_is_required_and_ids_stay_apart():
    one = compile_set(yaml.safe_load(SET), shipped())[0]
    rows = [characteristic(study_key="s", code="gender", value_code="female")]
    found = plan(
        rows, [study("s", ["http://x/Library/l"], ["NCT1"])], [{**LIBRARY, "contents": [content(SET)]}], {"NCT1": one}
    )
    assert [id_ for id_, _, _ in found["s"]] == ["alive", "g/0", "women", "odd", "women-2", "odd-2"]


# Three-valued logic

A, B, C = (Leaf("other", name) for name in "abc")
WORDS = {"+": MET, "-": NOT_MET, "?": UNKNOWN}


def result(expression, answers):
    said = evaluate(expression, dict(zip((A, B, C), (WORDS[x] for x in answers), strict=False)))
    return next(sign for sign, word in WORDS.items() if word == said)


@pytest.mark.parametrize(
    ("expression", "table"),
    [
        (Not(A), "+- -+ ??"),
        (All((A, B)), "+++ +-- +?? -+- --- -?- ?+? ?-- ???"),
        (AnyOf((A, B)), "+++ +-+ +?+ -++ --- -?? ?++ ?-? ???"),
        (AtLeast(1, (A, B)), "+++ +-+ +?+ -++ --- -?? ?++ ?-? ???"),
        (AtLeast(2, (A, B)), "+++ +-- +?? -+- --- -?- ?+? ?-- ???"),
        (AtLeast(2, (A, B, C)), "++++ ++-+ ++?+ +--- +-?? +??? ---- --?- -??? ???? -+++ ?+++ ?+-?"),
        (Not(All((A, Not(B)))), "+++ +-- +?? -++ --+ -?+ ?++ ?-? ???"),
    ],
)  # fmt: skip
def test_truth_tables(expression, table):
    """Each word: the answers, then the result."""
    for row in table.split():
        assert result(expression, row[:-1]) == row[-1], row


def test_an_expression_cannot_be_wrong_about_what_is_unknown():
    """Whatever an unknown answer turns out to be, a result that was certain before stays."""
    expressions = [AtLeast(2, (A, Not(B), C)), AnyOf((All((A, B)), Not(C))), Not(AnyOf((A, All((B, C)))))]
    for expression in expressions:
        for answers in product("+-?", repeat=3):
            said = result(expression, answers)
            outcomes = {result(expression, known) for known in product(*("+-" if x == "?" else x for x in answers))}
            assert said == "?" or outcomes == {said}, answers


@pytest.mark.parametrize(
    ("results", "expected"), [("+++", "eligible"), ("+?+", "unknown"), ("+?-", "ineligible"), ("", "eligible")]
)
def test_the_verdict_is_the_and_of_all(results, expected):
    assert verdict(WORDS[r] for r in results) == expected
