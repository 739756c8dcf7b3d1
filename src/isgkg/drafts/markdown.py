"""Markdown (CommonMark with tables and footnotes) → blocks.

Flows in: text with "\\n" at the end of every line. Flows out: one block a paragraph, without its markup, its words with their places.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from isgkg.drafts.joining import gap
from isgkg.drafts.model import Block, Kind, Piece

_LIST_NUMBER: Final = re.compile(r"\d+")


@cache
def _parser() -> MarkdownIt:
    # Quotation marks are left as they are written: rules read them.
    return MarkdownIt("commonmark", {"typographer": False}).enable("table").use(footnote_plugin, inline=False).use(front_matter_plugin)


def blocks(text: str) -> Iterator[Block]:
    """The paragraphs of the text, headings and cells among them, in the order of the file but for footnotes, which come last."""
    lines = text.split("\n")
    kinds: list[Kind] = [Kind.TEXT]
    level, number = 0, None
    cursor = _Cursor(lines)
    for token in _parser().parse(text):
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "list_item_open":
                number = f"{token.info}{token.markup}" if _LIST_NUMBER.fullmatch(token.info) else None
            case "td_open" | "th_open":
                kinds.append(Kind.CELL)
            case "footnote_open":
                kinds.append(Kind.FOOTNOTE)
            case "td_close" | "th_close" | "footnote_close":
                kinds.pop()
            case "fence" | "code_block":
                first = (token.map[0] if token.map else 0) + (2 if token.type == "fence" else 1)
                yield Block(text=token.content.rstrip("\n").replace("\n", " "), kind=Kind.CODE, pieces=(Piece(0, first, 1),))
            case "inline":
                content, pieces = cursor.placed(token)
                if content.strip():
                    kind = Kind.HEADING if level else kinds[-1]
                    yield Block(text=content, kind=kind, level=level, number=None if level else number, pieces=pieces)
                    number = None


class _Cursor:
    """Finds the words of inline tokens in the lines that they come from."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._line, self._column = 0, 0

    def placed(self, token: Token) -> tuple[str, tuple[Piece, ...]]:
        """The text of a block, and where its parts stand. Several cells of one line are found from left to right."""
        first = token.map[0] if token.map else self._line
        if first != self._line:
            self._line, self._column = first, 0
        text, pieces = "", []
        broken = False
        for child in _texts(token.children or ()):
            if child.type in {"softbreak", "hardbreak"}:
                broken = True
                self._line, self._column = min(self._line + 1, len(self._lines) - 1), 0
                continue
            words = child.content
            if broken and text and words:
                text += gap(text[-1], words[0])
            broken = False
            for part in self._found(words):
                pieces.append(Piece(len(text) + part[0], part[1] + 1, part[2] + 1))
            text += words
        return text, tuple(pieces)

    def _found(self, words: str) -> Iterator[tuple[int, int, int]]:
        """Offset in the words, line, column: one part where the words stand as they are, else one a character, past escapes."""
        line = self._lines[self._line]
        at = line.find(words, self._column)
        if at >= 0:
            self._column = at + len(words)
            yield 0, self._line, at
            return
        for offset, character in enumerate(words):
            at = line.find(character, self._column)
            if at >= 0:
                self._column = at + 1
                yield offset, self._line, at
            elif offset == 0:
                yield 0, self._line, self._column


def _texts(children: Sequence[Token]) -> Iterator[Token]:
    """The tokens that hold words, those of a picture's description among them."""
    for child in children:
        if child.type in {"text", "code_inline", "text_special", "softbreak", "hardbreak"}:
            yield child
        elif child.type == "image":
            yield from _texts(child.children or ())
