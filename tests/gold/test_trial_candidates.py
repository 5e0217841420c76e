"""Each branch of the three-valued logic, on one evaluation of all studies at once."""

# ruff: noqa: E501 -- a row of a table is one line
from datetime import date

import pytest

from transforms.gold.trial_candidates import trial_candidates

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("few_rows")]
AS_OF = date(2024, 6, 30)
LOINC, SCT, RX, ATC = (
    "http://loinc.org",
    "http://snomed.info/sct",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://www.whocc.no/atc",
)
ICD = "http://hl7.org/fhir/sid/icd-10"

# north shifts dates, south keeps years, west delivered patients only, sponsor is a trial's own record.
PATIENT = """
    institution | subject_key | person_key | patient_key | gender | birth_date | birth_precision | is_over_89 | is_deceased | death_date
    north       | adult       | P1         | k_adult     | female | 1980-01-15 | day             | false      | false       |
    north       | edge        | P2         | k_edge      | male   | 2006-03-01 | day             | false      | false       |
    north       | old         | P3         | k_old       | other  |            |                 | true       |             |
    north       | nobirth     | P4         | k_nobirth   |        |            |                 | false      | false       |
    north       | dead        | P5         | k_dead      | female | 1980-01-15 | day             | false      | true        |
    south       | years       | P6         | k_years     | male   | 1980-01-01 | year            | false      | false       |
    south       | yearedge    | P7         | k_yearedge  | male   | 2006-01-01 | year            | false      | false       |
    north       | uncoded     | P8         | k_uncoded   | female | 1980-01-15 | day             | false      | false       |
    west        | bare        | P1         | k_bare      | female | 1980-01-15 | day             | false      | false       |
    north       | moved       | P9         | k_moved     | female | 2005-01-01 | year            | false      | false       |
    sponsor     | trialist    | P6         | k_trialist  | male   | 1980-01-15 | day             | false      | false       |
"""
CONDITION = f"""
    institution | subject_key | condition_key | verification_status | code     | code_system | code_all            | system_all    | onset_date | recorded_date
    north       | adult       | c1            | confirmed           | 44054006 | {SCT}       | 44054006,E11.900    | {SCT},{ICD}   | 2020-02-01 |
    north       | adult       | c2            |                     | 44054006 | {SCT}       | 44054006            | {SCT}         |            | 2021-03-01
    north       | edge        | c3            | refuted             | 44054006 | {SCT}       | 44054006            | {SCT}         | 2020-02-01 |
    north       | old         | c4            | provisional         | 44054006 | {SCT}       | 44054006            | {SCT}         | 2020-02-01 |
    north       | nobirth     | c5            | confirmed           | 44054006 | {SCT}       | 44054006            | {SCT}         | 2024-12-01 |
    north       | uncoded     | c7            | confirmed           |          |             |                     |               | 2020-02-01 |
    south       | years       | c6            | confirmed           | E11.9    | {ICD}       | E11.9               | {ICD}         | 2019-01-01 |
"""
OBSERVATION = f"""
    institution | subject_key | observation_key | status           | code   | code_system | value | value_comparator | unit_ucum | value_code | value_code_system | effective_date | effective_ts        | effective_precision
    north       | adult       | o1              | final            | 4548-4 | {LOINC}     | 6.0   |                  | %         |            |                   | 2023-01-01     |                     | day
    north       | adult       | o2              | amended          | 4548-4 | {LOINC}     | 8.0   |                  | %         |            |                   | 2024-01-01     |                     | day
    north       | adult       | o3              | entered-in-error | 4548-4 | {LOINC}     | 5.0   |                  | %         |            |                   | 2024-02-01     |                     | day
    north       | adult       | o4              | final            | 4548-4 | {LOINC}     | 5.0   |                  | %         |            |                   | 2024-07-01     |                     | day
    north       | edge        | o5              | final            | 4548-4 | {LOINC}     | 64.0  |                  | mmol/mol  |            |                   | 2024-01-01     |                     | day
    north       | old         | o6              | final            | 4548-4 | {LOINC}     | 8.0   |                  | %         |            |                   | 2024-01-01     | 2024-01-01T08:00:00 | time
    north       | old         | o7              | final            | 4548-4 | {LOINC}     | 6.0   |                  | %         |            |                   | 2024-01-01     | 2024-01-01T09:00:00 | time
    north       | nobirth     | o8              | final            | 4548-4 | {LOINC}     | 8.0   |                  | %         |            |                   | 2024-01-01     |                     | day
    north       | nobirth     | o9              | final            | 4548-4 | {LOINC}     | 6.0   |                  | %         |            |                   | 2024-01-01     | 2024-01-01T09:00:00 | time
    north       | dead        | o10             | final            | 4548-4 | {LOINC}     | 9.0   | <                | %         |            |                   | 2024-01-01     |                     | day
    south       | years       | o11             | final            | 4548-4 | {LOINC}     | 8.0   |                  | %         |            |                   | 2023-01-01     |                     | year
    south       | years       | o12             | final            | 4548-4 | {LOINC}     | 6.0   |                  | %         |            |                   | 2023-01-01     |                     | year
    south       | yearedge    | o13             | final            | 4548-4 | {LOINC}     | 8.0   |                  | %         |            |                   | 2023-01-01     |                     | year
    south       | yearedge    | o14             | final            | 4548-4 | {LOINC}     | 7.5   |                  | %         |            |                   | 2023-01-01     |                     | year
    north       | adult       | o15             | final            | 882-1  | {LOINC}     |       |                  |           | 112144000  | {SCT}             | 2020-01-01     |                     | day
    north       | edge        | o16             | final            | 882-1  | {LOINC}     |       |                  |           | 165743006  | {SCT}             | 2020-01-01     |                     | day
    north       | old         | o17             | final            | 882-1  | {LOINC}     |       |                  |           | LA19710-5  | {LOINC}           | 2020-01-01     |                     | day
"""
REQUEST = f"""
    institution | subject_key | medication_request_key | status    | intent | medication_code | medication_system | authored_date
    north       | adult       | m1                     | completed | order  | 6809            | {RX}              | 2020-01-01
    north       | edge        | m2                     | cancelled | order  | 6809            | {RX}              | 2020-01-01
    north       | old         | m3                     | active    | plan   | 6809            | {RX}              | 2020-01-01
    north       | dead        | m4                     | unknown   | order  | 6809            | {RX}              | 2020-01-01
"""
ADMINISTRATION = f"""
    institution | subject_key | medication_administration_key | status    | medication_code | medication_system | start_date
    north       | nobirth     | a1                            | completed | 6809            | {RX}              | 2020-01-01
    south       | years       | a2                            | completed | A10BA02         | {ATC}             | 2020-01-01
    south       | yearedge    | a3                            | not-done  | A10BA02         | {ATC}             | 2020-01-01
"""
STATEMENT = f"""
    institution | subject_key | medication_statement_key | status    | medication_code | medication_system | start_date
    sponsor     | trialist    | t1                       | active    | 6809            | {RX}              | 2020-01-01
    north       | edge        | t2                       | not-taken | 6809            | {RX}              | 2020-01-01
    west        | bare        | t3                       | intended  | 6809            | {RX}              | 2020-01-01
"""
STUDY = """
    institution | study_key | enrollment_group_key
    sponsor     | age       | g_age
    sponsor     | elderly   | g_elderly
    sponsor     | women     | g_women
    sponsor     | diabetes  | g_diabetes
    sponsor     | nodiab    | g_nodiab
    sponsor     | icd       | g_icd
    sponsor     | hba1c     | g_hba1c
    sponsor     | blood     | g_blood
    sponsor     | drug      | g_drug
    sponsor     | atc       | g_atc
    sponsor     | whole     | g_whole
    sponsor     | odd       | g_odd
    sponsor     | missing   | g_missing
    sponsor     | members   | g_members
    sponsor     | free      |
"""
GROUP = """
    institution | group_key  | actual
    sponsor     | g_age      | false
    sponsor     | g_elderly  | false
    sponsor     | g_women    | false
    sponsor     | g_diabetes | false
    sponsor     | g_nodiab   | false
    sponsor     | g_icd      | false
    sponsor     | g_hba1c    | false
    sponsor     | g_blood    | false
    sponsor     | g_drug     | false
    sponsor     | g_atc      | false
    sponsor     | g_whole    | false
    sponsor     | g_odd      | false
    sponsor     | g_members  | true
"""
CHARACTERISTIC = f"""
    group_key  | characteristic_index | code      | code_system | value_code | value_system | value | value_comparator | value_low | value_high | value_unit | exclude | period_start_date
    g_age      | 0                    | 30525-0   | {LOINC}     |            |              |       |                  | 18        | 75         | a          | false   |
    g_elderly  | 0                    | 424144002 | {SCT}       |            |              | 80    | >=               |           |            | a          | false   |
    g_women    | 0                    | 46098-0   | {LOINC}     | 248152002  | {SCT}        |       |                  |           |            |            | false   |
    g_diabetes | 0                    | 64572001  | {SCT}       | 44054006   | {SCT}        |       |                  |           |            |            | false   |
    g_nodiab   | 0                    | diagnosis |             | 44054006   | {SCT}        |       |                  |           |            |            | true    |
    g_icd      | 0                    | 29308-4   | {LOINC}     | E11        | {ICD}        |       |                  |           |            |            | false   |
    g_hba1c    | 0                    | 4548-4    | {LOINC}     |            |              | 7     | >=               |           |            | %          | false   |
    g_blood    | 0                    | 882-1     | {LOINC}     | 112144000  | {SCT}        |       |                  |           |            |            | false   |
    g_drug     | 0                    | 410942007 | {SCT}       | 6809       | {RX}         |       |                  |           |            |            | false   |
    g_atc      | 0                    | any       |             | A10        | {ATC}        |       |                  |           |            |            | false   |
    g_whole    | 0                    | 30525-0   | {LOINC}     |            |              |       |                  | 18        | 75         | a          | false   |
    g_whole    | 1                    | 64572001  | {SCT}       | 44054006   | {SCT}        |       |                  |           |            |            | false   |
    g_odd      | 0                    |           |             |            |              |       |                  |           |            |            | false   |
    g_odd      | 1                    | 64572001  | {SCT}       | 44054006   | {SCT}        |       |                  |           |            |            | false   | 2023-01-01
    g_odd      | 2                    | 30525-0   | {LOINC}     |            |              |       |                  | 18        | 75         | mo         | false   |
"""
SUBJECT = """
    institution | subject_key | person_key | study_key | status
    sponsor     | s1          | P1         | age       | on-study
    sponsor     | s2          | P2         | age       | ineligible
    sponsor     | s3          | P3         | age       | not-registered
    sponsor     | s4          | P6         | age       | withdrawn
"""


