"""Institution files: closed, and every mistake told at once."""

import pytest
import yaml

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
        ("id: [", "line 2"),
        (GOOD + "consent: waived\n", "key consent stands twice"),
        (GOOD.replace("language: en", "language: fr").replace("cn_l3", "x"), "profile"),
    ],
)
def test_a_bad_file_is_refused_with_its_mistakes(tmp_path, text, says):
    with pytest.raises(ConfigError, match=says):
        load_institution(written(tmp_path, text))


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("country: china\n", "country"),
        ("cross_border: {is_critical_infrastructure: false, separate_consent: false}\n", "cross_border needs country"),
        ("country: CN\ncross_border: {separate_consent: false}\n", "is_critical_infrastructure"),
        (
            "country: CN\ncross_border: {is_critical_infrastructure: false, separate_consent: true, colour: red}\n",
            "colour",
        ),
    ],
)
def test_what_is_said_of_borders_is_closed(tmp_path, section, says):
    with pytest.raises(ConfigError, match=says):
        load_institution(written(tmp_path, GOOD + section))


def test_where_nobody_was_asked_nobody_agreed_to_a_transfer_abroad(tmp_path):
    waived = GOOD.replace("consent: required", "consent: waived\napproval: IRB 1\ncountry: CN")
    states = "cross_border: {is_critical_infrastructure: false, separate_consent: true}\n"
    with pytest.raises(ConfigError, match="nobody was asked"):
        load_institution(written(tmp_path, waived + states))


def test_where_an_institution_is_changes_nothing_that_is_made_of_its_records(tmp_path):
    states = "country: CN\ncross_border: {is_critical_infrastructure: false, separate_consent: true}\n"
    assert (
        load_institution(written(tmp_path, GOOD + states)).model_dump_json()
        == load_institution(written(tmp_path, GOOD)).model_dump_json()
    )


def test_no_folder(tmp_path):
    with pytest.raises(ConfigError, match="--institutions"):
        load_institutions(tmp_path / "none")


SERVER = GOOD + "bulk_export:\n  base_url: https://fhir.example.org/r4/\n"


def test_a_server_to_export_from(tmp_path):
    server = load_institution(written(tmp_path, SERVER)).bulk_export
    assert (server.base_url, server.scope, server.scopes) == ("https://fhir.example.org/r4", "patient", "system/*.read")
    keyed = "  scope: group\n  group: cohort-1\n  types: [Patient, Condition]\n  client_id: us\n  key_id: k1\n"
    server = load_institution(written(tmp_path, SERVER + keyed)).bulk_export
    assert (server.group, server.types, server.key_id) == ("cohort-1", ("Patient", "Condition"), "k1")


@pytest.mark.parametrize("url", ["http://localhost:8080/fhir", "http://127.0.0.1/fhir"])
def test_plain_http_is_for_this_machine_only(tmp_path, url):
    text = SERVER.replace("https://fhir.example.org/r4/", url)
    assert load_institution(written(tmp_path, text)).bulk_export.base_url == url


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("base_url: http://fhir.example.org", "base_url: .*https://"),
        ("base_url: ftp://localhost", "base_url: .*https://"),
        ("base_url: https://user:secret@fhir.example.org", "no user, password"),
        ("base_url: https://fhir.example.org?key=secret", "no user, password"),
        ("base_url: https://fhir.example.org:port", "base_url"),
        ("scope: group", "scope: group needs group"),
        ("group: abc", "for scope: group only"),
        ("{scope: group, group: ../Patient}", "group"),
        ("{scope: group, group: ..}", "group"),
        ("types: []", "types"),
        ("types: [Patient, Pateint]", "no FHIR resource type: Pateint"),
        ("client_id: us", "client_id needs key_id"),
        ("key_id: k1", "key_id: .*needs client_id"),
        ("token_url: https://fhir.example.org/token", "token_url: .*needs client_id"),
        ("secret: x", "secret"),
    ],
)
def test_a_server_s_mistakes_are_refused(tmp_path, section, says):
    text = yaml.safe_load(section)
    told = yaml.safe_dump({"bulk_export": {"base_url": "https://fhir.example.org", **text}})
    with pytest.raises(ConfigError, match=says) as error:
        load_institution(written(tmp_path, GOOD + told))
    assert "user:secret" not in str(error.value)


def test_all_mistakes_of_a_server_are_told_at_once(tmp_path):
    wrong = {"base_url": "http://x.org", "scope": "group", "types": ["X"], "client_id": "us", "colour": "red"}
    with pytest.raises(ConfigError) as error:
        load_institution(written(tmp_path, GOOD + yaml.safe_dump({"bulk_export": wrong})))
    for name in ("base_url", "group", "types", "key_id", "colour"):
        assert f"bulk_export.{name}: " in str(error.value)


def test_where_records_come_from_is_no_part_of_how_they_are_de_identified(tmp_path):
    with_server = load_institution(written(tmp_path, SERVER)).model_dump_json()
    assert load_institution(written(tmp_path, GOOD)).model_dump_json() == with_server
