"""The tables of data/ as values.

Flows in: the folder data/. Flows out: `Sources`, whose every record knows its file and line. What the records say is checked in `check`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from isgkg import files
from isgkg.errors import SourceError
from isgkg.release import tables
from isgkg.release.tables import Row

TEXT = "data/guideline/text.txt"
Offsets = tuple[int, int]


@dataclass(frozen=True)
class Kind:
    """A kind of item: its class, and the relation of its items to their parents with the basis of that relation."""

    name: str
    class_: str
    relation: str
    basis: str
    row: Row


@dataclass(frozen=True)
class Level:
    """One level of a classification scheme: its depth from 1, and the pattern of its codes."""

    letter: str
    depth: int
    pattern: str
    row: Row


@dataclass(frozen=True)
class Clause:
    """A numbered stretch of the text, [start, end) in code points."""

    number: str
    parent: str
    title: str
    span: Offsets
    row: Row


@dataclass(frozen=True)
class Item:
    """One item of the guideline: code, kind, parent ("" for none), labels, clause, where its label and its sentence stand."""

    code: str
    kind: str
    parent: str
    zh: str
    en: str
    clause: str
    label: Offsets
    span: Offsets
    quote: str
    row: Row


@dataclass(frozen=True)
class Link:
    """A statement between two items, with its basis; `span` is None where no sentence carries it."""

    id: str
    subject: str
    predicate: str
    object: str
    basis: str
    span: Offsets | None
    quote: str
    reason: dict[str, str]
    row: Row


@dataclass(frozen=True)
class Designation:
    """A label besides the one of the item's own line. `notation` is the code of a variant that has one, else ""."""

    code: str
    lang: str
    label: str
    status: str
    notation: str
    basis: str
    span: Offsets | None
    reason: dict[str, str]
    row: Row


@dataclass(frozen=True)
class Definition:
    """The definition of an item, zh and en; `span` where the text itself defines it."""

    code: str
    zh: str
    en: str
    basis: str
    span: Offsets | None
    row: Row


@dataclass(frozen=True)
class Note:
    """A note on an item: the local name of a SKOS documentation property, and its text."""

    code: str
    property: str
    zh: str
    en: str
    row: Row


@dataclass(frozen=True)
class Retired:
    """A code that is no longer used, with the code that replaces it ("" for none)."""

    code: str
    zh: str
    release: str
    replaced_by: str
    reason: dict[str, str]
    row: Row


@dataclass(frozen=True)
class Released:
    """A code as it was first released: its kind and its name in the text. It keeps them for good."""

    code: str
    kind: str
    zh: str
    row: Row


@dataclass(frozen=True)
class Rule:
    """What a rule for records asks, and one quote of the guideline that it rests on (`span` None for none); a rule may have several lines.

    `severities` are those that its shapes report with; `source` names another document that it is taken from, "editorial", or "".
    """

    id: str
    severities: tuple[str, ...]
    clause: str
    span: Offsets | None
    quote: str
    source: str
    zh: str
    en: str
    row: Row


@dataclass(frozen=True)
class Sources:
    """All tables, and the text that they are anchored in."""

    text: str
    kinds: dict[str, Kind]
    levels: tuple[Level, ...]
    clauses: tuple[Clause, ...]
    items: tuple[Item, ...]
    links: tuple[Link, ...]
    designations: tuple[Designation, ...]
    definitions: tuple[Definition, ...]
    notes: tuple[Note, ...]
    retired: tuple[Retired, ...]
    released: tuple[Released, ...]
    rules: tuple[Rule, ...]


def read(root: Path) -> Sources:
    """Read the tables under root/data. Raises SourceError for a missing or altered text and for a table that is no table."""
    return Sources(
        text=_text(root),
        kinds={row["kind"]: Kind(row["kind"], row["class"], row["relation"], row["basis"], row) for row in _rows(root, "kinds", _KINDS)},
        levels=tuple(Level(r["letter"], r.number("depth"), r["pattern"], r) for r in _rows(root, "schemes", _SCHEMES)),
        clauses=tuple(_clause(row) for row in _rows(root, "clauses", _CLAUSES)),
        items=tuple(_item(row) for row in _rows(root, "items", _ITEMS)),
        links=tuple(_link(row) for row in _rows(root, "links", _LINKS)),
        designations=tuple(_designation(row) for row in _rows(root, "designations", _DESIGNATIONS)),
        definitions=tuple(_definition(row) for row in _rows(root, "definitions", _DEFINITIONS)),
        notes=tuple(Note(r["code"], r["property"], r["zh"], r["en"], r) for r in _rows(root, "notes", _NOTES)),
        retired=tuple(_retired(row) for row in tables.read(root / "data/retired.tsv", "data/retired.tsv", _RETIRED)),
        released=tuple(
            Released(row["code"], row["kind"], row["zh"], row)
            for row in tables.read(root / "data/released.tsv", "data/released.tsv", _RELEASED)
        ),
        rules=tuple(_rule(row) for row in _rows(root, "rules", _RULES)),
    )


