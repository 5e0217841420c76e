"""Makes `landing/` and `expected.json` anew: `python sample/make_sample.py [--synthea-output DIR] [--check]`.

Byte-identical every time: fixed seeds, sorted order, no clock. Needs Java and Maven (for Synthea), unless
`--synthea-output` names a folder that an earlier run filled.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from generator import check, hospital_a, hospital_b, hospital_b_people, sponsor, synthea, trial
from generator.delivery import NOT_ACCEPTABLE, REPEATED, Batch, Resource

HERE = Path(__file__).parent
Records = dict[str, list[Resource]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--synthea-output", type=Path, metavar="DIR", help="where Synthea's runs are kept and used again"
    )
    parser.add_argument("--to", type=Path, default=HERE, metavar="DIR", help="where landing/ and expected.json go")
    parser.add_argument("--check", action="store_true", help="read the sample back and list what is wrong with it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        runs = synthea_runs(options.synthea_output or Path(scratch))
    batches, expected, replaced = make(runs[hospital_a.ID], runs[hospital_b.ID])
    write(options.to, batches, expected)
    print(summary(options.to, expected))
    wrong = check.mistakes(options.to / "landing", expected, replaced) if options.check else []
    print("\n".join(wrong) if wrong else "checked: nothing wrong" if options.check else "not checked: add --check")
    return 1 if wrong else 0


def synthea_runs(folder: Path) -> dict[str, synthea.Run]:
    """Synthea's output for the two hospitals; generated where the folder does not have it yet."""
    classes = None
    for hospital in (hospital_a, hospital_b):
        if not (folder / hospital.ID / "fhir" / "Patient.ndjson").exists():
            classes = classes or synthea.class_path()
            synthea.generate(folder / hospital.ID, hospital.SEED, classes)
    return {h.ID: synthea.load(folder / h.ID) for h in (hospital_a, hospital_b)}


def make(run_a: synthea.Run, run_b: synthea.Run) -> tuple[list[Batch], dict[str, Any], dict[str, set[str]]]:
    """All batches, what is expected of them, and the Synthea strings that may not be in hospital_b."""
    records_a = hospital_a.records(run_a, synthea.pick(run_a, hospital_a.QUOTAS, hospital_a.LARGEST_RECORD))
    moved = who_moved(records_a)
    chosen_b = synthea.pick(run_b, hospital_b.QUOTAS, hospital_b.LARGEST_RECORD)
    persons = hospital_b_people.people(run_b, chosen_b, [records_a[p][0] for p in moved])
    records_b = hospital_b.records(run_b, persons)
    subjects = who_takes_part(records_a, moved, records_b, persons)
    batches = [
        *hospital_a.deliver(records_a, run_a),
        *hospital_b.deliver(records_b, persons),
        *sponsor.deliver(subjects),
    ]
    expected = {
        "institutions": institutions(batches),
        "people": people(records_a, records_b, persons, subjects),
        "consent": {hospital_b.ID: dict(sorted(Counter(p.consent for p in persons.values()).items()))},
        "trial": verdicts(records_a, records_b, persons),
    }
    return batches, expected, {hospital_b.ID: synthea_words(run_b, moved, records_a)}


def who_moved(records: Records) -> list[str]:
    """hospital_a's patients who are also hospital_b's: half of them would be eligible for the trial."""
    adults = [p for p, r in records.items() if synthea.is_living(r) and 28 <= trial.age(r[0]) <= 74]
    eligible = [p for p in adults if trial.verdict(trial.MAIN, records[p]) == "eligible"]
    others = [p for p in adults if p not in eligible]
    half = hospital_b.MOVED // 2
    return [*eligible[:half], *others[: hospital_b.MOVED - half]]


def who_takes_part(
    records_a: Records, moved: list[str], records_b: Records, persons: dict[str, hospital_b_people.Person]
) -> list[sponsor.Subject]:
    """The sponsor's subjects from both hospitals. The first two are patients of both."""
    consenting = {
        p: r
        for p, r in records_b.items()
        if persons[p].consent == hospital_b_people.PERMITTED and persons[p].resident_id
    }
    only_a = {p: r for p, r in records_a.items() if p not in moved}

    def choose(records: Records, study: str, verdict: str, n: int, but: list[str] | None = None) -> list[str]:
        fits = (p for p, r in records.items() if p not in (but or []) and trial.verdict(study, r) == verdict)
        return [p for p, _ in zip(fits, range(n), strict=False)]

    main_a = choose(only_a, trial.MAIN, "eligible", 4)
    main_b = choose(consenting, trial.MAIN, "eligible", 3)
    failed_b = [p for p in choose(consenting, trial.MAIN, "ineligible", 40) if 25 <= trial.age(consenting[p][0]) <= 75][
        :1
    ]
    second_a = choose(only_a, trial.SECOND, "unknown", 2, main_a)
    second_b = choose(consenting, trial.SECOND, "unknown", 2, main_b + failed_b)
    a = [("hospital_a", records_a[p][0]) for p in [*moved[:2], *main_a]]
    b = [("hospital_b", records_b[p][0]) for p in main_b + failed_b]
    # hospital_b's ineligible patient comes last: the screening failure.
    second = [("hospital_a", records_a[p][0]) for p in second_a] + [("hospital_b", records_b[p][0]) for p in second_b]
    return sponsor.subjects([*a, *b], second)


