"""The tables of studies: from FHIR records through the silver views, on written edges and on the sample's sponsor.

All are built once: "dm", "ae", "ex", "ds", "mh", "cm", "lb", "vs", then "adsl", "adae", "adex", "adlb", "advs", "adcm", "admh",
"adtte". The sample's are compared, subject by subject, with a reading of the raw records that shares no code with them.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sponsor_reference as reference
from study_records import BARE, EDGE, YEARS

from governance.contract import load_contract
from governance.promise import check_schema
from transforms.gold import views
from transforms.lake import frame_of
from transforms.silver.runner import run_inline
from transforms.silver.view import load_views

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("few_rows")]
VIEWS = views()
TABLES = (
    "dm",
    "ex",
    "ds",
    "ae",
    "mh",
    "cm",
    "lb",
    "vs",
    "adsl",
    "adae",
    "adex",
    "adlb",
    "advs",
    "adcm",
    "admh",
    "adtte",
)
SPONSOR = Path(__file__).parents[2] / "sample" / "landing" / "sponsor"


def silver_of(records: dict[str, list[dict[str, Any]]]) -> dict[str, pa.Table]:
    """The silver tables of each institution's records, keys as the ids were; everybody is known under their own id."""
    of = {name: load_views()[name] for view in VIEWS.values() for name in view.reads}
    found: dict[str, pa.Table] = {}
    for name, view in of.items():
        parts = []
        for institution, resources in records.items():
            rows = run_inline(view, [json.dumps(r) for r in resources])
            who = {r["id"]: _person(r) for r in resources if r["resourceType"] == view.resource}
            subjects = [who[key] for key in rows[rows.column_names[0]].to_pylist()]
            for column, values in (
                ("person_key", subjects),
                ("subject_key", subjects),
                ("institution", [institution] * rows.num_rows),
            ):
                rows = rows.add_column(0, column, pa.array(values, pa.string()))
            parts.append(rows)
        found[name] = pa.concat_tables(parts).combine_chunks()
    return found


def _person(resource: dict[str, Any]) -> str | None:
    if resource["resourceType"] == "Patient":
        return resource["id"]
    said = resource.get("subject") or resource.get("individual") or resource.get("patient") or {}
    return said.get("reference", "").removeprefix("Patient/") or None


@pytest.fixture(scope="module")
def tables(spark) -> dict[str, list[dict[str, Any]]]:
    """Every table's rows, in the order of its subjects."""
    records = {
        "edge": EDGE,
        "years": YEARS,
        "bare": [{k: v for k, v in r.items() if v} for r in BARE],
        "sponsor": list(reference.records(SPONSOR).values()),
    }
    frames = {name: frame_of(spark, rows) for name, rows in silver_of(records).items()}
    found = {}
    for name in TABLES:
        view = VIEWS[name]
        made = view.build({n: frames[n] for n in (*view.reads, *view.reads_gold)}, as_of=date(2026, 6, 1))
        check_schema(made.schema, load_contract(view.contract_file))
        rows = made.toArrow()
        frames[name] = frame_of(spark, rows)
        found[name] = rows.to_pylist()
    return found


def rows(tables, name: str, who: str, *columns: str, institution: str = "edge", **where: Any) -> list[Any]:
    """The values of these columns in the rows of a subject, by the record they rest on or the order they have."""
    of = [r for r in tables[name] if r["institution"] == institution and r["subject_key"] == who]
    of = [r for r in of if all(r[k] == v for k, v in where.items())]
    of.sort(key=lambda r: str([r.get("record_key"), r.get(f"{name.removeprefix('ad').upper()}SEQ"), r.get("PARAMCD")]))
    return [tuple(r[c] for c in columns) if len(columns) > 1 else r[columns[0]] for r in of]


def test_every_table_has_rows(tables):
    assert {name for name in TABLES if not tables[name]} == set()


