"""Access tokens by SMART Backend Services: a short-lived signed assertion is changed for a token; no shared secret.

Source: SMART App Launch 2.2, "Backend Services" and "Client Authentication: Asymmetric"; RFC 7523.
"""

import stat
import uuid
from pathlib import Path
from threading import Lock

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from core.errors import ConfigError
from core.institution import BulkExport
from transforms.bronze.export.web import AccessError, Ask, Web, absolute

_ASSERTION_SECONDS = 240  # the standard allows 300; a minute is left for clocks that differ
_USUAL_SECONDS = 300.0  # a token's life when the server does not say it: what the standard recommends at most
_RENEW_BEFORE = 30.0
_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# RFC 6749 5.2: a closed list, so that no other text of the answer gets into an error.
_ERRORS = frozenset(
    "invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope".split()
)

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float | None = None


class _Refusal(msgspec.Struct):
    error: str | None = None


class _Configuration(msgspec.Struct):
    token_endpoint: str


def load_key(file: Path) -> PrivateKey:
    """The client's private key: PEM, without a password, RSA from 2048 bits or EC P-384, in a file only its owner can open.

    ConfigError says what is wrong, with the command that mends it.
    """
    try:
        others_may = file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        if others_may:
            raise ConfigError(f"{file}: others than its owner can open this private key. Run: chmod 600 {file}")
        key = load_pem_private_key(file.read_bytes(), password=None)
    except FileNotFoundError:
        raise ConfigError(
            f"{file}: the institution has a client_id, but its private key is not here. Put it there as PEM (RSA or EC"
            f" P-384, mode 0600); its public key is what the server has registered as key_id."
        ) from None
    except OSError as e:
        raise ConfigError(f"{file}: cannot be read ({e.strerror}). Check its owner and permissions.") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigError(f"{file}: is not a private key in PEM without a password. Put one there.") from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP384R1):
        return key
    raise ConfigError(f"{file}: this kind of key is not allowed. Make an RSA key of 2048 bits or more, or EC P-384.")


class Tokens:
    """Access tokens for one client at one server, each used until shortly before it expires; from any thread."""

    def __init__(self, web: Web, server: BulkExport, key: PrivateKey) -> None:
        self._web = web
        self._server = server
        self._key = key
        self._lock = Lock()
        self._address: str | None = server.token_url
        self._token: str | None = None
        self._until = 0.0

    def get(self) -> str:
        """A token that is good for a while yet. SourceError when the server does not give one."""
        with self._lock:
            if self._token is None or self._web.pace.now() >= self._until:
                self._fetch()
            assert self._token
            return self._token

    def renew(self, stale: str) -> str:
        """Another token than the one the server did not accept; one that another thread has got meanwhile will do."""
        with self._lock:
            if self._token == stale:
                self._token = None
        return self.get()

    def _fetch(self) -> None:
        address = self._token_address()
        ask = Ask("access token", address, "POST", {"Accept": "application/json"}, self._form(address))
        asked_at = self._web.pace.now()
        answer = self._web.send(ask)
        if answer.status_code != 200:
            raise self._refused(answer.status_code, answer.content)
        try:
            token = msgspec.json.decode(answer.content, type=_Token)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise AccessError(
                f"{self._web.place}: access token: the answer holds no access_token. Check token_url."
            ) from None
        life = _USUAL_SECONDS if token.expires_in is None else token.expires_in
        # A very short life still leaves half of it, else every request would ask for a token of its own.
        self._until = asked_at + max(life - _RENEW_BEFORE, life / 2)
        self._token = token.access_token

    def _form(self, address: str) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "scope": self._server.scopes,
            "client_assertion_type": _TYPE,
            "client_assertion": self._assertion(address),
        }

    def _assertion(self, address: str) -> str:
        client = self._server.client_id
        claims = {
            "iss": client,
            "sub": client,
            "aud": address,
            "exp": int(self._web.pace.now()) + _ASSERTION_SECONDS,
            "jti": str(uuid.uuid4()),
        }
        algorithm = "RS384" if isinstance(self._key, rsa.RSAPrivateKey) else "ES384"
        return jwt.encode(claims, self._key, algorithm=algorithm, headers={"kid": self._server.key_id})

    def _token_address(self) -> str:
        if self._address is None:
            where = f"{self._server.base_url}/.well-known/smart-configuration"
            ask = Ask("SMART configuration", where, headers={"Accept": "application/json"})
            answer = self._web.send(ask)
            if answer.status_code != 200:
                raise self._web.refused(ask, answer, "Give token_url in the institution's file.")
            try:
                said = msgspec.json.decode(answer.content, type=_Configuration).token_endpoint
            except (msgspec.MsgspecError, UnicodeDecodeError):
                raise AccessError(
                    f"{self._web.place}: SMART configuration: names no token_endpoint. Give token_url in the institution's file."
                ) from None
            self._address = absolute(where, said)
        return self._address

    def _refused(self, status: int, body: bytes) -> AccessError:
        try:
            error = msgspec.json.decode(body, type=_Refusal).error
        except (msgspec.MsgspecError, UnicodeDecodeError):
            error = None
        said = f"; {error}" if error in _ERRORS else ""
        return AccessError(
            f"{self._web.place}: access token: refused (status {status}{said}). Check client_id, key_id and scopes in the"
            " institution's file, that the key in the vault belongs to the registered public key, and this machine's clock."
        )
