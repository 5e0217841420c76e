"""What leaves, on small tables. The k-anonymity itself is tested in tests/deid."""

from datetime import date

import pytest
from tables import frame, rows

from deid.disclosure import generalise_until
from governance.column import Column
from governance.contract import Contract, ContractError
from governance.grades import Grade
from governance.promise import held, promised
from governance.publish import publish
from governance.releases import Earlier, first_seen

pytestmark = pytest.mark.spark
WORDS = {"en": "words", "zh": "文字"}
HEAD = {
    "view": "x",
    "title": WORDS,
    "description": WORDS,
    "grain": WORDS,
    "owner": "data",
    "theme": "cohort",
    "source_institutions": "registered",
    "licence": "data_use_agreement",
    "price_unit": "row",
    "purposes": ["cohort_research"],
}


def column(**given):
    own = {"generalise": []} if given.get("role") == "quasi" else {}
    own |= {"unit": "1"} if given.get("type") in ("int", "bigint") else {}
    words = {"name": WORDS, "description": WORDS}
    return {
        "type": "string",
        **words,
        "grade": "L3",
        "category": "业务数据",
        "role": "none",
        "source": [],
        **own,
        **given,
    }


ROWS = Contract.model_validate(
    HEAD
    | {
        "kind": "rows",
        "grade": "L3",
        "person": "person_key",
        "k": 5,
        "max_suppressed": 0.2,
        "withhold": [{"column": "age_band", "values": ["0-17"], "reason": WORDS}],
        "columns": {
            "person_key": column(role="key", grade="L4"),
            "age_band": column(role="quasi", generalise=["age_band_20", "any"]),
            "drug": column(role="sensitive"),
            "note": column(grade="L4", is_free_text=True),
        },
    }
)
CELLS = Contract.model_validate(
    HEAD
    | {
        "kind": "aggregate",
        "grade": "L2",
        "dimensions": ["institution", "sex"],
        "counts": ["n_subjects"],
        "min_cell": 11,
        "columns": {
            "institution": column(grade="L2"),
            "sex": column(grade="L2", role="quasi"),
            "n_subjects": column(grade="L2", type="bigint"),
        },
    }
)
TYPES = {"person_key": "string", "age_band": "string", "drug": "string", "note": "string"}
COUNTS = {"institution": "string", "sex": "string", "n_subjects": "bigint"}


def test_rows_leave_anonymous_and_without_columns_above_the_grade(spark):
    people = "\n".join(
        f"p{n} | {band} | d{n} | words of a patient"
        for n, band in enumerate(["30-39"] * 3 + ["18-29"] * 3 + ["90+"] + ["0-17"] * 9)
    )
    table = frame(spark, TYPES, f"person_key | age_band | drug | note\n{people}")
    published = publish(table, ROWS, generalise_until)
    assert published.frame.columns == ["age_band", "drug"]
    assert rows(published.frame) == [("18-39", f"d{n}") for n in range(6)]
    said = published.report.to_dict()
    assert said["dropped_columns"] == ("person_key", "note")
    assert said["withheld_rows"] == 9
    assert said["anonymity"]["generalised"] == {"age_band": "age_band_20"}
    assert (said["anonymity"]["suppressed_rows"], said["anonymity"]["smallest_class"]) == (1, 6)
    assert "words of a patient" not in str(said)


def test_rows_leave_diverse_and_with_their_risk_before_and_after(spark):
    """Of 18-29 all have drug d: the class is dropped, as no level is coarser. Six of 30-39 stand among 60 people."""
    contract = ROWS.model_copy(update={"sensitive": ("drug",), "l": 2, "max_suppressed": 0.5, "columns": ROWS.columns | {
        "age_band": ROWS.columns["age_band"].model_copy(update={"generalise": ()}),
    }})  # fmt: skip
    people = "\n".join(
        [f"p{n} | 18-29 | d | " for n in range(5)] + [f"q{n} | 30-39 | {'de'[n % 2]} | " for n in range(6)]
    )
    table = frame(spark, TYPES, f"person_key | age_band | drug | note\n{people}")
    population = frame(spark, {"age_band": "string", "sex": "string", "n_subjects": "bigint"}, """
        age_band | sex    | n_subjects
        30-39    | female | 40
        30-39    | male   | 20
        18-29    | male   | 9
        """)  # fmt: skip
    published = publish(table, contract, generalise_until, population)
    assert rows(published.frame) == [("30-39", "d")] * 3 + [("30-39", "e")] * 3
    said = published.report.to_dict()["anonymity"]
    assert (said["before"]["l"], said["after"]["l"], said["suppressed_rows"]) == ({"drug": 1}, {"drug": 2}, 5)
    assert said["after"]["prosecutor"]["max"] == round(1 / 6, 4)
    assert said["after"]["journalist"] == {"max": round(1 / 60, 4), "mean": round(1 / 60, 4), "high": 0.0}
    assert said["after"]["population"] == 69


