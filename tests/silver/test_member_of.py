"""memberOf() in views, on inline resources."""

import pytest

from transforms.silver.runner import run_inline
from transforms.silver.view import ViewError, parse_view
from transforms.terminology.codes import CodeSet

BASE = "https://clinical-cohort-lakehouse.example/fhir/ValueSet"
SCT, ICD, LOINC = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10", "http://loinc.org"


def answer(path, resource):
    """What a view's column of one resource is."""
    column = {"name": "found", "path": path, "type": "boolean"}
    view = parse_view({"resource": resource["resourceType"], "select": [{"column": [column]}]})
    return run_inline(view, [resource])["found"].to_pylist()[0]


def condition(*codings):
    return {
        "resourceType": "Condition",
        "code": {"coding": [dict(zip(("system", "code"), c, strict=False)) for c in codings]},
    }


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (condition((SCT, "44054006")), True),
        (condition((SCT, "38341003")), False),
        (condition((SCT, "38341003"), (SCT, "44054006")), True),
        (condition((ICD, "E11.900")), True),
        (condition((ICD, "E11")), True),
        (condition((ICD, "E10.9")), False),
        (condition(("urn:local", "44054006")), False),
        (condition(("urn:oid:2.16.840.1.113883.6.96", "44054006")), True),
        ({"resourceType": "Condition", "code": {"coding": [{"code": "44054006"}]}}, False),
        ({"resourceType": "Condition", "code": {"text": "diabetes"}}, False),
        ({"resourceType": "Condition"}, None),
    ],
)
def test_concept_is_in_a_set_with_one_of_its_codings(resource, expected):
    assert answer(f"code.memberOf('{BASE}/type-2-diabetes')", resource) is expected


def test_coding_and_code_are_asked_too_and_a_version_may_be_named():
    resource = condition((SCT, "44054006"))
    assert answer(f"code.coding.first().memberOf('{BASE}/diabetes|1.0.0')", resource) is True
    assert answer(f"code.coding.first().code.memberOf('{BASE}/diabetes')", resource) is True
    assert answer(f"code.coding.where($this.memberOf('{BASE}/diabetes')).exists()", resource) is True


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("code.memberOf('http://example.org/none')", "value set 'http://example.org/none' is not known"),
        (f"code.memberOf('{BASE}/diabetes|9')", "only in '1.0.0'"),
        ("code.memberOf(id)", "takes the canonical URL of a value set in quotes"),
        (f"subject.memberOf('{BASE}/diabetes')", "this is a Reference"),
        (f"code.coding.memberOf('{BASE}/diabetes')", "more than one"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(path, said):
    with pytest.raises(ViewError, match="select\\[0\\]") as refused:
        answer(path, condition())
    assert said in str(refused.value)


def test_exclusions_are_taken_out():
    from transforms.silver.member import _in

    asked = CodeSet(prefixes=frozenset({("s", "")}), without=CodeSet(frozenset({("s", "x")})))
    import duckdb

    found = duckdb.sql(
        f"SELECT {_in('s', 'c', asked)} FROM (VALUES ('s', 'x'), ('s', 'y'), ('t', 'y')) v(s, c)"
    ).fetchall()
    assert found == [(False,), (True,), (False,)]
