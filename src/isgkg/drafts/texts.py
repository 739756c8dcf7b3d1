"""Plain text → blocks.

Flows in: text with "\\n" at the end of every line. Flows out: one block a paragraph. In Chinese text a line is commonly a paragraph; in
text that is wrapped at a width, lines that are full go on in the next.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from isgkg.columns import width
from isgkg.drafts.joining import Line, joined
from isgkg.drafts.model import Block

_ENDS: Final = re.compile("[。！？；：.!?;:…”」）)】\\]》]$")
_BEGINS: Final = re.compile(
    r"(?:\d+(?:\.\d+)*[\s\u3000.)）、]|[A-Z]\.\d|[a-z][)）]|第[一二三四五六七八九十百\d]+[章节条部]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]"
    r"|——|[·•*-]\s|注\s*\d*\s*[：:]|示例|\[来源|附\s*录|表\s*\d|图\s*\d)"
)
_LEAST: Final = 40
"""Columns from which a line may be full; shorter lines are paragraphs."""
_WIDEST: Final = 160
"""Columns of the widest line that anybody wraps text to; a line that is longer is a paragraph."""
FULL: Final = 0.85
"""The part of the widest line from which on a line is full."""


def blocks(text: str) -> Iterator[Block]:
    """The paragraphs of the text."""
    run: list[Line] = []
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped:
            run.append(Line(stripped, number, len(line) - len(line.lstrip()) + 1))
        elif run:
            yield from _paragraphs(run)
            run = []
    yield from _paragraphs(run)


def _paragraphs(run: Sequence[Line]) -> Iterator[Block]:
    """The paragraphs of lines between blank ones."""
    for lines in joined_lines(run):
        text, pieces = joined(lines)
        yield Block(text=text, pieces=pieces)


def joined_lines(run: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of each paragraph: in text that is wrapped, a full line that ends no sentence goes on in the next."""
    widths = [width(line.text) for line in run]
    widest = max(widths, default=0)
    full = [own >= FULL * widest for own in widths]
    is_wrapped = _LEAST <= widest <= _WIDEST and sum(full) * 2 >= len(run)
    open_: list[Line] = []
    for position, line in enumerate(run):
        open_.append(line)
        is_last = position + 1 == len(run)
        if is_last or not is_wrapped or not full[position] or not goes_on(line.text, run[position + 1].text):
            yield open_
            open_ = []


def goes_on(line: str, next_line: str) -> bool:
    """Whether a paragraph may go on from a full line to the next: the one ends no sentence, the other begins no heading, item or note."""
    return not _ENDS.search(line) and not _BEGINS.match(next_line)
