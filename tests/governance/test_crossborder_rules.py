"""Which rules decide on data that leaves a country: one row a case, with the ids of the rules that speak."""

from pathlib import Path

import pytest
import yaml

from core.errors import ConfigError
from governance.crossborder import rules
from governance.crossborder.rules import Facts, judge, load_rules

RULES = load_rules()
SHIPPED = Path(rules.__file__).with_name("cn.yaml").read_text(encoding="utf-8")

# what it holds | what is lacking | critical | persons | sensitive | outcome | the rules that ask for it
CASES = """
anonymised         |                   |    |       0 |     0 | allowed                   | cn_anonymised
anonymised         | consent,impact    |    |       0 |     0 | allowed                   | cn_anonymised
personal           |                   |    |       1 |     0 | allowed                   | cn_personal
personal           |                   |    |   99999 |     0 | allowed                   | cn_personal
personal           |                   |    |  100000 |     0 | needs_standard_contract   | cn_personal_100000
personal           |                   |    |  999999 |     0 | needs_standard_contract   | cn_personal_100000
personal           |                   |    | 1000000 |     0 | needs_security_assessment | cn_personal_1000000
personal           | consent           |    |       1 |     0 | forbidden                 | cn_no_separate_consent
personal           | impact            |    |       1 |     0 | forbidden                 | cn_no_impact_assessment
personal           | consent,impact    |    |       1 |     0 | forbidden                 | cn_no_separate_consent,cn_no_impact_assessment
personal           |                   | ci |       1 |     0 | needs_security_assessment | cn_critical_infrastructure
personal,sensitive |                   |    |       0 |     1 | needs_standard_contract   | cn_sensitive
personal,sensitive |                   |    |       0 |  9999 | needs_standard_contract   | cn_sensitive
personal,sensitive |                   |    |       0 | 10000 | needs_security_assessment | cn_sensitive_10000
personal,sensitive |                   |    | 1000000 | 10000 | needs_security_assessment | cn_sensitive_10000,cn_personal_1000000
personal,sensitive | consent           |    |       0 | 10000 | forbidden                 | cn_no_separate_consent
personal,important |                   |    |       1 |     0 | needs_security_assessment | cn_important_data
important          |                   |    |       0 |     0 | needs_security_assessment | cn_important_data
personal,genetic   | genetic           |    |       1 |     0 | forbidden                 | cn_genetic_not_reported
personal,genetic   |                   |    |       1 |     0 | needs_security_assessment | cn_genetic
"""
_HOLDS = {"anonymised": "only_anonymised"}
_LACKS = {"consent": "separate_consent", "impact": "impact_assessment", "genetic": "genetic_report"}


def cases():
    for line in CASES.strip().splitlines():
        holds, lacks, critical, personal, sensitive, outcome, rules = (c.strip() for c in line.split("|"))
        facts = Facts(
            "CN", frozenset(_HOLDS.get(h, h) for h in holds.split(",")), frozenset(_LACKS[x] for x in lacks.split(",") if x),
            bool(critical), int(personal), int(sensitive),
        )  # fmt: skip
        yield pytest.param(facts, outcome, tuple(rules.split(",")), id=" ".join(line.split()))


@pytest.mark.parametrize(("facts", "outcome", "speak"), cases())
def test_the_strictest_rule_that_applies_decides(facts, outcome, speak):
    judged = judge(facts, RULES["CN"])
    assert (judged.outcome, judged.rules) == (outcome, speak)


def test_every_shipped_rule_decides_in_a_case_and_has_a_source():
    deciding = {rule for case in cases() for rule in case.values[2]}
    assert deciding == {rule.id for rule in RULES["CN"].rules}
    assert all(rule.source and rule.because.zh for rule in RULES["CN"].rules)


def test_where_no_rule_speaks_or_a_country_has_none_nothing_leaves():
    nothing = Facts("CN", frozenset(), frozenset(), False, 0, 0)
    assert judge(nothing, RULES["CN"]).outcome == "forbidden"
    assert judge(nothing, None).outcome == "forbidden"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda r: r.update(colour="red"), "colour"),
        (lambda r: r["rules"][0].pop("source"), "source"),
        (lambda r: r["rules"][0].update(outcome="fine"), "outcome"),
        (lambda r: r["rules"][0].update(when={}), "is empty"),
        (lambda r: r["rules"][0].update(when={"holds": "secrets"}), "holds"),
        (lambda r: r["rules"][0].update(when={"personal": {}}), "at_least, below"),
        (lambda r: r["rules"][0].update(when={"personal": {"at_least": 5, "below": 5}}), "less than below"),
        (lambda r: r["rules"].append(r["rules"][0]), "the same id twice: cn_anonymised"),
        (lambda r: r.update(rules=[]), "rules"),
        (lambda r: r.update(origin="US"), "Make the two equal"),
    ],
)
def test_a_broken_file_of_rules_is_refused_with_what_is_wrong(tmp_path, change, says):
    said = yaml.safe_load(SHIPPED)
    change(said)
    (tmp_path / "cn.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        load_rules(tmp_path)


def test_a_threshold_that_stands_twice_is_refused(tmp_path):
    text = SHIPPED.replace("sensitive: {at_least: 10000}", "sensitive: {at_least: 10000, at_least: 90000}")
    (tmp_path / "cn.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="at_least stands twice"):
        load_rules(tmp_path)


@pytest.mark.parametrize("text", [None, "", "rules: [", "- 1"])
def test_no_rules_at_all_are_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "cn.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"cn\.yaml|no rules"):
        load_rules(tmp_path)
