"""Graphs for people's own Python: pyoxigraph's terms ↔ rdflib's.

Flows in: triples of either. Flows out: the same of the other; literals keep their lexical form.
"""

from collections.abc import Iterable

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from isgkg import names


def to_rdflib(triples: Iterable[Quad | Triple]) -> rdflib.Graph:
    """The triples as a graph of rdflib, without names of graphs. Raises TypeError for a term that is a triple, which RDF 1.1 has not."""
    graph = rdflib.Graph(bind_namespaces="none")
    for triple in triples:
        graph.add((term_to_rdflib(triple.subject), term_to_rdflib(triple.predicate), term_to_rdflib(triple.object)))
    return graph


def term_to_rdflib(node: object) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """The term for rdflib."""
    if isinstance(node, NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, BlankNode):
        return rdflib.BNode(node.value)
    if isinstance(node, Literal):
        datatype = None if node.language else rdflib.URIRef(node.datatype.value)
        return rdflib.Literal(node.value, lang=node.language, datatype=datatype, normalize=False)
    raise TypeError(node)


def term_from_rdflib(node: object) -> NamedNode | BlankNode | Literal:
    """The term of rdflib for pyoxigraph."""
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype or names.XSD + "string")))
    raise TypeError(node)
