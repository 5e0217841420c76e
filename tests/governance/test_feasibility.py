"""What a protocol leaves of a thousand people, and that nothing in the answer gives a handful of them away. No JVM."""

from datetime import UTC, date, datetime
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from governance.differencing import Answers
from governance.recruitment.feasibility import SMALLEST, ask, sets_of
from governance.recruitment.persons import persons_of

AT = datetime(2026, 6, 1, tzinfo=UTC)
CRITERIA = ("alive", "age", "diabetes", "no-insulin")


def person(n, verdicts, *, contact="met", is_enrolled=False, institution="north", sex="female", band="40-49", key=None):
    """One patient with a verdict a criterion: "+" met, "?" unknown, "-" not met."""
    words = [{"+": "met", "?": "unknown", "-": "not_met"}[v] for v in verdicts]
    who = {"study_key": "s", "institution": institution, "subject_key": f"{institution}-{n}"}
    row = who | {
        "person_key": key or f"P{n}", "is_enrolled": is_enrolled, "may_contact": contact, "n_not_met": verdicts.count("-"),
        "n_unknown": verdicts.count("?"), "as_of": date(2026, 6, 1), "sex": sex, "age_band": band,
    }  # fmt: skip
    results = [
        who | {"criterion_number": i, "criterion_id": id, "kind": "alive" if i == 1 else "condition", "label": id,
               "is_exclusion": id.startswith("no-"), "result": word}
        for i, (id, word) in enumerate(zip(CRITERIA, words, strict=True), 1)
    ]  # fmt: skip
    return row, results


def everybody(*groups):
    """Groups of (how many, verdicts, what else)."""
    numbers = iter(range(100_000))
    people = [person(next(numbers), verdicts, **more) for many, verdicts, more in groups for _ in range(many)]
    rows = pa.Table.from_pylist([row for row, _ in people])
    return persons_of(rows, pa.Table.from_pylist([r for _, results in people for r in results]))


@pytest.fixture
def answer(tmp_path):
    answers = Answers(tmp_path / "answers.sqlite")

    def answer(*groups, asker="sponsor", study="s"):
        return ask(everybody(*groups), study, answers, asker, AT)

    return answer


PLAIN = (
    (200, "++++", {}),
    (100, "++++", {"contact": "unknown", "sex": "male"}),
    (50, "++++", {"contact": "not_met"}),
    (40, "++++", {"is_enrolled": True}),
    (60, "+++?", {}),
    (30, "++?+", {"institution": "south"}),
    (150, "++-+", {}),
    (80, "+-++", {}),
    (20, "--++", {}),
)


def test_the_funnel_follows_the_protocol_and_tells_unknown_from_not_met(answer):
    said = answer(*PLAIN)
    steps = [(s.get("id") or s["step"], s["possible"], s["certain"]) for s in said["funnel"]]
    assert said["everyone"] == 730
    assert steps == [
        ("alive", 710, 710), ("age", 630, 630), ("diabetes", 480, 450), ("no-insulin", 480, 390),
        ("not in the study yet", 440, 350), ("consent to contact", 390, 200),
    ]  # fmt: skip
    alone = {s["id"]: tuple(s["alone"].values()) for s in said["funnel"][:4]}
    assert alone["diabetes"] == (550, 30, 150), "met, unknown, not met"
    assert alone["no-insulin"] == (670, 60, 0)
    assert said["candidates"] == {"possible": 390, "certain": 200}


def test_each_criterion_is_left_out_once_but_not_that_somebody_is_alive(answer):
    relaxed = {r["id"]: (r["possible"], r["more"]) for r in answer(*PLAIN)["relaxed"]}
    assert relaxed == {"age": (470, 80), "diabetes": (540, 150), "no-insulin": (390, 0)}


def test_candidates_are_counted_by_institution_sex_and_age(answer):
    by = answer(*PLAIN)["by"]
    assert by == {
        "institution": {"north": 360, "south": 30}, "sex": {"female": 290, "male": 100}, "age_band": {"40-49": 390},
    }  # fmt: skip


def test_small_cells_take_another_with_them_and_counts_are_rounded(answer):
    said = answer(
        (93, "++++", {}), (4, "++++", {"institution": "south"}), (41, "++++", {"institution": "west"}), (12, "+-++", {})
    )
    assert said["by"]["institution"] == {"north": 95, "south": None, "west": None}
    assert said["candidates"]["possible"] == 140, "138"
    assert said["hidden"] > 0


def test_a_relaxed_count_that_would_give_a_few_away_is_hidden(answer):
    said = answer((100, "++++", {}), (3, "+-++", {}), (40, "++-+", {}), (60, "+--+", {}))
    relaxed = {r["id"]: (r["possible"], r["more"]) for r in said["relaxed"]}
    assert relaxed["age"] == (None, None), "three more: 103 - 100"
    assert relaxed["diabetes"] == (140, 40)
    assert [s["possible"] for s in said["funnel"]] == [205, 140, 100, 100, 100, 100]


def test_a_second_protocol_that_differs_by_a_few_people_is_not_told(answer):
    assert answer((100, "++++", {}), (50, "+-++", {}))["candidates"]["possible"] == 100
    other = answer((97, "++++", {}), (3, "++-+", {}), (50, "+-++", {}), study="t")
    assert other["candidates"]["possible"] is None
    assert answer((97, "++++", {}), (3, "++-+", {}), (50, "+-++", {}), study="t", asker="else")["candidates"] == {
        "possible": 95, "certain": 95,
    }  # fmt: skip


def test_the_same_question_gets_the_same_answer_and_a_few_new_patients_change_nothing(answer):
    groups = ((100, "++++", {}), (50, "+-++", {}), (40, "++-?", {}))
    first = answer(*groups)
    assert answer(*groups) == first
    grown = answer(*groups, (4, "++++", {"key": None}))
    assert (grown["everyone"], grown["candidates"]) == (first["everyone"], first["candidates"])
    assert grown["as_before"] > 0


def test_a_person_of_two_institutions_counts_once_with_the_record_that_gets_furthest():
    both = [person(1, "++-+", key="P"), person(2, "++?+", key="P", institution="south"), person(3, "++++")]
    found = persons_of(
        pa.Table.from_pylist([row for row, _ in both]), pa.Table.from_pylist([r for _, rs in both for r in rs])
    )
    assert list(found.keys) == ["P", "P3"]
    assert found.dimensions["institution"].tolist() == ["south", "north"]
    assert found.verdicts.tolist() == [[2, 2, 1, 2], [2, 2, 2, 2]]


def test_no_two_numbers_of_an_answer_differ_by_a_few_people(answer):
    rng = np.random.default_rng(7)
    kinds = ["".join(rng.choice(list("++++?-"), 4)) for _ in range(40)]
    groups = [(int(rng.integers(1, 60)), k, {"institution": str(rng.choice(["a", "b", "c"]))}) for k in kinds]
    said, sets = answer(*groups), sets_of(everybody(*groups))
    shown = {s["id"]: s["possible"] for s in said["funnel"][:4]}
    masks = [sets.first["everyone"], sets.first["candidates"]]
    masks += [sets.first[f"possible/{id}"] for id, n in shown.items() if n is not None]
    masks += [sets.then[f"relaxed/{r['id']}"] for r in said["relaxed"] if r["possible"] is not None]
    for one, other in combinations(masks, 2):
        if not (one & ~other).any() or not (other & ~one).any():
            assert (one ^ other).sum() == 0 or (one ^ other).sum() >= SMALLEST
