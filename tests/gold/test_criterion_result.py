"""Every kind of question, with windows, consent and SQL, on one evaluation; the same results one criterion a row."""

# ruff: noqa: E501 -- a row of a table is one line
import base64
from datetime import date

import pytest

from transforms.gold import _observed
from transforms.gold._criteria_set import CriteriaError, CriteriaSets, compile_set
from transforms.gold.criterion_result import criterion_result
from transforms.gold.trial_candidates import trial_candidates
from transforms.terminology.load import shipped

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("few_rows")]
AS_OF = date(2024, 6, 30)
BASE = "https://clinical-cohort-lakehouse.example/fhir/ValueSet"
LOINC, SCT, RX, ICD = (
    "http://loinc.org",
    "http://snomed.info/sct",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/icd-10",
)

# ann has everything lately, bob long ago, cat in between or in doubt, dan nothing, eve only years.
PATIENT = """
    institution | subject_key | person_key | patient_key | gender | birth_date | birth_precision | is_over_89 | is_deceased
    north       | ann         | P1         | k_ann       | female | 1980-01-15 | day             | false      | false
    north       | bob         | P2         | k_bob       | male   | 1980-01-15 | day             | false      | false
    north       | cat         | P3         | k_cat       | female | 1980-01-15 | day             | false      | false
    north       | dan         | P4         | k_dan       | male   | 1950-01-15 | day             | false      | false
    south       | eve         | P5         | k_eve       | female | 1980-01-01 | year            | false      | false
"""
# Dates are 1 to 365 days earlier than the truth, except in south, which keeps years.
CONDITION = f"""
    institution | subject_key | condition_key | verification_status | code_all           | system_all   | onset_date | onset_precision
    north       | ann         | c_ann         | confirmed           | 44054006,E11.900   | {SCT},{ICD}  | 2024-06-20 | day
    north       | bob         | c_bob         | confirmed           | 44054006           | {SCT}        | 2020-01-01 | day
    north       | cat         | c_cat         | confirmed           | 44054006           | {SCT}        | 2023-01-01 | day
    north       | dan         | c_dan         | confirmed           | 59621000           | {SCT}        | 2024-01-01 | day
    south       | eve         | c_eve         | confirmed           | 44054006           | {SCT}        | 2023-01-01 | year
"""
REQUEST = f"""
    institution | subject_key | medication_request_key | status    | intent | medication_code_all | medication_system_all | authored_date | authored_precision | medication_key
    north       | ann         | m_by_record            | stopped   | order  |                     |                       | 2024-03-01    | day                | simva
    south       | eve         | m_to_nothing           | stopped   | order  |                     |                       | 2023-01-01    | year               | gone
    north       | ann         | m_ann                  | active    | order  | 860975              | {RX}                  | 2024-06-10    | day |
    north       | bob         | m_bob                  | completed | order  | 860975              | {RX}                  | 2019-12-20    | day |
    north       | cat         | m_cat                  | unknown   | order  | 860975              | {RX}                  | 2022-12-15    | day |
    north       | dan         | m_dan                  | completed | order  | 314076              | {RX}                  | 2024-01-01    | day |
    south       | eve         | m_eve                  | stopped   | order  | 860975              | {RX}                  | 2023-01-01    | year |
"""
MEDICATION = f"""
    institution | medication_key | code_all | system_all
    north       | simva          | 314231   | {RX}
"""
PROCEDURE = f"""
    institution | subject_key | procedure_key | status    | code_all | system_all | performed_date | performed_precision
    north       | ann         | p_ann         | completed | 73761001 | {SCT}      | 2024-06-20     | day
    north       | bob         | p_bob         | not-done  | 73761001 | {SCT}      | 2024-06-20     | day
    north       | cat         | p_cat         | unknown   | 73761001 | {SCT}      | 2024-06-20     | day
"""
OBSERVATION = f"""
    institution | subject_key | observation_key | status | code_all | system_all | value | unit_ucum | value_canonical | unit_canonical | effective_date | effective_precision
    north       | ann         | o1              | final  | 4548-4   | {LOINC}    | 6.0   | %         |                 |                | 2024-01-10     | day
    north       | ann         | o2              | final  | 4548-4   | {LOINC}    | 9.0   | %         |                 |                | 2024-06-10     | day
    north       | bob         | o3              | final  | 4548-4   | {LOINC}    | 9.0   | %         |                 |                | 2020-01-10     | day
    north       | cat         | o4              | final  | 4548-4   | {LOINC}    | 9.0   | %         |                 |                | 2024-06-10     | day
    north       | cat         | o5              | final  | 4548-4   | {LOINC}    | 60.0  | mmol/mol  |                 |                | 2024-01-10     | day
    north       | cat         | o6              | final  | 29463-7  | {LOINC}    | 70.0  | kg        | 70000           | g              | 2024-01-10     | day
    north       | ann         | o8              | final  | 777-3    | {LOINC}    | 200   | 10*9/L    |                 |                | 2024-06-10     | day
    north       | ann         | o9              | final  | 777-3    | {LOINC}    | 150   | 10*9/L    |                 |                | 2023-01-01     | day
    north       | bob         | o10             | final  | 777-3    | {LOINC}    | 150   | 10*9/L    |                 |                | 2023-01-01     | day
    north       | cat         | o11             | final  | 777-3    | {LOINC}    | 200   | 10*9/L    |                 |                | 2024-06-10     | day
    north       | cat         | o12             | final  | 777-3    | {LOINC}    | 50    | 10*9/L    |                 |                | 2023-01-01     | day
    south       | eve         | o7              | final  | 29463-7  | {LOINC}    | 150.0 | [lb_av]   | 68038.8555      | g              | 2024-01-01     | year
"""
CONSENT = """
    institution | subject_key | consent_key | status   | category_code_all | provision_type | given_date | provision_end_date | provision_end_precision | has_exceptions
    north       | ann         | s_ann       | active   | 59284-0,contact   | permit         | 2023-01-01 | 2030-01-01         | day                     | false
    north       | ann         | s_old       | active   | contact           | deny           | 2022-01-01 |                    |                         | false
    north       | bob         | s_bob       | active   | Contact           | deny           | 2023-01-01 |                    |                         | false
    north       | cat         | s_cat       | active   | contact           | permit         | 2023-01-01 | 2024-01-01         | day                     | false
    north       | dan         | s_dan       | inactive | contact           | permit         | 2023-01-01 |                    |                         | false
    south       | eve         | s_eve       | active   | 59284-0           | permit         | 2023-01-01 |                    |                         | false
"""
T2D, HBA1C, METFORMIN = {"in": f"{BASE}/type-2-diabetes"}, {"in": f"{BASE}/hba1c"}, {"in": f"{BASE}/metformin"}
WEIGHT = {"codes": [{"system": LOINC, "code": "29463-7"}]}
PLATELETS = {"codes": [{"system": LOINC, "code": "777-3"}]}
YEAR = {"within": {"days": 365}}
LISINOPRIL = {"codes": [{"system": RX, "code": "314076"}]}
BEFORE = {"within": {"days": 9000, "before": {"condition": T2D, "which": "latest"}}}
AFTER = {"within": {"days": 30, "before": {"condition": T2D, "which": "first"}}}
QUERY = "SELECT institution, subject_key, count(*) > 2 AS result FROM observation GROUP BY institution, subject_key"
# What is asked, and the results of ann, bob, cat, dan and eve: + met, - not met, ? unknown.
ASKED = {
    "recent_diagnosis": ({"condition": {**T2D, **YEAR}}, "+-?-?"),
    "old_diagnosis": ({"condition": {**T2D, "within": {"days": 9000, "not_within_days": 400}}}, "-+?-?"),
    "drug_ever": ({"medication": METFORMIN}, "++?-+"),
    "drug_now": ({"medication": {**METFORMIN, "now": True}}, "+-?--"),
    "drug_before_diagnosis": ({"medication": {**METFORMIN, **AFTER}}, "++?-?"),
    # Dan, of whom no diabetes is known where all diagnoses are, took nothing before it; of a value it stays unknown.
    "other_drug_before_diagnosis": ({"medication": {**LISINOPRIL, **BEFORE}}, "----?"),
    "no_other_drug_before_diagnosis": ({"not": {"medication": {**LISINOPRIL, **BEFORE}}}, "++++?"),
    "hba1c_before_diagnosis": ({"observation": {**HBA1C, "pick": "any", "from": 7, "unit": "%", **BEFORE}}, "+????"),
    "no_drug_lately": ({"not": {"medication": {**METFORMIN, **YEAR}}}, "-+?+?"),
    "drug_as_a_record": ({"medication": {"codes": [{"system": RX, "code": "36567"}]}}, "+---?"),
    "colonoscopy": ({"procedure": {"codes": [{"system": SCT, "code": "73761001"}]}}, "+-?-?"),
    "hba1c_latest": ({"observation": {**HBA1C, "from": 7, "unit": "%"}}, "+++??"),
    "hba1c_lately": ({"observation": {**HBA1C, **YEAR, "from": 7, "unit": "%"}}, "+?+??"),
    "hba1c_any_below": ({"observation": {**HBA1C, "pick": "any", "below": 7, "unit": "%"}}, "+-???"),
    "hba1c_all": ({"observation": {**HBA1C, "pick": "all", "from": 7, "unit": "%"}}, "-+???"),
    "hba1c_max": ({"observation": {**HBA1C, "pick": "max", "to": 8, "unit": "%"}}, "---??"),
    "hba1c_in_either_unit": (
        {"observation": {**HBA1C, "below": 7, "unit": "%", "other_units": [{"below": 53, "unit": "mmol/mol"}]}},
        "---??",
    ),
    "hba1c_all_in_either_unit": (
        {
            "observation": {
                **HBA1C,
                "pick": "all",
                "from": 7,
                "unit": "%",
                "other_units": [{"from": 53, "unit": "mmol/mol"}],
            }
        },
        "-++??",
    ),
    "hba1c_min_in_either_unit": (
        {
            "observation": {
                **HBA1C,
                "pick": "min",
                "from": 5,
                "below": 7,
                "unit": "%",
                "other_units": [{"from": 31, "below": 61, "unit": "mmol/mol"}],
            }
        },
        "+-+??",
    ),
    # Of the last year for certain one value of ann and of cat; whether the others are too changes nothing for ann.
    "platelets_any_low": (
        {"observation": {**PLATELETS, **YEAR, "pick": "any", "below": 100, "unit": "10*9/L"}},
        "-????",
    ),
    "platelets_all_high": (
        {"observation": {**PLATELETS, **YEAR, "pick": "all", "from": 100, "unit": "10*9/L"}},
        "+????",
    ),
    "weight_in_pounds": ({"observation": {**WEIGHT, "from": 65, "to": 75, "unit": "kg"}}, "??+?+"),
    "contact": ({"consent": "contact"}, "+-???"),
    "sql": ({"sql": QUERY}, "+-+?-"),
    "two_of": (
        {"at_least": {"n": 2, "of": [{"sex": "female"}, {"age": {"to": 60}}, {"medication": METFORMIN}]}},
        "+++-+",
    ),
    "either": ({"any": [{"sex": "male"}, {"condition": {**T2D, **YEAR}}]}, "++?+?"),
}
SIGNS = {"met": "+", "not_met": "-", "unknown": "?"}


