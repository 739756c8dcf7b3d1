"""The names of formats in ?format=, for people who cannot set an Accept header, and for client libraries that set both.

Flows in: what a client wrote. Flows out: a media type that is offered, or None.
"""

from collections.abc import Collection

from isgkg.errors import InputError
from isgkg.web.negotiation import ALIASES

FORMATS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "n-triples": "application/n-triples",
    "rdf-xml": "application/rdf+xml",
    "json-ld": "application/ld+json",
}
"""The names that are offered."""

_SPELLINGS = {
    "ttl": "text/turtle",
    "n3": "text/turtle",
    "nt": "application/n-triples",
    "ntriples": "application/n-triples",
    "rdf": "application/rdf+xml",
    "rdf+xml": "application/rdf+xml",
    "rdfxml": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "json+ld": "application/ld+json",
}
"""What client libraries write (SPARQLWrapper, Jena, Virtuoso's own)."""


def media_type(name: str, offered: Collection[str], *, strict: bool) -> str | None:
    """The offered media type that `name` means: a format's name, a usual spelling of it, or a media type.

    Where it means none that is offered: None if not `strict` (the client's Accept header decides), else InputError listing the names.
    """
    written = name.strip().lower().replace(" ", "+")
    first = FORMATS.get(written) or _SPELLINGS.get(written) or written
    # "json" and "xml" mean the results format of a table, and of a graph JSON-LD and RDF/XML.
    readings = (first, *ALIASES.get(first, ()), *ALIASES.get(f"application/{written}", ()))
    found = next((reading for reading in readings if reading in offered), None)
    if found is None and strict:
        names = ", ".join(known for known, media in FORMATS.items() if media in offered)
        raise InputError("web.sparql.format", format=name[:40], offered=names)
    return found
