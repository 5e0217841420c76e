"""The whole way of a text: what is replaced, what stays, and when nothing may pass."""

import logging
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from text_subjects import subject

from core.errors import ConfigError
from deid.text.scanner import TextNotScannable, TextScanner
from deid.text.units import MAX_CHARS, units

STAYS_EN = """
Parkinson's disease, Crohn's disease and Hodgkin lymphoma
A Foley catheter was placed; Apgar 9/10; Glasgow Coma Scale 15
Alzheimer's dementia, Graves disease, Sjögren syndrome
Lasix 40 mg daily, Coumadin, Zosyn and Eliquis 5 mg BID
Patient Denies chest pain. Abdomen soft. Murphy sign negative.
POD 3 after Whipple procedure, two weeks ago
BP 120/80, SpO2 98%, HbA1c 7.1%, WBC 14.2, T 98.6F
Ejection Fraction 55-60%, NIHSS 4, L4-L5, C5-C6, T12
Escherichia coli and Staphylococcus aureus
Medicare, Blue Cross Blue Shield
61 year-old nonhispanic white female
Urea Nitrogen, Carbon Dioxide, Knee X-ray
""".strip().splitlines()
STAYS_ZH = """
帕金森病、克罗恩病、阿尔茨海默病、川崎病、布加综合征
巴宾斯基征阴性，墨菲征阴性，托马斯征阳性
术后第3天，2周前，病史10年，体温36.5℃
予阿司匹林100mg qd、瑞舒伐他汀10mg qn、倍他乐克47.5mg
患者高热3天，黄疸，白细胞升高，于昨日好转
患者平素体健，否认高血压病史，家属表示理解
双肺呼吸音清，未闻及干湿啰音，心率80次/分
行冠状动脉造影，EGFR突变，HER2(2+)，Ki-67约30%
就诊于当地医院，我院急诊科，转入重症医学科
主任医师查房，责任护士巡视
61岁，汉族，中国
""".strip().splitlines()


@pytest.mark.parametrize("text", STAYS_EN)
def test_clinical_meaning_stays(english: TextScanner, text: str) -> None:
    assert english.scan(text, subject()).text == text


@pytest.mark.parametrize("text", STAYS_ZH)
def test_clinical_meaning_stays_in_chinese(chinese: TextScanner, text: str) -> None:
    assert chinese.scan(text, subject()).text == text


def test_an_eponym_goes_when_it_is_the_name_of_the_person(english: TextScanner) -> None:
    seen = english.scan("Mr. Parkinson has gout", subject(("NAME", "Ian Parkinson")))
    assert (seen.text, dict(seen.hits)) == ("Mr. [NAME-1] has gout", {("NAME", "known"): 1})


def test_third_parties_are_found_by_model_and_rule(english: TextScanner, chinese: TextScanner) -> None:
    seen = english.scan("I talked with Thandolwe Mabuyisela about the results.", subject())
    assert (seen.text, dict(seen.hits)) == ("I talked with [NAME-1] about the results.", {("NAME", "model"): 1})
    seen = chinese.scan("夜间由钱栋梁照看。", subject())
    assert (seen.text, dict(seen.hits)) == ("夜间由[NAME-1]照看。", {("NAME", "model"): 1})
    seen = chinese.scan("钱国栋今日来院探视。", subject())
    assert (seen.text, dict(seen.hits)) == ("[NAME-1]今日来院探视。", {("NAME", "pattern"): 1})


def test_both_languages_in_one_text(english: TextScanner, chinese: TextScanner) -> None:
    text = "患者李明（Li Ming），电话13812345678。Seen by Dr. Samuel Osei on 2023-03-14, 住院号：00283746"
    for scanner in (english, chinese):
        new = scanner.scan(text, subject(("NAME", "Li Ming"))).text
        assert new == "患者[NAME-1]（[NAME-2]），电话[PHONE-1]。Seen by Dr. [NAME-3] on 2023-02-02, 住院号：[ID-1]"


