import shutil
from pathlib import Path

import pytest

from core import fhir, references
from core.errors import ConfigError
from deid.policy import CRITERIA_SET, POLICIES, PROFILES, load_policies, load_profile, snake_case

LISTED = """
Patient Encounter Condition Observation MedicationRequest MedicationAdministration MedicationStatement
MedicationDispense Medication Procedure DiagnosticReport DocumentReference AllergyIntolerance Immunization
ResearchStudy ResearchSubject AdverseEvent Group List Consent Organization Practitioner PractitionerRole Location
CarePlan CareTeam Goal ServiceRequest Specimen ImagingStudy Device FamilyMemberHistory QuestionnaireResponse Coverage
Claim ExplanationOfBenefit RelatedPerson Appointment EpisodeOfCare SupplyDelivery
Account AppointmentResponse Basic BodyStructure ChargeItem ClaimResponse ClinicalImpression Communication
CommunicationRequest Composition CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue DeviceRequest
DeviceUseStatement DocumentManifest Flag GuidanceResponse ImmunizationEvaluation ImmunizationRecommendation Invoice
MeasureReport Media NutritionOrder RequestGroup RiskAssessment Task VisionPrescription
ActivityDefinition DeviceDefinition HealthcareService Measure PlanDefinition Questionnaire Substance
Library
""".split()
# Source: https://hl7.org/fhir/R4/compartmentdefinition-patient.html
COMPARTMENT = """
Account AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic BodyStructure CarePlan CareTeam
ChargeItem Claim ClaimResponse ClinicalImpression Communication CommunicationRequest Composition Condition Consent
Coverage CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue DeviceRequest DeviceUseStatement
DiagnosticReport DocumentManifest DocumentReference Encounter EnrollmentRequest EpisodeOfCare ExplanationOfBenefit
FamilyMemberHistory Flag Goal Group ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation Invoice
List MeasureReport Media MedicationAdministration MedicationDispense MedicationRequest MedicationStatement
MolecularSequence NutritionOrder Observation Patient Person Procedure Provenance QuestionnaireResponse RelatedPerson
RequestGroup ResearchSubject RiskAssessment Schedule ServiceRequest Specimen SupplyDelivery SupplyRequest
VisionPrescription
""".split()
EXCLUDED = """
Provenance AuditEvent Person MolecularSequence Contract SupplyRequest EnrollmentRequest EnrollmentResponse PaymentNotice
PaymentReconciliation Schedule Slot Endpoint DeviceMetric Binary Bundle Parameters OperationOutcome ValueSet CodeSystem
ConceptMap
""".split()
PAGE = Path(__file__).parents[2] / "docs/deidentification-policies.md"
STRINGS = {"string", "markdown", "uri", "url", "canonical", "base64Binary", "xhtml"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "policies"
    shutil.copytree(POLICIES, copy)
    return copy


def test_types_with_a_policy():
    assert set(load_policies().resources) == set(LISTED)


@pytest.mark.parametrize("excluded", EXCLUDED)
def test_types_without_a_policy(excluded):
    assert excluded in fhir.resource_types()
    assert excluded not in load_policies().resources


def test_every_type_of_the_patient_compartment_is_decided():
    assert set(COMPARTMENT) <= set(LISTED) | set(EXCLUDED)


def test_the_page_lists_what_the_policies_say():
    covered, uncovered = PAGE.read_text().split("## With a policy")[1].split("## Without one, deliberately")

    def listed(part: str) -> list[str]:
        rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("|")][2:]
        return [t.strip() for row in rows for t in row.split(",")]

    assert sorted(listed(covered)) == sorted(LISTED)
    assert sorted(listed(uncovered)) == sorted(EXCLUDED)


@pytest.mark.parametrize("kind", sorted(set(LISTED) - {"Group"}))  # members who may not be named are taken out of it
def test_what_names_a_patient_is_about_one(kind):
    """Else its records would pass as those of nobody: without consent, and without the names to look for."""
    named = load_policies().resources[kind].actions.items()
    elements = {p: fhir.resolve(kind, p) for p, a in named if a.verb not in ("remove", "mask")}
    patients = {
        p
        for p, e in elements.items()
        if e.type == "Reference" and {"Patient", "Resource"} & set(e.targets or ("Resource",))
    }
    assert not patients or kind == "Patient" or references.subject_path(kind)


