"""FHIRPath text -> syntax tree. Source: http://hl7.org/fhirpath/N1/grammar.html

Quantity literals (`4 'mg'`) and date arithmetic are left out: SQL-on-FHIR asks for neither.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple


class PathError(Exception):
    """What is wrong in one expression, and at which character of it (from 0)."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True)
class Node:
    position: int


@dataclass(frozen=True)
class Literal(Node):
    """`type` is boolean, integer, decimal, string, date, dateTime or time; `text` is what stands between the marks."""

    type: str
    text: str


@dataclass(frozen=True)
class Empty(Node):
    """`{}`"""


@dataclass(frozen=True)
class Variable(Node):
    """`$this`, `$index`, `%name`; `name` has its sign."""

    name: str


@dataclass(frozen=True)
class Member(Node):
    """`base.name`; without a base it is an element of the context, or a type name."""

    base: Node | None
    name: str


@dataclass(frozen=True)
class Call(Node):
    base: Node | None
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Index(Node):
    base: Node
    index: Node


@dataclass(frozen=True)
class Binary(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Sign(Node):
    operator: str
    operand: Node


@dataclass(frozen=True)
class TypeTest(Node):
    """`base is type`, `base as type`."""

    operator: str
    base: Node
    type: str


class Token(NamedTuple):
    kind: str
    text: str
    position: int


_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<dateTime>@\d{4}(?:-\d\d(?:-\d\d)?)?T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)
    |(?P<date>@\d{4}(?:-\d\d(?:-\d\d)?)?)
    |(?P<time>@T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)
    |(?P<decimal>\d+\.\d+)
    |(?P<integer>\d+)
    |(?P<string>'(?:[^'\\]|\\.)*')
    |(?P<quoted>`(?:[^`\\]|\\.)*`)
    |(?P<variable>\$(?:this|index|total)|%(?:[A-Za-z_][A-Za-z0-9_\-]*|`[^`]*`|'[^']*'))
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign><=|>=|!=|!~|[.,()\[\]{}+\-*/&|<>=~])""",
    re.VERBOSE | re.DOTALL,
)
# From loosest to tightest; `is` and `as` take a type, all others are binary and left-associative.
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("implies",),
    ("or", "xor"),
    ("and",),
    ("in", "contains"),
    ("=", "~", "!=", "!~"),
    ("<=", "<", ">", ">="),
    ("|",),
    ("is", "as"),
    ("+", "-", "&"),
    ("*", "/", "div", "mod"),
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


def parse(text: str) -> Node:
    """The tree of one expression. PathError says what is wrong and where."""
    return _Parser(_tokens(text), len(text)).whole()


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise PathError(f"{text[at]!r} cannot stand here", at)
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match[0], at))
        at = match.end()
    return found


def _unescape(quoted: str) -> str:
    def plain(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else _ESCAPES.get(match[2], match[2])

    return re.sub(r"\\(?:u([0-9A-Fa-f]{4})|(.))", plain, quoted[1:-1], flags=re.DOTALL)


class _Parser:
    def __init__(self, tokens: list[Token], end: int) -> None:
        self._tokens = tokens
        self._end = Token("end", "", end)
        self._at = 0

    def whole(self) -> Node:
        found = self._level(0)
        if self._next.kind != "end":
            raise PathError(f"{self._next.text!r} cannot stand here", self._next.position)
        return found

    @property
    def _next(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else self._end

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _is(self, *texts: str) -> bool:
        return self._next.kind in ("word", "sign") and self._next.text in texts

    def _expect(self, text: str) -> None:
        if not self._is(text):
            raise PathError(f"expected {text!r}, found {self._next.text or 'the end'!r}", self._next.position)
        self._at += 1

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._signed()
        left = self._level(level + 1)
        while self._is(*_LEVELS[level]):
            operator = self._take()
            if operator.text in ("is", "as"):
                left = TypeTest(operator.position, operator.text, left, self._type_name())
            else:
                left = Binary(operator.position, operator.text, left, self._level(level + 1))
        return left

    def _type_name(self) -> str:
        names = [self._name()]
        while self._is("."):
            self._at += 1
            names.append(self._name())
        return ".".join(names)

    def _name(self) -> str:
        token = self._take()
        if token.kind not in ("word", "quoted"):
            raise PathError(f"expected a name, found {token.text or 'the end'!r}", token.position)
        return token.text if token.kind == "word" else _unescape(token.text)

    def _signed(self) -> Node:
        if self._is("+", "-"):
            sign = self._take()
            return Sign(sign.position, sign.text, self._signed())
        return self._steps(self._term())

    def _steps(self, base: Node) -> Node:
        while self._is(".", "["):
            sign = self._take()
            if sign.text == ".":
                at = self._next
                if at.kind == "variable":
                    raise PathError(f"{at.text!r} cannot stand after a dot", at.position)
                base = self._member(base, at.position, self._name())
            else:
                index = self._level(0)
                self._expect("]")
                base = Index(sign.position, base, index)
        return base

    def _member(self, base: Node | None, position: int, name: str) -> Node:
        if not self._is("("):
            return Member(position, base, name)
        self._at += 1
        arguments: list[Node] = []
        while not self._is(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._level(0))
        self._at += 1
        return Call(position, base, name, tuple(arguments))

    def _term(self) -> Node:
        token = self._take()
        if token.kind == "sign" and token.text == "(":
            inner = self._level(0)
            self._expect(")")
            return inner
        if token.kind == "sign" and token.text == "{":
            self._expect("}")
            return Empty(token.position)
        if token.kind == "string":
            return Literal(token.position, "string", _unescape(token.text))
        if token.kind in ("integer", "decimal"):
            return Literal(token.position, token.kind, token.text)
        if token.kind in ("date", "dateTime", "time"):
            return Literal(token.position, token.kind, token.text.lstrip("@").removeprefix("T").rstrip("T"))
        if token.kind == "variable":
            return Variable(token.position, token.text[0] + token.text[1:].strip("`'"))
        if token.kind == "word" and token.text in ("true", "false"):
            return Literal(token.position, "boolean", token.text)
        if token.kind in ("word", "quoted"):
            self._at -= 1
            return self._member(None, token.position, self._name())
        raise PathError(f"expected an expression, found {token.text or 'the end'!r}", token.position)
