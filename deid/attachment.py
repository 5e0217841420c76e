"""The content of an Attachment: text is decoded, scanned and encoded again; what is no text cannot be scanned."""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha1

from deid.text import extract
from deid.text.units import TextNotScannable

_NOW = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Encoded:
    """What belongs together in an Attachment: `hash` is SHA-1 of the content in base64, `size` its bytes."""

    data: str
    size: int
    hash: str
    content_type: str | None  # None: stays as it was


def decode(data: str, content_type: str) -> tuple[str, str | None]:
    """The text in a base64 string, and the content type it has now when that changed (tags of markup are left out).

    extract.NotText: the type is none that holds text. TextNotScannable: it is one, but the content cannot be read.
    """
    extract.require_text(content_type)
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        content = None
    if content is None:
        raise TextNotScannable("the content is not base64")
    text = extract.plain_text(content, content_type)
    return text, None if extract.is_plain_utf8(content_type) else _NOW


def encode(text: str, content_type: str | None) -> Encoded:
    content = text.encode()
    # SHA-1 is what FHIR asks for; it protects nothing.
    digest = base64.b64encode(sha1(content, usedforsecurity=False).digest()).decode()
    return Encoded(base64.b64encode(content).decode(), len(content), digest, content_type)
