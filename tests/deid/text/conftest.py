"""Each name model is loaded once for all of these tests, and nothing may use the network."""

import socket
from collections.abc import Callable, Iterator

import pytest

from deid.subject import DateRule, Entity, KnownTerm, Subject
from deid.text.scanner import TextScanner

SHIFT = DateRule("shift", days=-40, seconds=-3605)
YEAR = DateRule("year")


def subject(
    *known: tuple[Entity, str], dates: DateRule = SHIFT, is_over_89: bool = False, earliest_year: int | None = None
) -> Subject:
    terms = tuple(KnownTerm(text, entity) for entity, text in known)
    return Subject("clinic", "s1", "p1", dates, terms, is_over_89=is_over_89, earliest_year=earliest_year)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the text scanner must not use the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="session")
def english() -> TextScanner:
    return TextScanner("en")


@pytest.fixture(scope="session")
def chinese() -> TextScanner:
    return TextScanner("zh")


@pytest.fixture(scope="session")
def patterns() -> TextScanner:
    return TextScanner("en", name_model=None)


@pytest.fixture
def scanned(patterns: TextScanner) -> Iterator[Callable[..., str]]:
    """The text after a scan with patterns and known identifiers only."""
    yield lambda text, *known, **rest: patterns.scan(text, subject(*known, **rest)).text
