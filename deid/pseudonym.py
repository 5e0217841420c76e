"""Keyed pseudonyms. All are HMAC-SHA256, cut to 128 bits, of a purpose and of length-prefixed fields.

Each purpose has a random key of its own, so that a leak of one says nothing of the others. Keys live in one file of the
vault and never leave it: they are in no repr, no pickle, no error. Source: NIST SP 800-224 (HMAC), 45 CFR 164.514(c)
(a re-identification code must not be derived from the person's data in a way that others can repeat).
"""

import hmac
import json
import os
import secrets
import stat
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from core.errors import ConfigError
from deid.policy import load_profile
from deid.subject import DateRule

FILE_NAME = "keys.json"
_PURPOSES = ("subject", "person", "link", "dates", "resource")
_MOST_MADE = 10_000
_KEY_BYTES = 32
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class KeyRing:
    """The secret keys of one lake, and the pseudonyms they make. Only `key_id` may appear outside the vault."""

    key_id: str
    _keys: dict[str, bytes] = field(repr=False, compare=False)
    retired: tuple[str, ...] = ()  # ids of the keys that were rotated out, the oldest first
    # The pseudonyms of the last records: the same person, encounter and doctors stand in many that follow each other.
    _made: dict[tuple[str, ...], str] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def create(cls, folder: Path) -> "KeyRing":
        """New random keys in `folder` (mode 0700), in one file of mode 0600. ConfigError if it has keys already.

        Existing keys are never overwritten: without them no later batch would get the same pseudonyms.
        """
        file = folder / FILE_NAME
        content = _new()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            _write(file, content)
        except FileExistsError:
            raise ConfigError(f"{file}: exists already and is not overwritten. Load these keys.") from None
        except OSError as e:
            raise ConfigError(f"{file}: cannot be written ({e.strerror}). Check the vault folder's owner.") from None
        return cls.load(folder)

    @classmethod
    def rotate(cls, folder: Path) -> "KeyRing":
        """New keys in the place of the old ones, which stay beside them in the file, by their id, as `retired`.

        Everything that was made with the old keys has to be made again; until then the tables say which key made them.
        """
        old = cls.load(folder)
        file, partial = folder / FILE_NAME, folder / f".{FILE_NAME}"
        said = json.loads(file.read_text(encoding="utf-8"))
        retired = {**said.get("retired", {}), old.key_id: said["keys"]}
        try:
            partial.unlink(missing_ok=True)
            _write(partial, {**_new(), "retired": retired})
            partial.replace(file)
        except OSError as e:
            raise ConfigError(f"{file}: cannot be written ({e.strerror}). Check the vault folder's owner.") from None
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> "KeyRing":
        """The keys of `folder`. ConfigError when they are missing, damaged, or readable for others than their owner."""
        file = folder / FILE_NAME
        try:
            mode = file.stat().st_mode
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ConfigError(
                f"{file}: no keys. Give the vault that the lake was made with; a new lake's first run makes its keys."
            ) from None
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{file}: cannot be read. Check its owner and that it is a key file.") from None
        if mode & _OTHERS_MAY:
            raise ConfigError(f"{file}: mode {stat.S_IMODE(mode):04o} lets others than the owner in. Set 0600.")
        try:
            raw = json.loads(text)
            keys = {p: bytes.fromhex(raw["keys"][p]) for p in _PURPOSES}
            key_id, retired = raw["key_id"], tuple(raw.get("retired", {}))
        except (ValueError, KeyError, TypeError):
            raise ConfigError(f"{file}: is damaged. Restore it from the vault's backup.") from None
        if any(len(k) != _KEY_BYTES for k in keys.values()) or not isinstance(key_id, str):
            raise ConfigError(f"{file}: is damaged. Restore it from the vault's backup.")
        return cls(key_id, keys, retired)

    @classmethod
    def every(cls, folder: Path) -> "dict[str, KeyRing]":
        """The keys in use and those that were rotated out, the oldest first, by their id."""
        now = cls.load(folder)
        retired = json.loads((folder / FILE_NAME).read_text(encoding="utf-8")).get("retired", {})
        rings = {id: cls(id, {p: bytes.fromhex(keys[p]) for p in _PURPOSES}) for id, keys in retired.items()}
        return rings | {now.key_id: now}

    def subject_key(self, institution: str, patient_id: str) -> str:
        return self._hex("subject", "patient", institution, patient_id)

    def resource_key(self, institution: str, resource_type: str, resource_id: str) -> str:
        """The new id of a resource; a Patient's is the subject key."""
        if resource_type == "Patient":
            return self.subject_key(institution, resource_id)
        return self._hex("resource", "id", institution, resource_type, resource_id)

    def contained_key(self, institution: str, container: str, local_id: str) -> str:
        """The new id of a contained resource, which has a meaning only inside its container (`Type/id`)."""
        return self._hex("resource", "contained", institution, container, local_id)

    def identifier_key(self, institution: str, system: str, value: str) -> str:
        """What stands for a business identifier, the same wherever the institution writes it."""
        return self._hex("resource", "identifier", institution, system, value)

    def urn_key(self, institution: str, urn: str) -> UUID:
        return UUID(hex=self._hex("resource", "urn", institution, urn))

    def uid_key(self, institution: str, uid: str) -> str:
        """A DICOM UID in the arc of UUIDs (ISO/IEC 9834-8): the original embeds the time of the study."""
        return f"2.25.{int(self._hex('resource', 'uid', institution, uid), 16)}"

    def fingerprint(self, text: str) -> str:
        """Names a thing in a report (the url of an unknown extension) without showing it."""
        return self._hex("resource", "fingerprint", text)[:12]

    def person_key(self, institution: str, patient_id: str) -> str:
        """The person whose first record (in the order of institution, patient id) is this patient."""
        return self._hex("person", "person", institution, patient_id)

    def link_token(self, kind: str, value: str) -> str:
        """`value` must be normalised: equal tokens mean equal values of the kind, in any institution."""
        return self._hex("link", kind, value)

    def surrogate_key(self, institution: str, person_key: str | None) -> bytes:
        """What the invented values in a person's texts are made with. A secret: it would let a guessed name be tried."""
        return bytes.fromhex(self._hex("resource", "surrogates", institution, person_key or ""))

    def dates(self, person_key: str | None, profile: str) -> DateRule:
        """How the dates of a person move: 1 to 364 days and 1 to 3599 seconds into the past, or only the year stays.

        A record about nobody in particular (None) has no person's offset, and keeps years.
        """
        if person_key is None or load_profile(profile).dates == "year":
            return DateRule("year")
        drawn = int(self._hex("dates", "offset", person_key), 16)
        days, seconds = drawn % 364, (drawn >> 64) % 3599
        return DateRule("shift", -1 - days, -1 - seconds)

    def _hex(self, key: str, *fields: str) -> str:
        named = (key, *fields)
        found = self._made.get(named)
        if found is None:
            parts = [f.encode("utf-8", "surrogatepass") for f in fields]
            message = b"".join(len(p).to_bytes(4, "big") + p for p in parts)
            if len(self._made) >= _MOST_MADE:
                self._made.clear()
            found = self._made[named] = hmac.digest(self._keys[key], message, "sha256").hex()[:32]
        return found

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys do not travel: load them from the vault where they are used")


@cache
def keys_in(vault: str) -> KeyRing:
    """The keys of a vault's folder, read once in a process; a rotation is seen by the next one."""
    return KeyRing.load(Path(vault))


def _new() -> dict[str, Any]:
    return {"key_id": secrets.token_hex(4), "keys": {p: secrets.token_bytes(_KEY_BYTES).hex() for p in _PURPOSES}}


def _write(file: Path, content: dict[str, Any]) -> None:
    """A new file, for its owner only from the first moment."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(content, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