def institutions(batches: list[Batch]) -> dict[str, Any]:
    """Counts per institution and batch, of what was written."""
    told: dict[str, Any] = {}
    for batch in batches:
        one = told.setdefault(batch.institution, {"batches": {}})
        one["batches"][batch.name] = {
            "files": len(batch.files),
            "records": sum(batch.by_type.values()),
            "deletes": batch.deletes,
            "not_acceptable": sum(batch.planted[k] for k in NOT_ACCEPTABLE),
            "repeated": sum(batch.planted[k] for k in REPEATED),
            "planted": {k: n for k, n in sorted(batch.planted.items()) if n},
            "by_type": dict(sorted(batch.by_type.items())),
        }
    for one in told.values():
        one["records"] = sum(b["records"] for b in one["batches"].values())
    return told


def people(
    records_a: Records,
    records_b: Records,
    persons: dict[str, hospital_b_people.Person],
    subjects: list[sponsor.Subject],
) -> dict[str, int]:
    """How many people there are, and how many are known to more than one institution."""
    sources: dict[str, set[str]] = defaultdict(set)
    moved = [p for p in persons.values() if p.passport]
    for institution, records in ((hospital_a.ID, records_a), (hospital_b.ID, records_b)):
        for record in records.values():
            sources[_who(record[0])].add(institution)
    for subject in subjects:
        sources[_who(subject.source)].add(sponsor.ID)
    known = Counter("+".join(sorted(s)) for s in sources.values())
    return {
        "persons": len(sources),
        "moved": len(moved),
        **{f"only_{k}" if "+" not in k else k: n for k, n in sorted(known.items())},
    }


def _who(patient: Resource) -> str:
    name = patient["name"][0]
    return "|".join([*name["given"], name["family"], patient["birthDate"], patient["gender"]])


def verdicts(records_a: Records, records_b: Records, persons: dict[str, hospital_b_people.Person]) -> dict[str, Any]:
    """Per study and hospital how many patients are eligible, ineligible and unknown; of hospital_b those who permit."""
    permitted = {p: r for p, r in records_b.items() if persons[p].consent == hospital_b_people.PERMITTED}
    told: dict[str, Any] = {"as_of": trial.AS_OF.isoformat()}
    for study in (trial.MAIN, trial.SECOND):
        told[study] = {
            institution: dict(sorted(Counter(trial.verdict(study, r) for r in records.values()).items()))
            for institution, records in ((hospital_a.ID, records_a), (hospital_b.ID, permitted))
        }
    return told


def synthea_words(run: synthea.Run, moved: list[str], records_a: Records) -> set[str]:
    """Names of the people in a Synthea run (they carry digits, so no other word is like them), less those who moved."""
    patients = [p[0] for p in run.records.values()]
    named = [n for r in [*patients, *run.providers["Practitioner"]] for n in r["name"]]
    words = {w for n in named for w in [n["family"], *n["given"]]} | {
        i["value"] for p in patients for i in p["identifier"][2:]
    }
    kept = {w for p in moved for n in records_a[p][0]["name"] for w in [n["family"], *n["given"]]}
    return {w for w in words if any(c.isdigit() for c in w)} - kept


def write(to: Path, batches: list[Batch], expected: dict[str, Any]) -> None:
    """The sample in place of the one that was there."""
    shutil.rmtree(to / "landing", ignore_errors=True)
    for batch in batches:
        for name, data in sorted(batch.files.items()):
            file = to / "landing" / batch.institution / batch.name / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            (to / "landing" / batch.institution / batch.name / "_SUCCESS").touch()
    text = json.dumps(expected, indent=1, ensure_ascii=False)
    (to / "expected.json").write_text(text + "\n", encoding="utf-8")


def summary(to: Path, expected: dict[str, Any]) -> str:
    lines = []
    for institution, told in expected["institutions"].items():
        size = sum(f.stat().st_size for f in (to / "landing" / institution).rglob("*") if f.is_file())
        lines.append(f"{institution}: {told['records']} records, {size:,} bytes")
    return "\n".join([*lines, f"people: {expected['people']}", f"trial: {expected['trial']}"])


if __name__ == "__main__":
    sys.exit(main())
