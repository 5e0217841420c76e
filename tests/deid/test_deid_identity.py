from datetime import date
from itertools import permutations
from typing import Any

import pytest

from deid.identity import (
    Linked,
    LinkRow,
    is_over_89,
    is_resident_id,
    known_terms,
    link_persons,
    link_tokens,
    terms_around,
)
from deid.subject import KnownTerm

DAY = date(2024, 6, 30)


def terms(*args: Any) -> set[tuple[str, str]]:
    return {(t.entity, t.text) for t in known_terms(*args)}


def test_known_terms_of_a_patient_and_those_around():
    patient = {
        "resourceType": "Patient",
        "id": "4e1c",
        "birthDate": "1980-05-06",
        "identifier": [{"value": "MR-778812"}, {"value": "7"}],
        "name": [{"prefix": ["Mrs."], "given": ["Jessie665", "A"], "family": "Kohler843"}, {"text": "Jess K."}],
        "telecom": [
            {"system": "phone", "value": "555-0101"},
            {"system": "email", "value": "j@k.example"},
            {"system": "other", "value": "wx_jess"},
        ],
        "address": [{"line": ["17 Elm St"], "city": "Salem", "state": "MA", "postalCode": "01970"}],
        "contact": [{"name": {"family": "Doe", "given": ["Jo"]}, "organization": {"display": "Acme Ltd"}}],
        "generalPractitioner": [{"display": "Dr. Ray House"}],
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", "valueString": "Abbott509"}
        ],
    }
    found = terms(patient, [{"resourceType": "Organization", "id": "org-1", "name": "Salem General"}])
    assert found >= {
        ("NAME", "Jessie665"),
        ("NAME", "Kohler843"),
        ("NAME", "Jessie665 Kohler843"),
        ("NAME", "Kohler843, Jessie665"),
        ("NAME", "Jess K."),
        ("ID", "4e1c"),
        ("ID", "MR-778812"),
        ("PHONE", "555-0101"),
        ("EMAIL", "j@k.example"),
        ("ACCOUNT", "wx_jess"),
        ("ADDRESS", "17 Elm St"),
        ("ADDRESS", "Salem"),
        ("ADDRESS", "01970"),
        ("NAME", "Doe"),
        ("ORGANISATION", "Acme Ltd"),
        ("NAME", "Dr. Ray House"),
        ("NAME", "Abbott509"),
        ("DATE", "1980-05-06"),
        ("ORGANISATION", "Salem General"),
        ("ID", "org-1"),
    }
    assert not found & {("NAME", "Mrs."), ("NAME", "A"), ("ADDRESS", "MA"), ("ID", "7")}


def test_chinese_names_are_whole_and_a_single_character_is_no_term():
    found = terms({"resourceType": "Patient", "name": [{"family": "王", "given": ["小明"]}]})
    assert found == {("NAME", "王小明"), ("NAME", "小明")}


def test_terms_are_each_once_and_longest_first():
    found = known_terms({"resourceType": "Patient", "name": [{"text": "Al Bo"}, {"text": "Al Bo"}], "id": "1234567"})
    assert found == (KnownTerm("1234567", "ID"), KnownTerm("Al Bo", "NAME"))


def test_of_people_and_places_around_only_what_is_hardly_a_word():
    doctor = {
        "resourceType": "Practitioner", "id": "d1", "name": [{"given": ["May"], "family": "White"}, {"text": "王建国"}],
        "identifier": [{"value": "9941339108"}], "telecom": [{"system": "phone", "value": "617-555-0142"}],
    }  # fmt: skip
    said = {t.text for t in terms_around(doctor)}
    assert said == {"May White", "White, May", "王建国", "9941339108", "617-555-0142"}
    for name, is_telling in {
        "Mercy General Hospital": True, "北京协和医院": True, "Emergency Department": False, "心内科": False,
        "ICU": False, "Ward 3": False, "急诊医学科": False,
    }.items():  # fmt: skip
        place = {
            "resourceType": "Location",
            "id": "l1",
            "name": name,
            "address": {"city": "Boston", "line": ["12 Elm Street"]},
        }
        assert {t.text for t in terms_around(place)} == ({name} if is_telling else set()) | {"12 Elm Street"}


