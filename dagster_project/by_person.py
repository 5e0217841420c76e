"""A curated view brought up to date by the persons whose records changed, where that gives the rows of making it anew."""

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame

from dagster_project.resources import Lakehouse
from governance.contract import Contract
from governance.promise import held, promised
from transforms.changes import changed_persons, is_kept, person
from transforms.gold import GoldView
from transforms.tables import Commit

# A view of fewer rows is made anew as fast as the persons are found.
IN_PLACE_FROM = 50_000
_PART = 5  # of which at least one part of the persons has to be as they were
_LAYERS = ("silver", "governance", "gold")
_SUBJECT = ("institution", "subject_key")


def made_again(
    lakehouse: Lakehouse, view: GoldView, contract: Contract, tables: Mapping[str, DataFrame], had: Commit,
    made_from: Mapping[str, Any], said: Mapping[str, Any],
) -> bool:  # fmt: skip
    """Exchange the rows of those persons, in one commit; False, and nothing is written, where the view has to be made anew.

    `said`: what the commit says it was made from. Anew: the code, the lists, the criteria or the day of evaluation are others
    (the day moves the ages and windows of everybody), rows were or are kept out of a table, or an older version cannot be read.
    """
    lake = lakehouse.research_lake
    if view.again is None or (had.rows is not None and had.rows < IN_PLACE_FROM):
        return False
    beside = {k: v for k, v in made_from.items() if k not in (*_LAYERS, "quarantine")}
    if any(had.made_from.get(k) != v for k, v in beside.items()) or _kept_out(had.made_from) or _kept_out(said):
        return False
    found = _changes(lakehouse, had.made_from, made_from)
    if found is None:
        return False
    changed, before = found
    uses = {name: getattr(lakehouse, name) for name in view.uses}
    persons = view.again({**tables, **before}, tables, changed, **uses)
    if persons is None:
        return False
    persons = persons.where("person IS NOT NULL").localCheckpoint()
    rows = lake.read("gold", view.name)
    everybody = rows.select(person()).distinct().count()
    if persons.count() * _PART > everybody:
        return False
    gone = rows.join(persons, person() == persons["person"], "leftsemi").select(*_SUBJECT).distinct()
    new = view.build(tables, as_of=lakehouse.as_of, only=persons, **uses)
    with promised(contract):
        new = held(new, contract, lakehouse.institutions)
        lake.exchange("gold", view.name, new, gone=gone, on=_SUBJECT, made_from=said)
    return True


def _kept_out(made_from: Mapping[str, Any]) -> bool:
    return any(counts["quarantined"] for counts in made_from.get("quarantined", {}).values())


def _changes(
    lakehouse: Lakehouse, had: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[dict[str, DataFrame | None], dict[str, DataFrame]] | None:
    """The tables that are other versions than they were, each with its changed persons and as it was; None: it cannot be told."""
    lake = lakehouse.research_lake
    changed: dict[str, DataFrame | None] = {}
    before: dict[str, DataFrame] = {}
    for layer in _LAYERS:
        for name, version in now.get(layer, {}).items():
            was = had.get(layer, {}).get(name)
            if was == version:
                continue
            if was is None or min(was, version) < 0 or not is_kept(lake, layer, name, was):
                return None
            before[name] = lake.read_version(layer, name, was)
            is_of_persons = "person_key" in before[name].columns
            changed[name] = changed_persons(lake, layer, name, was) if is_of_persons else None
            if is_of_persons and changed[name] is None:
                return None
    return changed, before
