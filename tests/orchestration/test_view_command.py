"""`lakehouse view`: a view that somebody brings is told what is wrong with it, or gives its rows."""

import json

import pytest
from typer.testing import CliRunner

from core.errors import ConfigError
from dagster_project.cli import app

VIEW = {
    "resourceType": "ViewDefinition", "name": "people", "resource": "Patient", "status": "active",
    "select": [
        {"column": [{"name": "id", "path": "id"}, {"name": "gender", "path": "gender"}]},
        {"forEachOrNull": "name", "column": [{"name": "family", "path": "family"}, {"name": "given", "path": "given", "collection": True}]},
    ],
}  # fmt: skip
PEOPLE = [
    {"resourceType": "Patient", "id": "p1", "gender": "female", "name": [{"family": "Zorblax", "given": ["A", "B"]}]},
    {"resourceType": "Patient", "id": "p2", "gender": "male"},
    {"resourceType": "Observation", "id": "o1"},
]


@pytest.fixture
def place(tmp_path):
    (tmp_path / "any name.json").write_text(json.dumps(VIEW))
    (tmp_path / "people.ndjson").write_text("\n".join(map(json.dumps, PEOPLE)))
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in PEOPLE]}
    (tmp_path / "bundle.json").write_text(json.dumps(bundle, indent=1))
    (tmp_path / "one.json").write_text(json.dumps(PEOPLE[0], indent=1))
    return tmp_path


def run(place, *arguments):
    return CliRunner().invoke(app, ["view", "run", str(place / "any name.json"), *map(str, arguments)])


def rows(outcome):
    assert outcome.exit_code == 0, outcome
    return [json.loads(line) for line in outcome.stdout.splitlines()]


@pytest.mark.parametrize("file", ["people.ndjson", "bundle.json"])
def test_rows_of_resources_in_a_file(place, file):
    found = rows(run(place, "--resources", place / file, "--format", "json"))
    assert found == [
        {"id": "p1", "gender": "female", "family": "Zorblax", "given": ["A", "B"]},
        {"id": "p2", "gender": "male", "family": None, "given": []},
    ]


def test_where_limit_and_several_files(place):
    files = ["--resources", place / "people.ndjson", "--resources", place / "one.json"]
    assert [r["id"] for r in rows(run(place, *files, "--format", "json", "--where", "gender = 'female'"))] == [
        "p1",
        "p1",
    ]
    assert len(rows(run(place, *files, "--format", "json", "--limit", "1"))) == 1


def test_as_csv_a_list_is_json(place, capfdbinary):
    outcome = run(place, "--resources", place / "one.json", "--format", "csv")
    assert outcome.exit_code == 0
    text = outcome.stdout or capfdbinary.readouterr().out.decode()
    assert text.splitlines() == ['"id","gender","family","given"', '"p1","female","Zorblax","[""A"", ""B""]"']


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["--resources", "people.ndjson", "--where", "nope = 1"],
            "is no SQL condition over the view's columns: id, gender",
        ),
        (["--resources", "gone.ndjson"], "cannot be read"),
        (["--lake", "nolake"], "holds no lake yet"),
    ],
)
def test_what_is_wrong_is_one_message(place, arguments, says):
    outcome = run(place, *(place / a if a.endswith("json") or a == "nolake" else a for a in arguments))
    assert isinstance(outcome.exception, ConfigError)
    assert says in str(outcome.exception)


def test_a_line_that_is_not_json_is_named(place):
    (place / "bad.ndjson").write_text('{"resourceType":"Patient","id":"p1"}\n{"resourceType": Zorblax}\n')
    outcome = run(place, "--resources", place / "bad.ndjson")
    assert "bad.ndjson, line 2: is not JSON" in str(outcome.exception)
    assert "Zorblax" not in str(outcome.exception)


def test_check_lists_columns_and_doubts_and_every_mistake(place):
    good = CliRunner().invoke(app, ["view", "check", str(place / "any name.json")])
    assert good.exit_code == 0
    assert "people, of Patient: 4 columns" in good.stdout
    doubtful = VIEW | {"select": [{"column": [{"name": "x", "path": "name.family"}]}]}
    (place / "doubtful.json").write_text(json.dumps(doubtful))
    assert "more than one value" in CliRunner().invoke(
        app, ["view", "check", str(place / "doubtful.json")]
    ).stdout.replace("\n", " ")
    (place / "bad.json").write_text(json.dumps(VIEW | {"select": [{"column": [{"name": "x", "path": "name.("}]}]}))
    (place / "worse.json").write_text(json.dumps(VIEW | {"resource": "Nothing"}))
    outcome = CliRunner().invoke(app, ["view", "check", str(place / "bad.json"), str(place / "worse.json")])
    assert isinstance(outcome.exception, ConfigError)
    assert "name.(" in str(outcome.exception)
    assert "'Nothing' is not a FHIR R4 resource type" in str(outcome.exception)
