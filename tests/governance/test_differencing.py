"""Two answers never differ by a handful of people."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from governance.differencing import Answers

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVERYBODY = [f"p{n:03}" for n in range(100)]


@pytest.fixture
def ask(tmp_path):
    answers = Answers(tmp_path / "governance" / "answers.sqlite")
    return lambda cells, who="sponsor", view="cohort": answers.refused(who, view, cells, smallest=11, at=NOW)


def test_a_small_cell_is_refused_and_an_empty_one_is_not(ask):
    assert ask({"few": EVERYBODY[:10], "none": []}) == {"few"}


@pytest.mark.parametrize(("first", "second"), [(100, 97), (97, 100)])
def test_a_second_answer_that_differs_by_a_few_is_refused(ask, first, second):
    assert not ask({"x": EVERYBODY[:first]})
    assert ask({"x": EVERYBODY[:second]}) == {"x"}


def test_enough_people_between_two_answers_is_fine_and_the_same_question_again_too(ask):
    assert not ask({"x": EVERYBODY})
    assert not ask({"x": EVERYBODY[:80]})
    assert not ask({"x": EVERYBODY})


def test_another_recipient_or_view_has_its_own_memory(ask):
    assert not ask({"x": EVERYBODY})
    assert not ask({"x": EVERYBODY[:97]}, who="university")
    assert not ask({"x": EVERYBODY[:97]}, view="trial")


def test_the_whole_is_refused_after_all_its_parts_but_a_small_one(ask):
    parts = {"a": EVERYBODY[:50], "b": EVERYBODY[50:96], "c": EVERYBODY[96:]}
    # c is small, and whoever knows the whole from elsewhere would have it from a and b: one of them goes too
    assert ask(parts) == {"b", "c"}
    assert not ask({"all": EVERYBODY})


def test_a_small_part_cannot_be_had_from_a_whole_that_was_told_before(ask):
    assert not ask({"all": EVERYBODY})
    assert ask({"a": EVERYBODY[:50], "b": EVERYBODY[50:96]}) == {"b"}


def test_two_questions_at_once_do_not_slip_past_each_other(ask):
    asked = [{"x": EVERYBODY[: 100 - n]} for n in range(10)]
    with ThreadPoolExecutor(10) as pool:
        refused = list(pool.map(ask, asked))
    assert sum(not r for r in refused) == 1
