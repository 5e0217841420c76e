"""The gold sets of the benchmark: they say what they seem to, and the scanner reaches its aims on the part it was tuned on."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.deid import goldset, public
from benchmarks.deid.goldset import BadGold, Language, Sentence
from benchmarks.deid.score import Result, evaluate
from deid.text.scanner import TextScanner

DIRECT = ("NAME", "ID", "PHONE", "ADDRESS")


@pytest.mark.parametrize("language", goldset.LANGUAGES)
def test_the_sets_are_large_and_varied(language: Language) -> None:
    sentences = goldset.sentences(language)
    held_out = [s for s in sentences if s.is_held_out]
    assert len(sentences) >= 300
    assert len(held_out) >= 100
    assert len({s.text for s in sentences}) == len(sentences)
    assert {span.entity for s in sentences for span in s.spans} >= goldset.ENTITIES - {"IP", "URL"}
    assert sum(len(s.kept) for s in sentences) > 300
    assert len({s.subject.known for s in sentences}) >= 12
    # Nobody is in both parts, or what was tuned for them would count as held out.
    assert not {s.subject.known for s in held_out} & {s.subject.known for s in sentences if not s.is_held_out}


@pytest.mark.parametrize("language", goldset.LANGUAGES)
def test_marks_lie_on_what_they_name(language: Language) -> None:
    for sentence in goldset.sentences(language):
        places = sorted([(s.start, s.end) for s in sentence.spans] + list(sentence.kept))
        assert all(a[1] <= b[0] for a, b in pairwise(places)), sentence.text
        assert all(sentence.text[start:end] == sentence.text[start:end].strip() != "" for start, end in places)
        for span in sentence.spans:
            value = sentence.text[span.start : span.end]
            if span.entity in ("PHONE", "ACCOUNT", "IP", "DATE", "AGE") and not re.search(r"[A-Za-z一-龥]", value):
                assert re.search(r"\d", value), value


def test_a_mark_that_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "people.yaml").write_text("en: {anna: {NAME: [Anna]}}", encoding="utf-8")
    monkeypatch.setattr(goldset, "_FOLDER", tmp_path)
    for text, mistake in {
        "## anna | note\n[NAMES Anna]": "no such entity: NAMES",
        "## anna | note\n[NAME Anna": "a bracket that is no mark",
        "## bea | note\nx": "no person",
        "## anna | note | kept\nx": "no part",
        "x": "before the first heading",
    }.items():
        (tmp_path / "en.txt").write_text(text, encoding="utf-8")
        with pytest.raises(BadGold, match=mistake):
            goldset.sentences.__wrapped__("en")


def shares(result: Result, whose: str) -> float:
    scores = [result.of(f"{entity} {whose}") for entity in DIRECT]
    return sum(s.found for s in scores) / sum(s.marks for s in scores)


@pytest.mark.parametrize("language", goldset.LANGUAGES)
def test_the_aims_are_met_on_the_part_that_was_tuned_on(
    language: Language, english: TextScanner, chinese: TextScanner
) -> None:
    scanner = english if language == "en" else chinese
    part = [s for s in goldset.sentences(language) if not s.is_held_out]
    known, unknown = evaluate(scanner, part), evaluate(scanner, [s.without_known() for s in part])
    assert shares(known, "own") >= 0.98
    assert shares(unknown, "own") >= 0.93
    assert min(known.of("all").precision, unknown.of("all").precision) >= 0.9
    assert max(known.destroyed / known.terms, unknown.destroyed / unknown.terms) <= 0.01


def test_the_public_sentences_are_read_if_they_are_there(english: TextScanner) -> None:
    sentences = public.sentences(public.FOLDER)
    if not sentences:
        pytest.skip(f"{public.FOLDER} holds no public sentences")
    result = evaluate(english, sentences[:200])
    assert result.of("all").recall > 0.6
    assert result.of("all").precision > 0.9


def test_what_is_missed_cut_wrong_or_destroyed_is_counted(patterns: TextScanner) -> None:
    subject = goldset.sentences("en")[0].subject
    text = "Dr. Smith, Zorblax, 2023-03-14 at 10:20"
    spans = (goldset.Span(4, 9, "NAME"), goldset.Span(11, 18, "PHONE", is_own=True))
    result = evaluate(patterns, [Sentence(text, spans, ((20, 30),), subject)])
    assert (result.of("NAME").found, result.of("PHONE own").missed, result.of("DATE").wrong) == (1, 1, 1)
    assert (result.terms, result.destroyed) == (1, 1)
    assert result.confusion["PHONE", "(missed)"] == 1
    assert [case.split()[0] for case in result.cases] == ["missed", "wrong", "destroyed"]
