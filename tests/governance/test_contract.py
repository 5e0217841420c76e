"""Contracts, without a JVM."""

from pathlib import Path

import pytest
import yaml
from pyspark.sql.types import LongType, StringType, StructField, StructType

from core.errors import ConfigError
from deid.disclosure import HIERARCHIES
from governance.contract import ContractError, load_contract
from governance.grades import Grade
from governance.promise import check_population, check_schema

GOLD = Path(__file__).parents[2] / "transforms" / "gold"
WORDS = {"en": "words", "zh": "文字"}


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


def rows_contract(**given):
    head = {"view": "x", "kind": "rows", "title": WORDS, "description": WORDS, "grain": WORDS, "owner": "data"}
    head |= {
        "theme": "cohort",
        "source_institutions": "registered",
        "licence": "data_use_agreement",
        "price_unit": "row",
    }
    columns = {"person_key": column(role="key"), "sex": column(role="quasi", generalise=["any"])}
    more = {"grade": "L3", "purposes": ["cohort_research"], "person": "person_key", "k": 5, "max_suppressed": 0.05}
    return {**head, **more, "columns": columns, **given}


def aggregate_contract(**given):
    base = rows_contract(kind="aggregate", grade="L2", dimensions=["sex"], counts=["n"], min_cell=11)
    for unfit in ("person", "k", "max_suppressed"):
        del base[unfit]
    columns = {"sex": column(role="quasi", grade="L2"), "n": column(type="bigint", grade="L2")}
    return {**base, "columns": columns, **given}


@pytest.fixture
def load(tmp_path):
    def loaded(contract):
        file = tmp_path / "x.yaml"
        file.write_text(contract if isinstance(contract, str) else yaml.safe_dump(contract, allow_unicode=True))
        return load_contract(file)

    return loaded


def mistakes(load, contract):
    with pytest.raises(ConfigError) as error:
        load(contract)
    return str(error.value)


@pytest.mark.parametrize("file", sorted(GOLD.glob("[a-z]*.yaml")), ids=lambda f: f.stem)
def test_contracts_of_this_project_are_right(file):
    contract = load_contract(file)
    levels = {level for c in contract.columns.values() for level in c.generalise or ()}
    assert levels <= set(HIERARCHIES)


def test_what_is_published_follows_from_the_grades(load):
    columns = {**rows_contract()["columns"], "note": column(grade="L4", is_free_text=True)}
    contract = load(rows_contract(columns=columns))
    assert contract.published_columns() == ("person_key", "sex")
    assert contract.quasi_identifiers() == {"sex": ("any",)}
    assert contract.grade_of("note") == Grade.L4
    assert contract.grade_of("not_in_the_contract") == Grade.L5


def test_all_mistakes_are_listed_at_once(load):
    columns = {
        "name": column(role="direct"),
        "note": column(is_free_text=True),
        "at": column(type="timestamp"),
        "born": column(type="date", grade="L2"),
        "dose": column(unit_column="dose_unit"),
        "code": column(generalise=["any"]),
        "list": column(type="array<struct<a:string,b:int>>", fields={"a": WORDS}),
        "words": column(description={"en": "words", "zh": "words"}),
        "half": column(description={"en": "words"}),
        "what": column(category="somewhat secret", role="maybe"),
    }
    said = mistakes(load, rows_contract(columns=columns, k=3, person="who", colour="red", min_cell=11))
    for part in (
        "columns.name: role direct needs grade L5",
        "columns.note: free text needs grade L4",
        "columns.at: a time of day needs grade L4",
        "columns.born: a date needs grade L3",
        "columns.code: generalise is only for role quasi",
        "columns.list: fields must describe exactly the struct's members: a, b",
        "columns.words.description.zh: holds no Chinese character",
        "columns.half.description.zh: Field required",
        "columns.what.category",
        "columns.what.role",
        "colour: Extra inputs",
        "columns.dose.unit_column: no column 'dose_unit'",
        "person: no column 'who'",
        "k: 3 is below 5",
        "min_cell: is only for kind aggregate",
    ):
        assert part in said, said


def test_mistakes_between_right_parts_are_listed_at_once(load):
    said = mistakes(load, rows_contract(grade="L2", columns={"a": column()}))
    assert "L2 publishes aggregates only" in said
    assert "person: no column 'person_key'" in said
    assert "rows need at least one published column with role quasi" in said
    columns = {**aggregate_contract()["columns"], "age": column(grade="L3")}
    said = mistakes(load, aggregate_contract(min_cell=5, k=5, columns=columns, counts=["n", "m"]))
    for part in (
        "min_cell: 5 is below 11",
        "k: is only for kind rows",
        "columns.age: an aggregate has only dimensions",
    ):
        assert part in said
    assert "columns.age: L3 is above the contract's L2" in said
    assert "additive: n is no dimension" in mistakes(load, aggregate_contract(additive=["n"]))
    assert "counts: no column 'm'" in said


