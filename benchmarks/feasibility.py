"""How long a count takes on 100,000 people: `python benchmarks/feasibility.py [--people N] [--criteria N]`.

Makes the two tables as `lakehouse run` leaves them, of random people of a study among two others, and answers as `lakehouse
feasibility` does, without a JVM: read, group by person, judge every cell beside the earlier answers.
"""

import argparse
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from deltalake import write_deltalake

from governance.differencing import Answers
from governance.recruitment.feasibility import ask
from governance.recruitment.persons import CANDIDATE_COLUMNS, RESULT_COLUMNS, persons_of
from transforms.tables import Tables

_RESULTS = np.array(["met", "unknown", "not_met"])
_STUDIES = 3


def make(root: Path, people: int, criteria: int, rng: np.random.Generator) -> None:
    """Both tables, of `people` patients of three institutions for three studies."""
    for study in range(_STUDIES):
        results = _RESULTS[rng.choice(3, (people, criteria), p=[0.8, 0.1, 0.1])]
        keys = np.array([f"{n:032x}" for n in range(people)])
        institution = np.array(["north", "south", "west"])[np.arange(people) % 3]
        who = {"study_key": pa.array([f"{study:032x}"] * people), "institution": institution, "subject_key": keys}
        candidates = who | {
            "person_key": keys, "is_enrolled": rng.random(people) < 0.01, "may_contact": _RESULTS[rng.choice(3, people)],
            "n_not_met": (results == "not_met").sum(axis=1), "n_unknown": (results == "unknown").sum(axis=1),
            "as_of": pa.array([date(2026, 6, 1)] * people), "sex": np.array(["female", "male"])[rng.choice(2, people)],
            "age_band": np.array(["18-29", "30-39", "40-49", "50-59", "60-69", "70-79"])[rng.choice(6, people)],
        }  # fmt: skip
        write_deltalake(root / "gold" / "trial_candidates", pa.table(candidates), mode="append")
        number = np.tile(np.arange(1, criteria + 1, dtype=np.int32), people)
        rows = {name: np.repeat(np.asarray(column), criteria) for name, column in who.items()} | {
            "criterion_number": number, "criterion_id": np.char.add("g/", number.astype(str)),
            "kind": np.where(number == 1, "alive", "condition"), "label": np.full(len(number), "label"),
            "is_exclusion": number % 4 == 0, "result": results.ravel(),
        }  # fmt: skip
        write_deltalake(root / "gold" / "criterion_result", pa.table(rows), mode="append")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=100_000)
    options.add_argument("--criteria", type=int, default=12)
    said = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), said.people, said.criteria + 1, np.random.default_rng(1))
        tables, answers = Tables(Path(folder)), Answers(Path(folder) / "answers.sqlite")
        print(
            f"{said.people:,} people, {said.criteria} criteria and that somebody is alive, one of {_STUDIES} studies; seconds"
        )
        print(f"{'':14}{'read':>8}{'group':>8}{'judge':>8}{'all':>8}{'cells':>8}{'hidden':>8}")
        for name, study, asker in (
            ("first", 0, "a"),
            ("again", 0, "a"),
            ("other study", 1, "a"),
            ("other asker", 0, "b"),
        ):
            where, begun = f"study_key = '{study:032x}'", time.perf_counter()
            candidates = tables.arrow("gold", "trial_candidates", columns=CANDIDATE_COLUMNS, where=where)
            results = tables.arrow("gold", "criterion_result", columns=RESULT_COLUMNS, where=where)
            read = time.perf_counter()
            persons = persons_of(candidates, results)
            grouped = time.perf_counter()
            answer = ask(persons, str(study), answers, asker, datetime.now(UTC))
            judged = time.perf_counter()
            spent = (read - begun, grouped - read, judged - grouped, judged - begun)
            print(f"{name:14}" + "".join(f"{s:8.2f}" for s in spent) + f"{answer['cells']:8}{answer['hidden']:8}")


if __name__ == "__main__":
    main()
