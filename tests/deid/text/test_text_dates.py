"""Dates in text: moved in the form they have, or cut to their year."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_subjects import SHIFT, YEAR, subject

from deid import dates
from deid.subject import DateRule
from deid.text.calendar import Context, read_numeral, rewrite, write_numeral
from deid.text.scanner import TextScanner

# text | moved by 40 days and 1:00:05 back | year only
TABLE = """
on 2023-03-14 seen            | on 2023-02-02 seen            | on 2023 seen
2023-03-14T10:20:30Z          | 2023-02-02T09:20:25Z          | 2023
2023/3/14 00:30               | 2023/2/1 23:29                | 2023
2023.3.14                     | 2023.2.2                      | 2023
２０２３年３月１４日           | 2023年2月2日                  | ２０２３年
2023年3月14日10时20分         | 2023年2月2日09时19分          | 2023年
2023年3月14日 下午3:20        | 2023年2月2日 下午2:19         | 2023年
2023年3月14日（星期二）       | 2023年2月2日                  | 2023年
2023年3月                     | 2023年2月                     | 2023年
二〇二三年三月十四日          | 二〇二三年二月二日            | 二〇二三年
二〇二三年三月                | 二〇二三年二月                | 二〇二三年
2023年3月14日入院，3月22日出院 | 2023年2月2日入院，2月10日出院 | 2023年入院，[DATE]出院
3月28日-30日                  | 2月16日-18日                  | [DATE]
March 14, 2023                | February 2, 2023              | 2023
Tuesday, March 14th, 2023     | February 2, 2023              | 2023
Mar 14 2023 at 10:20 AM       | Feb 2 2023 at 9:19 AM         | 2023
14 Mar 2023, 14MAR23          | 2 Feb 2023, 02FEB23           | 2023, 2023
MARCH 2023                    | FEBRUARY 2023                 | 2023
April 28-30, 2023             | March 19-21, 2023             | 2023
3/14/2023 and 3/14/23         | 2/2/2023 and 2/2/23           | 2023 and 2023
03/14/2023                    | 02/02/2023                    | 2023
25/12/2023                    | 15/11/2023                    | 2023
20230314                      | 20230202                      | 2023
since 03/14                   | since 02/02                   | since [DATE]
last seen in March            | last seen in February         | last seen in [DATE]
born 4/11/23 at 0317          | born 3/2/23 at 0216           | born 2023
Mon 11/14                     | 10/05                         | [DATE]
周六3.16上午                  | 2.4上午                       | [DATE]上午
4-19-23                       | 03-10-23                      | 2023
五月初二，民国68年2月17日     | [DATE]，[DATE]                | [DATE]，[DATE]
2023-02-30                    | [DATE]                        | [DATE]
born in 1925                  | born in 1925                  | born in 1925
at 10:20                      | at 09:19                      | at 10:20
术后第3天，两周前，POD 3      | 术后第3天，两周前，POD 3      | 术后第3天，两周前，POD 3
""".strip().splitlines()


@pytest.mark.parametrize("row", TABLE)
def test_dates_keep_their_form(scanned: Callable[..., str], row: str) -> None:
    text, moved, year = (cell.strip() for cell in row.split("|"))
    assert (scanned(text, dates=SHIFT), scanned(text, dates=YEAR)) == (moved, year)


@given(st.dates(min_value=date(1902, 1, 1), max_value=date(2090, 1, 1)), st.integers(-365, -1))
def test_text_and_structure_move_alike(day: date, days: int) -> None:
    rule = DateRule("shift", days=days, seconds=-7)
    for text in (day.isoformat(), f"{day.isoformat()[:7]}"):
        assert rewrite(text, text, (0, len(text)), rule, None, Context()) == dates.move(text, rule)
    at = f"{day.isoformat()}T03:04:05Z"
    assert rewrite(at, at, (0, len(at)), rule, None, Context()) == dates.move(at, rule)


@given(st.integers(1, 99))
def test_numerals_read_as_written(number: int) -> None:
    assert read_numeral(write_numeral(number)) == number


def test_intervals_within_a_text_stay(patterns: TextScanner) -> None:
    text = patterns.scan("from 2024-02-20 to 2024-03-05, 2024年2月20日至3月5日", subject()).text
    assert text == "from 2024-01-11 to 2024-01-25, 2024年1月11日至1月25日"


def test_over_89_neither_birth_nor_early_years_show_the_age(patterns: TextScanner) -> None:
    person = subject(("DATE", "1930-01-02"), is_over_89=True, earliest_year=1937)
    new = patterns.scan("born 1930-01-02 (2 Jan 1930), at school in 1936 and 1936-06-01, seen 2023-03-14", person).text
    assert new == "born [DATE] ([DATE]), at school in [DATE] and [DATE], seen 2023-02-02"


def test_a_known_date_of_birth_moves_like_any_other(patterns: TextScanner) -> None:
    person = subject(("DATE", "1961-04-09"))
    assert patterns.scan("DOB 04/09/1961, 9 Apr 1961", person).text == "DOB 02/28/1961, 28 Feb 1961"
