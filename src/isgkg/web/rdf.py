"""Triples as a response.

Flows in: triples and a media type. Flows out: a response with canonical IRIs, and prefixes where the format has any; the same triples give
the same bytes in every process.
"""

from collections.abc import Iterable, Sequence

from flask import Response
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, Triple, serialize

from isgkg import names
from isgkg.store.embedded import GRAPH_FORMATS


def rdf(triples: Iterable[Triple], media: str) -> Response:
    """The triples in the format of this media type, which is one of GRAPH_FORMATS."""
    prefixes = None if media == "application/n-triples" else names.PREFIXES
    body = serialize(_canonical(list(triples)), format=GRAPH_FORMATS[media], prefixes=prefixes)
    return Response(body, content_type=f"{media}; charset=utf-8")


def _canonical(triples: Sequence[Triple]) -> Sequence[Triple]:
    """The same with canonical blank nodes (RDFC-1.0), in a fixed order; as they are where there are none. A store names blank nodes anew
    each time that it is loaded.
    """
    if not any(isinstance(term, BlankNode) for triple in triples for term in (triple.subject, triple.object)):
        return triples
    named = Dataset(Quad(*triple) for triple in triples)
    named.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in named), key=str)
