"""Code lists, maps and value sets: what ships, and what a broken folder is told."""

import json
import re

import pytest

from transforms.terminology.codes import ATC, ICD10, ICD10_CN, LOINC, RXNORM, SNOMED
from transforms.terminology.load import TerminologyError, load_terminology, shipped

DIABETES = "https://clinical-cohort-lakehouse.example/fhir/ValueSet/diabetes"


def codes(code_list):
    return [e.code for one in shipped().lists if one.name == code_list for e in one.entries.values()]


# What ships


def test_every_list_map_and_set_says_version_and_source():
    for one in (*shipped().lists, *shipped().maps):
        assert all((one.sheet.version, one.sheet.source, one.sheet.checked)), one.name
    assert {one.name for one in shipped().lists} == {"snomed_ct", "loinc", "rxnorm", "atc", "icd10", "icd10_cn"}
    assert all(one.version and one.title for one in shipped().value_sets.values())


def test_loinc_codes_have_the_right_check_digit():
    for code in codes("loinc"):
        body, check = code.split("-")
        digits = [int(d) for d in reversed(body)]
        doubled = sum(sum(divmod(2 * d, 10)) for d in digits[::2])
        assert (doubled + sum(digits[1::2]) + int(check)) % 10 == 0, code


def verhoeff(code):
    step = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for _ in range(6):
        step.append([step[-1][i] for i in step[1]])
    times = [
        [(i + j) % 5 if i < 5 and j < 5 else (i + j - 5) % 5 + 5 if i < 5 else (i - j) % 5 + 5 if j < 5 else (i - j) % 5
         for j in range(10)]
        for i in range(10)
    ]  # fmt: skip
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = times[check][step[place % 8][int(digit)]]
    return check == 0


def test_snomed_codes_have_the_right_check_digit():
    assert not [code for code in codes("snomed_ct") if not verhoeff(code)]


@pytest.mark.parametrize(
    ("code_list", "form"),
    [
        ("atc", r"[A-Z]\d\d([A-Z]([A-Z](\d\d)?)?)?"),
        ("icd10", r"[A-Z]\d\d(\.\d)?"),
        ("icd10_cn", r"[A-Z]\d\d\.[\dx]\d\d"),
    ],
)
def test_codes_have_the_form_of_their_system(code_list, form):
    assert [code for code in codes(code_list) if not re.fullmatch(form, code)] == []


def test_chinese_codes_lie_in_a_listed_category_of_icd10_or_one_below():
    known = {code[:3] for code in codes("icd10")}
    assert {code[:3] for code in codes("icd10_cn")} <= known


def test_descendants_come_from_parents_from_the_code_and_through_maps():
    known = shipped()
    assert (SNOMED, "44054006") in known.at_or_below(SNOMED, "73211009")
    assert (SNOMED, "59621000") not in known.at_or_below(SNOMED, "73211009")
    assert (ICD10, "E11.901") in known.at_or_below(ICD10, "E11")
    assert ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "E11.9") in known.at_or_below(
        "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "E11"
    )
    assert (RXNORM, "860975") in known.at_or_below(RXNORM, "6809")
    assert (RXNORM, "860975") in known.at_or_below(ATC, "A10B", through_maps=True)
    assert (RXNORM, "860975") not in known.at_or_below(ATC, "A10B")
    assert known.at_or_below(LOINC, "4548-4") is None, "nobody says what is below it"
    assert known.at_or_below(ICD10, "E10-E14") is None, "a range is no single place"
    assert known.at_or_below(SNOMED, "1") is None


def test_a_set_holds_codes_of_several_systems_under_all_their_uris():
    found = shipped().value_set(DIABETES)
    assert (SNOMED, "46635009") in found
    assert ("urn:oid:2.16.840.1.113883.6.96", "46635009") in found
    assert (ICD10_CN, "E11.900") in found
    assert (ICD10, "E15") not in found
    assert shipped().is_listed(ICD10, "E11.77")
    assert not shipped().is_listed(ICD10, "A00")


# The user's own folder


