"""Turtle, N-Triples, RDF/XML and JSON-LD → triples, with nothing fetched, nothing expanded, and nothing that could end the process.

Flows in: the bytes of a file. Flows out: its triples. Where they stand in the text: `isgkg.records.places`.

pyoxigraph reads. Three things are looked at before, since its parsers follow them: XML's entities, contexts of JSON-LD, and nesting. some
thousand levels of JSON-LD end the process, and so do some ten thousand triple terms; blank nodes and lists of Turtle may nest at will.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final
from xml.parsers import expat

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, parse

from isgkg import messages, names
from isgkg.content import encoding
from isgkg.errors import ContentError
from isgkg.messages import Language
from isgkg.records import jsons, tree
from isgkg.records.faults import at, excerpt, fault
from isgkg.records.sources import Format
from isgkg.store.loading import RdfFile

MAX_DEPTH: Final = 64
MAX_TERMS: Final = 2_000
"""Terms that one context may define: a chain of some ten thousand that rest on each other ends the process."""
MAX_CONTEXTS: Final = 10_000
"""How many contexts a file may have: ours is written out each time that it is named, and each is laid over those around it."""
MAX_ATTRIBUTES: Final = 256
"""Attributes of one element of RDF/XML: the engine compares each with all others."""

SYNTAX: Final = "record-syntax"
_ENGINE: Final = {
    Format.TURTLE: RdfFormat.TURTLE,
    Format.NTRIPLES: RdfFormat.N_TRIPLES,
    Format.RDFXML: RdfFormat.RDF_XML,
    Format.JSONLD: RdfFormat.JSON_LD,
}


def read(data: bytes, kind: Format, *, base: str, context: Mapping[str, object]) -> Iterator[Triple]:
    """The triples of a file; blank nodes are renamed, so that those of several files stay apart.

    `base` is the IRI against which relative ones are resolved; `context` (the object under "@context") stands in for names.CONTEXT.
    Raises ContentError: record-syntax, record-entity, record-context, record-nesting, record-graph, encoding.
    """
    data, _ = encoding.utf8(data)
    given = data
    if kind is Format.RDFXML:
        data = _checked_xml(data)
    elif kind is Format.JSONLD:
        data = _with_context(data.decode(), context).encode()
    elif data.count(b"<<") > MAX_DEPTH:
        _refuse_triple_terms(data)
    try:
        quads: Iterable[Quad] = parse(data, format=_ENGINE[kind], base_iri=base, rename_blank_nodes=True)
        if kind is Format.JSONLD or any(sign in data for sign in _STAR_SIGNS):
            quads = _in_default_graph(quads)
        for quad in quads:
            yield quad.triple
    except SyntaxError as error:
        if kind is Format.JSONLD:
            _refuse_json(given.decode())
        raise _syntax(error, data, kind) from error
    except MemoryError as error:  # so the engine says that one token is longer than its buffer
        raise ContentError("record.rdf.token", rule=SYNTAX) from error


def unwatched(data: bytes, kind: Format, *, base: str, path: Path | None = None) -> RdfFile | None:
    """The file, where the engine may load it without its triples being looked at one by one; None where it may not.

    `path` is where the same bytes lie, if they do; then they need not be held.
    """
    if kind not in {Format.TURTLE, Format.NTRIPLES} or any(sign in data for sign in _STAR_SIGNS):
        return None
    return RdfFile(content=data if path is None else path, format=_ENGINE[kind], base_iri=base)


_STAR_SIGNS: Final = (b"<<", b"{|", b"~", b'"Triple"', b"'Triple'")
"""One of them stands in every file that makes a triple about a triple; where none does, its terms need not be looked at."""


def _in_default_graph(quads: Iterable[Quad]) -> Iterator[Quad]:
    default = DefaultGraph()
    for quad in quads:
        if quad.graph_name != default:
            raise ContentError("record.rdf.named-graph", rule="record-graph")
        if isinstance(quad.object, Triple):
            raise ContentError("record.rdf.triple-term", rule=SYNTAX)
        yield quad


_NAMES: Final = {Format.TURTLE: "Turtle", Format.NTRIPLES: "N-Triples", Format.RDFXML: "RDF/XML", Format.JSONLD: "JSON-LD"}
_BREAK: Final = re.compile(rb"\r\n?|\n")
_PLACE: Final = re.compile(r"^Parser error at line \d+ (?:column \d+|between columns? \d+ and (?:line \d+ )?(?:column )?\d+): ")


def _syntax(error: SyntaxError, data: bytes, kind: Format) -> ContentError:
    """The engine's complaint in two languages; it has its reason in English only."""
    said = _PLACE.sub("", error.msg or "").replace(". ", "; ").rstrip(".")
    if error.lineno is None or error.offset is None:
        reason: dict[Language, str] = messages.both("record.rdf.unexplained")
        return ContentError("record.rdf.no-place", rule=SYNTAX, format=_NAMES[kind], reason={**reason, "en": said or reason["en"]})
    line = _line(data, error.lineno)
    shown = excerpt(line, min(error.offset - 1, len(line)), said)
    return fault("record.rdf.syntax", SYNTAX, tree.Mark(error.lineno, error.offset), format=_NAMES[kind], reason=shown)


