"""Drafts for the tests: texts in which ⟦rule.key|words⟧ marks words that must be found."""

import re
from functools import cache
from pathlib import Path

from isgkg.consistency import knowledge
from isgkg.consistency.checking import Checked, Checker
from isgkg.consistency.knowledge import Knowledge
from isgkg.drafts.model import Block, Draft, Piece
from isgkg.release.locate import locate
from isgkg.release.output import NQUADS
from isgkg.store import EmbeddedStore

DRAFTS = Path(__file__).parent / "drafts"
_MARK = re.compile(r"⟦([A-Z]\d+[\w.-]*)\||⟧")
Seed = tuple[str, int, int, int]
"""Rule with key, index of the block, start, end."""


def unmarked(marked: str) -> tuple[str, set[Seed]]:
    """The text without its marks, and what they mark."""
    lines, seeds = [], set()
    for number, line in enumerate(marked.splitlines()):
        text, position, opened = "", 0, []
        for mark in _MARK.finditer(line):
            text += line[position : mark.start()]
            position = mark.end()
            if mark[1]:
                opened.append((mark[1], len(text)))
            else:
                key, start = opened.pop()
                seeds.add((key, number, start, len(text)))
        assert not opened
        lines.append(text + line[position:])
    return "\n".join(lines), seeds


def draft(text: str, name: str = "draft.txt") -> Draft:
    """One block a line."""
    blocks = (Block(text=line, pieces=(Piece(0, number, 1),)) for number, line in enumerate(text.splitlines(), 1) if line)
    return Draft(name=name, format="text", blocks=tuple(blocks))


@cache
def known() -> Knowledge:
    return knowledge.load(EmbeddedStore.load(locate() / NQUADS), None)


@cache
def checker() -> Checker:
    return Checker(known())


def check(text: str) -> Checked:
    return checker().check(draft(text))


def found(checked: Checked) -> set[Seed]:
    return {(f"{fault.rule}.{fault.key}", *fault.spot) for fault in checked.faults}


def words(checked: Checked, rule: str) -> list[tuple[str, str, str | None]]:
    """Key, words and replacement of the faults of a rule."""
    return [(fault.key, checked.reading.outline.text(fault.spot), fault.replacement) for fault in checked.faults if fault.rule == rule]