def test_diversity_is_declared_of_single_sensitive_columns_that_are_published(load):
    columns = {
        **rows_contract()["columns"],
        "drug": column(role="sensitive"),
        "codes": column(role="sensitive", type="array<string>"),
        "note": column(role="sensitive", grade="L4"),
    }
    contract = load(rows_contract(columns=columns, sensitive=["drug"], l=2, population="people"))
    assert (contract.sensitive, contract.l, contract.population) == (("drug",), 2, "people")
    said = mistakes(load, rows_contract(columns=columns, sensitive=["sex", "codes", "note", "none"], l=1))
    for part in (
        "l: Input should be greater than or equal to 2",
        "sensitive: sex has role quasi, it needs role sensitive",
        "sensitive: codes is array<string>, only single values can be told apart",
        "sensitive: note is L4, above the contract's L3",
        "sensitive: no column 'none'",
    ):
        assert part in said, said
    assert "sensitive: is needed with l" in mistakes(load, rows_contract(l=2))
    said = mistakes(load, aggregate_contract(sensitive=["n"], l=2, population="x"))
    assert all(f"{name}: is only for kind rows" in said for name in ("sensitive", "l", "population"))


def test_a_population_counts_by_the_quasi_identifiers(load):
    counted = load(aggregate_contract())
    check_population(load(rows_contract(population="x")), counted)
    check_population(load(rows_contract()), None)
    with pytest.raises(ConfigError, match=r"population: y is no aggregate view"):
        check_population(load(rows_contract(population="y")), None)
    columns = {**rows_contract()["columns"], "place": column(role="quasi")}
    with pytest.raises(ConfigError, match=r"population: x does not count by place"):
        check_population(load(rows_contract(columns=columns, population="x")), counted)


def test_l5_is_never_published(load):
    assert "L5 is never published" in mistakes(load, rows_contract(grade="L5"))


def test_broken_files_say_where(load, tmp_path):
    assert "line 3: key k stands twice" in mistakes(load, "view: x\nk: 5\nk: 6\n")
    assert "is named 'x'" in mistakes(load, rows_contract(view="y"))
    assert mistakes(load, "just words")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_contract(tmp_path / "none.yaml")


def test_schema_differences_are_all_named(load):
    contract = load(aggregate_contract())
    check_schema(StructType([StructField("sex", StringType()), StructField("n", LongType())]), contract)
    with pytest.raises(ContractError) as error:
        check_schema(StructType([StructField("n", StringType()), StructField("name", StringType())]), contract)
    said = str(error.value)
    assert "sex is missing" in said
    assert "name is not in the contract, so it is L5" in said
    assert "n is string, promised is bigint" in said


def test_grades_are_ordered_and_say_what_they_mean_in_both_languages():
    assert sorted(Grade, reverse=True)[0] == Grade.L5 > Grade.L4
    assert all(grade.meaning.en and grade.meaning.zh for grade in Grade)
    assert (Grade.L2.smallest_cell, Grade.L3.smallest_class, Grade.L2.smallest_class) == (11, 5, None)


def test_a_quasi_identifier_says_how_it_is_generalised_and_a_number_its_unit(load):
    silent = {**rows_contract()["columns"], "place": column(role="quasi", generalise=None)}
    said = mistakes(load, rows_contract(columns=silent | {"age": column(type="int", unit=None)}))
    assert "columns.place: generalise: is needed for role quasi" in said
    assert "columns.age: a number needs unit" in said


def test_a_column_above_the_grade_is_published_at_the_first_level_that_is_not(load):
    exact = column(role="quasi", type="date", grade="L4", generalise=["month", "year"], level_grades={"year": "L3"})
    contract = load(rows_contract(columns={**rows_contract()["columns"], "born": exact}))
    assert set(contract.published_columns()) == {"person_key", "sex", "born"}
    assert contract.least_levels() == {"born": 2}
    unreachable = load(rows_contract(columns={**rows_contract()["columns"], "born": {**exact, "level_grades": {}}}))
    assert set(unreachable.published_columns()) == {"person_key", "sex"}
    wrong = {**exact, "level_grades": {"decade": "L3", "year": "L4"}}
    said = mistakes(load, rows_contract(columns={**rows_contract()["columns"], "born": wrong}))
    assert "level_grades: decade is no level of generalise" in said
    assert "a coarser level has a lower grade" in said


def test_sources_licence_and_price_unit_are_declared_and_closed(load):
    said = mistakes(load, rows_contract(licence="do what you want", price_unit="kilo", source_institutions=["a"]))
    assert all(f"{name}: Input should be" in said for name in ("licence", "price_unit"))
    assert "source_institutions: no column 'institution'" in said
    columns = {**rows_contract()["columns"], "institution": column()}
    assert load(rows_contract(columns=columns, source_institutions=["a"])).sources({"a", "b"}) == {"a"}
    assert load(rows_contract()).sources({"a", "b"}) == {"a", "b"}
    for needed in ("source_institutions", "licence", "price_unit", "theme"):
        without = {k: v for k, v in rows_contract().items() if k != needed}
        assert f"{needed}: Field required" in mistakes(load, without)
