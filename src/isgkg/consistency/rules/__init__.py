"""The rules for drafts, T28 to T40 (docs/rules.md), each a function from a Reading to its faults."""

from collections.abc import Callable, Iterator
from typing import Final

from isgkg.consistency.faults import Fault, Reading
from isgkg.consistency.rules import entries, names, provisions, references, wordings

RULES: Final[tuple[Callable[[Reading], Iterator[Fault]], ...]] = (
    wordings.rejected,
    wordings.mixed,
    entries.lead_in,
    entries.layout,
    entries.sources,
    entries.definitions,
    entries.used,
    provisions.verbs,
    provisions.misplaced,
    entries.cross_references,
    references.standards,
    wordings.drifting,
    names.exact,
)
"""In the order of their numbers."""
