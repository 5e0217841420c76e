"""Links to files that hold for a short time and for one grant: signed, so that nothing has to be remembered."""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime

from governance.sharing.access import Refused


class Links:
    """Signs with a key of this process: after a restart older links are refused, and a client just asks again."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def made(self, grant: str, file: str, until: datetime) -> str:
        # No two are equal, so that each can be told to have been used.
        body = json.dumps([grant, file, int(until.timestamp()), secrets.token_hex(8)]).encode()
        return base64.urlsafe_b64encode(hmac.digest(self._key, body, hashlib.sha256) + body).decode().rstrip("=")

    def read(self, link: str, now: datetime) -> tuple[str, str]:
        """The grant and file id of a link. Refused: unknown_token, expired."""
        try:
            raw = base64.urlsafe_b64decode(link + "=" * (-len(link) % 4))
            signature, body = raw[:32], raw[32:]
            if not hmac.compare_digest(signature, hmac.digest(self._key, body, hashlib.sha256)):
                raise ValueError
            grant, file, until, _ = json.loads(body)
        except (ValueError, TypeError):
            raise Refused("unknown_token", "this link is not one of this server's. Query the table again.") from None
        if now.timestamp() >= until:
            raise Refused("expired", "this link has expired. Query the table again.")
        return grant, file
