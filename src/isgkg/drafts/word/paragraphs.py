"""The paragraphs of a Word document in the order in which they are read, with the elements that hold their words.

Flows in: a package. Flows out: paragraphs: block and pieces. The reader, the annotator and the fixer share this walk, so that an offset
in a block means the same words to all of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from isgkg.drafts.joining import gap
from isgkg.drafts.model import Block, Kind
from isgkg.drafts.word.numbering import Numbering, Style, Styles, child
from isgkg.drafts.word.package import RULE, Element, Package, attribute, local
from isgkg.errors import ContentError

_NEW: Final = frozenset({"ins", "moveTo"})
_OLD: Final = frozenset({"del", "moveFrom"})
_AROUND: Final = frozenset({"hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "ruby", "rubyBase", "bdo", "dir"})
_BOXES: Final = frozenset({"drawing", "pict", "object", "AlternateContent"})
_NOTES: Final = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_OFF: Final = frozenset({"0", "false", "off"})
_DEEPEST: Final = 100
_GALLERY: Final = "table of contents"


class Piece(NamedTuple):
    """An element w:t or w:delText, and the offset of its text in that of the block."""

    element: Element
    offset: int


@dataclass(slots=True, kw_only=True)
class Paragraph:
    """A block, the elements of its words, and where a comment on a footnote goes: the run in the body that refers to it."""

    block: Block
    pieces: list[Piece]
    elements: tuple[Element, ...]
    """The w:p elements: several where a deleted paragraph mark joins them."""
    reference: Element | None = None


class Words(NamedTuple):
    """What a w:p holds."""

    text: str
    pieces: list[Piece]
    notes: list[tuple[str, str, Element]]
    """Of each note that it refers to: the kind of part, the id, the run."""
    boxes: list[Element]
    turns_page: bool


class Walk:
    """One pass over a document. `original` reads tracked changes as before the change."""

    def __init__(self, package: Package, *, original: bool = False) -> None:
        self._styles = Styles(package.other("styles"))
        self._numbering = Numbering(package.other("numbering"))
        self._notes = {kind: package.other(kind) for kind in _NOTES.values()}
        self._original = original
        self._count = 0
        self._page = 1 if any(local(element) == "lastRenderedPageBreak" for element in package.document.iter()) else None
        self._body = child(package.document, "body")
        self.parts = {kind: part for kind, part in self._notes.items() if part is not None}

    def paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs that hold words or a number, notes behind the paragraph that refers to them."""
        if self._body is not None:
            yield from self._within(self._body, Kind.TEXT, 0)

    def _within(self, parent: Element, kind: Kind, depth: int) -> Iterator[Paragraph]:
        if depth > _DEEPEST:
            raise ContentError("drafts.word.nested", rule=RULE)
        held: list[Element] = []
        for element in parent:
            name = local(element)
            if name == "p":
                held.append(element)
                if not self._joins(element):
                    yield from self._paragraph(held, kind, depth)
                    held = []
            elif name in {"tbl", "tr", "sdtContent", "ins", "moveTo", "customXml"}:
                if name == "tr" and self._is_gone(child(element, "trPr")):
                    continue
                yield from self._within(element, kind, depth + 1)
            elif name == "tc":
                yield from self._within(element, Kind.CELL if kind is Kind.TEXT else kind, depth + 1)
            elif name == "sdt":
                gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
                is_contents = gallery is not None and (attribute(gallery, "val") or "").lower() == _GALLERY
                yield from self._within(element, Kind.CONTENTS if is_contents else kind, depth + 1)
        if held:
            yield from self._paragraph(held, kind, depth)

    def _joins(self, paragraph: Element) -> bool:
        """Whether the mark at the end of this paragraph is gone, so that the next one goes on with it."""
        return self._is_gone(child(paragraph, "pPr", "rPr"))

    def _is_gone(self, properties: Element | None) -> bool:
        gone = _NEW if self._original else _OLD
        return properties is not None and any(local(inner) in gone for inner in properties)

    def _paragraph(self, elements: list[Element], kind: Kind, depth: int) -> Iterator[Paragraph]:
        if kind in {Kind.TEXT, Kind.CELL, Kind.CONTENTS}:
            self._count += 1
        words = self.words(elements)
        if self._page is not None and words.turns_page:
            self._page += 1
        properties = child(elements[0], "pPr")
        named = child(properties, "pStyle")
        style = self._styles.of(self._styles.default if named is None else attribute(named, "val"))
        number = self._number(properties, style)
        if words.text.strip() or number:
            kind = Kind.CONTENTS if style.is_contents and kind is Kind.TEXT else kind
            outline = child(properties, "outlineLvl")
            own = (attribute(outline, "val") or "") if outline is not None else ""
            level = int(own) + 1 if own.isdecimal() and int(own) < 9 else 0 if own else style.level
            is_heading = kind is Kind.TEXT and level > 0 and bool(words.text.strip())
            counts = kind in {Kind.TEXT, Kind.CELL, Kind.CONTENTS}
            block = Block(
                text=words.text,
                kind=Kind.HEADING if is_heading else kind,
                level=level if is_heading else 0,
                number=number,
                page=self._page,
                paragraph=self._count if counts else None,
            )
            yield Paragraph(block=block, pieces=words.pieces, elements=tuple(elements))
        for box in words.boxes:
            yield from self._within(box, Kind.BOX, depth + 1)
        for part, id_, run in words.notes:
            yield from self._note(part, id_, run, depth)

    def _number(self, properties: Element | None, style: Style) -> str | None:
        own = child(properties, "numPr")
        id_, level = style.numbered
        if own is not None:
            own_id, own_level = child(own, "numId"), child(own, "ilvl")
            id_ = attribute(own_id, "val") if own_id is not None else id_
            text = attribute(own_level, "val") if own_level is not None else None
            level = int(text) if text and text.isdecimal() else level
        return self._numbering.next(id_, level)

    def _note(self, part: str, id_: str, run: Element, depth: int) -> Iterator[Paragraph]:
        notes = self._notes[part]
        for note in notes if notes is not None else ():
            if attribute(note, "id") == id_ and attribute(note, "type") in {None, "normal"}:
                for paragraph in self._within(note, Kind.FOOTNOTE, depth + 1):
                    paragraph.reference = run
                    yield paragraph

    def words(self, elements: list[Element]) -> Words:
        """What these paragraphs hold, joined."""
        reader = _Reader(self._original)
        for element in elements:
            reader.read(element, 0)
        return Words("".join(reader.texts), reader.pieces, reader.notes, reader.boxes, reader.turns_page)


