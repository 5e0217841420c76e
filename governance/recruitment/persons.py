"""Everybody who was judged for a study, each once, with a verdict for every criterion: what feasibility counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

# In the order of Kleene: not met < unknown < met.
RESULTS = ("not_met", "unknown", "met")
NOT_MET, UNKNOWN, MET = range(3)
DIMENSIONS = ("institution", "sex", "age_band")
CANDIDATE_COLUMNS = (
    "study_key", "institution", "subject_key", "person_key", "is_enrolled", "may_contact", "n_not_met", "n_unknown", "as_of", "sex",
    "age_band",
)  # fmt: skip
RESULT_COLUMNS = (
    "study_key", "institution", "subject_key", "criterion_number", "criterion_id", "kind", "label", "is_exclusion", "result",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion as the protocol states it. The first, `kind` alive, is no part of a protocol."""

    id: str
    kind: str
    label: str
    is_exclusion: bool


@dataclass(frozen=True)
class Persons:
    """One entry a person in every array. `verdicts`: persons x criteria; `contact`: what Consents say of being contacted."""

    keys: Sequence[str]
    criteria: Sequence[Criterion]
    verdicts: NDArray[np.int8]
    is_enrolled: NDArray[np.bool_]
    contact: NDArray[np.int8]
    dimensions: dict[str, NDArray[np.str_]]


_RANK = "CASE {} WHEN 'met' THEN 2 WHEN 'not_met' THEN 0 ELSE 1 END"
# A person who is known to several institutions counts once, with the record that gets furthest.
_PERSONS = f"""
    CREATE TABLE p AS SELECT *, row_number() OVER (ORDER BY person) - 1 AS i FROM (
        SELECT *, coalesce(person_key, subject_key) AS person, {_RANK.format("may_contact")} AS contact FROM candidates
        QUALIFY row_number() OVER (
            PARTITION BY person ORDER BY n_not_met, n_unknown, contact DESC, institution, subject_key) = 1)
"""  # noqa: S608
_PEOPLE = f"""
    SELECT person, is_enrolled, contact::TINYINT AS contact, {", ".join(f"coalesce({d}, 'unknown') AS {d}" for d in DIMENSIONS)}
    FROM p ORDER BY i
"""  # noqa: S608
_VERDICTS = f"""
    SELECT p.i, r.criterion_number - 1 AS n, ({_RANK.format("r.result")})::TINYINT AS v
    FROM results AS r JOIN p USING (institution, subject_key)
"""  # noqa: S608
_CRITERIA = """
    SELECT any_value(criterion_id) AS id, any_value(kind) AS kind, any_value(label) AS label,
           any_value(is_exclusion) AS is_exclusion
    FROM results GROUP BY criterion_number ORDER BY criterion_number
"""


def persons_of(candidates: pa.Table, results: pa.Table) -> Persons:
    """The persons of one study. Reads CANDIDATE_COLUMNS of gold/trial_candidates and RESULT_COLUMNS of gold/criterion_result.

    A criterion without a result for a person is unknown.
    """
    with duckdb.connect(":memory:", config={"threads": 2}) as db:
        db.register("candidates", candidates)
        db.register("results", results)
        db.execute(_PERSONS)
        criteria = [Criterion(*row) for row in db.execute(_CRITERIA).fetchall()]
        people = db.execute(_PEOPLE).fetchnumpy()
        found = db.execute(_VERDICTS).fetchnumpy()
    verdicts = np.full((len(people["person"]), len(criteria)), UNKNOWN, dtype=np.int8)
    verdicts[found["i"], found["n"]] = found["v"]
    return Persons(
        people["person"].tolist(),
        criteria,
        verdicts,
        people["is_enrolled"].astype(np.bool_),
        people["contact"].astype(np.int8),
        {name: people[name].astype(np.str_) for name in DIMENSIONS},
    )
