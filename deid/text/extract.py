"""The text in a document: plain, HTML, XML or RTF. Anything else, and anything that cannot be read as a whole, is refused."""

import codecs
import re
from email.message import Message
from html.parser import HTMLParser

from deid.text.units import MAX_CHARS, TextNotScannable

_PLAIN = frozenset({"text/plain", "text/markdown", "text/csv", "text/tab-separated-values"})
_MARKUP = frozenset({"text/html", "application/xhtml+xml", "text/xml", "application/xml"})
_RTF = frozenset({"text/rtf", "application/rtf"})
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "gb18030": "gb18030"}
# A character of the longest text has four bytes, and markup may be half of it.
_MAX_BYTES = 8 * MAX_CHARS
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class NotText(Exception):
    """A content type that holds no text we can read: PDF, images, anything unknown. Has nothing of the content."""


def require_text(content_type: str) -> None:
    """NotText unless the type is plain text, HTML, XML or RTF."""
    if "/" not in content_type or _kind(content_type)[0] not in _PLAIN | _MARKUP | _RTF:
        raise NotText


def is_plain_utf8(content_type: str) -> bool:
    """Whether text in UTF-8 may go by this type: it needs no markup and names no other character set."""
    kind, charset = _kind(content_type)
    return kind in _PLAIN and (charset or "utf-8") in ("utf-8", "utf8", "us-ascii")


def _kind(content_type: str) -> tuple[str, str | None]:
    header = Message()
    header["content-type"] = content_type
    return header.get_content_type(), header.get_content_charset()


def plain_text(data: bytes, content_type: str) -> str:
    """The text a reader would see.

    Bytes are UTF-8, or UTF-16 with a byte order mark, or what the `charset` parameter says (GB2312 and GBK are read as
    GB18030, which holds both). TextNotScannable: another type, an unknown character set, or bytes that are not of it.
    """
    if len(data) > _MAX_BYTES:
        raise TextNotScannable(f"the content is larger than {_MAX_BYTES} bytes: deliver it in parts")
    kind, charset = _kind(content_type)
    if kind in _RTF:
        return _from_rtf(data)
    if "/" not in content_type or (kind not in _PLAIN and kind not in _MARKUP):
        raise TextNotScannable("the content is neither plain text nor HTML, XML or RTF: it cannot be searched")
    text = _decoded(data, charset)
    return text if kind in _PLAIN else _without_tags(text)


def _decoded(data: bytes, charset: str | None) -> str:
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    name = marked or _CHINESE.get(charset or "", charset) or "utf-8"
    try:
        return data.decode(name)
    except (LookupError, ValueError):
        kind = "its character set" if charset else "UTF-8"
    raise TextNotScannable(f"the content is not text in {kind}: deliver it in UTF-8 or name its charset")


class _Text(HTMLParser):
    # What ends a line for a reader; all other tags may stand within a word.
    _BLOCKS = frozenset(
        "address article aside blockquote br caption content dd div dl dt entry fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr item"
        " li list main nav ol option p paragraph pre section table tbody td text tfoot th thead title tr ul value".split()
    )
    _SILENT = frozenset("head script style template noscript".split())

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        local = tag.rpartition(":")[2]
        self._silent += local in self._SILENT
        if local in self._BLOCKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        if tag.rpartition(":")[2] in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        local = tag.rpartition(":")[2]
        self._silent = max(0, self._silent - (local in self._SILENT))
        if local in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)

    def unknown_decl(self, data: str) -> None:
        # <![CDATA[ … ]]> of XML is text.
        if data.startswith("CDATA["):
            self.handle_data(data.removeprefix("CDATA["))


def _without_tags(markup: str) -> str:
    parser = _Text()
    parser.feed(markup)
    parser.close()
    return re.sub(r"[ \t]*\n\s*", "\n", "".join(parser.parts)).strip()


# --- RTF --------------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
# Groups that hold no text of the document.
_DESTINATIONS = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata datastore latentstyles listtable listoverridetable rsidtbl generator xmlnstbl"
    b" fldinst operator author title subject company".split()
)
_BREAKS = {b"par": "\n", b"line": "\n", b"row": "\n", b"cell": "\t", b"tab": "\t", b"sect": "\n", b"page": "\n"}
_SPECIAL = {b"~": " ", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n", b"\\": "\\", b"{": "{", b"}": "}"}


def _from_rtf(data: bytes) -> str:
    """Text of an RTF document: groups without text are skipped, escapes decoded in the document's code page."""
    if not data.startswith(b"{\\rtf") or b"\\bin" in data:
        raise TextNotScannable("the content is no RTF, or holds binary data: it cannot be searched")
    page = re.search(rb"\\ansicpg(\d{2,5})", data)
    codec = {"936": "gb18030", "65001": "utf-8"}.get(page[1].decode(), f"cp{page[1].decode()}") if page else "cp1252"
    out: list[str] = []
    raw = bytearray()
    stack: list[tuple[bool, int]] = []
    is_silent, skipped, to_skip, at = False, 1, 0, 0

    def flush() -> None:
        if raw:
            out.append(raw.decode(codec))
            raw.clear()

    try:
        for token in _TOKEN.finditer(data):
            if token.start() != at:
                raise ValueError
            at = token.end()
            word, number, escape, symbol, brace, plain = token.groups()
            if brace == b"{":
                stack.append((is_silent, skipped))
            elif brace == b"}":
                is_silent, skipped = stack.pop()
            elif symbol == b"*" or word in _DESTINATIONS:
                is_silent = True
            elif is_silent:
                continue
            elif escape:
                if to_skip:
                    to_skip -= 1
                else:
                    raw.append(int(escape, 16))
            elif plain:
                raw += plain[to_skip:]
                to_skip = max(0, to_skip - len(plain))
            else:
                flush()
                if word == b"u" and number:
                    out.append(chr(int(number) % 0x10000))
                    to_skip = skipped
                elif word == b"uc" and number:
                    skipped = int(number)
                else:
                    out.append(_BREAKS.get(word, "") if word else _SPECIAL.get(symbol or b"", ""))
        flush()
        if at != len(data) or stack:
            raise ValueError
        # Two \u escapes may be one character.
        return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16").strip()
    except (ValueError, LookupError, IndexError):
        kind = "broken or in an unknown code page"
    raise TextNotScannable(f"the RTF is {kind}: it cannot be searched")
