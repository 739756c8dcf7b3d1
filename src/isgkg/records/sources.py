"""The files of records that somebody names: found, told apart, and read within limits.

Flows in: paths, or uploaded files. Flows out: sources in order. What cannot be read is a source, too: asking it for its format or its
data raises the ContentError, so that one broken file never stops the others.
"""

import functools
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, partial
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Final

from isgkg import names
from isgkg.content import archives, encoding
from isgkg.content.archives import Fault
from isgkg.content.reading import Reading
from isgkg.errors import ContentError, refusal

RULE: Final = "record-file"
STANDARD_INPUT: Final = "-"
_READING: Final = Reading(
    rule=RULE,
    name="record.file.name",
    irregular="record.file.irregular",
    unreadable="record.file.unreadable",
    too_large="record.file.too-large",
    empty="record.file.empty",
)


class Format(StrEnum):
    """The formats of records."""

    YAML = "yaml"
    JSON = "json"
    JSONL = "jsonl"
    JSONLD = "jsonld"
    TURTLE = "turtle"
    NTRIPLES = "ntriples"
    RDFXML = "rdfxml"
    XLSX = "xlsx"
    CSV = "csv"

    @property
    def is_rdf(self) -> bool:
        """Whether the records are read as RDF, not as trees."""
        return self in {Format.JSONLD, Format.TURTLE, Format.NTRIPLES, Format.RDFXML}


EXTENSIONS: Final[Mapping[str, Format]] = {
    ".yaml": Format.YAML,
    ".yml": Format.YAML,
    ".json": Format.JSON,
    ".jsonl": Format.JSONL,
    ".jsonld": Format.JSONLD,
    ".ttl": Format.TURTLE,
    ".nt": Format.NTRIPLES,
    ".rdf": Format.RDFXML,
    ".xml": Format.RDFXML,
    ".owl": Format.RDFXML,
    ".xlsx": Format.XLSX,
    ".csv": Format.CSV,
}


@dataclass(frozen=True, kw_only=True)
class ReadLimits:
    """How large a file may be, in bytes, before it is refused unread.

    `tree` holds for what is built in memory as a tree or a table (10,000 records take about 26 MB), `jsonld` for JSON-LD, of which the RDF
    engine keeps much in memory, `rdf` for what it streams.
    """

    tree: int = 64 * 1024**2
    jsonld: int = 256 * 1024**2
    rdf: int = 2 * 1024**3

    def of(self, declared: Format | None) -> int:
        """The limit for this format; None is a file whose name does not tell."""
        if declared is Format.JSONLD:
            return self.jsonld
        return self.rdf if declared in {Format.TURTLE, Format.NTRIPLES, Format.RDFXML} else self.tree


