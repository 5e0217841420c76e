"""Units of measure: which UCUM code a quantity has, and its value in the canonical unit of its dimension.

`ucum.csv` holds the codes, one row a unit: canonical value = (value - offset) x numerator / denominator (generate.py says
where it is from). `spellings.csv` is kept by hand: what people write instead of UCUM, only where it can mean one thing.
A unit that is in neither has no canonical form; nothing is guessed. docs/silver.md is for those who use the columns.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from transforms.silver.shape import text

UCUM = "http://unitsofmeasure.org"
_HERE = Path(__file__).parent

# An annotation at the beginning or in a product names what is counted ({beats}/min); one that is attached to a unit says of
# what ({FEU}, {creat}) and stays, as two such must not be pooled. One below a fraction line makes it another unit
# (mL/{breath}), which only ucum.csv may know.
# The codes are an ENUM, which finds one by its hash and costs a plan nothing; what they mean is one list, in the same order.
_MACROS = r"""
ucum_bare(c) AS coalesce(nullif(regexp_replace(regexp_replace(c, '^\{{[^{{}}]*\}}\.?', ''), '([^/.{{}}])\.?\{{[^{{}}]*\}}', '\1', 'g'), ''), '1')
ucum_attached(c) AS CASE WHEN contains(c, '{{') THEN array_to_string(regexp_extract_all(c, '[^/.{{}}](\{{[^{{}}]*\}})', 1), '') ELSE '' END
ucum_key(c, u, s) AS CASE WHEN s = '{ucum}' AND c IS NOT NULL THEN CASE WHEN contains(c, '{{') THEN ucum_bare(c) ELSE c END ELSE '~' || coalesce(u, c) END
ucum_found(key) AS list_extract({sizes}, enum_code(TRY_CAST(key AS ucum_known)) + 1)
ucum_scaled(v, f, n, d) AS CASE WHEN f = 0 AND n = d THEN v ELSE CAST(format('{{:.14e}}', (v - f) * n / d) AS DOUBLE) END
ucum_sized(v, size) AS ucum_scaled(v, CAST(split_part(size, ' ', 2) AS DOUBLE), CAST(split_part(size, ' ', 3) AS DOUBLE), CAST(split_part(size, ' ', 4) AS DOUBLE))
ucum_canonical_value(v, c, u, s) AS CASE WHEN v IS NOT NULL THEN list_extract(list_transform([ucum_found(ucum_key(c, u, s))], lambda size: ucum_sized(TRY_CAST(v AS DOUBLE), size)), 1) END
ucum_canonical_unit(c, u, s) AS split_part(ucum_found(ucum_key(c, u, s)), ' ', 1) || CASE WHEN s = '{ucum}' THEN ucum_attached(coalesce(c, '')) ELSE '' END
"""  # noqa: E501


def definitions() -> list[str]:
    """SQL that makes `ucum_canonical_value` and `ucum_canonical_unit` of (value,) code, written unit and system.

    The value is a DOUBLE: as it was where the unit is canonical already, else rounded to 15 significant digits, so that
    the doubles' last bits are not mistaken for digits (7.1 mg is 0.0071 g and not 0.0070999999999999995).
    """
    units = {
        u["code"]: f"{u['canonical']} {u['offset']} {u['numerator']} {u['denominator']}" for u in rows_of("ucum.csv")
    }
    spellings = {s["written"]: units[s["code"]] for s in rows_of("spellings.csv")}
    known = spellings | units | {f"~{written}": size for written, size in spellings.items()}
    macros = _MACROS.format(ucum=UCUM, sizes=_list(known.values()))
    return [
        f"CREATE TYPE IF NOT EXISTS ucum_known AS ENUM ({', '.join(map(text, known))})",
        *(f"CREATE OR REPLACE MACRO {m}" for m in macros.splitlines() if m),
    ]


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a list of this folder: ucum.csv, spellings.csv."""
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _list(items: Iterable[str]) -> str:
    """A constant list, written as one string: a statement with thousands of literals takes seconds to plan."""
    return f"string_split({text('|'.join(items))}, '|')"
