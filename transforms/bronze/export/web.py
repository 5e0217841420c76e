"""Requests to a FHIR server: with its token on its own host only, over safe connections, waiting when it asks to wait."""

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from threading import Event
from typing import Protocol

import httpx
import msgspec

from core.errors import SourceError

TRIES = 8  # failures in a row before it is given up
PATIENCE = 24 * 3600.0  # seconds that one request may wait in all because the server asks for it
_LONGEST_PAUSE = 60.0
_REDIRECTS = 5
_TRY_AGAIN = frozenset({408, 425, 429, *range(500, 600)}) - {501, 505}
_MOVED = frozenset({301, 302, 303, 307, 308})
TIMEOUT = httpx.Timeout(60, connect=20)
# Addresses may be signed and headers hold tokens: neither may reach a log that someone else has set to a low level.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

# FHIR R4 IssueType: a closed list, because whatever else stands in a code's place could be a patient's value.
_ISSUE_CODES = frozenset(
    "invalid structure required value invariant security login unknown expired forbidden suppressed processing"
    " not-supported duplicate multiple-matches not-found deleted too-long code-invalid extension too-costly"
    " business-rule conflict transient lock-error no-store exception timeout incomplete throttled informational"
    " success".split()
)


class Stopped(Exception):
    """Another file's failure, or the user, has ended the export: no error of its own."""


class AccessError(SourceError):
    """The client is not let in. Its institution file, key or registration has to be mended; the export itself is fine."""


