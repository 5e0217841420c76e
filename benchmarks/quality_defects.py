"""Which of 40 kinds of known defects the quality rules catch, and which clean rows they flag wrongly.

    python -m benchmarks.quality_defects --lake lake

Takes the silver tables of a lake (`make demo` makes one), puts one defect of each kind into a row of its own, and has every rule
judge the tables before and after. A defect is caught when a rule counts its row, or a row that is wrong because of it (a visit
of a patient whose birth was moved), as failing. Every other row that fails after and did not before is wrongly flagged. Exit
code 1 unless all are caught and no clean row is flagged. Reads the lake only; nothing is written.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from expectations.by_institution import Job, count
from expectations.sheet import load_sheets

Row = dict[str, Any]
Tables = dict[str, list[Row]]
CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class Defect:
    """One kind: `change` is done to a row for which `fits`. `spoils`: by which key other rows become wrong with it."""

    name: str
    table: str
    fits: Callable[[Row], bool]
    change: Callable[[Row], Row]
    spoils: Literal["subject_key", "encounter_key", "observation_key", "person_key"] | None = None
    is_double: bool = False


def has(*columns: str, **values: Any) -> Callable[[Row], bool]:
    """Rows with a value in the columns, and with these values."""
    return lambda r: all(r.get(c) is not None for c in columns) and all(r.get(c) == v for c, v in values.items())


def put(**values: Any) -> Callable[[Row], Row]:
    return lambda r: r | values


def moved(column: str, days: int, of: str | None = None) -> Callable[[Row], Row]:
    """The date `days` after the row's (or another column's), exact to the day."""
    precision = column.replace("_date", "_precision")
    return lambda r: r | {column: r[of or column] + timedelta(days=days), precision: "day"}


ELSE = "f" * 32  # the key of nobody
DEFECTS = (
    Defect("patient twice", "patient", has("patient_key"), lambda r: r, "person_key", is_double=True),
    Defect("patient without person key", "patient", has("person_key"), put(person_key=None)),
    Defect("hospital number as person key", "patient", has("person_key"), put(person_key="MRN-0012345")),
    Defect("sex in the hospital's own code", "patient", has(gender="male"), put(gender="1"), "subject_key"),
    Defect("sex that differs between institutions", "patient", has("gender", is_linked=True),
           lambda r: r | {"gender": "male" if r["gender"] == "female" else "female"}, "person_key"),
    Defect("birth year that differs between institutions", "patient", has("birth_date", is_linked=True),
           lambda r: r | {"birth_date": r["birth_date"].replace(year=r["birth_date"].year - 9, day=1)}, "person_key"),
    Defect("birth still to come", "patient", has("birth_date", is_linked=False), put(birth_date=date(2100, 1, 1)), "subject_key"),
    Defect("death before birth", "patient", has("birth_date", "death_date", is_linked=False), moved("death_date", -400, "birth_date"), "subject_key"),
    Defect("dead, and said to be alive", "patient", has("death_date"), put(is_deceased=False)),
    Defect("diagnosis without code", "condition", has("code"), put(code=None)),
    Defect("code without code system", "condition", has("code"), put(code_system=None)),
    Defect("clinical status in an own code", "condition", has("clinical_status"), put(clinical_status="ongoing")),
    Defect("patient that is not there", "condition", has("subject_key"), put(subject_key=ELSE)),
    Defect("diagnosis before birth", "condition", has("onset_date", "subject_key"), put(onset_date=date(1901, 1, 1))),
    Defect("recovered before falling ill", "condition", has("onset_date", "abatement_date"), moved("abatement_date", -400, "onset_date")),
    Defect("pregnancy of a man", "condition", has(sex="male"), put(code="72892002", code_system="http://snomed.info/sct")),
    Defect("visit that ends before it starts", "encounter", has("start_date", "end_date"), moved("end_date", -400, "start_date"), "encounter_key"),
    Defect("visit without class", "encounter", has("class_code"), put(class_code=None)),
    Defect("visit with an unknown status", "encounter", has("status"), put(status="done")),
    Defect("visit still to come", "encounter", has("start_date"), moved("start_date", 40_000), "encounter_key"),
    Defect("number without unit", "observation", has("value", "unit_ucum"), put(unit_ucum=None)),
    Defect("unit of another test", "observation", has(code="8867-4"), put(unit_ucum="kg")),
    Defect("slipped decimal point", "observation", has("value", code="8867-4"), lambda r: r | {"value": r["value"] * 100}),
    Defect("mmol/L under the unit mg/dL", "observation", has(code="2339-0"), put(value=5.4)),
    Defect("height in metres under the unit cm", "observation", has(code="8302-2"), put(value=1.72)),
    Defect("two values in one", "observation", has("value"), put(value_string="positive")),
    Defect("resident id in a text", "observation", has("value"), put(value=None, value_string="身份证 11010119900307123X")),
    Defect("diastolic above systolic", "observation", has("value", code="8462-4"), put(value=210.0), "observation_key"),
    Defect("visit of another patient", "observation", has("encounter_key", "subject_key"), put(encounter_key="other")),
    Defect("measured long after the visit", "observation", has("effective_date", "encounter_key"), put(effective_date=date(1999, 1, 1))),
    Defect("result twice", "observation", has("observation_key"), lambda r: r, is_double=True),
    Defect("local code as LOINC", "observation", has("code"), put(code="HR")),
    Defect("procedure before birth", "procedure", has("performed_date", "subject_key"), put(performed_date=date(1901, 1, 1))),
    Defect("completed procedure without date", "procedure", has(status="completed"), put(performed_date=None, performed_precision=None)),
    Defect("prescription without drug", "medication_request", has("medication_code"), put(medication_code=None)),
    Defect("dose below zero", "medication_administration", has("dose_value", status="completed"), put(dose_value=-5.0)),
    Defect("trial drug given before the trial", "medication_administration", has("study_key", "subject_key"), moved("start_date", -700)),
    Defect("one person in two arms", "research_subject", has("assigned_arm", "subject_key"),
           lambda r: r | {"research_subject_key": ELSE, "assigned_arm": "another arm", "actual_arm": None}, "subject_key", is_double=True),
    Defect("consent of somebody else", "research_subject", has("consent_key"), put(consent_key="other"), "subject_key"),
    Defect("adverse event before consent", "adverse_event", has("event_date", "study_key"), moved("event_date", -700)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seeded:
    """`tags`: per table, for each row the defect that it has or suffers from, or CLEAN. `not_placed`: no row fitted."""

    tables: Tables
    tags: Mapping[str, list[str]]
    not_placed: tuple[str, ...]


def seed(tables: Tables, defects: Iterable[Defect] = DEFECTS) -> Seeded:
    """Put each defect into the first row that fits, and that no other defect has touched or may touch."""
    tables = {name: [dict(r) for r in rows] for name, rows in tables.items()}
    tags = {name: [CLEAN] * len(rows) for name, rows in tables.items()}
    facts, taken, missing = _Facts(tables), set[tuple[str, Any]](), []
    # Those that spoil other rows first: the rest then keeps clear of what they spoil.
    for d in sorted(defects, key=lambda d: d.spoils is None):
        rows = tables.get(d.table, [])
        at = next(
            (
                n
                for n, r in enumerate(rows)
                if tags[d.table][n] == CLEAN and not (_marks(r) & taken) and d.fits(facts.seen(d.table, r))
            ),
            None,
        )
        if at is None:
            missing.append(d.name)
            continue
        row, changed = rows[at], facts.other(d.table, rows[at], d.change(rows[at]))
        taken |= _marks(row) if d.spoils else {m for m in _marks(row) if m[0] == "observation_key"}
        if d.spoils:
            _spoil(tables, tags, d, {row.get(d.spoils), changed.get(d.spoils)} - {None})
        tags[d.table][at] = d.name
        if d.is_double:
            rows.append(changed)
            tags[d.table].append(d.name)
        else:
            rows[at] = changed
    return Seeded(tables, tags, tuple(missing))


def _spoil(tables: Tables, tags: dict[str, list[str]], d: Defect, keys: set[Any]) -> None:
    for name, rows in tables.items():
        for n, r in enumerate(rows):
            if r.get(d.spoils or "") in keys and tags[name][n] == CLEAN:
                tags[name][n] = d.name


def _marks(row: Row) -> set[tuple[str, Any]]:
    """Whom and what a row is about: a defect that spoils others takes all of it."""
    return {(c, row[c]) for c in ("subject_key", "encounter_key", "observation_key", "person_key") if row.get(c)}


class _Facts:
    """What a defect asks of a row that stands in other rows."""

    def __init__(self, tables: Tables) -> None:
        patients = tables.get("patient", [])
        self._sex = {p["subject_key"]: p["gender"] for p in patients}
        self._of_person: dict[Any, set[str]] = {}
        for p in patients:
            self._of_person.setdefault(p["person_key"], set()).add(p["institution"])
        self._encounters = [(e["encounter_key"], e["subject_key"]) for e in tables.get("encounter", [])]
        self._consents = [(c["consent_key"], c["subject_key"]) for c in tables.get("consent", [])]

    def seen(self, table: str, row: Row) -> Row:
        linked = table == "patient" and len(self._of_person.get(row["person_key"], ())) > 1
        return row | {"sex": self._sex.get(row.get("subject_key")), "is_linked": linked}

    def other(self, table: str, row: Row, changed: Row) -> Row:
        """`other` as a key becomes one of another patient's."""
        for column, keys in (("encounter_key", self._encounters), ("consent_key", self._consents)):
            if changed.get(column) == "other":
                changed = changed | {column: next(k for k, s in keys if s != row["subject_key"])}
        return changed


