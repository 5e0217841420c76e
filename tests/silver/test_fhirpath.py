"""FHIRPath text to tree, and what is said of text that is none."""

import pytest

from transforms.silver.fhirpath import Binary, Call, Index, Literal, Member, PathError, TypeTest, Variable, parse


def test_steps_follow_each_other() -> None:
    tree = parse("name.where(use = %kind)[0].family.first()")
    assert isinstance(tree, Call)
    assert tree.name == "first"
    family = tree.base
    assert isinstance(family, Member)
    assert isinstance(family.base, Index)


@pytest.mark.parametrize(
    ("text", "outer", "left", "right"),
    [
        ("a or b and c", "or", Member, Binary),
        ("a and b = c", "and", Member, Binary),
        ("1 + 2 * 3", "+", Literal, Binary),
        ("a | b = c", "=", Binary, Member),
        ("a implies b or c", "implies", Member, Binary),
        ("1 - 2 - 3", "-", Binary, Literal),
        ("a is Quantity and b", "and", TypeTest, Member),
    ],
)
def test_operators_bind_as_the_grammar_says(text: str, outer: str, left: type, right: type) -> None:
    tree = parse(text)
    assert isinstance(tree, Binary)
    assert (tree.operator, type(tree.left), type(tree.right)) == (outer, left, right)


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        (r"'it\'s \u0041\n'", "string", "it's A\n"),
        ("1.50", "decimal", "1.50"),
        ("12", "integer", "12"),
        ("true", "boolean", "true"),
        ("@2020-01", "date", "2020-01"),
        ("@2020-01-02T10:00:00Z", "dateTime", "2020-01-02T10:00:00Z"),
        ("@2020T", "dateTime", "2020"),
        ("@T10:30", "time", "10:30"),
    ],
)
def test_literals(text: str, type_: str, value: str) -> None:
    assert parse(text) == Literal(0, type_, value)


def test_comments_and_quoted_names_are_read() -> None:
    assert parse("/* x */ `div` // y") == Member(8, None, "div")
    assert parse("%`a-b`") == parse("%'a-b'") == Variable(0, "%a-b")


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("@@", 0), ("", 0), ("a..b", 2), ("name.", 5), ("(a", 2), ("a b", 2), ("a[0", 3), ("f(a,", 4), ("a = ", 4),
        ("'open", 0), ("a.$this", 2), ("{a}", 1), ("a is 5", 5), ("名", 0),
    ],
)  # fmt: skip
def test_a_mistake_has_its_position(text: str, position: int) -> None:
    with pytest.raises(PathError) as mistake:
        parse(text)
    assert mistake.value.position == position
