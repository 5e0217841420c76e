"""Whose rows a published version holds, recorded while they are there."""

import json

import pyarrow as pa
import pytest
from deltalake import CommitProperties, write_deltalake

from dagster_project.assets.gold import CONTRACTS
from dagster_project.described import describe
from dagster_project.resources import Lakehouse
from dagster_project.settings import Settings
from governance.entries import Tail

CONTRACT = CONTRACTS["drug_exposure"]
FILE = "name: x\nlanguage: en\nprofile: cn_l3\nfhir_release: R4\nconsent: required\ncountry: CN\n"


@pytest.fixture
def lakehouse(tmp_path):
    (tmp_path / "institutions").mkdir()
    for id in ("hospital_a", "hospital_b"):
        (tmp_path / "institutions" / f"{id}.yaml").write_text(f"id: {id}\n{FILE}")
    return Lakehouse(Settings(lake=tmp_path / "lake", landing=tmp_path, institutions=tmp_path / "institutions"))


def rows(*whose):
    """(institution, person) a row."""
    table = {c: ["x"] * len(whose) for c in CONTRACT.columns}
    return pa.table(table | {"institution": [w[0] for w in whose], "person_key": [w[1] for w in whose]})


def described(lakehouse, held, gold=0):
    held = held.select(list(CONTRACT.published_columns()))
    says = CommitProperties(custom_metadata={"userMetadata": json.dumps({"gold": gold})})
    place = lakehouse.tables.path("published", "L3/drug_exposure")
    write_deltalake(place, held, mode="overwrite", commit_properties=says)
    describe(lakehouse, CONTRACT, f"cert-{gold}", held)
    said = [e.body for e in Tail(lakehouse.ledger.folder).new() if e.kind == "version_described"]
    return said[-1] if said else None


def test_rows_and_persons_are_counted_in_what_is_published(lakehouse):
    held = rows(("hospital_a", "p1"), ("hospital_a", "p1"), ("hospital_a", "p2"), ("hospital_b", "p1"))
    said = described(lakehouse, held)
    assert (said["basis"], said["rows"], said["persons"]) == (
        "published",
        {"hospital_a": 3, "hospital_b": 1},
        {"hospital_a": 2, "hospital_b": 1},
    )
    assert said["columns"]["drug_code"] == {"grade": "L3", "role": "sensitive", "category": "医疗健康信息"}
    assert "drug_display" not in said["columns"], "not published"


def test_where_institutions_are_generalised_gold_says_whose_the_rows_are(lakehouse):
    gold = lakehouse.tables.path("gold", "drug_exposure")
    write_deltalake(gold, rows(("hospital_b", "old")))
    write_deltalake(gold, rows(("hospital_a", "p1"), ("hospital_b", "p2"), ("hospital_b", "p2")), mode="overwrite")
    write_deltalake(gold, rows(("hospital_b", "newer")), mode="overwrite")
    said = described(lakehouse, rows(("*", "p1"), ("*", "p2")), gold=1)
    assert (said["basis"], said["rows"]) == ("gold", {"hospital_a": 1, "hospital_b": 2})
    assert said["persons"] == {"hospital_a": 1, "hospital_b": 1}


def test_what_nobody_can_count_is_not_described(lakehouse):
    told = []
    lakehouse.on_progress = told.append
    assert described(lakehouse, rows(("*", "p1")), gold=7) is None
    assert "it cannot be counted which institutions' rows" in told[0]


def test_an_empty_version_is_nobodys(lakehouse):
    said = described(lakehouse, rows())
    assert (said["rows"], said["persons"]) == ({}, {})