def test_a_subject_is_one_row_a_study_and_a_candidate_is_none(tables):
    subjects = sorted((r["USUBJID"], r["STUDYID"]) for r in tables["adsl"] if r["institution"] == "edge")
    assert subjects == [
        ("again", "ABC-01"), ("crossed", "ABC-01"), ("died", "ABC-01"), ("failed", "ABC-01"), ("left", "ABC-01"),
        ("open", "ABC-01"), ("two", "ABC-01"), ("two", "ABC-02"), ("untreated", "ABC-01"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "flags"),
    [
        ("crossed", "NYYYY"),
        ("died", "NYYYY"),  # placebo of 0 mg is exposure
        ("failed", "YNNNN"),
        ("again", "NYYYN"),
        ("untreated", "NYYYN"),
    ],
)
def test_populations(tables, who, flags):
    assert "".join(rows(tables, "adsl", who, "SCRNFFL", "ENRLFL", "RANDFL", "ITTFL", "SAFFL")[0]) == flags


def test_a_sponsor_that_names_its_drug_only_in_the_doses(tables):
    assert rows(tables, "ex", "low", "EXTRT", "EXSTDTC", institution="bare") == [("XY-55 tablet", "2024-01-05")]
    assert rows(tables, "adsl", "low", "SAFFL", "TRT01A", institution="bare") == [("Y", "Low dose")]
    drug = ("CMTRT", "CMDECOD", "CMCODE", "CMSTDTC")
    assert rows(tables, "cm", "low", *drug, institution="bare") == [("XY-55 tablet", "XY-55", "XY-55", "2023-12")]


def test_results_in_no_category_or_in_one_of_the_sponsors_own_go_by_their_test(tables):
    assert rows(tables, "lb", "low", "record_key", institution="bare") == ["h8", "h9"]


def test_planned_and_actual_arm_are_kept_apart(tables):
    arms = ("ARM", "ACTARM", "TRT01P", "TRT01A")
    assert rows(tables, "adsl", "crossed", *arms) == [("Drug A 50 mg", "Placebo", "Drug A 50 mg", "Placebo")]
    assert rows(tables, "adsl", "failed", *arms) == [(None, None, None, None)]
    assert rows(tables, "adsl", "untreated", *arms) == [("Placebo", None, "Placebo", None)]
    assert [rows(tables, "dm", who, "ARMNRS")[0] for who in ("crossed", "failed", "untreated")] == [
        None, "SCREEN FAILURE", "ASSIGNED, NOT TREATED",
    ]  # fmt: skip
    assert {r["TRTA"] for r in tables["adae"] if r["subject_key"] == "crossed"} == {"Placebo"}, (
        "events by what was given"
    )


def test_demographics_are_at_consent(tables):
    names = ("AGE", "AGEIMPFL", "AGEGR1", "SEX", "RACE", "RFICDT")
    assert rows(tables, "adsl", "crossed", *names) == [(43, None, "18-64", "F", "WHITE", date(2023, 12, 20))]
    assert rows(tables, "adsl", "died", *names) == [(73, "Y", "65-84", "M", None, None)], (
        "born in mid-1950, entered in January"
    )


def test_treatment_is_from_the_first_to_the_last_dose_that_was_given(tables):
    names = ("TRTSDT", "TRTEDT", "TRTEDTF", "TRTDURD")
    assert rows(tables, "adsl", "crossed", *names) == [(date(2024, 1, 10), date(2024, 1, 17), None, 8)]
    assert rows(tables, "adsl", "open", *names) == [(date(2024, 1, 9), None, None, None)]
    assert rows(tables, "adsl", "left", *names) == [(date(2024, 1, 9), date(2024, 1, 30), "Y", 22)]
    assert rows(tables, "adsl", "untreated", *names) == [(None, None, None, None)]
    assert rows(tables, "ex", "crossed", "EXOCCUR", "EXSTDY", "EXENDY", "EXTRT") == [
        ("Y", 1, 1, "Drug A"), ("Y", 8, 8, "Drug A"), ("N", 15, 15, "Drug A"),
    ]  # fmt: skip


def test_sums_of_exposure(tables):
    sums = dict(rows(tables, "adex", "crossed", "PARAMCD", "AVAL", PARCAT1="OVERALL"))
    assert sums == {"NDOSE": 2.0, "CUMDOSE": 100.0, "TRTDURD": 8.0}


