"""What recruitment reads of the lake, without Spark: studies, candidates and results of criteria."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from core.errors import ConfigError
from dagster_project.resources import Lakehouse
from transforms.tables import Tables, Zone


@dataclass(frozen=True, slots=True)
class StudyName:
    """A study that states criteria: its pseudonym, and its first identifier, or the pseudonym where it has none."""

    key: str
    name: str


def research_tables(lakehouse: Lakehouse) -> Tables:
    return lakehouse.tables.within(Zone.DEIDENTIFIED, Zone.GOVERNANCE)


def known_studies(tables: Tables) -> list[StudyName]:
    """The studies with criteria, by name. ConfigError where the lake has not judged anybody yet."""
    if not tables.exists("gold", "criterion_result"):
        raise ConfigError(f"{tables.root}: has no gold/criterion_result yet. `lakehouse run` makes it.")
    keys = set(tables.arrow("gold", "trial_candidates", columns=("study_key",))["study_key"].unique().to_pylist())
    rows = tables.arrow("silver", "research_study", columns=("study_key", "identifier_value")).to_pylist()
    names = {row["study_key"]: row["identifier_value"] for row in rows if row["identifier_value"]}
    return sorted((StudyName(key, names.get(key, key)) for key in keys), key=lambda s: (s.name, s.key))


def known_study(tables: Tables, said: str) -> StudyName:
    """The study of that identifier or pseudonym. ConfigError lists those that there are."""
    known = known_studies(tables)
    found = [s for s in known if said in (s.key, s.name)]
    if len(found) > 1:
        raise ConfigError(
            f"--study {said}: {len(found)} studies have this identifier. Give one's key: {_list(s.key for s in found)}."
        )
    if not found:
        raise ConfigError(
            f"--study {said}: no such study with criteria. The lake has: {_list(s.name for s in known) or 'none'}."
            " docs/recruitment.md says how a study states them."
        )
    return found[0]


def of_study(tables: Tables, name: str, study: StudyName, columns: tuple[str, ...], *, version: int | None) -> pa.Table:
    """The rows of a gold table for one study."""
    return tables.arrow("gold", name, columns=columns, where=f"study_key = '{study.key}'", version=version)


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
