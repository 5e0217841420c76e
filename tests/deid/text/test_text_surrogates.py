"""Invented values instead of tags: of the same shape, the same for the same value, and nobody's."""

import re
from dataclasses import replace

import pytest
from text_subjects import subject

from deid.text.recognizers.bank_card import BankCard
from deid.text.recognizers.resident_id import ResidentId
from deid.text.scanner import TextScanner
from deid.text.surrogates import Surrogates

KEY = b"a key for tests"

# entity | value | what its surrogate looks like
TABLE = r"""
NAME         | Anna Kowalski              | [A-Z][a-z]+ [A-Z][a-z]+
NAME         | KOWALSKI, ANNA M           | [A-Z]{3,}, [A-Z]{3,} [A-Z]
NAME         | anna kowalski              | [a-z]+ [a-z]+
NAME         | O'Neill-Day                | \S+
NAME         | 张建华                     | [一-龥]{3}
NAME         | 欧阳静                     | [一-龥]{2}
NAME         | 老张                       | 老[一-龥]
PHONE        | 617-555-0142               | 000-\d{3}-\d{4}
PHONE        | (415) 555-7788             | \(000\) \d{3}-\d{4}
PHONE        | 13812345678                | 100\d{8}
PHONE        | +86 138 1234 5678          | \+\d\d \d{3} \d{4} \d{4}
ID           | AB-4471829                 | [A-Z]{2}-00\d{5}
ID           | 110105196203154519         | 00\d{16}
ACCOUNT      | 4111 1111 1111 1111        | 00\d\d \d{4} \d{4} \d{4}
EMAIL        | anna@kowalski.org          | [a-z]+\d+@example\.org
URL          | https://kowalski.org/a     | https://example\.org/\d+
IP           | 10.4.3.2                   | 192\.0\.2\.\d+
IP           | 2a00:1450::8               | 2001:db8::[0-9a-f]+
ADDRESS      | 48 Linden Street           | \d+ [A-Z][a-z]+ Lane
ADDRESS      | Somerville                 | [A-Z][a-z]+
ADDRESS      | 02143                      | 00000
ADDRESS      | 北京市朝阳区花家地12号楼   | [一-龥]{2}路\d+号
ADDRESS      | 西昌市                     | [一-龥]{2}镇
ORGANISATION | Harborview General Hospital | [A-Z][a-z]+ Hospital
ORGANISATION | 北京安和医院               | [一-龥]{2}医院
""".strip().splitlines()


@pytest.mark.parametrize("row", TABLE)
def test_a_surrogate_reads_like_what_it_stands_for(row: str) -> None:
    entity, value, shape = (cell.strip() for cell in row.split(" | "))
    for number in range(20):
        new = Surrogates(f"{number}".encode()).of(entity, value)
        assert re.fullmatch(shape, new), new
        assert new != value
        assert Surrogates(f"{number}".encode()).of(entity, value) == new


@pytest.mark.parametrize(
    "value", ["110105196203154519", "11010519620315451X", "4111111111111111", "6222021234567890128"]
)
def test_no_number_has_a_right_check_digit(value: str) -> None:
    for number in range(60):
        new = Surrogates(f"{number}".encode()).of("ID", value)
        for recognizer in (BankCard(), ResidentId()):
            assert not [r for r in recognizer.analyze(new, []) if r.score == 1], new


def test_a_person_keeps_the_name_in_all_of_its_forms(patterns: TextScanner) -> None:
    person = replace(subject(("NAME", "Anna Kowalski"), ("NAME", "张建华")), surrogate_key=KEY)
    text = patterns.scan("Anna Kowalski; KOWALSKI, ANNA; Ms. Kowalski. 张建华，老张，张先生，建华", person).text
    given, family = text.split(";")[0].split()
    han = text.rpartition(" ")[2].split("，")
    assert text.split(";")[1:] == [f" {family.upper()}, {given.upper()}", f" Ms. {family}. {'，'.join(han)}"]
    assert han[1:] == [f"老{han[0][0]}", f"{han[0][0]}先生", han[0][1:]]
    assert "Kowalski" not in text.title()
    assert "张" not in text


def test_dates_and_ages_are_as_with_tags(patterns: TextScanner) -> None:
    person = replace(subject(), surrogate_key=KEY)
    assert patterns.scan("seen 2023-03-14, a 92 year-old", person).text == "seen 2023-02-02, a 90+ year-old"


def test_another_person_has_other_surrogates(patterns: TextScanner) -> None:
    texts = {patterns.scan("Dr. Linda Marchetti", replace(subject(), surrogate_key=bytes([n]))).text for n in range(8)}
    assert len(texts) > 4


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        ("NAME", "Kowalski. 张建华"),
        ("NAME", "Kevin 张"),
        ("ID", "保字00178"),
        ("ADDRESS", "Kowalski路12号"),
        ("NAME", "张·Kowalski"),
    ],
)
def test_nothing_of_a_value_in_two_scripts_is_left(entity: str, value: str) -> None:
    new = Surrogates(KEY).of(entity, value)
    assert not set("张建华") & set(new)
    assert "owalski" not in new
    assert "178" not in new
