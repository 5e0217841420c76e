"""The server's side of an export: begun there or found again, waited for until its files are ready, and let go of."""

from collections.abc import Callable
from contextlib import suppress

import httpx

from core.errors import SourceError
from transforms.bronze.export.manifest import Manifest, read_manifest
from transforms.bronze.export.state import Running, State
from transforms.bronze.export.web import PATIENCE, TRIES, AccessError, Ask, Web, absolute, issue_codes, retry_after

_GONE = (404, 410)
# FHIR R4 IssueType `transient` and what is below it: the export itself has not failed (Bulk Data 2.0, status request).
_TRANSIENT = frozenset({"transient", "lock-error", "no-store", "exception", "timeout", "incomplete", "throttled"})


class Job:
    """Exports as jobs of a server; `state` remembers the one under way."""

    def __init__(self, web: Web, state: State, tell: Callable[[str], None]) -> None:
        self._web = web
        self._state = state
        self._tell = tell

    def obtain(self, kickoff: str) -> tuple[Running, Manifest]:
        """The export that `kickoff` asks for, ready: the one begun earlier if the server still has it, or a new one."""
        return self._resumed(kickoff) or self._started(kickoff)

    def release(self, running: Running) -> None:
        """Tell the server that it can remove an export's files. If it does not hear it, they expire by themselves."""
        with suppress(SourceError, httpx.RequestError):
            self._web.send_once(Ask("removal", running.status_url, "DELETE", with_token=True))

    def _resumed(self, kickoff: str) -> tuple[Running, Manifest] | None:
        running = self._state.running
        if running is None:
            return None
        if running.kickoff == kickoff:
            self._tell("going on with the export that was begun earlier")
            if manifest := self._poll(running):
                return running, manifest
            self._tell("the server no longer has that export: asking for a new one")
        else:
            self.release(running)
        self._state.begin(None)
        return None

    def _started(self, kickoff: str) -> tuple[Running, Manifest]:
        headers = {"Accept": "application/fhir+json", "Prefer": "respond-async"}
        ask = Ask("export request", kickoff, headers=headers, with_token=True)
        answer = self._web.send(ask)
        if answer.status_code != 202:
            raise self._web.refused(ask, answer, "Check scope, group, types and scopes in the institution's file.")
        said = answer.headers.get("content-location")
        if not said:
            raise SourceError(
                f"{self._web.place}: export request: accepted without a Content-Location to ask at. Have the server's"
                " operator mend it."
            )
        running = Running(kickoff, absolute(kickoff, said))
        self._state.begin(running)
        self._tell("the server has begun the export")
        manifest = self._poll(running)
        if manifest is None:
            self._state.begin(None)
            raise SourceError(
                f"{self._web.place}: status: the server does not know the export it has just begun. Export again.",
                can_pass=True,
            )
        return running, manifest

    def _poll(self, running: Running) -> Manifest | None:
        """The manifest once the export is ready; None when the server does not have the export any more."""
        headers = {"Accept": "application/json"}
        ask = Ask("status", running.status_url, headers=headers, with_token=True, is_final=_Failed())
        waited, looks, told = 0.0, 0, ""
        while waited <= PATIENCE:
            answer = self._web.send(ask)
            if answer.status_code == 200:
                return self._ready(answer, running)
            if answer.status_code in _GONE:
                return None
            if answer.status_code != 202:
                raise self._failed(ask, answer)
            looks += 1
            pause = retry_after(answer, self._web.pace.now()) or self._web.pause(looks)
            progress = _shown(answer.headers.get("x-progress", ""))
            if progress != told:
                self._tell(f"the server says: {progress}")
                told = progress
            self._web.sleep(pause)
            waited += pause
        raise SourceError(
            f"{self._web.place}: status: not ready after {PATIENCE / 3600:.0f} hours. Export again to go on waiting.",
            can_pass=True,
        )

    def _ready(self, answer: httpx.Response, running: Running) -> Manifest:
        at, kickoff, place = running.status_url, running.kickoff, self._web.place
        try:
            manifest = read_manifest(answer.content, found_at=at, kickoff=kickoff, place=place)
        except SourceError:
            self._state.begin(None)
            raise
        if running.manifest != manifest.digest:
            # What has come belongs to another list of files: none of it can be relied on.
            self._state.ready(manifest.digest)
        return manifest

    def _failed(self, ask: Ask, answer: httpx.Response) -> SourceError:
        """The error of an export that the server gave up. One that it only refuses to show can be gone on with."""
        error = self._web.refused(ask, answer, "Check client_id and scopes, then export again: it goes on.")
        if isinstance(error, AccessError):
            return error
        self._state.begin(None)
        return self._web.refused(ask, answer, "The export has failed on the server. Export again to ask for a new one.")


class _Failed:
    """Whether a 5xx answer to a status request is the export's end and not a hiccup of the server.

    It is when it gives a reason that does not pass, or one that should pass and does not. A server that asks to come
    back later has not failed, and neither has one whose answer comes from a proxy.
    """

    def __init__(self) -> None:
        self._times = 0

    def __call__(self, answer: httpx.Response) -> bool:
        codes = issue_codes(answer)
        if not codes or "retry-after" in answer.headers:
            return False
        self._times += 1
        return not _TRANSIENT & set(codes) or self._times >= TRIES - 1


def _shown(progress: str) -> str:
    """A server's line about its progress as it may be shown: printable, on one line, no longer than the standard allows."""
    return "".join(c for c in progress if c.isprintable())[:100]
