"""Code sets joined to codings, and codes that no list holds, in one session."""

import pytest
from tables import frame, rows

from transforms.terminology.codes import CodeSet
from transforms.terminology.load import shipped
from transforms.terminology.spark import UNLISTED, unlisted_code, with_sets

pytestmark = pytest.mark.spark
SCT, ICD = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10"
DIABETES = "https://clinical-cohort-lakehouse.example/fhir/ValueSet/type-2-diabetes"
TYPES = {"institution": "string", "id": "string", "code_all": "array<string>", "system_all": "array<string>"}


@pytest.fixture(scope="module")
def condition(spark):
    return frame(
        spark,
        TYPES,
        f"""
        institution | id    | code_all             | system_all
        north       | both  | 44054006,E11.900     | {SCT},{ICD}
        north       | icd   | E11                  | {ICD}
        north       | other | 38341003             | {SCT}
        north       | bare  | 44054006             | urn:local
        south       | new   | 44054005             | {SCT}
        south       | typed | Ms Green has a cough | {SCT}
        south       | own   | X1                   | urn:local
        south       | own2  | X2                   | urn:local
        """,
    )


def test_records_join_the_sets_they_are_in_once(condition):
    from pyspark.sql import functions as F

    pair = F.zip_with("code_all", "system_all", lambda c, s: F.struct(c.alias("code"), s.alias("system")))
    found = with_sets(
        condition.withColumn("codings", pair),
        "codings",
        {
            1: shipped().value_set(DIABETES),
            2: CodeSet(prefixes=frozenset({(ICD, "E")}), without=CodeSet(prefixes=frozenset({(ICD, "E11.9")}))),
        },
    )
    assert rows(found.select("id", "number").distinct()) == [("both", 1), ("icd", 1), ("icd", 2)]


def test_what_no_list_holds_is_counted_and_only_standard_codes_are_named(condition):
    found = unlisted_code({"condition": condition}, shipped())
    assert [c.split()[0] for c in UNLISTED.split(", ")] == found.columns
    assert rows(found, "layer", "table", "column", "institution", "system", "code", "records", "codes") == [
        ("silver", "condition", "code_all", "north", "another system", None, 1, 1),
        ("silver", "condition", "code_all", "south", "another system", None, 2, 2),
        ("silver", "condition", "code_all", "south", SCT, "44054005", 1, 1),
        ("silver", "condition", "code_all", "south", SCT, None, 1, 1),
    ]
