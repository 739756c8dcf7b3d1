"""Turtle files of ontology/, shapes/ and data/.

Flows in: folders. Flows out: triples, what the ontology declares, its version; syntax errors with file and line.
"""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from isgkg import files, messages, names
from isgkg.errors import SourceError
from isgkg.release.check import Declared

_ONTOLOGY = NamedNode(names.ONT.removesuffix("#"))


def read(root: Path, folder: str, *, required: bool) -> list[Triple]:
    """The triples of all *.ttl files of root/folder, sorted by file name.

    Raises SourceError naming file and line where a file is not Turtle, or where the folder holds none although it is `required`.
    """
    paths = sorted((root / folder).glob("*.ttl"))
    if required and not paths:
        raise SourceError("source.missing", file=folder, line=1, reason=messages.both("cause.no-turtle"), rule="source")
    return [triple for path in paths for triple in _file(path, f"{folder}/{path.name}")]


def shapes(root: Path, *files: str) -> list[Triple]:
    """The triples of these files of shapes/, named without extension. Raises SourceError as `read` does."""
    return [triple for name in files for triple in _file(root / "shapes" / f"{name}.ttl", f"shapes/{name}.ttl")]


def _file(path: Path, shown_as: str) -> list[Triple]:
    content = files.read_text(path, shown_as)
    try:
        return [quad.triple for quad in parse(input=content, format=RdfFormat.TURTLE, base_iri=names.BASE)]
    except SyntaxError as error:
        raise SourceError("source.turtle", file=shown_as, line=error.lineno or 1, reason=error.msg, rule="turtle") from error


def declared(ontology: Iterable[Triple]) -> Declared:
    """Local names of the classes and object properties that the ontology declares in its own namespace."""
    found: dict[str, set[str]] = {"Class": set(), "ObjectProperty": set()}
    for triple in ontology:
        subject, kind = triple.subject, triple.object
        if triple.predicate.value == names.RDF + "type" and isinstance(subject, NamedNode) and isinstance(kind, NamedNode):
            local = kind.value.removeprefix(names.OWL)
            if local in found and subject.value.startswith(names.ONT):
                found[local].add(subject.value.removeprefix(names.ONT))
    return Declared(classes=frozenset(found["Class"]), properties=frozenset(found["ObjectProperty"]))


def version(ontology: Iterable[Triple]) -> str:
    """The release's version: owl:versionInfo of the ontology header. Raises SourceError where it is missing."""
    for triple in ontology:
        if triple.subject == _ONTOLOGY and triple.predicate.value == names.OWL + "versionInfo" and isinstance(triple.object, Literal):
            return triple.object.value
    raise SourceError("source.version", file="ontology/isgkg.ttl", line=1, rule="source")