DEFAULT_LIMITS: Final = ReadLimits()


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file of records. `name` is the path as it was given, for people; `declared` the format that the name promises.

    `companions` are the further tables of a CSV file: NAME.<field>.csv beside NAME.csv, by field. `path` is None for an upload.
    """

    name: str
    declared: Format | None
    fetch: Callable[[], bytes] = field(repr=False, compare=False)
    path: Path | None = None
    companions: "Mapping[str, Source]" = field(default_factory=lambda: MappingProxyType({}))

    @property
    def data(self) -> bytes:
        """The content, read anew each time so that thousands of files need not be held at once. Raises ContentError."""
        return self.fetch()

    @cached_property
    def format(self) -> Format:
        """The format, checked against the content where the name alone does not settle it. Raises ContentError."""
        if self.declared is Format.JSON:
            return Format.JSONLD if _is_jsonld(self.data) else Format.JSON
        if self.declared is Format.XLSX:
            _demand_workbook(self.data)
        elif self.declared is None:
            return _by_content(self.data)
        return self.declared


def find(paths: Iterable[Path | str], limits: ReadLimits = DEFAULT_LIMITS) -> Iterator[Source]:
    """The sources at these paths in order; folders are searched recursively, their files sorted, hidden ones passed over.

    In a folder, only files of known extensions count. A file that is reached twice is given once. Links to folders within a folder are
    not followed.
    """
    seen: set[str] = set()
    for path in paths:
        for source in _at(path, limits):
            real = _real(source.path or Path(source.name))
            if real not in seen:
                seen.add(real)
                yield source


def _at(path: Path | str, limits: ReadLimits) -> Iterable[Source]:
    """The sources at one path. An empty one is a slip, such as a variable that is not set, not the folder that one happens to be in."""
    if str(path) == STANDARD_INPUT:
        return [Source(name=STANDARD_INPUT, declared=None, fetch=functools.cache(partial(_READING.piped, limits.of(None))))]
    if not str(path):
        return [_broken("", ContentError("record.file.name", rule=RULE))]
    return _in_folder(Path(path), limits) if _is_folder(Path(path)) else [_named(Path(path), limits)]


def uploads(files: Iterable[tuple[str, bytes]], limits: ReadLimits = DEFAULT_LIMITS) -> list[Source]:
    """The sources among uploaded files (name, content), in the order in which they came; companions go with their CSV file."""
    contents = {_base_name(name): data for name, data in files}
    tables = _tables(contents)
    companions = {name for table in tables.values() for name in table.values()}

    def source(name: str) -> Source:
        declared = _extension(name)
        fetch = partial(_READING.held, contents[name], limits.of(declared))
        further = {part: source(other) for part, other in tables.get(name, {}).items()}
        return Source(name=name, declared=declared, fetch=fetch, companions=MappingProxyType(further))

    return [source(name) for name in contents if name not in companions]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # the way to it is barred: reading it says why
        return False


def _real(path: Path) -> str:
    try:
        return os.path.realpath(path)
    except ValueError:  # a NUL character in the path
        return str(path)


def _named(path: Path, limits: ReadLimits) -> Source:
    """The source at a path that a person named; a companion leads to its CSV file."""
    if _extension(path.name) is Format.CSV:
        try:
            beside = sorted(other.name for other in path.parent.iterdir())
        except (OSError, ValueError):
            beside = []
        for main, table in _tables(beside).items():
            if path.name == main or path.name in table.values():
                return _file(path.with_name(main), limits, table)
    return _file(path, limits)


def _in_folder(folder: Path, limits: ReadLimits) -> Iterator[Source]:
    unreadable: list[Source] = []

    def on_error(error: OSError) -> None:
        unreadable.append(_broken(str(error.filename), ContentError("record.file.unreadable", rule=RULE, reason=refusal(error))))

    found = False
    for parent, folders, files in os.walk(folder, onerror=on_error):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        known = sorted(
            name for name in files if not name.startswith((".", "~$")) and _extension(name)
        )  # ~$: the lock file of a workbook that is open
        tables = _tables(known)
        companions = {name for table in tables.values() for name in table.values()}
        for name in known:
            if name not in companions:
                found = True
                yield _file(Path(parent, name), limits, tables.get(name, {}))
    yield from unreadable
    if not found and not unreadable:
        yield _broken(str(folder), ContentError("record.file.empty-folder", rule=RULE, known=" ".join(EXTENSIONS)))


def _file(path: Path, limits: ReadLimits, table: Mapping[str, str] = MappingProxyType({})) -> Source:
    declared = _extension(path.name)
    further = {part: _file(path.with_name(name), limits) for part, name in table.items()}
    return Source(
        name=str(path),
        declared=declared,
        fetch=partial(_READING.file, path, limits.of(declared)),
        path=path,
        companions=MappingProxyType(further),
    )


def _broken(name: str, fault: ContentError) -> Source:
    def fetch() -> bytes:
        raise fault

    return Source(name=name, declared=None, fetch=fetch)


def _tables(files: Collection[str]) -> dict[str, dict[str, str]]:
    """The CSV files that are no companion, each with its companions by field."""
    tables = {name[:-4]: name for name in files if _extension(name) is Format.CSV}
    found: dict[str, dict[str, str]] = {}
    for stem, name in sorted(tables.items(), key=lambda item: (len(item[0]), item[0])):
        parts = stem.split(".")
        heads = (".".join(parts[:length]) for length in range(1, len(parts)))
        main = next((head for head in heads if head in tables and all(p.isidentifier() for p in stem[len(head) + 1 :].split("."))), None)
        if main is None:
            found[name] = {}
        else:
            found[tables[main]][stem[len(main) + 1 :]] = name
    return found


def _extension(name: str) -> Format | None:
    return EXTENSIONS.get(PurePath(name).suffix.lower())


def _base_name(name: str) -> str:
    """The last part of an uploaded file's name; browsers of old send a whole path of either kind."""
    return re.split(r"[/\\]", name)[-1]


_NO_WORKBOOK: Final = {
    Fault.PASSWORD: "record.file.password",
    Fault.OLD: "record.file.old-excel",
    Fault.NO_ARCHIVE: "record.file.no-workbook",
}


def _demand_workbook(data: bytes) -> None:
    found = archives.fault_of(data)
    if found is not None:
        raise ContentError(_NO_WORKBOOK[found], rule="record-workbook")


_CONTEXT: Final = re.compile(r'"(?:@|\\u0040)context"\s*:\s*')


def _is_jsonld(data: bytes) -> bool:
    """Whether the JSON has a context of its own: then it says itself what its keys mean. What cannot be decoded is left to its reader."""
    try:
        text = encoding.decode(data).text
    except ContentError:
        return False
    return any(not _is_ours(text, match.end()) for match in _CONTEXT.finditer(text))


def _is_ours(text: str, start: int) -> bool:
    """Whether the context that begins here is ours: its IRI, or a list of the IRI and a base."""
    try:
        context, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return False  # no JSON: the reader says so, with the place
    parts = context if isinstance(context, list) else [context]
    return names.CONTEXT in parts and all(part == names.CONTEXT or (isinstance(part, dict) and part.keys() == {"@base"}) for part in parts)


_TURTLE: Final = re.compile(r"(?:\s|#[^\n]*\n)*(?:@prefix\s|@base\s|prefix\s[^:\n]*:\s*<|base\s*<|<[^<>\s]*>\s|_:\w+\s)", re.IGNORECASE)


def _by_content(data: bytes) -> Format:
    """The format of a file whose name does not tell."""
    if archives.is_office(data):
        _demand_workbook(data)
        return Format.XLSX
    text = encoding.decode(data).text.lstrip()
    if text.startswith("<?xml") or re.match(r"<[\w.-]*:?RDF[\s>]", text):
        return Format.RDFXML
    if _TURTLE.match(text):
        return Format.TURTLE
    if text.startswith(("{", "[")):
        return Format.JSONLD if _is_jsonld(data) else Format.JSON
    if re.search(r'^(?:- )?["\']?[\w@]+["\']?:(?:\s|$)', text, re.MULTILINE):
        return Format.YAML
    raise ContentError("record.file.unknown", rule=RULE, known=" ".join(EXTENSIONS))
