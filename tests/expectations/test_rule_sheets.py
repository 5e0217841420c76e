"""Rule sheets are closed: every mistake is refused at load, all at once."""

import subprocess
import sys
from datetime import date

import pytest

from core.errors import ConfigError
from expectations.sheet import load_sheet, load_sheets

GOOD = """\
- id: {id}
  expect: expect_column_values_to_not_be_null
  args: {{column: code}}
  dimension: completeness
  severity: major
  because: a diagnosis without a code cannot be found
"""


def write(folder, name, text):
    file = folder / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def refusal(folder) -> str:
    with pytest.raises(ConfigError) as e:
        load_sheets(folder)
    assert e.value.exit_code == 2
    return str(e.value)


def rule(**changes) -> str:
    fields = {
        "id": "condition_has_code",
        "expect": "expect_column_values_to_not_be_null",
        "args": "{column: code}",
        "dimension": "completeness",
        "severity": "major",
        "because": "a diagnosis without a code cannot be found",
    } | changes
    return "- " + "\n  ".join(f"{k}: {v}" for k, v in fields.items() if v is not None) + "\n"


def test_a_sheet_is_the_table_that_it_lies_at(tmp_path):
    write(tmp_path, "silver/condition", GOOD.format(id="condition_has_code"))
    write(tmp_path, "gold/cohort_summary", GOOD.format(id="cohort_has_code"))

    sheets = load_sheets(tmp_path)

    assert sorted(sheets) == ["gold/cohort_summary", "silver/condition"]
    sheet = sheets["silver/condition"]
    assert (sheet.layer, sheet.table, sheet.file) == ("silver", "condition", tmp_path / "silver/condition.yaml")
    assert [(r.id, r.args.columns()) for r in sheet.rules] == [("condition_has_code", ("code",))]


def test_a_rule_can_not_be_changed(tmp_path):
    sheet = load_sheet(write(tmp_path, "silver/condition", rule()))
    with pytest.raises(ValueError, match="frozen"):
        sheet.rules[0].severity = "minor"


def test_all_mistakes_of_all_files_are_listed_at_once(tmp_path):
    write(tmp_path, "silver/a", rule(id="rule_a", severity="blocker", args="{column: code, colour: red}"))
    write(tmp_path, "silver/b", rule(id="rule_b", expect="expect_magic") + rule(id="rule_b2", because="why"))
    write(tmp_path, "gold/c", rule(id="rule_c", treshold=1) + "- just words\n")
    write(tmp_path, "gold/d", "a: [unclosed")
    write(tmp_path, "gold/e", "")
    write(tmp_path, "platinum/f", rule(id="rule_f"))
    (tmp_path / "silver/g.yml").write_text(rule(id="rule_g"))

    text = refusal(tmp_path)

    for said in (
        "rule_a: severity",
        "rule_a: args.colour",
        "Arguments: column, row_condition, condition_parser",
        "rule_b: expect: unknown expectation 'expect_magic'",
        "rule_b2: because",
        "rule_c: treshold",
        "c.yaml: rule 2: is not a mapping",
        "d.yaml, line 2",  # where the list should have ended
        "e.yaml: is not a list of rules",
        "platinum/f.yaml",
        "g.yml",
    ):
        assert said in text
    assert text.startswith("10 mistake(s)")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"args": "{}"}, "args.column: Field required"),
        ({"args": "{column: 'drop table'}"}, "args.column"),
        ({"args": None}, "args: Field required"),
        ({"mostly": 0}, "mostly"),
        ({"mostly": 95}, "mostly"),
        ({"dimension": "beauty"}, "dimension"),
        ({"id": "Has-Code"}, "id: String should match"),
        ({"because": None}, "because: Field required"),
        ({"args": "{column: code, condition_parser: pandas}"}, "args.condition_parser"),
        ({"expect": "expect_column_values_to_be_in_set", "args": "{column: code, value_set: []}"}, "args.value_set"),
        ({"expect": "expect_column_values_to_match_regex", "args": r"{column: code, regex: '^\d+$'}"}, "Write [0-9]"),
        ({"expect": "expect_column_values_to_match_regex", "args": "{column: code, regex: '('}"}, "regular expression"),
        ({"expect": "expect_column_values_to_be_between", "args": "{column: v}"}, "needs min_value or max_value"),
        (
            {"expect": "expect_column_values_to_be_between", "args": "{column: v, min_value: 1, max_value: as_of}"},
            "both numbers or both days",
        ),
        (
            {"expect": "expect_table_row_count_to_be_between", "args": "{min_value: 1}", "mostly": 0.5},
            "no share of rows",
        ),
        ({"expect": "expect_compound_columns_to_be_unique", "args": "{column_list: [a]}"}, "args.column_list"),
        (
            {
                "expect": "expect_column_values_to_reference",
                "args": "{column: subject_key, references: {table: bronze/resource, column: subject_id}}",
            },
            "another zone",
        ),
        (
            {
                "expect": "expect_column_values_to_reference",
                "args": "{column: subject_key, references: {table: vault/identity, column: subject_key}}",
            },
            "args.references.table",
        ),
    ],
)
def test_a_mistake_is_named_with_file_rule_and_field(tmp_path, changes, said):
    write(tmp_path, "silver/condition", rule(**changes))
    text = refusal(tmp_path)
    assert "silver/condition.yaml" in text
    assert said in text


def test_a_key_given_twice_is_a_mistake(tmp_path):
    write(tmp_path, "silver/condition", rule() + "  severity: minor\n")
    assert "severity stands twice" in refusal(tmp_path)


def test_an_id_is_one_rule_everywhere(tmp_path):
    write(tmp_path, "silver/condition", rule() + rule())
    write(tmp_path, "silver/procedure", rule())
    text = refusal(tmp_path)
    assert "condition_has_code: id: is given twice in this sheet" in text
    assert "procedure.yaml: condition_has_code: id: is in" in text


@pytest.mark.parametrize("make", ["nothing", "folder", "layer"])
def test_no_rules_closes_the_door(tmp_path, make):
    folder = tmp_path / "rules"
    if make == "folder":
        folder.mkdir()
    if make == "layer":
        (folder / "silver").mkdir(parents=True)
    assert "nothing passes the gate without rules" in refusal(folder)


def test_one_file_lists_its_mistakes_too(tmp_path):
    file = write(tmp_path, "silver/condition", rule(severity="blocker", dimension="beauty"))
    with pytest.raises(ConfigError, match=r"(?s)2 mistake.*severity.*|2 mistake.*dimension"):
        load_sheet(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_sheet(tmp_path / "silver/absent.yaml")


def test_a_day_is_written_as_a_yaml_date(tmp_path):
    args = "{column: start_date, min_value: 1900-01-01, max_value: as_of}"
    file = write(tmp_path, "silver/x", rule(expect="expect_column_values_to_be_between", args=args))
    (only,) = load_sheet(file).rules
    assert (only.args.min_value, only.args.max_value) == (date(1900, 1, 1), "as_of")


def test_sheets_load_without_great_expectations_and_spark():
    code = (
        "import sys; from expectations.sheet import load_sheets; import expectations.evaluate; load_sheets();"
        "print(sorted({'great_expectations', 'pyspark', 'pandas'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
