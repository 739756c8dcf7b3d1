"""What a paragraph is, as its properties and its style say.

Flows in: an element w:p. Flows out: a Look.
"""

from typing import NamedTuple

from isgkg.drafts.word.package import Element, is_on, number
from isgkg.drafts.word.styles import Style, Styles, level_of_outline


class Look(NamedTuple):
    """What a paragraph is. `own` are the list and the level that it names itself; `level` is that of a heading, 0 for text."""

    style: Style
    own: tuple[str | None, int | None] = (None, None)
    level: int = 0
    is_hidden: bool = False
    """Whether the mark at its end is hidden text."""


class Looks:
    """The looks of paragraphs; with `original`, before tracked changes of them."""

    def __init__(self, styles: Styles, prefix: str, *, original: bool) -> None:
        self._styles, self._prefix, self._original = styles, prefix, original

    def of(self, paragraph: Element) -> Look:
        """The look of a paragraph."""
        prefix = self._prefix
        properties = paragraph.find(f"{prefix}pPr")
        if properties is not None and self._original:
            change = properties.find(f"{prefix}pPrChange")
            properties = properties if change is None else change.find(f"{prefix}pPr")
        if properties is None:
            style = self._styles.of(None)
            return Look(style, level=style.level)
        style = self._styles.of(self._value(properties, "pStyle"))
        outline = number(self._value(properties, "outlineLvl"))
        numbered = properties.find(f"{prefix}numPr")
        hidden = properties.find(f"{prefix}rPr/{prefix}vanish")
        return Look(
            style=style,
            own=(None, None) if numbered is None else (self._value(numbered, "numId"), number(self._value(numbered, "ilvl"))),
            level=style.level if outline is None else level_of_outline(outline),
            is_hidden=hidden is not None and is_on(hidden, prefix),
        )

    def _value(self, properties: Element, name: str) -> str | None:
        found = properties.find(f"{self._prefix}{name}")
        return None if found is None else found.get(f"{self._prefix}val")
