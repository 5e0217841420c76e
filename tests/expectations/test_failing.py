"""Which rows break rules, told by their keys, and which are kept out."""

import json
from datetime import date
from pathlib import Path

import pytest

from expectations.compile import compile_rule
from expectations.context import READS, RELATIONS
from expectations.failing import failing, key_columns, split
from expectations.sheet import Rule, load_sheet
from expectations.vocabulary import parse_args

K = [f"{n:032x}" for n in range(9)]
# fmt: off
ROWS = [
    ("clinic", K[0], 0, "final",   1.0),
    ("clinic", K[0], 1, "final",   float("nan")),
    ("clinic", K[1], 0, "gone",    2.0),
    ("clinic", K[1], 0, None,      None),
    ("other",  "MRN-77", None, "gone", -1.0),
]
# fmt: on


def check(rule_id, expect, **args):
    return compile_rule(
        Rule(
            id=rule_id, expect=expect, args=parse_args(expect, args), dimension="conformance", severity="critical",
            because="the test says so",
        ),
        as_of=date(2025, 1, 1),
    )  # fmt: skip


CHECKS = [
    check("status_is_final", "expect_column_values_to_be_in_set", column="status", value_set=["final"]),
    check("value_is_there", "expect_column_values_to_not_be_null", column="value", row_condition="status = 'final'"),
    check("row_is_unique", "expect_compound_columns_to_be_unique", column_list=["thing_key", "part_index"]),
    check("key_is_known", "expect_column_values_to_reference", column="thing_key", references={"table": "silver/t", "column": "k"}),
]  # fmt: skip


@pytest.fixture
def frame(spark):
    return spark.createDataFrame(
        ROWS, "institution string, thing_key string, part_index int, status string, value double"
    )


@pytest.fixture
def read(spark):
    return {"silver/t": spark.createDataFrame([(K[0],), ("MRN-77",)], "k string")}.get


def named(found):
    return sorted((r.rule_id, r.institution, *json.loads(r.row_key).values()) for r in found.collect())


@pytest.mark.spark
def test_each_failing_row_is_named_by_rule_and_key_and_what_is_no_pseudonym_is_withheld(frame, read):
    keys = ["thing_key", "part_index"]
    assert named(failing(frame, CHECKS, read, keys=keys, is_identified=False)) == [
        ("key_is_known", "clinic", K[1], 0),
        ("key_is_known", "clinic", K[1], 0),
        ("row_is_unique", "clinic", K[1], 0),
        ("row_is_unique", "clinic", K[1], 0),
        ("status_is_final", "clinic", K[1], 0),
        ("status_is_final", "other", "(no pseudonym)"),
        ("value_is_there", "clinic", K[0], 1),
    ]
    in_the_vault = named(failing(frame, CHECKS[:1], read, keys=keys, is_identified=True))
    assert ("status_is_final", "other", "MRN-77") in in_the_vault


@pytest.mark.spark
def test_only_so_many_rows_a_rule_are_named_and_always_the_same(frame, read):
    few = failing(frame, CHECKS, read, keys=["thing_key", "part_index"], is_identified=False, most=1)
    assert [r[0] for r in named(few)] == ["key_is_known", "row_is_unique", "status_is_final", "value_is_there"]
    assert ("status_is_final", "other", "(no pseudonym)") in named(few)  # "(" is before any digit


@pytest.mark.spark
def test_kept_out_and_used_rows_are_all_rows(frame, read):
    used, kept_out = split(frame, CHECKS[:3], read)
    assert used.columns == kept_out.columns == frame.columns
    assert [(r.thing_key, r.part_index) for r in used.collect()] == [(K[0], 0)]
    assert kept_out.count() == len(ROWS) - 1


@pytest.mark.parametrize(
    ("table", "columns", "is_identified", "keys"),
    [
        (
            "silver/observation",
            "observation_key subject_key component_index value",
            False,
            "observation_key component_index",
        ),
        ("gold/trial_candidates", "study_key person_key verdict", False, "study_key person_key"),
        (
            "bronze/resource",
            "resource_type resource_id subject_id raw source_line",
            True,
            "resource_type resource_id source_line",
        ),
    ],
)
def test_a_row_is_told_by_its_own_key_or_else_by_all_its_keys(table, columns, is_identified, keys):
    assert key_columns(table, columns.split(), is_identified=is_identified) == keys.split()


@pytest.mark.parametrize(
    ("layer", "change", "said"),
    [
        ("silver", "severity: major", "quarantine: is for a critical rule"),
        ("silver", "mostly: 0.9", "quarantine: is for a critical rule without `mostly`"),
        ("gold", "severity: critical", "quarantine: only rows of silver"),
    ],
)
def test_a_quarantine_that_would_do_nothing_is_refused(tmp_path: Path, layer, change, said):
    stanza = {
        "id": "thing_is_there", "expect": "expect_column_values_to_not_be_null", "args": {"column": "a"},
        "dimension": "completeness", "severity": "critical", "quarantine": "row", "because": "the test says so",
    }  # fmt: skip
    name, value = change.split(": ")
    stanza[name] = float(value) if name == "mostly" else value
    (tmp_path / layer).mkdir()
    file = tmp_path / layer / "thing.yaml"
    file.write_text(json.dumps([stanza]))
    with pytest.raises(Exception, match=said.replace("`", ".")):
        load_sheet(file)


@pytest.mark.parametrize("relation", sorted(RELATIONS.keys() - {"people"}))
def test_it_is_known_which_tables_a_relation_reads(relation):
    asked: list[str] = []
    RELATIONS[relation](None, asked.append)
    assert tuple(sorted(asked)) == READS[relation]
