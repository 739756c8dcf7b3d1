"""NISO STS and ISO STS (XML of standards) → blocks.

Flows in: the bytes of a file. Flows out: the paragraphs that a person would see: headings with their labels, notes, cells, entries of terms
(tbx:termEntry) laid out as GB/T 20001.1 lays them out.
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from isgkg.drafts.model import Block, Kind, Piece
from isgkg.drafts.sources import RULE
from isgkg.errors import ContentError

_ROOTS: Final = frozenset({"standard", "adoption", "standards"})
_INTERNAL: Final = re.compile(rb"<!DOCTYPE[^>\[]*\[|<!ENTITY", re.IGNORECASE)
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^>\[]*>", re.IGNORECASE)
_SPACE: Final = re.compile(r"\s+")
_PARAGRAPHS: Final = frozenset({"p", "td", "th", "title", "main", "compl", "full", "mixed-citation", "attrib"})
_SKIPPED: Final = frozenset(
    {"std-meta", "iso-meta", "nat-meta", "reg-meta", "xref-group", "alternatives", "graphic", "math", "tex-math", "label"}
)
_NOTES: Final = {"non-normative-note": "注：", "non-normative-example": "示例："}
_DEEPEST: Final = 200
Element = etree._Element  # lxml has no public name for it


def blocks(data: bytes) -> tuple[Block, ...]:
    """The paragraphs of the document. Raises ContentError (rule draft-file) for XML that is damaged, hostile or of another kind."""
    if _INTERNAL.search(data.replace(b"\0", b"")):
        raise ContentError("drafts.xml.entities", rule=RULE)
    data = _DOCTYPE.sub(lambda found: b"\n" * found[0].count(b"\n"), data)  # its DTD is not fetched: lines stay what they were
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ContentError("drafts.xml.damaged", rule=RULE, line=getattr(error, "lineno", None) or None) from error
    if _name(root) not in _ROOTS:
        raise ContentError("drafts.xml.other", rule=RULE)
    found = tuple(_within(root, 0, 0))
    if not found:
        raise ContentError("drafts.empty", rule=RULE)
    return found


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _within(parent: Element, level: int, depth: int) -> Iterator[Block]:
    if depth > _DEEPEST:
        raise ContentError("drafts.xml.nested", rule=RULE)
    for element in parent:
        name = _name(element)
        if name in {"sec", "app", "ref-list", "term-sec", "fn-group"}:
            yield from _section(element, level + 1, depth)
        elif name in _NOTES:
            yield from _note(element, _label(element) or _NOTES[name].rstrip("："), depth)
        elif name == "termEntry":
            yield from _entry(element)
        elif name == "fn":
            yield from (_as(block, Kind.FOOTNOTE) for block in _within(element, level, depth + 1))
        elif name == "preformat":
            yield _block(element, _text(element), Kind.CODE)
        elif name in {"td", "th"} and not any(_name(inner) in _PARAGRAPHS for inner in element):
            yield from _told(element, Kind.CELL)
        elif name in _PARAGRAPHS and _name(parent) not in {"sec", "app"}:
            yield from _told(element, Kind.CELL if _name(parent) in {"td", "th"} else Kind.TEXT)
        elif name == "p":
            yield from _told(element, Kind.TEXT)
        elif name and name not in _SKIPPED and name not in {"title", "label"}:
            yield from _within(element, level, depth + 1)


def _told(element: Element, kind: Kind) -> Iterator[Block]:
    text = _text(element)
    if text:
        yield _block(element, text, kind)


def _section(element: Element, level: int, depth: int) -> Iterator[Block]:
    label = _label(element)
    title = next((_text(inner) for inner in element if _name(inner) == "title"), "")
    if title:
        yield Block(text=title, kind=Kind.HEADING, level=level, number=label, pieces=(Piece(0, _line(element), 1),))
    elif label:
        yield _block(element, label, Kind.TEXT)
    yield from _within(element, level, depth + 1)


def _note(element: Element, label: str, depth: int) -> Iterator[Block]:
    """The paragraphs of a note, its label before the first."""
    first = True
    for block in _within(element, 0, depth + 1):
        yield _block(element, f"{label}：{block.text}", Kind.TEXT) if first else block
        first = False


def _entry(entry: Element) -> Iterator[Block]:
    """A tbx:termEntry: terms with their equivalent, definition, examples and notes, source."""
    terms: dict[str, list[str]] = {}
    said: dict[str, list[tuple[Element, str]]] = {"definition": [], "example": [], "note": [], "source": []}
    for language in entry:
        if _name(language) != "langSet":
            continue
        tag = next((str(value) for key, value in language.attrib.items() if str(key).endswith("lang")), "")
        for element in language.iter():
            if _name(element) == "term":
                terms.setdefault(tag.partition("-")[0], []).append(_text(element))
            elif _name(element) in said and tag.startswith("zh"):
                said[_name(element)].append((element, _text(element)))
    chinese = terms.get("zh", [])
    equivalent = next(iter(terms.get("en", [])), "")
    for number, term in enumerate(chinese):
        yield _block(entry, f"{term}  {equivalent}".strip() if number == 0 else term, Kind.TEXT)
    yield from (_block(element, text, Kind.TEXT) for element, text in said["definition"])
    yield from (_block(element, f"示例：{text}", Kind.TEXT) for element, text in said["example"])
    yield from (_block(element, f"注：{text}", Kind.TEXT) for element, text in said["note"])
    yield from (_block(element, f"[来源：{text}]", Kind.TEXT) for element, text in said["source"])


def _label(element: Element) -> str | None:
    return next((_text(inner) for inner in element if _name(inner) == "label"), None) or None


def _text(element: Element) -> str:
    """The words of an element on one line, without those of footnotes and notes in it, which are paragraphs of their own."""
    parts = [element.text or ""]
    for inner in element:
        if _name(inner) not in {"fn", "non-normative-note", "non-normative-example", "label", "p"} or _name(element) == "p":
            parts.append(_text(inner) if isinstance(inner.tag, str) and _name(inner) != "fn" else "")
        elif _name(inner) == "p":
            parts.append(_text(inner))
        parts.append(inner.tail or "")
    return _SPACE.sub(" ", "".join(parts)).strip()


def _block(element: Element, text: str, kind: Kind) -> Block:
    return Block(text=text, kind=kind, pieces=(Piece(0, _line(element), 1),))


def _line(element: Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 1


def _as(block: Block, kind: Kind) -> Block:
    return Block(text=block.text, kind=kind, pieces=block.pieces)
