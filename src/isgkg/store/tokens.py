"""SPARQL's tokens.

Flows in: query text. Flows out: tokens and their places.

Escapes such as \\u0041 are decoded first (SPARQL 1.1, 19.2), so that no keyword can hide in them; whoever hands a checked text to an engine
sends `decode(text)`, which is what was checked.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, get_args

from isgkg.errors import QuerySyntaxError

Kind = Literal["iri", "string", "language", "number", "variable", "name", "blank", "word", "punctuation", "open", "other"]
"""`name` is a prefixed name, `word` a keyword, `open` a string without its end, `other` a character that no SPARQL token begins with."""


class Token:
    """A token: its kind, its decoded text, and where it stands in the text given, as code points [start, end)."""

    __slots__ = ("_source", "end", "kind", "start", "text")

    def __init__(self, kind: Kind, text: str, start: int, end: int, source: str) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self._source = source

    @property
    def line(self) -> int:
        """Line, from 1."""
        return self._source.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        """Column, from 1, in code points."""
        return self.start - self._source.rfind("\n", 0, self.start)

    def __repr__(self) -> str:
        return f"Token({self.kind!r}, {self.text!r}, {self.start}, {self.end})"


class Piece(NamedTuple):
    """A token of decoded text, before its place in the text given is known."""

    kind: Kind
    text: str
    start: int
    end: int


# Linear time on any input: repeated characters are possessive, no two alternatives of a repeated group begin alike, and every alternative
# that can fail gives its characters to a token that cannot. Groups are not possessive: before 3.11.5 Python matches such groups wrongly.
_NAME = r"\w\-·\u0300-\u036f\u203f\u2040"


_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*,;=/?#@%]"


_PREFIX = rf"[^\W\d](?:[{_NAME}]++|\.++(?=[{_NAME}]))*"


_LOCAL = rf"(?:[\w:]|{_ESCAPED})(?:[{_NAME}:]++|{_ESCAPED}|\.++(?=[{_NAME}:%\\]))*"


_BEFORE = rf"""
  (?:[\ \t\r\n]++|\#[^\r\n]*+)*
  (?: (?P<variable>[?$][\w·\u0300-\u036f\u203f\u2040]++)
  | (?P<blank>_:\w(?:[{_NAME}]++|\.++(?=[{_NAME}]))*)
"""


_AFTER = r"""
  | (?P<word>[^\W\d]\w*+)
  | (?P<iri><[^\x00-\x20<>"{}|^`\\]*+>)
  | (?P<string>"{3}(?:[^"\\]++|\\.|"(?!""))*"{3}|'{3}(?:[^'\\]++|\\.|'(?!''))*'{3}
      |"(?!"")(?:[^"\\\r\n]++|\\[^\r\n])*"|'(?!'')(?:[^'\\\r\n]++|\\[^\r\n])*')
  | (?P<open>(?:"{3}|'{3}).*+|["'][^\r\n]*+)
  | (?P<number>(?:[0-9]++(?:\.[0-9]*+(?=[eE][+-]?[0-9])|\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*(?:--[A-Za-z]++)?)
  | (?P<punctuation>\^\^|&&|\|\||!=|<=|>=|<<|>>|[{}()\[\];,.=<>!+\-*/|^?])
  | (?P<other>.)
  | (?P<end>\Z))
"""


_TOKEN: Final = re.compile(rf"{_BEFORE} | (?P<name>(?:{_PREFIX})?:(?:{_LOCAL})?) | (?P<run>{_PREFIX}) {_AFTER}", re.VERBOSE | re.DOTALL)


# Inside a run of name characters and dots that no colon follows: looking for that colon again at each dot would take quadratic time.
_TOKEN_IN_RUN: Final = re.compile(_BEFORE + _AFTER, re.VERBOSE | re.DOTALL)


_KINDS: Final[dict[str, Kind]] = {kind: kind for kind in get_args(Kind)} | {"run": "word"}


_ESCAPE: Final = re.compile(r"\\\\|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")


def tokenize(text: str) -> list[Token]:
    """The tokens of `text` without white space and comments. Never fails: what is not SPARQL becomes `open` and `other` tokens."""
    decoded, places = decode_with_places(text)
    return [Token(piece.kind, piece.text, _place(places, piece.start), _place(places, piece.end), text) for piece in pieces_of(decoded)]


def decode(text: str) -> str:
    """`text` with its code point escapes decoded (SPARQL 1.1, 19.2). A backslash that is itself escaped begins none."""
    return decode_with_places(text)[0]


def excerpt(text: str, line: int, column: int) -> str:
    """What stands around a place of a query, both from 1, with ▸ there."""
    shown = [*text.split("\n"), ""][line - 1]
    return f"“{shown[: column - 1][-_EXCERPT:]}▸{shown[column - 1 :][:_EXCERPT]}”"


_EXCERPT = 20
"""Code points of the query shown on each side of the place."""


def decode_with_places(text: str) -> tuple[str, tuple[list[int], list[int]]]:
    """The decoded text, and its places: from which decoded offset on the distance to the offset in `text` is how large."""
    starts, shifts = [0], [0]
    if "\\" not in text:
        return text, (starts, shifts)
    parts: list[str] = []
    end = length = 0
    for match in _ESCAPE.finditer(text):
        escape = match[0]
        code = int(escape[2:], 16) if len(escape) > 2 else 0xD800
        if 0xD800 <= code < 0xE000 or code > 0x10FFFF:  # an escaped backslash, or no character: stays as it is
            continue
        parts += [text[end : match.start()], chr(code)]
        length += match.start() - end + 1
        end = match.end()
        starts.append(length)
        shifts.append(end - length)
    return "".join(parts) + text[end:], (starts, shifts)


def _place(places: tuple[list[int], list[int]], offset: int) -> int:
    starts, shifts = places
    return offset + shifts[bisect_right(starts, offset) - 1]


def pieces_of(decoded: str) -> Iterator[Piece]:
    # Every query passes here, and its tokens are most of what is done before a worker has it: no call more than it needs.
    for match in _TOKEN.finditer(decoded):
        group = match.lastgroup or ""
        text, end = match[group], match.end()
        if group == "run" and not text.isidentifier():
            for inner in _TOKEN_IN_RUN.finditer(decoded, end - len(text), end):
                kind = inner.lastgroup or ""
                if kind != "end":
                    yield Piece(_KINDS[kind], inner[kind], *inner.span(kind))
        elif group != "end":
            yield Piece(_KINDS[group], text, end - len(text), end)


def misplaced(reason: str, piece: Piece, text: str, places: tuple[list[int], list[int]]) -> QuerySyntaxError:
    token = Token(piece.kind, piece.text, _place(places, piece.start), 0, text)
    return QuerySyntaxError(reason, token.line, token.column)


OPENING: Final = frozenset({"{", "(", "[", "<<"})


CLOSING: Final = frozenset({"}", ")", "]", ">>"})
