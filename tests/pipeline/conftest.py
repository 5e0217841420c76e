"""One run of the whole path on records full of identifiers, shared by the tests that look at what came of it."""

import socket
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pipeline import planted


@dataclass(frozen=True)
class Ran:
    """The lake that a run made, and everything that it said on the way."""

    lakehouse: object
    said: str

    @property
    def lake(self):
        return self.lakehouse.lake

    @property
    def root(self) -> Path:
        return self.lakehouse.settings.lake


def lakehouse_on(root: Path, landing: Path, institutions: Path):
    from dagster_project.resources import Lakehouse
    from dagster_project.settings import Settings

    views = Path(__file__).parent / "own_views"
    return Lakehouse(
        Settings(lake=root, landing=landing, institutions=institutions, views=views, as_of=date(2026, 6, 1))
    )


@pytest.fixture(scope="session")
def ran(spark, tmp_path_factory) -> Ran:
    from dagster_project.run import run

    root = tmp_path_factory.mktemp("planted")
    lakehouse = lakehouse_on(root / "lake", *planted.land(root))
    said: list[str] = []
    lakehouse.on_progress = said.append
    assert run(lakehouse).changed
    return Ran(lakehouse, "\n".join(said))


@pytest.fixture
def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
