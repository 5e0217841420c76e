"""A certificate says what a version holds; it does not depend on how the rows lie in files, and shows every change."""

import datetime as dt
import json

import pyarrow as pa
import pytest

from governance.canonical import digest
from governance.certificate import (
    CertificateError,
    Register,
    Version,
    certificate,
    contents,
    differences,
    load,
    write,
)
from governance.contract import load_contract
from governance.entries import Entry
from governance.signing import SigningKey

ROWS = pa.table(
    {
        "person_key": ["p1", "p2", "p3", "p3"],
        "start_date": [dt.date(2020, 1, 1), None, dt.date(2020, 1, 2), dt.date(2020, 1, 2)],
        "amount": [1.5, None, 2.0, 2.0],
        "codes": [["a"], [], None, None],
    }
)
KEY, NOW = SigningKey.new(), dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def signed():
    from dagster_project.assets.gold import CONTRACTS, VIEWS

    contract = load_contract(VIEWS["drug_exposure"].contract_file)
    assert contract == CONTRACTS["drug_exposure"]
    version = Version(
        "published/L3/drug_exposure", 4, "0123456789ab", NOW, {"gold/drug_exposure": {"silver": {"patient": 3}, "ratio": 0.5}},
        "a" * 64, ("hospital_b", "hospital_a"), "not scored", "none",
    )  # fmt: skip
    return certificate(version, contract, contents(ROWS), ledger="f" * 64, key=KEY, at=NOW)


def test_the_hash_is_of_the_rows_whatever_their_order_and_that_of_the_columns():
    same = contents(ROWS.take([3, 1, 0, 2]).select(["codes", "amount", "start_date", "person_key"]))
    assert same == contents(ROWS)
    assert contents(pa.concat_tables([ROWS.slice(2), ROWS.slice(0, 2)])) == contents(ROWS)


@pytest.mark.parametrize(
    "other",
    [
        ROWS.slice(1),  # a row less
        pa.concat_tables([ROWS.slice(0, 1), ROWS.slice(0, 1), ROWS.slice(1, 2)]),  # another row twice
        ROWS.set_column(2, "amount", pa.array([1.5, 0.0, 2.0, 2.0])),  # a value for none
        ROWS.rename_columns(["person_key", "start_date", "amount", "kinds"]),
        ROWS.set_column(0, "person_key", pa.array(["p1", "p3", "p2", "p3"])),  # values of two rows exchanged
        ROWS.slice(0, 0),
    ],
)
def test_any_other_rows_have_another_hash(other):
    assert contents(other).content_sha256 != contents(ROWS).content_sha256


def test_another_type_is_another_schema():
    cast = ROWS.set_column(0, "person_key", ROWS["person_key"].cast(pa.large_string()))
    assert contents(cast).schema_sha256 != contents(ROWS).schema_sha256


def test_a_certificate_says_what_is_needed_to_cite_and_to_check(signed, tmp_path):
    body = load(write(tmp_path, signed))
    assert body["identifier"] == "lakehouse-ffffffffffff/L3/drug_exposure/v4-01234567"
    assert (body["rows"], body["grade"], body["rights_holders"]) == (4, "L3", ["hospital_a", "hospital_b"])
    assert body["citation"]["datacite"].startswith("hospital_a, hospital_b (2026): ")
    assert "(Version 4) [Data set]" in body["citation"]["datacite"]
    assert body["identifier"] in body["citation"]["gb_t_35294"]
    assert differences(body, contents(ROWS)) == []
    assert [d.split(":")[0] for d in differences(body, contents(ROWS.slice(1)))] == ["rows", "content_sha256"]


@pytest.mark.parametrize(("name", "value"), [("rows", 5), ("grade", "L1"), ("licence", "CC0")])
def test_a_changed_certificate_is_refused(signed, tmp_path, name, value):
    file = write(tmp_path, signed)
    said = json.loads(file.read_text())
    said["certificate"][name] = value
    file.write_text(json.dumps(said))
    with pytest.raises(CertificateError, match="was changed after it was signed"):
        load(file)
    said["hash"] = digest(said["certificate"])
    file.write_text(json.dumps(said))
    with pytest.raises(CertificateError, match="was changed after it was signed"):
        load(file)


def test_a_file_that_is_none(tmp_path):
    for text in ("", "[]", '{"certificate": 1}', "{}"):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(CertificateError, match="is no certificate"):
            load(tmp_path / "x.json")


def entry(kind, **body):
    return Entry("lakehouse", body, "k", kind, None, "0" * 64, 0, None, "2026-03-01T00:00:00.000000Z")


def test_the_ledger_says_whether_a_certificate_stands(signed):
    body, register = signed["certificate"], Register()
    assert register.standing(body) == "unknown"
    register.add(entry("ledger_opened", public_key=KEY.public_key))
    register.add(
        entry(
            "certificate_issued", certificate=body["identifier"], table=body["table"], version=4, sha256=signed["hash"]
        )
    )
    assert register.standing(body) == "valid"
    assert register.current(body["table"]) == [body["identifier"]]
    assert register.standing(body | {"rows": 9}) == "unknown"
    register.add(entry("certificate_superseded", certificate=body["identifier"], reason="erasure"))
    register.add(entry("certificate_superseded", certificate=body["identifier"], reason="newer_version"))
    assert register.standing(body) == "erasure"
    assert register.current(body["table"]) == []


def test_another_key_than_the_ledgers_signs_nothing(signed):
    register = Register()
    register.add(entry("ledger_opened", public_key=SigningKey.new().public_key))
    body = signed["certificate"]
    register.add(
        entry(
            "certificate_issued", certificate=body["identifier"], table=body["table"], version=4, sha256=signed["hash"]
        )
    )
    assert register.standing(body) == "unknown"
