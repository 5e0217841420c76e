"""What a client keeps between its runs: how far each kind of export has come, and the one under way with its files."""

import os
import shutil
from pathlib import Path
from threading import Lock

import msgspec

from core.errors import ConfigError


class Part(msgspec.Struct):
    """A file that has been downloaded in part: what tells whether the rest still belongs to it."""

    etag: str | None = None
    encoding: str = ""
    length: int | None = None


class Done(msgspec.Struct):
    """A file that is here, whole and checked."""

    lines: int
    bytes: int


class Running(msgspec.Struct):
    """The export under way. `kickoff` is what was asked; `manifest` is the hash of the list of its files, once it is ready."""

    kickoff: str
    status_url: str
    manifest: str | None = None
    parts: dict[str, Part] = {}
    files: dict[str, Done] = {}


class _Content(msgspec.Struct):
    finished: dict[str, str] = {}
    running: Running | None = None


class State:
    """`state.json` of an institution. Every change is on disk, whole, before the call returns; from any thread.

    `finished` is the transactionTime up to which nothing is missing, per selection. The file may hold a signed address,
    so only its owner can read it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "state.json"
        self._lock = Lock()
        self._content = self._load()

    @property
    def running(self) -> Running | None:
        return self._content.running

    def finished(self, selection: str) -> str | None:
        return self._content.finished.get(selection)

    def begin(self, running: Running | None) -> None:
        """Remember an export under way, or with None that there is none. Files of an earlier one are removed."""
        with self._lock:
            self._remove_files()
            self._content.running = running
            self._save()

    def ready(self, manifest: str) -> None:
        """The export under way consists of these files, none of which has come yet."""
        with self._lock:
            self._remove_files()
            self._now.manifest = manifest
            self._now.files.clear()
            self._now.parts.clear()
            self._save()

    def part(self, name: str, part: Part | None) -> None:
        with self._lock:
            if part is None:
                self._now.parts.pop(name, None)
            else:
                self._now.parts[name] = part
            self._save()

    def done(self, name: str, done: Done) -> None:
        with self._lock:
            self._now.parts.pop(name, None)
            self._now.files[name] = done
            self._save()

    def end(self, selection: str, transaction_time: str | None) -> None:
        """The export under way has landed; None leaves the point from which the next one starts where it was."""
        with self._lock:
            self._content.running = None
            if transaction_time is not None:
                self._content.finished[selection] = transaction_time
            self._save()

    @property
    def _now(self) -> Running:
        assert self._content.running is not None, "an export is under way"
        return self._content.running

    def _remove_files(self) -> None:
        for left in self._folder.iterdir():
            if left.is_dir():
                shutil.rmtree(left)

    def _load(self) -> _Content:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_Content)
        except FileNotFoundError:
            return _Content()
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise ConfigError(
                f"{self._file}: is damaged. Delete it and export again: the export is then a full one."
            ) from None

    def _save(self) -> None:
        partial = self._file.with_name("state.json.part")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(msgspec.json.encode(self._content))
            out.flush()
            os.fsync(out.fileno())
        partial.replace(self._file)
