from deid.text.recognizers.base import CHECKED, Recognizer, pattern


class Email(Recognizer):
    """E-mail addresses, also between Han characters, where Presidio's own pattern takes those for parts of the address."""

    ENTITY = "EMAIL"
    NEEDS = r"@|\bat\b|\(at\)"
    RULES = (
        pattern("address", r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}\s?@\s?(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,18}(?![A-Za-z0-9-])", CHECKED),
        pattern("written out", r"(?<![A-Za-z0-9._-])[A-Za-z0-9._-]{2,40}\s?(?:\(at\)|\[at\])\s?[A-Za-z0-9-]{2,40}\s?(?:\.|\(dot\)|\[dot\])\s?[A-Za-z]{2,6}(?![A-Za-z0-9])"),
    )  # fmt: skip
