"""What a path gives for a resource. The official tests are in tests/conformance; here is what they leave out."""

from typing import Any

import pytest

from transforms.silver.runner import run_inline
from transforms.silver.view import ViewDataError, ViewError, parse_view

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "active": True,
    "birthDate": "1970-06",
    "_birthDate": {"extension": [{"url": "urn:time", "valueDateTime": "1970-06-01T10:00:00Z"}]},
    "name": [
        {
            "use": "official",
            "family": "F",
            "given": ["Ann", None, "Bo"],
            "_given": [None, {"extension": [{"url": "urn:absent", "valueCode": "unknown"}]}, None],
            "period": {"start": "2001"},
        },
        {"use": "old", "family": "G", "given": [7, "Cy"]},
    ],
    "multipleBirthInteger": 3,
    "contained": [
        {"resourceType": "Organization", "id": "o", "name": "Ward"},
        {"resourceType": "Patient", "id": "x", "name": [{"family": "H"}]},
    ],
    "generalPractitioner": [{"reference": "#o"}, {"reference": "https://a.org/fhir/Practitioner/d-1/_history/2"}],
    "link": [{"other": {"reference": "Patient/p1", "identifier": {"value": 5}}}],
    "extension": [{"url": "urn:n", "valueDecimal": 0.1}, {"url": "urn:n", "valueDecimal": 0.2}],
    "text": {"status": "generated"},
}


def value(path: str, *, collection: bool = False, strict: bool = False, resource: dict[str, Any] = PATIENT) -> Any:
    column = {"name": "v", "path": path, "collection": collection}
    view = parse_view({"resource": resource["resourceType"], "status": "active", "select": [{"column": [column]}]})
    return run_inline(view, [resource], strict=strict).to_pylist()[0]["v"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("name.family", ["F", "G"]),
        ("name.given", ["Ann", "Bo", "Cy"]),
        ("name.given.skip(1)", ["Bo", "Cy"]),
        ("name.given.take(2)", ["Ann", "Bo"]),
        ("name.given.tail()", ["Bo", "Cy"]),
        ("name.where($index = 1).family", ["G"]),
        ("name.select(use)", ["official", "old"]),
        ("name.select(given.first())", ["Ann", "Cy"]),
        ("name.given.where($this.startsWith('A'))", ["Ann"]),
        ("name.given.extension('urn:absent').value.ofType(code)", ["unknown"]),
        ("('a' | 'b' | 'a').where($this = 'a')", ["a"]),
        ("contained.ofType(Organization).name", ["Ward"]),
        ("contained.ofType(Patient).name.family", ["H"]),
        ("generalPractitioner.getReferenceKey()", ["d-1"]),
        ("extension('urn:n').value.ofType(decimal)", [0.1, 0.2]),
        ("name.period.end", []),
        ("{}", []),
    ],
)
def test_collections(path: str, expected: list[Any]) -> None:
    assert value(path, collection=True) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Patient.active", True),
        ("%resource.id", "p1"),
        ("name.last().family", "G"),
        ("name[1].family", "G"),
        ("name[-1].family", None),
        ("name.count()", 2),
        ("active.count()", 1),
        ("name.all(family.exists())", True),
        ("name.all(use = 'old')", False),
        ("address.all(use = 'old')", True),
        ("name.given.count()", 3),
        ("name.family.isDistinct()", True),
        ("name.where(use = 'old').single().family", "G"),
        ("birthDate.extension('urn:time').value.ofType(dateTime).first()", "1970-06-01T10:00:00Z"),
        ("multipleBirth.exists()", True),
        ("deceased.exists()", False),
        ("deceased.empty()", True),
        ("multipleBirth is integer", True),
        ("multipleBirth is boolean", False),
        ("multipleBirth as integer", 3),
        ("multipleBirth.as(integer) + 1", 4),
        ("multipleBirth.ofType(integer).is(integer)", True),
        ("contained.where($this is Patient).count()", 1),
        ("generalPractitioner.getReferenceKey(Organization).exists()", False),
        ("link.other.getReferenceKey(Patient).first() = getResourceKey()", True),
        ("coalesce(deceased.ofType(boolean), active)", True),
        ("iif(active, 'yes', 'no')", "yes"),
        ("iif(deceased.ofType(boolean), 'yes')", None),
        ("iif(active, 1, 2.5)", 1.0),
        # Logic with what is not there
        ("active and deceased.ofType(boolean)", None),
        ("active or deceased.ofType(boolean)", True),
        ("active.not() and deceased.ofType(boolean)", False),
        ("deceased.ofType(boolean) implies active", True),
        ("active xor active", False),
        ("deceased.ofType(boolean).not()", None),
        # Equality
        ("name.family = name.family", True),
        ("name.family = name.given", False),
        ("name.family = 'F'", False),
        ("name.first().family = 'F'", True),
        ("name.first().family != 'F'", False),
        ("name.first().suffix = 'F'", None),
        ("active = 'true'", False),
        ("'Ann' ~ 'ANN'", True),
        ("deceased.ofType(boolean) ~ {}", True),
        ("'x' !~ {}", True),
        ("'Bo' in name.given", True),
        ("name.given contains 'No'", False),
        ("{} in name.given", None),
        # Dates know their precision
        ("birthDate = @1970-06", True),
        ("birthDate = @1970-06-01", None),
        ("birthDate = @1970-07-01", False),
        ("birthDate < @1971", True),
        ("birthDate < @1970", None),
        ("birthDate >= @1969-12-31", True),
        ("@2020-01-01T08:00:00+08:00 = @2020-01-01T00:00:00Z", True),
        ("@T10:00:00 < @T10:00:01", True),
        # Arithmetic
        ("7 div 2", 3),
        ("7 mod 4", 3),
        ("7 / 2", 3.5),
        ("7 / 0", None),
        ("7 div 0", None),
        ("2147483647 + 1", None),
        ("-multipleBirth.ofType(integer)", -3),
        ("1 + address.period.start.count()", 1),
        ("'a' + 'b'", "ab"),
        ("'a' + address.city.first()", None),
        ("'a' & address.city.first()", "a"),
        ("(3.7).floor()", 3),
        ("(3.2).ceiling()", 4),
        ("(3.26).round(1)", 3.3),
        ("(-3.5).abs()", 3.5),
        ("'12'.toInteger()", 12),
        ("'x'.toInteger()", None),
        ("'1.5'.toDecimal()", 1.5),
        ("(5).toString()", "5"),
        ("'true'.toBoolean()", True),
        # Strings
        ("'abc'.substring(1)", "bc"),
        ("'abc'.substring(1, 1)", "b"),
        ("'abc'.substring(9)", None),
        ("'abc'.indexOf('c')", 2),
        ("'abc'.length()", 3),
        ("'Ab'.upper() + 'Ab'.lower()", "ABab"),
        ("'a-b'.replace('-', '+')", "a+b"),
        ("'abc'.matches('^a.c$')", True),
        ("'abc'.endsWith('c') and 'abc'.contains('b')", True),
        ("' a '.trim()", "a"),
        ("address.city.join(', ')", ""),
        # Boundaries
        ("birthDate.highBoundary()", "1970-06-30"),
        ("@2020-02-01T10:30:00+08:00.lowBoundary()", "2020-02-01T10:30:00.000+08:00"),
        ("@2020.highBoundary()", "2020-12-31"),
        ("@T10:30.highBoundary()", "10:30:59.999"),
        ("(1.5).lowBoundary()", 1.45),
        ("(2).highBoundary()", 2.5),
        ("(-0.587).highBoundary()", -0.5865),
    ],
)
def test_values(path: str, expected: Any) -> None:
    found = value(path)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "path", ["deceased is boolean", "birthDate.extension.value is string", "maritalStatus is Coding"]
)
def test_what_is_not_there_has_no_type(path: str) -> None:
    absent = {"resourceType": "Patient", "multipleBirthInteger": 1}
    assert value(path, resource=absent) is None
    assert value(f"({path}).not()", resource=absent) is None


