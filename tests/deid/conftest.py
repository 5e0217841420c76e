"""What the tests of de-identification share: fixed keys, a person, and scanners that find all or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from deid.document import Deidentifier
from deid.policy import load_policies
from deid.pseudonym import KeyRing
from deid.subject import DateRule, KnownTerm, Subject
from deid.text.scanner import TextScanner


@dataclass(frozen=True)
class Scanned:
    text: str
    hits: Mapping[tuple[str, str], int]


class BlindScanner:
    """Stands for a scanner that trusts nothing: every text becomes the same word."""

    def scan(self, text: str, subject: Subject) -> Scanned:
        return Scanned("[TEXT]", {("NAME", "known"): 1})


class OpenScanner:
    """Lets every text pass, so that a test sees what else is done."""

    def scan(self, text: str, subject: Subject) -> Scanned:
        return Scanned(text, {})


class BrokenScanner:
    def scan(self, text: str, subject: Subject) -> Scanned:
        raise ValueError(text)


# The real one, without name models.
SCANNERS = {
    "blind": BlindScanner(),
    "open": OpenScanner(),
    "broken": BrokenScanner(),
    "text": TextScanner("en", name_model=None),
}
PURPOSES = ("subject", "person", "link", "dates", "resource")


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    return KeyRing("00000000", {p: bytes([i + 1]) * 32 for i, p in enumerate(PURPOSES)})


@pytest.fixture(scope="session")
def engine(keys: KeyRing) -> Callable[..., Deidentifier]:
    made: dict[tuple[str, str], Deidentifier] = {}

    def get(profile: str = "cn_l3", scanner: str = "open") -> Deidentifier:
        if (profile, scanner) not in made:
            made[profile, scanner] = Deidentifier(load_policies(), profile, keys, SCANNERS[scanner])
        return made[profile, scanner]

    return get


@pytest.fixture
def person(keys: KeyRing) -> Callable[..., Subject]:
    def make(*known: KnownTerm, profile: str = "cn_l3", **changes: Any) -> Subject:
        dates = DateRule("year") if profile == "safe_harbor" else DateRule("shift", -10, -60)
        return Subject(**{
            "institution": "hospital_a", "subject_key": keys.subject_key("hospital_a", "p1"),
            "person_key": keys.person_key("hospital_a", "p1"), "dates": dates, "known": known, **changes,
        })  # fmt: skip

    return make
