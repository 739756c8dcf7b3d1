"""Remarks as Word comments at the very words.

Flows in: the bytes of a .docx, and remarks on spots of its draft. Flows out: the bytes of a copy, in which only the main part, its
comments, and what names these to the package differ.
"""

import posixpath
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Final

from lxml import etree

from isgkg.drafts.model import MARGINS, Block, Spot
from isgkg.drafts.word import runs
from isgkg.drafts.word.package import STRICT, TYPES, Element, Package, number, rels_of
from isgkg.drafts.word.paragraphs import Found, Walk
from isgkg.drafts.word.styles import Styles
from isgkg.drafts.word.writing import made, texts, writable

_RELATIONS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_NO_RELATIONS: Final = f'<Relationships xmlns="{_RELATIONS[1:-1]}"/>'
_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_KIND: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_STRICT_KIND: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"


def annotate(data: bytes, remarks: Sequence[tuple[Spot, str]], *, author: str, initials: str, when: datetime | None = None) -> bytes:
    """The document with each remark as a comment on the words at its spot, its lines as paragraphs.

    Spots are those of the draft that `reader.read` makes of the same bytes, without `original`. A remark on a note stands at the mark in
    the text; one on no words, such as Spot(3, 0, 0), at its paragraph; one on a header or footer, where Word allows no comments, at the
    first paragraph. Without `when`, comments bear no date. Raises ContentError as `read` does, and ValueError for a spot that the draft
    does not have.
    """
    package = Package(data)
    walk = Walk(package)
    if not remarks:
        return data
    comments = _Comments(package, walk.styles)
    for spot, text in remarks:
        found = runs.checked(walk.found, spot)
        if found.block.kind in MARGINS:
            found, spot = _first(package, walk.found), Spot(0, 0, 0)  # noqa: PLW2901  # the same remark at another place
        comments.mark(found, spot, comments.add(text, author, initials, when))
    return package.saved({package.main: package.document, **comments.parts()})


def _first(package: Package, found: Sequence[Found]) -> Found:
    """The first paragraph of the body; one is made where there is none."""
    if found[0].block.kind not in MARGINS:
        return found[0]
    prefix = package.prefix
    paragraph = next(package.document.iter(f"{prefix}p"), None)
    if paragraph is None:
        body = next(package.document.iter(f"{prefix}body"), package.document)
        paragraph = body.makeelement(f"{prefix}p")
        body.insert(0, paragraph)
    return Found(block=Block(text=""), words=[], paragraph=paragraph, reference=None)


class _Comments:
    """The comments of a document."""

    def __init__(self, package: Package, styles: Styles) -> None:
        self._package = package
        self._prefix = prefix = package.prefix
        self._styles = styles
        self._placed: set[Element] = set()
        """The marks at the ends of ranges; those of later remarks go behind them."""
        found = package.other("comments")
        self._root = package.document.makeelement(f"{prefix}comments", nsmap={"w": prefix[1:-1]}) if found is None else found
        held = (*self._root, *package.document.iter(f"{prefix}commentReference", f"{prefix}commentRangeStart"))
        self._next = 1 + max((number(element.get(f"{prefix}id")) or 0 for element in held), default=-1)

    def add(self, text: str, author: str, initials: str, when: datetime | None) -> int:
        """The id of a new comment."""
        prefix, id_ = self._prefix, self._next
        self._next += 1
        comment = etree.SubElement(self._root, f"{prefix}comment", made(id_, author, when, prefix))
        comment.set(f"{prefix}initials", writable(initials))
        for index, line in enumerate(text.splitlines() or [""]):
            paragraph = etree.SubElement(comment, f"{prefix}p")
            self._style(paragraph, "p", "annotation text")
            if index == 0:
                mark = etree.SubElement(paragraph, f"{prefix}r")
                self._style(mark, "r", "annotation reference")
                etree.SubElement(mark, f"{prefix}annotationRef")
            etree.SubElement(paragraph, f"{prefix}r").extend(texts(paragraph, line, prefix))
        return id_

    def _style(self, element: Element, kind: str, name: str) -> None:
        """Gives a paragraph or run the style of this name, if the document has it."""
        style = self._styles.named(name)
        if style is not None:
            properties = etree.SubElement(element, f"{self._prefix}{kind}Pr")
            etree.SubElement(properties, f"{self._prefix}{kind}Style", {f"{self._prefix}val": style})

    def mark(self, found: Found, spot: Spot, id_: int) -> None:
        """Puts the range of a comment around its words, and the mark of the comment behind them."""
        prefix, words = self._prefix, found.words
        start, end = (spot.start, spot.end) if spot.start < spot.end else (0, len(found.block.text))
        named = {f"{prefix}id": str(id_)}
        opening, closing = (found.paragraph.makeelement(f"{prefix}commentRange{side}", named) for side in ("Start", "End"))
        if found.reference is not None:
            first = last = runs.child_of_run(found.reference, prefix)
        elif words:
            runs.cut(words, start, prefix)
            runs.cut(words, end, prefix)
            chosen = runs.covered(words, start, end)
            first, last = (runs.child_of_run(piece.element, prefix) for piece in (chosen[0], chosen[-1]))
        else:  # a number that Word counts has no words
            found.paragraph.insert(len(list(found.paragraph.iterchildren(f"{prefix}pPr"))), opening)
            found.paragraph.append(closing)
            self._refer(closing, named)
            return
        runs.begun(first, prefix).addprevious(opening)
        place = runs.ended(last, prefix)
        while (behind := place.getnext()) is not None and behind in self._placed:
            place = behind
        place.addnext(closing)
        self._refer(closing, named)

    def _refer(self, closing: Element, named: dict[str, str]) -> None:
        run = closing.makeelement(f"{self._prefix}r")
        self._style(run, "r", "annotation reference")
        etree.SubElement(run, f"{self._prefix}commentReference", named)
        closing.addnext(run)
        self._placed |= {closing, run}

    def parts(self) -> dict[str, Element]:
        """The part of the comments; where it is new, with the parts that name it to the package."""
        package = self._package
        name = package.related(package.main, "comments")
        if name is not None:
            return {name: self._root}
        folder, rels_name = posixpath.dirname(package.main), rels_of(package.main)
        targets = (f"comments{index or ''}.xml" for index in count())
        target = next(target for target in targets if not package.has(posixpath.join(folder, target)))
        name = posixpath.join(folder, target)
        rels = package.tree(rels_name) if package.has(rels_name) else etree.fromstring(_NO_RELATIONS)
        ids = {relation.get("Id") for relation in rels}
        id_ = next(id_ for index in count(1) if (id_ := f"rId{index}") not in ids)
        kind = _STRICT_KIND if self._prefix == STRICT else _KIND
        etree.SubElement(rels, f"{_RELATIONS}Relationship", {"Id": id_, "Type": kind, "Target": target})
        types = package.tree(TYPES)
        etree.SubElement(types, f"{_TYPES}Override", {"PartName": f"/{name}", "ContentType": _TYPE})
        return {name: self._root, rels_name: rels, TYPES: types}
