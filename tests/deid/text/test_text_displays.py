"""What codes are called survives: each display of the terminology lists, alone and in the sentences of notes."""

import csv
from pathlib import Path

from text_subjects import subject

from deid.text.fold import is_han
from deid.text.scanner import TextScanner

LISTS = Path(__file__).parents[3] / "transforms/terminology/lists"
SENTENCES = {
    "en": ("{}", "Assessment: {}, stable.", "Patient with {} - continue."),
    "zh": ("{}", "诊断：{}。", "患者{}，继续观察。"),
}


def displays() -> list[str]:
    found = set()
    for file in sorted(LISTS.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            found |= {row.get(column) or "" for row in csv.DictReader(lines) for column in ("display", "display_zh")}
    return sorted(found - {""})


def test_displays_survive(english: TextScanner, chinese: TextScanner) -> None:
    destroyed = []
    for display in displays():
        scanner, language = (chinese, "zh") if any(map(is_han, display)) else (english, "en")
        for sentence in SENTENCES[language]:
            text, start = sentence.format(display), sentence.index("{")
            hits = scanner.find(text, subject())
            destroyed += [display for hit in hits if hit.start < start + len(display) and start < hit.end]
    assert len(displays()) > 900
    assert sorted(set(destroyed)) == []
