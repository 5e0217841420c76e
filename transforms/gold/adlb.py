"""ADaM ADLB: laboratory results by parameter, with baseline and change from it."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import DataFrame

from transforms.gold._findings import analysis

READS = ()
READS_GOLD = ("adsl", "lb")


def adlb(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per subject, parameter and result; `_findings.analysis` says what baseline and change are."""
    return analysis(silver, "LB")
