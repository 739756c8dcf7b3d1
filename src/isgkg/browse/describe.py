"""Descriptions as RDF: what is sent for an IRI of the dataset.

Flows in: a store and an IRI. Flows out: triples; none for an IRI that the dataset does not describe.
"""

from pyoxigraph import Literal, NamedNode, Triple

from isgkg import names
from isgkg.store import Store


def item(store: Store, iri: str) -> list[Triple]:
    """An item with its designations, definition entry, spans with selectors, and all its links with theirs."""
    node = str(NamedNode(iri))
    parts = "skosxl:prefLabel|skosxl:altLabel|skosxl:hiddenLabel|isg:definitionEntry|isg:anchor|isg:labelSpan"
    return _construct(
        store,
        f"""{{ BIND ( {node} AS ?s ) }}
            UNION {{ {node} {parts} ?s }}
            UNION {{ {node} (isg:anchor|isg:labelSpan)/oa:hasSelector ?s }}
            UNION {{ ?s isg:linkSubject|isg:linkObject {node} }}
            UNION {{ ?link isg:linkSubject|isg:linkObject {node} . ?link isg:anchor/oa:hasSelector? ?s }}""",
    )


def scheme(store: Store, iri: str) -> list[Triple]:
    """A classification scheme with its levels, and of its concepts label, code and hierarchy."""
    node = str(NamedNode(iri))
    own = _construct(store, f"{{ BIND ( {node} AS ?s ) }} UNION {{ ?s isg:levelOf {node} }} UNION {{ {node} xkos:levels/rdf:rest* ?s }}")
    concepts = store.construct(f"""
        CONSTRUCT {{ ?c ?p ?o }} WHERE {{
          ?c skos:inScheme {node} ; ?p ?o .
          FILTER ( ?p IN (rdf:type, skos:notation, skos:prefLabel, skos:inScheme, skos:topConceptOf, skos:broader) )
        }}""")
    return sorted({*own, *concepts}, key=str)


def resource(store: Store, iri: str) -> list[Triple]:
    """What is said of any IRI of the dataset, and of its selectors where it is a text span."""
    node = str(NamedNode(iri))
    return _construct(store, f"{{ BIND ( {node} AS ?s ) }} UNION {{ {node} oa:hasSelector ?s }}")


def record(store: Store, iri: str) -> list[Triple]:
    """What is said of a record, and of its parts: nodes below its IRI, and blank nodes that hang on it."""
    node = str(NamedNode(iri))
    below = str(Literal(iri + "/"))
    return _construct(
        store,
        f"""{{ BIND ( {node} AS ?s ) }}
            UNION {{ {node} ?any ?s FILTER ( isBlank(?s) ) }}
            UNION {{ SELECT DISTINCT ?s WHERE {{
              GRAPH ?graph {{ ?s ?any ?value }} FILTER ( ?graph IN (graph:standards, graph:experiments) && STRSTARTS(STR(?s), {below}) )
            }} }}""",
    )


def mentions(store: Store, iri: str) -> list[Triple]:
    """The statements that have an IRI as their object."""
    node = str(NamedNode(iri))
    return list(store.construct(f"CONSTRUCT {{ ?s ?p {node} }} WHERE {{ ?s ?p {node} }}"))


def graph(store: Store, name: str) -> list[Triple]:
    """The triples of a named graph, by its local name."""
    return list(store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {NamedNode(names.graph(name))} {{ ?s ?p ?o }} }}"))


def _construct(store: Store, subjects: str) -> list[Triple]:
    return list(store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {subjects} ?s ?p ?o }}"))
