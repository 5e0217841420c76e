"""What a governed question may say, and what of its answer is shown."""

import time

import pyarrow as pa
import pytest

from governance.query import PERSON, Limits, QueryRefused, ask

N = 60
COHORT = pa.table(
    {
        "sex": ["female" if n % 2 else "male" for n in range(N)],
        "age": [20 + n for n in range(N)],
        PERSON: [f"p{n}" for n in range(N)],
    }
)
VIEWS = {"cohort": COHORT.drop_columns([PERSON]), "visits": pa.table({"sex": ["male"], "n": [3]})}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sex, count(*) AS n FROM cohort GROUP BY sex",
        "WITH old AS (SELECT * FROM cohort WHERE age > 50) SELECT count(*) FROM old",
        "SELECT c.age, v.n FROM cohort c JOIN visits v USING (sex)",
        "SELECT age, row_number() OVER (ORDER BY age) FROM cohort",
        "SELECT CASE WHEN age > 30 THEN 'a' END, upper(sex), age BETWEEN 1 AND 3, age IN (1, 2) FROM cohort",
        "SELECT max(age) FROM (SELECT age FROM cohort UNION ALL SELECT n FROM visits)",
    ],
)
def test_a_select_over_granted_views_is_answered(sql):
    assert ask(sql, VIEWS).rows.num_rows > 0


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE cohort",
        "INSERT INTO cohort VALUES (1)",
        "COPY cohort TO '/tmp/x'",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
        "PRAGMA database_list",
        "SET enable_external_access = true",
        "CALL pragma_version()",
        "EXPLAIN SELECT 1",
        "SELECT 1; SELECT 2",
        "SELEC 1",
        "",
        "SELECT * FROM '/etc/passwd'",
        'SELECT * FROM "data.parquet"',
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM sqlite_master",
        "SHOW TABLES",
        "SELECT getenv('HOME')",
        "SELECT current_setting('threads')",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM query_table('cohort')",
        "SELECT * FROM main.cohort",
        "SELECT * FROM range(10)",
        "WITH RECURSIVE t AS (SELECT 1 x UNION ALL SELECT x + 1 FROM t) SELECT * FROM t",
        "SELECT * FROM person",
        "SELECT _person FROM cohort",
        "SELECT list(age) FROM cohort",
        "PIVOT cohort ON sex USING count(*)",
        "SELECT COLUMNS('.*') FROM cohort WHERE getvariable('x') IS NULL",
        "SELECT (SELECT content FROM read_text('/etc/passwd'))",
        "SELECT age FROM cohort ORDER BY (SELECT getenv('HOME'))",
        "SELECT count(*) FILTER (WHERE getenv('HOME') > '') FROM cohort",
        "SELECT sex FROM cohort GROUP BY sex HAVING getenv('HOME') > ''",
        "SELECT [x FOR x IN [1]]",
        "PREPARE q AS SELECT 1",
        "SELECT $1",
        "DESCRIBE cohort",
        "SELECT * FROM cohort -- all\n; DROP TABLE cohort",
        "SELECT * FROM ｃｏｈｏｒｔ",
        "SELECT '\ud800'",
        "SELECT 1" + " + 1" * 4_000,
        "SELECT " + "abs(" * 3_000 + "1" + ")" * 3_000,
    ],
)
def test_anything_else_is_refused(sql):
    with pytest.raises(QueryRefused):
        ask(sql, VIEWS)


def test_what_was_read_is_told_for_metering():
    answer = ask("SELECT count(sex) FROM cohort WHERE age > 3", VIEWS)
    assert answer.columns == {"cohort": ("sex", "age")}
    assert ask("SELECT * FROM visits", VIEWS).columns == {"visits": ("sex", "n")}
    assert ask("SELECT 1", VIEWS).columns == {}


def test_questions_that_differ_in_constants_look_alike():
    one, two, other = (
        ask(f"SELECT age FROM cohort WHERE {where}", VIEWS).fingerprint for where in ("age > 3", "age > 4", "age < 4")
    )
    assert one == two != other


def test_a_failed_cast_does_not_quote_the_value():
    with pytest.raises(QueryRefused) as refused:
        ask("SELECT CAST(sex AS INTEGER) FROM cohort", VIEWS)
    assert "male" not in str(refused.value)


