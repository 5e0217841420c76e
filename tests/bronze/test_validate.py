"""A resource has the verdict of fhir.resources, whoever gives it, and a mistake is told without a value."""

import datetime
import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validate_instances import ODD_TEXTS, Maker, Spelling, mutate

from core import fhir
from core.fhir_model import model_classes
from transforms.bronze import fhir_structs
from transforms.bronze.validate import MAX_DEPTH, Wrong, surely_right, wrong

LANDING = Path(__file__).parents[2] / "sample" / "landing"
EXTENSION = {"url": "u", "valueString": "v"}


def model(kind: str, release: str) -> Any:
    if release == "R5":
        from fhir.resources import get_fhir_model_class
    else:
        from fhir.resources.R4B import get_fhir_model_class
    return get_fhir_model_class(kind)


def is_right(data: bytes, kind: str, release: str) -> bool:
    try:
        model(kind, release).model_validate(msgspec.json.decode(data))
    except Exception:
        return False
    return True


def encoded(**resource: Any) -> bytes:
    return json.dumps({"resourceType": "Patient"} | resource, ensure_ascii=False).encode()


def documents() -> Iterator[dict[str, Any]]:
    for file in sorted(p for p in LANDING.rglob("*") if p.is_file()):
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for text in data.split(b"\n") if ".ndjson" in file.name else [data]:
            try:
                yield msgspec.json.decode(text)
            except msgspec.DecodeError:
                continue


@cache
def sample() -> list[tuple[str, bytes]]:
    resources = []
    for found in documents():
        entries = found.get("entry") if isinstance(found, dict) and found.get("resourceType") == "Bundle" else None
        resources += [e.get("resource") for e in entries] if entries is not None else [found]
    known = fhir.resource_types("R4")
    return [
        (r["resourceType"], msgspec.json.encode(r))
        for r in resources
        if isinstance(r, dict) and r.get("resourceType") in known
    ]


def test_every_sample_record_has_the_verdict_of_fhir_resources_and_most_have_it_at_once():
    at_once = [surely_right(data, kind, "R4") is not None for kind, data in sample()]
    right = [is_right(data, kind, "R4") for kind, data in sample()]
    assert [wrong(data, kind, "R4") is None for kind, data in sample()] == right
    assert not [i for i, fast in enumerate(at_once) if fast and not right[i]]
    assert len(at_once) > 5000
    assert at_once.count(True) > 0.98 * len(at_once)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("release", ["R4B", "R5"])
def test_instances_of_every_type_are_accepted_at_once(release, share):
    for kind in sorted(fhir.resource_types(release)):
        random = Random(f"{kind} {share}")
        resource = Maker(random, release, share=share, depth=2).resource(kind)
        data = Spelling(random).write(resource)
        assert is_right(data, kind, release), kind
        assert wrong(data, kind, release) is None, kind
        assert surely_right(data, kind, release) is not None or kind in ("Bundle", "Parameters"), kind


def changed(seed: int, release: str, bases: list[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    random = Random(seed)
    kinds = sorted(fhir.resource_types(release))
    kind = random.choice(kinds)
    if bases and random.random() < 0.5:
        kind, data = random.choice(bases)
        base = json.loads(data)
    else:
        base = Maker(random, release, share=random.choice((0, 0.2, 0.5)), depth=2).resource(kind)
    for _ in range(4):
        spelling = Spelling(random, odd=random.choice((0, 0, 0.02, 0.2)))
        yield kind, spelling.write(mutate(random, base, release))


@settings(max_examples=1000, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**40), st.sampled_from(["R4B", "R5"]))
def test_a_changed_resource_has_the_verdict_of_fhir_resources(seed, release):
    for kind, data in changed(seed, release, sample() if release == "R4B" else []):
        right, found = is_right(data, kind, release), wrong(data, kind, release)
        assert right or surely_right(data, kind, release) is None
        assert (found is None) == right
        assert found is None or (found.code == "invalid_fhir" and "Zorblax" not in found.reason)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**40))
