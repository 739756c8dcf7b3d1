"""A term base with the places where its file has the concepts.

Flows in: what a reader has read. Flows out: frozen values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from isgkg.findings import Place
from isgkg.terms.model import Concept, TermBase


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file of terms, read. `lines` are those of the concepts by id, from 1, where the format has lines or rows; `sheet` is the title of
    the sheet that the rows are in; `unread` are the headings of a table of which no column was read."""

    base: TermBase
    lines: Mapping[str, int] = field(default_factory=dict)
    sheet: str | None = None
    unread: tuple[str, ...] = ()

    def place(self, concept: Concept, file: str | None) -> Place:
        """Where the concept is."""
        line = self.lines.get(concept.id)
        if self.sheet is not None:
            return Place(file=file, sheet=self.sheet, cell=f"A{line}" if line else None)
        return Place(file=file, line=line, clause=None if line else concept.id)
