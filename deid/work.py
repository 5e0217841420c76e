"""What is known and counted while a record is de-identified, and what is remembered for the person's next one."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from deid import tokens
from deid.policy import Policies
from deid.pseudonym import KeyRing
from deid.subject import KnownTerm, Subject

Counts = defaultdict[tuple[str, str], int]


class ScannedText(Protocol):
    """Text in which identifiers were replaced, and how many by (entity, source)."""

    @property
    def text(self) -> str: ...
    @property
    def hits(self) -> Mapping[tuple[str, str], int]: ...


class Scanner(Protocol):
    """Finds identifiers in free text; whatever it raises, the text is removed."""

    def scan(self, text: str, subject: Subject) -> ScannedText: ...


class Memory:
    """What was decided for one person: most codes, dates and words of a record stand in their other records too."""

    __slots__ = (
        "_given",
        "_known",
        "_policies",
        "attachments",
        "coded",
        "dates",
        "references",
        "shaped",
        "subject",
        "texts",
    )

    def __init__(self, subject: Subject, policies: Policies) -> None:
        self._given = subject
        self.subject = replace(subject, around=())
        self._policies = policies
        self._known = tokens.KnownIdentifiers(subject.known)
        self.shaped: dict[str, dict[str, bool]] = {name: {} for name in policies.patterns}
        self.coded: dict[tuple[object, str], bool] = {}
        self.dates: dict[str, str | None] = {}
        self.texts: dict[tuple[tuple[KnownTerm, ...], str], ScannedText] = {}
        self.references: dict[str, str | None] = {}
        self.attachments: dict[tuple[tuple[KnownTerm, ...], object, str], Any] = {}

    def serves(self, subject: Subject) -> bool:
        """Whether decisions for this subject hold for another. Known terms are compared by identity, to be quick.

        Whoever is around a record makes no difference: what is decided by them is remembered with them.
        """
        if self._given is subject:
            return True
        mine = self.subject
        return (
            mine.known is subject.known
            and mine.subject_key == subject.subject_key
            and mine.institution == subject.institution
            and mine.dates == subject.dates
            and mine.has_record == subject.has_record
            and mine.is_over_89 == subject.is_over_89
            and mine.earliest_year == subject.earliest_year
            and mine.surrogate_key == subject.surrogate_key
            and mine.person_key == subject.person_key
            and mine.excluded_patients == subject.excluded_patients
        )

    def fits(self, pattern: str, token: str) -> bool:
        """Whether a token may stay: of the pattern's shape, of no identifier's shape, and not known of the person."""
        seen = self.shaped[pattern]
        verdict = seen.get(token)
        if verdict is None:
            is_public = pattern in self._policies.public
            verdict = seen[token] = self._may_stay(self._policies.patterns[pattern], token, is_public=is_public)
        return verdict

    def fits_system(self, system: object, code: str) -> bool:
        """As `fits`, of a code of a code system (None or unknown: any code that looks like one)."""
        verdict = self.coded.get((system, code)) if isinstance(system, str | None) else False
        if verdict is None:
            rule = self._policies.systems.get(system) if isinstance(system, str) else None
            if rule == "snomed":
                verdict = (tokens.is_snomed(code) or self._may_stay(_SNOMED_EXPRESSION, code)) and not self._known.has(
                    code
                )
            else:
                assert not isinstance(rule, str)
                verdict = self._may_stay(rule or self._policies.patterns["coded"], code)
            self.coded[system, code] = verdict
        return verdict

    def knows(self, token: str) -> bool:
        return self._known.has(token)

    def _may_stay(self, pattern: re.Pattern[str], token: str, *, is_public: bool = False) -> bool:
        if not pattern.fullmatch(token) or self._known.has(token):
            return False
        return is_public or not tokens.looks_identifying(token)


# Small subsets in test data have short numbers whose check digit is wrong; they are too short to be anybody's number.
_SNOMED_EXPRESSION = re.compile(r"\d{1,8}", re.ASCII)


class Work:
    """One record on its way: its subject, what is remembered for that person, and the counts."""

    __slots__ = (
        "attached", "container", "content_type", "counts", "excluded", "extensions", "hits", "identifier_system",
        "in_contained", "local_ids", "memory", "own_id", "own_key", "resolve", "subject", "system",
    )  # fmt: skip

    def __init__(self, memory: Memory, subject: Subject, resolve: Mapping[str, str]) -> None:
        self.memory, self.subject, self.resolve = memory, subject, resolve
        self.excluded = subject.excluded_patients
        self.counts: Counts = defaultdict(int)
        self.hits: Counts = defaultdict(int)
        self.extensions: defaultdict[str, int] = defaultdict(int)
        self.own_id: object = None
        self.own_key = ""
        self.container = ""  # Type/id of the record, for the ids of what it contains
        self.local_ids: dict[str, str] = {}
        self.in_contained = False
        # of the Coding, Quantity, Identifier or Attachment that is being walked through
        self.system: object = None
        self.identifier_system: object = None
        self.content_type: object = None
        self.attached: Any = None

    def enter(self, resource: dict[str, Any], kept_types: frozenset[str], keys: KeyRing) -> None:
        """Sets what a record's own id and its contained resources' ids become, before anything refers to them."""
        kind, own = resource["resourceType"], resource.get("id")
        where = self.subject.institution
        self.own_id, self.container = own, f"{kind}/{own}"
        self.own_key = keys.resource_key(where, kind, own) if isinstance(own, str) else ""
        for inner in resource.get("contained") or ():
            if isinstance(inner, dict) and inner.get("resourceType") in kept_types and isinstance(inner.get("id"), str):
                self.local_ids[inner["id"]] = keys.contained_key(where, self.container, inner["id"])
