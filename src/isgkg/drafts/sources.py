"""The drafts that somebody names: found, told apart, and read within limits.

Flows in: paths, or an uploaded file. Flows out: sources in order. What cannot be read is a source, too: asking it for its format or its
data raises the ContentError, so that one broken file never stops the others.
"""

import functools
import io
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePath
from typing import Final

from isgkg.content import archives, encoding
from isgkg.content.archives import Fault
from isgkg.content.reading import MEGABYTE, Reading
from isgkg.errors import ContentError, refusal

RULE: Final = "draft-file"
STANDARD_INPUT: Final = "-"
_READING: Final = Reading(
    rule=RULE,
    name="drafts.name",
    irregular="drafts.irregular",
    unreadable="drafts.unreadable",
    too_large="drafts.too-large",
    empty="drafts.empty",
)


class Format(StrEnum):
    """The formats of drafts."""

    DOCX = "docx"
    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    STS = "sts"


EXTENSIONS: Final[Mapping[str, Format]] = {
    ".docx": Format.DOCX,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.TEXT,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".pdf": Format.PDF,
    ".xml": Format.STS,
}
_FOREIGN: Final = frozenset({".doc", ".wps", ".rtf", ".odt", ".dot", ".dotx", ".docm", ".pages"})
"""Formats of texts that are not read; Word saves them all as .docx."""
_ZIP: Final = "ZIP"
_RTF: Final = b"{\\rtf"
_PDF: Final = b"%PDF-"
_PDF_WITHIN: Final = 1024
"""Readers of PDF find its sign anywhere in these first bytes."""
_HEAD: Final = 2048
_STS_ROOT: Final = re.compile(
    r"(?:<\?[^>]*+>|<!--(?:(?!-->).)*+-->|<!DOCTYPE[^>]*+>|\s)*+<(?:standard|adoption|standards)[\s>]", re.DOTALL | re.IGNORECASE
)
_HTML_ROOT: Final = re.compile(r"(?:<\?[^>]*+>|<!--(?:(?!-->).)*+-->|\s)*+<(?:!doctype\s+html|html)[\s>]", re.DOTALL | re.IGNORECASE)
_XML: Final = re.compile(r"\s*<\?xml\s")
_MARKDOWN: Final = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class ReadLimits:
    """Bytes up to which a draft of each kind is read; pictures are in Word documents and PDF only."""

    docx: int = 100 * MEGABYTE
    pdf: int = 200 * MEGABYTE
    text: int = 64 * MEGABYTE

    def of(self, declared: Format | None) -> int:
        """The limit of a format; what is not named by its extension may be any but PDF."""
        return {Format.PDF: self.pdf, Format.DOCX: self.docx, None: self.docx}.get(declared, self.text)


DEFAULT_LIMITS: Final = ReadLimits()


@dataclass(frozen=True, kw_only=True)
class Source:
    """A draft. `name` is the path as it was given, `declared` the format that its extension promises."""

    name: str
    declared: Format | None
    fetch: Callable[[], bytes] = field(repr=False, compare=False)
    path: Path | None = None

    @property
    def data(self) -> bytes:
        """The content. Raises ContentError."""
        return self.fetch()

    def format(self, data: bytes) -> Format:
        """The format of this content of it. Raises ContentError where name and content contradict each other, or neither tells."""
        extension = PurePath(self.name).suffix.lower()
        if extension in _FOREIGN:
            raise ContentError("drafts.foreign", rule=RULE, extension=extension)
        if data.startswith(_RTF):
            raise ContentError("drafts.foreign", rule=RULE, extension=".rtf")
        office = archives.fault_of(data)
        if self.declared is not Format.DOCX and office in {Fault.OLD, Fault.PASSWORD}:
            raise ContentError("drafts.password" if office is Fault.PASSWORD else "drafts.old-word", rule=RULE)
        if office is not Fault.NO_ARCHIVE:
            return self._agreed(Format.DOCX if self.declared is Format.DOCX or _is_word(data) else _ZIP)
        if _PDF in data[:_PDF_WITHIN] if self.declared is Format.PDF else data.startswith(_PDF):
            return self._agreed(Format.PDF)
        if self.declared in {Format.PDF, Format.DOCX}:
            try:
                return self._agreed(_text_format(data))
            except ContentError as error:
                if error.key == "drafts.mislabelled":
                    raise
                key = "drafts.no-pdf" if self.declared is Format.PDF else "drafts.word.no-document"  # damaged beyond its first bytes
                raise ContentError(key, rule=RULE) from error
        return self.declared or _text_format(data)

    def _agreed(self, found: Format | str) -> Format:
        """The format that was found, if the name promises no other, and it can be read."""
        if isinstance(found, Format) and self.declared in {None, found}:
            return found
        if self.declared is None:
            raise ContentError("drafts.word.no-document", rule=RULE)
        raise ContentError("drafts.mislabelled", rule=RULE, declared=self.declared, found=found)