@pytest.mark.parametrize(
    "path",
    [
        "name.family + 'x'", "name.family < 'x'", "active and name.exists(given = 'x').not() and name.use.not()",
        "name.nothing(1)", "multipleBirth + 1", "multipleBirth.ofType(Quantity)", "multipleBirthInteger", "name",
        "name.where(family)", "active + 1", "active < false", "name = name", "family.ofType(Nothing)", "%undefined",
        "id.getReferenceKey()", "name.getResourceKey()", "name.first(1)", "active.lowBoundary()", "name.join()",
        "name.given.first().extension('x')", "99999999999", "iif(active, 'x', 1)", "name | active", "name.distinct()",
        "$index",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_its_place(path: str) -> None:
    with pytest.raises((ViewError, ViewDataError)) as mistake:
        value(path)
    assert "'v'" in str(mistake.value) or "position" in str(mistake.value)


@pytest.mark.parametrize("path", ["name.famly", "name.family", "id.value", "name.use = 'x' and name.given = name.gien"])
def test_strict_refuses_what_fhirpath_lets_pass(path: str) -> None:
    with pytest.raises(ViewError, match=r"column\[0\] 'v'.*position"):
        value(path, strict=True)


def test_a_second_value_fails_without_quoting_the_data() -> None:
    with pytest.raises(ViewDataError, match=r"'v': .*: more than one value") as failure:
        value("name.family")
    assert "F" not in str(failure.value).replace("FHIR", "")


def test_only_resources_of_the_type_count_and_key_order_does_not() -> None:
    view = parse_view(
        {"resource": "Patient", "status": "active", "select": [{"column": [{"name": "id", "path": "id"}]}]}
    )
    rows = ['{"id":"a","resourceType":"Patient"}', '{"resourceType":"Group","id":"b"}', {"resourceType": "Patient"}]
    assert run_inline(view, rows)["id"].to_pylist() == ["a", None]
    assert run_inline(view, []).num_rows == 0


def test_what_holds_itself_too_often_is_not_cut_off_silently() -> None:
    def nested(depth: int) -> dict[str, Any]:
        return {"linkId": str(depth), **({"item": [nested(depth - 1)]} if depth else {})}

    select = [{"repeat": ["item"], "column": [{"name": "id", "path": "linkId"}]}]
    view = parse_view({"resource": "QuestionnaireResponse", "status": "active", "select": select})

    def ids(depth: int) -> list[str]:
        response = {"resourceType": "QuestionnaireResponse", "item": [nested(depth)]}
        return run_inline(view, [response])["id"].to_pylist()

    assert ids(9) == [str(n) for n in range(9, -1, -1)]
    with pytest.raises(ViewDataError, match="levels deep"):
        ids(40)
