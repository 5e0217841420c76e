"""Two answers never differ by a handful of people."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import numpy as np
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


@pytest.fixture
def tell(tmp_path):
    """What is told of tables, a cell given as how many of a hundred people, from the first, are in it."""
    answers = Answers(tmp_path / "answers.sqlite")

    def told(*tables, people=EVERYBODY):
        masks = [{x: np.isin(np.arange(len(people)), list(cell)) for x, cell in table.items()} for table in tables]
        found = answers.tell("sponsor", "cohort", people, masks, smallest=11, at=NOW)
        return {label: (one.count, one.is_earlier) for label, one in found.items()}

    return told


def test_a_later_table_gives_nobody_away_beside_an_earlier_one(tell):
    said = tell({"all": range(100)}, {"without": range(80)}, {"relaxed": range(85)})
    assert said == {"all": (100, False), "without": (80, False)}, "85 - 80 would be five people"
    assert tell({"all": range(100)}, {"without": range(80)}, {"relaxed": range(85)}) == said


def test_an_answer_that_changed_by_a_few_people_stays_as_it_was(tell):
    assert tell({"x": range(50)}) == {"x": (50, False)}
    assert tell({"x": range(53)}) == {"x": (50, True)}
    assert tell({"x": range(45)}) == {"x": (50, True)}
    assert tell({"x": range(3, 53)}) == {"x": (50, True)}, "three came and three went"
    assert tell({"x": range(60)}) == {"x": (50, True)}, "ten more than was told, not than is known"
    assert tell({"x": range(61)}) == {"x": (61, False)}


def test_nobody_does_not_stand_for_a_few(tell):
    assert tell({"x": []}) == {"x": (0, False)}
    assert tell({"x": range(3)}) == {}


def test_parts_hide_one_another_in_a_table(tell):
    parts = {"a": range(50), "b": range(50, 96), "c": range(96, 100)}
    assert tell({"all": range(100)}, parts) == {"all": (100, False), "a": (50, False)}


def test_people_are_kept_as_hashes(tmp_path):
    file = tmp_path / "answers.sqlite"
    Answers(file).refused("sponsor", "cohort", {"x": ["the-pseudonym-of-somebody"] * 20}, smallest=1, at=NOW)
    assert b"the-pseudonym-of-somebody" not in file.read_bytes()