class TokenSource(Protocol):
    """Access tokens for the server; `renew` gives another one than `stale`."""

    def get(self) -> str: ...
    def renew(self, stale: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How time passes: what sleeps, what says the time (seconds since 1970), and a random number from 0 to 1."""

    sleep: Callable[[float], object]
    now: Callable[[], float]
    jitter: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `what` names it in errors; `is_final` says which answer not to ask for again."""

    what: str
    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    with_token: bool = False
    is_final: Callable[[httpx.Response], bool] = lambda response: False


class _Issue(msgspec.Struct):
    code: str | None = None


class _Outcome(msgspec.Struct):
    resourceType: str | None = None  # noqa: N815  the name is FHIR's
    issue: list[_Issue] | None = None


class Web:
    """All requests to one server, from any thread. `place` opens every message; `base` is the server's own address."""

    def __init__(self, client: httpx.Client, place: str, base: str, pace: Pace) -> None:
        self.place = place
        self.pace = pace
        self.stop = Event()
        self._client = client
        self._base = httpx.URL(base)
        self._tokens: TokenSource | None = None

    def with_tokens(self, tokens: TokenSource) -> "Web":
        """The same, sending tokens where a request asks for it; it stops together with this one."""
        other = copy(self)
        other._tokens = tokens
        return other

    def send(self, ask: Ask) -> httpx.Response:
        """The whole answer, whatever its status, once it is not one that passes by itself.

        SourceError (can_pass) when the server cannot be reached, keeps failing or asks to wait for too long.
        """
        return self._persist(ask, is_whole=True)

    def send_once(self, ask: Ask) -> httpx.Response:
        """The answer of one try; httpx.RequestError when there is none."""
        return self._follow(ask, is_whole=True)[0]

    @contextmanager
    def stream(self, ask: Ask) -> Iterator[httpx.Response]:
        """The same with the body still to be read; httpx.TransportError may break it off."""
        response = self._persist(ask, is_whole=False)
        try:
            yield response
        finally:
            response.close()

    def refused(self, ask: Ask, response: httpx.Response, advice: str) -> SourceError:
        """The error for an answer that will stay as it is: its status and the codes of its OperationOutcome."""
        codes = issue_codes(response)
        said = f"; {', '.join(codes)}" if codes else ""
        error = AccessError if response.status_code in (401, 403) else SourceError
        return error(f"{self.place}: {ask.what}: refused (status {response.status_code}{said}). {advice}")

    def pause(self, failures: int) -> float:
        """Seconds before the next try: 1, 2, 4, … 60, up to a quarter more so that clients do not come all at once."""
        return min(_LONGEST_PAUSE, 2.0 ** (failures - 1)) * (1 + self.pace.jitter() / 4)

    def sleep(self, seconds: float) -> None:
        """Wait in short steps, so that a long wait ends when the export does. Stopped when it has ended."""
        while seconds > 0:
            if self.stop.is_set():
                raise Stopped
            self.pace.sleep(min(seconds, 1.0))
            seconds -= 1.0

    def is_home(self, url: str) -> bool:
        """Whether an address is on the server's own origin: the only one that is sent a token."""
        return _origin(httpx.URL(url)) == _origin(self._base)

    def _persist(self, ask: Ask, *, is_whole: bool) -> httpx.Response:
        failures, waited, is_renewed = 0, 0.0, False
        while True:
            asked: float | None = None
            try:
                response, token = self._follow(ask, is_whole)
            except httpx.RequestError as e:
                self._certificate(e)
                problem = type(e).__name__
            else:
                if response.status_code == 401 and token and self._tokens and not is_renewed:
                    response.close()
                    self._tokens.renew(token)
                    is_renewed = True
                    continue
                if response.status_code not in _TRY_AGAIN or ask.is_final(response):
                    return response
                response.close()
                asked, problem = retry_after(response, self.pace.now()), f"status {response.status_code}"
            failures += asked is None
            wait = self.pause(failures) if asked is None else asked
            waited += wait
            if failures >= TRIES or waited > PATIENCE:
                raise self._given_up(ask, problem, failures, wait)
            self.sleep(wait)

    def _given_up(self, ask: Ask, problem: str, failures: int, wait: float) -> SourceError:
        why = f"asks to wait {wait:,.0f} s more" if failures < TRIES else f"failed {failures} times in a row"
        return SourceError(
            f"{self.place}: {ask.what}: {why} ({problem}). Check that the server is up, then export again: what has been"
            " done is kept.",
            can_pass=True,
        )

    def _follow(self, ask: Ask, is_whole: bool) -> tuple[httpx.Response, str | None]:
        """The answer after redirects, and the token that went with the last request.

        Redirects are followed here, since each hop is checked anew; those of a POST are not, for it holds a signature.
        """
        url = ask.url
        for _ in range(_REDIRECTS + 1):
            self._safe(ask, url)
            token = self._tokens.get() if ask.with_token and self._tokens and self.is_home(url) else None
            headers = {**ask.headers, **({"Authorization": f"Bearer {token}"} if token else {})}
            request = self._client.build_request(ask.method, url, headers=headers, data=ask.form)
            response = self._client.send(request, stream=True)
            moved = response.headers.get("location") if response.status_code in _MOVED else None
            if not moved or ask.method == "POST":
                return _read(response) if is_whole or response.is_error else response, token
            response.close()
            url = absolute(url, moved)
        raise SourceError(f"{self.place}: {ask.what}: redirected more than {_REDIRECTS} times. Check base_url.")

    def _safe(self, ask: Ask, url: str) -> None:
        """SourceError for an address that others could read along, or that is none."""
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            parsed = httpx.URL("")
        is_local = self._base.scheme == "http" and parsed.host == self._base.host
        if not parsed.host or (parsed.scheme != "https" and not (parsed.scheme == "http" and is_local)):
            raise SourceError(
                f"{self.place}: {ask.what}: the server names an address that is not https://. Have its operator mend it."
            )

    def _certificate(self, error: httpx.RequestError) -> None:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise SourceError(
                    f"{self.place}: its TLS certificate cannot be verified. Have it renewed, or set SSL_CERT_FILE to the"
                    " certificates of the authority that made it."
                ) from None
            cause = cause.__cause__ or cause.__context__


def absolute(url: str, said: str) -> str:
    """An address as a server says it, relative or not, found at `url`; "" for one that cannot be an address."""
    try:
        return str(httpx.URL(url).join(said))
    except (httpx.InvalidURL, ValueError):
        return ""


def retry_after(response: httpx.Response, now: float) -> float | None:
    """Seconds the server asks to wait (at least 1), said as seconds or as an HTTP date; None when it says nothing."""
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return max(1.0, float(said[:9]))
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(1.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now)


def issue_codes(response: httpx.Response) -> list[str]:
    """The issue codes of an answer that is an OperationOutcome, each once; never its texts, which may name patients."""
    try:
        outcome = msgspec.json.decode(response.content, type=_Outcome)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return []
    if outcome.resourceType != "OperationOutcome":
        return []
    return list(dict.fromkeys(i.code for i in outcome.issue or () if i.code in _ISSUE_CODES))


def _read(response: httpx.Response) -> httpx.Response:
    try:
        response.read()
    finally:
        response.close()
    return response


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"https": 443, "http": 80}.get(url.scheme)
