"""The content of an Attachment: text is decoded, scanned and encoded again; what is no text cannot be scanned."""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha1
from html.parser import HTMLParser

_CHARSET = re.compile(r";\s*charset=\"?([A-Za-z0-9_-]{1,20})", re.IGNORECASE)
_PLAIN = frozenset({"text/plain"})
_MARKUP = frozenset({"text/html", "application/xhtml+xml", "text/xml", "application/xml"})
_BREAKS = frozenset(
    "address article br caption dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li ol p paragraph pre section"
    " table tbody td text th thead title tr ul item list".split()
)
_SILENT = frozenset({"script", "style", "head"})


class NotText(Exception):
    """The content is no text that we can read. Has nothing of it."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """What belongs together in an Attachment: `hash` is SHA-1 of the content in base64, `size` its bytes."""

    data: str
    size: int
    hash: str
    content_type: str | None  # None: stays as it was


def decode(data: str, content_type: str) -> tuple[str, str | None]:
    """The text in a base64 string, and the content type it has now when that changed (tags of markup are left out)."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in _PLAIN and kind not in _MARKUP:
        raise NotText
    charset = found[1] if (found := _CHARSET.search(content_type)) else "utf-8"
    try:
        text = base64.b64decode("".join(data.split()), validate=True).decode(charset)
    except (binascii.Error, ValueError, LookupError):
        raise NotText from None
    if kind in _PLAIN:
        return text, None if charset.lower() in ("utf-8", "utf8", "us-ascii") else "text/plain; charset=utf-8"
    return _without_tags(text), "text/plain; charset=utf-8"


def encode(text: str, content_type: str | None) -> Encoded:
    content = text.encode()
    # SHA-1 is what FHIR asks for; it protects nothing.
    digest = base64.b64encode(sha1(content, usedforsecurity=False).digest()).decode()
    return Encoded(base64.b64encode(content).decode(), len(content), digest, content_type)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        local = tag.rpartition(":")[2]
        self._silent += local in _SILENT
        if local in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        local = tag.rpartition(":")[2]
        self._silent = max(0, self._silent - (local in _SILENT))
        if local in _BREAKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        if tag.rpartition(":")[2] in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def _without_tags(markup: str) -> str:
    """What a reader would see: attributes, comments and instructions are gone, inline tags do not split words."""
    parser = _Text()
    parser.feed(markup)
    parser.close()
    return re.sub(r"[ \t]*\n\s*", "\n", "".join(parser.parts)).strip()