@pytest.fixture(scope="module")
def tables(silver):
    by_file = {"id": "women", "include": {"sex": "female"}}
    content = base64.b64encode(str({"criteria_set": 1, "criteria": [by_file]}).encode()).decode()
    return silver(
        patient=PATIENT, condition=CONDITION, medication_request=REQUEST, medication=MEDICATION, procedure=PROCEDURE, observation=OBSERVATION, consent=CONSENT,
        research_study="study_key | identifier_values | library_canonicals\n trial | NCT1,x | \n other | y | http://x/Library/l",
        library=f"url | version | status | content_types | contents\n http://x/Library/l | 1 | active | application/json | {content}",
        research_subject="institution | subject_key | person_key | study_key | status\n sponsor | s | P1 | other | on-study",
    )  # fmt: skip


@pytest.fixture(scope="module")
def candidates(tables):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_observed, "canonical", lambda value, unit: (value * 1000, "g") if unit == "kg" else None)
        return evaluated(tables)


def evaluated(tables):
    listed = [{"id": id_, "include": node} for id_, (node, _) in ASKED.items()]
    one, wrong = compile_set({"criteria_set": 1, "study": "NCT1", "criteria": listed}, shipped(), may_have_sql=True)
    assert not wrong, wrong
    return trial_candidates(tables, as_of=AS_OF, criteria_sets=CriteriaSets(NCT1=one), year_only=("south",)).cache()


