"""The whole path on one small lake: what comes out, that nothing changes when nothing is new, and what follows a change."""

import json
import shutil
from datetime import date

import pytest
from dagster import AssetKey
from pipeline import planted
from pipeline.conftest import lakehouse_on

from core.errors import ConfigError
from governance.entries import Tail

pytestmark = pytest.mark.pipeline


def versions(lakehouse):
    lake = lakehouse.lake
    layers = ("bronze", "vault", "deid", "silver", "gold", "published", "governance")
    return {f"{layer}/{name}": lake.commit(layer, name).version for layer in layers for name in lake.names(layer)}


def rerun(ran, tmp_path, change=lambda landing, institutions: None):
    """A run on a copy of the lake and its landing folder, after `change`."""
    from dagster_project.run import run

    shutil.copytree(ran.root, tmp_path / "lake")
    settings = ran.lakehouse.settings
    for folder in (settings.landing, settings.institutions):
        shutil.copytree(folder, tmp_path / folder.name)
    change(tmp_path / "landing", tmp_path / "institutions")
    lakehouse = lakehouse_on(tmp_path / "lake", tmp_path / "landing", tmp_path / "institutions")
    before = versions(lakehouse)
    return lakehouse, run(lakehouse), before


def test_everything_is_made(ran):
    found = {layer: set(ran.lake.names(layer)) for layer in ("bronze", "vault", "silver", "gold", "published")}
    assert found["bronze"] == {"batch", "rejected", "resource"}
    assert {"patient", "encounter", "condition", "observation", "medication_request"} <= found["silver"]
    assert found["gold"] == {
        "cohort_summary", "criterion_result", "dataset_coverage", "drug_exposure", "trial_candidates",
    }  # fmt: skip
    assert found["published"] == {
        "L1/dataset_coverage", "L2/cohort_summary", "L3/criterion_result", "L3/drug_exposure", "L3/trial_candidates",
    }  # fmt: skip


def test_a_view_of_ones_own_is_a_table_too(ran):
    """It came from elsewhere as it is: its file has another name, and it takes the one coding there is without first()."""
    found = ran.lake.read("silver", "diagnosis_codes")
    assert found.columns == ["institution", "subject_key", "person_key", "code"]
    assert found.count() == ran.lake.read("silver", "condition").count()


def test_counts_reconcile(ran):
    from dagster_project.summary import reconciliation

    rows = reconciliation(ran.lake)
    total = {name: sum(r[name] for r in rows) for name in ("read", "accepted", "rejected", "duplicates")}
    assert total["read"] == total["accepted"] + total["rejected"] + total["duplicates"]
    assert total["rejected"] == 3
    for r in rows:
        assert r["accepted"] - r["deleted"] == r["deidentified"] + r["excluded"], (r["institution"], r["resource_type"])


def test_who_gave_no_consent_is_not_in(ran):
    patients = ran.lake.read("silver", "patient").groupBy("institution").count().collect()
    assert {r.institution: r["count"] for r in patients} == {"planted_en": 1, "planted_zh": 1}
    reasons = ran.lake.read("vault", "exclusion").groupBy("institution", "reason").count().collect()
    assert {(r.institution, r.reason): r["count"] for r in reasons} == {
        ("planted_en", "unknown_modifier_extension"): 1,
        ("planted_zh", "unknown_modifier_extension"): 1,
        ("planted_zh", "no_consent"): 2,
    }


def test_de_identified_records_are_valid_fhir_with_consistent_keys(ran):
    from fhir.resources.R4B import get_fhir_model_class

    rows = ran.lake.read("deid", "resource").collect()
    patients = {r.resource_key for r in rows if r.resource_type == "Patient"}
    for r in rows:
        resource = json.loads(r.raw)
        get_fhir_model_class(r.resource_type).model_validate(resource)
        assert resource["id"] == r.resource_key
        if r.subject_key:
            assert r.subject_key in patients
        if "subject" in resource:
            assert resource["subject"]["reference"] == f"Patient/{r.subject_key}"


def test_dates_follow_the_profile(ran):
    rows = ran.lake.read("silver", "encounter").collect()
    by = {r.institution: r for r in rows}
    assert by["planted_en"].start_precision == "year"
    assert str(by["planted_en"].start_date) == "2024-01-01"
    moved = by["planted_zh"]
    assert moved.start_precision == "time"
    stay = moved.end_ts - moved.start_ts
    assert stay.total_seconds() == 46 * 3600 + 28 * 60 + 53
    assert 1 <= (date(2024, 3, 14) - moved.start_date).days <= 365


def test_decimals_keep_their_digits(ran):
    raw = (
        ran.lake.read("deid", "resource")
        .where("resource_type = 'Observation' AND institution = 'planted_en'")
        .first()
        .raw
    )
    assert '"value":7.20' in raw


def test_a_second_run_changes_nothing(ran, tmp_path):
    lakehouse, outcome, before = rerun(ran, tmp_path)
    assert not outcome.changed
    assert versions(lakehouse) == before
    assert [e.seq for e in Tail(lakehouse.ledger.folder).new()] == [
        e.seq for e in Tail(ran.lakehouse.ledger.folder).new()
    ]


