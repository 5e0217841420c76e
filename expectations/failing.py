"""Rows that break rules: their keys for the data engineer, and the rows themselves kept out of what is built on them.

Privacy boundary: what leaves is keys. Right of the first border a key is a pseudonym or a number; anything else that stands in
a column of keys is not written down, because a raw identifier there may be just what the rule has found.
"""

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from expectations.compile import Check
from expectations.frames import Read, breaks, broken

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# Rows of vault/quality_failure and governance/quality_failure a rule and version of a table; the result counts all of them.
MOST_KEYS = 1_000
# One row of quality_failure: a row of a table that breaks a rule, in one version of the table.
FAILURE_COLUMNS: tuple[tuple[str, str], ...] = (
    ("run_id", "string"),
    ("layer", "string"),
    ("table", "string"),
    ("delta_version", "bigint"),
    ("rule_id", "string"),
    ("institution", "string"),
    ("row_key", "string"),
)
# Where a record of the identified zone was delivered; its other columns hold what the record says.
_PLACE = ("batch_id", "resource_type", "resource_id", "source_file", "source_line")
_PSEUDONYM = "^[0-9a-f]{32,64}$"
_WITHHELD = "(no pseudonym)"


def key_columns(table: str, columns: Sequence[str], *, is_identified: bool) -> list[str]:
    """The columns that tell a row of a table ("silver/observation") from its others.

    In the identified zone the place of the record in the delivery. Elsewhere the table's own key (`observation_key`) with
    numbers that count within it, or where it has none all keys that it has.
    """
    if is_identified:
        return [c for c in _PLACE if c in columns]
    own = f"{table.rsplit('/', 1)[-1]}_key"
    keys = [c for c in columns if c == own or (own not in columns and c.endswith("_key") and "__" not in c)]
    return keys + [c for c in columns if c.endswith("_index") and "__" not in c]


def failing(
    frame: "DataFrame",
    checks: Sequence[Check],
    read: Read,
    *,
    keys: Sequence[str],
    is_identified: bool,
    most: int = MOST_KEYS,
) -> "DataFrame":
    """One row a row of `frame` and rule that it breaks: rule_id, institution, row_key (JSON of the columns `keys`).

    At most `most` rows a rule, the least by their keys, so that a second look at the same version gives the same ones.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    kinds = dict(frame.dtypes)
    place = [c for c in ("institution",) if c in kinds]
    marked = breaks(frame, checks, read, list(dict.fromkeys([*place, *keys])))
    rules = F.array_compact(F.array(*(F.when(F.col(broken(c)), F.lit(c.rule.id)) for c in checks)))
    row_key = F.to_json(F.struct(*(_told(c, kinds[c], is_identified).alias(c) for c in keys))) if keys else F.lit("{}")
    institution = F.col("institution") if place else F.lit(None).cast("string")
    each = marked.select(F.explode(rules).alias("rule_id"), institution.alias("institution"), row_key.alias("row_key"))
    least = Window.partitionBy("rule_id").orderBy("row_key", "institution")
    return each.withColumn("n", F.row_number().over(least)).where(F.col("n") <= most).drop("n")


def split(frame: "DataFrame", checks: Sequence[Check], read: Read) -> "tuple[DataFrame, DataFrame]":
    """The rows that break none of the rules, and those that break some: together all rows, each once, same columns."""
    from pyspark.sql import functions as F

    marked = breaks(frame, checks, read, frame.columns)
    is_bad = reduce(lambda a, b: a | b, (F.col(broken(c)) for c in checks))
    return marked.where(~is_bad).select(*frame.columns), marked.where(is_bad).select(*frame.columns)


def _told(column: str, kind: str, is_identified: bool) -> "Column":
    from pyspark.sql import functions as F

    if is_identified or kind in ("int", "bigint"):
        return F.col(column)
    return F.when(F.col(column).cast("string").rlike(_PSEUDONYM), F.col(column)).otherwise(
        F.when(F.col(column).isNotNull(), F.lit(_WITHHELD))
    )
