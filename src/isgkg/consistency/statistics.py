"""The words of drafts, counted: each concept, its designations, how often each is used, and where first.

Flows in: checked drafts. Flows out: rows, and a table for a terminal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from isgkg import columns, messages
from isgkg.consistency.checking import Checked
from isgkg.consistency.matching import bare
from isgkg.findings import Place, words
from isgkg.messages import Language

_WIDEST: Final = 40
"""Columns of a cell; a longer text ends in an ellipsis."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """One designation as a draft writes it."""

    concept: str
    name: str
    designation: str
    status: str
    count: int
    first: Place


def usage(checked: Checked) -> Iterator[Usage]:
    """The designations used in a draft: concepts by how often they are spoken of, designations likewise."""
    reading = checked.reading
    draft = reading.outline.draft
    ranked = sorted(reading.uses.items(), key=lambda item: (-sum(map(len, item[1].values())), item[0]))
    for id_, by_text in ranked:
        concept = reading.knowledge.base.by_id[id_]
        for text, spots in sorted(by_text.items(), key=lambda item: (-len(item[1]), item[0])):
            first = spots[0]
            block = draft.blocks[first.block]
            at = block.line_column(first.start)
            status = next((one.status.value for one in concept.designations if bare(one.text) == bare(text)), "preferred")
            yield Usage(
                concept=id_,
                name=concept.name,
                designation=text,
                status=status,
                count=len(spots),
                first=Place(
                    file=draft.name,
                    line=at[0] if at else None,
                    column=at[1] if at else None,
                    clause=reading.outline.clauses[first.block].label,
                    page=block.page,
                    paragraph=block.paragraph,
                ),
            )


def as_text(checked: Sequence[Checked], lang: Language) -> str:
    """The table of all drafts for a terminal."""
    heads = [messages.text(f"check.stats.{name}", lang) for name in ("concept", "name", "designation", "status", "count", "first")]
    rows = [
        (
            row.concept,
            row.name,
            row.designation,
            messages.text(f"check.status.{row.status}", lang),
            str(row.count),
            words.where(row.first, lang),
        )
        for one in checked
        for row in usage(one)
    ]
    lines = columns.aligned([heads, *rows], _WIDEST)
    return "\n".join([lines[0], "─" * max(map(columns.width, lines)), *lines[1:]])