def test_a_row_table_needs_an_anonymiser_and_a_known_column(spark):
    with pytest.raises(ContractError, match="anonymous"):
        publish(frame(spark, TYPES), ROWS)
    with pytest.raises(ContractError, match="name is not in the contract, so it is L5"):
        publish(frame(spark, TYPES | {"name": "string"}), ROWS, generalise_until)


def test_rows_are_released_beside_the_earlier_release(spark):
    """p0 turned forty alone and q0 came alone: p0 stays in the thirties, q0 waits; p1 left and is gone."""
    contract = ROWS.model_copy(update={"withhold": (), "columns": ROWS.columns | {
        "person_key": ROWS.columns["person_key"].model_copy(update={"grade": Grade.L3}),
        "age_band": ROWS.columns["age_band"].model_copy(update={"generalise": ("any",)}),
    }})  # fmt: skip
    first = {f"p{n}": "30-39" for n in range(8)} | {f"s{n}": "40-49" for n in range(8)}
    second = {p: band for p, band in first.items() if p != "p1"} | {"p0": "40-49", "q0": "30-39"}

    def released(bands, earlier=None):
        people = "\n".join(f"{p} | {band} | d | w" for p, band in bands.items())
        table = frame(spark, TYPES, f"person_key | age_band | drug | note\n{people}\n | 30-39 | d | w")
        return publish(table, contract, generalise_until, earlier=earlier)

    before = released(first)
    assert before.told is None, "the table itself says it all"
    shown = {(r["person_key"],): frozenset({(r["age_band"],)}) for r in before.frame.collect() if r["person_key"]}
    after = released(second, Earlier(2, people=first_seen(shown)))
    found = {r["person_key"]: r["age_band"] for r in after.frame.collect()}
    assert found == {p: band for p, band in first.items() if p != "p1"} | {None: "30-39"}
    assert after.report.compared == {"release": 2, "waiting_persons": 0}, "two, rounded"
    assert after.report.anonymity["smallest_class"] == 7
    assert set(after.told.people) == {(p,) for p in second}


def test_a_class_that_loses_its_diversity_by_who_waits_is_withheld_too(spark):
    """In the thirties only q0 has drug e, and q0 is new and waits: without q0 all have drug d."""
    contract = ROWS.model_copy(update={"withhold": (), "sensitive": ("drug",), "l": 2, "columns": ROWS.columns | {
        "person_key": ROWS.columns["person_key"].model_copy(update={"grade": Grade.L3}),
        "age_band": ROWS.columns["age_band"].model_copy(update={"generalise": ("any",)}),
    }})  # fmt: skip
    thirties = {(f"p{n}",): frozenset({("30-39",)}) for n in range(6)}
    rest = "\n".join(f"s{n} | 40-49 | {'de'[n % 2]} | w" for n in range(8))
    people = "\n".join(f"p{n} | 30-39 | d | w" for n in range(6))
    table = frame(spark, TYPES, f"person_key | age_band | drug | note\n{people}\nq0 | 30-39 | e | w\n{rest}")
    forties = {(f"s{n}",): frozenset({("40-49",)}) for n in range(8)}
    out = publish(table, contract, generalise_until, earlier=Earlier(2, people=first_seen(thirties | forties)))
    assert {r["person_key"] for r in out.frame.collect()} == {f"s{n}" for n in range(8)}
    assert out.told.people[("p0",)].state == frozenset()


def test_a_person_that_is_not_published_is_remembered_from_the_first_release(spark):
    people = "\n".join(f"p{n} | 30-39 | d | w" for n in range(6))
    told = publish(frame(spark, TYPES, f"person_key | age_band | drug | note\n{people}"), ROWS, generalise_until).told
    assert set(told.people) == {(f"p{n}",) for n in range(6)}


