"""Criteria sets and SQL criteria as definitions, without a JVM."""

import json

import pytest
import yaml

from transforms.gold import _sql
from transforms.gold._criteria import All, AnyOf, AtLeast, Leaf, Not
from transforms.gold._criteria_set import CriteriaError, compile_set, read_folder
from transforms.terminology.codes import LOINC, RXNORM, SNOMED
from transforms.terminology.load import shipped

BASE = "https://clinical-cohort-lakehouse.example/fhir/ValueSet"
HBA1C = {"in": f"{BASE}/hba1c"}


def compiled(node, **more):
    found, wrong = compile_set({"criteria_set": 1, "criteria": [{"include": node, **more}]}, shipped())
    assert not wrong, wrong
    return found.criteria[0].expression


def mistake(node, **more):
    found, wrong = compile_set({"criteria_set": 1, "criteria": [{"include": node, **more}]}, shipped())
    assert [c.expression.needs for c in found.criteria] == ["needs review"], "never guessed"
    return "\n".join(wrong)


def test_the_algebra_nests():
    age, women = {"age": {"from": 18}}, {"sex": "female"}
    found = compiled({"all": [{"any": [age, women]}, {"not": women}, {"at_least": {"n": 2, "of": [age, women, age]}}]})
    assert isinstance(found, All)
    assert [type(p) for p in found.parts] == [AnyOf, Not, AtLeast]


def test_bounds_are_open_or_closed():
    found = compiled({"age": {"from": 18, "below": 75}})
    assert (found.low, found.low_closed, found.high, found.high_closed) == (18, True, 75, False)


def test_codes_bring_what_is_below_them_unless_told_not_to():
    diabetes = {"system": SNOMED, "code": "73211009"}
    assert (SNOMED, "44054006") in compiled({"condition": {"codes": [diabetes]}}).codes
    alone = compiled({"condition": {"codes": [{**diabetes, "descendants": False}]}}).codes
    assert (SNOMED, "44054006") not in alone
    assert (SNOMED, "73211009") in alone
    drug = compiled({"medication": {"codes": [{"system": "http://www.whocc.no/atc", "code": "A10"}]}}).codes
    assert (RXNORM, "860975") in drug
    assert (LOINC, "59261-8") in compiled({"observation": {**HBA1C, "from": 7, "unit": "%"}}).codes


def test_windows_count_back_from_today_or_from_an_event():
    insulin = {"medication": {"codes": [{"system": RXNORM, "code": "253182"}], "within": {"days": 90}}}
    window = compiled(insulin).window
    assert (window.most, window.least, window.before) == (90, 0, None)
    before = {"condition": {"in": f"{BASE}/type-2-diabetes"}, "which": "first"}
    insulin["medication"]["within"] = {"days": 90, "not_within_days": 7, "before": before}
    window = compiled(insulin).window
    assert (window.least, window.before.kind, window.before.which) == (7, "condition", "first")


@pytest.mark.parametrize(
    ("pick", "bounds", "expected"),
    [
        ("min", {"from": 5, "to": 9}, [("all", 5, None), ("any", None, 9)]),
        ("max", {"from": 5, "to": 9}, [("any", 5, None), ("all", None, 9)]),
        ("max", {"below": 9}, [("all", None, 9)]),
        ("any", {"from": 5, "to": 9}, [("any", 5, 9)]),
        ("latest", {"from": 5}, [("latest", 5, None)]),
    ],
)
def test_least_and_greatest_are_said_by_any_and_all(pick, bounds, expected):
    found = compiled({"observation": {**HBA1C, "pick": pick, **bounds, "unit": "%"}})
    parts = found.parts if isinstance(found, All) else (found,)
    assert [(p.pick, p.low, p.high) for p in parts] == expected


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ({"age": {"form": 18}}, "form is not known here; allowed: from, to, above, below"),
        ({"age": {}}, "needs numbers"),
        ({"age": {"from": 18, "above": 18}}, "exclude each other"),
        ({"age": {"from": 80, "to": 18}}, "lower bound is above"),
        ({"sex": "f"}, "female, male or other"),
        ({"sex": {"removed": True}}, "female, male or other"),
        (json.loads('{"not": ' * 20 + '{"sex": "male"}' + "}" * 20), "nested more than 12 deep"),
        ({"age": {"from": 1}, "sex": "male"}, "this has age, sex"),
        ({"vibe": "good"}, "an expression has one of all, any"),
        ({"any": []}, "must be a list"),
        ({"at_least": {"n": 3, "of": [{"sex": "male"}]}}, "n must be 1 to 1"),
        ({"condition": {"in": "urn:none"}}, "value set 'urn:none' is not known"),
        (
            {"condition": {"codes": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "E10-E14"}]}},
            "no single place",
        ),
        ({"condition": {"codes": [{"code": "x"}]}}, "system must be text"),
        ({"condition": {"in": f"{BASE}/diabetes", "within": {"days": "90"}}}, "a whole number"),
        ({"condition": {"in": f"{BASE}/diabetes", "now": True}}, "of a medication"),
        ({"observation": HBA1C}, "asks for one of"),
        ({"observation": {**HBA1C, "from": 7}}, "unit must be text"),
        ({"observation": {**HBA1C, "from": 7, "unit": "%", "other_units": []}}, "list of bounds with unit"),
        (
            {"observation": {**HBA1C, "from": 7, "unit": "%", "other_units": [{"to": 53, "unit": "mmol/mol"}]}},
            "same bounds",
        ),
        ({"observation": {**HBA1C, "from": 7, "unit": "%", "other_units": [{"from": 7, "unit": "%"}]}}, "a unit twice"),
        ({"observation": {**HBA1C, "is": True, "other_units": [{"unit": "%"}]}}, "go with numbers"),
        ({"observation": {**HBA1C, "is": True, "pick": "max"}}, "for numbers min or max"),
        ({"sql": "SELECT 1"}, "SQL is run only from a file of this project"),
        ({"consent": "email"}, "consent must be a mapping"),
    ],
)
def test_what_is_not_understood_needs_review_and_says_why(node, said):
    assert said in mistake(node)