def test_how_a_participation_ended(tables):
    names = ("EOSSTT", "DCSREAS", "EOSDT")
    assert rows(tables, "adsl", "left", *names) == [("DISCONTINUED", "ADVERSE EVENT", date(2024, 1, 30))]
    assert rows(tables, "adsl", "died", *names) == [("DISCONTINUED", "DEATH", date(2024, 2, 1))]
    assert rows(tables, "adsl", "untreated", *names) == [("DISCONTINUED", "WITHDRAWAL BY SUBJECT", date(2024, 1, 5))]
    assert rows(tables, "adsl", "open", *names) == [("ONGOING", None, None)]
    assert rows(tables, "adsl", "failed", *names) == [(None, None, date(2024, 1, 4))]
    assert rows(tables, "adsl", "two", *names, STUDYID="ABC-01") == [("COMPLETED", None, date(2024, 1, 31))]
    assert rows(tables, "adsl", "two", *names, STUDYID="ABC-02") == [("ONGOING", None, None)], "a study without arms"
    assert rows(tables, "adsl", "died", "DTHFL", "DTHDT") == [("Y", date(2024, 2, 1))]


def test_who_is_screened_again_keeps_both_screenings_in_ds(tables):
    assert rows(tables, "adsl", "again", "n_participations", "SUBJID") == [(2, "S-again-2")]
    ends = rows(tables, "ds", "again", "research_subject_key", "DSDECOD", "DSSTDTC")
    assert ends == [("S-again-1", "SCREEN FAILURE", "2023-11-02"), ("S-again-2", "ENTERED INTO TRIAL", "2024-01-08")]


def test_there_is_no_day_0(tables):
    days = {k: v for name in TABLES for r in tables[name] for k, v in r.items() if k.endswith("DY") and v == 0}
    assert days == {}
    assert rows(tables, "adae", "crossed", "ASTDY", record_key="before") == [-1]
    assert rows(tables, "adae", "crossed", "ASTDY", record_key="first-day") == [1]


@pytest.mark.parametrize(
    ("record", "start", "flag", "emergent"),
    [
        ("before", date(2024, 1, 9), None, "N"),
        ("first-day", date(2024, 1, 10), None, "Y"),
        ("worse", date(2024, 1, 12), None, "Y"),  # sent as an event of its own when it grew worse
        ("no-date", None, None, "Y"),  # cannot be ruled out
        ("month", date(2024, 1, 10), "D", "Y"),  # may be the day of the first dose
        ("year-before", date(2023, 1, 1), "M", "N"),
        ("led", date(2024, 1, 15), None, "Y"),
    ],
)
def test_treatment_emergent_and_imputed(tables, record, start, flag, emergent):
    found = rows(tables, "adae", "crossed", "ASTDT", "ASTDTF", "TRTEMFL", record_key=record)
    assert found == [(start, flag, emergent)]


def test_nobody_untreated_has_an_emergent_event(tables):
    assert rows(tables, "adae", "failed", "TRTEMFL", "SAFFL", "ASTDY") == [("N", "N", None)]


def test_events_in_the_words_of_cdisc(tables):
    names = ("AETERM", "AEDECOD", "AEPTCD", "AEBODSYS", "AESEV", "AESER", "AEREL", "RELGR1", "AEOUT")
    assert rows(tables, "adae", "crossed", *names, record_key="worse") == [
        ("RASH", "Rash", "10015150", "Skin and subcutaneous tissue disorders", "SEVERE", "N", "PROBABLE", "RELATED",
         "NOT RECOVERED/NOT RESOLVED"),
    ]  # fmt: skip
    assert rows(tables, "ae", "died", "AEOUT", "AESDTH") == [("FATAL", "Y")]
    assert "potential" not in {r["record_key"] for r in tables["ae"]}
    end = rows(tables, "adae", "crossed", "AEENDTC", "AENDT", "AENDTF", record_key="led")
    assert end == [("2024-01", date(2024, 1, 31), "D")]


