"""The data dictionary says what the definitions say."""

from dagster_project.dictionary import FILE, text


def test_the_dictionary_is_up_to_date():
    assert FILE.read_text(encoding="utf-8") == text(), "run: python -m dagster_project.dictionary"
