"""The element model and the question whose record a resource is."""

import json

import pytest

from core import fhir, references
from core.fhir_model import MODEL_FILE, build


def test_the_model_file_is_what_the_pinned_library_says():
    assert json.loads(MODEL_FILE.read_text()) == json.loads(json.dumps(build()))


def test_elements_know_type_and_cardinality():
    assert fhir.resolve("Patient", "contact.name.family").type == "string"
    assert fhir.resolve("Observation", "component.valueQuantity").choice == "value"
    assert fhir.resolve("Questionnaire", "item.item.item.text").type == "string"
    with pytest.raises(KeyError, match="no element 'surname'"):
        fhir.resolve("Patient", "contact.name.surname")


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Patient/p1", ("Patient", "p1")),
        ("https://fhir.example/r4/Patient/p1", ("Patient", "p1")),
        ("Patient/p1/_history/3", ("Patient", "p1")),
        ("Patient?identifier=x|1", None),
        ("#p1", None),
        ("urn:uuid:4bd3", None),
        ("Nurse/p1", None),
        (7, None),
    ],
)
def test_literal_references(reference, expected):
    assert references.parse(reference) == expected


@pytest.mark.parametrize(
    ("resource", "patient", "nobody"),
    [
        ({"resourceType": "Patient", "id": "p1"}, "p1", False),
        ({"resourceType": "Condition", "subject": {"reference": "Patient/p1"}}, "p1", False),
        ({"resourceType": "Condition", "subject": {"reference": "Group/g1"}}, None, True),
        ({"resourceType": "Condition", "subject": {"identifier": {"value": "1"}}}, None, False),
        ({"resourceType": "Observation"}, None, False),
        ({"resourceType": "Observation", "subject": {"reference": "Location/l1"}}, None, True),
        ({"resourceType": "Immunization", "patient": {"reference": "Patient/p1"}}, "p1", False),
        ({"resourceType": "ResearchSubject", "individual": {"reference": "Patient/p1"}}, "p1", False),
        ({"resourceType": "Coverage", "beneficiary": {"reference": "Patient/p1"}}, "p1", False),
        ({"resourceType": "Task", "for": {"reference": "Patient/p1"}}, "p1", False),
        ({"resourceType": "Account", "subject": [{"reference": "Patient/p1"}]}, "p1", False),
        ({"resourceType": "Account", "subject": [{"reference": "Patient/p1"}, {"reference": "Patient/p2"}]}, None, False),
        ({"resourceType": "Appointment", "participant": [{"actor": {"reference": "Practitioner/d"}},
                                                         {"actor": {"reference": "Patient/p1"}}]}, "p1", False),
        ({"resourceType": "Organization"}, None, True),
        ({"resourceType": "Group"}, None, True),
        ({"resourceType": "List"}, None, True),
    ],
)  # fmt: skip
def test_whose_record_it_is(resource, patient, nobody):
    assert references.patient_id(resource) == patient
    assert references.is_about_nobody(resource) == nobody
