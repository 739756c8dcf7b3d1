"""Replacements as tracked changes.

Flows in: the bytes of a .docx, and what to write for the words at spots of its draft. Flows out: the bytes of a copy, in which the old
words are struck out and the new ones inserted, each as a change that a person accepts or rejects.
"""

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from itertools import pairwise

from isgkg.drafts.model import Spot
from isgkg.drafts.word import runs
from isgkg.drafts.word.package import Element, Package, number
from isgkg.drafts.word.paragraphs import COMPATIBILITY, Found, Walk
from isgkg.drafts.word.writing import made, texts


def fix(data: bytes, replacements: Sequence[tuple[Spot, str]], *, author: str, when: datetime | None = None) -> bytes:
    """The document with each replacement as a tracked change, in the look of the first of the words that it replaces.

    Spots are those of the draft that `reader.read` makes of the same bytes, without `original`. Without `when`, changes bear no date.
    Raises ContentError as `read` does, and ValueError for spots that overlap, hold no words, or are none of the draft.
    """
    package = Package(data)
    found = Walk(package).found
    ordered = sorted(replacements)
    for (one, _), (other, _) in pairwise(ordered):
        if one.block == other.block and other.start < one.end:
            raise ValueError(f"{one} and {other} overlap")
    if not replacements:
        return data
    changes = _Changes(package, author, when)
    for spot, text in ordered:
        changes.replace(runs.checked(found, spot), spot, text)
    for paragraph in {found[spot.block].paragraph for spot, _ in ordered}:
        _repeat(paragraph, package.prefix)
    return package.saved(changes.parts())


class _Changes:
    """Makes changes that bear the name of an author, and ids of their own."""

    def __init__(self, package: Package, author: str, when: datetime | None) -> None:
        self._prefix = package.prefix
        self._author, self._when = author, when
        notes = [name for kind in ("footnotes", "endnotes") if (name := package.related(package.main, kind))]
        margins = [part for _, part in package.margins]
        self._trees = {name: package.tree(name) for name in (package.main, *notes, *margins)}
        self._changed: set[Element] = set()
        self._taken: set[Element] = set()
        """What was struck out."""
        used = (number(element.get(f"{self._prefix}id")) for tree in self._trees.values() for element in tree.iter())
        self._next = 1 + max((id_ for id_ in used if id_ is not None), default=0)

    def parts(self) -> dict[str, Element]:
        """The parts in which something was replaced."""
        return {name: tree for name, tree in self._trees.items() if tree in self._changed}

    def replace(self, found: Found, spot: Spot, text: str) -> None:
        """Strikes out the words at the spot, and inserts the text behind the first run of them."""
        if spot.start == spot.end:
            raise ValueError(f"no words: {spot}")
        prefix = self._prefix
        runs.cut(found.words, spot.start, prefix)
        runs.cut(found.words, spot.end, prefix)
        chosen = runs.covered(found.words, spot.start, spot.end)
        children = dict.fromkeys(runs.child_of_run(piece.element, prefix) for piece in chosen)
        if not self._taken.isdisjoint(children):
            raise ValueError(f"two replacements within one ruby: {spot}")
        self._taken.update(children)
        # Of a ruby, all is struck out, and what was to stay is written anew.
        parts = [piece for piece in found.words if runs.child_of_run(piece.element, prefix) in children]
        words = found.block.text
        text = words[parts[0].start : spot.start] + text + words[spot.end : parts[-1].end]
        struck = self._struck([_alone(child, prefix) for child in children])
        self._changed.add(found.paragraph.getroottree().getroot())
        if text:
            self._insert(text, struck)

    def _struck(self, found: Sequence[Element]) -> Element:
        """Strikes out the runs; the first element w:del of those that it takes."""
        deletions: list[Element] = []
        for run in found:
            if not deletions or run.getprevious() is not deletions[-1]:
                deletions.append(self._change("del", run))
                run.addprevious(deletions[-1])
            deletions[-1].append(run)
            for words in run.iter(f"{self._prefix}t"):
                words.tag = f"{self._prefix}delText"
        return deletions[0]

    def _insert(self, text: str, struck: Element) -> None:
        prefix = self._prefix
        insertion, run = self._change("ins", struck), struck.makeelement(f"{prefix}r")
        for properties in struck[0].iterchildren(f"{prefix}rPr"):
            look = deepcopy(properties)
            for change in look.findall(f"{prefix}rPrChange"):
                look.remove(change)
            run.append(look)
        run.extend(texts(run, text, prefix))
        insertion.append(run)
        around = struck.getparent()
        if around is None or around.tag not in {f"{prefix}ins", f"{prefix}moveTo"}:
            struck.addnext(insertion)
            return
        # An insertion holds deletions, but no insertion: that of somebody else ends here, and goes on behind.
        rest = list(struck.itersiblings())
        around.addnext(insertion)
        if rest:
            behind = around.makeelement(around.tag, {**runs.attributes(around), f"{prefix}id": self._id()})
            behind.extend(rest)
            insertion.addnext(behind)

    def _change(self, name: str, near: Element) -> Element:
        return near.makeelement(f"{self._prefix}{name}", made(int(self._id()), self._author, self._when, self._prefix))

    def _id(self) -> str:
        self._next += 1
        return str(self._next - 1)


def _alone(child: Element, prefix: str) -> Element:
    """The run that holds nothing but this child, in its look."""
    runs.begun(child, prefix)
    return runs.ended(child, prefix)


def _repeat(paragraph: Element, prefix: str) -> None:
    """Writes a changed text box also in its form for older programs, which holds the same text."""
    for alternatives in paragraph.iterancestors(f"{COMPATIBILITY}AlternateContent"):
        newer, older = (
            [box for form in alternatives.iterchildren(f"{COMPATIBILITY}{name}") for box in form.iter(f"{prefix}txbxContent")]
            for name in ("Choice", "Fallback")
        )
        if len(newer) == len(older):
            for box, copy in zip(older, newer, strict=True):
                box[:] = [deepcopy(element) for element in copy]
