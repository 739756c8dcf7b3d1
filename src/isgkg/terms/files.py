"""Files of terms: which format they are in, and the term base in them.

Flows in: a path or bytes, and a name. Flows out: a TermBase, or a Document that also knows the places of its concepts.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from isgkg.content import archives, encoding
from isgkg.errors import ContentError, InputError, refusal
from isgkg.terms import jsons, sheets, skos, table, tbx
from isgkg.terms.document import Document
from isgkg.terms.faults import TermFileError
from isgkg.terms.model import TermBase

MAX_BYTES: Final = 64 * 1024**2
"""A file of terms that is larger is not read."""
EXTENSIONS: Final = (".ttl", ".nt", ".rdf", ".owl", ".jsonld", ".json", ".tbx", ".xml", ".csv", ".tsv", ".xlsx")
_RULE: Final = "terms-file"
_TBX: Final = re.compile(rb"<(?:\w+:)?(?:tbx|martif)[\s>]")
_RDF: Final = re.compile(rb"<(?:\w+:)?RDF[\s>]")
_TURTLE: Final = re.compile(r"^\s*(?:@prefix|@base|PREFIX|BASE|<[^>\s]*>\s|_:|#)", re.MULTILINE | re.IGNORECASE)
_HEAD: Final = 4096


def read(source: Path | str | bytes, name: str | None = None) -> TermBase:
    """The term base of a file; `name` is what the file is called in messages, by default its path.

    Raises TermFileError where the file cannot be read on, with a sentence and a line for each fault; InputError where there is none.
    """
    return load(source, name).base


def load(source: Path | str | bytes, name: str | None = None) -> Document:
    """The term base of a file with the places of its concepts. Raises as `read`."""
    name = name or (str(source) if not isinstance(source, bytes) else "—")
    try:
        return _document(source if isinstance(source, bytes) else _bytes(Path(source), name), name)
    except TermFileError:
        raise
    except ContentError as error:
        raise TermFileError(name, [error]) from error


def _bytes(path: Path, name: str) -> bytes:
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise ContentError("terms.file.too-large", rule=_RULE, limit=MAX_BYTES // 1024**2)
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError("terms.file.unreadable", file=name, reason=refusal(error)) from error
    except ValueError as error:  # a name with NUL in it
        raise InputError("terms.file.unreadable", file=name, reason=refusal(OSError())) from error


def _document(data: bytes, name: str) -> Document:
    if len(data) > MAX_BYTES:
        raise ContentError("terms.file.too-large", rule=_RULE, limit=MAX_BYTES // 1024**2)
    if not data.strip():
        raise ContentError("terms.file.empty", rule=_RULE)
    suffix = Path(name).suffix.lower().lstrip(".")
    return _READERS[_format(data, suffix)](data, name)


def _format(data: bytes, suffix: str) -> str:
    """The format: by the content where that tells, since XML and JSON are of several, else by the name."""
    if archives.is_office(data) or suffix == "xlsx":
        return "xlsx"
    if suffix in {"csv", "tsv", "ttl", "nt", "tbx", "rdf", "owl", "jsonld"}:
        return {"tsv": "csv"}.get(suffix, suffix)
    found = _looks(encoding.utf8(data)[0].lstrip()) or ("csv" if suffix in {"", "txt"} else None)
    if found is None:
        raise ContentError("terms.file.unknown", rule=_RULE, known=" ".join(EXTENSIONS))
    return found


def _looks(content: bytes) -> str | None:
    """What the text looks like."""
    head = content[:_HEAD]
    if head.startswith((b"{", b"[")):
        return "json" if jsons.is_ours(content) else "jsonld"
    if head.startswith(b"<") and _TBX.search(head):
        return "tbx"
    if head.startswith(b"<") and _RDF.search(head):
        return "rdf"
    return "ttl" if _TURTLE.search(head.decode(errors="replace")) else None


def _rdf(suffix: str) -> Callable[[bytes, str], Document]:
    return lambda data, _: skos.read(data, skos.FORMATS[suffix])


def _excel(data: bytes, _: str) -> Document:
    title, rows = sheets.from_excel(data)
    return table.read(rows, sheet=title)


_READERS: Final[Mapping[str, Callable[[bytes, str], Document]]] = {
    **{suffix: _rdf(suffix) for suffix in skos.FORMATS},
    "tbx": tbx.read,
    "csv": lambda data, _: table.read(sheets.from_csv(data)),
    "xlsx": _excel,
    "json": lambda data, _: jsons.read(data),
}
