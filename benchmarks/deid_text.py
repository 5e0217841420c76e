"""How much of what identifies people the text scanner finds, what else it destroys, and how fast it is.

    python -m benchmarks.deid_text [FOLDER] [--no-models] [--misses]

FOLDER (default ../shared/deid-eval) may hold `presidio_research_synth_v2.json`, the public English sentences Presidio itself is
evaluated on. The clinical notes stand below: written for this purpose, English and Chinese, of invented people. `{NAME:…}` is an
identifier of the patient that their record has in some form, `{NAME+:…}` one of somebody or something else, `<…>` clinical meaning
that must survive. A finding counts when it covers half of an identifier at least, whatever it is called.
"""

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.deid_notes import NOTES
from deid.subject import DateRule, KnownTerm, Subject
from deid.text.fold import fold
from deid.text.hit import Hit, resolve
from deid.text.lexicon.places import LARGE
from deid.text.scanner import DEFAULT_MODEL, TextScanner

_RULE = DateRule("shift", days=-97, seconds=-4321)
_MARK = re.compile(r"\{([A-Z]+)(\+?):([^{}]*)\}|<([^<>]*)>")
# Not identifiers here: a nationality, a title, a year, an age below 90; and places as large as a state.
_PUBLIC = {
    "PERSON": "NAME", "STREET_ADDRESS": "ADDRESS", "GPE": "ADDRESS", "ORGANIZATION": "ORGANISATION", "PHONE_NUMBER": "PHONE", "CREDIT_CARD": "ACCOUNT",
    "US_SSN": "ID", "US_DRIVER_LICENSE": "ID", "DATE_TIME": "DATE", "EMAIL_ADDRESS": "EMAIL", "IP_ADDRESS": "IP", "IBAN_CODE": "ACCOUNT", "DOMAIN_NAME": "URL", "ZIP_CODE": "ADDRESS",
}  # fmt: skip


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    entity: str
    is_own: bool = False


@dataclass(frozen=True)
class Note:
    text: str
    spans: tuple[Span, ...]
    kept: tuple[tuple[int, int], ...]
    subject: Subject


@dataclass
class Score:
    """Of one kind of identifier: found, missed, and findings of that kind where there is none."""

    found: int = 0
    missed: int = 0
    wrong: int = 0

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0

    @property
    def f2(self) -> float:
        p, r = self.precision, self.recall
        return 5 * p * r / (4 * p + r) if p + r else 0.0


def read_note(marked: str, known: Iterable[tuple[str, str]]) -> Note:
    text, spans, kept, done = "", [], [], 0
    for mark in _MARK.finditer(marked):
        text += marked[done : mark.start()]
        inner = mark[3] if mark[1] else mark[4]
        place = len(text), len(text) + len(inner)
        if mark[1]:
            spans.append(Span(*place, mark[1], mark[2] == ""))
        else:
            kept.append(place)
        text += inner
        done = mark.end()
    text += marked[done:]
    terms = tuple(KnownTerm(t, e) for e, t in known)  # type: ignore[arg-type]
    return Note(text, tuple(spans), tuple(kept), Subject("bench", "s", "p", _RULE, terms))


def public_notes(file: Path) -> list[Note]:
    notes = []
    for row in json.loads(file.read_text()):
        spans = []
        for s in row["spans"]:
            entity, value = _PUBLIC.get(s["entity_type"]), s["entity_value"]
            is_year = entity == "DATE" and not re.search(r"\d.*[-/. ,]|\d(?:st|nd|rd|th)|[A-Z][a-z]+ \d", value)
            if entity and value.lower().strip() not in LARGE and not is_year:
                spans.append(Span(s["start_position"], s["end_position"], entity))
        notes.append(Note(row["full_text"], tuple(spans), (), Subject("bench", None, None, _RULE)))
    return notes


def findings(scanner: TextScanner, note: Note) -> list[Hit]:
    folded = fold(note.text)
    return resolve([*scanner._known.find(folded, note.subject.known), *scanner._in_lines(folded)], folded)


