import json
import pickle
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from deid.pseudonym import FILE_NAME, KeyRing

KEYS = KeyRing(
    "00000000", {p: bytes([i + 1]) * 32 for i, p in enumerate(("subject", "person", "link", "dates", "resource"))}
)
OTHER = KeyRing(
    "11111111", {p: bytes([i + 7]) * 32 for i, p in enumerate(("subject", "person", "link", "dates", "resource"))}
)
words = st.text(min_size=1, max_size=20)


@given(words, words)
def test_same_id_same_pseudonym_and_only_with_the_same_key(institution, patient):
    assert KEYS.subject_key(institution, patient) == KEYS.subject_key(institution, patient)
    assert KEYS.subject_key(institution, patient) != OTHER.subject_key(institution, patient)
    assert re.fullmatch(r"[0-9a-f]{32}", KEYS.subject_key(institution, patient))


@given(words, words, words, words)
def test_fields_do_not_run_into_each_other(a, b, c, d):
    if (a, b) != (c, d):
        assert KEYS.subject_key(a, b) != KEYS.subject_key(c, d)


def test_each_kind_of_pseudonym_is_its_own():
    made = [
        KEYS.subject_key("h", "1"),
        KEYS.person_key("h", "1"),
        KEYS.resource_key("h", "Observation", "1"),
        KEYS.resource_key("h", "Condition", "1"),
        KEYS.contained_key("h", "Observation/1", "1"),
        KEYS.identifier_key("h", "s", "1"),
        KEYS.link_token("ssn", "1"),
        KEYS.link_token("passport", "1"),
        KEYS.resource_key("g", "Observation", "1"),
    ]
    assert len(set(made)) == len(made)


def test_a_patient_is_its_subject():
    assert KEYS.resource_key("h", "Patient", "1") == KEYS.subject_key("h", "1")


@given(words)
def test_offsets_are_never_zero_and_below_a_year(person):
    rule = KEYS.dates(person, "cn_l3")
    assert rule == KEYS.dates(person, "cn_l3")
    assert rule.mode == "shift"
    assert -364 <= rule.days <= -1
    assert -3599 <= rule.seconds <= -1


def test_years_only_in_safe_harbor_and_for_a_record_about_nobody():
    assert KEYS.dates("someone", "safe_harbor").mode == "year"
    assert KEYS.dates(None, "cn_l3").mode == "year"


def test_uid_is_a_dicom_uid():
    assert re.fullmatch(r"2\.25\.(0|[1-9]\d*)", KEYS.uid_key("h", "1.2.840.1"))
    assert len(KEYS.uid_key("h", "1.2.840.1")) <= 64


def test_made_and_loaded_again(tmp_path: Path):
    made = KeyRing.create(tmp_path / "vault" / "keys")
    loaded = KeyRing.load(tmp_path / "vault" / "keys")
    assert (made.key_id, made.subject_key("h", "1")) == (loaded.key_id, loaded.subject_key("h", "1"))
    assert stat.S_IMODE((tmp_path / "vault" / "keys" / FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "vault" / "keys").stat().st_mode) == 0o700


def test_keys_are_never_overwritten(tmp_path: Path):
    KeyRing.create(tmp_path)
    with pytest.raises(ConfigError, match="not overwritten"):
        KeyRing.create(tmp_path)


def test_missing_open_and_damaged_keys_are_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="no keys"):
        KeyRing.load(tmp_path)
    KeyRing.create(tmp_path)
    (tmp_path / FILE_NAME).chmod(0o640)
    with pytest.raises(ConfigError, match="0640"):
        KeyRing.load(tmp_path)
    (tmp_path / FILE_NAME).chmod(0o600)
    for broken in ("{}", "not json", '{"key_id": "x", "keys": {"subject": "00"}}'):
        (tmp_path / FILE_NAME).write_text(broken)
        with pytest.raises(ConfigError, match="damaged"):
            KeyRing.load(tmp_path)


def test_keys_are_in_no_repr_and_no_pickle():
    assert (b"\x01" * 32).hex() not in repr(KEYS)
    assert "\\x01" not in repr(KEYS)
    with pytest.raises(TypeError, match="do not travel"):
        pickle.dumps(KEYS)


def test_rotated_keys_make_other_pseudonyms_and_the_old_ones_stay_beside_them(tmp_path):
    folder = tmp_path / "keys"
    old = KeyRing.create(folder)
    new = KeyRing.rotate(folder)
    newest = KeyRing.rotate(folder)
    assert newest == KeyRing.load(folder)
    assert newest.retired == (old.key_id, new.key_id)
    assert len({k.subject_key("h", "1") for k in (old, new, newest)}) == 3
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600
    assert [f.name for f in folder.iterdir()] == [FILE_NAME]
    kept = json.loads((folder / FILE_NAME).read_text())["retired"][old.key_id]
    assert KeyRing(old.key_id, {p: bytes.fromhex(k) for p, k in kept.items()}).subject_key("h", "1") == old.subject_key(
        "h", "1"
    )


def test_a_rotation_that_was_cut_off_leaves_the_old_keys_and_can_be_repeated(tmp_path, monkeypatch):
    old = KeyRing.create(tmp_path)

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            KeyRing.rotate(tmp_path)
    assert KeyRing.load(tmp_path).key_id == old.key_id
    assert KeyRing.rotate(tmp_path).retired == (old.key_id,)
