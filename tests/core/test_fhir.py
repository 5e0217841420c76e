"""The element model and the question whose record a resource is."""

import json

import pytest

from core import fhir, references
from core.fhir_model import build, model_file


@pytest.mark.parametrize("release", ["R4B", "R5"])
def test_the_model_file_is_what_the_pinned_library_says(release):
    assert json.loads(model_file(release).read_text()) == json.loads(json.dumps(build(release)))


# Source: the list of resources of FHIR 4.0.1, https://hl7.org/fhir/R4/resourcelist.html
R4 = frozenset(
    """Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
    BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
    ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest
    CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest
    CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
    DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest
    EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
    FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization
    ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List
    Location Measure MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge
    MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication
    MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured
    MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition
    MessageHeader MolecularSequence NamingSystem NutritionOrder Observation ObservationDefinition OperationDefinition
    OperationOutcome Organization OrganizationAffiliation Parameters Patient PaymentNotice PaymentReconciliation Person
    PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson
    RequestGroup ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment
    RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition
    StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
    SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task
    TerminologyCapabilities TestReport TestScript ValueSet VerificationResult VisionPrescription""".split()
)


def test_r4_knows_its_own_types_and_those_of_r4b():
    assert len(R4) == 146
    assert fhir.resource_types("R4") == R4 | fhir.resource_types("R4B")
    assert R4 - fhir.resource_types("R4B") == fhir.R4_ONLY
    assert {"SubscriptionTopic", "ClinicalUseDefinition", "NutritionProduct"} <= fhir.resource_types("R4")


def test_abstract_types_are_no_resources():
    for release in ("R4", "R4B", "R5"):
        assert not fhir.resource_types(release) & {
            "Resource",
            "DomainResource",
            "CanonicalResource",
            "MetadataResource",
        }


def test_releases_have_models_of_their_own():
    assert fhir.elements("Encounter")["class"].is_list is False
    assert fhir.elements("Encounter", "R5")["class"].is_list is True
    assert fhir.resolve("Encounter", "class", "R5").type == "CodeableConcept"
    assert fhir.elements("Patient", "R4") is fhir.elements("Patient", "R4B")
    assert not fhir.is_type("MedicinalProduct", "R4")


def test_elements_stand_in_the_order_of_fhir():
    assert list(fhir.elements("Coding")) == ["id", "extension", "system", "version", "code", "display", "userSelected"]
    assert fhir.elements("Extension")["valueQuantity"].is_choice_required is False
    assert fhir.elements("MedicationRequest")["medicationReference"].is_choice_required is True


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
        ({"resourceType": "Composition", "subject": {"reference": "Encounter/e1"}}, None, False),
        ({"resourceType": "Media", "subject": {"reference": "Specimen/s1"}}, None, False),
        ({"resourceType": "Media", "subject": {"reference": "Device/d1"}}, None, True),
        ({"resourceType": "Basic", "subject": {"reference": "Person/1"}}, None, False),
        ({"resourceType": "Condition", "subject": {"type": "http://hl7.org/fhir/StructureDefinition/Patient"}}, None, False),
        ({"resourceType": "AppointmentResponse", "actor": {"reference": "RelatedPerson/r1"}}, None, False),
        ({"resourceType": "Organization"}, None, True),
        ({"resourceType": "Group"}, None, True),
        ({"resourceType": "List"}, None, True),
    ],
)  # fmt: skip
def test_whose_record_it_is(resource, patient, nobody):
    assert references.patient_id(resource) == patient
    assert references.is_about_nobody(resource) == nobody