def test_counts_are_released_beside_the_earlier_release(spark):
    def released(counts, earlier=None):
        cells = "\n".join(f"{place} | {sex} | {n}" for (place, sex), n in counts.items())
        return publish(frame(spark, COUNTS, f"institution | sex | n_subjects\n{cells}"), CELLS, earlier=earlier)

    before = released({("n", "f"): 3, ("n", "m"): 30, ("n", "o"): 60, ("n", "u"): 90})
    assert rows(before.frame) == [
        ("n", "f", None, True),
        ("n", "m", None, True),
        ("n", "o", 60, False),
        ("n", "u", 90, False),
    ]
    after = released({("n", "m"): 30, ("n", "o"): 63, ("n", "u"): 75}, Earlier(2, cells=before.told.cells))
    assert rows(after.frame) == [
        ("n", "f", None, True),
        ("n", "m", None, True),
        ("n", "o", 60, False),
        ("n", "u", 75, False),
    ]
    assert after.report.compared == {"release": 2, "kept_cells": 1}


def test_a_column_above_the_grade_leaves_generalised(spark):
    """Exact days of birth are L4; their years are L3, so years leave, though days alone would do for k."""
    born = column(
        role="quasi", type="date", grade="L4", generalise=["month", "year", "any"], level_grades={"year": "L3"}
    )
    contract = ROWS.model_copy(update={"columns": ROWS.columns | {"born": Column.model_validate(born)}})
    people = "\n".join(f"p{n} | 30-39 | d | w | 1990-03-{n % 2 + 10}" for n in range(10))
    table = frame(spark, TYPES | {"born": "date"}, f"person_key | age_band | drug | note | born\n{people}")
    published = publish(table, contract, generalise_until)
    assert {r["born"] for r in published.frame.collect()} == {date(1990, 1, 1)}
    assert published.report.anonymity["generalised"] == {"age_band": "", "born": "year"}


@pytest.mark.parametrize("case", ["null", "stranger", "whole"])
def test_rows_that_break_a_promise_are_not_written(spark, tmp_path, case):
    """The message names the column and quotes nothing of the row."""
    columns = {"institution": column(is_required=True), "drug": column(is_required=True), "sex": column(role="quasi")}
    contract = ROWS.model_copy(
        update={"columns": {n: Column.model_validate(c) for n, c in columns.items()}, "source_institutions": ("north",)}
    )
    rows = {"null": ("north", None, "f"), "stranger": ("Dr Li's practice", "d", "f"), "whole": ("north", "d", None)}
    table = spark.createDataFrame([("north", "d", "f"), rows[case]], "institution string, drug string, sex string")
    guarded = held(table, contract, ["north", "south"])
    if case == "whole":
        with promised(contract):
            assert guarded.toArrow().num_rows == 2
        return
    said = {"null": "drug is null in a row; it is required", "stranger": "from an institution that is not declared"}
    with pytest.raises(ContractError, match=said[case]) as error, promised(contract):
        guarded.write.parquet(str(tmp_path / "rows"))
    assert "Li" not in str(error.value)
    with pytest.raises(ValueError, match="other"), promised(contract):
        raise ValueError("other")


def test_counts_leave_suppressed_then_rounded(spark):
    table = frame(
        spark,
        COUNTS,
        """
        institution | sex    | n_subjects
        north       | female | 4
        north       | male   | 23
        north       |        | 58
        south       | female | 31
        south       | male   | 18
        south       |        | 99
        """,
    )
    published = publish(table, CELLS)
    assert rows(published.frame) == [
        ("north", "female", None, True),
        ("north", "male", None, True),
        ("north", None, 60, False),
        ("south", "female", None, True),
        ("south", "male", None, True),
        ("south", None, 100, False),
    ]
    assert (published.report.cells, published.report.small_cells, published.report.complementary_cells) == (6, 1, 3)
    assert published.frame.schema.simpleString() == (
        "struct<institution:string,sex:string,n_subjects:bigint,is_suppressed:boolean>"
    )


def test_an_aggregate_of_small_cells_leaves_without_a_number(spark):
    table = frame(spark, COUNTS, "institution | sex | n_subjects\nnorth | female | 1\nnorth | male | 10\n")
    assert rows(publish(table, CELLS).frame, "n_subjects", "is_suppressed") == [(None, True), (None, True)]
    assert rows(publish(frame(spark, COUNTS), CELLS).frame) == []


def test_a_cell_that_stands_twice_is_refused(spark):
    table = frame(spark, COUNTS, "institution | sex | n_subjects\nnorth | male | 20\nnorth | male | 30\n")
    with pytest.raises(ContractError, match="stands twice"):
        publish(table, CELLS)
