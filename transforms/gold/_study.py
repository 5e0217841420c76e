"""What the tables of trials share: dates as SDTM writes them, study days, imputation, and which record is of which study.

A `dtc` is the date as far as it is known (ISO 8601: "2014", "2014-01" or "2014-01-02"); a time of day is not carried, as
it was moved by up to an hour. Definitions and their sources stand in docs/trials.md.
"""

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from transforms.gold._person import last_day

SUBJECT = ("institution", "study_key", "subject_key")
WHO = ("institution", "study_key", "subject_key", "person_key")
# How long before a participation begins, and after it ended, a record that names no study may still be of it.
DAYS_BEFORE, DAYS_AFTER = 365, 90


def dtc(prefix: str) -> Column:
    """The silver columns <prefix>_date and <prefix>_precision as one text."""
    day, precision = F.col(f"{prefix}_date"), F.col(f"{prefix}_precision")
    text = F.date_format(day, "yyyy-MM-dd")
    return (
        F.when(precision == "year", F.substring(text, 1, 4))
        .when(precision == "month", F.substring(text, 1, 7))
        .otherwise(text)
    )


def exact(text: Column) -> Column:
    """The day of a dtc that has one; null for a partial date."""
    return F.when(F.length(text) == 10, F.to_date(text))


def first_day(text: Column) -> Column:
    """The first day that a dtc may mean."""
    return F.to_date(
        F.concat(text, F.when(F.length(text) == 4, "-01-01").when(F.length(text) == 7, "-01").otherwise(""))
    )


def last_possible(text: Column) -> Column:
    """The last day that a dtc may mean."""
    return last_day(first_day(text), F.when(F.length(text) == 4, "year").when(F.length(text) == 7, "month"))


def study_day(day: Column, reference: Column) -> Column:
    """Days from the reference, which is day 1; the day before it is -1, there is no day 0. Source: SDTMIG 3.4, 4.4.4."""
    days = F.datediff(day, reference)
    return F.when(days >= 0, days + 1).otherwise(days)


def imputed_start(text: Column, reference: Column, end: Column | None = None) -> tuple[Column, Column]:
    """(day, flag) of a start: of a partial date the reference day where it may be that, else the first day.

    Not the reference where the event had ended before it. A year alone is taken only beside a reference that is known to
    the day: in a lake that keeps years only, no day is invented. Flag: D, M (month and day) as ADaM's --DTF.
    """
    first, last = first_day(text), last_possible(text)
    may_be = reference.between(first, last)
    if end is not None:
        may_be &= F.coalesce(last_possible(end) >= reference, F.lit(True))
    day = F.when(may_be, reference).otherwise(first)
    return _imputed(text, day, reference)


def imputed_end(text: Column, reference: Column, latest: Column | None = None) -> tuple[Column, Column]:
    """(day, flag) of an end: of a partial date its last day, or `latest` (end of participation, death) where that is in it."""
    first, last = first_day(text), last_possible(text)
    day = last if latest is None else F.when(latest.between(first, last), latest).otherwise(last)
    return _imputed(text, day, reference)


def _imputed(text: Column, day: Column, reference: Column) -> tuple[Column, Column]:
    size = F.length(text)
    is_kept = (size >= 7) | ((size == 4) & reference.isNotNull())
    flag = F.when(~is_kept, F.lit(None)).when(size == 7, "D").when(size == 4, "M")
    return F.when(size == 10, F.to_date(text)).when(is_kept, day), flag


def flag(condition: Column) -> Column:
    """Y or N; a condition that is null is N."""
    return F.when(F.coalesce(condition, F.lit(False)), "Y").otherwise("N")


def of_study(
    records: DataFrame, dm: DataFrame, *, key: str, text: str, named: str | None = None, is_history: bool = False
) -> DataFrame:
    """The records that are of a study, once a subject and study, with the columns of `dm`.

    `named`: an array of the studies that a record says it is of; these alone then count. Any other record is of the
    participation in which it lies, else of the nearest that begins within DAYS_BEFORE or ended within DAYS_AFTER; one
    without a date is of every one. `is_history`: it is of every participation that it began before the end of.
    `text`: the column with its date, a dtc.
    """
    pairs = records.drop("person_key", "study_key").join(dm, on=["institution", "subject_key"], how="inner")
    start, end = first_day(F.col(text)), last_possible(F.col(text))
    before = F.greatest(F.lit(0), F.datediff(F.col("entry_date"), end))
    after = F.greatest(F.lit(0), F.datediff(start, F.col("exit_date")))
    if is_history:
        return pairs.where(F.coalesce(after <= DAYS_AFTER, F.lit(True)))
    gap = F.coalesce(F.greatest(before, after), F.lit(0))
    is_named = F.array_contains(F.col(named), F.col("study_key")) if named else F.lit(False)
    is_free = F.size(F.col(named)) <= 0 if named else F.lit(True)
    near = pairs.withColumn("_named", F.coalesce(is_named, F.lit(False))).withColumn("_gap", gap)
    fits = F.coalesce(before <= DAYS_BEFORE, F.lit(True)) & F.coalesce(after <= DAYS_AFTER, F.lit(True))
    near = near.where(F.col("_named") | (F.coalesce(is_free, F.lit(True)) & fits))
    nearest = F.min("_gap").over(Window.partitionBy("institution", key))
    near = near.withColumn("_nearest", nearest).where(F.col("_named") | (F.col("_gap") == F.col("_nearest")))
    return near.drop("_named", "_gap", "_nearest")


def numbered(frame: DataFrame, name: str, *order: str) -> DataFrame:
    """`name`: 1, 2, … within a subject, by these columns (nulls last); the same order in every run."""
    by = [F.col(c).asc_nulls_last() for c in order]
    return frame.withColumn(name, F.row_number().over(within_subject().orderBy(*by)))


def within_subject(*also: str) -> WindowSpec:
    """All rows of a subject in a study, or of those that share these columns too."""
    return Window.partitionBy(*SUBJECT, *also)
