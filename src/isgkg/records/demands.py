"""One's own demands on records: files of SHACL shapes that stand in for the project's.

Flows in: paths. Flows out: a shapes graph, and findings on what of it is not checked; or one sentence on the file that holds none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from isgkg import messages, names
from isgkg.errors import ContentError, InputError
from isgkg.findings import Finding, Fix, Place, Severity
from isgkg.messages import Language
from isgkg.records import rdf, sources
from isgkg.records.sources import Source
from isgkg.shacl import Beyond, Shapes, beyond


@dataclass(frozen=True, kw_only=True)
class Demands:
    """The shapes of all files together, and what is said of them: a constraint that is not checked must not look like one that is met."""

    shapes: Shapes
    remarks: tuple[Finding, ...]


def read(paths: Iterable[Path], lang: Language) -> Demands:
    """The shapes of the files, in any format of RDF.

    Raises InputError for a file that cannot be read or has nothing of SHACL in it, ShapesError for one that demands entailment.
    """
    files = [(source.name, list(_read(source))) for source in sources.find(paths)]
    return Demands(
        shapes=Shapes.of([triple for _, triples in files for triple in triples]),
        remarks=tuple(_remark(found, name, lang) for name, triples in files for found in beyond(Shapes.of(triples))),
    )


def _remark(found: Beyond, file: str, lang: Language) -> Finding:
    key = "shapes.imports" if found.term == "owl:imports" else "shapes.beyond.meant" if found.meant else "shapes.beyond"
    problem, remedy = messages.sentences(messages.text(key, lang, term=found.term, shape=found.shape, meant=found.meant), lang)
    return Finding(
        rule="shapes-beyond",
        severity=Severity.WARNING,
        message=problem,
        place=Place(file=file, node=found.shape),
        value=found.term,
        fix=Fix(text=remedy),
    )


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