@pytest.fixture(scope="module")
def candidates(silver):
    tables = silver(
        patient=PATIENT, condition=CONDITION, observation=OBSERVATION, medication_request=REQUEST,
        medication_administration=ADMINISTRATION, medication_statement=STATEMENT, research_study=STUDY, research_subject=SUBJECT, group=GROUP,
        group_characteristic=CHARACTERISTIC,
    )  # fmt: skip
    del tables["load_completeness"]  # as in a lake in which nobody has said anything
    found = trial_candidates(tables, as_of=AS_OF, year_only=("south",)).collect()
    by_patient = {(row.study_key, row.subject_key): row for row in found}
    assert len(by_patient) == len(found), "one row per study and patient"
    return by_patient


@pytest.fixture(scope="module")
def outcome(candidates):
    """(result, needs) of the last criterion of a study for one patient."""

    def of(study, subject):
        last = candidates[study, subject].criteria[-1]
        return last.result, last.needs

    return of


def test_every_patient_meets_every_study_that_states_criteria(candidates):
    studies = {study for study, _ in candidates}
    assert studies == {
        "age", "elderly", "women", "diabetes", "nodiab", "icd", "hba1c", "blood", "drug", "atc", "whole", "odd",
        "missing",
    }  # fmt: skip
    assert len(candidates) == len(studies) * 11


