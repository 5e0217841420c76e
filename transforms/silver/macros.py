"""SQL macros of the compiled views. A value that is not what its type says becomes NULL, never an error.

An element of a primitive type is read as JSON text, so that `5` where FHIR has a string is not mistaken for one. DuckDB's
JSON reader holds numbers as IEEE doubles. So `fhir_exact` first makes `[["=1.50"]]` of every fraction and power in a record
that has one whose digits a double would not give back; no decoder but that of decimals reads such a list.

An instant is read only with its offset, so that the time zone of the session never counts.
"""

from functools import cache

import duckdb

from transforms.silver import units

_DAY = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?"
_ZONE = r"(Z|[+-](0\d|1[0-4]):[0-5]\d)"
_FULL_DAY = r"\d{4}-\d\d-\d\d"

# In JSON a quote with a colon behind it ends a name; within a string it would follow a backslash, which no name of FHIR ends in.
_MEMBER = r'"\s*:\s*'
# More than 15 digits, zeros at the end, zeros that would become a power, or a power. Begins with a plain quote: RE2 skips to it.
_UNSAFE = _MEMBER + r"-?([0-9.]{17}|[0-9]+\.[0-9]*[0-9]0[,}\s]|0\.0000|[0-9.]+[eE])"
_FRACTION = rf"([^\\]{_MEMBER})(-?[0-9]+(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+))"

