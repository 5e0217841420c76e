"""Each name model is loaded once for all of these tests, and nothing may use the network."""

import socket
from collections.abc import Callable

import pytest
from text_subjects import subject

from deid.text.scanner import TextScanner


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
def scanned(patterns: TextScanner) -> Callable[..., str]:
    """The text after a scan with patterns and known identifiers only."""
    return lambda text, *known, **rest: patterns.scan(text, subject(*known, **rest)).text
