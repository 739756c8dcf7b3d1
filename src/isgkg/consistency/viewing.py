"""A checked draft as it is read on a screen: its text, with the words that findings speak of marked.

Flows in: a checked draft and its report. Flows out: paragraphs of pieces, each with the numbers of its findings in the report, from 1.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from isgkg.consistency import checking
from isgkg.consistency.checking import Checked
from isgkg.consistency.faults import Fault
from isgkg.consistency.outline import Role
from isgkg.drafts.model import Block
from isgkg.findings import Report, Severity
from isgkg.messages import Language


@dataclass(frozen=True, kw_only=True)
class Marked:
    """Words of a paragraph; `numbers` are those of the findings that speak of them, `severity` that of the gravest."""

    text: str
    numbers: tuple[int, ...] = ()
    severity: Severity | None = None


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A block of the draft. `role` is what it is there, `number` what the format counts and the text does not hold."""

    role: Role
    number: str | None
    pieces: tuple[Marked, ...]


def paragraphs(checked: Checked, report: Report, lang: Language) -> tuple[Paragraph, ...]:
    """The text of the draft with its findings marked."""
    numbers = {finding: number for number, finding in reversed(list(enumerate(report.findings, 1)))}
    by_block: dict[int, list[tuple[Fault, int]]] = defaultdict(list)
    for fault in checked.faults:
        number = numbers.get(checking.of_fault(checked.reading, fault, lang))
        if number is not None:
            by_block[fault.spot.block].append((fault, number))
    outline = checked.reading.outline
    return tuple(
        Paragraph(role=role, number=block.number, pieces=tuple(_pieces(block, by_block[index])))
        for index, (block, role) in enumerate(zip(outline.draft.blocks, outline.roles, strict=True))
    )


def _pieces(block: Block, faults: list[tuple[Fault, int]]) -> Iterator[Marked]:
    bounds = {0, len(block.text)} | {bound for fault, _ in faults for bound in (fault.spot.start, fault.spot.end)}
    for start, end in pairwise(sorted(bounds)):
        here = [(fault, number) for fault, number in faults if fault.spot.start <= start and end <= fault.spot.end]
        gravest = min((fault.severity for fault, _ in here), key=lambda severity: severity.rank, default=None)
        yield Marked(text=block.text[start:end], numbers=tuple(sorted(number for _, number in here)), severity=gravest)
