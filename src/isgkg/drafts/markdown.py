"""Markdown (CommonMark with tables and footnotes) → blocks.

Flows in: text with "\\n" at the end of every line. Flows out: one block a paragraph, without its markup, its words with their places.

The parser says in which lines a paragraph stands, and nothing of columns. Its inline rules are made to note where each of their tokens
begins in the paragraph; the lines of a paragraph are the ends of lines of the file.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from markdown_it import MarkdownIt, rules_inline
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from isgkg.drafts.joining import gap
from isgkg.drafts.model import Block, Kind, Piece

_AT: Final = "at"
"""The key in Token.meta of where the token begins in the text of its paragraph."""
_LABEL: Final = len("![")
_InlineRule = Callable[[StateInline, bool], bool]


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    parser.inline = _Inline()
    # Tokens are left apart that would be joined, since each knows its own place.
    parser.configure("commonmark").enable("table").disable(["text_join", "fragments_join"])
    return parser.use(footnote_plugin, inline=False).use(front_matter_plugin)


def blocks(text: str) -> Iterator[Block]:
    """The paragraphs of the text, headings and cells among them, in the order of the file but for footnotes, which come last."""
    kinds: list[Kind] = [Kind.TEXT]
    level, number = 0, None
    lines = _Lines(text)
    for token in _parser().parse(text):
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "list_item_open":
                number = f"{token.info}{token.markup}" if token.info.isdecimal() else None
            case "list_item_close":
                number = None
            case "td_open" | "th_open":
                kinds.append(Kind.CELL)
            case "footnote_open":
                kinds.append(Kind.FOOTNOTE)
            case "td_close" | "th_close" | "footnote_close":
                kinds.pop()
            case "fence" | "code_block":
                yield lines.code(token)
            case "inline":
                content, pieces = lines.paragraph(token, in_row=kinds[-1] is Kind.CELL, in_heading=bool(level))
                if content.strip():
                    kind = Kind.HEADING if level else kinds[-1]
                    yield Block(text=content, kind=kind, level=level, number=None if level else number, pieces=pieces)
                    number = None


class _State(StateInline):
    """The state of the inline parser, which notes where the text begins that it gathers."""

    begins = 0

    def pushPending(self) -> Token:  # noqa: N802  # the parser's own name
        token = super().pushPending()
        token.meta[_AT] = self.begins
        return token


class _Inline(ParserInline):
    """The inline parser with rules that note where their tokens begin."""

    def __init__(self) -> None:
        super().__init__()
        self.ruler.at("text", _text)
        self.ruler.at("escape", _noting(rules_inline.escape))
        self.ruler.at("entity", _noting(rules_inline.entity))
        self.ruler.at("backticks", _noting(rules_inline.backtick))
        self.ruler.at("emphasis", _noting(rules_inline.emphasis.tokenize))
        self.ruler.at("autolink", _noting(rules_inline.autolink))
        self.ruler.at("image", _noting(rules_inline.image))

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _text(state: StateInline, silent: bool) -> bool:
    """The first rule at any place: text that begins to be gathered begins here."""
    if isinstance(state, _State) and not silent and not state.pending:
        state.begins = state.pos
    return rules_inline.text(state, silent)


def _noting(rule: _InlineRule) -> _InlineRule:
    def noting(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.tokens)
        done = rule(state, silent)
        if done and not silent:
            at = start
            for token in state.tokens[known:]:
                if _AT not in token.meta:
                    token.meta[_AT] = at + _before(token, state, start)
                    at += len(token.content) if token.type == "text" else 0
        return done

    return noting


def _before(token: Token, state: StateInline, start: int) -> int:
    """How many characters of markup stand before the words of a token."""
    if token.type == "code_inline":
        marks = len(token.markup)
        return marks + (state.pos - start - 2 * marks != len(token.content))  # a space on either side goes
    if token.type == "text_special" and token.info == "escape":
        return len(token.markup) - len(token.content)
    return int(token.type == "text" and state.src[start] == "<")  # an address in angle brackets


class _Lines:
    """The lines of a file, and where the parser's blocks stand in them."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._row, self._column = -1, 0
        """How far the cells of a row are found."""

    def code(self, token: Token) -> Block:
        """Program text as one block."""
        first = token.map[0] + (token.type == "fence") if token.map else 0
        text, pieces = "", []
        for number, line in enumerate(token.content.rstrip("\n").split("\n"), first):
            written = self._lines[min(number, len(self._lines) - 1)]
            pieces.append(Piece(len(text), number + 1, max(0, len(written) - len(line)) + 1))
            text += f"{line} "
        return Block(text=text[:-1], kind=Kind.CODE, pieces=tuple(pieces))

    def paragraph(self, token: Token, *, in_row: bool, in_heading: bool) -> tuple[str, tuple[Piece, ...]]:
        """The text of a block, and where its parts stand."""
        first = token.map[0] if token.map else 0
        starts = self._cell(token.content, first) if in_row else self._starts(token.content, first, in_heading=in_heading)
        parts, pieces, length, last = list[str](), list[Piece](), 0, ""
        broken = False
        for words, at in _words(token.children or (), 0):
            if words is None:
                broken = True
            elif words:
                between = gap(last, words[0]) if broken and last else ""
                broken = False
                length += len(between)
                pieces.extend(Piece(length + offset, line, column) for offset, line, column in starts.of(at, len(words)))
                parts += [between, words]
                length, last = length + len(words), words[-1]
        return "".join(parts), tuple(pieces)

    def _starts(self, content: str, first: int, *, in_heading: bool) -> "_Starts":
        """Where the lines of a paragraph begin: each is the end of a line of the file, but for the number signs behind a heading."""
        columns = []
        for number, line in enumerate(content.split("\n"), first):
            written, words = self._lines[number].rstrip(), line.strip()
            column = len(written) - len(words)
            if in_heading and not written.endswith(words):
                column = written.find(words)
            columns.append(max(0, column - (len(line) - len(line.lstrip()))))
        return _Starts(content, first, columns)

    def _cell(self, content: str, row: int) -> "_Starts":
        """Where a cell begins; cells are asked for from left to right."""
        if row != self._row:
            self._row, self._column = row, 0
        written = content.replace("|", r"\|")
        column = max(self._lines[row].find(written, self._column), self._column)
        self._column = column + len(written)
        return _Starts(content, row, [column], in_row=True)


