"""The outline of a draft: which clause each block stands in, and what it is there: text, note, example, entry.

Flows in: a Draft. Flows out: an Outline. Formats say little of this; what a standard's parts are called and how its clauses are numbered
is fixed by GB/T 1.1—2020 (clauses 7 to 9), so it is read from the words themselves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

from isgkg.drafts.model import MARGINS, Block, Draft, Kind, Spot


class Part(StrEnum):
    """The parts of a standard that rules tell apart."""

    FRONT = "front"
    """Cover and title, before any part with a heading, and what stands at the head or foot of pages."""
    CONTENTS = "contents"
    FOREWORD = "foreword"
    INTRODUCTION = "introduction"
    SCOPE = "scope"
    REFERENCES = "references"
    TERMS = "terms"
    BODY = "body"
    BIBLIOGRAPHY = "bibliography"


class Role(StrEnum):
    """What a block is within its clause."""

    HEADING = "heading"
    TEXT = "text"
    NOTE = "note"
    EXAMPLE = "example"
    SOURCE = "source"
    """[来源：…]"""
    NUMBER = "number"
    """The number of an entry, on a line of its own."""
    TERM = "term"
    """A designation of an entry, with its equivalent."""
    DEFINITION = "definition"
    QUIET = "quiet"
    """What no rule reads: contents, program text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Where a block stands. `number` such as 5.2 or A.1, and `title`, may be missing."""

    part: Part
    number: str | None = None
    title: str | None = None

    @property
    def label(self) -> str | None:
        """How a person finds it: number and title."""
        return " ".join(filter(None, (self.number, self.title))) or None


@dataclass(slots=True, kw_only=True)
class Entry:
    """An entry of the chapter on terms and definitions, as far as it is there; `first` is the block it begins with."""

    number: str
    first: int
    term: str = ""
    equivalent: str = ""
    term_spot: Spot | None = None
    others: list[tuple[str, Spot]] = field(default_factory=list)
    """Further designations, which it admits."""
    definition: Spot | None = None
    definitions: list[int] = field(default_factory=list)
    """The blocks that can only be read as definitions: one is right."""
    sources: list[int] = field(default_factory=list)
    glued: bool = False
    """Whether number and term, or term and definition, share a line."""


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A draft with, by block, its clause and role."""

    draft: Draft
    clauses: tuple[Clause, ...]
    roles: tuple[Role, ...]
    entries: tuple[Entry, ...]

    def blocks(self, *parts: Part) -> Iterator[tuple[int, Block, Role]]:
        """The blocks that a rule may read, in these parts, or in all."""
        for number, (block, clause, role) in enumerate(zip(self.draft.blocks, self.clauses, self.roles, strict=True)):
            if role is not Role.QUIET and (not parts or clause.part in parts):
                yield number, block, role

    @cached_property
    def parts(self) -> frozenset[Part]:
        """The parts that the draft has."""
        return frozenset(clause.part for clause in self.clauses)

    def text(self, spot: Spot) -> str:
        """The words at a spot."""
        return self.draft.blocks[spot.block].text[spot.start : spot.end]


