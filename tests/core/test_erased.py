"""Who was erased is known by keyed hashes alone, and a damaged list lets nobody in."""

import pytest

from core.erased import Erased
from core.errors import ConfigError


def test_nobody_was_erased(tmp_path):
    assert Erased.load(tmp_path) is None


def test_an_erased_person_is_known_by_institution_and_id_and_stands_nowhere(tmp_path):
    Erased.add(tmp_path, "clinic", "p1")
    erased = Erased.add(tmp_path, "clinic", "p2")
    again = Erased.load(tmp_path)
    assert again == erased == Erased.add(tmp_path, "clinic", "p1")
    assert again.has("clinic", "p1")
    assert again.has("clinic", "p2")
    assert not again.has("other", "p1")
    assert not again.has("clinicp", "1")
    text = (tmp_path / "erased.json").read_text()
    assert '"p1"' not in text
    assert "clinic" not in text
    assert (tmp_path / "erased.json").stat().st_mode & 0o777 == 0o600
    assert "key" not in repr(erased)


def test_a_list_that_cannot_be_read_stops_everything(tmp_path):
    Erased.add(tmp_path, "clinic", "p1")
    file = tmp_path / "erased.json"
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="0600"):
        Erased.load(tmp_path)
    file.chmod(0o600)
    file.write_text("{}")
    with pytest.raises(ConfigError, match="backup"):
        Erased.load(tmp_path)
