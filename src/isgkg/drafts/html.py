"""HTML → blocks.

Flows in: the bytes or the text of a page. Flows out: one block a paragraph, its words with their places. Nothing is
loaded or run; elements are read one after the other, so that nesting costs nothing.

The standard library's parser is not used: it looks to the end of the page again for each tag that nobody closed, so that 100 kB take
minutes, and it raises AssertionError at what Word writes between “<![” and “]>”. Here each character is read once, as the HTML standard
(13.2.5, tokenization) has it: a tag or a comment without an end lasts to the end of the page.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final

from isgkg.content import encoding
from isgkg.content.encoding import Decoded
from isgkg.drafts.joining import gap
from isgkg.drafts.model import Block, Kind, Piece

_SILENT: Final = frozenset({"head", "template", "noscript", "svg", "math"})
_RAW: Final = frozenset({"script", "style", "title", "textarea", "iframe", "noembed", "noframes"})
"""Elements that hold no tags, and no words of the page."""
_BLOCKS: Final = frozenset(
    (
        *("html", "body", "main", "article", "section", "aside", "header", "footer", "nav", "address", "form", "fieldset", "hr"),
        *("p", "div", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "figure", "figcaption", "select", "option"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
    )
)
_CELLS: Final = frozenset({"td", "th"})
_HEADING: Final = re.compile("h[1-6]")
_FOOTNOTE: Final = re.compile(r"(?:doc-)?(?:foot|end)notes?")
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_CHINESE: Final = frozenset({"gb2312", "gbk", "gb18030", "x-gbk"})
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_MARK: Final = re.compile(
    r"<(?:(?P<open>[a-zA-Z][^\s/>]*)|/(?P<close>[a-zA-Z][^\s/>]*)|(?P<comment>!--)|(?P<bogus>[!?/]))"
    r"|&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?"
)
_ATTRIBUTE: Final = re.compile(
    r"""[\s/]*(?:(?P<end>>)|(?P<name>[^\s/>][^\s/>=]*)(?:\s*=\s*(?:"(?P<double>[^"]*)"?|'(?P<single>[^']*)'?|(?P<bare>[^\s>]*)))?)"""
)
_COMMENT_END: Final = re.compile("--!?>")


