"""SDTM VS: vital signs of the subjects of each study."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import DataFrame

from transforms.gold._findings import READS, READS_GOLD, findings

__all__ = ["READS", "READS_GOLD", "vs"]


def vs(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per result; `_findings.findings` says which Observation is one and what each variable is."""
    return findings(silver, "VS")