def test_one_person_has_one_tag(scanned: Callable[..., str]) -> None:
    new = scanned(
        "Smith called. Dr. John Smith and Mr. Brown; Smith again. 张建华，张先生，李明",
        ("NAME", "John Smith"),
        ("NAME", "张建华"),
        ("NAME", "李明"),
    )
    assert new == "[NAME-1] called. Dr. [NAME-1] and Mr. [NAME-2]; [NAME-1] again. [NAME-3]，[NAME-3]先生，[NAME-4]"


def test_a_short_form_has_the_tag_of_its_person(scanned: Callable[..., str]) -> None:
    new = scanned(
        "Robert Smith came, Bob left; 张建华，老张，张某；林黛，黛黛",
        ("NAME", "Robert Smith"),
        ("NAME", "张建华"),
        ("NAME", "林黛"),
    )
    assert new == "[NAME-1] came, [NAME-1] left; [NAME-2]，[NAME-2]，[NAME-2]；[NAME-3]，[NAME-3]"


def test_a_name_told_once_is_found_where_it_stands_alone(scanned: Callable[..., str]) -> None:
    new = scanned("Seen by Dr. Samuel Okwonga.\nFever. Okwonga agrees, not Okwongas.\n术者：曾玉兰\n术中曾玉兰洗手")
    assert new == "Seen by Dr. [NAME-1].\nFever. [NAME-1] agrees, not Okwongas.\n术者：[NAME-2]\n术中[NAME-2]洗手"
    assert scanned("Dr. Foley came.\nFoley removed. Dr. White left.\nWhite count 5") == (
        "Dr. [NAME-1] came.\nFoley removed. Dr. [NAME-2] left.\nWhite count 5"
    )


def test_offsets_hold_with_wide_characters_and_emoji(scanned: Callable[..., str]) -> None:
    new = scanned("👨‍👩‍👧😀电话：１３８１２３４５６７８，ＭＲＮ：４４７１８２９ 👍🏽 é end", ("ID", "4471829"))
    assert new == "👨‍👩‍👧😀电话：[PHONE-1]，ＭＲＮ：[ID-1] 👍🏽 é end"


def test_what_nobody_sees_splits_no_identifier(scanned: Callable[..., str]) -> None:
    assert scanned("Ko\u200bwal\u00adski, 138\u200b12345678", ("NAME", "Kowalski")) == "[NAME-1], [PHONE-1]"


def test_ages_over_89_become_a_band(scanned: Callable[..., str]) -> None:
    assert (
        scanned("a 92 year-old, 男，93岁，九十三岁; 61 year-old, 61岁")
        == "a 90+ year-old, 男，90岁以上，90岁以上; 61 year-old, 61岁"
    )


def test_a_known_identifier_wins_and_nothing_beside_it_is_left(english: TextScanner) -> None:
    seen = english.scan("Her friend Maria Kowalski came.", subject(("NAME", "Kowalski")))
    assert (seen.text, dict(seen.hits)) == ("Her friend [NAME-1] came.", {("NAME", "known"): 1})


def test_a_label_belongs_to_the_next_line(scanned: Callable[..., str]) -> None:
    assert (
        scanned("Patient Name:\nOkonkwo, Chidi\nMRN:\n4471829\n姓名：\n李明\n")
        == "Patient Name:\n[NAME-1]\nMRN:\n[ID-1]\n姓名：\n[NAME-2]\n"
    )


def test_lines_are_remembered_but_never_what_is_known_of_a_person(patterns: TextScanner) -> None:
    scanner = TextScanner("en", name_model=None)
    line = "Zorblax was seen by Dr. Smith."
    assert scanner.scan(line, subject(("NAME", "Zorblax"))).text == "[NAME-1] was seen by Dr. [NAME-2]."
    assert scanner.scan(line, subject(("NAME", "Other"))).text == "Zorblax was seen by Dr. [NAME-1]."
    assert (scanner.stats.lines, scanner.stats.cached, scanner.stats.hit_rate) == (2, 1, 0.5)


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deid.text.scanner._MAX_CACHED", 1000)
    scanner = TextScanner("en", name_model=None)
    for number in range(200):
        scanner.scan(f"a line of text number {number}", subject())
    assert sum(map(len, scanner._lines)) <= 1000