@pytest.mark.parametrize(
    "nonsense", [{}, {"name": "x", "address": [None, 3], "telecom": {"value": 7}, "identifier": [{"value": None}]}]
)
def test_terms_of_nonsense_are_none(nonsense):
    assert known_terms(nonsense) == ()


OVER = [
    ("1934-06-30", None, True),  # ninety today
    ("1934-07-01", None, False),  # ninety tomorrow
    ("1934-07", None, False),
    ("1934-06", None, True),
    ("1934", None, True),  # may be ninety
    ("1935", None, False),
    ("1900-01-01", "1950-01-01", False),  # at death
    ("1900-01-01", "1990-01-01", True),
    ("1900-06", "1990", True),
    (None, None, False),
    ("nonsense", None, False),
]


@pytest.mark.parametrize(("birth", "death", "over"), OVER)
def test_over_89(birth, death, over):
    patient = {"birthDate": birth, "deceasedDateTime": death}
    assert is_over_89({k: v for k, v in patient.items() if v}, DAY) is over


def test_resident_id_checksum():
    assert is_resident_id("11010519491231002X")
    for wrong in (
        "110105194912310021",
        "11010519491331002X",
        "1101051949123100",
        "１１０１０５１９４９１２３１００２X",
    ):
        assert not is_resident_id(wrong)


def patient(
    name: Any = ("Ann", "Lee"), birth: str | None = "1980-05-06", sex: str = "female", **numbers: str
) -> dict[str, Any]:
    kinds = {"ssn": "SS", "passport": "PPN"}
    identifiers = [
        {"value": v, **({"type": {"coding": [{"code": kinds[k]}]}} if k in kinds else {})} for k, v in numbers.items()
    ]
    given, family = name
    return {"resourceType": "Patient", "name": [{"given": [given], "family": family}], "gender": sex,
            "identifier": identifiers} | ({"birthDate": birth} if birth else {})  # fmt: skip


def tokens(keys: Any, *args: Any, **kwargs: Any) -> dict[str, str]:
    return dict(link_tokens(patient(*args, **kwargs), keys))