@pytest.fixture(scope="module")
def results(candidates, tables):
    found = criterion_result({**tables, "trial_candidates": candidates}, as_of=AS_OF).collect()
    by_key = {(row.study_key, row.subject_key, row.criterion_id): row for row in found}
    assert len(by_key) == len(found), "one row per study, patient and criterion"
    return by_key


def test_each_kind_of_question_has_its_result(results):
    people = ("ann", "bob", "cat", "dan", "eve")
    found = {id_: "".join(SIGNS[results["trial", who, id_].result] for who in people) for id_ in ASKED}
    assert found == {id_: expected for id_, (_, expected) in ASKED.items()}


def test_unknown_says_what_is_missing_and_nothing_else_does(results):
    assert all((row.result == "unknown") == (row.needs is not None) for row in results.values())
    needs = {(who, id_): row.needs for (study, who, id_), row in results.items() if study == "trial" and row.needs}
    assert needs["cat", "recent_diagnosis"] == "date is shifted by up to a year"
    assert needs["eve", "recent_diagnosis"] == "date precision is a year only"
    assert needs["cat", "drug_now"] == "status is unknown"
    assert needs["bob", "hba1c_lately"] == "no value loaded"
    assert needs["cat", "hba1c_any_below"] == "unit differs"
    assert needs["cat", "contact"] == "date is shifted by up to a year"
    assert needs["dan", "contact"] == "consent is not stated"
    assert needs["eve", "colonoscopy"] == "no record of this kind loaded for the institution"