def judged(
    spark: Any, schemas: Mapping[str, Any], seeded: Seeded, as_of: date
) -> dict[tuple[str, str], dict[str, int]]:
    """(defect or CLEAN, rule) -> rows that fail, by table: the rules counted with the tag in the place of the institution."""
    frames = {
        f"silver/{n}": spark.createDataFrame([tuple(r[c] for c in schemas[n].names) for r in rows], schemas[n])
        for n, rows in seeded.tables.items()
    }
    tagged = {
        f"silver/{n}": spark.createDataFrame(
            [tuple({**r, "institution": tag}[c] for c in schemas[n].names) for r, tag in zip(rows, seeded.tags[n], strict=True)], schemas[n])
        for n, rows in seeded.tables.items()
    }  # fmt: skip
    sheets = load_sheets()
    jobs = [Job(sheets[t], frame) for t, frame in tagged.items() if t in sheets]
    found: dict[tuple[str, str], dict[str, int]] = {}
    for (_, tag), rules in count(jobs, as_of=as_of, read=frames.get).items():
        for rule, (_, failed) in rules.items():
            if failed:
                found.setdefault((tag, rule), {})["failed"] = failed
    return found


def report(
    defects: Iterable[Defect],
    seeded: Seeded,
    before: Mapping[tuple[str, str], Any],
    after: Mapping[tuple[str, str], Any],
) -> bool:
    caught = 0
    defects = list(defects)
    for d in defects:
        rules = sorted(rule for (tag, rule) in after if tag == d.name)
        caught += bool(rules)
        said = ", ".join(rules) if rules else "no row fits" if d.name in seeded.not_placed else "NOT CAUGHT"
        print(f"{d.name:45} {d.table:26} {said}")
    wrong = {
        rule: n
        for (tag, rule), f in after.items()
        if tag == CLEAN and (n := f["failed"] - before.get((CLEAN, rule), {"failed": 0})["failed"]) > 0
    }
    print(f"\ncaught {caught} of {len(defects)}; clean rows wrongly flagged: {sum(wrong.values())}")
    for rule, n in sorted(wrong.items()):
        print(f"  {rule}: {n}")
    return caught == len(defects) and not wrong