class _Reader:
    """Reads the content of paragraphs, run by run."""

    def __init__(self, original: bool) -> None:
        self._original = original
        self.texts: list[str] = []
        self.pieces: list[Piece] = []
        self.notes: list[tuple[str, str, Element]] = []
        self.boxes: list[Element] = []
        self.turns_page = False
        self._length = 0
        self._broken = False

    def read(self, parent: Element, depth: int) -> None:
        if depth > _DEEPEST:
            raise ContentError("drafts.word.nested", rule=RULE)
        for element in parent:
            name = local(element)
            if name == "r":
                self._run(element, depth)
            elif name in _AROUND or name in (_OLD if self._original else _NEW):
                self.read(element, depth + 1)
            elif name in _BOXES:
                self._boxed(element)

    def _run(self, run: Element, depth: int) -> None:
        vanish = child(run, "rPr", "vanish")
        if vanish is not None and attribute(vanish, "val") not in _OFF:
            return
        for element in run:
            name = local(element)
            if name == "t" or (name == "delText" and self._original):
                self._text(element)
            elif name in {"tab", "ptab"}:
                self._sign("\t")
            elif name == "noBreakHyphen":
                self._sign("-")
            elif name in {"br", "cr"}:
                self.turns_page |= attribute(element, "type") == "page"
                self._broken = True
            elif name == "lastRenderedPageBreak":
                self.turns_page = True
            elif name in _NOTES:
                self.notes.append((_NOTES[name], attribute(element, "id") or "", run))
            elif name in _BOXES:
                self._boxed(element)
            elif name in _AROUND:
                self.read(element, depth + 1)

    def _text(self, element: Element) -> None:
        text = element.text or ""
        if not text:
            return
        if self._broken and self.texts:
            self._sign(gap(self.texts[-1][-1], text[0]))
        self._broken = False
        self.pieces.append(Piece(element, self._length))
        self._sign(text)

    def _sign(self, text: str) -> None:
        if text:
            self.texts.append(text)
            self._length += len(text)

    def _boxed(self, element: Element) -> None:
        """The content of text boxes; of the forms for newer and older programs only the first, which says the same."""
        if local(element) == "AlternateContent":
            choice = next((inner for inner in element if local(inner) == "Choice"), None)
            element = choice if choice is not None else element
        self.boxes += (inner for inner in element.iter() if local(inner) == "txbxContent")


_INVALID: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _INVALID.sub("", text)