def test_age_is_met_only_when_every_age_the_dates_allow_is(outcome):
    assert outcome("age", "adult") == ("met", None)
    assert outcome("age", "edge") == ("unknown", "date is shifted by up to a year")
    assert outcome("age", "years") == ("met", None)
    assert outcome("age", "yearedge") == ("unknown", "date precision is a year only")
    # 2005 in the north is 2005 or 2006 in truth, so 17 to 19; of the south it would be 18 or 19, which is met.
    assert outcome("age", "moved") == ("unknown", "date precision is a year only")
    assert outcome("age", "nobirth") == ("unknown", "no value loaded")


def test_over_89_means_90_or_more(outcome):
    assert outcome("age", "old") == ("not_met", None)
    assert outcome("elderly", "old") == ("met", None)
    assert outcome("elderly", "adult") == ("not_met", None)


def test_sex_is_unknown_where_the_record_does_not_say(outcome):
    assert outcome("women", "adult") == ("met", None)
    assert outcome("women", "edge") == ("not_met", None)
    assert outcome("women", "old") == ("unknown", "no value loaded")
    assert outcome("women", "nobirth") == ("unknown", "no value loaded")


def test_condition_needs_a_record_that_stands(outcome, candidates):
    assert outcome("diabetes", "adult") == ("met", None)
    newest = candidates["diabetes", "adult"].criteria[-1]
    assert (newest.evidence_key, newest.evidence_date) == ("c2", date(2021, 3, 1))
    assert outcome("diabetes", "edge") == ("not_met", None), "refuted"
    assert outcome("diabetes", "old") == ("unknown", "diagnosis is not confirmed")
    assert outcome("diabetes", "nobirth") == ("not_met", None), "dated after as_of"


