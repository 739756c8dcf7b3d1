"""Records as trees: what YAML, JSON, workbooks and CSV files have in common, with the place of every part.

Flows in: what a reader of a format finds. Flows out: values that records.graph turns into statements, and that writers turn into files.
The form of a record (docs/records.md): a mapping with `id`, `type` and the keys of its fields; texts are a scalar (zh), or a mapping from
language to texts; parts are mappings; several values are a sequence. What is empty (null) is not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from isgkg.findings import Severity


class Mark(NamedTuple):
    """A place in a file: line and column, counted from 1, columns in code points; or sheet and cell of a workbook."""

    line: int | None = None
    column: int | None = None
    sheet: str | None = None
    cell: str | None = None


NOWHERE = Mark()

MOST_NOTES: Final = 100_000
"""Of how many mistakes one file is told: whoever has made so many has made one, and a file of nothing else must not take all day."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as it is written. `quoted` is False for a plain scalar of YAML and for numbers, true and false of JSON."""

    text: str
    mark: Mark = NOWHERE
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Sequence:
    """Values in order."""

    items: tuple["Tree", ...]
    mark: Mark = NOWHERE


@dataclass(frozen=True, slots=True)
class Entry:
    """A key, where it stands, and its value; None is null."""

    key: str
    value: "Tree | None"
    mark: Mark = NOWHERE


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in order. A key that stands twice has two entries."""

    entries: tuple[Entry, ...]
    mark: Mark = NOWHERE

    def get(self, key: str) -> "Tree | None":
        """The value of the first entry with this key."""
        return next((entry.value for entry in self.entries if entry.key == key), None)


Tree = Scalar | Sequence | Mapping


class Statement(NamedTuple):
    """A triple with its place: the mark of the value, and its JSON pointer within the file."""

    subject: NamedNode | BlankNode
    predicate: NamedNode
    object: NamedNode | BlankNode | Literal
    mark: Mark
    pointer: str


class Gap(NamedTuple):
    """A field that is there without a value: an empty cell, or null. What is missing is missing here."""

    subject: NamedNode | BlankNode
    predicate: NamedNode
    mark: Mark
    pointer: str


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a reader has to say: it becomes a finding of the file. `key` and `values` are those of isgkg.messages.

    `replacement` is what to write instead, where there is exactly one such text.
    """

    rule: str
    severity: Severity
    key: str
    values: dict[str, object] = field(default_factory=dict)
    mark: Mark = NOWHERE
    pointer: str | None = None
    value: str | None = None
    replacement: str | None = None


def records(tree: Tree | None) -> Iterator[tuple[Tree, str]]:
    """The records of a document with their JSON pointers: the document itself, the items of a list, or of "@graph"."""
    if isinstance(tree, Mapping):
        inner = tree.get("@graph")
        if inner is not None:
            yield from ((item, f"/@graph{pointer}") for item, pointer in records(inner))
            return
    if isinstance(tree, Sequence):
        yield from ((item, f"/{position}") for position, item in enumerate(tree.items))
    elif tree is not None:
        yield tree, ""
