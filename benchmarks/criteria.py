"""Recruitment verdicts beside an independent evaluation of the same protocols, person by person.

    python -m benchmarks.criteria FOLDER [--as-of DAY] [--persons N] [--moved]      (a folder of Synthea's NDJSON)

`benchmarks/criteria/` has each study three times: `<study>.md` the protocol in words, `<study>.yaml` the criteria set that the
lakehouse evaluates (docs/recruitment.md), `<study>.sql` what DuckDB answers from the raw records (`records.sql`), written from the words
and before the criteria set. Ours goes the way of the pipeline from `deid/resource` on: silver tables, `trial_candidates`,
`criterion_result`. The records are not de-identified, so their dates are the true ones; both sides read them as dates that were moved
back by 1 to 365 days, as all dates in the lake are. With --moved ours are moved indeed, those of each person by another number of days, and
SQL takes the true ones as true: ours may then be unknown, never wrong. A difference that is meant is in `explained.yml` with its
reason; ends with 1 if there is any other.
"""

import argparse
import json
import re
import sys
import tempfile
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from pathlib import Path

import duckdb
import yaml
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from transforms.gold import GoldView, views
from transforms.gold._criteria_set import read_folder
from transforms.lake import Lake
from transforms.session import spark_session
from transforms.silver.tables import replace_tables
from transforms.silver.view import load_views
from transforms.terminology.load import shipped

STUDIES = Path(__file__).parent / "criteria"
_SHOWN = 3
_DATE = re.compile(r'"(\d{4}-\d{2}-\d{2})(?=[T"])')
# A person's results in a study, by criterion: met, not_met, unknown.
Results = dict[str, str]
# By study and person.
Answers = dict[tuple[str, str], Results]


def studies() -> list[str]:
    return sorted(file.stem for file in STUDIES.glob("*.yaml"))


@dataclass(frozen=True)
class Difference:
    """One person's criterion (or "verdict") on which the two sides do not agree."""

    study: str
    criterion: str
    ours: str
    sql: str
    person: str

    @property
    def sort(self) -> tuple[str, str, str, str]:
        return self.study, self.criterion, self.ours, self.sql


def verdict(results: Results) -> str:
    """As docs/recruitment.md says it."""
    said = set(results.values())
    return "ineligible" if "not_met" in said else "unknown" if "unknown" in said else "eligible"


def moved(raw: str, person: str | None) -> str:
    """With every date earlier by the person's number of days, 1 to 365."""
    days = timedelta(1 + zlib.crc32((person or "").encode()) % 365)
    return _DATE.sub(lambda found: f'"{date.fromisoformat(found[1]) - days}', raw)


def by_sql(folder: Path, as_of: date, people: set[str], *, is_true: bool) -> Answers:
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET VARIABLE folder = ?", [str(folder)])
    connection.execute("SET VARIABLE as_of = ?", [as_of])
    connection.execute("SET VARIABLE is_true = ?", [is_true])
    connection.execute((STUDIES / "records.sql").read_text(encoding="utf-8"))
    words = {True: "met", False: "not_met", None: "unknown"}
    found: Answers = {}
    for study in studies():
        rows = connection.execute((STUDIES / f"{study}.sql").read_text(encoding="utf-8"))
        names = [column[0] for column in rows.description or []]
        for person, *results in rows.fetchall():
            if person in people:
                found[study, person] = dict(zip(names[1:], (words[r] for r in results), strict=True))
    return found


def _records(spark: SparkSession, folder: Path, kinds: set[str], people: set[str]) -> DataFrame:
    """What deid/resource has, of the raw records and of a ResearchStudy for each set."""
    raw = F.col("raw")
    who = F.when(F.col("resource_type") == "Patient", F.get_json_object(raw, "$.id"))
    who = who.otherwise(F.substring_index(F.get_json_object(raw, "$.subject.reference"), "/", -1))
    parts = [
        spark.read.text(str(file)).select(F.col("value").alias("raw"), F.lit(kind).alias("resource_type"))
        for kind in sorted(kinds)
        for file in sorted(folder.glob(f"{kind}.*ndjson"))
    ]
    own = [
        {"resourceType": "ResearchStudy", "id": n, "status": "active", "identifier": [{"value": n}]} for n in studies()
    ]
    parts.append(
        spark.createDataFrame([(json.dumps(x), "ResearchStudy") for x in own], "raw string, resource_type string")
    )
    carried = {"institution": F.lit("a"), "subject_key": who, "person_key": who}
    asked = F.col("subject_key").isNull() | F.col("subject_key").isin(*people)
    return reduce(DataFrame.union, parts).withColumns(carried).where(asked)


def by_us(
    lake: Lake, folder: Path, as_of: date, people: set[str], *, is_moved: bool
) -> tuple[Answers, dict[tuple[str, str], str]]:
    """Results from criterion_result and verdicts from trial_candidates."""
    gold = views()
    candidates, results = gold["trial_candidates"], gold["criterion_result"]
    needed = {view for name, view in load_views().items() if name in candidates.reads}
    records = _records(lake.spark, folder, {view.resource for view in needed}, people)
    if is_moved:
        records = records.withColumn("raw", F.udf(moved, "string", useArrow=False)("raw", "subject_key"))
    lake.replace("deid", "resource", records, made_from={}, partition_by=("resource_type",))
    failed = [name for name, made in replace_tables(lake, {view: {} for view in needed}).items() if made.error]
    if failed:
        raise SystemExit(f"silver tables that could not be made: {', '.join(failed)}")
    known = shipped()
    started = time.perf_counter()
    _make(lake, candidates, as_of, terminology=known, criteria_sets=read_folder(STUDIES, known))
    _make(lake, results, as_of)
    print(f"of which trial_candidates and criterion_result: {time.perf_counter() - started:.1f} s", file=sys.stderr)
    answers: Answers = defaultdict(dict)
    for study, person, criterion, result in _rows(lake, results, "study_key", "subject_key", "criterion_id", "result"):
        answers[study, person][criterion] = result
    verdicts = {(s, p): v for s, p, v in _rows(lake, candidates, "study_key", "subject_key", "verdict")}
    return answers, verdicts