def test_evidence_is_the_record_that_decides_with_its_value(results):
    latest, least = results["trial", "ann", "hba1c_latest"], results["trial", "ann", "hba1c_any_below"]
    assert (latest.evidence_key, latest.evidence_date, latest.value, latest.unit) == ("o2", date(2024, 6, 10), 9.0, "%")
    assert (least.evidence_key, least.value) == ("o1", 6.0)
    either = results["trial", "ann", "either"]
    assert (either.kind, either.evidence_key, either.part.split(":")[0]) == ("group", "c_ann", "condition")
    assert results["trial", "ann", "contact"].evidence_key == "s_ann", "the newest statement"


def test_a_library_states_criteria_and_who_is_in_the_study_or_refuses_contact_is_no_candidate(candidates):
    rows = {row.subject_key: row for row in candidates.where("study_key = 'other'").collect()}
    assert {who: row.verdict for who, row in rows.items()} == {
        "ann": "eligible", "bob": "ineligible", "cat": "eligible", "dan": "ineligible", "eve": "eligible",
    }  # fmt: skip
    assert {who for who, row in rows.items() if row.is_candidate} == {"cat", "eve"}, "ann is in the study"
    assert {who: SIGNS[row.may_contact] for who, row in rows.items()} == {
        "ann": "+", "bob": "-", "cat": "?", "dan": "?", "eve": "?",
    }  # fmt: skip


def test_sql_that_cannot_run_says_so_without_quoting(tables):
    query = "SELECT institution, subject_key, nonsense AS result FROM patient"
    one, _ = compile_set({"criteria_set": 1, "criteria": [{"include": {"sql": query}}]}, shipped(), may_have_sql=True)
    with pytest.raises(CriteriaError, match="UNRESOLVED_COLUMN") as refused:
        trial_candidates(tables, as_of=AS_OF, criteria_sets=CriteriaSets(NCT1=one))
    assert "nonsense" not in str(refused.value)


def test_a_lake_without_studies_has_no_candidates(silver):
    assert trial_candidates(silver(patient=PATIENT), as_of=AS_OF).isEmpty()
