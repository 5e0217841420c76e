"""Leads one export: have the server make it, fetch and check every file, land them as one batch.

A client that is cut off anywhere goes on where it was when it is called again with the same arguments. A batch appears
in the landing folder whole, by one rename, or not at all.
"""

import fcntl
import json
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx

from core.errors import ConfigError, SourceError, StorageError
from core.institution import BulkExport, Institution
from transforms.bronze.export.auth import Tokens, load_key
from transforms.bronze.export.batch import batch_name, land
from transforms.bronze.export.download import Download
from transforms.bronze.export.job import Job
from transforms.bronze.export.manifest import Manifest, RemoteFile, instant
from transforms.bronze.export.state import Done, Running, State
from transforms.bronze.export.web import TIMEOUT, AccessError, Pace, Web

_AT_ONCE = 4  # files fetched at the same time
_TELL_EVERY = 15.0  # seconds between lines while files are being fetched


@dataclass(frozen=True, slots=True)
class Since:
    """From when on changes are asked for: an `at` of the caller's, everything (`full`), or since the last export."""

    at: str | None = None
    full: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export brought. `folder` is its batch; `is_new` is False when that batch had landed before.

    `records` and `deletes` are lines of data, `problems` the server's own messages, `since` where the changes begin
    (None: a full export). `is_gapless` says that the next export goes on from this one.
    """

    batch: str
    folder: Path
    since: str | None
    is_new: bool
    is_gapless: bool
    files: int = 0
    records: int = 0
    deletes: int = 0
    problems: int = 0


def export(
    institution: Institution, landing: Path, key_file: Path, pace: Pace, tell: Callable[[str], None], since: Since
) -> Exported:
    """Land what the institution's server holds, or what has changed there, as a batch of `landing/<id>/`.

    ConfigError for a bad institution file, key or instant; SourceError when the server fails or refuses (can_pass says
    whether later is worth a try); StorageError when the folder cannot be written. Nothing is landed then.
    """
    server = institution.bulk_export
    if server is None:
        raise ConfigError(
            f"{institution.id}.yaml: has no bulk_export section, so there is no server to export from."
            " docs/bulk-export.md shows one."
        )
    if since.at is not None:
        _check_instant(since.at)
    key = load_key(key_file) if server.client_id else None
    folder = landing / institution.id
    try:
        with only_export(folder / ".export"), httpx.Client(timeout=TIMEOUT) as client:
            web = Web(client, f"{institution.id}: {httpx.URL(server.base_url).host}", server.base_url, pace)
            if key:
                web = web.with_tokens(Tokens(web, server, key))
            return _Export(server, folder, web, tell).run(since)
    except OSError as e:
        raise StorageError(
            f"{folder}: cannot be written ({e.strerror or type(e).__name__}). Free space or permissions and export again:"
            " it goes on from where it was."
        ) from None


@contextmanager
def only_export(work: Path) -> Iterator[None]:
    """Hold the institution's lock: two exports at once would be two jobs on its server. A dead client lets go of it."""
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StorageError(
                f"{work.parent}: another export of this institution is under way. Wait for it to end."
            ) from None
        yield


