"""Lines of a paragraph joined to one text, as they are read: nothing between two Chinese characters, one space between two words.

Flows in: lines with their places. Flows out: the text of a block, and its pieces.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from isgkg.drafts.model import Piece

_WIDE: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—·\U00020000-\U0003ffff]")
"""Characters beside which a line break stands for nothing."""


class Line(NamedTuple):
    """A line of a paragraph without the space around it, and where it begins; `column` is that of its first character."""

    text: str
    line: int
    column: int


def joined(lines: Iterable[Line]) -> tuple[str, tuple[Piece, ...]]:
    """The text that the lines make, and its pieces."""
    text, pieces = "", []
    for line in lines:
        if text and line.text:
            text += gap(text[-1], line.text[0])
        pieces.append(Piece(len(text), line.line, line.column))
        text += line.text
    return text, tuple(pieces)


def gap(before: str, after: str) -> str:
    """What stands for a line break between these two characters."""
    return "" if _WIDE.match(before) or _WIDE.match(after) or before == "-" or before.isspace() or after.isspace() else " "