MACROS = rf"""
fhir_string(j) AS CASE WHEN starts_with(CAST(j AS VARCHAR), '"') THEN json_extract_string(j, '$') END
fhir_boolean(j) AS CASE CAST(j AS VARCHAR) WHEN 'true' THEN true WHEN 'false' THEN false END
fhir_exact(raw) AS CASE WHEN regexp_matches(raw, '{_UNSAFE}') THEN regexp_replace(raw, '{_FRACTION}', '\1[["=\2"]]', 'g') ELSE raw END
fhir_finite(t) AS CASE WHEN isfinite(TRY_CAST(t AS DOUBLE)) THEN t END
fhir_kept(t) AS CASE WHEN starts_with(t, '[["=') THEN fhir_finite(substr(t, 5, length(t) - 7)) END
fhir_decimal(j) AS CASE WHEN isfinite(TRY_CAST(CAST(j AS VARCHAR) AS DOUBLE)) THEN CAST(j AS VARCHAR) ELSE fhir_kept(CAST(j AS VARCHAR)) END
fhir_whole(j) AS CASE WHEN regexp_full_match(CAST(j AS VARCHAR), '-?\d+') THEN CAST(j AS VARCHAR) END
fhir_integer(j) AS TRY_CAST(fhir_whole(j) AS INTEGER)
fhir_integer64(j) AS TRY_CAST(coalesce(fhir_whole(j), fhir_whole(fhir_string(j))) AS BIGINT)

fhir_present(l) AS list_filter(l, lambda e: e IS NOT NULL)
fhir_strings(l) AS fhir_present(list_transform(l, lambda e: fhir_string(e)))
fhir_booleans(l) AS fhir_present(list_transform(l, lambda e: fhir_boolean(e)))
fhir_decimals(l) AS fhir_present(list_transform(l, lambda e: fhir_decimal(e)))
fhir_integers(l) AS fhir_present(list_transform(l, lambda e: fhir_integer(e)))
fhir_integer64s(l) AS fhir_present(list_transform(l, lambda e: fhir_integer64(e)))
fhir_distinct_numbers(l) AS list_filter(l, lambda e, i: list_position(list_transform(l, lambda o: CAST(o AS DOUBLE)), CAST(e AS DOUBLE)) = i)
fhir_at(l, i) AS CASE WHEN i >= 0 THEN list_extract(l, i + 1) END

fhir_reference_type(s) AS nullif(regexp_extract(s, '{r"^(?:[A-Za-z][A-Za-z0-9+.-]*://.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$"}', 1), '')
fhir_reference_key(s) AS nullif(regexp_extract(s, '{r"^(?:[A-Za-z][A-Za-z0-9+.-]*://.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$"}', 2), '')
fhir_reference_to(s, kind) AS CASE WHEN starts_with(s, kind || '/') AND length(s) BETWEEN length(kind) + 2 AND length(kind) + 65 AND NOT regexp_matches(substr(s, length(kind) + 2), '[^A-Za-z0-9.-]') THEN substr(s, length(kind) + 2) WHEN fhir_reference_type(s) = kind THEN fhir_reference_key(s) END

fhir_date(s) AS CASE WHEN s >= '0001' AND regexp_full_match(s, '{_DAY}|{_FULL_DAY}T.*') THEN TRY_CAST(CASE length(s) WHEN 4 THEN s || '-01-01' WHEN 7 THEN s || '-01' ELSE left(s, 10) END AS DATE) END
fhir_within(t) AS CASE WHEN t BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999' THEN t END
fhir_utc(s) AS make_timestamp(epoch_us(TRY_CAST(s AS TIMESTAMPTZ)))
fhir_ts(s) AS CASE WHEN s < '0001' OR NOT regexp_full_match(s, '{_FULL_DAY}T{_CLOCK}{_ZONE}') THEN NULL WHEN s BETWEEN '0001-01-02' AND '9999-12-31' THEN fhir_utc(s) ELSE fhir_within(fhir_utc(s)) END
fhir_precision(s) AS CASE WHEN fhir_date(s) IS NULL THEN NULL ELSE CASE length(s) WHEN 4 THEN 'year' WHEN 7 THEN 'month' WHEN 10 THEN 'day' ELSE CASE WHEN fhir_ts(s) IS NULL THEN 'day' ELSE 'time' END END END

fhir_last_day(s) AS CASE length(s) WHEN 4 THEN CAST(s || '-12-31' AS VARCHAR) WHEN 7 THEN CAST(last_day(fhir_date(s)) AS VARCHAR) ELSE left(s, 10) END
fhir_fraction(s, fill) AS CASE WHEN contains(s, '.') THEN left(s || repeat(fill, 3), strpos(s, '.') + 3) WHEN length(s) = 5 THEN s || CASE fill WHEN '0' THEN ':00.000' ELSE ':59.999' END ELSE s || '.' || repeat(fill, 3) END
fhir_clock(s) AS regexp_extract(s, '^[^T]*T([0-9:.]+)', 1)
fhir_zone_or(s, zone) AS coalesce(nullif(regexp_extract(s, '{_ZONE}$'), ''), zone)
fhir_low_time(s) AS fhir_fraction(s, '0')
fhir_high_time(s) AS fhir_fraction(s, '9')
fhir_low_date(s) AS CASE WHEN fhir_date(s) IS NOT NULL THEN CAST(fhir_date(s) AS VARCHAR) END
fhir_high_date(s) AS CASE WHEN fhir_date(s) IS NOT NULL THEN fhir_last_day(s) END
fhir_low_datetime(s) AS CASE WHEN fhir_date(s) IS NULL THEN NULL WHEN contains(s, 'T') THEN left(s, 10) || 'T' || fhir_low_time(fhir_clock(s)) || fhir_zone_or(s, '+14:00') ELSE fhir_low_date(s) || 'T00:00:00.000+14:00' END
fhir_high_datetime(s) AS CASE WHEN fhir_date(s) IS NULL THEN NULL WHEN contains(s, 'T') THEN left(s, 10) || 'T' || fhir_high_time(fhir_clock(s)) || fhir_zone_or(s, '-12:00') ELSE fhir_high_date(s) || 'T23:59:59.999-12:00' END
fhir_places(t) AS length(regexp_extract(t, '\.([0-9]*)', 1)) - coalesce(TRY_CAST(regexp_extract(t, '[eE]\+?(.*)', 1) AS INTEGER), 0)
fhir_half_step(t) AS CAST(0.5 AS DECIMAL(28, 10)) / power(10, fhir_places(t))
fhir_low_decimal(t) AS CAST(round(TRY_CAST(t AS DOUBLE) - fhir_half_step(t), 10) AS VARCHAR)
fhir_high_decimal(t) AS CAST(round(TRY_CAST(t AS DOUBLE) + fhir_half_step(t), 10) AS VARCHAR)

fhir_instant(s) AS coalesce(fhir_ts(s), fhir_ts(s || 'Z'), CAST(fhir_date(s) AS TIMESTAMP))
fhir_end(s) AS coalesce(fhir_ts(s), fhir_ts(s || 'Z'), CAST(TRY_CAST(fhir_last_day(s) AS DATE) AS TIMESTAMP) + INTERVAL 86399999999 MICROSECONDS)
fhir_grain(s) AS CASE WHEN contains(s, 'T') THEN 10 ELSE length(s) END
fhir_date_equal(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN fhir_grain(a) = fhir_grain(b) THEN fhir_instant(a) = fhir_instant(b) WHEN fhir_end(a) < fhir_instant(b) OR fhir_end(b) < fhir_instant(a) THEN false END
fhir_date_less(a, b) AS CASE WHEN fhir_grain(a) = fhir_grain(b) THEN fhir_instant(a) < fhir_instant(b) WHEN fhir_end(a) < fhir_instant(b) THEN true WHEN fhir_end(b) < fhir_instant(a) THEN false END
"""  # noqa: E501


@cache
def definitions() -> tuple[str, ...]:
    """The statements that make the macros, and those of transforms/silver/units."""
    return (*(f"CREATE OR REPLACE MACRO {line}" for line in MACROS.splitlines() if line), *units.definitions())


def define(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the macros known to a connection."""
    for statement in definitions():
        connection.execute(statement)
