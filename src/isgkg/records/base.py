"""What records are checked against: the guideline's graph, the shapes of records, and what their rules rest on.

Flows in: the N-Quads of a release, and the shapes beside the code. Flows out: a `Base`, made once and used for any number of checks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from isgkg import files, names, shacl
from isgkg.errors import SourceError
from isgkg.findings import Authority
from isgkg.messages import Language
from isgkg.records.fields import Schema
from isgkg.records.vocabulary import Vocabulary
from isgkg.store import EmbeddedStore

SHAPES: Final = ("fields", "experiment", "standard")
"""Files of shapes/ that speak about records."""

_GRAPHS: Final = frozenset(names.graph(name) for name in ("ontology", "guideline", "text", "editorial"))
"""What the guideline says. What is inferred speaks of the release's own records, too, and the shapes need none of it."""

_STANDARD_DOCUMENT: Final = NamedNode(names.ONT + "StandardDocument")
_STANDARDS: Final = names.graph("standards")
_RULES: Final = """
SELECT ?id ?text ?span ?number ?quote ?source WHERE {
    ?rule a isg:Rule ; dct:identifier ?id ; skos:definition ?text .
    OPTIONAL { ?rule dct:source ?source }
    OPTIONAL {
        ?rule isg:anchor ?span . ?span oa:hasSelector/oa:exact ?quote .
        OPTIONAL { ?span isg:clause/isg:clauseNumber ?inner }
        OPTIONAL { ?span isg:clauseNumber ?own }
        BIND ( COALESCE(?own, ?inner) AS ?number )
    }
} ORDER BY ?id ?span
"""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule for records: what it asks, by language, and what it rests on, None where that is no clause of the guideline."""

    id: str
    texts: Mapping[Language, str]
    authority: Authority | None


@dataclass(frozen=True, kw_only=True)
class Base:
    """`quads` lie in the default graph; `standards` are the release's own records of standards, by the IRI of the record."""

    release: str
    quads: tuple[Quad, ...]
    standards: Mapping[str, tuple[Quad, ...]]
    schema: Schema
    vocabulary: Vocabulary
    shapes: shacl.Shapes
    rules: Mapping[str, Rule]

    @cached_property
    def about(self) -> Mapping[NamedNode, int]:
        """How many statements the guideline's graph makes about each of its items."""
        return Counter(quad.subject for quad in self.quads if isinstance(quad.subject, NamedNode))

    @classmethod
    def of(cls, nquads: Path, release: str) -> "Base":
        """The base of the release whose version is `release`. Raises SourceError where a file of shapes/ cannot be read."""
        content = list(parse(path=str(nquads), format=RdfFormat.N_QUADS))
        quads = tuple(_plain(quad) for quad in content if _graph(quad) in _GRAPHS)
        store = EmbeddedStore.of(quads)
        shapes = [triple for name in SHAPES for triple in _shapes(name)]
        return cls(
            release=release,
            quads=quads,
            standards=_records(_plain(quad) for quad in content if _graph(quad) == _STANDARDS),
            schema=Schema.of(shapes, quads),
            vocabulary=Vocabulary.of(store),
            shapes=shacl.Shapes.of(shapes),
            rules=_rules(store),
        )


def _shapes(name: str) -> Iterator[Triple]:
    """The triples of a file of shapes/. Raises SourceError naming file and line."""
    path = files.root() / "shapes" / f"{name}.ttl"
    content = files.read_text(path, str(path))
    try:
        for quad in parse(input=content, format=RdfFormat.TURTLE, base_iri=names.BASE, rename_blank_nodes=True):
            yield quad.triple
    except SyntaxError as error:
        raise SourceError("source.turtle", file=path, line=error.lineno or 1, reason=error.msg, rule="turtle") from error


def _graph(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""


def _plain(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object)


def _records(quads: Iterable[Quad]) -> Mapping[str, tuple[Quad, ...]]:
    """The statements about each record of a standard and its parts: what hangs on it by blank nodes, or by IRIs below its own."""
    about: dict[object, list[Quad]] = defaultdict(list)
    for quad in quads:
        about[quad.subject].append(quad)
    records = [
        quad.subject
        for found in [*about.values()]
        for quad in found
        if quad.predicate.value == names.RDF + "type" and quad.object == _STANDARD_DOCUMENT and isinstance(quad.subject, NamedNode)
    ]
    return {record.value: tuple(_hanging(about, record)) for record in records}


def _hanging(about: Mapping[object, list[Quad]], record: NamedNode) -> Iterator[Quad]:
    seen: set[object] = {record}
    open_: list[object] = [record]
    while open_:
        for quad in about.get(open_.pop(), ()):
            yield quad
            part = quad.object
            if part not in seen and (
                isinstance(part, BlankNode) or (isinstance(part, NamedNode) and part.value.startswith(record.value + "/"))
            ):
                seen.add(part)
                open_.append(part)


def _rules(store: EmbeddedStore) -> Mapping[str, Rule]:
    """The rules by id; of several quotes the first in the text."""
    texts: dict[str, dict[Language, str]] = defaultdict(dict)
    authorities: dict[str, Authority] = {}
    for row in store.select(_RULES):
        text = row["text"]
        if not isinstance(text, Literal):
            continue
        id_ = row["id"].value
        texts[id_]["zh" if text.language == "zh" else "en"] = text.value
        if row["span"] is not None:
            authorities.setdefault(id_, Authority(iri=row["span"].value, section=row["number"].value, quote=row["quote"].value))
        elif row["source"] is not None:
            authorities.setdefault(id_, Authority(section=row["source"].value))
    return {id_: Rule(id=id_, texts=found, authority=authorities.get(id_)) for id_, found in texts.items()}
