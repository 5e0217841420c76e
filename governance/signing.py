"""Ed25519 keys of the lake and of people: kept by their owner alone, and known to others by their public half.

A signature is over a purpose and a SHA-256 in hexadecimal, so that what was signed as one thing is never taken for another.
`key_id` is the beginning of the SHA-256 of the public key: whoever has an id can tell a false key. Source: RFC 8032.
"""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.errors import ConfigError

Purpose = Literal["ledger-entry", "ledger-checkpoint", "statement", "certificate"]
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


def key_id_of(public_key: str) -> str:
    """The id of a public key (64 hexadecimal digits)."""
    return sha256(bytes.fromhex(public_key)).hexdigest()[:32]


def is_signed(public_key: str, purpose: Purpose, digest: str, signature: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), _message(purpose, digest))
    except (InvalidSignature, ValueError):
        return False
    return True


def _message(purpose: Purpose, digest: str) -> bytes:
    return f"{purpose}:{digest}".encode()


@dataclass(frozen=True)
class SigningKey:
    """A private key. It is in no repr, no pickle and no error."""

    public_key: str
    _private: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def new(cls) -> "SigningKey":
        return cls._of(Ed25519PrivateKey.generate())

    @classmethod
    def create(cls, file: Path) -> "SigningKey":
        """A new key in a file of its own, mode 0600. ConfigError if there is one: no key is ever overwritten."""
        key = cls.new()
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(file, key._content())
        except FileExistsError:
            raise ConfigError(
                f"{file}: exists already and is not overwritten. Use this key, or another file."
            ) from None
        except OSError as e:
            raise ConfigError(f"{file}: cannot be written ({e.strerror}). Check the folder and its owner.") from None
        return key

    @classmethod
    def replace(cls, file: Path, key: "SigningKey") -> None:
        """Put a key in the place of the one in the file, which is gone afterwards."""
        partial = file.with_name(f".{file.name}")
        partial.unlink(missing_ok=True)
        write_private(partial, key._content())
        partial.replace(file)

    @classmethod
    def load(cls, file: Path) -> "SigningKey":
        """ConfigError when the file is missing, damaged, or readable for others than its owner."""
        try:
            mode = file.stat().st_mode
            said = json.loads(file.read_text(encoding="utf-8"))
            key = cls._of(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(said["private_key"])))
        except FileNotFoundError:
            raise ConfigError(f"{file}: no signing key. Restore it from the backup, or give the right file.") from None
        except (OSError, ValueError, KeyError, TypeError):
            raise ConfigError(f"{file}: is no signing key, or damaged. Restore it from the backup.") from None
        if mode & _OTHERS_MAY:
            raise ConfigError(f"{file}: mode {stat.S_IMODE(mode):04o} lets others than the owner in. Set 0600.")
        return key

    @classmethod
    def _of(cls, private: Ed25519PrivateKey) -> "SigningKey":
        return cls(private.public_key().public_bytes_raw().hex(), private)

    @property
    def key_id(self) -> str:
        return key_id_of(self.public_key)

    def sign(self, purpose: Purpose, digest: str) -> str:
        return self._private.sign(_message(purpose, digest)).hex()

    def _content(self) -> dict[str, Any]:
        return {
            "key_id": self.key_id,
            "public_key": self.public_key,
            "private_key": self._private.private_bytes_raw().hex(),
        }

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys do not travel: load them where they are used")


def write_private(file: Path, content: Mapping[str, Any]) -> None:
    """A new file, for its owner only from the first moment, on the disk when this returns."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(content, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
