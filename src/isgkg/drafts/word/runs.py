"""Runs of a paragraph, cut so that some words stand in runs of their own.

Flows in: a paragraph and offsets. Flows out: the runs of the words, after the tree was changed accordingly.
"""

from collections.abc import Sequence
from copy import deepcopy
from typing import Final

from isgkg.drafts.word.package import Element, local
from isgkg.drafts.word.paragraphs import Piece

_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def namespace(element: Element) -> str:
    """The namespace of an element of WordprocessingML, in braces: transitional or strict."""
    return str(element.tag).rpartition("}")[0] + "}"


def isolated(pieces: Sequence[Piece], start: int, end: int) -> list[Element]:
    """The runs that hold just the words [start, end) of the block, from left to right; runs are cut at the ends of the words."""
    found: list[Element] = []
    for element, offset in reversed(pieces):
        length = len(element.text or "")
        first, last = max(start, offset) - offset, min(end, offset + length) - offset
        if first >= last:
            continue
        if last < length:
            _cut(element, last)
        run = _cut(element, first) if first > 0 else _alone(element)
        _alone_before(run, element if first == 0 else None)
        found.append(run)
    return found[::-1]


def _run_of(element: Element) -> Element:
    run = element.getparent()
    assert run is not None
    return run


def _cut(element: Element, at: int) -> Element:
    """Cuts the run before the code point `at` of this text; the new run holds the rest of the text and what stood behind it."""
    run = _run_of(element)
    text = element.text or ""
    behind = _split(run, [deepcopy_text(element, text[at:]), *element.itersiblings()])
    element.text = text[:at]
    element.set(_SPACE, "preserve")
    return behind


def deepcopy_text(element: Element, text: str) -> Element:
    """A copy of a text element that holds this text."""
    copy = deepcopy(element)
    copy.text = text
    copy.set(_SPACE, "preserve")
    return copy


def _alone(element: Element) -> Element:
    """The run of the text, in which nothing but its properties stands before the text."""
    run = _run_of(element)
    before = [inner for inner in run if local(inner) != "rPr"]
    if before and before[0] is not element:
        return _split(run, [element, *element.itersiblings()])
    return run


def _alone_before(run: Element, element: Element | None) -> None:
    """What stands behind the text of the run, such as a tab, moves to a run of its own."""
    texts = [inner for inner in run if local(inner) != "rPr"]
    held = element if element is not None else texts[0]
    behind = list(held.itersiblings())
    if behind:
        _split(run, behind)


def _split(run: Element, moved: Sequence[Element]) -> Element:
    """A new run behind this one, with its properties, that holds the elements moved there."""
    new = run.makeelement(run.tag, {str(key): str(value) for key, value in run.attrib.items()})
    properties = next((inner for inner in run if local(inner) == "rPr"), None)
    if properties is not None:
        new.append(deepcopy(properties))
    for element in moved:
        new.append(element)
    run.addnext(new)
    return new
