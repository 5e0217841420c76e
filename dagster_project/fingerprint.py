"""What a table was made by: a change of a definition or of the code that reads it makes the table anew."""

from functools import cache
from hashlib import sha256
from pathlib import Path

_DEFINES = (".py", ".yaml", ".json", ".csv")


@cache
def fingerprint(*places: Path) -> str:
    """A short hash over files, and over the sources and definitions directly in folders."""
    digest = sha256()
    for place in places:
        inside = sorted(f for f in place.iterdir() if f.suffix in _DEFINES) if place.is_dir() else [place]
        for file in inside:
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