@pytest.fixture
def folder(tmp_path):
    for name in ("lists", "maps", "valuesets"):
        (tmp_path / name).mkdir()

    def write(**files):
        for name, text in files.items():
            file = name.replace("__", "/", 1)
            stem, _, suffix = file.rpartition("_")
            (tmp_path / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
        return tmp_path

    return write


SHEET = 'system: urn:x\nversion: "1"\ntitle: {en: x, zh: x}\nsource: s\nchecked: c\nhierarchy: parents\n'


def value_set(url="urn:vs", **given):
    return json.dumps({"resourceType": "ValueSet", "url": url, "version": "1", **given})


def include(**given):
    return {"compose": {"include": [given]}}


def test_a_folder_adds_lists_and_sets(folder):
    more = {"include": [{"valueSet": [DIABETES]}], "exclude": [{"system": SNOMED, "concept": [{"code": "46635009"}]}]}
    known = load_terminology(
        folder(
            lists__mine_yaml=SHEET,
            lists__mine_csv="code,display,parents\na,A,\nb,B,a\nc,C,b\n",
            valuesets__below_json=value_set(
                **include(system="urn:x", filter=[{"property": "concept", "op": "descendent-of", "value": "a"}])
            ),
            valuesets__not1_json=value_set("urn:not1", compose=more),
            valuesets__whole_json=value_set("urn:whole", expansion={"contains": [{"system": "urn:y", "code": "1"}]}),
        )
    )
    below = known.value_set("urn:vs")
    assert [c for c in "abc" if ("urn:x", c) in below] == ["b", "c"]
    assert (SNOMED, "44054006") in known.value_set("urn:not1")
    assert (SNOMED, "46635009") not in known.value_set("urn:not1")
    assert ("urn:y", "1") in known.value_set("urn:whole|1")
    assert known != shipped()
    assert known.value_set(DIABETES)


def test_all_mistakes_of_all_files_are_told_at_once(folder):
    broken = folder(
        lists__a_yaml="system: urn:a\nversion: 1\nheirarchy: none\n",
        lists__a_csv="code,display\n1,one\n1,again\n2\n,x\n",
        lists__b_csv="code,name\n1,x\n",
        valuesets__c_json="{",
        valuesets__d_json='{"resourceType": "ValueSet"}',
        valuesets__e_json=value_set(**include(system="urn:a", filter=[{"property": "x", "op": "=", "value": "1"}])),
    )
    with pytest.raises(TerminologyError) as refused:
        load_terminology(broken)
    said = str(refused.value)
    for part in (
        "a.yaml: heirarchy", "a.yaml: source", "line 3: code '1' is there twice", "line 4: has not as many cells",
        "line 5: code is empty", "b.yaml: is missing", "b.csv: has no column display", "c.json: is not JSON",
        "d.json: has no url", "d.json: has no version", "d.json: has neither", "e.json: compose.include[0]: filter x =",
        "docs/terminology.md",
    ):  # fmt: skip
        assert part in said, part


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"lists__a_yaml": SHEET, "lists__a_csv": "code,display,parents\na,A,z\n"}, "parent 'z' of 'a' is in no list"),
        ({"lists__a_yaml": SHEET, "lists__a_csv": "code,display,parents\na,A,b\nb,B,a\n"}, "'a' lies below itself"),
        ({"valuesets__v_json": value_set(**include(valueSet=["urn:vs"]))}, "holds itself"),
        ({"valuesets__v_json": value_set(**include(valueSet=["urn:no"]))}, "'urn:no' is not known"),
        ({"valuesets__v_json": value_set(DIABETES, **include(system="urn:x"))}, "is defined in"),
        (
            {"valuesets__v_json": value_set(
                **include(system=LOINC, filter=[{"property": "concept", "op": "is-a", "value": "4548-4"}]))},
            "nothing says what is below '4548-4'",
        ),
        (
            {"valuesets__v_json": value_set(expansion={"total": 9, "contains": [{"system": "urn:y", "code": "1"}]})},
            "has neither a whole expansion",
        ),
    ],
)  # fmt: skip
def test_what_does_not_hang_together_is_refused(folder, files, said):
    with pytest.raises(TerminologyError) as refused:
        load_terminology(folder(**files))
    assert said in str(refused.value)


def test_a_set_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(TerminologyError, match=r"'urn:none' is not known\. Known: .*diabetes"):
        shipped().value_set("urn:none")
