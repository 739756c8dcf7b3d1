"""Making quads: short names for terms, and statements about one subject in one graph.

Flows in: IRIs and values. Flows out: quads.
"""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from isgkg import names

Term = NamedNode | Literal
TYPE = NamedNode(names.RDF + "type")
_INTEGER = NamedNode(names.XSD + "nonNegativeInteger")
_CODE = NamedNode(names.ONT + "code")


def isg(local: str) -> NamedNode:
    """A term of the ontology."""
    return NamedNode(names.ONT + local)


def skos(local: str) -> NamedNode:
    """A term of SKOS."""
    return NamedNode(names.SKOS + local)


def text(value: str, lang: str) -> Literal:
    """A literal in a language."""
    return Literal(value, language=lang)


def number(value: int) -> Literal:
    """An xsd:nonNegativeInteger."""
    return Literal(str(value), datatype=_INTEGER)


def code(value: str) -> Literal:
    """A notation, typed isg:code."""
    return Literal(value, datatype=_CODE)


def about(graph: str, subject: str, *statements: tuple[NamedNode, Term]) -> Iterator[Quad]:
    """Statements about `subject` (an IRI) in the named graph with this local name."""
    node, home = NamedNode(subject), NamedNode(names.graph(graph))
    for predicate, value in statements:
        yield Quad(node, predicate, value, home)
