import re

from deid.text.recognizers.base import Recognizer, Rule, pattern

_TLD = r"(?:com|org|net|edu|gov|cn|io|info|hospital|health|uk|hk|tw|de|fr|jp|co|me|app|dev|xyz|top|cc|biz)"


class Url(Recognizer):
    """Addresses on the web: with a scheme, with www, or of a common domain and a path. "pain.no" is none."""

    ENTITY = "URL"
    NEEDS = r"://|(?i:www)\.|\.[a-z]{2,8}"
    RULES = (
        pattern("scheme", r"(?i:https?|ftp|sftp|file)://[^\s\u3000-\u303f\u4e00-\u9fff<>\"')\]]{2,300}"),
        pattern("www", r"(?<![A-Za-z0-9@.])(?i:www)\.[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,24}){1,4}(?:/[^\s\u3000-\u303f\u4e00-\u9fff<>\"')\]]{0,200})?"),
        pattern("domain", rf"(?<![A-Za-z0-9@._-])(?:[a-z0-9-]{{2,63}}\.){{1,4}}(?:{_TLD})(?:\.{_TLD})?(?:/[^\s\u3000-\u303f\u4e00-\u9fff<>\"')\]]{{0,200}})?(?![A-Za-z0-9@-])"),
    )  # fmt: skip

    def narrow(self, match: re.Match[str], rule: Rule) -> tuple[int, int]:
        return match.start(), match.start() + len(match[0].rstrip(".,;:!?)'\""))
