import shutil
from pathlib import Path

import pytest

from core import fhir
from core.errors import ConfigError
from deid.policy import POLICIES, PROFILES, load_policies, load_profile, snake_case

LISTED = """
Patient Encounter Condition Observation MedicationRequest MedicationAdministration MedicationStatement
MedicationDispense Medication Procedure DiagnosticReport DocumentReference AllergyIntolerance Immunization
ResearchStudy ResearchSubject AdverseEvent Group List Consent Organization Practitioner PractitionerRole Location
CarePlan CareTeam Goal ServiceRequest Specimen ImagingStudy Device FamilyMemberHistory QuestionnaireResponse Coverage
Claim ExplanationOfBenefit RelatedPerson Appointment EpisodeOfCare SupplyDelivery
""".split()
STRINGS = {"string", "markdown", "uri", "url", "canonical", "base64Binary", "xhtml"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "policies"
    shutil.copytree(POLICIES, copy)
    return copy


def test_types_with_a_policy():
    assert set(load_policies().resources) == set(LISTED)


@pytest.mark.parametrize("excluded", ["Provenance", "AuditEvent", "Person", "Binary", "Basic", "Bundle"])
def test_types_without_a_policy(excluded):
    assert excluded not in load_policies().resources


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
                assert action.how in loaded.patterns


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
