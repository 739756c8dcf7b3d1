"""The parts of a Word document (.docx; ECMA-376 and ISO/IEC 29500, transitional or strict), without trust in the file.

Flows in: bytes. Flows out: its parts as XML trees, and a copy in which some of them are changed. Nothing is fetched and no entity is
expanded; what would swell when it is unpacked or parsed is refused.
"""

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from functools import cached_property
from typing import Final

from lxml import etree

from isgkg.content import archives
from isgkg.content.archives import Fault
from isgkg.errors import ContentError

RULE: Final = "draft-file"
Element = etree._Element  # lxml has no public name for it

TRANSITIONAL: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
MAX_XML: Final = 64 * 1024**2
"""Bytes of one XML part: a tree takes some ten times as much memory; the text of a thousand pages has 30 MB."""
TYPES: Final = "[Content_Types].xml"
_DOCTYPES: Final = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_REFUSALS: Final = {
    Fault.PASSWORD: "drafts.password",
    Fault.OLD: "drafts.old-word",
    Fault.NO_ARCHIVE: "drafts.word.no-document",
    Fault.SWOLLEN: "drafts.word.swollen",
}
_FAULTS: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, RuntimeError, OSError, LookupError, ValueError, OverflowError),
)
"""What zipfile raises on damaged files."""


class Package:
    """A document that was opened. Its trees may be changed; `saved` writes those that are named to it.

    Raises ContentError (rule draft-file) for what is no Word document, or is damaged, protected or not to be opened.
    """

    def __init__(self, data: bytes) -> None:
        _refuse(archives.fault_of(data))
        self._trees: dict[str, Element] = {}
        with _damage():
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            _refuse(archives.fault_within(self._archive))
            self._entries = {entry.filename.lower(): entry for entry in self._archive.infolist()}
            # Two parts of one name are two documents in one: programs would disagree on which of them is read.
            if len(self._entries) < len(self._archive.infolist()):
                raise zipfile.BadZipFile
        main = self.related("", "officeDocument")
        if main is None:
            raise ContentError("drafts.word.no-document", rule=RULE)
        self.main = main
        self.document = self.tree(main)
        namespace, _, name = str(self.document.tag).rpartition("}")
        self.prefix = f"{namespace}}}"
        """The namespace of WordprocessingML in this document, in braces, to be put before local names."""
        if name != "document" or self.prefix not in {TRANSITIONAL, STRICT}:
            raise ContentError("drafts.word.no-document", rule=RULE)

    def has(self, part: str) -> bool:
        """Whether there is a part of this name."""
        return part.lower() in self._entries

    def related(self, part: str, kind: str) -> str | None:
        """The name of the part of this kind (the last word of the type of the relation, such as styles) that a part refers to."""
        rels = rels_of(part)
        if not self.has(rels):
            return None
        of_kind = (relation for relation in self.tree(rels) if (relation.get("Type") or "").rpartition("/")[2] == kind)
        return next(filter(None, (self._target(part, relation) for relation in of_kind)), None)

    def _target(self, part: str, relation: Element) -> str | None:
        """The name of the part that a relation of a part leads to; None where it leads out of the package, or to nothing."""
        if relation.get("TargetMode") == "External":
            return None
        # An absolute target begins at the root of the archive; join() then drops the folder.
        name = posixpath.normpath(posixpath.join(posixpath.dirname(part), relation.get("Target") or "")).lstrip("/")
        return self._entries[name.lower()].filename if self.has(name) else None

    @cached_property
    def margins(self) -> Sequence[tuple[str, str]]:
        """The headers and footers that sections of the document refer to: for each, which of both it is, and the name of its part."""
        rels = rels_of(self.main)
        parts = {relation.get("Id") or "": self._target(self.main, relation) for relation in self.tree(rels)} if self.has(rels) else {}
        found: dict[str, str] = {}
        for kind in ("header", "footer"):
            for reference in self.document.iter(f"{self.prefix}{kind}Reference"):
                ids = (str(value) for name, value in reference.attrib.items() if str(name).rpartition("}")[2] == "id")
                found |= {part: kind for id_ in ids if (part := parts.get(id_))}
        return [(kind, part) for part, kind in found.items()]

    def other(self, kind: str) -> Element | None:
        """The tree of the part of this kind that the document refers to."""
        name = self.related(self.main, kind)
        return None if name is None else self.tree(name)

    def tree(self, part: str) -> Element:
        """The XML of a part: always the same tree."""
        key = part.lower()
        if key not in self._trees:
            with _damage():
                entry = self._entries[key]
                if entry.file_size > MAX_XML:
                    raise ContentError("drafts.word.swollen", rule=RULE, limit=MAX_XML // 1024**2)
                content = self._archive.read(entry)
            self._trees[key] = _parsed(content)
        return self._trees[key]

    def saved(self, changed: Mapping[str, Element]) -> bytes:
        """The document with these parts in place of its own, or behind them; all others hold the bytes that they held."""
        written = {
            name.lower(): etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True) for name, tree in changed.items()
        }
        target = io.BytesIO()
        with _damage(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
            for entry in self._archive.infolist():
                made.writestr(copy(entry), written.get(entry.filename.lower(), b"") or self._archive.read(entry))
            for name in changed:
                if not self.has(name):
                    # ZipInfo dates an entry 1980-01-01, so that the same input gives the same bytes.
                    made.writestr(zipfile.ZipInfo(name), written[name.lower()], zipfile.ZIP_DEFLATED)
        return target.getvalue()


def rels_of(part: str) -> str:
    """The name of the part that holds the relations of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _parsed(content: bytes) -> Element:
    if any(mark in content for mark in _DOCTYPES):
        raise ContentError("drafts.word.doctype", rule=RULE)
    # Without comments, a text that one interrupts is one text.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        key = "drafts.word.nested" if "depth" in str(error) else "drafts.word.damaged"
        raise ContentError(key, rule=RULE) from error
    except (ValueError, LookupError) as error:
        raise ContentError("drafts.word.damaged", rule=RULE) from error
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding that was not looked for
        raise ContentError("drafts.word.doctype", rule=RULE)
    return root


def _refuse(found: Fault | None) -> None:
    if found is not None:
        raise ContentError(_REFUSALS[found], rule=RULE, limit=archives.MAX_BYTES // 1024**2)


@contextmanager
def _damage() -> Iterator[None]:
    """What zipfile raises becomes a ContentError."""
    try:
        yield
    except _FAULTS as error:
        raise ContentError("drafts.word.damaged", rule=RULE) from error


def number(text: str | None) -> int | None:
    """A number as XML Schema writes it; None where it is none, or one that no document needs."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def is_on(element: Element, prefix: str) -> bool:
    """Whether a property that is on or off (CT_OnOff: ECMA-376 part 1, 17.17.4) is on."""
    return element.get(f"{prefix}val") not in {"0", "false", "off"}
