"""What harvesters fetch: the whole dataset, its description, the JSON-LD context.

Flows in: the release. Flows out: files with an ETag; the addresses in the description are those under which the client reached the service.
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from pyoxigraph import Literal, NamedNode, Triple

from isgkg import names
from isgkg.browse import describe
from isgkg.errors import ReleaseError
from isgkg.store.embedded import GRAPH_FORMATS
from isgkg.web import compression, negotiation
from isgkg.web.caching import cached
from isgkg.web.rdf import rdf
from isgkg.web.state import state

blueprint = Blueprint("dumps", __name__)


@blueprint.get("/isgkg.nq.gz")
def dump() -> Response:
    """The release's canonical N-Quads, compressed."""
    response = Response(_compressed(state().nquads, state().manifest.sha256), content_type="application/gzip")
    return cached(response)


@blueprint.get("/isgkg.nq.zst")
def dump_zstd() -> Response:
    """The same, compressed with zstd."""
    return cached(Response(_compressed_zstd(state().nquads, state().manifest.sha256), content_type="application/zstd"))


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The dataset's own description (VoID, 6.2), with this service's endpoint and dump."""
    dataset = NamedNode(names.DATASET)
    here = [
        Triple(dataset, NamedNode(names.VOID + "sparqlEndpoint"), NamedNode(url_for("sparql.get", _external=True))),
        Triple(dataset, NamedNode(names.VOID + "dataDump"), NamedNode(url_for("dumps.dump", _external=True))),
        Triple(dataset, NamedNode(names.VOID + "dataDump"), NamedNode(url_for("dumps.dump_zstd", _external=True))),
        Triple(dataset, NamedNode(names.VOID + "triples"), Literal(state().manifest.quads)),
    ]
    media = negotiation.choose(request.headers.get("Accept"), tuple(GRAPH_FORMATS))
    return cached(rdf([*describe.graph(state().store, "meta"), *here], media), f"{media} {request.host_url}")


@blueprint.get("/context.jsonld")
def context() -> Response:
    """The JSON-LD context: prefixes, and every property of the ontology by its local name."""
    terms: dict[str, Any] = {**names.PREFIXES, "id": "@id", "type": "@type", **_SKOS_TERMS}
    for row in state().store.select("""
        SELECT ?property ?kind WHERE { GRAPH graph:ontology { ?property a ?kind ; rdfs:isDefinedBy ?ontology
          FILTER ( ?kind IN (owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty) ) } } ORDER BY ?property"""):
        iri = str(row["property"].value)
        is_object = row["kind"].value == names.OWL + "ObjectProperty" or iri == names.ONT + "linkPredicate"
        terms[iri.removeprefix(names.ONT)] = {"@id": iri, "@type": "@id"} if is_object else {"@id": iri}
    response = jsonify({"@context": terms})
    response.content_type = "application/ld+json"
    return cached(response)


_SKOS_TEXTS = ("prefLabel", "altLabel", "hiddenLabel", "definition", "scopeNote", "editorialNote")
_SKOS_RELATIONS = ("inScheme", "broader", "narrower", "related", "exactMatch", "closeMatch")
_SKOS_TERMS: dict[str, Any] = {
    **{name: {"@id": f"skos:{name}", "@container": "@language"} for name in _SKOS_TEXTS},
    **{name: {"@id": f"skos:{name}", "@type": "@id"} for name in _SKOS_RELATIONS},
    "notation": {"@id": "skos:notation", "@type": "isg:code"},
}
"""The terms of SKOS that an item carries, by their local names."""


@cache
def _compressed(nquads: Path, sha256: str) -> bytes:
    """Compressed once in the life of a process; no time stamp, so that the same release gives the same bytes."""
    return gzip.compress(_content(nquads, sha256), mtime=0)


@cache
def _compressed_zstd(nquads: Path, sha256: str) -> bytes:
    return compression.zstandard(_content(nquads, sha256), level=12)


def _content(nquads: Path, sha256: str) -> bytes:
    """The release as it was when the service was started. Raises ReleaseError where it is another one now."""
    try:
        content = nquads.read_bytes()
    except OSError as error:
        raise ReleaseError("release.store.replaced") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ReleaseError("release.store.replaced")
    return content