def _is_word(data: bytes) -> bool:
    """Whether an archive holds the main part of a Word document, or is too damaged to tell."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.startswith("word/") for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):  # the last for a version of the format that zipfile has not
        return True


def _text_format(data: bytes) -> Format:
    """The format of text by what it begins with. Raises ContentError (encoding) for what is no text."""
    text = encoding.decode(data).text
    head = text[:_HEAD]
    if _STS_ROOT.match(head):
        return Format.STS
    if _HTML_ROOT.match(head):
        return Format.HTML
    if _XML.match(head):
        raise ContentError("drafts.xml.other", rule=RULE)
    return Format.MARKDOWN if _MARKDOWN.search(text) else Format.TEXT


def find(paths: Iterable[Path | str], limits: ReadLimits = DEFAULT_LIMITS) -> Iterator[Source]:
    """The sources at these paths in order; folders are searched recursively, their files sorted, hidden ones passed over.

    In a folder, only files of known extensions count, and those of texts that must be saved as .docx first. A file that is reached twice is
    given once.
    """
    seen: set[str] = set()
    for path in paths:
        for source in _at(path, limits):
            real = os.path.realpath(source.path) if source.path else source.name
            if real not in seen:
                seen.add(real)
                yield source


def uploads(files: Iterable[tuple[str, bytes]], limits: ReadLimits = DEFAULT_LIMITS) -> list[Source]:
    """The sources among uploaded files (name, content)."""
    return [
        Source(name=name, declared=_declared(name), fetch=partial(_READING.held, content, limits.of(_declared(name))))
        for name, content in ((re.split(r"[/\\]", name)[-1], content) for name, content in files)
    ]


def _at(path: Path | str, limits: ReadLimits) -> Iterable[Source]:
    if str(path) == STANDARD_INPUT:
        return [Source(name=STANDARD_INPUT, declared=None, fetch=functools.cache(partial(_READING.piped, limits.of(None))))]
    if not str(path) or "\0" in str(path):
        return [_broken(str(path), ContentError("drafts.name", rule=RULE))]
    try:
        is_folder = Path(path).is_dir()
    except OSError:  # the way to it is barred: reading it says why
        is_folder = False
    return _in_folder(Path(path), limits) if is_folder else [_file(Path(path), limits)]


def _in_folder(folder: Path, limits: ReadLimits) -> Iterator[Source]:
    unreadable: list[Source] = []

    def on_error(error: OSError) -> None:
        unreadable.append(_broken(str(error.filename), ContentError("drafts.unreadable", rule=RULE, reason=refusal(error))))

    found = False
    for parent, folders, files in os.walk(folder, onerror=on_error):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            # ~$: the lock file of a document that is open
            if not name.startswith((".", "~$")) and (_declared(name) or PurePath(name).suffix.lower() in _FOREIGN):
                found = True
                yield _file(Path(parent, name), limits)
    yield from unreadable
    if not found and not unreadable:
        yield _broken(str(folder), ContentError("drafts.empty-folder", rule=RULE, known=" ".join(EXTENSIONS)))


def _file(path: Path, limits: ReadLimits) -> Source:
    declared = _declared(path.name)
    return Source(name=str(path), declared=declared, fetch=partial(_READING.file, path, limits.of(declared)), path=path)


def _broken(name: str, fault: ContentError) -> Source:
    def fetch() -> bytes:
        raise fault

    return Source(name=name, declared=None, fetch=fetch)


def _declared(name: str) -> Format | None:
    return EXTENSIONS.get(PurePath(name).suffix.lower())