def evaluate(scanner: TextScanner, notes: Iterable[Note], show: bool) -> tuple[dict[str, Score], Counter[str]]:
    """Scores by entity (and "own", "other", "all"), and what became of clinical terms."""
    scores: dict[str, Score] = {}
    terms: Counter[str] = Counter()
    for note in notes:
        hits = findings(scanner, note)
        for span in note.spans:
            covered = sum(max(0, min(h.end, span.end) - max(h.start, span.start)) for h in hits)
            is_found = 2 * covered >= span.end - span.start
            for name in (
                "all",
                span.entity,
                f"{span.entity} own" if span.is_own else f"{span.entity} other",
                "own" if span.is_own else "other",
            ):
                score = scores.setdefault(name, Score())
                score.found += is_found
                score.missed += not is_found
            if show and not is_found:
                print(
                    f"  missed {span.entity}: {note.text[span.start : span.end]!r} in {note.text[max(0, span.start - 30) : span.end + 20]!r}"
                )
        for hit in hits:
            is_year = hit.entity == "DATE" and hit.end - hit.start <= 5
            if not is_year and not any(s.start < hit.end and hit.start < s.end for s in note.spans):
                scores.setdefault("all", Score()).wrong += 1
                scores.setdefault(hit.entity, Score()).wrong += 1
                if show:
                    print(
                        f"  wrong {hit.entity} by {hit.source}: {note.text[hit.start : hit.end]!r} in {note.text[max(0, hit.start - 30) : hit.end + 20]!r}"
                    )
        for start, end in note.kept:
            is_hit = any(h.start < end and start < h.end for h in hits)
            terms["destroyed" if is_hit else "kept"] += 1
            if show and is_hit:
                print(f"  destroyed: {note.text[start:end]!r}")
    return scores, terms


def print_scores(title: str, scores: dict[str, Score], terms: Counter[str]) -> None:
    print(f"\n{title}\n{'':22}{'n':>6}{'recall':>9}{'precision':>11}{'F2':>7}")
    for name in sorted(scores):
        score = scores[name]
        n = score.found + score.missed
        has_wrong = not name.endswith(("own", "other"))
        print(f"{name:22}{n:6}{score.recall:9.3f}" + (f"{score.precision:11.3f}{score.f2:7.3f}" if has_wrong else ""))
    if terms:
        print(f"clinical terms: {terms['kept']} kept, {terms['destroyed']} destroyed")


def print_speed(make: object, name_model: str | None) -> None:
    """Characters a second of CPU time on lines that were never seen, and on notes that repeat what a template says."""
    shuffled = random.Random(7)
    for language, stop in (("en", ". "), ("zh", "。")):
        texts = [read_note(marked, known).text for of, known, marked in NOTES if of == language]
        lines = [line for text in texts for line in text.splitlines() if line.strip()]
        unseen = [
            "\n".join(f"{line.replace(stop, f' {i}{stop}')} {i}" for line in shuffled.sample(lines, len(lines)))
            for i in range(20)
        ]
        subject = Subject("bench", "s", "p", _RULE, (KnownTerm("Qwerty Uiop", "NAME"), KnownTerm("1950-01-02", "DATE")))
        scanner = TextScanner(language, name_model=name_model)  # type: ignore[arg-type]
        scanner.scan("Warm up, John Smith. 患者李明。", subject)
        for title, batch in (("unseen lines", unseen), ("templated", [*unseen, *unseen] * 5)):
            began = time.process_time()
            for text in batch:
                scanner.scan(text, subject)
            rate = sum(map(len, batch)) / (time.process_time() - began)
            print(
                f"{language} {title:14}{rate:12,.0f} chars a CPU second   cache hit rate {scanner.stats.hit_rate:.2f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/deid-eval"))
    parser.add_argument("--no-models", action="store_true", help="patterns and known identifiers only")
    parser.add_argument(
        "--misses", action="store_true", help="print what was missed, wrongly found or destroyed (invented data only)"
    )
    options = parser.parse_args()
    model = None if options.no_models else DEFAULT_MODEL
    for language, name in (("en", "English"), ("zh", "Chinese")):
        scanner = TextScanner(language, name_model=model)  # type: ignore[arg-type]
        notes = [read_note(marked, known) for of, known, marked in NOTES if of == language]
        print_scores(f"{name} clinical notes ({len(notes)})", *evaluate(scanner, notes, options.misses))
        unknown = [Note(n.text, n.spans, n.kept, Subject("bench", "s", "p", _RULE)) for n in notes]
        print_scores(f"{name} clinical notes, nothing known of the patient", *evaluate(scanner, unknown, False))
    file = options.folder / "presidio_research_synth_v2.json"
    if file.exists():
        notes = public_notes(file)
        print_scores(
            f"public English sentences ({len(notes)})",
            *evaluate(TextScanner("en", name_model=model), notes, options.misses),
        )
    print()
    print_speed(TextScanner, model)


if __name__ == "__main__":
    main()
