"""Answers of SPARQL queries as values that can be compared: blank nodes are equal where the whole answers correspond.

Flows in: result documents, expected or answered. Flows out: `Table`, a truth value, or the canonical form of a graph.
"""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    parse,
    parse_query_results,
)

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"
NUMERIC = {XSD + name for name in ("integer", "decimal", "float", "double", "negativeInteger")}
TABLES = {
    ".srx": QueryResultsFormat.XML,
    ".srj": QueryResultsFormat.JSON,
    ".tsv": QueryResultsFormat.TSV,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPHS = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES, "text/turtle": RdfFormat.TURTLE}


@dataclass(frozen=True)
class Table:
    """Variables, and solutions as a graph in canonical form: a node for each different solution, with how often it occurs."""

    variables: frozenset
    solutions: frozenset

    @classmethod
    def of(cls, variables, rows):
        counts = Counter(frozenset((name, _by_value(term)) for name, term in row.items() if term is not None) for row in rows)
        quads = []
        for row, count in counts.items():
            node = BlankNode()
            quads.append(Quad(node, NamedNode("urn:count"), Literal(count)))
            quads += [Quad(node, NamedNode(f"urn:variable:{name}"), term) for name, term in row]
        return cls(frozenset(variables), canonical(quads))


def canonical(quads):
    """The quads with blank nodes named by what is said of them: equal for isomorphic graphs."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(dataset)


def read(content, kind, base=None):
    """The answer in `content`; `kind` is an extension or a media type."""
    if kind in {".csv", "text/csv"}:
        return _csv(content.decode())
    if kind in TABLES:
        results = parse_query_results(content, TABLES[kind])
        if isinstance(results, QueryBoolean):
            return bool(results)
        names = [variable.value for variable in results.variables]
        return Table.of(names, [{name: solution[name] for name in names} for solution in results])
    triples = [quad.triple for quad in parse(content, format=GRAPHS[kind], base_iri=base)]
    return _result_set(triples) or canonical([Quad(t.subject, t.predicate, t.object) for t in triples])


def expected(file: Path, base: str):
    return read(file.read_bytes(), file.suffix, base)


def _csv(text):
    header, *rows = csv.reader(io.StringIO(text))
    return Table.of(header, [{name: _cell(cell) for name, cell in zip(header, row, strict=True)} for row in rows])


def _cell(cell):
    """CSV tells blank nodes from the rest, and nothing else; a cell that is no text and one that is empty are the same."""
    if cell.startswith("_:"):
        return BlankNode(cell[2:])
    try:
        return Literal(str(float(cell)))
    except ValueError:
        return Literal(cell) if cell else None


def _by_value(term):
    """Numbers and truth values of one datatype are the same in any spelling: 2.0 and 2.00, 1 and true."""
    if isinstance(term, Literal) and term.datatype.value == XSD + "boolean":
        return Literal({"1": "true", "0": "false"}.get(term.value, term.value), datatype=term.datatype)
    if isinstance(term, Literal) and term.datatype.value in NUMERIC:
        try:
            number = Decimal(term.value)
        except InvalidOperation:
            return term
        return Literal(str(number.normalize() if number.is_finite() else number), datatype=term.datatype)
    return term


def _result_set(triples):
    """A result set that is written as a graph; None for any other graph."""

    def values(subject, local):
        return [t.object for t in triples if t.predicate.value == RS + local and subject in {None, t.subject}]

    if not any(t.object == NamedNode(RS + "ResultSet") for t in triples):
        return None
    rows = [
        {values(binding, "variable")[0].value: values(binding, "value")[0] for binding in values(solution, "binding")}
        for solution in values(None, "solution")
    ]
    return Table.of([name.value for name in values(None, "resultVariable")], rows)
