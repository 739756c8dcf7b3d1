"""YAML → trees with places.

Flows in: text with "\\n" at the end of every line. Flows out: one tree a document, its scalars as they are written.

The events of the parser are put together here, not by its composer: so nesting and aliases are bounded before anything is built, no tag
is ever resolved or constructed, and marks keep pointing to code points. libyaml reads where it is installed; PyYAML's own parser elsewhere.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import yaml

from isgkg.errors import ContentError
from isgkg.records.faults import at, excerpt, fault
from isgkg.records.memory import uncollected
from isgkg.records.tree import NOWHERE, Entry, Mapping, Mark, Scalar, Sequence, Tree

MAX_DEPTH: Final = 64
MAX_COPIES: Final = 100_000
"""How many nodes all aliases of a document may stand for."""

SYNTAX: Final = "record-syntax"
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TAGS: Final = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map"))
_STRING: Final = "tag:yaml.org,2002:str"
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_OTHER_BREAKS: Final = re.compile("[\x85\u2028\u2029]")  # ends of lines to YAML 1.1, but to no editor
_TAG_DIRECTIVE: Final = re.compile("^%TAG", re.MULTILINE)


class _ParserMark(Protocol):
    line: int
    column: int
    index: int


class _Parser(Protocol):
    def get_event(self) -> yaml.Event | None: ...


_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(text: str) -> Iterator[Tree]:
    """The documents of a YAML file that are not empty. Raises ContentError with line and column."""
    for key, rule, pattern in (("record.yaml.tag-directive", "record-tag", _TAG_DIRECTIVE), ("record.text.control", SYNTAX, _UNPRINTABLE)):
        found = pattern.search(text)
        if found is not None:
            raise fault(key, rule, at(text, found.start()))
    parser: _Parser = _LOADER(text)
    marks = _Marks(text)
    try:
        while (event := parser.get_event()) is not None:
            if isinstance(event, yaml.DocumentStartEvent):
                with uncollected():
                    tree = _Document(parser, marks).tree()
                if tree is not None:
                    yield tree
    except yaml.YAMLError as error:
        raise _syntax(error, text) from error


class _Marks:
    """The marks of the parser, counted as editors count."""

    def __init__(self, text: str) -> None:
        odd = _OTHER_BREAKS.search(text)
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))] if odd else None

    def of(self, mark: _ParserMark | None) -> Mark:
        """From 1, columns in code points, as libyaml counts them, too."""
        if mark is None:
            return NOWHERE
        if self._starts is None:
            return Mark(mark.line + 1, mark.column + 1)
        line = bisect_right(self._starts, mark.index)
        return Mark(line, mark.index - self._starts[line - 1] + 1)


@dataclass(slots=True)
class _Open:
    """A collection whose end is not read yet; for a mapping, `key` is the key whose value comes next."""

    mark: Mark
    anchor: str | None
    is_mapping: bool
    before: int
    items: list[Tree] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    key: tuple[str, Mark] | None = None
    height: int = 1


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an alias stands for: the tree, how many nodes it has, how deep it nests."""

    tree: Tree | None
    size: int
    height: int