def _line(data: bytes, number: int) -> str:
    """The text of this line, counted from 1."""
    start = 0
    for count, found in enumerate(_BREAK.finditer(data), start=1):
        if count == number:
            return data[start : found.start()].decode(errors="replace")
        start = found.end()
    return data[start:].decode(errors="replace")


# Strings, IRIs and comments are passed over whole; a string without end is one, too, so that the time stays linear.
_STAR: Final = re.compile(
    rb'"""[^"\\]*(?:(?:\\.|""?(?!"))[^"\\]*)*(?:""")?'
    rb"|'''[^'\\]*(?:(?:\\.|''?(?!'))[^'\\]*)*(?:''')?"
    rb'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
    rb"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?"
    rb"|<[^<>\s]*>|#[^\n]*|(<<)",
    re.DOTALL,
)


def _refuse_triple_terms(data: bytes) -> None:
    for found in _STAR.finditer(data):
        if found[1] is not None:
            raise ContentError("record.rdf.triple-term", rule=SYNTAX, line=encoding.line_at(data, found.start()))


_DECLARED: Final = re.compile(rb"""\A(\s*<\?xml\s[^>]{0,200}?)\sencoding\s*=\s*(?:"[^"]*"|'[^']*')""")


def _checked_xml(data: bytes) -> bytes:
    """The XML, well-formed, without entities and not too deep, declared as the UTF-8 that it is by now. Raises ContentError.

    Expat reads it first: it knows where a fault is, which the RDF engine does not say, and it stops at a DOCTYPE.
    """
    parser = expat.ParserCreate("utf-8")
    depth = 0

    def place() -> tree.Mark:
        return tree.Mark(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def refuse(*_: object) -> None:
        raise fault("record.rdf.entity", "record-entity", place())

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 1 and ":" not in name and "xmlns" not in attributes:
            raise fault("record.rdf.root", SYNTAX, place(), name=name[:60])
        if len(attributes) > MAX_ATTRIBUTES:
            raise fault("record.rdf.attributes", "record-nesting", place(), limit=MAX_ATTRIBUTES)
        if depth > MAX_DEPTH:
            raise fault("record.nesting", "record-nesting", place(), limit=MAX_DEPTH)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        line = _line(data, error.lineno)
        shown = excerpt(line, min(error.offset, len(line)), expat.ErrorString(error.code))
        mark = tree.Mark(error.lineno, error.offset + 1)
        raise fault("record.rdf.syntax", SYNTAX, mark, format=_NAMES[Format.RDFXML], reason=shown) from error
    return _DECLARED.sub(rb"\1", data, count=1)


# Groups: a key that begins with @, with what stands between it and its value; a bracket. Other strings are passed over whole.
_TOKEN: Final = re.compile(r'("(?:@|\\u0040)[^"\\]*(?:\\.[^"\\]*)*")\s*:\s*|"[^"\\]*(?:\\.[^"\\]*)*"?|([\[\]{}])', re.DOTALL)
_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


def _with_context(text: str, context: Mapping[str, object]) -> str:
    """The JSON-LD with our context written out wherever it is named. Raises ContentError for other contexts, and for nesting.

    Only brackets and keys are looked at: a tree of a large file would take longer than the reading itself.
    """
    written = json.dumps(context, ensure_ascii=False)
    parts: list[str] = []
    depth = done = count = 0
    for found in _TOKEN.finditer(text):
        bracket = found[2]
        if bracket is not None:
            depth += 1 if bracket in "[{" else -1
            if depth > MAX_DEPTH:
                raise fault("record.nesting", "record-nesting", at(text, found.start()), limit=MAX_DEPTH)
        elif found[1] is not None and found.start() >= done:
            key = _decoded(found[1])
            if key == "@import":
                raise fault("record.rdf.import", "record-context", at(text, found.start()))
            if key == "@context":
                end = _end(text, found.end())
                value, named = _written_out(text, found.end(), end, written)
                parts += [text[done : found.end()], value]
                done = end
                count += max(named, 1)
                if count > MAX_CONTEXTS:
                    raise fault("record.rdf.contexts", "record-context", at(text, found.start()), limit=MAX_CONTEXTS)
    return "".join([*parts, text[done:]])


def _decoded(token: str) -> object:
    try:
        return json.loads(token)
    except ValueError:
        return None


def _end(text: str, start: int) -> int:
    """Where the value that begins here ends. Raises ContentError for JSON that is none."""
    try:
        return json.JSONDecoder().raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        _refuse_json(text)
        return start


def _refuse_json(text: str) -> None:
    """Raises ContentError if the text is no JSON: its reader explains better than the RDF engine, and places are those of the file."""
    for _ in jsons.read(text):
        pass


def _written_out(text: str, start: int, end: int, written: str) -> tuple[str, int]:
    """The value of a context with ours written out, and how often it is named. Raises ContentError for what would be fetched."""
    value = text[start:end]
    parts: list[str] = []
    done = 0
    offsets = sorted(_offsets(value, start, text))
    for offset in offsets:
        token = _STRING.match(value, offset)
        parts += [value[done:offset], written]
        done = token.end() if token else offset
    return "".join([*parts, value[done:]]), len(offsets)


def _offsets(value: str, start: int, text: str) -> Iterator[int]:
    """Where our context is named in the value of a context, which begins at `start` of the text."""
    starts = [0, *(found.end() for found in re.finditer("\n", value))]
    for part, is_context in _parts(next(jsons.read(value), None)):
        offset = starts[(part.mark.line or 1) - 1] + (part.mark.column or 1) - 1
        if isinstance(part, tree.Mapping):
            if len(part.entries) > MAX_TERMS:
                raise fault("record.rdf.context-size", "record-context", at(text, start + offset), limit=MAX_TERMS)
            if part.get("@import") is not None:
                raise fault("record.rdf.import", "record-context", at(text, start + offset))
        elif isinstance(part, tree.Scalar) and is_context:
            if part.text != names.CONTEXT:
                raise fault("record.rdf.context", "record-context", at(text, start + offset), iri=part.text, ours=names.CONTEXT)
            yield offset


def _parts(context: tree.Tree | None) -> Iterator[tuple[tree.Tree, bool]]:
    """All that is in the value of a context, and whether it is itself a context: contexts of terms stand inside of others."""
    waiting = [(context, True)]
    while waiting:
        node, is_context = waiting.pop()
        if node is None:
            continue
        yield node, is_context
        if isinstance(node, tree.Sequence):
            waiting += [(item, is_context) for item in node.items]
        elif isinstance(node, tree.Mapping):
            waiting += [(entry.value, entry.key == "@context") for entry in node.entries]