def test_history_and_other_drugs(tables):
    assert rows(tables, "admh", "crossed", "MHTERM", "ASTDT", "ASTDTF", "PREFL") == [
        ("Asthma", date(1999, 1, 1), "M", "Y")
    ]
    assert rows(tables, "adcm", "crossed", "CMTRT", "CMCAT", "PREFL", "ONTRTFL") == [
        ("Saline", "ADMINISTRATION", None, "Y"), ("Salbutamol", "REQUEST", "Y", "Y"),
    ]  # fmt: skip


def test_baseline_change_and_visits(tables):
    names = ("record_key", "PARAMCD", "AVAL", "ADY", "AVISIT", "VISITNUM", "ABLFL", "BASE", "CHG", "ANRIND")
    assert rows(tables, "adlb", "crossed", *names) == [
        ("h1", "HBA1C", 5.9, -8, "Screening", 1.0, None, 6.0, None, "HIGH"),
        ("h2", "HBA1C", 6.0, 1, "Baseline", None, "Y", 6.0, None, "HIGH"),
        ("h3", "HBA1C", 5.5, 15, "Week 2", 2.0, None, 6.0, -0.5, "NORMAL"),
        ("h4", "HBA1C", 5.4, 17, None, 2.01, None, 6.0, pytest.approx(-0.6), "NORMAL"),
    ]  # fmt: skip
    assert rows(tables, "advs", "crossed", "PARAMCD", "PARAM", "AVAL") == [
        ("SYSBP", "Systolic Blood Pressure (mm[Hg])", 120.0)
    ]


def test_a_record_is_of_the_study_in_which_it_lies(tables):
    assert sorted((r["record_key"], r["STUDYID"]) for r in tables["lb"] if r["subject_key"] == "two") == [
        ("h5", "ABC-01"), ("h6", "ABC-02"), ("h7", "ABC-02"),
    ]  # fmt: skip


def test_where_only_years_are_kept_no_day_is_invented(tables):
    of = {"institution": "years"}
    names = ("SAFFL", "TRTSDT", "TRTEDT", "TRTDURD", "DATEPREC", "STUDYID")
    assert rows(tables, "adsl", "two", *names, **of) == [("Y", None, None, None, "YEAR", "XYZ-9")]
    assert rows(tables, "adae", "two", "ASTDT", "ASTDTF", "ASTDY", "TRTEMFL", **of) == [(None, None, None, None)]
    assert rows(tables, "adtte", "two", "AVAL", **of) == []


def test_times_to_events(tables):
    names = ("PARAMCD", "AVAL", "CNSR", "ADT")
    assert rows(tables, "adtte", "crossed", *names) == [
        ("TTAE", 1.0, 0, date(2024, 1, 10)),
        ("TTDE", 1.0, 0, date(2024, 1, 10)),
        ("TTDEATH", 17.0, 1, date(2024, 1, 26)),
        ("TTDISC", 17.0, 1, date(2024, 1, 26)),
        ("TTRAE", 3.0, 0, date(2024, 1, 12)),
        ("TTSAE", 17.0, 1, date(2024, 1, 26)),
        ("TTSEVAE", 3.0, 0, date(2024, 1, 12)),
    ]
    died = {code: rest for code, *rest in rows(tables, "adtte", "died", *names)}
    assert died["TTDEATH"] == [28.0, 0, date(2024, 2, 1)]
    assert died["TTDISC"] == [28.0, 0, date(2024, 2, 1)]


# --- the sample's sponsor, against a reading of its records that shares no code with the tables ---------------------------


@pytest.mark.parametrize("name", sorted(reference.EXPECTED))
def test_the_sample_agrees_with_the_reference_subject_by_subject(tables, name):
    columns, expected = reference.EXPECTED[name]
    of = [r for r in tables[name] if r["institution"] == "sponsor"]
    wanted = list(expected(SPONSOR))
    if name == "adtte":
        of = [r for r in of if r["PARAMCD"] in {row[1] for row in wanted}]
    found = [tuple(round(v, 6) if isinstance(v := r[c], float) else v for c in columns) for r in of]
    assert found
    assert sorted(found, key=str) == sorted(wanted, key=str)
