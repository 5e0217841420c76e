"""What a shipped view has to say of itself, in English and Chinese: "English｜中文" in every title and description."""

from collections.abc import Iterator
from itertools import groupby

from transforms.silver.columns import declared_type
from transforms.silver.view import GRADE, UNIT, UNIT_COLUMN, Column, ViewDefinition

GRADES = ("L1", "L2", "L3", "L4", "L5")
_NUMBERS = frozenset({"decimal", "integer", "integer64", "positiveInt", "unsignedInt"})


def both(text: str | None) -> tuple[str, str]:
    """The English and the Chinese of a title or description; "" for what is missing."""
    english, _, chinese = (text or "").partition("｜")
    return english.strip(), chinese.strip() if any("一" <= c <= "鿿" for c in chinese) else ""


def undocumented(view: ViewDefinition) -> Iterator[str]:
    """What is missing: titles and descriptions in either language, the row grain, grades, and the units of numbers."""
    yield from _missing("title", view.document.title)
    yield from _missing("description", view.description)
    english, chinese = both(view.description)
    if not english.startswith("One row per ") or "一行" not in chinese:
        yield "description: does not begin with what one row is (One row per …｜…一行)"
    columns = sorted(view.every_column, key=lambda c: c.name)
    names = {c.name for c in columns}
    for name, group in groupby(columns, key=lambda c: c.name):
        same = list(group)
        for column in same:
            yield from _of_column(column, names)
        if len({(c.description, c.tag) for c in same}) > 1:
            yield f"column {name!r}: is described differently in the branches of a unionAll"


def _of_column(column: Column, names: set[str]) -> Iterator[str]:
    yield from _missing(f"column {column.name!r}", column.description)
    if column.tagged(GRADE) not in GRADES:
        yield f"column {column.name!r}: tag {GRADE} is {column.tagged(GRADE)!r}; it can be {', '.join(GRADES)}"
    unit, by = column.tagged(UNIT), column.tagged(UNIT_COLUMN)
    if (unit is None) == (by is None) and (unit or declared_type(column) in _NUMBERS):
        yield f"column {column.name!r}: a number has either tag {UNIT} (UCUM; 1 for a count) or tag {UNIT_COLUMN}"
    if by is not None and by not in names:
        yield f"column {column.name!r}: tag {UNIT_COLUMN} names {by!r}, which is no column of the view"


def _missing(place: str, text: str | None) -> Iterator[str]:
    for language, said in zip(("English", "Chinese"), both(text), strict=True):
        if not said:
            yield f"{place}: has no {language} description (English｜中文)"
