"""The SPARQL service's description of itself (SPARQL 1.1 Service Description), from what it runs with.

Flows in: the dataset that is served, the endpoint's address, formats. Flows out: triples, the same for the same configuration.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from isgkg import messages, names
from isgkg.store import Dataset

FORMATS: Final = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
}
"""W3C's names of formats (http://www.w3.org/ns/formats/) by media type."""

_TYPE: Final = NamedNode(names.RDF + "type")
_DATASET: Final = NamedNode(names.DATASET)


def describe(dataset: Dataset, endpoint: str, formats: Iterable[str], void: str) -> list[Triple]:
    """The description of the service at the IRI `endpoint`, which answers in the media types `formats`; `void` is what describes the data.

    The service has no sd:feature: it fetches nothing, federates nothing, and no graph of it is empty but by its release.
    """
    service = NamedNode(endpoint)
    return [
        Triple(service, _TYPE, _sd("Service")),
        Triple(service, _sd("endpoint"), service),
        Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        *(Triple(service, _sd("resultFormat"), NamedNode(names.FORMAT + FORMATS[media])) for media in formats),
        Triple(service, _sd("defaultEntailmentRegime"), NamedNode("http://www.w3.org/ns/entailment/Simple")),
        *(Triple(service, NamedNode(names.DCT + "language"), Literal(lang)) for lang in messages.LANGUAGES),
        *_texts(service, "title", "sd.title"),
        Triple(service, NamedNode(names.RDFS + "seeAlso"), NamedNode(void)),
        Triple(service, _sd("defaultDataset"), _DATASET),
        *_dataset(dataset),
    ]


def _dataset(dataset: Dataset) -> Iterator[Triple]:
    default = BlankNode("default")
    yield Triple(_DATASET, _TYPE, _sd("Dataset"))
    yield Triple(_DATASET, _sd("defaultGraph"), default)
    yield Triple(default, _TYPE, _sd("Graph"))
    for iri in dataset.union:
        yield Triple(default, NamedNode(names.DCT + "hasPart"), NamedNode(iri))
    if dataset.union:
        yield from _texts(default, "description", "sd.union")
    for number, (iri, count) in enumerate(dataset.named.items()):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(_DATASET, _sd("namedGraph"), named)
        yield Triple(named, _TYPE, _sd("NamedGraph"))
        yield Triple(named, _sd("name"), NamedNode(iri))
        yield Triple(named, _sd("graph"), graph)
        yield Triple(graph, _TYPE, _sd("Graph"))
        yield Triple(graph, NamedNode(names.VOID + "triples"), Literal(count))


def _texts(subject: NamedNode | BlankNode, local: str, key: str) -> Iterator[Triple]:
    for lang in messages.LANGUAGES:
        yield Triple(subject, NamedNode(names.DCT + local), Literal(messages.text(key, lang), language=lang))


def _sd(local: str) -> NamedNode:
    return NamedNode(names.SD + local)
