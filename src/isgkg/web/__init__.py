"""The web front: pages, SPARQL and linked data.

Flows in: HTTP requests. Flows out: HTML for people, RDF and result formats for programs. No SPARQL stands in a view: views call `browse`,
`questions` and `store`.
"""

from isgkg.web.app import WebOptions, create_app

__all__ = ["WebOptions", "create_app"]
