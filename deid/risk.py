"""How easily a person of a table is recognised: measures over its classes, in pure Python.

A class is the set of rows that agree in every quasi-identifier. Its size is the number of distinct persons in it, because
one person with ten prescriptions is no crowd; null is a value like any other, and a row that names no person counts as
nobody. docs/disclosure-risk.md has the formulas and their sources.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

# The values of the quasi-identifiers, in their order.
Key = tuple[Any, ...]
# A probability above it is called high: 1 in 11. Source: EMA, External guidance on the implementation of Policy 0070.
THRESHOLD = 0.09


@dataclass(frozen=True)
class Classes:
    """A table as its classes; small, however long the table is.

    `rows` per class. `crowds`: how many persons are in exactly these classes (most are in one), so that the persons of
    classes put together can be counted. `values`: of each sensitive column, per class, the rows that hold a value (text;
    null is no value). `ordered`: the sensitive columns whose values have an order, numbers before what is no number.
    """

    quasi: tuple[str, ...]
    rows: Mapping[Key, int]
    crowds: Mapping[frozenset[Key], int]
    values: Mapping[str, Mapping[Key, Mapping[str, int]]]
    ordered: frozenset[str] = frozenset()

    @cached_property
    def persons(self) -> Mapping[Key, int]:
        """Distinct persons per class."""
        count = Counter(dict.fromkeys(self.rows, 0))
        for keys, n in self.crowds.items():
            for key in keys:
                count[key] += n
        return count

    def mapped(self, to: Callable[[Key], Key]) -> "Classes":
        """The classes after every key became another: classes of equal keys are one."""
        rows, crowds = Counter[Key](), Counter[frozenset[Key]]()
        for key, n in self.rows.items():
            rows[to(key)] += n
        for keys, n in self.crowds.items():
            crowds[frozenset(map(to, keys))] += n
        values: dict[str, dict[Key, Counter[str]]] = {}
        for column, by_class in self.values.items():
            merged = values.setdefault(column, {})
            for key, found in by_class.items():
                merged.setdefault(to(key), Counter()).update(found)
        return Classes(self.quasi, rows, crowds, values, self.ordered)

    def only(self, keys: Iterable[Key]) -> "Classes":
        """The table without the rows of all other classes."""
        kept = frozenset(keys)
        crowds = Counter[frozenset[Key]]()
        for at, n in self.crowds.items():
            if at & kept:
                crowds[at & kept] += n
        values = {c: {k: v for k, v in by.items() if k in kept} for c, by in self.values.items()}
        return Classes(self.quasi, {k: n for k, n in self.rows.items() if k in kept}, crowds, values, self.ordered)

    def diversity(self, column: str, key: Key) -> int:
        """How many different values a class has."""
        return len(self.values[column].get(key, ()))

    def is_safe(self, key: Key, k: int, l: int | None) -> bool:
        """Whether k persons share the class, and no column gives away more than one of l values.

        A class without any value gives nothing away.
        """
        diverse = l is None or all(self.diversity(c, key) == 0 or self.diversity(c, key) >= l for c in self.values)
        return diverse and self.persons[key] >= k


@dataclass(frozen=True, slots=True)
class Risk:
    """The measures of one table, all counted in persons. None where the table has no persons.

    `k`: smallest class; `l`: per sensitive column the fewest values of a class that has any; `t`: per sensitive column the
    greatest distance of a class's values from the table's. Probabilities (0 to 1): `prosecutor` looks for somebody known
    to be in the table, `journalist` for somebody of the `population`, `marketer` is the share of all persons that one who
    looks for everybody finds; `high` are the shares of persons whose probability is above `threshold`.
    """

    rows: int
    persons: int
    classes: int
    k: int | None
    l: Mapping[str, int]
    t: Mapping[str, float]
    population: int
    threshold: float
    prosecutor: Mapping[str, float] | None
    journalist: Mapping[str, float] | None
    marketer: float | None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def measure(classes: Classes, population: Mapping[Key, int] | None = None) -> Risk:
    """The measures of a table. `population`: persons per class among whom a journalist looks; without, the table's own.

    Persons in two classes count in both: each is a chance to find them. A class of nobody is left out.
    """
    f = {key: n for key, n in classes.persons.items() if n}
    people = f if population is None else {key: max(n, population.get(key, 0)) for key, n in f.items()}
    n, own, among = sum(f.values()), [1 / f[key] for key in f], [1 / people[key] for key in f]
    sizes = list(f.values())
    return Risk(
        rows=sum(classes.rows.values()),
        persons=sum(classes.crowds.values()),
        classes=len(f),
        k=min(f.values(), default=None),
        l={c: min((len(v) for v in by.values() if v), default=0) for c, by in classes.values.items()},
        t={c: _closeness(by, is_ordered=c in classes.ordered) for c, by in classes.values.items()},
        population=sum(people.values()) if population is None else sum(population.values()),
        threshold=THRESHOLD,
        prosecutor=_attack(own, sizes) if n else None,
        journalist=_attack(among, sizes) if n else None,
        marketer=_round(sum(p * s for p, s in zip(among, sizes, strict=True)) / n) if n else None,
    )


def _attack(chances: Sequence[float], sizes: Sequence[int]) -> dict[str, float]:
    """Of persons in classes of these sizes, each found with the class's chance: greatest, mean, and share of high ones."""
    n = sum(sizes)
    pairs = list(zip(chances, sizes, strict=True))
    high = sum(size for chance, size in pairs if chance > THRESHOLD)
    return {
        "max": _round(max(chances)),
        "mean": _round(sum(chance * size for chance, size in pairs) / n),
        "high": _round(high / n),
    }


def _closeness(by_class: Mapping[Key, Mapping[str, int]], *, is_ordered: bool) -> float:
    """The greatest distance between the values of a class and those of the table, in rows; 0 where there are none.

    Variational distance, half the sum of differences; of ordered values the earth mover's distance over their order,
    which is small where the values are near each other. Source: Li, Li, Venkatasubramanian, t-Closeness, ICDE 2007.
    """
    whole = Counter[str]()
    for found in by_class.values():
        whole.update(found)
    values, total = sorted(whole, key=_order), sum(whole.values())
    table = [whole[v] / total for v in values]
    worst = 0.0
    for found in by_class.values():
        if rows := sum(found.values()):
            distance = _earth_mover if is_ordered else _variational
            worst = max(worst, distance([found.get(v, 0) / rows for v in values], table))
    return _round(worst)


def _order(value: str) -> tuple[bool, float, str]:
    try:
        return False, float(value), value
    except ValueError:
        return True, 0.0, value


def _variational(p: Sequence[float], q: Sequence[float]) -> float:
    return sum(abs(a - b) for a, b in zip(p, q, strict=True)) / 2


def _earth_mover(p: Sequence[float], q: Sequence[float]) -> float:
    carried = moved = 0.0
    for a, b in zip(p, q, strict=True):
        carried += a - b
        moved += abs(carried)
    return moved / (len(p) - 1) if len(p) > 1 else 0.0


def _round(share: float) -> float:
    return round(share, 4)
