"""Values shown without a value."""

import pytest

from deid.shapes import changes, shape


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ann-Li 1961-04", "Aa-Aa 9999-99"),
        ("王小明，13912345678", "汉99999999999"),
        ("[NAME-1]于2024年", "[NAME-1]汉9999汉"),
        ("Patient/0123456789abcdef0123456789abcdef", "Aa/‹key›"),
        ("Patient/067d3fc0-ff9f-e043-cae0-8dde2bb39576", "Aa/‹mixed›"),
        ("BA0510228", "A9999999"),
        ("7KQX912", "9A999"),
        ("a1b2c3d4", "‹mixed›"),
        ("2024-03-14T10:31:07+08:00", "9999-99-99A99:99:99+99:99"),
        ("Žofie Đoković", "a a"),
        ("[VARNSTEAD] [MRN-88812345]", "[A] [A-99999999]"),
        ("x" * 61, None),
    ],
)
def test_letters_and_digits_stand_for_their_kind(text, shown):
    assert shape(text) == shown


def test_changes_of_a_record():
    before = {
        "id": "BA1",
        "name": [{"family": "Li", "given": ["Ann"]}],
        "birthDate": "1961-04-23",
        "gender": "female",
        "n": [1],
    }
    after = {"id": "0123456789abcdef0123456789abcdef", "birthDate": "1961", "gender": "female"}
    assert list(changes(before, after, "Patient")) == [
        ("Patient.id", "A9 → ‹key›"),
        ("Patient.name.family", "Aa → —"),
        ("Patient.name.given", "Aa → —"),
        ("Patient.birthDate", "9999-99-99 → 9999"),
    ]


def test_lists_that_lost_items_are_passed_over():
    assert list(changes({"a": ["x", "y"]}, {"a": ["y"]}, "T")) == []
    assert list(changes({"a": ["x", "y"]}, {"a": ["x", "z"]}, "T")) == [("T.a", "a → a")]
