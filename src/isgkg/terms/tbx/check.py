"""The rules of TBX-Basic on a tree: each fault with its line.

Flows in: a tree. Flows out: ContentErrors in the order of the file. What a rule asks stands in `categories`; where it stands in the
standard's schemas, the docstring of that module says.
"""

import re
from collections.abc import Iterator
from typing import Final

from isgkg.errors import ContentError
from isgkg.findings import Place
from isgkg.terms import languages
from isgkg.terms.faults import fault
from isgkg.terms.tbx.categories import (
    CATEGORIES,
    CHILDREN,
    CONCEPT,
    DIALECTS,
    FIRST,
    INLINE,
    LANGUAGE,
    LEVELS,
    NEEDED,
    OLD_VALUES,
    TERM,
    Category,
)
from isgkg.terms.tbx.nodes import OLD, Node

RULE: Final = "terms-tbx"
_ID: Final = re.compile(r"[^\W\d][\w.\-·]*")
"""An NCName, but for a few letters of rare scripts (XML Namespaces, 3): the schemas give id the type xs:ID."""
_EXTERNAL: Final = re.compile(r"https?://.+")
_TYPED: Final = frozenset(category.element for category in CATEGORIES.values())
_OPEN: Final = "TBX"
"""The type of a file of version 2 that says itself which data categories it has: those unknown here are passed over."""


def faults_of(root: Node) -> list[ContentError]:
    """All faults of a TBX file, sorted by line; none where TBX-Basic holds."""
    if root.name not in {"tbx", OLD} or root.is_strange:
        return [_fault("tbx.root", root, name=root.name)]
    found = [*_head(root), *_ids(root)]
    text = next(root.all("text"), None)
    body = next(text.all("body"), None) if text else None
    if body is None:
        found.append(_fault("tbx.needed", text or root, name=(text or root).name, needed="text/body" if text is None else "body"))
    else:
        found += _within(body, None, _Style(root))
    return sorted(found, key=lambda found: found.line or 0)


def _fault(key: str, node: Node, **values: object) -> ContentError:
    return fault(f"terms.{key}", RULE, Place(line=node.line), **values)


class _Style:
    """What the root says of the file: its version, whether categories are tags, whether it may have categories of its own."""

    def __init__(self, root: Node) -> None:
        self.is_old = root.name == OLD
        self.tags = root.attributes.get("style", "dca") == "dct"
        self.is_open = self.is_old and root.attributes.get("type", _OPEN) == _OPEN


def _head(root: Node) -> Iterator[ContentError]:
    """The attributes of the root and the header (ISO 30042:2019, 8)."""
    if root.lang is None:
        yield _fault("tbx.attribute", root, name=root.name, attribute="xml:lang")
    elif languages.canonical(root.lang) is None:
        yield _fault("tbx.language", root, value=root.lang)
    if root.name != OLD:
        kind, style = root.attributes.get("type"), root.attributes.get("style")
        if kind not in DIALECTS:
            yield _fault("tbx.dialect", root, value=kind or "", known=", ".join(sorted(DIALECTS)))
        if style not in {"dca", "dct"}:
            yield _fault("tbx.style", root, value=style or "")
    for parent, needed in (("", "tbxHeader"), ("tbxHeader", "fileDesc"), ("fileDesc", "sourceDesc")):
        holders = [node for node in root.walk() if node.name == parent] if parent else [root]
        for holder in holders[:1]:
            if next(holder.all(needed), None) is None:
                yield _fault("tbx.needed", holder, name=holder.name, needed=needed)


def _ids(root: Node) -> Iterator[ContentError]:
    """Ids are names and unique; what refers to one within the file finds it."""
    seen: dict[str, int] = {}
    for node in root.walk():
        id_ = node.attributes.get("id")
        if id_ is None:
            continue
        if not _ID.fullmatch(id_):
            yield _fault("tbx.id-form", node, value=id_)
        if id_ in seen:
            yield _fault("tbx.id-twice", node, value=id_, first=seen[id_])
        seen.setdefault(id_, node.line)
    for node in root.walk():
        target = node.attributes.get("target")
        # In version 2 an xref may point to a file of the sender's.
        is_old_file = root.name == OLD and node.name == "xref"
        if target is not None and target not in seen and not _EXTERNAL.fullmatch(target) and not is_old_file:
            yield _fault("tbx.target", node, value=target)


