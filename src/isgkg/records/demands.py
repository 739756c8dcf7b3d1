"""One's own demands on records: files of SHACL shapes that stand in for the project's.

Flows in: paths. Flows out: a shapes graph, or one sentence on the file that holds none.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from isgkg import messages, names
from isgkg.errors import ContentError, InputError
from isgkg.records import rdf, sources
from isgkg.records.sources import Source
from isgkg.shacl import Shapes


def read(paths: Iterable[Path]) -> Shapes:
    """The shapes of the files, in any format of RDF. Raises InputError for a file that cannot be read or has nothing of SHACL in it."""
    return Shapes.of([triple for source in sources.find(paths) for triple in _read(source)])


def _read(source: Source) -> Iterator[Triple]:
    try:
        if not source.format.is_rdf:
            raise InputError("shapes.no-rdf", file=source.name)
        triples = list(rdf.read(source.data, source.format, base=names.BASE, context={}))
    except ContentError as error:
        place = ":".join(str(part) for part in (source.name, error.line, error.column) if part is not None)
        raise InputError("shapes.unreadable", file=place, reason={lang: error.text(lang) for lang in messages.LANGUAGES}) from error
    if not any(_is_of_shacl(triple) for triple in triples):
        raise InputError("shapes.none", file=source.name)
    return iter(triples)


def _is_of_shacl(triple: Triple) -> bool:
    return any(isinstance(node, NamedNode) and node.value.startswith(names.SH) for node in (triple.predicate, triple.object))
