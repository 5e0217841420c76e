"""Text of documents: what a reader would see, or nothing."""

import pytest

from deid.text.extract import plain_text
from deid.text.scanner import TextNotScannable

RTF = rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 Arial;}}{\info{\author Hidden}}\f0 Hello \b Jo\b0 hn\par \u24352?\u20255? \'d5\'c5 {\*\generator X;}end}"


@pytest.mark.parametrize(
    ("data", "content_type", "text"),
    [
        ("Grüße 张三".encode(), "text/plain", "Grüße 张三"),
        ("张三".encode("utf-8-sig"), "text/plain; charset=utf-8", "张三"),
        ("张三".encode("utf-16"), "text/plain", "张三"),
        ("张三".encode("gbk"), "text/plain; charset=GB2312", "张三"),
        ("Grüße".encode("latin-1"), 'text/plain; charset="iso-8859-1"', "Grüße"),
        (
            b"<p>Jo<b>hn</b> &amp; M&#252;ller</p><!-- Jane --><script>var a='Jane'</script><td a='Jane'>x",
            "text/html",
            "John & Müller\nx",
        ),
        (b"<doc><name>John</name><![CDATA[ <Smith>]]></doc>", "application/xml", "John <Smith>"),
        (RTF, "application/rtf", "Hello John\n张伟 张 end"),
    ],
)
def test_text_of_a_document(data: bytes, content_type: str, text: str) -> None:
    assert plain_text(data, content_type) == text


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"%PDF-1.7 John", "application/pdf"),
        (b"John", "application/octet-stream"),
        (b"John", ""),
        (b"\xff\xfeJohn\xff", "text/plain"),
        (b"John \xe9", "text/plain"),
        (b"John", "text/plain; charset=klingon"),
        (b"John", "text/rtf"),
        (b"{\\rtf1 John", "text/rtf"),
        (b"{\\rtf1 {\\pict\\bin4 John}}", "text/rtf"),
        (b"{\\rtf1\\ansicpg99999 John}", "text/rtf"),
    ],
)
def test_anything_else_is_refused(data: bytes, content_type: str) -> None:
    with pytest.raises(TextNotScannable) as refused:
        plain_text(data, content_type)
    assert "John" not in str(refused.value)