def test_a_key_given_twice_is_found_however_it_is_spelled(seed):
    random = Random(seed)
    kind = random.choice(sorted(fhir.resource_types("R4B")))
    resource = Maker(random, "R4B", share=random.choice((0.1, 0.5)), depth=2).resource(kind)
    spelling = Spelling(random, odd=random.choice((0, 0.05, 0.5)), twice=1)
    data = spelling.write(resource)
    found = wrong(data, kind, "R4B")
    assert found is None if spelling.left else found is not None and found.code == "duplicate_key"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"resourceType":"Patient","birthDate":"1","birthDate":"2"}', "Patient.birthDate"),
        ('{"resourceType":"Patient","name":[{},{"family":"a","family" : "b"}]}', "Patient.name[1].family"),
        (r'{"resourceType":"Patient","name":[{"family":"a","f\u0061mily":"a"}]}', "Patient.name[0].family"),
        (r'{"resourceType":"Patient","name":[{"family":"\u003a","family":"a:"}]}', "Patient.name[0].family"),
        (r'{"resourceType":"Patient","name":[{"family":"a\":","family":"\u0022\u003A"}]}', "Patient.name[0].family"),
        ('{"resourceType":"Patient","Zorblax":1,"Zorblax":1}', "Patient.(element not in FHIR)"),
        ('{"resourceType":"Patient","Zorblax":{"id":1,"id":1}}', "Patient.(element not in FHIR)"),
        ('{"resourceType":"Patient","resourceType":"Zorblax"}', "Patient.resourceType"),
        (
            '{"resourceType":"Patient","contained":[{"resourceType":"Basic","code":{},"code":{}}]}',
            "Patient.contained[0].code",
        ),
        ('{"resourceType":"Patient","multipleBirthInteger":1,"multipleBirthInteger":' + "1" * 4000 + "}",
         "Patient.multipleBirthInteger"),
        ('{"resourceType":"Patient","_birthDate":{"id":"Zorblax","id":"x"}}', "Patient._birthDate.id"),
    ],
)  # fmt: skip
def test_a_key_given_twice_is_named(text, place):
    assert wrong(text.encode(), "Patient", "R4") == Wrong("duplicate_key", f"{place}: duplicate_key")


def nested(levels: int, innermost: dict[str, Any]) -> dict[str, Any]:
    for _ in range(levels):
        innermost = {"url": "u", "extension": [innermost]}
    return innermost