class _Document:
    """One document, put together from its events."""

    def __init__(self, parser: _Parser, marks: _Marks) -> None:
        self._parser = parser
        self._marks = marks
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self._nodes = 0
        self._copies = 0
        self._root: Tree | None = None

    def tree(self) -> Tree | None:
        """The root, with the parser left behind the document."""
        while True:
            event = self._parser.get_event()
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._start(event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._end()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            else:
                return self._root

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        mark = self._marks.of(event.start_mark)
        self._check_tag(event.tag, mark)
        if event.style == '"' and _SURROGATE.search(event.value):  # libyaml refuses it itself, PyYAML's own parser does not
            raise fault("record.text.control", SYNTAX, mark)
        plain = event.style in {None, ""} and event.tag not in {_STRING, "!"}
        tree = None if plain and event.value in _NULLS else Scalar(event.value, mark, not plain)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(tree, 1, 0)
        if self._wants_key():
            self._open[-1].key = (event.value, mark)
        else:
            self._add(tree)

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        mark = self._marks.of(event.start_mark)
        self._check_tag(event.tag, mark)
        if self._wants_key():
            raise fault("record.yaml.key", "record-key", mark)
        if len(self._open) >= MAX_DEPTH:
            raise _too_deep(mark)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._open.append(_Open(mark, event.anchor, isinstance(event, yaml.MappingStartEvent), self._nodes))

    def _end(self) -> None:
        done = self._open.pop()
        tree: Tree = Mapping(tuple(done.entries), done.mark) if done.is_mapping else Sequence(tuple(done.items), done.mark)
        if done.anchor is not None:
            self._anchors[done.anchor] = _Anchored(tree, self._nodes - done.before + 1, done.height)
        self._add(tree, done.height)

    def _alias(self, event: yaml.AliasEvent) -> None:
        mark = self._marks.of(event.start_mark)
        if event.anchor not in self._anchors:
            raise fault("record.yaml.no-anchor", "record-aliases", mark, name=event.anchor)
        meant = self._anchors[event.anchor]
        if meant is None:
            raise fault("record.yaml.recursive", "record-aliases", mark, name=event.anchor)
        self._copies += meant.size
        self._nodes += meant.size - 1
        if self._copies > MAX_COPIES:
            raise fault("record.yaml.aliases", "record-aliases", mark, limit=MAX_COPIES)
        if len(self._open) + meant.height > MAX_DEPTH:
            raise _too_deep(mark)
        if not self._wants_key():
            self._add(meant.tree, meant.height)
        elif isinstance(meant.tree, Scalar):
            self._open[-1].key = (meant.tree.text, mark)
        else:
            raise fault("record.yaml.key", "record-key", mark)

    def _wants_key(self) -> bool:
        return bool(self._open) and self._open[-1].is_mapping and self._open[-1].key is None

    def _add(self, tree: Tree | None, height: int = 0) -> None:
        self._nodes += 1
        if not self._open:
            self._root = tree
            return
        parent = self._open[-1]
        parent.height = max(parent.height, height + 1)
        if parent.key is not None:
            parent.entries.append(Entry(parent.key[0], tree, parent.key[1]))
            parent.key = None
        elif tree is not None:
            parent.items.append(tree)

    @staticmethod
    def _check_tag(tag: str | None, mark: Mark) -> None:
        if tag is not None and tag not in _TAGS and tag != "!":
            raise fault("record.yaml.tag", "record-tag", mark, tag=tag)


def _too_deep(mark: Mark) -> ContentError:
    return fault("record.nesting", "record-nesting", mark, limit=MAX_DEPTH)


_TAB: Final = re.compile(" *\t")
_RESERVED: Final = re.compile("[@`%]")


def _syntax(error: yaml.YAMLError, text: str) -> ContentError:
    """The parser's complaint in two languages: the usual mistakes by name, others by the place."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return fault("record.yaml.syntax", SYNTAX, Mark(line=1), reason=excerpt(text, 0))
    offset = error.problem_mark.index
    if "maximum nesting depth" in (error.problem or ""):  # newer libyaml has a limit of its own, met while looking ahead
        return _too_deep(at(text, offset))
    for key, position in _usual(error, text, offset):
        return fault(key, SYNTAX, at(text, position))
    if "cannot start any token" in (error.problem or "") and _RESERVED.match(text, offset):
        return fault("record.yaml.reserved", SYNTAX, at(text, offset), character=text[offset])
    return fault("record.yaml.syntax", SYNTAX, at(text, offset), reason=excerpt(text, offset, error.problem or ""))


def _usual(error: yaml.MarkedYAMLError, text: str, offset: int) -> Iterator[tuple[str, int]]:
    """The usual mistakes that may have stopped the parser at the offset, the likeliest first, each with its own offset."""
    problem, context = error.problem or "", error.context or ""
    tab = _indenting_tab(text, offset)
    if tab is not None:
        yield "record.yaml.tab", tab
    if "quoted scalar" in context and "end of stream" in problem and error.context_mark is not None:
        yield "record.yaml.unclosed", error.context_mark.index
    colon = _mistyped_colon(text, offset)
    if colon is not None:
        yield "record.yaml.full-width" if text[colon] == "：" else "record.yaml.no-space", colon
    if "mapping values are not allowed" in problem:
        yield "record.yaml.colon", offset


_MISTYPED: Final = re.compile(r"[ -]*[\w@\"']+(：|:(?=\S))")


def _mistyped_colon(text: str, offset: int) -> int | None:
    """The offset of a colon that is full-width, or without a space behind it, in the line where the parser stopped or the one before."""
    start = text.rfind("\n", 0, offset) + 1
    for begin in (text.rfind("\n", 0, max(start - 1, 0)) + 1, start):
        found = _MISTYPED.match(text, begin)
        if found:
            return found.start(1)
    return None


def _indenting_tab(text: str, offset: int) -> int | None:
    """The offset of a tab that indents the line where the parser stopped, or the line before."""
    start = text.rfind("\n", 0, offset) + 1
    for begin in (start, text.rfind("\n", 0, max(start - 1, 0)) + 1):
        found = _TAB.match(text, begin)
        if found:
            return found.end() - 1
    return None
