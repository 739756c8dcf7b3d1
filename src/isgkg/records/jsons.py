"""JSON → trees with places.

Flows in: text with "\\n" at the end of every line. Flows out: one tree a document; numbers, true and false keep their text.

The json module gives no places, and YAML's parser reads another language (tabs, escaped solidus, surrogate pairs). This reader is strict
(RFC 8259), keeps a key that stands twice, and bounds nesting.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from isgkg.errors import ContentError
from isgkg.findings import Severity
from isgkg.records.faults import excerpt, fault
from isgkg.records.memory import uncollected
from isgkg.records.tree import Entry, Mapping, Mark, Note, Scalar, Sequence, Tree

MAX_DEPTH: Final = 64
SYNTAX: Final = "record-syntax"

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_COLON: Final = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_SEPARATOR: Final = re.compile(r"[ \t\r\n]*([,\]}])[ \t\r\n]*")
_ESCAPE: Final = r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
_PLAIN: Final = r'[^"\\\x00-\x1f\ud800-\udfff]*'
_STRING: Final = re.compile(rf'"{_PLAIN}(?:{_ESCAPE}{_PLAIN})*"')
_BEGINNING: Final = re.compile(rf"{_PLAIN}(?:{_ESCAPE}{_PLAIN})*")
_WORD: Final = re.compile(r"[+-]?[\w.]+")
_SIMPLE: Final = re.compile(f'"({_PLAIN})"')
_LITERAL: Final = re.compile(r"(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?![\w.+-])")
_BEGINS: Final = re.compile(r"\n(?=\{)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def read(text: str) -> Iterator[Tree]:
    """The document, unless it is null. Raises ContentError with line and column."""
    reader = _Reader(text)
    reader.skip()
    with uncollected():
        tree = reader.value(0)
    if tree is not None:
        yield tree
    if reader.skip() < len(text):
        raise reader.fault("record.json.more")


def read_lines(text: str) -> Iterator[Tree | Note]:
    """The documents of a file of JSON Lines. One that cannot be read is a note, and reading goes on with the next that begins a line."""
    reader = _Reader(text)
    while reader.skip() < len(text):
        try:
            with uncollected():
                tree = reader.value(0)
        except ContentError as error:
            yield Note(
                rule=error.rule, severity=Severity.VIOLATION, key=error.key, values=error.values, mark=Mark(error.line, error.column)
            )
            reader.to_next_document()
            continue
        if tree is not None:
            yield tree


class _Reader:
    """A text, and how far it has been read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._starts = [match.end() for match in re.finditer("\n", text)]
        self._starts.append(len(text) + 1)
        self._line = 1
        self._start = 0

    def skip(self) -> int:
        """Passes over white space; the offset behind it."""
        self._position = _SPACE.match(self._text, self._position).end()  # type: ignore[union-attr]  # it matches nothing, too
        return self._position

    def to_next_document(self) -> None:
        """Passes over what is left of a document that cannot be read."""
        found = _BEGINS.search(self._text, self._position)
        self._position = found.end() if found else len(self._text)

    def fault(self, key: str, **values: object) -> ContentError:
        """The error of this key at the place where reading has come to."""
        return fault(key, SYNTAX, self._mark(), **values)

    def value(self, depth: int) -> Tree | None:
        """The value that begins here, with all that is in it; `depth` collections are open around it."""
        text, position = self._text, self._position
        mark = self._mark()
        found = _SIMPLE.match(text, position)
        if found is not None:
            self._position = found.end()
            return Scalar(found[1], mark)
        first = text[position : position + 1]
        if first == '"':
            return Scalar(self._string(), mark)
        if first and first in "{[":
            if depth >= MAX_DEPTH:
                raise fault("record.nesting", "record-nesting", mark, limit=MAX_DEPTH)
            self._position += 1
            return self._mapping(mark, depth + 1) if first == "{" else self._sequence(mark, depth + 1)
        found = _LITERAL.match(text, position)
        if found is None:
            raise self._unreadable()
        self._position = found.end()
        return None if found[0] == "null" else Scalar(found[0], mark, False)

    def _mapping(self, mark: Mark, depth: int) -> Mapping:
        entries: list[Entry] = []
        if self._text.startswith("}", self.skip()):
            self._position += 1
            return Mapping((), mark)
        while True:
            key_mark = self._mark()
            if not self._text.startswith('"', self._position):
                raise self._no_key(bool(entries))
            key = self._string()
            colon = _COLON.match(self._text, self._position)
            if colon is None:
                raise self._missing("record.json.colon")
            self._position = colon.end()
            entries.append(Entry(key, self.value(depth), key_mark))
            if self._separator("}"):
                return Mapping(tuple(entries), mark)

    def _missing(self, key: str, **values: object) -> ContentError:
        """What should stand here; its full-width form, if that is what does."""
        self.skip()
        if self._text.startswith(("：", "，"), self._position):
            return self.fault("record.json.full-width", character=self._text[self._position])
        return self.fault(key, **values)

    def _sequence(self, mark: Mark, depth: int) -> Sequence:
        items: list[Tree] = []
        if self._text.startswith("]", self.skip()):
            self._position += 1
            return Sequence((), mark)
        while True:
            value = self.value(depth)
            if value is not None:
                items.append(value)
            if self._separator("]"):
                return Sequence(tuple(items), mark)

    def _separator(self, end: str) -> bool:
        """Passes over a comma (False) or the end of the collection (True)."""
        found = _SEPARATOR.match(self._text, self._position)
        if found is None or (found[1] != "," and found[1] != end):
            self.skip()
            if self._text.startswith(("//", "/*", "#"), self._position):
                raise self.fault("record.json.comment")
            if self._position == len(self._text):
                raise self.fault("record.json.end", end=end)
            raise self._missing("record.json.separator", end=end)
        if found[1] == ",":
            self._position = found.end()
            return False
        self._position = found.end(1)
        return True

    def _string(self) -> str:
        found = _SIMPLE.match(self._text, self._position)
        if found is not None:
            self._position = found.end()
            return found[1]
        found = _STRING.match(self._text, self._position)
        if found is None:
            raise self._bad_string()
        text: str = json.loads(found[0])
        if _SURROGATE.search(text):
            raise self.fault("record.json.surrogate")
        self._position = found.end()
        return text

    def _mark(self) -> Mark:
        """The place reached; places are asked for in the order of the text."""
        position = self._position
        while position >= self._starts[self._line - 1]:
            self._start = self._starts[self._line - 1]
            self._line += 1
        return Mark(self._line, position - self._start + 1)

    def _no_key(self, behind_comma: bool) -> ContentError:
        if behind_comma and self._text.startswith("}", self._position):
            return self.fault("record.json.trailing-comma")
        if self._text.startswith(("'", "“", "‘", "//", "/*", "#")) or self._position == len(self._text):
            return self._unreadable()
        return self._unreadable("record.json.key")

    def _unreadable(self, otherwise: str = "record.json.syntax") -> ContentError:
        """What is wrong where no value begins."""
        text, position = self._text, self._position
        if position == len(text):
            return self.fault("record.json.end", end="}" if text.lstrip().startswith("{") else "]")
        if text.startswith(("'", "‘", "’", "“", "”"), position):
            return self.fault("record.json.quotes", character=text[position])
        if text.startswith(("//", "/*", "#"), position):
            return self.fault("record.json.comment")
        if text.startswith(("]", "}"), position) and text[:position].rstrip().endswith(","):
            return self.fault("record.json.trailing-comma")
        word = _WORD.match(text, position)
        if word is not None and word[0].lstrip("+-") in {"NaN", "Infinity", "True", "False", "None", "undefined"}:
            return self.fault("record.json.word", word=word[0])
        return self.fault(otherwise, reason=excerpt(text, position))

    def _bad_string(self) -> ContentError:
        """What is wrong with the string that begins here; the place is that of the fault."""
        begin = self._position
        self._position = _BEGINNING.match(self._text, begin + 1).end()  # type: ignore[union-attr]  # it matches nothing, too
        wrong = self._text[self._position : self._position + 2]
        if wrong.startswith("\\"):
            return self.fault("record.json.escape", text=wrong)
        if not wrong or wrong.startswith("\n"):
            self._position = begin
            return self.fault("record.json.unclosed")
        return self.fault("record.text.control")
