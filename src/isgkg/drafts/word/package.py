"""The parts of a Word document (.docx, ECMA-376), without trust in the file.

Flows in: bytes. Flows out: its parts as XML trees, and a copy in which some parts are others. Nothing is fetched, no entity is read.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

from lxml import etree

from isgkg.content import archives
from isgkg.content.archives import Fault
from isgkg.errors import ContentError

RULE: Final = "draft-file"
Element = etree._Element  # lxml has no public name for it
_REFUSALS: Final = {
    Fault.PASSWORD: "drafts.password",
    Fault.OLD: "drafts.old-word",
    Fault.NO_ARCHIVE: "drafts.word.no-document",
    Fault.SWOLLEN: "drafts.word.swollen",
}
_FAULTS: Final = (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError, KeyError, RuntimeError, OSError, ValueError)
"""What zipfile and lxml raise on damaged files."""
_DOCTYPE: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MAIN: Final = "officeDocument"


def local(element: Element) -> str:
    """The name of an element or attribute without its namespace: those of the transitional and the strict form differ."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


class Package:
    """A document that was opened. Raises ContentError (rule draft-file) where it is none, or is not to be opened."""

    def __init__(self, data: bytes) -> None:
        _refuse(archives.fault_of(data))
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            _refuse(archives.fault_within(self._archive))
            self._names = {name.lower(): name for name in self._archive.namelist()}
            self.main = next((target for kind, target in self.related("") if kind == _MAIN), None) or ""
        except _FAULTS as error:
            raise ContentError("drafts.word.damaged", rule=RULE) from error
        if not self.main or self.main.lower() not in self._names:
            raise ContentError("drafts.word.no-document", rule=RULE)
        root = self.tree(self.main)
        if local(root) != "document":
            raise ContentError("drafts.word.no-document", rule=RULE)
        self.document = root

    def related(self, part: str) -> list[tuple[str, str]]:
        """Kind and name of the parts that a part refers to; kinds by the last word of their IRI."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels.lower() not in self._names:
            return []
        found = []
        for relation in self.tree(rels):
            kind, target = (attribute(relation, "Type") or "").rpartition("/")[2], attribute(relation, "Target")
            if target and attribute(relation, "TargetMode") != "External":
                found.append((kind, posixpath.normpath(posixpath.join(folder, target)).lstrip("/")))
        return found

    def other(self, kind: str) -> Element | None:
        """The part of this kind that the document refers to, such as styles."""
        part = self.name_of(kind)
        return None if part is None else self.tree(part)

    def name_of(self, kind: str) -> str | None:
        """The name of the part of this kind."""
        return next((target for found, target in self.related(self.main) if found == kind and target.lower() in self._names), None)

    def tree(self, part: str) -> Element:
        """A part as XML."""
        try:
            content = self._archive.read(self._names[part.lower()])
            if _DOCTYPE.search(content.replace(b"\0", b"")):  # in UTF-16, too
                raise ContentError("drafts.word.doctype", rule=RULE)
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_blank_text=False)
            return etree.fromstring(content, parser)
        except _FAULTS as error:
            raise ContentError("drafts.word.damaged", rule=RULE) from error

    def tree_or_none(self, part: str) -> Element | None:
        """A part as XML, if it is there."""
        return self.tree(part) if part.lower() in self._names else None

    def copy(self, changed: Mapping[str, Element]) -> bytes:
        """The document with these parts in place of its own or beside them; all others as they are."""
        out = io.BytesIO()
        written = {
            name.lower(): etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True) for name, tree in changed.items()
        }
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry in self._archive.infolist():
                content = written.pop(entry.filename.lower(), None)
                archive.writestr(entry, self._archive.read(entry) if content is None else content, compress_type=entry.compress_type)
            for name in changed:
                if name.lower() in written:
                    archive.writestr(zipfile.ZipInfo(name), written[name.lower()], compress_type=zipfile.ZIP_DEFLATED)
        return out.getvalue()


def _refuse(found: Fault | None) -> None:
    if found is not None:
        raise ContentError(_REFUSALS[found], rule=RULE, limit=archives.MAX_BYTES // 1024**2)
