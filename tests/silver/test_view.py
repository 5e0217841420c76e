"""ViewDefinition files: the shipped ones are whole, and a wrong one lists everything that is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest

from transforms.silver.compile import compile_view
from transforms.silver.documented import undocumented
from transforms.silver.runner import CARRIED, run_inline
from transforms.silver.view import (
    ANSI,
    GRADE,
    PART,
    UNIT,
    UNIT_COLUMN,
    ViewError,
    load_own_views,
    load_view,
    load_views,
    parse_view,
)

VIEWS = load_views()


def test_a_shipped_view_says_what_a_row_is_and_describes_grades_and_measures_every_column():
    def column(name: str, **change: Any) -> dict[str, Any]:
        tags = [{"name": GRADE, "value": "L3"}]
        return {"name": name, "path": "gender", "description": "a｜一", "type": "code", "tag": tags, **change}

    graded = [{"name": GRADE, "value": "L3"}]
    columns = [
        column("fine"),
        column("no_chinese", description="a"),
        column("no_english", description="｜一"),
        column("no_words", description=None),
        column("no_grade", tag=[]),
        column("odd_grade", tag=[{"name": GRADE, "value": "L6"}]),
        column("no_unit", type="decimal", path="multipleBirth.ofType(integer)"),
        column(
            "count", type="integer", path="multipleBirth.ofType(integer)", tag=[*graded, {"name": UNIT, "value": "1"}]
        ),
        column("far", type="integer", tag=[*graded, {"name": UNIT_COLUMN, "value": "nowhere"}]),
    ]
    view = parse_view(_view(title="Title", description="All patients.｜每人一行。", select=[{"column": columns}]))

    assert [m.split(":")[0] for m in undocumented(view)] == [
        "title", "description", "column 'far'", "column 'no_chinese'", "column 'no_english'", "column 'no_grade'",
        "column 'no_unit'", "column 'no_words'", "column 'no_words'", "column 'odd_grade'",
    ]  # fmt: skip


def test_the_shipped_views_are_refused_undocumented_and_nobody_elses(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "mine.json").write_text(json.dumps(_view(name="mine")), encoding="utf-8")
    assert list(load_views(tmp_path)) == ["mine"]
    monkeypatch.setattr("transforms.silver.view.VIEWS", tmp_path)
    with pytest.raises(ViewError) as mistake:
        load_views(tmp_path)
    assert "mine.json: description: has no Chinese description" in str(mistake.value)
    assert "mine.json: column 'id': tag lakehouse/grade" in str(mistake.value)


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_every_view_keeps_clear_of_the_carried_columns(view: Any) -> None:
    assert not {c.name for c in view.columns} & set(CARRIED)
    assert run_inline(view, []).column_names == [c.name for c in compile_view(view).columns]


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_every_date_has_its_precision_and_free_text_is_graded_l4(view: Any) -> None:
    names = {c.name for c in view.columns}
    for column in view.columns:
        stem = column.name.removesuffix("_ts")
        if column.tagged(ANSI) == "TIMESTAMP":
            assert {f"{stem}_date", f"{stem}_precision"} <= names
        if column.name.endswith(("_text", "_display")) or column.name in ("value_string", "title", "name"):
            assert column.tagged(GRADE) == "L4"


def _view(**change: Any) -> dict[str, Any]:
    column = {"name": "id", "path": "id", "type": "id"}
    return {"name": "x", "status": "active", "resource": "Patient", "select": [{"column": [column]}], **change}


def _column(**change: Any) -> dict[str, Any]:
    return _view(select=[{"column": [{"name": "c", "path": "gender", **change}]}])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({}, "resource: Field required; select: Field required"),
        (_view(resource="Person2"), "'Person2' is not a FHIR R4 resource type"),
        (_view(select=[]), "select"),
        (_view(selct=[]), "selct: Extra inputs"),
        (_view(select=[{"forEach": "name", "repeat": ["contact"]}]), "has forEach and repeat: use one of them"),
        (_view(constant=[{"name": "a"}]), "constant[0]: a constant has a name and one value"),
        (_view(constant=[{"name": "a", "valueString": "x", "valueCode": "y"}]), "one value"),
        (_view(constant=[{"name": "a", "valueCoding": {}}]), "one value"),
        (_view(constant=[{"name": "a", "valueCode": "x"}, {"name": "a", "valueCode": "y"}]), "defined twice: a"),
        (_column(name="1c"), "select[0].column[0].name"),
        (_column(name='a"; DROP TABLE x'), "select[0].column[0].name"),
    ],
)
def test_a_wrong_form_is_refused(source: dict[str, Any], said: str) -> None:
    with pytest.raises(ViewError) as mistake:
        parse_view(source)
    assert said in str(mistake.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (_column(path="gendr"), "select[0].column[0] 'c': 'gendr', position 0: Patient has no element 'gendr'"),
        (_column(path="name.family"), "may give more than one value: add first(), or set collection to true"),
        (_column(path="name.first()"), "is a whole HumanName: select one of its elements"),
        (_column(type="integer"), "is of type code, the column says integer"),
        (_column(tag=[{"name": ANSI, "value": "GEOMETRY"}]), "it can be BOOLEAN"),
        (_column(tag=[{"name": ANSI, "value": "DECIMAL(50,2)"}]), "it can be BOOLEAN"),
        (_column(tag=[{"name": PART, "value": "day"}]), "it can be 'precision'"),
        (_column(path="active", tag=[{"name": ANSI, "value": "DATE"}]), "is of type boolean, which is no date"),
        (_view(where=[{"path": "name.family.first()"}]), "where[0]: 'name.family.first()'"),
        (_view(select=[{"forEach": "'x'", "column": [{"name": "c", "path": "id"}]}]), "must lead to elements"),
        (_view(select=[{"column": [{"name": "c", "path": "id"}, {"name": "C", "path": "id"}]}]), "there twice: c"),
        (_view(select=[{"forEach": "name"}]), "has no column"),
        (
            _view(select=[{"repeat": ["id"], "column": [{"name": "c", "path": "$this"}]}]),
            "elements of one type that have elements; here are id",
        ),
    ],
)
def test_a_wrong_path_is_refused_with_its_place(source: dict[str, Any], said: str) -> None:
    with pytest.raises(ViewError) as mistake:
        compile_view(parse_view(source))
    assert said in str(mistake.value)


def test_all_mistakes_are_listed_at_once(tmp_path: Path) -> None:
    columns = [{"name": "a", "path": "gendr"}, {"name": "b", "path": "name.("}, {"name": "d", "path": "%x"}]
    file = tmp_path / "x.json"
    file.write_text(json.dumps(_view(select=[{"column": columns}], where=[{"path": "gender"}])))
    with pytest.raises(ViewError) as mistake:
        load_view(file)
    lines = str(mistake.value).splitlines()
    assert len(lines) == 4
    assert all(line.startswith(f"{file}: ") and "position" in line for line in lines)


def test_mistakes_of_a_folder_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text("[]")
    (tmp_path / "c.json").write_text(json.dumps(_view()))
    with pytest.raises(ViewError) as mistake:
        load_views(tmp_path)
    said = str(mistake.value)
    assert "a.json, line 1: is not JSON" in said
    assert "b.json: is not a JSON object" in said
    assert "name is 'x' but the file is named 'c'" in said


@pytest.fixture
def own(tmp_path):
    def put(file, **changes):
        select = [{"column": [{"name": "code", "path": "code.coding.code"}]}]
        view = {"name": "codes", "resource": "Condition", "status": "active", "select": select} | changes
        (tmp_path / file).write_text(json.dumps(view))
        return tmp_path

    return put


def test_views_of_ones_own_run_as_they_came(own):
    folder = own("downloaded (1).json")
    assert list(load_own_views(folder, ["condition"])) == ["codes"]


def test_all_mistakes_in_a_folder_of_ones_own_views_are_one_error(own):
    own("a.json", name="Condition")
    own("b.json")
    own("c.json")
    own("d.json", name="d", resource="Illness")
    folder = own("e.json", name="e", select=[{"column": [{"name": "subject_key", "path": "id"}]}])
    with pytest.raises(ViewError) as found:
        load_own_views(folder, ["condition"])
    lines = str(found.value).splitlines()
    assert [Path(line.split(".json")[0]).name for line in lines] == ["a", "c", "d", "e"]
    assert "'Condition' is that of a table of the lake's own" in lines[0]
    assert "'codes' is that of b.json" in lines[1]
    assert "'Illness'" in lines[2]
    assert "Rename the columns" in lines[3]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ViewError, match="is no folder"):
        load_own_views(tmp_path / "views", [])


def test_any_element_may_have_an_id_and_extensions_as_everywhere_in_fhir() -> None:
    extra = {"id": "a", "extension": [{"url": "http://example.org/author", "valueString": "x"}]}
    column = {"name": "key", "path": "id", "tag": [{"name": "ansi/type", "value": "VARCHAR", **extra}], **extra}
    source = {
        "resource": "Patient",
        "status": "active",
        "constant": [{"name": "c", "valueCode": "x", **extra}],
        "where": [{"path": "gender != %c", **extra}],
        "select": [{"column": [column], **extra}],
    }
    assert run_inline(parse_view(source), [{"resourceType": "Patient", "id": "p", "gender": "male"}]).num_rows == 1


def test_a_view_without_a_column_says_so() -> None:
    with pytest.raises(ViewError, match="at least one column"):
        parse_view({"name": "x", "resource": "Patient", "status": "active", "select": []})