_KINDS = ("kind", "class", "relation", "basis", "zh", "en")
_SCHEMES = ("letter", "depth", "pattern", "zh", "en", "level_zh", "level_en")
_CLAUSES = ("number", "parent", "title", "start", "end")
_ITEMS = ("code", "kind", "parent", "zh", "en", "clause", "label_start", "label_end", "quote_start", "quote_end", "quote")
_LINKS = ("id", "subject", "predicate", "object", "basis", "start", "end", "quote", "reason_zh", "reason_en")
_DESIGNATIONS = ("code", "lang", "label", "status", "notation", "basis", "start", "end", "reason_zh", "reason_en")
_DEFINITIONS = ("code", "zh", "en", "basis", "start", "end")
_NOTES = ("code", "property", "zh", "en")
_RULES = ("rule", "severity", "clause", "start", "end", "quote", "source", "zh", "en")
_RELEASED = ("code", "kind", "zh", "release")
_RETIRED = ("code", "kind", "zh", "retired_in", "replaced_by", "reason_zh", "reason_en")


def _rows(root: Path, table: str, columns: tuple[str, ...]) -> Iterator[Row]:
    name = f"data/guideline/{table}.tsv"
    return tables.read(root / name, name, columns)


def _text(root: Path) -> str:
    """The guideline's text, which must be the one that the offsets were taken from (data/guideline/text.txt.sha256)."""
    content = files.read_text(root / TEXT, TEXT)
    sums = f"{TEXT}.sha256"
    expected = files.read_text(root / sums, sums).split()[:1]
    if expected != [hashlib.sha256(content.encode()).hexdigest()]:
        raise SourceError("source.altered", file=TEXT, line=1, sums=sums, rule="source")
    return content


def _clause(row: Row) -> Clause:
    return Clause(row["number"], row["parent"], row["title"], (row.number("start"), row.number("end")), row)


def _item(row: Row) -> Item:
    return Item(
        code=row["code"],
        kind=row["kind"],
        parent=row["parent"],
        zh=row["zh"],
        en=row["en"],
        clause=row["clause"],
        label=(row.number("label_start"), row.number("label_end")),
        span=(row.number("quote_start"), row.number("quote_end")),
        quote=row["quote"],
        row=row,
    )


def _link(row: Row) -> Link:
    return Link(
        id=row["id"],
        subject=row["subject"],
        predicate=row["predicate"],
        object=row["object"],
        basis=row["basis"],
        span=row.offsets(),
        quote=row["quote"],
        reason=_reason(row),
        row=row,
    )


def _designation(row: Row) -> Designation:
    return Designation(
        code=row["code"],
        lang=row["lang"],
        label=row["label"],
        status=row["status"],
        notation=row["notation"],
        basis=row["basis"],
        span=row.offsets(),
        reason=_reason(row),
        row=row,
    )


def _definition(row: Row) -> Definition:
    return Definition(row["code"], row["zh"], row["en"], row["basis"], row.offsets(), row)


def _retired(row: Row) -> Retired:
    return Retired(row["code"], row["zh"], row["retired_in"], row["replaced_by"], _reason(row), row)


def _rule(row: Row) -> Rule:
    return Rule(
        id=row["rule"],
        severities=tuple(row["severity"].split()),
        clause=row["clause"],
        span=row.offsets(),
        quote=row["quote"],
        source=row["source"],
        zh=row["zh"],
        en=row["en"],
        row=row,
    )


def _reason(row: Row) -> dict[str, str]:
    return {lang: row[f"reason_{lang}"] for lang in ("zh", "en") if row[f"reason_{lang}"]}