def decoded(data: bytes) -> Decoded:
    """The text of a page. Raises ContentError as `encoding.decode` does; a page that says that it is in GB18030 is read so.

    What is UTF-8 stays that whatever it says: pages are often converted without a change of their head.
    """
    named = _CHARSET.search(data[:4096])
    if named and named[1].decode("ascii", "replace").lower() in _CHINESE and b"\0" not in data and not _is_utf8(data):
        try:
            return Decoded(data.decode("gb18030").replace("\r\n", "\n").replace("\r", "\n"))
        except UnicodeDecodeError:
            pass  # the page says so, and is something else
    return encoding.decode(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def blocks(text: str) -> Iterator[Block]:
    """The paragraphs of the page."""
    reader = _Reader(text)
    reader.read()
    return iter(reader.blocks)


class _Reader:
    """Gathers the words of a paragraph until one begins or ends."""

    def __init__(self, page: str) -> None:
        self.blocks: list[Block] = []
        self._page = page
        self._starts = [0, *(found.end() for found in re.finditer("\n", page))]
        self._parts, self._length, self._pieces = list[str](), 0, list[Piece]()
        self._last = ""
        self._break: str | None = None
        self._silent, self._silences = "", 0
        self._level, self._codes = 0, 0
        self._tables: list[bool] = [False]
        self._cells = 0
        """By open table whether a cell of it is open, and how many are."""
        self._notes, self._depths = "", Counter[str]()
        """The element that holds footnotes, and how often elements of its name are open within it."""

    def read(self) -> None:
        """Read the page from its beginning to its end."""
        page, position = self._page, 0
        while mark := _MARK.search(page, position):
            self._words(position, mark.start())
            position = mark.end()
            if mark["open"]:
                attributes, position = self._attributes(position)
                position = self._start(mark["open"].lower(), attributes, position)
            elif mark["close"]:
                _, position = self._attributes(position)
                self._end(mark["close"].lower())
            elif mark["comment"]:
                # <!--> and <!---> are comments, too, hence from within the mark
                ended = _COMMENT_END.search(page, position - 2)
                position = ended.end() if ended else len(page)
            elif mark["bogus"]:
                position = page.find(">", position) + 1 or len(page)
            else:
                self._reference(mark[0], mark.start())
        self._words(position, len(page))
        self.end_block()

    def _attributes(self, position: int) -> tuple[Mapping[str, str], int]:
        """The attributes of a tag, and where it ends."""
        found: dict[str, str] = {}
        while attribute := _ATTRIBUTE.match(self._page, position):
            position = attribute.end()
            if attribute["end"]:
                return found, position
            found.setdefault(attribute["name"].lower(), attribute["double"] or attribute["single"] or attribute["bare"] or "")
        return found, len(self._page)

    def _start(self, tag: str, attributes: Mapping[str, str], position: int) -> int:
        """A start tag that ends at the position; where to read on."""
        if tag in _RAW:
            ended = re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE).search(self._page, position)
            return ended.start() if ended else len(self._page)
        if self._silent == "head" and tag in _BLOCKS:
            self._silent = ""  # a head that nobody closed ends here
        if self._silent:
            self._silences += tag == self._silent
            return position
        if tag in _SILENT:
            self._silent, self._silences = tag, 1
            return position
        if tag in _BLOCKS:
            self.end_block()
        self._opened(tag, attributes)
        return position

    def _opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "br":
            self._break = "\n"
        elif _HEADING.fullmatch(tag):
            self._level = int(tag[1])
        elif tag == "table":
            self._tables.append(False)
        elif tag in _CELLS or tag == "tr":
            self._cell(is_open=tag in _CELLS)
        elif tag == "pre":
            self._codes += 1
        named = f"{attributes.get('class', '')} {attributes.get('role', '')}".split()
        if not self._notes and tag in _BLOCKS and (tag == "aside" or any(_FOOTNOTE.fullmatch(name) for name in named)):
            self._notes = tag
        if tag == self._notes:
            self._depths[tag] += 1

    def _end(self, tag: str) -> None:
        if self._silent:
            self._silences -= tag == self._silent
            self._silent = self._silent if self._silences else ""
            return
        if tag in _BLOCKS:
            self.end_block()
        if _HEADING.fullmatch(tag):
            self._level = 0
        elif tag == "table":
            self._cells -= self._tables.pop()
            self._tables = self._tables or [False]
        elif tag in _CELLS or tag == "tr":
            self._cell(is_open=False)
        elif tag == "pre":
            self._codes = max(0, self._codes - 1)
        if tag == self._notes:
            self._depths[tag] -= 1
            self._notes = tag if self._depths[tag] else ""

    def _cell(self, *, is_open: bool) -> None:
        self._cells += is_open - self._tables[-1]
        self._tables[-1] = is_open

    def _words(self, start: int, end: int) -> None:
        """Text between two tags: its spaces are one, its line breaks what lines of a paragraph have between them."""
        if self._silent:
            return
        position = start
        for space in _SPACE.finditer(self._page, start, end):
            self._add(self._page[position : space.start()], position)
            self._break = "\n" if "\n" in space[0] or self._break == "\n" else " "
            position = space.end()
        self._add(self._page[position:end], position)

    def _reference(self, reference: str, position: int) -> None:
        """A character reference, or an ampersand that is none."""
        if self._silent:
            return
        words = unescape(reference)
        if _SPACE.fullmatch(words) or words == "\u00a0":
            self._break = self._break or " "
        else:
            self._add(_SPACE.sub(" ", words), position)

    def _add(self, words: str, position: int) -> None:
        if not words:
            return
        if self._break and self._parts:
            between = gap(self._last, words[0]) if self._break == "\n" else " "
            self._parts.append(between)
            self._length += len(between)
        self._break = None
        line = bisect_right(self._starts, position)
        self._pieces.append(Piece(self._length, line, position - self._starts[line - 1] + 1))
        self._parts.append(words)
        self._length += len(words)
        self._last = words[-1]

    def end_block(self) -> None:
        """What was gathered is a block."""
        text = "".join(self._parts)
        if text.strip():
            kind = self._kind()
            level = self._level if kind is Kind.HEADING else 0
            self.blocks.append(Block(text=text, kind=kind, level=level, pieces=tuple(self._pieces)))
        self._parts, self._length, self._pieces, self._break = [], 0, [], None

    def _kind(self) -> Kind:
        if self._notes:
            return Kind.FOOTNOTE
        if self._codes:
            return Kind.CODE
        if self._level:
            return Kind.HEADING
        return Kind.CELL if self._cells else Kind.TEXT
