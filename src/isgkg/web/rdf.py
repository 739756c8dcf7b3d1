"""Triples as a response.

Flows in: triples and a media type. Flows out: a response with canonical IRIs, and prefixes where the format has any.
"""

from collections.abc import Iterable

from flask import Response
from pyoxigraph import Triple, serialize

from isgkg import names
from isgkg.store.embedded import GRAPH_FORMATS


def rdf(triples: Iterable[Triple], media: str) -> Response:
    """The triples in the format of this media type, which is one of GRAPH_FORMATS."""
    body = serialize(triples, format=GRAPH_FORMATS[media], prefixes=None if media == "application/n-triples" else names.PREFIXES)
    return Response(body, content_type=f"{media}; charset=utf-8")
