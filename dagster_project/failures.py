"""Keys of the rows that break rules: `vault/quality_failure` for tables of the identified zone, else
`governance/quality_failure`. Nothing that may not open the identified zone can read the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from core.errors import ConfigError
from dagster_project.resources import Lakehouse
from expectations.compile import compile_rule
from expectations.failing import FAILURE_COLUMNS, failing, key_columns
from expectations.frames import Read
from expectations.sheet import RuleSheet, load_sheets
from transforms.lake import Lake
from transforms.tables import ZONE_OF_LAYER, Zone


@dataclass(frozen=True, slots=True)
class Failures:
    """What the newest judgement of a rule on one table names: `rows` of quality_failure, of `failed` rows in all."""

    table: str
    delta_version: int
    rule_id: str
    status: str
    checked: int
    failed: int
    rows: tuple[Row, ...]

    @property
    def beyond(self) -> int:
        """Rows that break the rule and are not named, because only so many are."""
        return self.failed - len(self.rows)


def lake_of(lakehouse: Lakehouse, layer: str) -> Lake:
    """The lake for code that judges a layer: it opens the identified zone for tables of that zone only."""
    return lakehouse.lake if ZONE_OF_LAYER[layer] is Zone.IDENTIFIED else lakehouse.research_lake


def store_of(layer: str) -> tuple[str, str]:
    """The table that names the failing rows of a layer's tables."""
    return ("vault" if ZONE_OF_LAYER[layer] is Zone.IDENTIFIED else "governance"), "quality_failure"


def failing_keys(
    sheet: RuleSheet, frame: DataFrame, read: Read, rules: Sequence[str], place: Mapping[str, Any], lakehouse: Lakehouse
) -> DataFrame:
    """Rows of quality_failure for those rules of a sheet that some row breaks; `place` has the run and the version."""
    checks = [compile_rule(r, as_of=lakehouse.as_of) for r in sheet.rules if r.id in rules]
    is_identified = ZONE_OF_LAYER[sheet.layer] is Zone.IDENTIFIED
    keys = key_columns(sheet.name, frame.columns, is_identified=is_identified)
    found = failing(frame, checks, read, keys=keys, is_identified=is_identified)
    where = {**place, "layer": sheet.layer, "table": sheet.table}
    return found.select(
        *((F.lit(where[n]).cast(kind) if n in where else F.col(n)).alias(n) for n, kind in FAILURE_COLUMNS)
    )


def failures(lakehouse: Lakehouse, rule_id: str, *, most: int | None = None) -> list[Failures]:
    """The rows that break a rule now, table by table (a rule of that id is usually in one sheet).

    ConfigError for a rule that is in no sheet. Reads the identified zone for a rule about one of its tables.
    """
    sheets = [s for s in load_sheets().values() if rule_id in {r.id for r in s.rules}]
    if not sheets:
        raise ConfigError(
            f"{rule_id}: no rule sheet has such a rule. expectations/rules holds the sheets, one a table."
        )
    return [found for sheet in sheets if (found := _of_table(lakehouse, sheet, rule_id, most))]


def _of_table(lakehouse: Lakehouse, sheet: RuleSheet, rule_id: str, most: int | None) -> Failures | None:
    lake = lake_of(lakehouse, sheet.layer)
    if not lake.exists("governance", "quality_result"):
        return None
    is_it = (F.col("layer") == sheet.layer) & (F.col("table") == sheet.table) & (F.col("rule_id") == rule_id)
    newest = (
        lake.read("governance", "quality_result").where(is_it).orderBy(F.desc("delta_version"), F.desc("evaluated_at"))
    )
    result = newest.first()
    if result is None:
        return None
    rows: list[Row] = []
    if lake.exists(*store_of(sheet.layer)):
        same = (F.col("run_id") == result.run_id) & (F.col("delta_version") == result.delta_version)
        named = lake.read(*store_of(sheet.layer)).where(is_it & same).orderBy("row_key", "institution")
        rows = (named if most is None else named.limit(most)).collect()
    counts = (result.status, result.checked, result.failed)
    return Failures(sheet.name, result.delta_version, rule_id, *counts, tuple(rows))
