"""What a governed question may say, and what of its answer is shown."""

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


def nobody(cells, view):
    return frozenset()


def small(cells, view):
    return frozenset(label for label, people in cells.items() if 0 < len(people) < 11)


def test_aggregates_only_shows_rounded_counts_and_leaves_small_cells_empty():
    answer = ask(
        "SELECT age < 28 AS is_young, count(*) AS n, avg(age) AS mean FROM cohort GROUP BY age < 28",
        {"cohort": COHORT},
        judges={"cohort": small},
    )
    assert sorted(answer.rows.to_pylist(), key=str) == [
        {"is_young": False, "n": 50, "mean": 53.5, "is_suppressed": False},
        {"is_young": True, "n": None, "mean": None, "is_suppressed": True},
    ]
    assert answer.suppressed_cells == 1


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
    ],
)
def test_aggregates_only_refuses_every_other_form(sql):
    with pytest.raises(QueryRefused, match=r"aggregates only|not allowed"):
        ask(sql, {"cohort": COHORT}, judges={"cohort": nobody})


def test_a_mean_of_the_few_who_have_a_value_is_left_empty():
    rare = COHORT.append_column("lactate", pa.array([4.0 if n in (1, 3) else None for n in range(N)]))
    answer = ask(
        "SELECT sex, count(*) AS n, avg(lactate) AS mean FROM cohort GROUP BY sex",
        {"cohort": rare},
        judges={"cohort": small},
    )
    assert sorted(answer.rows.to_pylist(), key=str) == [
        {"sex": "female", "n": 30, "mean": None, "is_suppressed": False},
        {"sex": "male", "n": 30, "mean": None, "is_suppressed": False},
    ]
