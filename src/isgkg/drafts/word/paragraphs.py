"""The paragraphs of a document in the order in which they are read, with the elements that hold their words.

Flows in: a package. Flows out: Found, one a block. The reader, the annotator and the mender share this walk, so that an offset in a block
means the same words to all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from isgkg.drafts.model import MARGINS, Block, Kind
from isgkg.drafts.word.fields import Fields, is_contents
from isgkg.drafts.word.numbering import Numbering
from isgkg.drafts.word.package import RULE, Element, Package, is_on
from isgkg.drafts.word.properties import Looks
from isgkg.drafts.word.styles import Styles
from isgkg.drafts.word.words import Line, Words
from isgkg.errors import ContentError

COMPATIBILITY: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_MATHEMATICS: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}",
    "{http://purl.oclc.org/ooxml/officeDocument/math}",
)
_PASSED: Final = (
    *("pPr", "rPr", "sectPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr"),
    *("rt", "rubyPr", "smartTagPr", "customXmlPr", "fldData"),
)
_DEEPEST: Final = 150
"""Elements within each other; tables in tables in text boxes reach some 50."""
_GALLERY: Final = "table of contents"


@dataclass(slots=True, kw_only=True)
class Found:
    """A block, the elements that hold its words, and its last w:p. `reference` is the mark in the body of the note that it is part of."""

    block: Block
    words: list[Words]
    paragraph: Element
    reference: Element | None


@dataclass(slots=True, kw_only=True)
class _Open:
    """A paragraph that is being read; a mark at its end that is deleted lets the next one go on with it."""

    owner: Element
    """The w:p that says what the paragraph is."""
    count: int | None
    page: int | None
    line: Line = field(default_factory=Line)
    is_contents: bool = False
    behind: list[Element] = field(default_factory=list)
    """Text boxes, and references to notes."""


@dataclass(slots=True, kw_only=True)
class _Story:
    """A text of its own: the body, a note, a text box."""

    fields: Fields
    kind: Kind = Kind.TEXT
    reference: Element | None = None
    """The mark in the body of the note that is being read."""
    anchor: _Open | None = None
    """The paragraph of the body to which the note or box belongs; one without a place for what belongs to none."""
    contents: int = 0
    """How many tables of contents the place is in."""


class Walk:
    """One pass over a document; `found` are its blocks. `original` reads tracked changes as before the change."""

    def __init__(self, package: Package, *, original: bool = False) -> None:
        self._prefix = prefix = package.prefix
        self._original = original
        self.styles = Styles(package.other("styles"), prefix)
        self._looks = Looks(self.styles, prefix, original=original)
        self._numbering = Numbering(package.other("numbering"), prefix)
        self._notes = {
            f"{prefix}{kind}Reference": {note.get(f"{prefix}id"): note for note in root.iter(f"{prefix}{kind}") if _is_note(note, prefix)}
            for kind in ("footnote", "endnote")
            if (root := package.other(f"{kind}s")) is not None
        }
        self._handlers = self._handlers_of(prefix)
        self._story = _Story(fields=Fields(package.document, prefix))
        self._open: _Open | None = None
        self._joined: _Open | None = None
        self._hidden = self._runs = self._depth = self._count = 0
        self._page = None if next(package.document.iter(f"{prefix}lastRenderedPageBreak"), None) is None else 1
        self._has_turned = False
        self.found: list[Found] = []
        self._inside(package.document)
        self._end()
        self._page = None
        for kind, part in package.margins:
            self._margin(Kind(kind), package.tree(part))

    def _handlers_of(self, prefix: str) -> dict[str, Callable[[Element], None]]:
        """What is done with each element; the content of all others is read."""
        gone = ("ins", "moveTo") if self._original else ("del", "moveFrom")
        named: dict[str, Callable[[Element], None]] = {
            **dict.fromkeys(_PASSED, _pass),
            **dict.fromkeys(gone, self._gone),
            "p": self._paragraph,
            "tbl": self._table,
            "tr": self._row,
            "tc": self._cell,
            "sdt": self._control,
            "fldSimple": self._simple_field,
            "fldChar": self._field,
            "instrText": self._instruction,
            "txbxContent": self._later,
            "footnoteReference": self._later,
            "endnoteReference": self._later,
            "r": self._run,
            "t": self._text,
            "tab": lambda element: self._sign(element, "\t"),
            "ptab": lambda element: self._sign(element, "\t"),
            "noBreakHyphen": lambda element: self._sign(element, "-"),
            "br": self._break,
            "cr": self._break,
            "lastRenderedPageBreak": self._turn_page,
        }
        if self._original:
            named["delText"] = self._text
        found = {f"{prefix}{name}": handler for name, handler in named.items()}
        found |= {f"{mathematics}{name}": _pass for mathematics in _MATHEMATICS for name in ("oMath", "oMathPara")}
        return {**found, f"{COMPATIBILITY}AlternateContent": self._alternatives}

    def _margin(self, kind: Kind, root: Element) -> None:
        """A header or a footer, which has no place among the paragraphs of the body."""
        nowhere = _Open(owner=root, count=None, page=None)
        self._story = _Story(fields=Fields(root, self._prefix), kind=kind, anchor=nowhere)
        self._inside(root)
        self._end()

    def _inside(self, parent: Element) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ContentError("drafts.word.nested", rule=RULE)
        handlers, otherwise = self._handlers, self._inside
        for element in parent:
            handlers.get(element.tag, otherwise)(element)
        self._depth -= 1

    def _alternatives(self, element: Element) -> None:
        """Forms for newer and for older programs, which say the same: the first that there is."""
        chosen = next(element.iterchildren(f"{COMPATIBILITY}Choice", f"{COMPATIBILITY}Fallback"), None)
        if chosen is not None:
            self._inside(chosen)

    def _gone(self, element: Element) -> None:
        self._hidden += 1
        self._inside(element)
        self._hidden -= 1

    # paragraphs and what holds them

    def _paragraph(self, element: Element) -> None:
        if self._open is not None:  # in the middle of another one, where no program puts it
            self._later(element)
            return
        opened = self._joined or self._new(element)
        self._joined, self._open = None, opened
        before = opened.line.length
        self._inside(element)
        self._open = None
        if before == 0 or opened.line.length > before:
            opened.owner = element
        mark = element.find(f"{self._prefix}pPr/{self._prefix}rPr")
        if self._is_gone(mark, "ins", "del") or self._is_gone(mark, "moveTo", "moveFrom"):
            self._joined = opened
        else:
            self._close(opened, element)

    def _new(self, element: Element) -> _Open:
        if self._story.anchor is not None:
            return _Open(owner=element, count=self._story.anchor.count, page=self._story.anchor.page)
        self._count += 1
        return _Open(owner=element, count=self._count, page=None)

    def _is_gone(self, properties: Element | None, inserted: str, deleted: str) -> bool:
        """Whether these properties of a mark, row or cell say that it is deleted, or, in the original, inserted."""
        return properties is not None and properties.find(f"{self._prefix}{inserted if self._original else deleted}") is not None

    def _end(self) -> None:
        """Ends a paragraph whose mark is deleted where no other follows."""
        if self._joined is not None:
            opened, self._joined = self._joined, None
            self._close(opened, opened.owner)

    def _close(self, opened: _Open, last: Element) -> None:
        text, words = opened.line.done()
        look = self._looks.of(opened.owner)
        # A paragraph that is hidden to its mark is not counted.
        counted = None if look.is_hidden and not text else self._numbering.next(look.own, look.style)
        if text or counted:
            kind = self._story.kind
            if opened.is_contents or look.style.is_contents or self._story.contents:
                kind = Kind.CONTENTS
            elif kind is Kind.TEXT and look.level:
                kind = Kind.HEADING
            block = Block(
                text=text,
                kind=kind,
                level=look.level if kind is Kind.HEADING else 0,
                number=counted,
                page=self._page if opened.page is None else opened.page,
                paragraph=opened.count,
            )
            self.found.append(Found(block=block, words=words, paragraph=last, reference=self._story.reference))
        if opened.behind:
            self._behind(opened)

    def _behind(self, opened: _Open) -> None:
        """The notes and text boxes that belong to a paragraph."""
        held = self._story
        # A box stands beside its paragraph, a note at the foot of the page.
        for element in sorted(opened.behind, key=lambda element: element.tag in self._notes):
            content, kind, reference = element, held.kind, held.reference
            if element.tag in self._notes:
                # A note is read once, though it may refer to itself.
                note = self._notes[element.tag].pop(element.get(f"{self._prefix}id"), None)
                if note is None:
                    continue
                content, kind = note, Kind.FOOTNOTE
                reference = element if reference is None else reference
            elif element.tag == f"{self._prefix}txbxContent":
                kind = held.kind if held.kind in MARGINS else Kind.BOX
            fields = Fields(content, self._prefix)
            self._story = _Story(fields=fields, kind=kind, reference=reference, anchor=held.anchor or opened)
            is_text_of_its_own = content is not element or element.tag == f"{self._prefix}txbxContent"
            (self._inside if is_text_of_its_own else self._handlers[str(content.tag)])(content)
            self._end()
        self._story = held

    def _later(self, element: Element) -> None:
        if self._open is None:
            self._inside(element)
        elif self._is_visible:
            self._open.behind.append(element)

    def _table(self, element: Element) -> None:
        if self._open is not None:  # as with paragraphs
            self._later(element)
            return
        self._end()
        self._inside(element)
        self._end()

    def _row(self, element: Element) -> None:
        if not self._is_gone(element.find(f"{self._prefix}trPr"), "ins", "del"):
            self._inside(element)

    def _cell(self, element: Element) -> None:
        if self._is_gone(element.find(f"{self._prefix}tcPr"), "cellIns", "cellDel"):
            return
        held, self._story.kind = self._story.kind, Kind.CELL if self._story.kind is Kind.TEXT else self._story.kind
        self._inside(element)
        self._end()
        self._story.kind = held

    def _control(self, element: Element) -> None:
        prefix = self._prefix
        gallery = element.find(f"{prefix}sdtPr/{prefix}docPartObj/{prefix}docPartGallery")
        is_listing = gallery is not None and (gallery.get(f"{prefix}val") or "").lower() == _GALLERY
        self._story.contents += is_listing
        self._inside(element)
        if is_listing:
            self._end()
        self._story.contents -= is_listing

    def _simple_field(self, element: Element) -> None:
        is_listing = is_contents(element.get(f"{self._prefix}instr") or "")
        self._story.contents += is_listing
        self._inside(element)
        self._story.contents -= is_listing

    def _field(self, element: Element) -> None:
        self._story.fields.mark(element)

    def _instruction(self, element: Element) -> None:
        self._story.fields.instruct(element)

    # runs and what they hold

    @property
    def _is_visible(self) -> bool:
        return not self._hidden and not self._story.fields.is_instruction

    def _run(self, run: Element) -> None:
        is_hidden = self._is_vanished(run)
        self._hidden += is_hidden
        self._runs += 1
        self._inside(run)
        self._runs -= 1
        self._hidden -= is_hidden

    def _is_vanished(self, run: Element) -> bool:
        """Whether the run is hidden text: as it says itself, or its style, or that of its paragraph."""
        style = None
        for properties in run.iterchildren(f"{self._prefix}rPr"):
            for element in properties:
                if element.tag == f"{self._prefix}vanish":
                    return is_on(element, self._prefix)
                if element.tag == f"{self._prefix}rStyle":
                    style = element.get(f"{self._prefix}val")
        by_style = None if style is None else self.styles.of(style).is_hidden
        if by_style is None and self.styles.hides and self._open is not None:
            by_style = self._looks.of(self._open.owner).style.is_hidden
        return bool(by_style)

    def _text(self, element: Element) -> None:
        text = element.text
        if text and text != text.strip(" \t\r\n") and element.get(SPACE) != "preserve":
            # What is not to be kept is not there: so it does not come back where the run is cut.
            element.text = text = text.strip(" \t\r\n")
        if text:
            self._sign(element, text)

    def _sign(self, element: Element, text: str) -> None:
        opened = self._open
        if opened is None or not self._runs or not self._is_visible:
            return
        self._has_turned = False
        if not opened.line.length:
            opened.is_contents = bool(self._story.contents) or self._story.fields.is_contents
            opened.page = self._page if opened.page is None else opened.page
        opened.line.add(element, text)

    def _break(self, element: Element) -> None:
        if self._open is None or not self._runs or not self._is_visible:
            return
        self._open.line.turn(element)
        if element.get(f"{self._prefix}type") == "page" and self._page is not None and self._story.anchor is None:
            self._page += 1
            self._has_turned = True

    def _turn_page(self, _: Element) -> None:
        """Goes past a place where Word last began a page; behind a page break of the author it says the same once more."""
        if self._page is not None and self._story.anchor is None:
            self._page += not self._has_turned
            self._has_turned = False


def _pass(_: Element) -> None:
    """Reads nothing of an element."""


def _is_note(note: Element, prefix: str) -> bool:
    """Whether this is a note, and no line that separates notes from the text."""
    return note.get(f"{prefix}type") in {None, "normal"}
