"""What a row of a table has to be judged by and does not hold itself: columns of its patient, visit, order, trial.

A rule names such a column as `<relation>__<column>` in its SQL or as its column: `patient__birth_date` is the birth date of
the row's patient. `with_context` joins what the rules of a sheet name, and nothing else, at most one row to each. A row
without the other row (no visit, unknown patient) has null there, so that a rule about it is not applicable.

| relation | is | found by | columns |
|---|---|---|---|
| patient, encounter, consent | the row of silver/patient, /encounter, /consent | its key | all |
| request | the order, silver/medication_request | request_key | all |
| participation | the person in the row's study, silver/research_subject | study and subject | n_records, n_arms, start, end, consent |
| person | all records of the person, silver/patient | person_key | how many, of which sexes, years of birth and death |
| sibling | the pressures of one measurement, silver/observation | observation_key | systolic, diastolic |
| people | the persons of a published class | institution, sex, age_band | n |
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from expectations.frames import Read
from expectations.sheet import Rule, RuleSheet

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# The quasi-identifiers by which a published table of persons is classed; its contract says the same (tested).
CLASS = ("institution", "sex", "age_band")


def named_columns(sheet: RuleSheet) -> dict[str, set[str]]:
    """relation -> the columns of it that the sheet's rules name."""
    found: dict[str, set[str]] = {}
    for rule in sheet.rules:
        for relation, column in _NAMED.findall(_text(rule)):
            found.setdefault(relation, set()).add(column)
    return found


def tables_named(sheet: RuleSheet) -> set[str]:
    """The other tables ("silver/encounter") by which a sheet's rules judge a row."""
    return {table for relation in named_columns(sheet) for table in READS[relation]}


def named_only(sheet: RuleSheet, frame: "DataFrame") -> "DataFrame":
    """The columns that a sheet's rules name, and all keys. To plan a query over the other hundred costs more than its rows."""
    words = {word for rule in sheet.rules for word in re.findall(r"\w+", _text(rule))}
    keys = ("institution", *CLASS)
    return frame.select(*(c for c in frame.columns if c in words or c in keys or c.endswith(("_key", "_index"))))


def _text(rule: Rule) -> str:
    args = rule.args
    return " ".join([*args.columns(), args.row_condition or "", str(getattr(args, "condition", ""))])


def with_context(sheet: RuleSheet, frame: "DataFrame", read: Read) -> "DataFrame":
    """The table's rows with the columns of other rows that its rules name; as many rows as before.

    `read` gives a table, or None where the lake has none: then its columns are null.
    """
    from pyspark.sql import functions as F

    for relation, columns in sorted(named_columns(sheet).items()):
        on, found = RELATIONS[relation](frame, read)
        wanted = sorted(columns)
        if found is None or not set(on) <= set(frame.columns):
            for c in wanted:
                frame = frame.withColumn(f"{relation}__{c}", F.lit(None).cast("string"))
            continue
        keys = [F.col(k).alias(f"key__{k}") for k in on]
        other = found.select(*keys, *(F.col(c).alias(f"{relation}__{c}") for c in wanted))
        # A published key may be null ("not told"), and then nulls are one class.
        same = F.lit(True)
        for k in on:
            same = same & (
                frame[k].eqNullSafe(other[f"key__{k}"]) if relation == "people" else frame[k] == other[f"key__{k}"]
            )
        frame = frame.join(other, on=same, how="left").drop(*(f"key__{k}" for k in on))
    return frame


# relation -> (the frame that is judged, reader) -> the columns that join, and the other rows: one for each key
Relation = Callable[["DataFrame", Read], "tuple[tuple[str, ...], DataFrame | None]"]


def _row_of(table: str, key: str, by: str) -> Relation:
    """The row of a table whose `key` is the judged row's column `by`. Of a doubled key (a rule of its own), either."""

    def find(_: "DataFrame", read: Read) -> "tuple[tuple[str, ...], DataFrame | None]":
        from pyspark.sql import functions as F

        other = read(table)
        if other is None:
            return (by,), None
        return (by,), other.drop(by).withColumn(by, F.col(key)).dropDuplicates(
            [by]
        ) if by != key else other.dropDuplicates([by])

    return find


