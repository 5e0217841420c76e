"""A study's dataset files, read back by whoever reads such files, and what its report shows. No JVM."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pyreadstat
import pytest

from governance.contract import load_contract
from governance.study import summary, survival
from governance.study.dataset import DoesNotFit, dataset
from governance.study.define import define_xml
from governance.study.hidden import hidden
from governance.study.write import beyond_ascii, dataset_json, write
from transforms.gold import views

MADE = datetime(2026, 6, 1, tzinfo=UTC)
ADTTE = load_contract(views()["adtte"].contract_file)
ROWS = pa.table(
    {
        "study_key": ["k", "k"],
        "STUDYID": ["ABC-01", "ABC-01"],
        "USUBJID": ["s2", "s1"],
        "TRT01A": ["Placebo", None],
        "TRTSDT": pa.array([date(2024, 1, 2), None], pa.date32()),
        "PARAMCD": ["TTAE", "TTAE"],
        "AVAL": [5.0, 7.5],
        "CNSR": pa.array([0, 1], pa.int32()),
    }
)


@pytest.fixture
def adtte():
    return dataset(ADTTE, "ABC-01", ROWS)


def test_a_dataset_has_the_variables_of_cdisc_sorted_by_its_keys(adtte):
    assert adtte.rows.column_names == ["STUDYID", "USUBJID", "TRT01A", "TRTSDT", "PARAMCD", "AVAL", "CNSR"]
    assert adtte.rows["USUBJID"].to_pylist() == ["s1", "s2"]
    assert adtte.keys == ("STUDYID", "USUBJID", "PARAMCD")


def test_xpt_is_read_back_with_labels_dates_and_numbers(adtte, tmp_path):
    frame, meta = pyreadstat.read_xport(write(adtte, "xpt", tmp_path, MADE))
    assert list(frame["USUBJID"]) == ["s1", "s2"]
    assert frame["TRT01A"].fillna("").tolist() == ["", "Placebo"]
    assert pd.isna(frame["TRTSDT"][0])
    assert frame["TRTSDT"][1] == date(2024, 1, 2)
    assert list(frame["AVAL"]) == [7.5, 5.0]
    assert list(frame["CNSR"]) == [1.0, 0.0]
    labels = dict(zip(meta.column_names, meta.column_labels, strict=True))
    assert labels["TRTSDT"] == "Date of First Exposure to Treatment"
    assert (meta.table_name, meta.file_label) == ("ADTTE", "Time-to-Event Analysis Dataset")
    assert (tmp_path / "adtte.xpt").read_bytes().startswith(b"HEADER RECORD*******LIBRARY HEADER RECORD"), "version 5"


def test_what_xpt_cannot_hold_is_named_and_nothing_is_left_behind(tmp_path):
    long = ROWS.set_column(3, "TRT01A", [["x" * 201, "给药"]])
    with pytest.raises(DoesNotFit, match=r"TRT01A has a text of 201 bytes, 200 fit.*dataset-json") as error:
        write(dataset(ADTTE, "ABC-01", long), "xpt", tmp_path, MADE)
    assert "xxx" not in str(error.value)
    assert list(tmp_path.iterdir()) == []
    assert beyond_ascii(dataset(ADTTE, "ABC-01", long)) == ("TRT01A",)


def test_every_label_fits_a_transport_file():
    for view in views().values():
        contract = load_contract(view.contract_file)
        if contract.standard:
            variables = [n for n in contract.columns if n.isupper()]
            assert [n for n in variables if not contract.columns[n].label or len(n) > 8] == []
            assert len(contract.title.en) <= 40


def test_dataset_json_goes_round(adtte, tmp_path):
    found = json.loads(write(adtte, "dataset-json", tmp_path, MADE).read_text())
    assert found["datasetJSONVersion"] == "1.1.0"
    assert (found["itemGroupOID"], found["name"], found["records"]) == ("IG.ADTTE", "ADTTE", 2)
    names = [c["name"] for c in found["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in found["rows"]]
    dates = {c["name"] for c in found["columns"] if c["dataType"] == "date"}
    back = [{k: date.fromisoformat(v) if k in dates and v else v for k, v in row.items()} for row in rows]
    assert back == adtte.rows.to_pylist()


def test_dataset_json_keeps_to_the_standard(adtte):
    """The attributes that version 1.1 requires, the words that it allows, and no others."""
    found = dataset_json(adtte, MADE)
    top = {
        "datasetJSONCreationDateTime",
        "datasetJSONVersion",
        "itemGroupOID",
        "records",
        "name",
        "label",
        "columns",
        "rows",
    }
    optional = {
        "fileOID",
        "dbLastModifiedDateTime",
        "originator",
        "sourceSystem",
        "studyOID",
        "metaDataVersionOID",
        "metaDataRef",
    }
    assert top <= set(found) <= top | optional | {"isReferenceData"}
    for column in found["columns"]:
        assert {"itemOID", "name", "label", "dataType"} <= set(column)
        assert set(column) <= {
            "itemOID",
            "name",
            "label",
            "dataType",
            "targetDataType",
            "length",
            "displayFormat",
            "keySequence",
        }
        assert column["dataType"] in {
            "string", "integer", "decimal", "float", "double", "boolean", "datetime", "date", "time", "URI",
        }  # fmt: skip
    assert [c["keySequence"] for c in found["columns"] if "keySequence" in c] == [1, 2, 3]


def test_csv_and_parquet(adtte, tmp_path):
    table = pq.read_table(write(adtte, "parquet", tmp_path, MADE))
    assert table.to_pylist() == adtte.rows.to_pylist()
    assert table.schema.field("CNSR").metadata == {b"label": b"Censor"}
    assert pyarrow.csv.read_csv(write(adtte, "csv", tmp_path, MADE)).num_rows == 2


def test_define_describes_every_variable_in_both_languages(adtte):
    root = ET.fromstring(define_xml([adtte], "xpt", MADE))
    odm, xml = "{http://www.cdisc.org/ns/odm/v1.3}", "{http://www.w3.org/XML/1998/namespace}"
    items = {i.get("Name"): i for i in root.iter(f"{odm}ItemDef")}
    assert list(items) == adtte.rows.column_names
    assert [t.get(f"{xml}lang") for t in items["AVAL"].find(f"{odm}Description")] == ["en", "zh"]
    referred = {r.get("ItemOID") for r in root.iter(f"{odm}ItemRef")}
    assert referred == {i.get("OID") for i in items.values()}
    assert {i.get("DataType") for i in items.values()} == {"text", "date", "float", "integer"}


# --- the report ---------------------------------------------------------------------------------------------------------


def _study(active: int = 8, placebo: int = 7, severe: int = 1) -> summary.Study:
    """Subjects in two arms; six of the active arm have a rash, `severe` of them a severe one."""
    arms = ["Active"] * active + ["Placebo"] * placebo
    n = len(arms)
    adsl = pd.DataFrame(
        {
            "STUDYID": "T", "subject_key": [f"s{i}" for i in range(n)], "ARM": arms, "TRT01P": arms, "TRT01A": arms, "SCRNFFL": "N",
            "ENRLFL": "Y", "SAFFL": "Y", "ITTFL": "Y", "EOSSTT": "COMPLETED", "DCSREAS": None, "AGE": range(30, 30 + n),
            "AGEGR1": "18-64", "SEX": "F", "RACE": None, "ETHNIC": None,
        }
    )  # fmt: skip
    adae = pd.DataFrame(
        {
            "subject_key": [f"s{i}" for i in range(6)], "TRT01A": "Active", "TRTEMFL": "Y", "AESER": "N", "RELGR1": None,
            "AESEV": ["SEVERE"] * severe + ["MILD"] * (6 - severe), "AEBODSYS": "Skin and subcutaneous tissue disorders",
            "AEDECOD": "Rash", "AETERM": "RASH",
        }
    )  # fmt: skip
    adex = pd.DataFrame({"PARCAT1": "OVERALL", "TRTA": arms, "PARAM": "Number of doses", "AVAL": [2.0] * n})
    adtte = pd.DataFrame(
        {
            "PARAMCD": "TTAE",
            "PARAM": "Time (days)",
            "TRTA": arms,
            "AVAL": [float(i + 1) for i in range(n)],
            "CNSR": [i % 2 for i in range(n)],
        }
    )
    return summary.Study("T", adsl, adae, adex, adtte, min_cell=5)


def _cells(table: summary.Table) -> dict[str, tuple[str, ...]]:
    return {label: cells for _, label, cells in table.rows}


def test_small_counts_are_hidden_and_cannot_be_worked_out():
    _, _, events = map(_cells, summary.counts(_study(active=12)))
    assert events["Any treatment-emergent event"] == ("6", "0", "6")
    assert events["Any severe event"][0] == summary.HIDDEN
    assert events["Any severe event"][2] == summary.HIDDEN, "the total would give it away"
    assert events["Skin and subcutaneous tissue disorders: Rash"] == ("6", "0", "6")


def test_a_count_that_is_nearly_everybody_gives_the_others_away():
    *_, events = map(_cells, summary.counts(_study(active=8)))
    assert events["Safety population"] == ("8", "7", "15")
    assert events["Any treatment-emergent event"][0] == summary.HIDDEN, "two of eight had none"


def test_counts_by_arm():
    study = _study()
    disposition, table, _ = map(_cells, summary.counts(study))
    assert disposition["Completed"] == ("8", "7", "15")
    assert table["Persons"] == ("8", "7", "15")
    assert table["Age (years)"] == ("33.5 (2.4)", "41.0 (2.2)", "37.0 (4.5)")
    assert table["Race: NOT RECORDED"] == ("8", "7", "15")
    assert _cells(summary.exposure(study))["Number of doses"] == ("2.0 (0.0)", "2.0 (0.0)", "2.0 (0.0)")


def test_five_of_six_women_tell_of_the_one_man():
    study = _study(active=6, placebo=10)
    study.adsl.loc[0, "SEX"] = "M"
    _, table, _ = map(_cells, summary.counts(study))
    assert table["Persons"] == ("6", "10", "16")
    assert (table["Sex: F"], table["Sex: M"]) == (("–", "–", "–"), ("–", "0", "–"))


def test_enrolled_and_screened_tell_of_those_between():
    study = _study(active=8, placebo=20)
    study.adsl.loc[:1, ["ENRLFL", "SCRNFFL"]] = ["N", "Y"]
    disposition, *_ = map(_cells, summary.counts(study))
    assert disposition["Screened"] == ("8", "20", "28")
    assert disposition["Enrolled"][0] == disposition["Screen failure"][0] == summary.HIDDEN


@pytest.mark.parametrize("seed", range(5))
def test_no_count_of_a_report_is_a_few_persons_from_another_or_from_a_sum(seed):
    """Two persons alike in all but one thing: whoever subtracts shown counts finds nobody, or not a few."""
    rng, n = np.random.default_rng(seed), 60
    study = _study(active=n // 2, placebo=n // 2)
    for name, values in {"SEX": list("FM"), "RACE": ["A", "B", None], "EOSSTT": ["COMPLETED", "ONGOING", "DISCONTINUED"],
                         "ENRLFL": list("YYYYN"), "SAFFL": list("YYYYYN")}.items():  # fmt: skip
        study.adsl[name] = rng.choice(values, n)
    place = {key: i for i, key in enumerate(study.adsl["subject_key"])}
    drafts = [summary.disposition(study, place), summary.baseline(study, place), summary.adverse_events(study, place)]
    blocks = [block for draft in drafts for _, block in draft.blocks]
    hide = hidden(blocks, min_cell=5)
    shown = [people for i, block in enumerate(blocks) for cell, people in block.items() if (i, *cell) not in hide]
    assert shown
    for one, other in combinations(shown, 2):
        if one & other in (one, other):
            assert (one ^ other).bit_count() not in range(1, 5)
    for i, block in enumerate(blocks):
        for by in (0, 1):
            for line in {cell[by] for cell in block}:
                parts = {c: p for c, p in block.items() if c[by] == line and (by or c[1] != "Total")}
                held = sum(p.bit_count() for c, p in parts.items() if (i, *c) in hide)
                left = sum(p.bit_count() for c, p in parts.items() if (i, *c) not in hide)
                assert held not in range(1, 5) or not left


def test_an_arm_of_few_persons_shows_no_mean_and_no_curve():
    study = _study(placebo=3)
    _, table, _ = map(_cells, summary.counts(study))
    assert table["Age (years)"][1:] == (summary.HIDDEN, summary.HIDDEN), "all, less the other arm, would be the three"
    assert [c.arm for c in survival.curves(study, "TTAE")] == ["Active"]


def test_curves_agree_with_the_product_limit_by_hand_and_end_where_few_are_at_risk():
    (active,) = survival.curves(_study(active=8, placebo=0), "TTAE")
    # events on days 1, 3, 5, 7; censored on 2, 4, 6, 8: 7/8, then 7/8 * 5/6, then fewer than 5 are at risk
    assert active.steps["survival"].round(6).tolist() == [
        1.0,
        0.875,
        0.875,
        round(0.875 * 5 / 6, 6),
        round(0.875 * 5 / 6, 6),
    ]
    assert active.steps["at_risk"].min() >= 5
    assert (active.steps["low"] <= active.steps["survival"]).all()
    drawn = survival.picture(_study(), "TTAE")
    assert drawn is not None
    assert drawn == survival.picture(_study(), "TTAE"), "the same data gives the same picture"


def test_nothing_is_drawn_of_nobody():
    study = _study()
    assert survival.picture(replace(study, adtte=study.adtte.head(3)), "TTAE") is None
