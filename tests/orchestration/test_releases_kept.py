"""What is remembered of releases, on a lake of two small published tables."""

from datetime import date

import pytest
from tables import frame

from dagster_project.assets.gold import CONTRACTS
from dagster_project.releases import earlier_of, remember
from governance.releases import Earlier, Seen, Told
from transforms.lake import Lake

pytestmark = pytest.mark.spark
A, B = ("north", "male", "30-39"), ("north", "male", "40-49")
PEOPLE = {"person_key": "string", "institution": "string", "sex": "string", "age_band": "string", "start_date": "date"}


@pytest.fixture
def lake(spark, tmp_path):
    return Lake(tmp_path / "lake", spark)


def publish(lake, name, rows, **made_from):
    return lake.replace_small("published", name, rows, made_from=made_from)


def test_people_are_remembered_from_release_to_release(lake):
    contract = CONTRACTS["drug_exposure"]
    assert earlier_of(lake, contract, None) is None
    rows = frame(lake.spark, PEOPLE, """
        person_key | institution | sex  | age_band | start_date
        p1         | north       | male | 30-39    | 2024-01-01
        p1         | north       | male | 30-39    | 2024-02-01
        p2         | north       | male | 30-39    | 2024-01-01
                   | north       | male | 30-39    | 2024-01-01
        """)  # fmt: skip
    first = publish(lake, "L3/drug_exposure", rows, release=1)
    earlier = earlier_of(lake, contract, first)
    assert (earlier.release, {u: s.state for u, s in earlier.people.items()}) == (
        2, {("p1", "north"): {A}, ("p2", "north"): {A}},
    )  # fmt: skip
    told = Earlier(2, people={("p1", "north"): Seen("x", frozenset({B}))})
    remember(lake, contract, earlier, told)
    assert earlier_of(lake, contract, first) == earlier, "a run that was cut off before it published told nothing"
    second = publish(lake, "L3/drug_exposure", rows.where("false"), release=2)
    assert earlier_of(lake, contract, second) == Earlier(3, people=told.people)
    third = Earlier(3, people={("p9", "north"): Seen("y", frozenset({B}))})
    remember(lake, contract, earlier_of(lake, contract, second), third)
    kept = lake.arrow("governance", "released/L3/drug_exposure").to_pylist()
    assert "p1" not in str(kept), "p1 left the data: nothing is kept, of the release before neither"


def test_a_withdrawn_table_does_not_make_everybody_new(lake):
    rows = lake.spark.createDataFrame(
        [("p1", "north", "male", "30-39", date(2024, 1, 1))], ", ".join(f"{n} {t}" for n, t in PEOPLE.items())
    )
    publish(lake, "L3/drug_exposure", rows)
    gone = publish(lake, "L3/drug_exposure", rows.where("false"), withdrawn={"own_name": 1})
    assert set(earlier_of(lake, CONTRACTS["drug_exposure"], gone).people) == {("p1", "north")}


def test_cells_are_remembered_from_the_first_release(lake):
    contract, cell = CONTRACTS["cohort_summary"], ("north", "male", "30-39")
    remember(lake, contract, None, Earlier(1, cells={"n_subjects": {cell: Told((23,))}}))
    columns = {"institution": "string", "sex": "string", "age_band": "string", "n_subjects": "bigint"}
    rows = frame(lake.spark, columns, """
        institution | sex  | age_band | n_subjects
        north       | male | 30-39    | 25
        north       | male | 40-49    |
        """)  # fmt: skip
    had = publish(lake, "L2/cohort_summary", rows, release=1)
    assert earlier_of(lake, contract, had).cells == {"n_subjects": {cell: Told((23,))}}
    older = publish(lake, "L2/cohort_summary", rows, release=0)  # of which nothing is kept
    found = earlier_of(lake, contract, older).cells["n_subjects"]
    assert found == {cell: Told((25,)), ("north", "male", "40-49"): Told(is_hidden=True)}