@pytest.mark.parametrize(
    "innermost", [EXTENSION, {"url": "u", "valueString": "\u00a0"}, {"url": "{", "valueUri": "}]"}]
)
def test_too_deep_begins_below_a_hundred(innermost):
    allowed, too_deep = (
        encoded(extension=[nested(n, innermost)], name=[{"text": '}{"['}] * 60)
        for n in (MAX_DEPTH // 2 - 2, MAX_DEPTH // 2 - 1)
    )
    found = wrong(allowed, "Patient", "R4")
    assert (found is None) == is_right(allowed, "Patient", "R4")
    assert found is None or found.code == "invalid_fhir"
    found = wrong(too_deep, "Patient", "R4")
    assert found == Wrong("too_deep", "Patient: nested deeper than 100 levels")


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


NESTING = {
    "extension of a value": lambda v: {"url": "u", "valueCoding": {"extension": [v]}},
    "extension of a primitive": lambda v: {"url": "u", "valueCoding": {"_code": {"extension": [v]}}},
    "assigner": lambda v: {"identifier": {"assigner": v}},
    "contained": lambda v: {"resourceType": "Patient", "contained": [v]},
    "item": lambda v: {"linkId": "x", "type": "group", "item": [v]},
}
INNERMOST: dict[str, tuple[str, str, dict[str, Any]]] = {
    "assigner": ("Basic", "subject", {}),
    "contained": ("Patient", "contained", {"resourceType": "Patient"}),
    "item": ("Questionnaire", "item", {"linkId": "x", "type": "group"}),
}


@pytest.mark.parametrize("way", NESTING)
def test_depth_is_counted_whatever_nests(way):
    kind, element, value = INNERMOST.get(way, ("Patient", "extension", EXTENSION))
    own = {"Basic": {"code": {}}, "Questionnaire": {"status": "draft"}}.get(kind, {})
    depths = set()
    for _ in range(60):
        value = NESTING[way](value)
        resource = {"resourceType": kind, **own, element: value if way == "assigner" else [value]}
        depths.add(depth(resource))
        found = wrong(json.dumps(resource).encode(), kind, "R4")
        expected = Wrong("too_deep", f"{kind}: nested deeper than 100 levels") if depth(resource) > MAX_DEPTH else None
        assert found == expected, depth(resource)
    assert min(depths) < MAX_DEPTH < max(depths)


@pytest.mark.parametrize(
    ("start", "end"),
    [("[", "]"), ('{"a":', "}"), ('[{"extension":', "}]"), ('{"resourceType":"Patient","contained":[', "]}")],
)
@pytest.mark.parametrize("levels", [101, 2000, 100_000])
@pytest.mark.parametrize("name", ["extension", "contained", "Zorblax"])
def test_any_depth_is_survived(start, end, levels, name):
    data = b'{"resourceType":"Patient","%s":%s1%s}' % (name.encode(), start.encode() * levels, end.encode() * levels)
    found = wrong(data, "Patient", "R4")
    assert found is not None
    assert found.code == "too_deep"


@pytest.mark.parametrize(
    "inner",
    [
        *[{"multipleBirthInteger": v} for v in (1, 1.0, 1.5, True, "1", 2**31, 10**400, -0.0, None, [1], {})],
        *[{"active": v} for v in (True, 1, 0, 2, "true", "yes", "maybe", None, [])],
        *[{"photo": [{"data": v}]} for v in ("", "QQ==", "QR==", "QQ=", "Q", "Q Q=", "=", "é", "QQ==QQ==", 1)],
        *[{"extension": [{"url": "u", "valueDecimal": v}]} for v in (1, 1e-7, 1e308, 10**30, "1.5", "x", True)],
        *[{"name": v} for v in ([], [None], {}, None, [[]], [{}], "x", [{"given": []}], [{"given": ["a", None]}])],
        *[{"name": [{"given": ["a", None], "_given": v}]} for v in ([None, {"id": "x"}], [None], [{}], {}, [])],
        *[{"_birthDate": v} for v in ({}, {"id": "x"}, {"extension": []}, {"extension": [EXTENSION]}, None, "x", [])],
        *[{"extension": [v]} for v in ({}, EXTENSION, {"url": "u"}, {"url": ""}, {"_url": {"id": "x"}}, {"url": None})],
        {"extension": [{"url": "u", "valueString": "a", "valueCode": "b"}]},
        {"extension": [{"url": "u", "valueString": "a", "valueCode": None}]},
        {"extension": [{"url": "u", "valueString": "a", "_valueString": {"id": "x"}}]},
        {"extension": [{"url": "u", "valueString": "a", "extension": [EXTENSION]}]},
        {"multipleBirthInteger": 1, "multipleBirthBoolean": True},
        {"multipleBirthInteger": 1, "_multipleBirthBoolean": {"id": "x"}},
        {"name": [{"resourceType": "HumanName"}]},
        {"name": [{"resourceType": "Patient"}]},
        {"resource_type": "Patient"},
        {"fhir_comments": "x"},
        {"communication": [{}]},
        {"communication": [{"language": None}]},
        *[{"contained": [v]} for v in ({}, None, 1, {"id": "x"}, {"resourceType": 7}, {"resourceType": "Zorblax"},
          {"resourceType": "HumanName"}, {"resourceType": "Basic"}, {"resourceType": "Basic", "code": {}},
          {"resourceType": "DomainResource"}, {"resourceType": "Patient", "contained": [{"resourceType": "Patient"}]})],
        {"contained": {"resourceType": "Patient"}},
        {"contained": []},
        {"gender": None, "_gender": {"extension": [EXTENSION]}},
        {"_id": {"id": "x"}},
        {"": 1},
    ],
)  # fmt: skip
def test_odd_patients_have_the_verdict_of_fhir_resources(inner):
    for release in ("R4", "R4B", "R5"):
        data = encoded(**inner)
        right = is_right(data, "Patient", release)
        assert right or surely_right(data, "Patient", release) is None
        assert (wrong(data, "Patient", release) is None) == right


def test_odd_texts_have_the_verdict_of_fhir_resources_as_any_primitive():
    primitives = [e for e in fhir.elements("Extension").values() if e.is_primitive]
    for element in primitives:
        for text in ODD_TEXTS:
            data = encoded(extension=[{"url": "u", element.name: text}])
            assert (wrong(data, "Patient", "R4") is None) == is_right(data, "Patient", "R4"), (element.name, text)


def test_no_text_of_nothing_but_rare_white_space_slips_through():
    right = model("HumanName", "R4B")
    for number in [*range(0xD800), *range(0xE000, 0x11000)]:
        text = chr(number)
        if fhir_structs.may_hold_blank(msgspec.json.encode([text])) or not (text.isspace() or number < 256):
            continue
        right.model_validate({"family": text})


@pytest.mark.parametrize("year", [0, 1, 4, 100, 400, 1900, 2000, 2023, 2024, 9999])
def test_days_of_a_year_are_those_of_the_calendar(year):
    read = msgspec.json.Decoder(fhir_structs._PRIMITIVES["dateTime"]).decode
    for month in range(14):
        for day in range(33):
            text = f"{year:04d}-{month:02d}-{day:02d}"
            try:
                datetime.date.fromisoformat(text)
            except ValueError:
                with pytest.raises(msgspec.ValidationError):
                    read(f'"{text}"')
            else:
                read(f'"{text}T00:00:00+14:00"')


@pytest.mark.parametrize("release", ["R4B", "R5"])
def test_structs_know_the_extensions_of_primitives_that_fhir_resources_knows(release):
    for cls in model_classes(release):
        kind = cls.get_resource_type()
        known = {field.alias for name, field in cls.model_fields.items() if name.endswith("__ext")}
        elements = fhir.elements(kind, release).values()
        assert {f"_{e.name}" for e in elements if fhir_structs._has_sibling(e, kind)} == known, kind


@pytest.mark.parametrize(
    ("resource", "place"),
    [
        ({"name": {"family": "Zorblax"}}, "Patient.name: list_type"),
        ({"birthDate": "Zorblax"}, "Patient.birthDate: value_error"),
        ({"birthDate": "2021-02-30"}, "Patient.birthDate: date_from_datetime_parsing"),
        ({"Zorblax": 1}, "Patient.(element not in FHIR): extra_forbidden"),
        ({"contact": [{"name": {"Zorblax": 1}}]}, "Patient.contact[0].name.(element not in FHIR): extra_forbidden"),
        ({"contained": [{"resourceType": "Patient", "birthDate": "Zorblax"}]}, "Patient.contained[0].birthDate: value_error"),
        ({"contained": [{"resourceType": "Zorblax"}]}, "Patient: KeyError"),
        ({"name": [{"use": f"{n}  Zorblax"} for n in range(7)]}, "; and 2 more"),
        ({"birthDate": "\ud800"}, "Patient: not JSON"),
    ],
)  # fmt: skip
def test_a_mistake_names_the_element_and_never_the_value(resource, place):
    data = json.dumps({"resourceType": "Patient", "id": "p", **resource}).encode()
    found = wrong(data, "Patient", "R4")
    assert found.code == "invalid_fhir"
    assert place in found.reason
    assert "Zorblax" not in found.reason


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"Patient"',
        b'{"resourceType":"Patient","id":"\xff"}',
        b"\x00",
        b"{}}",
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_no_reader_would_hand_over_is_wrong_and_no_crash(data):
    for kind, release in (("Patient", "R4"), ("MedicinalProduct", "R4"), ("Patient", "R5")):
        assert wrong(data, kind, release) is not None


@pytest.mark.parametrize("kind", sorted(fhir.R4_ONLY | fhir.R4_OTHER))
def test_types_that_only_r4_has_are_judged_by_what_all_resources_share(kind):
    def judged(**inner: Any) -> Wrong | None:
        return wrong(encoded(resourceType=kind, **inner), kind, "R4")

    own = {"name": {"Zorblax": 1}, "status": "Zorblax"}
    shared = {
        "id": "a",
        "meta": {"versionId": "1"},
        "extension": [EXTENSION],
        "contained": [{"resourceType": "Patient"}],
    }
    assert judged(**own, **shared) is None
    assert judged(**own, id="a b") == Wrong("invalid_fhir", f"{kind}.id: string_pattern_mismatch")
    assert judged(**own, contained=[{"resourceType": "Patient", "birthDate": "x"}]) == Wrong(
        "invalid_fhir", f"{kind}.contained[0].birthDate: value_error"
    )
    assert judged(meta={"Zorblax": 1}).reason == f"{kind}.meta.(element not in FHIR): extra_forbidden"
    twice = f'{{"resourceType":"{kind}","name":{{"Zorblax":1,"Zorblax":2}}}}'.encode()
    assert wrong(twice, kind, "R4") == Wrong("duplicate_key", f"{kind}.(element not in FHIR): duplicate_key")
    deep = f'{{"resourceType":"{kind}","name":{"[" * 100}{"]" * 100}}}'.encode()
    assert wrong(deep, kind, "R4").code == "too_deep"


def test_types_that_only_r4_has_may_be_contained():
    inner = {"resourceType": "SubstanceSpecification", "id": "s", "Zorblax": 1}
    assert wrong(encoded(contained=[inner]), "Patient", "R4") is None
    assert wrong(encoded(contained=[inner]), "Patient", "R4B").reason == "Patient: KeyError"
    assert wrong(encoded(contained=[inner | {"id": ""}]), "Patient", "R4").reason == (
        "Patient.contained[0].id: string_too_short"
    )


def test_evidence_of_r4b_is_judged_by_its_rules():
    data = encoded(resourceType="Evidence", status="active", exposureBackground={})
    assert wrong(data, "Evidence", "R4") is None
    assert wrong(data, "Evidence", "R4B").code == "invalid_fhir"


def test_releases_differ():
    data = encoded(resourceType="Encounter", status="planned", **{"class": [{}]})
    assert wrong(data, "Encounter", "R5") is None
    assert wrong(data, "Encounter", "R4").code == "invalid_fhir"


def test_accepting_needs_no_fhir_resources():
    code = (
        "import sys; from transforms.bronze.validate import wrong;"
        'assert wrong(b\'{"resourceType":"Patient","id":"p"}\', "Patient", "R4") is None;'
        'sys.exit("fhir.resources" in sys.modules or "pydantic" in sys.modules)'
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=LANDING.parents[1])