def test_not_loaded_is_not_none(outcome):
    assert outcome("diabetes", "dead") == ("not_met", None)
    assert outcome("diabetes", "bare") == ("unknown", "no record of this kind loaded for the institution")
    assert outcome("diabetes", "yearedge") == ("unknown", "records of the institution use another code system")
    assert outcome("diabetes", "years") == ("unknown", "a record of the patient has no code in this code system")
    assert outcome("diabetes", "uncoded") == ("unknown", "a record of the patient has no code in this code system")
    assert outcome("drug", "years") == ("unknown", "a record of the patient has no code in this code system")
    assert outcome("drug", "uncoded") == ("not_met", None)


def test_exclusion_swaps_met_and_not_met_and_leaves_unknown(outcome):
    assert outcome("nodiab", "adult") == ("not_met", None)
    assert outcome("nodiab", "edge") == ("met", None)
    assert outcome("nodiab", "old") == ("unknown", "diagnosis is not confirmed")


def test_icd_and_atc_match_codes_below_the_criterion(outcome):
    assert outcome("icd", "adult") == ("met", None), "second coding of a condition"
    assert outcome("icd", "years") == ("met", None)
    assert outcome("icd", "yearedge") == ("not_met", None)
    assert outcome("atc", "years") == ("met", None)
    assert outcome("atc", "yearedge") == ("not_met", None), "not done"


def test_newest_final_value_decides(outcome, candidates):
    assert outcome("hba1c", "adult") == ("met", None)
    assert candidates["hba1c", "adult"].criteria[-1].evidence_key == "o2", "not in error, not after as_of"
    assert outcome("hba1c", "old") == ("not_met", None), "the later time of one day"
    assert outcome("hba1c", "bare") == ("unknown", "no value loaded")


def test_values_that_may_all_be_the_newest_must_agree(outcome):
    assert outcome("hba1c", "nobirth") == ("unknown", "newest values disagree")
    assert outcome("hba1c", "years") == ("unknown", "date precision is a year only")
    assert outcome("hba1c", "yearedge") == ("met", None)


def test_other_unit_and_open_bound_are_unknown(outcome):
    assert outcome("hba1c", "edge") == ("unknown", "unit differs")
    assert outcome("hba1c", "dead") == ("unknown", "value is only a bound")


def test_coded_value_is_compared_within_its_code_system(outcome):
    assert outcome("blood", "adult") == ("met", None)
    assert outcome("blood", "edge") == ("not_met", None)
    assert outcome("blood", "old") == ("unknown", "value is of another kind or code system")


def test_drug_counts_when_ordered_or_given(outcome):
    assert outcome("drug", "adult") == ("met", None)
    assert outcome("drug", "nobirth") == ("met", None)
    assert outcome("drug", "edge") == ("not_met", None), "cancelled"
    assert outcome("drug", "old") == ("not_met", None), "a plan is no order"
    assert outcome("drug", "dead") == ("unknown", "status is unknown")
    assert outcome("drug", "trialist") == ("met", None), "a statement that it is taken"


def test_what_is_not_understood_is_never_guessed(candidates):
    needs = [(one.result, one.needs) for one in candidates["odd", "adult"].criteria]
    assert needs == [("met", None), *[("unknown", "needs review")] * 3]
    assert [one.needs for one in candidates["missing", "adult"].criteria] == [None, "criteria are not loaded"]


def test_verdict_is_the_and_of_all_criteria(candidates):
    def verdict(subject):
        row = candidates["whole", subject]
        return row.verdict, row.n_met, row.n_not_met, row.n_unknown

    assert verdict("adult") == ("eligible", 3, 0, 0)
    assert verdict("bare") == ("unknown", 2, 0, 1)
    assert verdict("edge") == ("ineligible", 1, 1, 1), "one that fails decides, whatever is unknown"
    assert verdict("dead") == ("ineligible", 1, 2, 0)


