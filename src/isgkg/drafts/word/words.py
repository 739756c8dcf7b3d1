"""The text of one block, and the elements that hold it.

Flows in: texts, breaks and other signs of runs, in order. Flows out: the text of the block without the space around it, and Words, which
lead from its offsets back to the elements.
"""

from typing import Final, NamedTuple

from isgkg.drafts.joining import gap
from isgkg.drafts.word.package import Element

_SPACES: Final = str.maketrans(dict.fromkeys("\n\r\x85\u2028\u2029", " "))
"""The text of a block has no line breaks; Word shows those within w:t as spaces."""


class Words(NamedTuple):
    """The text [start, end) of a block, which stands in `element` from `at` on. Of a tab, break or the like `element` is all of it."""

    element: Element
    at: int
    start: int
    end: int


class Line:
    """The text of a block as it grows."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._words: list[Words] = []
        self._breaks: list[Element] = []
        self.length = 0

    def add(self, element: Element, text: str) -> None:
        """Goes on with this text."""
        if not text:
            return
        if self._breaks:
            sign = gap(self._texts[-1][-1], text[0]) if self._texts else ""
            for element_of_break in self._breaks:  # the first of several stands for all
                self._append(element_of_break, sign)
                sign = ""
            self._breaks.clear()
        self._append(element, text.translate(_SPACES))

    def turn(self, element: Element) -> None:
        """Goes on in a new line."""
        self._breaks.append(element)

    def _append(self, element: Element, text: str) -> None:
        self._words.append(Words(element, 0, self.length, self.length + len(text)))
        self.length += len(text)
        if text:
            self._texts.append(text)

    def done(self) -> tuple[str, list[Words]]:
        """The text and its words; of what stands for nothing, such as a break between Chinese characters, only what is within it."""
        text = "".join(self._texts)
        left = len(text) - len(text.lstrip())
        text = text.strip()
        right = left + len(text)
        kept = []
        for element, _, start, end in self._words:
            if (start < right and end > left) if start < end else left < start < right:
                kept.append(Words(element, max(left - start, 0), max(start, left) - left, min(end, right) - left))
        return text, kept
