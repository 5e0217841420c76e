"""What is unusual and what is not: one row a case."""

from datetime import UTC, date, datetime, timedelta

import pytest
from test_rights import asked

from governance.grades import Grade
from governance.monitor import rules
from governance.monitor.hours import is_at_night, zones
from governance.monitor.seen import Request, Use, read_log
from governance.parties import Grant
from governance.parties import Request as AccessRequest

START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def of_days(rows, grant="g1"):
    return [Use(START + timedelta(days=n), grant, "v", r) for n, r in enumerate(rows)]


@pytest.mark.parametrize(
    ("rows", "unusual"),
    [
        ([100] * 7 + [150], []),  # half as many again
        ([100] * 7 + [151], [151]),
        ([100] * 6 + [9999], []),  # too little is known of the grant
        ([90, 110, 95, 105, 100, 98, 102, 140], []),
        ([90, 110, 95, 105, 100, 98, 102, 1000], [1000]),
        ([0] * 7 + [5], []),
        ([0] * 7 + [6], [6]),
        ([1, 1, 1, 1, 1, 1, 500, 520], [520]),  # one day like it does not make it usual
        ([1, 400, 1, 500, 450, 1, 500, 520], []),
        ([100] * 7 + [1000] * 5, [1000] * 5),
    ],
)
def test_a_day_is_held_against_the_grants_own_days(rows, unusual):
    assert [f.n for f in rules.volume(of_days(rows), date(2026, 1, 1))] == unusual


def test_each_grant_has_its_own_history_and_only_the_days_asked_for_are_told():
    uses = [*of_days([10] * 7 + [500], "small"), *of_days([500] * 8, "large")]
    (found,) = rules.volume(uses, date(2026, 1, 1))
    assert (found.about, found.day, found.level) == ("small", date(2026, 3, 9), "alarm")
    assert not list(rules.volume(uses, date(2026, 3, 10)))


@pytest.mark.parametrize(
    ("at", "country", "is_night"),
    [
        ("2026-03-02T20:00+00:00", "CN", True),  # 4:00 in Shanghai, 2:00 in Urumqi
        ("2026-03-02T13:30+00:00", "CN", False),  # 21:30 in Shanghai, 19:30 in Urumqi
        ("2026-03-02T06:00+00:00", "DE", False),  # 7:00 in Berlin
        ("2026-03-02T05:30+00:00", "DE", True),
        ("2026-07-02T05:30+00:00", "DE", False),  # summer time
        ("2026-03-02T06:00+00:00", "US", False),  # 20:00 on Hawaii
        ("2026-03-02T10:00+00:00", "US", True),
        ("2026-03-02T03:00+00:00", "XX", False),  # not known
    ],
)
def test_working_time_is_that_of_the_recipients_country(at, country, is_night):
    assert is_at_night(datetime.fromisoformat(at), country) is is_night


def test_the_zones_are_those_of_the_country():
    assert zones("CN") == ("Asia/Shanghai", "Asia/Urumqi")


def grant(expires=date(2026, 4, 1), id="g1"):
    return Grant(id, AccessRequest(asked(expires=expires), "ask", "pharma", ""))


def test_many_uses_in_a_night_are_told():
    at_night = [Use(datetime(2026, 3, 2, 20, n, tzinfo=UTC), "g1", "v", 1) for n in range(5)]
    (found,) = rules.night(at_night, {"g1": grant()}, date(2026, 1, 1))
    assert (found.n, found.detail) == (5, "CN")
    assert not list(rules.night(at_night[:4], {"g1": grant()}, date(2026, 1, 1)))


def refused(n, reason, grant="g1", every=timedelta(minutes=1)):
    return [Request(START + n * every, "GET", 403, grant, reason=reason) for n in range(n)]


@pytest.mark.parametrize(
    ("requests", "told"),
    [
        (refused(4, "revoked"), []),
        (refused(5, "revoked"), [("refusals", "g1", 5)]),
        (refused(5, "revoked", every=timedelta(minutes=16)), []),  # over more than an hour
        (refused(19, "question_refused"), []),
        (refused(20, "question_refused"), [("refusals", "g1", 20)]),
        (refused(3, "revoked") + refused(3, "not_granted", "g2"), []),
        (refused(19, "unknown_token", ""), []),
        (refused(20, "unknown_token", ""), [("bad_tokens", "anybody", 20)]),
        ([Request(START, "GET", 200, "g1", rows=9)] * 50, []),
    ],
)
def test_repeated_refusals(requests, told):
    assert [(f.kind, f.about, f.n) for f in rules.refusals(sorted(requests, key=lambda r: r.at))] == told


@pytest.mark.parametrize(
    ("filters", "n"),
    [
        (["a", "b"], 2),  # one for another
        (["a", "a b"], 2),  # one more
        (["a b", "c d"], 0),
        (["a", "a"], 0),  # the same again
        (["a b", "a c", "x y"], 2),
        (["a", "b", "c", "d", "e"], 5),
    ],
)
def test_questions_that_differ_in_one_filter(filters, n):
    assert rules.differing_in_one({tuple(f.split()) for f in filters}) == n


def test_near_identical_questions_are_an_alarm_where_only_aggregates_are_told():
    questions = [
        Request(START + timedelta(minutes=n), "POST /sql", 200, f"g{n % 2}", "pharma", view, family="f" * 64, filters=(f"x{n}",))
        for view in ("fine", "rows") for n in range(5)
    ]  # fmt: skip
    grades = {"fine": Grade.L4, "rows": Grade.L3}
    assert [(f.about, f.level, f.n) for f in rules.near_identical(questions, grades)] == [
        ("pharma", "alarm", 5),
        ("pharma", "notice", 5),
    ]
    assert not list(rules.near_identical(questions[:4], grades))


@pytest.mark.parametrize(
    ("days", "told"),
    [(31, None), (30, (30, "notice")), (8, (30, "notice")), (7, (7, "notice")), (2, (7, "notice")), (1, (1, "alarm")), (-1, None)],
)  # fmt: skip
def test_what_ends_soon(days, told):
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    found = [(f.limit, f.level) for f in rules.expiring([grant(now.date() + timedelta(days=days))], [], now)]
    assert found == ([told] if told else [])


def test_an_agreement_without_a_grant_ends_too():
    parties = {"pharma": "recipient", "hospital_a": "controller"}
    request = AccessRequest(
        asked(expires=date(2026, 3, 6)), "ask", "pharma", "", reviews={"a": "approve", "b": "approve"}, parties=parties
    )
    (found,) = rules.expiring([], [request], datetime(2026, 3, 1, tzinfo=UTC))
    assert (found.about, found.limit) == ("r1 (agreement)", 7)


def test_a_finding_keeps_its_name_and_a_later_step_is_another():
    now = datetime(2026, 3, 1, tzinfo=UTC)
    keys = {f.key for d in range(30) for f in rules.expiring([grant(date(2026, 3, 31))], [], now + timedelta(days=d))}
    assert len(keys) == 3


def test_lines_that_cannot_be_read_are_counted(tmp_path):
    good = '{"at":"2026-03-01T10:00:00+00:00","action":"POST /sql","status":200,"new_name":1}\n'
    (tmp_path / "2026-03-01.jsonl").write_text(good + "half a li\n" + good)
    (tmp_path / "2026-02-01.jsonl").write_text("old")
    log = read_log(tmp_path, date(2026, 3, 1))
    assert (len(log.requests), log.unreadable) == (2, 1)
    assert read_log(tmp_path / "none", date(2026, 3, 1)).requests == ()
