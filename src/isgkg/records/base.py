"""What records are checked against: the guideline's graph, the shapes of records, and what their rules rest on.

Flows in: the N-Quads of a release, and the shapes beside the code. Flows out: a `Base`, made once and used for any number of checks.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from isgkg import files, names, shacl
from isgkg.errors import ReleaseError, SourceError
from isgkg.findings import Authority
from isgkg.messages import Language
from isgkg.records.fields import Schema
from isgkg.records.vocabulary import Vocabulary
from isgkg.store import EmbeddedStore, Store

SHAPES: Final = ("fields", "experiment", "standard")
"""Files of shapes/ that speak about records."""

_GRAPHS: Final = frozenset(names.graph(name) for name in ("ontology", "guideline", "text", "editorial"))
"""What the guideline says. What is inferred speaks of the release's own records, too, and the shapes need none of it."""

_RECORDS: Final = frozenset(NamedNode(names.ONT + name) for name in ("StandardDocument", "Experiment"))
_RECORD_GRAPHS: Final = frozenset(names.graph(name) for name in ("standards", "experiments"))
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


_CLAUSES: Final = """
SELECT ?code ?number WHERE {
    ?item skos:notation ?code ; isg:anchor ?span .
    OPTIONAL { ?span isg:clause/isg:clauseNumber ?inner }
    OPTIONAL { ?span isg:clauseNumber ?own }
    BIND ( COALESCE(?own, ?inner) AS ?number ) FILTER ( BOUND(?number) )
}
"""
_CODE: Final = re.compile(r"\b[A-Z]\d{1,5}\b", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule for records: what it asks, by language, and what it rests on, in the order of the text; empty where that is nothing known."""

    id: str
    texts: Mapping[Language, str]
    authorities: tuple[Authority, ...]


@dataclass(frozen=True, kw_only=True)
class Base:
    """`quads` lie in the default graph; `records` are the release's own records, by IRI; `clauses` say where the guideline has a code."""

    release: str
    quads: tuple[Quad, ...]
    records: Mapping[str, tuple[Quad, ...]]
    schema: Schema
    vocabulary: Vocabulary
    shapes: shacl.Shapes
    rules: Mapping[str, Rule]
    clauses: Mapping[str, str]

    def authority(self, rule: str, message: str) -> Authority | None:
        """What the rule rests on: of several quotes that of the clause of a code which the message names, else the first in the text."""
        known = self.rules.get(rule)
        if known is None or not known.authorities:
            return None
        named = [self.clauses.get(code) for code in _CODE.findall(message)]
        return next((one for clause in named for one in known.authorities if clause and one.section == clause), known.authorities[0])

    @cached_property
    def about(self) -> Mapping[NamedNode, int]:
        """How many statements the guideline's graph makes about each of its items."""
        return Counter(quad.subject for quad in self.quads if isinstance(quad.subject, NamedNode))

    @classmethod
    def of(cls, nquads: Path, release: str) -> "Base":
        """The base of the release whose version is `release`. Raises SourceError where a file of shapes/ cannot be read."""
        return cls._of(list(parse(path=str(nquads), format=RdfFormat.N_QUADS)), release)

    @classmethod
    def from_store(cls, store: Store, release: str, counts: Mapping[str, int]) -> "Base":
        """The base of the release in a store, whose graphs have as many statements as `counts` says, by local name.

        Raises SourceError as `of` does, ReleaseError where the store gives fewer, and its QueryErrors.
        """
        content: list[Quad] = []
        for graph in sorted(_GRAPHS | _RECORD_GRAPHS):
            triples = store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {NamedNode(graph)} {{ ?s ?p ?o }} }}")
            count = counts[graph.removeprefix(names.GRAPH)]
            if len(triples) != count:
                raise ReleaseError("release.store.fewer", graph=graph, found=len(triples), count=count)
            content += (Quad(triple.subject, triple.predicate, triple.object, NamedNode(graph)) for triple in triples)
        return cls._of(content, release)

    @classmethod
    def _of(cls, content: Sequence[Quad], release: str) -> "Base":
        quads = tuple(_plain(quad) for quad in content if _graph(quad) in _GRAPHS)
        store = EmbeddedStore.of(quads)
        shapes = [triple for name in SHAPES for triple in _shapes(name)]
        return cls(
            release=release,
            quads=quads,
            records=_records(_plain(quad) for quad in content if _graph(quad) in _RECORD_GRAPHS),
            schema=Schema.of(shapes, quads),
            vocabulary=Vocabulary.of(store),
            shapes=shacl.Shapes.of(shapes),
            rules=_rules(store),
            clauses={row["code"].value: row["number"].value for row in store.select(_CLAUSES)},
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
    """The statements about each record and its parts: what hangs on it by blank nodes, or by IRIs below its own."""
    about: dict[object, list[Quad]] = defaultdict(list)
    for quad in quads:
        about[quad.subject].append(quad)
    records = [
        quad.subject
        for found in [*about.values()]
        for quad in found
        if quad.predicate.value == names.RDF + "type" and quad.object in _RECORDS and isinstance(quad.subject, NamedNode)
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
    """The rules by id."""
    texts: dict[str, dict[Language, str]] = defaultdict(dict)
    authorities: dict[str, dict[Authority, None]] = defaultdict(dict)
    for row in store.select(_RULES):
        text = row["text"]
        if not isinstance(text, Literal):
            continue
        id_ = row["id"].value
        texts[id_]["zh" if text.language == "zh" else "en"] = text.value
        if row["span"] is not None:
            authorities[id_][Authority(iri=row["span"].value, section=row["number"].value, quote=row["quote"].value)] = None
        elif row["source"] is not None:
            authorities[id_][Authority(section=row["source"].value)] = None
    return {id_: Rule(id=id_, texts=found, authorities=tuple(authorities[id_])) for id_, found in texts.items()}
