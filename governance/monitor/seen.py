"""What is looked at: lines of the access log, and uses as the ledger has them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import msgspec


class Request(msgspec.Struct, frozen=True):
    """One line of `governance/access/<day>.jsonl`. Unknown names in a line are passed over."""

    at: datetime
    action: str
    status: int
    grant: str = ""
    recipient: str = ""
    view: str = ""
    reason: str = ""
    rows: int = 0
    family: str = ""
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """Rows that left under a grant, by the ledger."""

    at: datetime
    grant: str
    view: str
    rows: int


@dataclass(frozen=True, slots=True)
class Log:
    """The requests since a day, the oldest first, and how many lines of those days could not be read."""

    requests: tuple[Request, ...]
    unreadable: int


def read_log(folder: Path, since: date) -> Log:
    requests: list[Request] = []
    unreadable = 0
    for line in _lines(folder, since):
        try:
            requests.append(msgspec.json.decode(line, type=Request))
        except msgspec.MsgspecError:
            unreadable += 1
    return Log(tuple(sorted(requests, key=lambda r: r.at)), unreadable)


def _lines(folder: Path, since: date) -> Iterator[bytes]:
    for file in sorted(folder.glob("????-??-??.jsonl")):
        if file.stem >= since.isoformat():
            with file.open("rb") as lines:
                yield from (line for line in lines if line.strip())


def days_of(uses: Iterator[Use] | tuple[Use, ...]) -> dict[str, dict[date, int]]:
    """Grant -> day (UTC) -> rows that left."""
    days: dict[str, dict[date, int]] = {}
    for use in uses:
        of = days.setdefault(use.grant, {})
        of[use.at.date()] = of.get(use.at.date(), 0) + use.rows
    return days


def key(*parts: object) -> str:
    """A finding's own name: the same for the same thing at the next look."""
    return json.dumps([str(p) for p in parts])
