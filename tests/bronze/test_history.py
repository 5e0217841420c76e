"""What bronze holds of one resource, in the order in which it counts."""

import pytest
from tables import frame

from core.errors import ConfigError
from transforms.bronze.history import history, parse_reference
from transforms.bronze.tables import REJECTED, RESOURCE
from transforms.lake import Lake

pytestmark = pytest.mark.spark
WHERE = {"institution": "clinic", "resource_type": "Observation", "source_file": "f.ndjson"}
VERSIONS = """
    institution | resource_type | resource_id | batch_id | source_line | source_entry | version_id | last_updated        | ingested_at         | deleted | content_hash     | subject_id | raw
                |               | o1          | b1       | 1           |              | 2          | 2026-02-01T00:00:00 | 2026-05-01T00:00:00 | false   | bbbbbbbbbbbbbbbb | p1         | {"v":2}
                |               | o1          | b2       | 7           | 3            | 1          | 2026-01-01T00:00:00 | 2026-05-02T00:00:00 | false   | aaaaaaaaaaaaaaaa |            | {"v":1}
                |               | gone        | b1       | 2           |              |            |                     | 2026-05-01T00:00:00 | false   | cccccccccccccccc | p1         | {"v":1}
                |               | gone        | b3       | 1           |              |            |                     | 2026-05-03T00:00:00 | true    | dddddddddddddddd |            |
    other       |               | o1          | b1       | 1           |              |            |                     | 2026-05-01T00:00:00 | false   | eeeeeeeeeeeeeeee | p1         | {"v":9}
                | Patient       | o1          | b1       | 9           |              |            |                     | 2026-05-01T00:00:00 | false   | ffffffffffffffff | o1         | {"v":9}
"""  # noqa: E501
REJECTS = """
    institution | resource_type | resource_id | batch_id | source_line | ingested_at         | reason_code  | reason | raw
                |               | o1          | b2       | 8           | 2026-05-02T00:00:00 | invalid_fhir | status | {"bad":1}
                | (none)        | o1          | b1       | 5           | 2026-05-01T00:00:00 | not_json     | text   | {"bad
                | Patient       | o1          | b1       | 6           | 2026-05-01T00:00:00 | invalid_fhir | status | {}
    other       |               | o1          | b1       | 5           | 2026-05-01T00:00:00 | invalid_fhir | status | {}
"""


@pytest.fixture(scope="module")
def lake(spark, tmp_path_factory):
    made = Lake(tmp_path_factory.mktemp("history"), spark)
    for name, ddl, text in (("resource", RESOURCE, VERSIONS), ("rejected", REJECTED, REJECTS)):
        types = dict(column.split() for column in ddl.split(", "))
        rows = frame(spark, types, text).fillna(WHERE).replace("(none)", None, "resource_type")
        by_type = ("resource_type",) if name == "resource" else ()
        made.append("bronze", name, rows, once=name, made_from={}, partition_by=by_type)
    return made


def test_versions_stand_in_the_order_in_which_they_count_not_in_that_of_arrival(lake):
    found = history(lake, "clinic", "Observation", "o1")
    old, new = found.versions
    assert (old.version_id, old.place.batch_id, old.place.line, old.place.entry) == ("1", "b2", 7, 3)
    assert (new.version_id, new.last_updated, new.place.ingested_at) == (
        "2",
        "2026-02-01 00:00:00",
        "2026-05-01 00:00:00",
    )
    assert [(v.standing, v.has_subject, v.deleted) for v in found.versions] == [
        ("", False, False),
        ("current", True, False),
    ]
    assert new.content_hash == "b" * 12


def test_a_deleted_resource_says_which_version_was_the_last(lake):
    found = history(lake, "clinic", "Observation", "gone")
    assert [(v.deleted, v.standing) for v in found.versions] == [(False, "deleted"), (True, "")]
    assert found.rejected == ()


def test_rejects_of_the_id_are_there_also_those_that_do_not_say_their_type(lake):
    found = history(lake, "clinic", "Observation", "o1")
    assert [(r.place.line, r.reason_code, r.reason) for r in found.rejected] == [
        (5, "not_json", "text"),
        (8, "invalid_fhir", "status"),
    ]


def test_content_is_read_only_when_asked_for(lake):
    assert {v.raw for v in history(lake, "clinic", "Observation", "o1").versions} == {None}
    found = history(lake, "clinic", "Observation", "o1", raw=True)
    assert [v.raw for v in found.versions] == ['{"v":1}', '{"v":2}']
    assert [r.raw for r in found.rejected] == ['{"bad', '{"bad":1}']


def test_nothing_is_found_of_what_is_not_there(lake, spark, tmp_path):
    assert history(lake, "clinic", "Observation", "o2").versions == ()
    assert history(Lake(tmp_path, spark), "clinic", "Observation", "o1").versions == ()


@pytest.mark.parametrize(
    "said", ["Patient", "Patient/", "/1", "patient/1", "Patient/1/_history/2", "Patient/a b", "Cat/1"]
)
def test_what_is_no_reference_is_refused_and_not_repeated(said):
    with pytest.raises(ConfigError, match="Type/id, as in Patient/123") as error:
        parse_reference(said)
    assert "Cat" not in str(error.value)


def test_an_id_that_breaks_the_grammar_can_be_looked_for():
    assert parse_reference("Patient/a_b:1") == ("Patient", "a_b:1")
