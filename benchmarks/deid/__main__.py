"""How much of what identifies people the text scanner finds, what else it destroys, and how fast it is.

python -m benchmarks.deid [--no-models] [--no-speed] [--cases] [--public FOLDER] [--records FOLDER]
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

from benchmarks.deid import goldset, public, speed, stage
from benchmarks.deid.goldset import Sentence
from benchmarks.deid.score import MISSED, Result, evaluate
from deid.text.scanner import DEFAULT_MODEL, TextScanner

_NAMES = {"en": "English", "zh": "Chinese"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.deid", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--no-models", action="store_true", help="patterns and known identifiers only")
    parser.add_argument("--no-speed", action="store_true", help="skip what takes longest")
    parser.add_argument(
        "--cases", action="store_true", help="each thing missed, cut, wrong or destroyed, but none held out"
    )
    parser.add_argument("--public", type=Path, default=public.FOLDER, help="folder of the public English sentences")
    parser.add_argument(
        "--records",
        type=Path,
        metavar="FOLDER",
        help="*.ndjson (Synthea's fhir/ folder): time the walker and the whole stage on them",
    )
    options = parser.parse_args()
    model = None if options.no_models else DEFAULT_MODEL
    for language in goldset.LANGUAGES:
        scanner = TextScanner(language, name_model=model)
        for title, is_held_out in (("tuned on", False), ("held out", True)):
            part = [s for s in goldset.sentences(language) if s.is_held_out is is_held_out]
            name = f"{_NAMES[language]} gold sentences, {title} ({len(part)})"
            is_shown = options.cases and not is_held_out
            _print(f"{name}, with the patient's known identifiers", evaluate(scanner, part), is_shown)
            _print(f"{name}, nothing known", evaluate(scanner, [s.without_known() for s in part]), is_shown)
    if sentences := public.sentences(options.public):
        _print_public(sentences, TextScanner("en", name_model=model), options.cases)
    if not options.no_speed:
        _print_speed(model)
    if options.records:
        _print_stage(options.records)


def _print_public(sentences: Iterable[Sentence], scanner: TextScanner, is_shown: bool) -> None:
    sentences = list(sentences)
    _print(f"Public English sentences ({len(sentences)})", evaluate(scanner, sentences), is_shown)


def _print(title: str, result: Result, is_shown: bool) -> None:
    print(f"\n{title}\n{'':20}{'marks':>7}{'recall':>8}{'whole':>8}{'precision':>11}{'F2':>7}")
    for name in sorted(result.scores, key=lambda n: (n not in ("all", "own", "other"), n)):
        score = result.scores[name]
        line = f"{name:20}{score.marks:7}{score.recall:8.3f}{score.whole / score.marks if score.marks else 1:8.3f}"
        # A finding where there is nothing is nobody's: precision is of kinds.
        print(line + ("" if name.endswith(("own", "other")) else f"{score.precision:11.3f}{score.f2:7.3f}"))
    if result.terms:
        share = result.destroyed / result.terms
        print(f"clinical terms: {result.destroyed} of {result.terms} destroyed ({share:.2%})")
    taken = {pair: n for pair, n in result.confusion.items() if pair[0] != pair[1]}
    print("missed:    " + _list({kind: n for (kind, seen), n in taken.items() if seen == MISSED}))
    print("taken for: " + _list({f"{kind} -> {seen}": n for (kind, seen), n in taken.items() if seen != MISSED}))
    by_source: dict[str, int] = {}
    for (source, _), n in result.sources.items():
        by_source[source] = by_source.get(source, 0) + n
    print("found by:  " + _list(by_source))
    if is_shown:
        print("\n".join(f"  {case}" for case in result.cases))


def _list(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items(), key=lambda item: -item[1])) or "none"


def _print_stage(folder: Path) -> None:
    walked = stage.walk(folder)
    print(f"\nRecords of {folder.name}")
    print(
        f"walker, one core, by CPU time    {walked.records / walked.seconds:9,.0f} records a second ({walked.records:,} without notes)"
    )
    seconds = stage.beside_bronze(folder)
    bronze, deid = seconds["bronze"], seconds["deid"]
    print(f"whole stage beside bronze        {deid:9.1f} s, bronze {bronze:.1f} s, {deid / bronze:.2f} x")


def _print_speed(model: str | None) -> None:
    print("\nSpeed, one core, by CPU time: only the ratios hold on another machine")
    for language in goldset.LANGUAGES:
        for s in speed.measure(language, model):
            line = f"{_NAMES[language]:8} {s.what:32}{s.chars_a_second:14,.0f} a second"
            line += f"   {s.ratio:5.1f} x Presidio" if s.ratio else ""
            print(line + (f"   cache hit rate {s.hit_rate:.2f}" if s.hit_rate is not None else ""))


if __name__ == "__main__":
    main()
