"""When "there is no record" may be read as "has none": pure rows of governance/load_completeness."""

from datetime import date

import pytest
from tables import cells

from transforms.gold._loaded import Whole, whole_kinds

DAY = date(2026, 5, 1)


def whole(text):
    """The kinds that are whole, by institution. "all" stands for the empty patient group."""
    numbers = ("records", "rejected", "missing")
    rows = [
        {"institution": "clinic", "basis": "manifest", "complete_from": None, "complete_until": None}
        | row
        | {n: int(row.get(n) or 0) for n in numbers}
        | {"patient_group": "" if row["patient_group"] == "all" else row["patient_group"]}
        | ({"complete_until": date.fromisoformat(row["complete_until"])} if row.get("complete_until") else {})
        for row in cells(text)
    ]
    return whole_kinds(rows)


def test_who_never_sent_a_manifest_is_not_in():
    text = """
        institution | resource_type | patient_group | complete_until | basis    | records
        north       | Condition     |               |                | records  | 9
        south       | Patient       | all           | 2026-05-01     | manifest | 9
        south       | Condition     |               |                | records  | 9
    """
    assert whole(text) == {"south": {}}, "once there are manifests, what they do not name is not known"


def test_a_type_that_was_asked_for_and_gave_nothing_is_whole():
    text = """
        resource_type            | patient_group | complete_until | records | rejected
        Condition                | all           | 2026-05-01     | 0       | 0
        MedicationRequest        | all           | 2026-05-03     | 5       | 0
        MedicationAdministration | all           | 2026-05-02     | 0       | 0
    """
    assert whole(text)["clinic"] == {"condition": Whole(DAY, True), "medication": Whole(date(2026, 5, 2), False)}


def test_drugs_need_orders_and_administrations():
    assert whole("resource_type | patient_group | complete_until\nMedicationRequest | all | 2026-05-01") == {
        "clinic": {}
    }


def test_statements_count_only_where_some_came():
    text = """
        resource_type            | patient_group | complete_until | records | missing
        MedicationRequest        | all           | 2026-05-01     | 5       | 0
        MedicationAdministration | all           | 2026-05-01     | 5       | 0
        MedicationStatement      | all           | 2026-05-01     | {}      | {}
    """
    assert whole(text.format(0, 0))["clinic"] == {"medication": Whole(DAY, False)}
    assert whole(text.format(7, 0))["clinic"] == {"medication": Whole(DAY, False)}
    assert whole(text.format(7, 2))["clinic"] == {}, "two of the statements did not come"


@pytest.mark.parametrize(
    "row",
    [
        "Condition | all |            |            | 0 | manifest",  # nobody said until when
        "Condition | all | 2026-04-01 | 2026-05-01 | 0 | manifest",  # what was before was never sent
        "Condition | all |            | 2026-05-01 | 1 | manifest",  # less came than was declared
        "Condition |     |            | 2026-05-01 | 0 | records",
    ],
)
def test_what_is_not_said_to_be_whole_is_not(row):
    heading = "resource_type | patient_group | complete_from | complete_until | missing | basis"
    assert whole(f"{heading}\nPatient | all | | 2026-05-01 | 0 | manifest\n{row}") == {"clinic": {}}


def test_every_group_of_the_institution_has_to_be_covered_or_all_patients_at_once():
    one = """
        resource_type | patient_group | complete_until
        Patient       | a             | 2026-05-09
        Patient       | b             | 2026-05-09
        Condition     | a             | 2026-05-01
    """
    assert whole(one) == {"clinic": {}}
    both = one + "        Condition     | b             | 2026-05-02\n"
    assert whole(both)["clinic"]["condition"].until == DAY, "the day that both reach"
    everybody = one + "        Condition     | all           | 2026-04-01\n"
    assert whole(everybody)["clinic"]["condition"].until == date(2026, 4, 1)


def test_rejected_records_are_no_sign_that_there_were_none():
    text = "resource_type | patient_group | complete_until | records | rejected\nCondition | all | 2026-05-01 | 0 | 3"
    assert whole(text)["clinic"]["condition"] == Whole(DAY, False)