def test_limits_end_a_question():
    with pytest.raises(QueryRefused, match="rows"):
        ask("SELECT * FROM cohort", VIEWS, limits=Limits(rows=10))
    big = "SELECT count(*) FROM cohort a, cohort b, cohort c, cohort d, cohort e, cohort f, cohort g WHERE a.age + g.age > b.age"
    with pytest.raises(QueryRefused, match="longer"):
        ask(big, VIEWS, limits=Limits(seconds=0.3))


@pytest.mark.parametrize(
    "sql", ["SELECT sum(length(lpad(sex, 100000000, 'y'))) FROM cohort", "SELECT lpad('x', 2000000000, 'y') AS long"]
)
def test_a_few_rows_that_become_long_texts_end_in_time_too(sql):
    started = time.monotonic()
    with pytest.raises(QueryRefused, match=r"longer|MB"):
        ask(sql, VIEWS, limits=Limits(seconds=1))
    assert time.monotonic() - started < 20, "the engine itself looks at its clock after minutes only"


def test_memory_ends_a_question():
    with pytest.raises(QueryRefused, match="MB"):
        ask("SELECT lpad(sex, 800000000, 'y') || lpad(sex, 800000000, 'z') AS long FROM cohort", VIEWS)


def nobody(cells, view):
    return frozenset()


def small(cells, view):
    return frozenset(label for label, people in cells.items() if 0 < len(people) < 11)


def test_aggregates_only_shows_rounded_counts_and_leaves_small_cells_out():
    answer = ask(
        "SELECT age < 28 AS is_young, count(*) AS n, avg(age) AS mean FROM cohort GROUP BY age < 28",
        {"cohort": COHORT},
        judges={"cohort": small},
    )
    # 8 are young; that there are any is not told either
    assert answer.rows.to_pylist() == [{"is_young": False, "n": 50, "mean": 53.5, "is_suppressed": False}]
    assert answer.is_partial


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM cohort",
        "SELECT age FROM cohort",
        "SELECT sex, max(age) FROM cohort GROUP BY sex",
        "SELECT sex, sum(age) + 1 FROM cohort GROUP BY sex",
        "SELECT sex FROM cohort GROUP BY sex",
        "SELECT sex, count(*) FROM cohort GROUP BY sex HAVING avg(age) > 3",
        "SELECT sex, count(*) FROM cohort GROUP BY sex LIMIT 1",
        "SELECT sex, count(*) FROM cohort GROUP BY ROLLUP (sex)",
        "SELECT sex, count(*) FROM (SELECT * FROM cohort LIMIT 12) GROUP BY sex",
        "SELECT a.sex, count(*) FROM cohort a, cohort b GROUP BY a.sex",
        "SELECT sex, count(*) FROM cohort WHERE age = (SELECT max(age) FROM cohort) GROUP BY sex",
        "SELECT sex, count(*) OVER () FROM cohort",
        "SELECT count(*) FILTER (WHERE age = 20) FROM cohort",
        "SELECT sum(CASE WHEN age = 20 THEN 1 ELSE 0 END) FROM cohort",
        "SELECT avg(NULLIF(age, 20)) FROM cohort",
        "SELECT count(DISTINCT age) FROM cohort",
        "SELECT count(age) FROM cohort",
        "SELECT min(age) FROM cohort",
        "SELECT count(*) FROM cohort USING SAMPLE 20",
        "SELECT 1 FROM cohort UNION ALL SELECT count(*) FROM cohort",
        "SELECT count(*) FROM cohort WHERE regexp_matches(sex, '(a*)*b')",
        "SELECT sex, count(*) FROM cohort GROUP BY sex ORDER BY avg(age)",
        "SELECT sex, count(*) FROM cohort GROUP BY sex, age",
        "SELECT sex, count(*) FROM cohort GROUP BY ALL",
        "SELECT count(*) FROM cohort AS t(a, b, person) WHERE person = 'p3'",
        "SELECT count(*) FROM cohort WHERE cohort::VARCHAR LIKE '%p3%'",
        "SELECT cohort, count(*) FROM cohort GROUP BY cohort",
    ],
)
def test_aggregates_only_refuses_every_other_form(sql):
    with pytest.raises(QueryRefused, match=r"aggregates only|not allowed|does not have"):
        ask(sql, {"cohort": COHORT}, judges={"cohort": nobody})


