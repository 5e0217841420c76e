"""What a record says of its person is found however it is written; `[…]` marks what has to go."""

import re

import pytest

from deid.subject import Entity, KnownTerm
from deid.text.fold import fold
from deid.text.hit import resolve
from deid.text.known import KnownIdentifiers

ANNA: list[tuple[Entity, str]] = [
    ("NAME", "Anna Marie Kowalski-Brown"), ("NAME", "Al White"), ("NAME", "Elizabeth O'Neill"), ("NAME", "José Núñez"), ("NAME", "Lecia978 Sanford861"),
    ("PHONE", "617-555-0142"), ("PHONE", "+86 138 1234 5678"), ("ID", "AB-4471829"), ("ID", "123-45-6789"), ("DATE", "1961-04-09"),
    ("ADDRESS", "48 Linden Street Apt 5C"), ("ADDRESS", "Somerville"), ("ADDRESS", "02143"), ("ADDRESS", "MA"), ("EMAIL", "anna.kowalski@example.org"),
    ("ORGANISATION", "Harborview General Hospital"),
]  # fmt: skip
ZHANG: list[tuple[Entity, str]] = [
    ("NAME", "张建华"), ("NAME", "欧阳静"), ("NAME", "高明"), ("ID", "110105196203154519"), ("DATE", "1962-03-15"), ("ORGANISATION", "北京安和医院"),
    ("ADDRESS", "北京市朝阳区望京街道花家地北里12号楼3单元502室"),
]  # fmt: skip

TEXTS_EN = """
seen [ANNA  KOWALSKI-BROWN] today
[Kowalski-Brown, Anna] and [A. Kowalski-Brown] and [kowalski]
[Anna Marie
Kowalski-Brown]
a wrapped line: [Anna]
[al white], but all and Alabama stay
a white male; [White] came; [A. White]
WHITE MALE IN ROOM
[Liz O'Neill] or [beth] and [o’neill]'s sister
[Jose Nunez] or [JOSÉ NÚÑEZ]
[Sanford] and [Sanford861], Sanfordson
call [(617) 555-0142], [617.555.0142], [6175550142], [+1 617 555 0142], not 16175550142999
mobile [13812345678], [138-1234-5678], [+8613812345678]
number [AB4471829], [ab 4471829], XAB4471829
ssn [123 45 6789], [123456789]
born [04/09/1961], [April 9, 1961], [9 Apr 1961], [19610409], [1961-04-09]
at [48 Linden St]., [48 LINDEN STREET, APT 5C] or [Linden Street]; linden tea
in [somerville], MA [02143]-0001x
mail [Anna.Kowalski@example.org]
[harborview general hospital] is a general hospital
"""
TEXTS_ZH = """
患者[张建华]，[张 建 华]，[张]先生诉，[建华]
[张
建华]
[欧阳静]、[欧阳]女士，欧阳修的诗
[静静]今天好多了
[高明]，高热，明显
身份证[11010519620315 4519]，[110105-19620315-4519]
生于[1962年3月15日]、[1962年03月15日]
家住[北京市朝阳区望京街道花家地北里12号楼3单元502室]，[花家地北里12号楼]，[朝阳区]，北京市
就诊于[北京安和医院]、[安和医院]
"""


def marked(text: str, known: list[tuple[Entity, str]]) -> str:
    folded = fold(text)
    hits = resolve(KnownIdentifiers().find(folded, tuple(KnownTerm(t, e) for e, t in known)), folded)
    for hit in reversed(hits):
        text = f"{text[: hit.start]}[{text[hit.start : hit.end]}]{text[hit.end :]}"
    return text


@pytest.mark.parametrize(("texts", "known"), [(TEXTS_EN, ANNA), (TEXTS_ZH, ZHANG)], ids=["en", "zh"])
def test_variants(texts: str, known: list[tuple[Entity, str]]) -> None:
    wrong = [(seen, line) for line in texts.strip().split("\n") if not re.search(r"\[[^\]]*$|^[^\[]*\]", line)
             if (seen := marked(re.sub(r"[\[\]]", "", line), known)) != line]  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "known"),
    [("[Anna Marie\nKowalski-Brown]", ANNA), ("患者[张\n建华]", ZHANG), ("[48 Linden\n  Street] is", ANNA)],
)
def test_a_line_may_end_within_an_identifier(text: str, known: list[tuple[Entity, str]]) -> None:
    assert marked(re.sub(r"[\[\]]", "", text), known) == text


def test_nothing_known_finds_nothing() -> None:
    assert KnownIdentifiers().find("Anna", ()) == []


def test_the_person_is_not_mixed_up_with_the_one_before() -> None:
    finder = KnownIdentifiers()
    anna, bea = (KnownTerm("Annabel", "NAME"),), (KnownTerm("Beatrix", "NAME"),)
    assert [len(finder.find("Annabel", known)) for known in (anna, bea, anna, tuple(bea))] == [1, 0, 1, 0]


def test_few_persons_are_remembered() -> None:
    finder = KnownIdentifiers()
    for number in range(600):
        finder.find("x", (KnownTerm(f"Name{number}", "NAME"),))
    assert len(finder._persons) <= 256


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("患者神志清楚，志清今日已能下床", ["志清"]),
        ("昨晚志清诉头晕，患者志清要求出院", ["志清", "志清"]),
        ("黄志清：神志清，对答切题", ["黄志清"]),
    ],
)
def test_given_names_alone_are_none_where_two_words_meet(text: str, found: list[str]) -> None:
    hits = KnownIdentifiers().find(fold(text), (KnownTerm("黄志清", "NAME"),))
    assert [text[h.start : h.end] for h in resolve(hits, text)] == found
