"""What a drug is: said in the order, administration or statement itself, or in the Medication record that it refers to."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

_CODES = {
    "medication_code": "code",
    "medication_system": "code_system",
    "medication_code_all": "code_all",
    "medication_system_all": "system_all",
}
_NAMES = {"medication_display": "code_display", "medication_text": "code_text"}


def named(drugs: DataFrame, medication: DataFrame) -> DataFrame:
    """The rows with the codes and names of the Medication record of their institution, where they have no code themselves.

    Reads medication_key (each Medication has one row), and fills those of medication_code, _system, _code_all, _system_all,
    _display and _text that the frame has; a name of the row's own stays. A Medication that is contained in the record is part of
    the row already: silver reads it.
    """
    filled = [name for name in (*_CODES, *_NAMES) if name in drugs.columns]
    source = _CODES | _NAMES
    own = ("institution", "medication_key")
    record = medication.select(*own, *(F.col(source[name]).alias(f"_{name}") for name in filled))
    has_code = F.col("medication_code").isNotNull() | F.coalesce(F.size("medication_code_all") > 0, F.lit(False))
    found = drugs.join(record, on=list(own), how="left").withColumn("_has_code", has_code)
    codes = {n: F.when(F.col("_has_code"), F.col(n)).otherwise(F.coalesce(f"_{n}", n)) for n in filled if n in _CODES}
    names = {n: F.coalesce(n, F.when(~F.col("_has_code"), F.col(f"_{n}"))) for n in filled if n in _NAMES}
    return found.withColumns(codes | names).select(*drugs.columns)