def told(sql, rows=COHORT):
    return ask(sql, {"cohort": rows}, judges={"cohort": small}).rows.to_pylist()


@pytest.mark.parametrize(
    "sql",
    ["SELECT sex, age, count(*) FROM cohort GROUP BY sex, age", "SELECT age, count(*) AS n FROM cohort GROUP BY 1"],
)
def test_no_row_leaves_as_a_group_of_its_own(sql):
    assert told(sql) == []


def test_nobody_and_a_few_look_the_same():
    of_one, of_nobody = (
        told(f"SELECT count(*) AS n FROM cohort WHERE age = 23 AND sex = '{sex}'") for sex in ("female", "male")
    )
    assert of_one == of_nobody == [{"n": None, "is_suppressed": True}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) AS n FROM cohort WHERE CASE WHEN age = {age} AND sex = 'female' THEN CAST(sex AS INTEGER) ELSE 1 END = 1",
        "SELECT count(*) AS n FROM cohort WHERE age <> {age} OR sex <> 'female' OR sex = 5",
        "SELECT CASE WHEN age = {age} AND sex = 'female' THEN CAST(sex AS INT) ELSE 1 END AS x, count(*) AS n FROM cohort GROUP BY x",
    ],
)
def test_no_condition_fails_on_the_row_of_somebody(sql):
    # a woman of 23 there is, one of 24 there is not
    assert told(sql.format(age=23)) == told(sql.format(age=24))


def test_the_exact_number_of_a_cell_cannot_be_worked_out():
    answer = told("SELECT count(*) AS n, avg(age) AS mean, sum(age) AS total FROM cohort WHERE age < 43")
    # 23 persons, 713 years, 31 on average
    assert answer == [{"n": 25, "mean": 31.0, "total": 775.0, "is_suppressed": False}]
    third = told("SELECT avg(age) AS mean FROM cohort WHERE age < 41 AND age <> 30 OR age = 50")
    assert [row["mean"] for row in third] == [31.0], "621 / 20 = 31.05"


@pytest.mark.parametrize(
    "dead", [[n == 3 for n in range(N)], [int(n == 3) for n in range(N)]], ids=["boolean", "0 or 1"]
)
def test_a_mean_that_counts_a_few_is_not_told(dead):
    rows = COHORT.append_column("died", pa.array(dead))
    try:
        answer = told("SELECT sum(died) AS n FROM cohort", rows)
    except QueryRefused:
        answer = [{"n": None}]
    assert [row["n"] for row in answer] == [None]


def test_a_mean_of_what_half_of_them_have_is_told():
    rows = COHORT.append_column("died", pa.array([n % 2 for n in range(N)]))
    assert told("SELECT avg(died) AS share FROM cohort", rows) == [{"share": 0.5, "is_suppressed": False}]


def test_cells_are_ordered_and_grouped_as_asked():
    answer = told("SELECT floor(age / 20) AS age, count(*) AS n FROM cohort GROUP BY floor(age / 20) ORDER BY 1 DESC")
    assert [(row["age"], row["n"]) for row in answer] == [(3.0, 20), (2.0, 20), (1.0, 20)]
    answer = told(
        "SELECT sex AS s, age < 40 AS is_young, count(*) AS n FROM cohort GROUP BY s, 2 ORDER BY is_young, s DESC"
    )
    assert [(row["s"], row["is_young"]) for row in answer] == [("male", False), ("female", False)], (
        "10 of each are young"
    )


def test_a_mean_of_the_few_who_have_a_value_is_left_empty():
    rare = COHORT.append_column("lactate", pa.array([4.0 if n in (1, 3) else None for n in range(N)]))
    answer = ask(
        "SELECT sex, count(*) AS n, avg(lactate) AS mean FROM cohort GROUP BY sex",
        {"cohort": rare},
        judges={"cohort": small},
    )
    assert sorted(answer.rows.to_pylist(), key=str) == [
        {"sex": "female", "n": 30, "mean": None, "is_suppressed": True},
        {"sex": "male", "n": 30, "mean": None, "is_suppressed": True},
    ]