def _make(lake: Lake, view: GoldView, as_of: date, **uses: object) -> None:
    tables = {name: lake.read("silver", name) for name in view.reads}
    tables |= {name: lake.read("gold", name) for name in view.reads_gold}
    lake.replace("gold", view.name, view.build(tables, as_of=as_of, **uses), made_from={})


def _rows(lake: Lake, view: GoldView, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row) for row in lake.read("gold", view.name).select(*columns).collect()]


def only_wrong(found: list[Difference]) -> list[Difference]:
    """Without those in which ours does not know what SQL knows."""
    return [d for d in found if d.ours != "unknown"]


def differences(ours: Answers, verdicts: Mapping[tuple[str, str], str], sql: Answers) -> Iterator[Difference]:
    """Every criterion and verdict of every person of either side."""
    for study, person in sorted(ours.keys() | sql.keys()):
        a, b = ours.get((study, person), {}), sql.get((study, person), {})
        for criterion in sorted(a.keys() | b.keys()):
            if (x := a.get(criterion, "missing")) != (y := b.get(criterion, "missing")):
                yield Difference(study, criterion, x, y, person)
        if (x := verdicts.get((study, person), "missing")) != (y := verdict(b) if b else "missing"):
            yield Difference(study, "verdict", x, y, person)


def unexplained(found: list[Difference], explained: Mapping[str, Mapping[str, Mapping[str, str]]]) -> list[Difference]:
    """Those whose study, criterion and pair of results `explained.yml` does not have; a verdict is explained by its criteria."""
    own = {(d.study, d.person) for d in found if d.criterion != "verdict"}

    def is_open(d: Difference) -> bool:
        if d.criterion == "verdict":
            return (d.study, d.person) not in own
        return f"{d.ours} for {d.sql}" not in explained.get(d.study, {}).get(d.criterion, {})

    return [d for d in found if is_open(d)]


def _print(
    ours: Answers, verdicts: Mapping[tuple[str, str], str], found: list[Difference], open_: list[Difference]
) -> None:
    print(
        "| study | persons | eligible | ineligible | unknown | verdicts that agree | criteria | results that agree | differ | unexplained |"
    )
    print("|---" * 10 + "|")
    for study in studies():
        said = Counter(v for (s, _), v in verdicts.items() if s == study)
        results = [r for (s, _), r in ours.items() if s == study]
        persons, asked = said.total(), sum(map(len, results))
        mine = [d for d in found if d.study == study]
        wrong = sum(d.criterion == "verdict" for d in mine)
        print(
            f"| {study} | {persons} | {said['eligible']} | {said['ineligible']} | {said['unknown']} | {_part(persons - wrong, persons)} |"
            f" {max(map(len, results), default=0)} | {_part(asked - len(mine) + wrong, asked)} | {len(mine) - wrong} |"
            f" {sum(d.study == study for d in open_)} |"
        )
    groups: dict[tuple[str, str, str, str], list[Difference]] = defaultdict(list)
    for one in found:
        groups[one.sort].append(one)
    for (study, criterion, x, y), same in groups.items():
        who = ", ".join(d.person[:8] for d in same[:_SHOWN])
        mark = "unexplained" if any(d in open_ for d in same) else "explained"
        print(f"{mark}: {study}.{criterion}: {x} by us, {y} by SQL: {len(same)} persons ({who} …)")


def _part(of: int, all_: int) -> str:
    return f"{100 * of / all_:.2f} %" if all_ else "-"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="NDJSON files of one type each: Patient.ndjson, Condition.ndjson, …")
    parser.add_argument(
        "--as-of", type=date.fromisoformat, default=date(2026, 12, 1), help="the day that both sides evaluate for"
    )
    parser.add_argument("--persons", type=int, help="only so many patients, the first of the file")
    parser.add_argument("--moved", action="store_true", help="move the dates that ours reads; SQL reads the true ones")
    asked = parser.parse_args()
    files = sorted(asked.folder.glob("Patient.*ndjson"))
    if not files:
        parser.error(f"{asked.folder} has no Patient.ndjson; give a folder of Synthea's bulk export (fhir/)")
    people = [json.loads(line)["id"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    chosen = set(people[: asked.persons])
    started = time.perf_counter()
    sql = by_sql(asked.folder, asked.as_of, chosen, is_true=asked.moved)
    print(f"SQL: {time.perf_counter() - started:.1f} s", file=sys.stderr)
    with tempfile.TemporaryDirectory() as place:
        lake = Lake(Path(place), spark_session("local[2]"))
        started = time.perf_counter()
        ours, verdicts = by_us(lake, asked.folder, asked.as_of, chosen, is_moved=asked.moved)
        print(f"lakehouse, from deid/resource on: {time.perf_counter() - started:.1f} s", file=sys.stderr)
    found = list(differences(ours, verdicts, sql))
    if asked.moved:
        sure = only_wrong(found)
        print(
            f"unknown by us, mostly because dates are moved, and known by SQL: {len(found) - len(sure)} answers, agreeing below\n"
        )
        found = sure
    open_ = unexplained(found, yaml.safe_load((STUDIES / "explained.yml").read_text(encoding="utf-8")) or {})
    _print(ours, verdicts, found, open_)
    return 1 if open_ or not ours else 0


if __name__ == "__main__":
    sys.exit(main())
