"""A draft as its readers give it: blocks of text, each with the places of its words.

Flows in: nothing. Flows out: frozen values. A block is what a person sees as one paragraph: its text has no line breaks, however many lines
or Word runs it is written in, so that a term that is split over them is found. `Block.place` leads from an offset in the text back to
where it is written.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What a block is in its document, as far as the format itself tells."""

    HEADING = "heading"
    TEXT = "text"
    CELL = "cell"
    """A paragraph in a cell of a table."""
    FOOTNOTE = "footnote"
    BOX = "box"
    """A paragraph in a text box."""
    HEADER = "header"
    FOOTER = "footer"
    """A paragraph at the head or the foot of pages, which stands behind the body."""
    CONTENTS = "contents"
    """A line of the table of contents."""
    CODE = "code"
    """Program text, which no rule reads."""


MARGINS: Final = frozenset({Kind.HEADER, Kind.FOOTER})


class Piece(NamedTuple):
    """From `offset` of the block's text on, the text stands at this line and column, from 1, columns in code points."""

    offset: int
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph.

    `level` is that of a heading, from 1. `number` is what the format itself counts and the text does not hold, such as “5.2” of a Word
    heading or “a)” of a list. `paragraph` counts the paragraphs of the document's body from 1 where there are no lines. `pieces` say
    where the text stands in its file, for formats with lines; they begin with offset 0.
    """

    text: str
    kind: Kind = Kind.TEXT
    level: int = 0
    number: str | None = None
    page: int | None = None
    paragraph: int | None = None
    pieces: Sequence[Piece] = ()

    def line_column(self, offset: int) -> tuple[int, int] | None:
        """Line and column of an offset of the text; None for formats without lines."""
        if not self.pieces:
            return None
        piece = self.pieces[bisect_right(self.pieces, offset, key=lambda piece: piece.offset) - 1]
        return piece.line, piece.column + offset - piece.offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a reader has to say of the file as a whole, such as its encoding: key and values of isgkg.messages."""

    key: str
    rule: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A document that was read. `name` is the path as it was given, `format` one of isgkg.drafts.sources.Format."""

    name: str
    format: str
    blocks: tuple[Block, ...]
    remarks: tuple[Remark, ...] = ()


class Spot(NamedTuple):
    """Words of a draft: the index of their block, and their offsets [start, end) in its text."""

    block: int
    start: int
    end: int
