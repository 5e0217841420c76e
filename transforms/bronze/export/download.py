"""One file of an export: fetched, taken up again where it broke off, and checked before it counts as here."""

import gzip
import os
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from core.errors import SourceError
from transforms.bronze.export.manifest import RemoteFile
from transforms.bronze.export.state import Done, Part, State
from transforms.bronze.export.web import TRIES, Ask, Stopped, Web

_CHUNK = 1 << 20
_CHECKS = 2  # times that a file which came whole but is wrong is fetched, for a proxy may have cut it
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class _Again(Exception):
    """This attempt came to nothing; `is_wrong` when all was received and it is not what the manifest says."""

    def __init__(self, why: str, *, is_wrong: bool = False) -> None:
        super().__init__(why)
        self.is_wrong = is_wrong


class _Bundle(msgspec.Struct):
    entry: list[msgspec.Raw] = []


@dataclass(frozen=True, slots=True)
class Download:
    """One file on its way. `number` names it in messages, as "3 of 12"; `count` is told the bytes as they come."""

    web: Web
    state: State
    folder: Path
    file: RemoteFile
    number: str
    with_token: bool
    count: Callable[[int], None]

    @property
    def _what(self) -> str:
        return f"file {self.number} ({self.file.name})"

    @property
    def _part(self) -> Path:
        return self.folder / f"{self.file.name}.part"

    @property
    def _whole(self) -> Path:
        return self.folder / self.file.name

    def fetch(self) -> Done:
        """The file in its folder, whole and checked.

        SourceError when the connection keeps breaking (can_pass), the server refuses it, or it is wrong.
        """
        failures = wrong = most = 0
        while True:
            if self.web.stop.is_set():
                raise Stopped
            most = max(most, self._have())
            try:
                if not self._is_complete():
                    self._receive()
                return self._finish()
            except httpx.RequestError as e:
                why = type(e).__name__
            except _Again as e:
                why = str(e)
                wrong += e.is_wrong
                self._forget()
            # A slow link that breaks every few megabytes still gets there: only failures without progress count.
            failures = 1 if self._have() > most else failures + 1
            if wrong >= _CHECKS:
                raise SourceError(
                    f"{self.web.place}: {self._what}: {why}. Nothing was landed. Export again: a new export is asked for;"
                    " if it stays, have the server's operator look at it."
                )
            if failures >= TRIES:
                raise SourceError(
                    f"{self.web.place}: {self._what}: the connection broke {failures} times without progress ({why})."
                    " Export again: it goes on from where it was.",
                    can_pass=True,
                )
            self.web.sleep(self.web.pause(failures))

    def _receive(self) -> None:
        """Append what is missing to the part, or begin it anew when the server cannot continue it."""
        headers = {"Accept": "application/fhir+ndjson", "Accept-Encoding": "gzip"}
        have, known = self._have(), self._known()
        if have and known.etag:
            headers |= {"Range": f"bytes={have}-", "If-Range": known.etag}
        ask = Ask(self._what, self.file.url, headers=headers, with_token=self.with_token)
        with self.web.stream(ask) as answer:
            if answer.status_code == 416:
                raise _Again("the server cannot continue it")
            if answer.status_code == 206:
                self._check_continues(answer, have, known)
            elif answer.status_code == 200:
                have = 0
                known = self._begin(answer)
            else:
                raise self._refused(ask, answer)
            self._append(answer, have)
        self._check_length(known)

    def _begin(self, answer: httpx.Response) -> Part:
        """A part from its first byte. What identifies it is on disk before any of it is."""
        encoding = answer.headers.get("content-encoding", "").lower().removeprefix("identity")
        if encoding not in ("", "gzip") or answer.headers.get("content-type", "").startswith("text/html"):
            raise _Again("is not NDJSON, plain or gzip", is_wrong=True)
        etag = answer.headers.get("etag")
        length = answer.headers.get("content-length", "")
        # A weak ETag does not promise the same bytes, so it cannot join two parts (RFC 9110, 13.1.5).
        known = Part(
            etag if etag and etag.startswith('"') else None, encoding, int(length) if length.isdigit() else None
        )
        self._part.write_bytes(b"")
        self.state.part(self.file.name, known)
        return known

    def _append(self, answer: httpx.Response, have: int) -> None:
        with self._part.open("ab") as out:
            assert out.tell() == have, "a part is continued at its end"
            for chunk in answer.iter_raw():
                if self.web.stop.is_set():
                    raise Stopped
                out.write(chunk)
                self.count(len(chunk))

    def _check_continues(self, answer: httpx.Response, have: int, known: Part) -> None:
        at = _RANGE.fullmatch(answer.headers.get("content-range", ""))
        same = answer.headers.get("etag", known.etag) == known.etag
        if not at or int(at[1]) != have or not same:
            raise _Again("the server continued it elsewhere")

    def _check_length(self, known: Part) -> None:
        if known.length is not None and self._have() != known.length:
            raise _Again(f"{self._have()} bytes came, {known.length} were promised")

    def _finish(self) -> Done:
        """Unpack, check, and give it its name; only then is it remembered as here."""
        target = self._unpacked()
        lines = self._checked(target)
        _sync(target)
        target.replace(self._whole)
        self._part.unlink(missing_ok=True)
        done = Done(lines, self._whole.stat().st_size)
        self.state.done(self.file.name, done)
        return done

    def _checked(self, target: Path) -> int:
        """How many records it holds, when that is what the manifest says and the last one is whole."""
        lines, is_cut = _count(target)
        if is_cut:
            raise _Again("its last line is cut off", is_wrong=True)
        expected = self.file.count
        if expected in (None, lines):
            return lines
        # Of deletes, some servers count the deleted resources and not the Bundles that hold them.
        if self.file.section == "deleted" and _entries(target) == expected:
            return lines
        raise _Again(f"holds {lines:,} records where the manifest says {expected:,}", is_wrong=True)

    def _unpacked(self) -> Path:
        if self._known().encoding != "gzip":
            return self._part
        plain = self.folder / f"{self.file.name}.plain"
        try:
            with gzip.open(self._part, "rb") as packed, plain.open("wb") as out:
                while chunk := packed.read(_CHUNK):
                    out.write(chunk)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise _Again("its gzip is cut off or damaged", is_wrong=True) from None
        return plain

    def _refused(self, ask: Ask, answer: httpx.Response) -> SourceError:
        if answer.status_code not in (401, 403):
            return self.web.refused(ask, answer, "Nothing was landed. Export again: a new export is asked for.")
        if self.with_token and self.web.is_home(self.file.url):
            return self.web.refused(
                ask, answer, "Check scopes in the institution's file, then export again: it goes on."
            )
        # No matter of access: a signed address that has expired, or one that would have to be signed.
        advice = "Export again: a new export is asked for. The token is sent to base_url's host only."
        return SourceError(str(self.web.refused(ask, answer, advice)))

    def _have(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _known(self) -> Part:
        running = self.state.running
        return (running.parts.get(self.file.name) if running else None) or Part()

    def _is_complete(self) -> bool:
        """Whether all bytes are here already: the client was cut off just before the check."""
        return self._part.exists() and self._known().length == self._have()

    def _forget(self) -> None:
        self._part.unlink(missing_ok=True)
        self.state.part(self.file.name, None)


def _count(file: Path) -> tuple[int, bool]:
    """How many lines that are not blank, and whether the last one is cut off: it neither ends nor is JSON."""
    lines, last = 0, b""
    with file.open("rb") as text:
        for line in text:
            lines += not line.isspace()
            last = line
    if not last or last.endswith(b"\n"):
        return lines, False
    try:
        return lines, not isinstance(msgspec.json.decode(last), dict)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return lines, not last.isspace()


def _entries(file: Path) -> int:
    """How many entries its Bundles have in all; -1 when one cannot be read."""
    try:
        with file.open("rb") as text:
            return sum(len(msgspec.json.decode(line, type=_Bundle).entry) for line in text if not line.isspace())
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return -1


def _sync(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
