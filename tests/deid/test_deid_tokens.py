import pytest

from deid.policy import load_policies
from deid.subject import DateRule, KnownTerm, Subject
from deid.tokens import is_snomed, looks_identifying
from deid.work import Memory

IDENTIFYING = [
    "13812345678",
    "x13812345678",
    "a-13812345678-b",
    "+86 138 1234 5678",
    "11010519491231002X",
    "219-09-9999",
    "(617) 555-0143",
    "617.555.0143",
    "a.b@c.example",
    "mailto:a@b",
    "tel:555",
    "1949-12-31",
    "19491231",
    "1949/1/2",
    "010-87654321",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "123456789",
    "10.11.12.13",
    "１３８１２３４５６７８",
]
HARMLESS = [
    "8480-6",
    "mm[Hg]",
    "10*3/uL",
    "I10",
    "E11.900x001",
    "314076",
    "entered-in-error",
    "vital-signs",
    "kg/m2",
    "2106-3",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "urn:oid:2.16.840.1.113883.6.238",
    "urn:oid:2.16.156.10011.2.3.3.4",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "A10BA02",
    "2.72",
    "4548-4",
    "LA6576-8",
    "00093-7212-56",
]


@pytest.mark.parametrize("text", IDENTIFYING)
def test_shapes_that_identify(text):
    assert looks_identifying(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_shapes_of_vocabularies(text):
    assert not looks_identifying(text)


def test_long_snomed_numbers_are_told_by_their_check_digit():
    for code in ("44054006", "271649006", "10811121000119102", "132281000119108", "15777000"):
        assert is_snomed(code)
    for code in ("44054007", "13812345678", "110105194912310021", "12345", "10811121000119103"):
        assert not is_snomed(code)


def memory(*known: KnownTerm) -> Memory:
    return Memory(Subject("h", "s", "p", DateRule("year"), known), load_policies())


CODES = [
    ("http://loinc.org", "4548-4", True),
    ("http://loinc.org", "138-12345678", False),
    ("http://loinc.org", "Smith", False),
    ("http://snomed.info/sct", "10811121000119102", True),
    ("http://snomed.info/sct", "13812345678", False),
    ("http://unitsofmeasure.org", "mm[Hg]", True),
    ("http://unitsofmeasure.org", "{13812345678}", False),
    ("http://unitsofmeasure.org", "{a@b.example}", False),
    ("http://hospital.example/codes", "GLU-7", True),
    ("http://hospital.example/codes", "MRN 12", False),
    (None, "AMB", True),
    (None, "张伟", False),
    (None, "1949-12-31", False),
    ("urn:ietf:rfc:3986", "urn:oid:1.2.840.10008.5.1.4.1.1.2", True),
    ("urn:ietf:rfc:3986", "urn:oid:1.2.840.113619.2.55", False),
]


@pytest.mark.parametrize(("system", "code", "stays"), CODES)
def test_codes_of_systems(system, code, stays):
    assert memory().fits_system(system, code) is stays


UNITS = [
    ("mmol/L", True),
    ("10*3/uL", True),
    ("mm Hg", True),
    ("{score}", True),
    ("years", True),
    ("次/分", True),
    ("毫克", True),
    ("℃", True),
    ("×10⁹/L", True),
    ("John Smith", False),
    ("Quillfeather", False),
    ("张伟", False),
    ("13812345678", False),
]


@pytest.mark.parametrize(("unit", "stays"), UNITS)
def test_units(unit, stays):
    assert memory().fits("unit", unit) is stays


KNOWN = (
    KnownTerm("Ann Active", "NAME"),
    KnownTerm("Min", "NAME"),
    KnownTerm("AB12-345", "ID"),
    KnownTerm("1980", "DATE"),
    KnownTerm("王小明", "NAME"),
)
OWN = [
    ("AB12-345", False),
    ("xAB12-345", False),
    ("ab12345", False),
    ("min", True),
    ("1980-x", True),
    ("activity", True),
    ("x王小明x", False),
]


@pytest.mark.parametrize(("token", "stays"), OWN)
def test_what_is_known_of_the_person_is_no_token(token, stays):
    assert memory(*KNOWN).knows(token) is not stays


SYSTEMS = [
    ("http://loinc.org", True),
    ("https://fhir.example.org/CodeSystem/a-b|1.0", True),
    ("http://x.example/?id=1", False),
    ("http://user@x.example/", False),
    ("http://x.example/13812345678", False),
    ("mailto:a@b.example", False),
    ("urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7", False),
    ("ftp://x.example", False),
    ("Smith", False),
]


@pytest.mark.parametrize(("system", "stays"), SYSTEMS)
def test_systems(system, stays):
    assert memory().fits("system", system) is stays