def _within(node: Node, level: str | None, style: _Style) -> Iterator[ContentError]:
    """The faults of a node and of what is in it; `level` is the section that it stands in."""
    level = node.name if node.name in LEVELS else level
    yield from _own(node)
    allowed = CHILDREN.get(node.name, ())
    for child in node.children:
        if child.is_strange or child.name not in allowed:
            if style.is_open and node.name not in ("body", *LEVELS):
                continue
            yield _fault("tbx.element", child, name=child.name, parent=node.name, allowed=", ".join(allowed) or "—")
            continue
        if child.name in _TYPED:
            yield from _category(child, level or "", style)
        yield from _within(child, level, style)
    yield from _order(node)


def _own(node: Node) -> Iterator[ContentError]:
    """What a section needs of itself: attributes, parts, words."""
    if node.name == CONCEPT and not node.attributes.get("id"):
        yield _fault("tbx.attribute", node, name=node.name, attribute="id")
    if node.name == LANGUAGE and not node.lang:
        yield _fault("tbx.attribute", node, name=node.name, attribute="xml:lang")
    if node.lang and languages.canonical(node.lang) is None:
        yield _fault("tbx.language", node, value=node.lang)
    needed = NEEDED.get(node.name)
    if needed and next(node.all(needed), None) is None:
        yield _fault("tbx.needed", node, name=node.name, needed=needed)
    if node.name == TERM and len(list(node.all("term"))) > 1:
        yield _fault("tbx.several", node, name=node.name, part="term")
    if node.name == "term" and not node.text:
        yield _fault("tbx.empty", node, name=node.name)


def _category(node: Node, level: str, style: _Style) -> Iterator[ContentError]:
    """A data category: known, of its element, at its level, with a value of its list."""
    name = node.category
    if not name:
        yield _fault("tbx.attribute", node, name=node.name, attribute="type")
        return
    category = CATEGORIES.get(name)
    if category is None or category.element != node.name:
        if not style.is_open:
            known = ", ".join(sorted(key for key, one in CATEGORIES.items() if one.element == node.name))
            yield _fault("tbx.category", node, value=name, element=node.name, known=known)
        return
    if not style.is_old and style.tags is not node.is_tagged:
        yield _fault("tbx.mixed-style", node, value=name, style="dct" if style.tags else "dca")
    if level not in category.levels:
        yield _fault("tbx.level", node, value=name, level=level, levels=", ".join(category.levels))
    yield from _value(node, name, category, style)


def _value(node: Node, name: str, category: Category, style: _Style) -> Iterator[ContentError]:
    values = (*category.values, *(OLD_VALUES.get(name, ()) if style.is_old else ()))
    if values and node.text not in values:
        yield _fault("tbx.value", node, category=name, value=node.text, known=", ".join(values))
    elif not node.text and node.name not in {"ref", "xref"}:  # these point with their target
        yield _fault("tbx.empty", node, name=name)


def _order(node: Node) -> Iterator[ContentError]:
    """A group begins with what it is about, and a section has its own data before the sections in it."""
    first = FIRST.get(node.name)
    if first and node.children and node.children[0].name not in first and next(node.all(*first), None):
        yield _fault("tbx.first", node.children[0], name=node.name, first=", ".join(first))
    if first and node.name != TERM and next(node.all(*first), None) is None:
        yield _fault("tbx.needed", node, name=node.name, needed=", ".join(first))
    last = {CONCEPT: LANGUAGE, LANGUAGE: TERM}.get(node.name)
    if last:
        names = [child.name for child in node.children if child.name not in INLINE]
        start = names.index(last) if last in names else len(names)
        for child in node.children[start:]:
            if child.name != last and child.name in CHILDREN[node.name]:
                yield _fault("tbx.after", child, name=child.name, after=last)