class _Starts:
    """Leads from an offset in the parser's text of a block to its place."""

    def __init__(self, content: str, first: int, columns: Sequence[int], *, in_row: bool = False) -> None:
        self._content, self._first, self._columns, self._in_row = content, first, columns, in_row
        self._known, self._line, self._begin, self._marks = 0, 0, 0, 0

    def of(self, at: int, length: int) -> Iterator[tuple[int, int, int]]:
        """Offset, line and column of each part of words at `at`: a part a line, and in a row one behind each escaped bar.

        Words are asked for in the order of the text.
        """
        self._pass(at)
        yield 0, *self._place(at)
        mark = "|" if self._in_row else "\n"
        end = min(at + length, len(self._content))
        while (at_mark := self._content.find(mark, self._known, end)) >= 0:
            self._pass(at_mark + (not self._in_row))
            if at_mark > at:
                yield at_mark + (not self._in_row) - at, *self._place(at_mark + (not self._in_row))
            self._pass(at_mark + 1)
            if self._in_row and at_mark + 1 < end:
                yield at_mark + 1 - at, *self._place(at_mark + 1)

    def _pass(self, at: int) -> None:
        """Count the line breaks and the bars before an offset."""
        breaks = self._content.count("\n", self._known, at)
        if breaks:
            self._line += breaks
            self._begin = self._content.rfind("\n", 0, at) + 1
        self._marks += self._content.count("|", self._known, at) if self._in_row else 0
        self._known = max(self._known, at)

    def _place(self, at: int) -> tuple[int, int]:
        is_bar = self._in_row and self._content.startswith("|", at)  # written as two characters, of which the second is meant
        return self._first + self._line + 1, self._columns[self._line] + at - self._begin + self._marks + is_bar + 1


def _words(children: Sequence[Token], base: int) -> Iterator[tuple[str | None, int]]:
    """The words of the tokens, those of a picture's description among them, and where they begin; None for a line break."""
    for child in children:
        if child.type in {"text", "code_inline", "text_special"}:
            yield child.content, base + child.meta.get(_AT, 0)
        elif child.type in {"softbreak", "hardbreak"}:
            yield None, base
        elif child.type == "image":
            yield from _words(child.children or (), base + child.meta.get(_AT, 0) + _LABEL)
