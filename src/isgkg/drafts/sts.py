"""NISO STS and ISO STS (XML of standards) → blocks.

Flows in: the bytes of a file. Flows out: the paragraphs that a person would see: headings with their numbers, notes, cells, footnotes
behind their paragraph, entries of terms (tbx:termEntry) laid out as GB/T 20001.1 lays them out. Words are never lost for standing in an
element that is not known here: what is no block is read as part of the line.
"""

import contextlib
import re
from collections.abc import Iterator
from html.entities import html5
from typing import Final
from xml.parsers import expat

from lxml import etree

from isgkg.content import encoding
from isgkg.drafts.joining import gap
from isgkg.drafts.model import Block, Kind, Piece
from isgkg.drafts.sources import RULE
from isgkg.errors import ContentError

_ROOTS: Final = frozenset({"standard", "adoption", "standards"})
_BLOCKS: Final = frozenset(
    (
        *("front", "body", "back", "app-group", "p", "title", "subtitle", "caption", "list", "def-list", "def-item", "term", "def", "note"),
        *("table", "thead", "tbody", "tfoot", "tr", "table-wrap-foot", "disp-quote", "disp-formula", "boxed-text", "statement"),
        *("ref", "legend", "array", "attrib", "fn-group", "normative-note", "normative-example", "main", "compl", "full", "verse-line"),
    )
)
_SECTIONS: Final = frozenset({"sec", "app", "ref-list", "term-sec"})
_CAPTIONED: Final = frozenset({"table-wrap", "fig", "table-wrap-group", "fig-group"})
_SKIPPED: Final = frozenset(
    (
        *("std-meta", "iso-meta", "nat-meta", "reg-meta", "std-doc-meta", "alternatives", "graphic", "inline-graphic", "math", "tex-math"),
        *("label", "annex-type", "index-term", "object-id", "processing-meta"),
    )
)
_NOTES: Final = {"non-normative-note": "注", "non-normative-example": "示例"}
_TERM_RANKS: Final = {"preferredTerm": 0, "admittedTerm": 1}
_LEFT_OUT: Final = frozenset({"deprecatedTerm", "supersededTerm"})
_SPACE: Final = re.compile(r"\s+")
_ANNEX: Final = re.compile(r"(?:附\s*录|annex|appendix)\s*([A-Z]+)", re.IGNORECASE)
_DEEPEST: Final = 100
Element = etree._Element  # lxml has no public name for it


def blocks(data: bytes) -> tuple[Block, ...]:
    """The paragraphs of the document.

    Raises ContentError for XML that is damaged, hostile or of another kind (rule draft-file), and for bytes that are no text (encoding).
    """
    content, _ = encoding.utf8(data)
    _demand_no_entities(content)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        key = "drafts.xml.nested" if "xcessive depth" in str(error) else "drafts.xml.damaged"
        raise ContentError(key, rule=RULE, line=getattr(error, "lineno", None) or None) from error
    if _name(root) not in _ROOTS:
        raise ContentError("drafts.xml.other", rule=RULE)
    reader = _Reader()
    try:
        reader.within(root, 0)
        reader.end_block()
    except RecursionError as error:  # titles within titles, each of which is read by a reader of its own
        raise ContentError("drafts.xml.nested", rule=RULE) from error
    if not reader.blocks:
        raise ContentError("drafts.empty", rule=RULE)
    return tuple(reader.blocks)


class _Prologue(Exception):
    """The first element begins: nothing can be declared any more."""


def _demand_no_entities(content: bytes) -> None:
    """Refuse an internal subset, in which entities are declared. A DOCTYPE that only names a DTD is usual, and its DTD is not read."""

    def declared(_name: str, _system: str | None, _public: str | None, has_subset: bool) -> None:
        if has_subset:
            raise ContentError("drafts.xml.entities", rule=RULE, line=parser.CurrentLineNumber)

    def start(_name: str, _attributes: object) -> None:
        raise _Prologue

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = start
    with contextlib.suppress(expat.ExpatError, _Prologue):  # what is damaged is told by the parser that reads it
        parser.Parse(content, True)


