"""The numbers that Word counts by itself.

Flows in: the part numbering; then, in the order of the document, the list and the level of each numbered paragraph. Flows out: its number,
such as “5.2”, “a)” or “第三章”.
"""

import re
from typing import Final, NamedTuple

from isgkg.drafts.word.numerals import formatted
from isgkg.drafts.word.package import Element, is_on, number
from isgkg.drafts.word.styles import Style

_PLACE: Final = re.compile("%([1-9])")
_WORD: Final = re.compile("[\u3400-\u9fff]")
"""In place of a bullet, as in “注：”; Latin letters are signs of a font of signs."""
_LEVELS: Final = 9
_LONGEST: Final = 255
"""Characters that Word lets a number have."""


class _Level(NamedTuple):
    """A level of a list (w:lvl: ECMA-376 part 1, 17.9.6)."""

    start: int = 0
    format: str = "decimal"
    text: str = ""
    is_legal: bool = False
    """Whether all places are written as decimals."""
    restart: int | None = None
    """From 1, the level that makes this one begin again; by default any level above it. 0: none does."""
    style: str | None = None
    """The id of the paragraph style that stands for this level."""


class _List(NamedTuple):
    """A list: the abstract one with which it shares its count, its levels, and the numbers from which it starts anew."""

    abstract: str
    levels: dict[int, _Level]
    starts: dict[int, int]


class Numbering:
    """The lists of a document, counted on by each call of `next`."""

    def __init__(self, root: Element | None, prefix: str) -> None:
        self._prefix = prefix
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        if root is not None:
            abstracts = {entry.get(f"{prefix}abstractNumId") or "": entry for entry in root.iter(f"{prefix}abstractNum")}
            linked = {style: id_ for id_, entry in abstracts.items() if (style := self._value(entry, "styleLink"))}
            for entry in root.iter(f"{prefix}num"):
                id_ = self._value(entry, "abstractNumId") or ""
                if id_ in abstracts:  # a list that a style of lists describes has no levels of its own
                    id_ = linked.get(self._value(abstracts[id_], "numStyleLink") or "", id_)
                    self._lists[entry.get(f"{prefix}numId") or ""] = self._list(id_, abstracts[id_], entry)

    def next(self, own: tuple[str | None, int | None], style: Style) -> str | None:
        """The number of the next paragraph with its own list and level, if any, and its style; None where it has none, or a sign."""
        found = self._lists.get(own[0] or style.numbering or "")
        if found is None:
            return None
        by_style = next((depth for id_ in style.lineage for depth, level in found.levels.items() if level.style == id_), style.depth)
        depth = own[1] if own[1] is not None else by_style or 0
        if depth not in found.levels:
            return None
        self._count(own[0] or style.numbering or "", found, depth)
        return self._written(found, depth)

    def _count(self, id_: str, found: _List, depth: int) -> None:
        counts = self._counts.setdefault(found.abstract, {})
        if depth in found.starts and (id_, depth) not in self._started:
            counts[depth] = found.starts[depth]
        else:
            counts[depth] = counts[depth] + 1 if depth in counts else found.levels[depth].start
        self._started.add((id_, depth))
        for below in [below for below in counts if below > depth]:
            restart = found.levels[below].restart if below in found.levels else None
            if depth < (below if restart is None else restart):
                del counts[below]

    def _written(self, found: _List, depth: int) -> str | None:
        level, counts = found.levels[depth], self._counts[found.abstract]
        if (level.format == "bullet" and not _WORD.search(level.text)) or len(level.text) > _LONGEST:
            return None

        def shown(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            there = found.levels.get(at, _Level(start=1))
            return formatted(counts.get(at, there.start), "decimal" if level.is_legal and there.format != "none" else there.format)

        return _PLACE.sub(shown, level.text).strip() or None

    def _list(self, id_: str, abstract: Element, entry: Element) -> _List:
        prefix, levels, starts = self._prefix, self._levels(abstract), {}
        for override in entry.iter(f"{prefix}lvlOverride"):
            levels |= self._levels(override)
            depth, start = number(override.get(f"{prefix}ilvl")), number(self._value(override, "startOverride"))
            if depth is not None and start is not None:
                starts[depth] = start
        return _List(id_, levels, starts)

    def _levels(self, parent: Element) -> dict[int, _Level]:
        prefix, levels = self._prefix, {}
        for element in parent.iterchildren(f"{prefix}lvl"):
            depth = number(element.get(f"{prefix}ilvl"))
            if depth is None or depth >= _LEVELS:
                continue
            # Formats of newer versions stand beside one that all know, which comes last.
            forms = [form.get(f"{prefix}val") for form in element.iter(f"{prefix}numFmt")]
            legal = element.find(f"{prefix}isLgl")
            levels[depth] = _Level(
                start=number(self._value(element, "start")) or 0,
                format=(forms[-1] if forms else None) or "decimal",
                text=self._value(element, "lvlText") or "",
                is_legal=legal is not None and is_on(legal, prefix),
                restart=number(self._value(element, "lvlRestart")),
                style=self._value(element, "pStyle"),
            )
        return levels

    def _value(self, element: Element, name: str) -> str | None:
        found = element.find(f"{self._prefix}{name}")
        return None if found is None else found.get(f"{self._prefix}val")
