"""What is kept of releases for the comparison of the next one: a small table, which outlives the older versions' files.

It holds true counts and pseudonyms, so it lies in governance/ and is nobody's to read but the pipeline's.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from governance.releases import Earlier, Seen, Told

# One row per release and cell of a count (`part`: its column) or person (`part`: ""); the newest release and the one before.
REMEMBERED = "release int, part string, key string, told string"


def to_rows(told: Earlier) -> list[tuple[int, str, str, str]]:
    """As it is kept."""
    cells = [
        (part, cell, {"shown": t.shown, "hidden": t.hidden, "is_hidden": t.is_hidden})
        for part, of in told.cells.items()
        for cell, t in of.items()
    ]
    people = [("", u, {"history": s.history, "state": sorted(s.state, key=repr)}) for u, s in told.people.items()]
    return [(told.release, part, _json(key), _json(said)) for part, key, said in [*cells, *people]]


def of_rows(rows: Iterable[Mapping[str, Any]], release: int) -> Earlier | None:
    """What was kept of a release; None where nothing was."""
    people, cells = {}, dict[str, dict[tuple[str | None, ...], Told]]()
    for row in rows:
        if row["release"] != release:
            continue
        key, said = tuple(json.loads(row["key"])), json.loads(row["told"])
        if row["part"]:
            told = Told(tuple(said["shown"]), tuple(said["hidden"]), said["is_hidden"])
            cells.setdefault(row["part"], {})[key] = told
        else:
            people[key] = Seen(said["history"], frozenset(map(tuple, said["state"])))
    return Earlier(release, people, cells) if people or cells else None


def only(told: Earlier, people: Collection[Any]) -> Earlier:
    """Without those who left the data: nothing is kept of them."""
    return Earlier(told.release, {u: s for u, s in told.people.items() if u in people}, told.cells)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