def test_the_dead_are_ineligible(candidates):
    row = candidates["age", "dead"]
    assert row.verdict == "ineligible"
    assert [(one.kind, one.result) for one in row.criteria] == [("alive", "not_met"), ("age", "met")]


def test_enrolled_persons_are_known_in_every_institution(candidates):
    enrolled = {subject for (study, subject), row in candidates.items() if study == "age" and row.is_enrolled}
    assert enrolled == {"adult", "bare", "years", "trialist"}
    assert not candidates["women", "adult"].is_enrolled


def test_labels_and_ids_say_which_criterion(candidates):
    last = candidates["hba1c", "adult"].criteria[-1]
    assert (last.criterion_id, last.kind, last.label) == ("g_hba1c/0", "observation", f"{LOINC}|4548-4 >= 7 %")
    assert candidates["age", "adult"].criteria[-1].evidence_date is None, "a birth date would identify"


def test_sex_and_age_band_are_there_for_anonymity(candidates):
    shown = {subject: (row.sex, row.age_band) for (study, subject), row in candidates.items() if study == "age"}
    assert shown["adult"] == ("female", "40-49")
    assert shown["edge"] == ("male", "0-17"), "may be a minor"
    assert shown["old"] == ("other", "90+")
    assert shown["dead"] == ("female", "unknown")


# Which institution's manifests say what. north sends everything, south's conditions end early and its drugs were never
# asked for, west asked for conditions and drugs and there were none, sponsor never sent a manifest.
COMPLETENESS = """
    institution | resource_type            | patient_group | complete_until      | basis    | records | rejected | missing
    north       | Condition                | a             | 2026-05-01T08:00:00 | manifest | 6       | 0        | 0
    north       | Condition                | b             | 2026-05-02T08:00:00 | manifest | 0       | 0        | 0
    south       | Condition                | a             |                     | manifest | 1       | 0        | 0
    west        | Condition                | a             | 2026-05-01T23:59:00 | manifest | 0       | 0        | 0
    west        | MedicationRequest        | a             | 2026-05-03T00:00:00 | manifest | 0       | 0        | 0
    west        | MedicationAdministration | a             | 2026-05-02T00:00:00 | manifest | 0       | 0        | 0
    sponsor     | Condition                |               |                     | records  | 0       | 0        | 0
"""


@pytest.fixture(scope="module")
def absence(silver):
    """(result, needs, complete_until) of the last criterion of a study for one patient, manifests known."""
    found = trial_candidates(
        silver(
            patient=PATIENT, condition=CONDITION, medication_request=REQUEST, medication_administration=ADMINISTRATION,
            research_study=STUDY, group=GROUP, group_characteristic=CHARACTERISTIC, load_completeness=COMPLETENESS,
        ),
        as_of=AS_OF, year_only=("south",),
    ).collect()  # fmt: skip
    last = {(row.study_key, row.subject_key): row.criteria[-1] for row in found}
    return {key: (one.result, one.needs, one.complete_until) for key, one in last.items()}


def test_has_none_is_said_until_the_day_that_the_manifests_reach(absence):
    assert absence["diabetes", "dead"] == ("not_met", None, date(2026, 5, 1)), "the day that both groups reach"
    assert absence["nodiab", "edge"] == ("met", None, date(2026, 5, 1)), "an exclusion rests on it too"
    assert absence["diabetes", "adult"] == ("met", None, None), "a record is there"


def test_a_kind_that_was_asked_for_and_gave_nothing_is_none(absence):
    assert absence["diabetes", "bare"] == ("not_met", None, date(2026, 5, 1))
    assert absence["drug", "bare"] == ("not_met", None, date(2026, 5, 2)), "orders and administrations"


def test_with_manifests_what_they_do_not_cover_is_unknown(absence):
    incomplete = "records of this kind are not known to be loaded completely"
    assert absence["icd", "yearedge"] == ("unknown", incomplete, None), "nobody said until when"
    assert absence["drug", "adult"] == ("met", None, None)
    assert absence["drug", "edge"] == ("unknown", incomplete, None), "drugs were never asked for"
    assert absence["diabetes", "yearedge"] == ("unknown", "records of the institution use another code system", None)


def test_without_any_manifest_what_was_loaded_decides(absence):
    assert absence["diabetes", "trialist"] == ("unknown", "no record of this kind loaded for the institution", None)