def test_an_identifier_in_a_very_long_line_is_found_wherever_it_stands(patterns: TextScanner) -> None:
    for at in range(700, 1300, 37):
        text = "x " * (at // 2) + "MRN: 4471829, tel 617-555-0142, " + "y " * 900
        new = patterns.scan(text, subject()).text
        assert "4471829" not in new
        assert "617-555-0142" not in new
    dense = "电话13812345678" * 300
    assert "138" not in patterns.scan(dense, subject()).text


@pytest.mark.parametrize(
    "text", ["a" * (MAX_CHARS + 1), "nul \0 byte", "half \ud800 pair", "\x01\x02\x03 John", "\ufffd\ufffd\ufffd John", 5, None, b"John"],
    ids=["long", "nul", "surrogate", "control", "replacement", "number", "none", "bytes"],
)  # fmt: skip
def test_what_cannot_be_searched_is_refused(patterns: TextScanner, text: object) -> None:
    with pytest.raises(TextNotScannable) as refused:
        patterns.scan(text, subject())  # type: ignore[arg-type]
    assert "John" not in str(refused.value)


def test_an_engine_that_fails_lets_nothing_pass_and_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scanner = TextScanner("en", name_model=None)

    def fail(*_: object) -> None:
        raise ValueError("John Smith, 617-555-0142")

    monkeypatch.setattr(scanner._engine._analyzer, "analyze", fail)
    with pytest.raises(TextNotScannable) as refused:
        scanner.scan("seen by Dr. John Smith", subject())
    assert "Smith" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


def test_a_pattern_that_runs_out_of_time_lets_nothing_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deid.text.engine.REGEX_TIMEOUT_SECONDS", 0)
    with pytest.raises(TextNotScannable):
        TextScanner("en", name_model=None).scan("MRN 4471829", subject())


def test_nothing_is_logged(english: TextScanner, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        english.scan("Dr. John Smith, john@example.org, 617-555-0142, SSN 123-45-6789", subject(("NAME", "John Smith")))
    assert caplog.records == []


def test_without_a_model_none_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("english", "chinese"):
        monkeypatch.setattr(f"deid.text.models.{name}", lambda *_: pytest.fail("a model was asked for"))
    scanner = TextScanner("zh", name_model=None)
    assert scanner.scan("患者李明，Dr. John Smith", subject()).text == "患者[NAME-1]，Dr. [NAME-2]"


def test_a_model_that_is_not_installed_is_said_at_once() -> None:
    with pytest.raises(ConfigError, match="no_such_model"):
        TextScanner("en", name_model="no_such_model")


def test_empty_texts_pass(patterns: TextScanner) -> None:
    for text in ("", "  \n\t ", "。"):
        assert patterns.scan(text, subject()).text == text


_PIECES = st.sampled_from(
    [
        "Dr. John Smith",
        "13812345678",
        "\n",
        "。",
        ". ",
        "fever",
        "患者",
        "2023-03-14",
        "Kowalski",
        ": ",
        "９",
        "é",
        "😀",
        "x" * 400,
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_units_hold_the_whole_text(text: str) -> None:
    seen = [False] * len(text)
    for offset, unit in units(text):
        assert text[offset : offset + len(unit)] == unit
        seen[offset : offset + len(unit)] = [True] * len(unit)
    assert all(seen[i] or text[i].isspace() for i in range(len(text)))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(_PIECES, max_size=12).map(" ".join))
def test_scanning_twice_changes_no_more_than_dates(patterns: TextScanner, text: str) -> None:
    person = subject(("NAME", "Kowalski"))
    once = patterns.scan(text, person).text
    for secret in ("Kowalski", "13812345678", "John Smith"):
        assert secret not in once
