"""What de-identification did to values, shown without a value: every letter and digit stands only for its kind."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from deid.subject import Entity

GONE = "—"
# Longer texts are no shape but a text.
_LONGEST = 60
_TAGS = "|".join(get_args(Entity))
_PART = re.compile(
    rf"(?P<tag>\[(?:{_TAGS})-\d+\])|(?P<key>\x01)|(?P<mixed>\x02)"  # a tag stands for an identifier in a text
    r"|(?P<upper>[A-Z]+)|(?P<lower>[a-z]+)|(?P<han>[\u3400-\u9fff\uf900-\ufaff]+)|(?P<digit>\d)|(?P<letter>[^\W\d_]+)"
    r"|(?P<sign>[\s!-/:-@\[-`{-~])"
)
# Where letters and digits alternate, their order is nearly the number itself.
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MIXED = re.compile(r"(?<![0-9A-Za-z])(?=(?:[A-Za-z]+\d+){2}|(?:\d+[A-Za-z]+){2})[0-9A-Za-z]{5,}(?![0-9A-Za-z])")
_KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_MARK = "\x02"
_SHOWN = {"key": "‹key›", "mixed": "‹mixed›", "upper": "A", "lower": "a", "han": "汉", "digit": "9", "letter": "a"}


def shape(text: str) -> str | None:
    """ "Ann-Li 1961-04" -> "Aa-Aa 9999-99". None for a text that is too long to be one value."""
    if len(text) > _LONGEST:
        return None
    text = _MIXED.sub(_MARK, _UUID.sub(_MARK, _KEY.sub("\x01", text)))
    parts = ((m.lastgroup or "", m[0]) for m in _PART.finditer(text))
    return "".join(_SHOWN.get(kind, part) for kind, part in parts)


def changes(before: Any, after: Any, path: str) -> Iterator[tuple[str, str]]:
    """(path, "shape → shape") of every string that became another, or nothing. Items of lists have the list's path.

    Lists that lost items are passed over: which item became which cannot be told.
    """
    if isinstance(before, dict):
        for name, value in before.items():
            yield from changes(value, after.get(name) if isinstance(after, dict) else None, f"{path}.{name}")
    elif isinstance(before, list):
        same = after if isinstance(after, list) and len(after) == len(before) else [None] * len(before)
        if same is after or after is None:
            for one, other in zip(before, same, strict=True):
                yield from changes(one, other, path)
    elif isinstance(before, str) and before != after:
        was, became = shape(before), GONE if after is None else shape(str(after))
        if was is not None and became is not None:
            yield path, f"{was} → {became}"