SAME = [
    ((("Ann", "Lee"),), (("ANN", "lee"),)),
    ((("Ann", "Lee"),), (("Lee", "Ann"),)),
    ((("Ann", "Lee"),), (("Ａｎｎ", "Ｌｅｅ"),)),
    ((("小明", "王"),), (("小明 ", " 王"),)),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_name_in_another_spelling(one, other, keys):
    assert tokens(keys, *one)["demographics"] == tokens(keys, *other)["demographics"]


def test_what_makes_no_demographic_token(keys):
    assert "demographics" not in tokens(keys, birth=None)
    assert "demographics" not in tokens(keys, birth="1980-05")
    assert "demographics" not in tokens(keys, sex="unknown")
    assert "demographics" not in tokens(keys, ("Baby Boy", "Lee"))


def test_different_people_have_different_tokens(keys):
    mine = tokens(keys)["demographics"]
    others = [
        tokens(keys, ("Anna", "Lee")),
        tokens(keys, birth="1980-05-07"),
        tokens(keys, sex="male"),
        tokens(keys, ("Ann7", "Lee")),
    ]
    assert mine not in [t["demographics"] for t in others]


def test_national_numbers(keys):
    assert tokens(keys, ssn="219-09-9999").get("ssn") is None  # printed in advertisements
    assert tokens(keys, ssn="219-09-1234")["ssn"] == tokens(keys, ssn="219091234")["ssn"]
    assert tokens(keys, passport="X1234567")["passport"] == tokens(keys, passport="x 1234567")["passport"]
    born = {"birth": "1949-12-31", "sex": "female"}
    assert "resident_id" in tokens(keys, **born, mrn="11010519491231002x")
    # a newborn under its mother's number
    assert "resident_id" not in tokens(keys, birth="2024-01-01", mrn="11010519491231002X")
    assert "resident_id" not in tokens(keys, birth="1949-12-31", sex="male", mrn="11010519491231002X")


def known(name=("Ann", "Lee"), phone="13800138000", **other: Any) -> dict[str, Any]:
    return patient(name, **other) | {"telecom": [{"system": "phone", "value": phone, "use": "mobile"}]}


def shared(keys: Any, one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {kind for kind, _ in set(link_tokens(one, keys)) & set(link_tokens(other, keys))}


PHONES: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "a new family name": (known(), known(("Ann", "Smith")), {"birth", "phone_given"}),
    "a family name that was mistyped": (known(("小明", "王")), known(("小明", "汪")), {"birth", "phone_given"}),
    "twins": (known(("Ann", "Lee")), known(("Eve", "Lee")), {"birth"}),
    "twins whose short names differ by a letter": (known(("Tina", "Lee")), known(("Nina", "Lee")), {"birth"}),
    "Chinese twins": (known(("小明", "王")), known(("小红", "王")), {"birth"}),
    "a letter wrong": (known(("Margaret", "Lee")), known(("Margeret", "Lee")), {"birth", "phone_name"}),
    "a letter missing": (known(("Margaret", "Lee")), known(("Margart", "Lee")), {"birth", "phone_name"}),
    "another first letter": (known(("Marlene", "Lee")), known(("Darlene", "Lee")), {"birth"}),
    "two letters wrong": (known(("Margaret", "Lee")), known(("Margoret", "Leo")), {"birth"}),
    "a digit of the birth date wrong": (known(), known(birth="1980-05-08"), {"phone_birth"}),
    "day and month the other way round": (known(), known(birth="1980-06-05"), {"phone_birth"}),
    "father and son": (known(sex="male"), known(sex="male", birth="2011-02-17"), set()),
    "another sex": (known(), known(sex="male"), {"birth"}),
    "another number": (known(), known(("Ann", "Smith"), phone="13800138001"), {"birth"}),
    "a number written otherwise": (known(), known(("Ann", "Smith"), phone="+86 138-0013-8000"), {"birth", "phone_given"}),
    "a full-width number": (known(), known(("Ann", "Smith"), phone="１３８００１３８０００"), {"birth", "phone_given"}),
    "no real number": (known(phone="0000000"), known(("Ann", "Smith"), phone="0000000"), {"birth"}),
    "a national number, another birth date": (
        patient(ssn="219-09-1234"), patient(ssn="219-09-1234", birth="1980-05-09"), {"ssn", "number_and_name"}),
}  # fmt: skip


@pytest.mark.parametrize("case", PHONES)
def test_what_two_records_share(case, keys):
    one, other, kinds = PHONES[case]
    assert shared(keys, one, other) - {"demographics"} == kinds


def test_an_earlier_name_counts_too(keys):
    married = patient(("Ann", "Smith"))
    married["name"].append({"use": "maiden", "given": ["Ann"], "family": "Lee"})
    assert "demographics" in shared(keys, patient(), married)


def test_a_number_at_work_is_nobodys_own(keys):
    at_work = known() | {"telecom": [{"system": "phone", "value": "13800138000", "use": "work"}]}
    assert not any(kind.startswith("phone") for kind, _ in link_tokens(at_work, keys))


def rows(text: str) -> list[LinkRow]:
    """institution patient kind=token ..."""
    found = []
    for line in text.strip().splitlines():
        institution, patient_id, *said = line.split()
        found.append(LinkRow(institution, patient_id, tuple((k, v) for k, v in (s.split("=") for s in said))))
    return found


def groups(linked: Linked) -> set[frozenset[str]]:
    by_key: dict[str, set[str]] = {}
    for member, key in linked.person_keys.items():
        by_key.setdefault(key, set()).add("/".join(member))
    return {frozenset(g) for g in by_key.values() if len(g) > 1}


LINKS: dict[str, tuple[str, set[str]]] = {
    "one national number": ("a 1 ssn=x\nb 2 ssn=x\nb 3 ssn=y", {"a/1 b/2"}),
    "twice in one institution by number": ("a 1 ssn=x\na 2 ssn=x", {"a/1 a/2"}),
    "one number, two birth dates": ("a 1 ssn=x birth=d\nb 2 ssn=x birth=e", set()),
    "name, birth and sex across institutions": ("a 1 demographics=n\nb 2 demographics=n", {"a/1 b/2"}),
    "name, birth and sex within one": ("a 1 demographics=n\na 2 demographics=n", set()),
    "twins in one, one in the other": ("a 1 demographics=n\na 2 demographics=n\nb 3 demographics=n", set()),
    "doubles that a number joined": (
        "a 1 demographics=n ssn=x\na 2 demographics=n ssn=x\nb 3 demographics=n",
        {"a/1 a/2 b/3"},
    ),
    "numbers differ": ("a 1 demographics=n ssn=x\nb 2 demographics=n ssn=y", set()),
    "numbers of two kinds do not differ": ("a 1 demographics=n ssn=x\nb 2 demographics=n passport=y", {"a/1 b/2"}),
    "a number that joins brings one that differs": (
        "a 1 ssn=x resident_id=r\nb 2 ssn=x demographics=n\nc 3 demographics=n resident_id=q",
        {"a/1 b/2"},
    ),
    "three institutions": ("a 1 demographics=n\nb 2 demographics=n\nc 3 demographics=n", {"a/1 b/2 c/3"}),
    "birth alone": ("a 1 birth=d\nb 2 birth=d", set()),
    "a number and a name, with two birth dates": (
        "a 1 ssn=x number_and_name=m birth=d\nb 2 ssn=x number_and_name=m birth=e",
        {"a/1 b/2"},
    ),
    "a number and a name twice in one": (
        "a 1 ssn=x number_and_name=m birth=d\na 2 ssn=x number_and_name=m birth=e\nb 3 number_and_name=m",
        set(),
    ),
    "a telephone and a given name": ("a 1 phone_given=p birth=d\nb 2 phone_given=p birth=d", {"a/1 b/2"}),
    "a telephone and a given name, and numbers that differ": (
        "a 1 phone_given=p ssn=x\nb 2 phone_given=p ssn=y",
        set(),
    ),
    "twins that share a telephone": ("a 1 phone_name=p\na 2 phone_name=p\nb 3 phone_name=p", set()),
    "a mistyped birth date": ("a 1 phone_birth=p birth=d\nb 2 phone_birth=p birth=e", {"a/1 b/2"}),
    "a telephone forgives no birth date otherwise": ("a 1 phone_name=p birth=d\nb 2 phone_name=p birth=e", set()),
}


@pytest.mark.parametrize("case", LINKS)
def test_linking(case, keys):
    text, expected = LINKS[case]
    for order in permutations(rows(text)):
        assert groups(link_persons(order, keys)) == {frozenset(g.split()) for g in expected}


def test_person_key_is_that_of_the_smallest_member_and_counts_tell_the_rule(keys):
    linked = link_persons(rows("b 2 ssn=x\na 1 ssn=x\nc 3 ssn=q"), keys)
    assert linked.person_keys["b", "2"] == linked.person_keys["a", "1"] == keys.person_key("a", "1")
    assert linked.person_keys["c", "3"] == keys.person_key("c", "3")
    assert linked.counts == {"ssn": 1}
    assert linked.rules == {("a", "1"): ("ssn",), ("b", "2"): ("ssn",)}
    assert link_persons(rows("a 1 demographics=n\na 2 demographics=n"), keys).counts == {"demographics_refused": 1}