def _patient(_: "DataFrame", read: Read) -> "tuple[tuple[str, ...], DataFrame | None]":
    other = read("silver/patient")
    return ("subject_key",), None if other is None else other.dropDuplicates(["subject_key"])


def _participation(_: "DataFrame", read: Read) -> "tuple[tuple[str, ...], DataFrame | None]":
    from pyspark.sql import functions as F

    on = ("study_key", "subject_key")
    subjects, consents = read("silver/research_subject"), read("silver/consent")
    if subjects is None:
        return on, None
    if consents is None:
        consented = subjects.withColumn("given_date", F.lit(None).cast("date")).withColumn(
            "given_precision", F.lit(None).cast("string")
        )
    else:
        given = consents.select("consent_key", "given_date", "given_precision").dropDuplicates(["consent_key"])
        consented = subjects.join(given, on="consent_key", how="left")
    first, last, consent = F.min_by, F.max_by, "given_date"
    is_open = F.max(F.col("end_date").isNull())
    found = consented.groupBy(*on).agg(
        F.count("*").alias("n_records"), F.count_distinct("assigned_arm").alias("n_arms"),
        F.min("start_date").alias("start_date"), first("start_precision", "start_date").alias("start_precision"),
        F.when(~is_open, F.max("end_date")).alias("end_date"),
        F.when(~is_open, last("end_precision", "end_date")).alias("end_precision"),
        F.min(consent).alias("consent_date"), first("given_precision", consent).alias("consent_precision"),
    )  # fmt: skip
    return on, found


def _person(_: "DataFrame", read: Read) -> "tuple[tuple[str, ...], DataFrame | None]":
    from pyspark.sql import functions as F

    other = read("silver/patient")
    if other is None:
        return ("person_key",), None
    known = F.when(F.col("gender").isin("male", "female"), F.col("gender"))
    return ("person_key",), other.groupBy("person_key").agg(
        F.count("*").alias("n_records"), F.count_distinct("institution").alias("n_institutions"),
        F.count_distinct(known).alias("n_genders"), F.bool_or(F.coalesce("is_deceased", F.lit(False))).alias("is_deceased"),
        F.min(F.year("birth_date")).alias("first_birth_year"), F.max(F.year("birth_date")).alias("last_birth_year"),
        F.min(F.year("death_date")).alias("first_death_year"), F.max(F.year("death_date")).alias("last_death_year"),
    )  # fmt: skip


def _sibling(_: "DataFrame", read: Read) -> "tuple[tuple[str, ...], DataFrame | None]":
    from pyspark.sql import functions as F

    other = read("silver/observation")
    if other is None:
        return ("observation_key",), None
    pressures = other.where(
        "code_system = 'http://loinc.org' AND code IN ('8480-6', '8462-4') AND unit_ucum = 'mm[Hg]'"
    )
    return ("observation_key",), pressures.groupBy("observation_key").agg(
        F.max(F.when(F.col("code") == "8480-6", F.col("value"))).alias("systolic"),
        F.max(F.when(F.col("code") == "8462-4", F.col("value"))).alias("diastolic"),
    )


def _people(frame: "DataFrame", _: Read) -> "tuple[tuple[str, ...], DataFrame | None]":
    from pyspark.sql import functions as F

    return CLASS, frame.groupBy(*CLASS).agg(F.count_distinct("person_key").alias("n"))


RELATIONS: Mapping[str, Relation] = {
    "patient": _patient,
    "encounter": _row_of("silver/encounter", "encounter_key", "encounter_key"),
    "consent": _row_of("silver/consent", "consent_key", "consent_key"),
    "request": _row_of("silver/medication_request", "medication_request_key", "request_key"),
    "participation": _participation,
    "person": _person,
    "sibling": _sibling,
    "people": _people,
}
# The tables that a relation reads: a table of which one changed is to be judged, or quarantined, anew.
READS: Mapping[str, tuple[str, ...]] = {
    "patient": ("silver/patient",),
    "encounter": ("silver/encounter",),
    "consent": ("silver/consent",),
    "request": ("silver/medication_request",),
    "participation": ("silver/consent", "silver/research_subject"),
    "person": ("silver/patient",),
    "sibling": ("silver/observation",),
    "people": (),
}
_NAMED = re.compile(rf"\b({'|'.join(RELATIONS)})__([a-z][a-z0-9_]*)")