class _Export:
    """One export of one institution. `_work` holds its state and, per batch, the files that have come."""

    def __init__(self, server: BulkExport, folder: Path, web: Web, tell: Callable[[str], None]) -> None:
        self._server = server
        self._folder = folder
        self._work = folder / ".export"
        self._web = web
        self._tell = tell
        self._state = State(self._work)
        self._bytes = 0

    def run(self, since: Since) -> Exported:
        at = None if since.full else since.at or self._state.finished(self._selection)
        self._tell(f"asking for what changed since {at}" if at else "asking for everything")
        if at and self._server.scope == "group":
            self._tell("of patients who joined the group since then, earlier records come with --full only")
        job = Job(self._web, self._state, self._tell)
        running, manifest = job.obtain(self._kickoff_url(at))
        batch, is_new = batch_name(self._folder, manifest)
        result = Exported(batch, self._folder / batch, at, is_new, self._is_gapless(at))
        if is_new:
            fetched = self._fetch(manifest, running)
            land(self._work / manifest.batch, result.folder, manifest)
            result = _counted(result, manifest, fetched)
        self._state.end(self._selection, manifest.transaction_time if result.is_gapless else None)
        job.release(running)
        return result

    @property
    def _selection(self) -> str:
        """Everything that decides which records are exported: a change of it makes the next export a full one."""
        server = self._server
        return json.dumps([server.base_url, server.scope, server.group, sorted(server.types or ()), server.scopes])

    def _kickoff_url(self, since: str | None) -> str:
        group = f"/Group/{quote(self._server.group or '')}"
        level = {"patient": "/Patient", "group": group, "system": ""}[self._server.scope]
        said = {
            "_outputFormat": "application/fhir+ndjson",
            "_since": since,
            "_type": ",".join(self._server.types or ()),
        }
        return f"{self._server.base_url}{level}/$export?{urlencode({k: v for k, v in said.items() if v}, safe='/,:')}"

    def _is_gapless(self, since: str | None) -> bool:
        """Whether an export begins where the last one ended or before: only then is nothing missing up to its end."""
        if since is None:
            return True
        last = self._state.finished(self._selection)
        return last is not None and instant(since) <= instant(last)

    def _fetch(self, manifest: Manifest, running: Running) -> dict[str, Done]:
        """Every file of the export, here and checked. The first failure ends the others."""
        folder = self._work / manifest.batch
        folder.mkdir(exist_ok=True)
        missing = [f for f in manifest.files if not _is_here(folder / f.name, running.files.get(f.name))]
        here = len(manifest.files) - len(missing)
        if here:
            self._tell(f"{here} of {len(manifest.files)} files are here already")
        try:
            self._together(self._downloads(manifest, missing, folder), here, len(manifest.files))
        except SourceError as e:
            if not e.can_pass and not isinstance(e, AccessError):
                self._state.begin(None)
            raise
        return running.files

    def _downloads(self, manifest: Manifest, missing: list[RemoteFile], folder: Path) -> list[Download]:
        number = {f.name: f"{n} of {len(manifest.files)}" for n, f in enumerate(manifest.files, 1)}
        with_token = manifest.requires_token
        return [Download(self._web, self._state, folder, f, number[f.name], with_token, self._count) for f in missing]

    def _together(self, downloads: list[Download], here: int, total: int) -> None:
        """Fetch several files at a time. When one fails, or the user has had enough, all have ended on return."""
        pool = ThreadPoolExecutor(_AT_ONCE)
        try:
            pending = {pool.submit(self._one, d) for d in downloads}
            while pending:
                ended, pending = wait(pending, timeout=_TELL_EVERY, return_when=FIRST_COMPLETED)
                for task in ended:
                    here += 1
                    self._tell(f"{task.result()} ({here} of {total} files)")
                if not ended:
                    self._tell(f"{self._bytes / 1e6:,.0f} MB so far ({here} of {total} files)")
        finally:
            self._web.stop.set()
            pool.shutdown(cancel_futures=True)
            self._web.stop.clear()

    @staticmethod
    def _one(download: Download) -> str:
        return f"{download.file.name}: {download.fetch().lines:,} lines"

    def _count(self, received: int) -> None:
        self._bytes += received  # for a line of progress: a lost addition does not matter


def _is_here(file: Path, done: Done | None) -> bool:
    return done is not None and file.is_file() and file.stat().st_size == done.bytes


def _counted(result: Exported, manifest: Manifest, fetched: dict[str, Done]) -> Exported:
    lines = {"output": 0, "deleted": 0, "error": 0}
    for f in manifest.files:
        lines[f.section] += fetched[f.name].lines
    return replace(
        result,
        files=len(manifest.files),
        records=lines["output"],
        deletes=lines["deleted"],
        problems=lines["error"],
    )


def _check_instant(said: str) -> None:
    try:
        instant(said)
    except ValueError:
        raise ConfigError(
            f"--since {said}: is not a FHIR instant. Give date, time and offset, as in 2026-05-01T00:00:00Z."
        ) from None
