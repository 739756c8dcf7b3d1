"""HTML → blocks.

Flows in: the bytes or the text of a page. Flows out: one block a paragraph, its words with their places. Nothing is
loaded or run; elements are read one after the other, so that nesting costs nothing.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from isgkg.content import encoding
from isgkg.content.encoding import Decoded
from isgkg.drafts.joining import gap
from isgkg.drafts.model import Block, Kind, Piece

_SILENT: Final = frozenset({"script", "style", "template", "head", "noscript", "svg", "math", "textarea", "select"})
_BLOCKS: Final = frozenset(
    (
        *("html", "body", "title", "main", "article", "section", "aside", "header", "footer", "nav", "address", "form", "fieldset", "hr"),
        *("p", "div", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "figure", "figcaption"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "table", "caption", "tr", "td", "th"),
    )
)
_CELLS: Final = frozenset({"td", "th"})
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_CHINESE: Final = frozenset({"gb2312", "gbk", "gb18030", "x-gbk"})
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")


def decoded(data: bytes) -> Decoded:
    """The text of a page. Raises ContentError as `encoding.decode` does; a page that says that it is in GB18030 is read so."""
    named = _CHARSET.search(data[:4096])
    if named and named[1].decode("ascii", "replace").lower() in _CHINESE:
        try:
            return Decoded(data.decode("gb18030").replace("\r\n", "\n").replace("\r", "\n"))
        except UnicodeDecodeError:
            pass  # the page says so, and is something else
    return encoding.decode(data)


def blocks(text: str) -> Iterator[Block]:
    """The paragraphs of the page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.end_block()
    return iter(reader.blocks)


class _Reader(HTMLParser):
    """Gathers the words of a paragraph until one begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.blocks: list[Block] = []
        self._text, self._pieces = "", list[Piece]()
        self._silent = 0
        self._level, self._cells, self._code = 0, 0, 0
        self._break = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "body":
            self._silent = 0  # a head that nobody closed ends here
        if tag in _BLOCKS:
            self.end_block()
        if tag == "br":
            self._break = True
        self._level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else self._level
        self._cells += tag in _CELLS
        self._code += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _BLOCKS:
            self.end_block()
        if re.fullmatch("h[1-6]", tag):
            self._level = 0
        self._cells = max(0, self._cells - (tag in _CELLS))
        self._code = max(0, self._code - (tag == "pre"))

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        line, column = self.getpos()
        position = 0
        for found in [*_SPACE.finditer(data), None]:
            words = data[position : found.start() if found else len(data)]
            if words:
                self._add(words, line, column + 1)
            if found is None:
                break
            position = found.end()
            self._break = True
            breaks = found[0].count("\n")
            line += breaks
            column = len(found[0]) - found[0].rfind("\n") - 1 if breaks else column + len(words) + len(found[0])

    def handle_entityref(self, name: str) -> None:
        self._character(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._character(f"&#{name};")

    def _character(self, reference: str) -> None:
        from html import unescape  # noqa: PLC0415  # this module has the name of that one

        if self._silent:
            return
        line, column = self.getpos()
        words = unescape(reference).replace("\u00a0", " ")
        self._add(words, line, column + 1)

    def _add(self, words: str, line: int, column: int) -> None:
        if self._break and self._text:
            self._text += gap(self._text[-1], words[0])
        self._break = False
        self._pieces.append(Piece(len(self._text), line, column))
        self._text += words

    def end_block(self) -> None:
        """What was gathered is a block."""
        if self._text.strip():
            kind = Kind.CODE if self._code else Kind.HEADING if self._level else Kind.CELL if self._cells else Kind.TEXT
            level = self._level if kind is Kind.HEADING else 0
            self.blocks.append(Block(text=self._text, kind=kind, level=level, pieces=tuple(self._pieces)))
        self._text, self._pieces, self._break = "", [], False
