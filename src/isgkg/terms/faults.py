"""What is wrong with a file of terms: all its faults at once, each with its place.

Flows in: the name of a file and faults. Flows out: one exception whose text has a line for each fault.
"""

from collections.abc import Sequence
from typing import Final

from isgkg.columns import cut, visible
from isgkg.errors import ContentError
from isgkg.findings import Place, words
from isgkg.messages import Language

_LONGEST: Final = 200
"""Columns of a text that a sentence shows."""


def fault(key: str, rule: str, place: Place, **values: object) -> ContentError:
    """The fault at a place of a file, whose name is added when it is known. Texts come from the file, and are cut for a sentence."""
    shown = {name: visible(cut(value, _LONGEST)) if isinstance(value, str) else value for name, value in values.items()}
    return ContentError(key, rule=rule, line=place.line, column=place.column, sheet=place.sheet, cell=place.cell, **shown)


class TermFileError(ContentError):
    """A file of terms that cannot be read. `faults` are in the order of the file; the place of the first is that of the error."""

    def __init__(self, file: str, faults: Sequence[ContentError]) -> None:
        first = faults[0]
        super().__init__(
            first.key, rule=first.rule, line=first.line, column=first.column, sheet=first.sheet, cell=first.cell, **first.values
        )
        self.file = file
        self.faults = tuple(faults)

    def text(self, lang: Language) -> str:
        """Each fault on a line of its own, after its place: `terms.tbx:12: …`."""
        return "\n".join(f"{words.where(self._place(fault), lang)}: {fault.text(lang)}" for fault in self.faults)

    def _place(self, fault: ContentError) -> Place:
        return Place(file=self.file, line=fault.line, column=fault.column, sheet=fault.sheet, cell=fault.cell)