def _line(element: Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 1


def _name(element: Element | None) -> str:
    if element is None:
        return ""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Reader:
    """Gathers the words of a paragraph until one begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._parts, self._last, self._break = list[str](), "", ""
        self._line: int | None = None
        self._kind, self._level = Kind.TEXT, 0
        self._number: str | None = None
        self._prefix = ""
        self._notes: list[tuple[Element, int]] = []

    def within(self, parent: Element, depth: int) -> None:
        """Read what an element holds."""
        if depth > _DEEPEST:
            raise ContentError("drafts.xml.nested", rule=RULE, line=_line(parent))
        self._say(parent.text, parent)
        for element in parent:
            if isinstance(element, etree._Entity):
                self._say(html5.get(f"{element.name};", ""), parent)
            else:
                self._read(element, depth + 1)
            self._say(element.tail, element)

    def _read(self, element: Element, depth: int) -> None:
        name = _name(element)
        if name in _SKIPPED:
            return
        if name in _SECTIONS:
            self._section(element, depth)
        elif name in _NOTES:
            self._note(element, _label(element) or _NOTES[name], depth)
        elif name == "fn":
            self._notes.append((element, depth))
            if not self._parts:
                self.end_block()
        elif name == "termEntry":
            self.end_block()
            self.blocks += _entry(element, self._kind)
        elif name in {"td", "th", "preformat"}:
            self._as(Kind.CODE if name == "preformat" else Kind.CELL, element, depth)
        elif name == "list-item" or name in _CAPTIONED:
            self._labelled(element, depth)
        elif name == "break":
            self._break = "\n"
        elif name == "title" and _name(element.getparent()) == "std":  # that of a standard in a line of references
            self.within(element, depth)
        elif name in _BLOCKS:
            self._number = (_label(element) if name == "ref" else None) or self._number
            self._alone(element, depth)
        else:
            self.within(element, depth)

    def _alone(self, element: Element, depth: int) -> None:
        self.end_block()
        self.within(element, depth)
        self.end_block()

    def _as(self, kind: Kind, element: Element, depth: int) -> None:
        self.end_block()
        outer, self._kind = self._kind, kind
        self._alone(element, depth)
        self._kind = outer

    def _labelled(self, element: Element, depth: int) -> None:
        """An item of a list with its sign as number; a table or a figure with “表 1” before its title."""
        self.end_block()
        label = _label(element)
        if _name(element) == "list-item":
            self._number = label
        elif label:
            self._prefix = f"{label} "
        self._alone(element, depth)
        self._number, self._prefix = None, ""

    def _note(self, element: Element, label: str, depth: int) -> None:
        """A note, its label before the first of its paragraphs."""
        self.end_block()
        self._prefix = _sign(label)
        self._alone(element, depth)
        self._prefix = ""

    def _section(self, section: Element, depth: int) -> None:
        self.end_block()
        label = _label(section)
        title = next((inner for inner in section if _name(inner) == "title"), None)
        words = _words(title) if title is not None else ""
        annex = _ANNEX.fullmatch(label or "")
        if words:
            number = annex[1].upper() if annex else label
            pieces = (Piece(0, _line(section), 1),)
            self.blocks.append(Block(text=words, kind=Kind.HEADING, level=self._level + 1, number=number, pieces=pieces))
        elif label:
            self.blocks.append(Block(text=label, pieces=(Piece(0, _line(section), 1),)))
        self._level += 1
        for element in section:
            if element is not title:
                self._read(element, depth + 1)
            self._say(element.tail, element)
        self.end_block()
        self._level -= 1

    def _say(self, text: str | None, element: Element) -> None:
        """Words of a line; its spaces are one, its line breaks what lines of a paragraph have between them."""
        position = 0
        for space in [*_SPACE.finditer(text or ""), None]:
            words = (text or "")[position : space.start() if space else None]
            if words:
                if self._parts and self._break:
                    self._parts.append(gap(self._last, words[0]) if self._break == "\n" else " ")
                self._parts.append(words)
                self._last, self._break = words[-1], ""
                self._line = self._line or _line(element)
            if space:
                position = space.end()
                self._break = "\n" if "\n" in space[0] or self._break == "\n" else " "

    def end_block(self) -> None:
        """What was gathered is a block; its footnotes follow it."""
        text = "".join(self._parts)
        if text:
            pieces = (Piece(0, self._line or 1, 1),)
            self.blocks.append(Block(text=self._prefix + text, kind=self._kind, number=self._number, pieces=pieces))
            self._number, self._prefix = None, ""
        self._parts, self._last, self._break, self._line = [], "", "", None
        notes, self._notes = self._notes, []
        for note, depth in notes:
            self._as(Kind.FOOTNOTE, note, depth)


def _entry(entry: Element, kind: Kind) -> Iterator[Block]:
    """A tbx:termEntry: the preferred term with its English equivalent, admitted terms, definition, examples, notes, sources.

    Its language is Chinese, else the first. What is deprecated is left out: its sign would be read as the definition.
    """
    languages = {_language(part).partition("-")[0]: part for part in reversed(entry) if _name(part) == "langSet"}
    own = languages.get("zh") if "zh" in languages else next(reversed(languages.values()), None)
    if own is None:
        return
    terms = _terms(own)
    others = _terms(languages["en"]) if "en" in languages and languages["en"] is not own else []
    equivalent = others[0][1] if others else ""

    def block(element: Element, text: str) -> Block:
        return Block(text=text, kind=kind, pieces=(Piece(0, _line(element), 1),))

    for position, (element, term) in enumerate(terms):
        yield block(element, term if position or not equivalent else f"{term}  {equivalent}")
    subject = "".join(f"〈{_words(part)}〉" for part in own if _name(part) == "subjectField")
    is_chinese = own is languages.get("zh")
    yield from (block(element, subject + text) for element, text in _said(own, "definition"))
    for name, sign in (("example", "示例" if is_chinese else "EXAMPLE"), ("note", "注" if is_chinese else "NOTE")):
        said = _said(own, name)
        for number, (element, text) in enumerate(said, 1):
            yield block(element, _sign(f"{sign} {number}" if len(said) > 1 else sign) + text)
    for element, text in _said(own, "source"):
        yield block(element, f"[来源：{text}]" if is_chinese else f"[SOURCE: {text}]")


def _terms(language: Element) -> list[tuple[Element, str]]:
    """The designations of one language, the preferred one first."""
    ranked: list[tuple[int, Element, str]] = []
    for group in language.iter():
        if _name(group) in {"tig", "ntig"}:
            status = next((part.get("value", "") for part in group.iter() if _name(part) == "normativeAuthorization"), "")
            term = next((part for part in group.iter() if _name(part) == "term"), None)
            if term is not None and status not in _LEFT_OUT and (words := _words(term)):
                ranked.append((_TERM_RANKS.get(status, 0), term, words))
    return [(term, words) for _, term, words in sorted(ranked, key=lambda one: one[0])]


def _said(language: Element, name: str) -> list[tuple[Element, str]]:
    found = ((part, _words(part)) for part in language.iter() if _name(part) == name)
    return [(part, words) for part, words in found if words]


def _sign(label: str) -> str:
    return f"{label}: " if label.isascii() else f"{label.rstrip('：')}："


def _language(element: Element) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith("lang")), "")


def _label(element: Element) -> str | None:
    return next((_words(inner) for inner in element if _name(inner) == "label"), None) or None


def _words(element: Element) -> str:
    """The words of an element on one line, without its footnotes."""
    reader = _Reader()
    reader.within(element, 0)
    reader.end_block()
    return " ".join(block.text for block in reader.blocks if block.kind is not Kind.FOOTNOTE)
