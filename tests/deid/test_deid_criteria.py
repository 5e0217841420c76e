"""What comes through of the content of a Library; golden/library shows a whole one."""

import base64
import json
from collections import Counter
from types import SimpleNamespace

import pytest
import yaml

from core.criteria_set import KEYS, WORDS
from deid.criteria import keep_criteria_set
from deid.policy import load_policies
from deid.subject import DateRule, Subject
from deid.work import Memory
from transforms.gold._criteria_set import compile_set
from transforms.terminology.load import shipped


def through(text):
    """The set after de-identification, or None."""
    work = SimpleNamespace(memory=Memory(Subject("h", "s", "p", DateRule("year")), load_policies()), counts=Counter())
    found = keep_criteria_set("content.data")(base64.b64encode(text.encode()).decode(), work)
    return None if found is None else json.loads(base64.b64decode(found))


def one(node):
    return through(yaml.safe_dump({"criteria_set": 1, "criteria": [{"include": node}]}))["criteria"][0]["include"]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Ray House was here",
        "library: {name: x}",
        "- criteria_set",
        "criteria_set: [",
        "criteria_set: 1\ncriteria:\n" + "  - {sex: male}\n" * 6_000,
        "criteria_set: 1\ncriteria: [&a [1,1,1,1,1,1,1,1], &b [*a,*a,*a,*a,*a,*a,*a,*a], &c [*b,*b,*b,*b,*b,*b,*b,*b],"
        " [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]]",
        "criteria_set: 1\ncriteria: [{include: " + "{not: " * 90 + "1" + "}" * 91 + "]",
    ],
)
def test_what_is_no_criteria_set_or_too_large_is_gone(text):
    assert through(text) is None


@pytest.mark.parametrize(
    ("node", "left"),
    [
        ({"sex": "female"}, {"sex": "female"}),
        ({"sex": "Ray House"}, {"sex": {"removed": True}}),
        ({"Ray House": 1}, {"removed": True}),
        ({"age": {"from": 18, "to": 13812345678}}, {"age": {"from": 18, "to": {"removed": True}}}),
        ({"condition": {"in": "http://x.example/ValueSet/a?name=House"}}, {"condition": {"in": {"removed": True}}}),
        ({"consent": {"codes": ["contact", "Ray House"]}}, {"consent": {"codes": ["contact", {"removed": True}]}}),
        ({"sql": "SELECT 1"}, {"removed": True}),
    ],
)
def test_what_does_not_fit_is_marked_and_the_criterion_then_needs_review(node, left):
    assert one(node) == left
    compiled, wrong = compile_set({"criteria_set": 1, "criteria": [{"include": left}]}, shipped())
    assert bool(wrong) == (node != left)
    assert (compiled.criteria[0].expression.needs == "needs review") == (node != left)


def test_an_unknown_word_beside_the_criteria_puts_all_to_review():
    found = through("criteria_set: 1\ncombine: any\ncriteria: [{include: {sex: male}}]")
    assert [c.expression.needs for c in compile_set(found, shipped())[0].criteria] == ["needs review"]


def test_every_word_that_the_compiler_knows_comes_through():
    every = """
        - {include: {all: [{any: [{not: {sex: male}}]}, {at_least: {n: 1, of: [{alive: true}]}}]}}
        - {include: {age: {from: 1, to: 9}}}
        - {include: {age: {above: 1, below: 9}}}
        - {exclude: {medication: {codes: [{system: "http://www.whocc.no/atc", code: A10, descendants: false}], now: true}}}
        - {include: {observation: {in: "https://clinical-cohort-lakehouse.example/fhir/ValueSet/hba1c", pick: any, from: 5, unit: "%"}}}
        - include:
            procedure:
              codes: [{system: "http://snomed.info/sct", code: "73761001"}]
              within: {days: 9, not_within_days: 1, before: {condition: {codes: [{system: "http://snomed.info/sct", code: "44054006"}]}, which: first}}
        - {include: {observation: {codes: [{system: "http://loinc.org", code: 882-1}], value_codes: [{system: "http://snomed.info/sct", code: "112144000"}]}}}
        - {include: {observation: {codes: [{system: "http://loinc.org", code: 882-1}], is: true}}}
        - {include: {observation: {codes: [{system: "http://loinc.org", code: 882-1}], value_in: "https://clinical-cohort-lakehouse.example/fhir/ValueSet/diabetes"}}}
        - {id: a, include: {consent: contact}}
        - {include: {sex: female}}
        - {include: {sex: other}}
        - {include: {observation: {codes: [{system: "http://loinc.org", code: 4548-4}], pick: max, to: 5, unit: "%", other_units: [{to: 31, unit: mmol/mol}]}}}
        - {include: {observation: {codes: [{system: "http://loinc.org", code: 4548-4}], pick: min, to: 5, unit: "%"}}}
        - {include: {observation: {codes: [{system: "http://loinc.org", code: 4548-4}], pick: latest, to: 5, unit: "%"}}}
        - {include: {condition: {codes: [{system: "http://snomed.info/sct", code: "44054006"}], within: {days: 9, before: {condition: {codes: [{system: "http://snomed.info/sct", code: "44054006"}]}, which: latest}}}}}
    """
    document = {"criteria_set": 1, "criteria": yaml.safe_load(every)}
    found = through(yaml.safe_dump(document))
    assert found == document
    assert compile_set(found, shipped())[1] == []
    used = set(yaml.safe_dump(document).replace(":", " ").replace("-", " ").split())
    assert used >= KEYS
    assert used | {"all"} >= WORDS
