"""Institution files: closed, and every mistake told at once."""

import pytest

from core.errors import ConfigError
from core.institution import load_institution, load_institutions

GOOD = "id: clinic\nname: Clinic\nlanguage: en\nprofile: cn_l3\nfhir_release: R4\nconsent: required\n"


def written(tmp_path, text, name="clinic"):
    file = tmp_path / f"{name}.yaml"
    file.write_text(text)
    return file


def test_a_good_file(tmp_path):
    written(tmp_path, GOOD)
    assert load_institutions(tmp_path)["clinic"].consent == "required"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("language: en", "language: fr"), "language"),
        (GOOD + "colour: red\n", "colour"),
        (GOOD.replace("consent: required", "consent: waived"), "needs approval"),
        (GOOD.replace("id: clinic", "id: other"), "Make the two equal"),
        ("id: [", "is not YAML"),
        (GOOD.replace("language: en", "language: fr").replace("cn_l3", "x"), "profile"),
    ],
)
def test_a_bad_file_is_refused_with_its_mistakes(tmp_path, text, says):
    with pytest.raises(ConfigError, match=says):
        load_institution(written(tmp_path, text))


def test_no_folder(tmp_path):
    with pytest.raises(ConfigError, match="--institutions"):
        load_institutions(tmp_path / "none")