@pytest.mark.parametrize("kind", LISTED)
def test_every_element_of_a_type_is_decided(kind):
    """An element that nobody thought of is removed, too; but nobody should not have thought of it."""
    named = load_policies().resources[kind].actions
    common = {"meta", "implicitRules", "language", "text", "contained", "extension", "modifierExtension"}
    above = {p.split(".")[0] for p in named}
    assert set(fhir.elements(kind)) - common == above


def test_no_string_is_kept_without_a_pattern():
    loaded = load_policies()
    for policy in (*loaded.resources.values(), *loaded.datatypes.values()):
        for path, action in policy.actions.items():
            if action.verb == "keep" and fhir.resolve(policy.type, path).type in STRINGS:
                is_looked_into = action.how == CRITERIA_SET and policy.type == "Library"
                assert is_looked_into or action.how in loaded.patterns


def test_removals_have_reasons():
    for policy in load_policies().resources.values():
        assert all(a.reason for a in policy.actions.values() if a.verb == "remove")


def test_all_mistakes_of_all_files_are_told_at_once(folder: Path):
    (folder / "patient.yaml").write_text(
        "type: Patient\npaths:\n  id: pseudonym\n  shoeSize: keep\n  name: keep\n  telecom: remove\n  photo: smile\n"
    )
    (folder / "goal.yaml").write_text(
        "type: Goal\npaths:\n  statusReason: keep\n  startDate: keep\n  note: {remove: x}\n"
        "  note.text: scan_text\n  subject: {pseudonym: face}\n"
    )
    (folder / "wrong_name.yaml").write_text("type: Basic\npaths: {id: pseudonym}\n")
    (folder / "no_type.yaml").write_text("type: Dragon\npaths: {}\n")
    (folder / "not_yaml.yaml").write_text("a: [")
    (folder / "twice.yaml").write_text("type: Slot\ntype: Slot\npaths: {}\n")
    with pytest.raises(ConfigError) as refused:
        load_policies(folder)
    told = str(refused.value)
    for mistake in (
        "Patient.shoeSize",
        "Patient.name",
        "Patient.telecom",
        "Patient.photo",
        "Goal.statusReason",
        "Goal.startDate",
        "note.text lies below note",
        "Goal.subject",
        "wrong_name.yaml",
        "no_type.yaml",
        "not_yaml.yaml",
        "stands twice",
    ):
        assert mistake in told, mistake


def test_a_missing_folder_refuses_to_start(tmp_path: Path, folder: Path):
    with pytest.raises(ConfigError, match="restore"):
        load_policies(tmp_path / "none")
    with pytest.raises(ConfigError, match="restore"):
        load_policies(folder, tmp_path / "none")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_profile("moon_l1")


def test_version_names_the_content(folder: Path):
    first = load_policies()
    assert load_policies(folder).version == first.version
    load_policies.cache_clear()
    (folder / "goal.yaml").write_text((folder / "goal.yaml").read_text() + "# more\n")
    assert load_policies(folder).version != first.version


def test_profiles():
    harbor, cn = load_profile("safe_harbor"), load_profile("cn_l3")
    assert (harbor.dates, harbor.postal_code, harbor.city) == ("year", "zip3", "remove")
    assert (cn.dates, cn.postal_code, cn.city, cn.district) == ("shift", "remove", "keep", "remove")
    # 45 CFR 164.514(b)(2)(i)(B)
    assert {
        "036",
        "059",
        "102",
        "203",
        "205",
        "369",
        "556",
        "692",
        "821",
        "823",
        "878",
        "879",
        "884",
        "893",
    } <= harbor.restricted_zip3
    assert {p.stem for p in PROFILES.glob("*.yaml")} == {"safe_harbor", "cn_l3"}


def test_a_profile_with_mistakes(tmp_path: Path):
    (tmp_path / "safe_harbor.yaml").write_text("method: x\nsource: y\ndates: never\nage_limit: 200\nextra: 1\n")
    with pytest.raises(ConfigError) as refused:
        load_profile("safe_harbor", tmp_path)
    assert all(word in str(refused.value) for word in ("dates", "age_limit", "extra", "postal_code"))


def test_snake_case():
    assert [snake_case(n) for n in ("List", "EpisodeOfCare", "QuestionnaireResponse")] == [
        "list",
        "episode_of_care",
        "questionnaire_response",
    ]
