"""What harvesters fetch: the whole dataset, its description, the JSON-LD context.

Flows in: the release. Flows out: files with an ETag; the addresses in the description are those under which the client reached the service.
"""

import gzip
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from isgkg import names
from isgkg.browse import describe
from isgkg.web.state import state

blueprint = Blueprint("dumps", __name__)


@blueprint.get("/isgkg.nq.gz")
def dump() -> Response:
    """The release's canonical N-Quads, compressed."""
    response = Response(_compressed(state().nquads), content_type="application/gzip")
    return _cached(response)


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The dataset's own description (VoID, 6.2), with this service's endpoint and dump."""
    dataset = NamedNode(names.DATASET)
    here = [
        Triple(dataset, NamedNode(names.VOID + "sparqlEndpoint"), NamedNode(url_for("sparql.get", _external=True))),
        Triple(dataset, NamedNode(names.VOID + "dataDump"), NamedNode(url_for("dumps.dump", _external=True))),
        Triple(dataset, NamedNode(names.VOID + "triples"), Literal(state().manifest.quads)),
    ]
    body = serialize([*describe.graph(state().store, "meta"), *here], format=RdfFormat.TURTLE, prefixes=names.PREFIXES)
    return _cached(Response(body, content_type="text/turtle; charset=utf-8"))


@blueprint.get("/context.jsonld")
def context() -> Response:
    """The JSON-LD context: prefixes, and every property of the ontology by its local name."""
    terms: dict[str, Any] = dict(names.PREFIXES)
    for row in state().store.select("""
        SELECT ?property ?kind WHERE { GRAPH graph:ontology { ?property a ?kind ; rdfs:isDefinedBy ?ontology
          FILTER ( ?kind IN (owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty) ) } } ORDER BY ?property"""):
        iri, is_object = str(row["property"].value), row["kind"].value == names.OWL + "ObjectProperty"
        terms[iri.removeprefix(names.ONT)] = {"@id": iri, "@type": "@id"} if is_object else {"@id": iri}
    response = jsonify({"@context": terms})
    response.content_type = "application/ld+json"
    return _cached(response)


@cache
def _compressed(nquads: Path) -> bytes:
    """Compressed once in the life of a process; no time stamp, so that the same release gives the same bytes."""
    return gzip.compress(nquads.read_bytes(), mtime=0)


def _cached(response: Response) -> Response:
    """With the release as ETag: a harvester that has it is told so."""
    response.set_etag(state().manifest.sha256[:32])
    response.make_conditional(request)
    return response
