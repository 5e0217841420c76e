"""People that the tests of the text scanner are about."""

from deid.subject import DateRule, Entity, KnownTerm, Subject

SHIFT = DateRule("shift", days=-40, seconds=-3605)
YEAR = DateRule("year")


def subject(
    *known: tuple[Entity, str], dates: DateRule = SHIFT, is_over_89: bool = False, earliest_year: int | None = None
) -> Subject:
    terms = tuple(KnownTerm(text, entity) for entity, text in known)
    return Subject("clinic", "s1", "p1", dates, terms, is_over_89=is_over_89, earliest_year=earliest_year)
