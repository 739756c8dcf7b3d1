"""Conditional requests: who has an answer of this release already is told so.

Flows in: a response, and which variant of the resource it is. Flows out: the response with its ETag, or 304.
"""

import hashlib

from flask import Response, request

from isgkg import __version__
from isgkg.web.state import state


def cached(response: Response, variant: str = "") -> Response:
    """Set the ETag (RFC 9110, 8.8.3): release, version of the code, path and variant; and answer a conditional request."""
    key = "\0".join((state().manifest.sha256, __version__, request.full_path, variant))
    response.set_etag(hashlib.sha256(key.encode()).hexdigest()[:32])
    response.headers.setdefault("Cache-Control", "no-cache")
    response.make_conditional(request)
    return response
