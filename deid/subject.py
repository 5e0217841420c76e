"""What de-identification knows about the person whose record it works on. Plain values, made in the identified zone."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

# What a known identifier is; also the tag that replaces it in text ("[NAME-1]").
Entity = Literal["NAME", "ID", "PHONE", "EMAIL", "ADDRESS", "ORGANISATION", "DATE", "ACCOUNT", "URL", "DEVICE"]


@dataclass(frozen=True, slots=True)
class KnownTerm:
    """One string of the person's record that identifies them or somebody around them (relative, doctor, hospital)."""

    text: str
    entity: Entity


def terms_as_json(terms: Iterable[KnownTerm]) -> str:
    """As the vault keeps them."""
    return json.dumps([asdict(t) for t in terms], ensure_ascii=False)


def terms_of_json(said: str) -> tuple[KnownTerm, ...]:
    return tuple(KnownTerm(**t) for t in json.loads(said))


@dataclass(frozen=True, slots=True)
class DateRule:
    """What happens to the dates of one person, in structured elements and in text alike.

    `shift`: move by `days` whole days and `seconds` seconds (both negative, never 0; `seconds` only where a time is
    written, so that minute:second does not link visits). `year`: only the year stays.
    """

    mode: Literal["shift", "year"]
    days: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a resource is about; of a resource about nobody (Organization), `subject_key` is None and known is empty.

    `excluded_patients`: patient ids of the institution that may not be named in this resource (members of a Group who
    gave no consent); references to them are removed. `has_record`: False when no Patient of this id was delivered, so
    that nothing is known that could be found in a text: free text is removed. `earliest_year`: of a person over 89,
    dates of earlier years are removed, as they would show that age (the current year less 89). `surrogate_key`: identifiers
    in text become invented values made with this secret; without it they become tags. `around`: identifiers of the
    practitioners and organisations that the record names, which are looked for in its free text.
    """

    institution: str
    subject_key: str | None
    person_key: str | None
    dates: DateRule
    known: tuple[KnownTerm, ...] = ()
    is_over_89: bool = False
    excluded_patients: frozenset[str] = frozenset()
    has_record: bool = True
    earliest_year: int | None = None
    surrogate_key: bytes | None = None
    around: tuple[KnownTerm, ...] = ()