def test_what_happened_is_in_the_ledger_once_and_what_was_published_is_certified(ran):
    from dagster_project import certificates, ledger
    from dagster_project.assets.gold import PUBLISHED

    ran_ledger, said = ran.lakehouse.ledger, [(e.kind, e.body) for e in Tail(ran.lakehouse.ledger.folder).new()]
    rows = ran.lake.read("bronze", "batch").collect()
    registered = [body for kind, body in said if kind == "batch_registered"]
    assert len(registered) == len({(r.institution, r.batch_id) for r in rows})
    assert sum(b["read"] for b in registered) == sum(r.read for r in rows)
    kinds = [kind for kind, _ in said]
    assert kinds.count("report_written") == 1
    assert kinds.count("version_published") == kinds.count("certificate_issued") == len(PUBLISHED)
    described = {body["view"]: body for kind, body in said if kind == "version_described"}
    assert set(described) == {contract.view for contract in PUBLISHED}
    for contract in PUBLISHED:
        rows = ran.lakehouse.tables.arrow("published", f"{contract.grade.value}/{contract.view}").num_rows
        assert sum(described[contract.view]["rows"].values()) == rows
    assert ledger.check(ran.lakehouse, []).found == 0
    for file in certificates.folder_of(ran.lakehouse).glob("*.json"):
        assert "valid; content recomputed and equal" in certificates.check(ran.lakehouse, file)[0]
    assert ran_ledger.vault.stat().st_mode & 0o777 == 0o700


def test_a_withdrawn_consent_removes_the_person_and_touches_nobody_else(ran, tmp_path):
    def withdraw(landing, _):
        consent = planted._consent(planted.ZH["id"]) | {"status": "inactive"}
        folder = landing / "planted_zh" / "b2"
        folder.mkdir()
        (folder / "Consent.ndjson").write_text(json.dumps(consent))
        # Whom an observation names by number arrives at last.
        number = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "9941339108"}
        doctor = {"resourceType": "Practitioner", "id": "late", "identifier": [number]}
        (landing / "planted_en" / "b2").mkdir()
        (landing / "planted_en" / "b2" / "Practitioner.ndjson").write_text(json.dumps(doctor))

    lakehouse, outcome, before = rerun(ran, tmp_path, withdraw)
    assert set(outcome.loaded) == {"planted_en|b2", "planted_zh|b2"}
    observed = lakehouse.lake.read("deid", "resource").where("resource_type = 'Observation'").collect()
    named = {json.loads(r.raw)["performer"][0]["reference"] for r in observed}
    assert named == {f"Practitioner/{lakehouse.keys.resource_key('planted_en', 'Practitioner', 'late')}"}
    for layer in ("deid", "silver", "gold"):
        for name in lakehouse.lake.names(layer):
            frame = lakehouse.lake.read(layer, name)
            if "institution" in frame.columns:
                left = frame.where("institution = 'planted_zh'").count()
                assert left == 0, f"{layer}/{name}"
    assert lakehouse.lake.read("silver", "patient").count() == 1
    untouched = versions(lakehouse)["silver/research_study"]
    assert untouched == before["silver/research_study"]


def test_new_keys_derive_everything_again_and_vault_rekey_says_what_became_what(ran, tmp_path):
    from dagster_project.automation import REFRESH
    from dagster_project.definitions import build
    from deid.pseudonym import KeyRing

    shutil.copytree(ran.root, tmp_path / "lake")
    KeyRing.rotate(tmp_path / "lake" / "vault" / "keys")
    lakehouse = lakehouse_on(tmp_path / "lake", ran.lakehouse.settings.landing, ran.lakehouse.settings.institutions)
    job = build(lakehouse).resolve_job_def(REFRESH.name)
    assert job.execute_in_process(
        asset_selection=[AssetKey(["deid", "resource"]), AssetKey(["vault", "identity"])]
    ).success
    lakehouse.release()

    def keys(lake):
        return {r.subject_key for r in lake.read("deid", "resource").collect()} - {None}

    rekey = lakehouse.lake.read("vault", "rekey").collect()
    assert {r.old_subject_key for r in rekey} >= keys(ran.lake)
    assert {r.subject_key for r in rekey} >= keys(lakehouse.lake)
    assert not keys(ran.lake) & keys(lakehouse.lake)
    assert {(r.old_key_id, r.key_id) for r in rekey} == {(ran.lakehouse.keys.key_id, lakehouse.keys.key_id)}
    assert len(rekey) == ran.lake.read("vault", "identity").count()
    assert {r.key_id for r in lakehouse.lake.read("deid", "resource").collect()} == {lakehouse.keys.key_id}


def test_a_lake_whose_keys_are_gone_is_refused(ran, tmp_path):
    def lose_the_keys(landing, _):
        shutil.rmtree(landing.parent / "lake" / "vault" / "keys")

    with pytest.raises(ConfigError, match="keys of this lake are gone"):
        rerun(ran, tmp_path, lose_the_keys)
