"""A value of a criterion in the canonical unit of its dimension, as silver/observation has its values."""

from fractions import Fraction
from functools import cache

from transforms.silver.units import rows_of


def canonical(value: float, unit: str) -> tuple[float, str] | None:
    """The value and the canonical unit; None for a unit that has none, which is then compared only with itself."""
    found = _table().get(unit)
    if found is None:
        return None
    name, factor, offset = found
    return float((Fraction(str(value)) - offset) * factor), name


@cache
def _table() -> dict[str, tuple[str, Fraction, Fraction]]:
    return {
        row["code"]: (
            row["canonical"],
            Fraction(row["numerator"]) / Fraction(row["denominator"]),
            Fraction(row["offset"]),
        )
        for row in rows_of("ucum.csv")
    }
