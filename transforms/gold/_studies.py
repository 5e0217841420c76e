"""The criteria of every study, put together from its Group, its Libraries and the files kept here.

A few rows on the driver: definitions, not patients. What any source requires is required: their criteria are one AND.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import yaml
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from core.criteria_set import MEDIA_TYPES
from transforms.gold._criteria import ALIVE, NO_CRITERIA, Criterion, Plan, unclear
from transforms.gold._criteria_set import CriteriaSet, compile_set
from transforms.gold._group import group_criterion
from transforms.terminology.load import Terminology

_DEFINITION = (
    "characteristic_index", "code", "code_system", "value_code", "value_system", "value_boolean", "value",
    "value_comparator", "value_low", "value_high", "value_unit", "exclude", "period_start_date", "period_end_date",
)  # fmt: skip
Row = Mapping[str, Any]


def definitions(silver: Mapping[str, DataFrame]) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows of research_study with its group and one characteristic each; of the studies; and of library."""
    group = silver["group"].select(
        F.col("group_key").alias("enrollment_group_key"),
        F.col("actual").alias("is_actual"),
        F.lit(True).alias("is_defined"),
    )
    numbers = ("value", "value_low", "value_high")
    characteristic = silver["group_characteristic"].select(
        F.col("group_key").alias("enrollment_group_key"),
        *(F.col(n).cast("double").alias(n) if n in numbers else F.col(n) for n in _DEFINITION),
    )
    study = silver["research_study"]
    rows = (
        study.select("study_key", "enrollment_group_key")
        .join(group, on="enrollment_group_key", how="left")
        .join(characteristic, on="enrollment_group_key", how="left")
        .orderBy("study_key", "enrollment_group_key", "characteristic_index")
    )
    named = study.select("study_key", "identifier_values", "library_canonicals").orderBy("study_key")
    library = (
        silver["library"].select("url", "version", "status", "content_types", "contents").orderBy("url", "version")
    )
    return tuple([row.asDict() for row in frame.collect()] for frame in (rows, named, library))  # type: ignore[return-value]


def compile_studies(
    characteristics: Iterable[Row],
    studies: Iterable[Row],
    libraries: Iterable[Row],
    sets: Mapping[str, CriteriaSet],
    terminology: Terminology,
) -> Plan:
    """The plan of all studies that state criteria; the first of each is that the patient is alive.

    A study without a group, or whose group lists its members (actual), and without a set states none and is left out; one
    whose group, characteristics or Library are not loaded keeps a criterion that is unknown.
    """
    found: dict[str, list[Criterion]] = {}
    for row in characteristics:
        if row["enrollment_group_key"] is not None and not row["is_actual"]:
            found.setdefault(row["study_key"], []).append(group_criterion(row, terminology))
    held = list(libraries)
    for study in studies:
        key = study["study_key"]
        for canonical in study["library_canonicals"] or []:
            found.setdefault(key, []).extend(_from_library(canonical, held, terminology))
        names = [key, *(study["identifier_values"] or [])]
        for name in dict.fromkeys(n for n in names if n in sets):
            found.setdefault(key, []).extend(sets[name].criteria)
    return Plan({study: _told_apart((ALIVE, *criteria)) for study, criteria in sorted(found.items())})


def _from_library(canonical: str, libraries: list[Row], terminology: Terminology) -> tuple[Criterion, ...]:
    """The set of the Library with that canonical; of several versions the one that is named, else it needs review."""
    url, _, version = canonical.partition("|")
    name = url.rsplit("/", 1)[-1]
    fitting = [x for x in libraries if x["url"] == url and version in ("", x["version"])]
    if not fitting:
        return (unclear(name, "criteria", NO_CRITERIA),)
    contents = {
        content
        for x in fitting
        if x["status"] != "retired"
        for kind, content in zip(x["content_types"] or [], x["contents"] or [], strict=False)
        if kind.partition(";")[0].strip() in MEDIA_TYPES
    }
    if len(contents) != 1:
        return (unclear(name, "criteria set"),)
    try:
        document = yaml.safe_load(base64.b64decode("".join(contents.pop().split()), validate=True).decode())
    except (binascii.Error, ValueError, yaml.YAMLError):
        return (unclear(name, "criteria set"),)
    return compile_set(document, terminology)[0].criteria


def _told_apart(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """Two sources may use one id: the later one then gets a number."""
    seen: dict[str, int] = {}
    found = []
    for one in criteria:
        seen[one.criterion_id] = seen.get(one.criterion_id, 0) + 1
        n = seen[one.criterion_id]
        found.append(one if n == 1 else replace(one, criterion_id=f"{one.criterion_id}-{n}"))
    return tuple(found)
