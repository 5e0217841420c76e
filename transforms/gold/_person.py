"""What the curated views say of a person: sex, and age as far as de-identified dates allow it.

No date here is the true one. An institution whose profile keeps years leaves the year. Elsewhere every date of a person was
moved back by the same 1 to 365 days: an age between two of their full dates is exact, an age on a calendar day lies in an
interval. There a partial date moved as its middle did, so that a year may be the true one or the one before it
(docs/adr/0003-date-shift.md). Which of both an institution does is not in its records; whoever builds a view says it.
"""

from collections.abc import Iterable
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

LONGEST_SHIFT_DAYS = 365
SHORTEST_SHIFT_DAYS = 1
# Half a year and half a month, and a day for a time of day that moved across midnight: how far a partial date, which moved as
# its middle did (2 July, the 15th), may be from where its true day would have moved to.
_HALF = {"year": 184, "month": 17}
OVER_89 = 90
# Nobody is documented to have grown older than 122; used only as the open end of "90 or more".
OLDEST = 130
_UNKNOWN = "unknown"


def last_day(day: Column, precision: Column) -> Column:
    """The last day that a partial date may mean; the day itself where its precision is a day or finer."""
    end_of_year = F.make_date(F.year(day), F.lit(12), F.lit(31))
    return F.when(precision == "year", end_of_year).when(precision == "month", F.last_day(day)).otherwise(day)


def age_on(day: Column, birth: Column) -> Column:
    """Completed years. A birthday on 29 February is kept on 1 March in other years."""
    is_before_birthday = F.month(day) * 100 + F.dayofmonth(day) < F.month(birth) * 100 + F.dayofmonth(birth)
    return F.year(day) - F.year(birth) - is_before_birthday.cast("int")


def keeps_years(year_only: Iterable[str]) -> Column:
    """Whether the row's institution is one of those that leave the true year of each date; all others moved theirs."""
    return F.col("institution").isin(*found) if (found := tuple(year_only)) else F.lit(False)


def true_days(day: Column, precision: Column, is_kept: Column) -> tuple[Column, Column]:
    """First and last calendar day on which what a de-identified date tells of may truly have been."""
    is_partial = F.coalesce(precision.isin("year", "month"), F.lit(False))
    is_true = is_kept & F.coalesce(precision == "year", F.lit(False))
    end = last_day(day, precision)
    moved = F.date_add(end, LONGEST_SHIFT_DAYS)
    first = F.when(is_partial, day).otherwise(F.date_add(day, SHORTEST_SHIFT_DAYS))
    return first, F.when(is_true, end).otherwise(last_day(moved, precision))


def own_days(day: Column, precision: Column, is_kept: Column) -> tuple[Column, Column]:
    """First and last day that a date may mean among the other de-identified dates of the same person."""
    half = F.when(is_kept, 0).when(precision == "year", _HALF["year"]).when(precision == "month", _HALF["month"])
    slack = F.coalesce(half, F.lit(0))
    return F.date_sub(day, slack), F.date_add(last_day(day, precision), slack)


def age_interval(as_of: date, is_kept: Column) -> tuple[Column, Column]:
    """Youngest and oldest age (completed years) that a silver/patient row allows on `as_of`; null without a birth date.

    Reads birth_date, birth_precision, is_over_89. "Over 89" is 90 or more, whatever the birth date. `is_kept`: keeps_years.
    """
    first, last = true_days(F.col("birth_date"), F.col("birth_precision"), is_kept)
    youngest, oldest = age_on(F.lit(as_of), last), age_on(F.lit(as_of), first)
    is_over_89 = F.coalesce(F.col("is_over_89"), F.lit(False))
    return (
        F.when(is_over_89, F.greatest(F.lit(OVER_89), youngest)).otherwise(youngest),
        F.when(is_over_89, F.lit(OLDEST)).otherwise(oldest),
    )


def is_dead() -> Column:
    """Whether a silver/patient row says that the person died; one that says nothing of it is of a living person."""
    return F.coalesce(F.col("is_deceased"), F.lit(False)) | F.col("death_date").isNotNull()


def age_band(as_of: date, is_kept: Column) -> Column:
    """0-17, 18-29, 30-39 … 80-89, 90+ or "unknown": the age on `as_of`, of the dead at death.

    Taken from the youngest age that the dates allow, so that no minor is shown as an adult; it may be a year too low, and
    two where a year of birth was moved. `is_kept`: keeps_years.
    "unknown" without a birth date, for the dead without a date of death, and for a birth after `as_of`.
    """
    youngest, _ = age_interval(as_of, is_kept)
    _, born = own_days(F.col("birth_date"), F.col("birth_precision"), is_kept)
    died, _ = own_days(F.col("death_date"), F.col("death_precision"), is_kept)
    at_death = age_on(died, born)
    died_before = is_dead() & F.coalesce(F.col("death_date") <= F.lit(as_of), F.lit(True))
    age = F.when(died_before, at_death).otherwise(youngest)
    is_over_89 = F.coalesce(F.col("is_over_89"), F.lit(False))
    band = F.when(is_over_89 | (age >= OVER_89), "90+").when(age.isNull() | (age < 0), _UNKNOWN)
    band = band.when(age < 18, "0-17").when(age < 30, "18-29")
    for start in range(30, OVER_89, 10):
        band = band.when(age < start + 10, f"{start}-{start + 9}")
    return band


def demographics(patient: DataFrame, as_of: date, year_only: Iterable[str]) -> DataFrame:
    """One row per patient of an institution: institution, subject_key, sex, age_band. No null."""
    sex = F.coalesce(F.col("gender"), F.lit(_UNKNOWN))
    band = age_band(as_of, keeps_years(year_only))
    return patient.select("institution", "subject_key", sex.alias("sex"), band.alias("age_band"))


def with_demographics(frame: DataFrame, patient: DataFrame, as_of: date, year_only: Iterable[str]) -> DataFrame:
    """The frame with sex and age_band; each row meets at most one patient, "unknown" where the patient is missing."""
    joined = frame.join(demographics(patient, as_of, year_only), on=["institution", "subject_key"], how="left")
    return joined.fillna(_UNKNOWN, subset=["sex", "age_band"])
