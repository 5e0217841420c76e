import ipaddress
import re

from deid.text.recognizers.base import Recognizer, Rule, pattern


class Ip(Recognizer):
    """IP addresses, also beside Han characters. Of four small numbers with points only those that are called one."""

    ENTITY = "IP"
    NEEDS = r"\d\.\d|[0-9A-Fa-f]:[0-9A-Fa-f:]"
    RULES = (
        pattern("v4", r"(?<![\dA-Za-z.])\d{1,3}(?:\.\d{1,3}){3}(?![\dA-Za-z]|\.\d)"),
        pattern("v6", r"(?<![0-9A-Za-z:])(?:[0-9A-Fa-f]{1,4}:){3,7}(?::?[0-9A-Fa-f]{1,4}){1,5}(?![0-9A-Za-z:])"),
        pattern(
            "v6, short",
            r"(?<![0-9A-Za-z:.])(?=[0-9A-Fa-f:]*\d)(?:[0-9A-Fa-f]{1,4}:){1,7}(?::[0-9A-Fa-f]{1,4}){1,6}(?![0-9A-Za-z:])",
        ),
        pattern(
            "masked",
            r"(?:(?i:ip)|终端|主机)(?:地址|\saddress)?\s?[:为是]?\s?(?P<value>\d{1,3}\.\d{1,3}(?:\.(?:\d{1,3}|[*xX]{1,3})){1,2})(?![\w.])",
            words="ip",
            chars="终主",
        ),
    )

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        if rule.name == "masked":
            return float(rule.score)
        try:
            ipaddress.ip_address(match[0])
        except ValueError:
            return 0
        return float(rule.score)
