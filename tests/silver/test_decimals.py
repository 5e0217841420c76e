"""Decimals keep the digits that the record has, whichever way a view reads it and wherever in the record they stand."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms.silver.compile import compile_view
from transforms.silver.runner import run_inline
from transforms.silver.view import ViewDataError, parse_view

TEXT = {"name": "ansi/type", "value": "CHARACTER VARYING"}


def exact(precision: int, scale: int) -> dict[str, str]:
    return {"name": "ansi/type", "value": f"DECIMAL({precision},{scale})"}


def view(*columns: dict[str, Any], resource: str = "Observation", **select: Any) -> Any:
    return parse_view({"resource": resource, "status": "active", "select": [{"column": list(columns), **select}]})


VALUE = "value.ofType(Quantity).value"
THREE = view(
    {"name": "number", "path": VALUE},
    {"name": "exact", "path": VALUE, "tag": [exact(38, 20)]},
    {"name": "written", "path": VALUE, "tag": [TEXT]},
)
TWO = view({"name": "number", "path": VALUE}, {"name": "written", "path": VALUE, "tag": [TEXT]})


def of(written: str, view: Any = THREE) -> dict[str, Any]:
    [row] = run_inline(view, [f'{{"resourceType":"Observation","valueQuantity":{{"value":{written}}}}}']).to_pylist()
    return row


@pytest.mark.parametrize(
    "written",
    [
        "3.14159265358979323846", "-12345678901234.567890123456789", "0.00000000012345678901", "123456789012345678",
        "12345678901234567.8", "7.10", "100.00", "0.50", "-0.0", "1.0", "0.0000001", "1.5E3", "1.5e+3", "-2E-5", "5e0",
        "1.234567890123456789e2", "0", "-7", "137.58999999999997", "1.25",
    ],
)  # fmt: skip
def test_a_decimal_is_exact_and_its_text_as_written(written: str) -> None:
    row = of(written)
    assert row["written"] == written
    assert row["exact"] == Decimal(written)
    assert row["number"] == float(written)


NUMBER = st.from_regex(r"(0|-?[1-9][0-9]{0,16})(\.[0-9]{1,20})?([eE][+-]?[0-9])?", fullmatch=True)


@settings(deadline=None, max_examples=30)
@given(st.lists(NUMBER, max_size=60))
@example(["18446744073709551616", "123456789012345678901234567890", "-0.000"])
def test_any_decimal_of_fhir_is_as_written(written: list[str]) -> None:
    records = [f'{{"resourceType":"Observation","valueQuantity":{{"value":{w}}}}}' for w in written]
    rows = run_inline(TWO, records)
    assert rows["written"].to_pylist() == written
    assert rows["number"].to_pylist() == [float(w) for w in written]


@pytest.mark.parametrize(
    "around", [' "value" : {} ', '"value":\n\t{}\r\n', '"value":{}, "unit": "mg"', '"unit":"a","value":{},"code":"b"']
)
def test_whitespace_and_neighbours_do_not_count(around: str) -> None:
    raw = '{"resourceType":"Observation","valueQuantity":{' + around.replace("{}", "2.71828182845904523536") + "}}"
    assert run_inline(THREE, [raw]).to_pylist()[0]["written"] == "2.71828182845904523536"


def test_digits_in_text_are_left_alone() -> None:
    text = 'he said \\": 3.14159265358979323846 , "value": 2.718281828459045235 and 1.50} [1.500, 2.00]\\\\'
    raw = {
        "resourceType": "Observation",
        "valueQuantity": {"value": 1, "unit": text, "code": '": 3.14159265358979323846,'},
        "note": [{"text": f'"value":3.14159265358979323846,{text}'}],
        "component": [{"code": {"text": '\\": 7.10 '}, "valueQuantity": {"value": 2}}],
    }
    columns = [
        {"name": "unit", "path": "value.ofType(Quantity).unit"},
        {"name": "code", "path": "value.ofType(Quantity).code"},
        {"name": "note", "path": "note.first().text"},
        {"name": "name", "path": "component.first().code.text"},
    ]
    number = '"value": 3.14159265358979323846, "system": "urn:oid:2.16.840.1.113883.6.8"'
    sent = json.dumps(raw).replace('"value": 1', number, 1)
    [row] = run_inline(view(*columns, {"name": "value", "path": VALUE, "tag": [TEXT]}), [sent]).to_pylist()
    assert row == {
        "unit": text,
        "code": raw["valueQuantity"]["code"],
        "note": raw["note"][0]["text"],
        "name": '\\": 7.10 ',
        "value": "3.14159265358979323846",
    }


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet='\\": 0.5e,}]\n\t{[aé𝄞', max_size=60))
def test_no_text_is_mistaken_for_a_number(text: str) -> None:
    columns = [{"name": "unit", "path": "value.ofType(Quantity).unit"}, {"name": "v", "path": VALUE, "tag": [TEXT]}]
    resource = {"resourceType": "Observation", "valueQuantity": {"unit": text, "value": 1}}
    sent = json.dumps(resource, ensure_ascii=False).replace('"value": 1}', '"value": 9.87654321098765432100}')
    assert run_inline(view(*columns), [sent]).to_pylist() == [{"unit": text, "v": "9.87654321098765432100"}]


def test_in_lists_repeats_and_contained_resources_too() -> None:
    long = ["1.234567890123456789", "2.00", "3.5E1"]
    parts = ",".join(f'{{"valueQuantity":{{"value":{v}}}}}' for v in long)
    raw = f'{{"resourceType":"Observation","component":[{parts}]}}'
    column = {"name": "v", "path": VALUE, "tag": [TEXT]}
    assert run_inline(view(column, forEach="component"), [raw])["v"].to_pylist() == long
    together = {"name": "v", "path": "component.value.ofType(Quantity).value", "collection": True}
    assert run_inline(view(together | {"tag": [exact(38, 18)]}), [raw])["v"].to_pylist() == [[Decimal(v) for v in long]]
    answers = '{"linkId":"1","answer":[{"valueDecimal":1.10}],"item":[{"linkId":"2","answer":[{"valueDecimal":2.20}]}]}'
    deep = view(
        {"name": "v", "path": "answer.value.ofType(decimal).first()", "tag": [TEXT]},
        resource="QuestionnaireResponse",
        repeat=["item"],
    )
    said = run_inline(deep, [f'{{"resourceType":"QuestionnaireResponse","item":[{answers}]}}'])
    assert said["v"].to_pylist() == ["1.10", "2.20"]
    inside = view({"name": "v", "path": f"contained.ofType(Observation).first().{VALUE}", "tag": [TEXT]})
    assert run_inline(
        inside, [f'{{"resourceType":"Observation","contained":[{raw[:-1]},"valueQuantity":{{"value":4.50}}}}]}}']
    )["v"].to_pylist() == ["4.50"]


def test_other_elements_see_no_difference() -> None:
    columns = [
        {"name": "whole", "path": "value.ofType(integer)"},
        {"name": "text", "path": "status"},
        {"name": "given", "path": "category.text", "collection": True},
        {"name": "value", "path": VALUE},
        {"name": "any", "path": "bodySite.exists()"},
        {"name": "size", "path": "component.count()"},
    ]
    for odd in ("7.10", "7.00", "1E3", "1.2345678901234567890"):
        raw = (
            f'{{"resourceType":"Observation","valueInteger":{odd},"status":{odd},"category":{odd},"bodySite":{odd},'
            f'"component":{odd},"valueQuantity":{{"value":1.50}}}}'
        )
        plain = raw.replace(odd, "7.1")
        assert run_inline(view(*columns), [raw]) == run_inline(view(*columns), [plain])


def test_numbers_are_still_numbers_to_fhirpath() -> None:
    raw = (
        '{"resourceType":"Observation","component":[{"valueQuantity":{"value":7.1}},{"valueQuantity":{"value":7.10}}]}'
    )
    values = "component.value.ofType(Quantity).value"
    columns = [
        {"name": "equal", "path": f"{values}.first() = {values}.last()"},
        {"name": "distinct", "path": f"{values}.distinct().count()"},
        {"name": "union", "path": f"({values}.first() | {values}.last()).count()"},
        {"name": "member", "path": f"7.100 in {values}"},
        {"name": "sum", "path": f"{values}.last() + 1"},
        {"name": "more", "path": f"{values}.last() > 7.0999"},
    ]
    assert list(run_inline(view(*columns), [raw]).to_pylist()[0].values()) == [True, 1, 1, True, 8.1, True]


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [("1.50", 1.495, 1.505), ("1.5", 1.45, 1.55), ("2.00", 1.995, 2.005), ("1.5E3", 1450, 1550), ("15E-1", 1.45, 1.55)],
)
def test_boundaries_are_of_the_digits_as_written(written: str, low: float, high: float) -> None:
    ends = view({"name": "low", "path": f"{VALUE}.lowBoundary()"}, {"name": "high", "path": f"{VALUE}.highBoundary()"})
    assert of(written, ends) == {"low": low, "high": high}


def test_more_digits_than_the_column_holds_are_rounded_and_a_number_too_large_for_it_is_an_error() -> None:
    narrow = view({"name": "v", "path": VALUE, "tag": [exact(6, 3)]})
    assert of("1.23456", narrow)["v"] == Decimal("1.235")
    assert of("-0.0005", narrow)["v"] == Decimal("-0.001")
    for written in ("1000", "999.9995", "1.5E3", "1e30"):
        with pytest.raises(ViewDataError, match=r"column\[0\] 'v': .*DECIMAL\(6,3\)") as failure:
            of(written, narrow)
        assert written not in str(failure.value).replace("DECIMAL(6,3)", "")
    many = view({"name": "v", "path": f"component.{VALUE}", "collection": True, "tag": [exact(6, 3)]})
    raw = '{"resourceType":"Observation","component":[{"valueQuantity":{"value":1.50}},{"valueQuantity":{"value":4321.5}}]}'
    with pytest.raises(ViewDataError, match="too large"):
        run_inline(many, [raw])


def test_only_views_that_read_decimals_look_for_them() -> None:
    assert "fhir_exact" in compile_view(THREE).sql()
    assert "fhir_exact" not in compile_view(view({"name": "s", "path": "status"})).sql()
