"""Remarks as Word comments at the very words.

Flows in: the bytes of a .docx and remarks on spots. Flows out: the bytes of a copy: the document's main part, its comments, and what lists
and links these differ; all other parts are as they were.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from isgkg.drafts.model import Spot
from isgkg.drafts.word import runs
from isgkg.drafts.word.package import Element, Package, attribute, local
from isgkg.drafts.word.paragraphs import Paragraph, Walk, writable

_TRANSITIONAL: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_STRICT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_TYPES: Final = "[Content_Types].xml"
_LANGUAGE_OF_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def annotate(data: bytes, remarks: Sequence[tuple[Spot, str]], *, author: str, initials: str, when: datetime | None = None) -> bytes:
    """The document with each remark as a comment by `author`; a remark on a footnote stands at its reference mark.

    Spots are those of the draft that `reader.read` makes of the same bytes. Raises ContentError as `read` does.
    """
    package = Package(data)
    walk = Walk(package)
    paragraphs = list(walk.paragraphs())
    comments = package.other("comments")
    if comments is None:
        prefix = runs.namespace(package.document)
        named = {name: iri for name, iri in package.document.nsmap.items() if name}
        comments = package.document.makeelement(f"{prefix}comments", nsmap=named)
    next_id = max((int(id_) for comment in comments if (id_ := attribute(comment, "id") or "").isdecimal()), default=-1) + 1
    ordered = sorted(remarks, key=lambda remark: (remark[0].block, remark[0].start, -remark[0].end))
    for number, (_, text) in enumerate(ordered, next_id):
        comments.append(_comment(comments, number, text, author, initials, when))
    for number, (spot, _) in reversed(list(enumerate(ordered, next_id))):
        _mark(walk, paragraphs[spot.block], spot, number)
    return package.copy({package.main: package.document, **_linked(package, comments)})


def _mark(walk: Walk, paragraph: Paragraph, spot: Spot, id_: int) -> None:
    """Puts the ends of the comment's range around the words, and its reference behind them."""
    if paragraph.reference is not None:
        first = last = paragraph.reference
    else:
        # Cutting runs for one remark moves the words of others: the pieces are looked up again.
        pieces = walk.words(list(paragraph.elements)).pieces
        found = runs.isolated(pieces, spot.start, spot.end)
        if not found:  # a number that Word counts has no words of its own
            _at_beginning(paragraph.elements[0], id_)
            return
        first, last = found[0], found[-1]
    prefix = runs.namespace(first)
    first.addprevious(first.makeelement(f"{prefix}commentRangeStart", {f"{prefix}id": str(id_)}))
    end = last.makeelement(f"{prefix}commentRangeEnd", {f"{prefix}id": str(id_)})
    last.addnext(end)
    end.addnext(_reference(last, id_))


def _at_beginning(paragraph: Element, id_: int) -> None:
    reference = _reference(paragraph, id_)
    properties = next((inner for inner in paragraph if local(inner) == "pPr"), None)
    if properties is not None:
        properties.addnext(reference)
    else:
        paragraph.insert(0, reference)


def _reference(near: Element, id_: int) -> Element:
    prefix = runs.namespace(near)
    run = near.makeelement(f"{prefix}r")
    run.append(near.makeelement(f"{prefix}commentReference", {f"{prefix}id": str(id_)}))
    return run


def _comment(comments: Element, id_: int, text: str, author: str, initials: str, when: datetime | None) -> Element:
    prefix = runs.namespace(comments)
    given = {f"{prefix}id": str(id_), f"{prefix}author": author, f"{prefix}initials": initials}
    if when is not None:
        given[f"{prefix}date"] = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    comment = comments.makeelement(f"{prefix}comment", given)
    for line in writable(text).split("\n"):
        paragraph, run, words = (comments.makeelement(f"{prefix}{name}") for name in ("p", "r", "t"))
        words.text = line
        words.set(_LANGUAGE_OF_SPACE, "preserve")
        run.append(words)
        paragraph.append(run)
        comment.append(paragraph)
    return comment


def _linked(package: Package, comments: Element) -> dict[str, Element]:
    """The parts of comments, and of the lists that name them, where they are new."""
    name = package.name_of("comments")
    if name is not None:
        return {name: comments}
    folder, _, main = package.main.rpartition("/")
    name = f"{folder}/comments.xml".lstrip("/")
    rels_name = f"{folder}/_rels/{main}.rels".lstrip("/")
    rels, types = package.tree_or_none(rels_name), package.tree(_TYPES)
    if rels is None:
        rels = package.document.makeelement(f"{{{_PACKAGE}}}Relationships", nsmap={"r": _PACKAGE})
    ids = {attribute(relation, "Id") for relation in rels}
    id_ = next(f"rIdComments{number}" for number in range(len(ids) + 1) if f"rIdComments{number}" not in ids)
    kind = _STRICT if "purl.oclc.org" in runs.namespace(package.document) else _TRANSITIONAL
    relation = rels.makeelement(f"{runs.namespace(rels)}Relationship", {"Id": id_, "Type": kind, "Target": "comments.xml"})
    rels.append(relation)
    types.append(types.makeelement(f"{runs.namespace(types)}Override", {"PartName": f"/{name}", "ContentType": _TYPE}))
    return {name: comments, rels_name: rels, _TYPES: types}


_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
