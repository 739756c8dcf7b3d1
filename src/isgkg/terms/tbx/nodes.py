"""One tree of the styles and versions of TBX: elements by the names of version 3, style DCA.

Flows in: lxml's root. Flows out: nodes with name, data category, text and line. Names of version 2 (termEntry, langSet, tig, ntig) become
those of version 3; an element of style DCT becomes the element of its category, so that <min:partOfSpeech> is a termNote.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from isgkg.terms.tbx.categories import CATEGORIES, MODULES, NAMESPACES
from isgkg.terms.xmls import LANG

OLD: Final = "martif"
_OLD_NAMES: Final[Mapping[str, str]] = {
    "martifHeader": "tbxHeader",
    "termEntry": "conceptEntry",
    "langSet": "langSec",
    "tig": "termSec",
    "ntig": "termSec",
}
_WRAP: Final = re.compile(r"(\S?)[ \t\r]*\n\s*(\S?)")
_CJK: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")


@dataclass(kw_only=True)
class Node:
    """An element. `category` is its type, or in style DCT its own name; `is_strange` marks one of a namespace that TBX-Basic has not."""

    name: str
    line: int
    text: str = ""
    category: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    is_tagged: bool = False
    is_strange: bool = False

    @property
    def lang(self) -> str | None:
        """xml:lang, as it stands there."""
        return self.attributes.get(LANG)

    def all(self, *names: str) -> Iterator["Node"]:
        """The children of these names."""
        return (child for child in self.children if child.name in names)

    def walk(self) -> Iterator["Node"]:
        """The node and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


def of(root: etree._Element) -> Node:
    """The tree. It is at most as deep as `xmls.MAX_DEPTH`."""
    return _node(root, is_old=etree.QName(root).localname == OLD)


def _node(element: etree._Element, *, is_old: bool) -> Node:
    name = etree.QName(element)
    local, namespace = name.localname, name.namespace or ""
    kind = CATEGORIES.get(local) if namespace in MODULES else None
    node = Node(
        name=kind.element if kind else _OLD_NAMES.get(local, local) if is_old else local,
        line=int(str(element.sourceline or 1)),  # the stubs do not know what it is
        text=_unwrapped("".join(str(part) for part in element.itertext())),
        category=local if kind else element.get("type"),
        attributes={str(key): str(value) for key, value in element.attrib.items()},
        is_tagged=kind is not None,
        is_strange=kind is None and namespace not in NAMESPACES,
    )
    for child in element:
        made = _node(child, is_old=is_old)
        # termGrp of version 2 stands around a term and its notes, and says nothing more.
        node.children += made.children if is_old and made.name == "termGrp" else [made]
    return node


def _unwrapped(text: str) -> str:
    """The text on one line: a line break between Chinese characters is none of the text, elsewhere it is a space."""

    def joined(found: re.Match[str]) -> str:
        before, after = found[1], found[2]
        is_chinese = _CJK.fullmatch(before) and _CJK.fullmatch(after)
        return f"{before}{after}" if not before or not after or is_chinese else f"{before} {after}"

    return _WRAP.sub(joined, text).strip() if "\n" in text else text.strip()