def test_a_word_that_is_not_known_puts_the_whole_set_to_review():
    found, wrong = compile_set(
        {"criteria_set": 1, "combine": "any", "criteria": [{"include": {"sex": "male"}}]}, shipped()
    )
    assert [c.expression.needs for c in found.criteria] == ["needs review"]
    assert "combine: not known" in wrong[0]


@pytest.mark.parametrize(
    "document", [None, [], {"criteria_set": 2, "criteria": []}, {"criteria_set": 1, "criteria": []}]
)
def test_what_is_no_set_is_one_criterion_to_review(document):
    found, wrong = compile_set(document, shipped())
    assert [c.expression.needs for c in found.criteria] == ["needs review"]
    assert wrong


def test_a_folder_is_refused_with_all_mistakes_of_all_files(tmp_path):
    good = {"criteria_set": 1, "study": "NCT1", "criteria": [{"id": "a", "include": {"sex": "male"}}]}
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(good))
    assert read_folder(tmp_path, shipped())["NCT1"].criteria[0].criterion_id == "a"
    (tmp_path / "b.yaml").write_text(yaml.safe_dump({**good, "criteria": [{"include": {"sex": "x"}}]}))
    (tmp_path / "c.yaml").write_text(yaml.safe_dump({**good, "study": None, "criteria": [*good["criteria"] * 2]}))
    (tmp_path / "d.yaml").write_text("a: [")
    with pytest.raises(CriteriaError) as refused:
        read_folder(tmp_path, shipped())
    said = str(refused.value)
    for part in ("b.yaml: criteria[0]: sex can be", "b.yaml: study: 'NCT1' has another file", "c.yaml: study: is missing",
                 "c.yaml: criteria: id a is there twice", "d.yaml: is not YAML"):  # fmt: skip
        assert part in said, part


GOOD = """
    WITH many AS (SELECT institution, subject_key, count(*) AS n FROM encounter GROUP BY institution, subject_key)
    SELECT p.institution, p.subject_key, coalesce(n, 0) >= 2 AS result
    FROM patient p LEFT JOIN many m ON p.institution = m.institution AND p.subject_key = m.subject_key
"""


def test_one_select_over_silver_is_allowed():
    assert _sql.mistakes(GOOD) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("DELETE FROM patient", "not one SELECT"),
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("SELECT * FROM identity", "table identity is not allowed"),
        ("SELECT * FROM vault.patient", "without schema"),
        ("SELECT * FROM read_csv('/etc/passwd')", "cannot stand for a table"),
        ("SELECT java_method('java.lang.System', 'exit', 0) FROM patient", "function java_method is not allowed"),
        ("SELECT 'a\\' FROM patient", "\\ is not allowed"),
        ("SELECT 1 -- FROM patient", "-- is not allowed"),
        ("WITH patient AS (SELECT 1) SELECT * FROM patient", "name of a silver table"),
    ],
)
def test_anything_else_is_refused(query, said):
    assert said in "; ".join(_sql.mistakes(query))


def test_sql_is_taken_from_a_reviewed_file_only():
    document = {"criteria_set": 1, "criteria": [{"include": {"sql": GOOD}}]}
    found, wrong = compile_set(document, shipped(), may_have_sql=True)
    assert not wrong
    assert isinstance(found.criteria[0].expression, Leaf)
    assert found.criteria[0].label == "sql"
