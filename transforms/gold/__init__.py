"""Curated views: what people outside the data team use. One view = a module and a contract of the same name.

Here may live: modules with `READS` (the silver tables a view reads), where needed `READS_GOVERNANCE` and `READS_GOLD`
(tables of those layers) and `USES` (what it is given beside tables), and one function of the module's name,
`f(silver, *, as_of) -> DataFrame`, pure functions of frames and a date; their contracts `<view>.yaml`; helpers and lists
whose name starts with an underscore. Here must not live: reading or writing of tables, anything identified, clocks, and the
masking that a grade asks for (that is the contract's, done when the view is published).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from pyspark.sql import DataFrame

from core.errors import ConfigError


class Build(Protocol):
    """Makes a view out of the tables that it reads, as known on `as_of`.

    `silver` holds them by name; those of governance and gold too, the former as far as the lake has them. `known` are what
    the view `uses` beside tables.
    """

    def __call__(self, silver: Mapping[str, DataFrame], *, as_of: date, **known: Any) -> DataFrame: ...


@dataclass(frozen=True, slots=True)
class GoldView:
    """One curated view: the silver, governance and gold tables it reads, what builds it, its contract file, and what it
    uses beside tables: terminology, criteria_sets, year_only. `again`: of a view in which each row is of one person and made
    from that person's records, whose rows have to be made again (see `trial_candidates.again`)."""

    name: str
    reads: tuple[str, ...]
    build: Build
    contract_file: Path
    reads_governance: tuple[str, ...] = ()
    reads_gold: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    again: Callable[..., DataFrame | None] | None = None


def views(folder: Path = Path(__file__).parent, package: str = __name__) -> dict[str, GoldView]:
    """Every view of the folder by name. ConfigError lists all that lack their module, contract, READS or function."""
    modules = {f.stem for f in folder.glob("*.py") if not f.stem.startswith("_")}
    contracts = {f.stem: f for f in folder.glob("*.yaml") if not f.stem.startswith("_")}
    wrong = [f"{name}.py has no {name}.yaml" for name in sorted(modules - set(contracts))]
    wrong += [f"{name}.yaml has no {name}.py" for name in sorted(set(contracts) - modules)]
    found = {}
    for name in sorted(modules & set(contracts)):
        module = import_module(f"{package}.{name}")
        reads, build = getattr(module, "READS", None), getattr(module, name, None)
        others: tuple[str, ...] = getattr(module, "READS_GOLD", ())
        if not isinstance(reads, tuple) or not (reads or others) or not callable(build):
            wrong.append(f"{name}.py needs READS, a tuple of silver tables, and a function {name}(silver, *, as_of)")
            continue
        wrong += [f"{name}.py reads gold/{other}, which is no view" for other in others if other not in modules]
        governance, gold, uses = (getattr(module, n, ()) for n in ("READS_GOVERNANCE", "READS_GOLD", "USES"))
        again: Callable[..., DataFrame | None] | None = getattr(module, "again", None)
        found[name] = GoldView(name, reads, build, contracts[name], governance, gold, uses, again)
    if wrong:
        raise ConfigError(f"{folder}: {'; '.join(wrong)}. A curated view is a module and a contract of the same name.")
    return found
