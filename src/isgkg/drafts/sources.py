"""The drafts that somebody names: found, told apart, and read within limits.

Flows in: paths, or an uploaded file. Flows out: sources in order. What cannot be read is a source, too: asking it for its format or its
data raises the ContentError, so that one broken file never stops the others.
"""

import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePath
from typing import Final

from isgkg.content import archives
from isgkg.content.archives import Fault
from isgkg.content.reading import MEGABYTE, Reading
from isgkg.errors import ContentError

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
_LIMITS: Final[Mapping[Format | None, int]] = {Format.DOCX: 100 * MEGABYTE, Format.PDF: 100 * MEGABYTE}
_LIMIT: Final = 64 * MEGABYTE


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
        if PurePath(self.name).suffix.lower() in _FOREIGN:
            raise ContentError("drafts.foreign", rule=RULE, extension=PurePath(self.name).suffix.lower())
        office = archives.fault_of(data)
        if self.declared is Format.DOCX and office is not Fault.NO_ARCHIVE:
            return Format.DOCX
        found = Format.PDF if data.startswith(b"%PDF-") else Format.DOCX if office is None else None
        if found is None and office in {Fault.OLD, Fault.PASSWORD}:
            raise ContentError("drafts.password" if office is Fault.PASSWORD else "drafts.old-word", rule=RULE)
        if found is not None and self.declared not in {None, found}:
            raise ContentError("drafts.mislabelled", rule=RULE, declared=self.declared, found=found)
        if self.declared in {Format.PDF, Format.DOCX} and found is None:
            raise ContentError("drafts.no-pdf" if self.declared is Format.PDF else "drafts.word.no-document", rule=RULE)
        return found or self.declared or (Format.HTML if re.match(rb"\s*<(?:!doctype\s+html|html)", data, re.IGNORECASE) else Format.TEXT)


def find(paths: Iterable[Path | str]) -> Iterator[Source]:
    """The sources at these paths in order; folders are searched recursively, their files sorted, hidden ones passed over.

    In a folder, only files of known extensions count. A file that is reached twice is given once.
    """
    seen: set[str] = set()
    for path in paths:
        for source in _at(path):
            real = os.path.realpath(source.path) if source.path else source.name
            if real not in seen:
                seen.add(real)
                yield source


def uploads(files: Iterable[tuple[str, bytes]]) -> list[Source]:
    """The sources among uploaded files (name, content)."""
    return [
        Source(name=name, declared=_declared(name), fetch=partial(_READING.held, content, _limit(_declared(name))))
        for name, content in ((re.split(r"[/\\]", name)[-1], content) for name, content in files)
    ]


def _at(path: Path | str) -> Iterable[Source]:
    if str(path) == STANDARD_INPUT:
        return [Source(name=STANDARD_INPUT, declared=None, fetch=functools.cache(partial(_READING.piped, _LIMIT)))]
    if not str(path) or "\0" in str(path):
        return [_broken(str(path), ContentError("drafts.name", rule=RULE))]
    try:
        is_folder = Path(path).is_dir()
    except OSError:  # the way to it is barred: reading it says why
        is_folder = False
    return _in_folder(Path(path)) if is_folder else [_file(Path(path))]


def _in_folder(folder: Path) -> Iterator[Source]:
    found = False
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            # ~$: the lock file of a document that is open
            if not name.startswith((".", "~$")) and (_declared(name) or PurePath(name).suffix.lower() == ".doc"):
                found = True
                yield _file(Path(parent, name))
    if not found:
        yield _broken(str(folder), ContentError("drafts.empty-folder", rule=RULE, known=" ".join(EXTENSIONS)))


def _file(path: Path) -> Source:
    declared = _declared(path.name)
    return Source(name=str(path), declared=declared, fetch=partial(_READING.file, path, _limit(declared)), path=path)


def _broken(name: str, fault: ContentError) -> Source:
    def fetch() -> bytes:
        raise fault

    return Source(name=name, declared=None, fetch=fetch)


def _declared(name: str) -> Format | None:
    return EXTENSIONS.get(PurePath(name).suffix.lower())


def _limit(declared: Format | None) -> int:
    return _LIMITS.get(declared, _LIMIT)
