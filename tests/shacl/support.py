"""What the SHACL tests share: Turtle in, results out."""

import pyoxigraph
from pyoxigraph import Quad, RdfFormat, parse

from isgkg import names
from isgkg.shacl import Lexical, Shapes, validate
from isgkg.store import EmbeddedStore

PREFIXES = f"""
@prefix e: <http://e/> .
@prefix rdf: <{names.RDF}> .
@prefix rdfs: <{names.RDFS}> .
@prefix owl: <{names.OWL}> .
@prefix sh: <{names.SH}> .
@prefix xsd: <{names.XSD}> .
"""


def triples(turtle):
    return [quad.triple for quad in parse(PREFIXES + turtle, format=RdfFormat.TURTLE)]


def store_of(data):
    store = pyoxigraph.Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in data)
    return EmbeddedStore(store)


def results(shapes, data="", **options):
    """All results; `data` is Turtle, and its literals are known as written."""
    found = triples(data)
    return validate(store_of(found), Shapes.of(triples(shapes)), lexical=Lexical.of(found), **options)


def local(node):
    """A node in short: the local name of an IRI, the text of a literal, [] for a blank node."""
    if node is None:
        return None
    if isinstance(node, pyoxigraph.BlankNode):
        return "[]"
    return node.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1] if isinstance(node, pyoxigraph.NamedNode) else node.value


def pairs(shapes, data="", **options):
    """(focus node, value) of each result, in short."""
    return [(local(result.focus_node), local(result.value)) for result in results(shapes, data, **options)]


def focus(shapes, data="", **options):
    """The focus node of each result, in short."""
    return [local(result.focus_node) for result in results(shapes, data, **options)]
