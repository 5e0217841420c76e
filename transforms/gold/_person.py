"""What the curated views say of a person: sex, and age as far as de-identified dates allow it.

No date here is the true one. A year-only institution leaves the year. Elsewhere every date of a person was moved back
by the same 1 to 365 days: an age between two of their dates is exact, an age on a calendar day lies in an interval.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

LONGEST_SHIFT_DAYS = 365
SHORTEST_SHIFT_DAYS = 1
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


def age_interval(as_of: date) -> tuple[Column, Column]:
    """Youngest and oldest age (completed years) that a silver/patient row allows on `as_of`; null without a birth date.

    Reads birth_date, birth_precision, is_over_89. "Over 89" is 90 or more, whatever the birth date.
    """
    birth, precision, on = F.col("birth_date"), F.col("birth_precision"), F.lit(as_of)
    is_year = F.coalesce(precision == "year", F.lit(False))
    latest = last_day(birth, precision)
    youngest = age_on(on, F.when(is_year, latest).otherwise(F.date_add(latest, LONGEST_SHIFT_DAYS)))
    oldest = age_on(on, F.when(is_year, birth).otherwise(F.date_add(birth, SHORTEST_SHIFT_DAYS)))
    is_over_89 = F.coalesce(F.col("is_over_89"), F.lit(False))
    return (
        F.when(is_over_89, F.greatest(F.lit(OVER_89), youngest)).otherwise(youngest),
        F.when(is_over_89, F.lit(OLDEST)).otherwise(oldest),
    )


def is_dead() -> Column:
    """Whether a silver/patient row says that the person died; one that says nothing of it is of a living person."""
    return F.coalesce(F.col("is_deceased"), F.lit(False)) | F.col("death_date").isNotNull()


def age_band(as_of: date) -> Column:
    """0-17, 18-29, 30-39 … 80-89, 90+ or "unknown": the age on `as_of`, of the dead at death.

    Taken from the youngest age that the dates allow, so that no minor is shown as an adult; it may be a year too low.
    "unknown" without a birth date, for the dead without a date of death, and for a birth after `as_of`.
    """
    youngest, _ = age_interval(as_of)
    at_death = age_on(F.col("death_date"), last_day(F.col("birth_date"), F.col("birth_precision")))
    died_before = is_dead() & F.coalesce(F.col("death_date") <= F.lit(as_of), F.lit(True))
    age = F.when(died_before, at_death).otherwise(youngest)
    is_over_89 = F.coalesce(F.col("is_over_89"), F.lit(False))
    band = F.when(is_over_89 | (age >= OVER_89), "90+").when(age.isNull() | (age < 0), _UNKNOWN)
    band = band.when(age < 18, "0-17").when(age < 30, "18-29")
    for start in range(30, OVER_89, 10):
        band = band.when(age < start + 10, f"{start}-{start + 9}")
    return band


def demographics(patient: DataFrame, as_of: date) -> DataFrame:
    """One row per patient of an institution: institution, subject_key, sex, age_band. No null."""
    sex = F.coalesce(F.col("gender"), F.lit(_UNKNOWN))
    return patient.select("institution", "subject_key", sex.alias("sex"), age_band(as_of).alias("age_band"))


def with_demographics(frame: DataFrame, patient: DataFrame, as_of: date) -> DataFrame:
    """The frame with sex and age_band; each row meets at most one patient, "unknown" where the patient is missing."""
    joined = frame.join(demographics(patient, as_of), on=["institution", "subject_key"], how="left")
    return joined.fillna(_UNKNOWN, subset=["sex", "age_band"])
