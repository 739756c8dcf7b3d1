"""What the styles of a document say of its paragraphs and runs.

Flows in: the part styles. Flows out: a Style for the id of one, with what it inherits.
"""

import re
from typing import Final, NamedTuple

from isgkg.drafts.word.package import Element, is_on, number

_HEADING: Final = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
"""Word writes the names of its own styles in English in every language; the ids are translated, or are numbers."""
_CONTENTS: Final = re.compile(r"(?:toc|目录)\s*[1-9]|table of figures|图表目录", re.IGNORECASE)
_BODY: Final = 9
"""The outline level of text."""


class Style(NamedTuple):
    """A style. `level` is that of a heading, 0 for others; `numbering` and `depth` are its list and its level there."""

    level: int = 0
    is_contents: bool = False
    numbering: str | None = None
    depth: int | None = None
    lineage: tuple[str, ...] = ()
    """The ids of the style and of those it is based on."""
    is_hidden: bool | None = None
    """Whether its text is hidden, if it says so."""


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, root: Element | None, prefix: str) -> None:
        self._prefix = prefix
        self._elements: dict[str, Element] = {}
        self._found: dict[str, Style] = {}
        self._names: dict[str, str] = {}
        self._default: str | None = None
        self.hides = False
        """Whether any style says that text is hidden."""
        for style in root.iter(f"{prefix}style") if root is not None else ():
            id_ = style.get(f"{prefix}styleId") or ""
            self._elements[id_] = style
            self.hides |= style.find(f"{prefix}rPr/{prefix}vanish") is not None
            self._names.setdefault((self._value(style, "name") or "").lower(), id_)
            if style.get(f"{prefix}type") == "paragraph" and style.get(f"{prefix}default") in {"1", "true", "on"}:
                self._default = id_

    def named(self, name: str) -> str | None:
        """The id of the style of this name, which Word gives to its own styles in English."""
        return self._names.get(name)

    def of(self, id_: str | None) -> Style:
        """The style of this id; that of the paragraphs that name none, where the id is None."""
        id_ = self._default if id_ is None else id_
        if id_ is None:
            return Style()
        if id_ not in self._found:
            lineage = self._lineage(id_)
            found = Style(level=_level_of(id_)) if not lineage else Style()
            for ancestor in reversed(lineage):
                found = self._refined(found, self._elements[ancestor])
            self._found[id_] = found._replace(lineage=tuple(lineage))
        return self._found[id_]

    def _lineage(self, id_: str | None) -> list[str]:
        """The ids of a style and of those it is based on, as far as they are there; a style that is based on itself ends there."""
        lineage: dict[str, None] = {}
        while id_ in self._elements and id_ not in lineage:
            lineage[id_] = None
            id_ = self._value(self._elements[id_], "basedOn")
        return list(lineage)

    def _refined(self, base: Style, style: Element) -> Style:
        prefix, name = self._prefix, (self._value(style, "name") or "").strip()
        outline = number(self._value(style, f"pPr/{prefix}outlineLvl"))
        depth = number(self._value(style, f"pPr/{prefix}numPr/{prefix}ilvl"))
        hidden = style.find(f"{prefix}rPr/{prefix}vanish")
        named = _level_of(name) or base.level
        return Style(
            level=named if outline is None else level_of_outline(outline),
            is_contents=base.is_contents or bool(_CONTENTS.fullmatch(name)),
            numbering=self._value(style, f"pPr/{prefix}numPr/{prefix}numId") or base.numbering,
            depth=base.depth if depth is None else depth,
            is_hidden=base.is_hidden if hidden is None else is_on(hidden, prefix),
        )

    def _value(self, style: Element, path: str) -> str | None:
        found = style.find(f"{self._prefix}{path}")
        return None if found is None else found.get(f"{self._prefix}val")


def level_of_outline(outline: int) -> int:
    """The level of a heading, from 1, for an outline level, from 0; 0 for that of text."""
    return outline + 1 if outline < _BODY else 0


def _level_of(name: str) -> int:
    heading = _HEADING.fullmatch(name)
    return int(heading[1]) if heading else 0
