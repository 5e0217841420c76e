"""`governance/usage`: the ledger's uses as a table, so that they can be added up.

One row per use, that is per entry `query_answered` or `data_downloaded`. Everything in a row is what the ledger said until
then (the grant, what the version consisted of, what the contract of the day said of its columns), so the table made anew
from the same ledger is the same table.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from governance import events as e
from governance.entries import Entry
from governance.grades import Grade
from governance.grants import State

USES = frozenset({e.QueryAnswered.kind, e.DataDownloaded.kind})
_TEXT, _TEXTS, _INT = pa.string(), pa.list_(pa.string()), pa.int64()
# Null where the ledger does not say it: of a grant that it does not know, of a version that was not described.
SCHEMA = pa.schema(
    [
        ("entry", _INT),  # its number in the ledger; unique
        ("at", pa.timestamp("us", tz="UTC")),
        ("action", _TEXT),  # query | download
        ("grant", _TEXT),
        ("request", _TEXT),
        ("recipient", _TEXT),
        ("country", _TEXT),
        ("purpose", _TEXT),
        ("view", _TEXT),
        ("version", _INT),
        ("view_grade", _TEXT),
        ("rows", _INT),  # that left
        ("bytes", _INT),  # of a download
        ("columns", _TEXTS),  # that were read
        ("strictest_grade", _TEXT),  # of these columns
        ("roles", _TEXTS),  # as which they identify: key, quasi, sensitive
        ("categories", _TEXTS),  # GB/T 43697
        ("sensitive_columns", _INT),
        ("quasi_columns", _INT),
        ("price_unit", _TEXT),
        ("price_minor", _INT),  # for a unit, in the smallest unit of the currency
        ("currency", _TEXT),
        # Institution -> its rows in the version that was read, of those that the grant lets through.
        ("contributions", pa.list_(pa.struct([("institution", _TEXT), ("rows", _INT)]))),
    ]
)


def row_of(entry: Entry, state: State) -> dict[str, Any]:
    """The row of an entry of `USES`; `state` is what the entries before it add up to."""
    event = e.parse(entry.kind, entry.body)
    assert isinstance(event, e.QueryAnswered | e.DataDownloaded)
    row: dict[str, Any] = dict.fromkeys(SCHEMA.names)
    is_download = isinstance(event, e.DataDownloaded)
    row |= {
        "entry": entry.seq, "at": datetime.fromisoformat(entry.time), "action": "download" if is_download else "query",
        "grant": event.grant, "view": event.view, "version": event.version, "rows": event.rows,
        "bytes": event.bytes if isinstance(event, e.DataDownloaded) else None, "columns": sorted(event.columns),
    }  # fmt: skip
    grant = state.grants.get(event.grant)
    described = state.crossings.described.get((event.view, event.version))
    if grant:
        said = grant.said
        row |= {
            "request": said.request, "recipient": said.recipient, "country": said.country, "purpose": said.purpose,
            "price_minor": said.price_minor, "currency": said.currency,
        }  # fmt: skip
    if described:
        only = grant.said.row_filter.get("institution") if grant else None
        row |= _described(event.columns, described, only)
    return row


def _described(columns: Sequence[str], version: e.VersionDescribed, only: Sequence[str] | None) -> dict[str, Any]:
    """What was read, as the contract of the day had it. A column that it does not know is L5."""
    read = [version.columns[c] for c in columns if c in version.columns]
    grades = [c.grade for c in read] + [Grade.L5] * (len(columns) - len(read))
    contributed = {i: n for i, n in sorted(version.rows.items()) if only is None or i in only}
    return {
        "view_grade": version.grade.value,
        "strictest_grade": max(grades).value,
        "roles": sorted({c.role for c in read} - {"none"}),
        "categories": sorted({c.category for c in read}),
        "sensitive_columns": sum(c.role == "sensitive" for c in read),
        "quasi_columns": sum(c.role == "quasi" for c in read),
        "price_unit": version.price_unit,
        "contributions": [{"institution": i, "rows": n} for i, n in contributed.items()],
    }


def table_of(rows: Sequence[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)