_NAMED: Final = {
    "目次": Part.CONTENTS,
    "目录": Part.CONTENTS,
    "前言": Part.FOREWORD,
    "引言": Part.INTRODUCTION,
    "范围": Part.SCOPE,
    "规范性引用文件": Part.REFERENCES,
    "引用文件": Part.REFERENCES,
    "术语和定义": Part.TERMS,
    "术语": Part.TERMS,
    "术语与定义": Part.TERMS,
    "术语、定义和缩略语": Part.TERMS,
    "术语和定义、缩略语": Part.TERMS,
    "参考文献": Part.BIBLIOGRAPHY,
}
_UNNUMBERED: Final = frozenset({Part.CONTENTS, Part.FOREWORD, Part.INTRODUCTION, Part.BIBLIOGRAPHY})
_NUMBER: Final = r"(?:\d{1,3}|[A-Z])(?:[.．]\d{1,3})*"
_NUMBERED: Final = re.compile(rf"(?P<number>{_NUMBER})[.．]?(?:[ \t\u3000]+|(?=[\u4e00-\u9fff]))(?P<title>\S.*)", re.DOTALL)
_BARE: Final = re.compile(rf"{_NUMBER}")
_ENTRY: Final = re.compile(r"\d{1,3}(?:\.\d{1,3})+")
_ANNEX: Final = re.compile(r"附\s*录\s*(?P<letter>[A-Z])(?P<rest>.*)", re.DOTALL)
_LABELS: Final = {"注": Role.NOTE, "示例": Role.EXAMPLE}
_LABELLED: Final = re.compile(r"(注|示例)\s*\d*\s*[：:]")
_LABEL: Final = re.compile(r"(注|示例)\s*[\dA-Za-z]*\s*[：:]?")
"""A label that Word counts by itself: the colon may be missing, as it is not among the words."""
_SOURCE: Final = re.compile(r"[\[［【]\s*(?:(?:来源|SOURCE)|[A-Z].*\d.*[\]］】]$)", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[。；：！？，,;:]\s*$")
_SPACE: Final = re.compile(r"\s+")
_LONGEST_TITLE: Final = 40
_MISSING: Final = 2
"""How far a chapter may be from the one before: drafts lack chapters, but seldom two."""
_LATEST: Final = 30
"""The number that the first chapter of an excerpt may have."""
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_TERM: Final = re.compile(r"(?P<term>.+?)(?:[ \t\u3000]+(?P<equivalent>[A-Za-z][^\u3400-\u9fff]*))?\s*")
_LEADER: Final = re.compile(r"[.．·…\s]*\d*\s*$")
"""Dots and the number of the page, at the end of a line of the contents."""


def outline(draft: Draft) -> Outline:
    """Read the outline of a draft, one block after the other."""
    reader = _Reader()
    for number, block in enumerate(draft.blocks):
        reader.read(number, block)
    return Outline(draft=draft, clauses=tuple(reader.clauses), roles=tuple(reader.roles), entries=tuple(reader.entries))


class _Reader:
    """What has been read so far: the clause that is open, and the entry."""

    def __init__(self) -> None:
        self.clauses: list[Clause] = []
        self.roles: list[Role] = []
        self.entries: list[Entry] = []
        self._clause = Clause(part=Part.FRONT)
        self._chapter = 0
        self._entry: Entry | None = None
        self._contents: list[str] = []

    def read(self, index: int, block: Block) -> None:
        is_margin = block.kind in MARGINS
        self.roles.append(Role.TEXT if is_margin else self._role(index, block))
        self.clauses.append(Clause(part=Part.FRONT) if is_margin else self._clause)

    def _role(self, index: int, block: Block) -> Role:
        if block.kind in {Kind.CONTENTS, Kind.CODE}:
            return Role.QUIET
        if block.kind is Kind.FOOTNOTE:
            return Role.NOTE
        if block.kind in {Kind.CELL, Kind.BOX}:
            return self._within(index, block)
        if self._clause.part is Part.CONTENTS and self._listed(block):
            return Role.QUIET
        if block.number and _LABEL.fullmatch(block.number.strip()):
            return self._within(index, block)
        return Role.HEADING if self._heads(block) else self._within(index, block)

    def _listed(self, block: Block) -> bool:
        """Whether the block is a line of the contents; they end where a line comes again as a heading, or where sentences begin."""
        line = _LEADER.sub("", _SPACE.sub("", block.text))
        if block.kind is Kind.HEADING or line in self._contents:
            return False
        if _SENTENCE.search(block.text) and self._contents:
            part = _NAMED.get(self._contents[-1])
            self._clause = Clause(part=part or Part.FRONT, title=self._contents[-1] if part else None)
            return False
        self._contents.append(line)
        return True

    def _heads(self, block: Block) -> bool:
        """Whether the block is a heading; then it opens its clause."""
        text = block.text.strip()
        annex = _ANNEX.match(text)
        if annex and len(text) <= _LONGEST_TITLE and (block.kind is Kind.HEADING or not _SENTENCE.search(text)):
            self._open(Clause(part=Part.BODY, number=annex["letter"], title=_titled(annex["rest"]) or "附录"))
            return True
        number, title = _split(block)
        part = _NAMED.get(_SPACE.sub("", title))
        if part and (number or part in _UNNUMBERED or block.kind is Kind.HEADING):
            self._open(Clause(part=part, number=number, title=_SPACE.sub("", title)))
            return True
        if self._clause.part is Part.TERMS and number and self._opens_entry(number, block):
            return False
        if block.kind is Kind.HEADING:
            self._open(Clause(part=self._part_of(number), number=number, title=title or None))
            return True
        if number and title and self._follows(number) and len(title) <= _LONGEST_TITLE and not _SENTENCE.search(title):
            self._open(Clause(part=self._part_of(number), number=number, title=title))
            return True
        if number and title and "." in number and self._follows(number):  # a clause without a title: its text begins behind the number
            self._clause = Clause(part=self._part_of(number), number=number)
        return False

    def _open(self, clause: Clause) -> None:
        self._clause = clause
        self._entry = None
        if clause.number and clause.number.isdigit():
            self._chapter = int(clause.number)

    def _part_of(self, number: str | None) -> Part:
        """A numbered clause below the one that is open stays in its part; any other begins the body."""
        part = self._clause.part
        if number is None:
            return Part.BODY if part is Part.CONTENTS else part
        head = number.split(".")[0]
        stays = "." in number and head == (self._clause.number or "").split(".")[0]
        return part if stays else Part.BODY

    def _follows(self, number: str) -> bool:
        """Whether this number can come next: a table row or a count of things cannot. What is read may be an excerpt, or lack a chapter."""
        head, _, rest = number.partition(".")
        if not head.isdigit():
            return bool(rest) and head == (self._clause.number or "").split(".")[0]
        if rest:
            return int(head) == self._chapter
        return self._chapter < int(head) <= (self._chapter + _MISSING if self._chapter else _LATEST)

    def _opens_entry(self, number: str, block: Block) -> bool:
        """Whether the number is that of an entry in the open chapter; then what follows in the block is read on as its term."""
        head = (self._clause.number or "").split(".")[0]
        return bool(_ENTRY.fullmatch(number)) and (not head or number.split(".", maxsplit=1)[0] == head)

    def _within(self, index: int, block: Block) -> Role:
        text = block.text.strip()
        label = _LABEL.fullmatch((block.number or "").strip()) or _LABELLED.match(text)
        if label:
            return _LABELS[label[1]]
        if _SOURCE.match(text):
            if self._entry:
                self._entry.sources.append(index)
            return Role.SOURCE
        if self._clause.part is Part.TERMS and block.kind not in {Kind.CELL, Kind.BOX}:
            return self._in_terms(index, block)
        return Role.TEXT

    def _in_terms(self, index: int, block: Block) -> Role:
        number, rest = _split(block)
        if number and _ENTRY.fullmatch(number) and self._opens_entry(number, block):
            self._entry = Entry(number=number, first=index)
            self.entries.append(self._entry)
            self._clause = Clause(part=Part.TERMS, number=number)
            if not rest:
                return Role.NUMBER
            self._entry.glued = block.number is None
            return self._term(index, block, block.text.find(rest))
        if self._entry is None:
            return Role.TEXT
        if not self._entry.term:
            return self._term(index, block, 0)
        return self._after_term(index, block)

    def _term(self, index: int, block: Block, start: int) -> Role:
        entry = self._entry
        assert entry is not None
        text = block.text
        colon = re.compile(r"\s*[：:]\s*(?=\S)").search(text, start)
        if colon and len(text) - colon.end() > 6 and _CHINESE.search(text, colon.end()):  # the definition on the line of its term
            entry.glued = True
            entry.term, entry.term_spot = text[start : colon.start()].strip(), Spot(index, start, colon.start())
            entry.definition = Spot(index, colon.end(), len(text))
            self._clause = Clause(part=Part.TERMS, number=entry.number, title=entry.term)
            return Role.DEFINITION
        found = _TERM.fullmatch(text, start)
        term = (found["term"] if found else text[start:]).strip()
        begin = text.find(term, start)
        entry.term, entry.term_spot = term, Spot(index, begin, begin + len(term))
        entry.equivalent = ((found["equivalent"] if found else None) or "").strip()
        self._clause = Clause(part=Part.TERMS, number=entry.number, title=entry.term)
        return Role.TERM

    def _after_term(self, index: int, block: Block) -> Role:
        """Lines behind the term: its equivalent, further designations, then the definition, which is the first that reads as a phrase."""
        entry = self._entry
        assert entry is not None
        text = block.text.strip()
        if not entry.definition:
            if not _CHINESE.search(text):
                entry.equivalent = entry.equivalent or text
                return Role.TERM
            if len(text) <= _SHORT and not re.search(r"[，。；：、的]", text):
                begin = block.text.find(text)
                found = _TERM.fullmatch(text)
                other = (found["term"] if found else text).strip()
                entry.others.append((other, Spot(index, begin, begin + len(other))))
                return Role.TERM
            begin = block.text.find(text)
            entry.definition = Spot(index, begin, begin + len(text))
            entry.definitions.append(index)
            return Role.DEFINITION
        entry.definitions.append(index)
        return Role.DEFINITION


_SHORT: Final = 14
"""A designation without “的” and punctuation is seldom longer; a definition is seldom shorter."""


def _split(block: Block) -> tuple[str | None, str]:
    """Number and words of a block: its own number, else the one that its text begins with."""
    text = block.text.strip()
    if block.number:
        number = block.number.strip().rstrip(".．")
        return (number.replace("．", ".") if _BARE.fullmatch(number) else None), text
    if _BARE.fullmatch(text):
        return text.replace("．", "."), ""
    found = _NUMBERED.match(text)
    if not found or (found["number"].isalpha() and block.kind is not Kind.HEADING):
        return None, text
    return found["number"].replace("．", "."), found["title"].strip()


def _titled(rest: str) -> str:
    """The title of an annex, without (规范性) or (资料性)."""
    return re.sub(r"^\s*[（(](?:规范性|资料性)(?:附录)?[）)]\s*", "", rest).strip()