def main() -> int:
    from transforms.lake import Lake
    from transforms.session import spark_session

    parser = argparse.ArgumentParser(description="Which seeded defects the quality rules catch.")
    parser.add_argument("--lake", type=Path, default=Path("lake"), help="a lake with silver tables; it is only read")
    parser.add_argument("--as-of", type=date.fromisoformat, default=date.today(), help="the day that counts as today")
    args = parser.parse_args()
    if not (args.lake / "silver").is_dir():
        parser.error(f"{args.lake}: holds no silver tables. `make demo` makes ./lake.")
    spark = spark_session("local[*]")
    lake = Lake(args.lake.absolute(), spark)
    names = sorted({d.table for d in DEFECTS} | {"patient", "encounter", "consent", "research_study", "organization"})
    found = {n: lake.read("silver", n) for n in names if lake.exists("silver", n)}
    schemas = {n: f.schema for n, f in found.items()}
    tables = {n: [r.asDict() for r in f.collect()] for n, f in found.items()}
    clean = Seeded(tables, {n: [CLEAN] * len(rows) for n, rows in tables.items()}, ())
    seeded = seed(tables)
    print(f"{sum(map(len, tables.values())):,} rows in {len(tables)} tables\n")
    return (
        0
        if report(
            DEFECTS, seeded, judged(spark, schemas, clean, args.as_of), judged(spark, schemas, seeded, args.as_of)
        )
        else 1
    )


if __name__ == "__main__":
    sys.exit(main())
