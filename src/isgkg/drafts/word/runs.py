"""Runs, cut so that some words of a block stand in runs of their own.

Flows in: the words of a block, and offsets. Flows out: runs, after the tree and the words were changed accordingly.
"""

from bisect import bisect_left
from collections.abc import Sequence
from copy import deepcopy

from isgkg.drafts.model import Spot
from isgkg.drafts.word.package import Element
from isgkg.drafts.word.paragraphs import SPACE, Found
from isgkg.drafts.word.words import Words


def checked(found: Sequence[Found], spot: Spot) -> Found:
    """What was found at a spot. Raises ValueError where the draft has no such place."""
    if not 0 <= spot.block < len(found) or not 0 <= spot.start <= spot.end <= len(found[spot.block].block.text):
        raise ValueError(f"no place of this draft: {spot}")
    return found[spot.block]


def covered(words: Sequence[Words], start: int, end: int) -> list[Words]:
    """The words that have a part in [start, end), and what stands for nothing between them."""
    return [piece for piece in words if piece.start < end and piece.end > start]


def cut(words: list[Words], offset: int, prefix: str) -> None:
    """Lets an element end at this offset of the block. A text within a ruby is not cut."""
    index = bisect_left(words, offset, key=lambda piece: piece.start) - 1
    if index < 0 or words[index].end <= offset:
        return
    element, at, start, end = words[index]
    if child_of_run(element, prefix) is not element:
        return
    text, place = element.text or "", at + offset - start
    rest = element.makeelement(element.tag, attributes(element))
    element.text, rest.text = text[:place], text[place:]
    for part in (element, rest):
        part.set(SPACE, "preserve")
    element.addnext(rest)
    words[index : index + 1] = [Words(element, at, start, offset), Words(rest, 0, offset, end)]


def child_of_run(element: Element, prefix: str) -> Element:
    """The child of the outermost run of its paragraph that the element is, or within which it stands, as in a ruby."""
    found = current = element
    for ancestor in element.iterancestors():
        if ancestor.tag == f"{prefix}r":
            found = current
        elif ancestor.tag == f"{prefix}p":
            break
        current = ancestor
    return found


def begun(child: Element, prefix: str) -> Element:
    """The run of this child, which now begins with it."""
    run = _parent(child)
    if all(before.tag == f"{prefix}rPr" for before in child.itersiblings(preceding=True)):
        return run
    return _split(run, child, prefix)


def ended(child: Element, prefix: str) -> Element:
    """The run of this child, which now ends with it."""
    behind = child.getnext()
    if behind is not None:
        _split(_parent(child), behind, prefix)
    return _parent(child)


def _split(run: Element, child: Element, prefix: str) -> Element:
    """A new run behind this one, of the same look, to which the child and what stands behind it move."""
    new = run.makeelement(run.tag, attributes(run))
    new.extend(deepcopy(properties) for properties in run.iterchildren(f"{prefix}rPr"))
    new.extend([child, *child.itersiblings()])
    run.addnext(new)
    return new


def attributes(element: Element) -> dict[str, str]:
    """The attributes of an element, to be given to another."""
    return {str(name): str(value) for name, value in element.attrib.items()}


def _parent(element: Element) -> Element:
    parent = element.getparent()
    assert parent is not None
    return parent
