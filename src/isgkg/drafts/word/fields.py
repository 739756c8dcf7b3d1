"""Fields that are open at a place of the text (ECMA-376 part 1, 17.16): their instructions are no text, their results are.

Flows in: the marks of complex fields, in order. Flows out: whether text at this place is read, and whether it is a table of contents.
"""

from dataclasses import dataclass
from typing import Final

from isgkg.drafts.word.package import Element

_CONTENTS: Final = "TOC"


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    is_result: bool = False


class Fields:
    """The fields that are open in one part."""

    def __init__(self, root: Element, prefix: str) -> None:
        self._prefix = prefix
        self._open: list[_Field] = []
        self._whole = _whole(root, prefix)
        """The marks of the fields that end: one that does not would hide all that follows."""

    def mark(self, element: Element) -> None:
        """Goes past a mark w:fldChar."""
        if element not in self._whole:
            return
        kind = element.get(f"{self._prefix}fldCharType")
        if kind == "begin":
            self._open.append(_Field())
        elif kind == "separate" and self._open:
            self._open[-1].is_result = True
        elif kind == "end" and self._open:
            self._open.pop()

    def instruct(self, element: Element) -> None:
        """Goes past a piece of an instruction w:instrText."""
        if self._open and not self._open[-1].is_result:
            self._open[-1].instruction += element.text or ""

    @property
    def is_instruction(self) -> bool:
        """Whether text at this place is part of an instruction."""
        return any(not field.is_result for field in self._open)

    @property
    def is_contents(self) -> bool:
        """Whether text at this place is the result of a field TOC."""
        return any(is_contents(field.instruction) for field in self._open)


def is_contents(instruction: str) -> bool:
    """Whether this instruction makes a table of contents."""
    return instruction.split(maxsplit=1)[:1] == [_CONTENTS]


def _whole(root: Element, prefix: str) -> frozenset[Element]:
    """The marks of the fields that have a beginning and an end."""
    whole: set[Element] = set()
    held: list[list[Element]] = []
    for element in root.iter(f"{prefix}fldChar"):
        kind = element.get(f"{prefix}fldCharType")
        if kind == "begin":
            held.append([])
        if held:
            held[-1].append(element)
            if kind == "end":
                whole.update(held.pop())
    return frozenset(whole)
