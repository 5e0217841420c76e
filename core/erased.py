"""Who was erased and must not come back: keyed hashes, which say nothing to anybody without the key beside them.

Lies in the vault, in one file for its owner only. The key is its own and never rotated: a hash cannot be made anew from a
patient id that nobody may keep.
"""

import hmac
import json
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import ConfigError

_FILE = "erased.json"


@dataclass(frozen=True)
class Erased:
    """The persons of all institutions who were erased."""

    tokens: frozenset[str]
    _key: bytes = field(repr=False)

    @classmethod
    def load(cls, vault: Path) -> "Erased | None":
        """None where nobody was ever erased. ConfigError for a damaged list: without it an erased person would come back."""
        file = vault / _FILE
        try:
            mode = file.stat().st_mode
            said = json.loads(file.read_text(encoding="ascii"))
            erased = cls(frozenset(said["erased"]), bytes.fromhex(said["key"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            raise ConfigError(f"{file}: cannot be read. Restore it from the vault's backup.") from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(f"{file}: mode {stat.S_IMODE(mode):04o} lets others than the owner in. Set 0600.")
        return erased

    @classmethod
    def add(cls, vault: Path, institution: str, patient_id: str) -> "Erased":
        """The list with one more person, on the disk when this returns. One who is on it already changes nothing."""
        had = cls.load(vault) or cls(frozenset(), secrets.token_bytes(32))
        new = cls(had.tokens | {had.token(institution, patient_id)}, had._key)
        vault.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = vault / f".{_FILE}"
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            json.dump({"key": new._key.hex(), "erased": sorted(new.tokens)}, out)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(vault / _FILE)
        return new

    def token(self, *fields: str) -> str:
        parts = [f.encode("utf-8", "surrogatepass") for f in fields]
        return hmac.digest(self._key, b"".join(len(p).to_bytes(4, "big") + p for p in parts), "sha256").hex()[:32]

    def has(self, institution: str, patient_id: str) -> bool:
        return self.token(institution, patient_id) in self.tokens

    def file_token(self, name: str) -> str:
        """What stands for the name of a delivered file, which may be the person's."""
        return f"erased-{self.token('file', name)[:12]}"
