"""What a rule has found in a draft, and what all rules read.

Flows in: an outline and knowledge. Flows out: a `Reading`, from which rules yield faults.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from isgkg.consistency.continuing import runs_on
from isgkg.consistency.knowledge import Knowledge
from isgkg.consistency.matching import Match, Matcher, level
from isgkg.consistency.outline import Outline, Part, Role
from isgkg.drafts.model import Block, Spot
from isgkg.findings import Severity
from isgkg.terms.model import Concept, Designation


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`key` names the message check.<key>, and the advice check.<key>.fix, which `values` fill; a value by language is a mapping.
    `replacement` is what to write for the words at the spot, where exactly one text is safe. `concept` is what the rule rests on.
    """

    rule: str
    severity: Severity
    spot: Spot
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    replacement: str | None = None
    concept: Concept | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """What a found word is: a designation of a concept."""

    concept: Concept
    designation: Designation


_TITLES: Final = re.compile(r"《[^《》]*》")
_QUOTES: Final = re.compile(r"“[^“”]*”|「[^「」]*」|\"[^\"]*\"")


class Reading:
    """A draft, read once for all rules: its outline, the words of the term base in it."""

    def __init__(self, outline: Outline, knowledge: Knowledge, matcher: Matcher[Word]) -> None:
        self.outline = outline
        self.knowledge = knowledge
        self._matcher = matcher

    @property
    def blocks(self) -> Sequence[Block]:
        """The blocks of the draft."""
        return self.outline.draft.blocks

    @cached_property
    def found(self) -> Sequence[Sequence[Match[Word]]]:
        """By block, the designations in it, but for those in titles of documents, which others have worded, and in other words."""
        return [list(self._in_block(block)) for block in self.blocks]

    def _in_block(self, block: Block) -> Iterator[Match[Word]]:
        text = block.text
        titles = spans(_TITLES, text) if "《" in text else ()
        leveled = level(text)
        for match in self._matcher.find(text, leveled):
            if not within(titles, match.start, match.end) and not runs_on(leveled, match.end):
                yield match

    @cached_property
    def uses(self) -> Mapping[str, Mapping[str, Sequence[Spot]]]:
        """By id of a concept, its designations as the draft writes them, each with its places in the order of the text."""
        found: dict[str, dict[str, list[Spot]]] = defaultdict(lambda: defaultdict(list))
        for number, block, _ in self.outline.blocks():
            for match in self.found[number]:
                found[match.meaning.concept.id][block.text[match.start : match.end]].append(Spot(number, match.start, match.end))
        return found

    @cached_property
    def prose(self) -> Sequence[tuple[int, Block, Role]]:
        """The blocks of the parts whose sentences are the draft's own."""
        return list(self.outline.blocks(*_OWN))


_OWN: Final = (Part.FRONT, Part.FOREWORD, Part.INTRODUCTION, Part.SCOPE, Part.TERMS, Part.BODY)


def spans(pattern: re.Pattern[str], text: str) -> Sequence[tuple[int, int]]:
    """Where the pattern is found."""
    return [match.span() for match in pattern.finditer(text)]


def quoted(text: str) -> Sequence[tuple[int, int]]:
    """The words in quotation marks, marks included, and the titles of documents."""
    return [*spans(_QUOTES, text), *spans(_TITLES, text)]


def within(outer: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether [start, end) lies within one of these spans."""
    return any(first <= start and end <= last for first, last in outer)
