"""What the commands have in common: their options, and that a lake has to be there."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from core.errors import ConfigError

Lake = Annotated[Path | None, typer.Option("--lake", help="The lake's folder (LAKEHOUSE_LAKE; default ./lake).")]
Institutions = Annotated[Path | None, typer.Option("--institutions", help="Folder of institution files.")]


def needs_lake(lake: Path, part: str = "bronze") -> None:
    """ConfigError unless the lake has that part: whoever only serves what is published may see no other."""
    if not (lake / part).is_dir():
        raise ConfigError(f"{lake}: holds no lake yet. `lakehouse run --landing DIR --lake {lake}` makes one.")


def date_of(option: str, said: str) -> date:
    """The day that an option names. ConfigError for anything else."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise ConfigError(f"{option}: has to be a date, as in 2026-03-01.") from None
